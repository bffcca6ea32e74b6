"""Compare static runtime closures with what a fresh interpreter really loads.

    python benchmarks/faithfulness.py [PACKAGE...]      table and kinds on standard output
    python benchmarks/faithfulness.py --write           the same, also to benchmarks/results/faithfulness.md

    python benchmarks/faithfulness.py --json FILE PACKAGE...     also what differs, module by module

Reads the truth recorded by benchmarks/truth.py and asks each method for the modules that importing a module
loads. A pair is (module, other module of the package which it loads). Both sides count only modules with a
.py file in the package and leave the module itself out. Modules that cannot be imported have no truth, so
they are not compared as importers; loading one is still an extra. Names under which `sys.modules` holds an
object without a name of its own do not count: their files may have run or not. Per package:

- misses: pairs of the truth that the method does not have, as a share of the truth
- extras: pairs of the method that are not in the truth, as a share of the truth
- exact: modules for which the method has precisely the right set, as a share of the modules
- sure extras: the extras of what the method calls sure; unsaid: pairs that it says surely do not load, and
  that do, both as a share of the truth
"""

import argparse
import ast
import json
import shutil
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from corpora import CORPORA, TRUTH_PACKAGES
from truth import TRUTH, module_files

from importgraph.config import from_options, parse_version
from importgraph.graph.views import View, certain_part, closure, modules_of, possible
from importgraph.project import open_project

RESULT = Path(__file__).with_name("results") / "faithfulness.md"

Closures = Mapping[str, frozenset[str]]
"""For each module with a .py file, the modules that importing it loads."""


@dataclass(frozen=True)
class Answer:
    """What a method says of each module."""

    closures: Closures
    sure: Closures | None = None
    """The part of it that is sure; None where the method does not tell them apart."""
    possible: Closures | None = None
    """All that may load."""


def static_answer(root: Path, truth: Mapping[str, Any]) -> Answer:
    """Ask the views of our own graph; modules are matched by their files."""
    version = parse_version(truth["python"].rpartition(".")[0])
    environment = CORPORA / truth.get("environment", "env")
    options = from_options(python_version=version, python=str(environment))
    package = truth["package"]
    with TemporaryDirectory() as folder:
        place = root / package
        if not (place / "__init__.py").exists():  # a namespace: alone in a folder, as in a checkout
            place = Path(folder)
            shutil.copytree(root / package, place / package)
        project = open_project(place, options)
        by_path = {str(path.relative_to(root)): name for name, path in module_files(root, package).items()}
        names = {m.name: by_path[m.path] for m in project.graph.modules.values() if m.path in by_path}
        return Answer(
            _closures(project.runtime, names),
            _closures(certain_part(project.runtime), names),
            _closures(possible(project.graph), names),
        )


def _closures(view: View, names: Mapping[str, str]) -> Closures:
    """Return the closure of each module under the names of the package."""
    found = {}
    for module, name in names.items():
        loaded = modules_of(closure(view, [module]))
        found[name] = frozenset(names[inner] for inner in loaded if inner in names)
    return found


def naive_answer(root: Path, truth: Mapping[str, Any]) -> Answer:
    """Follow import statements in module and class scope and implicit parents, and nothing else.

    Every branch counts but the body of `if TYPE_CHECKING`. `from a import b` is `a.b` when that is a module.
    """
    files = module_files(root, truth["package"])
    edges = {name: direct_imports(name, path, frozenset(files)) for name, path in files.items()}
    return Answer({name: reachable(name, edges) for name in files})


def direct_imports(module: str, path: Path, modules: frozenset[str]) -> frozenset[str]:
    try:
        tree = ast.parse(path.read_bytes())
    except (SyntaxError, ValueError):
        return frozenset(parents(module))
    base = module if path.name == "__init__.py" else module.rpartition(".")[0]
    targets = {target for node in executed(tree.body) for target in imported(node, base, modules)}
    closed = {ancestor for target in targets for ancestor in (target, *parents(target))}
    return frozenset(closed.union(parents(module)) & modules)


def executed(statements: Iterable[ast.stmt]) -> Iterator[ast.Import | ast.ImportFrom]:
    for statement in statements:
        match statement:
            case ast.Import() | ast.ImportFrom():
                yield statement
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                pass
            case ast.If(test=test, orelse=orelse) if is_type_checking(test):
                yield from executed(orelse)
            case _:
                yield from executed(nested(statement))


def nested(statement: ast.stmt) -> Iterator[ast.stmt]:
    """Yield the statements of all blocks directly inside: bodies, handlers, else, finally and match cases."""
    for child in ast.iter_child_nodes(statement):
        if isinstance(child, ast.stmt):
            yield child
        elif isinstance(child, ast.ExceptHandler | ast.match_case):
            yield from child.body


def is_type_checking(test: ast.expr) -> bool:
    return ast.unparse(test).rpartition(".")[2] == "TYPE_CHECKING"


def imported(node: ast.Import | ast.ImportFrom, base: str, modules: frozenset[str]) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
        return
    source = node.module or ""
    if node.level:
        anchor = ".".join(base.split(".")[: base.count(".") + 2 - node.level])
        source = f"{anchor}.{source}".strip(".")
    yield source
    yield from (name for alias in node.names if (name := f"{source}.{alias.name}") in modules)


def parents(module: str) -> Iterator[str]:
    while module := module.rpartition(".")[0]:
        yield module


def reachable(start: str, edges: Mapping[str, frozenset[str]]) -> frozenset[str]:
    seen, waiting = {start}, [start]
    while waiting:
        new = edges[waiting.pop()] - seen
        seen |= new
        waiting.extend(new)
    return frozenset(seen)


