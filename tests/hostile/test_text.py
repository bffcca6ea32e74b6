"""No text of an analysed tree acts: in no command, in no format, on no terminal, page or CI system."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from markdown_it import MarkdownIt

from importgraph.cli import main

ACTING = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\uffff"
    "\ud800-\udfff\U000e0000-\U000e007f]"
)
"""What is nowhere in an output; U+FFFD, which is only ugly, among it."""
FOLDERS = (
    b"x\n::error::pwn",
    b"esc\x1b]0;title\x07\x1b[31m",
    "bidi\u202e\u2066\u2028".encode(),
    "c1\x85\x9b31m".encode(),
    b"no-utf8-\xff",
    b"::error::folder##[error]##vso[x]",
    b"<b>`x`|![i](http:||evil.example|i.png) @team",
)
PACKAGE = {
    "__init__.py": "from .one import One\nimport gone_{n}.`\n",
    "one.py": (
        "from pkg{n}.two import Two\nfrom pkg{n}.two import Missing\nimport pkg{n}.gone\nclass One(Two): 1\n"
    ),
    "two.py": (
        "import pkg{n}.one\nimport importlib, time\nfrom pkg{n} import One as Again\n"
        "__import__('a```b\\x1b[31m\\n::error::pwn')\nimportlib.import_module(f'```{{One}}\\n')\n"
        "time.sleep(3)\nclass Two: ...\ndef same(): ...\n"
    ),
    "late.py": "import pkg{n}.one\n\n\ndef f():\n    return pkg{n}.one.One\n",
    "__main__.py": "import pkg{n}.late, pkg{n}.one\n",
    "test_it.py": (
        "import pytest, pkg{n}.gone\n"
        "@pytest.mark.parametrize('x', ['\\x1b[31m', '\\u202e', 'a\\n::error::b'])\n"
        "def test_it(x): ...\n"
    ),
    "test_fine.py": "import pytest\n@pytest.mark.parametrize('x', ['\\x1b', '\\n'])\ndef test_fine(x): ...\n",
    "broken\x1b[31m\n::error::pwn.py": "def f(:\n",
    "test_a\x1b\nb.py": "def test_b(): ...\n",
}


CLI = (
    "from lazy.heavy import One\n\n\ndef f():\n    '''\n```\n![i](https://evil.example/i.png) @team\n"
    "\x1b[31m\u202e\n````\n'''\n    return One\nNAME = '''\n::error::pwn\n##[error]pwn\n'''\n"
)


def git(folder: Path, *words: str) -> None:
    names = ["-c", "user.name=x\x1b[31m", "-c", "user.email=a@b.c"]
    subprocess.run(["git", "-C", folder, *names, *words], check=True, capture_output=True)


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with two commits in which every name and text is an attack."""
    root = tmp_path_factory.mktemp("tree")
    for number, name in enumerate(FOLDERS):
        folder = os.fsencode(root) + b"/" + name.replace(b"http:||", b"") + b"/pkg%d" % number
        Path(os.fsdecode(folder)).mkdir(parents=True)
        for path, text in PACKAGE.items():
            Path(os.fsdecode(folder), path).write_text(text.format(n=number), encoding="utf-8")
    (root / "lazy").mkdir()
    (root / "lazy" / "__init__.py").write_text("")
    (root / "lazy" / "cli.py").write_text(CLI, encoding="utf-8")
    (root / "lazy" / "heavy.py").write_text("import json, sqlite3\nclass One: ...\n")
    (root / "pyproject.toml").write_text(
        "[project]\nname = 'a\\u001b[31m'\n[project.scripts]\nx = 'lazy.cli:main'\n"
        "[tool.importgraph]\nmin-gain-ms = 0\nmin-gain-percent = 0\n"
    )
    git(root, "init", "-q")
    git(root, "add", "-A")
    git(root, "commit", "-qm", "Start\x1b[31m\n::error::pwn")
    first = os.fsdecode(os.fsencode(root) + b"/" + FOLDERS[0] + b"/pkg0")
    Path(first, "new\x1b[31m.py").write_text("import pkg0.one\nimport pkg0.absent\n")
    Path(first, "one.py").write_text("import pkg0.two, pkg0.late, pkg0.absent, heavy\nclass One: ...\n")
    git(root, "add", "-A")
    git(root, "commit", "-qm", "Worse\x1b[31m\n::error::pwn")
    return root


