from collections import Counter
from textwrap import dedent

from importgraph.costs.known_calls import KnownCall, known_calls
from importgraph.facts.parse import parse_module


def known(text: str) -> Counter[KnownCall]:
    return known_calls(parse_module(dedent(text).encode()).facts)


def test_calls_are_known_however_they_are_imported():
    assert known("import importlib.metadata\nv = importlib.metadata.version('a')\n") == {
        KnownCall.METADATA: 1
    }
    assert known("from importlib import metadata as m\nm.entry_points()\n") == {KnownCall.SCAN: 1}
    assert known("from ssl import create_default_context as c\nX = c()\n") == {KnownCall.CERTIFICATES: 1}


def test_other_calls_of_the_same_name_are_not():
    assert not known("def version(x): ...\nversion('a')\n")
    assert not known("from .metadata import version\nversion('a')\n")


def test_functions_of_the_file_are_followed_where_the_body_calls_them():
    text = """
        from importlib.metadata import entry_points
        def outer():
            return inner()
        def inner():
            return entry_points(group="x")
        def never():
            return entry_points()
        PLUGINS = outer()
    """
    assert known(text) == {KnownCall.SCAN: 1}


def test_what_calls_itself_ends():
    assert not known("import ssl\ndef f():\n    f()\nf()\n")


def test_a_call_in_a_handler_of_errors_does_not_count():
    text = """
        import importlib.metadata
        try:
            from a import b
        except ImportError:
            b = importlib.metadata.version("a")
    """
    assert not known(text)


def test_named_tuples_made_by_calls_count():
    assert known("from collections import namedtuple\nP = namedtuple('P', 'x')\n") == {KnownCall.TUPLE: 1}
