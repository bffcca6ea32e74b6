"""A collection profile as lines of text for somebody who has never seen one."""

from collections.abc import Iterator, Sequence
from typing import Any

ROWS = 8
TOLD = 1000
"""Microseconds below which a row says nothing."""
MEANINGS = {
    "configuration": "pytest's settings and set-up, before it looks for tests",
    "conftest files": "importing conftest.py files, and all they import first",
    "imports of test files": "importing test files, and all they import first",
    "assertion rewriting": "pytest compiling files with its own assert",
    "parametrisation": "expanding @pytest.mark.parametrize and parametrised fixtures",
    "building tests": "making test objects out of what was imported",
    "finding files": "walking folders",
    "selection and order": "-k, -m, and ordering by fixtures",
    "plugins": "hooks of plugins and conftest.py files",
    "garbage collection": "pauses of Python's collector of cycles, taken out of the other parts",
    "this profiler": "would not be there without the option",
    "rest": "pytest's own work in between",
}


def summary(report: dict[str, Any]) -> Iterator[str]:
    """Yield the lines: what it took, where it went, what to change."""
    workers = [worker for worker in report["workers"] if not worker.get("lost")]
    if report["workers"]:
        yield from _of_workers(report, workers)
        if not workers:
            return
        slowest = max(workers, key=lambda worker: worker["collection_us"])
        yield f"Worker {slowest['worker']}, the slowest, in detail:"
        report = {**slowest, "run_us": report["run_us"], "collect_only": report["collect_only"]}
    yield _headline(report)
    yield from _parts(report)
    yield from report["notes"]
    yield from _rewriting(report["rewriting"])
    yield from _files(report)
    yield from _imports(report["imports"])
    yield from _plugins(report["plugins"])
    if report["analysis_us"] >= TOLD:
        yield f"Reading the trace of imports took {_seconds(report['analysis_us'])} more, after the session."
    if not report["collect_only"]:
        yield "Compare whole runs: moving an import from collection into the first test saves nothing."


def _of_workers(report: dict[str, Any], workers: Sequence[dict[str, Any]]) -> Iterator[str]:
    """Say what several processes did each for themselves."""
    total = sum(worker["collection_us"] for worker in workers)
    yield (
        f"{len(report['workers'])} xdist workers each collected everything, side by side: "
        f"{_seconds(total)} in all; the whole run took {_seconds(report['run_us'])}."
    )
    yield "  " + ", ".join(f"{worker['worker']} {_seconds(worker['collection_us'])}" for worker in workers)
    lost = [str(worker["worker"]) for worker in report["workers"] if worker.get("lost")]
    if lost:
        yield f"  Left out, because they ended without a report: {', '.join(lost)}"


def _headline(report: dict[str, Any]) -> str:
    startup = report["startup_us"]
    before = (
        "" if startup is None else f", after {_seconds(startup)} in which Python, pytest and plugins loaded"
    )
    errors = f" ({report['errors']} errors)" if report["errors"] else ""
    whole = "the session" if report["collect_only"] else "the whole run"
    return (
        f"Collecting {report['tests'] + report['deselected']:,} tests{errors} took "
        f"{_seconds(report['collection_us'])} of the {_seconds(report['run_us'])} of {whole}{before}."
    )


def _parts(report: dict[str, Any]) -> Iterator[str]:
    """Yield the parts, the largest first, the rest last."""
    total = max(report["collection_us"], 1)
    parts = sorted(report["parts"], key=lambda part: (part["name"] == "rest", -part["us"]))
    for part in parts:
        if part["us"] >= TOLD or part["name"] == "rest":
            share = f"{part['us'] / total:.0%}"
            yield f"  {_seconds(part['us']):>9} {share:>4}  {part['name']:<22} {MEANINGS[part['name']]}"


def _rewriting(found: dict[str, Any]) -> Iterator[str]:
    """Say when the next run will pay for rewriting again."""
    if found["rewritten"] and found["reason"]:
        yield (
            f"{found['rewritten']} files were rewritten and the result could not be kept for the next run: "
            f"{found['reason']}."
        )
    elif found["reason"]:
        yield f"Assertion rewriting was {found['reason']}."
    elif found["rewritten"]:
        yield (
            f"{found['rewritten']} files were rewritten ({found['reused']} came from bytecode); "
            "the next run finds them in __pycache__."
        )


def _files(report: dict[str, Any]) -> Iterator[str]:
    rows = [*report["files"], *({**file, "conftest": True} for file in report["conftests"])]
    rows.sort(key=lambda file: (-file["us"], file["path"]))
    yield "Slowest files (imports are charged to the first file that needs them):"
    for file in rows[:ROWS]:
        if "conftest" in file:
            yield f"  {_seconds(file['us']):>9}  {file['path']}"
            continue
        names = ("imports", "rewriting", "parametrisation", "building", "plugins")
        parts = sorted(((file[f"{name}_us"], name) for name in names), reverse=True)
        shown = ", ".join(f"{name} {_seconds(spent)}" for spent, name in parts[:2] if spent >= TOLD)
        tests = "1 test" if file["tests"] == 1 else f"{file['tests']:,} tests"
        yield f"  {_seconds(file['us']):>9}  {file['path']}  {tests}{': ' + shown if shown else ''}"
    if len(rows) > ROWS:
        rest = sum(file["us"] for file in rows[ROWS:])
        yield f"  {_seconds(rest):>9}  {len(rows) - ROWS} more files"


def _imports(found: dict[str, Any]) -> Iterator[str]:
    if found["problem"]:
        yield f"Imports are not listed: {found['problem']}"
        return
    yield "Costliest imports (saved if nothing imported it at collection; first imported at):"
    for group in found["groups"][:ROWS]:
        noun = "module" if group["modules"] == 1 else "modules"
        line = f"  {_seconds(group['retained_us']):>9}  {group['name']}  {group['modules']} {noun}"
        yield f"{line}  {_place(group['first'])}".rstrip()
    own = [
        module
        for module in found["modules"]
        if module["group"] == "first-party" and module["self_us"] >= TOLD
    ]
    own.sort(key=lambda module: (-module["self_us"], module["name"]))
    if own:
        yield "Own modules whose own code takes longest when imported:"
    for module in own[:ROWS]:
        yield f"  {_seconds(module['self_us']):>9}  {module['path'] or module['name']}"


def _place(found: dict[str, Any] | None) -> str:
    """Name a line, by its module where the file is not the project's."""
    if found is None:
        return ""
    inside = found["path"] is not None and not found["path"].startswith("/")
    file = found["path"] if inside else found["importer"]
    return f"{file}:{found['line']}" if found["line"] else f"with {file}"


def _plugins(rows: Sequence[dict[str, Any]]) -> Iterator[str]:
    shown = [row for row in rows if row["us"] >= TOLD][:ROWS]
    if shown:
        yield "Hooks of plugins:"
    for row in shown:
        yield f"  {_seconds(row['us']):>9}  {row['plugin']}: {row['hook']}, {row['calls']:,} calls"


def _seconds(microseconds: int) -> str:
    """Return a time in seconds."""
    return f"{microseconds / 1e6:,.3f} s"
