"""What speaks against loading modules later: effects of their import that reach what stays loaded."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from typing import Protocol

from importgraph.fixes.model import Reason
from importgraph.fixes.safety.effects.client import Effects
from importgraph.fixes.safety.effects.model import Effect
from importgraph.snapshot import Snapshot

Stability = Callable[[str, str], str]
"""Says why a name of a module may mean something else later, or nothing."""
Private = Callable[[str, str], bool]
"""Tells whether nobody can load a module (first) without another one (second)."""


class Watched(Protocol):
    """What is known of the rest of the tree."""

    def is_only_read(self, module: str, name: str) -> bool:
        """Tell whether nobody changes what a module binds to a name."""

    def sets_environment(self) -> bool:
        """Tell whether something in the tree changes environment variables."""


@dataclass(frozen=True)
class EffectReasons:
    """Answers for one tree, with memory."""

    snapshot: Snapshot
    unsteady: Stability
    watched: "Watched"
    effects: Effects = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "effects", Effects(self.snapshot))

    def of(self, module: str, private: Private, known: Collection[str]) -> Iterator[Reason]:
        """Yield what importing one module does to others, one reason for each effect.

        Args:
            module: A module that would be loaded later.
            private: Tells which modules nobody sees without this one.
            known: The modules that the graph shows to be loaded, now or later.
        """
        found = self.effects.of(module)
        path = self._path(module)
        for effect in found.effects:
            if self._is_seen(effect, module, private, known):
                yield self._reason(module, path, effect)
        for name in found.names:
            why = self.unsteady(name.module, name.name) if not private(name.module, module) else ""
            if why:
                text = f"importing `{module}` looks at `{name.module}.{name.name}`, {why}"
                yield Reason("reads what may change", text, path, name.line)

        for call in found.calls:
            home, _, last = call.rpartition(".")
            why = self.unsteady(home, last) if home else ""
            if why:
                yield Reason("reads what may change", f"importing `{module}` calls `{call}`, {why}", path)

    def is_plain(self, module: str, inside: Collection[str]) -> bool:
        """Tell whether importing a module does nothing to modules outside of some, and all of it is known."""
        found = self.effects.of(module)
        return all(
            (effect.owner in inside if effect.owner else False) or effect.kind == "imports"
            for effect in found.effects
        )

    def _is_seen(self, effect: Effect, module: str, private: Private, known: Collection[str]) -> bool:
        if effect.kind == "imports":
            return effect.owner not in known
        if effect.kind == "contents" and self.watched.is_only_read(effect.owner, effect.detail):
            return False
        is_variable = effect.detail.startswith(("os.environ", "os.getenv")) and "getitem" not in effect.detail
        if effect.kind == "reads" and is_variable:
            return self.watched.sets_environment()
        return not effect.owner or not private(effect.owner, module)

    def _path(self, module: str) -> str:
        outside = self.snapshot.outside
        modules = outside.outside.modules if outside is not None else self.snapshot.graph.modules
        return modules[module].path if module in modules else ""

    def _reason(self, module: str, path: str, effect: Effect) -> Reason:
        kind, verb, known = _TEXTS[effect.kind]
        detail = effect.detail if "`" in effect.detail or " " in effect.detail else f"`{effect.detail}`"
        owner = f" of `{effect.owner}`" if effect.kind in {"changes", "contents"} else ""
        how = verb if effect.sure else f"may {_BARE[verb]}"
        return Reason(
            kind,
            f"importing `{module}` {how} {detail}{owner}",
            path,
            effect.line,
            known=known and effect.sure,
        )


_TEXTS = {
    "process": ("changes the process", "runs", True),
    "changes": ("changes what stays loaded", "changes", True),
    "contents": ("reads what may change", "looks into", False),
    "reads": ("reads what may change", "reads", False),
    "imports": ("imports by computed name", "imports", False),
    "fails": ("may fail", "raises", False),
    "unknown": ("runs what text does not show", "runs", False),
}
"""By kind of effect: the kind of the reason, what the import does, and whether that is known to matter."""
_BARE = {
    "runs": "run",
    "changes": "change",
    "looks into": "look into",
    "reads": "read",
    "imports": "import",
    "raises": "raise",
}
