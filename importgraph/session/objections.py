"""Why a pytest session cannot be narrowed, as far as pytest tells. It loads nothing: many end here."""

from pathlib import Path
from typing import Any

HARMLESS = {
    "anyio", "asyncio", "hypothesispytest", "pytest_cov", "xdist", "xdist.looponfail", "pytest_mock",
    "timeout",
    "faker", "benchmark", "rerunfailures", "pytest_timeout", "metadata", "html", "typeguard", "sugar",
    "instafail", "socket", "localserver", "pytest_httpx", "requests_mock", "freezegun", "time_machine",
    "respx", "env", "importgraph", "codspeed", "json_report",
}  # fmt: skip
"""Entry points whose hooks leave node ids and their order alone unless an option or mark asks otherwise."""
_HOOKS = (
    "pytest_collection", "pytest_collection_modifyitems", "pytest_collect_file", "pytest_collect_directory",
    "pytest_ignore_collect", "pytest_pycollect_makemodule", "pytest_pycollect_makeitem",
    "pytest_generate_tests", "pytest_itemcollected", "pytest_make_parametrize_id",
    "pytest_make_collect_report",
)  # fmt: skip
_FEW = 4
"""Files that are imported faster than narrowing decides."""
_WORKER = "__channelexec__"
"""The module of what pytest-xdist runs in a worker: it is sent there as text."""


def objection(config: Any) -> str:
    """Say why narrowing is off the table for a session; nothing where it is not."""
    option = config.option
    if not (option.keyword or option.markexpr or option.deselect):
        return "nothing is selected by -k, -m or --deselect"
    if all("::" in argument for argument in config.args):
        return "node ids name what to import"
    if len(config.args) <= _FEW and all(_is_file(config, argument) for argument in config.args):
        return f"{_FEW} files or fewer are named: importing them costs less than reading the session's"
    for name in ("lf", "failedfirst", "newfirst", "stepwise", "doctestmodules", "keepduplicates"):
        if getattr(option, name, False):
            return f"option {name} depends on every test"
    if getattr(option, "doctestglob", None):
        return "option doctest-glob adds files that are no tests"
    known = (getattr(config.pluginmanager.hook, hook, None) for hook in _HOOKS)
    for caller in filter(None, known):
        for found in caller.get_hookimpls():
            name = found.plugin_name or ""
            module = getattr(found.function, "__module__", "") or ""
            if module.startswith(("_pytest.", "importgraph.", "xdist.")) or name in HARMLESS:
                continue
            if module == _WORKER and hasattr(config, "workerinput"):
                continue
            if not name.endswith("conftest.py"):
                return f"plugin {name} has {caller.name}"
    return _parametrised_by_a_plugin(config)


def _is_file(config: Any, argument: Any) -> bool:
    return Path(config.invocation_params.dir, str(argument).partition("::")[0]).is_file()


def _parametrised_by_a_plugin(config: Any) -> str:
    """Name a fixture of an installed plugin that multiplies tests: text does not show who uses it."""
    manager = config.pluginmanager.getplugin("funcmanage")
    if manager is None:
        return "the fixtures of plugins are not known yet"
    for name, definitions in getattr(manager, "_arg2fixturedefs", {}).items():
        for found in definitions:
            module = str(getattr(found.func, "__module__", ""))
            file = str(getattr(getattr(found.func, "__code__", None), "co_filename", ""))
            known = module.startswith(("_pytest.", "anyio.")) or file.endswith("conftest.py")
            if found.params and not found.baseid and not known:
                return f"{module} has the parametrised fixture {name}"
    return ""
