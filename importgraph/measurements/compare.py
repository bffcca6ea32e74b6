"""Compare two profiles of the same entry, with the noise of both in mind."""

from dataclasses import dataclass

from importgraph.measurements.model import ImportProfile

SMALLEST_CHANGE_US = 500


@dataclass(frozen=True, slots=True)
class Change:
    """One module's self time before and after; None where it was not loaded."""

    name: str
    before_us: int | None
    after_us: int | None

    @property
    def difference_us(self) -> int:
        """After minus before."""
        return (self.after_us or 0) - (self.before_us or 0)


@dataclass(frozen=True, slots=True)
class Comparison:
    """What changed, the largest first, and whether it is more than noise."""

    difference_us: int
    noise_us: int
    verdict: str
    gone: tuple[Change, ...]
    new: tuple[Change, ...]
    changed: tuple[Change, ...]


def compare_profiles(before: ImportProfile, after: ImportProfile) -> Comparison:
    """Compare two saved profiles. A difference within the spread of either one's runs counts as noise."""
    old = {module.name: module for module in before.modules}
    new = {module.name: module for module in after.modules}
    changed = []
    for name in old.keys() & new.keys():
        change = Change(name, old[name].self_us, new[name].self_us)
        allowed = max(old[name].spread_us, new[name].spread_us, SMALLEST_CHANGE_US)
        if abs(change.difference_us) > allowed:
            changed.append(change)
    difference = after.total_us - before.total_us
    noise = max(before.spread_us, after.spread_us)
    return Comparison(
        difference_us=difference,
        noise_us=noise,
        verdict=verdict(before, after, difference, noise),
        gone=ranked([Change(name, old[name].self_us, None) for name in old.keys() - new.keys()]),
        new=ranked([Change(name, None, new[name].self_us) for name in new.keys() - old.keys()]),
        changed=ranked(changed),
    )


def ranked(changes: list[Change]) -> tuple[Change, ...]:
    """Order changes, the largest first."""
    return tuple(sorted(changes, key=lambda change: (-abs(change.difference_us), change.name)))


def verdict(before: ImportProfile, after: ImportProfile, difference: int, noise: int) -> str:
    """Say in one sentence whether it got faster or slower."""
    times = f"{before.total_us / 1000:,.1f} ms before, {after.total_us / 1000:,.1f} ms after"
    modules = f"{len(before.modules)} modules before, {len(after.modules)} after"
    spread = f"the runs differ by up to {noise / 1000:,.1f} ms among themselves"
    if before.bytecode != after.bytecode or before.python != after.python:
        setup = f"Python {before.python} {before.bytecode} against {after.python} {after.bytecode}"
        return f"Not comparable ({setup} bytecode): {times}; {modules}."
    if abs(difference) <= noise:
        return f"No difference beyond noise: {times}, and {spread}; {modules}."
    share = f"{abs(difference) / max(before.total_us, 1):.0%}"
    word = "slower" if difference > 0 else "faster"
    return f"{abs(difference) / 1000:,.1f} ms ({share}) {word}: {times}; {spread}; {modules}."
