"""An interrupted collection keeps what was read; the next one reads the rest and says what a whole one says."""

import os
import signal
from pathlib import Path

import pytest
from pytest_trees import write_tree

from importgraph.collection.command import Options, answered
from importgraph.collection.worker import Worker
from importgraph.collection_errors.session import Session

FILES = {
    "pytest.ini": "[pytest]\n",
    "shared.py": "CASES = [1, 2]\n",
    **{
        f"test_{n:02}.py": "import pytest, shared\n@pytest.mark.parametrize('x', shared.CASES)\ndef test(x): pass\n"
        for n in range(26)
    },
    "test_12.py": "undefined\n",
}


@pytest.mark.skipif(
    signal.getsignal(signal.SIGINT) is not signal.default_int_handler, reason="Ctrl-C is not handled here"
)
@pytest.mark.parametrize(("simulated", "kept"), [(26, 9), (5, 5)])
def test_what_was_read_before_ctrl_c_is_kept(tmp_path, monkeypatch, simulated, kept):
    monkeypatch.setattr("importgraph.memory.stamps.GRAIN_NS", -(10**12))  # files count as old
    tree = tmp_path / "tree"
    write_tree(tree, FILES)
    whole = answered(Options(tree, (), workers=1, store=tmp_path / "whole"))
    options = Options(tree, (), workers=1, store=tmp_path / "kept")
    read, collect, run = [], Worker.collect, Session.run

    def collecting(worker, path):
        read.append(Path(path).name)
        if len(read) == 9:
            os.kill(os.getpid(), signal.SIGINT)
        return collect(worker, path)

    def running(session, files=None):
        answers = iter([False] * simulated)
        session.stopped = lambda: next(answers, True)
        run(session, files)

    with monkeypatch.context() as patch:
        patch.setattr(Worker, "collect", collecting)
        patch.setattr(Session, "run", running)
        with pytest.raises(KeyboardInterrupt):
            answered(options)
    assert len(read) == 9
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    read.clear()
    monkeypatch.setattr(
        Worker, "collect", lambda self, path: read.append(Path(path).name) or collect(self, path)
    )
    assert answered(options) == whole
    assert read == [f"test_{n:02}.py" for n in range(kept, 26)]
