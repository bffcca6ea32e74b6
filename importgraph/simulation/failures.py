"""Failures of evaluated programs as they are reported: with their cause, and the lines on the way there."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from importgraph.evaluation.lineage import lineage
from importgraph.evaluation.values.objects import Class, External, Function, Instance, Module
from importgraph.evaluation.values.value import Raised, Value
from importgraph.simulation.causes import CauseKind, Step


@dataclass(frozen=True, slots=True)
class Failure:
    """An exception, and the cause it will be reported under."""

    exception: str
    """Its class: `ImportError`, `NameError`…"""
    kind: CauseKind
    subject: str
    """What the cause is about; with the kind, its identity."""
    message: str
    path: str
    line: int
    chain: tuple[Step, ...]
    """Absolute paths, from the first statement that ran to the failing one."""
    bases: tuple[str, ...] = ()
    """Of a class of the project: the names of its base classes."""


@dataclass(frozen=True, slots=True)
class Skipped:
    """A module that skips itself, which is no error."""


def failure_of(raised: Raised) -> Failure | Skipped:
    """Return a failure as it is reported; one raised in the handler of a failed import, as that one."""
    kinds = (raised.kind, *_bases(raised.value))
    if any(kind in {"Skipped", "SkipTest"} for kind in kinds):
        return Skipped()
    first = raised.origin or raised
    chain = tuple(Step(place.path, place.line) for place in first.trace or ())
    last = chain[-1] if chain else Step("", 0)  # pytest itself imports a plugin
    known = first.cause and not (first.explicit and first.cause != CauseKind.RAISED)
    kind = CauseKind(first.cause) if known else CauseKind.RAISED
    subject = _SUBJECTS.get(kind, _named)(first, last.path)
    message = _raised_message(first) if kind is CauseKind.RAISED else first.message
    return Failure(raised.kind, kind, subject, message, last.path, last.line, chain, kinds[1:])


def _bases(value: Value | None) -> tuple[str, ...]:
    cls = value.cls if isinstance(value, Instance) else value
    line = lineage(cls)[1:] if isinstance(cls, Class) else ()
    return tuple(
        one.qualname if isinstance(one, Class) else one.name.rpartition(".")[2]
        for one in line
        if isinstance(one, Class | External)
    )


def _raised_message(raised: Raised) -> str:
    if raised.kind == "AssertionError" and not raised.message:
        return "an assertion on the main flow fails"
    if raised.cause and raised.kind == "Failed":
        return raised.message
    return f"raises {raised.kind}: {raised.message}" if raised.message else f"raises {raised.kind}"


def _named(raised: Raised, _path: str) -> str:
    return raised.name


def _holder(value: Value | None) -> str:
    match value:
        case Module() | External():
            return value.name
        case Class():
            return f"{value.module.name}.{value.qualname}"
        case Instance():
            return _holder(value.cls)
        case _:
            return ""


def _missing(raised: Raised, path: str) -> str:
    return (
        f"{raised.name} in {path}" if raised.kind == "NameError" else f"{_holder(raised.about)}.{raised.name}"
    )


def _undefined(raised: Raised, path: str) -> str:
    if raised.kind == "UnboundLocalError":
        return f"{raised.name} of {path}"
    home = raised.about.path if isinstance(raised.about, Module) else path
    return f"{raised.name} in {home}"


def _called(raised: Raised, path: str) -> str:
    function = raised.about
    name = function.qualname.rpartition(".")[2] if isinstance(function, Function) else raised.name
    return f"{function.module.name}.{name}" if isinstance(function, Function) else f"{name} in {path}"


def _reason(raised: Raised, path: str) -> str:
    if raised.kind == "Failed":
        return raised.name
    return (
        f"{raised.name or raised.kind} in {path}" if raised.kind == "KeyError" else f"{raised.kind} in {path}"
    )


_SUBJECTS: Mapping[CauseKind, Callable[[Raised, str], str]] = {
    CauseKind.SYNTAX_ERROR: lambda _, path: path,
    CauseKind.MISSING_NAME: _missing,
    CauseKind.IMPORT_CYCLE: _missing,
    CauseKind.UNDEFINED_NAME: _undefined,
    CauseKind.WRONG_CALL: _called,
    CauseKind.WRONG_TYPE: lambda raised, path: f"{raised.name or 'operator'} in {path}",
    CauseKind.REFUSED_ATTRIBUTE: lambda raised, path: f"{raised.name} in {path}",
    CauseKind.CLASS_CONFLICT: lambda raised, _: _holder(raised.about),
    CauseKind.RAISED: _reason,
}


def anchored(failure: Failure, path: str) -> Failure:
    """Let a chain begin in the test file where a package around it fails."""
    if failure.chain and failure.chain[0].path == path:
        return failure
    return behind(failure, Step(path, 1))


def behind(failure: Failure, step: Step) -> Failure:
    """Put a line before the chain of a failure."""
    return Failure(
        failure.exception,
        failure.kind,
        failure.subject,
        failure.message,
        failure.path or step.path,
        failure.line or step.line,
        (step, *failure.chain),
        failure.bases,
    )
