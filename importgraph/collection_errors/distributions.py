"""Which distribution brings an option of pytest, and where a project says that it wants one."""

import re
from collections.abc import Mapping
from pathlib import Path

from importgraph.collection_errors.declared import groups_of
from importgraph.environment.interpreter import normal_name

_OPTIONS: Mapping[str, str] = {
    "cov": "pytest-cov", "no-cov": "pytest-cov", "timeout": "pytest-timeout",
    "session-timeout": "pytest-timeout", "numprocesses": "pytest-xdist", "maxprocesses": "pytest-xdist",
    "dist": "pytest-xdist", "tx": "pytest-xdist", "reruns": "pytest-rerunfailures",
    "only-rerun": "pytest-rerunfailures", "rerun-except": "pytest-rerunfailures",
    "benchmark": "pytest-benchmark", "asyncio": "pytest-asyncio", "ds": "pytest-django",
    "dc": "pytest-django", "reuse-db": "pytest-django", "create-db": "pytest-django",
    "nomigrations": "pytest-django", "no-migrations": "pytest-django", "DJANGO": "pytest-django",
    "django": "pytest-django", "randomly": "pytest-randomly", "random-order": "pytest-random-order",
    "html": "pytest-html", "mpl": "pytest-mpl", "remote-data": "pytest-remotedata",
    "doctest-rst": "pytest-doctestplus", "doctest-plus": "pytest-doctestplus",
    "disable-socket": "pytest-socket", "allow-hosts": "pytest-socket", "allow-unix-socket": "pytest-socket",
    "block-network": "pytest-recording", "record-mode": "pytest-recording", "snapshot": "syrupy",
    "alluredir": "allure-pytest", "hypothesis": "hypothesis", "no-success-flaky-report": "flaky",
    "no-flaky-report": "flaky", "env": "pytest-env", "mock": "pytest-mock", "testmon": "pytest-testmon",
    "codspeed": "pytest-codspeed", "qt": "pytest-qt", "forked": "pytest-forked", "splits": "pytest-split",
    "nbval": "nbval", "flake8": "pytest-flake8", "mypy": "pytest-mypy", "black": "pytest-black",
    "bdd": "pytest-bdd",
}  # fmt: skip
"""Plugins of pytest by the beginning of the names of their options and settings."""


def plugin_of(option: str) -> str | None:
    """Return the distribution of the plugin that has an option or setting; None where it is not known."""
    words = re.split(r"[-_]", option.lstrip("-"))
    names = ("-".join(words[:count]) for count in range(len(words), 0, -1))
    return next((_OPTIONS[name] for name in names if name in _OPTIONS), None)


def wanted_by(root: str, distribution: str) -> str:
    """Say which of a project's groups of requirements name a distribution; empty where none does."""
    found = [label for label, names in groups_of(Path(root)) if normal_name(distribution) in names]
    return f"{' and '.join(found[:2])} {'names' if len(found) == 1 else 'name'} it" if found else ""
