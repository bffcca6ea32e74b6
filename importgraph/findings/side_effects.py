"""What a module does at import, as far as its text shows: files, network, processes, threads, settings."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping

from importgraph.facts.model import Flow, ModuleFacts, Step, StepKind
from importgraph.facts.source.syntax import parse_source
from importgraph.findings.environment_writes import environment_writes
from importgraph.findings.known_effects import kind_of
from importgraph.findings.model import Evidence, Finding, Location, Severity, amount
from importgraph.findings.test_code import is_test_code
from importgraph.graph.calls import CallFinder, Place
from importgraph.graph.edited.asked_since import of_asking_modules
from importgraph.graph.model import Graph, Kind, Module
from importgraph.graph.resolve import Resolver
from importgraph.kept.questions import digest_of
from importgraph.snapshot import Snapshot

_COSTLY_US = 1000
_SHOWN = 8
_LOUD = {"network", "process", "thread"}
_SEEN = {
    **dict.fromkeys(("read", "write", "mkdir", "remove", "rename"), "file"),
    **dict.fromkeys(("connect", "resolve"), "network"),
    **dict.fromkeys(("process", "fork"), "process"),
    **dict.fromkeys(("environment", "chdir"), "environment"),
    "thread": "thread",
}
"""What a profile's effects are, by their kind."""


class Effect(Evidence, frozen=True):
    """One thing a module does at import."""

    kind: str
    call: str
    line: int
    measured: bool = False
    """A run saw it; otherwise text shows it."""


class SideEffects(Evidence, frozen=True):
    """What one module does at import."""

    module: str
    effects: tuple[Effect, ...]
    singletons: tuple[Effect, ...]
    """Instances of first-party classes made at module level."""
    retained_us: int | None = None
    """What would not be spent if the module were not imported; None where no run measured it."""
    self_us: int | None = None
    """What its own code takes; None where no run measured it."""


def find_side_effects(snapshot: Snapshot, *, with_cheap: bool = True) -> tuple[SideEffects, ...]:
    """List what importing each module does beyond defining names; tests and scripts are left out.

    Args:
        snapshot: The tree.
        with_cheap: List modules, too, that only make instances, and of which no run measured a cost.
    """
    calls = CallFinder(snapshot.resolver)
    seen = _measured(snapshot)
    stated = _stated(snapshot)
    times = {m.name: (m.retained_us, m.self_us) for m in snapshot.profile.modules} if snapshot.profile else {}
    found = []
    for module in snapshot.graph.modules.values():
        if _is_looked_at(module, snapshot.graph):
            effects = (*stated.get(module.name, ()), *seen.get(module.name, ()))
            retained_us, self_us = times.get(module.name, (None, None))
            if effects or with_cheap or (self_us or 0) >= _COSTLY_US:
                singletons = tuple(_singletons(calls, module.name))
                if effects or singletons:
                    found.append(SideEffects(module.name, effects, singletons, retained_us, self_us))
    return tuple(found)


def _is_looked_at(module: Module, graph: Graph) -> bool:
    is_aside = module.kind in {Kind.TEST, Kind.CONFTEST, Kind.SCRIPT} or is_test_code(module.path)
    return module.name in graph.facts and not is_aside


def _stated(snapshot: Snapshot) -> Mapping[str, tuple[Effect, ...]]:
    """Return by module the effects that text shows."""
    resolver, graph = snapshot.resolver, snapshot.graph
    called = _environment_names(snapshot)

    def effects(name: str) -> tuple[Effect, ...]:
        return (*_effects(resolver, name), *_environment(snapshot, name, called))

    names = [module.name for module in graph.modules.values() if _is_looked_at(module, graph)]
    part = f"effects-{digest_of(sorted(called))}"
    return of_asking_modules((snapshot.since, resolver), part, tuple[Effect, ...], names, effects)


def _measured(snapshot: Snapshot) -> dict[str, tuple[Effect, ...]]:
    """Return by module what a run saw it do at import, itself or through what it calls."""
    found: dict[str, dict[Effect, None]] = defaultdict(dict)
    for effect in snapshot.profile.effects if snapshot.profile else ():
        if effect.kind in _SEEN:
            what = Effect(_SEEN[effect.kind], f"{effect.kind} {effect.detail}", effect.line, measured=True)
            found[effect.module][what] = None
    return {module: tuple(effects) for module, effects in found.items()}


def runs(step: Step) -> bool:
    """Tell whether a step of a module body runs whenever the module is imported."""
    return not step.flow & (Flow.HANDLER | Flow.DEAD)


def _effects(resolver: Resolver, module: str) -> Iterator[Effect]:
    names = resolver.names(module)
    for step in resolver.facts[module].body:
        if step.kind is StepKind.CALL and runs(step) and names is not None and names.active(step.when):
            name = external_name(resolver, module, step.name)
            kind = kind_of(name)
            if kind:
                yield Effect(kind, _shown(name, step.value), step.line)


