"""What installed pytest plugins register: marks and options, by the text of their files."""

import re
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

from importgraph.files import read_file
from importgraph.session.settings import Settings
from importgraph.simulation.installed import Installed
from importgraph.simulation.search import Search, Spec

_MOST_FILES = 200
_REGISTERED = re.compile(
    rb"""addinivalue_line\(\s*["']markers["']\s*,\s*(?:[rf]{0,2}["']{1,3}\s*(?P<name>\w+)(?P<then>.))?"""
)


def may_register(mark: str, text: bytes, settings: bytes = b"") -> bool:
    """Tell whether the text of a plugin or conftest registers a mark, or computes which.

    Args:
        mark: Its name.
        text: The text.
        settings: That of the configuration, from which it may take names.
    """
    if b"addinivalue_line" not in text:
        return False
    name = mark.encode()
    for found in _REGISTERED.finditer(text):
        if found["name"] is None:
            if _in_quotes(mark, text) or re.search(rb"\b" + re.escape(name) + rb"\b", settings):
                return True
        elif found["name"] == name or (found["then"] == b"{" and name.startswith(found["name"])):
            return True
    return False


def _in_quotes(word: str, text: bytes) -> bool:
    return (
        word.encode() in text
        and re.search(rb"""["']""" + re.escape(word.encode()) + rb"""\b""", text) is not None
    )


_ADDING = tuple(
    f"_pytest.{name}"
    for name in (
        "main", "terminal", "helpconfig", "capture", "runner", "mark", "cacheprovider", "python", "fixtures",
        "doctest", "logging", "debugging", "junitxml", "stepwise", "setuponly", "setupplan", "pastebin",
        "warnings", "assertion", "assertion.__init__", "tmpdir",
    )
)  # fmt: skip
"""Modules of pytest that add its own options."""


class Plugins:
    """The plugins of a session.

    Args:
        settings: Says which are loaded.
        search: Finds their files.
    """

    def __init__(self, settings: Settings, search: Search) -> None:
        self.settings = settings
        self.search = search
        self.names: Installed | None = None
        """What modules bind, once somebody can say."""
        self.known = True
        """Whether the environment is the one that runs the tests; otherwise any plugin may be there."""

    def mentions(self, word: str) -> bool:
        """Tell whether a plugin's text holds a word in quotes: the name of an option or setting."""
        return not self.known or any(_in_quotes(word, text) for text in self._texts)

    def text(self, module: str) -> bytes:
        """Return the text of a module; nothing where it is not there."""
        path = self.file(module)
        return read_file(Path(path)) if path else b""

    def file(self, module: str) -> str:
        """Return the file of a module; empty where it is not there, or no text."""
        spec = self._spec(module)
        return spec.path if spec is not None and spec.path.endswith(".py") else ""

    def names_hook(self, name: str) -> bool:
        """Tell whether a plugin's text speaks of a hook."""
        word = re.compile(rb"\b" + re.escape(name.encode()) + rb"\b")
        return not self.known or any(word.search(text) for text in self._texts)

    def adds(self, option: str, apart: str) -> bool:
        """Tell whether pytest itself, or the module of an installed plugin, surely adds an option.

        Args:
            option: Its name.
            apart: A module that is not asked.
        """
        quoted = rb"""["']""" + re.escape(option.encode()) + rb"""["']"""
        adds = re.compile(rb"""^    \w+\._?addoption\(\s*(?:["'][\w-]+["'],\s*)*""" + quoted, re.MULTILINE)
        others = (one for one in (*_ADDING, *self.installed) if one != apart)
        return self.known and any(adds.search(self.text(one)) for one in others)

    def may_register(self, mark: str) -> bool:
        """Tell whether a plugin may register a mark."""
        return not self.known or any(may_register(mark, text) for text in self._texts)

    def is_there(self, name: str) -> bool:
        """Tell whether a plugin that `-p` names is there: pytest's own, an installed one, or a module."""
        if any(name == entry for entry, _ in self.search.environment.pytest_plugins):
            return True
        return self._spec(name) is not None or self._spec(f"_pytest.{name}") is not None

    def finds(self, module: str) -> bool:
        """Tell whether a module can be found where the session begins."""
        return self._spec(module) is not None

    def lacks(self, module: str, name: str) -> bool:
        """Tell whether an installed module surely binds no such name."""
        spec = self._spec(module)
        if spec is None or spec.project or not spec.readable or self.names is None:
            return False
        return self.names.has_name(module, spec.path, spec.folders, name) is False

    def _spec(self, module: str) -> Spec | None:
        first, *rest = module.split(".")
        spec = self.search.top(first)
        for part in rest:
            spec = self.search.inside(spec.folders, part) if spec is not None else None
        return spec

    @cached_property
    def modules(self) -> tuple[str, ...]:
        """The modules of the plugins that are loaded: pytest's own, installed ones, and those of `-p`."""
        return ("_pytest", *self.installed, *self.named)

    @cached_property
    def named(self) -> tuple[str, ...]:
        """The modules of the plugins that `-p` names, without pytest's own."""
        entries = dict(self.search.environment.pytest_plugins)
        names = [name for name in self.settings.plugins if not name.startswith("no:")]
        return tuple(entries.get(name, name) for name in names if self._spec(f"_pytest.{name}") is None)

    @cached_property
    def installed(self) -> tuple[str, ...]:
        """The modules of the plugins that pytest loads because they are installed."""
        off = {name.removeprefix("no:") for name in self.settings.plugins if name.startswith("no:")}
        found = self.search.environment.pytest_plugins if self.settings.autoload else ()
        return tuple(module for name, module in found if name not in off)

    @cached_property
    def _texts(self) -> tuple[bytes, ...]:
        return tuple(text for module in self.modules for text in self._files(module))

    def _files(self, module: str) -> Iterator[bytes]:
        spec = self._spec(module)
        if spec is None:
            return
        files = [Path(spec.path)] if spec.path.endswith(".py") else []
        if not spec.folders and "." in module:  # the plugin of a package may be spread over files
            files += [
                one for one in sorted(Path(spec.path).parent.glob("*.py"))[:_MOST_FILES] if one not in files
            ]
        if spec.folders:
            files += sorted(Path(spec.folders[0]).rglob("*.py"))[:_MOST_FILES]
        for path in files:
            try:
                yield read_file(path)
            except OSError:
                continue
