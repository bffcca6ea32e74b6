"""The import system: absolute names, packages on the way, `fromlist`, stars, modules half loaded.

The rules are those of `importlib._bootstrap` (`_find_and_load`, `_handle_fromlist`) and of IMPORT_FROM in
CPython's `ceval.c`.
"""

import ast
from dataclasses import replace

from importgraph.evaluation.journal import Imported
from importgraph.evaluation.merge import undecided
from importgraph.evaluation.objects import External, Module
from importgraph.evaluation.outcome import NORMAL, Outcome, outcome_of, raising
from importgraph.evaluation.protocol import Interpreter, Presence
from importgraph.evaluation.targets import bind
from importgraph.evaluation.value import Deferred, Raised, Result, Unknown, Value, settled
from importgraph.evaluation.values import NONE, unwrap
from importgraph.names import parent, resolve_relative, top_level


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
    return interpreter.load(found) if found is not None else External(name, is_module=True)


def import_from(interpreter: Interpreter, node: ast.ImportFrom) -> Outcome:
    """Run `from a import b`: the module, the submodules that it names, then the names."""
    if node.module == "__future__":
        names = tuple(alias.name for alias in node.names)
        interpreter.journal.put(interpreter.frame.module.status, "future", names, own=True)
        return NORMAL
    absolute = resolve_relative(package_of(interpreter), node.level, node.module or "")
    if not absolute:
        return raising(_beyond(interpreter, node))
    source: Result = NONE
    for alias in node.names:
        source = interpreter.import_name(absolute, alias)
        if isinstance(source, Raised):
            return raising(source)
    source = settled(source) if isinstance(source, Value) else source
    if node.names[0].name == "*":
        return outcome_of(star(interpreter, source) if isinstance(source, Value) else source)
    rounds = (_load_submodule, _take) if interpreter.policy.cautious else (_take,)
    module = source if isinstance(source, Value) else NONE
    for run in rounds:
        for alias in node.names:
            found = run(interpreter, module, alias)
            if isinstance(found, Raised):
                return raising(found)
    return NORMAL


def _take(interpreter: Interpreter, source: Value, alias: ast.alias) -> Result:
    value: Result = _name_from(interpreter, source, alias.name)
    value = interpreter.judged(value) if isinstance(value, Raised) else value
    if isinstance(value, Value):
        if isinstance(value, Unknown) and interpreter.policy.cautious:
            interpreter.may_raise(Raised("ImportError", certain=False))
        bind(interpreter, alias.asname or alias.name, value)
    return value


def _beyond(interpreter: Interpreter, node: ast.ImportFrom) -> Raised:
    written = "." * node.level + (node.module or "")
    why = "beyond top-level package" if package_of(interpreter) else "with no known parent package"
    message = f"attempted relative import {why}: {written!r}"
    return Raised(
        "ImportError", message, name=f"{written} in {interpreter.frame.module.name}", cause="missing-module"
    )


def _failing(interpreter: Interpreter, module: str) -> Raised:
    message = f"{module!r} needs what is not installed"
    return Raised("ImportError", message, name=module, passed=(interpreter.module(module),))


def _load_submodule(interpreter: Interpreter, source: Value, alias: ast.alias) -> Result:
    """Import a submodule that a from-import names (`_handle_fromlist`)."""
    if isinstance(source, External) and source.is_module:
        outside = interpreter.policy.submodule(source.name, alias.name)
        return interpreter.import_name(outside, alias) if outside is not None else source
    if not isinstance(source, Module) or alias.name in source.namespace or alias.name == "*":
        return source
    if _binds_unrun(interpreter, source, alias.name):
        return source
    if "__getattr__" in source.namespace and not _lacks(interpreter, source, alias.name):
        return source
    inner = f"{source.name}.{alias.name}"
    if (
        interpreter.policy.find(inner, source.name) is None
        and interpreter.policy.presence(inner, source.name) is Presence.THERE
    ):
        return interpreter.import_name(inner, alias)
    return (
        source
        if interpreter.policy.find(inner, source.name) is None
        else interpreter.import_name(inner, alias)
    )


def _binds_unrun(interpreter: Interpreter, module: Module, name: str) -> bool:
    """Tell whether text shows that a module whose body has not run binds a name itself."""
    policy = interpreter.policy
    return not policy.executes(module.name) and policy.binds(module.name, name)


def _lacks(interpreter: Interpreter, module: Module, name: str) -> bool:
    found = module.attribute(interpreter, name)
    return isinstance(found, Raised) and found.kind == "AttributeError"


def package_of(interpreter: Interpreter) -> str:
    """Return the `__package__` of the module that runs."""
    source = interpreter.policy.source(interpreter.frame.module.name)
    return source.package if source is not None else ""


