"""Where answers and messages of commands go: files, standard output, standard error."""

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from importgraph.cli.options import Format
from importgraph.storage import write_whole

if TYPE_CHECKING:
    from collections.abc import Iterable

    from importgraph.findings.model import Finding
    from importgraph.fixes.model import Fix
    from importgraph.outputs.remarks.remarks import Remark

_STANDARD = Path("-")


def note(message: str, *, quiet: bool = False) -> None:
    """Write a message to standard error."""
    if not quiet:
        from importgraph.quoting import visible

        typer.echo(visible(message), err=True)


def write(text: str, output: Path | None) -> None:
    """Write text to a file, atomically, or to standard output, which `-` means too.

    Names of files that are no UTF-8 are written with the bytes they have.

    Raises:
        UsageError: If the file cannot be written.
    """
    data = text.encode(errors="surrogateescape")
    if output is not None and output != _STANDARD:
        write_file(output, data)
    else:
        typer.echo(text if text.isascii() or not _has_bytes(text) else data, nl=False)


def write_parts(texts: "Iterable[str]", output: Path | None) -> None:
    """Write a long text as `write` does, part by part where it goes to standard output.

    Raises:
        UsageError: If the file cannot be written.
    """
    if output is not None and output != _STANDARD:
        write("".join(texts), output)
        return
    for text in texts:
        write(text, None)


def _has_bytes(text: str) -> bool:
    """Tell whether a text holds bytes that are no UTF-8, as the names of files may."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return False


def write_findings(
    findings: "Iterable[Finding]",
    answer: Format,
    output: Path | None,
    root: Path,
    title: str,
    fixes: "Iterable[Fix]" = (),
) -> None:
    """Write findings in a format for CI systems or as markdown, to a file or to standard output.

    Args:
        findings: In the order they are to stand in.
        answer: Any but text and JSON, which each command writes in its own way.
        output: The file; None for standard output.
        root: The folder that the paths of the findings are relative to.
        title: The name of the command.
        fixes: Proposals whose text SARIF is to hold.
    """
    from importgraph.outputs.remarks.remarks import from_findings

    write_remarks(from_findings(findings), answer, output, root, title, fixes)


def write_remarks(
    remarks: "Iterable[Remark]",
    answer: Format,
    output: Path | None,
    root: Path,
    title: str,
    fixes: "Iterable[Fix]" = (),
) -> None:
    """Write remarks as `write_findings` does, with paths from the top of the repository around `root`."""
    from importgraph.git.repository import prefix_in_repository
    from importgraph.outputs.remarks.formats import render_remarks
    from importgraph.outputs.remarks.remarks import below
    from importgraph.outputs.remarks.text_fixes import text_fixes

    prefix = prefix_in_repository(root)
    texts = text_fixes(fixes, root, prefix) if answer is Format.SARIF else {}
    write(render_remarks(below(remarks, prefix), answer.value, title, texts), output)


def write_file(path: Path, data: bytes) -> None:
    """Write a file whole or not at all.

    Raises:
        UsageError: If it is `-`, cannot be written, or is source code: no answer is, so the name is a slip.
    """
    from importgraph.errors import UsageError

    if path == _STANDARD:
        raise UsageError("`-` is no file name here.", "Name a file; /dev/stdout is standard output.")
    if path.suffix in {".py", ".pyi", ".ipynb"} and path.exists():
        raise UsageError(f"{path} is source code, and would be lost.", "Choose another --output.")
    try:
        write_whole(path, data)
    except OSError as error:
        raise UsageError(
            f"{path} cannot be written: {error.strerror}.", "Choose another --output."
        ) from error
