import textwrap

import pytest

from importgraph.graph.views import closure, modules_of

WAYS = """
    import contextlib
    def make():
        import app.heavy
        return make
    def maybe(x):
        if x:
            import app.heavy
    def early(x):
        if x:
            return
        import app.heavy
    def deco(n):
        def inner(c):
            import app.heavy
            return c
        return inner
    def outer(): middle()
    def middle(): make()
    def nested():
        def inner(): import app.heavy
        inner()
    def factory(): return make
    async def coroutine(): import app.heavy
    @contextlib.contextmanager
    def manager():
        import app.heavy
        yield
    class Entered:
        def __enter__(self): import app.heavy
        def __exit__(self, *a): ...
    class Hook:
        def __init_subclass__(cls): import app.heavy
    class Meta(type):
        def __new__(mcs, *a): import app.heavy
    class Descriptor:
        def __set_name__(self, owner, name): import app.heavy
    class Thing:
        def __init__(self): import app.heavy
    class Sub(Thing):
        def __init__(self): super().__init__()
    class Plain(Thing): ...
    class OnSelf:
        def __init__(self): self.set_up()
        def set_up(self): import app.heavy
    class Holder:
        def __init__(self): self.thing = Quiet()
    class Quiet:
        def run(self): import app.heavy
        @classmethod
        def by_class(cls): cls.other()
        @staticmethod
        def other(): import app.heavy
        def __call__(self): import app.heavy
    quiet = Quiet()
    holder = Holder()
"""
START = "from app.ways import *\nimport app.ways\n"

RUNS = {
    "a call": "make()",
    "through a module": "app.ways.make()",
    "through an alias": "again = make\nagain()",
    "in a call that calls": "outer()",
    "a function in a function": "nested()",
    "what a function returns": "factory()()",
    "a decorator": "@make\ndef f(): ...",
    "what a decorator returns": "@deco(1)\nclass C: ...",
    "a default argument": "def f(a=make()): ...",
    "a keyword default": "def f(*, a=make()): ...",
    "an annotation": "def f(a: make()): ...",
    "a class body": "class C:\n    x = make()",
    "a base class hook": "class C(Hook): ...",
    "a metaclass": "class C(metaclass=Meta): ...",
    "a descriptor": "class C:\n    x = Descriptor()",
    "a constructor": "Thing()",
    "an inherited constructor": "Plain()",
    "super": "Sub()",
    "a method on self": "OnSelf()",
    "a method of an instance": "quiet.run()",
    "a method of a new instance": "Quiet().run()",
    "a class method": "Quiet.by_class()",
    "a static method": "Quiet.other()",
    "an instance": "quiet()",
    "an attribute of an instance": "holder.thing.run()",
    "a context manager": "with manager(): ...",
    "a context manager class": "with Entered(): ...",
    "a comprehension": "x = [make() for _ in y]",
    "an argument": "print(make())",
    "a branch of the module": "if something:\n    make()",
    "a loop of the module": "for x in y:\n    make()",
    "a try": "try:\n    make()\nexcept ImportError:\n    pass",
    "a branch of the function that is taken": "maybe(1)",
    "a possible return that is not taken": "early(0)",
    "a local import": "def f():\n    from app.ways import make as m\n    m()\nf()",
}
RUNS_NOT = {
    "nothing": "",
    "a function that nobody calls": "def f(): make()",
    "a lambda": "f = lambda: make()",
    "a coroutine": "coroutine()",
    "the name without a call": "print(make)",
    "under __main__": "if __name__ == '__main__':\n    make()",
    "for type checkers": "if TYPE_CHECKING:\n    make()",
    "below if False": "if False:\n    make()",
    "in a handler": "try:\n    x\nexcept ValueError:\n    make()",
    "on another platform": "import sys\nif sys.platform == 'win32':\n    make()",
    "a branch of the function that is not taken": "maybe(0)",
    "a branch of the function that nobody knows": "maybe(unknown)",
    "after a possible return": "early(1)",
    "a parameter of the same name": "def f(make): make()\nf(print)",
    "a rebound name": "def make(): ...\nmake()",
}


def graph_of(open_files, text, **more):
    files = {
        "app/__init__.py": "",
        "app/heavy.py": "",
        "app/ways.py": WAYS,
        "app/main.py": START + text,
        **more,
    }
    return open_files(files, python_version=(3, 12), platform="linux")


def loaded(project, module):
    return modules_of(closure(project.runtime, [module]))


@pytest.mark.parametrize("text", RUNS.values(), ids=RUNS.keys())
def test_functions_that_run_at_import(open_files, text):
    assert "app.heavy" in loaded(graph_of(open_files, text), "app.main")


@pytest.mark.parametrize("text", RUNS_NOT.values(), ids=RUNS_NOT.keys())
def test_functions_that_do_not(open_files, text):
    assert "app.heavy" not in loaded(graph_of(open_files, text), "app.main")


def test_annotations_are_not_evaluated_under_the_future_import(open_files):
    text = "from __future__ import annotations\nfrom app.ways import make\ndef f(a: make()): ...\n"
    project = graph_of(open_files, "", **{"app/other.py": text})
    assert "app.heavy" not in loaded(project, "app.other")


def test_the_calls_that_run_an_import_are_kept(open_files):
    project = graph_of(open_files, "outer()\n")
    assert [(call.caller, call.function, call.line) for call in project.graph.calls] == [
        ("app.main", "app.ways:outer()", 3),
        ("app.ways:middle()", "app.ways:make()", 18),
        ("app.ways:outer()", "app.ways:middle()", 17),
    ]
    lines = textwrap.dedent(WAYS).lstrip("\n").splitlines()
    assert lines[17] == "def middle(): make()"
    assert {"app.ways:make()", "app.ways:Quiet.__init__()"} & project.graph.run_at_import == {
        "app.ways:make()"
    }


def test_a_call_that_loads_nothing_is_not_kept(open_files):
    project = open_files({"a.py": "def f(): ...\nf()\n"})
    assert project.graph.calls == ()
    assert project.graph.run_at_import == {"a:f()"}


def test_a_callee_passed_on_by_packages(open_files):
    more = {"app/api.py": "from .inner import make as create\n", "app/inner.py": "from .ways import make\n"}
    project = graph_of(open_files, "from app.api import create\ncreate()\n", **more)
    assert "app.heavy" in loaded(project, "app.main")


@pytest.mark.parametrize(
    "text", ["def f(): f()\nf()", "x = x()\nx()", "def f(): return g()\ndef g(): return f()\nf()()"]
)
def test_circles_end(open_files, text):
    assert "app.heavy" not in loaded(graph_of(open_files, text), "app.main")
