"""Say in plain sentences what a reader must know about a measurement before trusting it."""

import signal
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from importgraph.measurements.model import Effect, ModuleTiming
from importgraph.measurements.target import Outcome, Target
from importgraph.measurements.trace import Load, Trace

PYTEST_ENDINGS = {
    1: "some tests failed",
    2: "collection was interrupted by errors",
    3: "an internal error of pytest",
    4: "wrong use of pytest",
    5: "no tests were collected",
}


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What the notes are about."""

    trace: Trace
    outcome: Outcome
    target: Target
    timeout: float
    modules: Sequence[ModuleTiming]
    effects: Sequence[Effect]


def notes_of(found: Circumstances) -> tuple[str, ...]:
    """Return the notes of one run, the ending first."""
    return (
        *ending(found.trace, found.outcome, found.target, found.timeout),
        *caveats(found.trace, found.modules, found.effects),
    )


def ending(trace: Trace, outcome: Outcome, target: Target, timeout: float) -> Iterator[str]:
    """Say how a target ended, if it did not end as it should."""
    where = still_importing(trace)
    if outcome.timed_out:
        yield f"Stopped after {timeout:g} s (--timeout){where}. What follows was seen until then."
    elif outcome.lingered:
        yield (
            "The target was done but its process did not end, so it was stopped after one run; "
            "threads that are no daemons do that."
        )
    elif trace.exit_code is not None and trace.end is None:
        yield f"The target called os._exit({trace.exit_code}){where}. What follows was seen until then."
    elif trace.end is None:
        yield f"The target {death(outcome.returncode)}{where}. What follows was seen until then."
    elif trace.end.error is not None:
        yield f"The target ended with {trace.end.error}. What follows was seen until then."
    elif target.kind == "pytest" and trace.end.exit_code:
        meaning = PYTEST_ENDINGS.get(trace.end.exit_code, "an ending of a plugin's own")
        yield f"pytest ended with code {trace.end.exit_code}: {meaning}. {last_line(outcome.stdout)}".strip()
    elif trace.end.exit_code:
        yield f"The target ended with exit code {trace.end.exit_code}."


def death(returncode: int) -> str:
    """Describe an end that the interpreter had no part in."""
    if returncode < 0:
        try:
            return f"was killed by {signal.Signals(-returncode).name}"
        except ValueError:
            return f"was killed by signal {-returncode}"
    return f"left with code {returncode} before its end"


def still_importing(trace: Trace) -> str:
    """Name the innermost module that was being imported, and the line that asked for it."""
    unfinished = [
        load for load in trace.loads if load.how == "unfinished" and load.thread == trace.main_thread
    ]
    return f" while importing {unfinished[-1].name} ({place(unfinished[-1])})" if unfinished else ""


def place(load: Load) -> str:
    """Name the line of an import."""
    return (
        f"{load.file}:{load.line}" if load.file and not load.file.startswith("<") else f"from {load.importer}"
    )


def last_line(text: str) -> str:
    """Return the last line that says something."""
    lines = [line.strip("= ") for line in text.splitlines() if line.strip("= ")]
    return f"It said: {lines[-1]}" if lines else ""


def caveats(trace: Trace, modules: Sequence[ModuleTiming], effects: Sequence[Effect]) -> Iterator[str]:
    """Name what else makes numbers mean less than they seem to."""
    threads = [module for module in modules if module.thread]
    if threads:
        cost = sum(module.self_us for module in threads) / 1000
        yield (
            f"Other threads loaded {len(threads)} modules ({cost:.1f} ms), among them {threads[0].name}; "
            "the total leaves them out."
        )
    if any(effect.kind == "fork" for effect in effects):
        yield "The target forked while importing; what the children did was not traced."
    if trace.end is not None and trace.end.by_hand:
        names = ", ".join(trace.end.by_hand[:3])
        yield f"{len(trace.end.by_hand)} names came into sys.modules without an import ({names})."
    yield from (f"The tracer could not describe an event: {problem}" for problem in trace.problems)
