from importgraph.findings.model import Evidence, Finding, Location, Severity
from importgraph.language_server.diagnostics import marks_by_path


def finding(*places):
    return Finding("IG301", "m.X", "said \x1b[31m", Severity.NOTE, places, Evidence())


def test_each_place_of_a_finding_is_marked_and_names_the_others():
    here, there = Location("a.py", 3, 5), Location("b.py", 1)
    found = marks_by_path([finding(here, there)], ["a.py", "b.py"])
    (mark,) = found["a.py"]
    assert (mark.line, mark.column, mark.code, mark.related) == (3, 5, "IG301", (there,))
    assert found["b.py"][0].related == (here,)
    assert mark.message == r"said \x1b[31m"


def test_places_outside_the_tree_are_left_out():
    assert marks_by_path([finding(Location("site-packages/x.py", 1))], ["a.py"]) == {}
