"""Predicted collection errors in the formats of CI."""

import json

import pytest
from sarif_schema import official_schema

from importgraph.collection_errors.model import Cause, FailingFile, Prediction
from importgraph.outputs.remarks.formats import render_remarks
from importgraph.outputs.remarks.remarks import below, from_prediction
from importgraph.simulation.causes import CauseKind, Step

CAUSE = Cause(
    "undefined-name:app.core.redis",
    CauseKind.UNDEFINED_NAME,
    "app/core.py",
    21,
    "name `redis` is not defined.",
    ("tests/test_a.py", "tests/test_b.py"),
    (Step("tests/test_a.py", 1), Step("app/core.py", 21)),
    "import redis",
)
OUTSIDE = Cause("missing-plugin:x", CauseKind.MISSING_PLUGIN, "/usr/lib/x.py", 0, "No `x`.", (), (), "")
FOUND = Prediction((FailingFile("tests/test_a.py", (CAUSE.key,)),), (CAUSE, OUTSIDE), 2, "")


def test_a_cause_stands_where_it_is_mended():
    remarks = below(from_prediction(FOUND), "service")
    document = json.loads(render_remarks(remarks, "sarif", "doctor"))
    official_schema().validate(document)
    first, second = document["runs"][0]["results"]
    assert first["ruleId"] == "undefined-name"
    place = first["locations"][0]["physicalLocation"]
    assert (place["artifactLocation"]["uri"], place["region"]["startLine"]) == ("service/app/core.py", 21)
    assert first["message"]["text"] == (
        "name `redis` is not defined. 2 test files would fail to collect.\n"
        "tests/test_a.py:1 -> app/core.py:21\nimport redis"
    )
    assert [one["message"]["text"] for one in first["relatedLocations"]] == ["on the way", "on the way"]
    assert second["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "pyproject.toml"


@pytest.mark.parametrize("kind", ["github", "gitlab", "junit", "markdown"])
def test_every_format_names_the_cause(kind):
    assert "redis" in render_remarks(from_prediction(FOUND), kind, "doctor")
