from importgraph.findings.entry_points import EntryKind
from importgraph.findings.loads import loads
from importgraph.findings.test_costs import costly_test_files

BIG = "".join(f"class C{n}:\n    def m(self): ...\n" for n in range(400))


def costly(project):
    load = next(load for _, load in loads(project.snapshot) if load.entry.kind is EntryKind.TESTS)
    return costly_test_files(project.snapshot, load)


def test_the_files_that_hold_most_of_a_session(open_files):
    files = {
        "app/__init__.py": "",
        "app/big.py": BIG,
        "app/both.py": BIG,
        "tests/test_big.py": "import app.big\nimport app.both\n",
        "tests/test_both.py": "import app.both\n",
        "tests/test_small.py": "import app\n",
    }
    (one,) = costly(open_files(files))
    assert one.path == "tests/test_big.py"
    assert 0.3 < one.share < 0.7
    assert one.brings == ""


def test_other_entry_points_have_none(open_files):
    project = open_files({"app/__init__.py": BIG, "app/__main__.py": "import app"})
    assert all(costly_test_files(project.snapshot, load) == () for _, load in loads(project.snapshot))
