"""What a running thread is importing, and whose line did something: read from frames, with no tracing."""

# ruff: noqa: PTH120 -- paths are texts here: a judgement for every frame

import linecache
import os
import sys
import sysconfig
from collections.abc import Iterator
from dataclasses import dataclass
from types import CodeType, FrameType

PYTEST = ("_pytest", "pytest", "pluggy", "xdist", "execnet")
MODULE = "<module>"
OURS = os.path.dirname(os.path.dirname(os.path.realpath(__file__))) + os.sep


@dataclass(frozen=True, slots=True)
class Place:
    """A line that a frame is at."""

    file: str
    line: int
    function: str
    """``<module>`` for a module's own code."""

    def text(self) -> str:
        """Return the line's source, stripped; empty where there is none."""
        return linecache.getline(self.file, self.line).strip()


class Whose:
    """Tells the project's files from installed ones and pytest's own.

    Args:
        root: The project's folder.
    """

    def __init__(self, root: str) -> None:
        self.root = os.path.realpath(root) + os.sep
        paths = sysconfig.get_paths()
        self.standard = tuple(os.path.realpath(paths[name]) + os.sep for name in ("stdlib", "platstdlib"))
        self.installed = (f"{os.sep}site-packages{os.sep}", f"{os.sep}dist-packages{os.sep}")
        prefix = os.path.realpath(sys.prefix) + os.sep
        self.environment = prefix if prefix.startswith(self.root) else ""
        self.known: dict[CodeType, str] = {}

    def of(self, frame: FrameType) -> str:
        """Return "own", "installed", "standard" or "pytest" for a frame's file; "" where there is none."""
        code = frame.f_code
        found = self.known.get(code)
        if found is None:
            found = self.known[code] = self._judge(code.co_filename)
        return found

    def _judge(self, file: str) -> str:
        if file.startswith("<"):
            return ""
        real = os.path.realpath(file)
        if real.startswith(OURS):
            return "pytest"
        for folder in self.installed:
            _, found, after = real.rpartition(folder)
            if found:
                return "pytest" if after.partition(os.sep)[0] in PYTEST else "installed"
        if real.startswith(self.root) and not (self.environment and real.startswith(self.environment)):
            return "own"
        return "standard" if real.startswith(self.standard) else "installed"


def place(frame: FrameType) -> Place:
    """Return where a frame is."""
    return Place(frame.f_code.co_filename, frame.f_lineno or 0, frame.f_code.co_name)


def outward(frame: FrameType | None) -> Iterator[FrameType]:
    """Yield a frame and its callers."""
    while frame is not None:
        yield frame
        frame = frame.f_back


def in_progress(frame: FrameType | None, whose: Whose) -> tuple[Place, ...]:
    """Return the modules whose import a thread is in, outermost first, and then the line that it is at.

    Modules that pytest runs in are left out: those outside pytest's outermost frame, and pytest's own.
    """
    frames = list(outward(frame))
    kinds = [whose.of(found) for found in frames]
    outermost = max((index for index, kind in enumerate(kinds) if kind == "pytest"), default=len(frames))
    inner = list(zip(frames[:outermost], kinds[:outermost], strict=True))
    chain = [
        place(f) for f, kind in reversed(inner) if f.f_code.co_name == MODULE and kind not in {"pytest", ""}
    ]
    last = next((f for f, kind in inner if kind not in {"pytest", ""}), None)
    if last is not None and (not chain or place(last) != chain[-1]):
        chain.append(place(last))
    return tuple(chain)
