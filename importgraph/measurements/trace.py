"""Read the record that the probe wrote, however far it got."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import msgspec

from importgraph.measurements.model import Origin, Scope


@dataclass(frozen=True, slots=True)
class Load:
    """One module coming in. Times are nanoseconds, corrected for the probe's own work."""

    number: int
    parent: int
    """The load that was running; 0 is the entry."""
    thread: int
    name: str
    importer: str
    file: str | None
    line: int
    scope: Scope
    origin: str
    begun_ns: int
    self_ns: int = 0
    cumulative_ns: int = 0
    cpu_ns: int = 0
    how: str = "unfinished"
    path: str | None = None
    memory: int | None = None
    error: str | None = None
    deferred: bool = False


@dataclass(frozen=True, slots=True)
class Statement:
    """One import executed, whether or not it loaded anything."""

    running: int
    thread: int
    importer: str
    imported: str
    names: tuple[str, ...]
    submodules: tuple[str, ...]
    file: str | None
    line: int
    scope: Scope
    origin: Origin
    error: str | None
    times: int = 1


@dataclass(frozen=True, slots=True)
class EffectLine:
    """Something a module did to the world while it was imported."""

    running: int
    thread: int
    kind: str
    detail: str
    line: int
    file: str | None
    file_line: int
    function: str


@dataclass(frozen=True, slots=True)
class End:
    """How the target's own code ended."""

    total_ns: int
    self_ns: int
    cpu_ns: int
    corrected_ns: int
    collector_ns: int
    """Pauses of the garbage collector, which no other time but the CPU time holds."""
    collections: int
    error: str | None
    exit_code: int | None
    by_hand: tuple[str, ...]
    """Names in ``sys.modules`` that no import put there."""


@dataclass(frozen=True, slots=True)
class Trace:
    """Everything one run recorded; ``end`` is None when the target did not live to its end."""

    version: str
    cache_tag: str
    preloaded: frozenset[str]
    residual_ns: int
    started_ns: int
    main_thread: int
    loads: tuple[Load, ...]
    statements: tuple[Statement, ...]
    effects: tuple[EffectLine, ...]
    problems: tuple[str, ...]
    end: End | None
    exit_code: int | None

    @property
    def until_ns(self) -> int:
        """How long the run went on, as far as it is known from the modules that it loaded."""
        return max((load.begun_ns + load.cumulative_ns for load in self.loads), default=0)

    @property
    def total_ns(self) -> int:
        """Time of the entry's thread, from its first statement to its last, or to its untimely end.

        Pauses of the garbage collector are left out.
        """
        return self.end.total_ns if self.end else self.until_ns

    @property
    def collector_ns(self) -> int:
        """Pauses of the garbage collector, which are not in the total; 0 where the end is not known."""
        return self.end.collector_ns if self.end else 0

    @property
    def entry_self_ns(self) -> int:
        """Time that the entry's own code took, outside all modules it loaded."""
        if self.end:
            return self.end.self_ns
        top = sum(
            load.cumulative_ns for load in self.loads if load.parent == 0 and load.thread == self.main_thread
        )
        return max(self.until_ns - top, 0)


def read_trace(record: Path, ended_ns: int) -> Trace | None:
    """Read a record; a line cut short by a kill is left out. None when the interpreter never got to our code.

    Args:
        record: The file the probe wrote.
        ended_ns: Wall clock at the end of the process: modules still running get the time until then.
    """
    lines = list(parse_lines(record.read_bytes().split(b"\n"))) if record.exists() else []
    if not lines or lines[0][0] != "start":
        return None
    _, version, tag, preloaded, residual, started, thread = lines[0]
    of_kind: dict[str, list[list[Any]]] = {}
    for kind, *values in lines[1:]:
        of_kind.setdefault(kind, []).append(values)
    loads = {values[0]: Load(*values) for values in of_kind.get("begin", ())}
    for values in of_kind.get("done", ()):
        loads[values[0]] = finished(loads[values[0]], values)
    return Trace(
        version=version,
        cache_tag=tag,
        preloaded=frozenset(preloaded),
        residual_ns=residual,
        started_ns=started,
        main_thread=thread,
        loads=close_open_loads(loads, ended_ns - started),
        statements=with_repeats(
            [as_statement(v) for v in of_kind.get("import", ())], of_kind.get("again", [])
        ),
        effects=tuple(EffectLine(*values) for values in of_kind.get("effect", ())),
        problems=tuple(values[0] for values in of_kind.get("problem", ())),
        end=as_end(of_kind["end"][0]) if "end" in of_kind else None,
        exit_code=of_kind["exit"][0][0] if "exit" in of_kind else None,
    )


def as_statement(values: list[Any]) -> Statement:
    """Make a statement from its line."""
    running, thread, importer, imported, names, submodules, file, line, scope, origin, error = values
    place = {"file": file, "line": line, "scope": scope, "origin": origin, "error": error}
    return Statement(running, thread, importer, imported, tuple(names), tuple(submodules), **place)


def as_end(values: list[Any]) -> End:
    """Make the end from its line."""
    total, self_ns, cpu, corrected, collector, collections, error, exit_code, by_hand = values
    return End(
        total, self_ns, cpu, corrected, collector, collections, error, exit_code, by_hand=tuple(by_hand)
    )


def parse_lines(lines: Iterable[bytes]) -> Iterable[list[Any]]:
    """Decode the lines that are whole."""
    decode = msgspec.json.Decoder(list[Any]).decode
    for line in lines:
        if not line.endswith(b"]"):
            continue
        try:
            yield decode(line)
        except msgspec.DecodeError:
            continue  # the line a kill cut short


def finished(load: Load, values: list[Any]) -> Load:
    """Complete a load with its end."""
    _, self_ns, cumulative, cpu, _, how, path, memory, error, deferred = values
    return replace(
        load,
        self_ns=self_ns,
        cumulative_ns=cumulative,
        cpu_ns=cpu,
        how=how,
        path=path,
        memory=memory,
        error=error,
        deferred=deferred,
    )


def close_open_loads(loads: dict[int, Load], until_ns: int) -> tuple[Load, ...]:
    """Give modules that never finished the time until the process ended, innermost first."""
    children = dict.fromkeys(loads, 0)
    for number in sorted(loads, reverse=True):
        load = loads[number]
        if load.how == "unfinished":
            cumulative = max(until_ns - load.begun_ns, children[number])
            load = replace(load, cumulative_ns=cumulative, self_ns=cumulative - children[number])
            loads[number] = load
        if load.parent in children:
            children[load.parent] += load.cumulative_ns
    return tuple(loads[number] for number in sorted(loads))


def with_repeats(statements: list[Statement], repeats: list[list[Any]]) -> tuple[Statement, ...]:
    """Add how often a statement inside a function ran again."""
    times = {(running, importer, name, line): count for running, importer, name, _, line, count in repeats}
    return tuple(
        replace(s, times=s.times + times.get((s.running, s.importer, s.imported, s.line), 0))
        for s in statements
    )
