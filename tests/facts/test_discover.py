import os
from pathlib import Path

import pytest

from importgraph.facts.discover import find_files
from importgraph.facts.ignore_files import would_be_ignored


def found(root, *exclude, within=""):
    return list(find_files(root, exclude, within).files)


def excluded(root, *exclude):
    return {item.path: item.reason for item in find_files(root, exclude).excluded}


def test_files_come_sorted_with_slashes(write_project):
    root = write_project({"b.py": "", "a/z.py": "", "a/b/c.py": "", "a/readme.txt": "", "a/x.pyi": ""})
    assert found(root) == ["a/b/c.py", "a/z.py", "b.py"]


def test_gitignore_is_respected(write_project):
    root = write_project(
        {
            ".gitignore": "/gen.py\nout/\n*_pb2.py\n!keep_pb2.py\n# comment\n",
            "gen.py": "",
            "sub/gen.py": "",
            "out/a.py": "",
            "sub/out/a.py": "",
            "api_pb2.py": "",
            "sub/keep_pb2.py": "",
            "a.py": "",
        }
    )
    assert found(root) == ["a.py", "sub/gen.py", "sub/keep_pb2.py"]
    assert excluded(root) == {}


def test_a_nested_gitignore_decides_below_its_folder(write_project):
    root = write_project(
        {
            ".gitignore": "local_*.py\n",
            "sub/.gitignore": "!local_settings.py\n/only_here.py\n",
            "sub/local_settings.py": "",
            "sub/local_other.py": "",
            "sub/only_here.py": "",
            "sub/deep/only_here.py": "",
            "only_here.py": "",
            "local_settings.py": "",
        }
    )
    assert found(root) == ["only_here.py", "sub/deep/only_here.py", "sub/local_settings.py"]


def test_what_is_in_an_ignored_folder_cannot_be_brought_back(write_project):
    root = write_project({".gitignore": "out/\n!out/keep.py\n", "out/keep.py": "", "a.py": ""})
    assert found(root) == ["a.py"]


def test_ignore_files_above_the_root_count_inside_one_repository(write_project):
    root = write_project(
        {
            ".git/HEAD": "",
            ".gitignore": "*_gen.py\n/pkg/sub/anchored.py\n/anchored.py\nother/x.py\n",
            "pkg/sub/a_gen.py": "",
            "pkg/sub/anchored.py": "",
            "pkg/sub/a.py": "",
        }
    )
    assert found(root / "pkg" / "sub") == ["a.py"]


def test_ignore_files_above_the_repository_do_not_count(write_project):
    root = write_project({".gitignore": "a.py\n", "repo/.git/HEAD": "", "repo/a.py": ""})
    assert found(root / "repo") == ["a.py"]


def test_without_git_no_file_above_the_root_counts(write_project):
    root = write_project({".gitignore": "a.py\n", "folder/a.py": ""})
    assert found(root / "folder") == ["a.py"]


def test_a_folder_asked_for_by_name_counts_even_if_it_is_ignored(write_project):
    root = write_project({".git/HEAD": "", ".gitignore": "sandbox/\n", "sandbox/a.py": ""})
    assert found(root / "sandbox") == ["a.py"]


@pytest.mark.parametrize(
    ("path", "beside", "reason"),
    [
        ("env/lib/x.py", "env/pyvenv.cfg", "virtual environment"),
        ("node_modules/x/y.py", "a.py", "node_modules"),
        ("lib/site-packages/x.py", "a.py", "installed packages"),
        ("__pycache__/x.py", "a.py", "bytecode folder"),
        ("build/lib/x.py", "setup.py", "build output"),
        ("dist/x.py", "pyproject.toml", "build output"),
        (".tox/py/x.py", "a.py", "hidden folder of a tool"),
    ],
)
def test_what_is_not_source_is_left_out_with_a_reason(write_project, path, beside, reason):
    root = write_project({path: "", beside: "", "a.py": ""})
    assert excluded(root) == {path: reason}
    assert path not in found(root)


def test_a_package_called_build_is_source(write_project):
    root = write_project({"setup.py": "", "build/__init__.py": "", "sub/build/x.py": ""})
    assert found(root) == ["build/__init__.py", "setup.py", "sub/build/x.py"]


def test_configured_patterns_leave_out_with_a_reason(write_project):
    root = write_project({"gen/a.py": "", "gen/b.py": "", "a.py": ""})
    assert found(root, "gen/", "!gen/b.py") == ["a.py"]
    assert excluded(root, "gen/*", "!gen/b.py") == {"gen/a.py": "excluded by configuration"}


def test_only_the_part_asked_for_is_read(write_project):
    root = write_project({"a/x.py": "", "b/y.py": "", ".gitignore": "z.py\n", "b/z.py": ""})
    assert found(root, within="b") == ["b/y.py"]


