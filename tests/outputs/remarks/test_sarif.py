import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sarif_schema import official_schema

from importgraph.findings.model import Evidence, Finding, Location, Severity
from importgraph.outputs.remarks.remarks import from_findings
from importgraph.outputs.remarks.sarif import FileChange, TextFix, render_sarif
from importgraph.quoting import visible

FINDINGS = [
    Finding(
        "IG402", "a.x", "no `x`", Severity.ERROR, (Location("a b.py", 3, 5), Location("c.py", 1)), Evidence()
    ),
    Finding("X1", "a.y", "mine", Severity.NOTE, (), Evidence()),
    Finding("IG402", "a.z", "no `z`", Severity.WARNING, (Location("d.py", 2),), Evidence()),
]


@pytest.fixture(scope="session")
def official():
    return official_schema()


def test_a_document_has_the_structure_of_the_standard(official):
    document = json.loads(render_sarif(from_findings(FINDINGS)))
    official.validate(document)
    (run,) = document["runs"]
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == ["IG402", "X1"]
    assert [one["level"] for one in run["results"]] == ["error", "note", "warning"]
    assert [one["ruleIndex"] for one in run["results"]] == [0, 1, 0]
    first, second, _ = run["results"]
    assert first["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "a%20b.py"
    assert first["relatedLocations"][0]["id"] == 0
    assert second["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "pyproject.toml"
    official.validate(json.loads(render_sarif([])))


def test_the_schema_tells_a_wrong_document(official):
    document = json.loads(render_sarif(from_findings(FINDINGS)))
    document["runs"][0]["results"][0]["level"] = "bad"
    assert not official.is_valid(document)


def test_an_identity_does_not_hang_on_lines_or_numbers():
    moved = Finding("IG402", "a.x", "other", Severity.NOTE, (Location("e.py", 99),), Evidence())
    prints = [
        json.loads(render_sarif(from_findings([one, one])))["runs"][0]["results"]
        for one in (FINDINGS[0], moved)
    ]
    marks = [[one["partialFingerprints"]["primaryLocationLineHash"] for one in found] for found in prints]
    assert marks[0] == marks[1]
    assert len(set(marks[0])) == 2


def apply(text, replacements):
    lines = [*text.splitlines(keepends=True), ""]
    starts = [sum(map(len, lines[:number])) for number in range(len(lines))]

    def offset(region, which):
        return starts[region[f"{which}Line"] - 1] + region[f"{which}Column"] - 1

    for one in reversed(replacements):
        region = one["deletedRegion"]
        begin, end = offset(region, "start"), offset(region, "end")
        text = text[:begin] + one["insertedContent"]["text"] + text[end:]
    return text


LINES = st.lists(st.sampled_from(["import a\n", "import b\r\n", "x = 1\n", "\n"]), max_size=8)
TEXTS = st.builds(lambda lines, last: "".join(lines) + last, LINES, st.sampled_from(["", "", "end"]))


@settings(max_examples=60, deadline=None)
@given(TEXTS, TEXTS)
def test_applying_the_replacements_gives_the_text_after(before, after):
    fix = TextFix("change", (FileChange("a.py", before, after),))
    document = json.loads(render_sarif(from_findings(FINDINGS[:1]), {("IG402", "a.x"): [fix]}))
    (change,) = document["runs"][0]["results"][0]["fixes"][0]["artifactChanges"]
    assert apply(before, change["replacements"]) == after


def test_a_fix_of_two_files_is_one_fix(official):
    files = (FileChange("a.py", "import a\n", ""), FileChange("b.py", "x", "import a\nx"))
    document = json.loads(
        render_sarif(from_findings(FINDINGS[:1]), {("IG402", "a.x"): [TextFix("c", files)]})
    )
    official.validate(document)
    (fix,) = document["runs"][0]["results"][0]["fixes"]
    assert [one["artifactLocation"]["uri"] for one in fix["artifactChanges"]] == ["a.py", "b.py"]


@pytest.mark.parametrize("text", ["\x00", "\ud7ff", "\udcff", '"</script>'])
def test_any_text_is_json(text, official):
    finding = Finding("IG402", text, text, Severity.NOTE, (Location(text, 1),), Evidence())
    document = json.loads(render_sarif(from_findings([finding])))
    official.validate(document)
    assert document["runs"][0]["results"][0]["message"]["text"] == visible(text)


def test_every_ratchet_has_a_sentence():
    from importgraph.outputs.remarks.gate_texts import TEXTS
    from importgraph.regressions.gates import RATCHETS

    assert set(RATCHETS) <= set(TEXTS)
    (run,) = json.loads(render_sarif(from_findings(FINDINGS[1:2])))["runs"]
    assert run["tool"]["driver"]["rules"] == [{"id": "X1", "shortDescription": {"text": "importgraph: X1"}}]
