"""What CI systems are told to run exists: commands, options, hooks."""

import re
import tomllib
from pathlib import Path

import pytest
import typer

from importgraph.cli import app
from importgraph.findings.own_rules.model import parse_rules

ROOT = Path(__file__).parent.parent
FILES = [".pre-commit-hooks.yaml", "action.yml", "docs/ci.md"]


def options():
    found = {}
    for name, command in typer.main.get_command(app).commands.items():
        found[name] = {text for parameter in command.params for text in parameter.opts}
    return found


@pytest.mark.parametrize("name", FILES)
def test_commands_and_options_exist(name):
    known = options()
    text = (ROOT / name).read_text(encoding="utf-8")
    for command, rest in re.findall(
        r"\bimportgraph(?:\" )? ?(check|baseline|diff|affected)\b([^`\n]*)", text
    ):
        for option in re.findall(r"(?<!\S)--[a-z-]+", rest):
            assert option in known[command], f"{name}: {command} {option}"
    if name == "action.yml":
        for option in re.findall(r"--(?:against|strict|format|output)\b", text):
            assert option in known["check"]


def test_the_action_uses_each_of_its_inputs():
    text = (ROOT / "action.yml").read_text(encoding="utf-8")
    declared = re.findall(r"^  (\w+):\n    description", text, re.MULTILINE)
    assert declared
    assert all(f"${{{{ inputs.{name} }}}}" in text for name in declared)


def test_the_rules_of_the_documentation_can_be_read():
    text = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    tables = [tomllib.loads(block) for block in re.findall(r"```toml\n(.*?)```", text, re.DOTALL)]
    (rules,) = [found["rules"] for table in tables if "rules" in (found := table["tool"]["importgraph"])]
    assert [rule.code for rule in parse_rules(rules)] == ["APP001"]
