"""Layouts of files: what is not edited keeps every byte, and a second run finds nothing to do."""

import ast
import re

import pytest
from fix_programs import edit
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from importgraph.edits.changes import plan
from importgraph.edits.identity import named
from importgraph.fixes.model import Applicability, Fix, Form
from importgraph.fixes.rewriting.rewrite import Refused, rewrite

hypothesmith = pytest.importorskip("hypothesmith", reason="hypothesmith makes the programs")

HEAD = "import zz_one\nfrom zz_pack import zz_two  # kept with it\n"
TAIL = "\n\ndef zz_use():\n    return zz_one, zz_two\n"
EDITS = (
    ("import zz_one", "zz_one"),
    ("from zz_pack import zz_two", "zz_two"),
)


def edits_of(program: str, form: Form):
    lines = re.split(r"\r\n|\r|\n", program)
    for statement, bound in EDITS:
        line = next(n for n, one in enumerate(lines, 1) if one.removeprefix("\ufeff").startswith(statement))
        yield edit(line, statement, bound, "zz_use", form=form)


def others(text: str):
    """The lines that no edit is about."""
    lines = re.findall(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+", text.removeprefix("\ufeff"))
    return [line for line in lines if line.strip() not in HEAD.split("\n")[:2]]


def bindings(tree: ast.Module) -> set[str]:
    return {n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}


programs = hypothesmith.from_node()


@settings(max_examples=4, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
@given(programs, st.sampled_from(["\n", "\r\n"]), st.sampled_from(["", "\ufeff"]), st.booleans())
def test_any_program_keeps_what_is_not_edited(body, end, mark, final):
    if "zz_" in body or "\0" in body or body.lstrip().startswith(("from __future__", "lazy")):
        return
    plain = (HEAD + body.replace("\r\n", "\n").replace("\r", "\n") + TAIL).replace("\n", end)
    program = mark + (plain if final else plain.rstrip("\r\n"))
    edits = list(edits_of(program, Form.FUNCTIONS))
    after = rewrite(program, edits)
    if isinstance(after, Refused):
        return  # such as a program that shares the line, or that no host parses
    assert others(after) == others(program)
    assert bindings(ast.parse(after.removeprefix("\ufeff"))) >= bindings(
        ast.parse(program.removeprefix("\ufeff"))
    )
    assert isinstance(rewrite(after, edits), Refused)


LAYOUTS = {
    "crlf": b"import zz_one\r\n\r\ndef zz_use():\r\n\treturn zz_one\r\n",
    "old mac": b"import zz_one\r\rdef zz_use():\r    return zz_one\r",
    "tabs": b"import zz_one\n\ndef zz_use():\n\twith zz_use():\n\t\treturn zz_one\n",
    "mark": b"\xef\xbb\xbfimport zz_one\n\ndef zz_use():\n    return zz_one\n",
    "latin-1": b"# -*- coding: latin-1 -*-\nimport zz_one\nx = '\xe9'\n\ndef zz_use():\n    return zz_one, '\xe4'\n",  # noqa: E501
    "second line": b"#!/usr/bin/python\r\n# vim: set fileencoding=cp1252 :\r\nimport zz_one\r\nx = '\x80'\r\n"
    b"\r\ndef zz_use():\r\n    '\x9c'\r\n    return zz_one\r\n",
    "form feeds": b"\x0c\nimport zz_one\n\x0c\n\x0cdef zz_use():\n    return zz_one\n\x0c",
    "no end": b"import zz_one\n\ndef zz_use():\n    return zz_one",
    "long": b"import zz_one\n\ndef zz_use():\n    return zz_one\n" + b"x = 1\n" * 20_000,
}


@pytest.mark.parametrize("name", LAYOUTS)
@pytest.mark.parametrize("form", [Form.FUNCTIONS, Form.LAZY])
def test_layouts_keep_every_byte_outside_the_edit(open_files, name, form):
    before = LAYOUTS[name]
    project = open_files({"m.py": before})
    line = re.split(rb"\r\n|\r|\n", before.removeprefix(b"\xef\xbb\xbf")).index(b"import zz_one") + 1
    made = edit(line, "import zz_one", "zz_one", "zz_use", form=form)
    fix = Fix("F1", "lazy-imports", "t", (), 1, 1, Applicability.SAFE, (), (), (made,))
    (change,) = plan(project.root, named([fix]), project.read_text).changes
    end = b"\r\n" if b"\r\n" in before else b"\r" if b"\r" in before else b"\n"
    if form is Form.LAZY:
        expected = before.replace(b"import zz_one", b"lazy import zz_one", 1)
    else:
        indent = b"\t" if b"\t" in before else b"    "
        head = b"def zz_use():" + end + (indent + b"'\x9c'" + end if b"'\x9c'" in before else b"")
        moved = before.replace(b"import zz_one" + end, b"", 1)
        expected = moved.replace(head, head + indent + b"import zz_one" + end, 1)
    assert change.after == expected
    assert name != "latin-1" or b"\xe9" in change.diff.encode("utf-8", "surrogateescape")
