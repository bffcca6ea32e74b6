"""What to collect: settings, environment, test files, and what conftests and plugins do to collection."""

# ruff: noqa: PTH120 -- paths are texts here: there are thousands

import os
import time
from pathlib import Path

import msgspec
from msgspec.structs import replace

from importgraph.collection.worker import relative_path
from importgraph.collection_errors.prepare import tested_environment
from importgraph.environment.declared import requirement_names
from importgraph.environment.interpreter import Environment
from importgraph.environment.search_path import Finder
from importgraph.executors import Helpers
from importgraph.namespaces.space import Space
from importgraph.session.conftests import Conftests, initial_folders
from importgraph.session.item_order import Sorter
from importgraph.session.plugins import PluginReport, report_plugins
from importgraph.session.settings import Settings, read_settings
from importgraph.session.test_files import Argument, TestFiles
from importgraph.text.module_names import base_and_name


class Request(msgspec.Struct, frozen=True):
    """What to collect.

    Args:
        invocation: The folder pytest would be called in.
        words: pytest's arguments: paths, node ids and options.
        python: The interpreter or environment that would run the tests.
        workers: Processes; 1 works in this one.
        pattern: A glob that node ids must match.
    """

    invocation: Path
    words: tuple[str, ...] = ()
    python: Path | None = None
    workers: int = 1
    pattern: str = ""
    timeout: float = 0
    store: Path | None = None
    """Where results are kept between runs."""
    helpers: Helpers | None = None
    """Who collects, instead of processes of this machine; they read the files where they are."""
    asked_ns: int = msgspec.field(default_factory=time.time_ns)
    """When the question was asked, before anything was read; since the epoch."""


class Plan(msgspec.Struct, frozen=True, eq=False):
    """The files of a session, before any of them is read."""

    settings: Settings
    environment: Environment
    arguments: tuple[tuple[Argument, tuple[str, ...]], ...]
    shared: tuple[str, ...]
    doubt: str
    """Why the whole session is in doubt."""
    names_ids: bool
    added_marks: frozenset[str]
    folders: tuple[tuple[str, tuple[str, ...]], ...]
    sorter: Sorter | None
    """A hook that sorts all items."""
    conftests: Conftests
    """With what is known of the session's modules so far."""
    reorders: str = ""
    """What puts the tests into an order that text does not tell."""
    unchecked: tuple[str, ...] = ()
    """What is not known of what is installed, one sentence each; modules from outside count as installed."""


def make_plan(request: Request) -> Plan:
    """Find the settings, the environment and the test files."""
    settings = read_settings(request.invocation, request.words, request.python)
    environment, notes = tested_environment(request.python, settings.rootdir)
    shared = tuple(dict.fromkeys((*settings.pythonpath, str(settings.invocation))))
    plan = plan_session(settings, environment, shared)
    return replace(plan, unchecked=notes) if notes else plan


def plan_session(
    settings: Settings, environment: Environment, shared: tuple[str, ...], *, plugins: bool = True
) -> Plan:
    """Find the test files of a session, and what its conftests and plugins do to collection.

    Args:
        settings: The session's settings.
        environment: The installed packages.
        shared: Folders on `sys.path` for the whole session.
        plugins: Look at installed plugins as well.
    """
    conftests = _conftests(settings, environment, shared)
    tree = TestFiles(settings, conftests)
    arguments = tuple((argument, tuple(tree.walk(argument))) for argument in tree.arguments())
    files = [file for _, found in arguments for file in found]
    bases = dict.fromkeys(base_and_name(file)[0] for file in files)
    shared = tuple(dict.fromkeys((*shared, *bases)))
    if not conftests.space.finder.extend(shared):
        conftests = _conftests(settings, environment, shared)
    folders = dict.fromkeys(os.path.dirname(file) for file in files)
    chain = dict.fromkeys(conftest for folder in folders for conftest in conftests.chain(folder))
    reports = [conftests.report(path) for path in chain]
    active = report_plugins(settings, environment, conftests.space) if plugins else PluginReport()
    conftests.plugins = active.fixtures
    conftests.space.anyio = active.anyio
    conftests.space.plugin_marks, conftests.space.plugin_texts = active.marks, active.texts
    doubt = active.doubt
    for path, report in zip(chain, reports, strict=True):
        if report.global_doubt:
            doubt = doubt or f"{relative_path(path, settings)}: {report.global_doubt}"
    sorters = [report.sorter for report in reports if report.sorter is not None]
    orders = [(relative_path(path, settings), one.reorders) for path, one in zip(chain, reports, strict=True)]
    if len(sorters) > 1:
        doubt = doubt or "several conftests reorder the tests"
    added = frozenset(mark for report in reports for mark in report.adds_marks)
    if settings.doctest == "--doctest-glob":
        doubt = doubt or "--doctest-glob: doctests are found at run time"
    for flag in ("last_failed", "failed_first", "stepwise"):
        if flag in settings.flags:
            doubt = doubt or f"--{flag.replace('_', '-')} depends on the last run"
    return Plan(
        settings,
        environment,
        arguments,
        shared,
        doubt,
        active.names_ids,
        added,
        tuple(sorted(tree.folders.items())),
        sorters[0] if sorters else None,
        conftests,
        next((f"{where}: {how}" for where, how in orders if how), ""),
    )


def _conftests(settings: Settings, environment: Environment, shared: tuple[str, ...]) -> Conftests:
    declared = frozenset() if environment.knows_installed else requirement_names(settings.rootdir)
    space = Space(Finder(environment, shared, declared))
    space.warnings_fail = settings.warnings_fail
    space.empty_fails = settings.values.get("empty_parameter_set_mark") == "fail_at_collect"
    space.options = frozenset(option.partition("=")[0] for option in settings.options)
    options = frozenset(option.partition("=")[0].lstrip("-").replace("-", "_") for option in settings.options)
    initial = initial_folders(settings)
    return Conftests(space, settings.confcutdir, settings.conftest, options, initial=initial)
