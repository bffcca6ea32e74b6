"""Measure what the modules of many distributions cost to import: the data of benchmarks/cost_fit.py.

    python benchmarks/cost_measure.py fit                 the distributions that the model is fitted on
    python benchmarks/cost_measure.py test                the distributions it is tested on

Each list is installed (wheels only) into an environment of its own below `.corpora/cost-env/`. Every entry is
imported in fresh interpreters under importgraph's own tracer with warm bytecode; the best self time of the
runs counts, pauses of the garbage collector are in no module. The times go to `.corpora/costs/NAME.json` with
the version of each distribution; they are never committed.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from importgraph.errors import ImportgraphError
from importgraph.measurements.model import ImportProfile
from importgraph.measurements.profile import Settings, profile_target
from importgraph.measurements.target import Target

CORPORA = Path(__file__).resolve().parents[1] / ".corpora"
TIMES = CORPORA / "costs"

FIT = {
    "requests": "requests", "flask": "flask", "click": "click", "typer": "typer",
    "pydantic": "pydantic.main", "pydantic-settings": "pydantic_settings", "attrs": "attrs",
    "cattrs": "cattrs", "sqlalchemy": "sqlalchemy.orm", "alembic": "alembic.command",
    "celery": "celery.app.base", "redis": "redis", "boto3": "boto3", "networkx": "networkx",
    "numpy": "numpy", "pandas": "pandas", "pillow": "PIL.Image",
    "cryptography": "cryptography.hazmat.primitives.serialization", "paramiko": "paramiko",
    "lxml": "lxml.html", "beautifulsoup4": "bs4", "pyyaml": "yaml", "marshmallow": "marshmallow",
    "django": "django.db.models", "djangorestframework": "rest_framework.status", "fastapi": "fastapi",
    "uvicorn": "uvicorn.main", "pytest": "pytest", "hypothesis": "hypothesis",
    "sphinx": "sphinx.application", "jsonschema": "jsonschema", "tornado": "tornado.web",
    "twisted": "twisted.web.server", "protobuf": "google.protobuf.descriptor_pb2", "grpcio": "grpc",
    "aiohttp": "aiohttp", "matplotlib": "matplotlib.pyplot", "sympy": "sympy", "nltk": "nltk",
    "mypy": "mypy.main", "ipython": "IPython", "openai": "openai", "arrow": "arrow",
    "babel": "babel.messages", "markdown": "markdown", "prompt_toolkit": "prompt_toolkit",
    "structlog": "structlog", "pymongo": "pymongo", "openpyxl": "openpyxl",
}  # fmt: skip
"""By distribution, what is imported."""
TEST = {
    "xarray": "xarray", "dask": "dask.array", "altair": "altair", "plotly": "plotly.graph_objects",
    "litestar": "litestar", "falcon": "falcon", "textual": "textual.app", "peewee": "peewee",
    "tortoise-orm": "tortoise", "docker": "docker", "kubernetes": "kubernetes.client",
    "pylint": "pylint.lint", "nox": "nox", "jupyter-client": "jupyter_client", "nbformat": "nbformat",
    "graphene": "graphene", "strawberry-graphql": "strawberry",
    "azure-core": "azure.core.pipeline.policies", "msal": "msal", "stripe": "stripe",
    "sentry-sdk": "sentry_sdk", "opentelemetry-sdk": "opentelemetry.sdk.trace", "zeep": "zeep",
    "reportlab": "reportlab.platypus", "python-docx": "docx", "elasticsearch": "elasticsearch",
    "scrapy": "scrapy", "anthropic": "anthropic", "rdflib": "rdflib", "pyramid": "pyramid.config",
    "langchain-core": "langchain_core.runnables", "slack-sdk": "slack_sdk",
}  # fmt: skip
LISTS = {"fit": FIT, "test": TEST}


def prepare(name: str) -> Path:
    """Make the environment of a list; return its interpreter."""
    folder = CORPORA / "cost-env" / name
    python = folder / "bin" / "python"
    marker = folder / "requested.txt"
    wanted = "\n".join(LISTS[name])
    if not marker.exists() or marker.read_text(encoding="utf-8") != wanted:
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
        pip = [str(python), "-m", "pip", "install", "-q", "--only-binary=:all:"]
        subprocess.run([*pip, *LISTS[name]], check=True)
        marker.write_text(wanted, encoding="utf-8")
    return python


def versions(python: Path) -> dict[str, str]:
    """Return the version of each installed distribution."""
    answer = subprocess.run(
        [str(python), "-m", "pip", "list", "--format=json"], check=True, capture_output=True, text=True
    )
    return {row["name"].lower(): row["version"] for row in json.loads(answer.stdout)}


def measure(python: Path, module: str, runs: int) -> ImportProfile | str:
    """Profile the import of one module; an import that fails is a text."""
    with tempfile.TemporaryDirectory() as folder:
        target = Target(str(python), "module", module, cwd=Path(folder))
        try:
            profile = profile_target(target, Settings(runs=runs))
        except ImportgraphError as error:
            return str(error)
    return profile if profile.complete else "; ".join(profile.notes) or "not complete"


def as_row(distribution: str, profile: ImportProfile) -> dict[str, object]:
    """Keep what the fit needs of a profile."""
    return {
        "distribution": distribution,
        "entry": profile.entry,
        "total_us": profile.total_us,
        "collector_us": profile.collector_us,
        "modules": [
            [m.name, m.self_us, m.cpu_us, m.how, m.path, m.group, m.distribution]
            for m in profile.modules
            if m.error is None
        ],
    }


def main() -> int:
    parser = argparse.ArgumentParser(description="Measure what modules of many distributions cost to import.")
    parser.add_argument("lists", nargs="+", choices=sorted(LISTS))
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    TIMES.mkdir(parents=True, exist_ok=True)
    for name in options.lists:
        python = prepare(name)
        rows = []
        for distribution, module in LISTS[name].items():
            profile = measure(python, module, options.runs)
            if isinstance(profile, str):
                print(f"{distribution}: left out, {profile}", flush=True)
                continue
            rows.append(as_row(distribution, profile))
            print(f"{distribution:<24} {profile.total_us / 1000:8.1f} ms", flush=True)
        data = {"python": sys.version.split()[0], "versions": versions(python), "entries": rows}
        (TIMES / f"{name}.json").write_text(json.dumps(data, indent=0), encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
