"""What verification found, kept as long as no file of the project changes."""

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec
from msgspec.structs import replace

from importgraph.edits.identity import name_of
from importgraph.edits.verification import Kept, Verified
from importgraph.fixes.model import Fix
from importgraph.project import Project
from importgraph.storage import sealed, unsealed, write_whole


class Verdict(msgspec.Struct, frozen=True):
    """What is known of one fix."""

    fix: str
    """Its name."""
    holds: bool
    detail: str
    """What it saves, or why it was withdrawn."""
    date: str
    python: str
    checks: tuple[str, ...]

    @property
    def text(self) -> str:
        """The verdict in one line, with when and how it was found."""
        how = f"{self.date}, Python {self.python}: {', '.join(self.checks)}"
        return (
            f"{'verified' if self.holds else 'withdrawn'} ({how}){f': {self.detail}' if self.detail else ''}"
        )


class _Stored(msgspec.Struct, frozen=True):
    state: str
    verdicts: tuple[Verdict, ...]


def verdicts_of(found: Verified) -> tuple[Verdict, ...]:
    """Return what a verification says of each fix."""

    def made(name: str, *, holds: bool, detail: str) -> Verdict:
        return Verdict(name, holds, detail, found.date, found.python, found.checks)

    return (
        *(made(one.fix.name, holds=True, detail=saved(one)) for one in found.kept),
        *(made(one.fix.name, holds=False, detail=one.reason) for one in found.withdrawn),
    )


def saved(one: Kept) -> str:
    """Say what a fix was measured to save; empty where loading is not its point."""
    saving = one.saving
    if saving is None:
        return ""
    promised = "" if saving.promised_us is None else f" of {saving.promised_us / 1000:.1f} promised"
    return (
        f"import {saving.entry} saves {saving.saved_us / 1000:.1f} ms{promised}, "
        f"give or take {saving.noise_us / 1000:.1f}"
    )


def keep(project: Project, verdicts: tuple[Verdict, ...]) -> None:
    """Keep verdicts beside those that still hold; a store that fails is no loss but of time."""
    path = _path(project)
    if path is None or not verdicts:
        return
    fresh = {verdict.fix for verdict in verdicts}
    older = tuple(verdict for verdict in recall(project) if verdict.fix not in fresh)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, sealed(msgspec.json.encode(_Stored(_state(project), (*older, *verdicts)))))
    except OSError:
        return  # the verdicts were shown; they are only not kept


def recall(project: Project) -> tuple[Verdict, ...]:
    """Return the verdicts that were found on these very files; none where the store is damaged or odd."""
    path = _path(project)
    if path is None or not path.is_file():
        return ()
    try:
        stored = msgspec.json.decode(unsealed(path.read_bytes()), type=_Stored)
    except (OSError, ValueError):  # what msgspec raises is one, too
        return ()
    return stored.verdicts if stored.state == _state(project) else ()


def with_verdicts(project: Project, fixes: Iterable[Fix]) -> tuple[Fix, ...]:
    """Say of each fix what is known of it on these very files."""
    known = {verdict.fix: verdict.text for verdict in recall(project)}
    if not known:
        return tuple(fixes)
    return tuple(replace(fix, verification=known.get(name_of(fix), fix.verification)) for fix in fixes)


def _path(project: Project) -> Path | None:
    if project.cache_folder is None:
        return None
    name = hashlib.blake2b(str(project.root).encode("utf-8", "surrogateescape"), digest_size=12).hexdigest()
    return project.cache_folder / "verdicts" / f"{name}.json"


def _state(project: Project) -> str:
    """Return a digest of all files that were read."""
    digest = hashlib.blake2b(digest_size=16)
    for part in _parts(project):
        digest.update(hashlib.blake2b(part).digest())
    return digest.hexdigest()


def _parts(project: Project) -> Iterator[bytes]:
    for file in project.scan.files:
        yield file.path.encode("utf-8", "surrogateescape")
        try:
            yield project.read_bytes(file.path)
        except OSError:
            yield b""
