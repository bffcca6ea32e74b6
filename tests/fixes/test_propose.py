from msgspec.structs import replace

from importgraph.fixes.model import Applicability, CutImport, Fix, Gain
from importgraph.fixes.propose import propose, score

FIX = Fix("", "k", "t", (), 1, 1, Applicability.SAFE, (), (), ())


def test_nothing_to_propose(open_files):
    found = propose(open_files({"a.py": "import os\n"}).snapshot)
    assert (found.fixes, found.skipped) == ((), ())


def test_gain_over_the_root_of_effort():
    gain = Gain("e", "modules", 20, 10, ())
    assert score(replace(FIX, gains=(gain,))) == 10
    assert score(replace(FIX, gains=(gain,), statements=4)) == 5
    assert score(replace(FIX, gains=(gain,), applicability=Applicability.MANUAL)) == 5
    assert score(replace(FIX, gains=(gain,), edits=(CutImport("p", 1, "a", "b", ()),))) == 5
    assert score(replace(FIX, resolves=30)) == 3
    assert score(replace(FIX, resolves=2, findings=("IG201 a",))) == 20


FILES = {
    "p/__init__.py": "from p.core import Thing\n__all__ = ['Thing']\n",
    "p/core.py": "class Thing: ...\n",
    "p/cli.py": "from p.heavy import work\ndef f():\n    return work()\n",
    "p/heavy.py": "from p import x1, x2\ndef work(): ...\n",
    "p/x1.py": "",
    "p/x2.py": "",
    "a.py": "from p import Thing\n",
    "b.py": "from p.core import Thing\n",
    "broken.py": "from p.cor import Thing\n",
}


def test_imports_that_fail_come_first_and_numbers_follow_the_order(open_files):
    found = propose(open_files(FILES, entry_points=("p.cli",)).snapshot).fixes
    assert [fix.id for fix in found] == [f"F{number}" for number in range(1, len(found) + 1)]
    assert found[0].kind == "missing-import"
    assert "lazy-imports" in {fix.kind for fix in found}
    rest = [score(fix) for fix in found[1:]]
    assert rest == sorted(rest, reverse=True)


def test_the_same_twice(open_files):
    assert propose(open_files(FILES).snapshot) == propose(open_files(FILES).snapshot)
