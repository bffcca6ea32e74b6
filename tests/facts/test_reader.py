"""The compiled reader says what the one in Python says, or nothing."""

import random
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from importgraph.errors import UsageError
from importgraph.facts import build_reader, parsing, reader
from importgraph.facts.build_reader import build
from importgraph.facts.model import Parsed
from importgraph.facts.native_sources import NAME, is_whole, sources_digest
from importgraph.facts.parse import parse_module
from importgraph.facts.source.syntax import compile_error

pytestmark = pytest.mark.xdist_group("compiled reader")
OWN = Path(reader.__file__).parents[1]
FILES = sorted([*OWN.glob("graph/*.py"), *OWN.glob("facts/*.py"), *OWN.glob("evaluation/*.py")])


@pytest.fixture(scope="module")
def compiled_module(tmp_path_factory):
    folder = tmp_path_factory.mktemp("compiled")
    try:
        made = build(folder, optimize="-O0")
    except UsageError as error:
        pytest.skip(str(error))
    spec = spec_from_file_location("importgraph.facts._reader", made)
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    assert sources_digest() == module.SOURCES
    return module


@pytest.fixture(scope="module")
def compiled(compiled_module):
    return lambda source: compiled_module.facts(source, len(source))


def check_equal(compiled, source):
    found = compiled(source)
    if found is not None:
        facts, is_doubtful = found
        expected = parse_module(source)
        if is_doubtful and expected.broken is not None:  # it parses, and does not compile
            assert expected.broken.reason == compile_error(source).reason
            expected = replace(expected, broken=None)
        assert expected.broken is None
        assert msgspec.msgpack.decode(facts, type=Parsed) == expected
        assert facts == msgspec.msgpack.encode(expected)
    return found is not None


@pytest.mark.parametrize("path", FILES[::3], ids=lambda path: path.name)
def test_real_files(compiled, path):
    check_equal(compiled, path.read_bytes())


def test_hardly_any_file_is_left_to_python(compiled):
    left = [path.name for path in FILES if compiled(path.read_bytes()) is None]
    assert len(left) < len(FILES) / 10, left


