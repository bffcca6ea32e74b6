"""Each contract is put to import-linter itself, too."""

import grimp
import pytest
from importlinter import configuration
from importlinter.contracts.acyclic_siblings import AcyclicSiblingsContract
from importlinter.contracts.forbidden import ForbiddenContract
from importlinter.contracts.independence import IndependenceContract
from importlinter.contracts.layers import LayersContract
from importlinter.contracts.protected import ProtectedContract

from importgraph.regressions.rules.contracts import check_contract, read_contracts

FILES = {
    "contractapp/__init__.py": "",
    "contractapp/low.py": "import contractapp.high\n",
    "contractapp/high.py": "from contractapp import middle\nimport os\n",
    "contractapp/middle.py": "",
    "contractapp/one/__init__.py": "from contractapp.two import b\n",
    "contractapp/one/a.py": "",
    "contractapp/two/__init__.py": "",
    "contractapp/two/b.py": "def f():\n    import contractapp.one.a\n",
    "contractapp/two/c.py": "import contractapp.low\n",
}
TYPES = {
    "layers": LayersContract,
    "forbidden": ForbiddenContract,
    "independence": IndependenceContract,
    "acyclic_siblings": AcyclicSiblingsContract,
    "protected": ProtectedContract,
}
A = "contractapp"


@pytest.fixture(scope="module")
def graph():
    configuration.configure()
    made = grimp.ImportGraph()
    for name in ("", ".low", ".high", ".middle", ".one", ".one.a", ".two", ".two.b", ".two.c"):
        made.add_module(A + name)
    for importer, imported in (
        ("low", "high"),
        ("high", "middle"),
        ("one", "two.b"),
        ("two.b", "one.a"),
        ("two.c", "low"),
    ):
        made.add_import(
            importer=f"{A}.{importer}", imported=f"{A}.{imported}", line_number=1, line_contents="x"
        )
    return made


def theirs(options, graph):
    from copy import deepcopy

    contract = TYPES[options["type"]](
        name="C", session_options={"root_packages": [A]}, contract_options={"name": "C", **options}
    )
    try:
        return "kept" if contract.check(deepcopy(graph), verbose=False).kept else "broken"
    except Exception:  # noqa: BLE001 -- it raises ValueError, MissingImport and grimp's own for what it refuses
        return "refused"


def toml(options):
    lines = [f"{key} = {value!r}" for key, value in options.items()]
    return "\n".join(
        [f'[tool.importlinter]\nroot_package = "{A}"\n[[tool.importlinter.contracts]]\nname = "C"', *lines]
    )


