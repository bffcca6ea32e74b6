"""What parses and does not compile is broken, by the reader in Python and by the compiled one."""

import ast

import msgspec
import pytest

from importgraph.facts.model import Parsed
from importgraph.facts.parse import parse_module
from importgraph.facts.reader import compiled_reader, encoded_facts
from importgraph.facts.source.syntax import compile_error

BROKEN = [
    ("x = 1\nfrom __future__ import annotations\n", 2),
    ("'a'\n'b'\nfrom __future__ import annotations\n", 3),
    ("if x:\n    from __future__ import division\n", 2),
    ("from __future__ import braces\n", 1),
    ("class A:\n    return\n", 2),
    ("def f():\n    class A:\n        return\n", 3),
    ("yield\n", 1),
    ("async def f():\n    yield from x\n", 2),
    ("def f():\n    await x\n", 2),
    ("async def f():\n    lambda: await x\n", 2),
    ("def f():\n    async with a: pass\n", 2),
    ("def f():\n    [x async for x in y]\n", 2),
    ("async def f():\n    yield\n    return 1\n", 3),
    ("break\n", 1),
    ("for x in y: pass\nelse: continue\n", 2),
    ("while x:\n    class A: break\n", 2),
    ("nonlocal x\n", 1),
    ("def f():\n    nonlocal x\n", 2),
    ("x = 1\nglobal x\n", 2),
    ("def f(x):\n    global x\n", 2),
    ("def f(a, *a): pass\n", 1),
    ("lambda a, a: 1\n", 1),
    ("f(a=1, b=2, a=3)\n", 1),
    ("class A(b=1, b=2): pass\n", 1),
    ("*a, b, *c = d\n", 1),
    ("for a, *b, *c in d: pass\n", 1),
    ("[a for *a, *b in c]\n", 1),
    ("*a = b\n", 1),
    ("x = *a\n", 1),
    ("x += *a\n", 1),
    ("def f():\n    return *a\n", 2),
    ("def f():\n    from a import *\n", 2),
    ("class A:\n    from a import *\n", 2),
    ("try: pass\nexcept: pass\nexcept A: pass\n", 2),
    ("for x in y:\n    try: pass\n    except* A: break\n", 3),
    ("[(yield) for x in y]\n", 1),
    ("[x for x in (y := z)]\n", 1),
    ("[x := 1 for x in y]\n", 1),
    ("class A:\n    [y := x for x in z]\n", 2),
    ("__debug__ = 1\n", 1),
    ("match x:\n    case a: pass\n    case b: pass\n", 2),
    ("type X = int\nreturn\n", 2),
    ("def f[T](a: T): pass\nbreak\n", 2),
]


def both(source: str) -> Parsed:
    text = source.encode()
    found = parse_module(text)
    assert msgspec.msgpack.decode(encoded_facts(text), type=Parsed) == found
    return found


@pytest.mark.parametrize(("source", "line"), BROKEN, ids=[source for source, _ in BROKEN])
def test_what_only_compiling_shows_is_broken(source, line):
    found = both(f"{source}import after\n")
    assert found.broken is not None
    assert found.broken.line == line
    assert "after" in [item.module for item in found.facts.imports]


WHOLE = [
    "'doc'\nfrom __future__ import annotations\nfrom __future__ import division\nx = 1\n",
    "def f():\n    x = 1\n    def g():\n        nonlocal x\n    for a in b:\n        break\n",
    "async def f():\n    async with a:\n        return [x async for x in y if await x]\n",
    "async def f():\n    yield 1\n    return\n",
    "if any((m := p) for p in q): pass\nx, *y = z\nf(a=1, **b, **c)\n",
    "class A:\n    def f(self):\n        return [*self, *b]\n    x = lambda y: (yield)\n",
    "try: pass\nexcept A: pass\nexcept: pass\nfrom a import *\nif __debug__: pass\n",
    "match x:\n    case [a, *b]: pass\n    case _: pass\n",
    "type X[T] = list[T]\ndef f[T](a):\n    return a\n",
    "from .__future__ import x\n",
]


@pytest.mark.parametrize("source", WHOLE)
def test_what_compiles_is_not_broken(source):
    assert both(source).broken is None


@pytest.mark.parametrize("position", range(0, len(BROKEN), 4))
def test_a_fault_beside_others_is_not_overlooked(position):
    for source in (f"{BROKEN[position][0]}{whole}" for whole in WHOLE):
        try:
            ast.parse(source)
        except SyntaxError:
            continue  # newer syntax, or the two do not go together
        assert (both(source).broken is None) == (compile_error(source.encode()) is None)


def test_few_files_are_compiled():
    reader = compiled_reader()
    if reader is None:
        pytest.skip("there is no compiled reader")
    doubtful = [bool(reader(source.encode(), len(source))[1]) for source in WHOLE[:3]]
    assert doubtful == [False, True, False]
