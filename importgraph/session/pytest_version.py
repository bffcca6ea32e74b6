"""Which pytest runs the tests of a folder, as far as its settings depend on that."""

import re
from pathlib import Path

from importgraph.environment.locate import project_environment
from importgraph.files import read_text_file

_NATIVE = 9
"""The first major version of pytest that reads `[tool.pytest]` and `pytest.toml`."""
_REQUIREMENT = re.compile(r"""["']pytest\s*([<>=!~][^"';]*)""")


def reads_native_tables(folder: Path, python: Path | None = None) -> bool:
    """Tell whether pytest reads `[tool.pytest]` and `pytest.toml` there.

    Args:
        folder: The folder of the file that holds them.
        python: The interpreter or environment that runs the tests; None: looked for beside the project.

    Returns:
        What the installed pytest does; where no environment is in sight, what the requirements of the
        folder's `pyproject.toml` admit; True where nothing tells.
    """
    environment = project_environment(python, folder)
    installed = environment.distribution_version("pytest") if environment is not None else None
    if installed:
        return _major(installed) >= _NATIVE
    return _admitted(folder / "pyproject.toml") is not False


def _major(version: str) -> int:
    number = version.partition(".")[0]
    return int(number) if number.isdecimal() else _NATIVE


def _admitted(pyproject: Path) -> bool | None:
    """Tell whether the requirements admit a pytest that reads native tables; None without a version."""
    from packaging.specifiers import SpecifierSet
    from packaging.version import Version

    try:
        texts = _REQUIREMENT.findall(read_text_file(pyproject))
        wanted = SpecifierSet(",".join(texts))
    except (OSError, ValueError):
        return None
    named = {Version(one.version.removesuffix(".*")) for one in wanted}
    newer = (*named, Version("9.0"), Version("9.9999"), Version("99"))
    return any(version.major >= _NATIVE and version in wanted for version in newer) if texts else None