def _name_from(interpreter: Interpreter, source: Value, name: str) -> Result:
    """Take a name from a module: what it binds, else its submodule, else what its `__getattr__` answers."""
    if not isinstance(source, Module):
        tried = interpreter.frame.tries > 0
        attribute = external_attribute(interpreter, source, name) if tried else None
        return _cannot_import(source, attribute or source.attribute(interpreter, name), name)
    if name in source.namespace:
        return source.attribute(interpreter, name)
    policy = interpreter.policy
    if not policy.executes(source.name) and policy.binds(source.name, name):
        return Deferred(
            lambda: source.attribute(interpreter, name), {}, at_once=True, module=source.name, name=name
        )
    inner = policy.find(f"{source.name}.{name}", source.name)
    if inner is not None and inner != source.name and (not policy.cautious or interpreter.is_loaded(inner)):
        if interpreter.frame.tries and policy.fails(inner):
            return _failing(interpreter, inner)
        return interpreter.load(inner)
    return _cannot_import(source, source.attribute(interpreter, name), name)


def external_attribute(interpreter: Interpreter, source: Value, name: str) -> Result:
    """Return an attribute; of a module from outside, look whether its text has it."""
    if isinstance(source, External) and source.is_module and interpreter.policy.lacks_name(source.name, name):
        message = f"module {source.name!r} has no attribute {name!r}"
        return Raised("AttributeError", message, about=source, name=name, explicit=True)
    return source.attribute(interpreter, name)


def _cannot_import(source: Value, found: Result, name: str) -> Result:
    if not isinstance(found, Raised) or found.kind != "AttributeError":
        return found
    where = source.name if isinstance(source, Module | External) else source.described()
    message = f"cannot import name {name!r} from {where!r}"
    return Raised("ImportError", message, about=source, name=name)


def star(interpreter: Interpreter, source: Value) -> Raised | None:
    """Run `from source import *`; a module whose body does not run is asked name by name, later."""
    policy, module = interpreter.policy, interpreter.frame.module
    if not isinstance(source, Module):
        listed = policy.outside_names(source.name) if isinstance(source, External) else None
        if listed is None:
            interpreter.journal.put(module.status, "open", f"a star import of {source.described()}", own=True)
        for name in listed or ():
            value = source.attribute(interpreter, name)
            bind(interpreter, name, Unknown(f"`{name}`") if isinstance(value, Raised) else value)
        return None
    if source.namespace.get("__all__") is None and not policy.executes(source.name):
        _replace_bound(interpreter, source)
        return None
    answers = "__getattr__" in source.namespace and (not policy.exact or "__all__" in source.namespace)
    if policy.cautious and (answers or source.status.get("open")):
        interpreter.journal.put(module.status, "open", f"a star import of {source.described()}", own=True)
    written = unwrap(source.namespace["__all__"]) if "__all__" in source.namespace else None
    if isinstance(written, list | tuple):
        return _star_listed(interpreter, source, [str(name) for name in written])
    everything = "__all__" in source.namespace and policy.cautious
    public = [str(n) for n in source.namespace if everything or not str(n).startswith("_")]
    for name in public:
        value = source.attribute(interpreter, name)
        bind(interpreter, name, Unknown(f"`{name}`") if isinstance(value, Raised) else value)
    return None


def _replace_bound(interpreter: Interpreter, source: Module) -> None:
    """Bind anew what the present module has bound itself and a star import brings, too."""
    listed = interpreter.policy.binds(source.name, "__all__")  # then text does not tell which names it brings
    for name in [str(one) for one in interpreter.frame.names if not listed and not str(one).startswith("_")]:
        if not interpreter.policy.binds(source.name, name):
            continue
        value = Deferred(lambda name=name: source.attribute(interpreter, name), {}, at_once=True)  # type: ignore[misc]

        def take(name: str = name, value: Value = value) -> Outcome:
            bind(interpreter, name, value)
            return NORMAL

        if interpreter.policy.may_lack(source.name, name, interpreter.frame.module.name):
            undecided(interpreter, take, lambda: NORMAL)
        else:
            take()


def _star_listed(interpreter: Interpreter, source: Module, names: list[str]) -> Raised | None:
    """Take the names that `__all__` lists."""
    for name in names:
        if interpreter.policy.cautious:
            loaded = _load_submodule(interpreter, source, ast.alias(name))
            if isinstance(loaded, Raised):
                return loaded
        value = source.attribute(interpreter, name)
        if isinstance(value, Raised) and interpreter.policy.cautious:
            if value.trace is None:
                value = replace(value, message=f"{value.message}, which its __all__ lists")
            value = interpreter.judged(value)
            if isinstance(value, Raised):
                return value
        if isinstance(value, Value):
            bind(interpreter, name, value)
    return None


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
    if not _binds_unrun(interpreter, package, name):
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
            return _failing(interpreter, found)
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
