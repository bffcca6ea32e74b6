"""Find out when a project runs without its bytecode, what that costs, and what to set."""

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Literal

from importgraph.measurements.interpreter import Interpreter
from importgraph.measurements.model import BytecodeAdvice, ModuleTiming

State = Literal["valid", "missing", "stale", "read_only"]
Reason = Literal["switched_off", "read_only", "missing", "stale", "pytest_missing"]
HEADER = 16

COMPILE = "python -m compileall -q FOLDER"
REMEDIES: dict[Reason, str] = {
    "switched_off": f"Unset PYTHONDONTWRITEBYTECODE, or compile once with: {COMPILE}",
    "read_only": f"Compile while the folder can be written ({COMPILE}, in the image), "
    "or set PYTHONPYCACHEPREFIX to a folder that can be written",
    "missing": "The next start writes it; where every start is the first one (CI, containers), "
    f"keep __pycache__ or compile with: {COMPILE}",
    "stale": "The next start writes it anew; where a checkout changes the times of files, compile with: "
    f"{COMPILE} --invalidation-mode checked-hash",
    "pytest_missing": "The next pytest run writes them; in CI, keep the __pycache__ folders of the tests",
}
SENTENCES: dict[Reason, str] = {
    "switched_off": "PYTHONDONTWRITEBYTECODE is set and {count} without valid bytecode: compiled each time",
    "read_only": "{count} without valid bytecode in folders that cannot be written: compiled at every start",
    "missing": "{count} without bytecode",
    "stale": "{count} with bytecode that does not fit the source",
    "pytest_missing": "{count} without a file rewritten by pytest: assertions are rewritten while collecting",
}


def bytecode_file(source: Path, tag: str, prefix: str | None) -> Path:
    """Return where CPython (or pytest, by its own tag) keeps the bytecode of a source file."""
    if prefix:
        return Path(prefix, *source.parent.parts[1:], f"{source.stem}.{tag}.pyc")
    return source.parent / "__pycache__" / f"{source.stem}.{tag}.pyc"


def bytecode_state(source: Path, bytecode: Path, magic: str) -> State:
    """Compare a bytecode file with its source as CPython does; one with a hash counts as valid."""
    try:
        with bytecode.open("rb") as file:
            header = file.read(HEADER)
        status = source.stat()
    except OSError:
        return "missing" if can_write(bytecode.parent) else "read_only"
    expected = int(status.st_mtime) & 0xFFFFFFFF, status.st_size & 0xFFFFFFFF
    found = int.from_bytes(header[8:12], "little"), int.from_bytes(header[12:16], "little")
    by_hash = bool(header[4:5] and header[4] & 1)
    if len(header) == HEADER and header[:4].hex() == magic and (by_hash or found == expected):
        return "valid"
    return "stale" if can_write(bytecode.parent) else "read_only"


def can_write(folder: Path) -> bool:
    """Say whether a folder, or the nearest one above it that exists, can be written."""
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    return os.access(folder, os.W_OK)


def examine(
    modules: Iterable[ModuleTiming], interpreter: Interpreter, env: Mapping[str, str], root: Path
) -> tuple[BytecodeAdvice, ...]:
    """Say which modules run without bytecode in the user's own settings, not in those of the measurement.

    Args:
        modules: Measured modules, with cold times where the loss is to be known.
        interpreter: The target's.
        env: The environment as the user has it.
        root: What relative paths are relative to.
    """
    found: dict[Reason, list[ModuleTiming]] = {}
    for module in modules:
        reason = reason_for(module, interpreter, env, root)
        if reason is not None:
            found.setdefault(reason, []).append(module)
    return tuple(advise(reason, found[reason]) for reason in REMEDIES if reason in found)


def reason_for(
    module: ModuleTiming, interpreter: Interpreter, env: Mapping[str, str], root: Path
) -> Reason | None:
    """Say why one module has no bytecode to run from, if it has none."""
    if module.path is None or not module.path.endswith(".py"):
        return None
    rewritten = module.how.startswith("rewritten")
    tag = interpreter.pytest_tag if rewritten and interpreter.pytest_tag else interpreter.cache_tag
    source = (root / module.path).resolve()
    state = bytecode_state(
        source, bytecode_file(source, tag, env.get("PYTHONPYCACHEPREFIX")), interpreter.magic
    )
    if state == "valid":
        return None
    if env.get("PYTHONDONTWRITEBYTECODE"):
        return "switched_off"
    return "pytest_missing" if rewritten and state == "missing" else state


def advise(reason: Reason, modules: list[ModuleTiming]) -> BytecodeAdvice:
    """Put one reason and its cost into words."""
    lost = None
    if all(module.cold_us is not None for module in modules):
        lost = max(sum((module.cold_us or 0) - module.self_us for module in modules), 0)
    count = "1 module" if len(modules) == 1 else f"{len(modules)} modules"
    return BytecodeAdvice(
        reason=reason,
        modules=len(modules),
        lost_us=lost,
        message=SENTENCES[reason].format(count=count),
        remedy=REMEDIES[reason],
    )
