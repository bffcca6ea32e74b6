"""The server as an editor sees it."""

import subprocess
import sys

import pytest
from conftest import write_files
from editor_client import Editor, applied

ABLE = {
    "textDocument": {"codeAction": {"disabledSupport": True}},
    "workspace": {"workspaceEdit": {"documentChanges": True}},
}
MAIN = '''\
"""Starts it all."""
from app import heavy
from app.api import (
    User,
    make,
)


def main():
    return heavy.work(), User, make
'''
FILES = {
    "app/__init__.py": "",
    "app/heavy.py": "import decimal\n\n\ndef work():\n    return decimal.Decimal(1)\n",
    "app/models.py": "X = 1\n\n\nclass User:\n    pass\n",
    "app/api.py": "from app.models import User\n\n\ndef make():\n    return User()\n",
    "app/main.py": MAIN,
    "app/feed.py": '"""Doc."""\n\x0c\nX = "\x0c\u2028"\nfrom app import heavy\n\n\n'
    "def f():\n    return heavy.work()\n",
    "app/broken.py": "from app.models import User, Usr\n",
    "app/side.py": "from app.models import User\n\nUSER = User()\n\n\n"
    "def later():\n    import decimal\n    import nowhere_at_all\n",
}


@pytest.fixture(scope="module")
def editor(tmp_path_factory):
    folder = write_files(tmp_path_factory.mktemp("open"), FILES)
    with Editor(folder, capabilities=ABLE) as editor:
        editor.analysed()
        for path in FILES:
            editor.open(path)
        yield editor


def test_a_hover_says_what_an_import_costs_and_what_it_loads(editor):
    text = editor.hover("app/main.py", 1, 17)
    assert "Importing `app.heavy` costs **≈ " in text
    assert "Most of it: `collections` ≈ " in text
    assert "Without it, `import` of `app.main` loads ≈ " in text


def test_a_hover_on_one_name_of_several_lines_is_about_the_statement_it_stands_in(editor):
    found = editor.at("textDocument/hover", "app/main.py", 3, 6)
    assert "`app.api`" in found["contents"]["value"]
    assert found["range"] == {"start": {"line": 3, "character": 4}, "end": {"line": 3, "character": 8}}
    whole = editor.at("textDocument/hover", "app/main.py", 2, 2)
    assert whole["range"]["end"] == {"line": 5, "character": 1}


@pytest.mark.parametrize(("line", "said"), [(0, None), (6, None), (8, None), (500, None)])
def test_there_is_no_hover_beside_imports(editor, line, said):
    assert editor.hover("app/main.py", line) is said


def test_a_hover_says_when_an_import_does_not_run_at_import(editor):
    assert "It runs when `later` is called, not at import." in editor.hover("app/side.py", 6, 12)


def test_a_hover_says_what_is_not_known(editor):
    assert "There is no `app.models.Usr`" in editor.hover("app/broken.py", 0, 30)
    assert "`nowhere_at_all` costs is not known" in editor.hover("app/side.py", 7, 12)


def test_findings_become_diagnostics_at_their_places(editor):
    found = editor.wait_for("textDocument/publishDiagnostics", lambda p: p["uri"].endswith("/broken.py"))
    missing = next(one for one in found["diagnostics"] if one["code"] == "IG402")
    assert missing["severity"] == 1
    assert missing["source"] == "importgraph"
    assert missing["range"]["start"] == {"line": 0, "character": 29}
    assert "`app.models` has no name `Usr`" in missing["message"]


def test_a_safe_deferral_is_offered_and_its_edit_defers(editor):
    (action,) = editor.actions("app/main.py", 1)
    assert action["title"].startswith("Defer this import: `import app.main` costs ≈ ")
    (change,) = action["edit"]["documentChanges"]
    assert change["textDocument"] == {"uri": editor.uri("app/main.py"), "version": 1}
    after = applied(MAIN, change["edits"])
    assert after == MAIN.replace("from app import heavy\n", "").replace(
        "def main():\n", "def main():\n    from app import heavy\n"
    )


def test_what_is_used_at_import_is_not_deferred_and_the_reason_is_said(editor):
    (action,) = editor.actions("app/side.py", 0)
    assert "edit" not in action
    assert action["disabled"]["reason"] == (
        "Not shown to be safe: `User` is used while `app.side` is imported."
    )


def test_the_canonical_path_is_offered_for_a_statement_with_another(editor):
    title = "Canonical path: from app.models import User"
    (action,) = [one for one in editor.actions("app/main.py", 2) if one["title"] == title]
    (change,) = action["edit"]["documentChanges"]
    assert "from app.models import User\n" in applied(MAIN, change["edits"])


