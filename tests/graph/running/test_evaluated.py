"""What importing a module loads, where evaluation decides it: one test for each kind of real package."""

from textwrap import dedent

import pytest
from environment_folders import make_environment, make_python

from importgraph.config import from_options
from importgraph.graph.views import certain_part, closure, modules_of, possible
from importgraph.project import open_project


@pytest.fixture
def project_of(write_project, tmp_path):
    """Open a project in an environment that has a standard library and what is named."""

    def made(files, installed=None, standard=None):
        base = make_python(tmp_path / "base", standard or {})
        environment = make_environment(tmp_path / "env", installed or {}, home=base)
        return open_project(write_project(files), from_options(workers=1, python=str(environment)))

    return made


def loaded(project, module):
    return modules_of(closure(project.runtime, [module])) - {module}


def surely(project, module):
    return modules_of(closure(certain_part(project.runtime), [module])) - {module}


def perhaps(project, module):
    return modules_of(closure(possible(project.graph), [module])) - {module}


# -- optional libraries -----------------------------------------------------------------------------


TRIED_BY_NAME = (
    "try:\n    __import__('fast')\nexcept ImportError:\n    import slow\nelse:\n    import quick\n"
)
TRIED_THEN_ASKED = """
    try:
        import fast.inner
        FAST = True
    except ImportError:
        FAST = False
    if FAST:
        import quick
    else:
        import slow
    """


@pytest.mark.parametrize("text", [TRIED_BY_NAME, TRIED_THEN_ASKED])
@pytest.mark.parametrize("installed", [True, False])
def test_a_library_that_is_tried_decides_what_comes_behind(project_of, text, installed):
    files = {"app.py": text, "slow.py": "", "quick.py": ""}
    library = {"fast/__init__.py": "", "fast/inner.py": ""} if installed else {}
    project = project_of(files, library)
    expected = {"quick"} if installed else {"slow"}
    assert loaded(project, "app") == surely(project, "app") == perhaps(project, "app") == expected


@pytest.mark.parametrize("installed", [True, False])
def test_a_module_that_needs_a_library_fails_without_it(project_of, installed):
    files = {
        "app.py": "try:\n    from net.tls import wrap\nexcept ImportError:\n    import plain\n",
        "net/__init__.py": "",
        "net/tls.py": "from net.impl.ssl import wrap\n",
        "net/impl/__init__.py": "",
        "net/impl/ssl.py": "import fast\nimport other\nwrap = 1\n",
        "other.py": "",
        "plain.py": "",
    }
    project = project_of(files, {"fast.py": ""} if installed else {})
    whole = {"net", "net.tls", "net.impl", "net.impl.ssl", "other"}
    assert surely(project, "app") == (whole if installed else {"net", "net.impl", "plain"})


CHOSEN_BY_A_HELPER = """
    import importlib
    _kind = None
    def available(name):
        try:
            module = importlib.import_module(name)
            if not module:
                raise ImportError(name)
            return True
        except ImportError:
            return False
    if _kind is None:
        _kind = "fast" if available("fast") else "python"
    def kind():
        return _kind
    """


@pytest.mark.parametrize("installed", [True, False])
def test_a_helper_that_tries_a_library_decides_in_other_modules(project_of, installed):
    asking = "import impl\nif impl.kind() == 'python':\n    import slow\nelse:\n    import quick\n"
    files = {"impl.py": CHOSEN_BY_A_HELPER, "one.py": asking, "two.py": asking, "slow.py": "", "quick.py": ""}
    project = project_of(files, {"fast.py": ""} if installed else {}, {"importlib/__init__.py": ""})
    expected = {"impl", "quick" if installed else "slow"}
    assert perhaps(project, "one") == perhaps(project, "two") == surely(project, "two") == expected


