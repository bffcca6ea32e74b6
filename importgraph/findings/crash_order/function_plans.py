"""What the body of a function does step by step, with the globals it reads, which facts leave out."""

import ast
from dataclasses import dataclass

from importgraph.facts.model import Condition, Import, Step, StepKind
from importgraph.facts.parse import read_facts


@dataclass(frozen=True, slots=True)
class Plan:
    """What a function does when it runs, with the globals it reads, in order."""

    body: tuple[Step, ...]
    imports: tuple[Import, ...]
    """What the import steps refer to."""
    conditions: tuple[Condition, ...]
    """What `Step.when` refers to."""
    local_names: frozenset[str]


def read_plan(node: ast.FunctionDef, future: list[ast.stmt]) -> Plan:
    """Read the body of a function as if it were a module's, which records what it reads, in order."""
    facts = read_facts(ast.Module(body=[*future, *node.body], type_ignores=[]))
    declared = {name for inner in ast.walk(node) if isinstance(inner, ast.Global) for name in inner.names}
    arguments = [
        *node.args.posonlyargs,
        *node.args.args,
        *node.args.kwonlyargs,
        node.args.vararg,
        node.args.kwarg,
    ]
    local_names = {argument.arg for argument in arguments if argument is not None}
    local_names |= {inner.id for inner in ast.walk(node) if isinstance(inner, ast.Name) and not _loads(inner)}
    local_names |= {item.bound for item in facts.imports if item.bound}
    local_names |= {
        step.name
        for step in facts.body
        if step.kind in {StepKind.FUNCTION, StepKind.CLASS} and "." not in step.name
    }
    last = next((statement for statement in node.body if _may_leave(statement)), node)
    body = tuple(step for step in facts.body if step.line <= (last.end_lineno or last.lineno))
    return Plan(body, facts.imports, facts.conditions, frozenset(local_names - declared))


def _loads(node: ast.Name) -> bool:
    return isinstance(node.ctx, ast.Load)


def _may_leave(statement: ast.stmt) -> bool:
    """Tell whether what follows a statement of a function may not run."""
    if isinstance(statement, ast.Return | ast.Raise):
        return True
    if not isinstance(statement, ast.If):
        return False
    inner = (one for branch in (statement.body, statement.orelse) for one in branch)
    return any(isinstance(one, ast.Return | ast.Raise) for one in inner)
