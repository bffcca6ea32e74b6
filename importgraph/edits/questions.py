"""What is asked of a copy in which fixes were applied. The first answer that is not as before ends it.

Cheapest first: each finding that a fix resolves is gone and no new one came; every module that imported
before and may reach a change still imports, first, in a fresh interpreter; no public name is lost; pytest
collects the same tests; the user's tests end as before.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path

from importgraph.config import Partial
from importgraph.edits.changes import Plan, plan
from importgraph.edits.differences import lost_names, mends, other_tests
from importgraph.edits.plan_names import (
    breaks_of,
    deferred_names,
    left_modules,
    offered_definitions,
    same_objects,
)
from importgraph.edits.promised_names import stub_names
from importgraph.edits.running import (
    Collected,
    Copy,
    ModuleState,
    Progress,
    Tested,
    collect_tests,
    import_each,
    other_objects,
    run_tests,
)
from importgraph.findings.model import Finding
from importgraph.findings.unused_modules import UnusedModules
from importgraph.graph.model import Kind, Module
from importgraph.graph.views import reachable
from importgraph.project import Project, open_project

_REPAIRS = {"missing-import", "deprecated", "bridge-module"}
"""Kinds of fixes by which tests may come to be collected that were not."""
_MOVES_WITH_LOADING = ("IG1", "IG5")
"""Findings about what is loaded or done at import: deferring moves them from one module to another."""


@dataclass(frozen=True, slots=True)
class How:
    """How to verify."""

    python: str
    version: str
    options: Partial
    """Settings of the command line."""
    test_command: str = ""
    summary: bool = False
    """Compare the whole before and after, too."""
    rounds: int = 7
    timeout: float = 900.0
    """Seconds for one command."""


def importable_modules(project: Project) -> tuple[Module, ...]:
    """Return the modules with a file that a statement can name, in the order of the graph."""
    plain = (m for m in project.graph.modules.values() if m.path and m.kind is not Kind.SCRIPT)
    return tuple(m for m in plain if all(part.isidentifier() for part in m.importable_as.split(".")))


@dataclass(frozen=True)
class Questions:
    """Questions to two copies of a project: one as it is, one with fixes applied."""

    project: Project
    how: How
    before: Path
    after: Path
    progress: Progress

    @property
    def asked(self) -> tuple[str, ...]:
        """What is asked, in words."""
        found = ["findings", f"imports of {len(self._states):,} modules{self._left_out}", "public names"]
        if self._collected is not None and self._collected.ids:
            found.append(f"collection of {len(self._collected.ids):,} tests")
        if self.how.test_command:
            found.append(f"`{self.how.test_command}`")
        return tuple(found)

    def first_failure(self, made: Plan) -> str | None:
        """Return what is not as it should be once a plan is applied, None where all is well."""
        return next(self._failures(made), None)

    def _failures(self, made: Plan) -> Iterator[str]:
        yield from self._findings(made)
        yield from self._imports(made)
        yield from self._tests(made)

    @property
    def _left_out(self) -> str:
        """Say which modules could not be imported before any change, where that is because of the time."""
        late = [name for name, state in sorted(self._states.items()) if state.is_late]
        if not late:
            return ""
        more = f" and {len(late) - 1:,} more" if len(late) > 1 else ""
        return f" (but for {late[0]}{more}: {self._states[late[0]].error})"

    # -- text -------------------------------------------------------------------------------------

    def _findings(self, made: Plan) -> Iterator[str]:
        self.progress("reading the changed copy")
        project = self.opened(self.after)
        found = {(one.code, one.subject) for one in project.findings if not self._was_unused(one, made)}
        for fix in made.fixes:
            for finding in fix.fix.findings:
                code, _, subject = finding.partition(" ")
                if (code, subject) in found and not code.startswith(_MOVES_WITH_LOADING):
                    yield f"{code} of {subject} is still found"
        offered = offered_definitions(self.project, made)
        for code, subject in sorted(found - self._known):
            on_purpose = code == "IG301" and subject in offered
            if not code.startswith(_MOVES_WITH_LOADING) and not on_purpose:
                yield f"a new finding: {code} of {subject}"
        yield from self._own_rules(made, project)
        for fix in made.fixes:
            left = plan(self.after, [fix], project.read_text).fixes
            if left:
                yield f"applied once more, `{fix.name}` would change something again"

    def _was_unused(self, finding: Finding, made: Plan) -> bool:
        """Tell whether a finding is about modules that nothing imported before, or that a fix is to leave.

        Whether a package counts as unused depends on all its modules, so that any edit may turn that.
        """
        evidence = finding.evidence
        if not isinstance(evidence, UnusedModules):
            return False
        return (self._imported & {*evidence.modules}) <= left_modules(self.project, made)

    @cached_property
    def _imported(self) -> frozenset[str]:
        return frozenset(edge.imported for edge in self._original.graph.imports)

    def _own_rules(self, made: Plan, project: Project) -> Iterator[str]:
        """Say which breaks of the project's own rules are left where a fix was to end them, or are new."""
        now = breaks_of(project)
        for fix in made.fixes:
            paths = {edit.path for edit in fix.fix.edits}
            for finding in fix.fix.findings:
                code, _, subject = finding.partition(" ")
                keys = [(code, subject, path) for path in paths if (code, subject, path) in self._broken]
                before, after = (sum(side[key] for key in keys) for side in (self._broken, now))
                if keys and after > max(before - fix.fix.resolves, 0):
                    yield f"{code} of {subject} is still found"
        for (code, subject, path), count in sorted(now.items()):
            if count > self._broken[code, subject, path]:
                yield f"a new finding: {code} of {subject} in {path}"

    @cached_property
    def _broken(self) -> Counter[tuple[str, str, str]]:
        return breaks_of(self._original)

    @cached_property
    def _original(self) -> Project:
        """The copy as it is: without hidden folders it may differ from the project."""
        return self.opened(self.before)

    def opened(self, place: Path) -> Project:
        """Analyse a copy as it is now."""
        folder = place / self.project.within
        return open_project(folder, self.how.options, cache_folder=self.project.cache_folder)

    @cached_property
    def _known(self) -> frozenset[tuple[str, str]]:
        return frozenset((one.code, one.subject) for one in self._original.findings)

    # -- imports ----------------------------------------------------------------------------------

    def _imports(self, made: Plan) -> Iterator[str]:
        by_path = {module.path: module for module in self.project.graph.modules.values()}
        edited = [by_path[change.path] for change in made.changes if change.path in by_path]
        working = [name for name in self._reaching(edited) if not self._states[name].error]
        fresh = list(self._new_modules(made))
        asked = [*working, *fresh]
        after = self._imported_each(self.after, asked, "importing, with the change:")
        for name in sorted([*working, *fresh]):
            if after[name].error:
                yield f"`import {name}` fails: {after[name].error}"
        for module in edited:
            name = module.importable_as
            if name in after:
                yield from lost_names(
                    name, self._states[name], after[name], deferred_names(made, module.path)
                )
        yield from self._promised([module for module in edited if module.importable_as in after])
        pairs = tuple(dict.fromkeys(same_objects(self.project, made)))
        for one in other_objects(self._copy(self.after), pairs):
            yield f"`{one.old}.{one.name}` is not what `{one.new}.{one.new_name}` is"

    def _promised(self, edited: Iterable[Module]) -> Iterator[str]:
        """Say which names of its stub, or of `__all__` though not of `dir()`, a module no longer gives."""
        asked: dict[str, frozenset[str]] = {}
        for module in edited:
            stub, state = (self.before / module.path).with_suffix(".pyi"), self._states[module.importable_as]
            text = stub.read_text(encoding="utf-8-sig", errors="replace") if stub.is_file() else ""
            asked[module.importable_as] = (
                stub_names(text) | {*filter(str.isidentifier, state.exported or ())} - state.names
            )
        asked = {name: names for name, names in asked.items() if names}
        before, now = (import_each(self._copy(at), asked, asked) for at in (self.before, self.after))
        for name in sorted(asked):
            for lost in sorted(before[name].given - now[name].given)[:1]:
                yield f"`{name}` no longer gives `{lost}`, which its stub or `__all__` names"

    def _new_modules(self, made: Plan) -> Iterator[str]:
        """Yield the importable names of files that a plan makes."""
        created = {change.path for change in made.changes if change.before is None}
        if created:
            modules = importable_modules(self.opened(self.after))
            yield from (module.importable_as for module in modules if module.path in created)

    def _reaching(self, edited: Iterable[Module]) -> list[str]:
        """Return the importable names of modules whose import may reach one of some modules."""
        importers: dict[str, list[str]] = {}
        for edge in self.project.graph.imports:
            importers.setdefault(edge.imported, []).append(edge.importer)
        reached = reachable(importers, [module.name for module in edited])
        return sorted(m.importable_as for m in importable_modules(self.project) if m.name in reached)

    @cached_property
    def _states(self) -> Mapping[str, ModuleState]:
        names = {module.importable_as for module in importable_modules(self.project)}
        return self._imported_each(self.before, names, "importing, as it is:")

    def _imported_each(self, place: Path, names: Collection[str], what: str) -> Mapping[str, ModuleState]:
        self.progress(what, 0, len(names))
        return import_each(self._copy(place), names, told=partial(self.progress, what))

    # -- tests ------------------------------------------------------------------------------------

    def _tests(self, made: Plan) -> Iterator[str]:
        repairs = any(one.fix.kind in _REPAIRS for one in made.fixes)
        if self._collected is not None:
            self.progress("collecting tests with the change")
            now = collect_tests(self._copy(self.after), self.project.within)
            mended = repairs and now is not None and mends(self._collected, now)
            if now != self._collected and not mended and not self._in_any_order(now):
                yield other_tests(self._collected, now)
        if self.how.test_command:
            self.progress(f"running `{self.how.test_command}` with the change")
            tested = run_tests(self._copy(self.after), self.how.test_command, self.project.within)
            mended = tested.code == 0 and self._tested.code != 0
            if tested != self._tested and not mended:
                yield f"the tests ended otherwise: {tested.last} (before: {self._tested.last})"

    def _in_any_order(self, now: Collected | None) -> bool:
        """Tell whether the order alone differs, and does so without the plan too: parameters from a set."""
        if self._collected is None or now is None or now.in_order != self._collected.in_order:
            return False
        return collect_tests(self._copy(self.before), self.project.within) != self._collected

    @cached_property
    def _collected(self) -> Collected | None:
        if not any(module.kind is Kind.TEST for module in self.project.graph.modules.values()):
            return None
        self.progress("collecting tests as they are")
        return collect_tests(self._copy(self.before), self.project.within)

    def tests_ended(self) -> tuple[str, str]:
        """Return how tests end before and after in words; empty where there is nothing to tell."""
        if self.how.test_command:
            tested = run_tests(self._copy(self.after), self.how.test_command, self.project.within)
            return self._tested.last, tested.last
        if self._collected is None:
            return "", ""
        now = collect_tests(self._copy(self.after), self.project.within)
        counts = (len(self._collected.ids), len(now.ids) if now is not None else 0)
        return f"{counts[0]:,} collected", f"{counts[1]:,} collected"

    @cached_property
    def _tested(self) -> Tested:
        self.progress(f"running `{self.how.test_command}` as it is")
        return run_tests(self._copy(self.before), self.how.test_command, self.project.within)

    def _copy(self, place: Path) -> Copy:
        roots = tuple(dict.fromkeys(module.root for module in importable_modules(self.project)))
        return Copy(place, roots, self.how.python, self.how.timeout)
