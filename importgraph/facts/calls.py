"""Calls that import or patch a module named by a string."""

import ast
import re
from typing import TYPE_CHECKING

from importgraph.facts.chains import chain
from importgraph.facts.model import Dynamic, Import, Origin

if TYPE_CHECKING:
    from importgraph.facts.walk import Context, Walk

_IMPORTERS = {"import_module", "__import__", "importorskip"}
_PATCHERS = {"patch", "setattr", "delattr", "dict", "multiple"}
_HAZARDS = {"globals", "vars", "locals", "exec", "eval"}


_MODULE_NAME = re.compile(r"[A-Za-z_.][\w.]*\Z").match
_MANY_STRINGS = 64
_MANY_ARGUMENTS = 8


def literal_arguments(node: ast.Call) -> str:
    """Return the positional arguments of a call joined by `|`, if all are literal strings and few; else nothing."""
    texts = [_text(argument) for argument in node.args]
    if not texts or len(texts) > _MANY_ARGUMENTS or not all(texts):
        return ""
    return "|".join(text or "" for text in texts) if all(_MODULE_NAME(text or "") for text in texts) else ""


def loop_values(node: ast.expr) -> str:
    """Describe what a loop runs over: `=a|b` for literal strings, a chain, or nothing."""
    elements = node.elts if isinstance(node, ast.List | ast.Tuple | ast.Set) else None
    if elements is None:
        return chain(node)
    texts = [_text(element) for element in elements]
    if not texts or len(texts) > _MANY_STRINGS or not all(texts) or any("|" in (text or "") for text in texts):
        return ""
    return "=" + "|".join(text or "" for text in texts)


def special_call(walk: "Walk", node: ast.Call, name: str, context: "Context") -> None:
    """Record what a call imports by name, if it is one of the calls that do."""
    last = name.rpartition(".")[2]
    if last in _IMPORTERS:
        _import_call(walk, node, last, context)
    elif last in _PATCHERS and ("patch" in name):
        _patch_call(walk, node, context)
    elif name in _HAZARDS:
        walk.hazards.add(name)
    elif name in {"lazy_loader.attach", "lazy.attach"}:
        _attach_call(walk, node, context)
    elif "module" in last and any(chain(argument) == "__name__" for argument in node.args):
        walk.hazards.add("sys.modules")  # `recreate_module(__name__, …)` replaces the module


def _text(node: ast.expr | None) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def _dynamic(walk: "Walk", node: ast.AST, context: "Context", *, target: str, origin: Origin) -> Import:
    level = len(target) - len(target.lstrip("."))
    return walk.make_import(
        context, node, module=target[level:], level=level, name=None, alias=None, lazy=False, origin=origin
    )


def _import_call(walk: "Walk", node: ast.Call, function: str, context: "Context") -> None:
    argument = node.args[0] if node.args else next((k.value for k in node.keywords if k.arg in {"name", "modname"}), None)
    target = _text(argument)
    if target is None:
        pattern, variable = _pattern(argument) if argument is not None else ("", "")
        walk.dynamic.append(Dynamic(node.lineno, function, context.function, pattern, walk.loops.get(variable, "")))
    elif target.startswith(".") and not _anchored_here(node):
        walk.dynamic.append(Dynamic(node.lineno, function, context.function, "", ""))
    elif target.strip("."):
        walk.add_import(_dynamic(walk, node, context, target=target, origin=Origin.DYNAMIC), context)


def _pattern(node: ast.expr) -> tuple[str, str]:
    """Return a computed module name with `{}` for the variable in it, and the variable."""
    match node:
        case ast.Name(id=name):
            return "{}", name
        case ast.BinOp(left=ast.Constant(value=str(text)), op=ast.Mod(), right=ast.Name(id=name)) if text.count("%s") == 1:
            return text.replace("%s", "{}"), name
        case ast.BinOp(left=ast.Constant(value=str(text)), op=ast.Add(), right=ast.Name(id=name)):
            return text + "{}", name
        case ast.JoinedStr(values=[ast.Constant(value=str(text)), ast.FormattedValue(value=ast.Name(id=name))]):
            return text + "{}", name
        case ast.Call(func=ast.Attribute(value=ast.Constant(value=str(text)), attr="format"), args=[ast.Name(id=name)]):
            return text, name
    return "", ""


def _anchored_here(node: ast.Call) -> bool:
    """Tell whether a relative `import_module` starts from this module's own package."""
    anchor = node.args[1] if len(node.args) > 1 else next((k.value for k in node.keywords if k.arg == "package"), None)
    return anchor is not None and chain(anchor) in {"__name__", "__package__"}


def _patch_call(walk: "Walk", node: ast.Call, context: "Context") -> None:
    target = _text(node.args[0]) if node.args else None
    if target and "." in target and all(part.isidentifier() for part in target.split(".")):
        walk.imports.append(_dynamic(walk, node, context, target=target, origin=Origin.MOCK))


def _attach_call(walk: "Walk", node: ast.Call, context: "Context") -> None:
    """Read `lazy_loader.attach(__name__, submodules=…, submod_attrs=…)` (Scientific Python SPEC 1)."""
    values = {k.arg: k.value for k in node.keywords}
    values.update(zip(["package_name", "submodules", "submod_attrs"], node.args, strict=False))
    for element in getattr(values.get("submodules"), "elts", ()):
        _attached(walk, element, None, context)
    attributes = values.get("submod_attrs")
    if isinstance(attributes, ast.Dict):
        for key, names in zip(attributes.keys, attributes.values, strict=True):
            for element in getattr(names, "elts", ()):
                _attached(walk, key, element, context)


def _attached(walk: "Walk", module: ast.expr | None, name: ast.expr | None, context: "Context") -> None:
    target = _text(module)
    if target and module is not None:
        found = walk.make_import(
            context,
            name or module,
            module=target if name is not None else "",
            level=1,
            name=_text(name) if name is not None else target,
            alias=None,
            lazy=True,
            origin=Origin.DYNAMIC,
        )
        walk.imports.append(found)
