import os
import subprocess
from itertools import combinations

import pytest

from importgraph.affected.changes import changed_modules
from importgraph.affected.selection import select_tests
from importgraph.config import from_options
from importgraph.regressions.impact.affected_tests import affected_tests
from importgraph.regressions.impact.mentions import modules_with_tests
from importgraph.regressions.impact.reaching import make_reach

FILES = {
    "app/__init__.py": "",
    "app/core.py": "def run():\n    from app import late\n",
    "app/late.py": "",
    "app/types.py": "",
    "app/plugins/__init__.py": (
        "import importlib\ndef load(name):\n    importlib.import_module(f'app.plugins.{name}')\n"
    ),
    "app/plugins/red.py": "",
    "app/cli.py": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import app.types\n",
    "app/words.txt": "",
    "app/helpers.py": "",
    "tests/conftest.py": "pytest_plugins = ['app.helpers']\n",
    "tests/test_core.py": "from app import core\ndef test():\n    core.run()\n",
    "tests/test_plugins.py": "from app.plugins import load\ndef test():\n    load('red')\n",
    "tests/test_cli.py": (
        "import subprocess, sys\ndef test():\n    subprocess.run([sys.executable, '-m', 'app.cli'])\n"
    ),
    "tests/test_patch.py": "from unittest import mock\n@mock.patch('app.late.thing')\ndef test(thing): ...\n",
    "tests/test_nothing.py": "def test(): ...\n",
    "tests/test_try.py": "try:\n    import app.missing\nexcept ImportError:\n    pass\n",
}
ALL = ["cli", "core", "nothing", "patch", "plugins", "try"]


def selected(project, *paths):
    tests = modules_with_tests(project)
    changed = changed_modules(project.graph, paths)
    return select_tests(make_reach(project, tests), changed, tests)


def names(selection):
    return [test.path.removeprefix("tests/test_").removesuffix(".py") for test in selection.tests]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("tests/test_nothing.py", ["nothing"]),
        ("app/core.py", ["core"]),
        ("app/late.py", ["core", "patch"]),
        ("app/__init__.py", ALL),
        ("app/plugins/red.py", ["plugins"]),
        ("app/types.py", []),
        ("app/cli.py", ["cli"]),
        ("app/helpers.py", ALL),
        ("tests/conftest.py", ALL),
        ("app/words.txt", ALL),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_a_change_reaches(open_files, path, expected):
    assert names(selected(open_files(FILES), path)) == expected


def test_chains_lead_from_the_test_to_the_change(open_files):
    (test, _) = selected(open_files(FILES), "app/late.py").tests
    assert [(one.source, one.target, one.path, one.line) for one in test.chain] == [
        ("test_core", "test_core:test()", "tests/test_core.py", None),
        ("test_core:test()", "app.core:run()", "tests/test_core.py", 3),
        ("app.core:run()", "app.late", "app/core.py", 2),
    ]
    assert test.cause == "app/late.py"


def test_computed_imports_widen_and_say_so(open_files):
    selection = selected(open_files(FILES), "app/plugins/red.py")
    assert [(one.path, one.line) for one in selection.widened] == [("app/plugins/__init__.py", 3)]
    assert "app.plugins.{}" in selection.widened[0].reason
    assert selected(open_files(FILES), "app/core.py").widened == ()


def test_a_lazy_package_loads_its_own_modules_and_those_of_its_table(open_files):
    lazy = """
        import importlib
        _TABLE = {"late": "app.late", "other": "app.core"}
        def __getattr__(name):
            return importlib.import_module(_TABLE[name])
    """
    files = {**FILES, "app/lazy.py": lazy, "tests/test_lazy.py": "import app.lazy\n"}
    assert "tests/test_lazy.py" in [test.path for test in selected(open_files(files), "app/late.py").tests]


def test_a_file_named_in_a_string_is_run_and_one_in_a_comment_is_not(open_files):
    files = {
        "tool.py": "",
        "tests/test_runs.py": "import os\ndef test():\n    os.system('python tool.py --fast')\n",
        "tests/test_says.py": "# see tool.py\n",
        "tests/__init__.py": "# __init__.py -- tests\n",
    }
    assert [test.path for test in selected(open_files(files), "tool.py").tests] == ["tests/test_runs.py"]


