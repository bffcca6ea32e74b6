"""What is asked of files that are not split: what their strings name to be run, and which words they have."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress

import msgspec

from importgraph.facts.model import ModuleFacts, Parsed
from importgraph.facts.reader import encoded_facts
from importgraph.facts.source.decoding import readable_text

_RUNNERS = {"subprocess", "runpy", "pexpect", "asyncio", "multiprocessing", "pytest", "sh", "plumbum"}
_OS_RUNNING = ("system(", "popen(", "startfile(", "spawn", "exec")
"""One of these stands in all that the next one finds; looking for them takes a tenth."""
_OS_RUNNER = re.compile(r"\b(?:system|popen|startfile|(?:posix_)?spawn\w*|exec[lv]p?e?)\(")
_AS_MODULE = re.compile(r"""(?<![\w-])-m['"]?[\s,]+['"]?([A-Za-z_][\w.]*)|run_module\(\s*['"]([\w.]+)['"]""")
_SCRIPT = re.compile(r"""['"](?:[^'"\n]*\s)?([\w./-]*\w\.py)\b[^'"\n]*['"]""")
_IMPORT = re.compile(
    r"\bfrom[ ]+([A-Za-z_][\w.]*)[ ]+import[ ]+(\w+(?:[ ]*,[ ]*\w+)*)|\bimport[ ]+([A-Za-z_][\w.]*)"
)
_QUOTED = re.compile(r"""['"]([A-Za-z][\w.-]*)[\s'"]""")
_WORD = re.compile(r"[^\W\d]\w*")
_decode_facts = msgspec.msgpack.Decoder(Parsed).decode


class Outline(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What a file names, each with the first line, in the order of the text."""

    runs: bool
    """It imports or calls what starts programs or runs modules."""
    computes: bool
    """It imports by computed names."""
    modules: dict[str, int]
    """After `-m`, or given to `run_module`."""
    scripts: dict[str, int]
    """Paths of Python files."""
    words: dict[str, int]
    """Quoted words, which may be commands."""
    imported: dict[str, int]
    """Modules, or names of modules, in imports that are no statements of the file."""
    joined: str
    """All its words, those of comments included, with blanks between them."""
    defined: str
    """The words that stand in it only as names of functions and classes where these are defined."""

    @property
    def identifiers(self) -> frozenset[str]:
        """All words of the text: more than the names it uses."""
        return frozenset(self.joined.split(" "))

    def has_word(self, word: str) -> bool:
        """Tell whether a word stands in the text."""
        return f" {word} " in f" {self.joined} "

    def says(self, word: str) -> bool:
        """Tell whether a word stands there as more than the name of a definition."""
        return self.has_word(word) and f" {word} " not in f" {self.defined} "


def read_outline(source: bytes, known: bytes = b"") -> Outline:
    """Return what the bytes of a file name.

    Args:
        source: The bytes.
        known: Their facts as they are stored; empty where they are to be found out.
    """
    text, facts = readable_text(source), _facts(source, known)
    line_at = _Lines(text)
    runs = any(one.level == 0 and one.module.partition(".")[0] in _RUNNERS for one in facts.imports)
    plain = text if text.isascii() else unicodedata.normalize("NFKC", text)
    words = Counter(_WORD.findall(plain))
    names = [*(one.qualname for one in facts.functions), *(one.qualname for one in facts.classes)]
    definitions = Counter(name.rpartition(".")[2] for name in names)
    defined = " ".join(sorted(name for name, count in definitions.items() if words[name] == count))
    runs = runs or (any(one in text for one in _OS_RUNNING) and _OS_RUNNER.search(text) is not None)
    found = Outline(runs, bool(facts.dynamic), {}, {}, {}, {}, " ".join(sorted(words)), defined)
    for match in _AS_MODULE.finditer(text) if "-m" in text or "run_module(" in text else ():
        found.modules.setdefault(match[1] or match[2], line_at(match.start()))
    for match in _SCRIPT.finditer(text) if ".py" in text else ():
        if not match[1].endswith("__init__.py"):
            found.scripts.setdefault(match[1], line_at(match.start()))
    for match in _QUOTED.finditer(text):
        found.words.setdefault(match[1], line_at(match.start()))
    statements = {item.line for item in facts.imports}
    for match in _imports_in(text):
        line = line_at(match.start())
        if line not in statements:
            found.imported.setdefault(match[3] or match[1], line)
            for name in match[2].split(",") if match[2] else ():
                found.imported.setdefault(f"{match[1]}.{name.strip()}", line)
    return found


def _facts(source: bytes, known: bytes) -> ModuleFacts:
    with suppress(msgspec.MsgspecError):  # nothing is known, or somebody damaged it
        return _decode_facts(known).facts
    return _decode_facts(encoded_facts(source)).facts


def _imports_in(text: str) -> Iterator["re.Match[str]"]:
    """Yield what looks like an import anywhere in a text: each on one line, few of which have the word."""
    place = text.find("import")
    while place >= 0:
        end = text.find("\n", place)
        end = len(text) if end < 0 else end
        yield from _IMPORT.finditer(text, text.rfind("\n", 0, place) + 1, end)
        place = text.find("import", end)


class _Lines:
    """Gives the lines of places in a text that are asked for in order, each kind of them from the start."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._place, self._line = 0, 1

    def __call__(self, place: int) -> int:
        if place < self._place:
            self._place, self._line = 0, 1
        self._line += self._text.count("\n", self._place, place)
        self._place = place
        return self._line
