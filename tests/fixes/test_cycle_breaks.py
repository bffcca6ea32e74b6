from importgraph.fixes.cycle_breaks import propose_cycle_breaks
from importgraph.fixes.model import Applicability, CutImport


def proposals(open_files, files):
    return list(propose_cycle_breaks(open_files(files).snapshot))


def test_no_cycle_or_one_that_hurts_nobody(open_files):
    assert proposals(open_files, {"a.py": "import b\n", "b.py": ""}) == []
    deferred = {"a.py": "import b\n", "b.py": "def f():\n    import a\n    return a\n"}
    assert proposals(open_files, deferred) == []


def test_an_import_used_in_functions_is_the_one_to_put_off(open_files):
    files = {
        "p/__init__.py": "",
        "p/a.py": "from p.b import two\n\nclass One(two): ...\n",
        "p/b.py": "from p.a import One\n\ndef two():\n    return One\n",
    }
    (fix,) = proposals(open_files, files)
    assert fix.applicability is Applicability.UNSAFE
    assert all(isinstance(edit, CutImport) for edit in fix.edits)
    (cut,) = fix.edits
    assert (cut.path, cut.line) in {("p/a.py", 1), ("p/b.py", 1)}
    assert fix.findings[0].startswith("IG20")


def test_a_cycle_of_base_classes_needs_a_person(open_files):
    files = {
        "p/__init__.py": "",
        "p/a.py": "import p.b\n\nclass One: ...\n\nclass Three(p.b.Two): ...\n",
        "p/b.py": "import p.a\n\nclass Two(p.a.One): ...\n",
    }
    (fix,) = proposals(open_files, files)
    assert fix.applicability is Applicability.MANUAL
    assert "third module" in fix.edits[0].ways[0]


def test_ways_name_the_functions_or_the_block(open_files):
    files = {
        "p/__init__.py": "",
        "p/a.py": "from p.b import two\nx = two\n",
        "p/b.py": "from __future__ import annotations\nfrom p.a import x\ndef two(y: x): ...\n",
    }
    (fix,) = proposals(open_files, files)
    assert fix.edits[0].ways[0] == "import `x` under TYPE_CHECKING"


def test_a_proposal_names_the_finding_that_it_resolves(open_files):
    files = {
        "p/__init__.py": "",
        "p/a.py": "from p import b\ndef f(): b.x()\n",
        "p/b.py": "from p import a\ndef x(): a.f()\n",
    }
    project = open_files(files)
    (cycle,) = [finding for finding in project.findings if finding.code.startswith("IG20")]
    named = [one for fix in project.proposals.fixes for one in fix.findings]
    assert f"{cycle.code} {cycle.subject}" in named