def test_a_name_bound_in_undecided_branches_has_one_of_their_values(open_files):
    text = "import random\nMODE = None\nif random.random() > 2:\n    MODE = 'a'\nelse:\n    MODE = 'b'\n"
    asking = "import mode\nif mode.MODE is None:\n    import never\nif mode.MODE == 'a':\n    import dep\n"
    project = open_files({"mode.py": text, "one.py": asking, "two.py": asking, "never.py": "", "dep.py": ""})
    assert perhaps(project, "one") == perhaps(project, "two") == {"mode", "dep"}
    assert surely(project, "two") == {"mode"}


# -- what stands beside a package -------------------------------------------------------------------

LISTED_BY_PATH = """
    from importlib import import_module
    from pathlib import Path
    for file in sorted(Path(__file__).parent.glob("*.py")):
        if file.stem != "__init__":
            import_module(f"{__name__}.{file.stem}")
    """
LISTED_BY_A_HELPER = """
    import pkgutil, sys
    from importlib import import_module
    from pathlib import Path
    def folder(module):
        if getattr(sys, "frozen", False):
            return sys._MEIPASS
        return Path(module.__file__).parent
    def names(module):
        path = folder(module)
        return [name for _, name, _ in pkgutil.iter_modules([str(path)])]
    for name in names(import_module("plug")):
        import_module("plug." + name)
    """
LISTED_BY_WALK = """
    import importlib, os
    for folder, _, files in os.walk(os.path.dirname(__file__)):
        for file in files:
            if file.endswith(".py") and file != "__init__.py":
                importlib.import_module("plug." + file[:-3])
    """


@pytest.mark.parametrize("text", [LISTED_BY_PATH, LISTED_BY_A_HELPER, LISTED_BY_WALK])
def test_a_package_imports_every_file_beside_it(open_files, text):
    project = open_files({"plug/__init__.py": text, "plug/a.py": "", "plug/b.py": "", "other.py": ""})
    assert surely(project, "plug") == {"plug.a", "plug.b"}


# -- what is not decided ----------------------------------------------------------------------------


def test_one_of_two_callables_may_run(open_files):
    text = """
        import random
        def cached(f):
            def inner(): return f() if random.random() > 2 else None
            return inner
        def plain(f): return f
        wrap = cached if random.random() > 2 else plain
        @wrap
        def load(): import dep
        load()
        """
    project = open_files({"app.py": text, "dep.py": ""})
    assert surely(project, "app") == set()
    assert perhaps(project, "app") == {"dep"}


def test_a_name_first_used_in_a_branch_stays_known(open_files):
    text = """
        import random
        from settings import conf
        if random.random() > 2:
            print(conf.layers)
        for name in conf.layers:
            __import__("layers." + name)
        """
    settings = """
        class Conf:
            layers = ["a"]
            def __init__(self): self.more = 1
        conf = Conf()
        """
    files = {"app.py": text, "settings.py": settings, "layers/__init__.py": "", "layers/a.py": ""}
    project = open_files(files)
    assert surely(project, "app") == {"settings", "layers", "layers.a"}


# -- what answers for names -------------------------------------------------------------------------

ATTACHED = """
    import importlib
    def answering(package, attributes):
        table = {name: module for module, names in attributes.items() for name in names}
        def __getattr__(name):
            if name in table:
                return getattr(importlib.import_module(f"{package}.{table[name]}"), name)
            raise AttributeError(name)
        return __getattr__
    __getattr__ = answering(__name__, {"_a": ["one"], "_b": ["two"]})
    """
REPLACED = """
    import sys
    from importlib import import_module
    class Proxy:
        places = {"one": "lazy._a", "two": "lazy._b"}
        def __getattr__(self, name):
            return getattr(import_module(self.places[name]), name)
    sys.modules[__name__] = Proxy()
    """


@pytest.mark.parametrize("text", [ATTACHED, REPLACED])
@pytest.mark.parametrize(
    "asking",
    ["from lazy import one\n", "import lazy\nclass C:\n    x = lazy.one\n", "import lazy as z\nz.one\n"],
)
def test_a_name_that_is_answered_for_loads_where_it_stands(open_files, text, asking):
    files = {"lazy/__init__.py": text, "lazy/_a.py": "one = 1\n", "lazy/_b.py": "two = 2\n"}
    project = open_files({**files, "first.py": asking, "second.py": asking})
    assert surely(project, "first") == surely(project, "second") == {"lazy", "lazy._a"}
    assert perhaps(project, "first") == {"lazy", "lazy._a"}


