"""Hooks that only mark, skip or reorder tests keep every id; what fills its names at import lacks none."""

import sys
from pathlib import Path

import pytest

from importgraph.collection.collect import collect
from importgraph.collection.plan import Request
from importgraph.collection_errors.predict import predict_session

TESTS = "import pytest\ndef test_a(): pass\n@pytest.mark.slow\ndef test_b(): pass\n"
BODY = "    for item in items:\n        if 'slow' in item.keywords:\n            item.add_marker(pytest.mark.skip(reason='x'))\n"
MARKING = f"import pytest\ndef pytest_collection_modifyitems(config, items):\n{BODY}"
IDS = ["test_x.py::test_a", "test_x.py::test_b"]


def collected(folder, files):
    for name, text in {"pytest.ini": "[pytest]\nmarkers = slow\n", "test_x.py": TESTS, **files}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return collect(Request(folder, ("-p", "no:randomly"), Path(sys.executable), 1))


@pytest.mark.parametrize(
    "files",
    [
        {"conftest.py": MARKING},
        {"conftest.py": "from shared import *\n", "shared.py": MARKING},
        {"conftest.py": "from shared import pytest_collection_modifyitems\n", "shared.py": MARKING},
        {
            "conftest.py": "from a.shared import *\n",
            "a/__init__.py": "",
            "a/shared.py": "from b import *\n",
            "b.py": MARKING,
        },
    ],
)
def test_hooks_that_mark_keep_every_id(tmp_path, files):
    found = collected(tmp_path, files)
    assert ([item.id for item in found.items], found.dynamic, found.notes) == (IDS, (), ())


@pytest.mark.parametrize(
    "how",
    [
        "items.reverse()",
        "items.sort(key=lambda item: item.name)",
        "items[:] = sorted(items, key=lambda item: item.name)",
        "items[:] = reversed(items)",
        "items[:] = list(items)[::-1]",
        "import random; random.shuffle(items)",
        "import random; random.Random(1).shuffle(items)",
        "found = items.copy(); found.sort(key=str); items[:] = found",
        "import random; found = list(items); random.shuffle(found); items[:] = found",
    ],
)
def test_hooks_that_reorder_keep_every_id_and_the_order_is_said_to_be_another(tmp_path, how):
    hook = f"def pytest_collection_modifyitems(items):\n    {how}\n"
    found = collected(tmp_path, {"conftest.py": hook})
    assert sorted(item.id for item in found.items) == IDS
    assert [note for note in found.notes if "order is not pytest's" in note]


@pytest.mark.parametrize(
    "how",
    [
        "items.pop()",
        "items[:] = sorted(items)[1:]",
        "items[:] = [one for one in items if 'a' in one.name]",
        "found = list(items); found.pop(); items[:] = found",
        "found = list(items); del found[0]; items[:] = found",
        "found = list(items); found[0] = found[1]; items[:] = found",
        "import networkx; found = list(items); networkx.change(found); items[:] = found",
        "items[1:] = sorted(items)",
    ],
)
def test_hooks_that_drop_tests_leave_all_in_doubt(tmp_path, how):
    found = collected(tmp_path, {"conftest.py": f"def pytest_collection_modifyitems(items):\n    {how}\n"})
    assert [one.path for one in found.dynamic] == ["test_x.py"]


LAZY = """
from typing import TYPE_CHECKING
if TYPE_CHECKING:
    from .client import connect
else:
    from .imports import lazy_import
    lazy_import(
        globals(),
        aliases={"connect": ".client"},
    )
"""


@pytest.mark.parametrize("text", [LAZY, LAZY.replace("(\n        globals(),\n        ", "(globals(), ")])
def test_what_a_library_fills_in_at_import_is_not_missing(tmp_path, text):
    files = {
        "lib/__init__.py": text,
        "lib/client.py": "def connect(): ...\n",
        "lib/imports.py": "def lazy_import(names, aliases):\n    names['__getattr__'] = aliases.__getitem__\n",
        "conftest.py": "from lib import connect\n",
    }
    found = collected(tmp_path, files)
    assert [item.id for item in found.items] == IDS
    assert predict_session(tmp_path, (), python=Path(sys.executable)).failing == ()


HOOK = "def pytest_collection_modifyitems(items):\n"


@pytest.mark.parametrize(
    ("files", "place"),
    [
        ({"conftest.py": HOOK + "    items.pop()\n"}, "conftest.py: its pytest_collection_modifyitems changes the list of items (pop on line 2)"),
        (
            {"conftest.py": "from shared import drop\n" + HOOK + "    drop(items)\n", "shared.py": "\n\ndef drop(items):\n    items.pop()\n"},
            "conftest.py: its pytest_collection_modifyitems changes the list of items (pop on line 4 of shared)",
        ),
        (
            {"conftest.py": "from shared import pytest_collection_modifyitems\n", "shared.py": HOOK + "    items.pop()\n"},
            "conftest.py: its pytest_collection_modifyitems changes the list of items (pop on line 2 of shared)",
        ),
        (
            {"conftest.py": "pytest_plugins = ['shared']\n", "shared.py": HOOK + "    items.pop()\n"},
            "conftest.py: in shared, its pytest_collection_modifyitems changes the list of items (pop on line 2)",
        ),
    ],
)  # fmt: skip
def test_a_line_is_told_with_the_module_it_stands_in(tmp_path, files, place):
    assert [one.reason for one in collected(tmp_path, files).dynamic] == [place]
