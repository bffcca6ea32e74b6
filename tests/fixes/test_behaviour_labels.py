"""What is called safe keeps the behaviour of every program, and most harmless deferrals are called safe."""

import pytest
from behaviour.judgement import judge
from behaviour.programs import ALL_HARMLESS, CHANGING, UNSEEN_CHANGING


def label(open_files, program):
    return judge(open_files(program.tree, entry_points=(program.entry,)), program)


@pytest.mark.parametrize("program", [*CHANGING, *UNSEEN_CHANGING], ids=lambda program: program.name)
def test_what_changes_behaviour_is_never_called_safe(open_files, program):
    found = label(open_files, program)
    assert found.label != "safe"
    assert found.reason


@pytest.mark.parametrize("program", ALL_HARMLESS, ids=lambda program: program.name)
def test_what_changes_nothing_is_called_safe(open_files, program):
    found = label(open_files, program)
    assert found.label == "safe", found.reason