def test_links_to_folders_are_named_and_not_followed(write_project):
    root = write_project({"pkg/a.py": "", "real.py": ""})
    (root / "pkg" / "loop").symlink_to(root)
    (root / "dangling").symlink_to(root / "nowhere")
    (root / "link.py").symlink_to(root / "real.py")
    result = find_files(root)
    assert list(result.files) == ["link.py", "pkg/a.py", "real.py"]
    assert [(link.path, link.reason) for link in result.links] == [
        ("pkg/loop", "symbolic link to a folder, not followed")
    ]


def test_a_link_to_itself_is_no_obstacle(write_project):
    root = write_project({"a.py": ""})
    (root / "self").symlink_to(root / "self")
    assert found(root) == ["a.py"]


def test_a_folder_with_the_name_of_a_file(write_project):
    assert found(write_project({"odd.py/inner.py": ""})) == ["odd.py/inner.py"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_a_folder_that_cannot_be_listed_is_named(write_project):
    root = write_project({"shut/a.py": "", "b.py": ""})
    (root / "shut").chmod(0)
    try:
        result = find_files(root)
    finally:
        (root / "shut").chmod(0o755)
    assert result.files == ("b.py",)
    assert [link.path for link in result.links] == ["shut"]
    assert result.links[0].reason.startswith("cannot be listed")


def test_a_folder_that_cannot_be_listed_is_named_whoever_runs(write_project, monkeypatch):
    root = write_project({"shut/a.py": "", "b.py": ""})
    scandir = os.scandir

    def refusing(path):
        if str(path).endswith("shut"):
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refusing)
    result = find_files(root)
    assert result.files == ("b.py",)
    assert [(link.path, link.reason) for link in result.links] == [
        ("shut", "cannot be listed: Permission denied")
    ]


def test_a_pipe_is_not_read(write_project):
    root = write_project({"a.py": ""})
    os.mkfifo(root / "pipe.py")
    assert excluded(root) == {"pipe.py": "not a regular file"}


def test_an_ignore_file_that_cannot_be_read_is_named(write_project):
    root = write_project({"a.py": "", ".gitignore/odd.py": ""})
    result = find_files(root)
    assert result.files == (".gitignore/odd.py", "a.py")
    assert [link.path for link in result.links] == [".gitignore"]


def test_names_that_are_no_utf8_are_left_out_with_a_reason(tmp_path: Path) -> None:
    raw = os.fsencode(tmp_path)
    with open(raw + b"/bad\xff.py", "wb") as file:  # noqa: PTH123 -- pathlib takes no bytes
        file.write(b"")
    os.mkdir(raw + b"/folder\xff")  # noqa: PTH102 -- as above
    found = find_files(tmp_path)
    assert [(one.path, one.reason) for one in found.excluded] == [("bad\\udcff.py", "name is no valid UTF-8")]
    assert [one.path for one in found.links] == ["folder\\udcff"]


def test_tracked_files_are_found_though_they_are_ignored(write_project):
    root = write_project(
        {
            ".gitignore": "gen.py\nmade/\n",
            "p/gen.py": "",
            "p/__init__.py": "",
            "p/made/__init__.py": "",
            "p/made/one.py": "",
            "p/made/two.py": "",
            "q/gen.py": "",
        }
    )
    tracked = frozenset({"p/gen.py", "p/made/one.py", "p/__init__.py"})
    found = find_files(root, tracked=lambda: tracked)
    assert found.files == ("p/__init__.py", "p/gen.py", "p/made/one.py")
    assert found.other.unread == ("p/made/", "p/made/__init__.py", "p/made/two.py", "q/gen.py")


def test_the_index_is_not_read_where_nothing_is_ignored(write_project):
    def tracked():
        raise AssertionError

    root = write_project({".gitignore": "*.log\n__pycache__/\n", "p/__init__.py": "", "p/__pycache__/x": ""})
    assert find_files(root, tracked=tracked).files == ("p/__init__.py",)


@pytest.mark.parametrize(
    ("path", "ignored"),
    [("p/_version.py", True), ("p/made/x/y.py", True), ("p/kept.py", False), ("q/here.py", True)],
)
def test_what_git_would_ignore(write_project, path, ignored):
    rules = {".gitignore": "_version.py\nmade/\n", "q/.gitignore": "here.py", "p/.gitignore": "!kept.py"}
    found = find_files(write_project({**rules, "p/a.py": ""}))
    assert would_be_ignored(path, found.other.ignore_files) is ignored


def test_a_build_folder_that_git_tracks_is_no_build_output(write_project):
    root = write_project({"pyproject.toml": "", "build/tool.py": "", "dist/made.py": ""})
    found = find_files(root, tracked=lambda: frozenset({"build/tool.py"}))
    assert found.files == ("build/tool.py",)
    assert [(one.path, one.reason) for one in found.excluded] == [("dist/made.py", "build output")]
