"""Put the traces of several runs together into one profile: best self times, spread, and who needed whom."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from importgraph.measurements.interpreter import Interpreter, group_of, shown_path
from importgraph.measurements.model import ENTRY_MODULE, Effect, ImportEvent, ModuleTiming
from importgraph.measurements.retained import import_edges, retained
from importgraph.measurements.trace import Load, Statement, Trace

Key = tuple[str, int]
"""A module's name and how many times it had been loaded before in the same run."""


@dataclass(frozen=True, slots=True)
class Runs:
    """The traces of one target: those that count, and those made once for something else."""

    timed: tuple[Trace, ...]
    cold: Trace | None = None
    memory: Trace | None = None

    @property
    def base(self) -> Trace:
        """The run that gives the tree: the fastest complete one, else the one that got furthest."""
        return min(
            self.timed,
            key=lambda trace: (trace.end is None, trace.total_ns if trace.end else -len(trace.loads)),
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


def best_self_times(traces: Sequence[Trace]) -> dict[Key, tuple[int, int]]:
    """Return fastest and slowest self time of each load, in nanoseconds."""
    times: dict[Key, list[int]] = {}
    for trace in traces:
        for key, load in keyed(trace).items():
            times.setdefault(key, []).append(load.self_ns)
    return {key: (max(min(found), 0), max(*found, 0)) for key, found in times.items()}


def module_timings(
    runs: Runs, imports: Sequence[ImportEvent], interpreter: Interpreter, root: Path
) -> list[ModuleTiming]:
    """Return the modules of the base run in the order they were loaded."""
    base, best = runs.base, best_self_times(runs.timed)
    loads = keyed(base)
    self_us = {loads[key].number: microseconds(best[key][0]) for key in loads}
    cumulative = cumulative_times(base.loads, self_us)
    names = {load.number: load.name for load in base.loads}
    totals: Counter[str] = Counter()
    for load in base.loads:
        totals[load.name] += self_us[load.number]
    edges = import_edges([(load.name, names.get(load.parent, ENTRY_MODULE)) for load in base.loads], imports)
    kept = retained({**totals, ENTRY_MODULE: 0}, edges)
    cold, memory = sums(runs.cold, "self_ns"), sums(runs.memory, "memory")
    found = []
    for order, ((name, occurrence), load) in enumerate(loads.items()):
        if occurrence:
            continue
        last = (
            max((other for other in base.loads if other.name == name), key=lambda other: other.number)
            if (name, 1) in loads
            else load
        )
        group, distribution = group_of(name, last.path, last.how, interpreter, root)
        found.append(
            ModuleTiming(
                name=name,
                self_us=totals[name],
                cumulative_us=cumulative[load.number],
                retained_us=kept[name],
                memory_bytes=memory.get(name) if runs.memory else None,
                cpu_us=microseconds(last.cpu_ns),
                spread_us=microseconds(best[name, 0][1] - best[name, 0][0]),
                cold_us=microseconds(cold[name]) if name in cold else None,
                how=last.how,
                path=shown_path(last.path, root),
                group=group,
                distribution=distribution,
                loaded_by=names.get(load.parent, ENTRY_MODULE),
                order=order,
                thread=load.thread != base.main_thread,
                error=last.error,
            )
        )
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


def import_events(trace: Trace, root: Path) -> list[ImportEvent]:
    """Return every import that was executed, and the loads that no statement of Python asked for."""
    by_number = {load.number: load for load in trace.loads}
    places = {(load.importer, load.file, load.line): load for load in reversed(trace.loads)}
    uses = {load.name: f"{load.importer}:{load.line}" for load in reversed(trace.loads)}
    events = [statement_event(found, by_number, places, uses, trace, root) for found in trace.statements]
    stated = {
        (found.importer, found.file, found.line) for found in trace.statements if found.origin != "lazy"
    }
    for load in trace.loads:
        if (load.importer, load.file, load.line) not in stated:
            events.append(load_event(load, by_number, root))
    return events


def statement_event(
    found: Statement,
    by_number: Mapping[int, Load],
    places: Mapping[tuple[str, str | None, int], Load],
    uses: Mapping[str, str],
    trace: Trace,
    root: Path,
) -> ImportEvent:
    """Turn one statement into an event: what it loaded, and whether its error was caught."""
    running = by_number.get(found.running)
    lazy = found.origin == "lazy"
    survived = running.error is None and running.how != "unfinished" if running else survived_to_end(trace)
    return ImportEvent(
        importer=found.importer,
        imported=found.imported,
        names=found.names,
        modules=(found.imported, *(f"{found.imported}.{name}" for name in found.submodules)),
        path=shown_path(found.file, root),
        line=found.line,
        scope=found.scope,
        origin=found.origin,
        running=running.name if running else ENTRY_MODULE,
        loaded=not lazy and found.error is None and (found.importer, found.file, found.line) in places,
        times=found.times,
        error=found.error,
        swallowed=found.error is not None and survived,
        first_use=uses.get(found.imported) if lazy else None,
    )


def survived_to_end(trace: Trace) -> bool:
    """Say whether the entry's own code ended without an exception."""
    return trace.end is not None and trace.end.error is None


def load_event(load: Load, by_number: Mapping[int, Load], root: Path) -> ImportEvent:
    """Turn a load that no statement announced (a C extension's import, ``exec_module``) into an event."""
    running = by_number.get(load.parent)
    return ImportEvent(
        importer=load.importer,
        imported=load.name,
        modules=(load.name,),
        path=shown_path(load.file, root),
        line=load.line,
        scope=load.scope,
        origin="load",
        running=running.name if running else ENTRY_MODULE,
        loaded=True,
        error=load.error,
        swallowed=load.error is not None and (running is None or running.error is None),
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
