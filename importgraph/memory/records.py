"""The answer to the very same command line, kept so that giving it again loads next to nothing.

A record holds what was printed, and the stamp of every file and folder that the answer depends on. It
is used only where all of them are as they were; contents are not looked at, that is left to `answers.py`.
Built-in modules alone are imported here.
"""

# ruff: noqa: PTH109, PTH118, PTH123 -- pathlib takes longer to load than the rest to run

import binascii
import marshal
import os

from importgraph.kept.questions import program_stamp
from importgraph.memory.stamps import status_of
from importgraph.storage import sealed, unsealed

TYPE_CHECKING = False  # loading typing would take longer than giving a kept answer
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from importgraph.memory.stamps import Status

    Stamped = Iterable[tuple[str, Status]]
    Depends = tuple[Stamped, Stamped, Iterable[tuple[str, str | None]]]

_WATCHED = ("PYTEST_ADDOPTS", "PYTEST_PLUGINS", "PYTEST_DISABLE_PLUGIN_AUTOLOAD", "VIRTUAL_ENV", "PATH")


def question_of(argv: "Sequence[str]") -> str:
    """Return all that an answer depends on besides files: command line, folder, environment, this program."""
    parts = [os.getcwd(), *argv, *[os.environ.get(name) for name in _WATCHED], program_stamp()]
    return repr(parts)


def _path(folder: str, question: str) -> str:
    return os.path.join(folder, f"{binascii.crc32(question.encode('utf-8', 'surrogateescape')):08x}.printed")


def printed_before(folder: str, question: str) -> tuple[str, str] | None:
    """Return what was printed for a question, on both streams, if nothing has changed since."""
    try:
        with open(_path(folder, question), "rb") as stream:
            data = unsealed(stream.read())
        asked, files, folders, variables, output, messages = marshal.loads(data)  # noqa: S302 -- our own file
    except (OSError, ValueError, EOFError, TypeError):
        return None
    if asked != question or any(os.environ.get(name) != value for name, value in variables):
        return None
    if any(status_of(path) != status for path, status in (*files, *folders)):
        return None
    return output, messages


def record(
    folder: str,
    question: str,
    depends: "Depends",
    printed: tuple[str, str],
) -> None:
    """Keep what was printed.

    Args:
        folder: Where.
        question: As `question_of` gives it.
        depends: Files and folders as they were when they were read, and environment variables.
        printed: On standard output and standard error.
    """
    files, folders, variables = depends
    data = (
        question,
        list(files),
        list(folders),
        list(variables),
        *printed,
    )
    path = _path(folder, question)
    scratch = f"{path}.{os.getpid()}"
    try:
        with open(scratch, "wb") as stream:
            stream.write(sealed(marshal.dumps(data)))
        os.replace(scratch, path)  # noqa: PTH105
    except OSError:
        return  # the answer was printed; it is only not kept
