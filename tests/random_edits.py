"""Random edits of Python files, as people make them: small, mostly inside functions, sometimes fatal."""

import ast
import random
import re
from collections.abc import Callable

_NUMBER = re.compile(r"(?<![\w.])\d+(?![\w.])")
_HEAD = re.compile(r"(?m)^( *def \w+)\(([^()*/\n]*)\)(.*:)$")
_EXTERNAL = (
    "import string",
    "import json as j_{n}",
    "from collections import OrderedDict",
    "import yaml_{n}",
)


def edit_text(text: str, chance: random.Random) -> tuple[str, str]:
    """Return a text that was edited, and what was done."""
    for _ in range(20):
        how = chance.choices(list(EDITS), [weight for _, weight in EDITS.values()])[0]
        edited = EDITS[how][0](text, chance)
        if edited != text:
            return edited, how
    return text + "\n# end\n", "comment"


def _statements(text: str, kinds: tuple[type[ast.AST], ...]) -> list[ast.stmt]:
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError):
        return []
    return [node for node in ast.walk(tree) if isinstance(node, kinds) and isinstance(node, ast.stmt)]


def _insert(text: str, line: int, added: str, indent: int) -> str:
    lines = text.splitlines(keepends=True)
    block = "".join(" " * indent + one + "\n" for one in added.splitlines())
    return "".join([*lines[: line - 1], block, *lines[line - 1 :]])


def _before_some(text: str, chance: random.Random, kinds: tuple[type[ast.AST], ...], added: str) -> str:
    found = [node for node in _statements(text, kinds) if not getattr(node, "decorator_list", ())]
    if not found:
        return text
    node = chance.choice(found)
    return _insert(text, node.lineno, added, node.col_offset)


def _inside(text: str, chance: random.Random, added: str) -> str:
    functions = _statements(text, (ast.FunctionDef, ast.AsyncFunctionDef))
    if not functions:
        return text
    node = chance.choice(functions)
    first = node.body[0] if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) else node
    if first.lineno == node.lineno or getattr(first, "decorator_list", ()):
        return text
    return _insert(text, first.lineno, added, first.col_offset)


def _without(text: str, chance: random.Random, kinds: tuple[type[ast.AST], ...]) -> str:
    found = _statements(text, kinds)
    if not found:
        return text
    node = chance.choice(found)
    lines = text.splitlines(keepends=True)
    first = min([node.lineno, *[one.lineno for one in getattr(node, "decorator_list", ())]])
    gone = " " * node.col_offset + "pass\n"
    return "".join([*lines[: first - 1], gone, *lines[node.end_lineno or first :]])


def _number(text: str, chance: random.Random) -> str:
    found = list(_NUMBER.finditer(text))
    if not found:
        return text
    one = chance.choice(found)
    return text[: one.start()] + str(chance.randint(0, 99)) + text[one.end() :]


def _renamed(text: str, chance: random.Random) -> str:
    found = _statements(text, (ast.FunctionDef, ast.ClassDef))
    if not found:
        return text
    node = chance.choice(found)
    name = getattr(node, "name", "")
    return re.sub(rf"\b{name}\b", f"{name}_renamed", text, count=chance.choice((1, 0)))


def _parameter(text: str, chance: random.Random) -> str:
    """Give a function one parameter more, before or behind the others, with or without a default."""
    found = list(_HEAD.finditer(text))
    if not found:
        return text
    one = chance.choice(found)
    comma = ", " if one[2] else ""
    added = chance.choice((f"more{comma}{one[2]}", f"{one[2]}{comma}more: int = {chance.randint(0, 9)}"))
    return text[: one.start()] + f"{one[1]}({added}){one[3]}" + text[one.end() :]


def _imported_names(text: str) -> list[str]:
    return [
        f"from {'.' * node.level}{node.module or ''} import {alias.name}"
        for node in _statements(text, (ast.ImportFrom,))
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    ]


def _again(text: str, chance: random.Random, *, inside: bool) -> str:
    """Import something of the tree once more, or under another name."""
    found = _imported_names(text)
    if not found:
        return text
    added = chance.choice(found)
    if not added.endswith("*") and chance.random() < 0.5:
        added = chance.choice((added + "_gone", f"{added} as again_{chance.randint(0, 99)}"))
    if inside:
        return _inside(text, chance, added)
    return text.rstrip("\n") + f"\n{added}\n"


def _called(text: str, chance: random.Random) -> str:
    functions = [
        node.name
        for node in _statements(text, (ast.FunctionDef,))
        if isinstance(node, ast.FunctionDef) and node.col_offset == 0
    ]
    return text.rstrip("\n") + f"\n{chance.choice(functions)}()\n" if functions else text


def _tried(text: str, chance: random.Random) -> str:
    found = _imported_names(text)
    added = chance.choice(found) if found else "import maybe_there"
    return text.rstrip("\n") + f"\ntry:\n    {added}\nexcept ImportError:\n    pass\n"


def _external(chance: random.Random) -> str:
    return chance.choice(_EXTERNAL).format(n=chance.randint(0, 99))


_SIMPLE = (ast.Assign, ast.Expr, ast.Return, ast.If, ast.For, ast.FunctionDef)
_IMPORTS = (ast.Import, ast.ImportFrom)
_Edit = Callable[[str, random.Random], str]
EDITS: dict[str, tuple[_Edit, int]] = {
    "comment at the end": (lambda text, _: text + "\n# more\n", 4),
    "comment somewhere": (lambda text, c: _before_some(text, c, _SIMPLE, "# a comment"), 6),
    "blank line at the top": (lambda text, _: "\n" + text, 2),
    "statement in a function": (lambda text, c: _inside(text, c, "extra = helper(1)\nextra.go()"), 8),
    "another number": (_number, 4),
    "name at the end": (lambda text, c: text.rstrip("\n") + f"\nname_{c.randint(0, 99)} = 1\n", 3),
    "function at the end": (
        lambda text, c: text.rstrip("\n") + f"\n\ndef made_{c.randint(0, 99)}(a):\n    return a.b()\n",
        3,
    ),
    "class at the end": (
        lambda text, c: (
            text.rstrip("\n")
            + f"\n\nclass Made{c.randint(0, 99)}:\n    @property\n    def one(self):\n        other()\n"
        ),
        2,
    ),
    "method": (
        lambda text, c: _before_some(text, c, (ast.FunctionDef,), "def method_made(self):\n    pass"),
        3,
    ),
    "parameter": (_parameter, 4),
    "external import at the end": (lambda text, c: text.rstrip("\n") + f"\n{_external(c)}\n", 3),
    "external import before something": (lambda text, c: _before_some(text, c, _IMPORTS, _external(c)), 3),
    "external import in a function": (lambda text, c: _inside(text, c, _external(c)), 2),
    "import of the tree again": (lambda text, c: _again(text, c, inside=False), 4),
    "import of the tree in a function": (lambda text, c: _again(text, c, inside=True), 3),
    "import removed": (lambda text, c: _without(text, c, _IMPORTS), 4),
    "statement removed": (lambda text, c: _without(text, c, _SIMPLE), 4),
    "name changed": (_renamed, 3),
    "call at the end": (_called, 2),
    "import that may fail": (_tried, 2),
    "__all__": (lambda text, _: text.rstrip("\n") + '\n__all__ = ["one", "two"]\n', 1),
    "__getattr__": (lambda text, _: text.rstrip("\n") + "\ndef __getattr__(name):\n    import os\n", 1),
    "broken": (lambda text, _: text + "\ndef (:\n", 1),
    "emptied": (lambda _text, _: "", 1),
}
"""By what is done, how, and how often it is among all edits."""
