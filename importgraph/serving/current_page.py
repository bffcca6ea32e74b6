"""The newest report, shared by the threads that make it and that hand it out."""

import threading
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Edition:
    """A report as it stands."""

    number: int
    """Counts up with each new report."""
    page: bytes
    problem: str = ""
    """Why there is no newer one; empty where it is up to date."""


@dataclass
class CurrentPage:
    """Holds one edition; waiters learn of the next."""

    edition: Edition
    _changed: threading.Condition = field(default_factory=threading.Condition)

    def publish(self, page: bytes) -> None:
        """Put a new report in the place of the old one; one that reads the same is none."""
        with self._changed:
            is_new = page != self.edition.page
            self.edition = Edition(self.edition.number + is_new, page)
            self._changed.notify_all()

    def report(self, problem: str) -> None:
        """Keep the report and say why it is not newer."""
        with self._changed:
            self.edition = Edition(self.edition.number, self.edition.page, problem)
            self._changed.notify_all()

    def after(self, seen: Edition | None, seconds: float) -> Edition:
        """Return the edition once it is another than the one seen; the same one after some seconds."""
        with self._changed:
            self._changed.wait_for(lambda: self.edition is not seen, seconds)
            return self.edition
