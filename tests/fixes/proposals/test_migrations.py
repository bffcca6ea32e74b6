"""Calls and imports that a project's own rules deprecate."""

import pytest
from own_rules import rules

from importgraph.edits.changes import plan
from importgraph.edits.identity import named
from importgraph.fixes.model import Fix
from importgraph.fixes.proposals.migrations import propose_migrations

CLIENT = {
    "app/__init__.py": "",
    "app/client.py": "def get_client(*args, **kwargs): ...\nasync def open_client(*args): ...\n",
}
CALL = {
    "code": "APP001",
    "kind": "deprecated-call",
    "name": "redis.Redis",
    "replacement": "app.client.get_client",
}
MOVED = {"code": "APP002", "kind": "deprecated-import", "name": "app.old", "replacement": "app.new.place"}


def migrated(open_files, source, rule, **files):
    project = open_files({**CLIENT, **files, "pyproject.toml": rules(rule), "app/use.py": source})
    fixes = [one for one in propose_migrations(project.snapshot) if isinstance(one, Fix)]
    made = plan(project.root, named(fixes), project.read_text)
    assert not made.left
    texts = {change.path: change.after.decode() for change in made.changes}
    again = open_files(texts)
    left = [one for one in propose_migrations(again.snapshot) if isinstance(one, Fix)]
    assert not plan(again.root, named(left), again.read_text).changes
    return texts.get("app/use.py", project.read_text("app/use.py"))


CALLS = {
    "a name": (
        "from redis import Redis\nx = Redis(1, db=2)\n",
        "from app.client import get_client\nx = get_client(1, db=2)\n",
    ),
    "an alias": (
        "import redis as r\n\ndef f():\n    return r.Redis( # kept\n        1)\n",
        "from app.client import get_client\n\ndef f():\n    return get_client( # kept\n        1)\n",
    ),
    "another use keeps the old import": (
        "import redis\nx = redis.Redis()\ny = redis.Error\n",
        "import redis\nfrom app.client import get_client\nx = get_client()\ny = redis.Error\n",
    ),
    "an import in a function": (
        "def f():\n    from redis import Redis\n    return Redis()\n",
        "def f():\n    from app.client import get_client\n    return get_client()\n",
    ),
    "another meaning": ("from mine import Redis\nx = Redis()\n", None),
    "a local name": ("from redis import Redis\ndef f(Redis):\n    return Redis()\n", None),
    "no call": ("from redis import Redis\nx = [Redis]\n", None),
}


@pytest.mark.parametrize("name", CALLS)
def test_calls(open_files, name):
    before, after = CALLS[name]
    assert migrated(open_files, before, CALL) == (after or before)


TEMPLATES = {
    "{host}, port={1|port}": ("Redis(host='h', port=1)", "get_client('h', port=1)"),
    "{0}, {*}": ("Redis(a, b, c=d)", "get_client(a, b, c=d)"),
    "url(host={host?}), {*}": ("Redis(1)", "get_client(1)"),
    "timeout=5, {*}": ("Redis(**k)", None),
    "{0}": ("Redis(a, b)", None),
    "{*}, timeout=5": ("Redis(f(a, b))", "get_client(f(a, b), timeout=5)"),
}


@pytest.mark.parametrize("template", TEMPLATES)
def test_templates(open_files, template):
    before, after = TEMPLATES[template]
    source = f"from redis import Redis\nx = {before}\n"
    expected = f"from app.client import get_client\nx = {after}\n" if after else source
    assert migrated(open_files, source, {**CALL, "arguments": template}) == expected


COROUTINES = {
    "async def f():\n    return Redis(1)\n": "async def f():\n    return await open_client(1)\n",
    "async def f():\n    return Redis(1).x\n": "async def f():\n    return (await open_client(1)).x\n",
    "async def f():\n    return await Redis(1)\n": "async def f():\n    return await open_client(1)\n",
    "def f():\n    return Redis(1)\n": None,
    "async def f():\n    return lambda: Redis(1)\n": None,
}


@pytest.mark.parametrize("body", COROUTINES)
def test_a_coroutine_is_awaited_where_that_can_be_written(open_files, body):
    rule = {**CALL, "replacement": "app.client.open_client"}
    source, after = f"from redis import Redis\n{body}", COROUTINES[body]
    expected = f"from app.client import open_client\n{after}" if after else source
    assert migrated(open_files, source, rule) == expected


IMPORTS = {
    "from app.old import thing\n": "from app.new.place import thing\n",
    "from .old import thing as t, other\n": "from app.new.place import thing as t, other\n",
    "from app import old\nx = old.thing\n": "from app.new import place as old\nx = old.thing\n",
    "import app.old as o\n": "import app.new.place as o\n",
    "import app.old\nx = app.old.thing(1)\n": "import app.new.place\nx = app.new.place.thing(1)\n",
    "import app.old\ndef f(app):\n    return app.old\n": None,
    "x = patch('app.old.thing')\n": "x = patch('app.new.place.thing')\n",
    "'''Of app.old.thing'''\n": None,
    "x = 'app.older.thing'\n": None,
}


@pytest.mark.parametrize("before", IMPORTS)
def test_imports_and_texts(open_files, before):
    files = {
        "app/old.py": "thing = other = 1\n",
        "app/new/__init__.py": "",
        "app/new/place.py": "thing = other = 1\n",
    }
    assert migrated(open_files, before, MOVED, **files) == (IMPORTS[before] or before)


def test_a_name_that_moved_keeps_its_local_name(open_files):
    rule = {**MOVED, "name": "app.old.Thing", "replacement": "app.new.Other"}
    files = {"app/old.py": "class Thing: ...\n", "app/pub.py": "from app.old import Thing\n"}
    source = "from app.pub import Thing\nfrom app.old import Thing as T\n"
    expected = "from app.new import Other as Thing\nfrom app.new import Other as T\n"
    assert migrated(open_files, source, rule, **files) == expected
