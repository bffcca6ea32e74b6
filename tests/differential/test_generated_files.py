"""Random files through `collect` and `doctor`, against pytest; `benchmarks/differential.py` runs thousands."""

from answers import disagreements, of_collect, of_doctor, of_pytest
from generated_files import generated

FILES = 120


def test_all_agree_on_random_files(tmp_path):
    folder = tmp_path / "suite"
    folder.mkdir()
    (folder / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    for seed in range(FILES):
        for name, text in generated(seed).items():
            (folder / name).write_text(text, encoding="utf-8")
    truth, collected, doctor = of_pytest(folder), of_collect(folder), of_doctor(folder)
    assert disagreements(truth, collected, doctor) == []
