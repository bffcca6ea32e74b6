"""The tracer in a live interpreter: what it sees, and what it leaves behind when the target dies."""

import subprocess
import sys

import pytest

from importgraph.measurements.trace import Load, Statement, Trace


def loads(trace: Trace) -> dict[str, Load]:
    return {load.name: load for load in trace.loads}


def statements(trace: Trace, importer: str) -> list[Statement]:
    return [found for found in trace.statements if found.importer == importer]


@pytest.mark.parametrize("name", ["json.tool", "asyncio", "xml.etree.ElementTree", "email.mime.text"])
def test_it_loads_what_a_plain_import_loads(run, tmp_path, name):
    code = f"import sys, {name}; print(*sys.modules)"
    plain = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    trace, _ = run(tmp_path, name)
    assert trace.end is not None
    found = (
        set(trace.preloaded)
        | {load.name for load in trace.loads if load.error is None}
        | set(trace.end.by_hand)
    )
    assert found == set(plain.stdout.split())


def test_self_times_sum_to_the_total(run, tmp_path):
    trace, _ = run(tmp_path, "email.mime.text", extra="none")
    assert trace.end is not None
    assert sum(load.self_ns for load in trace.loads) + trace.end.self_ns == trace.end.total_ns
    assert trace.end.self_ns >= 0
    assert trace.end.corrected_ns > 0


COLLECTING = "import gc\nfor _ in range(20):\n    gc.collect()\n"


@pytest.mark.parametrize("version", ["3.9", "3.11", "3.14", "3.15", "ours"])
def test_pauses_of_the_garbage_collector_are_counted_apart(write, run, interpreter, version):
    python = sys.executable if version == "ours" else interpreter(version)
    root = write({"app.py": "import busy\n", "busy.py": COLLECTING})
    trace, _ = run(root, "app", extra="none", python=python)
    assert trace.end is not None
    assert trace.end.collections >= 20
    assert trace.end.collector_ns > 0
    assert sum(load.self_ns for load in trace.loads) + trace.end.self_ns == trace.end.total_ns
    assert "gc" in loads(trace)


def test_statements_of_loaded_modules_are_seen_too(write, run):
    root = write(
        {
            "app.py": "import shared\nimport other\nfrom pkg import part, NAME\n",
            "other.py": "import shared\n",
            "shared.py": "",
            "pkg/__init__.py": "NAME = 1\n",
            "pkg/part.py": "from . import NAME\n",
        }
    )
    trace, _ = run(root, "app")
    assert [(s.imported, s.line) for s in statements(trace, "other")] == [("shared", 1)]
    third = statements(trace, "app")[2]
    assert (third.imported, third.names, third.submodules, third.line) == (
        "pkg",
        ("part", "NAME"),
        ("part",),
        3,
    )
    relative = statements(trace, "pkg.part")[0]
    assert (relative.imported, relative.names) == ("pkg", ("NAME",))
    assert loads(trace)["shared"].importer == "app"


def test_scopes_and_the_module_that_was_running(write, run):
    root = write(
        {
            "app.py": "import helper\nhelper.work()\nhelper.work()\n",
            "helper.py": "def work():\n    import late\nclass Box:\n    import inner\n",
            "late.py": "",
            "inner.py": "",
        }
    )
    trace, _ = run(root, "app")
    late, inner = loads(trace)["late"], loads(trace)["inner"]
    assert (late.importer, late.scope, late.line) == ("helper", "function", 2)
    assert {load.number: load.name for load in trace.loads}[late.parent] == "app"
    assert (inner.importer, inner.scope) == ("helper", "class")
    assert [s.times for s in statements(trace, "helper") if s.imported == "late"] == [2]


def test_how_modules_come_in(write, run):
    root = write(
        {"app.py": "import spaced.inside\nimport itertools\nimport _decimal\n", "spaced/inside.py": ""}
    )
    first = loads(run(root, "app")[0])
    second = loads(run(root, "app")[0])
    assert first["app"].how == "source"
    assert second["app"].how == "bytecode"
    assert second["spaced"].how == "namespace"
    assert second["itertools"].how == "builtin"
    assert second["_decimal"].how in {"extension", "builtin"}
    assert not (root / "__pycache__").exists()


def test_calls_of_import_module(write, run):
    root = write(
        {
            "app.py": "import importlib\nfor _ in range(2):\n    importlib.import_module('late')\n",
            "late.py": "",
        }
    )
    trace, _ = run(root, "app")
    found = [s for s in statements(trace, "app") if s.origin == "dynamic"]
    assert [(s.imported, s.line, s.scope) for s in found] == [("late", 3, "module")] * 2
    assert loads(trace)["late"].importer == "app"


def test_a_module_executed_without_an_import(write, run):
    root = write(
        {
            "app.py": "import importlib.util as u\nspec = u.spec_from_file_location('odd', 'odd-name.py')\n"
            "module = u.module_from_spec(spec)\nspec.loader.exec_module(module)\n",
            "odd-name.py": "import late\n",
            "late.py": "",
        }
    )
    trace, _ = run(root, "app")
    odd = loads(trace)["odd"]
    assert (odd.importer, odd.line, odd.origin) == ("app", 4, "exec_module")
    assert loads(trace)["late"].parent == odd.number


