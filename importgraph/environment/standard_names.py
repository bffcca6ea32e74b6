"""Names of standard modules that no text shows: of compiled ones, and of those that fill themselves."""

import re
from functools import cache

_SPAN = re.compile(r"([\w.]+)(?:>=3\.(\d+))?(?:<3\.(\d+))?")
_GROWING = frozenset({"sys"})
"""Modules in which programs set names of their own (`sys._called_from_test`)."""
_OF_PYTHON_2 = frozenset(
    ["maxint", "exc_clear", "exc_type", "exc_value", "exc_traceback", "setcheckinterval", "subversion"]
)


@cache
def _table() -> tuple[range, dict[str, dict[str, range]]]:
    """Return the minor versions of Python that are known, and by module the names with their versions."""
    from importlib.resources import files  # loads more than most runs need

    text = files("importgraph.environment").joinpath("standard_names.txt").read_text("utf-8")
    first, *lines = text.splitlines()
    least, most = (int(minor) for minor in re.findall(r"3\.(\d+)", first))
    found: dict[str, dict[str, range]] = {}
    for line in lines:
        module, *names = line.split()
        spans = (_SPAN.fullmatch(name) for name in names)
        known = (span for span in spans if span is not None)
        found[module] = {span[1]: range(int(span[2] or least), int(span[3] or most + 1)) for span in known}
    return range(least, most + 1), found


def has_standard_name(module: str, name: str, version: tuple[int, int]) -> bool | None:
    """Tell whether a module of the standard library has a name in a version of Python.

    Returns:
        None where that is not known: of modules outside the table, versions that it does not cover, and names
        in capitals, which depend on the platform.
    """
    versions, modules = _table()
    major, minor = version
    if module not in modules or major != 3 or minor not in versions or name.isupper():  # noqa: PLR2004
        return None
    span = modules[module].get(name)
    if span is None and module in _GROWING and name not in _OF_PYTHON_2:
        return None
    return span is not None and minor in span
