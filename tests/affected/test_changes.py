import pytest

from importgraph.affected.changes import changed_modules

FILES = {
    "app/__init__.py": "",
    "app/core.py": "",
    "app/data/words.txt": "",
    "tests/test_core.py": "",
    "tests/golden/a.json": "",
    "docs/index.md": "",
}


@pytest.mark.parametrize(
    ("path", "modules"),
    [
        ("app/core.py", ["app.core"]),
        ("app/data/words.txt", ["app", "app.core"]),
        ("app/_speed.pyx", ["app", "app.core"]),
        ("app/data/new/deep.bin", ["app", "app.core"]),
        ("tests/golden/a.json", ["test_core"]),
        ("tests/NOTES.md", ["test_core"]),
        ("README.md", []),
        ("docs/index.md", []),
        (".github/workflows/ci.yml", []),
        ("LICENSE", []),
        ("NEWS", []),
        ("CHANGES.txt", []),
    ],
)
def test_a_file_changes_what_may_read_it(open_files, path, modules):
    changed = changed_modules(open_files(FILES).graph, [path])
    assert list(changed.modules) == modules
    assert changed.everything == ()
    assert bool(changed.ignored) == (not modules)


@pytest.mark.parametrize(
    "path", ["pyproject.toml", "sub/tox.ini", "requirements-dev.txt", "fixtures.json", "data/x.sql"]
)
def test_settings_and_data_outside_all_code_change_everything(open_files, path):
    changed = changed_modules(open_files(FILES).graph, [path])
    assert [found for found, _ in changed.everything] == [path]


def test_the_same_whatever_the_order(open_files):
    graph = open_files(FILES).graph
    paths = ["app/core.py", "app/data/words.txt", "README.md"]
    assert changed_modules(graph, paths) == changed_modules(graph, paths[::-1] * 2)
