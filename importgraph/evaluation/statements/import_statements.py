"""Import statements: `fromlist`, the names that are taken, stars.

The rules are those of `importlib._bootstrap` (`_handle_fromlist`) and of IMPORT_FROM in CPython's `ceval.c`;
those that do not depend on how modules are held stand in `import_rules`.
"""

import ast

from msgspec.structs import replace

from importgraph.evaluation.imports import binds_unrun, failing
from importgraph.evaluation.merge import undecided
from importgraph.evaluation.protocol import Interpreter, Presence
from importgraph.evaluation.statements.import_rules import asks_submodule, public
from importgraph.evaluation.targets import bind
from importgraph.evaluation.values.objects import External, Module
from importgraph.evaluation.values.outcome import NORMAL, Outcome, outcome_of, raising
from importgraph.evaluation.values.value import Deferred, Raised, Result, Unknown, Value, settled
from importgraph.evaluation.values.values import NONE, unwrap
from importgraph.names import resolve_relative, top_level


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


def _load_submodule(interpreter: Interpreter, source: Value, alias: ast.alias) -> Result:
    """Import a submodule that a from-import names (`_handle_fromlist`)."""
    if isinstance(source, External) and source.is_module:
        outside = interpreter.policy.submodule(source.name, alias.name)
        return interpreter.import_name(outside, alias) if outside is not None else source
    if not isinstance(source, Module) or binds_unrun(interpreter, source, alias.name):
        return source
    answers = "__getattr__" in source.namespace and alias.name not in source.namespace
    refuses = answers and alias.name != "*" and _lacks(interpreter, source, alias.name)
    if not refuses and not asks_submodule(source.namespace, alias.name):
        return source
    inner = f"{source.name}.{alias.name}"
    policy = interpreter.policy
    known = policy.find(inner, source.name) is not None
    there = known or policy.presence(inner, source.name) is Presence.THERE
    return interpreter.import_name(inner, alias) if there else source


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
            return failing(interpreter, inner)
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
    names = [str(name) for name in source.namespace]
    for name in names if everything else public(names):
        value = source.attribute(interpreter, name)
        bind(interpreter, name, Unknown(f"`{name}`") if isinstance(value, Raised) else value)
    return None


def _replace_bound(interpreter: Interpreter, source: Module) -> None:
    """Bind anew what the present module has bound itself and a star import brings, too."""
    listed = interpreter.policy.binds(source.name, "__all__")  # then text does not tell which names it brings
    for name in public([] if listed else [str(one) for one in interpreter.frame.names]):
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
