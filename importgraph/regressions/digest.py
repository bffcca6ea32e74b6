"""Reduce a snapshot to identities."""

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import partial

from importgraph.facts.model import Origin
from importgraph.findings.cycles import Cycle, code_of, find_cycles
from importgraph.findings.fragmentation import Fragment, Fragmentation, measure_fragmentation
from importgraph.findings.ignores import NO_IGNORES, Ignores
from importgraph.findings.missing.unresolved import find_unresolved
from importgraph.findings.model import Finding
from importgraph.findings.own_rules.model import Violation
from importgraph.graph.edited.since import of_modules
from importgraph.graph.model import Graph
from importgraph.graph.views import View
from importgraph.kept.later import Later
from importgraph.regressions.loading import entry_loads, loading_map
from importgraph.regressions.model import CycleMark, Digest, FragmentationMark, FragmentMark, Mark
from importgraph.snapshot import Snapshot

_HANDLED = ("IG1", "IG2", "IG301", "IG4")
"""Findings that a digest holds in a form of its own: loads, cycles, fragmentation, unresolved imports."""


def digest_of(
    snapshot: Snapshot, findings: tuple[Finding, ...], view: View, ignores: Ignores = NO_IGNORES
) -> Digest:
    """Reduce a snapshot, its findings and its loading view to identities, all of them sorted.

    What a comment accepts is left out; `findings` are those that none accepts.
    """
    graph = snapshot.graph
    prints = of_modules(snapshot.since, "fingerprints", str, graph.modules, partial(fingerprint, graph))
    cycles = (one for one in find_cycles(snapshot) if not ignores.accepts_cycle(code_of(one), one))
    return Digest(
        python_version=".".join(map(str, graph.target.version)),
        platform=graph.target.platform,
        modules={name: prints.get(name, "") for name in sorted(graph.modules)},
        entry_points=tuple(sorted(entry_loads(snapshot, view), key=lambda load: load.name)),
        edges=Later(partial(_edges, graph)),
        loading=Later(partial(loading_map, view)),
        cycles=tuple(sorted(map(_cycle, cycles), key=lambda c: (c.kind, c.modules))),
        fragmentation=_fragmentation(measure_fragmentation(snapshot), ignores),
        findings=tuple(sorted([*_unresolved(snapshot, ignores), *_others(findings)])),
    )


def fingerprint(graph: Graph, module: str) -> str:
    """Return a digest of what a module defines and imports, which a move or a new format leaves alone.

    Empty for a module that defines nothing, which could be taken for any other.
    """
    facts = graph.facts.get(module)
    if facts is None or not facts.definitions:
        return ""
    born = [f"{one.kind} {one.name}" for one in facts.definitions]
    methods = [function.qualname for function in facts.functions]
    return hashlib.blake2b("\n".join(sorted({*born, *methods})).encode(), digest_size=8).hexdigest()


def _edges(graph: Graph) -> Mapping[str, Mapping[str, tuple[str, ...]]]:
    found: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for edge in graph.imports:
        if edge.origin is not Origin.MOCK and edge.imported != edge.importer:
            found[edge.importer][edge.imported].add("" if edge.submodule else edge.name or "")
    return {
        importer: {imported: tuple(sorted(names)) for imported, names in sorted(imports.items())}
        for importer, imports in sorted(found.items())
    }


def _cycle(cycle: Cycle) -> CycleMark:
    return CycleMark(cycle.kind.value, cycle.modules)


def _fragmentation(measured: Fragmentation, ignores: Ignores) -> FragmentationMark:
    marks = [
        FragmentMark(f"{f.module}.{f.name}", f.canonical, dict(sorted(f.paths.items())), _strays(f, ignores))
        for f in measured.definitions
    ]
    return FragmentationMark(
        policy=measured.policy,
        statements=measured.statements,
        stray=sum(mark.stray for mark in marks),
        canonical_usage=measured.canonical_usage,
        definitions=tuple(sorted(marks, key=lambda mark: mark.definition)),
    )


def _strays(one: Fragment, ignores: Ignores) -> int:
    return sum(not ignores.accepts("IG301", place.path, place.line) for place in one.stray)


def _unresolved(snapshot: Snapshot, ignores: Ignores) -> Iterator[Mark]:
    importers: dict[tuple[str, str], list[str]] = defaultdict(list)
    for one in find_unresolved(snapshot):
        if ignores.accepts(one.code, one.path, one.line):
            continue
        importers[one.code, f"{one.target}.{one.name}" if one.name else one.target].append(one.importer)
    for (code, target), found in importers.items():
        yield Mark(code, target, tuple(sorted(found)))


def _others(findings: tuple[Finding, ...]) -> Iterator[Mark]:
    own: dict[tuple[str, str], list[str]] = defaultdict(list)
    for one in findings:
        if isinstance(one.evidence, Violation):
            own[one.code, one.subject].append(one.evidence.importer)
    yield from (Mark(code, subject, tuple(sorted(found))) for (code, subject), found in own.items())
    others = (one for one in findings if not isinstance(one.evidence, Violation))
    yield from {Mark(one.code, one.subject) for one in others if not one.code.startswith(_HANDLED)}
