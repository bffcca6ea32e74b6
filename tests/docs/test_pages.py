"""The documentation names everything there is, and nothing else."""

import re
import tomllib
from dataclasses import fields
from pathlib import Path

import pytest
import typer
from generate import DOCS, pages, tables_of

from importgraph.cli import app
from importgraph.config import Config
from importgraph.findings.rules import RULES
from importgraph.regressions.gates import Gates, parse_gates

ROOT = Path(__file__).parents[2]
COMMANDS = typer.main.get_command(app).commands
PAGES = [page.relative_to(DOCS).as_posix() for page in pages()]
OURS = re.compile(r"(?:^|[ $\"/])importgraph ([a-z]+)((?: (?!&&|\||#)(?:\"[^\"]*\"|\S+))*)")


def read(page):
    return (DOCS / page).read_text(encoding="utf-8")


@pytest.mark.parametrize("page", PAGES)
def test_tables_are_current(page):
    assert tables_of(read(page)) == read(page), "run python docs/generate.py"


def test_every_page_is_in_the_navigation_once():
    listed = re.findall(
        r"^ +- (?:.*: )?(\S+\.md)$", (ROOT / "mkdocs.yml").read_text(encoding="utf-8"), re.MULTILINE
    )
    assert sorted(listed) == sorted(PAGES)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_a_page_with_all_its_options(name):
    text = read(f"commands/{name}.md")
    for parameter in COMMANDS[name].params:
        for option in parameter.opts if parameter.param_type_name == "option" else ():
            assert f"`{option}`" in text, f"{name} {option}"
    assert f"]({name}.md)" in read("commands/index.md")
    assert f"commands/{name}.md" in (ROOT / "mkdocs.yml").read_text(encoding="utf-8")


def test_what_every_command_has_is_said_once():
    text = read("commands/index.md")
    for option in ("--help", "--version", "--install-completion", "--show-completion"):
        assert option in text


@pytest.mark.parametrize("page", [*PAGES, "../README.md"])
def test_commands_and_options_in_code_exist(page):
    """What stands in a block or between backquotes, up to a pipe or a second command."""
    text = read(page)
    blocks = re.findall(r"```(?:sh|text|yaml|toml)\n(.*?)```", text, re.DOTALL)
    spans = re.findall(r"(?<!`)`([^`\n]+)`(?!`)", re.sub(r"```.*?```", "", text, flags=re.DOTALL))
    for line in [line for block in blocks for line in block.split("\n")] + spans:
        for name, rest in OURS.findall(line):
            assert name in COMMANDS, f"{page}: {line}"
            known = {option for parameter in COMMANDS[name].params for option in parameter.opts}
            for option in re.findall(r"(?<!\S)--?[a-z0-9][a-z0-9-]*(?![\w.])", re.sub(r'"[^"]*"', "", rest)):
                assert option in known, f"{page}: {line}"


def test_every_rule_has_its_examples():
    text = read("rules.md")
    for rule in RULES:
        assert f"## {rule.code} {rule.name} " in text
        assert rule.bad in text
        assert rule.good in text


@pytest.mark.parametrize("settings", [Config, Gates])
def test_every_setting_is_explained(settings):
    for field in fields(settings):
        key = field.name.replace("_", "-")
        (row,) = re.findall(rf"^\| `{key}` \|(.*)\|$", read("settings.md"), re.MULTILINE)
        shape, _, means = (cell.strip() for cell in row.split(" | "))
        assert shape, key
        assert means, key


def test_the_settings_shown_are_all_there_are_and_can_be_read():
    tables = [
        tomllib.loads(text) for text in re.findall(r"```toml\n(.*?)```", read("settings.md"), re.DOTALL)
    ]
    shown, gates = (table["tool"]["importgraph"] for table in tables)
    assert {field.name.replace("_", "-") for field in fields(Config)} == shown.keys()
    assert parse_gates(gates["check"]).max_modules == {"app.main": 400}


def test_the_action_and_the_hooks_are_explained():
    text = read("ci.md")
    action, hooked = (
        (ROOT / name).read_text(encoding="utf-8") for name in ("action.yml", ".pre-commit-hooks.yaml")
    )
    inputs = re.findall(r"^  (\w+):\n    description", action, re.MULTILINE)
    hooks = re.findall(r"^- id: (\S+)", hooked, re.MULTILINE)
    assert inputs
    assert hooks
    for name in (*inputs, *hooks):
        assert f"| `{name}` |" in text
    assert hooks == re.findall(r"^ +- id: (importgraph-\S+)", text, re.MULTILINE)


def test_no_page_shows_a_path_of_some_machine():
    for page in PAGES:
        assert not re.search(r"(?<![\w.])/(?:home|root|work|tmp|Users)/", read(page)), page
