"""Put the traces of several runs together into one profile: best self times, spread, and who needed whom."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from importgraph.measurements.interpreter import Interpreter, group_of, shown_path
from importgraph.measurements.model import ENTRY_MODULE, Effect, Group, ImportEvent, ModuleTiming
from importgraph.measurements.retained import import_edges, retained
from importgraph.measurements.trace import Load, Statement, Trace

Key = tuple[str, int]
"""A module's name and how many times it had been loaded before in the same run."""
Place = tuple[str, str | None, int]
"""Importer, file and line."""


@dataclass(frozen=True, slots=True)
class Runs:
    """The traces of one target: those that count, and those made once for something else."""

    timed: tuple[Trace, ...]
    cold: Trace | None = None
    effects: Trace | None = None
    memory: Trace | None = None

    @property
    def base(self) -> Trace:
        """The run that gives the tree: the fastest complete one, else the one that got furthest."""
        return min(
            self.timed, key=lambda run: (run.end is None, run.total_ns if run.end else -len(run.loads))
        )


def microseconds(nanoseconds: int) -> int:
    """Round to whole microseconds."""
    return (nanoseconds + 500) // 1000


def keyed(trace: Trace) -> dict[Key, Load]:
    """Name the loads of a trace so that they can be found in another trace of the same target."""
    counts: Counter[str] = Counter()
    found: dict[Key, Load] = {}
    for load in trace.loads:
        found[load.name, counts[load.name]] = load
        counts[load.name] += 1
    return found


def extremes(traces: Sequence[Trace], attribute: str) -> dict[Key, tuple[int, int]]:
    """Return the smallest and largest time of each load over the runs, in nanoseconds."""
    times: dict[Key, list[int]] = {}
    for trace in traces:
        for key, load in keyed(trace).items():
            times.setdefault(key, []).append(max(getattr(load, attribute), 0))
    return {key: (min(found), max(found)) for key, found in times.items()}


def module_timings(
    runs: Runs, imports: Sequence[ImportEvent], interpreter: Interpreter, root: Path
) -> list[ModuleTiming]:
    """Return the modules of the base run in the order they were loaded."""
    base = runs.base
    loads, best = keyed(base), extremes(runs.timed, "self_ns")
    cpu_of = Counter[str]()
    for (module, _), (least, _) in extremes(runs.timed, "cpu_ns").items():
        cpu_of[module] += least
    self_us = {load.number: microseconds(best[key][0]) for key, load in loads.items()}
    cumulative = cumulative_times(base.loads, self_us)
    names = {load.number: load.name for load in base.loads}
    totals = Counter[str]()
    for load in base.loads:
        totals[load.name] += self_us[load.number]
    edges = import_edges([(load.name, names.get(load.parent, ENTRY_MODULE)) for load in base.loads], imports)
    kept = retained({**totals, ENTRY_MODULE: 0}, edges)
    cold, memory = sums(runs.cold, "self_ns"), sums(runs.memory, "memory")
    last = {load.name: load for load in base.loads}
    first = {name: load for (name, occurrence), load in loads.items() if occurrence == 0}
    owners: dict[str, tuple[Group, str | None]] = {}
    found = []
    for order, (name, load) in enumerate(first.items()):
        end = last[name]
        group, distribution = group_of(name, end.path, end.how, interpreter, root)
        if end.how == "failed" and name.partition(".")[0] not in interpreter.distributions:
            group, distribution = owners.get(load.importer, (group, distribution))
        owners[name] = group, distribution
        timing = ModuleTiming(
            name=name,
            self_us=totals[name],
            cumulative_us=cumulative[load.number],
            retained_us=kept[name],
            memory_bytes=memory.get(name),
            cpu_us=microseconds(cpu_of[name]),
            spread_us=microseconds(best[name, 0][1] - best[name, 0][0]),
            cold_us=microseconds(cold[name]) if name in cold else None,
            how=end.how,
            path=shown_path(end.path, root),
            group=group,
            distribution=distribution,
            loaded_by=names.get(load.parent, ENTRY_MODULE),
            order=order,
            thread=load.thread != base.main_thread,
            error=end.error,
        )
        found.append(timing)
    return found


def cumulative_times(loads: Iterable[Load], self_us: Mapping[int, int]) -> dict[int, int]:
    """Add self times up along the tree of who was running."""
    totals = dict(self_us)
    for load in sorted(loads, key=lambda load: load.number, reverse=True):
        if load.parent in totals:
            totals[load.parent] += totals[load.number]
    return totals