@dataclass(frozen=True)
class Comparison:
    """How one method did on one package."""

    method: str
    package: str
    version: str
    modules: int
    not_importable: int
    pairs: int
    misses: Counter[str]
    """How many modules load it although the method does not say so."""
    extras: Counter[str]
    """How many modules do not load it although the method says so."""
    exact: int
    sure_extras: Counter[str]
    unsaid: Counter[str]
    differing: Mapping[str, tuple[list[str], list[str], list[str], list[str]]]
    """By module that is not exact: missing, extra, surely extra, and unsaid."""


def compare(method: str, truth: Mapping[str, Any], files: frozenset[str], answer: Answer) -> Comparison:
    counts: list[Counter[str]] = [Counter(), Counter(), Counter(), Counter()]
    real = {
        name: files.intersection(result["loaded"]) - {name}
        for name, result in truth["modules"].items()
        if "loaded" in result
    }
    differing = {}
    for name, loaded in real.items():
        replaced = {key for key, other in truth["modules"][name]["aliases"].items() if not other}
        ours, sure, may = (
            files & (known or answer.closures).get(name, frozenset()) - {name} - replaced
            for known in (answer.closures, answer.sure, answer.possible)
        )
        found = tuple(sorted(some) for some in (loaded - ours, ours - loaded, sure - loaded, loaded - may))
        for count, some in zip(counts, found, strict=True):
            count.update(some)
        if any(found):
            differing[name] = found
    return Comparison(
        method=method,
        package=truth["package"],
        version=truth["version"],
        modules=len(real),
        not_importable=len(truth["modules"]) - len(real),
        pairs=sum(map(len, real.values())),
        misses=counts[0],
        extras=counts[1],
        exact=len(real) - sum(bool(found[0] or found[1]) for found in differing.values()),
        sure_extras=counts[2],
        unsaid=counts[3],
        differing=differing,
    )


def table(comparisons: Iterable[Comparison]) -> Iterator[str]:
    titles = ["modules", "not importable", "pairs", "misses", "extras", "exact", "sure extras", "unsaid"]
    yield f"| package | method | {' | '.join(titles)} |"
    yield f"| --- | --- | {' | '.join('---:' for _ in titles)} |"
    for found in comparisons:
        ours = found.method == "importgraph"
        cells = (
            f"{found.package} {found.version}",
            found.method,
            f"{found.modules:,}",
            f"{found.not_importable:,}",
            f"{found.pairs:,}",
            share(found.misses.total(), found.pairs),
            share(found.extras.total(), found.pairs),
            share(found.exact, found.modules),
            share(found.sure_extras.total(), found.pairs) if ours else "",
            share(found.unsaid.total(), found.pairs) if ours else "",
        )
        yield f"| {' | '.join(cells)} |"


def share(part: int, whole: int) -> str:
    return f"{part / whole:.2%}" if whole else "-"


def kinds(found: Comparison) -> Iterator[str]:
    for title, counts in (("missing", found.misses), ("extra", found.extras)):
        if counts:
            top = sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:10]
            more = f" and {len(counts) - len(top)} more" if len(counts) > len(top) else ""
            yield ""
            yield f"{found.package}, {found.method}, {counts.total():,} pairs {title}, by module: " + (
                ", ".join(f"`{name}` {count:,}" for name, count in top) + more
            )


def report(comparisons: list[Comparison], python_version: str) -> str:
    lines = [
        "# Faithfulness: static closures against fresh interpreters",
        "",
        f"Python {python_version}. `benchmarks/faithfulness.py` says what misses, extras and exact are.",
        "",
        *table(comparisons),
        *(line for found in comparisons for line in kinds(found)),
    ]
    return "\n".join(lines) + "\n"


METHODS: Mapping[str, Callable[[Path, Mapping[str, Any]], Answer]] = {
    "importgraph": static_answer,
    "statements": naive_answer,
}


def main() -> int:
    parser = argparse.ArgumentParser(
        description="Compare static closures with what a fresh interpreter loads."
    )
    parser.add_argument("packages", nargs="*", metavar="PACKAGE", help="default: those with recorded truth")
    parser.add_argument("--write", action="store_true", help=f"also write {RESULT.parent.name}/{RESULT.name}")
    parser.add_argument("--method", choices=[*METHODS], action="append", help="default: all")
    parser.add_argument("--json", type=Path, metavar="FILE")
    options = parser.parse_args()
    comparisons, version = [], ""
    for package in options.packages or TRUTH_PACKAGES:
        recorded = TRUTH / f"{package}.json"
        if not recorded.exists():
            print(f"{package}: no truth recorded, run python benchmarks/truth.py {package}", file=sys.stderr)
            continue
        truth = json.loads(recorded.read_text(encoding="utf-8"))
        root, version = CORPORA / truth["root"], truth["python"]
        files = frozenset(module_files(root, package))
        methods = options.method or METHODS
        comparisons += [compare(name, truth, files, METHODS[name](root, truth)) for name in methods]
    text = report(comparisons, version)
    print(text, end="")
    if options.json is not None:
        ours = {found.package: found.differing for found in comparisons if found.method == "importgraph"}
        options.json.write_text(json.dumps(ours, indent=1), encoding="utf-8")
    if options.write:
        RESULT.parent.mkdir(exist_ok=True)
        RESULT.write_text(text, encoding="utf-8")
    return 0 if comparisons else 1


if __name__ == "__main__":
    raise SystemExit(main())
