import pytest

from importgraph.language_server.analysis import analysis_of
from importgraph.language_server.deferral import Deferred, NotDeferred, defer

PLAIN = {"tool.py": "import colorsys\n\n\ndef f():\n    return colorsys.rgb_to_hls\n"}


def outcome(open_files, text, **more):
    analysis = analysis_of(open_files({"a.py": text, **PLAIN, **more}))
    edges = [edge for edge in analysis.edges["a.py"] if edge.imported == "tool"]
    return defer(analysis, edges)


def test_a_plain_module_that_functions_use_is_deferred(open_files):
    found = outcome(open_files, "import tool\n\n\ndef g():\n    return tool.f()\n")
    assert isinstance(found, Deferred)
    assert [edit.functions for edit in found.edits] == [("g",)]
    assert found.saves.us > 0
    assert not found.saves.measured


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("import tool\nX = tool.f()\n", "`tool` is used while `a` is imported"),
        ("import tool\n", "it is imported for what that does"),
        ("import tool\nimport b\n\n\ndef g():\n    return tool, b\n", "it saves nothing alone"),
        ("try:\n    import tool\nexcept ImportError:\n    tool = None\n", "its ImportError is caught"),
    ],
)
def test_what_gains_nothing_or_is_used_is_refused_with_the_reason(open_files, text, reason):
    found = outcome(open_files, text, **{"b.py": "import tool\n"})
    assert isinstance(found, NotDeferred)
    assert reason in found.reason


def test_what_does_work_at_import_is_refused(open_files):
    work = {"tool.py": "import atexit\n\natexit.register(print)\n\n\ndef f(): ...\n"}
    found = outcome(open_files, "import tool\n\n\ndef g():\n    return tool.f()\n", **work)
    assert isinstance(found, NotDeferred)
    assert "tool" in found.reason
