import pytest

from importgraph.findings.unused_modules import check_unused_modules, find_unused_modules


def unused(project):
    return [name for one in find_unused_modules(project.snapshot) for name in one.modules]


BASE = {"app/__init__.py": "from app import a", "app/a.py": "", "app/b.py": ""}


def test_a_module_that_nothing_imports(open_files):
    assert unused(open_files(BASE)) == ["app.b"]


@pytest.mark.parametrize(
    "user",
    [
        "import app.b",
        "def f():\n    from app import b",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import app.b",
        "import importlib\nimportlib.import_module('app.b')",
        "INSTALLED = ['app.b']",
        "INSTALLED = ['app.b.Thing']",
        "import importlib\nimportlib.import_module(f'app.{name}')",
    ],
)
def test_a_module_that_some_text_names_is_used(open_files, user):
    assert unused(open_files({**BASE, "app/a.py": user})) == []


def test_a_prefix_between_quotes_stands_for_what_is_below(open_files):
    files = {
        "app/__init__.py": "load(f'app.kinds.{name}')",
        "app/kinds/__init__.py": "",
        "app/kinds/a.py": "",
    }
    assert unused(open_files(files)) == []


@pytest.mark.parametrize(
    "path", ["app/__main__.py", "app/tests/helper.py", "app/conftest.py", "app/test_b.py", "scripts/x.py"]
)
def test_what_is_run_otherwise_is_left_out(open_files, path):
    assert unused(open_files({"app/__init__.py": "", path: ""})) == []


def test_a_package_to_run_is_left_out(open_files):
    assert (
        unused(open_files({"app/__init__.py": "", "app/tool/__init__.py": "", "app/tool/__main__.py": ""}))
        == []
    )


def test_django_finds_modules_by_name(open_files):
    files = {
        "shop/__init__.py": "import django",
        "shop/admin.py": "",
        "shop/migrations/__init__.py": "",
        "shop/migrations/m0001.py": "",
        "shop/management/commands/sell.py": "",
        "shop/other.py": "",
    }
    assert unused(open_files(files)) == ["shop.other"]


def test_plugin_folders_are_left_out(open_files):
    files = {
        "app/__init__.py": "",
        "app/plugins/__init__.py": "import app.plugins.base",
        "app/plugins/base.py": "",
    }
    assert unused(open_files({**files, **{f"app/plugins/p{n}.py": "" for n in range(5)}})) == []


def test_one_finding_for_each_package_with_a_caution(open_files):
    files = {**BASE, "app/a.py": "import importlib\nimportlib.import_module(name)"}
    (finding,) = check_unused_modules(open_files(files).snapshot)
    assert (finding.code, finding.subject, finding.severity.value) == ("IG601", "app", "note")
    assert finding.message == (
        "No import names `app.b`. Computed imports (app/a.py:2) may load them: check before deleting."
    )
