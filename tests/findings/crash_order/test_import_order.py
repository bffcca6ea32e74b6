"""What we say about importing each module first, against what a fresh interpreter does, both ways."""

import json
from pathlib import Path

import pytest
from crash_corpus import PACKAGES
from fresh_imports import disagreements, predicted, write_package
from random_packages import random_package

from importgraph.config import from_options
from importgraph.findings.crash_order.import_order import first_imports
from importgraph.project import open_project

CORPORA = Path(__file__).parents[2] / ".corpora"


def test_every_module_of_the_corpus_agrees(tmp_path):
    modules, failing, wrong = disagreements(tmp_path, PACKAGES)
    assert wrong == []
    assert len(PACKAGES) > 40
    assert 0.2 * modules < failing < 0.8 * modules


def test_random_packages_agree(tmp_path):
    modules, failing, wrong = disagreements(tmp_path, {f"seed{n}": random_package(n) for n in range(60)})
    assert wrong == []
    assert 0.1 * modules < failing < 0.9 * modules


def test_a_failure_says_where_and_through_which_chain(tmp_path):
    files = {"a.py": "import b\n", "b.py": "from c import x\ny = 1\n", "c.py": "from b import y\nx = 1\n"}
    _, failures = predicted(write_package(tmp_path, files))
    failure = failures["a"]
    assert (failure.kind, failure.module, failure.path, failure.line) == ("ImportError", "c", "c.py", 1)
    assert failure.chain == ("a", "b", "c")
    assert failure.circular


def test_a_missing_name_is_no_matter_of_order(tmp_path):
    files = {"a.py": "import b\n", "b.py": "from a import nowhere\n"}
    _, failures = predicted(write_package(tmp_path, files))
    assert {name: failure.circular for name, failure in failures.items()} == {"a": False, "b": False}


def test_without_source_text_handlers_are_judged_by_what_facts_say(tmp_path):
    root = write_package(tmp_path, PACKAGES["caught_import_error"])
    project = open_project(root, from_options(workers=1))
    assert set(first_imports(project.graph, project.resolver, ["a", "b"]).failures) == set()


@pytest.mark.thorough
def test_long_chains_of_imports_do_not_exhaust_the_stack(tmp_path):
    files = {f"m{n}.py": f"import m{n + 1}\n" for n in range(900)} | {"m900.py": "from m0 import x\n"}
    _, failures = predicted(write_package(tmp_path, {**files, "m0.py": "import m1\nx = 1\n"}))
    assert failures["m0"].circular
    assert len(failures["m0"].chain) == 901


@pytest.mark.corpus
@pytest.mark.parametrize("package", ["celery", "networkx", "sqlalchemy", "django", "pandas"])
def test_real_packages_crash_where_we_say(package):
    truth = json.loads((CORPORA / "truth" / f"{package}.json").read_text(encoding="utf-8"))
    project = open_project(CORPORA / truth["root"] / package, from_options())
    names = [name for name in truth["modules"] if name in project.graph.modules]
    said = first_imports(project.graph, project.resolver, names, project.read_text).failures
    errors = {name: module.get("error", "") for name, module in truth["modules"].items()}
    assert [name for name in said if not errors[name]] == []
    assert {n for n, error in errors.items() if "circular import" in error} <= {
        n for n in said if said[n].circular
    }
