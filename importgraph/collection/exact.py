"""`--exact`: real pytest settles what text could not. Executes the code of those files.

In the target's interpreter.
"""

import json
import os
import subprocess
import tempfile
from collections import defaultdict
from pathlib import Path

from importgraph.collection.model import Collection, Item
from importgraph.collection.plan import Request, make_plan
from importgraph.errors import UsageError
from importgraph.facts.environments import choose_python
from importgraph.session.registries import registers
from importgraph.session.test_files import is_test_file

_PLUGIN = """
import json, os
import pytest

class Recorder:
    @pytest.hookimpl(trylast=True)  # other plugins sort once more
    def pytest_collection_finish(self, session):
        rows = [[item.nodeid, str(item.path)] for item in session.items]
        with open(os.environ["IMPORTGRAPH_COLLECTED"], "w") as stream:
            json.dump(rows, stream)

def pytest_configure(config):
    config.pluginmanager.register(Recorder())
"""
UNORDERED = "their order is not pytest's"
"""Stands in the note about a hook that puts tests into another order."""
_REFUSED = {3, 4}
"""Exit codes of pytest for internal and usage errors."""


def settle(request: Request, found: Collection) -> Collection:
    """Ask pytest about the files that are dynamic or expand, and merge its answer in order.

    Where pytest groups tests of several files by shared parameters, or a plugin puts the whole session in
    doubt, pytest is asked about everything: only so is the order its own. Files that seem to fill
    registries are asked about too, since parameters of others may be read from there.

    Raises:
        UsageError: If pytest cannot be run.
    """
    asked = {dynamic.path for dynamic in found.dynamic} | {item.path for item in found.items if item.expands}
    reordered = any(UNORDERED in note for note in found.notes)
    if not asked and not reordered:
        return found
    plan = make_plan(request)
    blamed = any(
        "conftest.py: " in dynamic.reason for dynamic in found.dynamic
    )  # its hooks may sort everything
    wide = reordered or bool(plan.doubt) or plan.sorter is not None or blamed or _crosses_files(found)
    files = [file for _, group in plan.arguments for file in group]
    relative = {file: os.path.relpath(file, plan.settings.rootdir).replace(os.sep, "/") for file in files}
    space = plan.conftests.space
    asked |= {relative[file] for file in files if registers(space.source(file) or b"")}
    paths = [file for file in dict.fromkeys(files) if relative[file] in asked]
    # of a file handed over by name pytest collects the tests, too, where it looks for doctests alone
    wide = wide or not all(is_test_file(plan.settings, file) for file in paths)
    named = any(argument.parts for argument, _ in plan.arguments)
    rows = _ask(request, [] if wide or named else paths, plan.settings.rootdir, plan.settings.ini)
    if wide or named:
        items = tuple(Item(node, path) for node, path in rows)
        return Collection(
            items,
            (),
            found.files,
            (*(one for one in found.notes if UNORDERED not in one), _note(len(files))),
            found.depends,
            found.failing,
        )
    answers: dict[str, list[Item]] = defaultdict(list)
    for node, path in rows:
        answers[path].append(Item(node, path))
    return Collection(
        tuple(_merged(found, answers, [relative[f] for f in dict.fromkeys(files)], asked)),
        (),
        found.files,
        (*found.notes, _note(len(paths))),
        found.depends,
        found.failing,
    )


_PACKAGE = 1


def _crosses_files(found: Collection) -> bool:
    """Tell whether pytest may group tests of several files by parameters of a session or package."""
    return any(rank <= _PACKAGE for item in found.items for rank, *_ in item.groups) or any(
        dynamic.reason.startswith("pytest orders tests") for dynamic in found.dynamic
    )


def _note(count: int) -> str:
    return f"exact: pytest imported {count} files to settle what text could not."


def _merged(
    found: Collection, answers: dict[str, list[Item]], order: list[str], asked: set[str]
) -> list[Item]:
    own: dict[str, list[Item]] = defaultdict(list)
    for item in found.items:
        own[item.path].append(item)
    return [item for path in order for item in (answers[path] if path in asked else own[path])]


def _ask(request: Request, paths: list[str], rootdir: Path, ini: Path | None) -> list[tuple[str, str]]:
    with tempfile.TemporaryDirectory() as scratch:
        Path(scratch, "importgraph_recorder.py").write_text(_PLUGIN, encoding="utf-8")
        answer = Path(scratch, "collected.json")
        variables = dict(os.environ)
        variables["PYTHONPATH"] = os.pathsep.join(filter(None, [scratch, variables.get("PYTHONPATH", "")]))
        variables["IMPORTGRAPH_COLLECTED"] = str(answer)
        command = [
            choose_python(str(request.python) if request.python else None, rootdir),
            "-m",
            "pytest",
            "--collect-only",
            "-q",
            "-p",
            "importgraph_recorder",
        ]
        command += [*_words(request, paths, ini), "--rootdir", str(rootdir)]
        try:
            done = subprocess.run(  # noqa: S603 -- the user asks for it: their own interpreter, no shell
                command, cwd=request.invocation, env=variables, capture_output=True, text=True, check=False,
                timeout=request.timeout or None,
            )  # fmt: skip
        except (OSError, subprocess.TimeoutExpired) as error:
            raise UsageError(
                f"pytest could not be run: {error}.", "Name its interpreter with --python."
            ) from error
        if done.returncode in _REFUSED or not answer.exists():
            tail = (done.stderr or done.stdout).strip().splitlines()
            raise UsageError(
                f"pytest refused: {tail[-1] if tail else done.returncode}.", "Run it alone to see more."
            )
        rows = json.loads(answer.read_text(encoding="utf-8"))
    return [(node, os.path.relpath(path, rootdir).replace(os.sep, "/")) for node, path in rows]


def _words(request: Request, paths: list[str], ini: Path | None) -> list[str]:
    """Return pytest's arguments with the files to ask about in place of its own paths."""
    if not paths:
        return list(request.words)
    from importgraph.namespaces.models.command_line import Arguments, Exists, parse_arguments

    positional = set(
        parse_arguments(request.words, Arguments(), exists=Exists(str(request.invocation))).paths
    )
    options = [word for word in request.words if word not in positional]
    if ini is not None and "-c" not in options:
        options += ["-c", str(ini)]
    return [*options, *paths]