def test_errors_that_are_caught_and_names_that_are_missing(write, run):
    root = write(
        {
            "app.py": "try:\n    import nowhere\nexcept ImportError:\n    pass\n"
            "try:\n    from other import missing\nexcept ImportError:\n    pass\n",
            "other.py": "",
        }
    )
    trace, _ = run(root, "app")
    errors = [s.error for s in statements(trace, "app") if s.error]
    assert errors[0].startswith("ModuleNotFoundError")
    assert errors[1].startswith("ImportError: cannot import name 'missing'")
    assert loads(trace)["nowhere"].how == "failed"
    assert loads(trace)["app"].error is None


def test_effects_are_credited_to_module_and_line(write, run):
    root = write(
        {
            "app.py": "import worker\n",
            "worker.py": "import os, threading\nos.environ['NEW'] = 'secret'\nopen('out.txt', 'w').close()\n"
            "def begin():\n    thread = threading.Thread(target=print)\n    thread.start()\n"
            "    thread.join()\nbegin()\n",
        }
    )
    trace, _ = run(root, "app")
    worker = loads(trace)["worker"].number
    found = {effect.kind: effect for effect in trace.effects if effect.running == worker}
    assert found["environment"].detail == "NEW"
    assert (found["environment"].line, found["write"].line, found["thread"].line) == (2, 3, 8)
    assert found["write"].detail.endswith("out.txt")


def test_a_crash_leaves_what_was_seen(write, run):
    root = write(
        {
            "app.py": "import fine\nimport fatal\n",
            "fine.py": "",
            "fatal.py": "import os, signal\nprint('said')\nos.kill(os.getpid(), signal.SIGKILL)\n",
        }
    )
    trace, outcome = run(root, "app")
    assert trace.end is None
    assert outcome.returncode == -9
    assert loads(trace)["fine"].how == "source"
    assert loads(trace)["fatal"].how == "unfinished"


def test_a_hang_is_ended_with_its_children(write, run):
    root = write(
        {"app.py": "import fine\nimport stuck\n", "fine.py": "", "stuck.py": "while True:\n    pass\n"}
    )
    trace, outcome = run(root, "app", timeout=0.7)
    assert outcome.timed_out
    assert trace.end is None
    assert loads(trace)["fine"].how == "source"
    assert loads(trace)["stuck"].self_ns > 100_000_000
    assert sum(load.self_ns for load in trace.loads) <= trace.total_ns


def test_leaving_through_os_exit(write, run):
    root = write({"app.py": "import fine, os\nos._exit(3)\n", "fine.py": ""})
    trace, outcome = run(root, "app")
    assert (trace.exit_code, outcome.returncode) == (3, 3)
    assert "fine" in loads(trace)


def test_a_forked_child_does_not_write(write, run):
    root = write(
        {
            "app.py": "import os\npid = os.fork()\nif pid == 0:\n    import child\n    os._exit(0)\n"
            "os.waitpid(pid, 0)\nimport after\n",
            "child.py": "",
            "after.py": "",
        }
    )
    trace, _ = run(root, "app")
    assert trace.end is not None
    assert trace.exit_code is None
    assert "after" in loads(trace)
    assert "child" not in loads(trace)


def test_threads_have_stacks_of_their_own(write, run):
    root = write(
        {
            "app.py": "import threading\ndef work(name):\n    __import__(name)\n"
            "threads = [threading.Thread(target=work, args=(f'm{n}',)) for n in range(8)]\n"
            "[t.start() for t in threads]\n[t.join() for t in threads]\n",
            **{f"m{n}.py": f"import n{n}\n" for n in range(8)},
            **{f"n{n}.py": "sum(range(20000))\n" for n in range(8)},
        }
    )
    trace, _ = run(root, "app")
    found = loads(trace)
    assert all(found[f"n{n}"].parent == found[f"m{n}"].number for n in range(8))
    assert all(found[f"m{n}"].parent == 0 and found[f"m{n}"].thread != trace.main_thread for n in range(8))
    assert all(load.self_ns >= 0 for load in trace.loads)


def test_the_end_is_written_while_threads_are_busy(write, run):
    names = [f"m{n}" for n in range(60)]
    body = "import threading\ndef work(part):\n    for n in part:\n        __import__(n)\n"
    start = (
        f"names = {names}\n[threading.Thread(target=work, args=(names[k::6],)).start() for k in range(6)]\n"
    )
    root = write({"app.py": body + start, **{f"{name}.py": "" for name in names}})
    for _ in range(5):
        assert run(root, "app")[0].end is not None


def test_what_the_target_prints_is_not_in_the_record(write, run):
    root = write(
        {
            "app.py": "import os\nprint('[\"end\",0]')\nos.write(1, b'raw')\nos.closerange(3, 200)\n"
            "import after\n",
            "after.py": "",
        }
    )
    trace, outcome = run(root, "app")
    assert "raw" in outcome.stdout
    assert "after" in loads(trace)


