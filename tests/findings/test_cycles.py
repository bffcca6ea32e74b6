from importgraph.findings.cycles import CycleClass, check_cycles, find_cycles
from importgraph.project import Project

CRASHING = {"a.py": "from b import g\ndef f(): ...\n", "b.py": "from a import f\ndef g(): ...\n"}


def cycles(project: Project):
    return find_cycles(project.snapshot)


def test_a_tree_without_cycles_has_none(open_files):
    assert cycles(open_files({"a.py": "import b", "b.py": "import c", "c.py": ""})) == ()


def test_a_package_and_its_children_are_no_cycle_by_themselves(open_files):
    assert cycles(open_files({"p/__init__.py": "from p import a", "p/a.py": "x = 1"})) == ()


def test_crashing(open_files):
    (cycle,) = cycles(open_files(CRASHING))
    assert cycle.kind is CycleClass.CRASHES
    assert [(crash.module, crash.path, crash.line) for crash in cycle.crashes] == [
        ("a", "b.py", 1),
        ("b", "a.py", 1),
    ]
    assert cycle.crashes[0].chain == ("a", "b")


def test_latent(open_files):
    (cycle,) = cycles(open_files({"a.py": "import b", "b.py": "import a"}))
    assert (cycle.kind, cycle.crashes) == (CycleClass.LATENT, ())


def test_a_caught_crash_is_latent(open_files):
    files = {
        "a.py": "try:\n    from b import g\nexcept ImportError:\n    g = None\nf = 1",
        "b.py": "import a\ng = 1",
    }
    assert [cycle.kind for cycle in cycles(open_files(files))] == [CycleClass.LATENT]


def test_deferred(open_files):
    (cycle,) = cycles(open_files({"a.py": "import b", "b.py": "def f():\n    import a"}))
    assert cycle.kind is CycleClass.DEFERRED


def test_type_only(open_files):
    files = {"a.py": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import b", "b.py": "import a"}
    (cycle,) = cycles(open_files(files))
    assert cycle.kind is CycleClass.TYPE_ONLY


def test_an_import_that_does_not_resolve_for_reasons_of_its_own_is_no_crash_of_the_cycle(open_files):
    (cycle,) = cycles(open_files({"a.py": "import b", "b.py": "import a\nfrom a import nowhere"}))
    assert cycle.kind is CycleClass.LATENT


def test_worst_class_first_then_size(open_files):
    files = {
        **CRASHING,
        "l1.py": "import l2",
        "l2.py": "import l3",
        "l3.py": "import l1",
        "k1.py": "import k2",
        "k2.py": "import k1",
        "d1.py": "import d2",
        "d2.py": "def f():\n    import d1",
    }
    found = cycles(open_files(files))
    assert [(c.kind.value, len(c.modules)) for c in found] == [
        ("crashes", 2),
        ("latent", 3),
        ("latent", 2),
        ("deferred", 2),
    ]


def test_the_shortest_cycle_is_a_cycle_and_shortest(open_files):
    files = {"a.py": "import b", "b.py": "import c", "c.py": "import d\nimport b", "d.py": "import a"}
    (cycle,) = cycles(open_files(files))
    assert cycle.shortest == ("b", "c")
    assert [(edge.importer, edge.imported) for edge in cycle.edges] == [("b", "c"), ("c", "b")]


def test_breakers_end_the_cycle_and_none_is_superfluous(open_files):
    files = {
        "a.py": "import b\nimport c\n",
        "b.py": "import a\nimport c\n",
        "c.py": "import a\nimport d\n",
        "d.py": "import b\n",
    }
    (cycle,) = cycles(open_files(files))
    cut = {(edge.path, edge.line) for edge in cycle.breakers}
    for kept in [None, *cut]:
        left = {
            path: "".join(
                "pass\n" if (path, number) in cut - {kept} else line
                for number, line in enumerate(text.splitlines(keepends=True), 1)
            )
            for path, text in files.items()
        }
        assert bool(cycles(open_files(left))) is (kept is not None)


def test_one_statement_is_cut_where_one_is_enough(open_files):
    files = {
        "a.py": "from b import f, g\nfrom b import h\n",
        "b.py": "def f(): ...\ndef g(): ...\ndef h(): ...\nimport a\n",
    }
    (cycle,) = cycles(open_files(files))
    assert [(edge.path, edge.line) for edge in cycle.breakers] == [("b.py", 4)]


def test_findings_tell_class_and_edit(open_files):
    (finding,) = check_cycles(open_files(CRASHING).snapshot)
    assert (finding.code, finding.severity.value, finding.weight) == ("IG201", "error", 2)
    assert "`import a` and 1 more fail in a fresh interpreter" in finding.message
    assert "cutting 1 import ends it" in finding.message
