"""Tests of `if` statements that decide at import time: type checking, version, platform, `__main__`."""

import ast
from typing import NamedTuple

from importgraph.facts.model import Condition, Guard
from importgraph.facts.recording.chains import chain, literal

_OPERATORS: dict[type[ast.cmpop], str] = {
    ast.GtE: ">=",
    ast.Gt: ">",
    ast.LtE: "<=",
    ast.Lt: "<",
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.In: "in",
    ast.NotIn: "not in",
}
_ENVIRONMENT = {"os.environ.get()", "os.getenv()", "environ.get()", "getenv()"}
_ENVIRONMENTS = {"os.environ", "environ"}
_MEMBERSHIP = {"in", "not in"}
_PLATFORMS = {
    "sys.platform": "platform",
    "os.name": "os",
    "sys.implementation.name": "implementation",
    "platform.system()": "system",
    "platform.python_implementation()": "implementation",
}


class Test(NamedTuple):
    """What a branch means.

    `always` and `never` are decided by text alone; a test with neither guard nor verdict is unknown.
    """

    guard: Guard | None = None
    conditions: tuple[Condition, ...] = ()
    always: bool = False
    never: bool = False

    @property
    def known(self) -> bool:
        """Tell whether text, or text and target, decide the branch."""
        return bool(self.guard is not None or self.conditions or self.always or self.never)


NEVER = Condition("never", "", "", negated=False)
"""The condition on what stands below `if False`."""
UNKNOWN = Test()
_ALWAYS = Test(always=True)
_NEVER = Test(never=True)
_TYPE_ONLY = Test(guard=Guard.TYPE_CHECKING)


class Names(NamedTuple):
    """Local names that stand for something a test can use."""

    type_checking: set[str]
    tests: dict[str, Test]


_LARGE = 1_000_000
"""No part of a version is; a number of thousands of digits cannot even be written in decimals."""


def read_test(node: ast.expr, names: Names) -> tuple[Test, Test]:
    """Read the test of an `if`.

    Returns:
        What the body means, and what the `else` means.
    """
    kind = type(node)
    if kind is ast.UnaryOp and isinstance(node.op, ast.Not):  # type: ignore[attr-defined]
        body, other = read_test(node.operand, names)  # type: ignore[attr-defined]
        return other, body
    if kind is ast.BoolOp:
        return _bool_op(node, names)  # type: ignore[arg-type]
    if kind is ast.Compare and len(node.ops) == 1:  # type: ignore[attr-defined]
        return _compare(node, names)  # type: ignore[arg-type]
    if kind is ast.Constant:
        return (_ALWAYS, _NEVER) if node.value else (_NEVER, _ALWAYS)  # type: ignore[attr-defined]
    return _name_or_call(node, names)


def _name_or_call(node: ast.expr, names: Names) -> tuple[Test, Test]:
    text = chain(node)
    if text in names.type_checking or text.rpartition(".")[2] == "TYPE_CHECKING":
        return _TYPE_ONLY, _ALWAYS
    if text in names.tests:
        test = names.tests[text]
        return test, _negate(test)
    if isinstance(node, ast.Call) and text in _ENVIRONMENT and not node.keywords and len(node.args) == 1:
        variable = _strings(node.args[0])
        if variable:
            return _pair(None, Condition("environment", "set", variable, negated=False))
    if isinstance(node, ast.Call) and text == "sys.platform.startswith()" and len(node.args) == 1:
        prefix = _strings(node.args[0])
        if prefix:
            return _pair(Guard.PLATFORM, Condition("platform", "startswith", prefix, negated=False))
    return UNKNOWN, UNKNOWN


def _bool_op(node: ast.BoolOp, names: Names) -> tuple[Test, Test]:
    tests = [read_test(value, names)[0] for value in node.values]
    if isinstance(node.op, ast.Or):
        variables = [_variable(test) for test in tests]
        if all(variables):
            return _pair(None, Condition("environment", "set", "|".join(variables), negated=False))
        negated = [_negate(test) for test in tests]
        body, other = _all_of(negated)
        return other, body
    return _all_of(tests)


def _variable(test: Test) -> str:
    """Return the environment variable that a test asks for, and nothing else."""
    one = test.conditions[0] if len(test.conditions) == 1 else None
    return one.value if one is not None and one.subject == "environment" and not one.negated else ""


