"""Collection without importing: settings, files, tests of each file, selection, order."""

# ruff: noqa: PTH120 -- paths are texts here: there are thousands

import os
from collections.abc import Container, Iterable, Iterator, Sequence
from fnmatch import fnmatch

from msgspec.structs import replace

from importgraph.collection.interruption import Interruption
from importgraph.collection.matching import select
from importgraph.collection.model import Collection, Context, Dynamic, FileResult, Item
from importgraph.collection.parameters.order import reordered
from importgraph.collection.plan import Plan, Request, make_plan
from importgraph.collection.predicted import settled
from importgraph.collection.reading import read_files
from importgraph.collection.results import Results, closure
from importgraph.collection.worker import relative_path
from importgraph.environment.locate import environment_candidates, find_environment
from importgraph.memory.answers import FileStamp
from importgraph.session.expressions import parse_expression
from importgraph.session.item_order import Sorter
from importgraph.session.settings import Settings, config_candidates
from importgraph.session.shared_names import changed_elsewhere
from importgraph.session.test_files import Argument
from importgraph.text.module_names import base_and_name

_NOTHING = Context((), (), ())


def collect(request: Request) -> Collection:
    """List the tests that `python -m pytest --collect-only` would list.

    Raises:
        UsageError: If a path or expression is wrong.
        ConfigError: If pytest would refuse its configuration.
    """
    plan = make_plan(request)
    results, context = evaluate(plan, request)
    lost = request.helpers.notes if request.helpers is not None else ()
    return replace(assemble(plan, results, request.pattern, context), notes=(*_notes(plan), *lost))


def _notes(plan: Plan) -> tuple[str, ...]:
    """Say what makes most of an answer worthless: no pytest where the tests would run."""
    if plan.reorders:
        return (
            f"The tests are all there, their order is not pytest's: a hook changes it ({plan.reorders}).",
        )
    if plan.unchecked:
        return tuple(f"Not checked: {note}" for note in plan.unchecked)
    if plan.conftests.space.find("pytest", "") is not None:
        return ()
    where = next(iter(plan.environment.folders), "the environment")
    return (f"pytest is not installed in {where}: name the environment that runs the tests with --python.",)


def evaluate(
    plan: Plan, request: Request, only: Container[str] | None = None, *, predicting: bool = True
) -> tuple[dict[str, FileResult], Context]:
    """Return what each file of a plan holds, from the store where that still holds.

    And what the answer depends on. Where the user interrupts, what was read until then is stored.

    Args:
        plan: The session.
        request: What to collect.
        only: Files to read; what others hold is in the answer where the store has it. None: all.
        predicting: Find out, too, which of them fail to collect for what they import and run.

    Raises:
        KeyboardInterrupt: If the user interrupts.
    """
    files = list(dict.fromkeys(file for _, found in plan.arguments for file in found))
    mismatched = _mismatched(files, plan.settings)
    results = {
        file: FileResult(
            relative_path(file, plan.settings), (), Dynamic(relative_path(file, plan.settings), reason)
        )
        for file, reason in mismatched.items()
    }
    if plan.doubt:
        for file in files:
            relative = relative_path(file, plan.settings)
            results[file] = FileResult(relative, (), Dynamic(relative, plan.doubt))
    store = Results(request, plan.settings, plan.environment, plan.shared)
    if len(results) < len(files):
        results = _loaded(plan, store, files) | results
    left = [file for file in files if file not in results and (only is None or file in only)]
    with Interruption() as interruption:
        found, batches, predicted = read_files(plan, left, request, interruption.asked, predicting=predicting)
    results.update(settled(plan, found, predicted) if predicted is not None else found)
    for batch in batches:
        store.add(batch)
    for path, imported in predicted.uses.items() if predicted is not None else ():
        store.uses.setdefault(path, set()).update(imported)
    chains = {
        path for folder in {os.path.dirname(file) for file in files} for path in plan.conftests.chain(folder)
    }
    for path, used in plan.conftests.space.uses.items():
        store.uses.setdefault(path, set()).update(used)
    depends = closure(store.uses, [*results, *chains])
    stamps = store.save(results, depends) if batches else ()
    if interruption.asked():
        raise KeyboardInterrupt
    return results, _context(plan, request, depends, store, stamps)


