"""Node ids that are asked for and that no test file has: pytest then runs no test at all."""

import os
import re
from collections.abc import Iterator

from importgraph.collection_errors.session_texts import SessionTexts
from importgraph.evaluation.values.objects import Class, Module
from importgraph.evaluation.values.value import settled
from importgraph.session.conftests import Conftests
from importgraph.session.settings import Settings
from importgraph.session.test_files import TestFiles
from importgraph.simulation.causes import CauseKind, Step
from importgraph.simulation.failures import Failure
from importgraph.simulation.session_imports import SessionImports

_COLLECTS = re.compile(
    rb"^\s*def pytest_(?:collect_file|pycollect_makeitem|pycollect_makemodule)\b", re.MULTILINE
)


def absent_ids(
    settings: Settings, conftests: Conftests, imports: SessionImports, texts: SessionTexts
) -> Iterator[Failure]:
    """Yield the arguments that name a class or function which its file surely lacks.

    What conftests make items of is not known, and names of doctests are others.
    """
    asked = [one for one in TestFiles(settings, conftests).arguments() if one.parts]
    if not asked or settings.doctest or any(map(_COLLECTS.search, texts.local())):
        return
    modules = {one.path: one for one in imports.modules()}
    for argument in asked:
        holder: object = modules.get(argument.path)
        for part in argument.parts:
            if not isinstance(holder, Module | Class):
                break
            if imports.lacks(holder, part):
                path = os.path.relpath(argument.path, settings.invocation)
                message = (
                    f"not found: {'::'.join((path, *argument.parts))}: {holder.described()} has no {part!r}"
                )
                steps = (Step(argument.path, 1),)
                yield Failure("UsageError", CauseKind.CONFIGURATION, path, message, argument.path, 1, steps)
                break
            found = (holder.namespace if isinstance(holder, Module | Class) else {}).get(part)
            holder = settled(found) if found is not None else None
