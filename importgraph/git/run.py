"""The only place that starts git.

Configuration names programs in some thirty places (filters, text converters, monitors, hooks, transports,
helpers for signing and passwords; git-config(1)), and new versions of git add more. So none of it is read:
git works on a *stand-in*, a temporary folder with a configuration of ours and links to the refs, the index
and the objects of the repository. A stand-in knows no remote either, so that a missing object is missing, and
nothing is fetched. Attributes are text that, without configuration, name no program.
"""

import os
import shutil
import subprocess
import threading
import weakref
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp
from typing import IO

from importgraph.errors import UsageError
from importgraph.git.layout import Layout, read_line

_CONFIG = """[core]
\trepositoryformatversion = 1
\tbare = false
\tfsmonitor = false
\thooksPath = {nowhere}
\tquotepath = false
[diff]
\trenames = true
\tignoreSubmodules = all
[protocol]
\tallow = never
[gc]
\tauto = 0
"""
_PLAIN_SETTINGS = {
    "core.autocrlf": ("core", "autocrlf", {"true", "false", "input"}),
    "core.eol": ("core", "eol", {"lf", "crlf", "native"}),
    "core.filemode": ("core", "filemode", {"true", "false"}),
    "core.ignorecase": ("core", "ignorecase", {"true", "false"}),
    "core.symlinks": ("core", "symlinks", {"true", "false"}),
    "extensions.objectformat": ("extensions", "objectFormat", {"sha1", "sha256"}),
    "extensions.refstorage": ("extensions", "refStorage", {"files", "reftable"}),
}
"""Settings that change what is read, and name no program, with the values that are taken over."""
_SHARED = ("refs", "packed-refs", "reftable", "shallow", "info", "logs")
_TIMEOUT = 300
"""Seconds for one command: a pipe in place of a file of the repository would hold git for good."""
_KEPT = frozenset({"GIT_EXEC_PATH"})
"""Of the variables of the environment that configure git: where its own programs are."""


@dataclass(frozen=True, slots=True, weakref_slot=True, eq=False)
class StandIn:
    """A repository as git may see it. The folder is removed with the last reference to this value."""

    folder: Path
    layout: Layout

    def environment(self) -> Mapping[str, str]:
        """Return the variables under which git sees the repository through this stand-in."""
        return {
            **_plain_environment(),
            "GIT_DIR": str(self.folder),
            "GIT_WORK_TREE": str(self.layout.top),
            "GIT_INDEX_FILE": str(self.layout.own / "index"),
            "GIT_OBJECT_DIRECTORY": str(self.layout.common / "objects"),
        }


def stand_in(layout: Layout) -> StandIn:
    """Make a stand-in for a repository.

    Raises:
        UsageError: If there is no git, or no folder for temporary files.
    """
    try:
        folder = Path(mkdtemp(prefix="importgraph-git-"))
    except OSError as error:
        raise UsageError(
            f"No temporary folder can be made: {error.strerror or error}.", "Set TMPDIR to one that can."
        ) from error
    made = StandIn(folder, layout)
    weakref.finalize(made, shutil.rmtree, folder, ignore_errors=True)
    (folder / "config").write_text(_CONFIG.format(nowhere=os.devnull) + _plain_settings(layout, folder))
    for name in _SHARED:
        own, common = layout.own / name, layout.common / name
        source = own if name == "logs" and own.exists() else common
        if source.is_dir() or source.is_file():
            (folder / name).symlink_to(source)
    for source in filter(Path.is_file, layout.own.glob("sharedindex.*")):
        (folder / source.name).symlink_to(source)
    for source in layout.own.glob("*HEAD"):
        (folder / source.name).write_bytes(os.fsencode(_head(source)) + b"\n")
    return made


def run(repository: StandIn, arguments: Sequence[str]) -> "subprocess.CompletedProcess[bytes]":
    """Run git on a repository and return what it gave; its own failures are in the return code.

    Raises:
        UsageError: If there is no git.
    """
    return _run(arguments, repository.layout.top, repository.environment())


@contextmanager
def reading(repository: StandIn, arguments: Sequence[str], wanted: IO[bytes]) -> Iterator[IO[bytes]]:
    """Give the output of git while it works through what it reads from a file.

    Raises:
        UsageError: If there is no git.
    """
    with subprocess.Popen(  # noqa: S603 -- git, with arguments of ours and object ids on its standard input
        [_git(), *arguments],
        cwd=repository.layout.top,
        stdin=wanted,
        stdout=subprocess.PIPE,
        env=repository.environment(),
    ) as process:
        if process.stdout is None:
            raise RuntimeError("a pipe was asked for")
        alarm = threading.Timer(_TIMEOUT, process.kill)
        alarm.daemon = True
        alarm.start()
        try:
            yield process.stdout
        except BaseException:
            process.kill()
            raise
        finally:
            alarm.cancel()


def _run(
    arguments: Sequence[str], folder: Path, environment: Mapping[str, str]
) -> "subprocess.CompletedProcess[bytes]":
    try:
        return _completed(arguments, folder, environment)
    except subprocess.TimeoutExpired:
        raise UsageError(
            f"git {arguments[0]} did not answer in {_TIMEOUT} s.", "Look at the repository with `git fsck`."
        ) from None


def _completed(
    arguments: Sequence[str], folder: Path, environment: Mapping[str, str]
) -> "subprocess.CompletedProcess[bytes]":
    return subprocess.run(  # noqa: S603 -- git; revisions were checked not to be options
        [_git(), *arguments],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
        env=environment,
        timeout=_TIMEOUT,
    )


def _git() -> str:
    """Return the path of git: from the folders of PATH that do not depend on where we are called."""
    folders = [folder for folder in os.get_exec_path() if Path(folder).is_absolute()]
    found = shutil.which("git", path=os.pathsep.join(folders))
    if found is None:
        raise UsageError("There is no `git` on PATH.", "Install git, or compare with a baseline file.")
    return found


def _plain_environment() -> dict[str, str]:
    """Return our environment without what configures git, the user's own configuration out of sight."""
    inherited = {
        key: value for key, value in os.environ.items() if not key.startswith("GIT_") or key in _KEPT
    }
    return {
        **inherited,
        "LC_ALL": "C",
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_PAGER": "cat",
    }


def _plain_settings(layout: Layout, folder: Path) -> str:
    """Return the settings of the repository that are taken over, as lines of a configuration file."""
    source = layout.common / "config"
    if not source.is_file():
        return ""
    command = ["config", "--file", str(source), "--no-includes", "--null", "--list"]
    done = _run(command, folder, {**_plain_environment(), "GIT_DIR": str(folder)})
    lines = []
    for setting in done.stdout.decode(errors="replace").split("\0"):
        name, _, value = setting.partition("\n")
        section, key, allowed = _PLAIN_SETTINGS.get(name.lower(), ("", "", frozenset()))
        if value.lower() in allowed:
            lines.append(f"[{section}]\n\t{key} = {value.lower()}\n")
    return "".join(lines)


def _head(source: Path) -> str:
    """Return what a `HEAD` says; in old repositories it is a link to the branch."""
    if source.is_symlink():
        target = source.readlink().as_posix()
        if target.startswith("refs/"):
            return f"ref: {target}"
    return read_line(source)
