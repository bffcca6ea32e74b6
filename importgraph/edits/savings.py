"""Measure what a fix saves: an entry point imported from two copies of the project in turn."""

from dataclasses import dataclass
from pathlib import Path

from importgraph.edits.questions import How, importable_modules
from importgraph.fixes.model import Fix
from importgraph.measurements.turns import NOT_COLLECTING, Program, Taken, in_turn, noise, run
from importgraph.project import Project


@dataclass(frozen=True, slots=True)
class Saving:
    """What a fix saves one entry point: CPU, the garbage collector off, best of rounds taken in turn."""

    entry: str
    promised_us: int | None
    """None where the promise counts modules."""
    saved_us: int
    noise_us: int


def measure_saving(
    project: Project, fix: Fix, copies: tuple[Path, Path], how: How, pycache: Path
) -> Saving | None:
    """Measure the saving of the entry point that a fix helps most.

    Args:
        project: As it is.
        fix: What was done to the second copy.
        copies: The project as it is and as it becomes.
        how: The interpreter and the number of rounds.
        pycache: Where bytecode goes.

    Returns:
        None where the fix promises nothing, or no entry point that it helps can be imported.
    """
    names = {module.name: module.importable_as for module in importable_modules(project)}
    roots = tuple(dict.fromkeys(module.root for module in importable_modules(project)))
    for gain in sorted(fix.gains, key=lambda gain: -gain.saved):
        if gain.entry not in names or gain.saved <= 0:
            continue
        before, after = (
            Program(how.python, names[gain.entry], tuple(copy / r for r in roots), NOT_COLLECTING, pycache)
            for copy in copies
        )
        if run(before).error:
            continue
        one, other = measure_both(before, after, how.rounds)
        promised = gain.saved if gain.unit == "us" else None
        saved = round((one.best - other.best) * 1000)
        return Saving(names[gain.entry], promised, saved, round(noise(one, other) * 1000))
    return None


def measure_both(before: Program, after: Program, rounds: int) -> tuple[Taken, Taken]:
    """Run both in turn; where the noise hides a difference, once more with twice the rounds."""
    programs = {"before": before, "after": after}
    taken = in_turn(programs, rounds)
    one, other = taken["before"], taken["after"]
    if one.best - other.best > noise(one, other):
        return one, other
    again = in_turn(programs, 2 * rounds)
    return one.joined(again["before"]), other.joined(again["after"])
