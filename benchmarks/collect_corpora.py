"""Fetch the test suites that collection is measured on, and build the environments that they run in.

    python benchmarks/collect_corpora.py                         sources and environments that are not there yet
    python benchmarks/collect_corpora.py --clone NAME=GIT_DIR    a suite that has no source distribution, from a clone

Everything goes to `.corpora/`, which is ignored: source distributions of the index that pip is configured with,
environments of wheels alone. Packages whose tests come in their wheels (numpy, scipy, scikit-learn, astropy, statsmodels, shapely,
joblib) are run where they are installed; networkx, sympy, pandas, celery and sqlalchemy come from `corpora.py`.
"""

import argparse
import subprocess
import tarfile
import tempfile
from pathlib import Path

from corpora import CORPORA, Corpus, Failed, build_environment, described, fetch, last_line, sdist

SOURCES: tuple[Corpus, ...] = (
    sdist("aiohttp", "3.14.5", 170),
    sdist("arrow", "1.4.0", 22),
    sdist("babel", "2.18.0", 88),
    sdist("boltons", "26.2.0", 61),
    sdist("cachetools", "8.0.0", 21),
    sdist("dask", "2026.8.0", 366),
    sdist("dnspython", "2.9.2", 258),
    sdist("dulwich", "1.2.21", 237),
    sdist("fastapi", "0.165.0", 1233),
    sdist("glom", "25.12.0", 32),
    sdist("h2", "4.4.1", 58),
    sdist("jedi", "0.20.1", 312),
    sdist("jsonschema", "4.26.0", 39),
    sdist("lark", "1.3.1", 81),
    sdist("mako", "1.4.3", 71),
    sdist("marshmallow", "4.4.0", 34),
    sdist("more-itertools", "11.2.1", 7),
    sdist("natsort", "8.4.0", 35),
    sdist("oauthlib", "4.0.1", 153),
    sdist("pydantic", "2.14.3", 324),
    sdist("pyflakes", "4.1.0", 24),
    sdist("sanic", "25.12.1", 252),
    sdist("structlog", "26.1.0", 46),
    sdist("tenacity", "9.2.1", 21),
    sdist("tinydb", "4.9.0", 19),
    sdist("toolz", "1.2.0", 33),
    sdist("voluptuous", "0.16.0", 9),
    sdist("w3lib", "2.5.0", 22),
    sdist("weasyprint", "70.0", 154),
    sdist("wrapt", "2.5.2", 122),
    sdist("attrs", "26.1.0", 54),
    sdist("click", "8.5.1", 77),
    sdist("flask", "3.1.3", 83),
    sdist("httpx", "0.28.1", 60),
    sdist("jinja2", "3.1.6", 52),
    sdist("packaging", "26.3", 58),
    sdist("pluggy", "1.7.0", 36),
    sdist("pytest", "9.2.0", 275),
    sdist("requests", "2.34.2", 35),
    sdist("sqlglot", "30.30.0", 250),
    sdist("starlette", "1.10.0", 84),
    sdist("tornado", "6.6.1", 78),
    sdist("werkzeug", "3.1.9", 138),
)
CLONES = {"hypothesis": ("hypothesis-6.165.10", "6384deef4"), "mitmproxy": ("mitmproxy-11.0.2", "v11.0.2")}
"""By name the folder of `.corpora` and the commit; of mitmproxy, what `_PARTS` names."""
_PARTS = {"mitmproxy": ("mitmproxy", "test", "examples", "pyproject.toml")}
ENVIRONMENTS = {
    "env-tests": (
        "argcomplete==3.7.2", "attrs==26.1.0", "black==26.10.1", "click==8.5.1", "cloudpickle==3.1.3",
        "cython==3.3.1", "django==5.2.19", "faker==40.63.0", "fakeredis==2.41.0", "hatch-vcs==0.5.0",
        "hypothesis==6.170.15", "lark==1.3.1", "libcst==1.9.0", "mpmath==1.4.1", "numpy==2.4.6",
        "pandas==3.1.1", "pexpect==4.9.0", "pooch==1.9.0", "pympler==1.1", "pytest-xdist==3.8.0",
        "pytest==9.2.0", "python-dateutil==4.0.0", "pytz==2026.6", "redis==8.1.0", "requests==2.34.2",
        "scipy==1.17.1", "threadpoolctl==3.8.0", "watchdog==7.1.0", "xmlschema==4.3.2",
    ),
    "env-plugins": (
        "aiodns==4.0.4", "aiohttp==3.14.5", "asgiref==3.13.0", "brotli==1.2.1", "cloudpickle==3.1.3",
        "cryptography==50.0.2", "dirty-equals==0.11", "duckdb==2.0.1", "dulwich==1.2.21",
        "email-validator==2.4.0", "faker==40.63.0", "fastimport==0.9.16", "flask==3.1.3",
        "freezegun==1.5.5", "gunicorn==27.0.1", "hypothesis==6.170.17", "isal==1.9.1", "jsonschema==4.26.0",
        "merge3==1.0.0", "numpy==2.4.6", "packaging==26.3", "pandas==3.1.1", "paramiko==5.1.0",
        "pretend==1.0.9", "proxy.py==2.4.10", "pydantic==2.14.3", "pytest-benchmark==5.3.1",
        "pytest-codspeed==5.0.4", "pytest-cov==7.1.0", "pytest-examples==0.0.18", "pytest-memray==1.11.0",
        "pytest-mock==3.17.0", "pytest-run-parallel==0.10.0", "pytest-timeout==2.4.0",
        "pytest-xdist==3.8.0", "pytest==9.2.0", "python-dateutil==4.0.0", "python-dotenv==1.2.4",
        "python-on-whales==0.81.0", "pytz==2026.6", "re-assert==1.1.0", "sqlalchemy==2.1.9",
        "sqlglot==30.30.0", "tomli-w==1.2.0", "trustme==1.2.1", "uvloop==0.23.0", "zlib-ng==1.1.0",
    ),
    "env-fresh": (
        "anyio[trio]==4.16.0", "argon2-cffi==25.1.0", "dask==2026.8.0", "dirty-equals==0.11",
        "email-validator==2.4.0", "fastapi==0.165.0", "flask==3.1.3", "httpx2==2.16.2", "httpx==0.28.1",
        "inline-snapshot==0.36.1", "itsdangerous==2.2.0", "jinja2==3.1.6", "numpy==2.4.6",
        "opentelemetry-api==1.45.2", "opentelemetry-instrumentation-fastapi==0.66b2",
        "opentelemetry-sdk==1.45.2", "orjson==3.13.0", "pandas==3.1.1", "passlib==1.7.4", "pwdlib==0.3.1",
        "pyarrow==26.0.1", "pydantic-extra-types==2.11.1", "pydantic-settings==2.16.3", "pyjwt==2.15.1",
        "pytest-codspeed==5.0.4", "pytest-cov==7.1.0", "pytest-rerunfailures==16.7",
        "pytest-timeout==2.4.0", "pytest-xdist==3.8.0", "pytest==9.2.0", "python-multipart==0.0.34",
        "PyYAML==6.0.4", "scipy==1.17.1", "sqlalchemy==2.1.9", "sqlmodel==0.0.50", "starlette==1.10.0",
        "typing_extensions==4.16.0", "ujson==6.1.0", "uvicorn==0.54.0",
    ),
    "env-libraries": (
        "arrow==1.4.0", "astropy==8.0.2", "babel==2.18.0", "blinker==1.9.0", "boltons==26.2.0",
        "cachetools==8.0.0", "cryptography==50.0.2", "dateparser==1.5.0", "dnspython==2.9.2",
        "freezegun==1.5.5", "glom==25.12.0", "h2==4.4.1", "humanize==4.17.0", "hypothesis==6.170.17",
        "jedi==0.20.1", "joblib==1.6.0", "jsonschema==4.26.0", "lark==1.3.1", "mako==1.4.3",
        "marshmallow==4.4.0", "matplotlib==3.11.2", "mistune==3.4.0", "mock==5.2.0",
        "more-itertools==11.2.1", "natsort==8.4.0", "oauthlib==4.0.1", "pandas==3.1.1", "parsel==1.12.1",
        "pyflakes==4.1.0", "pyjwt==2.15.1", "pytest-asyncio==1.5.0", "pytest-mock==3.17.0", "pytest==9.2.0",
        "python-dateutil==4.0.0", "pytz==2026.6", "regex==2026.11.19", "sanic-testing==24.6.0",
        "sanic==25.12.1", "scikit-learn==1.9.0", "shapely==2.2.0", "simplejson==4.3.0",
        "statsmodels==0.15.0", "structlog==26.1.0", "tenacity==9.2.1", "tinydb==4.9.0", "toolz==1.2.0",
        "tornado==6.6.1", "typeguard==4.6.1", "voluptuous==0.16.0", "w3lib==2.5.0", "weasyprint==70.0",
        "wrapt==2.5.2",
    ),
    "env-mitmproxy": (
        "aioquic==1.7.2", "argon2-cffi==25.1.0", "asgiref==3.13.0", "brotli==1.2.1",
        "certifi==2026.10.19.post1", "click==8.5.1", "cryptography==50.0.2", "flask==3.1.3", "h11==0.16.0",
        "h2==4.4.1", "hyperframe==6.1.0", "hypothesis==6.170.17", "kaitaistruct==0.11", "ldap3==2.9.1",
        "mitmproxy_rs==0.11.1", "msgpack==1.2.4", "passlib==1.7.4", "publicsuffix2==2.20191221",
        "pyOpenSSL==26.4.0", "pyparsing==3.3.3", "pyperclip==1.11.0", "pytest-asyncio==1.5.0",
        "pytest-cov==7.1.0", "pytest-timeout==2.4.0", "pytest-xdist==3.8.0", "pytest==9.2.0",
        "requests==2.34.2", "ruamel.yaml==0.19.1", "sortedcontainers==2.4.0", "tomli==2.5.0",
        "tornado==6.6.1", "typing-extensions==4.16.0", "urwid==5.1.0", "wsproto==1.3.2",
        "zstandard==0.25.0",
    ),
}  # fmt: skip
"""What is asked for; `env` and `env-suites` are those of other measurements."""


