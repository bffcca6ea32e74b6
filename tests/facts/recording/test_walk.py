import textwrap

import pytest

from importgraph.facts.model import Flow, Guard, Origin, Scope, StepKind
from importgraph.facts.parse import parse_module


def read(text):
    parsed = parse_module(textwrap.dedent(text).encode())
    assert parsed.broken is None
    return parsed.facts


def imports(text):
    return [(item.module, item.name) for item in read(text).imports]


def only(text):
    (item,) = read(text).imports
    return item


def steps(facts, kind):
    return [step.name for step in facts.body if step.kind is kind]


# -- statements -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("import a.b.c", ("a.b.c", 0, None, None, "a")),
        ("import a.b as c", ("a.b", 0, None, "c", "c")),
        ("from a import b", ("a", 0, "b", None, "b")),
        ("from a import b as c", ("a", 0, "b", "c", "c")),
        ("from . import b", ("", 1, "b", None, "b")),
        ("from ...a import b", ("a", 3, "b", None, "b")),
        ("from a import *", ("a", 0, "*", None, "")),
    ],
)
def test_forms_of_import(text, expected):
    item = only(text)
    assert (item.module, item.level, item.name, item.alias, item.bound) == expected


def test_each_name_has_its_own_place():
    facts = read("import a, b\nfrom c import (\n    d,\n    e as f,\n)\n")
    assert [(i.line, i.column) for i in facts.imports] == [(1, 8), (1, 11), (3, 5), (4, 5)]
    assert facts.lines == 6


def test_scopes():
    facts = read(
        """
        import m
        class C:
            import c
            def method(self):
                import f
                class Inner:
                    import i
        async def g():
            import ag
        h = lambda: __import__("l")
        """
    )
    assert {i.module: (i.scope, i.function >= 0) for i in facts.imports} == {
        "m": (Scope.MODULE, False),
        "c": (Scope.CLASS, False),
        "f": (Scope.FUNCTION, True),
        "i": (Scope.CLASS, True),
        "ag": (Scope.FUNCTION, True),
        "l": (Scope.FUNCTION, True),
    }
    names = [facts.functions[i.function].qualname for i in facts.imports if i.function >= 0]
    assert sorted(names) == ["<lambda>", "C.method", "C.method", "g"]


def test_guards_follow_branches_and_stop_at_else():
    facts = read(
        """
        import typing as t
        from typing import TYPE_CHECKING as CHECKING
        LATER = CHECKING
        if t.TYPE_CHECKING:
            import a
        elif True:
            import b
        if CHECKING:
            import c
        else:
            import d
        if LATER:
            def f():
                import e
        if __name__ == "__main__":
            import g
        """
    )
    guards = {i.module: i.guards for i in facts.imports if i.module != "typing"}
    assert guards == {
        "a": (Guard.TYPE_CHECKING,),
        "b": (),
        "c": (Guard.TYPE_CHECKING,),
        "d": (),
        "e": (Guard.TYPE_CHECKING,),
        "g": (Guard.MAIN,),
    }


def test_nested_guards_add_up():
    item = only(
        """
        if TYPE_CHECKING:
            try:
                if sys.version_info >= (3, 12):
                    import a
            except ImportError:
                pass
        """
    )
    assert item.guards == (Guard.TYPE_CHECKING, Guard.OPTIONAL, Guard.VERSION)


@pytest.mark.parametrize(
    ("handler", "optional", "tried"),
    [
        ("except ImportError: pass", True, True),
        ("except ModuleNotFoundError: pass", True, True),
        ("except (ValueError, ImportError): pass", True, True),
        ("except Exception: pass", True, True),
        ("except: pass", True, True),
        ("except builtins.ImportError: pass", True, True),
        ("except ImportError as e: raise RuntimeError from e", False, True),
        ("except ValueError: pass", False, False),
        ("finally: pass", False, False),
    ],
)
def test_optional_imports(handler, optional, tried):
    item = only(f"try:\n    import a\n{handler}\n")
    assert (Guard.OPTIONAL in item.guards, item.tried >= 0) == (optional, tried)


def test_a_fallback_knows_its_try():
    facts = read(
        "try:\n    import a\nexcept ImportError:\n    import b\nelse:\n    import c\nfinally:\n    import d\n"
    )
    a, b, c, d = facts.imports
    assert a.tried == b.handles == 0
    assert b.guards == (Guard.OPTIONAL,)
    assert (c.tried, c.handles, c.guards) == (d.tried, d.handles, d.guards) == (-1, -1, ())


def test_suppressed_imports_are_optional():
    assert only("with contextlib.suppress(ImportError):\n    import a\n").guards == (Guard.OPTIONAL,)
    assert only("with open(p) as f:\n    import a\n").guards == ()


@pytest.mark.parametrize(
    "around", ["if x:", "while x:", "for x in y:", "match x:\n  case 1:", "if x:\n  pass\nelse:"]
)
def test_conditional_imports(around):
    indent = "    " if "case" in around else "  "
    assert only(f"{around}\n{indent}import a\n").conditional
    assert not only(f"{around}\n{indent}pass\nimport a\n").conditional


