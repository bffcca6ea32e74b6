"""What keeps one module from loading: sets of statements with their gain, or what stands in the way."""

import pytest

from importgraph.findings.entry_points import EntryPoint
from importgraph.findings.loads import load_of
from importgraph.fixes.deferring.deferral import Deferrals
from importgraph.fixes.sets import entry_cuts
from importgraph.fixes.sets.cut_sets import Cut
from importgraph.fixes.sets.entry_cuts import MOST_STATEMENTS, Uncut, blocking_chain, spend
from importgraph.graph.outside.library_views import with_externals
from importgraph.measurements.model import ImportEvent, ImportProfile, ModuleTiming

TWO_WAYS = {
    "app/__init__.py": "",
    "app/main.py": "import app.one\nfrom app import two\n\ndef run():\n    return app.one, two\n",
    "app/one.py": "from lib import tool\n\ndef f():\n    return tool\n",
    "app/two.py": "from lib.deep import other\n\ndef g():\n    return other\n",
}


def profile(loads, **self_us):
    """Make a profile from who loaded what: `importer -> imported` pairs and self times with `__` for dots."""
    times = {name.replace("__", "."): value for name, value in self_us.items()}
    first = {imported: importer for importer, imported in reversed(loads)}
    modules = [
        ModuleTiming(
            name=name, self_us=times.get(name, 0), cumulative_us=0, retained_us=0, loaded_by=importer
        )
        for name, importer in first.items()
    ]
    events = [ImportEvent(importer=a, imported=b, modules=(b,), running=a) for a, b in loads]
    return ImportProfile(
        entry="app.main",
        kind="module",
        python="3.11.0",
        total_us=0,
        spread_us=0,
        modules=tuple(modules),
        imports=tuple(events),
    )


LOADS = [
    ("__main__", "app"),
    ("__main__", "app.main"),
    ("app.main", "app.one"),
    ("app.main", "app.two"),
    ("app.one", "lib"),
    ("app.two", "lib.deep"),
    ("lib", "slow"),
]
TIMES = {
    "app": 10,
    "app__main": 20,
    "app__one": 30,
    "app__two": 40,
    "lib": 5000,
    "lib__deep": 600,
    "slow": 70000,
}


@pytest.fixture
def cut(open_files):
    """Cut a module off `app.main`; a profile may weigh it."""

    def done(files, module, measured=None):
        project = open_files(files)
        object.__setattr__(project, "profile", measured)
        view = project.snapshot.loading if measured else with_externals(project.graph, project.runtime)
        return entry_cuts.cut(Deferrals(project.snapshot, {}), view, "app.main", module)

    return done


def test_a_library_needs_every_way_to_it_cut(cut):
    found = cut(TWO_WAYS, "lib")
    assert isinstance(found, Cut)
    places = {(edit.path, edit.line) for edit in found.edits}
    assert places == {("app/one.py", 1), ("app/two.py", 1)}


def test_libraries_do_not_count_as_modules_of_ours_and_the_one_asked_for_is_named(cut):
    found = cut(TWO_WAYS, "lib")
    assert isinstance(found, Cut)
    assert (found.gain.unit, found.gain.estimated, found.gain.saved) == ("us", True, 0)
    assert found.gain.removed == ("lib",)


def test_a_profile_weighs_what_the_library_brings(cut):
    found = cut(TWO_WAYS, "lib", profile(LOADS, **TIMES))
    assert isinstance(found, Cut)
    assert (found.gain.unit, found.gain.before, found.gain.after) == ("us", 75_700, 100)
    assert found.freed == {"lib", "lib.deep", "slow"}
    assert found.gain.removed == ("lib",)


def test_a_module_inside_a_library_can_be_cut_where_a_run_saw_it(cut):
    found = cut(TWO_WAYS, "lib.deep", profile(LOADS, **TIMES))
    assert isinstance(found, Cut)
    assert [(edit.path, edit.line) for edit in found.edits] == [("app/two.py", 1)]
    assert found.gain.before - found.gain.after == 600


def test_an_import_that_only_the_run_saw_cannot_be_cut(cut):
    hidden = [*LOADS, ("app.main", "lib")]
    found = cut(TWO_WAYS, "lib", profile(hidden, **TIMES))
    assert isinstance(found, Uncut)
    assert [(step.importer, step.imported) for step in found.chain] == [("app.main", "lib")]
    assert "seen in the profile" in found.chain[0].reason


def test_one_module_is_gain_enough(cut):
    files = {
        "app/__init__.py": "",
        "app/main.py": "from app import x\n\ndef f():\n    return x\n",
        "app/x.py": "",
    }
    found = cut(files, "app.x")
    assert isinstance(found, Cut)
    assert found.gain.removed == ("app.x",)