@pytest.mark.parametrize("code", ["import app.late", "from app import core, late; late.go()"])
def test_code_in_strings_imports(open_files, code):
    files = {
        **FILES,
        "tests/test_code.py": f"import os\ndef test():\n    os.system('python -c \"{code}\"')\n",
    }
    assert "code" in names(selected(open_files(files), "app/late.py"))


def test_more_changes_never_select_fewer(open_files):
    project = open_files(FILES)
    for one, two in combinations([path for path in FILES if path.startswith("app")], 2):
        both = set(names(selected(project, one, two)))
        assert both >= set(names(selected(project, one))) | set(names(selected(project, two)))


def test_python_files_decide_what_a_test_is(open_files):
    settings = {
        "pytest.ini": "[pytest]\npython_files = check_*.py\n",
        "tests/check_core.py": "import app.core\n",
    }
    selection = selected(open_files({**FILES, **settings}), "app/core.py")
    assert [test.path for test in selection.tests] == ["tests/check_core.py"]


def test_a_plugin_of_the_session_affects_all_tests(open_files):
    entry = {"pyproject.toml": "[project.entry-points.pytest11]\nmine = 'app.types'\n"}
    assert names(selected(open_files({**FILES, **entry}), "app/types.py")) == ALL


# -- both sides of a change -------------------------------------------------------------------------


def git(folder, *words):
    names = ["-c", "user.name=Ada", "-c", "user.email=ada@example.org"]
    environment = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull}
    subprocess.run(["git", *names, *words], cwd=folder, env=environment, check=True, capture_output=True)


@pytest.fixture
def committed(write_project):
    folder = write_project(FILES)
    git(folder, "init", "-q")
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "Start")
    return folder


def since_head(folder):
    return affected_tests(folder, "HEAD", from_options(workers=1)).selection


def test_nothing_changed_selects_nothing(committed):
    assert names(since_head(committed)) == []


def test_a_deleted_module_affects_what_imported_it(committed):
    (committed / "app/late.py").unlink()
    assert names(since_head(committed)) == ["core", "patch"]


def test_a_renamed_module_affects_what_imported_it(committed):
    git(committed, "mv", "app/late.py", "app/later.py")
    assert names(since_head(committed)) == ["core", "patch"]


def test_a_new_module_that_an_import_waited_for(committed):
    (committed / "app/missing.py").write_text("")
    assert names(since_head(committed)) == ["try"]


def test_a_new_plugin_and_a_new_test(committed):
    (committed / "app/plugins/blue.py").write_text("")
    (committed / "tests/test_new.py").write_text("")
    assert names(since_head(committed)) == ["new", "plugins"]


def test_a_deleted_test_is_not_selected(committed):
    (committed / "tests/test_core.py").unlink()
    assert names(since_head(committed)) == []


def test_a_change_outside_the_folder_counts_where_something_imports_it(committed):
    (committed / "app/core.py").write_text("")
    inner = affected_tests(committed / "tests", "HEAD", from_options(workers=1))
    assert [test.path for test in inner.selection.tests] == [f"test_{name}.py" for name in ALL]
    assert inner.after.everything[0][0] == "app/core.py"
    (committed / "app/core.py").write_text(FILES["app/core.py"])
    (committed / "elsewhere.py").write_text("")
    assert affected_tests(committed / "tests", "HEAD", from_options(workers=1)).selection.tests == ()


# -- changes inside functions, and single tests -----------------------------------------------------

SHOP = {
    "shop/__init__.py": "",
    "shop/cart.py": (
        "RATE = 1\n"
        "def total(cart):\n    return cart\n"
        "def ship(cart):\n    return total(cart)\n"
        "class Cart:\n    def put(self, item):\n        return item\n    def empty(self): ...\n"
    ),
    "tests/test_total.py": "from shop.cart import total\ndef test_total():\n    total(1)\n",
    "tests/test_ship.py": "from shop import cart\ndef test_ship():\n    cart.ship(1)\ndef test_rate(): ...\n",
    "tests/test_cart.py": (
        "from shop.cart import Cart\n"
        "class TestCart:\n"
        "    def test_put(self):\n        Cart().put(1)\n"
        "    def test_empty(self):\n        Cart().empty()\n"
    ),
    "tests/test_none.py": "import shop.cart\ndef test_none(): ...\n",
}


