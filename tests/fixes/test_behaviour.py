"""Small programs, run as they are and with an import deferred: what that changes is seen, not claimed."""

import pytest
from behaviour import oracle
from behaviour.programs import CHANGING, HARMLESS, PROGRAMS, UNSEEN


def test_there_are_enough_programs():
    assert len(CHANGING) >= 60
    assert len(HARMLESS) >= 30
    assert len({program.name for program in (*PROGRAMS, *UNSEEN)}) == len(PROGRAMS) + len(UNSEEN)


@pytest.mark.parametrize(
    "program",
    [*PROGRAMS, *(pytest.param(one, marks=pytest.mark.thorough) for one in UNSEEN)],
    ids=lambda program: program.name,
)
def test_what_a_deferral_does_is_seen(program, tmp_path):
    before = oracle.run(oracle.write(tmp_path / "before", program.tree), program.command)
    after = oracle.run(oracle.write(tmp_path / "after", oracle.in_functions(program)), program.command)
    assert oracle.same(before, after) is not bool(program.rule)
    assert program.rule or before.status == 0, before.error
