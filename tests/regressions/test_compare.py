import pytest

APP = {
    "app/__init__.py": "from app.core import run\n",
    "app/core.py": "def run(): ...\n",
    "app/heavy.py": "from app import heavier\nclass Heavy: ...\n",
    "app/heavier.py": "class Heavier: ...\n",
    "tests/test_core.py": "from app.core import run\ndef test_run(): run()\n",
}


def changed(**texts):
    return {**APP, **{name.replace("__", "/", 1) + ".py": text for name, text in texts.items()}}


def gates_of(comparison):
    return sorted({(one.gate, one.subject) for one in comparison.regressions})


def test_a_tree_compared_with_itself_is_clean(compare_trees):
    found = compare_trees(APP, APP)
    assert found.regressions == ()
    assert found.stale == ()


@pytest.mark.parametrize(
    "after",
    [
        changed(app__core="\n\n# moved down\n\ndef run():\n    value = 1\n    return value\n"),
        changed(app__core="import os\nimport re\ndef run(): ...\n"),
        changed(app__core="def run():\n    from app import heavy\n"),
        changed(
            app__core="import typing as t\nif t.TYPE_CHECKING:\n    from app import heavy\ndef run(): ...\n"
        ),
        changed(app__fresh="def fresh(): ...\n", app__core="from app import fresh\ndef run(): ...\n"),
        changed(tests__test_heavy="from app.heavy import Heavy\ndef test_heavy(): Heavy()\n"),
    ],
    ids=["lines", "light standard modules", "deferred", "type-only", "a new module of its own", "a new test"],
)
def test_what_loads_nothing_more_is_clean(compare_trees, after):
    assert compare_trees(APP, after).regressions == ()


def test_a_newly_loaded_module_names_edge_and_chain(compare_trees):
    found = compare_trees(APP, changed(app__core="\nfrom app.heavy import Heavy\ndef run(): ...\n"))
    assert gates_of(found) == [("loads", "<all tests>"), ("loads", "app")]
    one = next(one for one in found.regressions if one.subject == "app")
    assert (one.before, one.after) == (2, 4)
    assert (one.edge.source, one.edge.target, one.edge.path, one.edge.line) == (
        "app.core",
        "app.heavy",
        "app/core.py",
        1,
    )
    assert [(step.source, step.target) for step in one.chain] == [
        ("app", "app.core"),
        ("app.core", "app.heavy"),
    ]
    assert one.added == ("app.heavier", "app.heavy")


def test_an_import_in_a_function_that_runs_at_import_counts(compare_trees):
    after = changed(app__core="def run():\n    from app import heavy\nrun()\n")
    one = next(one for one in compare_trees(APP, after).regressions if one.subject == "app")
    assert (one.edge.source, one.edge.target, one.edge.line) == ("app.core", "app.core:run()", 3)
    assert one.chain[-1].target == "app.heavy"
    assert one.chain[-1].line == 2


@pytest.mark.parametrize(
    ("statement", "name"),
    [("import pandas", "pandas"), ("from asyncio import run as go", "asyncio"), ("import a.b.c", "a")],
)
def test_new_external_modules_are_named(compare_trees, statement, name):
    after = changed(app__core=f"{statement}\ndef run(): ...\n")
    found = [one for one in compare_trees(APP, after).regressions if one.subject == "app"]
    assert [(one.gate, one.added, one.edge.target) for one in found] == [("external", (name,), name)]


def test_a_renamed_module_is_the_same(compare_trees):
    before = {**APP, "app/__init__.py": "from app.core import run\nfrom app import heavy\n"}
    after = {path.replace("heav", "weight"): text.replace("heav", "weight") for path, text in before.items()}
    found = compare_trees(before, after)
    assert found.regressions == ()
    assert found.stale == ()


def test_a_moved_package_is_the_same(compare_trees):
    before = {"a/__init__.py": "", "a/p/__init__.py": "", "a/p/m.py": "from a.p import n\ndef f(): ...\n"}
    before |= {"a/p/n.py": "def g():\n    from a.p import m\n", "a/use.py": "from a.p import gone\n"}
    after = {path.replace("a/p/", "b/q/"): text.replace("a.p", "b.q") for path, text in before.items()}
    found = compare_trees(
        before, {**after, "b/__init__.py": ""}, ratchet=["loads", "unresolved", "deferred", "latent"]
    )
    assert [one.gate for one in found.regressions] == []