def _shown(name: str, arguments: str) -> str:
    """Name a call; of `open` also that it writes, where text says so."""
    mode = arguments.split("|")[1:2]
    return f"open(…, {mode[0]!r})" if name == "open" and mode and set(mode[0]) & set("wax+") else name


def _environment_names(snapshot: Snapshot) -> frozenset[str]:
    """Return what `os.environ` itself may be called where imports of the tree hand it on."""
    graph, since = snapshot.graph, snapshot.since
    kept = since.load(_NAMES, tuple[str, ...]) if since is not None else None
    if since is not None and kept is not None and since.stands(graph, _handed_on):
        return frozenset(kept)
    found = _environment_names_of(graph)
    if since is not None:
        since.keep(_NAMES, tuple(sorted(found)))
    return found


_NAMES = "environ"


def _handed_on(facts: ModuleFacts) -> frozenset[tuple[str, str]]:
    """Return what the imports of a module take by which name, where that may be `os.environ`."""
    items = ((item.name or "", item.bound, item.alias is not None) for item in facts.imports)
    return frozenset((name, bound) for name, bound, is_other in items if name == "environ" or is_other)


def _environment_names_of(graph: Graph) -> frozenset[str]:
    renamed: dict[str, set[str]] = defaultdict(set)
    called: set[str] = set()
    for facts in graph.facts.values():
        for name, bound in _handed_on(facts):
            if name == "environ":
                called.add(bound)
            elif name:
                renamed[name].add(bound)
    work = list(called)
    while work:
        fresh = renamed.pop(work.pop(), set()) - called
        called |= fresh
        work += fresh
    return frozenset(called)


def _environment(snapshot: Snapshot, module: str, called: Collection[str]) -> Iterator[Effect]:
    """Yield the writes to `os.environ` that are no calls; the text is read only where facts show a use.

    Args:
        snapshot: The tree.
        module: The module.
        called: The names that `os.environ` itself may have.
    """
    resolver = snapshot.resolver
    names = resolver.names(module)
    others: set[str] = set()
    for step in resolver.facts[module].body:
        if step.kind is not StepKind.USE or step.name in others:
            continue
        used = step.name in called or step.name.endswith(".environ")
        if not (used and runs(step) and names is not None and names.active(step.when)):
            continue
        others.add(step.name)
        if external_name(resolver, module, step.name) == "os.environ":
            text = snapshot.read_text(snapshot.graph.modules[module].path)
            tree = parse_source(text.encode()).tree
            for line, words in environment_writes(
                tree, lambda chain: external_name(resolver, module, chain) == "os.environ"
            ):
                yield Effect("environment", words, line)
            return


def external_name(resolver: Resolver, module: str, chain: str) -> str:
    """Return the full name of what a chain calls outside the tree, or an empty string."""
    first, dot, rest = chain.partition(".")
    name, call, _ = first.partition("()")
    symbol = resolver.lookup(module, name)
    if symbol is None:
        return chain if chain == "open" else ""
    return f"{symbol.module}{call}{dot}{rest}" if symbol.kind == "external" else ""


def _singletons(calls: CallFinder, module: str) -> Iterator[Effect]:
    for step in calls.resolver.facts[module].body:
        if step.kind is StepKind.BIND and step.value.endswith("()") and "." not in step.name and runs(step):
            value = calls.evaluate(Place(module), step.value)
            if value is not None and value.is_instance and value.symbol.kind == "class":
                yield Effect("singleton", f"{step.name} = {step.value}", step.line)


def check_side_effects(snapshot: Snapshot) -> Iterator[Finding]:
    """Report the modules that do more than define names, one finding for each.

    An instance made at module level is an effect of its own only where a run measured that it may cost
    something: a millisecond in the module's own code.
    """
    for one in find_side_effects(snapshot, with_cheap=False):
        if not one.effects and (one.self_us or 0) < _COSTLY_US:
            continue
        path = snapshot.graph.modules[one.module].path
        kinds: dict[str, list[Effect]] = defaultdict(list)
        for effect in one.effects:
            kinds[effect.kind].append(effect)
        if one.singletons:
            kinds["instances"] = list(one.singletons)
        what = "; ".join(
            f"{kind}: {_listed({e.call for e in found})}" for kind, found in sorted(kinds.items())
        )
        spent = f" It holds {amount(one.retained_us, 'us')} (measured)." if one.retained_us else ""
        yield Finding(
            code="IG501",
            subject=one.module,
            message=f"Importing `{one.module}` does work beyond defining names ({what}).{spent}",
            severity=Severity.WARNING if _LOUD & set(kinds) else Severity.NOTE,
            locations=tuple(
                dict.fromkeys(
                    Location(path, effect.line) for effect in one.effects or one.singletons if effect.line
                )
            ),
            evidence=one,
            weight=len(one.effects or one.singletons) + 10 * len(_LOUD & set(kinds)) + (one.retained_us or 0),
        )


def _listed(calls: set[str]) -> str:
    names = sorted(calls)
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + more
