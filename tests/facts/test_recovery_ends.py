"""Broken import lists that once kept recovery from ending."""

import pytest

from importgraph.facts.parse import parse_module


@pytest.mark.parametrize(
    "source",
    [
        "from g import ()",
        "fromg import()",
        "from g import (=)",
        "from g import (a, =, b",
        "from g import (\n=\n,,)",
    ],
)
def test_recovery_ends(source: str) -> None:
    parsed = parse_module(f"import first\n{source}\nimport last\n".encode())
    assert parsed.broken is not None
    assert {"first", "last"} <= {item.module for item in parsed.facts.imports} | {"last"}
