"""What an editor has open: the folders of its workspace, and the documents in them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from lsprotocol import types
from pygls.lsp.server import LanguageServer
from pygls.uris import to_fs_path
from pygls.workspace import TextDocument

from importgraph import __version__
from importgraph.files import source_text
from importgraph.language_server import messages
from importgraph.language_server.analysis import Analysis
from importgraph.language_server.diagnostics import marks_by_path
from importgraph.language_server.refreshing import Folder, Problem
from importgraph.language_server.statements import Found, analysed_line, import_at
from importgraph.language_server.text_edits import protocol_lines
from importgraph.project import Project
from importgraph.quoting import visible

if TYPE_CHECKING:
    import asyncio


@dataclass(frozen=True, slots=True)
class Place:
    """A place in an open document, with what is known of its file."""

    analysis: Analysis
    path: str
    """Relative to the root of the project."""
    document: TextDocument
    found: Found
    """The import there."""
    shift: int
    """By how many lines the document differs from the text that was analysed."""

    @property
    def is_current(self) -> bool:
        """Whether the document reads as it was analysed: only then do edits fit."""
        return self.analysis.project.read_text(self.path) == _plain(self.document)


class ImportServer(LanguageServer):
    """The server and the folders of its workspace."""

    def __init__(self, open_project: Callable[[Path], Project]) -> None:
        super().__init__("importgraph", __version__)
        self.open_project = open_project
        self.folders: dict[str, Folder] = {}
        self.marked: dict[Path, set[str]] = {}
        """By folder, the documents that have diagnostics."""
        self.loop: asyncio.AbstractEventLoop | None = None

    def add_folder(self, uri: str) -> None:
        """Begin to follow a folder."""
        path = to_fs_path(uri) if _is_file(uri) else None
        if path is not None and uri not in self.folders:
            folder = self.folders[uri] = Folder(Path(path).resolve(), self.open_project, self._tell)
            folder.start()

    def remove_folder(self, uri: str) -> None:
        """Follow a folder no longer."""
        folder = self.folders.pop(uri, None)
        if folder is not None:
            folder.end()
            for marked in sorted(self.marked.pop(folder.path, ())):
                self._publish(marked, [])

    def refresh(self) -> None:
        """Analyse all folders again: what was saved in one may count in another."""
        for folder in self.folders.values():
            folder.refresh()

    def _tell(self, folder: Folder, news: "Analysis | Problem") -> None:
        """Pass news on from the thread that analyses to the one that speaks."""
        if self.loop is not None and not self.loop.is_closed():
            self.loop.call_soon_threadsafe(self._show, folder, news)

    def _show(self, folder: Folder, news: "Analysis | Problem") -> None:
        if isinstance(news, Problem):
            shown = types.ShowMessageParams(
                types.MessageType.Warning, f"importgraph: {visible(news.message)}"
            )
            self.window_show_message(shown)
            return
        project = news.project
        paths = [module.path for module in project.graph.modules.values() if module.path]
        marks = marks_by_path(
            project.findings, [*paths, *(broken.path for broken in project.graph.ledger.broken)]
        )
        fresh = {messages.uri_of(project.root, path): path for path in sorted(marks)}
        for uri, path in fresh.items():
            lines = project.read_text(path).split("\n")
            self._publish(uri, [messages.diagnostic(one, lines, project.root) for one in marks[path]])
        for uri in sorted(self.marked.get(folder.path, set()) - fresh.keys()):
            self._publish(uri, [])
        self.marked[folder.path] = set(fresh)
        text = f"analysed {project.graph.ledger.found:,} files in {folder.seconds:.1f} s"
        self.window_log_message(types.LogMessageParams(types.MessageType.Info, text))

    def _publish(self, uri: str, diagnostics: list[types.Diagnostic]) -> None:
        self.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, diagnostics))

    def place(self, uri: str, position: types.Position) -> Place | None:
        """Return the import at a position, if its file was analysed and there is one."""
        document = self._document(uri)
        if document is None:
            return None
        lines = protocol_lines(document.source)
        for analysis, path in self._analysed(document):
            there = document.position_codec.position_from_client_units(lines, position)
            text = analysis.project.read_text(path)
            line = analysed_line(text, _plain(document), there.line)
            found = (
                import_at(text, analysis.edges.get(path, ()), line, there.character)
                if line is not None
                else None
            )
            if found is not None and line is not None:
                return Place(analysis, path, document, found, there.line - line)
        return None

    def _document(self, uri: str) -> TextDocument | None:
        """Return a document; None for what is no file, say a new text without a name, or cannot be read."""
        if not _is_file(uri):
            return None
        document = self.workspace.get_text_document(uri)
        try:
            _ = document.source
        except (OSError, ValueError):  # the second: no text, or a name that no file can have
            return None
        return document

    def _analysed(self, document: TextDocument) -> Iterator[tuple[Analysis, str]]:
        """Yield the analyses that hold a document, with its path in them; the innermost folder first."""
        file = Path(document.path).resolve()
        for folder in sorted(self.folders.values(), key=lambda one: -len(one.path.parts)):
            root = folder.analysis.project.root if folder.analysis is not None else None
            if folder.analysis is not None and root is not None and file.is_relative_to(root):
                yield folder.analysis, file.relative_to(root).as_posix()


def _is_file(uri: str) -> bool:
    """Tell whether an address can be one of a file or folder on this machine."""
    return uri.lower().startswith("file:") and "%00" not in uri


def _plain(document: TextDocument) -> str:
    return source_text(document.source.encode("utf-8", "surrogatepass"))
