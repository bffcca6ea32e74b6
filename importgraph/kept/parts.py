"""Notes of parts of a run; built-in modules alone are imported here."""

from importgraph.reads import Reads, pause, present, take


class Apart:
    """Takes notes for a part of the run by themselves, as well; more than once for the same part."""

    def __init__(self) -> None:
        """Begin with none."""
        self.reads: Reads | None = None
        self._joined = self._depth = 0

    def __enter__(self) -> None:
        """Begin, or go on."""
        found = present()
        if found is not None and found is self.reads:
            self._depth += 1
            return
        self._outer = found
        if self._outer is not None:
            self.reads = self.reads or self._outer.part()
            take(self.reads)

    def __exit__(self, *_: object) -> None:
        """End; the run as a whole depends on the same."""
        if self._depth:
            self._depth -= 1
        elif self._outer is not None and self.reads is not None:
            if self.reads.size != self._joined or self.reads.spoiled:
                self._outer.join(self.reads)
                self._joined = self.reads.size
            take(self._outer)


class ReadingTexts:
    """Says of what is opened meanwhile that it is a module of the tree, and read for its text alone."""

    def __enter__(self) -> None:
        """Begin."""
        self._reads = present()
        self._before = self._reads.in_texts if self._reads is not None else False
        if self._reads is not None:
            self._reads.in_texts = True

    def __exit__(self, *_: object) -> None:
        """End, as it was before."""
        if self._reads is not None:
            self._reads.in_texts = self._before


class Unnoted:
    """Takes no notes of what is asked meanwhile: no answer depends on it."""

    def __enter__(self) -> None:
        """Begin."""
        pause(noting=False)

    def __exit__(self, *_: object) -> None:
        """End."""
        pause(noting=True)
