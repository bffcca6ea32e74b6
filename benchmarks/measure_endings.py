"""Show that one tracer serves every interpreter, and that a target may end as it likes.

Usage: python benchmarks/measure_endings.py PYTHON...   (the first interpreter runs the bad targets, too)
"""

import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from importgraph.measurements.interpreter import describe_interpreter
from importgraph.measurements.profile import Settings, profile_target
from importgraph.measurements.target import RunSettings, Target, parse_target, run_target
from importgraph.measurements.trace import read_trace

SHARED = {
    "app.py": "import pkg.sub\nfrom pkg import other\ntry:\n    import nowhere\nexcept ImportError:\n"
    "    pass\n"
    "import json.tool, asyncio\n",
    "pkg/__init__.py": "",
    "pkg/sub.py": "import leaf\n",
    "pkg/other.py": "import leaf\n",
    "leaf.py": "import threading\nt = threading.Thread(target=print)\nt.start()\nt.join()\n",
}
LAZY = {
    "lazy_app.py": "lazy import never_used\nlazy import used_later\nimport eager\n"
    "def f():\n    return used_later.x\nf()\n",
    "never_used.py": "",
    "used_later.py": "x = 1\n",
    "eager.py": "",
}
ENDINGS = {
    "crash": "import os, signal\nos.kill(os.getpid(), signal.SIGSEGV)\n",
    "hang": "while True:\n    pass\n",
    "prints": "print('hello' * 1000)\n",
    "os._exit": "import os\nos._exit(3)\n",
    "exception": "1 / 0\n",
    "fork": "import os\nif os.fork() == 0:\n    import fractions\n    os._exit(0)\nos.wait()\n",
    "threads": "import threading\n"
    "[threading.Thread(target=__import__, args=(n,)).start() for n in ('wave', 'decimal')]\n",
    "lingers": "import threading\nthreading.Thread(target=threading.Event().wait).start()\n",
}


def write(root: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def show_interpreter(python: str, root: Path, folder: Path) -> str:
    probe = folder / "probe"
    target = Target(python, "module", "app", cwd=root)
    describe_interpreter(target, probe)
    record = folder / f"record{len(list(folder.iterdir()))}"
    outcome = run_target(target, RunSettings(probe, record, folder / "pycache"))
    trace = read_trace(record, outcome.ended_ns)
    if trace is None or trace.end is None:
        return f"| {python} | no trace: {outcome.stderr[-200:]} |"
    own = [s for s in trace.statements if s.file and str(root) in s.file]
    edges = sorted({f"{s.importer}:{s.line} {s.imported}" for s in own})
    lazy = "-"
    if trace.version.startswith("3.15"):
        lazy = show_lazy(replace(target, name="lazy_app"), probe, folder)
    total = trace.end.self_ns + sum(load.self_ns for load in trace.loads)
    gap = abs(total / trace.end.total_ns - 1)
    effects = ", ".join(sorted({effect.kind for effect in trace.effects}))
    return (
        f"| {trace.version} | {len(trace.loads)} | {len(trace.statements)} | {len(edges)}: {hash_of(edges)} "
        f"| {gap:.3%} | {effects} | {lazy} |"
    )


def show_lazy(target: Target, probe: Path, folder: Path) -> str:
    record = folder / "lazy"
    outcome = run_target(target, RunSettings(probe, record, folder / "pycache"))
    trace = read_trace(record, outcome.ended_ns)
    if trace is None:
        return "no trace"
    lazy = {s.imported: s.line for s in trace.statements if s.origin == "lazy" and s.importer == "lazy_app"}
    uses = {load.name: f"loaded at line {load.line}" for load in trace.loads}
    return "; ".join(f"{name} (line {line}): {uses.get(name, 'never loaded')}" for name, line in lazy.items())


def hash_of(edges: list[str]) -> str:
    import hashlib

    return hashlib.sha256("\n".join(edges).encode()).hexdigest()[:8]


def main(pythons: list[str]) -> None:
    with tempfile.TemporaryDirectory() as name:
        root, folder = Path(name, "project"), Path(name, "work")
        folder.mkdir()
        write(root, SHARED | LAZY)
        print("The same project under each interpreter: equal edges have an equal digest.\n")
        print("| interpreter | loads | statements | project's edges | sum gap | effects | lazy imports |")
        print("| --- |" + " --- |" * 6)
        for python in pythons:
            print(show_interpreter(python, root, folder), flush=True)
        print("\n`app.py` imports `fine` and then a module that ends badly; what the profile says:\n")
        print("| target | complete | modules seen | notes |\n| --- | --- | --- | --- |")
        for ending, body in ENDINGS.items():
            write(root, {"entry.py": "import fine\nimport bad\n", "fine.py": "", "bad.py": body})
            found = profile_target(parse_target("entry", pythons[0], root), Settings(runs=2, timeout=2))
            own = ", ".join(f"{m.name} ({m.how})" for m in found.modules if m.group == "first-party")
            notes = " ".join(found.notes).replace(str(root) + "/", "")
            print(f"| {ending} | {'yes' if found.complete else 'no'} | {own} | {notes} |", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
