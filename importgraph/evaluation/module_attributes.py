"""What a module binds: by its body, by definition, as a submodule, or by its `__getattr__`."""

import ast

from importgraph.evaluation.protocol import Interpreter, Source
from importgraph.evaluation.values.objects import Module
from importgraph.evaluation.values.records import Record
from importgraph.evaluation.values.value import Arguments, Deferred, Raised, Result, Unknown, Value
from importgraph.evaluation.values.values import Constant, Table, wrap


def module_attribute(interpreter: Interpreter, module: Module, name: str) -> Result:
    """Return what a module binds: by its body, by definition, as a submodule, or by its `__getattr__`."""
    found = _bound(interpreter, module, name)
    if found is not None:
        return found
    replaced = module.status.get("replaced")
    if isinstance(replaced, Value) and replaced is not module:
        return replaced.attribute(interpreter, name)
    refused = False
    answering = _bound(interpreter, module, "__getattr__") if name != "__getattr__" else None
    if answering is not None and not name.startswith("__"):
        answer = answering.call(interpreter, Arguments((Constant(name),)))
        if not isinstance(answer, Raised) or answer.kind != "AttributeError":
            return answer
        refused = answer.explicit
    is_half = module.status.get("state") == "loading" and not interpreter.policy.executes(module.name)
    if module.status.get("open") or is_half:
        return Unknown(f"`{name}` of {module.described()}")
    message = f"module {module.name!r} has no attribute {name!r}"
    return Raised("AttributeError", message, about=module, name=name, explicit=refused)


def namespace_of(module: Module) -> Table:
    """Return the dictionary of a module, as `globals()` gives it."""
    return Table({"items": module.namespace, "open": bool(module.status.get("open")), "of": module})


def _bound(interpreter: Interpreter, module: Module, name: str) -> Value | None:
    if name == "__dict__":
        names = namespace_of(module)
        is_whole = interpreter.policy.executes(module.name)
        return names if is_whole else Table({**names.state, "open": True, "unlisted": True})
    interpreter.asked.add((module.name, name))
    if name in module.namespace:
        found: Value = module.namespace[name]
        return found.value() if isinstance(found, Deferred) and found.at_once else found
    special = _special(interpreter, module, name)
    return special if special is not None else interpreter.supply(module, name)


def _special(interpreter: Interpreter, module: Module, name: str) -> Value | None:
    source = interpreter.policy.source(module.name) if name.startswith("__") else None
    if source is None:
        return None
    path = _path(source)
    folder = path.rpartition("/")[0]
    if name == "__spec__":
        fields = {"name": module.name, "origin": path, "parent": source.package, "has_location": True}
        fields["submodule_search_locations"] = [folder] if source.is_package else None
        return Record("ModuleSpec", {key: wrap(value) for key, value in fields.items()})
    values = {
        "__name__": module.name,
        "__package__": source.package,
        "__file__": path,
        "__doc__": ast.get_docstring(source.tree, clean=False),
        "__path__": [folder] if source.is_package else None,
    }
    from_table = values.get(name)
    if name == "__doc__" or from_table is not None:
        return wrap(from_table)
    return None


def _path(source: Source) -> str:
    return source.path if source.path.startswith("/") else f"{ROOT}/{source.path}"


def folder_of(interpreter: Interpreter, module: str) -> str | None:
    """Return the folder in which the file of a module is; None where it has none to read."""
    source = interpreter.policy.source(module)
    return _path(source).rpartition("/")[0] if source is not None and source.path else None


ROOT = "/root-of-the-tree"
"""What stands for the folder of the analysed tree in paths that evaluated code computes."""
