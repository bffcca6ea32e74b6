"""Environment variables, as the shell that asks has them and as evaluated code changes them.

pytest would run in the same shell, so that `os.environ` here is what its modules find. What a conftest or a
setting names may be set by code that does not run at import (`pytest_configure`), and stays open.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass, field

from importgraph.evaluation.values.journal import Journal
from importgraph.evaluation.values.value import State, Unknown, Value
from importgraph.evaluation.values.values import Constant, unwrap

_OTHERS = ("PYTEST", "PYTHON", "COV_", "COVERAGE", "TOX_", "NOX_", "VIRTUAL_ENV", "CONDA_")
"""Beginnings of variables that pytest sets, or what starts it."""
_ALSO_OTHERS = {"PATH", "PWD", "OLDPWD", "COLUMNS", "LINES", "_", "SHLVL"}
UNSET = Constant(None)


@dataclass
class Variables:
    """What code that is imported finds in `os.environ`.

    Args:
        may_be_set: Tells whether something that is not evaluated may set a variable.
    """

    may_be_set: Callable[[str], bool] = lambda _: True
    is_open: bool = False
    """Code that is not read may have set others (`load_dotenv`)."""
    _changed: State = field(default_factory=dict)

    def get(self, name: str) -> Value:
        """Return the value of a variable: a text, `UNSET`, or one that is not known."""
        if name in self._changed:
            found: Value = self._changed[name]
            return found
        if self.is_open or name.startswith(_OTHERS) or name in _ALSO_OTHERS or self.may_be_set(name):
            return Unknown(f"the environment variable `{name}`")
        return Constant(os.environ.get(name))

    def put(self, journal: Journal, name: Value, value: Value) -> None:
        """Set a variable, or unset it, until the journal takes that back."""
        plain = unwrap(name)
        if isinstance(plain, str):
            self._changed.setdefault(plain, self.get(plain))
            journal.put(self._changed, plain, value)
        else:
            self.is_open = True
