"""What test files do to the world while they are collected, from CPython's audit events (PEP 578)."""

import _thread
import sys
import threading
from collections.abc import Callable, Generator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from importgraph.measurements.probe.effects import WATCHED, is_bytecode
from importgraph.plugin.frames import MODULE, Place, Whose, outward, place

NAMES = {
    "connect": "connects to", "bind": "listens on", "resolve": "resolves", "process": "starts",
    "fork": "forks", "thread": "starts thread", "environment": "sets environment", "write": "writes",
    "mkdir": "makes folder", "remove": "removes", "rename": "renames", "chdir": "changes folder to",
}  # fmt: skip
"""The kinds that are listed: reading files is not."""
FIRST_WITH_THREAD_EVENT = (3, 12)
WORKER_KEY = "importgraph_audit"
ROWS = 40


@dataclass(frozen=True, slots=True)
class Deed:
    """One thing done."""

    kind: str
    detail: str
    at: str
    """The project's line that did it or called what did."""
    test_file: str
    """The test file or conftest that was being imported or collected, with the line it was at."""


class Starts:
    """Stands in for the start of threads where CPython raises no event for it (before 3.12), until ``stop``.

    Args:
        hear: Takes the name of an event and its arguments.
    """

    def __init__(self, hear: Callable[[str, tuple[Any, ...]], None]) -> None:
        self.hear = hear
        self.real: Any = _thread.start_new_thread
        self.places = [(_thread, "start_new_thread"), (threading, "_start_new_thread")]
        if sys.version_info >= FIRST_WITH_THREAD_EVENT:
            self.places.clear()
        for module, name in self.places:
            setattr(module, name, self._start)

    def _start(self, *arguments: Any, **named: Any) -> int:
        self.hear("_thread.start_new_thread", arguments)
        started: int = self.real(*arguments, **named)
        return started

    def stop(self) -> None:
        """Put it back, except what somebody else has replaced since."""
        for module, name in self.places:
            if getattr(module, name) == self._start:
                setattr(module, name, self.real)


class Audit:
    """Watches from its construction until collection ends.

    An audit hook cannot be taken away again; afterwards it returns at once.

    Args:
        config: The session's configuration.
    """

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self.whose = Whose(str(config.rootpath))
        self.deeds: dict[Deed, int] = {}
        self.workers: dict[Deed, int] = {}
        self.problems: list[str] = []
        self.collecting = ""
        self.active = True
        self.busy = False
        sys.addaudithook(self._hear)
        self.starts = Starts(self._hear)
        config.add_cleanup(self._stop)

    def _hear(self, event: str, arguments: tuple[Any, ...]) -> None:
        if not self.active or event not in WATCHED or self.busy:
            return
        self.busy = True  # looking at files raises events of its own
        try:
            self._note(event, arguments)
        except Exception as error:  # noqa: BLE001 -- raising here would stop the audited call itself
            self.problems.append(f"{event}: {type(error).__name__}: {error}")
        finally:
            self.busy = False

    def _note(self, event: str, arguments: tuple[Any, ...]) -> None:
        found = WATCHED[event](arguments)
        if found is None or found[0] not in NAMES or is_bytecode(found[1]) or found[1] == "/dev/null":
            return
        frames = [f for f in outward(sys._getframe(1)) if f.f_code.co_filename != __file__]  # noqa: SLF001
        if event.startswith("os.") and frames and frames[0].f_globals.get("__name__") == "subprocess":
            return  # its own event has told already
        kinds = [self.whose.of(frame) for frame in frames]
        inner = kinds.index("pytest") if "pytest" in kinds else len(kinds)
        if "own" not in kinds[:inner] and "installed" not in kinds[:inner]:
            return  # pytest's own work
        wanted = "own" if "own" in kinds[:inner] else "installed"
        asked = next(frame for frame, kind in zip(frames, kinds, strict=True) if kind == wanted)
        bodies = [
            f for f, kind in zip(frames, kinds, strict=True) if kind == "own" and f.f_code.co_name == MODULE
        ]
        by = self._shown(place(bodies[-1])) if bodies else self.collecting
        deed = Deed(*found, at=self._shown(place(asked)), test_file=by)
        self.deeds[deed] = self.deeds.get(deed, 0) + 1

    def _shown(self, found: Place) -> str:
        try:
            file = Path(found.file).relative_to(self.config.rootpath).as_posix()
        except ValueError:
            file = found.file
        return f"{file}:{found.line}"

    def pytest_collectstart(self, collector: pytest.Collector) -> None:
        """Remember what is being collected."""
        self.collecting = collector.nodeid

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_collection(self) -> Generator[None, Any, Any]:
        """Stop listening when collection is over."""
        try:
            return (yield)
        finally:
            self._stop()

    def _stop(self) -> None:
        self.active = False
        self.starts.stop()

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self) -> None:
        """Hand what was heard to xdist's controller."""
        output = getattr(self.config, "workeroutput", None)
        if output is not None:
            deeds = [(d.kind, d.detail, d.at, d.test_file, times) for d, times in self.deeds.items()]
            output[WORKER_KEY] = {"deeds": deeds, "problems": self.problems}

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """Take what a worker heard. Every worker collects everything: the largest count is one worker's."""
        found = (getattr(node, "workeroutput", None) or {}).get(WORKER_KEY)
        if found is None:
            self.problems.append(f"worker {node.gateway.id} ended without a report")
            return
        self.problems += found["problems"]
        for *deed, times in found["deeds"]:
            key = Deed(*deed)
            self.workers[key] = max(self.workers.get(key, 0), times)

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """List what was done, by test file."""
        from importgraph.quoting import visible

        deeds = {**self.workers}
        for deed, times in self.deeds.items():
            deeds[deed] = max(deeds.get(deed, 0), times)
        terminalreporter.section("importgraph: work done during collection")
        for line in listing(deeds):
            terminalreporter.line(visible(line))
        for problem in dict.fromkeys(self.problems):
            terminalreporter.line(visible(f"not described: {problem}"))


def listing(deeds: dict[Deed, int]) -> list[str]:
    """Return lines: test files, those with most work first, and below each what was done and where."""
    if not deeds:
        return ["No sockets, processes, threads, environment or file writes."]
    by: dict[str, list[str]] = {}
    for deed in sorted(deeds, key=lambda deed: (deed.at, deed.kind, deed.detail)):
        times = f" ({deeds[deed]} times)" if deeds[deed] > 1 else ""
        by.setdefault(deed.test_file, []).append(
            f"  {deed.at}  {NAMES[deed.kind]} {deed.detail}".rstrip() + times
        )
    lines = []
    for test_file in sorted(by, key=lambda file: (-len(by[file]), file)):
        lines += [f"{test_file or 'before the first test file'}:", *by[test_file]]
    hidden = len(lines) - ROWS
    return lines if hidden <= 0 else [*lines[:ROWS], f"and {hidden} more lines"]
