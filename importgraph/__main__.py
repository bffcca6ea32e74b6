"""`python -m importgraph` and the console script."""

import os
import sys

if __name__ == "__main__" and not sys.flags.safe_path:
    try:
        if sys.path[:1] == [os.getcwd()]:  # noqa: PTH109
            del sys.path[0]  # `-m` puts the current folder first: a checkout's typer.py would be executed
    except OSError:
        pass  # the folder is gone, and holds no program

from importgraph.frames import with_room
from importgraph.streams import (
    INTERRUPTED,
    OutputError,
    end_at_once,
    end_interrupted,
    end_unwritten,
    guard_streams,
)


def main() -> None:
    """Run the command line; what is plain or known is answered before the command line is even loaded."""
    with_room(_main)


def _main() -> None:
    guard_streams()
    try:
        _require_folder()
        if sys.argv[1:2] == ["collect"]:
            from importgraph.collection.fast_start import collect_plainly

            if collect_plainly(sys.argv[1:]):
                end_at_once(0)
        if sys.argv[1:] == ["--version"]:
            from importgraph import __version__

            sys.stdout.write(f"importgraph {__version__}\n")
            end_at_once(0)
        code = _answered(sys.argv[1:])
        if code == INTERRUPTED:
            end_interrupted()
        sys.stdout.flush()
        end_at_once(code)
    except OutputError as error:
        end_unwritten(error)
    except KeyboardInterrupt:
        end_interrupted()


def _require_folder() -> None:
    """End the run where the current folder was removed: nothing can be named from there."""
    try:
        os.getcwd()  # noqa: PTH109
    except OSError as error:
        sys.stderr.write(
            f"importgraph: The current folder cannot be read: {error.strerror}. Change to another.\n"
        )
        end_at_once(2)


def _answered(words: list[str]) -> int:
    """Give the answer that was kept, or find it and keep it; return the exit code."""
    from importgraph.memory.replies import is_kept, is_noted, keep, question_of, recall
    from importgraph.storage import cache_home

    home = cache_home() if is_kept(words) or is_noted(words) else ""
    if not home:
        return _command_line()
    if is_noted(words):
        from importgraph.reads import watch

        watch(home)  # its graphs are kept
        return _command_line()
    folder = os.path.join(home, "replies")  # noqa: PTH118
    question = question_of(words)
    known = recall(folder, question)
    if known is not None:
        sys.stdout.buffer.write(known[0])
        sys.stderr.buffer.write(known[1])
        return known[2]
    from importgraph.memory.copies import Copy
    from importgraph.reads import stop, watch
    from importgraph.streams import copy_streams

    reads, printed, messages = watch(home), Copy(folder), Copy(folder)
    copy_streams(printed, messages)
    code = _command_line()
    sys.stdout.flush()
    stop()
    keep(folder, question, reads, printed, (messages.whole(), code))
    return code


_COLLECTOR = (500_000, 20, 1000)
"""After how many more objects the garbage collector looks for cycles among these, after how many such looks
among those that lasted, after how many of those among all. Python begins with 700, 10, 10."""


def _command_line() -> int:
    import gc

    from importgraph.cli import main as command_line

    gc.set_threshold(*_COLLECTOR)  # what is known of a tree lives until the end
    return command_line()


__all__ = ["main"]

if __name__ == "__main__":
    main()