def test_a_module_that_loads_itself_when_an_attribute_is_missing(open_files):
    text = """
        import sys
        class Proxy:
            _module = None
            def __init__(self, name):
                self._name = name
            def __getattr__(self, name):
                try:
                    return getattr(self._module, name)
                except AttributeError:
                    if self._module is not None:
                        raise
                    __import__(f"lazy.{self._name}")
                    return getattr(sys.modules[f"lazy.{self._name}"], name)
        a = Proxy("a")
        """
    files = {"lazy/__init__.py": text, "lazy/a.py": "one = 1\n", "app.py": "import lazy\nx = lazy.a.one\n"}
    project = open_files(files)
    assert surely(project, "app") == {"lazy", "lazy.a"}
    assert surely(project, "lazy") == set()


PROXIES = """
    import sys
    class Proxy:
        module = None
        def __init__(self, name):
            self.__dict__["name"] = name
        def __getattr__(self, attribute):
            try:
                return getattr(self.module, attribute)
            except AttributeError:
                __import__(f"app.{self.name}")
                object.__setattr__(self, "module", sys.modules[f"app.{self.name}"])
                return getattr(self.module, attribute)
    clock = Proxy("clock")
    """


def test_an_object_that_loads_a_module_is_asked_in_a_function(open_files):
    loop = "from app import clock\nclass Loop:\n    def __init__(self):\n        self.clock = clock.get()\n"
    files = {
        "app/__init__.py": PROXIES,
        "app/clock.py": "def get(): return 1\n",
        "app/loop.py": f"{loop}loop = Loop()\n",
        "app/quiet.py": loop,
    }
    project = open_files(files)
    assert surely(project, "app.loop") == {"app", "app.clock"}
    assert perhaps(project, "app.quiet") == {"app"}


def test_what_another_module_made_lazy_objects_load_is_loaded_again(open_files):
    files = {
        "app/__init__.py": PROXIES,
        "app/clock.py": "def get(): return 1\n",
        "app/a.py": "from app import clock\nnow = clock.get()\nfrom app.z import later\nx = later()\n",
        "app/z.py": """
            from app import clock
            now = clock.get()
            def later():
                import app.quiet
                return now
            """,
        "app/quiet.py": "",
    }
    project = open_files(files)
    assert surely(project, "app.z") == {"app", "app.clock"}
    assert surely(project, "app.a") == {"app", "app.clock", "app.z", "app.quiet"}


REGISTRY = """
    import sys
    kept = {}
    places = dict(one="app.one", two="app.two")
    def find(name):
        try:
            return kept[name]
        except KeyError:
            pass
        __import__(places[name])
        kept[name] = sys.modules[places[name]]
        return kept[name]
    """


def test_a_registry_is_filled_anew_in_each_run(open_files):
    asking = "from app.registry import find\nmodule = find('one')\n"
    files = {
        "app/__init__.py": "",
        "app/registry.py": REGISTRY,
        "app/one.py": "",
        "app/two.py": "",
        "app/a.py": asking,
        "app/b.py": asking + "find('two')\n",
    }
    project = open_files(files)
    assert surely(project, "app.a") == {"app", "app.registry", "app.one"}
    assert surely(project, "app.b") == {"app", "app.registry", "app.one", "app.two"}


def test_objects_are_keys_of_what_is_kept(open_files):
    text = """
        class Plain: ...
        def key(): ...
        kept = {Plain: 1}
        kept[key] = 2
        try:
            kept["name"]
        except KeyError:
            import dep
        if kept[key] == 2 and Plain in kept and len not in kept:
            import more
        """
    project = open_files({"app.py": text, "dep.py": "", "more.py": ""})
    assert surely(project, "app") == {"dep", "more"}


