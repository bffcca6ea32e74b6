"""`--dask`: a real scheduler with two workers on this machine."""

import os
import signal

import pytest

from importgraph.cli.cluster import dask_executor
from importgraph.config import Partial
from importgraph.errors import UsageError
from importgraph.executors import Helpers
from importgraph.facts import parsing
from importgraph.project import open_project

distributed = pytest.importorskip("distributed", reason="needs importgraph[dask]")

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::DeprecationWarning")


@pytest.fixture
def cluster():
    options = {"n_workers": 2, "threads_per_worker": 1, "dashboard_address": ":0", "processes": True}
    with distributed.LocalCluster(**options) as running:
        yield running


def opened(root, helpers=None):
    return open_project(root, Partial({"workers": 1})).with_helpers(helpers)


@pytest.mark.thorough
def test_a_worker_that_is_killed_in_the_middle_loses_nothing(cluster, write_project, monkeypatch):
    monkeypatch.setattr(parsing, "_FILES_PER_TASK", 4)
    text = "import os\n" + "def f(x):\n    return [y for y in x if y]\n" * 60
    root = write_project({f"package/m{number}.py": text + f"N = {number}\n" for number in range(400)})
    executor, at_once = dask_executor(cluster.scheduler_address)
    assert at_once == 2
    with distributed.Client(cluster.scheduler_address) as client:
        (victim, *_) = client.run(os.getpid).values()
        seen = []

        def kill_one(done, total):
            if not seen:
                os.kill(victim, signal.SIGKILL)
            seen.append((done, total))

        helpers = Helpers(executor, at_once)
        project = open_project(root, Partial({}), progress=kill_one).with_helpers(helpers)
        found = project.scan
        assert victim not in client.run(os.getpid).values()
    assert len(seen) == 100
    assert found == opened(root).scan


@pytest.mark.thorough
def test_workers_need_no_files_of_this_machine(cluster, write_project, monkeypatch):
    monkeypatch.setattr(parsing, "_FEW_FILES", 1)
    root = write_project({"package/__init__.py": "", "package/m.py": "import package\n"})
    executor, at_once = dask_executor(cluster.scheduler_address)
    sent = []
    submit = executor.submit

    def submitted(function, *arguments):
        sent.extend(arguments)
        return submit(function, *arguments)

    monkeypatch.setattr(executor, "submit", submitted)
    assert opened(root, Helpers(executor, at_once)).scan == opened(root).scan
    assert sent
    assert str(root).encode() not in b"".join(
        one if isinstance(one, bytes) else b"".join(one) for one in sent
    )


def test_an_address_where_nobody_answers_is_said(monkeypatch):
    monkeypatch.setattr("importgraph.cli.cluster._PATIENCE", "200ms")
    with pytest.raises(UsageError, match=r"No Dask scheduler answers at tcp://127\.0\.0\.1:9"):
        dask_executor("tcp://127.0.0.1:9")


def test_without_dask_it_says_how_to_install_it(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "distributed", None)
    with pytest.raises(UsageError, match="Dask is not installed"):
        dask_executor("tcp://127.0.0.1:9")
