"""Apply every safe fix of real packages together, verify them, and run the packages' own suites before and after.

    python benchmarks/fix_packages.py TREE --python ENV [--test "python -m pytest -q"] [--select KIND …] [--seen]
    python benchmarks/fix_packages.py --table

TREE is copied first. `--select` adds kinds that need a person's yes (a project's own rules, consolidation). Each run
adds a line to results/fix_packages.jsonl, and `--table` writes results/fix_packages.md from it. `--seen` marks trees
that tables of ours have used before: what they give is a development score.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ET
from collections import Counter
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))

from importgraph.config import from_options  # noqa: E402 -- found through the path above
from importgraph.edits import objects_probe  # noqa: E402
from importgraph.edits.changes import Plan, plan  # noqa: E402
from importgraph.edits.identity import NamedFix, named  # noqa: E402
from importgraph.edits.plan_names import same_objects  # noqa: E402
from importgraph.edits.questions import How  # noqa: E402
from importgraph.edits.verification import verify  # noqa: E402
from importgraph.edits.writing import write_changes  # noqa: E402
from importgraph.fixes.model import Applicability, RewriteImport  # noqa: E402
from importgraph.project import Project, open_project  # noqa: E402

LINES = HERE / "results" / "fix_packages.jsonl"
TABLE = HERE / "results" / "fix_packages.md"


def suite(tree: Path, python: str, command: list[str], roots: list[str]) -> dict[str, str]:
    """Run a suite; return what became of each test by its id."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder, "report.xml")
        path = os.pathsep.join([str(tree / root) for root in roots])
        environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
        environment |= {"PYTHONPATH": path, "PYTHONHASHSEED": "0"}
        full = [python, *command[1:], "-p", "no:cacheprovider", f"--junitxml={report}"]
        subprocess.run(full, cwd=tree, env=environment, capture_output=True, check=False, timeout=900)
        if not report.exists():
            return {}
        found = {}
        for case in ET.parse(report).iter("testcase"):
            outcome = next(
                (child.tag for child in case if child.tag in {"failure", "error", "skipped"}), "passed"
            )
            found[f"{case.get('classname')}::{case.get('name')}"] = outcome
        return found


def chosen(project: Project, select: list[str], *, only: bool) -> list[NamedFix]:
    """Return the safe fixes, and those that need a yes and got one."""
    fixes = named(project.every_proposal.fixes)
    if only:
        return [one for one in fixes if one.fix.kind in select]
    rules = {
        finding
        for word in select
        for one in fixes
        for finding in one.fix.findings
        if finding.startswith(word)
    }
    return [
        one
        for one in fixes
        if one.fix.applicability is Applicability.SAFE
        or (
            (one.fix.kind in select or rules.intersection(one.fix.findings))
            and one.fix.applicability is not Applicability.MANUAL
        )
    ]


def run(options: argparse.Namespace) -> dict[str, object]:
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder).resolve() / options.tree.name
        shutil.copytree(
            options.tree, tree, symlinks=True, ignore=shutil.ignore_patterns("__pycache__", ".git")
        )
        if options.rules is not None:
            with (tree / "pyproject.toml").open("a", encoding="utf-8") as file:
                file.write(options.rules.read_text(encoding="utf-8"))
        for place, source in options.add:
            shutil.copyfile(source, tree / place)
        return measured(options, tree)


