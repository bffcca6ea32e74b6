"""Collect on the workers of any executor: each plans the session for itself, and collects runs of files.

Workers read the files where they are. One that sees other files, chooses another environment or has other
environment variables says so, and its part is collected here.
"""

import os
import threading
import time
from collections.abc import Sequence
from functools import partial

import msgspec
from msgspec.structs import replace

from importgraph.collection.plan import Plan, Request, make_plan
from importgraph.collection.worker import Batch, Worker, collect_batch
from importgraph.executors import Helpers, Sight, UnlikeError, Wait, check_sight, sight_of
from importgraph.session.settings import Settings


class Part(msgspec.Struct, frozen=True):
    """A run of files, and what the process that asks knows of the session."""

    request: Request
    files: tuple[str, ...]
    sight: Sight
    settings: Settings
    folders: tuple[str, ...]
    """Where libraries are installed."""


class _Known(threading.local):
    """The last session of a thread; what is known of its modules grows with each part."""

    request: Request | None = None
    worker: Worker


_KNOWN = _Known()


def hand_over(
    helpers: Helpers, plan: Plan, request: Request, parts: Sequence[Sequence[str]], here: Worker
) -> list[Wait[Batch]]:
    """Hand over runs of files.

    Args:
        helpers: Who collects.
        plan: The session.
        request: What to collect.
        parts: The files, absolute.
        here: Collects what gets lost.

    Returns:
        What waits for each part.
    """
    asked = replace(request, helpers=None, store=None)
    deadline = time.monotonic() + request.timeout if request.timeout else 0
    known = (plan.settings, tuple(plan.environment.folders))
    waits: list[Wait[Batch]] = []
    for part in parts:
        alone = partial(collect_batch, here, part, deadline)
        given = Part(asked, tuple(part), sight_of(part), *known)
        waits.append(partial(_under_our_variables, helpers.start(collect_part, given, here=alone), alone))
    return waits


def _under_our_variables(wait: Wait[Batch], here: Wait[Batch]) -> Batch:
    """Return what a worker collected, unless environment variables that it asked for are others here."""
    batch = wait()
    return batch if all(os.environ.get(name) == value for name, value in batch.variables) else here()


def collect_part(part: Part) -> Batch:
    """Collect a run of files in a worker.

    Raises:
        UnlikeError: If its files or its environment are not those of the process that asks.
        OutOfTime: If it takes longer than the request allows.
    """
    check_sight(part.sight)
    worker = _worker(part)
    deadline = time.monotonic() + part.request.timeout if part.request.timeout else 0
    return collect_batch(worker, part.files, deadline)


def _worker(part: Part) -> Worker:
    if part.request != _KNOWN.request:
        plan = make_plan(part.request)
        if plan.settings != part.settings or tuple(plan.environment.folders) != part.folders:
            raise UnlikeError("a worker has other settings or another environment")
        _KNOWN.worker = Worker(plan.settings, plan.conftests, plan.sorter, names_ids=plan.names_ids)
        _KNOWN.request = part.request
    return _KNOWN.worker
