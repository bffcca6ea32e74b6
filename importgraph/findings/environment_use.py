"""What of the environment a tree loads: how much, and what of it nobody can read."""

from dataclasses import dataclass

from importgraph.environment.finder import FileKind, Owner
from importgraph.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class EnvironmentUse:
    """Modules from outside that are nodes of the loading view."""

    python: str
    """The version, such as `3.12`."""
    third_party: int
    """Modules of installed distributions."""
    distributions: tuple[str, ...]
    """Their names with versions, sorted."""
    standard: int
    """Modules of the standard library."""
    compiled: tuple[str, ...]
    """Compiled modules of distributions without their source, sorted: what they import cannot be read."""
    unread: int
    """Modules that were left unread because there are too many."""
    gaps: tuple[str, ...]
    """What could not be read of the environment."""
    broken: int = 0
    """Files of it that could not be read whole."""
    is_known: bool = True
    """Whether it is the project's; else a standard library stands in for that of its Python."""


def environment_use(snapshot: Snapshot) -> EnvironmentUse | None:
    """Count what of the environment the tree reaches; None where none is known."""
    if snapshot.outside is None or snapshot.profile is not None:
        return None
    outside = snapshot.outside.outside
    found = [(node, outside.files[node]) for node in snapshot.loading.nodes if node in outside.files]
    third = [(node, file) for node, file in found if file.owner is Owner.THIRD_PARTY]
    names = {snapshot.distribution(node) for node, _ in third}
    compiled = (FileKind.COMPILED, FileKind.BYTECODE)
    return EnvironmentUse(
        python=".".join(map(str, outside.environment.version)),
        third_party=len(third),
        distributions=tuple(sorted(f"{one.name} {one.version}" for one in names if one is not None)),
        standard=len(found) - len(third),
        compiled=tuple(node for node, file in third if file.kind in compiled and not file.readable),
        unread=len(snapshot.outside.unread),
        gaps=outside.environment.gaps,
        broken=len(outside.reader.broken),
        is_known=outside.environment.knows_installed,
    )
