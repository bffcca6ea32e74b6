"""Names that modules from outside surely lack, as text shows: `deprecated` of `warnings` before 3.13."""

import ast
import re
from dataclasses import dataclass, field
from typing import Protocol

from importgraph.environment.entry_points import EntryPoint
from importgraph.environment.finder import FileKind, ModuleFile, Owner
from importgraph.evaluation.values.scope import bound_names
from importgraph.facts.source.syntax import parse_source
from importgraph.files import read_file
from importgraph.names import resolve_relative

_FILLED = (
    rb"(?m)^def __getattr__\b|^[ \t]*def __getattr__\(name|^__getattr__\b|sys\.modules\[\s*__name__"
    rb"|global_enum|_convert_|_simple_enum|\bexec\([^\n]*globals\(\)|\w\(globals\(\)"
    rb"|=[ \t]*(?:globals|vars)\(\)|\b(?:globals|vars)\(\)\s*(?:\[[^\]\n]*\]\s*=[^=]|\.update\()"
)
"""What binds names of a module that no statement shows."""
_MORE = rb"|__getattr__|\b(?:globals|vars)\(\)|\bexec\(|sys\.modules\[(?![\"'])|\bsetattr\((?:sys\.|_?mod)"
"""In other libraries less is taken for harmless."""
_STANDARD, _OTHERS = re.compile(_FILLED), re.compile(_FILLED + _MORE)


class Installed(Protocol):
    """What can be imported besides the tree."""

    @property
    def entry_points(self) -> tuple[EntryPoint, ...] | None:
        """What is declared there; None where that is not known."""

    def find(self, name: str) -> object | None:
        """Return a module by its absolute name, or None where there is none."""


@dataclass
class OutsideNames:
    """Answers about what is installed, with memory."""

    installed: Installed
    _known: dict[str, frozenset[str] | None] = field(default_factory=dict)
    _asked: dict[tuple[str, str], bool] = field(default_factory=dict)
    _texts: dict[str, bytes] = field(default_factory=dict)

    def lacks_name(self, module: str, name: str) -> bool:
        """Tell whether a module surely binds no such name, and has no such submodule."""
        if (module, name) not in self._asked:
            self._asked[module, name] = self._lacks(module, name)
        return self._asked[module, name]

    def _lacks(self, module: str, name: str) -> bool:
        file = self.installed.find(module)
        if not isinstance(file, ModuleFile) or (name.startswith("__") and name.endswith("__")):
            return False
        if file.kind not in _READ or self.installed.find(f"{module}.{name}") is not None:
            return False
        text = self._text(file)
        is_closed = not _filled(file).search(text) and b"import *" not in text
        if is_closed and not re.search(rb"\b%s\b" % re.escape(name.encode()), text):
            return True
        names = self._names(file)
        return names is not None and name not in names

    def _text(self, file: ModuleFile) -> bytes:
        if file.source not in self._texts:
            try:
                self._texts[file.source] = read_file(file.source)
            except OSError:
                self._texts[file.source] = b"globals()"  # nobody knows what it binds
        return self._texts[file.source]

    def _names(self, file: ModuleFile) -> frozenset[str] | None:
        """Return what the body of a module may bind; None where there may be more."""
        if file.name not in self._known:
            self._known[file.name] = None  # a ring of star imports
            self._known[file.name] = self._read(file)
        return self._known[file.name]

    def _read(self, file: ModuleFile) -> frozenset[str] | None:
        text = self._text(file)
        if _filled(file).search(text):
            return None
        parsed = parse_source(text)
        if parsed.broken is not None:
            return None
        found = set(bound_names(parsed.tree.body))
        package = file.name if file.kind is FileKind.PACKAGE else file.name.rpartition(".")[0]
        for node in ast.walk(parsed.tree):
            if isinstance(node, ast.Global):
                found.update(node.names)
            elif isinstance(node, ast.ImportFrom) and node.names[0].name == "*":
                source = resolve_relative(package, node.level, node.module or "")
                other = self.installed.find(source) if source else None
                names = self._names(other) if isinstance(other, ModuleFile) and other.kind in _READ else None
                if names is None:
                    return None
                found |= names
        return frozenset(found)


def _filled(file: ModuleFile) -> re.Pattern[bytes]:
    return _STANDARD if file.owner is Owner.STANDARD else _OTHERS


_READ = frozenset({FileKind.PACKAGE, FileKind.SOURCE})
