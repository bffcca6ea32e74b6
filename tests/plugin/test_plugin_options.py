"""Wrong values of options, in one line, before anything is collected."""

import pytest

WRONG = [
    ("--importgraph-max-collection-seconds=soon", "wants a number of seconds above 0, not 'soon'"),
    ("--importgraph-max-collection-seconds=0", "wants a number of seconds above 0, not '0'"),
    ("--importgraph-collection-timeout=-3", "wants a number of seconds above 0, not '-3'"),
    ("--importgraph-collection-timeout=inf", "wants a number of seconds above 0, not 'inf'"),
    ("--importgraph-profile=missing/profile.json", "missing/profile.json cannot be written"),
]


@pytest.mark.parametrize(("word", "message"), WRONG)
def test_a_wrong_value_is_one_line(suite, word, message):
    suite.write({"test_a.py": "def test_a():\n    pass\n"})
    outcome = suite.run(word)
    assert outcome.code == 4
    (line,) = (line for line in outcome.err.splitlines() if line)
    assert line.startswith(f"ERROR: {word.partition('=')[0]}")
    assert message in line


def test_a_test_path_after_profile_is_not_overwritten(suite):
    suite.write({"test_a.py": "def test_a():\n    pass\n"})
    outcome = suite.run("--importgraph-profile", "test_a.py")
    assert outcome.code == 4
    assert "wants a name that ends in .json, not 'test_a.py'" in outcome.err
    assert (suite.folder / "test_a.py").read_text(encoding="utf-8").startswith("def test_a")
