"""pytest's own functions: skipping, marking, parameters, fixtures."""

from typing import Any

from importgraph.evaluator.protocol import Frame
from importgraph.evaluator.values import (
    Decorator,
    Doubt,
    Ext,
    Fixture,
    Func,
    ImportFails,
    Inst,
    Mark,
    Mod,
    Param,
    Skipped,
    Unknown,
)


def skip(frame: Frame, args: list[Any], kwargs: dict[str, Any], line: int) -> Any:
    """`pytest.skip(…)`."""
    if frame.unsure:
        raise Doubt("skips itself under a condition that text does not decide", line)
    if kwargs.get("allow_module_level") is True:
        raise Skipped(str(line))
    raise ImportFails("pytest.skip() outside of a test", line, missing=False)


def add_marker(frame: Frame, args: list[Any], kwargs: dict[str, Any], line: int) -> Any:
    """`item.add_marker(…)`."""
    mark = args[0] if args else None
    frame.space.added_marks.add(
        mark.name if isinstance(mark, Mark) else mark if isinstance(mark, str) else "*"
    )


def skip_test(frame: Frame, args: list[Any], kwargs: dict[str, Any], line: int) -> Any:
    """`unittest.SkipTest(…)`."""
    return Inst(Ext("unittest.SkipTest"))


def importorskip(frame: Frame, args: list[Any], kwargs: dict[str, Any], line: int) -> Any:
    """`pytest.importorskip(…)`."""
    name = args[0] if args else kwargs.get("modname")
    if not isinstance(name, str):
        raise Doubt("importorskip() with a computed name", line)
    found = frame.space.find(name, frame.scope.path)
    if frame.unsure:
        raise Doubt("importorskip() under a condition that text does not decide", line)
    if found is None:
        raise Skipped(str(line))
    if found.kind in {"declared", "unknown"}:
        raise Doubt(f"importorskip({name!r}): whether that is installed is not known", line)
    wanted = args[1] if len(args) > 1 else kwargs.get("minversion")
    if wanted is not None:
        _check_version(frame, name, wanted, line)
    failure = frame.space.failure(name, frame.scope.path) if found.first else ""
    if failure.startswith("no module named"):
        raise Skipped(str(line))
    if failure:
        raise Doubt(f"importorskip({name!r}): {failure}", line)
    return Mod(name)


def _check_version(frame: Frame, name: str, wanted: Any, line: int) -> None:
    from packaging.version import Version

    installed = frame.space.finder.environment.distribution_version(name)
    try:
        enough = installed is not None and isinstance(wanted, str) and Version(installed) >= Version(wanted)
    except ValueError:
        enough = False
    if installed is None or not isinstance(wanted, str):
        raise Doubt(f"importorskip({name!r}) asks for a version that is not known", line)
    if not enough:
        raise Skipped(str(line))


def param(frame: Frame, args: list[Any], kwargs: dict[str, Any], line: int) -> Any:
    """`pytest.param(…)`."""
    marks = kwargs.get("marks", ())
    if isinstance(marks, Mark):
        return Param(tuple(args), (marks,), kwargs.get("id"))
    known = isinstance(marks, list | tuple) and all(isinstance(mark, Mark) for mark in marks)
    return Param(tuple(args), tuple(marks) if known else None, kwargs.get("id"))


def fixture(frame: Frame, args: list[Any], kwargs: dict[str, Any], line: int) -> Any:
    """`pytest.fixture(…)`."""
    if len(args) == 1 and isinstance(args[0], Func):
        return Fixture(args[0], kwargs)
    if args:
        return Unknown("a fixture of something unknown", line)
    return Decorator("fixture", kwargs)