def test_a_use_at_import_blocks_and_is_named(cut):
    files = {
        "app/__init__.py": "",
        "app/main.py": "from app.one import A\n\nclass B(A):\n    pass\n",
        "app/one.py": "from lib import tool\n\nclass A(tool):\n    pass\n",
    }
    found = cut(files, "lib")
    assert isinstance(found, Uncut)
    assert [(step.importer, step.imported, step.path, step.line) for step in found.chain] == [
        ("app.main", "app.one", "app/main.py", 1),
        ("app.one", "lib", "app/one.py", 1),
    ]
    assert all("is used while" in step.reason for step in found.chain)


def test_what_a_cut_would_break_is_said(cut):
    files = {
        "app/__init__.py": "",
        "app/main.py": "import app.rider\n\nX = app.rider\n",
        "app/rider.py": "import app\nfrom app import mid\n\nX = mid\n\ndef g():\n    return app.one\n",
        "app/mid.py": "from app import one\n\ndef h():\n    return one\n",
        "app/one.py": "from lib import tool\n\nclass A(tool):\n    pass\n",
    }
    found = cut(files, "lib")
    assert isinstance(found, Uncut)
    assert found.chain == ()
    assert "`app.rider` reaches `app.one` without importing it" in found.reason


def test_a_module_may_import_its_submodules_where_it_uses_them(cut):
    found = cut({**TWO_WAYS, "app/one.py": "from lib import tool\n\nclass A(tool):\n    pass\n"}, "lib")
    assert isinstance(found, Cut)
    assert [(edit.statement, edit.functions) for edit in found.edits] == [
        ("import app.one", ("run",)),
        ("from lib.deep import other", ("g",)),
    ]


NAMES = "from app import (  # both\n    one,\n    two,\n)\n\ndef run():\n    return one, two\n"


def test_names_of_one_statement_are_one_statement(cut):
    files = {**TWO_WAYS, "app/main.py": NAMES, "app/two.py": "import lib\n\nX = lib\n"}
    files["app/one.py"] = "import lib\n\nX = lib\n"
    found = cut(files, "lib")
    assert isinstance(found, Cut)
    assert [(edit.bound, edit.line) for edit in found.edits] == [("one", 1), ("two", 1)]
    assert found.statements == {("app/main.py", 1)}


def test_of_a_statement_only_the_names_that_lead_to_the_module_go(cut):
    files = {**TWO_WAYS, "app/main.py": NAMES, "app/two.py": "X = 1\n"}
    files["app/one.py"] = "import lib\n\nX = lib\n"
    found = cut(files, "lib")
    assert isinstance(found, Cut)
    assert [(edit.bound, edit.line) for edit in found.edits] == [("one", 1)]


def test_one_statement_is_cheaper_than_the_two_behind_its_names(cut):
    found = cut({**TWO_WAYS, "app/main.py": NAMES}, "lib")
    assert isinstance(found, Cut)
    assert found.statements == {("app/main.py", 1)}


def test_many_statements_are_cut_and_more_than_the_limit_are_counted(cut):
    def files(number):
        imports = "".join(f"from app import m{n}\n" for n in range(number))
        uses = "".join(f"print(m{n})\n" for n in range(number))
        made = {f"app/m{n}.py": "import lib\n\ndef f():\n    return lib\n" for n in range(number)}
        return {"app/__init__.py": "", "app/main.py": imports + uses, **made}

    found = cut(files(20), "lib")
    assert isinstance(found, Cut)
    assert len(found.edits) == 20
    found = cut(files(MOST_STATEMENTS + 5), "lib")
    assert isinstance(found, Uncut)
    assert found.chain == ()
    assert str(MOST_STATEMENTS + 5) in found.reason


def test_a_budget_takes_the_sets_that_free_most(open_files):
    project = open_files(TWO_WAYS)
    object.__setattr__(project, "profile", profile(LOADS, **TIMES))
    snapshot = project.snapshot
    load = load_of(snapshot, snapshot.loading, EntryPoint("app.main", "asked for"))
    spent = spend(Deferrals(snapshot, {}), snapshot.loading, load, 2)
    assert len(spent.cuts) == 1
    assert spent.gain.before - spent.gain.after == 75_600


def test_a_budget_counts_statements(open_files):
    files = {**TWO_WAYS, "app/main.py": NAMES, "app/two.py": "import lib\n\nX = lib\n"}
    files["app/one.py"] = "import lib\n\nX = lib\n"
    project = open_files(files)
    object.__setattr__(project, "profile", profile(LOADS, **TIMES))
    snapshot = project.snapshot
    load = load_of(snapshot, snapshot.loading, EntryPoint("app.main", "asked for"))
    spent = spend(Deferrals(snapshot, {}), snapshot.loading, load, 1)
    assert [len(one.statements) for one in spent.cuts] == [1]
    assert len(spent.cuts[0].edits) == 2


def test_nothing_blocks_what_can_be_cut(open_files):
    project = open_files(TWO_WAYS)
    view = with_externals(project.graph, project.runtime)
    assert blocking_chain(Deferrals(project.snapshot, {}), view, "app.main", "lib") == ()
