"""`doctor`: which test files pytest would fail to collect, and why."""

import gc
import re
from pathlib import Path
from typing import Annotated

import typer

from importgraph.cli.options import FindingFormatOption, Format
from importgraph.cli.writing import write, write_remarks

WOULD_FAIL = 1
_SETTING = re.compile(r"[\w-]+=")
"""How what pytest's own `-o` takes begins."""


def register(app: typer.Typer) -> None:
    """Add this module's command to the application."""
    settings = {"allow_extra_args": True, "ignore_unknown_options": True}
    app.command(context_settings=settings)(doctor)


def doctor(
    context: typer.Context,
    python: Annotated[
        Path | None, typer.Option(help="The interpreter or environment that runs the tests.")
    ] = None,
    answer: FindingFormatOption = Format.TEXT,
    output: Annotated[
        Path | None,
        typer.Option("--output", metavar="FILE", help="Write to this file instead of standard output."),
    ] = None,
    short: Annotated[
        list[str] | None,
        typer.Option("-o", metavar="FILE", help="As --output; -o NAME=VALUE is a setting, as for pytest."),
    ] = None,
    fail: Annotated[
        bool, typer.Option("--fail", help="Exit with 1 if a file or the session would fail.")
    ] = False,
) -> None:
    """Predict pytest's collection errors by root cause, importing nothing. Takes pytest's own arguments."""
    from importgraph.collection_errors.predict import predict_session, read_line
    from importgraph.outputs.answers.doctor_text import render_doctor, render_doctor_json
    from importgraph.outputs.remarks.remarks import from_prediction

    settings = [text for text in short or () if _SETTING.match(text)]
    files = [Path(text) for text in short or () if text not in settings]
    output = output or (files[-1] if files else None)
    words = [*(word for text in settings for word in ("-o", text)), *context.args]
    gc.disable()
    try:
        prediction = predict_session(Path.cwd(), words, python=python)
    finally:
        gc.freeze()  # what was simulated is not worth a search for garbage: this process ends soon
        gc.enable()
    if answer is Format.JSON:
        write(render_doctor_json(prediction), output)
    elif answer is Format.TEXT:
        write(render_doctor(prediction, lambda step: read_line(prediction, step)), output)
    else:
        write_remarks(from_prediction(prediction), answer, output, Path(prediction.root), "doctor")
    if fail and prediction.causes:
        raise typer.Exit(WOULD_FAIL)
