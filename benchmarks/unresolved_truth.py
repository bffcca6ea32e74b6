"""Hold every import that `unresolved` calls failing to what a fresh interpreter says of the statement.

    python benchmarks/unresolved_truth.py                  all projects, a table on standard output
    python benchmarks/unresolved_truth.py zope.component   only these
    python benchmarks/unresolved_truth.py --write          also benchmarks/results/unresolved_truth.*
    python benchmarks/unresolved_truth.py --tree NAME=PATH --env NAME=PYTHON     a checkout and its Python
    python benchmarks/unresolved_truth.py --remove 5       the same after removing a module, five times

Each project is fetched as its sdist from whatever index pip is configured with, and installed from its wheel
with what it needs into an environment of its own below `.corpora/unresolved/`. The sdist is analysed; then
each statement of an IG401, IG402 or IG403 is executed by a new interpreter of the environment: the importing
module first, where it can be imported, then the statement as that module. The installed project comes before
the tree on `sys.path`, so that what the build makes is there.

A finding is *true* where the statement fails for the very name that is reported, *false* where it succeeds,
and *undecided* where it fails for something else (a library that is not installed). First runs stay beside
the latest ones. Needs a network; project code is executed.

Few projects ship imports that fail. So `--remove N` takes N modules out of a copy, one at a time and chosen
by a fixed seed, and executes, with the copy before what is installed, every statement that named the module
and every one that is reported: *missed* are those that fail for the module and are not reported.
"""

import argparse
import functools
import json
import random
import shutil
import subprocess
import sys
import tarfile
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

from corpora import CORPORA

PLACE = CORPORA / "unresolved"
RESULT = Path(__file__).with_name("results") / "unresolved_truth.json"
CODES = {"IG401", "IG402", "IG403"}
PROJECTS = {
    "ansible-core": "2.19.14",
    "buildbot-worker": "4.3.0",
    "dask": "2026.8.0",
    "google-cloud-storage": "3.17.1",
    "grpcio-health-checking": "1.85.1",
    "poetry-core": "2.5.0",
    "streamlink": "8.6.3",
    "twisted": "26.10.0",
    "yarl": "1.25.1",
    "zope.component": "7.1",
}
"""Versions by name: namespaces, setuptools-scm, versioningit, protobuf, Cython, vendored code."""

PROBE = """
import importlib, json, sys
importer, package, statement, *roots = json.loads(sys.argv[1])
if roots[:1] == ["first"]:
    sys.path[:0] = roots[1:]
else:
    sys.path.extend(roots)
try:
    importlib.import_module(importer)
except BaseException:
    pass
try:
    exec(statement, {"__name__": importer, "__package__": package})
except BaseException as error:
    name = getattr(error, "name_from", None) or ""
    print(json.dumps([type(error).__name__, str(error), getattr(error, "name", None) or "", name]))
else:
    print(json.dumps(["", "", "", ""]))
"""

ROOTS_FIRST = ["first"]
"""Put before the roots, it makes them come before what is installed."""


@dataclass(frozen=True)
class Outcome:
    """What a run over one project came to."""

    files: int
    imports: int
    reported: int
    true: int
    false: int
    undecided: int
    cases: tuple[str, ...]
    """What is false, undecided or missed, a line each."""
    missed: int = 0


def fetch(name: str, version: str) -> tuple[Path, Path]:
    """Return the unpacked sdist and the interpreter of an environment that has the project."""
    folder, env = PLACE / f"{name}-{version}", PLACE / f"env-{name}-{version}"
    if not folder.exists():
        with tempfile.TemporaryDirectory() as scratch:
            pip("download", "--no-deps", f"--no-binary={name}", "-d", scratch, f"{name}=={version}")
            with tarfile.open(next(Path(scratch).glob("*.tar.gz"))) as archive:
                archive.extractall(scratch, filter="data")
            next(path for path in Path(scratch).iterdir() if path.is_dir()).rename(folder)
    python = env / "bin" / "python"
    if not (env / "complete").exists():
        subprocess.run([sys.executable, "-m", "venv", env], check=True)
        pip("--python", str(python), "install", "-q", "pytest", f"{name}=={version}")
        (env / "complete").touch()
    return folder, python


