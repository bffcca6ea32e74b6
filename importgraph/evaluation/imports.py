"""The import system: absolute names, packages on the way, `fromlist`, stars, modules half loaded.

The rules are those of `importlib._bootstrap` (`_find_and_load`, `_handle_fromlist`) and of IMPORT_FROM in
CPython's `ceval.c`.
"""

import ast

from importgraph.evaluation.journal import Imported
from importgraph.evaluation.objects import External, Module
from importgraph.evaluation.outcome import NORMAL, Outcome, raising
from importgraph.evaluation.protocol import Interpreter, Presence
from importgraph.evaluation.targets import bind
from importgraph.evaluation.value import Arguments, Deferred, Raised, Result, Unknown, Value, settled
from importgraph.evaluation.values import Constant, unwrap, wrap
from importgraph.names import ancestors, resolve_relative, top_level


def import_statement(interpreter: Interpreter, node: ast.Import) -> Outcome:
    """Run `import a.b as c`."""
    for alias in node.names:
        found = interpreter.import_name(alias.name, alias)
        if isinstance(found, Raised):
            return raising(found)
        if alias.asname is not None:
            bind(interpreter, alias.asname, found)
        else:
            top = top_level(alias.name)
            bind(interpreter, top, found if top == alias.name else _known(interpreter, top))
    return NORMAL


def _known(interpreter: Interpreter, name: str) -> Value:
    """Return a module that has been imported."""
    found = interpreter.policy.find(name, interpreter.frame.module.name)
    return interpreter.load(found) if found is not None else External(name)


def import_from(interpreter: Interpreter, node: ast.ImportFrom) -> Outcome:
    """Run `from a import b`."""
    package = package_of(interpreter)
    absolute = resolve_relative(package, node.level, node.module or "")
    if node.module == "__future__":
        names = tuple(alias.name for alias in node.names)
        interpreter.journal.put(interpreter.frame.module.status, "future", names, own=True)
        return NORMAL
    if absolute is None:
        return raising(Raised("ImportError", "attempted relative import beyond top-level package"))
    for alias in node.names:
        source = interpreter.import_name(absolute, alias)
        if isinstance(source, Raised):
            return raising(source)
        if alias.name == "*":
            star(interpreter, settled(source))
            continue
        value = _name_from(interpreter, settled(source), alias.name)
        if isinstance(value, Raised):
            return raising(value)
        bind(interpreter, alias.asname or alias.name, value)
    return NORMAL


def package_of(interpreter: Interpreter) -> str:
    """Return the `__package__` of the module that runs."""
    source = interpreter.policy.source(interpreter.frame.module.name)
    return source.package if source is not None else ""


def _name_from(interpreter: Interpreter, source: Value, name: str) -> Result:
    """Take a name from a module: what it binds, else its submodule, else what its `__getattr__` answers."""
    if not isinstance(source, Module):
        return source.attribute(interpreter, name)
    if name in source.namespace:
        return source.attribute(interpreter, name)
    policy = interpreter.policy
    if not policy.executes(source.name) and policy.binds(source.name, name):
        return Deferred(lambda: source.attribute(interpreter, name), {}, at_once=True)
    inner = policy.find(f"{source.name}.{name}", source.name)
    if inner is not None and inner != source.name:
        return interpreter.load(inner)
    found = source.attribute(interpreter, name)
    if isinstance(found, Raised) and found.kind == "AttributeError":
        return Raised("ImportError", f"cannot import name {name!r} from {source.name!r}")
    return found


def star(interpreter: Interpreter, source: Value) -> None:
    """Run `from source import *`; a module whose body does not run is asked name by name, later."""
    if not isinstance(source, Module):
        interpreter.journal.put(
            interpreter.frame.module.status, "open", f"a star import of {source.described()}"
        )
        return
    if source.namespace.get("__all__") is None and not interpreter.policy.executes(source.name):
        return
    listed = unwrap(source.namespace["__all__"]) if "__all__" in source.namespace else None
    names = (
        listed
        if isinstance(listed, list | tuple)
        else [n for n in source.namespace if not str(n).startswith("_")]
    )
    for name in names:
        value = source.attribute(interpreter, str(name))
        if isinstance(value, Value):
            bind(interpreter, str(name), value)


