import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from importgraph.graph.resolve import Symbol

LIBRARY = {
    "lib/__init__.py": """
        from .api import *
        from .shapes import Circle as Round
        from . import shapes
        import lib.deep.inner
        """,
    "lib/api.py": """
        __all__ = ["make", "Shape", *extra.__all__]
        from . import extra
        from .shapes import Shape
        from .extra import *
        def make(): ...
        def hidden(): ...
        """,
    "lib/extra.py": "__all__ = ['bonus']\ndef bonus(): ...\ndef other(): ...\n",
    "lib/shapes.py": """
        from . import shapes as myself
        class Shape:
            sides = 0
            def area(self): ...
            class Meta: ...
        class Circle(Shape):
            def turn(self): ...
        again = Circle
        size = 3
        if TYPE_CHECKING:
            from .extra import bonus
        """,
    "lib/deep/__init__.py": "",
    "lib/deep/inner.py": "X = 1\n",
    "lib/loop.py": "from lib.loop2 import ghost\n",
    "lib/loop2.py": "from lib.loop import ghost\n",
    "lib/choice.py": "try:\n    from lib.extra import bonus as f\nexcept ImportError:\n    def f(): ...\n",
    "lib/version.py": """
        import sys
        if sys.version_info >= (3, 12):
            from lib.api import make as f
        else:
            def f(): ...
        """,
}


@pytest.mark.parametrize(
    ("module", "chain", "symbol"),
    [
        ("lib", "make", ("function", "lib.api", "make")),
        ("lib", "Shape", ("class", "lib.shapes", "Shape")),
        ("lib", "bonus", ("function", "lib.extra", "bonus")),
        ("lib", "other", None),
        ("lib", "hidden", None),
        ("lib", "Round", ("class", "lib.shapes", "Circle")),
        ("lib", "Round.area", ("function", "lib.shapes", "Shape.area")),
        ("lib", "Round.Meta", ("class", "lib.shapes", "Shape.Meta")),
        ("lib", "Round.nothing", None),
        ("lib", "shapes.again", ("class", "lib.shapes", "Circle")),
        ("lib", "shapes.size", ("value", "lib.shapes", "size")),
        ("lib", "shapes.myself.Circle", ("class", "lib.shapes", "Circle")),
        ("lib", "lib.deep.inner.X", ("value", "lib.deep.inner", "X")),
        ("lib", "deep.inner", ("module", "lib.deep.inner", "")),
        ("lib.shapes", "bonus", ("function", "lib.extra", "bonus")),
        ("lib.loop", "ghost", None),
        ("lib.choice", "f", ("function", "lib.extra", "bonus")),
        ("lib.version", "f", ("function", "lib.api", "make")),
        ("lib.version", "sys.path", ("external", "sys.path", "")),
    ],
)
def test_names_lead_to_their_definition(open_files, module, chain, symbol):
    found = open_files(LIBRARY, python_version=(3, 12)).resolver.chain(module, chain)
    assert (found and (found.kind, found.module, found.name)) == symbol


def test_the_modules_on_the_way_are_kept(open_files):
    resolver = open_files(LIBRARY).resolver
    assert resolver.lookup("lib", "Shape") == Symbol(
        "class", "lib.shapes", "Shape", ("lib.api", "lib.shapes")
    )


def test_bases_come_depth_first_and_once(open_files):
    files = {
        "m.py": """
            from n import Base
            class A(Base): ...
            class B(Base): ...
            class C(A, B, other.X): ...
            class L(L): ...
            """,
        "n.py": "class Base: ...\n",
    }
    resolver = open_files(files).resolver
    assert [s.name for s in resolver.mro(resolver.lookup("m", "C"))] == ["C", "A", "Base", "B"]
    assert [s.name for s in resolver.mro(resolver.lookup("m", "L"))] == ["L"]


@pytest.mark.parametrize(
    ("version", "platform", "found"),
    [((3, 11), "linux", "old"), ((3, 12), "linux", "new"), ((3, 12), "win32", "win")],
)
def test_the_target_decides_between_definitions(open_files, version, platform, found):
    files = {
        "m.py": """
            import sys
            if sys.platform == "win32":
                from win import f
            elif sys.version_info >= (3, 12):
                from new import f
            else:
                from old import f
            """,
        **{f"{name}.py": "def f(): ...\n" for name in ("win", "new", "old")},
    }
    project = open_files(files, python_version=version, platform=platform)
    assert project.resolver.lookup("m", "f").module == found


@pytest.mark.parametrize(
    ("text", "module"),
    [
        ("def f(): ...\nfrom other import *\n", "other"),
        ("from other import *\ndef f(): ...\n", "here"),
        ("def f(): ...\nfrom other import *\ndef f(): ...\n", "here"),
        ("def g(): ...\nfrom other import *\n", "other"),
    ],
)
def test_the_last_of_a_definition_and_a_star_counts(open_files, text, module):
    resolver = open_files({"here.py": text, "other.py": "def f(): ...\n"}).resolver
    assert resolver.lookup("here", "f") == Symbol(
        "function", module, "f", (module,) if module == "other" else ()
    )


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(st.integers(0, 7), max_size=3, unique=True), min_size=8, max_size=8), st.randoms())
def test_bases_come_depth_first_whatever_was_asked_before(open_files, bases, chance):
    text = "".join(f"class C{n}({', '.join(f'C{b}' for b in some)}): ...\n" for n, some in enumerate(bases))
    resolver = open_files({"m.py": text}).resolver
    order = list(range(8))
    chance.shuffle(order)
    for number in order:
        found = [symbol.name for symbol in resolver.mro(resolver.lookup("m", f"C{number}"))]
        assert found == [f"C{one}" for one in depth_first(bases, number)]


def depth_first(bases, start):
    seen, stack = [], [start]
    while stack:
        one = stack.pop()
        if one not in seen:
            seen.append(one)
            stack += reversed(bases[one])
    return seen


def test_a_thousand_classes_above_each_other(open_files):
    text = "class C0: ...\n" + "".join(f"class C{n + 1}(C{n}): ...\n" for n in range(1000))
    resolver = open_files({"m.py": text}).resolver
    assert len(resolver.mro(resolver.lookup("m", "C1000"))) == 1001