def test_what_follows_a_possible_return_is_conditional_in_functions():
    facts = read("def f(x):\n    if x: return\n    import a\ndef g(x):\n    if x: pass\n    import b\n")
    assert [(i.module, i.conditional) for i in facts.imports] == [("a", True), ("b", False)]


def test_lazy_imports():
    facts = read("lazy import a\nlazy from b import c\nimport d\n")
    assert [(i.module, i.lazy) for i in facts.imports] == [("a", True), ("b", True), ("d", False)]


def test_lazy_modules_list():
    assert read("__lazy_modules__ = ['a.b', 'c']\n").lazy_modules == ("a.b", "c")


# -- calls by name ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "module", "level"),
    [
        ("importlib.import_module('a.b')", "a.b", 0),
        ("import_module(name='a.b')", "a.b", 0),
        ("__import__('a.b')", "a.b", 0),
        ("np = pytest.importorskip('numpy')", "numpy", 0),
        ("import_module('.x', __name__)", "x", 1),
        ("import_module('..x', package=__package__)", "x", 2),
    ],
)
def test_literal_dynamic_imports(text, module, level):
    item = only(text)
    assert (item.module, item.level, item.origin, item.bound) == (module, level, Origin.DYNAMIC, "")


@pytest.mark.parametrize(
    ("text", "pattern", "values"),
    [
        ("import_module(name)", "{}", ""),
        ("for n in ['a', 'b']:\n    import_module(f'x.{n}')", "x.{}", "=a|b"),
        ("for n in NAMES:\n    import_module('x.%s' % n)", "x.{}", "NAMES"),
        ("for n in mod.NAMES:\n    import_module('x.' + n)", "x.{}", "mod.NAMES"),
        ("for n in ('a',):\n    import_module('x.{}.y'.format(n))", "x.{}.y", "=a"),
        ("import_module(f'{a}.{b}')", "", ""),
        ("import_module('.x', package)", "", ""),
        ("import_module()", "", ""),
    ],
)
def test_computed_imports_say_what_text_shows(text, pattern, values):
    facts = read(text)
    (dynamic,) = facts.dynamic
    assert (dynamic.pattern, dynamic.values) == (pattern, values)
    assert facts.imports == ()


def test_pytest_plugins_and_patches():
    facts = read(
        """
        pytest_plugins = ["app.fixtures", "other"]
        @mock.patch("app.db.connect")
        def test_it(monkeypatch):
            monkeypatch.setattr("app.clock.now", 1)
            patch("nodots")
            patch(target)
            setattr("app.x", "y", 1)
        """
    )
    assert [(i.module, i.origin) for i in facts.imports] == [
        ("app.db.connect", Origin.MOCK),
        ("app.clock.now", Origin.MOCK),
        ("app.fixtures", Origin.PYTEST_PLUGINS),
        ("other", Origin.PYTEST_PLUGINS),
    ]


def test_one_pytest_plugin_as_a_string():
    assert imports("pytest_plugins = 'app.fixtures'\n") == [("app.fixtures", None)]


def test_lazy_loader():
    facts = read(
        """
        import lazy_loader
        __getattr__, __dir__, __all__ = lazy_loader.attach(
            __name__, submodules=["sub"], submod_attrs={"mod": ["A", "B"]}
        )
        """
    )
    lazy = [(i.module, i.level, i.name) for i in facts.imports if i.lazy]
    assert lazy == [("", 1, "sub"), ("mod", 1, "A"), ("mod", 1, "B")]


def test_tables_of_lazy_names():
    facts = read(
        """
        _WHERE = {"A": "pkg.a", "B": ("pkg.b", "Bee")}
        _WHAT = {"c": ["C1", "C2"]}
        def __getattr__(name): ...
        """
    )
    assert [(row.module, row.name) for row in facts.lazy_table] == [
        ("pkg.a", "A"),
        ("pkg.b", "B"),
        ("c", "C1"),
        ("c", "C2"),
    ]
    assert read("_WHERE = {'A': 'pkg.a'}\n").lazy_table == ()


# -- bindings, definitions, exports -----------------------------------------------------------------


def test_definitions():
    facts = read(
        """
        LIMIT: int = 3
        a, (b, *c) = 1, (2, 3)
        class Shop: ...
        @cache
        def order(): ...
        if TYPE_CHECKING:
            class Hidden: ...
            Alias = int
        type Pair = tuple[int, int]
        if (walrus := 1): pass
        """
    )
    assert [(d.name, d.kind) for d in facts.definitions] == [
        ("LIMIT", "constant"),
        ("a", "constant"),
        ("b", "constant"),
        ("c", "constant"),
        ("Shop", "class"),
        ("order", "function"),
        ("Pair", "constant"),
        ("walrus", "constant"),
    ]
    assert facts.type_only == ("Alias", "Hidden")


