"""Data files, and who reads them from elsewhere; suites that are made for unittest."""

import subprocess

import pytest

from importgraph.config import from_options
from importgraph.regressions.impact.affected_tests import affected_tests

READERS = {
    "resources": "from importlib import resources\nWORD = resources.files('app.data').joinpath('word.txt').read_text()\n",
    "resources_of_module": "from importlib import resources\nfrom app import data\nWORD = resources.files(data)\n",
    "get_data": "import pkgutil\nWORD = pkgutil.get_data('app', 'data/word.txt')\n",
    "beside": "from pathlib import Path\nWORD = (Path(__file__).parent / 'data' / 'word.txt').read_text()\n",
    "listed": "from pathlib import Path\nWORDS = [one.read_text() for one in (Path(__file__).parent / 'data').iterdir()]\n",
    "joined": "import os\nWORD = open(os.path.join(os.path.dirname(__file__), 'data/word.txt')).read()\n",
}


def affected(folder, edit):
    def git(*words):
        name = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
        subprocess.run(["git", *name, *words], cwd=folder, check=True, capture_output=True)

    git("init", "-q")
    git("add", "-A")
    git("commit", "-qm", "x")
    (folder / edit).write_text("two\n", encoding="utf-8")
    found = affected_tests(folder, "HEAD", from_options()).selection
    return [test.path for test in found.tests], found.total


@pytest.mark.parametrize("reader", READERS)
def test_whoever_names_a_data_file_or_its_folder_may_read_it(write_project, reader):
    folder = write_project(
        {
            "app/__init__.py": "",
            "app/data/__init__.py": "",
            "app/data/word.txt": "one\n",
            "app/load.py": READERS[reader],
            "app/other.py": "",
            "test_a.py": "import app.load\ndef test_a(): assert app.load.WORD\n",
            "test_n.py": "import app.other\ndef test_n(): pass\n",
        }
    )
    assert affected(folder, "app/data/word.txt") == (["test_a.py"], 2)


def test_where_pytest_finds_no_test_those_of_unittest_count(write_project):
    folder = write_project(
        {
            "app.py": "N = 1\n",
            "checks/checkapp.py": "import unittest, app\nclass AppTest(unittest.TestCase):\n    def test_n(self): app.N\n",
            "checks/checkother.py": "import unittest\nclass Other(unittest.TestCase):\n    def test_n(self): ...\n",
        }
    )
    assert affected(folder, "app.py") == (["checks/checkapp.py"], 2)
