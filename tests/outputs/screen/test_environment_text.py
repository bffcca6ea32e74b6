from importgraph.findings.environment_use import EnvironmentUse
from importgraph.findings.heavy_imports import Link
from importgraph.findings.unknown_libraries import UnknownLibrary, undecided_imports
from importgraph.outputs.assemble import make_report
from importgraph.outputs.screen.environment_text import environment_lines, unknown_lines
from importgraph.outputs.screen.first_screen import first_screen
from importgraph.outputs.screen.text_layout import Screen

USE = EnvironmentUse("3.12", 1200, ("dep 1.0",), 40, ("dep.fast", "dep.quick"), 0, ())
FILES = {
    "pyproject.toml": """
    [project]
    name = "app"
    dependencies = ["PyYAML"]
    [project.scripts]
    app = "app:main"
    """,
    "app.py": """
    import yaml
    try:
        import ujson
    except ImportError:
        pass
    def main():
        yaml.load()
    """,
}


def test_an_environment_is_said_with_what_cannot_be_read():
    lines = list(environment_lines(USE, 3))
    assert lines == [
        "From Python 3.12 and its environment: 1,200 modules of 1 distributions; 40 standard modules.",
        "What compiled modules import is not known: dep.fast, dep.quick.",
    ]
    assert list(environment_lines(None, 0)) == []
    assert "3 imports" in next(environment_lines(None, 3))


def test_gaps_and_limits_are_said():
    use = EnvironmentUse("3.12", 0, (), 0, (), 7, ("the standard library",), 2)
    assert list(environment_lines(use, 0))[1:] == [
        "7 modules from outside were left unread: there are too many.",
        "2 files from outside could not be read whole.",
        "Not read: the standard library.",
    ]


def test_libraries_that_are_not_installed_are_named_with_the_statement(open_files):
    project = open_files(FILES)
    report = make_report(project)
    (entry,) = [one for one in report.entries if one.title == "app"]
    assert entry.unknown == (UnknownLibrary("yaml", "pyyaml", (Link("app", "yaml", "app.py", 1),)),)
    assert report.undecided == 1
    text = "\n".join(line.text for line in first_screen(report, Screen(), project.read_text))
    assert "yaml (pyyaml)" in text
    assert "? not installed  yaml (pyyaml)            app.py:1" in text
    assert "Nothing to propose as long as it is not known" in text


def test_with_an_environment_nothing_is_undecided(open_files, tmp_path):
    from environment_folders import make_environment

    python = make_environment(tmp_path / "env", {"yaml.py": "", "ujson.py": ""})
    snapshot = open_files(FILES, python=str(python)).snapshot
    assert undecided_imports(snapshot) == 0
    assert "ujson" in snapshot.loading.nodes
    assert make_report(open_files(FILES, python=str(python))).entries[0].unknown == ()


def test_many_libraries_are_counted():
    libraries = [UnknownLibrary(f"lib{n}", "", ()) for n in range(5)]
    last = list(unknown_lines(libraries, 80))[-1]
    assert last.text.strip() == "and 2 more that are not installed here"