def test_each_round_of_a_comprehension_runs_its_condition(open_files):
    text = """
        import random
        def load(name):
            module = __import__("plug." + name)
            return random.random() > 2
        found = [name for name in ("a", "b") if load(name)]
        """
    project = open_files({"app.py": text, "plug/__init__.py": "", "plug/a.py": "", "plug/b.py": ""})
    assert surely(project, "app") == {"plug", "plug.a", "plug.b"}


def test_a_constructor_sets_what_the_class_has_too(open_files):
    text = """
        class Info:
            name = None
            def __init__(self, name): self.name = name
        info = Info("a")
        if info.name == "a":
            import dep
        """
    project = open_files({"app.py": text, "dep.py": ""})
    assert surely(project, "app") == {"dep"}


@pytest.mark.parametrize(("name", "sure"), [("sha256", {"known"}), ("md4", {"own"})])
def test_a_hash_that_openssl_left_behind_is_missing(project_of, name, sure):
    text = f"""
        import hashlib
        def look():
            try:
                hashlib.new("{name}", b"")
                hashlib.{name}()
            except (ValueError, AttributeError):
                import own
            else:
                import known
        look()
        """
    project = project_of({"app.py": text, "own.py": "", "known.py": ""}, None, {"hashlib.py": ""})
    assert surely(project, "app") == sure


def test_a_handler_of_another_error_runs_perhaps(open_files):
    text = "import os\ntry:\n    os.getlogin()\nexcept OSError:\n    import own\nelse:\n    import known\n"
    project = open_files({"app.py": text, "own.py": "", "known.py": ""})
    assert surely(project, "app") == loaded(project, "app") == {"known"}
    assert perhaps(project, "app") == {"known", "own"}


def test_what_many_calls_did_the_next_ones_are_taken_to_do(open_files, monkeypatch):
    monkeypatch.setattr("importgraph.graph.running.habits.MANY", 10)
    meta = """
        class Meta(type):
            def __new__(cls, name, bases, names):
                from app import late
                return type.__new__(cls, name, bases, names)
        """
    many = "".join(f"class C{number}(metaclass=Meta): ...\n" for number in range(30))
    files = {
        "app/__init__.py": "",
        "app/meta.py": meta,
        "app/late.py": "",
        "app/many.py": "from app.meta import Meta\n" + many,
        "app/zone.py": "from app.meta import Meta\nclass Z(metaclass=Meta): ...\n",
    }
    project = open_files(files)
    assert surely(project, "app.many") == {"app", "app.meta", "app.late"}
    assert loaded(project, "app.zone") == {"app", "app.meta", "app.late"}
    assert surely(project, "app.zone") == {"app", "app.meta"}


def test_fields_of_a_dataclass_are_in_its_dictionary(open_files):
    text = """
        from dataclasses import dataclass
        @dataclass
        class Options:
            local: bool = True
            def __getitem__(self, key):
                return self.__dict__[key]
        options = Options()
        if options["local"]:
            import dep
        if not options["local"]:
            import never
        """
    project = open_files({"app.py": text, "dep.py": "", "never.py": ""})
    assert surely(project, "app") == perhaps(project, "app") == {"dep"}


def test_what_a_list_may_hold_may_be_imported(open_files):
    text = """
        import random
        class Conf:
            names = ["a", "b"]
        if random.random() > 2:
            Conf.names.remove("b")
        for name in Conf.names:
            __import__(name)
        """
    project = open_files({"app.py": text, "a.py": "", "b.py": "", "c.py": ""})
    assert perhaps(project, "app") == {"a", "b"}


def test_a_module_that_takes_long_does_not_keep_others_from_being_decided(open_files, monkeypatch):
    monkeypatch.setattr("importgraph.graph.running.evaluated._STEPS_IN_ALL", 20_000)
    slow = "for a in range(100):\n    for b in range(100):\n        __import__('gone%d' % (a * b))\n"
    asking = "NAMES = ['dep']\nfor name in NAMES:\n    __import__(name)\n"
    project = open_files({"a.py": slow, "b.py": slow, "c.py": slow, "dep.py": "", "z.py": asking})
    assert surely(project, "z") == {"dep"}


