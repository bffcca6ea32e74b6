"""Hooks in conftests and local plugins: which of them pytest refuses, and which surely fail when called."""

import ast
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from importgraph.collection_errors.plugins import Plugins
from importgraph.evaluation.values.objects import Function, Module
from importgraph.evaluation.values.parameters import yields
from importgraph.evaluation.values.records import Native, Record
from importgraph.evaluation.values.value import Arguments, Evaluator, Raised, Result, Unknown, Value, settled
from importgraph.evaluation.values.values import NONE, Constant, unwrap, wrap
from importgraph.simulation.causes import CauseKind, Step
from importgraph.simulation.failures import Failure
from importgraph.simulation.session_imports import SessionImports

_SPEC = re.compile(rb"^def (pytest_\w+)\(([^)]*)\)", re.MULTILINE)
_READS = re.compile(
    rb"""\bget(?:option|ini|value)\(\s*(?:name\s*=\s*)?["'][^"']*["']|\boption\.\w+(?!\w|\s*=[^=])"""
)
"""What asks for an option or setting, and adds none."""
_CONFIGURE = re.compile(rb"^def pytest_configure\(.*\n(?:(?:[ \t].*)?\n)*?[ \t].*\bwarn\(", re.MULTILINE)
_FILTERED_AT_START = (9, 2)
"""From this version of pytest on `filterwarnings` holds when plugins are configured."""
_NAME = re.compile(rb"\s*(\w+)\s*(?:[:=]|$)")
_TYPES = {"string", "paths", "pathlist", "args", "linelist", "bool", "int", "float"}