CYCLE = {"app/a.py": "from app import b\ndef f(): ...\n", "app/b.py": "from app import a\ndef g(): ...\n"}


def test_a_new_cycle_names_the_edge_that_closes_it(compare_trees):
    before = {**APP, **CYCLE, "app/b.py": "def g(): ...\n"}
    (one,) = compare_trees(before, {**APP, **CYCLE}).regressions
    assert (one.gate, one.subject, one.before, one.after) == ("latent", "app.a <-> app.b", 0, 2)
    assert (one.edge.source, one.edge.target, one.edge.path, one.edge.line) == (
        "app.b",
        "app.a",
        "app/b.py",
        1,
    )
    assert [(step.source, step.target) for step in one.chain] == [("app.b", "app.a"), ("app.a", "app.b")]


def test_a_cycle_that_gets_worse_is_new(compare_trees):
    deferred = {**APP, **CYCLE, "app/b.py": "def g():\n    from app import a\n"}
    assert gates_of(compare_trees(deferred, {**APP, **CYCLE})) == [("latent", "app.a <-> app.b")]
    back = compare_trees({**APP, **CYCLE}, deferred)
    assert back.regressions == ()
    assert [one.kind for one in back.stale] == ["cycle"]


def test_a_module_cut_in_two_inside_a_cycle_is_no_news(compare_trees):
    after = {
        **APP,
        "app/a.py": "from app import a2\ndef f(): ...\n",
        "app/b.py": "from app import a\ndef g(): ...\n",
    }
    after["app/a2.py"] = "from app import b\ndef h(): ...\n"
    assert compare_trees({**APP, **CYCLE}, after).regressions == ()


def test_unresolved_imports_count_by_target_not_by_place(compare_trees):
    before = changed(app__core="def run():\n    from app.core import gone\n")
    moved = changed(app__heavy="def run():\n    from app.core import gone\nclass Heavy: ...\n")
    twice = {**moved, "app/core.py": before["app/core.py"]}
    assert compare_trees(before, moved).regressions == ()
    (one,) = compare_trees(before, twice).regressions
    assert (one.gate, one.subject, one.added, one.before, one.after) == (
        "unresolved",
        "app.core.gone",
        ("app.heavy",),
        1,
        2,
    )
    assert (one.edge.path, one.edge.line) == ("app/heavy.py", 2)


def test_a_newly_broken_file_is_named(compare_trees):
    late = "import os\nfrom __future__ import annotations\n"
    (one,) = compare_trees(APP, changed(app__heavier=late)).regressions
    assert (one.gate, one.subject) == ("broken", "app.heavier")
    assert (one.edge.path, one.edge.line) == ("app/heavier.py", 2)
    assert one.message == (
        "`app/heavier.py` cannot be read by Python any more: from __future__ imports must occur at the "
        "beginning of the file."
    )


def test_fixed_things_are_stale(compare_trees):
    before = changed(app__core="import pandas\nfrom app.heavier import nothing\ndef run(): ...\n")
    found = compare_trees(before, APP)
    assert found.regressions == ()
    assert [(one.kind, one.subject) for one in found.stale] == [
        ("finding", "IG402 app.heavier.nothing"),
        ("loads", "<all tests>"),
        ("loads", "app"),
    ]


def test_limits(compare_trees):
    found = compare_trees(
        APP,
        changed(app__core="import app.heavy\ndef run(): ...\n"),
        max_modules={"app": 3},
        max_growth={"app": "10%", "<all tests>": 5},
        forbid_loaded={"app": ["app.heavier"], "*": ["pandas"]},
        max_cycles=0,
        max_fragmented=0,
        min_canonical=0.99,
    )
    assert gates_of(found) == [
        ("forbid-loaded", "app"),
        ("max-growth", "app"),
        ("max-modules", "app"),
        ("min-canonical", "public"),
    ]
    forbidden = next(one for one in found.regressions if one.gate == "forbid-loaded")
    assert [step.target for step in forbidden.chain] == ["app.core", "app.heavy", "app.heavier"]


def test_slack_never_adds_a_regression(compare_trees):
    after = changed(app__core="import app.heavy\ndef run(): ...\n")
    counts = [len(compare_trees(APP, after, max_growth=allowed).regressions) for allowed in (0, 1, 2, 3, 9)]
    assert counts == sorted(counts, reverse=True)
    assert counts[-1] == 0
