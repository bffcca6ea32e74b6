"""Limits on collection time: fail after the file in progress, or end a process that hangs in an import.

A thread waits for the deadline and reads the main thread's frames there. Code that hangs without letting
other threads run (C code that holds the GIL) is ended by `faulthandler`, which needs no GIL.
"""
# ruff: noqa: SLF001 -- another thread's frames come from sys._current_frames alone

import contextlib
import faulthandler
import os
import sys
import threading
import time
from collections.abc import Callable, Generator, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from importgraph.plugin.frames import MODULE, Place, Whose, in_progress

EXIT_CODE = 1
GRACE_SECONDS = 3.0
"""How much longer than our own thread faulthandler waits."""
MOST = "--importgraph-max-collection-seconds"
TIMEOUT = "--importgraph-collection-timeout"


class Alarm(threading.Thread):
    """Calls a function after some seconds, unless stopped before."""

    def __init__(self, seconds: float, action: Callable[[], None]) -> None:
        super().__init__(name="importgraph-limit", daemon=True)
        self.seconds, self.action = seconds, action
        self.stopped = threading.Event()
        self.start()

    def run(self) -> None:
        """Wait, then act."""
        if not self.stopped.wait(self.seconds):
            self.action()


class Limits:
    """Watches the clock from its construction until collection ends.

    Args:
        config: The session's configuration.
        most: Seconds after which the session fails as soon as the file in progress is done.
        timeout: Seconds after which the process ends at once, with exit code 1.
    """

    def __init__(self, config: pytest.Config, most: float | None, timeout: float | None) -> None:
        self.config, self.most, self.timeout = config, most, timeout
        self.whose = Whose(str(config.rootpath))
        self.main = threading.get_ident()
        self.errors = os.dup(2)  # before output is captured
        self.begun = time.monotonic()
        self.session: pytest.Session | None = None
        self.collecting = ""
        self.message = ""
        self.story: tuple[str, ...] = ()
        self.alarms: list[Alarm] = []
        self.through: set[str] = set()
        """Workers of xdist that have collected."""
        config.add_cleanup(self._stop)  # called also when the session fails before it is configured
        if most is not None:
            self.alarms.append(Alarm(most, self._fail))
        if timeout is not None:
            self.alarms.append(Alarm(timeout, self._end))
            faulthandler.dump_traceback_later(timeout + GRACE_SECONDS, exit=True, file=self.errors)

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionstart(self, session: pytest.Session) -> None:
        """Remember the session: it is what fails. xdist's controller collects nothing, its workers watch."""
        self.session = session
        if self.config.pluginmanager.hasplugin("dsession"):
            self._stop()

    @pytest.hookimpl(tryfirst=True)
    def pytest_collectstart(self, collector: pytest.Collector) -> None:
        """Remember what is being collected."""
        self.collecting = collector.nodeid
        if self.message and self.session is not None:
            self.session.shouldfail = self.message

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_collection(self, session: pytest.Session) -> Generator[None, Any, Any]:
        """Fail also when it was the last file that took too long."""
        try:
            result = yield
        finally:
            self._stop()
        if self.message:
            session.shouldfail = self.message
            raise session.Failed(self.message)
        return result

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, node: Any) -> None:
        """Note an xdist worker that is through."""
        self.through.add(node.gateway.id)

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any, error: Any) -> None:
        """Keep xdist from starting workers anew, each to hang in its turn."""
        late = self.timeout is not None and time.monotonic() - self.begun >= self.timeout
        scheduler: Any = self.config.pluginmanager.getplugin("dsession")
        if error and late and scheduler is not None and node.gateway.id not in self.through:
            scheduler.shouldstop = f"collection took longer than {self.timeout:g} s ({TIMEOUT})"
            scheduler._max_worker_restart = 0  # its option is read too early to be set here

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """Say what was being imported."""
        if self.story:
            terminalreporter.section(f"importgraph: {MOST}", red=True)
            for line in self.story:
                terminalreporter.line(_visible(line))

    def _fail(self) -> None:
        """Make the session fail at its next step (in the watching thread)."""
        self.story = tuple(self._told())
        self.message = f"collection took longer than {self.most:g} s ({MOST})"
        if self.session is not None:
            self.session.shouldfail = self.message
        if (
            "PYTEST_XDIST_WORKER" in os.environ
        ):  # the controller gives up before it hears more than the message
            self._write(self.message, self.story)

    def _end(self) -> None:
        """End the process (in the watching thread). Nothing else stops an import that never returns."""
        self._write(f"collection took longer than {self.timeout:g} s and was ended ({TIMEOUT})", self._told())
        os._exit(EXIT_CODE)

    def _write(self, message: str, story: Iterable[str]) -> None:
        """Write to the error output that the process was started with, whatever captures it now."""
        text = "\n".join(["", *map(_visible, [f"importgraph: {message}", *story]), ""])
        with contextlib.suppress(OSError):  # nobody reads it any more
            os.write(self.errors, text.encode("utf-8", "backslashreplace"))

    def _told(self) -> Iterator[str]:
        """Say what the main thread is doing."""
        chain = in_progress(sys._current_frames().get(self.main), self.whose)
        worker = os.environ.get("PYTEST_XDIST_WORKER")
        if worker:
            yield f"in xdist worker {worker}"
        yield f"while collecting {self.collecting}" if self.collecting else "before the first test file"
        if not chain:
            yield "no import was in progress"
            return
        yield "in progress, outermost first:"
        for found in chain:
            inside = "" if found.function == MODULE else f" in {found.function}"
            text = found.text()
            yield f"  {self._shown(found)}{inside}{': ' + text if text else ''}"

    def _shown(self, found: Place) -> str:
        try:
            file = Path(found.file).relative_to(self.config.rootpath).as_posix()
        except ValueError:
            file = found.file
        return f"{file}:{found.line}"

    def _stop(self) -> None:
        if not self.alarms:
            return
        for alarm in self.alarms:
            alarm.stopped.set()
        self.alarms.clear()
        if self.timeout is not None:
            faulthandler.cancel_dump_traceback_later()
        os.close(self.errors)


def _visible(line: str) -> str:
    """Show what acts in names of files as escapes. No module is imported here: an import may hang."""
    return line if line.isprintable() else ascii(line)[1:-1]
