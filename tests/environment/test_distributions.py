import pytest
from environment_folders import distribution, make_environment

from importgraph.environment.distributions import Distribution, Distributions
from importgraph.environment.finder import EnvironmentFinder
from importgraph.environment.locate import named_environment


@pytest.fixture
def owner_of(tmp_path):
    def made(files):
        environment = named_environment(make_environment(tmp_path / "env", files))
        finder, distributions = EnvironmentFinder(environment), Distributions(environment)

        def ask(name):
            module = finder.find(name)
            assert module is not None
            return distributions.of(module)

        return ask

    return made


def test_the_record_says_whose_a_module_is(owner_of):
    files = {"yaml/__init__.py": "", "yaml/nodes.py": "", "single.py": "", "stray.py": ""}
    ask = owner_of(
        {
            **files,
            **distribution("PyYAML", "6.0.2", "yaml/__init__.py", "yaml/nodes.py"),
            **distribution("one-file", "1.0", "single.py"),
        }
    )
    assert ask("yaml.nodes") == Distribution("PyYAML", "6.0.2")
    assert ask("single") == Distribution("one-file", "1.0")
    assert ask("stray") is None


def test_a_package_that_several_distributions_share(owner_of):
    ask = owner_of(
        {
            "google/cloud/a.py": "",
            "google/auth/__init__.py": "",
            **distribution("google-cloud-a", "1", "google/cloud/a.py"),
            **distribution("google-auth", "2", "google/auth/__init__.py"),
        }
    )
    assert ask("google.cloud.a") == Distribution("google-cloud-a", "1")
    assert ask("google.auth") == Distribution("google-auth", "2")
    assert ask("google") is None


def test_an_editable_install(owner_of, tmp_path):
    source = tmp_path / "checkout/src"
    (source / "app").mkdir(parents=True)
    (source / "app/__init__.py").touch()
    files = distribution("the-app", "0.1", "__editable__.pth")
    files["the_app-0.1.dist-info/direct_url.json"] = f'{{"url": "file://{tmp_path}/checkout"}}'
    ask = owner_of({**files, "__editable__.pth": f"{source}\n"})
    assert ask("app") == Distribution("the-app", "0.1")


def test_an_egg_has_its_names_in_a_file_of_its_own(owner_of):
    ask = owner_of(
        {
            "old/__init__.py": "",
            "Old-1.2.egg-info/PKG-INFO": "Name: Old\nVersion: 1.2\n",
            "Old-1.2.egg-info/top_level.txt": "old\n",
        }
    )
    assert ask("old") == Distribution("Old", "1.2")
