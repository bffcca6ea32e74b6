"""Profiles of several targets by the workers of any executor.

A worker runs the target's own interpreter on the files where they are. One that sees other files hands the
target back, and it is measured here. What runs at the same time on one machine disturbs each other's times,
so an executor for profiles should take one task at a time on each machine.
"""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from importgraph.executors import Helpers, Sight, Wait, check_sight, sight_of
from importgraph.measurements.model import ImportProfile
from importgraph.measurements.profile import Progress, Settings, no_progress, profile_target
from importgraph.measurements.target import Target

_LOOKED_AT = 1000
"""Files beside a target by which a worker tells whether it sees the same ones."""


def profile_calls(
    targets: Sequence[tuple[Target, Settings]], progress: Progress, helpers: Helpers | None = None
) -> list[Wait[ImportProfile]]:
    """Return for each target what waits for its profile, or takes it; see `profile_target`.

    Args:
        targets: What to run, and how to measure it. Their code is executed.
        progress: Called for what is measured in this process.
        helpers: Who measures; None measures here, one target after the other, as each is waited for.
    """
    waits: list[Wait[ImportProfile]] = []
    for target, settings in targets:
        here = partial(profile_target, target, settings, progress)
        handed = helpers and helpers.start(profile_alike, target, settings, _sight(target), here=here)
        waits.append(handed or here)
    return waits


def _sight(target: Target) -> Sight:
    """Return the interpreter and the files beside which a target starts, as they are here."""
    beside = sorted(str(path) for path in target.cwd.absolute().iterdir() if path.is_file())
    named = [target.name] if Path(target.name).is_file() else []
    return sight_of([target.python, *named, *beside[:_LOOKED_AT]])


def profile_alike(target: Target, settings: Settings, sight: Sight) -> ImportProfile:
    """Measure in a worker.

    Raises:
        UnlikeError: If it does not see the files of the process that asks.
        UsageError: As `profile_target` does.
    """
    check_sight(sight)
    return profile_target(target, settings, no_progress)