def _loaded(plan: Plan, store: Results, files: list[str]) -> dict[str, FileResult]:
    """Return the stored results that hold, as far as what files change in each other is what it was."""
    loaded = store.load(files)
    if len(loaded) == len(files):
        return loaded
    space = plan.conftests.space
    space.changed_elsewhere = changed_elsewhere(space, files)
    outdated = store.outdated({*space.changed_elsewhere, *space.patched})
    return {file: result for file, result in loaded.items() if file not in outdated}


def _context(
    plan: Plan, request: Request, depends: set[str], store: Results, stamps: tuple[FileStamp, ...]
) -> Context:
    candidates = config_candidates(plan.settings, request.invocation)
    candidates |= set(environment_candidates(request.python, plan.settings.rootdir))
    ours = find_environment(None, plan.settings.rootdir).folders if plan.unchecked else ()
    folders = {*(folder for folder, _ in plan.folders), *store.probes, *plan.environment.folders, *ours}
    return Context(
        tuple(sorted(depends | candidates)),
        tuple(sorted(folders)),
        tuple(sorted(store.variables.items())),
        stamps,
    )


def _mismatched(files: Sequence[str], settings: Settings) -> dict[str, str]:
    """Find files that pytest imports under a name which another file has already (import file mismatch)."""
    if settings.import_mode == "importlib":
        return {}
    owners: dict[str, str] = {}
    mismatched: dict[str, str] = {}
    for file in files:
        if not file.endswith(".py"):
            continue
        name = base_and_name(file)[1]
        if "." in file.rpartition("/")[2].removesuffix(".py"):
            mismatched[file] = f"would fail to collect: no module can be named `{name}`, whose file has a dot"
            continue
        owner = owners.setdefault(name, file)
        if owner != file:
            mismatched[file] = (
                f"would fail to collect: import file mismatch with {relative_path(owner, settings)}"
            )
    return mismatched


def assemble(
    plan: Plan, results: dict[str, FileResult], pattern: str = "", context: Context = _NOTHING
) -> Collection:
    """Put the files' tests in order and select among them."""
    settings = plan.settings
    keyword = parse_expression(settings.keyword, "-k") if settings.keyword.strip() else None
    markers = parse_expression(settings.markers, "-m") if settings.markers.strip() else None
    dynamic = {result.path: result.dynamic for result in results.values() if result.dynamic is not None}
    ordered = _sorted(plan.sorter, list(_in_order(plan, results)))
    kept: list[Item] = []
    for item in ordered:
        if settings.deselect and item.id.startswith(settings.deselect):
            continue
        verdict = select(item, keyword, markers, plan.added_marks)
        if verdict is None:
            dynamic.setdefault(
                item.path, Dynamic(item.path, "whether -k or -m selects its tests is known at run time only")
            )
        if verdict is not False and (not pattern or fnmatch(item.id, pattern)):
            kept.append(item)
    items = tuple(_once(item for item in kept if item.path not in dynamic))
    doubtful = sorted(dynamic.values(), key=lambda d: d.path)
    return Collection(
        items,
        tuple(one for one in doubtful if not one.fails),
        len(results),
        (),
        context,
        tuple(one for one in doubtful if one.fails),
    )


def _sorted(sorter: Sorter | None, items: list[Item]) -> list[Item]:
    """Put items in pytest's order: grouped by parameters, and as a hook of a conftest sorts them."""
    if sorter is None:
        return reordered(items)
    if sorter.early:
        return reordered(sorted(items, key=lambda item: item.place))
    return sorted(reordered(items), key=lambda item: item.place)


def _once(items: Iterable[Item]) -> Iterator[Item]:
    """Yield items, each that expands at run time once, where the first of its calls stands."""
    seen: set[str] = set()
    for item in items:
        if item.expands:
            if item.id in seen:
                continue
            seen.add(item.id)
        yield item


def _in_order(plan: Plan, results: dict[str, FileResult]) -> Iterator[Item]:
    for argument, files in plan.arguments:
        for file in files:
            for item in results[file].items:
                if not argument.parts or _is_part(item, argument):
                    yield item


def _is_part(item: Item, argument: Argument) -> bool:
    base, bracket, rest = item.id.partition("[")
    parts = tuple(base.split("::")[1:])
    if parts[: len(argument.parts)] != argument.parts:
        return False
    return argument.parameters is None or (
        len(parts) == len(argument.parts) and bracket + rest == argument.parameters
    )
