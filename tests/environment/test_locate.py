import pytest
from environment_folders import make_environment, make_python, write

from importgraph.environment.locate import named_environment, project_environment
from importgraph.errors import UsageError


@pytest.fixture(autouse=True)
def _no_active_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VIRTUAL_ENV", raising=False)


def test_a_virtual_environment_has_the_library_of_the_python_it_was_made_from(tmp_path):
    folder = make_environment(tmp_path / "env", {"dep.py": ""})
    found = named_environment(folder)
    assert found.version == (3, 12)
    assert found.standard[0] == str(tmp_path / "python/lib/python3.12")
    assert found.folders == (str(folder / "lib/python3.12/site-packages"),)
    assert not found.gaps
    assert named_environment(folder / "bin/python") == found


def test_system_packages_are_seen_where_the_environment_says_so(tmp_path):
    base = make_python(tmp_path / "python", {"site-packages/inherited.py": ""})
    folder = make_environment(tmp_path / "env", home=base)
    assert len(named_environment(folder).folders) == 1
    with (folder / "pyvenv.cfg").open("a") as stream:
        stream.write("include-system-site-packages = true\n")
    assert named_environment(folder).folders[1].endswith("python3.12/site-packages")


def test_of_several_pythons_below_one_prefix_the_named_one_counts(tmp_path):
    make_python(tmp_path / "usr", version="3.9")
    make_python(tmp_path / "usr", version="3.13")
    assert named_environment(tmp_path / "usr").version == (3, 13)
    assert named_environment(tmp_path / "usr/bin/python3.9").version == (3, 9)
    (tmp_path / "usr/bin/python3").symlink_to("python3.9")
    assert named_environment(tmp_path / "usr/bin/python3").version == (3, 9)
    folder = make_environment(tmp_path / "env", home=tmp_path / "usr", version="3.9")
    assert named_environment(folder).standard[0].endswith("lib/python3.9")


def test_a_standard_library_that_is_gone_is_a_gap(tmp_path):
    folder = make_environment(tmp_path / "env", home=tmp_path / "gone")
    found = named_environment(folder)
    assert found.standard == ()
    assert found.gaps == (f"the standard library of Python 3.12: there is none at {tmp_path}/gone/bin",)


def test_the_layout_of_windows(tmp_path):
    prefix = write(
        tmp_path,
        {"Lib/os.py": "", "DLLs/_ssl.pyd": "", "python3.dll": "", "python311.dll": "", "python.exe": ""},
    )
    found = named_environment(prefix)
    assert (found.version, found.platform) == ((3, 11), "win32")
    assert "nt" in found.built_in
    assert "posix" not in found.built_in
    assert "_ssl" not in found.built_in
    write(
        prefix, {"env/pyvenv.cfg": f"home = {prefix}\nversion = 3.11.4\n", "env/Lib/site-packages/dep.py": ""}
    )
    assert named_environment(prefix / "env").standard == found.standard


@pytest.mark.parametrize("name", ["text.txt", "bin/ls", "empty", "nowhere", "nowhere/bin/python"])
def test_what_is_no_python_is_refused(tmp_path, name):
    make_python(tmp_path)
    write(tmp_path, {"text.txt": "", "bin/ls": "", "empty/text.txt": ""})
    with pytest.raises(UsageError, match="belongs to no Python installation"):
        named_environment(tmp_path / name)


def test_the_default_is_the_active_environment_then_the_one_beside_the_project(tmp_path, monkeypatch):
    project = tmp_path / "outer/project"
    project.mkdir(parents=True)
    assert project_environment(None, project) is None
    make_environment(project / ".venv")
    found = project_environment(None, project)
    assert found is not None
    assert found.prefix == str(project / ".venv")
    active = make_environment(tmp_path / "active")
    monkeypatch.setenv("VIRTUAL_ENV", str(active))
    found = project_environment(None, project)
    assert found is not None
    assert found.prefix == str(active)


@pytest.mark.parametrize(
    ("stated", "full"), [("3.12.7", (3, 12, 7)), ("3.12.7.final.0", (3, 12, 7)), ("3.12", (3, 12, 99))]
)
def test_the_patch_release_is_what_an_environment_states_and_else_the_newest(tmp_path, stated, full):
    folder = make_environment(tmp_path / "env")
    write(folder, {"pyvenv.cfg": f"home = {tmp_path}/python/bin\nversion = {stated}\n"})
    assert named_environment(folder).full_version == full