def pip(*words: str) -> None:
    subprocess.run([sys.executable, "-m", "pip", *words], check=True, stdout=subprocess.DEVNULL)


def analysed(tree: Path, command: str) -> dict:
    words = [sys.executable, "-m", "importgraph", command, ".", "--format", "json", "-q", "--no-cache"]
    done = subprocess.run(words, cwd=tree, capture_output=True, check=True)
    return json.loads(done.stdout)


def judged(tree: Path, python: Path) -> Outcome:
    graph, found = analysed(tree, "graph"), analysed(tree, "unresolved")["imports"]
    modules = {module["name"]: module for module in graph["modules"]}
    roots = roots_of(tree, graph)
    counts = {"true": 0, "false": 0, "undecided": 0}
    cases = []
    aside = {"fixture", "copy"}  # told apart: they are meant to fail, or nobody runs them
    reported = [
        one for one in found if one["code"] in CODES and not one["type_only"] and one["state"] not in aside
    ]
    for one in reported:
        verdict, why = verdict_of(tree, python, one, modules, roots)
        counts[verdict] += 1
        if verdict != "true":
            cases.append(f"{verdict}: {one['path']}:{one['line']} {one['code']} {one['target']} ({why})")
    statements = sum(one["origin"] == "statement" for one in graph["imports"])
    return Outcome(graph["ledger"]["found"], statements, len(reported), **counts, cases=tuple(cases))


def removed(tree: Path, python: Path, count: int) -> Outcome:
    """Take modules out of a copy, one at a time, and hold what is then reported to what then fails."""
    graph = analysed(tree, "graph")
    modules = {module["name"]: module for module in graph["modules"]}
    named = [one for one in graph["imports"] if is_plain(one, modules)]
    chosen = sorted({one["imported"] for one in named})
    chosen = random.Random(10).sample(chosen, min(count, len(chosen)))
    counts = dict.fromkeys(("reported", "true", "false", "undecided", "missed"), 0)
    cases: list[str] = []
    for name in chosen:
        with tempfile.TemporaryDirectory() as scratch:
            copy = Path(scratch) / "copy"
            shutil.copytree(tree, copy, symlinks=True)
            (copy / modules[name]["path"]).unlink()
            told = analysed(copy, "unresolved")["imports"]
            said = {(one["path"], one["line"]): one for one in told if one["code"] in CODES}
            gone = modules[name]["path"]
            named_it = [one for one in named if one["imported"] == name and one["path"] != gone]
            asked = {(one["path"], one["line"]): one for one in named_it}
            for place in sorted({*said, *asked}):
                one = said.get(place) or {**asked[place], "target": name, "name": None}
                verdict, why = verdict_of(copy, python, one, modules, ROOTS_FIRST + roots_of(copy, graph))
                counts["reported"] += place in said
                key = verdict if place in said else "missed" if verdict == "true" else ""
                counts.update({key: counts[key] + 1} if key else {})
                if key not in {"", "true"}:
                    cases.append(f"{key} without {name}: {place[0]}:{place[1]} ({why})")
    return Outcome(graph["ledger"]["found"], len(named), **counts, cases=tuple(cases))


def is_plain(one: dict, modules: dict) -> bool:
    """Tell whether a statement at module level imports a module of the tree that can be taken out."""
    target = modules.get(one["imported"], {"kind": ""})
    plain = one["origin"] == "statement" and not one["guards"] and one["scope"] == "module"
    return plain and target["kind"] == "module" and target["path"].endswith(".py")


def roots_of(tree: Path, graph: dict) -> list[str]:
    return [str(tree / root["path"]) for root in graph["source_roots"]]


