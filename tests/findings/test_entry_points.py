import pytest

from importgraph.findings import entry_points as module
from importgraph.findings.entry_points import TESTS, EntryKind, entry_points, entry_title, with_entries
from importgraph.graph.views import closure

PROJECT = "[build-system]\nrequires = []\n[project]\nname = 'app'\n"
SETUP = "from setuptools import setup\nsetup(entry_points={'console_scripts': E})\n"


def points(project):
    return {e.title: e.reason for e in entry_points(project.snapshot)}


def loaded_from(project, node):
    return closure(with_entries(project.snapshot, project.runtime), [node])


def test_what_people_start_and_nothing_else(open_files):
    files = {
        "pyproject.toml": f"{PROJECT}[project.scripts]\nserve = 'app.cli:main'\n",
        "app/__init__.py": "",
        "app/__main__.py": "import app",
        "app/cli.py": "def main(): ...\n",
        "app/inner/__init__.py": "import app.cli",
        "tests/conftest.py": "import app",
        "tests/test_app.py": "import app",
    }
    found = entry_points(open_files(files).snapshot)
    assert [(e.title, e.reason, e.node, e.place) for e in found] == [
        ("serve", "console script", "app.cli", "pyproject.toml:6"),
        ("import app", "distributed package", "app", "pyproject.toml"),
        ("python -m app", "package run with -m", "<run app.__main__>", "app/__main__.py:1"),
        ("a test session", "test session", TESTS, ""),
    ]


def test_settings_replace_or_add(open_files):
    files = {
        "app/__init__.py": "",
        "app/cli.py": "",
        "tools/run.py": "import app",
        "tests/test_app.py": "import app",
    }
    named = ("app.cli:main", "tools/run.py")
    project = open_files(files, entry_points=named)
    assert points(project) == {"import app.cli": "configured", "python tools/run.py": "configured"}
    assert points(open_files({}, extend_entry_points=("app.cli",))) == {
        "import app.cli": "configured",
        "a test session": "test session",
        "import app": "top-level package",
    }


def test_packages_are_taken_where_nothing_else_is_named(open_files):
    files = {"examples/demo/__init__.py": "", "app/__init__.py": "", "tests/test_app.py": "import app"}
    assert points(open_files(files)) == {"import app": "top-level package", "a test session": "test session"}


@pytest.mark.parametrize(
    ("name", "text", "title"),
    [
        ("Dockerfile", 'FROM x\nCMD ["uvicorn", "app.web:site", "--port", "80"]\n', "uvicorn app.web:site"),
        ("deploy/Dockerfile", "ENTRYPOINT exec gunicorn -w 2 \\\n  app.web:site\n", "gunicorn app.web:site"),
        ("Procfile", "web: gunicorn app.web\n", "gunicorn app.web"),
        ("compose.yaml", "services:\n  a:\n    command: uvicorn app.web:site\n", "uvicorn app.web:site"),
        (
            "docker-compose.yml",
            "services:\n  a:\n    command:\n      - gunicorn\n      - app.web:site\n",
            "gunicorn app.web:site",
        ),
        ("Makefile", "run:\n\t$(PYTHON) -m app.web\n", "python -m app.web"),
        ("tox.ini", "[testenv]\ncommands =\n  pytest\n  python -m app.web\n", "python -m app.web"),
        ("noxfile.py", "def x(session):\n    session.run('python', '-m', 'app.web')\n", "python -m app.web"),
        (
            ".github/workflows/ci.yml",
            "jobs:\n  a:\n    steps:\n      - run: python app/web.py\n",
            "python app/web.py",
        ),
        (
            "serverless.yml",
            "functions:\n  a:\n    handler: app/web.handle\n",
            "app/web.handle",
        ),
        ("pyproject.toml", "[tool.fastapi]\nentrypoint = 'app.web:site'\n", "fastapi app.web:site"),
        ("pyproject.toml", "[tool.poe.tasks]\nrun = 'python -m app.web'\n", "python -m app.web"),
        ("setup.py", f"E = ['go = app.web:main']\n{SETUP}", "go"),
        ("setup.cfg", "[options.entry_points]\nconsole_scripts =\n    Go = app.web:main\n", "Go"),
        ("setup.cfg", "[entry_points]\nconsole_scripts =\n\tgo = app.web:main\n", "go"),
        ("app.egg-info/entry_points.txt", "[console_scripts]\ngo = app.web:main\n", "go"),
        ("app-1.dist-info/entry_points.txt", "[console_scripts]\ngo = app.web:main [extra]\n", "go"),
        ("pyproject.toml", "[project.entry-points.pytest11]\nx = 'app.web'\n", "import app.web"),
    ],
)  # fmt: skip
def test_files_name_entry_points(open_files, name, text, title):
    files = {"app/__init__.py": "", "app/web.py": "site = main = handle = None\n", name: text}
    found = {e.title: e for e in entry_points(open_files(files).snapshot)}
    assert title in found
    assert found[title].module == "app.web"
    assert found[title].path == name


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Dockerfile", "RUN python -m pip install x\nCMD python $SCRIPT\n"),
        ("Dockerfile", "CMD uvicorn other.web:site\n"),
        ("Makefile", "test:\n\tpython -m pytest app\n"),
        ("packages/x/pyproject.toml", "[project"),
        ("setup.cfg", "[[[\n="),
        ("setup.py", "setup(entry_points=read())\n("),
    ],
)
def test_what_is_not_ours_or_not_literal_names_none(open_files, name, text):
    files = {"app/__init__.py": "", "app/web.py": "", name: text}
    assert points(open_files(files)) == {"import app": "top-level package"}


