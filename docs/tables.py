"""Tables of the documentation, made from the code that they describe."""

import ast
import inspect
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import MISSING, dataclass, fields
from enum import EnumType
from pathlib import Path
from types import ModuleType, NoneType
from typing import Any, get_args, get_type_hints

from typer.models import ArgumentInfo

from importgraph import config
from importgraph.cli import app
from importgraph.findings.rules import RULES
from importgraph.regressions import gates

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True, slots=True)
class Parameter:
    """An argument or option of a command."""

    names: tuple[str, ...]
    """As they are written; none for an argument."""
    value: str
    """What it takes, in code; empty for a flag."""
    help: str


def commands() -> Mapping[str, Callable[..., None]]:
    """Return the functions of the commands by name, in the order of `importgraph --help`."""
    found = (one.callback for one in app.registered_commands if not one.hidden)
    return {one.__name__: one for one in found if one is not None}


def parameters(command: Callable[..., None]) -> Iterator[Parameter]:
    """Yield the arguments and options of a command, in their order."""
    for name, hint in get_type_hints(command, include_extras=True).items():
        infos = [one for one in getattr(hint, "__metadata__", ()) if hasattr(one, "param_decls")]
        if infos:
            plain = [one for one in get_args(get_args(hint)[0]) or [get_args(hint)[0]] if one is not NoneType]
            yield _parameter(name, infos[0], plain[0])


def _parameter(name: str, info: Any, kind: Any) -> Parameter:
    said = info.help or ""
    if isinstance(info, ArgumentInfo):
        return Parameter((), f"`{info.metavar or name.upper()}`", said)
    first = (info.default,) if isinstance(info.default, str) else ()  # as typer reads `Annotated`
    said_names = (*first, *(info.param_decls or ())) or (f"--{name.replace('_', '-')}",)
    names = tuple(part for one in said_names for part in one.split("/"))
    if kind is bool:
        return Parameter(names, "", said)
    if isinstance(kind, EnumType):
        return Parameter(names, " ".join(f"`{one.value}`" for one in kind), said)
    return Parameter(names, f"`{info.metavar or ('N' if kind in {int, float} else 'FILE')}`", said)


def command_table(_: str) -> str:
    """Return all commands, each with its first sentence and a link to its page beside."""
    rows = [
        f"| [`{name}`]({name}.md) | {_cell((one.__doc__ or '').strip().partition(chr(10))[0])} |"
        for name, one in commands().items()
    ]
    return "\n".join(["", "| command | does |", "| --- | --- |", *rows, ""])


def option_table(name: str) -> str:
    """Return the arguments and options of a command."""
    rows = []
    for one in parameters(commands()[name]):
        written = ", ".join(f"`{part}`" for part in one.names)
        rows.append(f"| {' '.join(filter(None, (written, _cell(one.value))))} | {_cell(one.help)} |")
    return "\n".join(["", "| option | means |", "| --- | --- |", *rows, ""])


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|").replace("<", "&lt;")


def rule_pages(_: str) -> str:
    """Return all rules, as `importgraph explain` has them."""
    parts = [""]
    for rule in RULES:
        parts += [
            f"## {rule.code} {rule.name} {{ #{rule.code.lower()} }}",
            rule.summary,
            rule.why,
            f'```python title="found"\n{rule.bad}\n```',
            f'```python title="better"\n{rule.good}\n```',
        ]
    return "\n\n".join(parts) + "\n"


def rule_table(_: str) -> str:
    """Return one line for each rule."""
    rows = [
        f"| [{rule.code}](#{rule.code.lower()}) | {rule.name} | {_cell(rule.summary)} |" for rule in RULES
    ]
    return "\n".join(["", "| code | rule | finds |", "| --- | --- | --- |", *rows, ""])


def settings_table(_: str) -> str:
    """Return the settings of `[tool.importgraph]`."""
    return _keys(config, config.Config, config.SHAPES)


def gates_table(_: str) -> str:
    """Return the settings of `[tool.importgraph.check]`."""
    return _keys(gates, gates.Gates, {name: shape for name, (_, shape) in gates.READERS.items()})


def _keys(module: ModuleType, settings: type, shapes: Mapping[str, str]) -> str:
    said = _documented(module, settings.__name__)
    rows = [
        f"| `{name.replace('_', '-')}` | {_cell(shapes[name])} | {default} | {_cell(said.get(name, ''))} |"
        for name, default in ((one.name, _default(one)) for one in fields(settings))
    ]
    return "\n".join(["", "| key | is | default | means |", "| --- | --- | --- | --- |", *rows, ""])


def _default(field: Any) -> str:
    value = None if field.default is MISSING else field.default
    if field.name == "platform":
        return "this machine's"
    if field.name == "ratchet":
        return ", ".join(f"`{one}`" for one in value)
    return f"`{value}`" if value not in ((), "", None) else ""


def _documented(module: ModuleType, name: str) -> Mapping[str, str]:
    """Return the sentences below the fields of a class."""
    tree = ast.parse(inspect.getsource(module))
    (found,) = [node for node in tree.body if isinstance(node, ast.ClassDef) and node.name == name]
    said = {}
    for field, text in zip(found.body, found.body[1:], strict=False):
        if (
            isinstance(field, ast.AnnAssign)
            and isinstance(text, ast.Expr)
            and isinstance(text.value, ast.Constant)
        ):
            said[ast.unparse(field.target)] = str(text.value.value)
    return said


def action_table(_: str) -> str:
    """Return the inputs of the GitHub action."""
    text = (ROOT / "action.yml").read_text(encoding="utf-8")
    inputs = text.partition("\ninputs:\n")[2].partition("\nruns:\n")[0]
    found = re.findall(r"^  (\w+):\n    description: (.*)\n    default: (.*)$", inputs, re.MULTILINE)
    rows = [f"| `{name}` | {_cell(said)} | `{default.strip()}` |" for name, said, default in found]
    return "\n".join(["", "| input | means | default |", "| --- | --- | --- |", *rows, ""])


def hook_table(_: str) -> str:
    """Return the pre-commit hooks there are."""
    text = (ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8")
    found = re.findall(r"^- id: (.*)\n  name: .*\n  description: (.*)$", text, re.MULTILINE)
    rows = [f"| `{name}` | {_cell(said)} |" for name, said in found]
    return "\n".join(["", "| hook | does |", "| --- | --- |", *rows, ""])


TABLES: Mapping[str, Callable[[str], str]] = {
    "commands": command_table,
    "options": option_table,
    "rules": rule_pages,
    "rulelist": rule_table,
    "settings": settings_table,
    "gates": gates_table,
    "action": action_table,
    "hooks": hook_table,
}
