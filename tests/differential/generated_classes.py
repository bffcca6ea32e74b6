"""Random test files of classes that Python makes in ways of its own: dataclasses, enumerations, named tuples, slots.

The same seed always gives the same files.
"""

from random import Random

_HEAD = """import abc
import enum
from collections import namedtuple
from dataclasses import KW_ONLY, InitVar, dataclass, field
from typing import ClassVar, NamedTuple
import pytest

"""
_NAMES = ("a", "b", "c", "d", "x")
_VALUES = ("1", "2", "'t'", "None", "(1, 2)", "2.5", "True")
_DEFAULTS = (
    *_VALUES, "[]", "{}", "set()", "field()", "field(default=1)", "field(default_factory=list)",
    "field(init=False)", "field(kw_only=True)", "field(default=3, kw_only=True)", "field(default=[])",
    "field(default=1, default_factory=list)", "field(default=2, init=False)",
)  # fmt: skip
_NOTES = ("int", "int", "int", "ClassVar[int]", "InitVar[int]", "'int'", "'ClassVar[int]'")
_OPTIONS = (
    "frozen=True",
    "order=True",
    "kw_only=True",
    "eq=False",
    "slots=True",
    "init=False",
    "unsafe_hash=True",
)
_MIXED = ("Enum", "Enum", "IntEnum", "StrEnum", "Flag")
_BUILTIN = ("int", "str", "dict", "list", "Exception", "ValueError", "KeyError", "object", "abc.ABC")
_ERRORS = ("TypeError", "ValueError", "AttributeError", "KeyError", "Exception", "LookupError")


def generated(seed: int) -> str:
    """Return the text of a test file."""
    return _Maker(Random(seed)).text()  # noqa: S311 -- no secrets


