"""What judging and modelling ask of the session that they serve."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from importgraph.evaluation.interpreter import Machine
from importgraph.evaluation.protocol import Interpreter
from importgraph.evaluation.values.value import Arguments, Result
from importgraph.simulation.installed import Installed
from importgraph.simulation.search import Search, Spec
from importgraph.simulation.source_files import SourceFiles
from importgraph.simulation.variables import Variables
from importgraph.simulation.warning_filters import Marks

Model = Callable[[Interpreter, Arguments], Result]
"""What calling something outside does."""


@dataclass
class Knowledge:
    """What is known of the environment, and from where pytest is called."""

    outside: bool = True
    """What is installed is known; otherwise modules from outside count as installed."""
    names: bool = True
    """The standard library at hand is that of the Python that would run the tests."""
    folder: str = ""
    """Where pytest is called."""


class World(Protocol):
    """A session."""

    search: Search
    sources: SourceFiles
    installed: Installed
    marks: Marks
    pytest_version: tuple[int, ...]
    knowledge: Knowledge
    variables: Variables
    specs: dict[str, Spec]
    """Where the modules that are followed are."""
    others: dict[str, Spec]
    """Where the imported modules that are not followed are."""
    extra_builtins: set[str]
    stubbing: set[str]
    """Files whose code brings modules in a way that text does not show."""

    @property
    def machine(self) -> Machine:
        """What evaluates."""