READ = {
    "nothing": "",
    "no line end": "import a",
    "comment without line end": "if x:\n    import a\n# end",
    "imports": "import a.b as c, d\nfrom . import x\nfrom ...p.q import (y as z, w,)\nfrom m import *\n",
    "semicolons": "import a; import b;\nif x: import c; y = 1\n",
    "continued": "from a import \\\n    b\nx = (1,\n     # why\n     f())\n",
    "optional": "try:\n    import a\nexcept (ImportError, x.Oops) as e:\n    import b\nelse:\n    c()\nfinally:\n    d()\n",
    "re-raised": "try:\n    import a\nexcept ImportError:\n    raise\n",
    "other failures": "try:\n    import a\nexcept ValueError:\n    import b\nelse:\n    import c\nfinally:\n    import d\n",
    "groups": "try:\n    import a\nexcept* ImportError:\n    import b\n",
    "newer handlers": "try:\n    import a\nexcept A, ImportError:\n    import b\n",
    "suppressed": "with suppress(ImportError), a.b() as c, d as (e, f):\n    import x\n",
    "bracketed items": "with (open(a) as b, c,):\n    pass\nwith (a, b):\n    pass\nwith (a, b) as c:\n    pass\n",
    "type checking": "from typing import TYPE_CHECKING as T\nif T:\n    import a\nelse:\n    import b\nif not T:\n    import c\n",
    "aliased typing": "import typing as t\nif t.TYPE_CHECKING:\n    import a\n    X = 1\n    def f(): pass\n",
    "versions": (
        "P = sys.version_info >= (3, 11)\nif P and sys.platform == 'linux':\n    import a\n"
        "elif sys.version_info[0] < 3 or sys.version_info[:2] > (3, 9):\n    import b\nelse:\n    import c\n"
    ),
    "platforms": "if sys.platform.startswith('win') or os.name in ('nt', 'java'):\n    import a\n",
    "environment": "if os.environ.get('A') or os.getenv('B'):\n    import a\nif 'C' not in os.environ:\n    import b\n",
    "constants": "if 0:\n    import a\nif 1.0:\n    import b\nif '':\n    import c\nif 0x0:\n    import d\nwhile None: import e\n",
    "main": "if __name__ == '__main__':\n    import a\nif __name__ != '__main__':\n    import b\n",
    "compared with a constant": "if (TYPE_CHECKING is True) and x is not False:\n    import a\n",
    "dynamic": (
        "importlib.import_module('a.b')\n__import__(x)\nimport_module('.c', __name__)\nimport_module('.d')\n"
        "for n in ['p', 'q']:\n    import_module(f'x.{n}')\n    import_module('y.%s' % n)\n    import_module('z.' + n)\n"
        "    import_module('w.{}'.format(n))\nimportlib.import_module(name='k')\n"
    ),
    "patches": "@mock.patch('a.b.c')\ndef f():\n    with patch.object(x, 'y'), mock.patch('d.e'): pass\n",
    "plugins": "pytest_plugins = ['a', 'b.c']\n__lazy_modules__ = ('x',)\n",
    "exports": (
        "__all__ = ['a', *b.__all__] + c.__all__\n__all__ += ('d',)\n__all__.extend(['e'])\n__all__.remove('a')\n"
        "__all__.append(f)\n"
    ),
    "functions": (
        "@d1\n@d2(x)\ndef f(a, b: int = g(), /, c=1, *args: P, d, e: h() = 2, **kw: K) -> R:\n    global z\n    import q\n"
        "    def inner():\n        return q.r(b)\n    if a:\n        return inner\n    x = lambda y=a: q.s(y)\n    yield x()\n"
    ),
    "starred annotation": "def f(*args: *Ts): pass\nx: T[*Ts] = a[b, *c]\n",
    "coroutines": "async def f():\n    async with a as b:\n        async for c in d:\n            await e.g()\n    [i async for i in j]\n",
    "classes": (
        "class A(B, metaclass=M, **kw):\n    x: int = f()\n    y = x\n    z, w = 1, 2\n    class C: pass\n"
        "    def m(self): return self.x()\n    @staticmethod\n    def s(a): a()\n    def __del__(self): pass\n"
    ),
    "parameters of types": "type A[T: int, *Ts, **P] = list[T]\ndef f[T = int](a: T): pass\nclass C[T](B[T]): pass\ntype = 3\n",
    "loops": "for i, *j in a, *b:\n    import c\nelse:\n    import d\nwhile x():\n    break\n",
    "assignments": "a = b = c.d\na.b = c\n(a, [b, *c]) = d\na[0].b: int = c()\na += f()\n(x): int\ny: z = yield\n",
    "walrus": "if (x := a.b()): pass\n[y := f(z), *w]\nprint(q := 1)\n",
    "comprehensions": "{k: v for k, v in a if b if c(k)}\n{*a, b}\n{**a, 'b': 1}\n(i for i in (yield))\nf(x for x in y)\n",
    "deletions": "del a, b.c, d[e]\nclass A:\n    del x\n",
    "strings": "'''doc\nstring'''\nx = 'a' \"b\" r'\\d' u'c'\ny = b'\\xff' rb'\\d'\nre.compile('a' 'bc' rf'{x}d')\nre.compile(b'\\x80')\n'\\x41\\u00e9\\\n'\n",
    "formatted": "f'{a.b()!r:>{c()}} {{}} {d[\"e\"]:%Y-%m}' 'x' f\"{ g if h else i }\"\nf'''\n{a()}\n  {b()}'''\n",
    "numbers": "0xFF + 0b1 + 0o7 + 1_000 + 1.5e-3 + 2j + .5 + 5. + 00\n",
    "operators": "a if not b else -c ** -d @ e // f << 2 & ~g | h ^ i\na < b <= c != d in e not in f is g is not h\n",
    "subscripts": "a[1:2, ::3, :]\na[:]\na[b](c)[d].e\n",
    "other alphabets": "x = ['é', 'ü']\ny = 'ñ'  # ß\nf('é')\nz = ['\u00a0']\n",
    "surrogate": "x = ['\\ud800']\n",
    "tabs in blank lines": "if a:\n    import b\n\t\n    import c\n",
    "frames": "import sys\nsys._getframe().f_globals\n",
    "answers": "def __getattr__(name): ...\n",
    "match": (
        "match a.b(), *c:\n    case [d, *_] | (e.f as g) if h():\n        import i\n    case {'k': x, j.k: -1, **rest}:\n        pass\n"
        "    case K(1, y=l.M(), z=None), 'x' 'y':\n        import m\n    case _:\n        match = case = 1\nmatch[a]: int\nmatch(a)\n"
    ),
    "search path": (
        "sys.path.insert(0, a)\ndef f(x=b.__path__.append(c)):\n    __path__ = d\n    sys.path[:] += e\n    site.addsitedir(g)\n"
        "del sys.path[0], h\n__path__: list = extend_path(__path__, __name__)\n(sys.path, i) = j\nf'{monkeypatch.syspath_prepend(k)}'\n"
    ),
    "future": "from __future__ import annotations\ndef f(a: b()) -> c: pass\nx: d() = 1\n",
}


