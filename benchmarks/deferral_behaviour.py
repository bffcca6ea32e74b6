r"""Programs whose behaviour a deferral changes, and whose does not: what each tool makes of them.

    python benchmarks/deferral_behaviour.py
    python benchmarks/deferral_behaviour.py --newer "chroot FOLDER python3.15" --below FOLDER/tmp \
        --peers ENV --lifeguard PROGRAM

Every program runs as it is and with its import moved into functions (this interpreter), and where a newer
one is given (3.15 or later, `--newer`; `--below` is a folder below its root) also with `lazy import`. Ours
keeps a behaviour if the deferral is not called safe. A peer keeps it if the program behaves as before once
the peer has rewritten it. ENV holds flake8-lazy and pep810 as installed from PyPI; PROGRAM is Lifeguard's
binary, which rewrites nothing: an import counts as deferred by it if all modules that would be loaded later
are eligible without conditions.
"""

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "fixes")]

from behaviour import oracle  # noqa: E402
from behaviour.judgement import judge  # noqa: E402
from behaviour.program import Program  # noqa: E402
from behaviour.programs import PROGRAMS  # noqa: E402

from importgraph.config import from_options  # noqa: E402
from importgraph.project import open_project  # noqa: E402

RESULTS = ROOT / "benchmarks" / "results" / "deferral_behaviour.md"
_FIRST_RUNS = "## First run"
"""What begins with this in the results is kept as it is."""
LATER = {"app.heavy", "app.part", "app.inner", "app.deep", "app.middle", "app.loud", "app.lazy"}
"""Modules that the programs load later, for a tool that judges modules."""


def ours(program: Program, root: Path) -> bool:
    """Tell whether we call the deferral safe."""
    options = from_options(workers=1, min_gain_ms=0.0, entry_points=(program.entry,))
    return judge(open_project(oracle.write(root, program.tree), options), program).label == "safe"


def rewritten(program: Program, root: Path, command: Sequence[str]) -> dict[str, str]:
    """Return the files of a program once a tool has been at them."""
    folder = oracle.write(root, program.tree)
    subprocess.run([*command, "."], cwd=folder, check=False, capture_output=True, timeout=60)
    return {path: (folder / path).read_text(encoding="utf-8") for path in program.tree}


def lifeguard(program: Program, root: Path, binary: str) -> dict[str, str]:
    """Return the files of a program with its import declared lazy where Lifeguard has nothing against it."""
    folder = oracle.write(root, program.tree)
    answer = folder / "answer.json"
    subprocess.run(
        [binary, "run-tree", ".", str(answer)], cwd=folder, check=False, capture_output=True, timeout=60
    )
    found = json.loads(answer.read_text(encoding="utf-8")) if answer.exists() else {"LAZY_ELIGIBLE": {}}
    names = {path.removesuffix(".py").removesuffix("/__init__").replace("/", ".") for path in program.tree}
    fine = all(found["LAZY_ELIGIBLE"].get(name) == [] for name in names & LATER)
    eager = program.entry in found.get("LOAD_IMPORTS_EAGERLY", ())
    return oracle.declared_lazy(program) if fine and not eager else program.tree


class Newer:
    """Runs programs under a newer interpreter."""

    def __init__(self, command: str, below: Path) -> None:
        self.command = command.split()
        self.below = below

    def run(self, files: dict[str, str]) -> oracle.Run:
        """Run a program; what the other interpreter sees is copied below its root."""
        with tempfile.TemporaryDirectory(dir=self.below) as folder:
            root = oracle.write(Path(folder), files)
            inside = (
                f"/{root.relative_to(self.below.parent)}" if self.below.parent != Path("/") else str(root)
            )
            code = (
                f"import os, runpy, sys; os.chdir({inside!r}); sys.path.insert(0, {inside!r}); "
                "sys.argv = ['main.py']; runpy.run_path('main.py', run_name='__main__')"
            )
            return oracle.run(root, ["-c", code], self.command)


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--newer")
    parser.add_argument("--below", type=Path, default=Path("/tmp"))  # noqa: S108 -- of a folder for one run
    parser.add_argument("--peers", type=Path)
    parser.add_argument("--lifeguard")
    parser.add_argument(
        "--every", type=int, default=1, help="take every n-th program for a newer interpreter and peers"
    )
    options = parser.parse_args()
    newer = Newer(options.newer, options.below) if options.newer else None
    tools = {}
    if options.peers and newer:
        bin_ = options.peers / "bin"
        tools["flake8-lazy"] = [str(bin_ / "flake8-lazy"), "--apply=native"]
        tools["pep810"] = [str(bin_ / "pep810"), "apply", "--write"]
    kept: Counter[str] = Counter()
    deferred: Counter[str] = Counter()
    seen: Counter[str] = Counter()
    for position, program in enumerate(PROGRAMS):
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder)
            before = oracle.run(oracle.write(root / "before", program.tree), program.command)
            after = oracle.run(oracle.write(root / "after", oracle.in_functions(program)), program.command)
            changes = not oracle.same(before, after)
            seen["changes" if changes else "same"] += 1
            safe = ours(program, root / "ours")
            kept["importgraph"] += changes and not safe
            deferred["importgraph"] += not changes and safe
            if newer is None or position % options.every:
                continue
            seen["with peers"] += 1
            seen["same, with peers"] += not changes
            plain = newer.run(program.tree)
            lazily = newer.run(oracle.declared_lazy(program))
            changes_lazily = not oracle.same(plain, lazily)
            seen["changes, lazy"] += changes_lazily
            results = {name: rewritten(program, root / name, command) for name, command in tools.items()}
            if options.lifeguard:
                results["Lifeguard"] = lifeguard(program, root / "lifeguard", options.lifeguard)
            for name, files in results.items():
                if changes_lazily:
                    kept[name] += oracle.same(plain, newer.run(files))
                elif not changes:
                    deferred[name] += files[program.path] != program.tree[program.path]
            shutil.rmtree(root / "ours", ignore_errors=True)
    report(seen, kept, deferred, newer is not None)
    return 0


def report(seen: Counter[str], kept: Counter[str], deferred: Counter[str], newer: bool) -> None:
    """Print the table and keep it."""
    lines = [
        "# Programs whose behaviour a deferral changes\n",
        f"{seen['changes']} programs behave differently with their import moved into functions, "
        f"{seen['same']} do not"
        + (
            f"; of {seen['with peers']} tried with `lazy import` {seen['changes, lazy']} do."
            if newer
            else "."
        ),
        "Peers are judged on those that change with `lazy import`, by running what they wrote.\n",
        "| tool | behaviour kept | harmless ones deferred |",
        "| --- | --- | --- |",
    ]
    for name in dict.fromkeys(["importgraph", *kept, *deferred]):
        whole, same = (
            (seen["changes"], seen["same"])
            if name == "importgraph"
            else (seen["changes, lazy"], seen["same, with peers"])
        )
        lines.append(f"| {name} | {kept[name]} of {whole} | {deferred[name]} of {same} |")
    text = "\n".join(lines) + "\n"
    print(text)
    before = RESULTS.read_text(encoding="utf-8") if RESULTS.exists() else ""
    _, mark, first_runs = before.partition(_FIRST_RUNS)
    RESULTS.write_text(text + (f"\n{mark}{first_runs}" if mark else ""), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
