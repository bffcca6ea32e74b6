import pytest

from importgraph.fixes.model import Applicability, RewriteImport
from importgraph.fixes.proposals.canonical_imports import propose_canonical_imports, with_diffs
from importgraph.fixes.sets.rewritten_orders import ASKED_LATER, checked

PACKAGE = {
    "lib/__init__.py": "from lib.core import Thing\n__all__ = ['Thing']\n",
    "lib/core.py": "class Thing: ...\n",
    "one.py": "from lib import Thing\n",
    "two.py": "from lib import Thing\n",
}


def proposals(open_files, files, **options):
    snapshot = open_files({**PACKAGE, **files}, **options).snapshot
    return list(with_diffs(snapshot, propose_canonical_imports(snapshot)))


def test_one_path_is_left_alone(open_files):
    assert proposals(open_files, {}) == []


def test_a_stray_statement_is_pointed_at_the_canonical_path(open_files):
    (fix,) = proposals(open_files, {"stray.py": "import os\nfrom lib.core import Thing as T  # ours\n"})
    assert fix.edits == (
        RewriteImport("stray.py", 2, "from lib.core import Thing as T", "from lib import Thing as T"),
    )
    assert fix.applicability is Applicability.SAFE
    assert fix.diff.splitlines()[3:] == [
        " import os",
        "-from lib.core import Thing as T  # ours",
        "+from lib import Thing as T  # ours",
    ]


def test_one_name_of_several_is_rewritten_in_the_diff(open_files):
    (fix,) = proposals(
        open_files,
        {
            "lib/core.py": "class Thing: ...\nclass Other: ...\n",
            "stray.py": "from lib.core import Other, Thing\n",
        },
    )
    assert fix.diff.splitlines()[3:] == [
        "-from lib.core import Other, Thing",
        "+from lib.core import Other",
        "+from lib import Thing",
    ]


CIRCLE = {
    "lib/__init__.py": "from lib.core import Thing\nimport helper\n__all__ = ['Thing']\n",
    "helper.py": "from lib.core import Thing\n",
}


def test_a_rewrite_that_may_close_a_cycle_is_not_safe(open_files):
    (fix,) = proposals(open_files, CIRCLE)
    assert fix.applicability is Applicability.UNSAFE
    assert "may close a cycle" in fix.reasons[0]


def test_a_rewrite_that_loads_more_says_so(open_files):
    files = {
        "api.py": "from lib.core import Thing\nfrom big import x\n",
        "big.py": "x = 1\n",
        "m.py": "from api import Thing\n",
    }
    fixes = proposals(open_files, files, canonical=(("lib.core.Thing", "api"),))
    assert any("would load more" in reason for fix in fixes for reason in fix.reasons)


def test_patched_paths_are_not_safe(open_files):
    test = "from unittest import mock\n\n@mock.patch('lib.core.Thing')\ndef test(m): ...\n"
    fixes = proposals(open_files, {"stray.py": "from lib.core import Thing\n", "test_m.py": test})
    assert fixes[0].applicability is Applicability.UNSAFE


ENTERED = {
    "p/__init__.py": "",
    "p/api.py": "from p.first import one\nfrom p.second import two\n__all__ = ['one', 'two']\n",
    "p/first.py": "def one(): ...\nfrom p.second import two\n",
    "p/second.py": "from p.first import one\ndef two(): ...\n",
    "p/user.py": "from p.api import two\n",
    "p/other.py": "def f():\n    from p.second import two\n",
}
"""`p.second` fails when it is imported first; `p.user` comes to it through `p.first`."""


@pytest.mark.parametrize("safe", [False, True])
def test_a_rewrite_that_makes_a_module_fail_is_not_applied(open_files, safe):
    first = "def one(): ...\nimport p.second\n" if safe else ENTERED["p/first.py"]
    snapshot = open_files({**ENTERED, "p/first.py": first}, policy="definition").snapshot
    (two,) = [one for one in propose_canonical_imports(snapshot) if "two" in one.title]
    assert (two.reasons[-1] == ASKED_LATER) is not safe
    found = checked(snapshot, two)
    if safe:
        assert found == two
    else:
        assert found.reason.startswith("`import p.user` would fail: ImportError: cannot import name 'two'")


CLOSING = {
    "q/__init__.py": "",
    "q/parts.py": "from q.core import Thing\nclass Part: ...\n",
    "q/core.py": "class Thing: ...\n",
    "q/all.py": "from q.user import use\nfrom q.parts import Part\n__all__ = ['Part', 'use']\n",
    "q/user.py": "from q.parts import Part\ndef use(): ...\n",
    "q/front.py": "from q.all import Part\nPart()\n",
    "q/late.py": "def f():\n    from q.parts import Part\n",
}


def test_statements_that_would_close_a_failing_ring_stay_as_they_are(open_files):
    snapshot = open_files(CLOSING, canonical=(("q.parts.Part", "q.all"),)).snapshot
    (fix,) = [one for one in propose_canonical_imports(snapshot) if "Part" in one.title]
    assert fix.reasons[-1] == ASKED_LATER
    found = checked(snapshot, fix)
    assert {edit.path for edit in found.edits} == {"q/late.py"}
    assert found.reasons[-1].startswith("1 statement stays as written: `import q.")
