"""A session and the environment that it runs in, made from settings; nothing of it runs yet."""

import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from importgraph.collection_errors.declared import absent_distributions
from importgraph.collection_errors.plugins import Plugins
from importgraph.collection_errors.session import Session
from importgraph.environment.interpreter import Environment
from importgraph.environment.locate import find_environment, project_environment, standard_library_here
from importgraph.environment.search_path import Finder
from importgraph.facts.tasks import without_collector
from importgraph.namespaces.space import Space
from importgraph.session.conftests import Conftests, initial_folders
from importgraph.session.settings import Settings
from importgraph.simulation.policy import SessionPolicy
from importgraph.simulation.search import Search
from importgraph.simulation.session_imports import SessionImports
from importgraph.simulation.source_files import SourceFiles
from importgraph.simulation.warning_filters import Marks

_FRAMES = 50_000
_BUILT_IN_MARKS = {
    "skip", "skipif", "xfail", "parametrize", "usefixtures", "filterwarnings", "tryfirst", "trylast",
    "hookwrapper", "optionalhook",
}  # fmt: skip


def make_session(settings: Settings, environment: Environment, conftests: Conftests | None = None) -> Session:
    """Prepare a session; nothing runs yet.

    Args:
        settings: Its settings.
        environment: The interpreter.
        conftests: What is known of its conftests; None: nothing yet.
    """
    shared = tuple(dict.fromkeys((*settings.pythonpath, str(settings.invocation))))
    if conftests is None:
        space = Space(Finder(environment, shared))
        initial = initial_folders(settings)
        conftests = Conftests(space, settings.confcutdir, settings.conftest, initial=initial)
    search = Search(environment, list(shared))
    search.root = str(settings.rootdir)
    plugins = Plugins(settings, search)
    marks = _marks(settings, plugins)
    sources = SourceFiles(environment.version, conftests.space.sources)
    policy = SessionPolicy(search, sources, marks, _version(environment))
    plugins.names = policy.installed
    policy.knowledge.folder = str(settings.invocation)
    return Session(settings, environment, SessionImports(policy), conftests, plugins)


def tested_environment(python: Path | None, root: Path) -> tuple[Environment, tuple[str, ...]]:
    """Find the environment that runs the tests of a project, and say what cannot be checked without one.

    It is the one that is named, or found beside the project, or the one that runs this if that holds all
    that the project declares to need; else a standard library beside which nothing is known.

    Raises:
        UsageError: If there is no Python where the argument says.
    """
    environment = find_environment(python, root)
    notes = _unchecked(environment, root) if project_environment(python, root) is None else ()
    return (standard_library_here(), notes) if notes else (environment, ())


def _unchecked(environment: Environment, root: Path) -> tuple[str, ...]:
    """Return what cannot be checked where the environment that runs this is all there is."""
    absent = absent_distributions(root, environment)
    if absent == ():
        return ()
    why = "the project declares no dependencies" if absent is None else f"{absent[0]} is not installed here"
    what = f"imports from outside the project, and what plugins bring: {why}"
    return (f"{what}. Name the environment that runs the tests with --python.",)


def _marks(settings: Settings, plugins: Plugins) -> Marks:
    known = frozenset({*_BUILT_IN_MARKS, *settings.registered})
    return Marks(settings.strict_markers, known, plugins.may_register, _filters(settings))


def _filters(settings: Settings) -> tuple[str, ...]:
    """Return the lines of `filterwarnings`, then those of `-W`, where they make errors of warnings."""
    value = settings.values.get("filterwarnings", "") if settings.ini is not None else ""
    lines = value if isinstance(value, list) else str(value).splitlines()
    found = [*(str(line) for line in lines if str(line).strip()), *_given(settings.options)]
    return tuple(found) if any(line.split(":")[0].strip() == "error" for line in found) else ()


def _given(options: Sequence[str]) -> Iterator[str]:
    """Yield the filters of `-W`, whose texts are no patterns."""
    for word, then in zip(options, (*options[1:], ""), strict=False):
        name, _, value = word.partition("=") if word.startswith("--") else (word[:2], "", word[2:])
        if name in {"-W", "--pythonwarnings"}:
            action, message, category, module, *_ = [*(value or then).split(":"), "", "", ""]
            module = rf"{re.escape(module)}\Z" if module else ""
            yield f"{action}:{re.escape(message)}:{category}:{module}"


def _version(environment: Environment) -> tuple[int, ...]:
    text = environment.distribution_version("pytest") or "9.2"
    return tuple(int(part) for part in text.split(".")[:2] if part.isdecimal())


@contextmanager
def deep_recursion() -> Iterator[None]:
    """Allow simulated calls as deep as Python allows real ones, and collect no garbage meanwhile."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(max(before, _FRAMES))
    try:
        with without_collector():
            yield
    finally:
        sys.setrecursionlimit(before)