@pytest.mark.parametrize(
    ("text", "names", "modules", "exact"),
    [
        ("__all__ = ['a', 'b']", ("a", "b"), (), True),
        ("__all__ = ('a',) + ('b',)", ("a", "b"), (), True),
        ("__all__ = ['a']\n__all__ += ['b']", ("a", "b"), (), True),
        ("__all__: list[str] = ['a']", ("a",), (), True),
        ("__all__ = ['a', *sub.__all__]", ("a",), ("sub",), True),
        ("__all__ = ['a']\n__all__ += sub.__all__", ("a",), ("sub",), True),
        ("__all__ = ['a']\n__all__.append('b')\n__all__.extend(['c'])", ("a", "b", "c"), (), True),
        ("__all__ = ['a', 'b']\n__all__.remove('a')", ("b",), (), True),
        ("__all__ = sorted(['b', 'a'])", ("b", "a"), (), True),
        ("__all__ = [n for n in dir()]", (), (), False),
        ("__all__ = ['a'] + names", ("a",), (), False),
        ("__all__ = ['a']\n__all__ = ['b']", ("b",), (), True),
    ],
)
def test_exports(text, names, modules, exact):
    exports = read(text).exports
    assert (exports.names, exports.modules, exports.exact) == (names, modules, exact)


def test_no_exports():
    assert read("a = 1").exports is None


def test_strings_that_may_name_modules():
    facts = read("NAMES = ['a', 'b']\nOTHER = ['a', 1]\nclass C:\n    apps = ('x',)\n")
    assert dict(facts.strings) == {"NAMES": ("a", "b"), "C.apps": ("x",)}


def test_steps_of_a_module_come_in_order_of_execution():
    facts = read(
        """
        import dep
        @dep.register
        class Shop(dep.Base, metaclass=dep.Meta):
            size = dep.SIZE
            def order(self, when=dep.now()):
                return dep.never()
        shop = Shop()
        shop.open("early")
        del dep
        """
    )
    kinds = [(step.kind, step.name) for step in facts.body]
    assert kinds == [
        (StepKind.IMPORT, "dep"),
        (StepKind.USE, "dep.Base"),
        (StepKind.USE, "dep.Meta"),
        (StepKind.USE, "dep.register"),
        (StepKind.USE, "dep.SIZE"),
        (StepKind.BIND, "Shop.size"),
        (StepKind.CALL, "dep.now"),
        (StepKind.FUNCTION, "Shop.order"),
        (StepKind.CLASS, "Shop"),
        (StepKind.CALL, "dep.register"),
        (StepKind.CALL, "Shop"),
        (StepKind.BIND, "shop"),
        (StepKind.CALL, "shop.open"),
        (StepKind.DELETE, "dep"),
    ]
    (shop,) = facts.classes
    assert (shop.bases, shop.metaclass, shop.decorators) == (("dep.Base",), "dep.Meta", ("dep.register",))
    (order,) = facts.functions
    assert order.uses == ("dep.never",)
    assert order.parameters == ("self", "when")


def test_a_class_body_sees_its_own_names():
    facts = read("class A:\n    class B: ...\n    def f(): ...\n    x = B()\n    y = f()\n    z = other()\n")
    assert steps(facts, StepKind.CALL) == ["A.B", "A.f", "other"]


def test_calls_of_local_names_say_nothing():
    facts = read(
        "def f(callback, size=1):\n    callback()\n    it = Shop()\n    it.run()\n    for x in y: x()\n"
    )
    assert [s.name for s in facts.functions[0].body if s.kind is StepKind.CALL] == ["Shop", "it.run"]


def test_what_functions_are():
    facts = read("async def a(): ...\ndef b(): yield 1\ndef c():\n    def d(): yield\n    return d\n")
    found = {f.qualname: (f.deferred, f.generator) for f in facts.functions}
    assert found == {
        "a": (True, False),
        "b": (False, True),
        "c": (False, False),
        "c.<locals>.d": (False, True),
    }


def test_flow():
    facts = read(
        """
        try:
            one()
        except AttributeError:
            two()
        if x:
            three()
        if False:
            four()
        def f(x: five()): ...
        """
    )
    flow = {s.name: s.flow for s in facts.body if s.kind is StepKind.CALL}
    assert flow == {
        "one": Flow.CATCHES_ATTRIBUTE,
        "two": Flow.HANDLER,
        "three": Flow.CONDITIONAL,
        "five": Flow.ANNOTATION,
    }


def test_future_annotations_are_not_evaluated():
    facts = read("from __future__ import annotations\ndef f(x: five()) -> six(): ...\ny: seven() = 1\n")
    assert facts.future_annotations
    assert steps(facts, StepKind.CALL) == []


@pytest.mark.parametrize(
    ("text", "hazards"),
    [
        ("globals()['x'] = 1", ("globals",)),
        ("exec(code)", ("exec",)),
        ("import sys\nsys.modules[__name__] = x", ("sys.modules",)),
        ("recreate_module(__name__, x)", ("sys.modules",)),
        ("def f():\n    global x\n    x = 1", ("global x",)),
        ("class A:\n    def __del__(self): ...", ("__del__",)),
        ("print(1)", ()),
    ],
)
def test_hazards(text, hazards):
    assert read(text).hazards == hazards