def measured(options: argparse.Namespace, tree: Path) -> dict[str, object]:
    settings = from_options(workers=1, python=options.python)
    started = time.monotonic()
    project = open_project(tree, settings, cache_folder=Path(tree.parent, "cache"))
    offered = Counter((one.kind, one.applicability.value) for one in project.every_proposal.fixes)
    wanted = chosen(project, options.select, only=options.only)
    roots = list(dict.fromkeys(one.root for one in project.graph.modules.values()))
    command = options.test.split()
    python = str(Path(options.python, "bin", "python").absolute())
    if options.after_verified:
        return suites_alone(options, tree, project, (python, command, roots))
    before = suite(tree, python, command, roots)
    how = How(python, "", settings, "" if options.no_test_command else " ".join([python, *command[1:]]))
    found = verify(project, wanted, how, lambda text: print("  ", text, file=sys.stderr, flush=True))
    kept = [one.fix for one in found.kept]
    made = plan(project.root, kept, project.read_text)
    written = write_changes(project.root, made.changes)
    after = suite(tree, python, command, roots)
    same = objects(project, made, python)
    savings = [one.saving for one in found.kept if one.saving is not None]
    rewritten = sum(isinstance(edit, RewriteImport) for one in kept for edit in one.fix.edits)
    return {
        "tree": options.tree.name,
        "seen": options.seen,
        "files": project.graph.ledger.found,
        "offered": {f"{kind} ({how})": count for (kind, how), count in sorted(offered.items())},
        "chosen": len(wanted),
        "chosen_safe": sum(one.fix.applicability is Applicability.SAFE for one in wanted),
        "select": options.select,
        "applied": dict(Counter(one.fix.kind for one in kept)),
        "statements": sum(one.fix.statements for one in kept),
        "rewritten_imports": rewritten,
        "files_written": len(written.done),
        "left": [f"{path}: {reason}" for path, reason in written.left],
        "withdrawn": [
            {
                "fix": one.fix.name,
                "safe": one.fix.fix.applicability is Applicability.SAFE,
                "reason": one.reason,
            }
            for one in found.withdrawn
        ],
        "checks": [check.replace(python, "python") for check in found.checks],
        "promised_us": sum(one.promised_us or 0 for one in savings),
        "saved_us": sum(one.saved_us for one in savings),
        "test": options.test,
        "objects": same,
        **ends(before, after),
        "seconds": round(time.monotonic() - started),
    }


def suites_alone(
    options: argparse.Namespace, tree: Path, project: Project, how: tuple[str, list[str], list[str]]
) -> dict[str, object]:
    """Run the suite beside fixes that an earlier line verified without one; the verdict stays that line's."""
    lines = [json.loads(line) for line in LINES.read_text(encoding="utf-8").splitlines()]
    verdict = next(
        line for line in reversed(lines) if (line["tree"], line["select"]) == (tree.name, options.select)
    )
    wanted = chosen(project, options.select, only=options.only)
    made = plan(project.root, wanted, project.read_text)
    applied = dict(Counter(one.fix.kind for one in made.fixes))
    if (
        applied != verdict["applied"]
        or sum(one.fix.statements for one in made.fixes) != verdict["statements"]
    ):
        raise SystemExit(f"Other fixes than those verified: {applied}, not {verdict['applied']}.")
    before = suite(tree, *how) if options.test else {}
    write_changes(project.root, made.changes)
    found = verdict | {"objects": objects(project, made, how[0])}
    if not options.test:
        return found
    return found | {"suite_alone": True, "test": options.test} | ends(before, suite(tree, *how))


def objects(project: Project, made: Plan, python: str) -> dict[str, int]:
    """Count for the imports that a plan rewrote whether both paths give one object: same, other or unknown."""
    roots = list(dict.fromkeys(one.root for one in project.graph.modules.values()))
    path = os.pathsep.join([str(project.root / root) for root in roots])
    pairs = dict.fromkeys(same_objects(project, made))
    with tempfile.TemporaryDirectory() as folder:
        asked, answers = Path(folder, "asked"), Path(folder, "answers")
        rows = [f"{one.old} {one.name} {one.new} {one.new_name}" for one in pairs]
        asked.write_text("\n".join(rows), encoding="utf-8")
        command = [python, str(objects_probe.__file__), str(asked), str(answers)]
        subprocess.run(
            command, cwd=project.root, env=os.environ | {"PYTHONPATH": path}, check=True, capture_output=True
        )
        lines = answers.read_text(encoding="utf-8").splitlines()
    return dict(Counter(line.partition(":")[0] for line in lines))


def ends(before: dict[str, str], after: dict[str, str]) -> dict[str, object]:
    """Compare how two runs of a suite ended, test by test."""
    return {
        "tests_before": dict(Counter(before.values())),
        "tests_after": dict(Counter(after.values())),
        "same_ids": list(before) == list(after),
        "same_results": before == after and bool(before),
        "changed": [
            f"{name}: {old} -> {after.get(name)}" for name, old in before.items() if after.get(name) != old
        ][:5],
    }


def same_ids(row: dict[str, object]) -> str:
    """Say whether a suite has the same ids; some list their own parameters in another order each time."""
    return "yes" if row["same_ids"] else "yes, in another order" if row["same_results"] else "no"


