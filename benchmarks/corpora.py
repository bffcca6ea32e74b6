"""Fetch the real packages that importgraph is measured on, at pinned versions.

    python benchmarks/corpora.py                    all static corpora
    python benchmarks/corpora.py django rich        only these
    python benchmarks/corpora.py --list             what there is, fetching nothing
    python benchmarks/corpora.py --env              also the environments for benchmarks/truth.py

Everything goes to the ignored folder `.corpora/`, one folder for each package: `.corpora/django-5.2.19/`. A
folder appears only once it is complete and holds the expected number of .py files, so a second run does
nothing. Packages come from whatever index pip is configured with. pip prepares the metadata of an sdist
before it hands it over, which takes seconds for a pure Python build and minutes of compiling for pandas, so
pandas comes as its wheel (which includes its tests). Nothing of a corpus is imported here; an sdist's own
build code does run, under pip.

Needs Python 3.11.4 or later (`tarfile` filters) with pip, and for `--env` an interpreter called python3.11.
"""

import argparse
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

CORPORA = Path(__file__).resolve().parents[1] / ".corpora"
ENVIRONMENT = CORPORA / "env"
UNSEEN_ENVIRONMENT = CORPORA / "env-unseen"
LAST_ENVIRONMENT = CORPORA / "env-last"
NEXT_ENVIRONMENT = CORPORA / "env-next"
MORE_ENVIRONMENT = CORPORA / "env-more"
ODD_ENVIRONMENT = CORPORA / "env-odd"
ALONE_ENVIRONMENT = CORPORA / "env-nltk"
KINDS_ENVIRONMENT = CORPORA / "env-kinds"


@dataclass(frozen=True)
class Corpus:
    """A package at one version, and what pip must be told to get it."""

    name: str
    version: str
    py_files: int
    """The .py files in the unpacked archive: a check that the download is the one we measured."""
    pip_options: tuple[str, ...]

    @property
    def folder(self) -> Path:
        """Where the unpacked archive is, or will be."""
        return CORPORA / f"{self.name}-{self.version}"


@dataclass(frozen=True)
class Ready:
    """The corpus is in its folder, with the expected number of files."""

    corpus: Corpus


@dataclass(frozen=True)
class Failed:
    """The corpus is not usable, and why."""

    corpus: Corpus
    reason: str


WHEEL = ("--only-binary=:all:",)


def sdist(name: str, version: str, py_files: int) -> Corpus:
    return Corpus(name, version, py_files, (f"--no-binary={name}",))


STATIC = (
    Corpus("homeassistant", "2026.2.3", 8805, (*WHEEL, "--python-version=3.13.9")),
    sdist("django", "5.2.19", 2823),
    sdist("sympy", "1.14.0", 1543),
    Corpus("pandas", "3.1.1", 1440, (*WHEEL, "--python-version=3.11.4")),
    sdist("networkx", "3.6.1", 671),
    sdist("rich", "15.0.0", 100),
    sdist("celery", "5.7.0", 451),
    sdist("sqlalchemy", "2.1.9", 678),
)

TRUTH_PACKAGES = ("celery", "sqlalchemy", "networkx", "django", "sympy", "pandas")
"""The packages whose every module is imported by benchmarks/truth.py, smallest first."""

OPTIONAL = (
    "aiomysql==0.3.2", "aioodbc==0.5.0", "aiosmtpd==1.4.6", "aiosqlite==0.22.1",
    "antlr4-python3-runtime==4.11.1", "argon2-cffi==25.1.0", "asyncmy==0.2.18", "asyncpg==0.32.0",
    "bcrypt==5.0.0", "beautifulsoup4==4.15.0", "boto3==1.44.5", "bottleneck==1.6.0", "cryptography==50.0.2",
    "docutils==0.22.4", "elasticsearch==9.5.1", "eventlet==0.41.3", "fsspec==2026.9.0", "geoip2==5.3.0",
    "gevent==26.9.0", "gmpy2==2.3.2", "greenlet==3.5.6", "html5lib==1.1", "hypothesis==6.170.15",
    "jinja2==3.1.6", "lark==1.3.1", "lxml==6.1.3", "matplotlib==3.11.2", "msgpack==1.2.4", "mypy==2.4.1",
    "numexpr==2.14.2", "numpy==2.4.6", "openpyxl==3.1.5", "oracledb==26.1.0", "pg8000==1.31.6",
    "pillow==13.0.0", "psycopg[binary]==3.3.9", "psycopg2-binary==2.9.13", "pydot==4.0.1",
    "pymemcache==4.0.0", "pymongo==4.20.0", "pymssql==2.4.6", "pymysql==1.2.4", "pyodbc==5.5.0",
    "pytest==9.2.0", "python-calamine==0.9.1", "pytz==2026.6", "pyxlsb==1.0.10", "pyyaml==6.0.3",
    "redis==8.1.0", "scipy==1.17.1", "selenium==4.51.0", "setproctitle==1.3.8", "sphinx==9.0.4",
    "tabulate==0.10.0", "tblib==3.2.2", "tzdata==2026.6", "xlrd==2.0.2", "xlsxwriter==3.3.1",
    "zstandard==0.25.0",
)  # fmt: skip
"""Optional dependencies of the measured packages that have wheels and make more of their modules importable.

Left out: mysqlclient, odfpy, pygraphviz, pylibmc (no wheels), pyarrow, numba, llvmlite (large).
"""


