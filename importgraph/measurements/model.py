"""What a measurement says: frozen values with times in whole microseconds.

The saved form is JSON with ``"schema": "importgraph/profile/1"``; ``load_profile`` reads it back.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import msgspec

from importgraph.errors import UsageError
from importgraph.quoting import json_bytes

SCHEMA: Literal["importgraph/profile/1"] = "importgraph/profile/1"
ENTRY_MODULE = "__main__"
SEVERAL = "several"
"""The kind of a profile that was put together from those of several entries."""
HOW_TO_SAVE = "Save one with: importgraph profile TARGET --output FILE"

Group = Literal["first-party", "external", "standard"]
Scope = Literal["module", "class", "function"]
Origin = Literal["statement", "dynamic", "lazy", "load"]


class ModuleTiming(msgspec.Struct, frozen=True, kw_only=True):
    """What one module cost. Times are the best of the runs, corrected for the tracer's own work."""

    name: str
    self_us: int
    cumulative_us: int
    """It and everything it was the first to pull in."""
    retained_us: int
    """What would not be loaded without it: its own self time and that of all modules only it leads to."""
    memory_bytes: int | None = None
    """Growth while its own code ran; None when memory was not measured."""
    cpu_us: int = 0
    spread_us: int = 0
    """Slowest minus fastest self time over the runs."""
    cold_us: int | None = None
    """Self time with no bytecode; None when that was not measured."""
    how: str = "bytecode"
    """bytecode, source, extension, builtin, frozen, namespace, injected, deferred, other, failed or
    unfinished."""
    path: str | None = None
    group: Group = "first-party"
    distribution: str | None = None
    """The installed distribution it belongs to."""
    loaded_by: str = ENTRY_MODULE
    """The module that was running when it was first loaded; ``cumulative_us`` sums along these."""
    order: int = 0
    thread: bool = False
    """Loaded by another thread than the entry's, so not part of the total."""
    error: str | None = None


class ImportEvent(msgspec.Struct, frozen=True, kw_only=True):
    """One import statement (or call) that was executed, whether or not it loaded anything."""

    importer: str
    imported: str
    names: tuple[str, ...] = ()
    modules: tuple[str, ...] = ()
    """The modules it depends on: ``imported`` and the names that are submodules."""
    path: str | None = None
    line: int = 0
    scope: Scope = "module"
    origin: Origin = "statement"
    running: str = ENTRY_MODULE
    """The module whose import was under way: the importer itself, or the one that called into it."""
    loaded: bool = False
    """True where this import was the one that loaded ``imported``."""
    times: int = 1
    error: str | None = None
    swallowed: bool = False
    """The error did not stop ``running``: some try/except caught it."""
    first_use: str | None = None
    """For a lazy import that was used in the end: ``importer:line`` of that use."""


class Effect(msgspec.Struct, frozen=True, kw_only=True):
    """Work done while a module was imported: a file, socket, process, thread or variable touched."""

    module: str
    kind: str
    detail: str
    path: str | None = None
    line: int = 0
    """The line of the module that was running."""
    via_path: str | None = None
    via_line: int = 0
    """The line that made the call."""
    function: str = ""
    retained_us: int = 0
    """What the module retains."""


class BytecodeAdvice(msgspec.Struct, frozen=True, kw_only=True):
    """One reason why this project runs without its bytecode, and what that costs at each start."""

    reason: Literal["switched_off", "read_only", "missing", "stale", "pytest_missing"]
    modules: int
    lost_us: int | None
    """Cold minus warm self time of these modules; None when cold was not measured."""
    message: str
    remedy: str


class ImportProfile(msgspec.Struct, frozen=True, kw_only=True):
    """What importing one entry cost."""

    schema: Literal["importgraph/profile/1"] = SCHEMA
    entry: str
    kind: str
    python: str
    total_us: int
    """The sum of all self times of the entry's thread and of `collector_us`."""
    spread_us: int
    cpu_us: int = 0
    cold_us: int | None = None
    runs_us: tuple[int, ...] = ()
    """The total of each run, in order."""
    collector_us: int = 0
    """Pauses of the garbage collector: part of the total, but of no module, since they fall anywhere."""
    collections: int = 0
    """How many there were in one run."""
    tracer_us: int = 0
    """The tracer's own work in one run; it is not part of the times."""
    bytecode: Literal["warm", "cold"] = "warm"
    memory: Literal["none", "rss", "tracemalloc"] = "none"
    complete: bool = True
    """False when the target crashed, hung or left early: what follows is what was seen until then."""
    notes: tuple[str, ...] = ()
    modules: tuple[ModuleTiming, ...] = ()
    imports: tuple[ImportEvent, ...] = ()
    effects: tuple[Effect, ...] = ()
    advice: tuple[BytecodeAdvice, ...] = ()
    preloaded: tuple[str, ...] = ()
    """Modules that the interpreter had loaded before the entry began."""


def weights(profile: ImportProfile) -> dict[str, int]:
    """Return self times in microseconds by module, as weights for a graph."""
    return {module.name: module.self_us for module in profile.modules}


def dump_profile(profile: ImportProfile) -> bytes:
    """Return the saved form: indented JSON that ends with a newline."""
    return json_bytes(profile)


class _Several(msgspec.Struct, frozen=True):
    schema: Literal["importgraph/profile/1"]
    profiles: tuple[ImportProfile, ...]


def dump_profiles(profiles: Sequence[ImportProfile]) -> bytes:
    """Return the saved form of one profile, or of several under ``"profiles"``."""
    if len(profiles) == 1:
        return dump_profile(profiles[0])
    return json_bytes(_Several(SCHEMA, tuple(profiles)))


def load_profiles(path: Path) -> tuple[ImportProfile, ...]:
    """Read all profiles of a saved file.

    Raises:
        UsageError: The file cannot be read or holds no profile of this version.
    """
    try:
        data = path.read_bytes()
        if msgspec.json.decode(data, type=_Head).profiles is not None:
            return msgspec.json.decode(data, type=_Several).profiles
        return (msgspec.json.decode(data, type=ImportProfile),)
    except OSError as error:
        raise UsageError(f"Could not read {path} ({error.strerror}).", HOW_TO_SAVE) from error
    except msgspec.DecodeError as error:
        raise UsageError(f"{path} is not a saved profile ({error}).", HOW_TO_SAVE) from error


class _Head(msgspec.Struct, frozen=True):
    profiles: tuple[msgspec.Raw, ...] | None = None


def load_profile(path: Path, entry: str = "") -> ImportProfile:
    """Read a saved profile; of a file with several, the one of the entry that is meant.

    ``FILE::ENTRY`` names one of several, as pytest names a test of a file.

    Args:
        path: The file.
        entry: The entry that the profile is wanted for; it decides where the path does not.

    Raises:
        UsageError: The file cannot be read, is not a profile of this version, or holds several and does not
            say which.
    """
    name, separator, chosen = str(path).rpartition("::")
    if not separator or path.exists():
        name, chosen = str(path), ""
    found = load_profiles(Path(name))
    fitting = [profile for profile in found if profile.entry == (chosen or entry)]
    if len(fitting) == 1:
        return fitting[0]
    if len(found) == 1 and not chosen:
        return found[0]
    held = ", ".join(profile.entry for profile in found)
    example = found[0].entry if found else "app.main"
    raise UsageError(
        f"{name} holds {'a profile' if len(found) == 1 else 'profiles'} of {held or 'nothing'}.",
        f"Name the one that is meant: {name}::{example}",
    )
