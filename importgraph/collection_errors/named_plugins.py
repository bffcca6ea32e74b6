"""What conftests and test files name under `pytest_plugins`: it is imported, or refused."""

import os
from collections.abc import Iterator

from importgraph.collection_errors.session_texts import line_of
from importgraph.evaluation.values.objects import Module
from importgraph.evaluation.values.values import Constant, Sequence, unwrap
from importgraph.session.conftests import initial_folders
from importgraph.session.settings import Settings
from importgraph.simulation.causes import CauseKind, Step
from importgraph.simulation.failures import Failure, behind
from importgraph.simulation.session_imports import SessionImports
from importgraph.simulation.source_files import SourceFiles

_NAME = "pytest_plugins"
_OWN_PLUGINS = frozenset(
    ("pytester", "cacheprovider", "doctest", "unittest", "terminal", "logging", "capture", "python")
)
"""Those that pytest brings along."""


def named_plugins(module: Module, imports: SessionImports, files: list[str]) -> Iterator[Module | Failure]:
    """Import the plugins that a conftest or test file names; yield them, or why that fails.

    Args:
        module: The file, after its import.
        imports: The session.
        files: Those of the plugins are added.
    """
    sources = imports.policy.sources
    named = imports.asked(module, _NAME)
    if isinstance(named, Failure):
        yield named
    elif isinstance(named, Constant) and not isinstance(named.value, str | None):
        yield _wrong(module, sources, f"{_NAME} is {named.described()}, neither names nor a name")
    elif isinstance(named, Constant | Sequence):
        listed = map(unwrap, named.items) if isinstance(named, Sequence) else (named.value or "").split(",")
        for name in listed:
            if not isinstance(name, str) or ("." not in name and name in _OWN_PLUGINS) or not name:
                continue
            found = imports.load(name)
            spec = imports.policy.spec(name)
            if spec is not None and spec.path:
                files.append(spec.path)
            if isinstance(found, Failure):
                yield behind(found, Step(module.path, _line(module, sources)))
            elif isinstance(found, Module):
                yield found


def late_plugins(module: Module, settings: Settings, sources: SourceFiles) -> Failure | None:
    """Return the failure of `pytest_plugins` in a conftest that is not at the top."""
    folder = os.path.dirname(module.path)
    is_first = folder in initial_folders(settings) or folder == str(settings.rootdir)
    if is_first or _NAME not in module.namespace:
        return None
    return _wrong(module, sources, f"{_NAME} stands in a conftest below the root, which pytest refuses")


def _wrong(module: Module, sources: SourceFiles, message: str) -> Failure:
    path, line = module.path, _line(module, sources)
    steps = (Step(path, line),)
    return Failure("Failed", CauseKind.CONFTEST, f"{_NAME} in {path}", message, path, line, steps)


def _line(module: Module, sources: SourceFiles) -> int:
    return line_of(sources.text(module.path), _NAME.encode())
