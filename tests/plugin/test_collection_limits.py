"""Limits on collection time: what is said, and how the process ends.

They take a second or two each: a busy machine must have come to the import before the limit.
"""

import pytest

FILES = {
    "app/__init__.py": "from app import db\n",
    "app/db.py": """
        import os, time

        def connect():
            time.sleep(float(os.environ["NAP"]))

        connect()
    """,
    "test_app.py": "import app\n\n\ndef test_app():\n    pass\n",
    "test_other.py": "def test_other():\n    pass\n",
}
CHAIN = """\
while collecting test_app.py
in progress, outermost first:
  test_app.py:1: import app
  app/__init__.py:1: from app import db
  app/db.py:7: connect()
  app/db.py:5 in connect: time.sleep(float(os.environ["NAP"]))
"""


@pytest.mark.parametrize("words", [(), ("--collect-only", "test_app.py")])
def test_too_long_a_collection_fails_with_the_chain(suite, words):
    suite.write(FILES)
    outcome = suite.run("--importgraph-max-collection-seconds", "1", *words, NAP="2")
    assert outcome.code == 1, outcome.out
    assert CHAIN in outcome.out
    assert "collection took longer than 1 s (--importgraph-max-collection-seconds)" in outcome.out
    assert "passed" not in outcome.out


def test_a_conftest_counts_as_well(suite):
    suite.write(FILES | {"conftest.py": "import app\n"})
    outcome = suite.run("--importgraph-max-collection-seconds", "1", NAP="2")
    assert outcome.code == 1
    assert (
        "before the first test file\nin progress, outermost first:\n  conftest.py:1: import app"
        in outcome.out
    )


def test_limits_that_are_kept_change_nothing(suite):
    suite.write(FILES)
    words = ("--importgraph-max-collection-seconds=30", "--importgraph-collection-timeout=30")
    outcome = suite.run(*words, NAP="0")
    assert outcome.code == 0
    assert "took longer" not in outcome.out + outcome.err


def test_an_import_that_hangs_is_ended(suite):
    suite.write(FILES)
    outcome = suite.run("--importgraph-collection-timeout", "1", NAP="40")
    assert outcome.code == 1
    assert CHAIN in outcome.err
    message = "importgraph: collection took longer than 1 s and was ended (--importgraph-collection-timeout)"
    assert message in outcome.err


@pytest.mark.thorough
def test_an_import_that_lets_no_thread_run_is_ended(suite):
    """It takes as long as the second, lower watch waits for the first."""
    hang = 'import re\n\nre.match(r"(a+)+$", "a" * 60 + "b")\n'
    suite.write({"test_regex.py": hang})
    outcome = suite.run("--importgraph-collection-timeout", "2")
    assert outcome.code == 1
    assert 'test_regex.py", line 3 in <module>' in outcome.err


def test_workers_of_xdist_are_ended_once(suite):
    pytest.importorskip("xdist")
    suite.write(FILES)
    outcome = suite.run("-n", "1", "--importgraph-collection-timeout", "1", NAP="40")
    assert outcome.code != 0
    assert outcome.err.count("was ended") == 1
    assert f"in xdist worker gw0\n{CHAIN}" in outcome.err


def test_workers_of_xdist_fail_with_the_chain(suite):
    pytest.importorskip("xdist")
    suite.write(FILES)
    outcome = suite.run("-n", "1", "--importgraph-max-collection-seconds", "1", NAP="2")
    assert outcome.code != 0
    assert f"in xdist worker gw0\n{CHAIN}" in outcome.err
