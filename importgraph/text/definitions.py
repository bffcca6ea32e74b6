"""What differs between two texts of a module: functions alone, or more than that."""

import ast
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True)
class Difference:
    """Two texts that differ in functions alone; comments and line numbers do not count."""

    changed: frozenset[str]
    """Qualified names of functions in both whose bodies differ."""
    removed: frozenset[str]
    added: frozenset[str]


def compare_definitions(before: ast.Module, after: ast.Module) -> Difference | None:
    """Compare two trees; None where anything outside the bodies of functions differs.

    Headers (decorators, parameters, annotations, docstrings) and the order of statements are outside. Both
    trees are used up.
    """
    old, new = _Functions(), _Functions()
    old.visit_body(before.body, "")
    new.visit_body(after.body, "")
    doubles = {name for side in (old, new) for name, count in Counter(side.names).items() if count > 1}
    removed = old.bodies.keys() - new.bodies.keys()
    added = new.bodies.keys() - old.bodies.keys()
    if doubles & {name for name, _ in removed | added}:
        return None
    for side, gone in ((old, removed), (new, added)):
        for key in gone:
            container, function = side.places[key]
            container.remove(function)
    if not _same(before, after):
        return None
    both = old.bodies.keys() & new.bodies.keys()
    changed = {key[0] for key in both if not _same(old.bodies[key], new.bodies[key])}
    return Difference(
        frozenset(changed), frozenset(name for name, _ in removed), frozenset(name for name, _ in added)
    )


@dataclass
class _Functions:
    """Takes the bodies out of all functions that stand outside functions."""

    bodies: dict[tuple[str, int], list[ast.stmt]] = field(default_factory=dict)
    """By qualified name and the number of the definition among those of that name."""
    places: dict[tuple[str, int], tuple[list[ast.stmt], _Function]] = field(default_factory=dict)
    names: list[str] = field(default_factory=list)

    def visit_body(self, body: list[ast.stmt], prefix: str) -> None:
        for node in body:
            if isinstance(node, _FUNCTIONS):
                name = prefix + node.name
                key = (name, self.names.count(name))
                self.names.append(name)
                docstring = node.body[:1] if ast.get_docstring(node, clean=False) is not None else []
                self.bodies[key] = node.body[len(docstring) :]
                self.places[key] = (body, node)
                node.body = docstring
            elif isinstance(node, ast.ClassDef):
                self.visit_body(node.body, f"{prefix}{node.name}.")
            else:
                for inner in _bodies(node):
                    self.visit_body(inner, prefix)


def _same(one: object, other: object) -> bool:
    """Tell whether two trees are the same but for places in the text."""
    work = [(one, other)]
    while work:
        left, right = work.pop()
        if type(left) is not type(right):
            return False
        if isinstance(left, ast.AST):
            work += [(getattr(left, name, None), getattr(right, name, None)) for name in left._fields]
        elif isinstance(left, list) and isinstance(right, list):
            if len(left) != len(right):
                return False
            work += zip(left, right, strict=True)
        elif left != right or (isinstance(left, float | complex) and repr(left) != repr(right)):
            return False  # 0.0 is equal to -0.0
    return True


def _bodies(node: ast.AST) -> Iterator[list[ast.stmt]]:
    for _, value in ast.iter_fields(node):
        if isinstance(value, list) and value and isinstance(value[0], ast.stmt):
            yield value
        elif isinstance(value, list):
            yield from (c.body for c in value if isinstance(c, ast.ExceptHandler | ast.match_case))
