"""The data of the page: the same as what the commands say, in a form that a browser reads at once."""

import json
from collections.abc import Callable
from dataclasses import replace as dataclass_replace
from typing import Any

import pytest
from msgspec.structs import replace
from report_trees import SHOP

from importgraph.edits.identity import name_of
from importgraph.findings.groups import groups_by_entry
from importgraph.outputs.assemble import make_report
from importgraph.project import Project
from importgraph.quoting import json_bytes
from importgraph.report.document import document
from importgraph.report.graph_data import MOMENTS


@pytest.fixture(scope="module")
def project(shop: Project) -> Project:
    return shop


@pytest.fixture(scope="module")
def data(project: Project) -> dict[str, Any]:
    return json.loads(json_bytes(document(project, make_report(project)), 0))


def names(data: dict[str, Any]) -> list[str]:
    return [data["strings"][place] for place in data["nodes"]["name"]]


def statements_of(data: dict[str, Any], module: str) -> list[tuple[str, int, str, list[str]]]:
    row, found, at = data["statements"][names(data).index(module)], [], 0
    while at < len(row):
        imported, line, moment, count = row[at : at + 4]
        taken = [data["strings"][place] for place in row[at + 4 : at + 4 + count]]
        found.append((names(data)[imported], line, MOMENTS[moment], taken))
        at += 4 + count
    return found


def test_every_module_is_a_node_with_its_kind_cost_and_file(data: dict[str, Any], project: Project) -> None:
    known = names(data)
    assert set(project.graph.modules) <= set(known)
    assert len(known) == len(set(known))
    place = known.index("shop.models")
    nodes = data["nodes"]
    assert nodes["kinds"][nodes["kind"][place]] == "package"
    assert data["strings"][nodes["path"][place]] == "shop/models/__init__.py"
    assert nodes["cost"][place] == project.snapshot.weight("shop.models")
    assert [known[one] for one in nodes["broken"]] == ["shop.broken"]


def test_statements_have_lines_names_and_when_they_run(data: dict[str, Any]) -> None:
    assert statements_of(data, "shop.orders.place") == [
        ("typing", 1, "runs", ["TYPE_CHECKING"]),
        ("asyncio", 3, "runs", []),
        ("shop.models", 4, "runs", ["Order"]),
        ("shop.orders.report", 5, "runs", ["report"]),
        ("shop.orders.late", 8, "type-only", ["later"]),
        ("shop.orders.late", 12, "deferred", ["later"]),
    ]


def test_a_function_that_nothing_calls_at_import_defers(open_files: Callable[..., Project]) -> None:
    project = open_files({"a.py": "def f():\n    import b\n", "b.py": ""})
    data = json.loads(json_bytes(document(project, make_report(project)), 0))
    assert statements_of(data, "a") == [("b", 2, "deferred", [])]


def test_arcs_are_those_of_the_loading_view(data: dict[str, Any], project: Project) -> None:
    known = names(data)
    rows = data["arcs"]["rows"]
    found = {
        known[source]: {known[row[at]] for at in range(0, len(row), 3)} for source, row in enumerate(rows)
    }
    view = project.snapshot.loading
    for node in view.nodes:
        assert found.get(node, set()) == set(view.targets(node))


def test_libraries_have_the_groups_that_costs_are_counted_by(data: dict[str, Any], project: Project) -> None:
    known, groups = names(data), data["nodes"]["group"]
    [entry, *_] = [one["node"] for one in data["answers"]["entries"]]
    load = groups_by_entry(project.snapshot)[entry]
    for key, members in load.members.items():
        for member in members:
            assert (data["strings"][groups[known.index(member)]] or member) == key


def test_fixes_come_in_their_order_with_command_diff_and_risk(data: dict[str, Any], project: Project) -> None:
    fixes = project.proposals.fixes
    shown = data["answers"]["fixes"]
    assert [one["id"] for one in shown] == [fix.id for fix in fixes]
    assert [one["name"] for one in shown] == [name_of(fix) for fix in fixes]
    deferred = next(one for one in shown if one["gains"])
    assert deferred["diff"].startswith("--- a/shop/orders/place.py")
    assert deferred["risk"] in {"safe", "review", "unsafe"}
    assert deferred["verdict"] is None


def test_what_verification_found_stands_with_a_fix(shop: Project) -> None:
    report = make_report(shop)
    first, second, *rest = report.fixes
    text = "verified (2026-01-31, Python 3.12: imports, tests): import shop.cli saves 20.1 ms"
    fixes = (replace(first, verification=text), replace(second, verification="withdrawn: it fails"), *rest)
    one, two, *_ = document(shop, dataclass_replace(report, fixes=fixes))["answers"]["fixes"]
    assert one["verdict"] == {"holds": True, "text": text}
    assert two["verdict"]["holds"] is False


def test_cycles_failures_and_the_ledger_are_there(data: dict[str, Any], project: Project) -> None:
    known = names(data)
    [ring] = data["cycles"]
    assert ring["class"] == "crashes"
    assert [known[node] for node in ring["modules"]] == ["shop.ring_a", "shop.ring_b"]
    assert {one["code"] for one in data["answers"]["failing"]} >= {"IG001", "IG401"}
    ledger = data["answers"]["ledger"]
    assert ledger["found"] == ledger["analysed"] + len(ledger["broken"]) + ledger["excluded"]
    [definition] = data["fragmentation"]["definitions"]
    assert (definition["name"], definition["paths"]) == (
        "Order",
        [["shop.models", 1], ["shop.models.order", 1]],
    )


def test_the_same_tree_gives_the_same_bytes(open_files: Callable[..., Project]) -> None:
    first, second = (json_bytes(document(p, make_report(p)), 0) for p in (open_files(SHOP), open_files(SHOP)))
    assert first == second


def test_an_import_past_the_top_is_no_node(open_files: Callable[..., Project]) -> None:
    project = open_files({"app/__init__.py": "", "app/a.py": "from .....x import y\nimport os\n"})
    data = json.loads(json_bytes(document(project, make_report(project)), 0))
    assert [one[0] for one in statements_of(data, "app.a")] == ["os"]


def test_names_that_act_are_escapes(open_files: Callable[..., Project]) -> None:
    project = open_files({"app/__init__.py": "", "app/x\u202ey.py": "import os\n"})
    text = json_bytes(document(project, make_report(project)), 0).decode()
    assert "\u202e" not in text
    assert "app.x\\\\u202ey" in text
