"""Installed pytest plugins: which of them change what is collected."""

from importgraph.selection.environment import Environment
from importgraph.selection.hooks import examine
from importgraph.selection.settings import Settings
from importgraph.selection.space import Space

HARMLESS = {
    "anyio", "hypothesispytest", "pytest_cov", "xdist", "xdist.looponfail", "pytest_mock", "timeout",
    "faker", "benchmark", "rerunfailures", "pytest_timeout", "metadata", "html", "typeguard", "sugar",
    "instafail", "socket", "localserver", "pytest_httpx", "requests_mock", "freezegun", "time_machine",
    "respx", "env", "importgraph", "codspeed", "json_report",
}  # fmt: skip
"""Entry points known to leave node ids and their order alone unless an option or mark asks otherwise."""
_HOOKS = (
    b"pytest_collect_file", b"pytest_pycollect", b"pytest_collection", b"pytest_collect_directory",
    b"pytest_ignore_collect", b"pytest_itemcollected", b"pytest_make_collect_report",
)  # fmt: skip


def session_doubt(settings: Settings, environment: Environment, space: Space) -> tuple[str, bool]:
    """Return why plugins put the whole session in doubt, or nothing.

    And whether one names parameters by a hook.
    """
    off = {name.removeprefix("no:") for name in settings.plugins if name.startswith("no:")}
    named = [(name, name) for name in settings.plugins if not name.startswith("no:")]
    found = (
        [(name, module) for name, module in environment.pytest_plugins if name not in off]
        if settings.autoload
        else []
    )
    names_ids = False
    for name, module in (*found, *named):
        if name in HARMLESS:
            continue
        where = space.find(module, "")
        if where is None or not where.readable:
            if (name, module) in named and name not in _OWN:
                return f"plugin {name} is not found", names_ids
            continue
        source = space.source(where.path) or b""
        names_ids = names_ids or b"def pytest_make_parametrize_id" in source
        if b"def pytest_generate_tests" in source:
            return f"plugin {name} generates tests", names_ids
        if any(b"def " + hook in source for hook in _HOOKS):
            report = examine(space, space.load(where.path, module), where.path, frozenset())
            reason = report.global_doubt or report.local_doubt
            if reason:
                return f"plugin {name}: {reason}", names_ids
    return "", names_ids


_OWN = {
    "cacheprovider",
    "terminal",
    "doctest",
    "pytester",
    "randomly",
    "warnings",
    "capture",
    "logging",
    "junitxml",
}
