"""Describe the target's interpreter: a standard-library-only script that is sent into it (CPython 3.9 to 3.15).

Prints one JSON object: version, cache tag, the folders of the standard library and of installed packages, which
distribution each top-level module comes from, and the tag of the files that pytest rewrites.
"""
# ruff: noqa: T201, PTH
# The oldest interpreter it runs under decides the style of this one file.

import importlib.metadata
import importlib.util
import json
import os
import sys

if sys.path and os.path.exists(os.path.join(sys.path[0], "describe.py")):
    del sys.path[0]  # our own folder, whose modules are not for the target
import sysconfig


def distributions() -> "dict[str, str]":
    """Map top-level names to distribution names, as ``packages_distributions`` of 3.10 does."""
    found: "dict[str, str]" = {}
    for distribution in importlib.metadata.distributions():
        name = distribution.metadata["Name"]
        if not name:
            continue
        declared = (distribution.read_text("top_level.txt") or "").split()
        for top in declared or sorted({top_level(str(file)) for file in distribution.files or ()}):
            if top.isidentifier():
                found.setdefault(top, name)
    return found


def top_level(path: str) -> str:
    """Return the module that a file of a distribution belongs to, or an empty string."""
    first = path.replace("\\", "/").split("/")[0]
    return (
        first.split(".")[0]
        if "/" in path.replace("\\", "/") or first.endswith((".py", ".so", ".pyd"))
        else ""
    )


def pytest_tag() -> "str | None":
    """Return the end of the names of pytest's rewritten files, as ``_pytest.assertion.rewrite.PYC_TAIL``."""
    try:
        version = importlib.metadata.version("pytest")
    except importlib.metadata.PackageNotFoundError:
        return None
    return f"{sys.implementation.cache_tag}-pytest-{version}"


def main() -> None:
    """Print the description."""
    paths = sysconfig.get_paths()
    installed = {paths["purelib"], paths["platlib"]}
    installed.update(
        path for path in sys.path if os.path.basename(path) in {"site-packages", "dist-packages"}
    )
    description = {
        "version": ".".join([str(part) for part in sys.version_info[:3]]),
        "magic": importlib.util.MAGIC_NUMBER.hex(),
        "cache_tag": sys.implementation.cache_tag or "",
        "standard": sorted({os.path.realpath(paths["stdlib"]), os.path.realpath(paths["platstdlib"])}),
        "installed": sorted(os.path.realpath(path) for path in installed),
        "distributions": distributions(),
        "pytest_tag": pytest_tag(),
    }
    print(json.dumps(description))


main()