@pytest.fixture
def run(tree, monkeypatch, capsysbinary):
    """Run a command in the tree; both streams as bytes."""

    def command(*words):
        monkeypatch.chdir(tree)
        monkeypatch.setattr(sys, "argv", ["importgraph", *words])
        monkeypatch.setenv("IMPORTGRAPH_CACHE_DIR", str(tree.parent / "cache"))
        monkeypatch.delenv("IMPORTGRAPH_DEBUG", raising=False)
        try:
            main()
            code = 0
        except SystemExit as ended:
            code = ended.code or 0
        out, err = capsysbinary.readouterr()
        assert code in {0, 1, 2}, err
        return out, err

    return command


def check_text(data: bytes) -> str:
    """Nothing in a text acts, and no line is a command to the runner of a CI system."""
    text = data.decode()
    assert not ACTING.search(text), ACTING.search(text)
    assert not re.search(r"##\w*\[", text)
    assert not [line for line in text.splitlines() if line.lstrip().startswith("::")]
    return text


TEXTS = [
    ("analyze", "--no-report"),
    ("analyze", "--no-report", "--color", "never"),
    ("cycles",),
    ("cycles", "x\n::error::pwn"),
    ("unresolved",),
    ("fragmentation",),
    ("duplicates",),
    ("why", "pkg0.late", "pkg0.two"),
    ("why", "pkg0.late", "pkg0.two\x1b[31m\n::error::pwn"),
    ("cut", "pkg0.late", "pkg0.two"),
    ("cut", "pkg0.late", "--budget", "2"),
    ("collect",),
    ("collect", "--count"),
    ("collect", "x\n::error::pwn"),
    ("doctor",),
    ("affected", "--since", "HEAD~1"),
    ("affected", "--since", "HEAD~1", "--ids"),
    ("affected", "--since", "HEAD~1\x1b[31m"),
    ("diff", "HEAD~1", "HEAD"),
    ("check", "--against", "HEAD~1"),
    ("explain", "IG9\x1b[31m"),
    ("cycles", ".", "x\n::error::pwn\x1b[31m"),
    ("cycles", "--x\n::error::pwn\x1b[31m"),
    ("no\x1b[31m\n::error::pwn",),
    ("fix",),
    ("fix", "--diff", "--select", "lazy-imports"),
    ("fix", "nothing\x1b[31m\n::error::pwn"),
    ("analyze", "--all"),
    ("graph", "--format", "dot"),
    ("profile", "x\n::error::pwn\x1b"),
]
FORMATS = ["sarif", "gitlab", "junit", "github", "markdown", "json"]
LISTED = [
    *(((command,), form) for command in ("cycles", "unresolved") for form in FORMATS),
    *((("check", "--against", "HEAD~1"), form) for form in FORMATS),
    *((("diff", "HEAD~1", "HEAD"), form) for form in ("markdown", "json", "github")),
    *(((command,), form) for command in ("fragmentation", "duplicates") for form in ("markdown", "github")),
    *((("analyze", "--no-report"), form) for form in ("markdown", "sarif", "json")),
    *((("doctor",), form) for form in ("github", "junit", "json")),
]
JSON_ALONE = [
    ("graph",),
    ("why", "pkg0.late", "pkg0.two"),
    ("cut", "pkg0.late", "pkg0.two"),
    ("collect",),
    ("affected", "--since", "HEAD~1"),
    ("fix",),
]


@pytest.mark.parametrize("words", TEXTS, ids=" ".join)
def test_no_text_acts(run, words):
    out, err = run(*words)
    check_text(out)
    check_text(err)
    assert out or err


@pytest.mark.parametrize(("words", "form"), LISTED, ids="".join)
def test_no_format_lets_text_act(run, words, form):
    out, err = run(*words, "--format", form)
    check_text(err)
    text = out.decode()
    assert not ACTING.search(text), ACTING.search(text)
    if form == "github":
        assert all(re.match(r"::(error|warning|notice) ", line) for line in text.splitlines())
        assert text.count("\n::") == max(0, len(text.splitlines()) - 1)
    elif form == "junit":
        ET.fromstring(out)
    elif form == "markdown":
        check_text(out)
        check_markdown(text)
    else:
        json.loads(text)


