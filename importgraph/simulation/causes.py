"""What goes wrong when a file is imported, and the lines on the way there."""

from dataclasses import dataclass
from enum import StrEnum


class CauseKind(StrEnum):
    """What goes wrong."""

    SYNTAX_ERROR = "syntax-error"
    MISSING_MODULE = "missing-module"
    """A module of the project that is not there."""
    MISSING_NAME = "missing-name"
    """A name that a module has not, imported or read as an attribute."""
    MISSING_DISTRIBUTION = "missing-distribution"
    """A module that no installed distribution brings."""
    UNDEFINED_NAME = "undefined-name"
    IMPORT_CYCLE = "import-cycle"
    RAISED = "raised"
    """The module itself raises on its main flow."""
    WRONG_CALL = "wrong-call"
    """A call whose arguments do not fit the function."""
    WRONG_TYPE = "wrong-type"
    """An operation that its operands do not have, such as `"X" | None`."""
    REFUSED_ATTRIBUTE = "refused-attribute"
    """An attribute that an object does not let code set: it has slots, is frozen, or a named tuple."""
    CLASS_CONFLICT = "class-conflict"
    """A class that Python refuses to make: bases that do not fit, conflicting metaclasses, slots."""
    SKIP_OUTSIDE = "skip-outside-test"
    """`pytest.skip` at module level without `allow_module_level`."""
    UNKNOWN_MARKER = "unknown-marker"
    MARK_ON_FIXTURE = "mark-on-fixture"
    FIXTURE = "wrong-fixture"
    PARAMETRIZE = "wrong-parametrize"
    TEST_CLASS = "wrong-test-class"
    """A class named as a test class that pytest cannot collect, where that warning is an error."""
    FILE_MISMATCH = "file-mismatch"
    """Two test files with one module name."""
    CONFTEST = "conftest"
    CONFIGURATION = "configuration"
    MISSING_PLUGIN = "missing-plugin"


@dataclass(frozen=True, slots=True, order=True)
class Step:
    """One line on the way from a test file to a cause."""

    path: str
    """Relative to the project's root; absolute outside of it."""
    line: int
