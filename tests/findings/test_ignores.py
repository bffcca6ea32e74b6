"""Comments that accept built-in findings on their line."""

from dataclasses import replace
from datetime import date

import pytest

from importgraph.findings.ignores import CODE, parse_comment

TODAY = date(2026, 6, 1)


@pytest.fixture
def found(open_files):
    def run(files, **options):
        project = replace(open_files(files, **options), today=TODAY)
        return [(one.code, [(p.path, p.line) for p in one.locations]) for one in project.findings]

    return run


def lines(found, code):
    return [places for one, places in found if one == code]


@pytest.mark.parametrize(
    ("comment", "accepted", "problem"),
    [
        ("# importgraph: ignore[IG401] made by the build", True, ""),
        ("#importgraph:ignore[IG302, IG401] both", True, "`# importgraph: ignore[IG302]` accepts nothing"),
        ("# importgraph: ignore[IG4*] any", True, ""),
        ("# noqa: F401  # importgraph: ignore[IG401] why (until 2026-06-01)", True, ""),
        ("# importgraph: ignore[IG401] why (until 2026-05-31)", False, "was accepted until 2026-05-31"),
        ("# importgraph: ignore[IG401] why until 2026-02-31", False, "names 2026-02-31, which is no day"),
        ("# importgraph: ignore[IG401]", False, "gives no reason"),
        ("# importgraph: ignore[IG402] why", False, "accepts nothing: nothing of that kind"),
        ("# importgraph: ignore[IG999] why", False, "names no rule"),
        ("# importgraph: ignore[APP1] a rule of the project", False, ""),
        ("# ignore[IG401] why", False, ""),
        ("; x = '# importgraph: ignore[IG401] in a string'", False, ""),
    ],
)
def test_a_comment_accepts_its_line_for_a_reason(open_files, comment, accepted, problem):
    project = replace(
        open_files({"app.py": f"import app2.gone  {comment}\n", "app2/__init__.py": ""}), today=TODAY
    )
    assert any(one.code == "IG401" for one in project.findings) is not accepted
    messages = [one.message for one in project.findings if one.code == CODE]
    assert [problem in one for one in messages] == ([True] if problem else [])


def test_of_several_places_the_others_stay(found):
    accepted = "from app.gone import x  # importgraph: ignore[IG401] the build makes it\n"
    files = {"app/__init__.py": "", "app/a.py": accepted, "app/b.py": "y = 1\nfrom app.gone import x\n"}
    assert lines(found(files), "IG401") == [[("app/b.py", 2)]]
    assert lines(found({**files, "app/b.py": accepted}), "IG401") == []
    assert lines(found({**files, "app/b.py": accepted}), CODE) == []


RING = {"a.py": "import b{}\n", "b.py": "import a\n"}


def test_a_ring_is_accepted_at_any_of_its_imports(found):
    files = {name: text.format("  # importgraph: ignore[IG202] historical") for name, text in RING.items()}
    assert lines(found(files), "IG202") == []
    assert lines(found(files), CODE) == []
    assert lines(found({name: text.format("") for name, text in RING.items()}), "IG202")


def test_two_rings_need_both_breakers(found):
    files = {"a.py": "import b{0}\nimport c{1}\n", "b.py": "import a\n", "c.py": "import a\n"}
    comment = "  # importgraph: ignore[IG202] historical"
    one = {name: text.format(comment, "") for name, text in files.items()}
    both = {name: text.format(comment, comment) for name, text in files.items()}
    assert lines(found(one), "IG202")
    assert lines(found(one), CODE) == []
    assert lines(found(both), "IG202") == []


def test_what_was_not_looked_for_is_not_reported(found):
    files = {"a.py": "import os  # importgraph: ignore[IG202] why\n"}
    assert lines(found(files), CODE) == [[("a.py", 1)]]
    assert found(files, select=("IG4",)) == []
    assert found(files, ignore=("IG202",)) == []


def test_a_broken_file_is_accepted_where_it_breaks(found):
    text = "def f(:  # importgraph: ignore[IG001] a fixture\n"
    assert found({"a.py": text, "b.py": ""}) == []
    assert lines(found({"a.py": "def f(:\n"}), "IG001")


def test_a_check_knows_no_debt_where_a_comment_accepts(compare_ignored):
    comment = "  # importgraph: ignore[{}] for now"
    before = {"app/__init__.py": "", "app/a.py": "", "app/b.py": "import app.a\n"}
    ring = {**before, "app/a.py": "import app.b{}\n"}
    gone = {**before, "app/a.py": "import app.gone{}\n"}
    for files, gate, code in ((ring, "latent", "IG202"), (gone, "unresolved", "IG401")):
        plain = {name: text.format("") for name, text in files.items()}
        assert gate in compare_ignored(before, plain)
        accepted = {name: text.format(comment.format(code)) for name, text in files.items()}
        assert gate not in compare_ignored(before, accepted)


@pytest.fixture
def compare_ignored(write_project):
    """Compare two states of a tree and return the gates that fail."""
    from importgraph.config import from_options
    from importgraph.regressions.analysis import analyse
    from importgraph.regressions.compare import compare
    from importgraph.regressions.gates import NO_GATES

    def gates(before, after):
        digests = [analyse(write_project(files), from_options(workers=1)).digest for files in (before, after)]
        return {one.gate for one in compare(*digests, NO_GATES).regressions}

    return gates


def test_a_comment_is_read_once_with_all_it_says():
    one = parse_comment("# importgraph: ignore[A1, B*] two reasons, at least (until 2027-01-31)")
    assert (one.codes, one.reason, one.until) == (("A1", "B*"), "two reasons, at least", "2027-01-31")
    assert parse_comment("# nothing of ours") is None
