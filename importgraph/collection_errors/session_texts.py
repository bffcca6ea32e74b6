"""What the texts of a session speak of: its settings, conftests, and plugins, installed and of its own."""

import os
import re
from collections.abc import Iterator

from importgraph.collection_errors.plugins import Plugins, may_register
from importgraph.session.settings import Settings
from importgraph.simulation.source_files import SourceFiles


class SessionTexts:
    """Searches the texts of a session.

    Args:
        settings: Those of pytest.
        plugins: The installed plugins.
        sources: Reads files.
        conftests: All conftests of the session.
    """

    def __init__(
        self, settings: Settings, plugins: Plugins, sources: SourceFiles, conftests: tuple[str, ...]
    ) -> None:
        self.settings = settings
        self.plugins = plugins
        self.sources = sources
        self.conftests = conftests
        self.plugin_files: list[str] = []
        """Files of plugins that conftests name."""
        self._marks: dict[str, bool] = {}

    def local(self) -> Iterator[bytes]:
        """Yield the texts of the conftests, and of the plugins that they name."""
        yield from map(self.sources.text, (*self.conftests, *self.plugin_files))

    @property
    def _setting(self) -> bytes:
        return self.sources.text(str(self.settings.ini)) if self.settings.ini else b""

    def may_register(self, mark: str) -> bool:
        """Tell whether a plugin or a conftest may register a mark."""
        if mark not in self._marks:
            here = any(may_register(mark, text, self._setting) for text in self.local())
            self._marks[mark] = here or self.plugins.may_register(mark)
        return self._marks[mark]

    def may_set(self, variable: str) -> bool:
        """Tell whether a conftest, a plugin or a setting names an environment variable."""
        name = re.escape(variable.encode())
        dotenv = self.sources.text(os.path.join(self.settings.rootdir, ".env"))
        if re.search(rb"\b" + name + rb"\b", self._setting + b"\n" + dotenv):
            return True
        if self.plugins.known and self.plugins.mentions(variable):
            return True
        quoted = re.compile(rb"""["']""" + name + rb"""["']""")
        texts = map(self.sources.text, self.conftests)
        return any(quoted.search(text) and re.search(rb"environ|[sp]et_?env|putenv", text) for text in texts)

    def names(self, name: str) -> bool:
        """Tell whether a conftest, or a plugin that one names, speaks of a name."""
        word = re.compile(rb"\b" + re.escape(name.encode()) + rb"\b")
        return any(word.search(text) for text in self.local())


def line_of(text: bytes, word: bytes) -> int:
    """Return the first line of a text that holds a word; 1 where none does."""
    found = text.find(word)
    return text.count(b"\n", 0, found) + 1 if found >= 0 else 1
