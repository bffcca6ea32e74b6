"""A checkout whose git configuration names programs: no command may start one."""

import shutil
import stat
import subprocess
from pathlib import Path

import pytest
from git_repos import Repo, git
from typer.testing import CliRunner

from importgraph.cli import app
from importgraph.git.repository import open_repository

FILES = {
    "pyproject.toml": '[tool.importgraph.check]\nforbid-loaded = ["os"]\n',
    "app/__init__.py": "from app import core\n",
    "app/core.py": "import os\n",
    "test_app.py": "import app\n\n\ndef test_app():\n    assert app\n",
}
COMMANDS = (
    ("affected", "--since", "HEAD~1"),
    ("affected", "--since", "HEAD~1", "--ids"),
    ("affected", "--since", "HEAD"),
    ("check", "--against", "HEAD~1"),
    ("check",),
    ("check", "--format", "sarif"),
    ("diff", "HEAD~1"),
    ("diff", "HEAD~1", "HEAD"),
    ("analyze",),
    ("cycles", "--format", "sarif"),
    ("unresolved",),
    ("graph",),
    ("collect",),
    ("doctor",),
)
PROGRAMS = (
    "core.fsmonitor", "core.pager", "core.editor", "core.sshCommand", "core.gitProxy", "core.askPass",
    "core.alternateRefsCommand", "sequence.editor", "credential.helper", "gpg.program", "gpg.ssh.program",
    "gpg.x509.program", "gpg.ssh.defaultKeyCommand", "diff.external", "diff.e.command", "diff.e.textconv",
    "filter.e.clean", "filter.e.smudge", "filter.e.process", "merge.e.driver", "interactive.diffFilter",
    "pager.blame", "pager.diff", "pager.ls-files", "remote.origin.uploadpack", "remote.origin.receivepack",
    "remote.origin.vcs", "uploadpack.packObjectsHook", "browser.e.cmd", "difftool.e.cmd", "mergetool.e.cmd",
    "trailer.e.command", "submodule.sub.update", "alias.ls-files", "alias.rev-parse", "alias.blame",
    "gc.recentObjectsHook", "imap.tunnel", "sendemail.smtpServer", "web.browser", "man.e.cmd",
    "init.templateDir",
)  # fmt: skip
"""Every setting of git-config(1) that names a program, as far as we know."""


@pytest.fixture
def trap(tmp_path):
    """Give a program that leaves a trace when it is started, and a way to ask for traces."""
    sprung = tmp_path / "sprung"
    program = tmp_path / "trap"
    program.write_text(f'#!/bin/sh\necho "$0 $*" >> {sprung}\ncat\n')
    program.chmod(program.stat().st_mode | stat.S_IEXEC)
    return program, lambda: sprung.read_text() if sprung.exists() else ""


def lay_traps(folder: Path, program: Path, name: str = ".git") -> None:
    """Name the program in every setting, hook and attribute of a repository."""
    config = folder / name / "config"
    lines = [
        "[extensions]",
        "\tpartialClone = origin",
        "[protocol]",
        "\tallow = always",
        "[core]",
        "\tattributesFile = x",
    ]
    for setting in PROGRAMS:
        section, _, rest = setting.partition(".")
        subsection, _, key = rest.rpartition(".")
        head = f'[{section} "{subsection}"]' if subsection else f"[{section}]"
        lines += [head, f"\t{key} = {'!' if section in {'alias', 'submodule'} else ''}{program}"]
    lines += ['[filter "e"]', "\trequired = true", '[diff "e"]', "\tbinary = true"]
    lines += [
        '[remote "origin"]',
        f"\turl = ext::{program}",
        "\tpromisor = true",
        "\tpartialclonefilter = blob:none",
    ]
    with config.open("a") as file:
        file.write("\n".join(lines) + "\n")
    hooks = folder / name / "hooks"
    hooks.mkdir(exist_ok=True)
    for hook in (
        "post-index-change",
        "reference-transaction",
        "pre-auto-gc",
        "post-checkout",
        "fsmonitor-watchman",
    ):
        shutil.copy(program, hooks / hook)
    with (folder / ".gitattributes").open("a") as file:
        file.write("* filter=e diff=e merge=e\n")


@pytest.fixture
def trapped(tmp_path, trap):
    """A repository of two commits, a changed work tree, and traps in its own configuration."""
    repo = Repo(tmp_path / "repo")
    repo.commit(FILES)
    repo.commit({"app/core.py": "import sys\n"})
    lay_traps(repo.folder, trap[0])
    repo.write({"app/core.py": "import os, sys\n", "app/new.py": "import app\n"})
    for file in ("app/core.py", "test_app.py"):
        (repo.folder / file).touch()  # the index no longer vouches for them: git would filter and compare
    return repo.folder


def run(folder: Path, monkeypatch, *arguments: str):
    monkeypatch.chdir(folder)
    return CliRunner().invoke(app, list(arguments))


