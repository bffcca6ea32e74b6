"""Which tests replace a name of a module: with `mock.patch`, `patch.object` or `monkeypatch.setattr`."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from importgraph.graph.model import Kind
from importgraph.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Patch:
    """Where a name is replaced."""

    path: str
    line: int


def find_patch(texts: Mapping[str, str], module: str, name: str) -> Patch | None:
    """Return the first place that replaces a name in a module, by the texts of tests, or None.

    A deferred name is no attribute of its module any more, so that a patch of it fails or does nothing.

    Args:
        texts: Test files by path.
        module: The module whose attribute would be replaced.
        name: The attribute.
    """
    dotted = f"{module}.{name}"
    owner = re.escape(module.rpartition(".")[2])
    pattern = re.compile(
        rf"""["']{re.escape(dotted)}\b|(?:patch\.object|setattr)\(\s*(?:[\w.]*\.)?{owner}\s*,\s*["']{re.escape(name)}["']"""
    )
    for path, text in texts.items():
        if dotted not in text and f'"{name}"' not in text and f"'{name}'" not in text:
            continue  # plain text is found much faster than the pattern
        found = pattern.search(text)
        if found is not None:
            return Patch(path, text.count("\n", 0, found.start()) + 1)
    return None


_TARGET = re.compile(r"""(?:patch(?:\.dict|\.multiple)?|setattr|delattr)\(\s*["']([\w.]+\.\w+)["']""")


def targets(texts: Mapping[str, str]) -> dict[str, Patch]:
    """Return all dotted names that tests replace, with the first place of each.

    Args:
        texts: Test files by path.
    """
    found: dict[str, Patch] = {}
    for path, text in texts.items():
        for match in _TARGET.finditer(text):
            line = text.count("\n", 0, match.start()) + 1
            found.setdefault(match.group(1), Patch(path, line))
    return found


@dataclass(frozen=True)
class Patches:
    """What the tests of one tree replace, with memory."""

    snapshot: Snapshot

    def of(self, home: str, name: str) -> Patch | None:
        """Return the first place that replaces a name in a module, or None."""
        return find_patch(self._texts, home, name)

    @cached_property
    def targets(self) -> Mapping[str, Patch]:
        """All dotted names that are replaced, with the first place of each."""
        return targets(self._texts)

    @cached_property
    def _texts(self) -> Mapping[str, str]:
        """By path, the texts of test files and conftests that replace names."""
        modules = self.snapshot.graph.modules.values()
        paths = (module.path for module in modules if module.kind in {Kind.TEST, Kind.CONFTEST})
        texts = ((path, self.snapshot.read_text(path)) for path in sorted(paths))
        return {path: text for path, text in texts if "patch" in text or "setattr" in text}
