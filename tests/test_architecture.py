"""The shape of the code and its start-up, guarded by tests."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
HEAVY = {
    "networkx",
    "libcst",
    "graphviz",
    "grimp",
    "wasmtime",
    "tree_sitter",
    "rich.table",
    "importgraph.facts.scan",
}


def run(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    return done.stdout


def test_layers_hold() -> None:
    done = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("arguments", [["--help"], ["--version"]])
def test_start_up_loads_nothing_heavy(arguments: list[str]) -> None:
    code = (
        "import sys\n"
        f"sys.argv = ['importgraph', *{arguments!r}]\n"
        "from importgraph.cli import app\n"
        "try:\n    app()\nexcept SystemExit:\n    pass\n"
        f"print('loaded:', sorted({HEAVY!r} & set(sys.modules)))\n"
    )
    # typer itself draws its help with rich tables
    allowed = "loaded: ['rich.table']" if arguments == ["--help"] else "loaded: []"
    assert run(code).splitlines()[-1] == allowed


def test_static_commands_never_import_what_they_analyse(tmp_path: Path) -> None:
    package = tmp_path / "trap"
    package.mkdir()
    (package / "__init__.py").write_text(
        "open('sprung', 'w').close()\nraise SystemExit(9)\n", encoding="utf-8"
    )
    (package / "a.py").write_text("import trap\n", encoding="utf-8")
    command = [sys.executable, "-m", "importgraph", "analyze", ".", "--no-cache"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert not (tmp_path / "sprung").exists()


def test_ci_runs_the_test_command_of_the_readme() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    command = next(line for line in readme.splitlines() if "-m pytest" in line)
    assert command in script.splitlines()


def test_the_readme_is_short_and_its_links_lead_somewhere() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    links = re.findall(r"\]\(([^)#]+)\)", readme)
    assert len(readme.splitlines()) < 100
    assert any(link.endswith(".png") for link in links)
    assert [link for link in links if not (ROOT / link).is_file()] == []


def test_patterns_hold_on_every_patch_release() -> None:
    """Possessive repeats of groups match wrongly before Python 3.11.5 (gh-106052)."""
    possessive = re.compile(r"""\)[*+?]\+|GAP \+ rb?"[*+?]\+""")
    found = [
        f"{path.relative_to(ROOT)}: {line.strip()}"
        for path in (ROOT / "importgraph").rglob("*.py")
        for line in path.read_text(encoding="utf-8").splitlines()
        if possessive.search(line) and not line.lstrip().startswith("#")
    ]
    assert found == []