@pytest.fixture
def shop(write_project):
    folder = write_project(SHOP)
    git(folder, "init", "-q")
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "Start")
    return folder


def edit(folder, old, new, path="shop/cart.py"):
    text = (folder / path).read_text()
    assert old in text
    (folder / path).write_text(text.replace(old, new))


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("return cart\n", "return cart + 1\n", ["ship", "total"]),
        ("return total(cart)", "return 2 * total(cart)", ["ship"]),
        ("return item", "return -item", ["cart"]),
        ("def empty(self): ...\n", "", ["cart"]),
        ("class Cart:", "def more(): ...\nclass Cart:", []),
        ("RATE = 1", "RATE = 2", ["cart", "none", "ship", "total"]),
        ("RATE = 1", "RATE = 1  # per cent", []),
        ("def total(cart):", "def total(cart=0):", ["cart", "none", "ship", "total"]),
        ("def ship(cart):\n    return total(cart)\n", "", ["ship"]),
    ],
)
def test_a_change_inside_functions_affects_those_who_may_call_them(shop, old, new, expected):
    edit(shop, old, new)
    assert names(since_head(shop)) == expected


def test_a_function_that_went_affects_who_imports_its_name(shop):
    edit(shop, "def total(cart):\n    return cart\n", "")
    (shop / "tests/test_import.py").write_text("from shop.cart import total\n")
    git(shop, "add", "-A")
    assert names(since_head(shop)) == ["import", "ship", "total"]


def test_comments_count_for_who_reads_source_text(shop):
    (shop / "tests/test_text.py").write_text(
        "import inspect, shop.cart\nTEXT = inspect.getsource(shop.cart)\n"
    )
    git(shop, "add", "-A")
    git(shop, "commit", "-qm", "Read")
    edit(shop, "RATE = 1", "RATE = 1  # per cent")
    assert names(since_head(shop)) == ["text"]


def since_head_by_id(folder, only=""):
    return affected_tests(folder, "HEAD", from_options(workers=1), ids=only).ids


def test_single_tests_are_selected_by_what_they_call(shop):
    edit(shop, "return item", "return -item")
    found = since_head_by_id(shop)
    assert [test.id for test in found.tests] == ["tests/test_cart.py::TestCart::test_put"]
    assert (found.dynamic, found.total) == ((), 2)
    chain = found.tests[0].chain
    assert (chain[-1].target, chain[-1].line) == ("shop.cart:Cart.put()", 4)


def test_all_tests_of_a_changed_file_are_selected_and_only_those_asked_for(shop):
    edit(shop, "test_rate(): ...", "test_rate(): ...\nX = 1", "tests/test_ship.py")
    edit(shop, "return cart\n", "return cart + 1\n")
    ids = [test.id for test in since_head_by_id(shop).tests]
    assert ids == [
        "tests/test_ship.py::test_ship",
        "tests/test_ship.py::test_rate",
        "tests/test_total.py::test_total",
    ]
    (only,) = since_head_by_id(shop, "tests/test_total.py").tests
    assert only.id == "tests/test_total.py::test_total"


def test_files_whose_tests_text_does_not_know_are_taken_whole(shop):
    (shop / "tests/test_made.py").write_text(
        "from shop.cart import total\nfor name in open('names'):\n    globals()[name] = lambda: total(1)\n"
    )
    found = since_head_by_id(shop)
    assert [one.path for one in found.dynamic] == ["tests/test_made.py"]
    assert found.tests == ()


def test_a_test_that_another_side_selected_is_not_searched_again(open_files):
    project = open_files({"app.py": "", "test_a.py": "import app\n", "test_b.py": "import app\n"})
    reach = make_reach(project, modules_with_tests(project))
    changed = changed_modules(project.graph, ["app.py"])
    assert [one.path for one in select_tests(reach, changed).tests] == ["test_a.py", "test_b.py"]
    assert [one.path for one in select_tests(reach, changed, settled={"test_a.py"}).tests] == ["test_b.py"]
