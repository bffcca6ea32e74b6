import pytest

from importgraph.fixes.safety.patches import Patch, find_patch


@pytest.mark.parametrize(
    "text",
    [
        "mock.patch('app.cli.work')",
        'patch("app.cli.work.attribute")',
        "monkeypatch.setattr('app.cli.work', 1)",
        "monkeypatch.setattr(cli, 'work', 1)",
        'mock.patch.object(app.cli, "work")',
        'patch.object(\n    cli,\n    "work",\n)',
    ],
)
def test_a_name_that_is_replaced(text):
    found = find_patch({"a.py": "", "test_b.py": f"\n{text}\n"}, "app.cli", "work")
    assert found == Patch("test_b.py", 2)


@pytest.mark.parametrize(
    "text",
    ["mock.patch('app.cli.worker')", "mock.patch('app.cli')", "setattr(other, 'work', 1)", "x = 'work'"],
)
def test_other_names_and_modules(text):
    assert find_patch({"test_b.py": text}, "app.cli", "work") is None
