"""Calls that change what modules find: `sys.path`, `sys.modules`, environment variables, builtins."""

import ast
import os
from pathlib import PurePath

from importgraph.evaluation.escape import escape, escape_code, escaped, is_plain
from importgraph.evaluation.protocol import Interpreter
from importgraph.evaluation.targets import forget
from importgraph.evaluation.values.value import Arguments, Raised, Result, Unknown, Value, settled
from importgraph.evaluation.values.values import NONE, Constant, Sequence, Table, unwrap
from importgraph.facts.source.host import parse
from importgraph.simulation.variables import UNSET
from importgraph.simulation.world import Model, World


class SessionModels:
    """Knows what `sys`, `os` and `site` do to a session."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.models: dict[str, Model] = {
            "sys.path.insert": lambda _, given: self._add_path(given.get(1), front=True),
            "sys.path.append": lambda _, given: self._add_path(given.get(0), front=False),
            "sys.path.extend": lambda _, given: self._add_paths(given),
            "site.addsitedir": lambda _, given: self._add_path(given.get(0), front=False),
            "sys.modules.setdefault": self._put_module,
            "sys.modules.__setitem__": self._put_module,
            "sys.modules.__delitem__": self._drop_module,
            "sys.modules.pop": self._drop_module,
            "sys.modules.update": self._put_modules,
            "os.getenv": self._variable,
            "os.environ.get": self._variable,
            "os.environ.__getitem__": self._needed_variable,
            "os.environ.__contains__": self._has_variable,
            "os.environ.__setitem__": lambda i, given: self._set_variable(i, given.get(0), given.get(1)),
            "os.environ.__delitem__": lambda i, given: self._set_variable(i, given.get(0), UNSET),
            "os.environ.setdefault": self._default_variable,
            "os.environ.pop": self._pop_variable,
            "os.environ.update": self._set_variables,
            "os.getcwd": lambda _, __: Constant(world.knowledge.folder),
            "builtins.exec": self._execute,
            "builtins.eval": self._evaluate,
            "gettext.install": self._install_gettext,
        }

    # -- modules --------------------------------------------------------------------------------

    def stubs(self) -> None:
        """Note that code puts modules into `sys.modules` whose names text does not tell."""
        machine = self.world.machine
        paths = [place.path for place in machine.trace()]
        for frame in reversed(tuple(machine.frames)):  # the module whose body runs this may replace itself
            machine.journal.put(frame.module.status, "open", "code that text does not show")
            if frame.function is None:
                break
        if paths and os.path.basename(paths[-1]).startswith(("conftest", "test_")):
            self.world.stubbing.update(paths)

    def _put_module(self, interpreter: Interpreter, given: Arguments) -> Result:
        name = unwrap(given.get(0) or NONE)
        if isinstance(name, str):
            value = settled(given.get(1) or NONE)
            interpreter.replace_module(name, value)
            return value
        self.stubs()
        return Unknown("a module of computed name")

    def _drop_module(self, interpreter: Interpreter, given: Arguments) -> Result:
        name = unwrap(given.get(0) or NONE)
        if isinstance(name, str):
            interpreter.journal.drop(interpreter.modules, name)
        return Unknown("a module")

    def _put_modules(self, interpreter: Interpreter, given: Arguments) -> Result:
        first = settled(given.get(0) or NONE)
        names = first.items if isinstance(first, Table) and not first.is_open else None
        if names is None or not all(isinstance(name, str) for name in names):
            self.stubs()
        for name, value in (names or {}).items():
            interpreter.replace_module(str(name), settled(value))
        return NONE

    def _evaluate(self, interpreter: Interpreter, given: Arguments) -> Result:
        """Take note of what code in a text may change: what it speaks of, or all that it can see."""
        escaped(interpreter, given)
        text = unwrap(given.get(0) or NONE)
        if len(given.positional) > 1 or given.keywords:
            return Unknown("what code in a text gives")
        frame = interpreter.frame
        code = parse(text.encode(), self.world.sources.version) if isinstance(text, str) else None
        if isinstance(code, ast.Module):
            escape_code(interpreter, code)
        else:
            forget(interpreter, [str(name) for name, value in frame.names.items() if is_plain(value)])
            escape(interpreter, [value for value in frame.names.values() if isinstance(value, Value)])
        return Unknown("what code in a text gives")

    def _execute(self, interpreter: Interpreter, given: Arguments) -> Result:
        self.stubs()
        self._evaluate(interpreter, given)
        return Unknown("what code in a text does")

    def _install_gettext(self, _interpreter: Interpreter, _given: Arguments) -> Result:
        self.world.extra_builtins |= {"_", "gettext", "ngettext"}
        return NONE

    # -- paths ----------------------------------------------------------------------------------

    def _add_paths(self, given: Arguments) -> Result:
        first = settled(given.get(0) or NONE)
        for value in first.items if isinstance(first, Sequence) else ():
            self._add_path(value, front=False)
        if not isinstance(first, Sequence) or first.is_open:
            self.stubs()
        return NONE

    def _add_path(self, value: Value | None, *, front: bool) -> Result:
        plain = unwrap(value or NONE)
        if not isinstance(plain, str | PurePath):
            self.stubs()
            return NONE
        folder = os.path.normpath(os.path.join(self.world.knowledge.folder, plain))
        if front:
            self.world.search.path.insert(0, folder)
        else:
            self.world.search.behind.append(folder)
        return NONE

    # -- variables ------------------------------------------------------------------------------

    def _found(self, given: Arguments) -> Value:
        name = unwrap(given.get(0, "key") or NONE)
        return self.world.variables.get(name) if isinstance(name, str) else Unknown("a variable")

    def _variable(self, _interpreter: Interpreter, given: Arguments) -> Result:
        found = self._found(given)
        return found if found != UNSET else given.get(1, "default") or UNSET

    def _needed_variable(self, _interpreter: Interpreter, given: Arguments) -> Result:
        found, name = self._found(given), unwrap(given.get(0) or NONE)
        if found != UNSET:
            return found
        message = f"the environment variable {name} is not set"
        return Raised("KeyError", message, name=str(name), cause="raised")

    def _has_variable(self, _interpreter: Interpreter, given: Arguments) -> Result:
        found = self._found(given)
        return found if isinstance(found, Unknown) else Constant(found != UNSET)

    def _set_variable(self, interpreter: Interpreter, name: Value | None, value: Value | None) -> Result:
        self.world.variables.put(interpreter.journal, name or NONE, settled(value or NONE))
        return NONE

    def _default_variable(self, interpreter: Interpreter, given: Arguments) -> Result:
        found = self._variable(interpreter, given)
        self._set_variable(interpreter, given.get(0), found if isinstance(found, Value) else None)
        return found

    def _pop_variable(self, interpreter: Interpreter, given: Arguments) -> Result:
        found = self._variable(interpreter, given)
        self._set_variable(interpreter, given.get(0), UNSET)
        return found

    def _set_variables(self, interpreter: Interpreter, given: Arguments) -> Result:
        first = settled(given.get(0) or NONE)
        items = first.items if isinstance(first, Table) and not first.is_open else {None: NONE}
        for name, value in items.items() if given.positional else ():
            self._set_variable(interpreter, Constant(name), value)
        for keyword, value in given.keywords.items():
            self._set_variable(interpreter, Constant(keyword), value)
        return NONE
