"""Baseline files: a digest as JSON, sorted and stable."""

from pathlib import Path
from typing import Any

import msgspec

from importgraph.errors import UsageError
from importgraph.files import read_file
from importgraph.regressions.model import SCHEMA, Digest
from importgraph.storage import write_whole

DEFAULT_NAME = "importgraph-baseline.json"
_SCHEMA_NAME = "importgraph/baseline/"
_AGAIN = "Delete it, and save a new one with `importgraph baseline`."


def dump_baseline(digest: Digest) -> str:
    """Render a digest: the same bytes for the same digest, one identity a line so that it merges well."""
    document = {"schema": f"{_SCHEMA_NAME}{SCHEMA}", **msgspec.to_builtins(digest, enc_hook=dict)}
    return msgspec.json.format(msgspec.json.encode(document), indent=1).decode() + "\n"


def load_baseline(path: Path) -> Digest:
    """Read a baseline file.

    Raises:
        UsageError: If there is none, if it is not a baseline, or if a newer importgraph wrote it.
    """
    try:
        data = read_file(path)
    except FileNotFoundError as error:
        raise UsageError(f"There is no baseline {path}.", "Save one with `importgraph baseline`.") from error
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror or error}.") from error
    try:
        document: Any = msgspec.json.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise UsageError(f"{path} is not JSON: {error}.", _AGAIN) from error
    _check_schema(document, path)
    try:
        return msgspec.convert(document, Digest)
    except msgspec.ValidationError as error:
        raise UsageError(f"{path} does not hold what a baseline holds: {error}.", _AGAIN) from error


def _check_schema(document: Any, path: Path) -> None:
    name = document.get("schema") if isinstance(document, dict) else None
    version = name.removeprefix(_SCHEMA_NAME) if isinstance(name, str) else ""
    if not isinstance(name, str) or not name.startswith(_SCHEMA_NAME) or not version.isdecimal():
        raise UsageError(f"{path} is not a baseline of importgraph.", _AGAIN)
    if int(version) > SCHEMA:
        raise UsageError(
            f"{path} was written by a newer importgraph (schema {version}; this one reads up to {SCHEMA}).",
            "Update importgraph, or delete the file and save a new one.",
        )
    if int(version) < SCHEMA:
        raise UsageError(f"{path} has the old schema {version}.", _AGAIN)


def write_baseline(digest: Digest, path: Path) -> None:
    """Write a baseline file, whole or not at all.

    Raises:
        UsageError: If it cannot be written.
    """
    try:
        write_whole(path, dump_baseline(digest).encode())
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror or error}.") from error