@pytest.mark.parametrize("source", READ.values(), ids=READ)
def test_what_it_reads(compiled, source):
    assert check_equal(compiled, source.encode())


LEFT = {
    "lambda in a formatted text": "f'{(lambda: 1)()}'\n",
    "a table of lazy names": "T = {'a': 'b'}\ndef __getattr__(name): ...\n",
    "tab": "if a:\n\timport b\n",
    "carriage return": "import a\r\n",
    "coding": "# coding: latin-1\nimport a\n",
    "byte order mark": "\ufeffimport a\n",
    "other letters": "é = 1\n",
    "lazy": "lazy import a\n",
    "a name on the line behind type": "type \\\nX[T] = a; b\n",
    "a keyword behind type": "type if a else b\n",
    "newer formatted": "f'{a[\"b\"]!r:{\"\\n\"}}' f'{a['b']}'\n",
}


@pytest.mark.parametrize("source", LEFT.values(), ids=LEFT)
def test_what_it_leaves_to_python(compiled, source):
    assert compiled(source.encode()) is None


BROKEN = """
import a.; from import b; from a import (b c); from . import; import a as b.c; from a import b,; f(a=1, b); f(**a, *b)
f(a for a in b, c); def f(a=1, b): pass; def f(*): pass; def f(*, **k): pass; def f(a, /, /): pass; f() = 1; a + 1 = 2
for f() in a: pass; (a, b()) = c; a b; x = ; return return; if a import b; class A(x for x in y): pass; try: pass
'abc; f'{'; f'{}'; f'}'; f'{a b}'; '\\x4'; '\\u12'; b'é'; 'a' b'c'; 01; 1__0; 0x; 1e; 1a; a[]; {a: b, c}; {**a for a in b}
[*a for a in b]; a := 1; (a.b := 1); lambda *: 1; not; a not b; a <> b; None = 1; del f(); with a as f(): pass; @a; else: pass
match a: pass; print 'x'; exec 'x'; except: pass; async x; await; yield = 1; global a.b; nonlocal; assert; raise a from; import *; a = *b; $; ?
"""


@pytest.mark.parametrize(
    "source", [part.strip() for part in BROKEN.replace("\n", ";").split(";") if part.strip()]
)
def test_broken_files_are_left_to_python(compiled, source):
    assert compiled(source.encode()) is None
    assert compiled(f"def f():\n    {source}\n".encode()) is None


@pytest.mark.parametrize(
    "source", ["if a:\nb", "if a:\n  b\n c", "  a", "(a\n", "a)", "'''a", "a \\", "\0", "a\n  b", "a\xff"]
)
def test_broken_layout_is_left_to_python(compiled, source):
    assert compiled(source.encode("latin-1")) is None


def test_deep_trees_are_left_to_python(compiled):
    assert compiled(("(" * 90 + ")" * 90).encode()) is None
    assert compiled(("a" + "+a" * 500).encode()) is None


COSTLY = {
    "strings that are joined": "x = " + "'a' " * 20_000,
    "conditions": "".join(f"if os.getenv('a{n}'): pass\n" for n in range(5_001)),
}


@pytest.mark.parametrize("source", COSTLY.values(), ids=COSTLY)
def test_what_would_take_much_time_or_memory_is_left_to_python(compiled, source):
    assert compiled(source.encode()) is None


def test_names_of_many_texts_are_in_order(compiled):
    names = [f"a{n * 7919 % 1000}" for n in range(300)]
    assert check_equal(compiled, f"def f():\n    global {', '.join(names)}\n".encode())


@pytest.mark.parametrize("pattern", ["_()", "_.a", "[_.a]", "a | _.b()"])
def test_a_wildcard_is_no_name(compiled, pattern):
    assert compiled(f"match a:\n    case {pattern}:\n        pass\n".encode()) is None


WORDS = [
    *"abc():,.=[]{}*'\n",
    "\n    ",
    " ",
    "if ",
    "else",
    "def f",
    "import ",
    "from ",
    "for ",
    " in ",
    "lambda ",
    "not ",
    "f'{",
    "}'",
    "1",
    "**",
]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(WORDS), max_size=12).map("".join))
def test_random_texts(compiled, source):
    check_equal(compiled, source.encode())


