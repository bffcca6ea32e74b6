import pytest
from msgspec.structs import replace

from importgraph.edits.identity import NamedFix, choose, name_of
from importgraph.errors import UsageError
from importgraph.fixes.model import Applicability, DeferImport, Fix, Form, RewriteImport


def make_fix(*edits, kind="lazy-imports"):
    return Fix("F1", kind, "title", (), 0, 1, Applicability.SAFE, (), (), edits)


def defer(statement="import networkx as nx", line=1, path="app/graphs.py"):
    bound = statement.split()[-1]
    return DeferImport(path, line, statement, bound, Form.FUNCTIONS, ("make",))


def test_a_name_says_what_is_done_to_what():
    assert name_of(make_fix(defer())).startswith("defer-networkx-")
    assert name_of(make_fix(defer("from app import heavy"))).startswith("defer-heavy-")
    rewrite = RewriteImport("a.py", 1, "from x import y", "from z import y")
    assert name_of(make_fix(rewrite, kind="missing-import")).startswith("repair-y-")


def test_a_name_is_the_same_wherever_the_lines_and_the_rank_are():
    fix = make_fix(defer(line=1), defer("import json", 2))
    moved = replace(fix, id="F9", title="other", edits=(defer(line=7), defer("import json", 9)))
    assert name_of(fix) == name_of(moved)
    assert name_of(make_fix(defer())) != name_of(make_fix(defer(path="app/other.py")))
    assert name_of(make_fix(defer())) != name_of(make_fix(defer(), defer("import json")))


def test_fixes_are_chosen_by_name_or_by_a_beginning_that_fits_one_alone():
    one, two = (NamedFix(name, make_fix(defer())) for name in ("defer-a-111111", "defer-b-222222"))
    assert choose([one, two], ["defer-b"]) == (two,)
    assert choose([one, two], ["defer-b-222222", "defer-a", "defer-b"]) == (two, one)
    with pytest.raises(UsageError, match="could be defer-a-111111, defer-b-222222"):
        choose([one, two], ["defer"])
    with pytest.raises(UsageError, match="Did you mean defer-a-111111"):
        choose([one, two], ["defer-a-111112"])


def test_a_name_that_is_a_beginning_of_another_is_itself():
    one, two = (NamedFix(name, make_fix(defer())) for name in ("defer-a", "defer-a-b"))
    assert choose([one, two], ["defer-a"]) == (one,)


def test_a_folder_in_the_place_of_a_fix_is_said(tmp_path):
    with pytest.raises(UsageError, match="is a folder, not a fix"):
        choose([], [str(tmp_path)])