def test_celery_and_manage_py(open_files):
    files = {
        "Procfile": "worker: celery -A site worker\n",
        "site/__init__.py": "",
        "site/celery.py": "",
        "manage.py": "import django\n",
    }
    assert points(open_files(files)) == {
        "celery site": "Celery worker",
        "python manage.py": "manage.py",
    }


def test_a_project_inside_a_monorepo_is_asked_first(open_files):
    files = {
        "one/pyproject.toml": f"{PROJECT}[project.scripts]\none = 'app.cli:main'\n",
        "one/app/__init__.py": "",
        "one/app/cli.py": "import app",
        "two/pyproject.toml": f"{PROJECT}[project.scripts]\ntwo = 'app.cli:main'\n",
        "two/app/__init__.py": "",
        "two/app/cli.py": "import app",
    }
    project = open_files(files)
    found = {e.title: project.graph.modules[e.module].path for e in entry_points(project.snapshot)}
    assert found["one"] == "one/app/cli.py"
    assert found["two"] == "two/app/cli.py"


def test_what_the_build_backend_ships(open_files):
    hatch = "[tool.hatch.build.targets.wheel]\npackages = ['src/one']\n"
    files = {
        "pyproject.toml": PROJECT + hatch,
        "src/one/__init__.py": "",
        "src/two/__init__.py": "",
        "other/__init__.py": "",
    }
    assert points(open_files(files)) == {"import one": "distributed package"}


def test_of_many_plug_ins_a_few_are_looked_at(open_files):
    names = [f"p{number}" for number in range(9)]
    rows = "".join(f"{name} = 'app.{name}'\n" for name in names)
    files = {"pyproject.toml": f"[project.entry-points.things]\n{rows}", "app/__init__.py": ""}
    project = open_files(files | {f"app/{name}.py": "" for name in names})
    found = entry_points(project.snapshot)
    assert [one.module for one in found] == ["app.p0", "app.p1", "app.p2", "app.p3"]
    assert sum(one.importance for one in found) == pytest.approx(0.6)


def test_several_files_of_one_distribution_are_one(open_files):
    files = {
        "pyproject.toml": f"{PROJECT}",
        "setup.py": "from setuptools import setup\nsetup(version='1')\n",
        "src/thing/__init__.py": "",
        "backend/__init__.py": "",
    }
    assert points(open_files(files)) == {"import thing": "distributed package"}


def test_a_namespace_is_entered_by_what_it_holds(open_files):
    files = {
        "pyproject.toml": f"{PROJECT}[tool.setuptools]\npackages = ['ns.thing']\n",
        "ns/thing/__init__.py": "",
        "ns/thing/part.py": "",
    }
    assert points(open_files(files)) == {"import ns.thing": "distributed package"}


