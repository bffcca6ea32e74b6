"""Weights from a profile: what libraries bring counts for the module that brings them."""

import pytest
from msgspec.structs import replace

from importgraph.findings.heavy_imports import check_heavy_imports, find_heavy_imports
from importgraph.findings.side_effects import check_side_effects
from importgraph.graph.outside.library_views import with_measured
from importgraph.graph.views import closure
from importgraph.measurements.model import Effect, ImportEvent, ImportProfile, ModuleTiming

FILES = {
    "app/__init__.py": "",
    "app/main.py": "from app import a, b\n",
    "app/a.py": "import lib.inner\n",
    "app/b.py": "def f():\n    import hidden\n    return hidden\n",
}
SELF_US = {
    "app": 1000,
    "app.main": 1000,
    "app.a": 2000,
    "lib": 30_000,
    "lib.inner": 5000,
    "dep": 9000,
    "odd": 700,
}
LOADS = {
    "app": "__main__",
    "app.main": "__main__",
    "app.a": "app.main",
    "app.b": "app.main",
    "lib": "app.a",
    "lib.inner": "app.a",
    "dep": "lib",
    "odd": "app.b",
}


@pytest.fixture
def profile():
    modules = [
        ModuleTiming(name=n, self_us=SELF_US.get(n, 0), cumulative_us=0, retained_us=0, loaded_by=by)
        for n, by in LOADS.items()
        if n != "app.b"
    ]
    events = [ImportEvent(importer="app.main", imported="app.b", modules=("app.b",), running="app.main")]
    settings = {"entry": "app.main", "kind": "module", "python": "3.11.0", "total_us": 0, "spread_us": 0}
    return ImportProfile(**settings, modules=tuple(modules), imports=tuple(events))


@pytest.fixture
def measured(open_files, profile):
    project = open_files(FILES)
    object.__setattr__(project, "profile", profile)
    return project.snapshot


def test_without_a_profile_modules_weigh_what_is_estimated_and_unknown_libraries_nothing(open_files):
    snapshot = open_files(FILES).snapshot
    assert (snapshot.unit, snapshot.estimated) == ("us", True)
    assert snapshot.weight("app.a") > 100
    assert [snapshot.weight(name) for name in ("lib", "app.b:f()")] == [0, 0]
    assert snapshot.cost("lib") is None
    assert set(snapshot.loading.nodes) - set(snapshot.runtime.nodes) == {"lib"}
    assert snapshot.unmeasured == ()


def test_a_profile_weighs_modules_by_self_time_and_names_those_it_does_not_know(measured):
    assert measured.unit == "us"
    assert [measured.weight(name) for name in ("app.a", "dep", "app.b")] == [2000, 9000, 0]
    assert measured.unmeasured == ("app.b",)


def test_libraries_are_joined_module_by_module_and_hidden_imports_are_kept(measured):
    nodes = closure(measured.loading, ["app.main"])
    assert {"lib", "lib.inner", "dep"} <= nodes
    assert "hidden" not in nodes
    assert closure(measured.loading, ["app.a"]) == {"app", "app.a", "lib", "lib.inner", "dep"}


def test_an_import_of_ours_that_text_shows_is_not_added_twice(measured):
    arcs = [arc for arc in measured.loading.arcs["app.a"] if arc.target == "lib.inner"]
    assert [arc.cause.line for arc in arcs] == [1]
    view = with_measured(measured.graph, measured.runtime, {("app.a", "secret")})
    assert [arc.cause for arc in view.arcs["app.a"] if arc.target == "secret"] == [None]


def test_the_library_that_holds_the_time_is_named_with_the_line_that_brings_it(measured):
    found = {heavy.module: heavy for heavy in find_heavy_imports(measured)}
    lib = found["lib"]
    assert (lib.unit, lib.retained, lib.loaded) == ("us", 44_000, 48_000)
    assert lib.entry == "app.main"
    finding = next(one for one in check_heavy_imports(measured) if one.subject == "lib")
    assert [(place.path, place.line) for place in finding.locations] == [("app/a.py", 1)]
    assert "44.0 ms of the 48.0 ms" in finding.message


def test_what_a_run_saw_a_module_do_is_listed_with_what_it_holds(open_files, profile):
    seen = [
        Effect(module="app.b", kind="connect", detail="db:5432", line=3),
        Effect(module="lib", kind="write", detail="cache/x", line=1),
    ]
    timing = ModuleTiming(name="app.b", self_us=1, cumulative_us=1, retained_us=12_300)
    project = open_files(FILES)
    measured = replace(profile, effects=tuple(seen), modules=(*profile.modules, timing))
    object.__setattr__(project, "profile", measured)
    (finding,) = check_side_effects(project.snapshot)
    assert finding.subject == "app.b"
    assert "network: connect db:5432" in finding.message
    assert "12.3 ms (measured)" in finding.message
    assert [(place.path, place.line) for place in finding.locations] == [("app/b.py", 3)]
    assert finding.evidence.effects[0].measured


def test_the_title_names_the_distribution_that_costs_most_and_the_entry_stands_once(open_files, profile):
    text = "from app.a import g\ndef main():\n    return g\n"
    files = {
        **FILES,
        "app/main.py": "from app import a, b\ndef f():\n    return a, b\n",
        "app/a.py": "import lib.inner\ndef g():\n    return lib.inner\n",
    }
    project = open_files({**files, "app/other.py": text}, extend_entry_points=("app.main",))
    object.__setattr__(project, "profile", profile)
    (fix,) = [fix for fix in project.proposals.fixes if fix.kind == "lazy-imports"]
    assert "no longer loads `lib` and 2 more" in fix.title
    assert fix.edits[0].path == "app/a.py"
    assert [gain.entry for gain in fix.gains] == ["app.main"]
