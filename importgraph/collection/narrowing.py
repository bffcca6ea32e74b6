"""Which test files of a pytest session can hold a selected test. No other need be imported."""

# ruff: noqa: PTH100, PTH112 -- paths are texts here: there are thousands

import os
import sys
import warnings
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from importgraph.collection.collect import evaluate
from importgraph.collection.matching import select
from importgraph.collection.model import FileResult, Item
from importgraph.collection.plan import Plan, Request, plan_session
from importgraph.collection.worker import relative_path
from importgraph.environment.locate import find_environment
from importgraph.errors import ImportgraphError
from importgraph.session.expressions import Expression, parse_expression
from importgraph.session.patterns import Patterns
from importgraph.session.settings import Settings
from importgraph.storage import cache_home
from importgraph.text.module_names import base_and_name

_PACKAGE = 1


@dataclass(frozen=True, slots=True)
class Narrowing:
    """The outcome: files to import, and files that hold nothing selected."""

    unneeded: frozenset[str]
    """Absolute paths of files that cannot hold a selected test."""
    files: int
    reason: str = ""
    """Why nothing is left out."""


def narrow(config: Any) -> Narrowing:
    """Decide which files of a session hold no selected test.

    Args:
        config: pytest's configuration, before collection, to which nothing objects (`objections.py`).

    Returns:
        The files that need no import; none where anything may change collection in a way text does not show.
    """
    try:
        # reading files warns about their escapes, forking warns about threads: not the user's warnings
        with warnings.catch_warnings(action="ignore"):
            return _narrowed(config)
    except ImportgraphError as error:
        return Narrowing(frozenset(), 0, str(error))
    except Exception as error:  # noqa: BLE001 -- a fault of ours must not keep tests from running
        return Narrowing(frozenset(), 0, f"narrowing failed, please report it: {error!r}")


def _narrowed(config: Any) -> Narrowing:
    settings = settings_of(config)
    environment = find_environment(Path(sys.prefix), settings.rootdir)
    foreign = {*environment.standard, *environment.site}
    shared = tuple(
        dict.fromkeys(path for path in sys.path if path and path not in foreign and os.path.isdir(path))
    )
    plan = plan_session(settings, environment, (*settings.pythonpath, *shared, str(settings.invocation)))
    if plan.doubt or plan.reorders:
        return Narrowing(
            frozenset(), 0, plan.doubt or f"a hook puts the tests into another order ({plan.reorders})"
        )
    in_worker = hasattr(config, "workerinput")
    workers = 1 if in_worker else len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1
    files = list(dict.fromkeys(path for _, found in plan.arguments for path in found))
    only = None if settings.keyword.strip() or settings.markers.strip() else _deselected(files, settings)
    if only is not None and not only:
        return Narrowing(frozenset(), len(files), "no --deselect names a test file or a folder of them")
    results, _ = evaluate(
        plan, Request(settings.invocation, workers=workers, store=_store()), only, predicting=False
    )
    needed = _needed(plan, results, settings) | _namesakes(files)
    return Narrowing(frozenset(path for path in results if path not in needed), len(files))


def _deselected(files: Iterable[str], settings: Settings) -> frozenset[str]:
    """Return the files of which --deselect may leave no test: its prefixes name them, or tests of theirs."""
    named = {prefix.partition("::")[0] for prefix in settings.deselect if "::" in prefix}
    wide = tuple(prefix for prefix in settings.deselect if "::" not in prefix)
    places = {path: relative_path(path, settings) for path in files}
    return frozenset(
        path for path, place in places.items() if place in named or (wide and place.startswith(wide))
    )


def _store() -> Path | None:
    home = cache_home()
    return Path(home, "collect") if home else None


