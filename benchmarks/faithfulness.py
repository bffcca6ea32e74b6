"""Compare static runtime closures with what a fresh interpreter really loads.

    python benchmarks/faithfulness.py [PACKAGE...]      table and kinds on standard output
    python benchmarks/faithfulness.py --write           the same, also to benchmarks/results/faithfulness.md

Reads the truth recorded by benchmarks/truth.py and asks each method for the modules that importing a module
loads. A pair is (module, other module of the package which it loads). Both sides count only modules with a
.py file in the package and leave the module itself out. Modules that cannot be imported have no truth, so
they are not compared as importers; loading one is still an extra. Per package:

- misses: pairs of the truth that the method does not have, as a share of the truth
- extras: pairs of the method that are not in the truth, as a share of the truth
- exact: modules for which the method has precisely the right set, as a share of the modules
"""

import argparse
import ast
import json
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from corpora import CORPORA, ENVIRONMENT, TRUTH_PACKAGES
from truth import TRUTH, module_files

from importgraph.config import from_options, parse_version
from importgraph.graph.views import closure, modules_of
from importgraph.project import open_project

RESULT = Path(__file__).with_name("results") / "faithfulness.md"

Closures = Mapping[str, frozenset[str]]
"""For each module with a .py file, the modules that importing it loads."""


def static_closures(root: Path, package: str, python_version: str) -> dict[str, frozenset[str]]:
    """Ask the runtime view of our own graph; modules are matched by their files."""
    options = from_options(python_version=parse_version(python_version), python=str(ENVIRONMENT))
    project = open_project(root / package, options)
    by_path = {str(path.relative_to(root)): name for name, path in module_files(root, package).items()}
    names = {m.name: by_path[m.path] for m in project.graph.modules.values() if m.path in by_path}
    closures = {}
    for module, name in names.items():
        loaded = modules_of(closure(project.runtime, [module]))
        closures[name] = frozenset(names[inner] for inner in loaded if inner in names)
    return closures


def naive_closures(root: Path, package: str, python_version: str) -> dict[str, frozenset[str]]:  # noqa: ARG001
    """Follow import statements in module and class scope and implicit parents, and nothing else.

    Every branch counts but the body of `if TYPE_CHECKING`. `from a import b` is `a.b` when that is a module.
    """
    files = module_files(root, package)
    edges = {name: direct_imports(name, path, frozenset(files)) for name, path in files.items()}
    return {name: reachable(name, edges) for name in files}


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


def compare(method: str, truth: Mapping[str, Any], files: frozenset[str], closures: Closures) -> Comparison:
    misses: Counter[str] = Counter()
    extras: Counter[str] = Counter()
    real = {
        name: files.intersection(result["loaded"]) - {name}
        for name, result in truth["modules"].items()
        if "loaded" in result
    }
    exact = 0
    for name, loaded in real.items():
        ours = files & closures.get(name, frozenset()) - {name}
        misses.update(loaded - ours)
        extras.update(ours - loaded)
        exact += loaded == ours
    return Comparison(
        method=method,
        package=truth["package"],
        version=truth["version"],
        modules=len(real),
        not_importable=len(truth["modules"]) - len(real),
        pairs=sum(map(len, real.values())),
        misses=misses,
        extras=extras,
        exact=exact,
    )


def table(comparisons: Iterable[Comparison]) -> Iterator[str]:
    yield "| package | method | modules | not importable | pairs | misses | extras | exact |"
    yield "| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |"
    for found in comparisons:
        cells = (
            f"{found.package} {found.version}",
            found.method,
            f"{found.modules:,}",
            f"{found.not_importable:,}",
            f"{found.pairs:,}",
            share(found.misses.total(), found.pairs),
            share(found.extras.total(), found.pairs),
            share(found.exact, found.modules),
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


METHODS: Mapping[str, Callable[[Path, str, str], Closures]] = {
    "importgraph": static_closures,
    "statements": naive_closures,
}


def main() -> int:
    parser = argparse.ArgumentParser(
        description="Compare static closures with what a fresh interpreter loads."
    )
    parser.add_argument("packages", nargs="*", metavar="PACKAGE", help="default: those with recorded truth")
    parser.add_argument("--write", action="store_true", help=f"also write {RESULT.parent.name}/{RESULT.name}")
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
        for method, closures in METHODS.items():
            try:
                found = closures(root, package, version.rpartition(".")[0])
            except NotImplementedError as reason:
                print(f"{package}, {method}: {reason}", file=sys.stderr)
                continue
            comparisons.append(compare(method, truth, files, found))
    text = report(comparisons, version)
    print(text, end="")
    if options.write:
        RESULT.parent.mkdir(exist_ok=True)
        RESULT.write_text(text, encoding="utf-8")
    return 0 if comparisons else 1


if __name__ == "__main__":
    raise SystemExit(main())