@pytest.mark.parametrize(
    ("options", "verdict", "lines"),
    [
        (
            {"type": "layers", "layers": ["one | two", "low", "high", "middle"], "containers": [A]},
            "broken",
            2,
        ),
        ({"type": "layers", "layers": ["two : one", "low", "high", "middle"], "containers": [A]}, "kept", 0),
        ({"type": "layers", "layers": ["high", "(gone)", "middle"], "containers": [A]}, "kept", 0),
        ({"type": "layers", "layers": ["high", "gone", "middle"], "containers": [A]}, "refused", 0),
        (
            {"type": "layers", "layers": ["low", "high", "middle"], "containers": [A], "exhaustive": "true"},
            "broken",
            2,
        ),
        (
            {
                "type": "layers",
                "layers": ["low", "high"],
                "containers": [A],
                "exhaustive": "True",
                "exhaustive_ignores": ["middle", "one", "two"],
            },
            "kept",
            0,
        ),
        ({"type": "layers", "layers": ["x", "y"], "containers": [f"{A}.none.*"]}, "kept", 0),
        ({"type": "acyclic_siblings", "ancestors": [A]}, "broken", 1),
        ({"type": "acyclic_siblings", "ancestors": [f"{A}.*"]}, "kept", 0),
        ({"type": "acyclic_siblings", "ancestors": [A], "depth": "-1"}, "refused", 0),
        ({"type": "acyclic_siblings", "ancestors": [f"{A}.gone"]}, "refused", 0),
        (
            {
                "type": "acyclic_siblings",
                "ancestors": [A],
                "ignore_imports": [f"{A}.two.* -> {A}.one.a"],
            },
            "kept",
            0,
        ),
        ({"type": "acyclic_siblings", "ancestors": [A], "ignore_imports": [f"{A}.x -> {A}.y"]}, "refused", 0),
        ({"type": "protected", "protected_modules": [f"{A}.one"], "allowed_importers": []}, "broken", 1),
        (
            {"type": "protected", "protected_modules": [f"{A}.one"], "allowed_importers": [f"{A}.two"]},
            "kept",
            0,
        ),
        (
            {
                "type": "protected",
                "protected_modules": [f"{A}.one.a"],
                "allowed_importers": [f"{A}.two"],
                "as_packages": "false",
            },
            "broken",
            1,
        ),
        (
            {"type": "forbidden", "source_modules": [f"{A}.two"], "forbidden_modules": [f"{A}.middle"]},
            "broken",
            1,
        ),
        (
            {"type": "forbidden", "source_modules": [f"{A}.two"], "forbidden_modules": [f"{A}.*", A]},
            "broken",
            2,
        ),
        ({"type": "independence", "modules": [f"{A}.one", f"{A}.two"]}, "broken", 2),
        ({"type": "independence", "modules": [f"{A}.one", f"{A}.one.a"]}, "refused", 0),
        ({"type": "independence", "modules": [f"{A}.one", f"{A}.gone"]}, "refused", 0),
    ],
)
def test_a_verdict_is_that_of_import_linter(open_files, graph, options, verdict, lines):
    if options.get("depth") != "-1":  # it refuses that while it reads the options
        assert theirs(options, graph) == verdict
    project = open_files({**FILES, "pyproject.toml": toml(options)})
    (contract,) = read_contracts(project.root)
    found = list(check_contract(contract, project.snapshot))
    refused = [one for one in found if "cannot be checked" in one.message]
    assert ("refused" if refused else "broken" if found else "kept") == verdict
    assert len(found) - len(refused) == lines
    assert all(one.locations for one in found if one not in refused)


def test_tests_and_scripts_are_not_what_a_contract_is_about(open_files):
    options = {"type": "forbidden", "source_modules": [f"{A}.middle"], "forbidden_modules": [f"{A}.high"]}
    files = {**FILES, f"{A}/middle.py": "import script\n", "script.py": f"import {A}.high\n"}
    project = open_files({**files, "pyproject.toml": toml(options)})
    (contract,) = read_contracts(project.root)
    assert list(check_contract(contract, project.snapshot)) == []


def test_an_ini_file_goes_before_pyproject(open_files):
    ini = f"[importlinter]\nroot_packages =\n    {A}\n    other\n[importlinter:any name]\nname = I\n"
    ini += f"type = acyclic_siblings\nancestors = {A}\nskip_descendants =\n    {A}.one\n"
    options = {"type": "independence", "modules": [f"{A}.one", f"{A}.two"]}
    project = open_files({**FILES, ".importlinter": ini, "pyproject.toml": toml(options)})
    (contract,) = read_contracts(project.root)
    assert (contract.name, contract.type, contract.roots) == ("I", "acyclic_siblings", (A, "other"))
    (found,) = check_contract(contract, project.snapshot)
    assert found.message == (
        "The contract 'I' is broken: siblings in `contractapp` import each other, round through "
        "`contractapp.two -> contractapp.one` (1 import)."
    )


def test_packages_from_outside_count_where_the_project_says_so(open_files):
    options = {"type": "forbidden", "source_modules": [A], "forbidden_modules": ["os"]}
    text = toml(options)
    for said, number in (("", 0), ("include_external_packages = true\n", 1)):
        table = text.replace("[tool.importlinter]\n", f"[tool.importlinter]\n{said}")
        project = open_files({**FILES, "pyproject.toml": table})
        (contract,) = read_contracts(project.root)
        assert len(list(check_contract(contract, project.snapshot))) == number
