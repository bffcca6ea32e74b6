"""A policy that is given the machine it serves once both are made."""

from typing import Generic, TypeVar

M = TypeVar("M")


class Served(Generic[M]):
    """Holds a machine."""

    _machine: M | None = None

    @property
    def machine(self) -> M:
        """What evaluates.

        Raises:
            RuntimeError: If it has not been given yet.
        """
        if self._machine is None:
            raise RuntimeError("the policy has no machine yet")
        return self._machine

    @machine.setter
    def machine(self, machine: M) -> None:
        self._machine = machine
