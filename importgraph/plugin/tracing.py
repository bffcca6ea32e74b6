"""The import tracer, inside a running test session: put in place, and taken away again."""
# ruff: noqa: SLF001 -- the tracer stands in for importlib's own functions

import _frozen_importlib
import _frozen_importlib_external
import builtins
import gc
import os
import sys
from pathlib import Path
from typing import Any

from importgraph.measurements.probe import PARTS

BOOTSTRAP: Any = _frozen_importlib
EXTERNAL: Any = _frozen_importlib_external
LAZY = ("set_lazy_imports_filter", "get_lazy_imports_filter")


class Tracer:
    """Traces the imports of this process from its construction until ``stop``.

    Args:
        record: The file that the trace is written to; ``measurements.trace`` reads it.
    """

    def __init__(self, record: Path) -> None:
        sources = "\n".join(part.read_text(encoding="utf-8") for part in PARTS)
        names: dict[str, Any] = {"__name__": "_importgraph_probe_inside"}
        # The file name keeps the tracer's frames out of tracebacks and of warnings' stacklevel.
        exec(compile(sources, "<frozen importlib._bootstrap>", "exec", dont_inherit=True), names)  # noqa: S102
        self.record, self.thread = names["Record"], names["THREAD"]
        self.end = names["report_end"]
        rewriting: Any = sys.modules["_pytest.assertion.rewrite"]
        self.places: list[tuple[Any, str, Any, Any]] = [
            (owner, name, getattr(owner, name), None) for owner, name in _places(rewriting)
        ]
        self.limit = sys.getrecursionlimit()
        known = list(gc.callbacks)
        names["install"](str(record), "none")
        self.callbacks = [callback for callback in gc.callbacks if callback not in known]
        self.raised_limit = sys.getrecursionlimit()
        names["watch_rewriting"](rewriting)
        self.places = [(owner, name, old, getattr(owner, name)) for owner, name, old, _ in self.places]
        self.record.collecting = self.record.collections = self.thread.collecting_cpu = 0
        self.root = names["Load"](0, "__main__")
        self.thread.stack.append(self.root)
        self.record.started = self.root.time = names["clock"]()
        self.root.cpu = names["cpu"]()
        self.clock: Any = names["clock"]
        """Nanoseconds; it stands still while garbage is collected."""

    @property
    def lost(self) -> int:
        """The tracer's own work in this thread so far, in nanoseconds."""
        return int(self.thread.lost)

    @property
    def collecting(self) -> int:
        """What the garbage collector took so far, in nanoseconds."""
        return int(self.record.collecting)

    @property
    def collections(self) -> int:
        """How often the garbage collector ran so far."""
        return int(self.record.collections)

    @property
    def imported(self) -> int:
        """What imports took so far in this thread, in nanoseconds, without the tracer's own work."""
        return int(self.root.children)

    @property
    def busy(self) -> bool:
        """Whether this thread is importing a module."""
        return len(self.thread.stack) > 1

    def stop(self) -> None:
        """Write the trace's end and put everything back, except what somebody else has replaced since."""
        if not self.record.active:
            return
        del self.thread.stack[1:]
        self.end(self.root, self.clock(), None, None)
        lazy_filter = sys.get_lazy_imports_filter() if hasattr(sys, LAZY[0]) else None  # type: ignore[attr-defined]
        for owner, name, old, ours in self.places:
            if getattr(owner, name) is ours:
                setattr(owner, name, old)
        if hasattr(sys, LAZY[0]):
            sys.set_lazy_imports_filter(lazy_filter)  # type: ignore[attr-defined]
        for callback in self.callbacks:
            if callback in gc.callbacks:
                gc.callbacks.remove(callback)
        if sys.getrecursionlimit() == self.raised_limit:
            sys.setrecursionlimit(self.limit)


def _places(rewriting: Any) -> list[tuple[Any, str]]:
    """Return every attribute that the tracer replaces."""
    return [
        (builtins, "__import__"),
        (BOOTSTRAP, "_find_and_load_unlocked"),
        (BOOTSTRAP, "_gcd_import"),
        (EXTERNAL._LoaderBasics, "exec_module"),
        (EXTERNAL.SourceLoader, "source_to_code"),
        (os, "_exit"),
        (sys.modules[os.name], "_exit"),
        (rewriting.AssertionRewritingHook, "exec_module"),
        (rewriting, "_rewrite_test"),
        *((sys, name) for name in LAZY if hasattr(sys, name)),
    ]
