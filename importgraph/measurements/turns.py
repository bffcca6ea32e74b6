"""Import one module in fresh interpreters, two ways or more in turn: A B B A.

What else the machine does hits all of them alike. Times are CPU times of the import alone, taken in the
process itself with `getrusage`: waiting for a disk or for other programs does not count. User and system
time are added: Linux counts the sum exactly and splits it by timer ticks, so that the user time alone of an
import of 60 ms is spread over 25 ms. The best of many rounds is compared, since noise only ever adds, and a
profile keeps the best self times too.
"""

import os
import tempfile
from ast import literal_eval
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from importgraph.measurements.target import Outcome, run_command

_IMPORT = """
import sys
try:
    from resource import RUSAGE_SELF, getrusage
    def spent():
        taken = getrusage(RUSAGE_SELF)
        return taken.ru_utime, taken.ru_utime + taken.ru_stime
except ImportError:
    from time import process_time
    def spent():
        return (process_time(),) * 2
{before}
begun = spent()
error = ""
try:
    import {entry}
except BaseException as failure:
    error = type(failure).__name__ + ": " + str(failure)[:300]
ended = spent()
def answer():
    lazy = [p for p in {bound!r} if is_lazy_name(sys.modules.get(p[0]), p[1])]
    times = [round(b - a, 6) for a, b in zip(begun, ended)]
    full = sys.modules["gc"].get_stats()[-1]["collections"] if "gc" in sys.modules else 0
    return [*times, error, list(sys.modules) if {names} else [], sites, lazy, full]
def is_lazy_name(module, name):
    value = getattr(module, "__dict__", {{}}).get(name)
    return type(value).__name__ == "lazy_import"
with open({file!r}, "w", encoding="utf-8") as file:
    file.write(repr(answer()))
"""
_NOT_WATCHED = "sites = {}\n"
_WATCHED = """
sites = {{}}
class Watch:
    watched = {watched!r}
    @staticmethod
    def find_spec(name, path=None, target=None):
        if name in Watch.watched and name not in sites:
            sites[name] = places = []
            frame = sys._getframe(1)
            while frame is not None:
                code = frame.f_code
                if "importlib" not in code.co_filename:
                    places.append((code.co_filename, frame.f_lineno or 0, code.co_name))
                frame = frame.f_back
        return None
sys.meta_path.insert(0, Watch)
"""
NOT_COLLECTING = "import gc\ngc.disable()\n"
"""Source for `Program.before`: a full collection takes 20 to 80 ms and moves when modules go."""
COLLECTING = "import gc\ngc.enable()\n"

Place = tuple[str, int, str]
"""File, line and name of the code that was running."""


@dataclass(frozen=True, slots=True)
class Program:
    """One way to import a module."""

    python: str
    entry: str
    path: tuple[Path, ...]
    """First on sys.path; the first of them is where it runs."""
    before: str = ""
    """Python source that runs first and is not measured."""
    pycache: Path | None = None
    """Where bytecode goes; None for beside the sources."""
    timeout: float = 300.0
    """Seconds for one run."""


@dataclass(frozen=True, slots=True)
class Imported:
    """How one import went. Times are seconds of CPU; 0 where the process died."""

    user: float
    both: float
    """User and system time."""
    error: str
    """The exception, or how the process ended; empty where the import succeeded."""
    modules: frozenset[str] = frozenset()
    """The names in sys.modules, if asked for."""
    sites: Mapping[str, tuple[Place, ...]] | None = None
    """By watched module that was loaded, the code that asked for it, innermost first."""
    lazy: frozenset[tuple[str, str]] = frozenset()
    """Of the (module, name) pairs asked for, those that are lazy imports nobody has used."""
    full_collections: int = 0
    """How often the garbage collector went through everything, where the gc module is loaded."""


