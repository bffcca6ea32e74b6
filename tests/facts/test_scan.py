import json
import os
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from importgraph.executors import Helpers
from importgraph.facts import parsing
from importgraph.facts import scan as module
from importgraph.facts.cache import Cache
from importgraph.facts.discover import FoundFiles, find_files
from importgraph.facts.model import StepKind
from importgraph.facts.processors import default_workers
from importgraph.facts.scan import scan_files

FILES = {
    "a.py": "import b\n",
    "b.py": "from a import x\n",
    "same.py": "import b\n",
    "bad.py": "import a\ndef f(:\n",
    "empty.py": "",
    "bytes.py": b"x = '\xe9'\nimport b\n",
}


def scanned(root, *, cache=None, workers=1, progress=None):
    return scan_files(root, find_files(root), cache=Cache(cache), workers=workers, progress=progress)


def test_each_file_ends_once_in_the_order_of_paths(write_project):
    result = scanned(write_project(FILES))
    assert [file.path for file in result.files] == sorted(FILES)
    assert [file.path for file in result.files if file.broken] == ["bad.py", "bytes.py"]
    by_path = {file.path: file for file in result.files}
    assert by_path["a.py"].facts == by_path["same.py"].facts
    assert [i.module for i in by_path["bad.py"].facts.imports] == ["a"]
    assert by_path["bad.py"].broken.line == 2


def test_a_file_that_cannot_be_read_is_broken(write_project, monkeypatch):
    root = write_project({"a.py": "", "shut.py": ""})
    read_bytes = module.read_file

    def refusing(path):
        if path.name == "shut.py":
            raise PermissionError(13, "Permission denied")
        return read_bytes(path)

    monkeypatch.setattr(module, "read_file", refusing)
    broken = {file.path: file.broken for file in scanned(root).files}
    assert broken["a.py"] is None
    assert broken["shut.py"].reason == "cannot be read: Permission denied"


def test_a_dangling_link_is_broken(write_project):
    root = write_project({"a.py": ""})
    (root / "gone.py").symlink_to(root / "nowhere.py")
    assert [file.path for file in scanned(root).files if file.broken] == ["gone.py"]


@pytest.mark.parametrize("workers", [1, 2])
def test_processes_and_cache_change_nothing(write_project, tmp_path, monkeypatch, workers):
    monkeypatch.setattr(parsing, "_FEW_FILES", 2)
    monkeypatch.setattr(parsing, "_FILES_PER_TASK", 2)
    root = write_project(FILES)
    cold = scanned(root, cache=tmp_path / "cache", workers=workers)
    warm = scanned(root, cache=tmp_path / "cache", workers=workers)
    assert cold == warm == scanned(root)


@pytest.mark.parametrize("workers", [1, 2])
def test_small_batches_change_nothing(write_project, tmp_path, monkeypatch, workers):
    root = write_project(FILES)
    expected = scanned(root)
    monkeypatch.setattr(module, "_BATCH_BYTES", 10)
    monkeypatch.setattr(parsing, "_FEW_BYTES", 1)
    assert scanned(root, workers=workers) == expected
    assert scanned(root, cache=tmp_path / "cache", workers=workers) == expected
    assert scanned(root, cache=tmp_path / "cache") == expected


def test_a_large_tree_holds_each_name_once(write_project, tmp_path, monkeypatch):
    text = "def f(value, other):\n    made_by_hand(value)\nmade_by_hand(1)\n"
    root = write_project({"a.py": text, "b.py": "import os\n" + text})
    expected = scanned(root, cache=tmp_path / "cache")
    monkeypatch.setattr(module, "_LARGE", 2)
    found = scanned(root, cache=tmp_path / "cache")
    assert found == expected
    one, two = (file.facts.functions[0] for file in found.files)
    assert one.parameters is two.parameters
    steps = [next(s for s in file.facts.body if s.kind is StepKind.CALL) for file in found.files]
    assert steps[0].name is steps[1].name


@pytest.mark.parametrize("limits", [(module, "_BATCH_BYTES", 1), (parsing, "_FILES_PER_TASK", 2)])
def test_what_was_read_before_an_interruption_is_kept(write_project, tmp_path, monkeypatch, limits):
    root = write_project({f"m{number}.py": f"import a{number}\n" for number in range(6)})
    monkeypatch.setattr(*limits)
    parse = parsing.encoded_facts

    def interrupted(source):
        if source == b"import a4\n":
            raise KeyboardInterrupt
        return parse(source)

    monkeypatch.setattr(parsing, "encoded_facts", interrupted)
    with pytest.raises(KeyboardInterrupt):
        scanned(root, cache=tmp_path / "cache")
    done = [module.digest(f"import a{number}\n".encode()) for number in range(6)]
    assert len(Cache(tmp_path / "cache").get(done)) == 4


@pytest.mark.parametrize("pool", [ThreadPoolExecutor, ProcessPoolExecutor])
def test_any_executor_gives_the_same_facts(write_project, tmp_path, monkeypatch, pool):
    monkeypatch.setattr(parsing, "_FEW_FILES", 2)
    monkeypatch.setattr(parsing, "_FILES_PER_TASK", 2)
    root = write_project(FILES)
    with pool(2) as executor:
        assert scanned(root, cache=tmp_path / "cache", workers=Helpers(executor)) == scanned(root)