def test_a_definition_is_where_the_name_is_born_not_where_it_is_passed_on(editor):
    found = editor.at("textDocument/definition", "app/main.py", 3, 5)
    assert found["uri"] == editor.uri("app/models.py")
    assert found["range"]["start"] == {"line": 3, "character": 0}
    module = editor.at("textDocument/definition", "app/main.py", 1, 18)
    assert module["uri"] == editor.uri("app/heavy.py")
    assert editor.at("textDocument/definition", "app/heavy.py", 0, 8) is None


def test_a_text_that_is_being_edited_has_hovers_and_no_actions(tmp_path):
    folder = write_files(
        tmp_path / "edited", {"a.py": "import b\n\n\ndef f():\n    return b.X\n", "b.py": "X = 1\n"}
    )
    with Editor(folder) as editor:
        editor.analysed()
        editor.open("a.py")
        edited = "# 🐍 a new first line\n\nimport b\n\n\ndef f(:\n    return b.X\n"
        editor.change("a.py", edited)
        found = editor.at("textDocument/hover", "a.py", 2, 8)
        assert "`b`" in found["contents"]["value"]
        assert found["range"] == {"start": {"line": 2, "character": 7}, "end": {"line": 2, "character": 8}}
        assert editor.actions("a.py", 2) is None
        assert editor.hover("a.py", 0) is None


def test_a_save_refreshes_diagnostics_and_hovers(tmp_path):
    folder = write_files(tmp_path / "saved", {"a.py": "from b import Y\n", "b.py": "X = 1\n"})
    with Editor(folder) as editor:
        editor.analysed()
        first = editor.wait_for("textDocument/publishDiagnostics", lambda p: p["uri"] == editor.uri("a.py"))
        assert "IG402" in [one["code"] for one in first["diagnostics"]]
        editor.open("a.py")
        editor.save("b.py", "import colorsys\n\nY = 1\n")
        editor.analysed()
        second = editor.wait_for("textDocument/publishDiagnostics", lambda p: p["uri"] == editor.uri("a.py"))
        assert "IG402" not in [one["code"] for one in second["diagnostics"]]
        assert "`colorsys`" in editor.hover("a.py", 0, 5)
    assert editor.code == 0


def test_a_configuration_that_cannot_be_read_is_said_and_mended_by_a_save(tmp_path):
    wrong = {"pyproject.toml": "[tool.importgraph]\nexclud = []\n", "a.py": "import b\n", "b.py": "\n"}
    with Editor(write_files(tmp_path / "wrong", wrong)) as editor:
        shown = editor.wait_for("window/showMessage")
        assert "unknown key `exclud`, did you mean `exclude`?" in shown["message"]
        assert editor.hover("a.py", 0, 8) is None
        editor.save("pyproject.toml", "")
        editor.analysed()
        assert "`b`" in editor.hover("a.py", 0, 8)


def test_analysed_code_is_not_imported(tmp_path):
    trap = {"trap.py": "open('sprung', 'w').close()\n", "a.py": "import trap\n"}
    folder = write_files(tmp_path / "trapped", trap)
    with Editor(folder) as editor:
        editor.analysed()
        editor.open("a.py")
        assert "`trap`" in editor.hover("a.py", 0, 8)
        editor.actions("a.py", 0)
    assert not (folder / "sprung").exists()


def test_it_ends_when_the_editor_is_gone(tmp_path):
    folder = write_files(tmp_path / "gone", {"a.py": "\n"})
    with Editor(folder) as editor:
        editor.process.stdin.close()
        assert editor.process.wait(editor.patience) == 0


def test_without_pygls_it_is_one_line_and_exit_code_2(tmp_path):
    code = (
        "import sys\n"
        "sys.modules['pygls'] = sys.modules['pygls.lsp'] = None\n"
        "sys.argv = ['importgraph', 'lsp']\n"
        "from importgraph.cli import main\n"
        "sys.exit(main())\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=tmp_path
    )
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr == (
        "importgraph: `importgraph lsp` needs pygls, which is not installed. "
        "Install it with: pip install 'importgraph[lsp]'\n"
    )


def test_a_form_feed_ends_no_line(editor):
    text = FILES["app/feed.py"]
    (action,) = (one for one in editor.actions("app/feed.py", 3) if "edit" in one)
    after = applied(text, action["edit"]["documentChanges"][0]["edits"])
    assert after == text.replace("from app import heavy\n", "", 1).replace(
        "    return", "    from app import heavy\n    return"
    )
    found = editor.at("textDocument/hover", "app/feed.py", 3, 18)
    assert found["range"]["start"] == {"line": 3, "character": 16}


@pytest.mark.parametrize(
    "uri", ["untitled:Untitled-1", "", "https://x/y.py", "file:///gone/a.py", "file:///", "file:///%00.py"]
)
def test_of_what_is_no_file_nothing_is_said(editor, uri):
    place = {"line": 0, "character": 0}
    assert editor.ask("textDocument/hover", textDocument={"uri": uri}, position=place) is None
