"""Is it safe to put an import off? Conservative: what cannot be shown is a reason against.

The rules look at everything that would newly run later, not only at the statement: registrations, changed
modules, settings of the interpreter, work at import, unknown libraries, and code that would notice.
"""

import re
import sys
from collections import Counter
from collections.abc import Collection, Iterator, Sequence

from importgraph.facts.model import Origin, StepKind
from importgraph.fixes.deferral import Deferrals, bound_by
from importgraph.fixes.plain import Plainness
from importgraph.graph.model import ImportEdge, Kind
from importgraph.graph.views import loaded_by
from importgraph.names import top_level
from importgraph.snapshot import Snapshot

_SHOWN = 4
_KEY = r"""(?:["'](?P<{0}>[\w.]+)["']|__name__)"""
_LOOK = re.compile(
    rf"sys\.modules(?:\[|\.get\(|\.pop\(|\.setdefault\()\s*{_KEY.format('one')}|{_KEY.format('two')}\s+(?:not\s+)?in\s+sys\.modules"
)


def unsafe_reasons(
    snapshot: Snapshot, edges: Sequence[ImportEdge], removed: Collection[str], deferrals: Deferrals
) -> list[str]:
    """Return why it cannot be shown that putting imports off changes nothing but time; empty where it can.

    Args:
        snapshot: The tree.
        edges: The imports to put off.
        removed: The modules that would be loaded later or never.
        deferrals: Verdicts on the imports.
    """
    found = list(dict.fromkeys(_of_statements(snapshot, edges, deferrals)))
    found += _of_observers(snapshot, removed)
    kinds: Counter[str] = Counter()
    example: dict[str, str] = {}
    for module in sorted(removed):
        for kind, detail in _of_module(snapshot, module, deferrals):
            kinds[kind] += 1
            example.setdefault(kind, detail)
    for kind, count in sorted(kinds.items(), key=lambda item: (-item[1], item[0])):
        more = f" and {count - 1} more" if count > 1 else ""
        found.append(f"{kind}: {example[kind]}{more}")
    hidden = len(found) - _SHOWN
    return found if hidden <= 0 else [*found[:_SHOWN], f"{hidden} more kinds of reason"]


def _of_statements(snapshot: Snapshot, edges: Sequence[ImportEdge], deferrals: Deferrals) -> Iterator[str]:
    mocks = [e for e in snapshot.graph.imports if e.origin is Origin.MOCK and not e.external]
    for edge in edges:
        verdict = deferrals.verdict(edge)
        bound = bound_by(edge)
        if verdict.unused:
            yield f"`{bound}` is never used in `{edge.importer}`: it may be imported for what it does"
        if verdict.exported:
            yield f"other modules take `{bound}` from `{edge.importer}`"
        patches = [patch for patch in mocks if patch.imported == edge.importer]
        if patches:
            yield f"tests patch names of `{edge.importer}` ({patches[0].path}:{patches[0].line})"
        symbol = snapshot.resolver.lookup(edge.importer, bound)
        if symbol is None or symbol.kind not in {"class", "function", "module"}:
            yield f"`{bound}` is a value, which may have changed by the time it is asked for"
        setter = _replaced_by(snapshot, loaded_by(edge), edge.name) if edge.name is not None else ""
        if setter:
            yield f"`{setter}` puts something else in the place of `{edge.name}`"
        if deferrals.use_sites(edge).annotations:
            yield f"annotations name `{bound}`, which code that evaluates them would no longer find"
        caught = [e for e in snapshot.graph.imports if e.tried and e.imported == edge.importer]
        if caught:
            yield f"an ImportError of `{edge.importer}` is caught in {caught[0].path}:{caught[0].line}"


def _replaced_by(snapshot: Snapshot, home: str, name: str) -> str:
    """Return a module that assigns a name of another module from outside, by text."""
    importers = {
        (e.importer, e.path, bound_by(e))
        for e in snapshot.graph.imports
        if loaded_by(e) == home and e.name != "*"
    }
    last = home.rpartition(".")[2]
    for importer, path, bound in sorted(importers):
        text = snapshot.read_text(path)
        if "setattr(" not in text and not re.search(rf"\.{name}\s*=(?!=)", text):
            continue  # a literal beginning is found much faster than the pattern below
        if re.search(
            rf"\b(?:{bound}|{last})\.{name}\s*=(?!=)|\bsetattr\(\s*[\w.]*\b(?:{bound}|{last})\s*,", text
        ):
            return importer
    return ""


def _of_observers(snapshot: Snapshot, removed: Collection[str]) -> Iterator[str]:
    """Yield who would notice that modules are not loaded."""
    graph = snapshot.graph
    for name, facts in graph.facts.items():
        if "sys.modules" in facts.hazards:
            text = snapshot.read_text(graph.modules[name].path)
            keys = [match.group("one") or match.group("two") or name for match in _LOOK.finditer(text)]
            scans = len(keys) < text.count("sys.modules") and graph.modules[name].kind is not Kind.TEST
            if scans or set(keys) & set(removed):
                yield f"`{name}` looks at which modules are loaded"
                return
    for name, facts in graph.facts.items():
        calls = [chain for f in facts.functions for chain in f.uses]
        calls += [s.name for s in facts.body] + [s.name for f in facts.functions for s in f.body]
        if any("__subclasses__" in chain for chain in calls):
            yield f"`{name}` asks a class for its subclasses"
            return


def _of_module(snapshot: Snapshot, module: str, deferrals: Deferrals) -> Iterator[tuple[str, str]]:
    graph = snapshot.graph
    if module not in graph.modules:
        if top_level(module) not in sys.stdlib_module_names:
            yield "a library whose effects are unknown", f"`{module}`"
        return
    facts = graph.facts.get(module)
    if facts is None:
        if graph.modules[module].kind is Kind.EXTENSION:
            yield "compiled, so unknown", f"`{module}`"
        return
    path = graph.modules[module].path
    for hazard in facts.hazards:
        if not hazard.startswith("global "):
            yield "looks at or changes names at run time", f"`{module}` ({hazard})"
            break
    if any(step.kind is StepKind.FUNCTION and step.name.endswith("__del__") for step in facts.body):
        yield "has a finalizer", f"`{module}`"
    libraries = deferrals.libraries.get(module)
    if libraries:
        yield "imports a library whose effects are unknown", f"`{libraries[0]}` in `{module}`"
    for doubt in Plainness(snapshot, module).doubts(deferrals.tree(path)):
        yield doubt.kind, f"{doubt.detail} ({path}:{doubt.line})"
        return