def test_a_main_block_counts_where_a_module_is_run(open_files):
    files = {
        "app/__init__.py": "",
        "app/a.py": "",
        "app/b.py": "",
        "app/c.py": "",
        "app/d.py": "",
        "app/__main__.py": """
            import app.a
            def main():
                import app.b
                if len(__name__) > 9:
                    import app.c
            if __name__ == "__main__":
                import app.d
                raise SystemExit(main())
        """,
    }
    project = open_files(files)
    (entry,) = [e for e in entry_points(project.snapshot) if e.kind is EntryKind.SCRIPT]
    loaded = loaded_from(project, entry.node)
    assert {"app", "app.a", "app.b", "app.d"} <= loaded
    assert "app.c" not in loaded
    assert loaded_from(project, "app.__main__") == {"app", "app.a", "app.__main__"}


def test_what_the_function_of_a_console_script_imports_counts(open_files):
    files = {
        "pyproject.toml": "[project.scripts]\ngo = 'app.cli:main'\nsay = 'app.cli:say'\n",
        "app/__init__.py": "",
        "app/cli.py": """
            def main():
                try:
                    from app.core import run
                    run()
                except KeyboardInterrupt:
                    pass
            def say():
                import json
        """,
        "app/core.py": "def run(): ...\n",
    }
    project = open_files(files)
    go, say = (e for e in entry_points(project.snapshot) if e.reason == "console script")
    assert (go.title, go.kind, go.node) == ("go", EntryKind.CALLED, "<run app.cli:main>")
    assert (say.kind, say.node) == (EntryKind.MODULE, "app.cli")
    assert "app.core" in loaded_from(project, go.node)
    view = with_entries(project.snapshot, project.runtime)
    assert module.imported_by(view, go) == ("app.cli", "app.core")
    assert entry_title(go.node) == "app.cli.main()"


def test_a_test_that_others_import_is_none(open_files):
    files = {
        "p/__init__.py": "from p import test_helpers",
        "p/test_helpers.py": "",
        "tests/test_p.py": "import p",
    }
    assert "p.test_helpers" not in module.tests_of(open_files(files).snapshot)


def test_a_test_session_loads_what_its_tests_load(open_files):
    files = {"a.py": "", "b.py": "", "c.py": "", "test_a.py": "import a", "conftest.py": "import b"}
    loaded = loaded_from(open_files(files), TESTS)
    assert {"a", "b"} <= loaded
    assert "c" not in loaded


def test_titles():
    assert entry_title(TESTS) == "a test session"
    assert entry_title("a.b") == "import a.b"
    assert entry_title("<run a.__main__>") == "python -m a"
    assert entry_title("<run tools/x.py>") == "python tools/x.py"


def test_a_script_beside_a_package_of_its_name_is_not_what_is_shipped(open_files):
    files = {
        "pyproject.toml": f"{PROJECT}[tool.setuptools]\npackages = ['app']\n",
        "app.py": "import app",
        "app/__init__.py": "",
    }
    assert "import app" in points(open_files(files))
    assert not any("./" in title for title in points(open_files(files)))


def test_a_console_script_may_name_the_init_file(open_files):
    files = {
        "pyproject.toml": f"{PROJECT}[project.scripts]\nserve = 'app.__init__:main'\n",
        "app/__init__.py": "def main(): ...\n",
    }
    assert points(open_files(files))["serve"] == "console script"


def test_projects_among_tests_and_examples_come_after_the_project_itself(open_files):
    files = {
        "pyproject.toml": f"{PROJECT}[project.scripts]\nserve = 'app:main'\n",
        "app/__init__.py": "def main(): ...\n",
        "examples/pyproject.toml": "[project]\nname='demo'\n[project.scripts]\ndemo = 'demo:main'\n",
        "examples/demo/__init__.py": "def main(): ...\n",
    }
    titles = [entry.title for entry in entry_points(open_files(files).snapshot)]
    assert titles.index("serve") < titles.index("demo")