def from_clone(name: str, clone: Path) -> str:
    """Unpack a commit of a clone; return a line about it."""
    folder, commit = CLONES[name]
    target = CORPORA / folder
    if target.exists():
        return f"{name}: {target.name}"
    command = ["git", f"--git-dir={clone}", "archive", commit, *_PARTS.get(name, ())]
    with tempfile.TemporaryFile() as archive:
        done = subprocess.run(command, stdout=archive, stderr=subprocess.PIPE, text=True, check=False)
        if done.returncode:
            return f"{name}: not unpacked, {last_line(done.stderr)}"
        archive.seek(0)
        with tarfile.open(fileobj=archive) as content:
            content.extractall(target, filter="data")
    return f"{name}: {target.name}"


def main() -> int:
    """Fetch and build what is missing; 1 where something is not usable."""
    parser = argparse.ArgumentParser(description="Fetch the suites that collection is measured on.")
    parser.add_argument("--clone", action="append", default=[], metavar="NAME=GIT_DIR")
    complete = True
    for given in parser.parse_args().clone:
        name, _, clone = given.partition("=")
        print(from_clone(name, Path(clone)), flush=True)
    for corpus in SOURCES:
        result = fetch(corpus)
        complete = complete and not isinstance(result, Failed)
        print(described(result), flush=True)
    for name, wanted in ENVIRONMENTS.items():
        line = build_environment(CORPORA / name, wanted)
        complete = complete and "not built" not in line
        print(line, flush=True)
    return 0 if complete else 1


if __name__ == "__main__":
    raise SystemExit(main())
