"""A run that the user interrupts ends in one line."""

import subprocess
import sys

import pytest

RAISING = "m._answered = lambda _: (_ for _ in ()).throw(KeyboardInterrupt)"
SAYING = "m._answered = lambda _: 130"


@pytest.mark.parametrize("how", [RAISING, SAYING], ids=["on the way", "as the command line says it"])
def test_an_interrupted_run_says_so_in_one_line(how):
    program = (
        f"import sys; import importgraph.__main__ as m; sys.argv = ['importgraph', 'graph']; {how}; m.main()"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "importgraph: interrupted.\n")