def run(
    program: Program,
    *,
    names: bool = False,
    watched: Collection[str] = (),
    bound: Collection[tuple[str, str]] = (),
) -> Imported:
    """Import once in a fresh interpreter. Executes the code.

    Args:
        program: What to import.
        names: Whether the names in sys.modules are wanted.
        watched: Modules whose load is to be traced back to the code that asked for it.
        bound: (module, name) pairs to look at in the end, for lazy imports of Python 3.15.

    Raises:
        UsageError: The interpreter cannot be started.
    """
    with tempfile.TemporaryDirectory(prefix="importgraph-") as folder:
        file = Path(folder, "answer")
        tracing = _WATCHED.format(watched=frozenset(watched)) if watched else _NOT_WATCHED
        source = _IMPORT.format(
            before=tracing + program.before,
            entry=program.entry,
            names=names,
            bound=sorted(bound),
            file=str(file),
        )
        outcome = run_command(
            [program.python, "-c", source],
            cwd=program.path[0],
            env=_environment(program),
            timeout=program.timeout,
        )
        if not file.is_file():
            return Imported(0.0, 0.0, _ending(outcome, program))
        user, both, error, modules, sites, lazy, full = literal_eval(file.read_text(encoding="utf-8"))
    places = {name: tuple(map(tuple, found)) for name, found in sites.items()}
    return Imported(user, both, error, frozenset(modules), places, frozenset(map(tuple, lazy)), full)


def _environment(program: Program) -> dict[str, str]:
    found = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    inherited = [found["PYTHONPATH"]] if found.get("PYTHONPATH") else []
    found["PYTHONPATH"] = os.pathsep.join([*map(str, program.path), *inherited])
    found["PYTHONHASHSEED"] = "0"
    if program.pycache is not None:
        found["PYTHONPYCACHEPREFIX"] = str(program.pycache)
    return found


def _ending(outcome: Outcome, program: Program) -> str:
    if outcome.timed_out:
        return f"not done after {program.timeout:g} s"
    last = (outcome.stderr.strip().splitlines() or ["it printed nothing"])[-1][:300]
    return f"the interpreter ended with code {outcome.returncode}: {last}"


@dataclass(frozen=True, slots=True)
class Taken:
    """What the rounds of one program took, in milliseconds."""

    user: tuple[float, ...]
    both: tuple[float, ...]

    @property
    def best(self) -> float:
        """The least CPU time."""
        return min(self.both)

    def joined(self, later: "Taken") -> "Taken":
        """Return these rounds and later ones of the same program."""
        return Taken(self.user + later.user, self.both + later.both)


def in_turn(
    programs: dict[str, Program], rounds: int, progress: Callable[[int, int], None] | None = None
) -> dict[str, Taken]:
    """Run each program once for warmth, then all of them in turn, every other round in the reverse order.

    What grows or falls steadily meanwhile, the heat of a processor for one, then adds the same to each: all
    have the same mean place over two rounds. A shuffle gives that in the long run only: of seven rounds one
    side may well come first in five.

    Args:
        programs: By name.
        rounds: How often each counts.
        progress: Called after each round with rounds done and rounds in all.
    """
    for program in programs.values():
        run(program)
    found: dict[str, list[tuple[float, float]]] = {name: [] for name in programs}
    for number in range(rounds):
        for name in reversed(programs) if number % 2 else programs:
            taken = run(programs[name])
            found[name].append((taken.user * 1000, taken.both * 1000))
        if progress is not None:
            progress(number + 1, rounds)
    return {
        name: Taken(tuple(user for user, _ in rows), tuple(both for _, both in rows))
        for name, rows in found.items()
    }


def noise(first: Taken, second: Taken) -> float:
    """Return how uncertain the difference of two bests is: how much the bests of half the rounds differ."""
    if min(len(first.both), len(second.both)) <= 1:
        return float("inf")
    spread = [abs(min(taken.both[::2]) - min(taken.both[1::2])) for taken in (first, second)]
    return float(max(spread[0] + spread[1], 0.1))


def middle(first: Sequence[float], second: Sequence[float]) -> float:
    """Return the median difference of rounds taken in turn."""
    return float(median(a - b for a, b in zip(first, second, strict=True)))
