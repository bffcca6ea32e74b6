"""Where a module or name that is missing went, with the evidence; likenesses apart from that."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property

from msgspec import Struct

from importgraph.facts.model import Scope
from importgraph.facts.parse import parse_module
from importgraph.findings.test_code import is_test_code
from importgraph.git.history import Removal
from importgraph.graph.model import ImportEdge, Kind
from importgraph.names import is_within, parent, top_level
from importgraph.snapshot import Snapshot

_IMPORTABLE = {Kind.PACKAGE, Kind.MODULE, Kind.ORPHAN, Kind.NAMESPACE}
_SLIP = 0.75
"""The least likeness of a hint, as difflib measures it: `utills` and `utils` have 0.91."""
_MOVES = 4
"""How often a file may have been moved before we stop following it."""


class Trace(Struct, frozen=True):
    """What is known of something missing."""

    suggestion: str = ""
    """The dotted path that works, where there is evidence for it."""
    evidence: str = ""
    """What shows where it went, or that it was deleted, in words."""
    hint: str = ""
    """A path that only looks alike."""


class Traces:
    """Looks for what is missing: in git's history, among the definitions of the tree, by likeness."""

    def __init__(self, snapshot: Snapshot, missing: Iterable[tuple[ImportEdge, str]]) -> None:
        """Take all that is missing at once, so that git is asked once."""
        self.graph = snapshot.graph
        self.resolver = snapshot.resolver
        self._by_path = {m.path: m.name for m in self.graph.modules.values() if m.path.endswith(".py")}
        names = [(self._file(edge), edge.name) for edge, name in missing if _is_lost_name(edge, name)]
        self._removed_names = snapshot.removed_names([(p, name) for p, name in names if p and name])
        self._removed = _followed(snapshot, [p for edge, name in missing for p in self._places(edge, name)])

    def of(self, edge: ImportEdge, missing: str, *, is_name: bool) -> Trace:
        """Return what is known of what an import asks for.

        Args:
            edge: The import.
            missing: The dotted name that is not there.
            is_name: The module is there, its name is not.
        """
        found = self._by_history(edge, missing, is_name=is_name) or self._by_definition(edge, missing)
        if is_name and (found is None or not found.suggestion):
            found = self._by_removal(edge) or found
        if found is not None and found.suggestion:
            return found if is_name else self._passed_on(found, edge, missing)
        hint = self._alike_name(edge) if is_name else self._alike_module(missing, edge.name)
        evidence = found.evidence if found is not None else ""
        return Trace("", evidence, hint if top_level(hint) == top_level(missing) else "")

    def _places(self, edge: ImportEdge, missing: str) -> tuple[str, ...]:
        """Return the files that would be what is missing."""
        holder = self.graph.modules.get(edge.imported)
        if holder is None or not holder.path.endswith("__init__.py"):
            return ()
        rest = missing.removeprefix(f"{holder.name}.").removeprefix(f"{holder.importable_as}.")
        path = "/".join(filter(None, (parent_folder(holder.path), rest.replace(".", "/"))))
        return (f"{path}.py", f"{path}/__init__.py") if rest != missing else ()

    def _by_history(self, edge: ImportEdge, missing: str, *, is_name: bool) -> Trace | None:
        removal = next((self._removed[p] for p in self._places(edge, missing) if p in self._removed), None)
        if removal is None:
            return None
        commit = f"in commit {removal.commit} ({removal.date})"
        module = self._by_path.get(removal.moved_to)
        if module is None:
            return self._by_definition(edge, missing) or Trace(evidence=f"it was deleted {commit}")
        taken = "" if is_name else edge.name
        if not self._works(module, taken):
            return Trace(evidence=f"it was renamed to `{module}` {commit}, which has no `{taken}`")
        return Trace(module, f"it was renamed to `{module}` {commit}")

    def _file(self, edge: ImportEdge) -> str:
        """Return the file of the module that lacks a name."""
        holder = self.graph.modules.get(edge.imported)
        return holder.path if holder is not None else ""

    def _by_removal(self, edge: ImportEdge) -> Trace | None:
        """Return what the commit shows in which the module lost the name: where it had it from."""
        name = edge.name or ""
        path = self._file(edge)
        removal = self._removed_names.get((path, name))
        if removal is None:
            return None
        facts = parse_module(removal.before).facts
        items = [i for i in facts.imports if i.bound == name and i.scope is Scope.MODULE]
        when = f"was removed from {path} in commit {removal.commit} ({removal.date})"
        for item in items:
            holder = self.graph.modules[edge.imported]
            source = self.resolver.module_of(edge.imported, item)
            if item.name and source is not None and source != holder.name and self._works(source, item.name):
                return Trace(f"{source}.{item.name}", f"its import from `{source}` {when}")
        if items or any(definition.name == name for definition in facts.definitions):
            return Trace(evidence=f"it {when}")
        return None

    def _works(self, module: str, name: str | None) -> bool:
        """Tell whether a module can be imported by its name and has a name."""
        if not self._importable(module):
            return False
        return not name or name == "*" or self.resolver.lookup(module, name) is not None

    def _importable(self, module: str) -> bool:
        found = self.graph.modules[module]
        return found.kind in _IMPORTABLE and found.name == found.importable_as and not found.broken

    @cached_property
    def _homes(self) -> Mapping[str, Sequence[str]]:
        """By name, the modules in which it is born."""
        found: dict[str, list[str]] = defaultdict(list)
        for module, facts in self.graph.facts.items():
            for name in {definition.name for definition in facts.definitions}:
                found[name].append(module)
        return found

    def _by_definition(self, edge: ImportEdge, missing: str) -> Trace | None:
        """Return the one place where the name that is taken is defined, in the same top-level package."""
        name = edge.name
        if not name or name == "*":
            return None
        homes = [
            home
            for home in self._homes.get(name, ())
            if top_level(home) == top_level(missing) and home != edge.importer and self._importable(home)
        ]
        near = [home for home in homes if is_within(home, edge.imported)]
        lively = [home for home in homes if not is_test_code(self.graph.modules[home].path)]
        only = next((group[0] for group in (homes, near, lively) if len(group) == 1), None)
        if only is None:
            return None
        line = next(d.line for d in self.graph.facts[only].definitions if d.name == name)
        place = f"{self.graph.modules[only].path}:{line}"
        return Trace(f"{only}.{name}", f"`{name}` is defined in `{only}` ({place})")

    def _passed_on(self, found: Trace, edge: ImportEdge, missing: str) -> Trace:
        """Prefer the module that looks like the one asked for, where it gives the very same definition."""
        alike = self._alike_module(missing, edge.name)
        symbol = self.resolver.lookup(alike, edge.name) if alike and edge.name else None
        same = symbol is not None and f"{symbol.module}.{symbol.name}" == found.suggestion
        if not same or not self.graph.modules[alike].path.endswith("__init__.py"):
            return found
        return Trace(alike, f"{found.evidence}, and `{alike}` passes it on")

    # -- likeness -----------------------------------------------------------------------------------

    def _alike_name(self, edge: ImportEdge) -> str:
        names = self.resolver.names(edge.imported)
        bound = [name for name in names.bound if "." not in name] if names is not None else []
        near = _alike(edge.name or "", bound)
        homes = self._homes.get(edge.name or "", ())
        return (
            f"{edge.imported}.{near}"
            if near
            else f"{nearest(edge.imported, homes)}.{edge.name}"
            if homes
            else ""
        )

    def _alike_module(self, missing: str, name: str | None) -> str:
        same = [m for m in self._by_last.get(missing.rpartition(".")[2], ()) if self._works(m, name)]
        if same:
            return nearest(missing, same)
        package, _, last = missing.rpartition(".")
        siblings = [m for m in self._by_parent.get(package, ()) if self._works(m, name)]
        near = _alike(last, [sibling.rpartition(".")[2] for sibling in siblings])
        return f"{package}.{near}".lstrip(".") if near else ""

    @cached_property
    def _by_parent(self) -> Mapping[str, Sequence[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for module in self.graph.modules:
            found[parent(module)].append(module)
        return found

    @cached_property
    def _by_last(self) -> Mapping[str, Sequence[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for module in self.graph.modules:
            found[module.rpartition(".")[2]].append(module)
        return found


def _is_lost_name(edge: ImportEdge, missing: str) -> bool:
    return edge.name not in {None, "*"} and missing == f"{edge.imported}.{edge.name}"


def _alike(word: str, words: Sequence[str]) -> str:
    """Return the word that is most like another, where a slip could have made one of the other."""
    import difflib

    return next(iter(difflib.get_close_matches(word, words, n=1, cutoff=_SLIP)), "")


def parent_folder(path: str) -> str:
    """Return the folder of a path, empty for the top."""
    return path.rpartition("/")[0]


def _followed(snapshot: Snapshot, paths: Sequence[str]) -> Mapping[str, Removal]:
    """Return what became of removed files, along several renames to where they are now."""
    present = {module.path for module in snapshot.graph.modules.values()}
    found = dict(snapshot.removed(paths))
    for _ in range(_MOVES):
        lost = {r.moved_to for r in found.values() if r.moved_to and r.moved_to not in present}
        later = snapshot.removed(sorted(lost)) if lost else {}
        if not later:
            break
        found = {path: later.get(removal.moved_to, removal) for path, removal in found.items()}
    return found


def nearest(target: str, candidates: Sequence[str]) -> str:
    """Return the candidate that shares the longest package path with the target."""
    parts = target.split(".")

    def common(candidate: str) -> int:
        pairs = zip(parts, candidate.split("."), strict=False)
        differing = (i for i, (one, two) in enumerate(pairs) if one != two)
        return next(differing, min(len(parts), candidate.count(".") + 1))

    return min(candidates, key=lambda candidate: (-common(candidate), candidate.count("."), candidate))
