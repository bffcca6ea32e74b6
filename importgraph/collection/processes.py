"""One function over many parts in this process and in copies of it, which start with all that is known here.

A pool of fresh processes would have to read the shared modules again, and takes longer to start than most
suites take to collect.
"""

import os
import threading
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

Part = TypeVar("Part")
Result = TypeVar("Result")
_WIDTH = 4


def can_fork() -> bool:
    """Tell whether copies of this process are to be had: on POSIX, while it runs one thread."""
    return hasattr(os, "fork") and threading.active_count() == 1


def over_parts(work: Callable[[Part], Result], parts: Sequence[Part], workers: int) -> list[Result]:
    """Return `work(part)` for every part, in order.

    Args:
        work: Changes nothing that matters to others; what it returns can be pickled.
        parts: Taken one by one by whoever is free.
        workers: Processes, this one included.

    Raises:
        RuntimeError: If a copy dies.
        Exception: What `work` raises here, or first in a copy.
    """
    reading, writing = os.pipe()
    os.write(writing, b"".join(index.to_bytes(_WIDTH, "little") for index in range(len(parts))))
    os.close(writing)
    copies = [_copy(work, parts, reading) for _ in range(min(workers, len(parts)) - 1)]
    try:
        done = _take(work, parts, reading)
    finally:
        while os.read(reading, 1 << 16):  # where this process failed, the copies get no more work
            pass
        os.close(reading)
        answers = [_answer(process, stream) for process, stream in copies]
    for answer in answers:
        if isinstance(answer, Exception):
            raise answer
        done.update(answer)
    return [done[index] for index in range(len(parts))]


def _take(work: Callable[[Part], Result], parts: Sequence[Part], reading: int) -> dict[int, Result]:
    done = {}
    while data := os.read(reading, _WIDTH):
        index = int.from_bytes(data, "little")
        done[index] = work(parts[index])
    return done


def _copy(work: Callable[[Part], Result], parts: Sequence[Part], reading: int) -> tuple[int, int]:
    """Start a copy; return its process id and the pipe on which it answers."""
    stream, writing = os.pipe()
    process = os.fork()
    if process:
        os.close(writing)
        return process, stream
    code = 1
    try:
        os.close(stream)
        try:
            answer: Any = _take(work, parts, reading)
        except Exception as error:  # noqa: BLE001 -- handed to the parent, which raises it
            import traceback

            error.add_note(traceback.format_exc())
            answer = error
        import pickle  # small suites need no copies

        with os.fdopen(writing, "wb") as output:
            pickle.dump(answer, output, pickle.HIGHEST_PROTOCOL)
        code = 0
    finally:
        os._exit(code)  # no cleaning up of what belongs to the parent


def _answer(process: int, stream: int) -> Any:
    import pickle

    with os.fdopen(stream, "rb") as pipe:
        data = pipe.read()
    _, status = os.waitpid(process, 0)
    if status or not data:
        return RuntimeError(f"A process that collected tests died (status {status}).")
    return pickle.loads(data)  # noqa: S301 -- written by our own copy a moment ago
