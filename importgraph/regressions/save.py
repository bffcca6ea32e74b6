"""`baseline`: where a baseline goes, and what a new one accepts."""

from collections.abc import Iterator
from pathlib import Path

from importgraph.config import Partial
from importgraph.errors import ConfigError, UsageError
from importgraph.regressions.analysis import analyse
from importgraph.regressions.baseline import DEFAULT_NAME, load_baseline
from importgraph.regressions.compare import compare
from importgraph.regressions.gates import check_entries, read_gates
from importgraph.regressions.model import Digest
from importgraph.regressions.revision_tree import project_top
from importgraph.storage import stays_below


def baseline_path(folder: Path, output: Path | None, *, update: bool) -> Path:
    """Return the file a baseline is written to: the one asked for, the configured one, or the usual name.

    Raises:
        UsageError: If there is one already that is not to be replaced.
        ConfigError: If the setting leads out of the project.
    """
    top = project_top(folder)
    said = read_gates(top).baseline
    target = output or top / (said or DEFAULT_NAME)
    if output is None and not stays_below(top, target.parent):
        raise ConfigError(
            f"`baseline` leads out of the project: {said}.", "Name a file inside, or use --output."
        )
    if target.exists() and not update and output is None:
        raise UsageError(f"There is a baseline already: {target}.", "Replace it with --update.")
    return target


def digest_folder(folder: Path, options: Partial, cache_folder: Path | None) -> Digest:
    """Analyse a folder and reduce it to a digest; the gates are read, so that mistakes show at once."""
    gates = read_gates(project_top(folder))
    analysis = analyse(folder, options, cache_folder).predicting(gates, folder)
    check_entries(gates, analysis.digest.modules)
    return analysis.digest


def accepted(target: Path, digest: Digest, folder: Path) -> Iterator[str]:
    """Yield a line for each regression and stale entry that replacing a baseline accepts."""
    if not target.exists():
        return
    found = compare(load_baseline(target), digest, read_gates(project_top(folder)))
    yield from (f"accepted: {one.gate}: {one.message}" for one in found.regressions)
    yield from (f"dropped: {one.kind} {one.subject}: {one.message}" for one in found.stale)
