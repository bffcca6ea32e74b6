from msgspec.structs import replace

from importgraph.fixes.model import Applicability, CutImport, Fix, Gain, Risk, RiskLevel
from importgraph.fixes.propose import order, propose, value

FIX = Fix("", "k", "t", (), 1, 1, Applicability.SAFE, (), (), ())


def test_nothing_to_propose(open_files):
    found = propose(open_files({"a.py": "import os\n"}).snapshot)
    assert (found.fixes, found.skipped) == ((), ())


def saving(milliseconds, importance=1.0):
    return Gain("e", "us", 500_000, 500_000 - milliseconds * 1000, (), importance=importance)


def test_savings_are_weighed_by_the_importance_of_entry_points():
    assert value(replace(FIX, gains=(saving(10), saving(10, 0.5)))) == 15
    assert value(replace(FIX, resolves=30)) == 3
    assert value(replace(FIX, resolves=2, findings=("IG201 a",))) == 20


def test_savings_then_risk_then_effort():
    safe, review = Risk(RiskLevel.SAFE, "r"), Risk(RiskLevel.REVIEW, "r")
    fixes = [
        replace(FIX, title="person", gains=(saving(51),), edits=(CutImport("p", 1, "a", "b", ()),)),
        replace(FIX, title="many", gains=(saving(51),), risk=review, statements=2),
        replace(FIX, title="few", gains=(saving(51),), risk=review, statements=1),
        replace(FIX, title="safe", gains=(saving(50),), risk=safe, statements=9),
        replace(FIX, title="most", gains=(saving(100),), risk=review, statements=9),
    ]
    names = ["most", "safe", "few", "many", "person"]
    assert [fix.title for fix in sorted(fixes, key=order)] == names


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
    assert list(found) == sorted(found, key=order)


def test_the_same_twice(open_files):
    assert propose(open_files(FILES).snapshot) == propose(open_files(FILES).snapshot)
