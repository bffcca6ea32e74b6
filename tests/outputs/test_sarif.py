import json
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from importgraph.findings.model import Evidence, Finding, Location, Severity
from importgraph.outputs.annotations import from_findings
from importgraph.outputs.sarif import TextFix, render_sarif

FINDINGS = [
    Finding(
        "IG402", "a.x", "no `x`", Severity.ERROR, (Location("a b.py", 3, 5), Location("c.py", 1)), Evidence()
    ),
    Finding("X1", "a.y", "mine", Severity.NOTE, (), Evidence()),
    Finding("IG402", "a.z", "no `z`", Severity.WARNING, (Location("d.py", 2),), Evidence()),
]


def required(value, keys, allowed):
    assert set(keys) <= set(value) <= {*keys, *allowed}


def check_region(region):
    required(region, ["startLine", "startColumn"], ["endLine", "endColumn"])
    assert all(isinstance(number, int) and number >= 1 for number in region.values())


def check_location(place):
    physical = place["physicalLocation"]
    required(physical, ["artifactLocation"], ["region"])
    required(physical["artifactLocation"], ["uri"], ["uriBaseId"])
    assert re.fullmatch(r"[A-Za-z0-9._~/%-]+", physical["artifactLocation"]["uri"])
    check_region(physical["region"])


def check_document(document):
    """Check the parts of the SARIF 2.1.0 schema that we write: properties, types, enumerations, indices."""
    required(document, ["version", "runs"], ["$schema"])
    assert document["version"] == "2.1.0"
    for run in document["runs"]:
        required(run, ["tool"], ["results", "columnKind", "originalUriBaseIds"])
        assert run["columnKind"] in {"utf16CodeUnits", "unicodeCodePoints"}
        driver = run["tool"]["driver"]
        assert driver["name"]
        ids = [rule["id"] for rule in driver["rules"]]
        assert len(ids) == len(set(ids))
        for result in run["results"]:
            assert result["message"]["text"]
            assert result["level"] in {"none", "note", "warning", "error"}
            assert ids[result["ruleIndex"]] == result["ruleId"]
            for place in [*result["locations"], *result.get("relatedLocations", [])]:
                check_location(place)
            for fix in result.get("fixes", []):
                required(fix, ["artifactChanges"], ["description"])
                for change in fix["artifactChanges"]:
                    required(change, ["artifactLocation", "replacements"], [])
                    for one in change["replacements"]:
                        required(one, ["deletedRegion"], ["insertedContent"])
                        check_region(one["deletedRegion"])


def test_a_document_has_the_structure_of_the_schema():
    document = json.loads(render_sarif(from_findings(FINDINGS)))
    check_document(document)
    (run,) = document["runs"]
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == ["IG402", "X1"]
    assert [one["level"] for one in run["results"]] == ["error", "note", "warning"]
    first = run["results"][0]
    assert first["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "a%20b.py"
    assert first["relatedLocations"][0]["id"] == 0
    check_document(json.loads(render_sarif([])))


def apply(text, replacements):
    lines = text.splitlines(keepends=True)
    for one in reversed(replacements):
        region = one["deletedRegion"]
        assert (region["startColumn"], region["endColumn"]) == (1, 1)
        lines[region["startLine"] - 1 : region["endLine"] - 1] = [one["insertedContent"]["text"]]
    return "".join(lines)


LINES = st.lists(st.sampled_from(["import a\n", "import b\n", "x = 1\n", "\n"]), max_size=8).map("".join)


@settings(max_examples=40, deadline=None)
@given(LINES, LINES)
def test_applying_the_replacements_gives_the_text_after(before, after):
    (remark,) = from_findings(FINDINGS[:1])
    fix = TextFix("change", "a.py", before, after)
    document = json.loads(render_sarif([remark], {remark.fingerprint: [fix]}))
    check_document(document)
    (change,) = document["runs"][0]["results"][0]["fixes"][0]["artifactChanges"]
    assert apply(before, change["replacements"]) == after


@pytest.mark.parametrize("text", ["\x00", "\ud7ff", '"</script>'])
def test_any_text_is_json(text):
    finding = Finding("IG402", text, text, Severity.NOTE, (Location(text, 1),), Evidence())
    document = json.loads(render_sarif(from_findings([finding])))
    assert document["runs"][0]["results"][0]["message"]["text"] == text
