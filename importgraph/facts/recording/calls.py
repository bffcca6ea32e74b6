"""Calls that import or patch a module named by a string."""

import ast
import re

from importgraph.facts.model import Dynamic, Import, Origin
from importgraph.facts.recording.chains import chain, literal
from importgraph.facts.recording.recorder import Context, Recorder

_IMPORTERS = {"import_module", "__import__", "importorskip"}
_PATCHERS = {"patch", "setattr", "delattr", "dict", "multiple"}
_HAZARDS = {"globals", "vars", "locals", "exec", "eval"}
_LAZY_ATTACH = {"lazy_loader.attach", "lazy.attach", "attach"}
SPECIAL_NAMES = frozenset({*_IMPORTERS, *_PATCHERS, *_HAZARDS, "attach"})
"""Last names of the calls that `special_call` knows, beside those with `module` in their name."""

_MODULE_NAME = re.compile(r"[A-Za-z_.][\w.]*\Z").match
_MANY_STRINGS = 64
_MANY_ARGUMENTS = 8


def literal_arguments(arguments: list[ast.expr]) -> str:
    """Join the arguments of a call by `|`, if all are literal strings and few; else give nothing."""
    if len(arguments) > _MANY_ARGUMENTS:
        return ""
    texts = [literal(argument) or "" for argument in arguments]
    return "|".join(texts) if all(map(_MODULE_NAME, texts)) else ""


def loop_values(node: ast.expr) -> str:
    """Describe what a loop runs over: `=a|b` for literal strings, a chain, or nothing."""
    elements = node.elts if isinstance(node, ast.List | ast.Tuple | ast.Set) else None
    if elements is None:
        return chain(node)
    texts = [literal(element) for element in elements]
    if (
        not texts
        or len(texts) > _MANY_STRINGS
        or not all(texts)
        or any("|" in (text or "") for text in texts)
    ):
        return ""
    return "=" + "|".join(text or "" for text in texts)


def special_call(recorder: Recorder, node: ast.Call, name: str, context: Context) -> None:
    """Record what a call imports by name, if it is one of the calls that do."""
    last = name.rpartition(".")[2]
    if last in _IMPORTERS:
        _import_call(recorder, node, last, context)
    elif last in _PATCHERS and ("patch" in name):
        _patch_call(recorder, node, context)
    elif name in _HAZARDS:
        recorder.hazards.add(name)
    elif name in _LAZY_ATTACH:
        _attach_call(recorder, node, context)
    elif "module" in last and any(chain(argument) == "__name__" for argument in node.args):
        recorder.hazards.add("sys.modules")  # `recreate_module(__name__, …)` replaces the module


def _dynamic(recorder: Recorder, node: ast.expr, context: Context, *, target: str, origin: Origin) -> Import:
    level = len(target) - len(target.lstrip("."))
    return recorder.make_import(
        context, node, module=target[level:], level=level, name=None, alias=None, lazy=False, origin=origin
    )


def _import_call(recorder: Recorder, node: ast.Call, function: str, context: Context) -> None:
    argument = (
        node.args[0]
        if node.args
        else next((k.value for k in node.keywords if k.arg in {"name", "modname"}), None)
    )
    target = literal(argument)
    if target is None:
        pattern, variable = _pattern(argument) if argument is not None else ("", "")
        recorder.dynamic.append(
            Dynamic(node.lineno, function, context.function, pattern, recorder.loops.get(variable, ""))
        )
    elif target.startswith(".") and not _anchored_here(node):
        recorder.dynamic.append(Dynamic(node.lineno, function, context.function, "", ""))
    elif target.strip("."):
        recorder.add_import(_dynamic(recorder, node, context, target=target, origin=Origin.DYNAMIC), context)


def _pattern(node: ast.expr) -> tuple[str, str]:
    """Return a computed module name with `{}` for the variable in it, and the variable."""
    match node:
        case ast.Name(id=name):
            return "{}", name
        case ast.BinOp(left=ast.Constant(value=str(text)), op=ast.Mod(), right=ast.Name(id=name)) if (
            text.count("%s") == 1
        ):
            return text.replace("%s", "{}"), name
        case ast.BinOp(left=ast.Constant(value=str(text)), op=ast.Add(), right=ast.Name(id=name)):
            return text + "{}", name
        case ast.JoinedStr(
            values=[ast.Constant(value=str(text)), ast.FormattedValue(value=ast.Name(id=name))]
        ):
            return text + "{}", name
        case ast.Call(
            func=ast.Attribute(value=ast.Constant(value=str(text)), attr="format"), args=[ast.Name(id=name)]
        ):
            return text, name
        case _:
            return "", ""


def _anchored_here(node: ast.Call) -> bool:
    """Tell whether a relative `import_module` starts from this module's own package."""
    named = (keyword.value for keyword in node.keywords if keyword.arg == "package")
    anchor = node.args[1] if len(node.args) > 1 else next(named, None)
    return anchor is not None and chain(anchor) in {"__name__", "__package__"}


def _patch_call(recorder: Recorder, node: ast.Call, context: Context) -> None:
    target = literal(node.args[0]) if node.args else None
    if target and "." in target and all(part.isidentifier() for part in target.split(".")):
        recorder.imports.append(_dynamic(recorder, node, context, target=target, origin=Origin.MOCK))


def _attach_call(recorder: Recorder, node: ast.Call, context: Context) -> None:
    """Read `lazy_loader.attach(__name__, submodules=…, submod_attrs=…)` (Scientific Python SPEC 1)."""
    values = {k.arg: k.value for k in node.keywords}
    values.update(zip(["package_name", "submodules", "submod_attrs"], node.args, strict=False))
    package = values.get("package_name")
    if package is None or chain(package) != "__name__":
        return
    recorder.closed = all(_is_literal(values.get(name)) for name in ("submodules", "submod_attrs"))
    for element in getattr(values.get("submodules"), "elts", ()):
        _attached(recorder, element, None, context)
    attributes = values.get("submod_attrs")
    if isinstance(attributes, ast.Dict):
        for key, names in zip(attributes.keys, attributes.values, strict=True):
            for element in getattr(names, "elts", ()):
                _attached(recorder, key, element, context)


def _is_literal(node: ast.expr | None) -> bool:
    """Tell whether a table that `attach` is given is there in full: of strings, lists and dictionaries."""
    containers = (ast.List, ast.Tuple, ast.Set, ast.Dict, ast.Constant, ast.expr_context)
    return node is None or all(isinstance(inner, containers) for inner in ast.walk(node))


def _attached(recorder: Recorder, module: ast.expr | None, name: ast.expr | None, context: Context) -> None:
    target = literal(module)
    if target and module is not None:
        found = recorder.make_import(
            context,
            name or module,
            module=target if name is not None else "",
            level=1,
            name=literal(name) if name is not None else target,
            alias=None,
            lazy=True,
            origin=Origin.DYNAMIC,
        )
        recorder.imports.append(found)
