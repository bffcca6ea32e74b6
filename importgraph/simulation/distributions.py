"""Distributions of an environment: which lack others that they name, and which use the project."""

import re
from functools import cached_property
from pathlib import Path

from importgraph.environment.interpreter import normal_name
from importgraph.files import read_file, read_head
from importgraph.simulation.search import Search

_REQUIREMENT = re.compile(
    rb"^Requires-Dist:[^\n]*?(?P<name>[A-Za-z0-9][\w.-]*)(?P<rest>[^\n]*)", re.MULTILINE
)
_HEAD = 1 << 13
"""So many bytes hold the fields of most metadata."""
_FIRST = re.compile(rb"^([^/,\n]*+)([/,])", re.MULTILINE)
"""The first part of each path in a RECORD, and whether more parts follow."""


class Distributions:
    """Answers about the distributions of an environment, with memory.

    Args:
        search: Finds modules, and has the environment.
    """

    def __init__(self, search: Search) -> None:
        self.search = search
        self._tops: dict[str, frozenset[str]] = {}

    @cached_property
    def incomplete(self) -> frozenset[str]:
        """Top-level modules of distributions that name others, required or not, which are not installed."""
        present = set(self._requirements)
        lacking = {name for name, needed in self._requirements.items() if not set(needed) <= present}
        return frozenset(top for name in lacking for top in self._tops_of(name)) | self.crippled

    @cached_property
    def crippled(self) -> frozenset[str]:
        """Top-level modules of distributions that cannot do without one that is not installed."""
        hard = self._hard
        found = {name for name, needed in hard.items() if not needed <= set(hard)}
        return frozenset(top for name in self._with_users(found) for top in self._tops_of(name))

    @cached_property
    def dependents(self) -> frozenset[str]:
        """Top-level modules of installed distributions that use the project: they run its code."""
        ours = {name for name in self._hard if any(self._is_ours(top) for top in self._tops_of(name))}
        return frozenset(top for name in self._with_users(ours) - ours for top in self._tops_of(name))

    def _is_ours(self, top: str) -> bool:
        spec = self.search.top(top)
        return spec is not None and spec.project

    def _with_users(self, names: set[str]) -> set[str]:
        """Add the distributions that require one of these, directly or not."""
        found = set(names)
        while more := {name for name, needed in self._hard.items() if needed & found} - found:
            found |= more
        return found

    @cached_property
    def _hard(self) -> dict[str, set[str]]:
        return {
            name: {one for one, is_optional in needed.items() if not is_optional}
            for name, needed in self._requirements.items()
        }

    def _tops_of(self, name: str) -> frozenset[str]:
        """Return the top-level modules of a distribution."""
        if name not in self._tops:
            self._tops[name] = _tops(self.search.environment.distributions[name])
        return self._tops[name]

    @cached_property
    def _requirements(self) -> dict[str, dict[str, bool]]:
        """By distribution those it names, and whether each is optional or depends on the platform."""
        found: dict[str, dict[str, bool]] = {}
        for name, folder in self.search.environment.distributions.items():
            needed = found.setdefault(name, {})
            for match in _REQUIREMENT.finditer(_header(folder)):
                other = normal_name(match["name"].decode())
                needed[other] = needed.get(other, True) and b";" in match["rest"]
        return found


def _header(folder: Path) -> bytes:
    """Return the fields of a distribution's metadata, without its description."""
    for name in ("METADATA", "PKG-INFO"):
        try:
            head = read_head(folder / name, _HEAD)
        except OSError:
            continue
        fields, end, _ = head.partition(b"\n\n")
        return fields if end and b"\r" not in head else (_read(folder / name) or b"").partition(b"\n\n")[0]
    return b""


def _tops(folder: Path) -> frozenset[str]:
    """Return the top-level modules of a distribution."""
    firsts = set(_FIRST.findall(_read(folder / "RECORD") or b""))
    names = ((first.decode("utf-8", "replace"), mark == b"/") for first, mark in firsts)
    return frozenset(
        first if is_folder else first.removesuffix(".py")
        for first, is_folder in names
        if (is_folder and first.isidentifier()) or (not is_folder and first.endswith(".py"))
    )


def _read(path: Path) -> bytes | None:
    r"""Return what a file holds, with line ends as `\n`; None where it cannot be read."""
    try:
        text = read_file(path)
    except OSError:
        return None
    return text.replace(b"\r\n", b"\n").replace(b"\r", b"\n") if b"\r" in text else text
