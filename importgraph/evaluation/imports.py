"""The import system: absolute names, packages on the way, modules half loaded, what stands in `sys.modules`.

The rules are those of `importlib._bootstrap` (`_find_and_load`).
"""

import ast

from importgraph.evaluation.protocol import Interpreter, Presence
from importgraph.evaluation.values.journal import Imported
from importgraph.evaluation.values.objects import External, Module
from importgraph.evaluation.values.value import Raised, Result, Unknown, Value
from importgraph.evaluation.values.values import NONE
from importgraph.names import parent


def import_module(interpreter: Interpreter, name: str, node: ast.AST, *, computed: bool) -> Result:
    """Import an absolute name with the packages around it; return the module it names."""
    frame = interpreter.frame
    importer = frame.module.name
    line, column = getattr(node, "lineno", 0), getattr(node, "col_offset", -1) + 1
    interpreter.journal.events.append(
        Imported(frame.activation, line, column, name, frame.certain, computed=computed)
    )
    result = _find_and_load(interpreter, name, importer)
    if isinstance(result, Unknown):
        frame.possible.append(Raised("ModuleNotFoundError", f"No module named {name!r}", certain=False))
        frame.certain = frame.certain and not frame.guarded
        return External(name, is_module=True)
    return result


def _standing(interpreter: Interpreter, name: str) -> Module | None:
    """Return a module that stands in `sys.modules`, for a cautious client."""
    policy = interpreter.policy
    known = interpreter.modules.get(name) if policy.cautious and not policy.exact else None
    return known if isinstance(known, Module) and known.status.get("state") else None


def _bind_in_package(interpreter: Interpreter, package: Module, name: str, module: Module) -> None:
    if not binds_unrun(interpreter, package, name):
        interpreter.journal.put(package.namespace, name, module)


def _find_and_load(interpreter: Interpreter, name: str, importer: str) -> Result:
    """Import a module behind its package; unknown where it is not known whether it is there."""
    policy, above = interpreter.policy, parent(name)
    known: Result | None = _standing(interpreter, name)
    outer: Result = NONE
    if known is None and above and (policy.cautious or policy.find(above, importer) is not None):
        outer = _find_and_load(interpreter, above, importer)
        # the package may have imported it, and have bound its name to something else
        known = outer if isinstance(outer, Raised) else _standing(interpreter, name)
    if known is not None:
        return known
    found = policy.find(name, importer)
    if found is not None:
        if policy.is_compiled(found):
            return Unknown(name)
        if interpreter.frame.tries and policy.fails(found):
            return failing(interpreter, found)
        result = _loaded(interpreter, found)
        if policy.cautious and isinstance(outer, Module) and isinstance(result, Module):
            _bind_in_package(interpreter, outer, name.rpartition(".")[2], result)
        return result
    presence = policy.presence(name, importer)
    if presence is Presence.MISSING:
        package = outer if isinstance(outer, Value) else None
        return Raised("ModuleNotFoundError", f"No module named {name!r}", about=package, name=name)
    if presence is not Presence.THERE:
        return Unknown(name)
    found_outside = External(name, is_module=True)
    if policy.cautious and isinstance(outer, Module):
        interpreter.journal.put(outer.namespace, name.rpartition(".")[2], found_outside)
    return found_outside


def _loaded(interpreter: Interpreter, name: str) -> Result:
    module = interpreter.load(name)
    interpreter.journal.put(module.status, "imported", True)
    failed = module.status.get("failed")
    if isinstance(failed, Raised):
        if interpreter.policy.cautious:  # Python runs it again when it is imported again
            interpreter.journal.drop(interpreter.modules, name)
        return failed
    found = interpreter.modules.get(name)
    return found if isinstance(found, Module) else module


def run_module(interpreter: Interpreter, module: Module) -> None:
    """Run the body of a module once; while it runs, others see what it has bound so far."""
    source = interpreter.policy.source(module.name)
    if source is None or module.status.get("state") is not None:
        return
    journal = interpreter.journal
    journal.put(module.status, "state", "loading", own=True)
    outcome = interpreter.run_body(module, source)
    journal.put(module.status, "state", "loaded", own=True)
    if interpreter.budget.is_spent:
        interpreter.unfinished.append(module)
    if outcome.raised is not None and outcome.certain:
        journal.put(module.status, "failed", outcome.raised, own=True)
        journal.put(module.status, "state", "failed", own=True)
    elif interpreter.policy.cautious and outcome.raised is not None:
        journal.put(module.status, "open", "not all of its body was followed", own=True)


def replace_module(interpreter: Interpreter, name: str, value: Value) -> None:
    """Put something into `sys.modules`."""
    known = interpreter.modules.get(name)
    if known is not None:
        own = known is interpreter.frame.module  # its body, or what that calls
        interpreter.journal.put(known.status, "replaced", value, own=own)
    if not interpreter.policy.cautious or (known is value and known is not None):
        return
    made = (
        value if isinstance(value, Module) else Module(name, {}, {}, known.path if known is not None else "")
    )
    if made is not value:
        status = {"state": "loaded", "open": "something else stands in its place", "replaced": value}
        made.status.update(status)
        made.namespace.update(known.namespace if known is not None else {})
    interpreter.journal.put(interpreter.modules, name, made)
    package = interpreter.modules.get(parent(name))
    if package is not None and name.rpartition(".")[2] not in package.namespace:
        interpreter.journal.put(package.namespace, name.rpartition(".")[2], made)


def failing(interpreter: Interpreter, module: str) -> Raised:
    """Return the failure of importing a module that surely fails and was not run."""
    message = f"{module!r} needs what is not installed"
    return Raised("ImportError", message, name=module, passed=(interpreter.module(module),))


def binds_unrun(interpreter: Interpreter, module: Module, name: str) -> bool:
    """Tell whether text shows that a module whose body has not run binds a name itself."""
    policy = interpreter.policy
    return not policy.executes(module.name) and policy.binds(module.name, name)
