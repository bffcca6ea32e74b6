import dataclasses
import textwrap
from datetime import date

import pytest

from importgraph.errors import ConfigError
from importgraph.findings.ignores import parse_comment
from importgraph.findings.own_rules.model import parse_rules
from importgraph.regressions.rules.run import run_rules

TODAY = date(2026, 6, 1)


@pytest.fixture
def run(open_files):
    def found(rules, files):
        project = open_files({"pyproject.toml": textwrap.dedent(rules), **files})
        return run_rules(dataclasses.replace(project, today=TODAY))

    return found


def places(findings):
    return [(one.code, one.evidence.importer, one.subject, one.locations[0].line) for one in findings]


CALL = """
[[tool.importgraph.rules]]
code = "APP001"
kind = "deprecated-call"
name = "redis.Redis"
replacement = "app.cache.get_redis_client"
"""


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("import redis\nredis.Redis('x')\n", [2]),
        ("from redis import Redis as R\n\ndef f():\n    return R()\n", [4]),
        ("import redis as r\nx = r.Redis\n", []),
        ("def f():\n    from redis import Redis\n    return Redis()\n", [3]),
        ("def f():\n    import redis\n    def g():\n        return redis.Redis()\n    return g\n", [4]),
        ("from fake import Redis\nRedis()\n", []),
        ("class Redis: ...\nRedis()\n", []),
        ("text = 'redis.Redis()'\n", []),
        ("import redis\nredis.Redis.from_url('x')\n", []),
        ("from app.reexport import Redis\nRedis()\n", [2]),
    ],
)
def test_a_deprecated_call_is_resolved_not_searched_for(run, text, lines):
    files = {"app/__init__.py": "", "app/reexport.py": "from redis import Redis\n", "app/a.py": text}
    found, _ = run(CALL, files)
    assert places(found) == [("APP001", "app.a", "redis.Redis", line) for line in lines]
    assert all("Use `app.cache.get_redis_client`." in one.message for one in found)


def test_only_at_import(run):
    text = "import redis\nclient = redis.Redis()\ndef f():\n    return redis.Redis()\n"
    found, _ = run(CALL + 'when = "import"\n', {"a.py": text})
    assert places(found) == [("APP001", "a", "redis.Redis", 2)]


FORBIDDEN = """
[[tool.importgraph.rules]]
code = "LAYER"
kind = "forbidden-import"
importers = ["app.domain"]
imported = ["app.web", "flask"]
message = "The domain knows no web."
"""


def test_a_forbidden_import_covers_descendants_and_not_types(run):
    found, _ = run(
        FORBIDDEN,
        {
            "app/__init__.py": "",
            "app/web/__init__.py": "",
            "app/web/views.py": "import flask\n",
            "app/domain/__init__.py": "from app.web import views\n",
            "app/domain/model.py": """
                from typing import TYPE_CHECKING
                if TYPE_CHECKING:
                    import app.web
                def f():
                    import flask.json
            """,
        },
    )
    assert places(found) == [
        ("LAYER", "app.domain", "app.web.views", 1),
        ("LAYER", "app.domain.model", "flask.json", 5),
    ]
    assert found[0].message == "The domain knows no web."


def test_a_forbidden_import_at_collection_leaves_functions_out(run):
    rules = (
        '[[tool.importgraph.rules]]\ncode="T"\nkind="forbidden-import"\nimported="pandas"\nwhen="import"\n'
    )
    text = "def late():\n    import pandas\ndef now():\n    import pandas.io\nnow()\n"
    found, _ = run(rules, {"tests/test_a.py": text, "tests/test_b.py": "import pandas\n"})
    assert places(found) == [("T", "test_a", "pandas.io", 4), ("T", "test_b", "pandas", 1)]


def test_a_deprecated_import_is_found_through_a_re_export(run):
    rules = '[[tool.importgraph.rules]]\ncode="OLD"\nkind="deprecated-import"\nname="app.old.Thing"\n'
    files = {
        "app/__init__.py": "from app.old import Thing\n",
        "app/old.py": "class Thing: ...\n",
        "use.py": "from app import Thing\nimport app.old\n",
    }
    found, _ = run(rules, files)
    assert places(found) == [("OLD", "app", "app.old.Thing", 1), ("OLD", "use", "app.old.Thing", 1)]


def test_a_required_base_is_looked_for_across_files(run):
    rules = """
    [[tool.importgraph.rules]]
    code = "BASE"
    kind = "required-base"
    classes = "*Repository"
    base = "app.base.Repository"
    severity = "warning"
    """
    files = {
        "app/__init__.py": "",
        "app/base.py": "class Repository: ...\n",
        "app/middle.py": "from app.base import Repository as R\nclass Middle(R): ...\n",
        "app/a.py": "from app.middle import Middle\nclass UserRepository(Middle): ...\n",
        "app/b.py": "class ItemRepository: ...\nclass Other: ...\n",
        "app/c.py": "class MadeRepository(make()): ...\nclass DictRepository(dict): ...\n",
    }
    found, _ = run(rules, files)
    assert [one.subject for one in found] == ["app.b.ItemRepository", "app.c.DictRepository"]


