"""Plain values are what typer makes of them, and need no pydantic."""

import subprocess
import sys
from pathlib import Path
from typing import Annotated, Any

import pytest
import typer
from typer.main import get_command

from importgraph.cli.options import Color, Format
from importgraph.cli.plain_values import _OTHER, _Values


def command(  # noqa: PLR0913, PLR0917 -- a typer command takes one parameter for each option
    text: str = "x",
    number: Annotated[int, typer.Option(min=0, max=9)] = 3,
    whole: int = 1,
    path: Path | None = None,
    there: Annotated[Path, typer.Option(exists=True)] = Path(),
    file: Annotated[Path, typer.Option(dir_okay=False)] = Path("x"),
    choice: Format = Format.TEXT,
    color: Annotated[Color, typer.Option(case_sensitive=False)] = Color.AUTO,
    several: list[str] | None = None,
    paths: list[Path] | None = None,
    share: Annotated[float, typer.Option(min=0.25, max=9)] = 0.5,
) -> None:
    """Take all kinds of values."""


def _options() -> dict[str, Any]:
    app = typer.Typer(add_completion=False)
    app.command()(command)
    return {str(one.name): one for one in get_command(app).params}


VALUES = (
    *("", "x", "3", "-1", "12", "007", "1_0", " 2", "٣", "99999999999", "0.5", "json", "JSON", "text"),
    *(
        0.5,
        0.1,
        4.0,
        ".",
        "/nowhere/at/all",
        "a\udc80",
        None,
        4,
        True,
        Format.JSON,
        Path("y"),
        ("a", "b"),
        ["1"],
        (),
    ),
)


@pytest.mark.parametrize("name", [name for name in _options() if name != "help"])
def test_a_plain_value_is_what_typer_makes_of_it(name: str) -> None:
    option = _options()[name]
    if not hasattr(option, "get_runtime_param"):
        pytest.skip("this typer checks values otherwise")
    whole = type(option).get_runtime_param
    taken = 0
    for value in VALUES:
        found = _Values(option, whole).plain(value)
        if found is not _OTHER:
            same = whole(option).coerce(value, param=option, ctx=typer.Context(get_command_of(option)))
            assert found == same
            assert type(found) is type(same)
            taken += value is not None
    assert bool(taken) == (name not in {"there", "file", "color"})


def get_command_of(option: Any) -> Any:
    app = typer.Typer(add_completion=False)
    app.command()(command)
    return get_command(app)


def test_a_command_checks_plain_values_without_pydantic(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("")
    code = (
        "import sys\nfrom importgraph.cli import main\n"
        f"sys.argv = ['importgraph', 'graph', {str(tmp_path)!r}, '--no-cache', '-q', '--workers', '1']\n"
        "main()\nsys.exit('pydantic' in sys.modules)"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False, timeout=60)
    assert ran.returncode == 0, ran.stderr
