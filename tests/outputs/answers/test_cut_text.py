"""A cut as a reader sees it, and the members of its JSON that are promised."""

import json
from types import SimpleNamespace

from importgraph.fixes.model import DeferImport, Form, Gain
from importgraph.fixes.sets.cut_sets import Cut
from importgraph.fixes.sets.cut_verification import AtOnce, Verification
from importgraph.fixes.sets.entry_cuts import SURE, Blocked, Budgeted, Doubts, Uncut
from importgraph.outputs.answers.cut_text import budget_json, budget_text, cut_json, cut_text

EDIT = DeferImport("app/one.py", 3, "import pandas", "pandas", Form.FUNCTIONS, ("load",))
EDGE = SimpleNamespace(importer="app.one", imported="pandas")
COUNTED = Cut(
    (EDGE,), (EDIT,), Gain("app", "modules", 12, 9, ("app.a", "app.b", "pandas")), "pandas", frozenset()
)
MEASURED = Cut((EDGE,), (EDIT,), Gain("app", "us", 412_300, 120_050, ("pandas",)), "pandas", frozenset())
BLOCKED = Uncut("This chain cannot be cut.", (Blocked("app", "pandas", "app/one.py", 3, "`pandas` is used"),))


def test_a_count_says_that_it_is_no_time():
    text = cut_text("app", "pandas", COUNTED)
    assert text.splitlines() == [
        "Defer 1 statement, and import app does not load pandas:",
        "  app/one.py:3: move import pandas into load",
        "12 → 9 modules (static count, not time): app.a, app.b, pandas",
    ]


def test_a_measured_gain_is_labelled_and_says_what_was_not_measured():
    lines = cut_text("app", "pandas", MEASURED, Doubts(7)).splitlines()
    assert lines[-2] == "412.3 → 120.0 ms, measured: pandas"
    assert lines[-1] == "The profile does not know 7 modules of ours; they weigh nothing."


def test_json_has_a_gain_in_microseconds_only_where_it_was_measured():
    counted, measured = (
        json.loads(cut_json("app", "pandas", COUNTED)),
        json.loads(cut_json("app", "pandas", MEASURED, Doubts(7))),
    )
    assert counted["schema"] == "importgraph/cut/1"
    assert (counted["gain_us"], measured["gain_us"]) == (None, 292_250)
    assert counted["removed"] == ["app.a", "app.b", "pandas"]
    edit = {key: counted["edits"][0][key] for key in ("importer", "imported", "path", "line")}
    assert edit == {"importer": "app.one", "imported": "pandas", "path": "app/one.py", "line": 3}
    assert counted["blocked"] == []
    assert (counted["unmeasured"], measured["unmeasured"]) == (None, 7)


def test_what_blocks_is_shown_with_its_place():
    assert "  app -> pandas    app/one.py:3: pandas is used" in cut_text("app", "pandas", BLOCKED)
    document = json.loads(cut_json("app", "pandas", BLOCKED))
    assert (document["edits"], document["gain_us"], document["reason"]) == ([], None, BLOCKED.reason)
    assert document["blocked"][0]["line"] == 3


def test_a_budget_shows_each_set():
    spent = Budgeted((MEASURED,), MEASURED.gain)
    assert "together free 292.2 ms, among them pandas:" in budget_text(spent)
    document = json.loads(budget_json(spent))
    assert document["gain_us"] == document["sets"][0]["gain_us"] == 292_250
    assert "No set of that size" in budget_text(Budgeted((), Gain("app", "modules", 3, 3, ())))


HOLDS = Verification("edits", "3.11.7", (), (), (), ("app.other",), "", 412_000, 121_000, 2_500, 290_000, 11)
AT_ONCE = AtOnce("app.one", "pandas", "app/one.py", 3, "app/one.py:9 in load()")
REFUTED = Verification(
    "knock-out", "3.15.2", ("pandas",), (AT_ONCE,), (), (), "", 412_000, 411_900, 2_500, 0, 11
)
FAILS = Verification("edits", "3.11.7", (), (), error="KeyError: 'pandas'")


def test_a_promise_that_holds_stands_beside_its_measurement():
    lines = cut_text("app", "pandas", MEASURED, SURE, HOLDS).splitlines()
    assert lines[3:] == [
        "Verified (Python 3.11.7, the edits made in a copy): pandas stays out.",
        (
            "292.2 ms promised, 291.0 ms measured, give or take 2.5 ms "
            "(412.0 → 121.0 ms of CPU, best of 11 rounds in turn, garbage collector off)."
        ),
        "Freed besides: app.other",
    ]


def test_what_a_run_refutes_comes_first_and_names_the_import():
    lines = cut_text("app", "pandas", COUNTED, SURE, REFUTED).splitlines()
    assert lines[0].startswith("Refuted (Python 3.15.2, the statements knocked out by a filter)")
    assert lines[1] == "  app/one.py:3: pandas is loaded at once, asked for by app/one.py:9 in load()"
    assert "promised" not in lines[2]
    assert (
        cut_text("app", "pandas", COUNTED, SURE, FAILS).splitlines()[0].endswith("then: KeyError: 'pandas'")
    )


def test_json_holds_the_verification_or_null():
    found = json.loads(cut_json("app", "pandas", MEASURED, SURE, REFUTED))["verification"]
    assert (found["holds"], found["saved_us"], found["still"]) == (False, 100, ["pandas"])
    assert found["at_once"][0]["where"] == "app/one.py:9 in load()"
    assert json.loads(cut_json("app", "pandas", MEASURED))["verification"] is None
    spent = Budgeted((MEASURED,), MEASURED.gain)
    assert json.loads(budget_json(spent, SURE, HOLDS))["verification"]["holds"]
    assert "Verified" in budget_text(spent, SURE, HOLDS)


def test_compiled_modules_that_stay_are_a_doubt():
    text = cut_text("app", "pandas", MEASURED, Doubts(compiled=("app.fast",)))
    assert "Compiled modules stay loaded, and what they import cannot be read: app.fast." in text


def test_who_asks_for_a_module_that_should_stay_out_is_named():
    found = Verification("edits", "3.11.7", ("app.x",), (), (("app.x", "app/fast.pyx:3"),))
    assert "  app.x is asked for by app/fast.pyx:3 (lines of the copy)" in cut_text(
        "app", "pandas", MEASURED, SURE, found
    )
