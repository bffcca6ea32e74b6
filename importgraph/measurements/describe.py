"""Describe the target's interpreter: a script that is sent into it, so standard library only, CPython 3.9 on.

Its arguments are the file to put the compiled tracer in, and the tracer's parts. Compiling it here, once,
keeps the compiler's work out of the processes that are measured: it would warm their memory up.

Prints one JSON object: version, cache tag, the folders of the standard library and of installed packages,
which distribution each top-level module comes from, and the tag of the files that pytest rewrites.
"""
# ruff: noqa: PTH110, PTH118, PTH119, PTH123, T201
# The oldest interpreter it runs under decides the style of this one file.

import importlib.metadata
import importlib.util
import json
import marshal
import os
import sys

if sys.path and os.path.exists(os.path.join(sys.path[0], "describe.py")):
    del sys.path[0]  # our own folder, whose modules are not for the target
import sysconfig


def distributions() -> "dict[str, str]":
    """Map top-level names to distribution names, as ``packages_distributions`` of 3.10 does."""
    found: dict[str, str] = {}
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


def compile_tracer(compiled: str, parts: "list[str]") -> None:
    """Join the tracer's parts and compile them under importlib's own file name."""
    sources = []
    for part in parts:
        with open(part, encoding="utf-8") as file:
            sources.append(file.read())
    code = compile("\n".join(sources), "<frozen importlib._bootstrap>", "exec", dont_inherit=True)
    with open(compiled, "wb") as file:
        file.write(marshal.dumps(code))


def main(compiled: str, *parts: str) -> None:
    """Compile the tracer and print the description."""
    compile_tracer(compiled, list(parts))
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


main(*sys.argv[1:])