UNSEEN = (
    "faker==40.63.0", "conan==2.34.0", "huggingface_hub==2.4.0", "twilio==9.13.0", "google-auth==2.63.0",
    "google-api-core==2.44.0", "scapy==2.8.0", "passlib==1.7.4", "pyface==8.0.0", "xonsh==0.25.0",
    "pyglet==2.1.19", "imageio==2.38.1", "invoke==3.0.3",
)  # fmt: skip
"""Packages that nobody had run before their first run, for an environment of their own.

A plugin folder that is listed (faker), tools loaded by name (conan), names answered by `__getattr__`
(huggingface_hub), generated code (twilio), a namespace package (google), modules loaded by settings (scapy),
lazy registries (passlib), a toolkit chosen by a call (pyface), platform choices (xonsh, pyglet), optional
libraries (imageio), libraries carried along (invoke).
"""

UNSEEN_PACKAGES = (
    "faker", "conan", "huggingface_hub", "twilio", "google", "scapy", "passlib", "pyface", "xonsh", "pyglet",
    "imageio", "invoke",
)  # fmt: skip
"""What they are imported as."""


LAST = ("apache-libcloud==3.9.1", "dynaconf==3.3.5", "pyinfra==3.10.0", "impacket==0.13.1")
"""Four more, for a first run after which nothing was mended: they have an environment of their own."""

NEXT = ("bokeh==3.9.2", "mne==1.13.2", "slixmpp==1.17.0", "cherrypy==18.10.0")
"""The next four for a first run: a large model, lazy exports by stubs, plugins by name, a web server."""

MORE = ("robotframework==7.5", "dramatiq==2.2.1", "keystoneauth1==5.18.1", "sopel==8.0.4")
"""Yet four others, after more was mended: libraries by name, optional brokers, entry points, a bot."""

ODD = ("yt-dlp==2026.10.26", "breezy==3.3.23", "volatility3==2.28.2", "gallery-dl==1.32.18")
"""Four odd ones: lazy extractors, lazy imports beside extensions, a moved `__path__`, modules by name."""

KINDS = ("cement==3.0.16", "asyncssh==2.24.1", "vispy==0.17.0", "flexget==3.22.8", "errbot==6.1.9")
"""Of four kinds: a CLI framework, a protocol, plots, plugins; the last does not import beside the others."""

ALONE = ("nltk==3.10.4",)
"""One of the first eight, without the libraries that it can use."""


def fetch(corpus: Corpus) -> Ready | Failed:
    """Bring one corpus into its folder unless it is there already."""
    if not corpus.folder.exists():
        CORPORA.mkdir(exist_ok=True)
        with tempfile.TemporaryDirectory(dir=CORPORA, prefix=".fetching-") as scratch:
            try:
                unpacked = unpack(download(corpus, Path(scratch)), Path(scratch) / "unpacked")
            except subprocess.CalledProcessError as error:
                return Failed(corpus, f"pip download failed: {last_line(error.stderr)}")
            result = counted(corpus, unpacked)
            if isinstance(result, Ready):
                unpacked.rename(corpus.folder)
            return result
    return counted(corpus, corpus.folder)


def download(corpus: Corpus, scratch: Path) -> Path:
    target = scratch / "archive"
    requirement = f"{corpus.name}=={corpus.version}"
    pip(sys.executable, "download", "--no-deps", *corpus.pip_options, "--dest", str(target), requirement)
    (archive,) = target.iterdir()
    return archive