@pytest.mark.parametrize("words", JSON_ALONE, ids=" ".join)
def test_json_is_for_every_program(run, words):
    out, err = run(*words, "--format", "json")
    check_text(err)
    check_text(out)
    assert not re.search("[\ud800-\udfff]", json.dumps(json.loads(out), ensure_ascii=False))


def check_markdown(text: str) -> None:
    """No picture, link or mention but our own diagrams; pieces of data stand in code or are escaped."""
    for token in MarkdownIt("commonmark").enable("table").parse(text):
        for child in token.children or []:
            assert child.type != "link_open"
            assert child.type != "html_inline"
            assert child.type != "image" or re.fullmatch(r"[\w-]+\.svg", child.attrs["src"])
            assert child.type != "text" or "@team" not in child.content
        assert token.type != "html_block" or re.match(r"<!-- importgraph|</?details", token.content)


def check_picture(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not ACTING.search(text.replace("\xad", ""))
    assert not [one for one in ET.fromstring(text).iter() if one.tag.endswith(("script", "image"))]


def test_the_report_lets_nothing_act(run, tree, tmp_path):
    run("analyze", "--output", str(tmp_path / "out"))
    text = (tmp_path / "out" / "report.md").read_bytes()
    check_markdown(check_text(text))
    json.loads(check_text((tmp_path / "out" / "report.json").read_bytes()))
    pictures = list((tmp_path / "out").glob("*.svg"))
    assert pictures
    for picture in pictures:
        check_picture(picture)


def test_graphml_and_pictures_are_well_formed(run, tree, tmp_path):
    out, _ = run("graph", "--format", "graphml")
    names = [node.attrib["id"] for node in ET.fromstring(check_text(out)).findall(".//{*}node")]
    assert any("\\x1b" in name for name in names), names
    for words in (("--focus", "pkg0.one"), ("--chain", "pkg0.late", "pkg0.two"), ("--cycle", "1")):
        run("diagram", *words, "-o", str(tmp_path / "a.svg"))
        check_picture(tmp_path / "a.svg")


def test_a_patch_is_whole_in_a_file_and_harmless_elsewhere(run, tmp_path):
    words = ("fix", "--diff", "--select", "lazy-imports")
    shown, err = run(*words)
    assert b"--output" in err
    run(*words, "--output", str(tmp_path / "patch"))
    whole = (tmp_path / "patch").read_bytes()
    assert b"\x1b[31m" in whole
    assert b"\x1b" not in shown
    assert len(shown.splitlines()) == len(whole.splitlines())


def test_the_pytest_plugin_shows_what_it_names_escaped():
    from importgraph.plugin.limits import _visible

    assert _visible("while collecting a\x1b[31m\nb\u202e\udcff.py") == (
        "while collecting a\\x1b[31m\\nb\\u202e\\udcff.py"
    )


def test_names_for_programs_are_whole_with_nul(run):
    out, err = run("affected", "--since", "HEAD~1", "--null")
    names = out.split(b"\0")
    assert any(name.startswith(b"x\n::error::pwn/") for name in names)
    assert b"--null" in err


WRITERS = {
    "__main__.py",
    "cli/__init__.py",
    "cli/cut.py",
    "cli/measure.py",
    "cli/writing.py",
    "collection/command.py",
    "collection/fast_start.py",
    "facts/build_reader.py",
    "measurements/describe.py",
    "plugin/digest.py",
    "streams.py",
}
"""Modules that write to a standard stream: what goes through `quoting`, or did when it was
kept to be given again; counts of progress; JSON; what compiling our own reader says."""


def test_there_is_one_way_out():
    import importgraph

    root = Path(importgraph.__file__).parent
    writes = re.compile(r"\btyper\.echo\(|(?<![\w.])print\(|\bstd(?:out|err)(?:\.buffer)?\.write\(")
    found = {
        path.relative_to(root).as_posix()
        for path in root.rglob("*.py")
        for line in path.read_text(encoding="utf-8").splitlines()
        if writes.search(line) and '"-c"' not in line
    }
    assert found <= WRITERS