def _all_of(tests: list[Test]) -> tuple[Test, Test]:
    """Combine by `and`: what holds when all do, and what is known when one does not."""
    if any(test.never for test in tests):
        return _NEVER, _ALWAYS
    rest = [test for test in tests if not test.always]
    if not rest:
        return _ALWAYS, _NEVER
    if len(rest) == 1:
        return rest[0], _negate(rest[0])
    if any(test.guard is Guard.TYPE_CHECKING for test in rest):
        return _TYPE_ONLY, _ALWAYS
    guard = next((test.guard for test in rest if test.guard is not None), None)
    conditions = tuple(condition for test in rest for condition in test.conditions)
    return Test(guard, conditions), UNKNOWN


def _negate(test: Test) -> Test:
    if test.always or test.never:
        return Test(always=test.never, never=test.always)
    if test.guard is Guard.TYPE_CHECKING or test.guard is Guard.MAIN:
        return _ALWAYS
    if len(test.conditions) == 1:
        one = test.conditions[0]
        return Test(test.guard, (Condition(one.subject, one.operator, one.value, not one.negated),))
    return UNKNOWN


def _pair(guard: Guard | None, condition: Condition) -> tuple[Test, Test]:
    test = Test(guard, (condition,))
    return test, _negate(test)


def _compare(node: ast.Compare, names: Names) -> tuple[Test, Test]:
    operator = _OPERATORS.get(type(node.ops[0]))
    left, right = node.left, node.comparators[0]
    if isinstance(right, ast.Constant) and isinstance(right.value, bool) and operator is None:
        body, other = read_test(left, names)  # `TYPE_CHECKING is True`
        return (body, other) if right.value == isinstance(node.ops[0], ast.Is) else (other, body)
    return (UNKNOWN, UNKNOWN) if operator is None else _compare_by(operator, left, right)


def _compare_by(operator: str, left: ast.expr, right: ast.expr) -> tuple[Test, Test]:
    subject, constant = chain(left), right.value if isinstance(right, ast.Constant) else None
    if subject == "__name__" and constant == "__main__":
        main = Test(guard=Guard.MAIN)
        return (main, _ALWAYS) if operator == "==" else (_ALWAYS, main)
    if operator in _MEMBERSHIP and isinstance(left, ast.Constant) and chain(right) in _ENVIRONMENTS:
        return _pair(None, Condition("environment", "set", literal(left) or "", negated=operator == "not in"))
    version = _version_subject(left)
    if version and (number := _version_value(right)):
        return _pair(Guard.VERSION, Condition(version, operator, number, negated=False))
    if subject in _PLATFORMS and (value := _strings(right)) is not None:
        return _pair(Guard.PLATFORM, Condition(_PLATFORMS[subject], operator, value, negated=False))
    return UNKNOWN, UNKNOWN


def _version_subject(node: ast.expr) -> str:
    """Return `version`, or `version[:n]` where only the first n parts are compared."""
    if isinstance(node, ast.Subscript) and chain(node.value).endswith("version_info"):
        match node.slice:
            case ast.Constant(value=0):
                return "version[:1]"
            case ast.Slice(lower=None, upper=ast.Constant(value=int(upper)), step=None) if (
                abs(upper) < _LARGE
            ):
                return f"version[:{upper}]"
            case _:
                return ""
    text = chain(node)
    if text.endswith("version_info"):
        return "version"
    return "version[:1]" if text.endswith("version_info.major") else ""


def _version_value(node: ast.expr) -> str:
    elements = node.elts if isinstance(node, ast.Tuple) else [node]
    values = [element.value for element in elements if isinstance(element, ast.Constant)]
    if len(values) != len(elements):
        return ""
    numbers = [value for value in values if isinstance(value, int) and not isinstance(value, bool)]
    return ".".join(map(str, numbers)) if all(abs(value) < _LARGE for value in numbers) else ""


def _strings(node: ast.expr) -> str | None:
    """Return one string, or several joined by a bar, or None where they are not literal."""
    elements = node.elts if isinstance(node, ast.Tuple | ast.List | ast.Set) else [node]
    values = [text for element in elements if (text := literal(element)) is not None]
    return "|".join(values) if len(values) == len(elements) else None
