"""Compare `doctor` and `collect` with pytest on small suites with all, some and none of their test dependencies.

Usage: python benchmarks/doctor_unseen.py [--base FOLDER] [--batch N] [--environments] [NAME]
Makes what is absent in the base (.corpora/doctor-unseen): sdists, and three environments for each. Needs python3.11 on
PATH. Writes its part of results/doctor_accuracy.md; the first run of each is kept in results/doctor_unseen_first.json.
"""

import argparse
import gc
import json
import subprocess
import sysconfig
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from doctor_accuracy import RESULTS, ROOT, judge, show
from doctor_held_out import fetch
from doctor_truth import failing_files, unpacked

from importgraph.collection.collect import Request, collect

FIRST = RESULTS.with_name("doctor_unseen_first.json")
BEGIN, END = "<!-- unseen -->", "<!-- end of unseen -->"
ENVIRONMENTS = ("none", "some", "all")


@dataclass(frozen=True)
class Suite:
    """An sdist, and what its tests need."""

    batch: int
    """What the first batch showed was mended before the second ran."""
    distribution: str
    some: str
    rest: str
    """What stands in "all" besides; without plugins that refuse the pytest at hand."""

    @property
    def name(self) -> str:
        return self.distribution.replace("==", "-")


SUITES = (
    Suite(1, "prettytable==3.18.0", "pytest-cov", "pytest-lazy-fixtures"),
    Suite(1, "cachetools==8.0.2", "pytest-cov", "hypothesis"),
    Suite(1, "inflect==7.6.0", "pytest-cov", "pytest-mypy pygments hypothesis"),
    Suite(1, "tldextract==5.4.0", "pytest-mock", "responses syrupy pytest-cov"),
    Suite(1, "pyrsistent==0.20.0", "pytest-cov", "hypothesis"),
    Suite(1, "deepdiff==9.1.0", "numpy orjson", "click PyYAML pandas polars jsonpickle python-dateutil tomli-w pydantic pytz uuid6 pytest-cov pytest-benchmark"),
    Suite(2, "asttokens==3.0.2", "pytest-cov", "astroid pytest-xdist"),
    Suite(2, "dnspython==2.9.2", "cryptography idna", "trio aioquic h2 httpcore2 httpx2 quart-trio hypercorn trustme pytest-cov"),
    Suite(2, "humanize==4.17.0", "freezegun", "pytest-benchmark pytest-codspeed pytest-cov"),
    Suite(2, "jsonpickle==4.1.4", "numpy PyYAML simplejson", "pandas pymongo ecdsa feedparser gmpy2 scikit-learn sqlalchemy ujson pytest-benchmark pytest-cov pytest-enabler"),
    Suite(2, "petl==1.7.30", "numpy fastavro", "pandas openpyxl xlrd xlwt lxml sqlalchemy intervaltree whoosh fsspec requests aiohttp smbprotocol pytest-cov"),
    Suite(2, "plumbum==2.0.2", "pytest-mock pytest-timeout pytest-asyncio", "psutil paramiko pytest-cov"),
    Suite(2, "vcrpy==9.4.2", "requests aiohttp", "boto3 cryptography httpbin httplib2 httpx httpx2 httpx-curl-cffi pyreqwest pysocks tornado pytest-aiohttp pytest-asyncio pytest-httpbin pytest-cov"),
    Suite(2, "webargs==8.7.1", "flask bottle", "Django tornado pyramid falcon aiohttp pytest-asyncio webtest==3.0.7 webtest-aiohttp==2.0.0 pytest-aiohttp packaging"),
    Suite(3, "jsonpath_ng==1.16.0", "pytest-randomly", "hypothesis pytest-codspeed"),
    Suite(3, "mongomock==4.3.0", "pymongo", "pyexecjs lxml"),
    Suite(3, "python_box==8.0.0", "msgpack", "ruamel.yaml tomli-w toml pytest-cov"),
    Suite(3, "whitenoise==6.12.0", "django", "brotli pytest-randomly"),
    Suite(4, "apispec==6.10.1", "PyYAML", "marshmallow openapi-spec-validator"),
    Suite(4, "flask_sqlalchemy==3.1.1", "pytest-cov", "aiosqlite mypy pytest-randomly"),
    Suite(4, "lmfit==1.3.4", "pandas flaky", "emcee numdifftools corner sympy pytest-cov"),
    Suite(4, "uncertainties==3.2.3", "numpy", "scipy pytest-codspeed pytest-cov"),
    Suite(5, "aiocache==0.12.3", "redis pytest-cov pytest-asyncio", "aiomcache aiohttp marshmallow msgpack pytest-mock ujson"),
    Suite(5, "hvac==2.4.0", "pytest-xdist requests-mock", "parameterized pytest-mock pytest-cov authlib jwcrypto flask flask-sqlalchemy python-ldap-test"),
    Suite(5, "itemadapter==0.13.1", "attrs", "pydantic scrapy packaging pytest-cov"),
    Suite(5, "markdown_it_py==4.3.0", "pytest-timeout", "pytest-regressions requests pytest-benchmark flit_core typing_extensions"),
    Suite(6, "flask_wtf==1.3.0", "Flask-Babel", "flask-reuploaded"),
    Suite(6, "rq==3.0.0", "psutil", "sentry-sdk pytest-cov"),
    Suite(6, "tablib==3.10.0", "pytest-cov", "pandas odfpy openpyxl xlrd xlwt PyYAML tabulate"),
    Suite(6, "zict==3.0.0", "pytest-timeout", "pytest-asyncio pytest-repeat psutil lmdb"),
)  # fmt: skip


