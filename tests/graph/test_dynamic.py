import pytest

from importgraph.graph.views import closure, modules_of
from importgraph.module_queries import chain

APP = {
    "app/__init__.py": "",
    "app/one.py": "",
    "app/two.py": "",
    "app/names.py": "NAMES = ['one', 'two', 'gone']\n",
}


def loaded(project, module):
    return modules_of(closure(project.runtime, [module])) - {module}


@pytest.mark.parametrize(
    "text",
    [
        "for n in ['one', 'two']:\n    import_module(f'app.{n}')\n",
        "for n in ('app.one', 'app.two', 'elsewhere'):\n    __import__(n)\n",
        "NAMES = ['one', 'two']\nfor n in NAMES:\n    import_module('app.' + n)\n",
        "from app.names import NAMES\nfor n in NAMES:\n    import_module('app.%s' % n)\n",
        "from app import names\nfor n in names.NAMES:\n    import_module('app.{}'.format(n))\n",
        "__all__ = ['one', 'two']\nfor n in __all__:\n    import_module(f'app.{n}')\n",
        "def f(n):\n    import_module(f'app.{n}')\nf('one')\nf('two')\n",
        "def load():\n    for n in ['one', 'two']:\n        import_module(f'app.{n}')\nload()\n",
    ],
)
def test_loops_over_known_names(open_files, text):
    text = "from importlib import import_module\n" + text
    assert {"app.one", "app.two"} <= loaded(open_files({**APP, "run.py": text}), "run")


@pytest.mark.parametrize(
    "text",
    [
        "for n in names():\n    import_module(f'app.{n}')\n",
        "for n in ['one']:\n    import_module('.x', n)\n",
        "import_module('app.' + input())\n",
    ],
)
def test_what_text_does_not_show_is_not_guessed(open_files, text):
    text = "from importlib import import_module\n" + text
    assert not {"app.one", "app.two"} & loaded(open_files({**APP, "run.py": text}), "run")


REGISTRY = """
    class Registry:
        def __init__(self): self.names = []
        def register(self, name): self.names.append(name)
        def load(self, prefix):
            for name in self.names:
                if name.startswith(prefix):
                    import_module(name)
    registry = Registry()
    """


def test_a_registry_loads_what_was_registered_before(open_files):
    project = open_files(
        {
            **APP,
            "app/registry.py": REGISTRY,
            "app/plugins.py": "from app.registry import registry\nregistry.register('app.one')\n",
            "run.py": "import app.plugins\nfrom app.registry import registry\nregistry.load('app.')\n",
            "bare.py": "from app.registry import registry\nregistry.load('app.')\n",
        }
    )
    assert "app.one" in loaded(project, "run")
    assert "app.one" not in loaded(project, "bare")


LAZY = {
    "pep/__init__.py": """
        def __getattr__(name):
            if name == "B":
                from pep.inner import B
                return B
        """,
    "pep/inner.py": "B = 1\n",
    "table/__init__.py": """
        from importlib import import_module
        _TABLE = {"C": "table.c", "D": ".d"}
        def __getattr__(name):
            return import_module(_TABLE[name], __name__)
        """,
    "table/c.py": "",
    "table/d.py": "",
    "spec/__init__.py": """
        import lazy_loader
        __getattr__, __dir__, __all__ = lazy_loader.attach(
            __name__, submodules=["sub"], submod_attrs={"mod": ["A"]}
        )
        """,
    "spec/sub.py": "",
    "spec/mod.py": "A = 1\n",
}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("import pep, table, spec", {"pep", "table", "spec"}),
        ("from pep import B", {"pep", "pep.inner"}),
        ("from table import C", {"table", "table.c"}),
        ("from table import D", {"table", "table.d"}),
        ("from spec import A", {"spec", "spec.mod"}),
        ("from spec import sub", {"spec", "spec.sub"}),
    ],
)
def test_packages_that_answer_lazily(open_files, text, found):
    project = open_files({**LAZY, "user.py": text})
    assert loaded(project, "user") == found
    assert not [edge for edge in project.graph.imports if edge.missing]


def test_lazy_answers_say_what_they_are(open_files):
    project = open_files({**LAZY, "user.py": "from pep import B\nfrom table import C"})
    assert [link.target for link in chain(project, "user", "pep.inner")] == ["pep:__getattr__()", "pep.inner"]
    assert [(call.caller, call.function) for call in project.graph.calls] == [
        ("user", "pep:__getattr__()"),
        ("user", "table:__getattr__()"),
    ]
