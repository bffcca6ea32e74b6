"""Inputs for fuzzing, each the same for the same seed: mutated files, random graphs, settings and test files."""

import random
import re
from collections.abc import Sequence

Rows = Sequence[bytes]

_TOKEN = re.compile(rb"\w+|\s+|[^\w\s]")
HOSTILE = (
    b"lazy import a; type t' f' f'{ {x!r:{ {{ }} \\\n \n \r \f \t \" ' \"\"\" ''' ( ) [ ] { } : ; , := -> ** * @ # "
    b"match case async await yield lambda import from . .. ... except* except A,B: with global nonlocal del "
    b"print exec 0777 1_000 1e999 0x \xc3\xa9 \xe9 \x80 \xff \x00 \xef\xbb\xbf \xe2\x80\xae # coding: #coding:latin-1 "
    b"__all__ __lazy_modules__ TYPE_CHECKING if else: try: finally: def f(): class A[T]: pass return"
).split(b" ")
"""Texts that lexers and grammars trip over."""


def pieces(source: bytes, size: int, chance: random.Random) -> bytes:
    """Take statements of a file in a row, about `size` bytes; most pieces parse."""
    starts = [found.start() for found in re.finditer(rb"^(?=[^\s#)\]}'\"])", source, re.MULTILINE)] or [0]
    start = chance.choice(starts)
    end = next((one for one in starts if one > start + size // 2), start + size)
    return source[start : min(end, start + 4 * size)]


def mutate_bytes(source: bytes, other: bytes, chance: random.Random) -> bytes:
    """Change, insert, delete and copy bytes."""
    text = bytearray(source or b"x")
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(text) + 1)
        match chance.randrange(5):
            case 0:
                text[at : at + 1] = bytes([chance.randrange(256)])
            case 1:
                text[at:at] = chance.choice(HOSTILE)
            case 2:
                del text[at : at + chance.randint(1, 30)]
            case 3:
                start = chance.randrange(len(other) + 1)
                text[at:at] = other[start : start + chance.randint(1, 60)]
            case _:
                text[at : at + 1] = bytes([text[at - 1] ^ (1 << chance.randrange(8))]) if text else b""
        text = text or bytearray(b"x")
    return bytes(text)


def mutate_tokens(source: bytes, other: bytes, chance: random.Random) -> bytes:
    """Delete, repeat, swap and replace tokens."""
    tokens = _TOKEN.findall(source) or [b"x"]
    theirs = _TOKEN.findall(other) or [b"y"]
    for _ in range(chance.randint(1, 5)):
        at = chance.randrange(len(tokens))
        match chance.randrange(5):
            case 0:
                del tokens[at]
            case 1:
                tokens.insert(at, tokens[at])
            case 2:
                there = chance.randrange(len(tokens))
                tokens[at], tokens[there] = tokens[there], tokens[at]
            case 3:
                tokens[at] = chance.choice(theirs)
            case _:
                tokens.insert(at, chance.choice(HOSTILE))
        tokens = tokens or [b"x"]
    return b"".join(tokens)


def mutate_lines(source: bytes, other: bytes, chance: random.Random) -> bytes:
    """Delete, repeat, swap, indent, join and mix lines."""
    lines, theirs = source.split(b"\n"), other.split(b"\n")
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(lines))
        match chance.randrange(7):
            case 0:
                del lines[at]
            case 1:
                lines.insert(at, lines[at])
            case 2:
                there = chance.randrange(len(lines))
                lines[at], lines[there] = lines[there], lines[at]
            case 3:
                lines[at] = chance.choice([b" ", b"    ", b"\t"]) + lines[at]
            case 4:
                lines[at] = lines[at].lstrip()
            case 5:
                lines.insert(at, chance.choice(theirs))
            case _:
                lines[at : at + 2] = [b"\\".join(lines[at : at + 2])]
        lines = lines or [b""]
    return b"\n".join(lines)


MUTATIONS = {"bytes": mutate_bytes, "tokens": mutate_tokens, "lines": mutate_lines}


def mutated(kind: str, files: Rows, seed: int, size: int = 250) -> bytes:
    """Make one mutated file out of two real ones."""
    chance = random.Random(f"{kind} {seed}")
    source, other = (pieces(chance.choice(files), size, chance) for _ in range(2))
    return MUTATIONS[kind](source, other, chance)