def test_mutated_files(compiled):
    chance = random.Random(7)  # noqa: S311 -- mutations
    text = (OWN / "names.py").read_text(encoding="utf-8")
    for _ in range(60):
        at, length = chance.randrange(len(text)), chance.randrange(8)
        other = chance.randrange(len(text))
        check_equal(compiled, (text[:at] + text[other : other + length] + text[at + length :]).encode())


def test_a_reader_of_other_sources_is_not_used(monkeypatch):
    monkeypatch.setitem(
        sys.modules, "importgraph.facts._reader", type("old", (), {"SOURCES": "", "facts": len})
    )
    reader.compiled_reader.cache_clear()
    try:
        assert reader.compiled_reader() is None
        monkeypatch.delenv("IMPORTGRAPH_PURE", raising=False)
        assert reader.refused_reader() == "it was built from other sources"
        monkeypatch.setattr(sys.modules["importgraph.facts._reader"], "SOURCES", sources_digest())
        monkeypatch.setenv("IMPORTGRAPH_PURE", "")
        reader.compiled_reader.cache_clear()
        assert reader.compiled_reader() is len
        assert reader.refused_reader() == ""
        monkeypatch.setenv("IMPORTGRAPH_PURE", "1")
        reader.compiled_reader.cache_clear()
        assert reader.compiled_reader() is None
    finally:
        reader.compiled_reader.cache_clear()


def test_a_library_that_is_not_ours_is_not_used(monkeypatch):
    monkeypatch.delenv("IMPORTGRAPH_PURE", raising=False)
    monkeypatch.setitem(sys.modules, "importgraph.facts._reader", type("other", (), {}))
    reader.compiled_reader.cache_clear()
    try:
        assert reader.compiled_reader() is None
    finally:
        reader.compiled_reader.cache_clear()


@pytest.mark.skipif(sys.platform != "linux", reason="of other systems' libraries nothing is known")
def test_a_library_that_is_cut_off_is_not_loaded(compiled_module, monkeypatch, tmp_path):
    whole = Path(compiled_module.__file__).read_bytes()
    cut = tmp_path / NAME
    monkeypatch.setattr(reader, "__file__", str(tmp_path / "reader.py"))
    monkeypatch.setattr(reader, "import_module", lambda _name: pytest.fail("it was loaded"))
    try:
        for size in (0, 10, 63, 1000, len(whole) // 2, len(whole) - 1):
            cut.write_bytes(whole[:size])
            reader.compiled_reader.cache_clear()
            assert reader.compiled_reader() is None
            assert reader.refused_reader() == "it is not whole"
    finally:
        reader.compiled_reader.cache_clear()
    cut.write_bytes(whole)
    assert is_whole(cut)


def test_a_folder_that_cannot_be_written_is_said(tmp_path):
    with pytest.raises(UsageError, match="could not be written"):
        build(tmp_path / "none")


def test_scanning_uses_it_and_falls_back(compiled, monkeypatch):
    monkeypatch.setattr(reader, "compiled_reader", lambda: lambda source, _size: compiled(source))
    sources = [b"import a\n", b"import a\r\n", b"import (\n"]
    found = [msgspec.msgpack.decode(one, type=Parsed) for one in parsing._parse_and_encode(sources)]
    assert found == [parse_module(source) for source in sources]


def test_large_files_are_read_thinned(compiled_module, monkeypatch):
    monkeypatch.setattr(reader, "compiled_reader", lambda: compiled_module.facts)
    numbers = b"x = [" + b"1, " * 100_000 + b"]\nimport a\n"
    for source in (numbers, numbers + b"y = ['f_globals', " + b"'f_locals', " * 2_000 + b"]\n"):
        assert msgspec.msgpack.decode(reader.encoded_facts(source), type=Parsed) == parse_module(source)


def test_no_compiler_is_said(tmp_path, monkeypatch):
    monkeypatch.setenv("CC", str(tmp_path / "none"))
    with pytest.raises(UsageError, match="no C compiler"):
        build(tmp_path)
    monkeypatch.setenv("CC", "false")
    with pytest.raises(UsageError, match="could not be compiled"):
        build(tmp_path)
    assert build_reader.main() == 2
    assert list(tmp_path.iterdir()) == []
