"""Small helpers: proposals of tiny programs, and rewrites that are parsed and tried twice."""

import ast
import textwrap

from importgraph.fixes.deferring.deferral import Deferrals
from importgraph.fixes.model import DeferImport, Fix, Form
from importgraph.fixes.rewriting.rewrite import Refused, rewrite
from importgraph.project import Project


def lazy_fixes(project: Project) -> list[Fix]:
    return [fix for fix in project.proposals.fixes if fix.kind == "lazy-imports"]


def deferred_statements(project: Project) -> set[str]:
    return {edit.statement for fix in lazy_fixes(project) for edit in fix.edits}


def verdict_of(project: Project, importer: str, bound: str):
    deferrals = Deferrals(project.snapshot, {})
    edges = [e for e in project.graph.imports if e.importer == importer]
    edge = next(e for e in edges if (e.alias or e.name or e.imported.partition(".")[0]) == bound)
    return deferrals.verdict(edge)


def edit(line, statement, bound, *functions, form=Form.FUNCTIONS, submodule=False):
    return DeferImport("m.py", line, statement, bound, form, functions, submodule)


def text(source: str) -> str:
    return textwrap.dedent(source).lstrip("\n")


def check_refused(source: str, *edits, reason: str = "") -> None:
    result = rewrite(text(source), edits)
    assert isinstance(result, Refused), result
    assert reason in result.reason


def check_rewritten(before: str, after: str, *edits) -> None:
    result = rewrite(text(before), edits)
    assert result == text(after)
    ast.parse(result)
    assert isinstance(rewrite(result, edits), Refused)  # the import is gone: a second run finds nothing to do
