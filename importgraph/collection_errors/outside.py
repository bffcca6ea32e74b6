"""What is known of names outside the project: constants of the standard library that decide branches."""

import os
import platform
import sys
from collections.abc import Mapping

from importgraph.collection_errors.values import Constant, Outside, Value

_CONSTANTS: Mapping[str, Value] = {
    "typing.TYPE_CHECKING": Constant(value=False),
    "typing_extensions.TYPE_CHECKING": Constant(value=False),
    "sys.platform": Constant(sys.platform),
    "sys.byteorder": Constant(sys.byteorder),
    "sys.maxsize": Constant(sys.maxsize),
    "os.name": Constant(os.name),
    "os.sep": Constant(os.sep),
    "os.pardir": Constant(os.pardir),
    "os.path.pardir": Constant(os.pardir),
    "os.path.sep": Constant(os.sep),
    "sys.implementation.name": Constant(sys.implementation.name),
    "six.PY2": Constant(value=False),
    "six.PY3": Constant(value=True),
    "builtins.__debug__": Constant(value=True),
}
RESULTS: Mapping[str, Value] = {
    "platform.system": Constant(platform.system()),
    "platform.python_implementation": Constant(platform.python_implementation()),
}
"""What calls without arguments return."""


def known(name: str) -> Value:
    """Return what a dotted name outside the project stands for."""
    return _CONSTANTS.get(name) or Outside(name)