def test_conflicting_methods_are_found_through_inheritance(run):
    rules = """
    [[tool.importgraph.rules]]
    code = "SETUP"
    kind = "conflicting-methods"
    methods = ["setUp", "setup_method"]
    """
    files = {
        "base.py": "class Base:\n    def setUp(self): ...\n",
        "test_a.py": "from base import Base\nclass TestA(Base):\n    def setup_method(self): ...\n",
        "test_b.py": "from base import Base\nclass TestB(Base):\n    def test(self): ...\n",
    }
    found, _ = run(rules, files)
    assert places(found) == [("SETUP", "test_a", "test_a.TestA", 2)]


# -- suppressions -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("comment", "is_kept", "note"),
    [
        ("# importgraph: ignore[LAYER] the report needs it", False, ""),
        (
            "# importgraph: ignore[OTHER, LAYER] both (until 2026-12-31)",
            False,
            "ignore[OTHER]` names no rule",
        ),
        ("# importgraph: ignore[LAYER]", True, "gives no reason"),
        ("# importgraph: ignore[LAYER] old until 2026-01-31", True, "was accepted until 2026-01-31"),
        ("# importgraph: ignore[OTHER] reason", True, "names no rule"),
        ("# importgraph: ignore[LAY*] reason", False, ""),
        ("# ignore[LAYER] reason", True, ""),
    ],
)
def test_a_comment_accepts_one_line_for_a_reason(run, comment, is_kept, note):
    files = {"app/__init__.py": "", "app/domain/__init__.py": f"import flask  {comment}\n"}
    found, notes = run(FORBIDDEN, files)
    assert bool(found) == is_kept
    assert [note in one for one in notes] == ([True] if note else [])


def test_a_day_that_does_not_exist_accepts_nothing():
    comment = parse_comment("# importgraph: ignore[A] why until 2026-02-31")
    assert comment.problem(TODAY) == "names 2026-02-31, which is no day"


# -- contracts --------------------------------------------------------------------------------------

TREE = {
    "app/__init__.py": "",
    "app/low.py": "import app.high\n",
    "app/high.py": "from app import middle\n",
    "app/middle.py": "",
    "app/other.py": "import app.low\n",
}


@pytest.mark.parametrize(
    ("contract", "found"),
    [
        (
            'type = "layers"\nlayers = ["high", "low"]\ncontainers = ["app"]',
            [("IL101", "app.low", "app.high")],
        ),
        ('type = "layers"\nlayers = ["app.high", "app.middle"]', []),
        (
            'type = "forbidden"\nsource_modules = ["app.other"]\nforbidden_modules = ["app.high"]',
            [("IL102", "app.other", "app.high")],
        ),
        (
            (
                'type = "forbidden"\nsource_modules = ["app.other"]\nforbidden_modules = ["app.high"]\n'
                "allow_indirect_imports = true"
            ),
            [],
        ),
        (
            (
                'type = "forbidden"\nsource_modules = ["app.other"]\nforbidden_modules = ["app.high"]\n'
                'ignore_imports = ["app.* -> app.high"]'
            ),
            [],
        ),
        (
            'type = "independence"\nmodules = ["app.middle", "app.high"]',
            [("IL103", "app.high", "app.middle")],
        ),
        ('type = "something_of_their_own"', []),
    ],
)
def test_contracts_of_import_linter_are_read(run, contract, found):
    head = '[tool.importlinter]\nroot_package = "app"\n[[tool.importlinter.contracts]]\nname = "C"\n'
    text = f"{head}{contract}\n"
    findings, _ = run(text, TREE)
    assert [(one.code, one.evidence.importer, one.evidence.target) for one in findings] == found


def test_contracts_of_an_ini_file_are_read(run):
    text = "[importlinter]\nroot_package = app\n[importlinter:contract:1]\nname = C\ntype = independence\n"
    findings, _ = run("", {**TREE, ".importlinter": text + "modules =\n    app.low\n    app.middle\n"})
    assert [one.message for one in findings] == [
        "The contract 'C' is broken: app.low -> app.high -> app.middle."
    ]


# -- configuration ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tables", "message"),
    [
        ({}, "write rules as"),
        ([{"code": "A", "kind": "forbidden-imports"}], "`kind` should be one of"),
        ([{"code": "A", "kind": "forbidden-import"}], "A: `imported` is missing"),
        ([{"code": "IG9", "kind": "deprecated-call", "name": "x"}], "`code` should be a code of your own"),
        ([{"code": "A", "kind": "deprecated-call", "nam": "x"}], "unknown key `nam`, did you mean `name`"),
        ([{"code": "A", "kind": "deprecated-call", "name": "x"}] * 2, "A: the code is used twice"),
        ([{"code": "A", "kind": "deprecated-call", "name": "x", "when": "later"}], "`when` should be"),
    ],
)
def test_bad_rules_are_one_line(tables, message):
    with pytest.raises(ConfigError, match=message) as caught:
        parse_rules(tables)
    assert "\n" not in str(caught.value)


def test_a_new_violation_is_a_regression_and_an_old_one_is_not(compare_trees):
    rules = {"pyproject.toml": FORBIDDEN}
    before = {
        **rules,
        "app/__init__.py": "",
        "app/domain/__init__.py": "import flask\n",
        "app/domain/b.py": "",
    }
    assert compare_trees(before, before).regressions == ()
    found = compare_trees(before, {**before, "app/domain/b.py": "\nimport flask\n"}, ratchet=["rules"])
    (one,) = found.regressions
    assert (one.gate, one.subject, one.added) == ("rules", "flask", ("app.domain.b",))
    assert (one.edge.path, one.edge.line) == ("app/domain/b.py", 1)
