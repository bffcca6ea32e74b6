"""Predicted collection errors as text and as JSON."""

from collections.abc import Callable, Iterator

from importgraph.collection_errors.model import Cause, Prediction
from importgraph.quoting import json_text, page
from importgraph.simulation.causes import Step

_FILES = 5
"""Failing files shown for each cause."""
_LINKS = 12
"""Steps of a chain shown."""


def render_doctor(prediction: Prediction, read_line: Callable[[Step], str]) -> str:
    """Write the causes, most failing files first.

    Args:
        prediction: What would fail.
        read_line: Returns the text of a line.
    """
    return page(_lines(prediction, read_line))


def _lines(prediction: Prediction, read_line: Callable[[Step], str]) -> Iterator[str]:
    yield _headline(prediction)
    for number, cause in enumerate(prediction.causes, 1):
        yield ""
        yield from _cause(number, cause, read_line)
    if prediction.notes:
        yield ""
    yield from (f"Not checked: {note}" for note in prediction.notes)


def _headline(prediction: Prediction) -> str:
    if prediction.aborts:
        cause = next(cause for cause in prediction.causes if cause.key == prediction.aborts)
        begun = bool(cause.chain) and cause.chain[0].path in {one.path for one in prediction.failing}
        what = "end while it collects" if begun else "not start"
        return f"pytest would {what}: {cause.path}:{cause.line}: {cause.message}."
    total = f"{prediction.files:,} test file{'s' if prediction.files != 1 else ''}"
    if not prediction.causes:
        return f"No collection errors predicted in {total}."
    worst = prediction.causes[0]
    if not prediction.failing:
        place = f"{worst.path}:{worst.line}: {worst.message}"
        return f"pytest collects {total} and ends with an error before it runs any: {place}."
    comes = "comes" if len(worst.files) == 1 else "come"
    share = f"{len(worst.files):,} of them {comes} from {worst.path}:{worst.line}: {worst.message}"
    return f"{len(prediction.failing):,} of {total} would fail to collect; {share}."


def _cause(number: int, cause: Cause, read_line: Callable[[Step], str]) -> Iterator[str]:
    count = len(cause.files)
    amount = f"{count:,} file{'s' if count != 1 else ''}"
    yield f"{number}. {cause.path}:{cause.line}: {cause.message}  [{cause.kind}, {amount}]"
    code = read_line(Step(cause.path, cause.line)).strip()
    if code:
        yield f"     {code}"
    yield f"   Edit: {cause.edit}"
    if len(cause.chain) > 1:
        yield "   Chain: " + " -> ".join(f"{step.path}:{step.line}" for step in _shortened(cause.chain))
    if cause.files:
        more = f" and {count - _FILES:,} more" if count > _FILES else ""
        yield f"   Fails: {', '.join(cause.files[:_FILES])}{more}"


def _shortened(chain: tuple[Step, ...]) -> tuple[Step, ...]:
    """Keep both ends of a long chain."""
    return chain if len(chain) <= _LINKS else (*chain[: _LINKS // 2], *chain[-_LINKS // 2 :])


def render_doctor_json(prediction: Prediction) -> str:
    """Render a prediction as `importgraph/doctor/1`."""
    return json_text(
        {
            "schema": "importgraph/doctor/1",
            "files": prediction.files,
            "aborts": prediction.aborts or None,
            "failing": [
                {"path": one.path, "causes": list(one.causes), "chain": _steps(one.chain)}
                for one in prediction.failing
            ],
            "causes": [
                {
                    "key": cause.key,
                    "kind": cause.kind.value,
                    "path": cause.path,
                    "line": cause.line,
                    "message": cause.message,
                    "files": len(cause.files),
                    "chain": _steps(cause.chain),
                    "edit": cause.edit,
                }
                for cause in prediction.causes
            ],
            "notes": list(prediction.notes),
        }
    )


def _steps(chain: tuple[Step, ...]) -> list[dict[str, object]]:
    return [{"path": step.path, "line": step.line} for step in chain]
