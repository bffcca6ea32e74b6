"""Analyse a folder again whenever it changed, one run at a time, in a thread of its own."""

import gc
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from importgraph import failures
from importgraph.errors import ImportgraphError
from importgraph.language_server.analysis import Analysis, analysis_of
from importgraph.project import Project

_QUIET = 0.2
"""Seconds without another save before a run begins: editors save many files at once."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a folder could not be analysed; what was known before stays."""

    message: str


Told = Callable[["Folder", "Analysis | Problem"], None]
"""Called in the thread that analyses, when a folder has new answers."""


@dataclass
class Folder:
    """One folder of the editor's workspace."""

    path: Path
    open_project: Callable[[Path], Project]
    tell: Told
    analysis: Analysis | None = None
    """The newest analysis that can answer; None until the first is there."""
    seconds: float = 0.0
    """How long the last one took."""
    _asked: threading.Event = field(default_factory=threading.Event)
    _ended: bool = False

    def start(self) -> None:
        """Begin with a first run; later ones follow `refresh`."""
        self._asked.set()
        threading.Thread(target=self._run, daemon=True, name=f"analysis of {self.path.name}").start()

    def refresh(self) -> None:
        """Ask for another run; several requests before it begins are one."""
        self._asked.set()

    def end(self) -> None:
        """Begin no other run."""
        self._ended = True
        self._asked.set()

    def _run(self) -> None:
        while True:
            self._asked.wait()
            if self._ended:
                return
            time.sleep(_QUIET)
            self._asked.clear()
            self.tell(self, self.analyse())

    def analyse(self) -> "Analysis | Problem":
        """Analyse the folder now, and keep the result where there is one."""
        started = time.monotonic()
        gc.disable()  # objects of an analysis live as long as it: to look through them takes half of its time
        try:
            fresh = analysis_of(self.open_project(self.path)).warm()
            if self.analysis is None:
                self.analysis = fresh  # a hover need not wait for the findings
            self.analysis = fresh.finish()
        except ImportgraphError as error:
            return Problem(str(error))
        except Exception as error:  # noqa: BLE001 -- an editor keeps its server, with what was known before
            return Problem(f"internal error: {failures.reason(error)}")
        finally:
            _settle()
        self.seconds = time.monotonic() - started
        return fresh


def _settle() -> None:
    """Free what the last analysis held, and let the collector pass over what this one holds."""
    gc.unfreeze()
    gc.collect()
    gc.freeze()
    gc.enable()