def import_module(interpreter: Interpreter, name: str, node: ast.AST, *, computed: bool) -> Result:
    """Import an absolute name with the packages around it; return the module it names."""
    frame, policy = interpreter.frame, interpreter.policy
    importer = frame.module.name
    line, column = getattr(node, "lineno", 0), getattr(node, "col_offset", -1) + 1
    interpreter.journal.events.append(
        Imported(frame.activation, line, column, name, frame.certain, computed=computed)
    )
    found = policy.find(name, importer)
    if found is not None:
        for around in ancestors(name):
            above = policy.find(around, importer)
            if above is not None:
                interpreter.load(above)
        return _loaded(interpreter, found)
    presence = policy.presence(name, importer)
    if presence is Presence.MISSING:
        return Raised("ModuleNotFoundError", f"No module named {name!r}")
    if presence is Presence.UNDECIDED:
        frame.possible.append(Raised("ModuleNotFoundError", f"No module named {name!r}", certain=False))
        frame.certain = frame.certain and not frame.guarded
    return External(name)


def _loaded(interpreter: Interpreter, name: str) -> Result:
    module = interpreter.load(name)
    interpreter.journal.put(module.status, "imported", True)
    failed = module.status.get("failed")
    return failed if isinstance(failed, Raised) else module


def run_module(interpreter: Interpreter, module: Module) -> None:
    """Run the body of a module once; while it runs, others see what it has bound so far."""
    source = interpreter.policy.source(module.name)
    if source is None or module.status.get("state") is not None:
        return
    journal = interpreter.journal
    journal.put(module.status, "state", "loading", own=True)
    outcome = interpreter.run_body(module, source.tree)
    journal.put(module.status, "state", "loaded", own=True)
    if outcome.raised is not None and outcome.certain:
        journal.put(module.status, "failed", outcome.raised, own=True)
        journal.put(module.status, "state", "failed", own=True)


def module_attribute(interpreter: Interpreter, module: Module, name: str) -> Result:
    """Return what a module binds: by its body, by definition, as a submodule, or by its `__getattr__`."""
    found = _bound(interpreter, module, name)
    if found is not None:
        return found
    replaced = module.status.get("replaced")
    if isinstance(replaced, Value) and replaced is not module:
        return replaced.attribute(interpreter, name)
    answering = _bound(interpreter, module, "__getattr__") if name != "__getattr__" else None
    if answering is not None and not name.startswith("__"):
        return answering.call(interpreter, Arguments((Constant(name),)))
    if module.status.get("open") or module.status.get("state") == "loading":
        return Unknown(f"`{name}` of {module.described()}")
    return Raised("AttributeError", f"module {module.name!r} has no attribute {name!r}")


def _bound(interpreter: Interpreter, module: Module, name: str) -> Value | None:
    if name in module.namespace:
        found: Value = module.namespace[name]
        return found.value() if isinstance(found, Deferred) and found.at_once else found
    special = _special(interpreter, module, name)
    return special if special is not None else interpreter.supply(module, name)


def _special(interpreter: Interpreter, module: Module, name: str) -> Value | None:
    source = interpreter.policy.source(module.name) if name.startswith("__") else None
    if source is None:
        return None
    folder = f"{ROOT}/{source.path}".rpartition("/")[0]
    values = {
        "__name__": module.name,
        "__package__": source.package,
        "__file__": f"{ROOT}/{source.path}",
        "__doc__": ast.get_docstring(source.tree, clean=False),
        "__path__": [folder] if source.is_package else None,
    }
    from_table = values.get(name)
    if name == "__doc__" or from_table is not None:
        return wrap(from_table)
    return None


ROOT = "/root-of-the-tree"
"""What stands for the folder of the analysed tree in paths that evaluated code computes."""