def test_a_loader_that_looks_where_an_import_failed_tries_the_next_name(open_files):
    project = open_files(
        {
            "names.py": """
                import sys

                class NoModule(Exception):
                    pass

                def load(name):
                    try:
                        return __import__(name)
                    except ImportError:
                        kind, value, inner = sys.exc_info()
                        while inner:
                            if inner.tb_frame.f_globals["__name__"] == name:
                                raise value.with_traceback(inner)
                            inner = inner.tb_next
                        raise NoModule()

                def named(name):
                    parts = name.split(".")
                    while parts:
                        try:
                            return load(".".join(parts))
                        except NoModule:
                            parts.pop()
            """,
            "plugins/__init__.py": "",
            "plugins/first.py": "class Plugin: pass",
            "app.py": "from names import named\nnamed('plugins.first.Plugin')",
        }
    )
    assert surely(project, "app") == {"names", "plugins", "plugins.first"}


COMPILED = "p/fast.cpython-311-x86_64-linux-gnu.so"


@pytest.mark.parametrize(
    ("text", "perhaps_loaded"),
    [
        ("try:\n    from p.fast import f\nexcept ImportError:\n    from p.slow import f\n", {"p.slow"}),
        ("try:\n    import p.fast\nexcept ImportError:\n    import p.slow\n", {"p.slow"}),
        ("from p.fast import f\nif False:\n    import p.slow\n", set()),
    ],
)
def test_a_compiled_module_may_be_loaded_or_not_and_bind_anything(open_files, text, perhaps_loaded):
    project = open_files({"p/app.py": text, "p/__init__.py": "", COMPILED: "", "p/slow.py": ""})
    assert surely(project, "p.app") == loaded(project, "p.app") == {"p", "p.fast"}
    assert perhaps(project, "p.app") == {"p", "p.fast", *perhaps_loaded}


# -- handlers that leave ----------------------------------------------------------------------------

TRIED = "try:\n        import gone\n    except ImportError:\n"
LEAVING = {
    "return": f"def f():\n    {TRIED}        return\n    import inner\nf()\n",
    "continue": f"for one in (1, 2):\n    {TRIED}        continue\n    import inner\n",
    "break": f"for one in (1, 2):\n    {TRIED}        break\n    import inner\n",
}


@pytest.mark.parametrize("text", LEAVING.values(), ids=LEAVING)
def test_what_stands_behind_a_handler_that_leaves_may_run(open_files, text):
    project = open_files({"app.py": text + "import after\n", "inner.py": "", "after.py": ""})
    assert surely(project, "app") == {"after"}
    assert perhaps(project, "app") == {"inner", "after"}


@pytest.mark.parametrize("text", LEAVING.values(), ids=LEAVING)
def test_where_the_library_is_known_nothing_is_left_open(project_of, text):
    files = {"app.py": text, "inner.py": ""}
    assert surely(project_of(files, {"gone.py": ""}), "app") == {"inner"}


# -- modules that fail ------------------------------------------------------------------------------

FAILING = {
    "needs": "import helper\nimport gone\nimport late\n",
    "raises": "import helper\ntry:\n    import gone\nexcept ImportError:\n    raise\nimport late\n",
    "raises another": "import helper\ntry:\n    import gone\nexcept ImportError:\n"
    "    raise ImportError('install gone') from None\nimport late\n",
    "asks": "import helper\ndef need():\n    try:\n        import gone\n    except ImportError as e:\n"
    "        raise ImportError('install gone') from e\nneed()\nimport late\n",
}


@pytest.mark.parametrize("text", FAILING.values(), ids=FAILING)
def test_a_module_that_fails_leaves_what_it_had_imported(project_of, text):
    app = "try:\n    from extra import thing\nexcept ImportError:\n    import instead\n"
    files = {
        "app.py": app,
        "extra.py": f"{text}thing = 1\n",
        "helper.py": "",
        "late.py": "",
        "instead.py": "",
    }
    project = project_of(files)
    assert loaded(project, "app") == surely(project, "app") == {"helper", "instead"}
    assert perhaps(project, "app") == {"helper", "instead"}
    assert loaded(project_of(files, {"gone.py": ""}), "app") == {"extra", "helper", "late"}


