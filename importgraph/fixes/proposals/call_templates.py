"""The arguments of a migrated call, by a template over those of the old one.

A template is what stands between the parentheses of the new call. `{*}` is all arguments that no other field
takes, as they are written; `{0}` the first positional one, `{host}` the one given by that keyword, `{0|host}`
either; `{db?}` may be absent, and then the argument that it stands in is left out.
"""

import ast
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from importgraph.fixes.texts.source_text import Unusual

_FIELD = re.compile(r"\{([\w|*]+)(\??)\}")
ALL = "{*}"


@dataclass(frozen=True, slots=True)
class Given:
    """An argument of a call as it is written."""

    names: tuple[str, ...]
    """What fields call it: its position, its keyword."""
    value: str
    whole: str
    """With its keyword or stars."""
    starred: bool


def given_to(call: ast.Call, written: Callable[[ast.expr], str]) -> tuple[Given, ...]:
    """Return the arguments of a call in the order they are written: positional ones, then keywords."""
    found = []
    for number, argument in enumerate(call.args):
        starred = isinstance(argument, ast.Starred)
        value = written(argument)
        found.append(Given(() if starred else (str(number),), value, value, starred))
    for keyword in call.keywords:
        value = written(keyword.value)
        whole = f"{keyword.arg}={value}" if keyword.arg else f"**{value}"
        found.append(Given((keyword.arg,) if keyword.arg else (), value, whole, not keyword.arg))
    return tuple(found)


def filled(template: str, given: Sequence[Given]) -> str | Unusual:
    """Return the arguments of the new call, or why the template does not fit the old one."""
    parts = _parts(template)
    taken: list[Given] = []
    if any(one.starred for one in given) and template.strip() != ALL:
        return Unusual("it passes a computed number of arguments")
    done: list[str | None] = []
    for part in parts:
        made = _part(part, given, taken)
        if isinstance(made, Unusual):
            return made
        done.append(made)
    rest = [one.whole for one in given if one not in taken]
    if rest and ALL not in parts:
        return Unusual(f"the template has no place for `{rest[0]}`")
    words = [", ".join(rest) if part == ALL else made for part, made in zip(parts, done, strict=True)]
    return ", ".join(word for word in words if word)


def _parts(template: str) -> list[str]:
    """Split a template at the commas outside of brackets."""
    parts, depth, start = [], 0, 0
    for place, letter in enumerate(template):
        depth += (letter in "([{") - (letter in ")]}")
        if letter == "," and depth == 0:
            parts.append(template[start:place].strip())
            start = place + 1
    return [part for part in (*parts, template[start:].strip()) if part]


def _part(part: str, given: Sequence[Given], taken: list[Given]) -> str | Unusual | None:
    """Fill one argument of a template; None where it is to be left out."""
    for name, optional in _FIELD.findall(part):
        if name == "*":
            continue
        found = next((one for one in given if set(one.names) & set(name.split("|"))), None)
        if found is None:
            return None if optional else Unusual(f"it has no argument `{name}`")
        taken.append(found)
        part = part.replace(f"{{{name}{optional}}}", found.value)
    return part
