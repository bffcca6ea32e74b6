"""Measure what importing a target costs: several runs in its own interpreter, cold and warm, in one profile.

Bytecode goes to a private folder, so that runs are warm and the project's own tree stays as it is.
"""

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from importgraph.errors import UsageError
from importgraph.measurements.assemble import (
    Runs,
    effects_of,
    import_events,
    microseconds,
    module_timings,
)
from importgraph.measurements.bytecode import examine
from importgraph.measurements.interpreter import describe_interpreter
from importgraph.measurements.model import ImportProfile
from importgraph.measurements.notes import Circumstances, notes_of
from importgraph.measurements.target import (
    Extra,
    MemoryKind,
    Outcome,
    RunSettings,
    Target,
    environment,
    run_target,
)
from importgraph.measurements.trace import Trace, read_trace

Progress = Callable[[int, int, str], None]


@dataclass(frozen=True, slots=True)
class Settings:
    """How to measure."""

    runs: int = 5
    bytecode: Literal["warm", "cold"] = "warm"
    memory: MemoryKind = "none"
    timeout: float = 300.0
    """Seconds for one run."""


@dataclass(frozen=True, slots=True)
class Run:
    """One run's record and how the process ended."""

    trace: Trace
    outcome: Outcome


def no_progress(_done: int, _steps: int, _label: str) -> None:
    """Say nothing."""


def profile_target(target: Target, settings: Settings, progress: Progress = no_progress) -> ImportProfile:
    """Run a target several times and return what its imports cost.

    A target that crashes, hangs or leaves early gives the partial profile of its first run, with a note.

    Args:
        target: What to run. Its code is executed.
        settings: Runs, bytecode, memory, time limit.
        progress: Called with steps done, steps in all, and what happens next.

    Raises:
        UsageError: The interpreter does not start, or the target's own module cannot be found.
    """
    with tempfile.TemporaryDirectory(prefix="importgraph-") as folder:
        interpreter = describe_interpreter(target, Path(folder, "probe"))
        runs, last = take_runs(target, settings, Path(folder), progress)
    root = target.cwd.resolve()
    base = runs.base
    imports = import_events(base, root)
    modules = module_timings(runs, imports, interpreter, root)
    effects = effects_of(runs.effects, modules, root) if runs.effects else []
    entry_self = min(microseconds(trace.entry_self_ns) for trace in runs.timed)
    collector = min(microseconds(trace.collector_ns) for trace in runs.timed)
    totals = [microseconds(trace.total_ns + trace.collector_ns) for trace in runs.timed]
    warm = settings.bytecode == "warm" and runs.cold is not None and runs.cold not in runs.timed
    return ImportProfile(
        entry=target.entry,
        kind=target.kind,
        python=interpreter.version,
        total_us=entry_self + collector + sum(module.self_us for module in modules if not module.thread),
        spread_us=max(totals) - min(totals),
        cpu_us=microseconds(base.end.cpu_ns) if base.end else 0,
        cold_us=microseconds(runs.cold.total_ns + runs.cold.collector_ns) if runs.cold else None,
        runs_us=tuple(totals),
        collector_us=collector,
        collections=base.end.collections if base.end else 0,
        tracer_us=microseconds(base.end.corrected_ns) if base.end else 0,
        bytecode="warm" if warm else "cold",
        memory=settings.memory if runs.memory else "none",
        complete=base.end is not None and base.end.error is None,
        notes=notes_of(Circumstances(base, last, target, settings.timeout, modules, effects)),
        modules=tuple(modules),
        imports=tuple(imports),
        effects=tuple(effects),
        advice=examine(modules, interpreter, environment(target), root),
        preloaded=tuple(sorted(base.preloaded)),
    )


def take_runs(target: Target, settings: Settings, folder: Path, progress: Progress) -> tuple[Runs, Outcome]:
    """Run cold, fill the private bytecode folder, then measure; a failing target is run once."""
    timed: list[Trace] = []
    plan = plan_runs(settings)
    cold: Trace | None = None
    effects: Trace | None = None
    memory: Trace | None = None
    for number, step in enumerate(plan):
        progress(number, len(plan), step)
        run = run_once(target, settings, folder, number, step)
        if step == "cold" and cold is None:
            cold = run.trace
            if run.trace.end is None or run.trace.end.error is not None or run.outcome.lingered:
                return Runs((cold,), cold, cold), run.outcome
        if step == "memory":
            memory = run.trace
        elif step == "prepare":
            effects = run.trace
        elif step == settings.bytecode:
            timed.append(run.trace)
    progress(len(plan), len(plan), "done")
    return Runs(tuple(timed), cold, effects or cold, memory), run.outcome


def plan_runs(settings: Settings) -> list[str]:
    """Name the runs in order: one cold, one that only writes bytecode, then those that count."""
    memory = ["memory"] if settings.memory != "none" else []
    if settings.bytecode == "cold":
        return ["cold"] * settings.runs + memory
    return ["cold", "prepare", *["warm"] * settings.runs, *memory]


def extra_of(step: str, settings: Settings) -> Extra:
    """Say what a run watches beside its imports: a run whose time counts watches nothing."""
    if step == "memory":
        return settings.memory
    return "none" if step == "warm" else "effects"


def run_once(target: Target, settings: Settings, folder: Path, number: int, step: str) -> Run:
    """Run the target once and read its record.

    Raises:
        UsageError: The probe never came to its first line, or the entry's own import failed at once.
    """
    run_settings = RunSettings(
        probe=folder / "probe",
        record=folder / f"record{number}",
        pycache=folder / "pycache",
        write_bytecode=step != "cold",
        extra=extra_of(step, settings),
        timeout=settings.timeout,
    )
    outcome = run_target(target, run_settings)
    trace = read_trace(run_settings.record, outcome.ended_ns)
    if trace is None:
        said = (outcome.stderr.strip().splitlines() or ["it printed nothing"])[-1]
        raise UsageError(
            f"{target.python} did not start the tracer ({said}).", "Name a CPython from 3.9 on with --python."
        )
    if (
        trace.end is not None
        and trace.end.error is not None
        and not any(load.error is None for load in trace.loads)
    ):
        raise UsageError(
            f"Could not import {target.entry!r} ({trace.end.error}).",
            f"{target.python} ran it in {target.cwd.resolve()}; --python chooses the interpreter.",
        )
    return Run(trace, outcome)
