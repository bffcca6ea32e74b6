"""Which distribution a module belongs to, from the records that installers write."""

import os
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path

from msgspec import Struct

from importgraph.environment.finder import ModuleFile
from importgraph.environment.interpreter import Environment, read_text

_FIRST = re.compile(r"^\"?([^/,\n\"]+)(/|,|\"|$)", re.MULTILINE)


class Distribution(Struct, frozen=True, gc=False):
    """An installed distribution."""

    name: str
    """As its metadata spells it."""
    version: str


class Distributions:
    """Answers about the distributions of an environment, with memory."""

    def __init__(self, environment: Environment) -> None:
        self.environment = environment
        self._known: dict[str, Distribution] = {}
        self._records: dict[str, str] = {}

    def of(self, module: ModuleFile) -> Distribution | None:
        """Return the distribution that a module belongs to; None where no record names it."""
        top = module.name.partition(".")[0]
        owners = self._by_top.get(top, ())
        if len(owners) == 1:
            return self.read(owners[0])
        inside = self._inside(module.path)
        for name in owners:
            if inside and self._lists(name, inside):
                return self.read(name)
        found = self._editable_of(module)
        return self.read(found) if found else None

    def named(self, import_name: str) -> tuple[Distribution, ...]:
        """Return the distributions that bring modules below a top-level name."""
        return tuple(self.read(name) for name in self._by_top.get(import_name, ()))

    def read(self, name: str) -> Distribution:
        """Return what the metadata of a distribution says of it, by its normalised name."""
        if name not in self._known:
            folder = self.environment.distributions[name]
            fields = dict(_headers(folder))
            version = fields.get("version") or self.environment.distribution_version(name) or ""
            self._known[name] = Distribution(fields.get("name") or name, version)
        return self._known[name]

    @cached_property
    def _by_top(self) -> Mapping[str, tuple[str, ...]]:
        found: dict[str, list[str]] = defaultdict(list)
        for name, folder in self.environment.distributions.items():
            for top in sorted(import_names(folder)):
                found[top].append(name)
        return {top: tuple(names) for top, names in found.items()}

    def _inside(self, path: str) -> str:
        """Return the path of a file as a record has it; empty where it is in no folder of packages."""
        places = (f"{folder}{os.sep}" for folder in self.environment.site)
        below = next((place for place in places if path.startswith(place)), "")
        return path.removeprefix(below).replace("\\", "/") if below else ""

    def _lists(self, name: str, path: str) -> bool:
        if name not in self._records:
            self._records[name] = "\n" + read_text(self.environment.distributions[name] / "RECORD")
        return f"\n{path}," in self._records[name]

    def _editable_of(self, module: ModuleFile) -> str:
        file = module.path or (module.folders[0] if module.folders else "")
        return next((name for folder, name in self._sources if file.startswith(folder)), "")

    @cached_property
    def _sources(self) -> tuple[tuple[str, str], ...]:
        """Folders that editable installs point to, with the distribution, deepest first (PEP 610)."""
        found = []
        for name, folder in self.environment.distributions.items():
            address = re.search(r'"url":\s*"(file:[^"]+)"', read_text(folder / "direct_url.json"))
            path = _path_of(address[1]) if address else ""
            if path:
                found.append((path, name))
        return tuple(sorted(found, key=lambda pair: (-len(pair[0]), pair)))


def _path_of(address: str) -> str:
    """Return the folder that an address of a file names, with a slash; empty where it is no address."""
    try:
        from urllib.parse import unquote, urlsplit  # takes longer to load than most else here

        return unquote(urlsplit(address).path).rstrip("/") + "/"
    except ValueError:
        return ""


def import_names(folder: Path) -> frozenset[str]:
    """Return the top-level names that a distribution brings.

    Args:
        folder: Its metadata folder (`.dist-info` or `.egg-info`).
    """
    record = read_text(folder / "RECORD")
    if not record:
        lines = read_text(folder / "top_level.txt").splitlines()
        return frozenset(line.strip().replace("/", ".").partition(".")[0] for line in lines if line.strip())
    found = set()
    for first, end in _FIRST.findall(record):
        if end == "/":
            if first.isidentifier() and first != "__pycache__":
                found.add(first)
        elif first.endswith((".py", ".so", ".pyd")):
            found.add(first.partition(".")[0])
    return frozenset(found)


def _headers(folder: Path) -> Iterator[tuple[str, str]]:
    text = read_text(folder / "METADATA") or read_text(folder / "PKG-INFO")
    for line in text.split("\n\n", 1)[0].splitlines():
        key, colon, value = line.partition(":")
        if colon and key.lower() in {"name", "version"}:
            yield key.lower(), value.strip()