def random_arcs(seed: int) -> dict[str, list[str]]:
    """Make a random graph of up to 40 modules, sparse or dense."""
    chance = random.Random(f"graph {seed}")
    names = [f"m{number:02}" for number in range(chance.randint(2, 40))]
    density = chance.choice([1, 2, 3, len(names) // 2])
    return {
        name: sorted({target for target in chance.choices(names, k=density) if target != name})
        for name in names
    }


# -- settings -----------------------------------------------------------------------------------------

SETTINGS = {
    "pyproject.toml": b"""[project]
name = "p"
requires-python = ">=3.11"
dependencies = ["redis>=5", "rich[extra]; python_version < '3.12'"]
[project.scripts]
p = "p.cli:main"
[project.optional-dependencies]
test = ["pytest"]
[build-system]
requires = ["setuptools"]
build-backend = "setuptools.build_meta"
[tool.setuptools]
package-dir = {"" = "src"}
packages = {find = {where = ["src"]}}
[tool.pytest.ini_options]
testpaths = ["tests", "."]
python_files = "test_*.py *_test.py"
addopts = "-q -k 'not slow' --strict-markers"
markers = ["slow: takes long", "x(a, b): more"]
pythonpath = [".", "src"]
[tool.importgraph]
exclude = ["build/", "*.tmp.py"]
policy = "public"
[tool.importgraph.check]
[tool.importlinter]
root_package = "p"
[[tool.importlinter.contracts]]
name = "layers"
type = "layers"
layers = ["p.a", "p.b"]
""",
    "setup.cfg": b"[metadata]\nname = p\n[options]\npackage_dir =\n    = src\npackages = find:\ninstall_requires =\n    redis>=5\n"
    b"[options.packages.find]\nwhere = src\n[options.entry_points]\nconsole_scripts =\n    p = p.cli:main\n[tool:pytest]\naddopts = -q\n",
    "pytest.ini": b"[pytest]\naddopts = -ra\ntestpaths = .\npython_classes = Test* *Suite\nmarkers =\n    slow: takes long\nfilterwarnings =\n    error\n    ignore:x:DeprecationWarning\n",
    "tox.ini": b"[tox]\nenvlist = py311\n[testenv]\ncommands = pytest {posargs}\n[pytest]\npythonpath = src\n",
    ".gitignore": b"*.pyc\n/build/\n!build/keep.py\n**/gen/*_pb2.py\n[a-c]*.tmp\n\\#x\nfoo/**/bar\n",
    ".importlinter": b"[importlinter]\nroot_package = p\n[importlinter:contract:1]\nname = layers\ntype = layers\nlayers =\n    p.a\n    p.b\n",
    "requirements.txt": b"redis>=5\n-r other.txt\nrich[x]==13 ; python_version < '3.12'  # why\n-e .\n",
}


def settings(seed: int) -> dict[str, bytes]:
    """Make a folder of settings, one or two of them mutated."""
    chance = random.Random(f"settings {seed}")
    files = dict(SETTINGS)
    for name in chance.sample(sorted(files), chance.randint(1, 2)):
        mutate = MUTATIONS[chance.choice(sorted(MUTATIONS))]
        files[name] = mutate(files[name], chance.choice(sorted(files.values())), chance)
    return {name: text for name, text in files.items() if chance.random() < 0.8}


# -- test files ---------------------------------------------------------------------------------------

_FUNCTIONS = (
    "def test_{n}(): pass\n",
    "async def test_{n}(): pass\n",
    "def helper_{n}(): pass\n",
    "def test_{n}(tmp_path, request): pass\n",
    "@pytest.mark.skip\ndef test_{n}(): pass\n",
    "@pytest.mark.parametrize('a', [1, 2.5, 'x', None, True])\ndef test_{n}(a): pass\n",
    "@pytest.mark.parametrize(('a', 'b'), [(1, 'y'), (2, 'z z')], ids=['one', 'two'])\ndef test_{n}(a, b): pass\n",
    "@pytest.mark.parametrize('b', [True, False])\n@pytest.mark.parametrize('a', VALUES)\ndef test_{n}(a, b): pass\n",
    "@pytest.mark.parametrize('a', [pytest.param(1, id='p{n}'), pytest.param(2, marks=pytest.mark.slow)])\ndef test_{n}(a): pass\n",
    "@pytest.mark.parametrize('a', [x * 2 for x in range(3)])\ndef test_{n}(a): pass\n",
    "test_{n} = lambda: None\n",
    "if sys.version_info > (3, 5):\n    def test_{n}(): pass\nelse:\n    def test_other_{n}(): pass\n",
    "for _i in range(2):\n    def test_{n}(): pass\n",
    "try:\n    import json as j{n}\nexcept ImportError:\n    j{n} = None\n",
    "def test_{n}(): pass\ndel test_{n}\n",
    "test_{n} = 3\n",
    "globals()['test_{n}'] = lambda: None\n",
    "import missing_{n}\n",
    "from app import f as test_{n}\n",
    "from app import missing_{n}\n",
    "assert VALUES\n",
    "raise RuntimeError('{n}')\n",
    "pytest.importorskip('missing_{n}')\n",
    "@pytest.fixture\ndef fix_{n}(): return 1\n",
    "@pytest.fixture(params=[1, 2])\ndef fix_{n}(request): return 1\ndef test_{n}(fix_{n}): pass\n",
    "__test__ = VALUES == []\n",
)
_CLASSES = (
    "class Test{n}:\n    def test_a(self): pass\n    def helper(self): pass\n",
    "class Test{n}(unittest.TestCase):\n    def test_a(self): pass\n    def test_b(self): pass\n",
    "class Test{n}:\n    def __init__(self): pass\n    def test_a(self): pass\n",
    "class Base{n}:\n    def test_base(self): pass\nclass Test{n}(Base{n}):\n    def test_own(self): pass\n",
    "class Test{n}:\n    __test__ = False\n    def test_a(self): pass\n",
    "@pytest.mark.parametrize('c', 'ab')\nclass Test{n}:\n    def test_a(self, c): pass\n    class TestIn:\n        def test_b(self, c): pass\n",
    "class Test{n}(Mixin):\n    pass\n",
    "Test{n} = type('Test{n}', (), {{'test_made': lambda self: None}})\n",
)
APP = "def f(): pass\nclass Mixin:\n    def test_mixed(self): pass\n"


def generated_tests(seed: int) -> str:
    """Make a test module that pytest may collect, in part, or fail to collect."""
    chance = random.Random(f"tests {seed}")
    head = "import sys, unittest, pytest\nfrom app import Mixin\nVALUES = [1, 'v', None]\n"
    forms = [*_FUNCTIONS, *_CLASSES]
    body = [chance.choice(forms).format(n=number) for number in range(chance.randint(1, 6))]
    return head + "".join(body)
