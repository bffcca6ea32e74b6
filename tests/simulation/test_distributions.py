"""Which distributions lack others, and which use the project, by what their folders say."""

from msgspec.structs import replace

from importgraph.environment.locate import standard_library_here
from importgraph.simulation.distributions import Distributions
from importgraph.simulation.search import Search


def made(folder, found):
    """Write distributions, each with its metadata and the paths it installed."""
    site = folder / "site-packages"
    for name, (metadata, record) in found.items():
        place = site / f"{name}-1.dist-info"
        place.mkdir(parents=True)
        (place / "METADATA").write_bytes(
            f"Metadata-Version: 2.1\nName: {name}\n{metadata}\n\nAll about it.\n".encode()
        )
        (place / "RECORD").write_text("".join(f"{path},sha256=x,1\n" for path in record))
    environment = replace(standard_library_here(), site=(str(site),), folders=(str(site),))
    return Distributions(Search(environment, [str(folder / "project")]))


def test_what_lacks_a_requirement_and_who_needs_that(tmp_path):
    found = made(
        tmp_path,
        {
            "hard": (
                "Requires-Dist: absent (>=1)",
                ["hard/__init__.py", "hard/a.py", "hard-1.dist-info/METADATA"],
            ),
            "user": ("Requires-Dist: hard", ["user.py", "../../../bin/user"]),
            "soft": ("Requires-Dist: absent; extra == 'more'", ["soft/__init__.py"]),
            "whole": ("Requires-Dist: Soft>=1,<2", ["whole/__init__.py"]),
        },
    )
    assert found.crippled == {"hard", "user"}
    assert found.incomplete == {"hard", "user", "soft"}


def test_requirements_in_a_description_or_behind_long_metadata(tmp_path):
    long = "\n".join(f"Classifier: {number:0100}" for number in range(200))
    found = made(
        tmp_path,
        {
            "long": (f"{long}\nRequires-Dist: absent", ["long.py"]),
            "told": ("Summary: x\n\nRequires-Dist: absent", ["told.py"]),
        },
    )
    assert found.crippled == {"long"}


def test_what_uses_the_project_runs_its_code(tmp_path):
    (tmp_path / "project/ours").mkdir(parents=True)
    (tmp_path / "project/ours/__init__.py").write_text("")
    found = made(
        tmp_path,
        {
            "ours": ("Summary: x", ["ours/__init__.py"]),
            "plugin": ("Requires-Dist: ours", ["plugin/__init__.py"]),
            "other": ("Summary: x", ["other/__init__.py"]),
        },
    )
    assert found.dependents == {"plugin"}
