from importgraph.fixes.model import Reason, Risk, RiskLevel, judge

UNKNOWN = Reason("a library", "`x` is unknown", "a.py")
KNOWN = Reason("registered", "`a` registers itself", "a.py", 3, known=True)
AGAIN = Reason("registered", "`b` registers itself", "b.py", 4, known=True)


def test_no_reason_is_safe():
    assert judge((), "proof") == Risk(RiskLevel.SAFE, "proof")


def test_what_is_known_stands_before_what_is_unknown():
    risk = judge([UNKNOWN, KNOWN], "proof")
    assert risk == Risk(RiskLevel.UNSAFE, KNOWN.text, "a.py", 3, (UNKNOWN,))
    assert risk.text == "`a` registers itself (a.py:3), and 1 more kind"


def test_each_kind_counts_once():
    assert judge([KNOWN, AGAIN], "proof").more == ()


def test_only_unknown_is_for_review():
    risk = judge([UNKNOWN], "proof")
    assert risk.level is RiskLevel.REVIEW
    assert risk.text == "`x` is unknown (a.py)"
