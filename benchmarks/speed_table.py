"""The tables of `benchmarks/speed.py`."""

import subprocess
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from process_tree import Run

_HEAD = """# Speed

Written by `benchmarks/speed.py`, which says what the contenders do. "Cold": nothing is known of the tree.
"Warm": the same was asked before and nothing changed since. "Edited": ten files were edited since.
"""
_NOTES = "What is in the way"
"""What is written by hand from here on stays at the end."""


def table(corpus: str, tree: Path, runs: Mapping[str, Sequence[Run]], said: str) -> Iterator[str]:
    """Yield the lines of a corpus's table.

    Args:
        corpus: Its name.
        tree: Where it is.
        runs: By contender, its runs; the least time and the largest memory count.
        said: What was measured, how, and on what.
    """
    sizes = [path.stat().st_size for path in tree.rglob("*.py") if path.is_file()]
    yield f"## {corpus}: {len(sizes):,} files, {sum(sizes) / 1e6:.0f} MB"
    yield ""
    yield said
    yield ""
    yield "| contender | processor s | wall s | peak MB | processor: times ruff | wall: times ruff |"
    yield "| --- | ---: | ---: | ---: | ---: | ---: |"
    ruff = runs.get("ruff")
    for name, found in runs.items():
        processor, wall = min(one.processor for one in found), min(one.wall for one in found)
        ratios = "| |"
        if ruff:
            least = min(one.processor for one in ruff), min(one.wall for one in ruff)
            ratios = f"| {processor / least[0]:.2f} | {wall / least[1]:.2f} |"
        ended = "" if all(one.code in {0, 1} for one in found) else ", not done"
        yield f"| {name}{ended} | {processor:.2f} | {wall:.2f} | {max(one.peak_mb for one in found)} {ratios}"
    yield ""


def written(before: str, corpus: str, lines: Sequence[str]) -> str:
    """Return the file of results with the table of one corpus in its place.

    Args:
        before: The file as it was; tables of other corpora and what is written by hand stay.
        corpus: The corpus.
        lines: Its table.
    """
    _, *sections = f"\n{before}".split("\n## ")
    fresh = "\n".join(lines).removeprefix("## ").rstrip("\n") + "\n"
    places = [at for at, one in enumerate(sections) if one.startswith(f"{corpus}:")]
    notes = [at for at, one in enumerate(sections) if one.startswith(_NOTES)]
    if places:
        sections[places[0]] = fresh
    else:
        sections.insert(notes[0] if notes else len(sections), fresh)
    return "\n## ".join([_HEAD, *(one.rstrip("\n") + "\n" for one in sections)])


def commit(source: Path) -> str:
    """Return the commit that a checkout stands at."""
    done = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=source, capture_output=True, check=True
    )
    return done.stdout.decode().strip()