def table() -> str:
    rows = [json.loads(line) for line in LINES.read_text(encoding="utf-8").splitlines()]
    latest = {(row["tree"], tuple(row["select"])): row for row in rows}
    untested = sorted({tree for (tree, _), row in latest.items() if "passed" not in row["tests_before"]})
    latest = {key: row for key, row in latest.items() if "passed" in row["tests_before"]}
    lines = [
        "# Fixes of real packages, applied together and verified",
        "",
        "`python benchmarks/fix_packages.py`. Every safe fix of a package is applied in one go; kinds in brackets need a",
        "person's yes and were given it. *Same results*: every test of the package's own suite ended as before, under",
        "the same ids. Trees marked \\* were used by tables of ours before: development scores. The first run of each of",
        "the others is in `fix_packages.jsonl`, with what failed on the way. *One object by both paths*: of the pairs of",
        "paths before and after the rewrite, each counted once; where a module of either fails to import it is unknown.",
        "",
        "| package | files | offered | chosen (safe) | applied | imports rewritten | withdrawn | one object by both paths | saved of promised | tests | same ids | same results |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: | --- | --- | --- | --- | --- |",
    ]
    for (tree, select), row in latest.items():
        name = f"{tree}{'*' if row['seen'] else ''}{' [' + ', '.join(select) + ']' if select else ''}"
        saved = (
            f"{row['saved_us'] / 1000:.1f} of {row['promised_us'] / 1000:.1f} ms" if row["saved_us"] else "-"
        )
        pairs = row.get("objects", {})
        same = f"{pairs['same']} of {sum(pairs.values())}" if pairs else "-"
        tests = ", ".join(
            f"{count:,} {what}" for what, count in sorted(row["tests_before"].items(), reverse=True)
        )
        lines.append(
            f"| {name} | {row['files']:,} | {sum(row['offered'].values())} | {row['chosen']} ({row['chosen_safe']}) "
            f"| {sum(row['applied'].values())} | {row['rewritten_imports']} | {len(row['withdrawn'])} | {same} | {saved} "
            f"| {tests} | {same_ids(row)} | {'yes' if row['same_results'] else 'no'} |"
        )
    if untested:
        lines += [
            "",
            f"Not counted, since their suites do not start in our environments: {', '.join(untested)}.",
        ]
    parts = {row["tree"]: row for row in latest.values() if "ignore" in row.get("test", "")}
    for tree, row in parts.items():
        apart = " The suite ran apart from the verification." if row.get("suite_alone") else ""
        lines += ["", f"{tree}: the part of its suite that `{row['test']}` runs.{apart}"]
    lines += ["", "## By kind", "", "| package | kind | offered | applied |", "| --- | --- | ---: | ---: |"]
    for (tree, select), row in latest.items():
        name = f"{tree}{' [' + ', '.join(select) + ']' if select else ''}"
        for kind, count in row["offered"].items():
            chosen_too = kind.endswith("(safe)") or row["chosen"] > row["chosen_safe"]
            applied = row["applied"].get(kind.split(" ")[0], 0) if chosen_too else 0
            lines.append(f"| {name} | {kind} | {count} | {applied} |")
    lines += ["", "## Withdrawn", ""]
    gone = [
        f"- {tree}: `{one['fix']}`{' (safe)' if one['safe'] else ''}: {one['reason']}"
        for (tree, _), row in latest.items()
        for one in row["withdrawn"]
    ]
    return "\n".join([*lines, *(gone or ["Nothing."])]) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("tree", type=Path, nargs="?")
    parser.add_argument("--python", default="")
    parser.add_argument("--test", default="python -m pytest -q")
    parser.add_argument("--select", action="append", default=[])
    parser.add_argument("--rules", type=Path, help="rules of a project, put into the copy's pyproject.toml")
    parser.add_argument(
        "--add", nargs=2, action="append", default=[], metavar=("PATH", "FILE"), help="a file for the copy"
    )
    parser.add_argument("--only", action="store_true", help="the selected kinds alone, without the safe ones")
    parser.add_argument("--seen", action="store_true")
    parser.add_argument("--no-test-command", action="store_true", help="run the suite at the end alone")
    parser.add_argument(
        "--after-verified",
        action="store_true",
        help="run the suite and compare objects, beside the fixes that the tree's last line verified",
    )
    parser.add_argument("--table", action="store_true")
    options = parser.parse_args()
    if options.tree is not None:
        row = run(options)
        with LINES.open("a", encoding="utf-8") as file:
            file.write(json.dumps(row) + "\n")
        print(json.dumps(row, indent=1))
    if options.table:
        TABLE.write_text(table(), encoding="utf-8")


if __name__ == "__main__":
    main()
