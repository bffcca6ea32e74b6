"""The tracer's parts: sent into the target's interpreter as one script, never run inside ours.

``PARTS`` are joined in this order and compiled by the target's own interpreter (CPython 3.9 to 3.15). They
use only modules that every interpreter loads when it starts, so that they add none to the target's
``sys.modules``, and they are compiled under importlib's own file name: CPython leaves such frames out of
tracebacks and of ``warnings.warn(stacklevel=...)``, so the target sees the lines that it would see without
us.

One JSON array a line goes to the record file; ``trace.py`` reads them. They are written when a module begins
and when it ends, so a target that is killed leaves all but its last few statements. Times are nanoseconds.

    ["start", version, cache tag, [module loaded before], load cost left over, wall clock, thread]
    ["begin", load, parent load, thread, module, importer, file, line, scope, origin, since start]
    ["done", load, self, cumulative, self CPU, cumulative CPU, how, file, self memory, error, deferred]
    ["import", running load, thread, importer, module, [name], [submodule], file, line, scope, origin, error]
    ["again", running load, importer, module, file, line, times]
    ["effect", running load, thread, kind, detail, line in the running module, file, line, function]
    ["exit", code] ["problem", text]
    ["end", total, root self, CPU, corrected, collector, collections, error, exit code, [put in by hand]]

Pauses of the garbage collector are in no time but their own and the CPU time of the end.
"""

from pathlib import Path

PARTS = tuple(
    Path(__file__).with_name(f"{part}.py") for part in ("record", "loads", "statements", "effects", "run")
)
"""The files in the order in which they are joined."""
