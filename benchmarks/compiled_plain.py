"""What importing a compiled module changes in a process besides `sys.modules`: measures `COMPILED_PLAIN`.

    ENV/bin/python benchmarks/compiled_plain.py markupsafe._speedups yaml._yaml ...

Each module is imported in a fresh interpreter of ENV, where the libraries are installed; a line says what
differs afterwards.
"""

import importlib
import json
import os
import subprocess
import sys
from pathlib import Path


def state() -> dict[str, object]:
    """Return what other code could notice."""
    import atexit
    import builtins
    import copyreg
    import gc
    import locale
    import logging
    import signal
    import threading
    import warnings

    return {
        "environment": dict(os.environ),
        "sys.path": [*sys.path],
        "sys.meta_path": [repr(one) for one in sys.meta_path],
        "sys.path_hooks": len(sys.path_hooks),
        "hooks of sys": [repr(sys.excepthook), repr(sys.displayhook), repr(sys.unraisablehook)],
        "loggers": sorted(logging.root.manager.loggerDict),
        "handlers": len(logging.root.handlers),
        "warning filters": [repr(one) for one in warnings.filters],
        "signals": [repr(signal.getsignal(one)) for one in sorted(signal.valid_signals())],
        "threads": threading.active_count(),
        "locale": locale.setlocale(locale.LC_ALL),
        "atexit": atexit._ncallbacks(),  # noqa: SLF001 -- no other way to count them
        "copyreg": sorted(map(repr, copyreg.dispatch_table)),
        "builtins": sorted(dir(builtins)),
        "folder": str(Path.cwd()),
        "open files": len([*Path("/proc/self/fd").iterdir()]),
        "limits": [sys.getrecursionlimit(), sys.getswitchinterval(), gc.isenabled(), gc.get_threshold()],
    }


def changed_by(name: str) -> dict[str, list[object]]:
    """Import a module and return what differs, before and after."""
    state()  # loads what the measure itself needs
    before = state()
    importlib.import_module(name)
    after = state()
    return {key: [before[key], after[key]] for key in before if before[key] != after[key]}


def main() -> None:
    if sys.argv[1:2] == ["--one"]:
        sys.stdout.write(json.dumps(changed_by(sys.argv[2]), default=repr))
        return
    for name in sys.argv[1:]:
        command = [sys.executable, __file__, "--one", name]
        found = subprocess.run(command, capture_output=True, text=True, check=False)
        said = json.loads(found.stdout) if found.returncode == 0 else found.stderr.strip().splitlines()[-1]
        print(f"{name}: {said or 'nothing differs'}")


if __name__ == "__main__":
    main()
