"""What a command said of the changes since a commit, kept until these or what it read are others."""

import marshal
import os
from collections.abc import Sequence
from pathlib import Path

from importgraph.git.repository import open_repository
from importgraph.kept.questions import digest_of, surroundings
from importgraph.kept.store import keep, recall
from importgraph.reads import present

_FOLDER = "answers"
Answer = tuple[str, tuple[str, ...]]
"""What is written, and what is said beside it."""


def question_since(folder: Path, since: str, asked: Sequence[object]) -> str:
    """Return a digest of what is asked, of the commit's files and of which files differ from them.

    What the files say that differ is left to the notes of what was read.

    Args:
        folder: A folder of a work tree.
        since: The revision.
        asked: What else decides about the answer, besides variables, user and program.

    Raises:
        UsageError: If there is no repository or no such revision.
    """
    repository = open_repository(folder)
    commit = repository.resolve(since)
    changes = repository.changes(commit, None)
    return digest_of(["affected", list(asked), repository.tree(commit), changes, *surroundings()])


def recall_answer(home: Path | None, question: str) -> Answer | None:
    """Return what was said the last time, if all that was read for it is as it was."""
    if home is None or os.name != "posix":
        return None
    found = recall(str(home / _FOLDER), question, present())
    if found is None:
        return None
    text, notes = marshal.loads(found[0])  # noqa: S302 -- our own file
    return str(text), tuple(map(str, notes))


def keep_answer(home: Path | None, question: str, answer: Answer) -> None:
    """Keep what is said, where notes were taken of all that was read for it."""
    reads = present()
    if home is not None and reads is not None and not reads.harm and os.name == "posix":
        keep(str(home / _FOLDER), question, reads, [marshal.dumps(answer)])