def unpack(archive: Path, target: Path) -> Path:
    """Return the folder with the content: for a wheel all of it, for an sdist the single folder inside."""
    if archive.suffix in {".whl", ".zip"}:
        with zipfile.ZipFile(archive) as wheel:
            wheel.extractall(target)  # noqa: S202 - zipfile keeps members inside the target
        return target
    with tarfile.open(archive) as source:
        source.extractall(target, filter="data")
    (content,) = target.iterdir()
    return content


def counted(corpus: Corpus, folder: Path) -> Ready | Failed:
    found = sum(path.is_file() for path in folder.rglob("*.py"))
    if found != corpus.py_files:
        return Failed(
            corpus, f"{found} .py files instead of {corpus.py_files}: if the folder is there, remove it"
        )
    return Ready(corpus)


def build_environments() -> list[str]:
    """Make the virtual environments that hold the measured packages; return a line about each."""
    pinned = {corpus.name: f"{corpus.name}=={corpus.version}" for corpus in STATIC}
    wanted = (*(pinned[name] for name in TRUTH_PACKAGES), *OPTIONAL)
    places = (
        (ENVIRONMENT, wanted),
        (UNSEEN_ENVIRONMENT, UNSEEN),
        (LAST_ENVIRONMENT, LAST),
        (NEXT_ENVIRONMENT, NEXT),
        (MORE_ENVIRONMENT, MORE),
        (ODD_ENVIRONMENT, ODD),
        (ALONE_ENVIRONMENT, ALONE),
        (KINDS_ENVIRONMENT, KINDS),
    )
    return [build_environment(folder, requirements) for folder, requirements in places]


def build_environment(folder: Path, wanted: Sequence[str]) -> str:
    """Make one environment; return a line that says what it is.

    The list of what was asked for is written last, so an interrupted build is built again.
    """
    python = folder / "bin" / "python"
    marker = folder / "requested.txt"
    if not marker.exists() or marker.read_text(encoding="utf-8").splitlines() != list(wanted):
        host = shutil.which("python3.11")
        if host is None:
            return f"{folder.name}: not built, there is no python3.11 on PATH"
        try:
            run([host, "-m", "venv", "--clear", str(folder)])
            pip(str(python), "install", *WHEEL, *wanted)
        except subprocess.CalledProcessError as error:
            return f"{folder.name}: not built, {last_line(error.stderr)}"
        marker.write_text("\n".join(wanted) + "\n", encoding="utf-8")
    installed = pip(str(python), "list", "--format=freeze").splitlines()
    place = folder.relative_to(CORPORA.parent)
    return f"{folder.name}: {len(wanted)} requested, {len(installed)} installed, {place}"


def pip(python: str, *arguments: str) -> str:
    return run([python, "-m", "pip", "--disable-pip-version-check", *arguments])


def run(command: Sequence[str]) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def last_line(text: str) -> str:
    return text.strip().rpartition("\n")[2] or "no message"


def described(result: Ready | Failed) -> str:
    corpus = result.corpus
    start = f"{corpus.name:<14} {corpus.version:<10}"
    match result:
        case Ready():
            return f"{start} {corpus.folder.relative_to(CORPORA.parent)!s:<34} {corpus.py_files:>6} .py files"
        case Failed():
            return f"{start} not usable: {result.reason}"


def parse(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    named: Callable[[str], Corpus] = {corpus.name: corpus for corpus in STATIC}.__getitem__
    parser = argparse.ArgumentParser(description="Fetch the pinned packages that importgraph is measured on.")
    parser.add_argument("names", nargs="*", metavar="NAME", help="packages to fetch (default: all)")
    parser.add_argument("--list", action="store_true", help="print the packages and fetch nothing")
    parser.add_argument("--env", action="store_true", help="also build the environments of truth.py")
    options = parser.parse_args(arguments)
    try:
        options.corpora = [named(name) for name in options.names] or list(STATIC)
    except KeyError as unknown:
        parser.error(f"unknown corpus {unknown}; there are {', '.join(corpus.name for corpus in STATIC)}")
    return options


def main() -> int:
    options = parse()
    if options.list:
        for corpus in options.corpora:
            state = "fetched" if corpus.folder.exists() else "not fetched"
            print(f"{corpus.name:<14} {corpus.version:<10} {corpus.py_files:>6} .py files  {state}")
        return 0
    complete = True
    for corpus in options.corpora:
        result = fetch(corpus)
        complete = complete and isinstance(result, Ready)
        print(described(result), flush=True)
    if options.env:
        for line in build_environments():
            print(line)
            complete = complete and "not built" not in line
    return 0 if complete else 1


if __name__ == "__main__":
    raise SystemExit(main())
