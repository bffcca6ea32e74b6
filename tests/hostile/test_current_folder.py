"""A checkout that holds modules named like ours, our libraries and Python's own: none of them is imported."""

import subprocess
import sys
from pathlib import Path

import pytest

TRAP = "from pathlib import Path\nPath(__file__).with_name('EXECUTED').touch()\n"
NAMES = ("typer", "msgspec", "rich", "click", "networkx", "grimp", "tomllib", "binascii", "sqlite3", "json")
STARTS = [[sys.executable, "-m", "importgraph"], [str(Path(sys.executable).with_name("importgraph"))]]


@pytest.fixture
def trap(write_project):
    names = [*NAMES, "sitecustomize", "usercustomize", "conftest", "setup", "importgraph_plugin"]
    return write_project({f"{name}.py": TRAP for name in names} | {"a.py": "import typer\n", "test_a.py": ""})


@pytest.mark.parametrize("start", STARTS)
@pytest.mark.parametrize("command", ["graph", "collect", "analyze"])
def test_nothing_of_the_current_folder_is_imported(trap, start, command):
    if not Path(start[0]).exists():
        pytest.skip("the console script is not installed")
    done = subprocess.run([*start, command, "--no-cache", "-q"], cwd=trap, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    assert not (trap / "EXECUTED").exists()
