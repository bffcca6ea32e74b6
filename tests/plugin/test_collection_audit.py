"""--importgraph-audit: work done during collection, by the line that did it and the test file it was for."""

import pytest

FILES = {
    "app/__init__.py": """
        import os
        from app import db
        os.environ["APP_MODE"] = "secret"
    """,
    "app/db.py": """
        import pathlib, socket, subprocess, sys, threading

        def connect():
            with socket.socket() as channel:
                try:
                    channel.connect(("127.0.0.1", 9))
                except OSError:
                    pass

        connect()
        threading.Thread(target=print).start()
        subprocess.run([sys.executable, "-V"], check=True)
        pathlib.Path("written.txt").write_text("x")
        pathlib.Path(__file__).read_text()
    """,
    "conftest.py": "import os\nos.putenv('FROM_CONFTEST', '1')\n",
    "test_app.py": """
        import app

        def test_app(tmp_path):
            (tmp_path / "in a test").write_text("not at collection")
    """,
    "test_quiet.py": "def test_quiet():\n    pass\n",
}


def section(outcome):
    """Return the audit's lines by the heading above them."""
    lines = outcome.out.partition("work done during collection")[2].splitlines()[1:]
    found, heading = {}, ""
    for line in lines:
        if line.startswith("  "):
            found[heading].append(line.strip())
        elif line.endswith(":"):
            heading = line.removesuffix(":")
            found[heading] = []
    return found


EXPECTED = [
    "app/__init__.py:4  sets environment APP_MODE",
    "app/db.py:7  connects to 127.0.0.1:9",
    "app/db.py:12  starts thread Thread",
    "app/db.py:13  starts ",
    "app/db.py:14  writes written.txt",
]


@pytest.mark.parametrize("words", [pytest.param((), marks=pytest.mark.thorough), ("--collect-only", "-q")])
def test_each_deed_has_its_line_and_its_test_file(suite, words):
    suite.write(FILES)
    outcome = suite.run("--importgraph-audit", *words)
    assert outcome.code == 0, outcome.out + outcome.err
    found = section(outcome)
    assert set(found) == {"test_app.py:2", "conftest.py:2"}
    assert found["conftest.py:2"] == ["conftest.py:2  sets environment FROM_CONFTEST"]
    deeds = sorted(found["test_app.py:2"], key=lambda line: int(line.partition(":")[2].partition(" ")[0]))
    assert len(deeds) == len(EXPECTED)
    assert all(deed.startswith(expected) for deed, expected in zip(deeds, EXPECTED, strict=True)), deeds
    assert "secret" not in outcome.out
    assert "pycache" not in outcome.out


def test_a_quiet_suite_is_said_to_be_quiet(suite):
    suite.write({"test_quiet.py": FILES["test_quiet.py"]})
    outcome = suite.run("--importgraph-audit")
    assert "No sockets, processes, threads, environment or file writes." in outcome.out


def test_workers_of_xdist_are_heard(suite):
    pytest.importorskip("xdist")
    suite.write(FILES)
    found = section(suite.run("--importgraph-audit", "-n", "2"))
    assert len(found["test_app.py:2"]) == len(EXPECTED)
