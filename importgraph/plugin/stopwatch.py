"""Where the time of one thread goes: nested spans, each charged with what no inner span took."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass(slots=True)
class Share:
    """What the spans of one kind took by themselves: nanoseconds without the profiler's own work."""

    own: int = 0
    imported: int = 0
    """Of ``own``: time in which modules were being imported."""
    rewrote: int = 0
    """Of ``own``: time in which pytest rewrote assertions and saved the result."""
    times: int = 0


@dataclass(frozen=True, slots=True)
class Readings:
    """Counters that only grow, besides the clock."""

    lost: int
    """The profiler's own work."""
    imported: int
    rewrote: int


@dataclass(frozen=True, slots=True)
class Kind:
    """What a span is charged to."""

    part: str
    file: str = ""
    """The file that is being collected; a span without one takes the enclosing span's."""
    owner: str = ""
    """The plugin and its hook."""


@dataclass(slots=True)
class Span:
    """A stretch of time that has begun, and what the spans inside it took so far."""

    kind: Kind
    begun: int
    readings: Readings
    inner: Share


class Stopwatch:
    """Spans of one thread.

    Args:
        clock: Nanoseconds.
        read: Returns the counters as they stand.
        busy: Says that a module is being imported: a span that would begin then (a session inside a test
            file) is left out, or its time would count twice.
    """

    def __init__(
        self, clock: Callable[[], int], read: Callable[[], Readings], busy: Callable[[], bool]
    ) -> None:
        self.clock = clock
        self.read = read
        self.busy = busy
        self.stack: list[Span] = []
        self.shares: dict[Kind, Share] = {}

    def enter(self, part: str, file: str = "", owner: str = "") -> Span | None:
        """Begin a span."""
        if self.busy():
            return None
        inherited = file or (self.stack[-1].kind.file if self.stack else "")
        span = Span(Kind(part, inherited, owner), self.clock(), self.read(), Share())
        self.stack.append(span)
        return span

    def leave(self, span: Span | None) -> None:
        """End a span, and any inside it that an exception left open."""
        if span is None or span not in self.stack:
            return
        now, readings = self.clock(), self.read()
        while self.stack.pop() is not span:
            pass
        whole = Share(
            own=now - span.begun - (readings.lost - span.readings.lost),
            imported=readings.imported - span.readings.imported,
            rewrote=readings.rewrote - span.readings.rewrote,
        )
        share = self.shares.setdefault(span.kind, Share())
        share.own += whole.own - span.inner.own
        share.imported += whole.imported - span.inner.imported
        share.rewrote += whole.rewrote - span.inner.rewrote
        share.times += 1
        if self.stack:
            inner = self.stack[-1].inner
            inner.own += whole.own
            inner.imported += whole.imported
            inner.rewrote += whole.rewrote

    @contextmanager
    def span(self, part: str, file: str = "", owner: str = "") -> Iterator[None]:
        """Charge what happens inside."""
        span = self.enter(part, file, owner)
        try:
            yield
        finally:
            self.leave(span)
