"""Do we find an import-linter contract kept or broken where import-linter does?

    python benchmarks/guard_contracts.py [--each 40] [--result FILE]

For each package, contracts of all five types are made up at random from its modules (wildcards, optional and
independent layers, containers, ignored imports, exhaustive or not) and put to both: import-linter on the
graph that it builds, ours on the graph of our facts. This repository's own contracts are put to both as they
are. A contract that import-linter refuses to check must be refused by us. The table also counts the imports
that only one of the graphs has. They are known to differ: `flask.sansio` is a folder without `__init__.py`,
which grimp leaves out; `_pytest._version` is generated and ignored by git, which we leave out.
"""

import argparse
import copy
import random
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import grimp
from importlinter import configuration
from importlinter.application.use_cases import read_user_options
from importlinter.contracts.acyclic_siblings import AcyclicSiblingsContract
from importlinter.contracts.forbidden import ForbiddenContract
from importlinter.contracts.independence import IndependenceContract
from importlinter.contracts.layers import LayersContract
from importlinter.contracts.protected import ProtectedContract

from importgraph.config import from_options
from importgraph.project import Project, open_project
from importgraph.regressions.rules.contracts import Contract, check_contract, graph_of

ROOT = Path(__file__).resolve().parents[1]
CORPORA = ROOT / ".corpora"
PACKAGES = {
    "django-5.2.19": ("", "django"),
    "sqlalchemy-2.1.9": ("lib", "sqlalchemy"),
    "flask-3.1.3": ("src", "flask"),
    "rich-15.0.0": ("", "rich"),
    "celery-5.7.0": ("", "celery"),
    "networkx-3.6.1": ("", "networkx"),
    "jinja2-3.1.6": ("src", "jinja2"),
    "pytest-9.2.0": ("src", "_pytest"),
}
TYPES = {
    "layers": LayersContract,
    "forbidden": ForbiddenContract,
    "independence": IndependenceContract,
    "acyclic_siblings": AcyclicSiblingsContract,
    "protected": ProtectedContract,
}
Options = dict[str, str | list[str]]


def made_up(graph: grimp.ImportGraph, package: str, rng: random.Random, count: int) -> Iterator[Options]:
    modules = sorted(graph.modules - {package})
    packages = [name for name in [package, *modules] if len(graph.find_children(name)) > 2]
    for number in range(count):
        kind = list(TYPES)[number % len(TYPES)]
        options: Options = {"name": f"contract {number}", "type": kind}
        if kind == "layers":
            options |= layers_of(graph, rng.choice(packages), rng)
        elif kind == "acyclic_siblings":
            options["ancestors"] = [rng.choice([*packages, f"{rng.choice(packages)}.*"])]
            options["depth"] = str(rng.choice([0, 1, 2, 10]))
        else:
            options |= modules_of(kind, modules, packages, rng)
        if rng.random() < 0.3:
            importer = rng.choice(modules)
            imported = sorted(graph.find_modules_directly_imported_by(importer))
            if imported:
                aim = rng.choice(imported)
                options["ignore_imports"] = [rng.choice([f"{importer} -> {aim}", f"{package}.** -> {aim}"])]
                options["unmatched_ignore_imports_alerting"] = rng.choice(["error", "none"])
        yield options


def layers_of(graph: grimp.ImportGraph, container: str, rng: random.Random) -> Options:
    tails = [name.rpartition(".")[2] for name in sorted(graph.find_children(container))]
    rng.shuffle(tails)
    if rng.random() < 0.5:
        tails = tails[: rng.randint(2, 6)]
    layers = []
    while tails:
        group = [tails.pop() for _ in range(min(len(tails), rng.choice([1, 1, 1, 2, 3])))]
        group = [f"({name})" if rng.random() < 0.2 else name for name in group]
        layers.append(rng.choice([" | ", " : "]).join(group))
    if rng.random() < 0.1:
        layers.append(rng.choice(["(not_there)", "not_there"]))
    options: Options = {"layers": layers, "containers": [container], "exhaustive": str(rng.random() < 0.6)}
    if rng.random() < 0.3:
        options["exhaustive_ignores"] = [rng.choice(layers).strip("()")]
    return options


