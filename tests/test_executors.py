"""Work that is handed over and gets lost."""

from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from importgraph.executors import Helpers, UnlikeError, check_sight, sight_of


class Gone:
    """An executor that takes nothing."""

    def submit(self, _function, *_arguments):
        raise RuntimeError("cannot schedule new futures after shutdown")


class Failing:
    """An executor whose tasks fail."""

    def submit(self, _function, *_arguments):
        future = Future()
        future.set_exception(ConnectionError("the connection\nis closed"))
        return future


def test_an_answer_comes_from_the_executor():
    with ThreadPoolExecutor(1) as executor:
        helpers = Helpers(executor)
        wait = helpers.start(sum, [1, 2], here=lambda: -1)
        assert wait() == 3
    assert helpers.notes == ()


@pytest.mark.parametrize("executor", [Gone(), Failing()], ids=["refuses", "loses"])
def test_what_gets_lost_is_done_here(executor):
    helpers = Helpers(executor)
    assert helpers.start(sum, [1, 2], here=lambda: 3)() == 3
    (note,) = helpers.notes
    assert note.startswith("1 part of the work was done by this process")
    assert "\n" not in note


def test_a_failure_of_the_work_itself_is_raised():
    with ThreadPoolExecutor(1) as executor:
        wait = Helpers(executor).start(int, "x", here=lambda: int("x"))
        with pytest.raises(ValueError, match="invalid literal"):
            wait()


def test_the_size_of_an_executor_may_be_unknown():
    assert Helpers(Gone()).at_once > 1
    assert Helpers(Gone(), 3).at_once == 3


def test_a_sight_is_of_files_as_they_are(tmp_path):
    file = tmp_path / "a.py"
    file.write_text("one")
    sight = sight_of([str(file), str(tmp_path / "gone.py")])
    assert [path for path, _, _ in sight] == [str(file)]
    check_sight(sight)
    file.write_text("another")
    with pytest.raises(UnlikeError):
        check_sight(sight)
    file.unlink()
    with pytest.raises(UnlikeError):
        check_sight(sight)
