"""The pytest plugin: inert until one of its options is given, and only then does `importgraph.plugin` load.

Every test session of every user loads this file: it imports pytest and nothing else.
"""

from collections.abc import Generator
from typing import Any

import pytest

OPTIONS = (
    "importgraph_narrow",
    "importgraph_profile",
    "importgraph_audit",
    "importgraph_max_collection_seconds",
    "importgraph_collection_timeout",
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare the options."""
    group = parser.getgroup("importgraph", "importgraph: what collection costs, and how to spare it")
    group.addoption(
        "--importgraph-narrow",
        action="store_true",
        help="Do not import test files that hold no test selected by -k, -m or --deselect.",
    )
    group.addoption(
        "--importgraph-profile",
        nargs="?",
        const=True,
        metavar="FILE.json",
        help="Say where collection time went; with =FILE.json, save it there as well.",
    )
    group.addoption(
        "--importgraph-audit",
        action="store_true",
        help="List sockets, processes, threads, environment and file writes during collection.",
    )
    group.addoption(
        "--importgraph-max-collection-seconds",
        metavar="N",
        help="Fail once collection takes longer, after the file that is being imported.",
    )
    group.addoption(
        "--importgraph-collection-timeout",
        metavar="N",
        help="End the process if collection takes longer, also in the middle of an import that hangs.",
    )


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Generator[None, Any, Any]:
    """Begin before the first conftest.py is imported and before output is captured."""
    _activate(early_config, early_config.known_args_namespace)
    return (yield)


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Begin here where a conftest.py named this plugin, so that it came too late for the hook above."""
    _activate(config, config.option)


def _activate(config: pytest.Config, chosen: Any) -> None:
    if any(getattr(chosen, name, None) not in {None, False} for name in OPTIONS):
        from importgraph.plugin.activate import activate

        activate(config, chosen)
