"""Classes brought in line with the project's rules: a required base, set-up methods that both run."""

import ast
from collections.abc import Iterator

from importgraph.findings.own_rules.check import check_rules, own_rules
from importgraph.findings.own_rules.classes import bases_of
from importgraph.findings.own_rules.model import CustomRule
from importgraph.fixes.model import AddImport, Applicability, Edit, Fix, ReplaceText, SkippedFix
from importgraph.fixes.rewriting.import_places import first_line_of
from importgraph.fixes.texts.parsed import parsed
from importgraph.fixes.texts.scopes import Function
from importgraph.fixes.texts.source_text import Text
from importgraph.graph.resolve import Symbol
from importgraph.graph.views import closure
from importgraph.snapshot import Snapshot

BASE, METHODS = "required-base", "merged-methods"
_PAIRS = {"setUp": "setup_method", "tearDown": "teardown_method"}
"""What unittest calls, and what pytest calls besides, of a `unittest.TestCase`."""
_Made = tuple[list[Edit], str]
"""Edits, or why there are none."""


def propose_class_rules(snapshot: Snapshot) -> Iterator[Fix | SkippedFix]:
    """Propose an edit for each class that breaks a rule about bases, or about set-up beside set-up."""
    makers = {"required-base": _with_base, "conflicting-methods": _merged}
    for rule in own_rules(snapshot):
        maker = makers.get(rule.kind)
        for finding in check_rules([rule], snapshot) if maker is not None else ():
            path = finding.locations[0].path
            module = next(name for name, one in snapshot.graph.modules.items() if one.path == path)
            text = Text(snapshot.read_text(path).removeprefix("\ufeff"))
            qualname = finding.subject.removeprefix(f"{module}.")
            node = _class_of(parsed(text.source).tree, qualname)
            edits, why = (
                maker(snapshot, rule, module, node, text) if node is not None and maker else ([], "no class")
            )
            if edits:
                yield _fix(rule, finding.subject, edits, why)
            else:
                yield SkippedFix(rule.kind, finding.subject, why)


def _class_of(tree: ast.Module, qualname: str) -> ast.ClassDef | None:
    """Return the only class of a qualified name."""
    body: list[ast.stmt] = tree.body
    found: list[ast.ClassDef] = []
    for part in qualname.split("."):
        found = [node for node in body if isinstance(node, ast.ClassDef) and node.name == part]
        if len(found) != 1:
            return None
        body = found[0].body
    return found[0] if found else None


def _with_base(snapshot: Snapshot, rule: CustomRule, module: str, node: ast.ClassDef, text: Text) -> _Made:
    home, _, name = rule.base.rpartition(".")
    path = snapshot.graph.modules[module].path
    if home in snapshot.graph.modules and home != module and module in closure(snapshot.runtime, [home]):
        return [], f"`{home}` loads `{module}`: importing it there closes a cycle"
    edits: list[Edit] = [] if home == module or not home else [AddImport(path, f"from {home} import {name}")]
    if node.bases:
        last = node.bases[-1]
        written = text.source[slice(*text.span(last))]
        edits.append(ReplaceText(path, last.lineno, last.col_offset, written, f"{written}, {name}"))
        return edits, "the base stands last, so that the others come first as before"
    line = text.lines[node.lineno - 1].rstrip("\r\n")
    head = line.encode()[node.col_offset :].decode()
    for old, new in (
        (f"class {node.name}():", f"({name}):"),
        (f"class {node.name}:", f"({name}):"),
        (f"class {node.name}(", f"({name}, "),
    ):
        if head.startswith(old):
            return [
                ReplaceText(path, node.lineno, node.col_offset, old, f"class {node.name}{new}"),
                *edits,
            ], "it had no base"
    return [], "the head of the class is laid out in a way that is not handled"


def _merged(snapshot: Snapshot, rule: CustomRule, module: str, node: ast.ClassDef, text: Text) -> _Made:
    """Let what unittest calls do what pytest calls besides, so that it happens once under both."""
    path = snapshot.graph.modules[module].path
    own = {one.name: one for one in node.body if isinstance(one, ast.FunctionDef)}
    edits: list[Edit] = []
    symbol = Symbol("class", module, node.name)
    is_case = "unittest.TestCase" in bases_of(
        snapshot.resolver, symbol
    ) or "unittest.case.TestCase" in bases_of(snapshot.resolver, symbol)
    for unit, other in _PAIRS.items():
        if not {unit, other} <= set(rule.methods):
            continue
        if not is_case:
            return [], f"it is no unittest.TestCase: pytest calls its `{other}` alone"
        if unit not in own or other not in own:
            return [], "one of the methods is inherited"
        made, why = _call(path, own[unit], own[other], text)
        if not made:
            return [], why
        edits += made
    return edits, "pytest ran both, unittest one of them" if edits else "there is no way to merge these"


def _call(path: str, unit: ast.FunctionDef, other: ast.FunctionDef, text: Text) -> _Made:
    names = [one.arg for one in other.args.args]
    plain = len(names) in {1, 2} and not (other.args.vararg or other.args.kwarg or other.args.kwonlyargs)
    takes = len(names) > 1 and not other.args.defaults
    inner = [n for statement in other.body for n in ast.walk(statement)]
    if not plain or other.decorator_list or any(isinstance(n, ast.Name) and n.id == "super" for n in inner):
        return [], f"`{other.name}` takes more than its test, or asks its base"
    if takes and any(isinstance(n, ast.Name) and n.id == names[1] for n in inner):
        return [], f"`{other.name}` uses `{names[1]}`"
    first = unit.body[1] if len(unit.body) > 1 and ast.get_docstring(unit) is not None else unit.body[0]
    indent = text.before(first)
    if indent.strip() or not text.stands_alone(unit.body[-1]) or isinstance(first, Function | ast.ClassDef):
        return [], f"the body of `{unit.name}` is laid out in a way that is not handled"
    call = f"{indent}self._{other.name}({'None' if takes else ''})"
    edits: list[Edit] = [
        ReplaceText(path, other.lineno, other.col_offset, f"def {other.name}(", f"def _{other.name}(")
    ]
    if unit.name == "setUp":
        place = first_line_of(first)
        line = text.lines[place - 1].rstrip("\r\n")
        edits.append(ReplaceText(path, place, 0, line, f"{call}\n{line}"))
    else:
        line = text.lines[(unit.end_lineno or unit.lineno) - 1].rstrip("\r\n")
        edits.append(ReplaceText(path, unit.end_lineno or unit.lineno, 0, line, f"{line}\n{call}"))
    return edits, ""


def _fix(rule: CustomRule, subject: str, edits: list[Edit], why: str) -> Fix:
    what = f"Let `{subject}` inherit from `{rule.base}`"
    if rule.kind != "required-base":
        names = ", ".join(f"`{name}`" for name in rule.methods)
        what = f"Let `{subject}` do all of {names} once, under unittest and pytest"
    return Fix(
        id="",
        kind=BASE if rule.kind == "required-base" else METHODS,
        title=what,
        gains=(),
        resolves=1,
        statements=1,
        applicability=Applicability.UNSAFE,
        reasons=(
            f"the rule {rule.code} of the project says so: only its tests can tell whether it is right",
            why,
        ),
        findings=(f"{rule.code} {subject}",),
        edits=tuple(edits),
    )