# -- calls for what they do -------------------------------------------------------------------------


def test_a_property_asked_for_what_it_does_to_its_object_is_followed(open_files):
    settings = """
        import ctypes

        class Settings:
            def __init__(self):
                self._library = ""

            @property
            def place(self):
                self._library = ctypes.CDLL("x") if ctypes.CDLL("y") else None

            @property
            def library(self):
                if self._library == "":
                    self.place
                return self._library

        settings = Settings()
        """
    app = "from settings import settings\nif settings.library is not None:\n    import fast\n"
    project = open_files({"settings.py": settings, "app.py": app, "fast.py": ""})
    assert surely(project, "app") == {"settings"}
    assert perhaps(project, "app") == {"settings", "fast"}


def test_a_decorator_made_by_a_library_is_given_the_function(project_of):
    app = """
        from decorator import decorator

        @decorator
        def logged(function, *args):
            print(function)
            return function(*args)

        @logged
        def read():
            import inner
        """
    project = project_of({"app.py": app, "inner.py": ""}, {"decorator.py": ""})
    assert perhaps(project, "app") == set()


def test_a_definition_that_was_needed_before_its_module_ran_is_not_made_anew(open_files):
    base = """
        log = make_log()

        class Base:
            place = None

            @staticmethod
            def look():
                if Base.place is None:
                    Base.place = ""
                    log.info("looked")
                    assert Base.place is not None

        class Runner(Base):
            def __init__(self):
                self.look()
                from inner import thing
        """
    app = "from base import Runner\nrunner = Runner()\n"
    project = open_files({"base.py": base, "app.py": app, "inner.py": "thing = 1"})
    assert surely(project, "app") == {"base", "inner"}


CHOSEN = """
    import sys
    kind = "slow"
    if {condition}:
        kind = "fast"
    table = {{"slow": ("inner", "inner.one"), "fast": ("inner", "inner.two")}}
    package, name = table[kind]
    __import__(name)
    """


@pytest.mark.parametrize(
    ("condition", "sure", "possible"),
    [
        ("sys.argv", set(), {"inner", "inner.one", "inner.two"}),
        ("'__pypy__' in sys.builtin_module_names", {"inner", "inner.one"}, set()),
        ("'gone' in sys.modules", {"inner", "inner.one"}, set()),
    ],
)
def test_one_of_two_keys_gives_one_of_two_values(project_of, condition, sure, possible):
    files = {"inner/__init__.py": "", "inner/one.py": "", "inner/two.py": ""}
    project = project_of({**files, "app.py": dedent(CHOSEN.format(condition=condition))})
    assert surely(project, "app") == sure
    assert perhaps(project, "app") == sure | possible


UNSURE = """
    from outside import want

    class Own(Exception):
        pass

    try:
        if want:
            raise Own
        import first
    except Own:
        import handled
    else:
        import passed
    import after
    """


def test_what_may_be_raised_keeps_the_rest_of_a_try_from_being_sure(open_files):
    names = ("first", "handled", "passed", "after")
    project = open_files({"app.py": UNSURE, **{f"{name}.py": "" for name in names}})
    assert surely(project, "app") == {"after"}
    assert perhaps(project, "app") == set(names)


def test_an_import_of_a_submodule_binds_the_package(project_of):
    tools = "import importlib.util\ndef has(name):\n    return importlib.util.find_spec(name) is not None\n"
    app = "from tools import has\nif has('gone'):\n    import fast\nelse:\n    import slow\n"
    project = project_of({"tools.py": tools, "app.py": app, "fast.py": "", "slow.py": ""})
    assert surely(project, "app") == perhaps(project, "app") == {"tools", "slow"}


