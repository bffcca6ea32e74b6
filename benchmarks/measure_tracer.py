"""Check the tracer against plain imports: the modules loaded, the sum of the self times, and its own cost.

Usage: python benchmarks/measure_tracer.py PYTHON PACKAGE...   (packages installed beside PYTHON)

For every module file of every package, one plain interpreter imports it and prints ``sys.modules``; one
traced interpreter imports it too. Modules that cannot be imported alone must fail in both. Then the package
itself is imported in turn, plain and traced, and times are compared.
"""

import json
import os
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from keyword import iskeyword
from pathlib import Path
from statistics import median

from importgraph.measurements.interpreter import describe_interpreter
from importgraph.measurements.target import RunSettings, Target, environment, run_target
from importgraph.measurements.trace import Trace, read_trace

ROUNDS = int(os.environ.get("ROUNDS", "25"))
PLAIN = """
import sys, time
begun, used = time.perf_counter_ns(), time.process_time_ns()
try:
    import {name}
    failed = None
except BaseException as error:
    failed = type(error).__name__
took, cpu = time.perf_counter_ns() - begun, time.process_time_ns() - used
loaded = list(sys.modules)
import json
print("\\n" + json.dumps([failed, took, cpu, loaded]))
"""


def plain(target: Target, settings: RunSettings) -> tuple[str | None, int, int, set[str]]:
    ran = subprocess.run(
        [target.python, "-c", PLAIN.format(name=target.name)],
        env=environment(target, settings),
        cwd=target.cwd,
        capture_output=True,
        text=True,
        check=True,
        stdin=subprocess.DEVNULL,
    )
    failed, took, cpu, loaded = json.loads(ran.stdout.strip().splitlines()[-1])
    return failed, took, cpu, set(loaded)


def traced(target: Target, settings: RunSettings) -> Trace:
    settings.record.unlink(missing_ok=True)
    outcome = run_target(target, settings)
    trace = read_trace(settings.record, outcome.ended_ns)
    if trace is None:
        raise SystemExit(f"no record: {outcome}")
    return trace


def module_names(folder: Path) -> list[str]:
    names = []
    for file in sorted(folder.rglob("*.py")):
        parts = file.relative_to(folder.parent).with_suffix("").parts
        parts = parts[:-1] if parts[-1] == "__init__" else parts
        if all(part.isidentifier() and not iskeyword(part) for part in parts) and parts[-1] != "__main__":
            names.append(".".join(parts))
    return names


def compare_sets(target: Target, folder: Path) -> tuple[str, list[str], set[str]]:
    """Return a verdict, the modules that differ, and names in sys.modules that no import put there."""
    with tempfile.TemporaryDirectory() as records:
        settings = RunSettings(folder / "probe", Path(records, "r"), folder, extra="none")
        failed, _, _, expected = plain(target, settings)
        trace = traced(target, settings)
    if failed is not None or trace.end is None or trace.end.error is not None:
        agree = failed is not None and trace.end is not None and (trace.end.error or "").startswith(failed)
        ended = str(trace.end and trace.end.error)
        return ("both fail" if agree else "DIFFERENT END"), [str(failed), ended], set()
    loads = {load.name for load in trace.loads if load.error is None and load.how != "absent"}
    by_hand = set(trace.end.by_hand)
    found = (trace.preloaded | loads | by_hand | {"__main__"}) & (expected | loads)
    difference = sorted(found ^ expected)
    return ("equal" if not difference else "DIFFERENT"), difference, by_hand & expected


def compare_times(target: Target, folder: Path) -> dict[str, float]:
    """Return medians and minima in milliseconds of runs in turn."""
    plain_wall, plain_cpu, wall, cpu, gaps, own = [], [], [], [], [], []
    with tempfile.TemporaryDirectory() as records:
        settings = RunSettings(folder / "probe", Path(records, "r"), folder, extra="none")
        for _ in range(ROUNDS):
            _, took, used, _ = plain(target, settings)
            trace = traced(target, settings)
            if trace.end is None:
                raise SystemExit(f"{target.name} did not end")
            plain_wall.append(took / 1e6)
            plain_cpu.append(used / 1e6)
            wall.append((trace.end.total_ns + trace.end.collector_ns) / 1e6)
            cpu.append(trace.end.cpu_ns / 1e6)
            own.append(trace.end.corrected_ns / 1e6)
            total = trace.end.self_ns + sum(load.self_ns for load in trace.loads)
            gaps.append(abs(total / trace.end.total_ns - 1) * 100)
    return {
        "plain_min": min(plain_wall),
        "traced_min": min(wall),
        "plain_median": median(plain_wall),
        "traced_median": median(wall),
        "plain_cpu": min(plain_cpu),
        "traced_cpu": min(cpu),
        "own": median(own),
        "sum_gap": max(gaps),
    }


def main(python: str, packages: list[str]) -> None:
    print("| package | modules | equal | both fail | different | names that no import put there |")
    print("| --- | --- | --- | --- | --- | --- |")
    lines, oddities = [], []
    with tempfile.TemporaryDirectory() as cache:
        pycache = Path(cache, "pycache")
        pycache.mkdir()
        describe_interpreter(Target(python, "module", "sys", cwd=Path(cache)), pycache / "probe")
        for package in packages:
            where = "import importlib.util as u, sys; print(u.find_spec(sys.argv[1]).origin)"
            origin = subprocess.run(
                [python, "-c", where, package], capture_output=True, text=True, check=True
            ).stdout
            names = (
                module_names(Path(origin.strip()).parent) if not os.environ.get("TIMES_ONLY") else [package]
            )
            targets = [Target(python, "module", name, cwd=Path(cache)) for name in names]
            with ThreadPoolExecutor(int(os.environ.get("WORKERS", "2"))) as pool:
                results = list(pool.map(lambda target: compare_sets(target, pycache), targets))
            count = {kind: sum(found[0] == kind for found in results) for kind in ("equal", "both fail")}
            other = len(results) - sum(count.values())
            hand = set().union(*(found[2] for found in results))
            cells = [package, len(names), count["equal"], count["both fail"], other, " ".join(sorted(hand))]
            print("| " + " | ".join(map(str, cells)) + " |", flush=True)
            oddities += [
                f"{n}: {v} {d}" for n, (v, d, _) in zip(names, results, strict=True) if v.startswith("DIFF")
            ]
            t = compare_times(Target(python, "module", package, cwd=Path(cache)), pycache)
            pairs = [
                ("plain_min", "traced_min"),
                ("plain_median", "traced_median"),
                ("plain_cpu", "traced_cpu"),
            ]
            cells = [f"{t[a]:.1f} | {t[b]:.1f} | {t[b] / t[a] - 1:+.1%}" for a, b in pairs]
            lines.append(f"| {package} | {' | '.join(cells)} | {t['own']:.1f} | {t['sum_gap']:.3f} % |")
    print(f"\nTimes in ms, {ROUNDS} runs of each in turn.")
    print("*Sum gap*: |sum of self times / total - 1|, the worst run.\n")
    print(
        "| package | plain best | traced best | diff | plain median | traced median | diff "
        "| plain CPU best | traced CPU best | diff | tracer's own work, taken off | sum gap |"
    )
    print("| --- |" + " --- |" * 11)
    print("\n".join(lines))
    print("\n" + ("\n".join(oddities) or "No module differs."))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