def environment(base: Path, suite: Suite, name: str) -> Path:
    """Return an environment with a package and none, some or all of what its tests need."""
    folder = base / "envs" / f"{suite.name}-{name}"
    if not folder.is_dir():
        subprocess.run(["python3.11", "-m", "venv", folder], check=True)
        needs = {"none": "", "some": suite.some, "all": f"{suite.some} {suite.rest}"}[name]
        wanted = ["pytest", suite.distribution, *needs.split()]
        subprocess.run([folder / "bin" / "pip", "install", "-q", "--no-compile", *wanted], check=True)
    return folder


def listed_though_failing(folder: Path, env: Path, failing: set[str]) -> list[str]:
    """Return the files that `collect` lists as ordinary tests and pytest cannot collect."""
    found = collect(Request(folder, (), env, 1))
    said = {one.path for one in (*found.failing, *found.dynamic)}
    return sorted({one.path for one in found.items} & failing - said)


def run(base: Path, suite: Suite, name: str) -> dict[str, object]:
    """Compare one suite in one environment."""
    folder = base / suite.name
    if not folder.is_dir():
        fetch(suite.distribution, base)
    env = environment(base, suite, name)
    gc.collect()
    result = judge(folder, (), env)
    truth = unpacked(str(result.pop("truth")), folder)
    failing = failing_files(truth, [str(path) for path in folder.rglob("*.py")])
    wrong = {path.removeprefix(f"{folder}/") for path in failing}
    result |= {"starts": not truth.aborted, "listed": listed_though_failing(folder, env, wrong)}
    show(
        {
            "number": suite.batch,
            "suite": suite.name,
            "kind": name,
            "detail": f"listed {result['listed']}",
            **result,
        }
    )
    return result


COUNTS = ("failing", "flagged", "hits", "judged", "right")


def rows(results: dict[str, dict[str, object]], first: dict[str, dict[str, object]]) -> Iterator[str]:
    """Write a line for each suite and environment: its first run, and what is predicted now."""
    yield (
        "| batch | suite | test dependencies | test files | fail | first run: predicted | found | cause right "
        "| now: predicted | found | cause right | `collect` lists |"
    )
    yield "| ---: | --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |"
    sums = {name: [dict.fromkeys((*COUNTS, "files", "listed"), 0) for _ in range(2)] for name in ENVIRONMENTS}
    for key, now in results.items():
        batch, suite, name = key.split()
        for total, one in zip(sums[name], (first[key], now), strict=True):
            for count in (*COUNTS, "files"):
                total[count] += int(str(one[count]))
            total["listed"] += len(list(one["listed"]))  # type: ignore[call-overload]
        yield f"| {batch} | {suite} | {name} | {_line(first[key], now, len(list(now['listed'])))} |"  # type: ignore[call-overload]
    for name, (before, after) in sums.items():
        yield f"| | **all** | {name} | {_line(before, after, after['listed'])} |"


def _line(first: dict[str, object], now: dict[str, object], listed: int) -> str:
    said = [f"{one['flagged']} | {one['hits']} | {one['right']} of {one['judged']}" for one in (first, now)]
    return f"{now['files']} | {now['failing']} | {said[0]} | {said[1]} | {listed}"


def main(words: Sequence[str] | None = None) -> None:
    """Run what is asked for, keep first runs, write the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--base", type=Path, default=ROOT / ".corpora" / "doctor-unseen")
    parser.add_argument("--batch", type=int)
    parser.add_argument("--environments", action="store_true", help="make the environments, compare nothing")
    parser.add_argument("names", nargs="*")
    options = parser.parse_args(words)
    for suite in SUITES if options.environments else ():
        for name in ENVIRONMENTS if options.batch in {None, suite.batch} else ():
            environment(options.base.resolve(), suite, name)
    if options.environments:
        return
    store = options.base / "now.json"
    first = json.loads(FIRST.read_text(encoding="utf-8")) if FIRST.exists() else {}
    now = json.loads(store.read_text(encoding="utf-8")) if store.exists() else {}
    for suite in SUITES:
        asked = options.batch in {None, suite.batch} and options.names in (
            [],
            [suite.distribution.partition("==")[0]],
        )
        for name in ENVIRONMENTS if asked else ():
            key = f"{suite.batch} {suite.name} {name}"
            now[key] = run(options.base.resolve(), suite, name)
            first.setdefault(key, now[key])
            store.write_text(json.dumps(now), encoding="utf-8")
            FIRST.write_text(_placeless(json.dumps(first, indent=1), options.base) + "\n", encoding="utf-8")
    text = RESULTS.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    table = "\n".join(rows(dict(sorted(now.items())), first))
    RESULTS.write_text(f"{before}{BEGIN}\n{table}\n{END}{rest.partition(END)[2]}", encoding="utf-8")


def _placeless(text: str, base: Path) -> str:
    """Leave out of what pytest printed where the suites and the interpreter stand on this machine."""
    return text.replace(f"{base.resolve()}/", "").replace(sysconfig.get_paths()["stdlib"], "lib")


if __name__ == "__main__":
    main()
