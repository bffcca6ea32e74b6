"""What the hooks of plugins and conftests take, by standing in for the functions that pytest calls."""

import functools
import inspect
import os
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

import pytest

from importgraph.plugin.stopwatch import Stopwatch

OWN = ("_pytest.", "importgraph.")
LATER = (
    "pytest_runtest",
    "pytest_fixture",
    "pytest_sessionfinish",
    "pytest_terminal_summary",
    "pytest_unconfigure",
)
"""Hooks that are called when collection is over."""


class HookTimes:
    """Times hooks of everything but pytest itself, until ``stop``.

    Args:
        manager: The session's plugin manager.
        root: The folder that conftests are named relative to.
        stopwatch: Spans of the part "plugins" go here, owned by ``plugin: hook``.
    """

    def __init__(self, manager: pytest.PytestPluginManager, root: str, stopwatch: Stopwatch) -> None:
        self.manager = manager
        self.root = root
        self.stopwatch = stopwatch
        self.replaced: list[tuple[Any, Callable[..., Any]]] = []

    def watch(self, plugin: Any) -> None:
        """Time a plugin's hooks."""
        for hook in self.manager.get_hookcallers(plugin) or ():
            if hook.name.startswith(LATER):
                continue
            for found in hook.get_hookimpls():
                if found.plugin is plugin and not _is_own(found.function):
                    self._replace(found, f"{self._name(found)}: {hook.name}")

    def _name(self, found: Any) -> str:
        """Name a plugin as a reader knows it, a conftest by its path."""
        name = str(found.plugin_name)
        if name.isdigit():  # registered without a name
            return f"{type(found.plugin).__module__}.{type(found.plugin).__name__}"
        return os.path.relpath(name, self.root) if Path(name).is_absolute() else name

    def _replace(self, found: Any, owner: str) -> None:
        real = found.function
        timed = self._timed_wrapper if inspect.isgeneratorfunction(real) else self._timed
        found.function = timed(real, owner)
        self.replaced.append((found, real))

    def _timed(self, real: Callable[..., Any], owner: str) -> Callable[..., Any]:
        @functools.wraps(real)
        def function(*arguments: Any) -> Any:
            with self.stopwatch.span("plugins", owner=owner):
                return real(*arguments)

        return function

    def _timed_wrapper(self, real: Callable[..., Any], owner: str) -> Callable[..., Any]:
        """Time both halves of a hook that surrounds the others."""

        @functools.wraps(real)
        def function(*arguments: Any) -> Generator[Any, Any, Any]:
            generator = real(*arguments)
            step, sent = generator.send, None
            while True:
                try:
                    with self.stopwatch.span("plugins", owner=owner):
                        value = step(sent)
                except StopIteration as end:
                    return end.value
                try:
                    step, sent = generator.send, (yield value)
                except BaseException as error:  # noqa: BLE001 -- passed on to the hook, as pluggy would
                    step, sent = generator.throw, error

        return function

    def stop(self) -> None:
        """Let pytest call the plugins' own functions again."""
        for found, real in self.replaced:
            found.function = real
        self.replaced.clear()


def _is_own(function: Any) -> bool:
    return str(getattr(function, "__module__", "")).startswith(OWN)