def test_an_exception_of_the_target_keeps_its_traceback(write, run):
    root = write({"app.py": "import broken\n", "broken.py": "def f():\n    return 1 / 0\nf()\n"})
    trace, outcome = run(root, "app")
    assert trace.end is not None
    assert trace.end.error == "ZeroDivisionError: division by zero"
    assert "broken.py" in outcome.stderr
    assert "traced_load" not in outcome.stderr


def test_warnings_point_at_the_importing_line(write, run):
    root = write(
        {
            "app.py": "import old\n",
            "old.py": "import warnings\nwarnings.warn('go', UserWarning, stacklevel=2)\n",
        }
    )
    _, outcome = run(root, "app")
    assert "app.py:1: UserWarning: go" in outcome.stderr


def test_a_script_sees_itself_as_main(write, run):
    root = write(
        {
            "tools/script.py": "import sys, beside\nassert __name__ == '__main__'\n"
            "assert sys.modules['__main__'].beside is beside\n"
            "print(sys.argv, __file__)\nsys.exit(4)\n",
            "tools/beside.py": "",
        }
    )
    trace, outcome = run(root, "tools/script.py", "script", arguments=("--flag",))
    assert trace.end is not None
    assert trace.end.exit_code == 4
    assert outcome.stdout.strip() == "['tools/script.py', '--flag'] tools/script.py"


@pytest.mark.thorough
def test_pytest_rewrites_and_caches_as_usual(write, run):
    root = write(
        {"conftest.py": "import helper\n", "helper.py": "", "test_it.py": "def test_a():\n    assert 1\n"}
    )
    arguments = ("--collect-only", "-q", "-p", "no:cacheprovider")
    first, _ = run(root, "", "pytest", arguments=arguments)
    second, outcome = run(root, "", "pytest", arguments=arguments)
    assert "test_it.py::test_a" in outcome.stdout
    assert loads(first)["test_it"].how == "rewritten source"
    assert loads(second)["test_it"].how == "rewritten bytecode"
    assert loads(second)["helper"].importer == "conftest"


@pytest.mark.parametrize("memory", ["tracemalloc", "rss"])
def test_memory_is_credited_to_the_module_that_keeps_it(write, run, memory):
    if memory == "rss" and not sys.platform.startswith("linux"):
        pytest.skip("resident memory is read from /proc")
    root = write({"app.py": "import big\n", "big.py": "kept = [bytes(1000) for _ in range(5000)]\n"})
    found = loads(run(root, "app", extra=memory)[0])
    assert found["big"].memory is not None
    assert found["big"].memory > 3_000_000
    assert (found["app"].memory or 0) < 1_000_000


@pytest.mark.parametrize("version", ["3.9", "3.10", "3.11", "3.12", "3.13", "3.14", "3.15"])
def test_every_interpreter_gives_the_same_trace(write, run, interpreter, version):
    root = write(
        {
            "app.py": "import pkg.sub\nfrom pkg import other\ntry:\n    import nowhere\n"
            "except ImportError:\n    pass\n",
            "pkg/__init__.py": "",
            "pkg/sub.py": "import leaf\n",
            "pkg/other.py": "import leaf\n",
            "leaf.py": "import threading\nt = threading.Thread(target=print)\nt.start()\nt.join()\n",
        }
    )
    trace, _ = run(root, "app", python=interpreter(version))
    assert trace.version.startswith(version)
    own = {"app", "pkg", "pkg.sub", "pkg.other", "leaf", "nowhere"}
    places = {load.name: (load.importer, load.line) for load in trace.loads if load.name in own}
    assert places == {
        "app": ("__main__", 1), "pkg": ("app", 1), "pkg.sub": ("app", 1), "leaf": ("pkg.sub", 1),
        "pkg.other": ("app", 2), "nowhere": ("app", 4),
    }  # fmt: skip
    assert [(s.importer, s.imported) for s in trace.statements if s.importer in own][-2:] == [
        ("app", "pkg"), ("app", "nowhere"),
    ]  # fmt: skip
    assert "thread" in {effect.kind for effect in trace.effects}


def test_a_lazy_import_is_deferred_until_its_first_use(write, run, interpreter):
    root = write(
        {
            "app.py": "lazy import never\nlazy import used\nlazy from named import thing\nimport eager\n"
            "def f():\n    return thing\nused.x\nf()\n",
            **{f"{name}.py": "x = thing = 1\n" for name in ("never", "used", "named", "eager")},
        }
    )
    trace, _ = run(root, "app", python=interpreter("3.15"))
    lazy = [(s.imported, s.line) for s in trace.statements if s.origin == "lazy" and s.importer == "app"]
    assert lazy == [("never", 1), ("used", 2), ("named", 3)]
    found = loads(trace)
    assert "never" not in found
    assert (found["eager"].line, found["used"].line) == (4, 7)
    assert (found["named"].line, found["named"].scope) == (6, "function")