@pytest.mark.parametrize("arguments", COMMANDS, ids=" ".join)
def test_no_command_starts_what_a_configuration_names(trapped, trap, monkeypatch, arguments):
    done = run(trapped, monkeypatch, *arguments)
    assert done.exception is None or isinstance(done.exception, SystemExit)
    assert done.output
    assert trap[1]() == ""


def test_the_traps_are_set(trapped, trap):
    with pytest.raises(subprocess.CalledProcessError):  # the trap is no real filter
        git(trapped, "diff", "--stat", "HEAD")
    assert "trap" in trap[1]()


@pytest.mark.parametrize(
    "arguments",
    [("affected", "--since", "HEAD"), ("diff", "HEAD"), ("check", "--against", "HEAD")],
    ids=" ".join,
)
def test_a_folder_of_a_clone_that_is_a_bare_repository_is_only_files(tmp_path, trap, monkeypatch, arguments):
    inner = Repo(tmp_path / "inner")
    inner.commit({"a.py": "import b\n", "b.py": ""})
    outer = Repo(tmp_path / "outer")
    outer.commit({"main.py": "import sub.a\n"})
    sub = outer.folder / "sub"
    shutil.copytree(inner.folder / ".git", sub)
    shutil.copy(inner.folder / "a.py", sub / "a.py")
    lay_traps(sub, trap[0], ".")
    with (sub / "config").open("a") as file:
        file.write("[core]\n\tbare = false\n\tworktree = .\n")
    (sub / "a.py").write_text("import b, c\n")
    done = run(
        outer.folder,
        monkeypatch,
        *arguments[:1],
        *arguments[1:],
        *(["sub"] if arguments[0] == "affected" else []),
    )
    assert trap[1]() == ""
    assert open_repository(sub).top == outer.folder.resolve()
    assert done.exit_code in {0, 1}


def test_a_submodule_is_not_asked(tmp_path, trap, monkeypatch):
    library = Repo(tmp_path / "library")
    library.commit({"lib.py": "import os\n"})
    repo = Repo(tmp_path / "repo")
    repo.commit(FILES)
    git(repo.folder, "-c", "protocol.file.allow=always", "submodule", "add", "-q", str(library.folder), "lib")
    git(repo.folder, "commit", "-qm", "lib")
    lay_traps(repo.folder, trap[0], ".git/modules/lib")
    (repo.folder / "lib/.gitattributes").write_text("* filter=e diff=e\n")
    (repo.folder / "lib/lib.py").write_text("import sys\n")
    for arguments in COMMANDS[:8]:
        run(repo.folder, monkeypatch, *arguments)
    run(repo.folder / "lib", monkeypatch, "affected", "--since", "HEAD")
    assert trap[1]() == ""


def test_a_missing_object_is_not_fetched(tmp_path, trap, monkeypatch):
    repo = Repo(tmp_path / "repo")
    repo.commit(FILES)
    repo.commit({"app/core.py": "import sys\n"})
    blob = git(repo.folder, "rev-parse", "HEAD~1:app/core.py")
    (repo.folder / ".git/objects" / blob[:2] / blob[2:]).unlink()
    lay_traps(repo.folder, trap[0])
    done = run(repo.folder, monkeypatch, "diff", "HEAD~1")
    assert "missing from the repository" in str(done.exception)
    assert trap[1]() == ""


def test_a_program_called_git_in_the_checkout_is_not_ours(trapped, trap, monkeypatch):
    shutil.copy(trap[0], trapped / "git")
    monkeypatch.setenv("PATH", f".:{'/usr/local/bin:/usr/bin:/bin'}")
    run(trapped, monkeypatch, "diff", "HEAD~1")
    assert trap[1]() == ""


def test_the_interpreter_of_a_checkout_is_not_started(trapped, trap, monkeypatch):
    for folder in (".venv/bin", "venv/bin"):
        (trapped / folder).mkdir(parents=True)
        for name in ("python", "python3"):
            shutil.copy(trap[0], trapped / folder / name)
        (trapped / folder).parent.joinpath("pyvenv.cfg").write_text("home = /usr/bin\nversion = 3.11.2\n")
    for arguments in COMMANDS:
        run(trapped, monkeypatch, *arguments)
    assert trap[1]() == ""


def test_variables_of_the_environment_do_not_configure_git(trapped, trap, monkeypatch):
    monkeypatch.setenv("GIT_EXTERNAL_DIFF", str(trap[0]))
    monkeypatch.setenv("GIT_CONFIG_COUNT", "1")
    monkeypatch.setenv("GIT_CONFIG_KEY_0", "core.fsmonitor")
    monkeypatch.setenv("GIT_CONFIG_VALUE_0", str(trap[0]))
    monkeypatch.setenv("GIT_DIR", str(trapped / "nowhere"))
    assert run(trapped, monkeypatch, "affected", "--since", "HEAD").exit_code == 0
    assert trap[1]() == ""