class Hooks:
    """Judges the hooks of modules that a session has loaded.

    Args:
        plugins: They say which hooks and options there are.
        imports: Runs functions.
        texts: Give those of the conftests and local plugins.
    """

    def __init__(
        self, plugins: Plugins, imports: SessionImports, texts: Callable[[], Iterable[bytes]]
    ) -> None:
        self.plugins = plugins
        self.imports = imports
        self.texts = texts
        self.options: dict[str, str] = {}
        """The options that were added, with the file that did it."""
        self.defaults: dict[str, Value] = {}
        """Of settings that are texts: what holds where they are not set."""
        self.is_open = False
        """There may be options and settings whose names text does not show."""

    @cached_property
    def specified(self) -> Mapping[str, frozenset[str]]:
        """The hooks that pytest itself calls, with their arguments."""
        text = self.plugins.text("_pytest.hookspec")
        return {found[1].decode(): frozenset(_parameters(found[2])) for found in _SPEC.finditer(text)}

    def refused(self, module: Module) -> Failure | None:
        """Return why pytest does not register the hooks of a module, such as an argument that is none."""
        for name, function in _hooks(module):
            given = self.specified.get(name)
            plain = [one.arg for one in (*function.node.args.posonlyargs, *function.node.args.args)]
            needed = plain[: len(plain) - len(function.node.args.defaults)]
            unknown = [one for one in needed if given is not None and one not in given]
            if unknown:
                message = f"the hook `{name}` has no argument {unknown[0]!r}"
                return _failure(function, name, message, "PluginValidationError")
            if _option(function, "hookwrapper", "wrapper") and not yields(
                self.imports.policy.whole(function)
            ):
                message = f"the hook `{name}` is declared as a wrapper, but does not yield"
                return _failure(function, name, message, "PluginValidationError")
        return None

    def unknown(self, module: Module) -> Failure | None:
        """Return the first hook of a module that neither pytest nor a plugin knows, which pytest refuses."""
        for name, function in _hooks(module) if self.specified else ():
            is_open = name in self.specified or _option(function, "optionalhook", "specname")
            if not is_open and not self.plugins.names_hook(name):
                message = f"unknown hook `{name}`: functions in a conftest that begin with pytest_ are hooks"
                return _failure(function, name, message, "PluginValidationError")
        return None

    def called(self, module: Module, name: str) -> Failure | None:
        """Call a hook of a module, if it has it, with what pytest gives; return why that surely fails."""
        function = dict(_hooks(module)).get(name)
        if function is None:
            return None
        keywords = {one.arg: self._given(one.arg, module) for one in function.node.args.args}
        found = self.imports.call(function, Arguments((), keywords))
        return found if isinstance(found, Failure) else None

    def warning(self, module: str) -> str:
        """Return the warning of an installed plugin at start that `filterwarnings` makes an error, if any."""
        policy = self.imports.policy
        hook = _CONFIGURE.search(self.plugins.text(module))
        are_errors = any(one.startswith("error") for one in policy.marks.filters)
        if policy.pytest_version < _FILTERED_AT_START or hook is None or not are_errors:
            return ""
        plugin = self.imports.run_file(module, self.plugins.file(module))
        failed: Failure | None = None
        if isinstance(plugin, Module):
            self.called(plugin, "pytest_addoption")
            failed = self.called(plugin, "pytest_configure")
        self.imports.forget(module)
        exception = failed.exception if failed is not None else ""
        return exception if exception.endswith("Warning") else ""

    def _given(self, name: str, module: Module) -> Value:
        match name:
            case "parser":
                return self._parser(module)
            case "config":
                return self.config
            case "metafunc" | "session":
                return Record(name.capitalize(), {"config": self.config})
            case _:
                return Unknown(f"what pytest gives as `{name}`")

    @cached_property
    def config(self) -> Value:
        """What hooks are given as `config`: it knows of which options and settings there are none."""

        def option(arguments: Arguments) -> Result:
            has_default = len(arguments.positional) > 1 or {"default", "skip"} & arguments.keywords.keys()
            return self._known(arguments, "no option named", is_sure=not (has_default or arguments.open))

        def setting(arguments: Arguments) -> Result:
            name = unwrap(arguments.get(0, "name") or NONE)
            is_known = isinstance(name, str) and name in self.defaults
            if is_known and name not in self.plugins.settings.overridden:
                given = self.plugins.settings.values.get(name)
                return self.defaults[name] if given is None else wrap(given)
            return self._known(arguments, "unknown configuration value:", is_sure=not arguments.open)

        fields = {"getoption": option, "getvalue": option, "getini": setting}
        known = {key: Native(key, answer) for key, answer in fields.items()}
        return Record("Config", {**known, "option": _Options(self._option)})

    def _option(self, name: str) -> Result:
        """Return what `config.option` has of a name; plugins may set it as any attribute is set."""
        is_sure = not name.startswith("__") and not self.plugins.names_hook(name)
        refusal = "'Namespace' object has no attribute"
        return self._known(Arguments((Constant(name),)), refusal, "AttributeError", is_sure=is_sure)

    def _known(
        self, arguments: Arguments, refusal: str, exception: str = "ValueError", *, is_sure: bool = True
    ) -> Result:
        name = unwrap(arguments.get(0, "name") or NONE)
        is_known = not isinstance(name, str) or self.is_open or not self.specified
        if not is_sure or is_known or self._is_named(str(name).lstrip("-")):
            return Unknown("what the configuration says")
        return _refused(str(name), f"{refusal} {name!r}", exception)

    def _is_named(self, name: str) -> bool:
        """Tell whether a plugin, a conftest or pytest itself speaks of an option or setting."""
        spellings = {name, name.replace("_", "-"), name.replace("-", "_")}
        if any(self.plugins.mentions(one) or self.plugins.mentions(f"--{one}") for one in spellings):
            return True
        words = [re.compile(rb"\b" + re.escape(one.encode()) + rb"\b") for one in spellings]
        texts = [_READS.sub(b"", text) for text in self.texts()]
        return any(word.search(text) for word in words for text in texts)

    def _parser(self, module: Module) -> Value:
        """Make what `pytest_addoption` is given."""

        def add_option(arguments: Arguments) -> Result:
            names = [one.value for one in map(settled, arguments.positional) if isinstance(one, Constant)]
            self.is_open |= arguments.open or len(names) < len(arguments.positional)
            for name in names:
                if not isinstance(name, str):
                    continue
                if re.fullmatch("-[a-z]", name):
                    return _refused(
                        name, f"the option {name} is one small letter, which pytest keeps for itself"
                    )
                owner = self.options.get(
                    name, "pytest or a plugin" if self.plugins.adds(name, module.name) else ""
                )
                if owner:
                    return _refused(name, f"the option {name} is added by {owner} already")
            self.options.update((name, module.path) for name in names if isinstance(name, str))
            return NONE

        def add_ini(arguments: Arguments) -> Result:
            kind = settled(arguments.get(2, "type") or NONE)
            self.is_open |= arguments.open or not isinstance(
                settled(arguments.get(0, "name") or NONE), Constant
            )
            plain = kind.value if isinstance(kind, Constant) else None
            name, default = unwrap(arguments.get(0, "name") or NONE), arguments.get(3, "default")
            if isinstance(name, str) and plain in {None, "string"} and default is not None:
                self.defaults[name] = settled(default)
            if isinstance(plain, str) and plain not in _TYPES:
                return _refused(plain, f"invalid type for ini option: {plain!r}")
            return NONE

        def group(_arguments: Arguments) -> Result:
            return Record(
                "OptionGroup", {one: Native(one, add_option) for one in ("addoption", "_addoption")}
            )

        fields: dict[str, Callable[[Arguments], Result]] = {
            "addoption": add_option, "addini": add_ini, "getgroup": group,
        }  # fmt: skip
        return Record("Parser", {key: Native(key, answer) for key, answer in fields.items()})


@dataclass(frozen=True, slots=True, eq=False)
class _Options(Value):
    """`config.option`, whose attributes are the options."""

    answer: Callable[[str], Result]

    def attribute(self, _evaluator: Evaluator, name: str) -> Result:
        return self.answer(name)


def _refused(name: str, message: str, exception: str = "ValueError") -> Raised:
    return Raised(exception, message, name=name, cause="conftest")


def _parameters(text: bytes) -> Iterator[str]:
    for part in text.split(b","):
        found = _NAME.match(part)
        if found is not None:
            yield found[1].decode()


def _hooks(module: Module) -> Iterator[tuple[str, Function]]:
    """Yield the functions of a module that pytest takes for hooks."""
    for name, value in list(module.namespace.items()):
        if isinstance(name, str) and name.startswith("pytest_") and isinstance(value, Function):
            yield name, value


def _option(function: Function, *names: str) -> bool:
    """Tell whether a decorator of a hook sets one of some options."""
    decorators = getattr(function.node, "decorator_list", ())
    keywords = (one for node in decorators if isinstance(node, ast.Call) for one in node.keywords)
    return any(
        one.arg in names and not (isinstance(one.value, ast.Constant) and one.value.value is False)
        for one in keywords
    )


def _failure(function: Function, name: str, message: str, exception: str) -> Failure:
    path, line = function.module.path, function.node.lineno
    return Failure(
        exception, CauseKind.CONFTEST, f"{name} in {path}", message, path, line, (Step(path, line),)
    )
