"""The files of `written_files.py` in one folder, each told by pytest, `collect` and `doctor`."""

import pytest
from answers import disagreements, of_collect, of_doctor, of_pytest
from written_files import FAILING, FINE, TEST


@pytest.fixture(scope="module")
def answers(tmp_path_factory):
    folder = tmp_path_factory.mktemp("written") / "suite"
    folder.mkdir()
    (folder / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    for name, text in {**FAILING, **FINE}.items():
        (folder / f"test_{name}.py").write_text(text + TEST, encoding="utf-8")
    return of_pytest(folder), of_collect(folder), of_doctor(folder)


def test_files_are_written_as_they_say(answers):
    assert answers[0].failing == {f"test_{name}.py" for name in FAILING}


def test_all_agree(answers):
    assert disagreements(*answers) == []
    assert answers[1].undecided <= {
        "test_bound_by_star.py",
        "test_exception_group.py",
        "test_bound_by_setattr.py",
    }
