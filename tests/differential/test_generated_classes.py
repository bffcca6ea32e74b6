"""Random classes through `collect` and `doctor`, against pytest: nothing right is called failing, most wrong is."""

from answers import of_collect, of_doctor, of_pytest
from generated_classes import generated

FILES = 50
LEAST = 0.85
"""The share of the failing files that are found; of seeds 0 to 999 it was 811 of 857."""


def test_none_is_called_failing_that_is_not(tmp_path):
    folder = tmp_path / "suite"
    folder.mkdir()
    (folder / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    for seed in range(FILES):
        (folder / f"test_{seed}.py").write_text(generated(seed), encoding="utf-8")
    truth, collected, doctor = of_pytest(folder), of_collect(folder), of_doctor(folder)
    assert doctor.failing - truth.failing == collected.failing - truth.failing == set()
    assert collected.failing == doctor.failing
    assert len(doctor.failing) >= LEAST * len(truth.failing)
