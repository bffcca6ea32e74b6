"""Imports by computed names, and questions about what can be imported."""

from collections.abc import Callable, Mapping

from importgraph.evaluation.merge import Either
from importgraph.evaluation.module_attributes import ROOT
from importgraph.evaluation.protocol import Interpreter, Presence
from importgraph.evaluation.statements.import_statements import package_of
from importgraph.evaluation.values.objects import External, Module
from importgraph.evaluation.values.value import Arguments, Raised, Result, Unknown, settled
from importgraph.evaluation.values.values import NONE, Constant, Sequence, unwrap
from importgraph.names import resolve_relative, top_level


def _by_name(interpreter: Interpreter, name: str, package: str) -> Result:
    level = len(name) - len(name.lstrip("."))
    absolute = resolve_relative(package, level, name[level:])
    if not absolute:
        return Raised("ImportError", "attempted relative import beyond top-level package")
    place = interpreter.place
    return interpreter.import_name(absolute, place, computed=True)


def _import_module(interpreter: Interpreter, arguments: Arguments) -> Result:
    name = unwrap(arguments.get(0, "name") or NONE)
    package = unwrap(arguments.get(1, "package") or NONE)
    if not isinstance(name, str):
        return Unknown("a module of computed name")
    if name.startswith(".") and not isinstance(package, str):
        return Unknown("a module below a package of computed name")
    return _by_name(interpreter, name, package if isinstance(package, str) else "")


def _dunder_import(interpreter: Interpreter, arguments: Arguments) -> Result:
    name = unwrap(arguments.get(0, "name") or NONE)
    level = unwrap(arguments.get(4, "level") or Constant(0))
    if not isinstance(name, str) or not isinstance(level, int):
        return Unknown("a module of computed name")
    found = _by_name(interpreter, "." * level + name, package_of(interpreter))
    if isinstance(found, Raised):
        return found
    wanted = settled(arguments.get(3, "fromlist") or NONE)
    names = wanted.items if isinstance(wanted, Sequence) else ()
    if isinstance(found, Module):
        for one in names:
            inner = interpreter.policy.find(f"{found.name}.{unwrap(one)}", found.name)
            if inner is not None:
                interpreter.import_name(f"{found.name}.{unwrap(one)}", interpreter.place, computed=True)
    if interpreter.truth(wanted) is not False or "." not in name:
        return found
    top = interpreter.policy.find(top_level(name), interpreter.frame.module.name)
    return interpreter.load(top) if top is not None else External(top_level(name))


def _find_spec(interpreter: Interpreter, arguments: Arguments) -> Result:
    """Answer whether a module can be found, which is what is asked for."""
    name = unwrap(arguments.get(0, "name") or NONE)
    if not isinstance(name, str) or name.startswith("."):
        return Unknown("the spec of a module")
    importer = interpreter.frame.module.name
    if interpreter.policy.find(name, importer) is not None:
        return External("importlib.machinery.ModuleSpec()")
    presence = interpreter.policy.presence(name, importer)
    if presence is Presence.MISSING:
        return NONE
    return (
        External("importlib.machinery.ModuleSpec()")
        if presence is Presence.THERE
        else Unknown("the spec of a module")
    )


def _module_of(interpreter: Interpreter, arguments: Arguments) -> Result:
    """Answer `sys.modules[name]` and `sys.modules.get(name)`."""
    name = unwrap(arguments.get(0) or NONE)
    if not isinstance(name, str):
        return Unknown("a module of computed name")
    if name == interpreter.frame.module.name:
        return interpreter.frame.module
    found = interpreter.policy.find(name, interpreter.frame.module.name)
    if found is not None and interpreter.is_loaded(found):
        return interpreter.load(found)
    return Unknown(f"whether `{name}` is loaded")


def _is_loaded(interpreter: Interpreter, arguments: Arguments) -> Result:
    """Answer `name in sys.modules`: what cannot be imported is not there, the module that runs is."""
    name, importer = unwrap(arguments.get(0) or NONE), interpreter.frame.module.name
    policy = interpreter.policy
    if isinstance(name, str) and not policy.cautious:
        if name in {importer, "sys", "builtins"}:
            return Constant(True)
        if policy.find(name, importer) is None and policy.presence(name, importer) is Presence.MISSING:
            return Constant(False)
    return Unknown(f"whether `{name}` is loaded")


def _import_string(interpreter: Interpreter, arguments: Arguments) -> Result:
    """Import what a dotted path names, module or attribute, as helpers of several libraries do."""
    path = unwrap(arguments.get(0, "dotted_path") or arguments.get(0, "import_name") or NONE)
    if not isinstance(path, str) or not path:
        return Unknown("a module of computed name")
    path = path.replace(":", ".")
    importer = interpreter.frame.module.name
    whole = interpreter.policy.find(path, importer) is not None
    found = interpreter.import_name(
        path if whole else path.rpartition(".")[0] or path, interpreter.place, computed=True
    )
    return (
        found if whole or isinstance(found, Raised) else found.attribute(interpreter, path.rpartition(".")[2])
    )


def _import_file(interpreter: Interpreter, arguments: Arguments) -> Result:
    """Import the module that a file of the tree is."""
    path = unwrap(arguments.get(0) or NONE)
    inside = path.removeprefix(f"{ROOT}/") if isinstance(path, str) else ""
    dotted = inside.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    if not dotted or not str(path).startswith(ROOT):
        return Unknown("a module from a computed file")
    return interpreter.import_name(dotted, interpreter.place, computed=True)


LOADERS = (
    "astroid.modutils.load_module_from_file",
    "django.utils.module_loading.import_string",
    "werkzeug.utils.import_string",
)
"""Functions of libraries that import what they are given."""


def _each(model: Callable[[Interpreter, Arguments], Result]) -> Callable[[Interpreter, Arguments], Result]:
    """Import each of the modules that a name may be."""

    def run(interpreter: Interpreter, arguments: Arguments) -> Result:
        name = settled(arguments.positional[0]) if arguments.positional else NONE
        if type(name) is not Either or interpreter.policy.cautious:
            return model(interpreter, arguments)
        rest = Arguments(arguments.positional[1:], arguments.keywords, arguments.open)
        return name.each(interpreter, lambda one: model(interpreter, rest.behind(one)))

    return run


MODELS: Mapping[str, Callable[[Interpreter, Arguments], Result]] = {
    **dict.fromkeys(LOADERS[1:], _each(_import_string)),
    LOADERS[0]: _import_file,
    "builtins.__import__": _each(_dunder_import),
    "importlib.__import__": _each(_dunder_import),
    "importlib.import_module": _each(_import_module),
    "importlib.util.find_spec": _find_spec,
    "sys.modules.__contains__": _is_loaded,
    "sys.modules.__getitem__": _module_of,
    "sys.modules.get": _module_of,
}
