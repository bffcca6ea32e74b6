"""Groups of imports that recur across files, and a module that would offer them in one statement.

The module answers for its names lazily (PEP 562), so an importer loads what it takes and nothing else. A
proposal after which some importer would load more than before, other than the new module itself, is not made.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from importgraph.facts.model import Origin, Scope
from importgraph.findings.duplicates import is_test_code
from importgraph.fixes.model import Applicability, CreateModule, Edit, Fix, Gain, RewriteImport, SkippedFix
from importgraph.graph.model import Graph, ImportEdge, Kind
from importgraph.graph.reachability import leading_pairs
from importgraph.graph.views import closure, modules_of
from importgraph.snapshot import Snapshot

_LEAST_FILES = 8
_LEAST_MODULES = 3
_MOST_NAMES = 12
_ITEMS = 150
"""The most used names that are combined into groups."""
_GROUPS = 5
_SHOWN_IMPORTERS = 200
_COST = (
    "every importer loads what it loads today, and the new module of {} lines, "
    "which imports nothing until it is asked"
)

Item = tuple[str, str]
"""Module and name, as statements take them."""


@dataclass(frozen=True, slots=True)
class Group:
    """Names that the same files import together."""

    items: tuple[Item, ...]
    files: tuple[str, ...]
    """Importers (module names) that take all of them at module level."""

    @property
    def saved(self) -> int:
        """Statements saved: one for each module of the group but one, in each file."""
        return len(self.files) * (len({module for module, _ in self.items}) - 1)


def propose_consolidation(snapshot: Snapshot) -> Iterator[Fix | SkippedFix]:
    """Propose modules for the groups that save most statements, none that overlaps with a better one."""
    by_file = _imports_by_file(snapshot.graph)
    taken: set[Item] = set()
    for group in find_groups({file: frozenset(items) for file, items in by_file.items()}):
        if not taken & set(group.items):
            taken |= set(group.items)
            yield _proposal(snapshot, group, by_file)


def _imports_by_file(graph: Graph) -> dict[str, dict[Item, ImportEdge]]:
    """Collect, for each module of the program itself, the first-party names it takes at module level."""
    found: dict[str, dict[Item, ImportEdge]] = defaultdict(dict)
    own = {
        module.name
        for module in graph.modules.values()
        if module.kind not in {Kind.TEST, Kind.SCRIPT} and not is_test_code(module.path)
    }
    for edge in graph.imports:
        plain = edge.origin is Origin.STATEMENT and edge.scope is Scope.MODULE and not edge.external
        always = edge.active and not (edge.guards or edge.tried or edge.fallback or edge.conditional)
        usable = plain and always
        if not usable or edge.missing or edge.name in {None, "*"} or edge.submodule or edge.lazy:
            continue
        if edge.importer in own and edge.name is not None:
            found[edge.importer][edge.imported, edge.name] = edge
    return found


def find_groups(files: Mapping[str, frozenset[Item]]) -> list[Group]:
    """Find groups of names from several modules that many files import together; the most saving first.

    Starting from each pair that recurs, the name is added that keeps most savings, as long as they grow.
    """
    counts = Counter(item for items in files.values() for item in items)
    frequent = {item for item, count in counts.most_common(_ITEMS) if count >= _LEAST_FILES}
    numbers = {file: number for number, file in enumerate(sorted(files))}
    holders: dict[Item, int] = defaultdict(int)
    pairs: Counter[tuple[Item, Item]] = Counter()
    for file, items in files.items():
        kept = sorted(items & frequent)
        for item in kept:
            holders[item] |= 1 << numbers[file]
        pairs.update((one, two) for one, two in combinations(kept, 2) if one[0] != two[0])
    groups = {}
    for (one, two), count in sorted(pairs.most_common(_ITEMS), key=lambda pair: (-pair[1], pair[0])):
        if count >= _LEAST_FILES:
            group = _grow((one, two), holders, tuple(numbers))
            groups[group.items] = group
    wide = [
        group for group in groups.values() if len({module for module, _ in group.items}) >= _LEAST_MODULES
    ]
    return sorted(wide, key=lambda group: (-group.saved, group.items))[: _GROUPS * 4]


def _grow(start: tuple[Item, Item], holders: Mapping[Item, int], names: Sequence[str]) -> Group:
    """Add names to a pair as long as that saves statements.

    Args:
        start: The pair.
        holders: By name that may be added, who takes it: bits by the positions in `names`.
        names: The importers, sorted.
    """
    items, files = list(start), holders[start[0]] & holders[start[1]]
    best, chosen, saved = tuple(items), files, files.bit_count()
    ordered = sorted(holders)
    while len(items) < _MOST_NAMES:
        options = [item for item in ordered if item not in items]
        if not options:
            break
        present = {module for module, _ in items}
        shared = {item: (files & holders[item]).bit_count() for item in options}
        following = max(options, key=lambda item: (shared[item], item[0] not in present))
        remaining = files & holders[following]
        if remaining.bit_count() < _LEAST_FILES:
            break
        items.append(following)
        files = remaining
        grown = files.bit_count() * (len({module for module, _ in items}) - 1)
        if grown > saved:
            best, chosen, saved = tuple(items), files, grown
    return Group(tuple(sorted(best)), tuple(_chosen(names, chosen)))


def _chosen(names: Sequence[str], bits: int) -> Iterator[str]:
    """Yield the names whose positions are among the bits of a number, in their order."""
    while bits:
        lowest = bits & -bits
        yield names[lowest.bit_length() - 1]
        bits ^= lowest


def _proposal(
    snapshot: Snapshot, group: Group, by_file: Mapping[str, Mapping[Item, ImportEdge]]
) -> Fix | SkippedFix:
    package = _common_package(snapshot.graph, group.files)
    subject = ", ".join(name for _, name in group.items)
    if not package:
        return SkippedFix("consolidation", subject, "its importers share no package")
    clashes = [name for name, count in Counter(name for _, name in group.items).items() if count > 1]
    if clashes:
        return SkippedFix("consolidation", subject, f"two modules give the name `{clashes[0]}`")
    name = _free_name(snapshot.graph, package)
    grown = _grows(snapshot, group, package)
    if grown:
        return SkippedFix("consolidation", subject, grown)
    folder = snapshot.graph.modules[package].path.rpartition("/")[0]
    path = f"{folder}/{name.rpartition('.')[2]}.py" if folder else f"{name}.py"
    edits: tuple[Edit, ...] = (
        CreateModule(path, module_text(group.items)),
        *_rewrites(snapshot, group, name, by_file),
    )
    modules = len({module for module, _ in group.items})
    return Fix(
        id="",
        kind="consolidation",
        title=(
            f"Offer {len(group.items)} names of {modules} modules from a new `{name}`: "
            f"{len(group.files)} files take all of them, {group.saved} statements less"
        ),
        gains=tuple(_loads(snapshot, group)),
        resolves=group.saved,
        statements=len(group.files) * modules,
        applicability=Applicability.UNSAFE,
        reasons=(
            _COST.format(module_text(group.items).count("\n")),
            "each of the names then has one more path (IG301)",
            "tests that patch a name in its home module see no difference; the block is for type checkers",
        ),
        findings=(),
        edits=edits,
    )


def _common_package(graph: Graph, files: Iterable[str]) -> str:
    """Return the deepest package that holds all importers."""
    parts = [name.split(".") for name in files]
    shared = []
    for column in zip(*parts, strict=False):
        if len(set(column)) > 1:
            break
        shared.append(column[0])
    while shared:
        name = ".".join(shared)
        module = graph.modules.get(name)
        if module is not None and module.path.endswith("__init__.py"):
            return name
        shared.pop()
    return ""


def _free_name(graph: Graph, package: str) -> str:
    for word in ("common_imports", "shared_imports", "imports_in_common"):
        if f"{package}.{word}" not in graph.modules:
            return f"{package}.{word}"
    return f"{package}.common_imports_2"


def _grows(snapshot: Snapshot, group: Group, package: str) -> str:
    """Return which importer would load more than today, besides the new module; empty if none does.

    The new module's package is run by its import; whoever stands below it runs it anyway.
    """
    needed = {package, *(module for module, _ in group.items)}
    pairs = {(file, module) for file in group.files for module in needed}
    missing = pairs - leading_pairs(snapshot.runtime.successors, pairs)
    file = next((file for file in group.files if any((file, module) in missing for module in needed)), None)
    if file is None:
        return ""
    extra = sorted(modules_of(closure(snapshot.runtime, needed) - closure(snapshot.runtime, [file])))
    return f"`{file}` would load `{extra[0]}`, which it does not load today"


def _loads(snapshot: Snapshot, group: Group) -> Iterator[Gain]:
    """Say what each importer loads before and after: one module more, the new one."""
    for file in group.files[:_SHOWN_IMPORTERS]:
        count = len(modules_of(closure(snapshot.runtime, [file])))
        yield Gain(file, "modules", count, count + 1, ())


def _rewrites(
    snapshot: Snapshot, group: Group, name: str, by_file: Mapping[str, Mapping[Item, ImportEdge]]
) -> Iterator[RewriteImport]:
    for file in group.files:
        for item in group.items:
            edge = by_file[file][item]
            alias = f" as {edge.alias}" if edge.alias else ""
            fact = snapshot.graph.facts[file].imports[edge.index]
            before = f"from {'.' * fact.level}{fact.module} import {edge.name}{alias}"
            yield RewriteImport(edge.path, edge.line, before, f"from {name} import {edge.name}{alias}")


def module_text(items: Iterable[Item]) -> str:
    """Return the source of a module that offers names lazily (PEP 562) and to type checkers at once."""
    rows = sorted(items, key=lambda item: (item[1], item[0]))
    by_module: dict[str, list[str]] = defaultdict(list)
    for module, name in rows:
        by_module[module].append(name)
    lines = ['"""Names that many modules import together, each loaded when it is first taken."""', ""]
    lines += [
        "TYPE_CHECKING = False  # as type checkers take it; importing typing would cost",
        "if TYPE_CHECKING:",
    ]
    lines += [
        f"    from {module} import {', '.join(f'{name} as {name}' for name in names)}"
        for module, names in sorted(by_module.items())
    ]
    lines += ["", "__all__ = ["] + [f"    {name!r}," for _, name in rows] + ["]", "", "_HOMES = {"]
    lines += [f"    {name!r}: {module!r}," for module, name in rows] + ["}", "", ""]
    lines += [
        "def __getattr__(name: str) -> object:",
        "    if name not in _HOMES:",
        '        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")',
        "    value = globals()[name] = getattr(__import__(_HOMES[name], None, None, [name]), name)",
        "    return value",
    ]
    return "\n".join(lines).replace("'", '"') + "\n"
