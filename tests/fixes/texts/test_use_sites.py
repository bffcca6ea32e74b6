import ast

import pytest
from fix_programs import text

from importgraph.fixes.texts.use_sites import MAIN_BLOCK, find_use_sites, functions_of


def sites(source, *, lazy_annotations=False):
    return find_use_sites(ast.parse(text(source)), "b", lazy_annotations=lazy_annotations)


@pytest.mark.parametrize(
    "source",
    [
        "def f(b):\n    return b",
        "def f():\n    b = 1\n    return b",
        "def f():\n    from a import b\n    return b",
        "def f():\n    return [b for b in range(3)]",
        "def f():\n    def b(): ...\n    return b",
        "def f():\n    b = 1\n    def g():\n        return b\n    return g",
        "def f():\n    return lambda b: b",
        "def f():\n    for b in ():\n        print(b)",
        "x.b = 1\nprint(x.b)",
        "def b_(): ...",
        "x = 'b'",
    ],
)
def test_other_names_are_no_use(source):
    found = sites(source)
    assert (found.at_import, found.functions, found.annotations, found.rebound) == ((), (), (), ())


@pytest.mark.parametrize(
    "source",
    [
        "@b\ndef f(): ...",
        "@b.register(int)\nclass C: ...",
        "class C(b): ...",
        "class C(metaclass=b): ...",
        "class C:\n    x = b",
        "def f(x=b): ...",
        "def f(*, x=b): ...",
        "def f(x: b): ...",
        "def f() -> b: ...",
        "x: b = 1",
        "b()",
        "x = lambda: b",
        "x = [b for _ in ()]",
        "for x in b: ...",
        "with b: ...",
        "if b: ...",
        "try: ...\nexcept b: ...",
        "match b:\n    case 1: ...",
        "match x:\n    case b.Y: ...",
        "from dataclasses import dataclass\n@dataclass\nclass C:\n    x: 'b'",
        "from __future__ import annotations\n@dataclasses.dataclass(frozen=True)\nclass C:\n    x: b",
        "from __future__ import annotations\nclass C(BaseModel):\n    x: list[b]",
        "from __future__ import annotations\nclass C(TheirOwnModel):\n    x: b",
        "from __future__ import annotations\n@dispatch.register\ndef f(x: b): ...",
        "from __future__ import annotations\n@app.get('/')\ndef f(x: b): ...",
        "assert b",
        "print(f'{b}')",
    ],
)
def test_used_at_import(source):
    assert sites(source).at_import


@pytest.mark.parametrize(
    "source",
    [
        "b = 1",
        "del b",
        "def b(): ...",
        "class b: ...",
        "for b in (): ...",
        "def f():\n    global b\n    b = 1",
    ],
)
def test_bound_again(source):
    assert sites(source).rebound


def test_functions_with_their_outermost_names():
    found = sites("""
        def f():
            def g():
                return b
        class C:
            async def m(self):
                return [x for x in b]
            @property
            def p(self): return b
        if x:
            def h():
                return lambda: b
        def other():
            class L(b): ...
    """)
    assert [name for name, _ in found.functions] == ["f", "C.m", "C.p", "h", "other"]
    assert found.one_liners == (8,)
    assert found.at_import == ()


def test_annotations_that_are_not_evaluated():
    assert sites("def f(x: 'b'): ...").annotations == (1,)
    assert sites("from __future__ import annotations\ndef f(x: b): ...").annotations == (2,)
    assert sites("def f(x: b): ...", lazy_annotations=True).annotations == (1,)
    assert sites("def f():\n    x: 'list[b]' = []").annotations == (2,)


def test_functions_of_blocks_and_classes():
    tree = ast.parse(
        "try:\n    def f(): ...\nexcept E:\n    class C:\n        def m(self):\n            x = 1\n"
    )
    assert [name for name, _ in functions_of(tree)] == ["f", "C.m"]


MAIN = 'if __name__ == "__main__":\n    b()\n'


def test_what_runs_only_as_a_script_is_no_use_at_import():
    found = sites(MAIN)
    assert found.at_import == ()
    assert found.functions == ((MAIN_BLOCK, 1),)
    assert sites('if "__main__" == __name__:\n    b()\nelse:\n    b.c()\n').at_import == (4,)
    assert sites('if __name__ != "__main__":\n    b()\n').at_import == (2,)
    assert sites('if __name__ == "__main__" and b:\n    pass\n').at_import == (1,)
    assert sites('if __name__ == "__main__": b()\n').one_liners == (1,)
    assert sites('if __name__ == "__main__":\n    b = 1\n').rebound == (2,)
    assert sites('if __name__ == "__main__":\n    pass\n').functions == ()