def modules_of(kind: str, modules: list[str], packages: list[str], rng: random.Random) -> Options:
    size = rng.randint(1, 3)
    some, others = (rng.sample(modules, min(len(modules), size + 1)) for _ in range(2))
    if rng.random() < 0.3:
        some[0] = f"{rng.choice(packages)}.{rng.choice(['*', '**'])}"
    if rng.random() < 0.1:
        some.append(f"{modules[0]}.not_there")
    if kind == "independence":
        return {"modules": some}
    as_packages = str(rng.random() < 0.7)
    if kind == "protected":
        return {"protected_modules": some, "allowed_importers": others, "as_packages": as_packages}
    return {
        "source_modules": some,
        "forbidden_modules": others,
        "as_packages": as_packages,
        "allow_indirect_imports": str(rng.random() < 0.4),
    }


def theirs(options: Options, graph: grimp.ImportGraph, package: str) -> str:
    try:
        session = {"root_packages": [package]}
        contract = TYPES[str(options["type"])](
            name=str(options["name"]), session_options=session, contract_options=options
        )
        return "kept" if contract.check(copy.deepcopy(graph), verbose=False).kept else "broken"
    except Exception as error:  # noqa: BLE001 -- import-linter raises whatever it likes for what it refuses
        return f"refused ({type(error).__name__}: {error})"


def ours(options: Options, project: Project, package: str) -> str:
    values = {key: tuple(value) if isinstance(value, list) else (value,) for key, value in options.items()}
    contract = Contract(str(options["name"]), str(options["type"]), values, (package,), False, False)
    found = list(check_contract(contract, project.snapshot))
    if any("cannot be checked" in one.message for one in found):
        return f"refused ({found[0].message})"
    return "broken" if found else "kept"


def compare(folder: Path, package: str, contracts: list[Options], graph: grimp.ImportGraph) -> list[str]:
    """Put contracts to both, and return the lines of the table for them."""
    project = open_project(folder, from_options(workers=2))
    values: dict[str, tuple[str, ...]] = {}
    mine = graph_of(Contract("", "layers", values, (package,), False, False), project.snapshot)
    edges = [
        {(one, two) for one in g.modules for two in g.find_modules_directly_imported_by(one)}
        for g in (graph, mine)
    ]
    verdicts: dict[str, Counter[str]] = {}
    for options in contracts:
        a, b = theirs(options, graph, package), ours(options, project, package)
        kind = str(options["type"])
        same = a.partition(" ")[0] == b.partition(" ")[0]
        verdicts.setdefault(kind, Counter())[a.partition(" ")[0] if same else "differ"] += 1
        if not same:
            print(f"{package}: {options}\n  import-linter: {a}\n  importgraph: {b}", flush=True)
    sizes = f"{len(edges[0]):,} | {len(edges[0] - edges[1]):,} | {len(edges[1] - edges[0]):,}"
    return [
        f"| {package} | {kind} | {sizes} | "
        + " | ".join(str(n[v]) for v in ("kept", "broken", "refused", "differ"))
        + " |"
        for kind, n in verdicts.items()
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--each", type=int, default=40)
    parser.add_argument("--result", type=Path)
    arguments = parser.parse_args()
    configuration.configure()
    lines = [
        "# Contracts: our verdicts beside import-linter's",
        "",
        (__doc__ or "").split("\n\n", 2)[2].strip(),
        "",
    ]
    lines.append("| package | type | imports | only theirs | only ours | kept | broken | refused | differ |")
    lines.append("| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
    for name, (root, package) in PACKAGES.items():
        folder = CORPORA / name
        if not folder.is_dir():
            lines.append(f"| {package} | not there | | | | | | | |")
            continue
        sys.path.insert(0, str(folder / root))
        graph = grimp.build_graph(package, cache_dir=None)
        sys.path.pop(0)
        rng = random.Random(package)
        lines += compare(folder, package, list(made_up(graph, package, rng, arguments.each)), graph)
    own = read_user_options(config_filename=str(ROOT / "pyproject.toml"))
    graph = grimp.build_graph("importgraph", cache_dir=None)
    found = compare(ROOT, "importgraph", own.contracts_options, graph)
    lines += [line.replace("importgraph", "this repository's own", 1) for line in found]
    text = "\n".join(lines) + "\n"
    print(text)
    if arguments.result is not None:
        arguments.result.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
