import pytest

from importgraph.findings.side_effects import check_side_effects, find_side_effects
from importgraph.measurements.model import ImportProfile, ModuleTiming


def kinds(project):
    return {(e.kind, e.call, e.line) for one in find_side_effects(project.snapshot) for e in one.effects}


@pytest.mark.parametrize(
    ("source", "kind", "call"),
    [
        ("import redis\nclient = redis.Redis()", "network", "redis.Redis"),
        ("import redis as r\nclient = r.Redis()", "network", "redis.Redis"),
        ("from redis import Redis\nclient = Redis()", "network", "redis.Redis"),
        ("from redis import Redis as R\nclient = R()", "network", "redis.Redis"),
        ("import subprocess\nsubprocess.run(['ls'])", "process", "subprocess.run"),
        ("x = 1\nopen('f')", "file", "open"),
        ("import os\nos.environ.setdefault('A', 'b')", "environment", "os.environ.setdefault"),
        ("import sys\nsys.path.insert(0, '.')", "interpreter", "sys.path.insert"),
        ("import threading\nthreading.Thread().start()", "thread", "threading.Thread().start"),
        ("import os\nos.environ['A'] = 'b'", "environment", "os.environ['A'] ="),
        ("from os import environ as e\ne[KEY] = 'b'", "environment", "os.environ[KEY] ="),
        ("import os\ndel os.environ['A']", "environment", "del os.environ['A']"),
        ("import os\nos.environ |= {'A': 'b'}", "environment", "os.environ |="),
        ("x = 1\nopen('f', 'w')", "file", "open(…, 'w')"),
        ("from pathlib import Path\ntext = Path('f').read_text()", "file", "pathlib.Path().read_text"),
    ],
)
def test_calls_are_known_through_every_way_to_import_them(open_files, source, kind, call):
    assert kinds(open_files({"p/__init__.py": "", "p/a.py": source})) == {(kind, call, 2)}


@pytest.mark.parametrize(
    "source",
    [
        "import subprocess\ndef f():\n    subprocess.run(['ls'])",
        "import subprocess\nrun = lambda: subprocess.run(['ls'])",
        "import subprocess\nif __name__ == '__main__':\n    subprocess.run(['ls'])",
        "import subprocess, sys\nif sys.platform == 'win32':\n    subprocess.run(['ls'])",
        "import os\ntry:\n    import x\nexcept ImportError:\n    os.system('ls')",
        "def open(x): ...\nopen('f')",
        "import os\nx = os.environ['A']",
        "import os\ndef f():\n    os.environ['A'] = 'b'",
        "import os\nif __name__ == '__main__':\n    os.environ['A'] = 'b'",
        "import os, sys\nif sys.platform == 'win32':\n    os.environ['A'] = 'b'",
        "import os\ntry:\n    import x\nexcept ImportError:\n    os.environ['A'] = 'b'",
        "class os:\n    environ = {}\nos.environ['A'] = 'b'",
        "class C:\n    def run(self): open('f')",
    ],
)
def test_what_does_not_run_at_import_is_no_effect(open_files, source):
    assert kinds(open_files({"p/__init__.py": "", "p/a.py": source})) == set()


def test_singletons_are_listed_and_not_reported(open_files):
    project = open_files(
        {"p/__init__.py": "", "p/a.py": "class C: ...\n", "p/b.py": "from p.a import C\nthing = C()\n"}
    )
    (found,) = find_side_effects(project.snapshot)
    assert [(e.kind, e.call) for e in found.singletons] == [("singleton", "thing = C()")]
    assert list(check_side_effects(project.snapshot)) == []


def test_instances_are_reported_where_a_run_shows_that_they_may_cost(open_files):
    files = {"p/__init__.py": "", "p/a.py": "class C: ...\n", "p/b.py": "from p.a import C\nthing = C()\n"}
    project = open_files(files)
    times = {"p": 10, "p.a": 5_000, "p.b": 3_000}
    modules = [
        ModuleTiming(name=name, self_us=us, cumulative_us=us, retained_us=2 * us)
        for name, us in times.items()
    ]
    settings = {"entry": "p.b", "kind": "module", "python": "3.11.0", "total_us": 0, "spread_us": 0}
    object.__setattr__(project, "profile", ImportProfile(modules=tuple(modules), **settings))
    (found,) = check_side_effects(project.snapshot)
    assert (found.subject, found.severity.value, found.locations[0].line) == ("p.b", "note", 2)
    assert "instances: thing = C()" in found.message
    assert "6.0 ms (measured)" in found.message


def test_instances_are_named_beside_other_effects(open_files):
    source = "import os\nclass C: ...\nthing = C()\nos.environ['A'] = 'b'\n"
    (found,) = check_side_effects(open_files({"p/__init__.py": "", "p/a.py": source}).snapshot)
    assert "environment: os.environ['A'] =; instances: thing = C()" in found.message


def test_tests_and_examples_are_left_out(open_files):
    source = "import subprocess\nsubprocess.run(['ls'])"
    assert (
        kinds(open_files({"test_a.py": source, "tests/helpers.py": source, "examples/b.py": source})) == set()
    )


def test_loud_effects_are_warnings(open_files):
    files = {
        "p/__init__.py": "",
        "p/a.py": "import subprocess\nsubprocess.run(['ls'])",
        "p/b.py": "import sys\nsys.path.append('x')",
    }
    found = {f.subject: f.severity.value for f in check_side_effects(open_files(files).snapshot)}
    assert found == {"p.a": "warning", "p.b": "note"}
