"""A pytest plugin that writes which tests and files failed to the file that GUARD_OUTCOMES names."""

import os
from pathlib import Path
from typing import Any

failed: list[str] = []


def pytest_runtest_logreport(report: Any) -> None:
    if report.failed:
        failed.append(report.nodeid)


def pytest_collectreport(report: Any) -> None:
    if report.failed:
        failed.append(report.nodeid)


def pytest_sessionfinish() -> None:
    Path(os.environ["GUARD_OUTCOMES"]).write_text("".join(f"{one}\n" for one in failed), encoding="utf-8")
