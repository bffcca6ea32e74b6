"""No proposal changes a line that a comment accepts."""

from datetime import date

from importgraph.findings.ignores import Ignores, parse_comment
from importgraph.fixes.accepted import without_accepted

FILES = {
    "app/__init__.py": "",
    "app/models/__init__.py": "from app.models.user import User\n",
    "app/models/user.py": "class User: ...\n",
    "app/a.py": "from app.models import User\n",
    "app/b.py": "from app.models import User\n",
    "app/c.py": "from app.models.user import User{}\n",
}


def opened(open_files, comment):
    return open_files({name: text.format(comment) for name, text in FILES.items()})


def test_an_accepted_line_is_left_alone_with_the_reason(open_files):
    project = opened(open_files, "")
    assert [fix.kind for fix in project.proposals.fixes] == ["canonical-imports"]
    project = opened(open_files, "  # importgraph: ignore[IG301] its own tests")
    assert project.proposals.fixes == ()
    (skipped,) = project.proposals.skipped
    assert (skipped.kind, skipped.reason) == ("canonical-imports", "a comment accepts `app/c.py:1` as it is")
    assert "IG301" not in {one.code for one in project.findings}


def test_a_comment_for_another_rule_changes_nothing(open_files):
    proposals = opened(open_files, "").proposals
    comment = parse_comment("# importgraph: ignore[IG101] why")
    ignores = Ignores({("app/c.py", 1): comment}, date(2026, 6, 1))
    assert without_accepted(proposals, ignores) == proposals
