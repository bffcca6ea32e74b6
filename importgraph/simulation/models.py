"""What calls of code outside the project do to a session; evaluation's own models answer for all others."""

from collections.abc import Callable, Mapping

from importgraph.evaluation.classes import enumerations, named_tuples, typing_classes
from importgraph.evaluation.escape import escaped
from importgraph.evaluation.models import dataclasses, functions
from importgraph.evaluation.protocol import Interpreter
from importgraph.evaluation.values.objects import External
from importgraph.evaluation.values.value import Arguments, Raised, Result, Unknown
from importgraph.simulation.pytest_models import PytestModels
from importgraph.simulation.session_models import SessionModels
from importgraph.simulation.world import Model, World

_HARMLESS = frozenset({
    "contextlib.nullcontext", "contextlib.ExitStack", "logging.getLogger", "threading.Lock",
    "threading.RLock", "threading.local", "builtins.object", "types.SimpleNamespace", "pathlib.Path.cwd",
    "itertools.count", "typing.TypeVar", "unittest.mock.Mock", "unittest.mock.MagicMock",
})  # fmt: skip
"""Calls that never raise as they are used at import."""


def models_of(world: World) -> Callable[[str], Model | None]:
    """Return what finds the model of a dotted name."""
    tests, session = PytestModels(world), SessionModels(world)
    known: Mapping[str, Model] = {
        "pytest.hookimpl": functions.MODELS["typing.final"],
        **dataclasses.MODELS,
        **enumerations.MODELS,
        **named_tuples.MODELS,
        **typing_classes.MODELS,
        **tests.models,
        **session.models,
        **{name: _ending("SystemExit") for name in ("sys.exit", "builtins.exit", "builtins.quit")},
        "unittest.main": _main,
    }

    def find(name: str) -> Model | None:
        if name in known:
            return known[name]
        if name.startswith("pytest.mark."):
            return tests.mark(name.removeprefix("pytest.mark."))
        is_warning = name.endswith("Warning") and name.startswith(("pytest.", "builtins."))
        return _made(name) if is_warning or name in _HARMLESS else None

    return find


def _made(name: str) -> Model:
    def call(interpreter: Interpreter, arguments: Arguments) -> Result:
        escaped(interpreter, arguments)
        return External(f"{name}()")

    return call


def _main(_interpreter: Interpreter, arguments: Arguments) -> Result:
    """Model `unittest.main()`, which runs tests and exits."""
    return Raised("SystemExit", explicit=True) if arguments == Arguments() else Unknown("what tests give")


def _ending(kind: str) -> Model:
    return lambda _interpreter, _arguments: Raised(kind, explicit=True)