class _Maker:
    """Writes statements; knows the classes that those before have made."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.classes: list[str] = []
        self.fields: dict[str, list[str]] = {}

    def text(self) -> str:
        """Write a file."""
        makers = (self._dataclass, self._enum, self._tuple, self._plain, self._abstract)
        lines: list[str] = []
        for number in range(self.random.randint(1, 3)):
            name = f"C{number}"
            lines.append(self.random.choice(makers)(name))
            self.classes.append(name)
            lines.extend(self._use() for _ in range(self.random.randint(0, 2)))
        return _HEAD + "".join(lines) + "\n\ndef test_it():\n    pass\n"

    def _chance(self, share: float) -> bool:
        return self.random.random() < share

    def _some(self, most: int, *, least: int = 0) -> list[str]:
        return [self.random.choice(_NAMES) for _ in range(self.random.randint(least, most))]

    def _body(self, lines: list[str]) -> str:
        return "".join(f"    {line}\n" for line in lines or ["pass"])

    def _dataclass(self, name: str) -> str:
        options = self.random.sample(_OPTIONS, self.random.choice((0, 0, 0, 1, 1, 2)))
        base = f"({self.random.choice(self.classes)})" if self.classes and self._chance(0.4) else ""
        names, lines = list(dict.fromkeys(self._some(4, least=1))), []
        for one in names:
            default = f" = {self.random.choice(_DEFAULTS)}" if self._chance(0.45) else ""
            note = self.random.choice(_NOTES) if self._chance(0.3) else "int"
            lines.append(f"{one}: {note}{default}" if self._chance(0.95) else f"{one}{default or ' = 1'}")
        if self._chance(0.1):
            lines.insert(self.random.randint(0, len(lines)), "_: KW_ONLY")
        if self._chance(0.15):
            lines.append(self.random.choice(_METHODS))
        self.fields[name] = names
        decorator = f"@dataclass({', '.join(options)})\n" if options else "@dataclass\n"
        return f"{decorator}class {name}{base}:\n{self._body(lines)}"

    def _enum(self, name: str) -> str:
        base = f"enum.{self.random.choice(_MIXED)}"
        if self._chance(0.15):
            base = f"{self.random.choice(('str', 'int'))}, enum.Enum"
        if self.classes and self._chance(0.15):
            base = self.random.choice(self.classes)
        names = self._some(4)
        values = [self.random.choice((*_VALUES[:4], "enum.auto()", "'x'", "3")) for _ in names]
        lines = [f"{one} = {value}" for one, value in zip(names, values, strict=True)]
        if self._chance(0.2):
            lines.append(f"def {self.random.choice(_NAMES)}(self): ...")
        self.fields[name] = list(dict.fromkeys(names))
        unique = "@enum.unique\n" if self._chance(0.15) else ""
        return f"{unique}class {name}({base}):\n{self._body(lines)}"

    def _tuple(self, name: str) -> str:
        names = list(dict.fromkeys(self._some(3, least=1)))
        self.fields[name] = names
        if self._chance(0.5):
            extra = self.random.choice(("", "", "", " class", " _y", " a", " 1z"))
            more = self.random.choice(("", "", ", defaults=(1,)", ", defaults=(1, 2, 3, 4)", ", rename=True"))
            return f"{name} = namedtuple('{name}', '{' '.join(names)}{extra}'{more})\n"
        lines = [f"{one}: int{' = 1' if self._chance(0.4) else ''}" for one in names]
        if self._chance(0.1):
            lines.append("def __init__(self): ...")
        return f"class {name}(NamedTuple):\n{self._body(lines)}"

    def _plain(self, name: str) -> str:
        options = [*self.classes, *_BUILTIN]
        bases = [self.random.choice(options) for _ in range(self.random.choice((0, 1, 1, 2, 2, 3)))]
        lines = [f"{one} = {self.random.choice(_VALUES)}" for one in self._some(2)]
        if self._chance(0.4):
            lines.append(f"__slots__ = {tuple(dict.fromkeys(self._some(2)))!r}")
        if self._chance(0.3):
            lines.append(self.random.choice(_METHODS))
        keywords = ["tag=1"] if self._chance(0.05) else []
        inside = ", ".join([*dict.fromkeys(bases), *keywords])
        self.fields[name] = [line.split(" ")[0] for line in lines if line[0] in _NAMES]
        return f"class {name}({inside}):\n{self._body(lines)}"

    def _abstract(self, name: str) -> str:
        base = self.random.choice(self.classes) if self.classes and self._chance(0.6) else "abc.ABC"
        lines = [
            f"{'@abc.abstractmethod; ' if self._chance(0.5) else ''}def {one}(self): ..."
            for one in dict.fromkeys(self._some(3))
        ]
        split = [part for line in lines for part in line.split("; ")]
        self.fields[name] = [line.split("def ")[1].split("(")[0] for line in lines]
        return f"class {name}({base}):\n{self._body(split)}"

    def _use(self) -> str:
        cls = self.random.choice(self.classes)
        names = [*self.fields.get(cls, []), self.random.choice(_NAMES)]
        name = self.random.choice(names)
        count = self.random.choice((0, 1, 1, 2, 2, 3))
        call = f"{cls}({', '.join(self.random.choice(_VALUES) for _ in range(count))})"
        if self._chance(0.25):
            call = f"{cls}({name}=1)"
        line = self.random.choice((call, call, f"{cls}.{name}", f"{call}.{name}", f"{cls}['{name}']"))
        if self._chance(0.2):
            return f"with pytest.raises({self.random.choice(_ERRORS)}):\n    {line}\n"
        if self._chance(0.15):
            return f"try:\n    {line}\nexcept {self.random.choice(_ERRORS)}:\n    pass\n"
        return f"{line}\n"


_METHODS = (
    "def __init__(self, a=1): ...",
    "def __eq__(self, other): return True",
    "def __post_init__(self): ...",
    "def __getattr__(self, name): return 1",
    "def __new__(cls, *args): return object.__new__(cls)",
    "def __init_subclass__(cls): ...",
    "def __lt__(self, other): return True",
)
