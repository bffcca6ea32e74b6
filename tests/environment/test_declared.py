import pytest

from importgraph.environment.declared import requirement_names
from importgraph.environment.import_names import declared_distribution


def test_requirements_and_lock_files_of_every_kind(write_project):
    root = write_project(
        {
            "pyproject.toml": """
            [project]
            dependencies = ["PyYAML>=6", "requests[socks]; python_version > '3'"]
            [project.optional-dependencies]
            plot = ["matplotlib"]
            [dependency-groups]
            dev = ["pytest"]
            [tool.poetry.dependencies]
            python = "^3.9"
            Flask = "*"
            [tool.poetry.group.dev.dependencies]
            black = "*"
            """,
            "requirements/base.txt": "numpy==2\n# a comment\n-r other.txt\n",
            "uv.lock": '[[package]]\nname = "certifi"\nversion = "1"\n',
            "Pipfile.lock": '{"default": {"six": {}}, "develop": {}}',
        }
    )
    assert requirement_names(root) >= {
        "pyyaml", "matplotlib", "pytest", "flask", "black", "numpy", "certifi", "six",
    }  # fmt: skip
    assert "python" not in requirement_names(root)


@pytest.mark.parametrize("text", ["[", "[project]\ndependencies = 3\n", "[tool]\npoetry = 1\n"])
def test_files_that_cannot_be_read_name_nothing(write_project, text):
    assert requirement_names(write_project({"pyproject.toml": text, "poetry.lock": text})) == frozenset()


@pytest.mark.parametrize(
    ("module", "distribution"),
    [
        ("yaml", "pyyaml"),
        ("google.cloud.storage", "google-cloud-storage"),
        ("flask_login.utils", "flask-login"),
        ("jose", "python-jose"),
        ("absent", None),
    ],
)
def test_which_distribution_brings_a_module(module, distribution):
    declared = {"pyyaml", "google-cloud-storage", "flask-login", "python-jose"}
    assert declared_distribution(module, declared) == distribution
