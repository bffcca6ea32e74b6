"""Environment variables, as the shell that asks has them and as simulated code changes them.

pytest would run in the same shell, so that `os.environ` here is what its modules find. What a conftest or a
setting names may be set by code that does not run at import (`pytest_configure`), and stays open.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass, field

from importgraph.simulation.values import ANYTHING, Constant, Value

_OTHERS = ("PYTEST", "PYTHON", "COV_", "COVERAGE", "TOX_", "NOX_", "VIRTUAL_ENV", "CONDA_")
"""Beginnings of variables that pytest sets, or what starts it."""
_ALSO_OTHERS = {"PATH", "PWD", "OLDPWD", "COLUMNS", "LINES", "_", "SHLVL"}
UNSET = Constant(None)


@dataclass
class Variables:
    """What code that is imported finds in `os.environ`.

    Args:
        may_be_set: Tells whether something that is not simulated may set a variable.
    """

    may_be_set: Callable[[str], bool] = lambda _: True
    is_open: bool = False
    """Code that is not read may have set others (`load_dotenv`)."""
    _changed: dict[str, Value] = field(default_factory=dict)

    def get(self, name: str) -> Value:
        """Return the value of a variable: a text, `UNSET`, or anything."""
        if name in self._changed:
            return self._changed[name]
        if self.is_open or name.startswith(_OTHERS) or name in _ALSO_OTHERS or self.may_be_set(name):
            return ANYTHING
        return Constant(os.environ.get(name))

    def put(self, name: Value, value: Value) -> None:
        """Set a variable, or unset it."""
        if isinstance(name, Constant) and isinstance(name.value, str):
            self._changed[name.value] = value
        else:
            self.is_open = True
