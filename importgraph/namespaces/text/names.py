"""Which names modules have, as far as their texts tell without being evaluated."""

import re

import msgspec

from importgraph.namespaces.text import unseen_bindings
from importgraph.namespaces.text.re_exports import binds
from importgraph.namespaces.text.texts import Texts


class Names(Texts):
    """The texts of one run, asked for names."""

    _unseen: dict[str, bool] = msgspec.field(default_factory=dict)
    _growing: dict[tuple[str, str], bool] = msgspec.field(default_factory=dict)

    def writes(self, path: str, name: str) -> bool:
        """Tell whether a file's text holds a name, or takes names from elsewhere by a star."""
        if self.index(path).stars:
            return True
        source = self.source(path) or b""
        written = name.encode()
        return written in source and re.search(rb"\b" + written + rb"\b", source) is not None

    def mentions(self, module: str, path: str, name: str) -> bool:
        """Tell whether a module may bind a name: False where its text does not hold it."""
        if name in self.index(path).entries or name.startswith("__") or self.writes(path, name):
            return True
        return self.binds_unseen(module, path)

    def binds_unseen(self, module: str, path: str) -> bool:
        """Tell whether a file may bind names that are not written in it."""
        if path not in self._unseen:
            self._unseen[path] = unseen_bindings.binds_unseen(self, module, path)
        return self._unseen[path]

    def surely_has(self, module: str, name: str, importer: str) -> bool:
        """Tell whether a module surely has a name, from its left margin or a star import there."""
        found = self.find(module, importer)
        if found is None or not found.readable:
            return found is not None and self.find(f"{module}.{name}", importer) is not None
        entry = self.index(found.path).entries.get(name)
        if entry is not None or self.find(f"{module}.{name}", importer) is not None:
            return True
        self.use(importer, found.path)
        return bool(self.index(found.path).stars) and binds(self, module, found.path, name) is True

    def grows(self, path: str, name: str) -> bool:
        """Tell whether functions of a file change a container of its own."""
        key = (path, name)
        if key not in self._growing:
            self._growing[key] = unseen_bindings.grows(self, path, name)
        return self._growing[key]
