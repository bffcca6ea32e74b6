"""What pytest's assertion rewriting costs, and whether its result could be kept."""

import sys
from collections.abc import Callable
from typing import Any

NAMES = ("_rewrite_test", "_write_pyc", "_read_pyc")


class Rewriting:
    """Counts and times rewriting from its construction until ``stop``.

    ``_pytest.assertion.rewrite`` has no hooks; a pytest without these functions is reported.

    Args:
        clock: Nanoseconds.
    """

    def __init__(self, clock: Callable[[], int]) -> None:
        self.clock = clock
        self.module: Any = sys.modules["_pytest.assertion.rewrite"]
        self.missing = tuple(name for name in NAMES if not hasattr(self.module, name))
        self.spent = 0
        """Nanoseconds of rewriting and of saving."""
        self.rewritten: list[str] = []
        self.switched_off = 0
        """Of the rewritten: files whose bytecode Python was told not to write."""
        self.written = 0
        self.reused = 0
        self.places: list[tuple[str, Any, Any]] = []
        if not self.missing:
            self._replace("_rewrite_test", self._rewrite)
            self._replace("_write_pyc", self._write)
            self._replace("_read_pyc", self._read)

    def _replace(self, name: str, ours: Any) -> None:
        self.places.append((name, getattr(self.module, name), ours))
        setattr(self.module, name, ours)

    def _real(self, name: str) -> Any:
        return next(old for found, old, _ in self.places if found == name)

    def _rewrite(self, path: Any, *rest: Any) -> Any:
        begun = self.clock()
        self.rewritten.append(str(path))
        self.switched_off += sys.dont_write_bytecode
        try:
            return self._real("_rewrite_test")(path, *rest)
        finally:
            self.spent += self.clock() - begun

    def _write(self, *arguments: Any) -> Any:
        begun = self.clock()
        saved = self._real("_write_pyc")(*arguments)
        self.spent += self.clock() - begun
        self.written += bool(saved)
        return saved

    def _read(self, *arguments: Any, **named: Any) -> Any:
        code = self._real("_read_pyc")(*arguments, **named)
        self.reused += code is not None
        return code

    def stop(self) -> None:
        """Put everything back, except what somebody else has replaced since."""
        for name, old, ours in self.places:
            if getattr(self.module, name) == ours:
                setattr(self.module, name, old)