def test_many_modules_that_take_long_do_not_keep_others_from_being_decided(open_files, monkeypatch):
    monkeypatch.setattr("importgraph.graph.running.evaluated._STEPS", 60)
    monkeypatch.setattr("importgraph.graph.running.evaluated._ROUNDS", (30, 60))
    monkeypatch.setattr("importgraph.graph.running.evaluated._WASTED", 1)
    monkeypatch.setattr("importgraph.graph.running.evaluated._MANY", 3)
    long = "def f():\n    for one in range(100):\n        one + 1\n    import inner\nf()\n"
    short = "try:\n    import inner\nexcept ImportError:\n    import late\n"
    files = {f"a{number}.py": long for number in range(4)} | {"z.py": short, "inner.py": "", "late.py": ""}
    project = open_files(files)
    assert surely(project, "z") == perhaps(project, "z") == {"inner"}


def test_a_round_that_may_be_left_early_does_not_make_the_next_one_unsure(open_files):
    text = """
        from outside import check

        def load():
            for name in ("one", "two"):
                if check(name):
                    continue
                __import__(name)

        def run():
            for name in ("one", "two"):
                __import__(name)
                if check(name):
                    continue
                import late

        run()
        """
    project = open_files({"app.py": text, "one.py": "", "two.py": "", "late.py": ""})
    assert surely(project, "app") == {"one", "two"}
    assert perhaps(project, "app") == {"one", "two", "late"}


def test_an_assignment_in_a_loop_is_made_in_each_round(open_files):
    text = "for name in ('one', 'two'):\n    whole = 'pkg.' + name\n    __import__(whole)\n"
    files = {"pkg/__init__.py": "", "pkg/one.py": "", "pkg/two.py": ""}
    assert surely(open_files({"app.py": text, **files}), "app") == {"pkg", "pkg.one", "pkg.two"}


def test_listing_what_a_module_binds_does_not_depend_on_which_ran_before(open_files, monkeypatch):
    monkeypatch.setattr("importgraph.graph.running.evaluated._STEPS", 400)
    monkeypatch.setattr("importgraph.graph.running.evaluated._FEW_STEPS", 400)
    tools = """
        import importlib

        def load(name, names):
            for key, value in importlib.import_module('layers.' + name).__dict__.items():
                if not key.startswith("_"):
                    names[key] = value
        """
    layer = "\n".join(
        ["def pick():\n    import inner\npick()", *(f"name{number} = {number}" for number in range(60))]
    )
    app = "from tools import load\nfor name in ('a', 'b'):\n    load(name, globals())\n"
    files = {"layers/__init__.py": "", "layers/a.py": layer, "layers/b.py": "", "inner.py": ""}
    project = open_files({"tools.py": tools, "z.py": app, **files})
    assert surely(project, "z") == {"tools", "layers", "layers.a", "layers.b", "inner"}


def test_a_computed_import_that_fails_leaves_what_it_had_loaded(project_of):
    app = """
        import importlib

        def load(*names):
            for name in names:
                try:
                    return importlib.import_module("kits." + name)
                except ImportError:
                    pass

        load("big.start", "small")
        """
    files = {
        "app.py": app,
        "kits/__init__.py": "",
        "kits/big/__init__.py": "",
        "kits/big/start.py": "import helper\nimport gone\nimport late\n",
        "kits/small.py": "",
        "helper.py": "",
        "late.py": "",
    }
    expected = {"kits", "kits.big", "kits.small", "helper"}
    project = project_of(files)
    assert surely(project, "app") == perhaps(project, "app") == expected


@pytest.mark.parametrize(
    ("condition", "sure"),
    [
        ("'DOCS' in os.environ", {"late"}),
        ("os.environ.get('DOCS')", {"late"}),
        ("'DOCS' not in os.environ", set()),
        ("'HOME' in os.environ", set()),
    ],
)
def test_a_variable_of_which_nothing_is_known_is_taken_as_not_set(open_files, condition, sure):
    text = f"import os\ndef load():\n    if {condition}:\n        return\n    import late\nload()\n"
    assert surely(open_files({"app.py": text, "late.py": ""}), "app") == sure
