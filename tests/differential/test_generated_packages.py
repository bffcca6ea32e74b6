"""Random packages through `cycles` and `why`, against fresh interpreters; `benchmarks/differential.py` runs thousands."""

from import_answers import import_disagreements, package

PACKAGES = 15


def test_cycles_and_why_agree_with_python(tmp_path):
    for seed in range(PACKAGES):
        for name, text in package(seed).items():
            target = tmp_path / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
    truth, crashes, loads = import_disagreements(tmp_path)
    assert any(one.error for one in truth.values())
    assert crashes == []
    assert loads == []


def test_names_of_packages_do_not_clash():
    assert set(package(1)).isdisjoint(package(2))
