"""Parts of a collection for several machines, whole files together.

Balanced by recorded seconds or by number of tests.
"""

import json
import re
from collections import defaultdict
from pathlib import Path

from importgraph.collection.model import Collection
from importgraph.errors import UsageError

Shard = tuple[int, int]


def parse_shard(text: str) -> Shard:
    """Read `2/5`.

    Raises:
        UsageError: If it is something else.
    """
    found = re.fullmatch(r"(\d+)/(\d+)", text)
    if not found or not 1 <= int(found[1]) <= int(found[2]):
        raise UsageError(f"{text} is not a shard.", "Write the part and the number of parts, such as 2/5.")
    return int(found[1]), int(found[2])


def take_shard(found: Collection, shard: Shard, durations: Path | None) -> Collection:
    """Return one part of a collection, in pytest's order.

    Files are dealt out by weight, heaviest first, each to the lightest part so far; ties go to the earlier
    part. A file's weight is the sum of its tests' recorded seconds, the mean standing in for those without;
    else their number. A dynamic file counts as one test.
    """
    seconds = _durations(durations) if durations is not None else {}
    mean = sum(seconds.values()) / len(seconds) if seconds else 1.0
    weights: dict[str, float] = defaultdict(float)
    for item in found.items:
        weights[item.path] += seconds.get(item.id, mean)
    for dynamic in (*found.dynamic, *found.failing):
        weights[dynamic.path] += mean
    loads = [0.0] * shard[1]
    part_of: dict[str, int] = {}
    for path in sorted(weights, key=lambda path: (-weights[path], path)):
        lightest = loads.index(min(loads))
        part_of[path] = lightest
        loads[lightest] += weights[path]
    mine = shard[0] - 1
    return Collection(
        tuple(item for item in found.items if part_of[item.path] == mine),
        tuple(dynamic for dynamic in found.dynamic if part_of[dynamic.path] == mine),
        found.files,
        found.notes,
        found.depends,
        tuple(failing for failing in found.failing if part_of[failing.path] == mine),
    )


def _durations(path: Path) -> dict[str, float]:
    try:
        read = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise UsageError(
            f"{path} cannot be read: {error}.", "Give a JSON object of seconds by node id."
        ) from error
    if not isinstance(read, dict) or not all(isinstance(value, int | float) for value in read.values()):
        raise UsageError(f"{path} is not an object of seconds by node id.")
    return {str(key): float(value) for key, value in read.items()}
