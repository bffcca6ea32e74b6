"""Cost of whole packages: everything that is not the project's own counts as one thing each."""

from collections.abc import Iterable
from dataclasses import dataclass

from importgraph.measurements.model import ENTRY_MODULE, ImportEvent, ImportProfile, ModuleTiming
from importgraph.measurements.retained import (
    group_edges,
    immediate_dominators,
    import_edges,
    is_held_by,
    retained_by_group,
)

REWRITING = "_pytest.assertion.rewrite"
"""pytest writes this import into every module whose assertions it rewrites."""


@dataclass(frozen=True, slots=True)
class GroupCost:
    """A distribution, a package of the standard library, or one module of the project's own."""

    name: str
    own: bool
    retained_us: int
    self_us: int
    modules: int
    first: ImportEvent | None
    """The import that was the first to load something of it."""
    lines: tuple[ImportEvent, ...]
    """The project's own imports of it, one for each line."""
    importers: tuple[str, ...]
    """Whoever else imports it."""


def is_own(module: ModuleTiming, owner: str | None) -> bool:
    """Say whether a module is the project's: first-party, or of the entry's own distribution."""
    return module.group == "first-party" or (owner is not None and module.distribution == owner)


def owner_of(profile: ImportProfile) -> str | None:
    """Return the distribution of the entry when it is an installed one, as console scripts are."""
    entry = profile.entry.partition(" ")[0]
    for module in profile.modules:
        if module.name == entry:
            return module.distribution
    if profile.kind != "script" or any(module.group == "first-party" for module in profile.modules):
        return None
    direct = (module.distribution for module in profile.modules if module.loaded_by.startswith(ENTRY_MODULE))
    return next((name for name in direct if name is not None), None)


def group_names(profile: ImportProfile) -> dict[str, str]:
    """Return, by module, the name of its group; the project's own modules are groups of their own."""
    owner = owner_of(profile)
    names = {}
    for module in profile.modules:
        if is_own(module, owner):
            names[module.name] = module.name
        elif module.group == "external":
            names[module.name] = module.distribution or module.name.partition(".")[0]
        else:
            names[module.name] = f"{module.name.partition('.')[0]} (standard)"
    return names


def group_costs(profile: ImportProfile) -> list[GroupCost]:
    """Return all groups, the one that retains most first."""
    names, owner = group_names(profile), owner_of(profile)
    pairs = [(module.name, module.loaded_by) for module in profile.modules]
    self_us = {module.name: module.self_us for module in profile.modules}
    edges = import_edges(pairs, profile.imports)
    kept = retained_by_group(self_us, edges, names)
    dominators = immediate_dominators(group_edges(edges, names), ENTRY_MODULE)
    members: dict[str, list[ModuleTiming]] = {}
    for module in profile.modules:
        members.setdefault(names[module.name], []).append(module)
    own = {names[module.name] for module in profile.modules if is_own(module, owner)}
    if profile.kind != "pytest":
        own.add(ENTRY_MODULE)
    events = events_into(profile.imports, names)
    costs = []
    for name, modules in members.items():
        others = [
            event for event in events.get(name, ()) if not is_held_by(_runner(event, names), name, dominators)
        ]
        costs.append(group_cost(name, modules, kept[name], own, others, names))
    return sorted(costs, key=lambda group: (-group.retained_us, group.name))


def _runner(event: ImportEvent, names: dict[str, str]) -> str:
    """Return the group whose import was under way; code of another one may have made the import for it."""
    return names.get(event.running, event.running)


def events_into(imports: Iterable[ImportEvent], names: dict[str, str]) -> dict[str, list[ImportEvent]]:
    """Return the successful imports into each group from outside it."""
    found: dict[str, list[ImportEvent]] = {}
    for event in imports:
        if event.error is not None or event.origin == "lazy" or event.imported == REWRITING:
            continue
        for group in {names[module] for module in event.modules if module in names}:
            if names.get(event.importer) != group:
                found.setdefault(group, []).append(event)
    return found


def group_cost(  # noqa: PLR0913, PLR0917
    name: str,
    modules: list[ModuleTiming],
    retained_us: int,
    own: set[str],
    events: list[ImportEvent],
    names: dict[str, str],
) -> GroupCost:
    """Put one group together."""
    lines: dict[tuple[str | None, int], ImportEvent] = {}
    others: set[str] = set()
    for event in events:
        importer = names.get(event.importer, event.importer)
        if importer in own:
            lines.setdefault((event.path, event.line), event)
        else:
            others.add(importer)
    return GroupCost(
        name=name,
        own=name in own,
        retained_us=retained_us,
        self_us=sum(module.self_us for module in modules),
        modules=len(modules),
        first=next((event for event in events if event.loaded), None),
        lines=tuple(lines.values()),
        importers=tuple(sorted(others)),
    )