class Losing(Executor):
    """Does every other task, and loses the rest."""

    def __init__(self):
        self.asked = 0

    def submit(self, function, *arguments):
        self.asked += 1
        future = Future()
        if self.asked % 2:
            future.set_exception(ConnectionError("the worker is gone"))
        else:
            future.set_result(function(*arguments))
        return future


def test_what_an_executor_loses_is_parsed_here_and_said(write_project, monkeypatch):
    monkeypatch.setattr(parsing, "_FEW_FILES", 2)
    monkeypatch.setattr(parsing, "_FILES_PER_TASK", 1)
    root, executor = write_project(FILES), Losing()
    helpers = Helpers(executor)
    assert scanned(root, workers=helpers) == scanned(root)
    assert executor.asked == 5
    (note,) = helpers.notes
    assert note.startswith("3 parts of the work were done by this process")
    assert "the worker is gone" in note


def test_a_worker_with_another_parser_is_not_trusted(write_project, monkeypatch):
    monkeypatch.setattr(parsing, "_FEW_FILES", 2)
    root, asked = write_project(FILES), parsing._parse_alike
    monkeypatch.setattr(parsing, "_parse_alike", lambda _like, texts: asked(b"another", texts))
    with ThreadPoolExecutor(1) as executor:
        helpers = Helpers(executor)
        assert scanned(root, workers=helpers) == scanned(root)
    assert "another version of importgraph or of Python" in helpers.notes[0]


def test_a_warm_cache_parses_nothing(write_project, tmp_path, monkeypatch):
    root = write_project(FILES)
    cold = scanned(root, cache=tmp_path / "cache")
    monkeypatch.setattr(parsing, "encoded_facts", None)
    assert scanned(root, cache=tmp_path / "cache") == cold


def test_a_changed_file_is_read_again(write_project, tmp_path):
    root = write_project(FILES)
    scanned(root, cache=tmp_path / "cache")
    write_project({"a.py": "import c\n"})
    (first, *_) = scanned(root, cache=tmp_path / "cache").files
    assert [i.module for i in first.facts.imports] == ["c"]


def test_an_entry_of_another_shape_is_a_miss(write_project, tmp_path):
    root = write_project(FILES)
    cold = scanned(root, cache=tmp_path / "cache")
    cache = Cache(tmp_path / "cache")
    keys = [module.digest((root / path).read_bytes()) for path in FILES]
    cache.put({key: msgspec.msgpack.encode(["odd", number]) for number, key in enumerate(keys)})
    assert scanned(root, cache=tmp_path / "cache") == cold


def test_progress_counts_to_the_total(write_project, monkeypatch):
    monkeypatch.setattr(parsing, "_FILES_PER_TASK", 2)
    seen = []
    scanned(write_project(FILES), progress=lambda done, total: seen.append((done, total)))
    assert seen == [(3, 6), (5, 6), (6, 6)]  # two files have the same contents


def test_a_failing_cache_is_a_note_and_no_more(write_project, tmp_path):
    (tmp_path / "cache").write_text("")
    root = write_project(FILES)
    result = scanned(root, cache=tmp_path / "cache")
    assert result.files == scanned(root).files
    assert "the cache could not be written" in result.notes[0]


def test_the_number_of_processors():
    assert 1 <= default_workers() <= (os.cpu_count() or 1)


SOURCES = st.sampled_from(
    [
        b"import a\n",
        b"from . import b\n",
        b"def f(:\n",
        b"",
        b"\xff",
        b"import a\0",
        b"x = 1\nimport c.d as e\n",
    ]
)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(sources=st.lists(SOURCES, min_size=1, max_size=5), shuffle=st.randoms())
def test_facts_do_not_depend_on_order_or_cache(tmp_path_factory, sources, shuffle):
    root = tmp_path_factory.mktemp("law")
    for number, source in enumerate(sources):
        (root / f"m{number}.py").write_bytes(source)
    found = find_files(root)
    mixed = list(found.files)
    shuffle.shuffle(mixed)
    cache = Cache(root / ".cache")
    runs = [
        scan_files(root, FoundFiles(tuple(files), (), ()), cache=used, workers=1)
        for files in (found.files, mixed)
        for used in (Cache(None), cache)
    ]
    facts = [{file.path: (file.facts, file.broken) for file in run.files} for run in runs]
    assert all(each == facts[0] for each in facts)
    assert len(facts[0]) == len(sources)


@pytest.mark.parametrize(("version", "is_broken"), [((3, 13), False), ((3, 14), True)])
def test_a_comment_that_is_no_utf_8_is_an_error_from_3_14_on(open_files, version, is_broken):
    source = b"import a  # caf\xe9\n# coding is said nowhere\nimport a  # \xc3\xa9\n"
    project = open_files({"a.py": source}, python_version=version)
    (file,) = project.scan.files
    assert [one.line for one in file.facts.imports] == [1, 3]
    assert (file.broken is not None) == is_broken
    assert file.late.reason == "cannot decode byte 0xe9 as utf-8"
    assert file.late.line == 1


def test_a_notebook_may_wait_outside_functions(write_project):
    cells = [{"cell_type": "code", "source": text} for text in ("import a", "await a.b()", "return")]
    root = write_project({"n.ipynb": json.dumps({"cells": cells})})
    assert [(file.broken, len(file.facts.imports)) for file in scanned(root).notebooks] == [(None, 1)]