def settings_of(config: Any) -> Settings:
    """Take a session's settings from pytest itself."""
    option = config.option
    invocation = Path(config.invocation_params.dir)
    return Settings(
        invocation=invocation,
        rootdir=Path(config.rootpath),
        ini=Path(config.inipath) if config.inipath else None,
        arguments=tuple(config.args),
        python_files=tuple(config.getini("python_files")),
        patterns=Patterns(
            tuple(config.getini("python_classes")),
            tuple(config.getini("python_functions")),
            imported=_ini(config, "collect_imported_tests", True),
        ),
        norecursedirs=tuple(config.getini("norecursedirs")),
        pythonpath=tuple(str(path) for path in config.getini("pythonpath")),
        import_mode=option.importmode,
        keyword=option.keyword or "",
        markers=option.markexpr or "",
        ignore=tuple(os.path.abspath(invocation / path) for path in option.ignore or ()),
        ignore_glob=tuple(os.path.abspath(invocation / path) for path in option.ignore_glob or ()),
        deselect=tuple(option.deselect or ()),
        plugins=(),
        conftest=not option.noconftest,
        confcutdir=Path(option.confcutdir or config.rootpath),
        in_virtualenv=bool(option.collect_in_virtualenv),
        pyargs=bool(option.pyargs),
        escape=True,
        strict_ids=bool(_ini(config, "strict_parametrization_ids", False) or _ini(config, "strict", False)),
        strict_markers=bool(
            getattr(option, "strict_markers", False) or _ini(config, "strict_markers", False)
        ),
        registered=tuple(
            line.partition(":")[0].partition("(")[0].strip() for line in config.getini("markers")
        ),
        warnings_fail=any(
            str(line).split(":")[0].strip() == "error" for line in config.getini("filterwarnings")
        ),
        long_ids=str(_ini(config, "parametrize_long_str_id_strategy", "legacy")),
        usefixtures=tuple(config.getini("usefixtures")),
        doctest="",
        namespaces=bool(_ini(config, "consider_namespace_packages", False)),
        options=tuple(
            word
            for word in map(str, _command_line(config))
            if word.startswith("--") and not word.startswith(("--deselect", "--importgraph-"))
        ),
        flags=frozenset(),
        keep_duplicates=False,
        autoload=True,
    )


def _command_line(config: Any) -> Sequence[Any]:
    """Return pytest's arguments; a worker of pytest-xdist gets those of its session beside its paths."""
    worker = getattr(config, "workerinput", None)
    return tuple(config.invocation_params.args if worker is None else worker.get("mainargv", [""])[1:])


def _ini(config: Any, name: str, fallback: Any) -> Any:
    """Return a setting that not every pytest knows."""
    try:
        return config.getini(name)
    except (KeyError, ValueError):
        return fallback


def _needed(plan: Plan, results: dict[str, FileResult], settings: Settings) -> set[str]:
    keyword = parse_expression(settings.keyword, "-k") if settings.keyword.strip() else None
    markers = parse_expression(settings.markers, "-m") if settings.markers.strip() else None
    needed = {path for path, result in results.items() if _may_matter(result, plan, keyword, markers)}
    # pytest refuses a node id that it does not find, so a file named with one must be there to be searched
    named = {path for argument, files in plan.arguments if argument.parts for path in files}
    return needed | named


def _may_matter(
    result: FileResult, plan: Plan, keyword: Expression | None, markers: Expression | None
) -> bool:
    if result.dynamic is not None:
        return True
    for item in result.items:
        if any(rank <= _PACKAGE for rank, *_ in item.groups):
            return True  # pytest orders tests of several files by these parameters
        if _surely_deselected(item, plan.settings.deselect):
            continue
        if select(item, keyword, markers, plan.added_marks) is not False:
            return True
    return False


def _surely_deselected(item: Item, prefixes: tuple[str, ...]) -> bool:
    return bool(prefixes) and item.id.startswith(prefixes)


def _namesakes(paths: Iterable[str]) -> set[str]:
    """Return files that share a module name: which of them fails depends on all of them being imported."""
    owners: dict[str, list[str]] = {}
    for path in paths:
        owners.setdefault(base_and_name(path)[1], []).append(path)
    return {path for group in owners.values() if len(group) > 1 for path in group}
