"""The top-level names of a module, read line by line: fast, and enough to say what an imported name is."""

import re

import msgspec

_BINDING = re.compile(
    rb"\n(?:(?:async[ \t]+)?def[ \t]+(?P<def>\w+)"
    rb"|class[ \t]+(?P<class>\w+)[ \t]*(?P<bases>\([^)]*\))?"
    rb"|from[ \t]+(?P<from>[.\w]+)[ \t]+import[ \t]*(?P<names>\([^)]*\)|[^\n]*)"
    rb"|import[ \t]+(?P<import>[^\n]*)"
    rb"|(?P<assigned>\w+)[ \t]*(?::[^=\n]*)?=(?!=))"
)
"""Begins with a line end, not `^`: a literal is searched for many times faster."""
_FROM = re.compile(rb"\nfrom[ \t]+(?P<from>[.\w]+)[ \t]+import[ \t]*(?P<names>\([^)]*\)|[^\n]*)")
_IMPORT = re.compile(rb"\nimport[ \t]+(?P<import>[^\n]*)")
_COMMENT = re.compile(r"#[^\n]*")


class Entry(msgspec.Struct, frozen=True):
    """What binds a name at the left margin."""

    kind: str
    """`function`, `class`, `import`, `module` or `value`."""
    module: str = ""
    """Of an import: the module as written, with its dots."""
    name: str = ""
    bases: str | None = None


class Index(msgspec.Struct, frozen=True):
    """The bindings at the left margin of a module's text, the last one of each name.

    Strings are not told apart.
    """

    entries: dict[str, Entry]
    stars: tuple[str, ...]
    imports: tuple[tuple[str, str, int], ...]
    """(module, name or "", offset) of every import at the left margin."""


def make_index(source: bytes) -> Index:
    """Read the bindings of a module."""
    entries: dict[str, Entry] = {}
    stars: list[str] = []
    imports: list[tuple[str, str, int]] = []
    for found in _BINDING.finditer(b"\n" + source):
        kind = found.lastgroup
        if kind == "def":
            entries[found["def"].decode()] = Entry("function")
        elif kind in {"class", "bases"}:
            bases = found["bases"]
            text = bases.decode(errors="replace")[1:-1] if bases is not None else None
            entries[found["class"].decode()] = Entry("class", bases=text)
        elif kind == "names":
            _from(found, entries, stars, imports)
        elif kind == "import":
            _import(found, entries, imports)
        elif kind == "assigned":
            entries[found["assigned"].decode()] = Entry("value")
    return Index(entries, tuple(stars), tuple(imports))


def read_imports(source: bytes) -> tuple[tuple[str, str, int], ...]:
    """Return the imports at the left margin of a module, as its index has them, without the rest of it."""
    found: list[tuple[str, str, int]] = []
    text = b"\n" + source
    for one in _FROM.finditer(text):
        _from(one, {}, [], found)
    for one in _IMPORT.finditer(text):
        _import(one, {}, found)
    return tuple(sorted(found, key=lambda one: one[2]))


def _from(
    found: "re.Match[bytes]", entries: dict[str, Entry], stars: list[str], imports: list[tuple[str, str, int]]
) -> None:
    module = found["from"].decode()
    text = _COMMENT.sub("", found["names"].decode(errors="replace")).strip("() \t\r\n\\;")
    if text.endswith("\\"):
        return
    for part in text.replace("\n", " ").split(","):
        words = part.split()
        if not words:
            continue
        if words[0] == "*":
            stars.append(module)
        elif not words[0].isidentifier():
            return
        else:
            entries[words[-1] if len(words) == 3 else words[0]] = Entry("import", module, words[0])
        imports.append((module, words[0], found.start()))


def _import(found: "re.Match[bytes]", entries: dict[str, Entry], imports: list[tuple[str, str, int]]) -> None:
    text = found["import"].decode(errors="replace").split("#")[0].split(";")[0]
    for part in text.split(","):
        words = part.split()
        if words and all(piece.isidentifier() for piece in words[0].split(".")):
            imports.append((words[0], "", found.start()))
            bound = words[2] if len(words) == 3 else words[0].partition(".")[0]
            entries[bound] = Entry("module", words[0] if len(words) == 3 else bound)
