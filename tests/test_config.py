import pytest

from importgraph.config import Config, from_options, from_pyproject, parse_version, read_toml
from importgraph.errors import ConfigError


def pyproject(write_project, text):
    return from_pyproject(write_project({"pyproject.toml": text}))


def test_later_sources_win_and_leave_the_rest(write_project):
    settings = pyproject(write_project, '[tool.importgraph]\npolicy = "public"\nexclude = ["gen/"]\n').over(
        Config()
    )
    assert settings == Config(policy="public", exclude=("gen/",))
    assert from_options(policy="majority", exclude=(), platform=None).over(settings) == Config(
        policy="majority", exclude=("gen/",)
    )


def test_every_key_is_read(write_project):
    text = """
    [tool.importgraph]
    source-roots = ["src"]
    exclude = ["gen/"]
    python-version = "3.12"
    platform = "win32"
    entry-points = ["app.cli"]
    policy = "majority"
    select = ["IG1"]
    ignore = ["IG2"]
    workers = 2
    [tool.importgraph.canonical]
    "app.b.B" = "app"
    "app.a.A" = "app"
    """
    assert pyproject(write_project, text).over(Config()) == Config(
        source_roots=("src",),
        exclude=("gen/",),
        python_version=(3, 12),
        platform="win32",
        entry_points=("app.cli",),
        policy="majority",
        canonical=(("app.a.A", "app"), ("app.b.B", "app")),
        select=("IG1",),
        ignore=("IG2",),
        workers=2,
    )


def test_all_problems_are_named_at_once_with_the_nearest_key(write_project):
    text = '[tool.importgraph]\npolcy = "public"\nzzzzz = 1\nworkers = -1\npython-version = "three"\n'
    with pytest.raises(ConfigError) as raised:
        pyproject(write_project, text)
    message = str(raised.value)
    assert "unknown key `polcy`, did you mean `policy`?" in message
    assert "unknown key `zzzzz`;" in message
    assert "`workers` should be a whole number" in message
    assert '`python-version` should be a version such as "3.12"' in message


@pytest.mark.parametrize(
    ("line", "shape"),
    [
        ('exclude = "gen"', "a list of strings"),
        ("exclude = [1]", "a list of strings"),
        ('policy = "best"', "one of .*definition"),
        ("workers = true", "a whole number"),
        ('platform = ""', "sys.platform"),
        ("canonical = [1]", "a table"),
        ("canonical = {a = 1}", "a table"),
    ],
)
def test_wrong_shapes(write_project, line, shape):
    with pytest.raises(ConfigError, match=shape):
        pyproject(write_project, f"[tool.importgraph]\n{line}\n")


@pytest.mark.parametrize("text", ["[tool\n", "[tool]\nimportgraph = 3\n"])
def test_a_broken_file_is_one_clear_error(write_project, text):
    with pytest.raises(ConfigError, match=r"pyproject\.toml"):
        pyproject(write_project, text)


def test_undecodable_toml_is_an_error_and_a_missing_file_is_empty(write_project):
    root = write_project({"pyproject.toml": b"a = '\xff'"})
    with pytest.raises(ConfigError, match="cannot be read"):
        read_toml(root / "pyproject.toml")
    assert read_toml(root / "none.toml") == {}


@pytest.mark.parametrize(
    ("requires", "version"),
    [
        (">=3.11", (3, 11)),
        ("~=3.9", (3, 9)),
        (">3.8,<4", (3, 8)),
        ("==3.12.*", (3, 12)),
        ("nonsense", ()),
        ("<3", ()),
    ],
)
def test_the_target_is_the_lower_bound_of_requires_python(write_project, requires, version):
    text = f'[project]\nname = "x"\nrequires-python = "{requires}"\n'
    assert pyproject(write_project, text).over(Config()).python_version == version


def test_a_configured_version_beats_requires_python(write_project):
    text = '[project]\nrequires-python = ">=3.9"\n[tool.importgraph]\npython-version = "3.13"\n'
    assert pyproject(write_project, text).over(Config()).python_version == (3, 13)


@pytest.mark.parametrize(
    ("text", "version"), [("3.12", (3, 12)), ("3.12.1", (3, 12, 1)), ("3", None), ("3.x", None), (3.12, None)]
)
def test_versions(text, version):
    assert parse_version(text) == version