def sums(trace: Trace | None, attribute: str) -> dict[str, int]:
    """Add one number of all loads of each module."""
    totals: dict[str, int] = {}
    for load in trace.loads if trace else ():
        value = getattr(load, attribute)
        if value is not None:
            totals[load.name] = totals.get(load.name, 0) + value
    return totals


@dataclass(frozen=True, slots=True)
class Lookup:
    """What a trace says about its loads, by number, by place and by name."""

    by_number: Mapping[int, Load]
    places: frozenset[Place]
    uses: Mapping[str, str]
    survived: bool
    """The entry's own code ended without an exception."""

    def running(self, number: int) -> str:
        """Return the module that was being imported."""
        return self.by_number[number].name if number in self.by_number else ENTRY_MODULE

    def outlived(self, number: int) -> bool:
        """Say whether that module was imported in the end, in spite of an error inside."""
        load = self.by_number.get(number)
        return self.survived if load is None else load.error is None and load.how != "unfinished"


def import_events(trace: Trace, root: Path) -> list[ImportEvent]:
    """Return every import that was executed, and the loads that no statement of Python asked for."""
    lookup = Lookup(
        by_number={load.number: load for load in trace.loads},
        places=frozenset((load.importer, load.file, load.line) for load in trace.loads),
        uses={load.name: f"{load.importer}:{load.line}" for load in reversed(trace.loads)},
        survived=trace.end is not None and trace.end.error is None,
    )
    stated = {
        (found.importer, found.file, found.line) for found in trace.statements if found.origin != "lazy"
    }
    unstated = [load for load in trace.loads if (load.importer, load.file, load.line) not in stated]
    return [
        *(statement_event(found, lookup, root) for found in trace.statements),
        *(load_event(load, lookup, root) for load in unstated),
    ]


def statement_event(found: Statement, lookup: Lookup, root: Path) -> ImportEvent:
    """Turn one statement into an event: what it loaded, and whether its error was caught."""
    lazy = found.origin == "lazy"
    at_once = found.error is None and not lazy
    return ImportEvent(
        importer=found.importer,
        imported=found.imported,
        names=found.names,
        modules=(found.imported, *(f"{found.imported}.{name}" for name in found.submodules)),
        path=shown_path(found.file, root),
        line=found.line,
        scope=found.scope,
        origin=found.origin,
        running=lookup.running(found.running),
        loaded=at_once and (found.importer, found.file, found.line) in lookup.places,
        times=found.times,
        error=found.error,
        swallowed=found.error is not None and lookup.outlived(found.running),
        first_use=lookup.uses.get(found.imported) if lazy else None,
    )


def load_event(load: Load, lookup: Lookup, root: Path) -> ImportEvent:
    """Turn a load that no statement announced (a C extension's import, ``exec_module``) into an event."""
    return ImportEvent(
        importer=load.importer,
        imported=load.name,
        modules=(load.name,),
        path=shown_path(load.file, root),
        line=load.line,
        scope=load.scope,
        origin="load",
        running=lookup.running(load.parent),
        loaded=load.error is None,
        error=load.error,
        swallowed=load.error is not None and lookup.outlived(load.parent),
    )


def effects_of(trace: Trace, modules: Iterable[ModuleTiming], root: Path) -> list[Effect]:
    """Return what modules did to the world, with what each of them retains."""
    by_number = {load.number: load for load in trace.loads}
    timing = {module.name: module for module in modules}
    found = []
    for line in trace.effects:
        running = by_number.get(line.running)
        name = running.name if running else ENTRY_MODULE
        module = timing.get(name)
        found.append(
            Effect(
                module=name,
                kind=line.kind,
                detail=shown_detail(line.kind, line.detail, root),
                path=module.path if module else None,
                line=line.line,
                via_path=shown_path(line.file, root),
                via_line=line.file_line,
                function=line.function,
                retained_us=module.retained_us if module else 0,
            )
        )
    return found


def shown_detail(kind: str, detail: str, root: Path) -> str:
    """Return an effect's detail; files inside the root are named from there."""
    if kind in {"read", "write", "mkdir", "remove"} and Path(detail).is_absolute():
        return shown_path(detail, root) or detail
    return detail