def verdict_of(tree: Path, python: Path, one: dict, modules: dict, roots: list[str]) -> tuple[str, str]:
    importer = one["importer"]
    if one["target"].startswith(".") and modules[importer]["kind"] == "test":
        return collected(tree, python, one["path"])
    is_package = modules[importer]["path"].endswith("__init__.py")
    package = importer if is_package else importer.rpartition(".")[0]
    text = statement_at(tree / one["path"], one["line"])
    argument = json.dumps([importer, package, text, *roots])
    words = [python, "-c", PROBE, argument]
    with tempfile.TemporaryDirectory() as scratch:
        try:
            done = subprocess.run(words, cwd=scratch, capture_output=True, text=True, timeout=60, check=False)
        except subprocess.TimeoutExpired:
            return "undecided", "takes more than a minute"
    lines = done.stdout.strip().splitlines()
    kind, message, name, _ = json.loads(lines[-1]) if lines else ["none", done.stderr[-200:], "", ""]
    if not kind:
        return "false", "the statement succeeds"
    asked = f"{one['target']}.{one['name']}" if one["name"] else one["target"]
    is_about = name and (asked == name or asked.startswith(f"{name}.") or asked.rpartition(".")[0] == name)
    if kind in {"ImportError", "ModuleNotFoundError"} and (is_about or "beyond top-level" in message):
        return "true", message
    return "undecided", f"{kind}: {message}"


@functools.cache
def collected(tree: Path, python: Path, path: str) -> tuple[str, str]:
    """Ask pytest, which decides in what package a test file is, whether the dots lead somewhere."""
    words = [python, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider", path]
    done = subprocess.run(words, cwd=tree, capture_output=True, text=True, timeout=120, check=False)
    if "attempted relative import" in done.stdout:
        return "true", "attempted relative import"
    failed = "No module named pytest" in done.stderr or "rror" in done.stdout
    return ("undecided", "pytest fails for something else") if failed else ("false", "pytest collects it")


def statement_at(path: Path, line: int) -> str:
    """Return the import statement around a line, on its own."""
    import ast

    tree = ast.parse(path.read_bytes())
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom) and node.lineno <= line <= node.end_lineno:
            return ast.unparse(node)
    return f"import_at_{line}"


def table(rows: dict[str, dict]) -> str:
    lines = [
        "| project | files | import statements | reported | true | undecided | false | missed |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    keys = ("files", "imports", "reported", "true", "undecided", "false", "missed")
    for name, row in sorted(rows.items()):
        lines.append(f"| {name} | {' | '.join(f'{row.get(key, 0):,}' for key in keys)} |")
    sums = [sum(row.get(key, 0) for row in rows.values()) for key in keys]
    return "\n".join([*lines, f"| all | {' | '.join(f'{number:,}' for number in sums)} |"])


def written(kept: dict[str, dict]) -> None:
    RESULT.write_text(json.dumps(kept, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    intro = (
        "# Imports that `unresolved` calls failing, executed\n\nMade by `benchmarks/unresolved_truth.py`.\n"
    )
    parts = [
        intro,
        "## Latest runs\n",
        table(kept["latest"]),
        "",
        "## First runs, kept\n",
        table(kept["first"]),
    ]
    latest = [*sorted(kept["latest"].items()), *sorted(kept.get("removed", {}).items())]
    cases = [f"- {name}: {case}" for name, row in latest for case in row["cases"]]
    parts += ["", "## What is not proven true in the latest runs", "", *(cases or ["Nothing."])]
    RESULT.with_suffix(".md").write_text("\n".join(parts) + "\n", encoding="utf-8")


def pairs(values: list[str]) -> dict[str, Path]:
    return {name: Path(path) for name, _, path in (value.partition("=") for value in values)}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("projects", nargs="*")
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--remove", type=int, default=0)
    parser.add_argument("--tree", action="append", default=[])
    parser.add_argument("--env", action="append", default=[])
    options = parser.parse_args()
    trees, environments = pairs(options.tree), pairs(options.env)
    kept = json.loads(RESULT.read_text()) if RESULT.exists() else {"first": {}, "latest": {}}
    wrong = 0
    for name in [*trees, *(options.projects or ([] if trees else PROJECTS))]:
        if name in trees:
            tree, python = trees[name], environments.get(name, Path(sys.executable))
        else:
            PLACE.mkdir(parents=True, exist_ok=True)
            tree, python = fetch(name, PROJECTS[name])
        found = removed(tree, python, options.remove) if options.remove else judged(tree, python)
        outcome = asdict(found)
        wrong += outcome["false"]
        first, latest = ("removed_first", "removed") if options.remove else ("first", "latest")
        kept.setdefault(first, {}).setdefault(name, outcome)
        kept.setdefault(latest, {})[name] = outcome
        print(table({name: outcome}).splitlines()[2], *outcome["cases"], sep="\n", flush=True)
    if options.write:
        written(kept)
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
