"""What text computes at import: attributes of instances, a `try` whose body is known, installed metadata, programs."""

import pytest

INSTANCES = """
    class Checker:
        kinds = ("a", "b")
        def __init__(self, count):
            self.count = count
            self.checked = False
        def check(self):
            if not self.checked:
                self.found = [f"{k}{i}" for k in self.kinds for i in range(self.count)]
                self.checked = True
        def __call__(self, func):
            func.number = self.count
            return func
    checker = Checker(2)
    checker.check()
    import pytest
    if checker.checked:
        def test_checked(): pass
    @pytest.mark.parametrize("x", checker.found)
    @checker
    def test_found(x): pass
"""
METADATA = """
    import importlib.metadata, json, types
    try:
        dist = importlib.metadata.distribution("pytest")
    except importlib.metadata.PackageNotFoundError:
        INSTALLED = EDITABLE = False
    else:
        INSTALLED = True
        try:
            origin = json.loads(
                dist.read_text("direct_url.json") or "{}", object_hook=lambda data: types.SimpleNamespace(**data)
            )
            EDITABLE = origin.dir_info.editable
        except AttributeError:
            EDITABLE = False
    try:
        if importlib.metadata.version("pytest") >= "1":
            def test_new(): pass
    except importlib.metadata.PackageNotFoundError:
        pass
    try:
        importlib.metadata.version("surely-not-installed")
    except importlib.metadata.PackageNotFoundError:
        def test_absent(): pass
    else:
        def test_present(): pass
    if INSTALLED:
        def test_installed(): pass
    if EDITABLE:
        def test_editable(): pass
"""
PROGRAM = """
    import concurrent.futures, subprocess, pytest
    def check(language):
        try:
            done = subprocess.run(["surely-no-such-program", language], check=False)
        except subprocess.CalledProcessError:
            pytest.skip("no", allow_module_level=True)
        return done.returncode == 0
    class Compilers:
        def __init__(self):
            self.checked = False
        def check(self):
            if not self.checked:
                with concurrent.futures.ThreadPoolExecutor() as executor:
                    futures = [executor.submit(check, "c"), executor.submit(check, "fortran")]
                    self.c = futures[0].result()
                self.checked = True
    compilers = Compilers()
    compilers.check()
"""
CAUGHT = """
    import subprocess
    try:
        subprocess.check_output(["surely-no-such-program"])
    except FileNotFoundError:
        def test_without(): pass
    else:
        def test_with(): pass
"""


BUNCH = """
    class Bunch(dict):
        def __init__(self, *args, **kw):
            dict.__init__(self, *args, **kw)
            self.__dict__ = self
    class More(Bunch):
        def __init__(self, *args, **kw):
            super().__init__(*args, **kw)
            if not hasattr(self, "needed"):
                raise AttributeError("needed")
    more = More(needed=1)
    def test_more(): pass
"""
ORDER = """
    import pytest
    @pytest.mark.parametrize("step", set(range(1, 6)) - {3})
    def test_step(step): pass
"""


@pytest.mark.parametrize("text", [INSTANCES, METADATA, CAUGHT, BUNCH, ORDER])
def test_is_exact(compare, text):
    assert compare({"test_it.py": text}).items


def test_a_program_that_is_not_there_fails_the_files_that_start_it(compare):
    found = compare(
        {
            "tests/__init__.py": "",
            "tests/util.py": PROGRAM,
            "tests/test_it.py": "from . import util\ndef test_x(): pass",
        },
        failing=["tests/test_it.py"],
    )
    assert "surely-no-such-program" in found.failing[0].reason


def test_a_set_of_numbers_that_share_a_place_has_no_order(compare):
    text = """
        import pytest
        @pytest.mark.parametrize("step", set(range(-5, 6)) - {0})
        def test_step(step): pass
        @pytest.mark.parametrize("step", list(set(range(-5, 6)) - {0}))
        def test_listed(step): pass
    """
    compare({"test_it.py": text}, expands=["test_it.py::test_step", "test_it.py::test_listed"])


def test_what_a_conftest_sets_on_a_module_from_outside_is_seen(compare):
    files = {
        "conftest.py": "import sys\nsys._flag_of_ours = True\n",
        "marks.py": "import sys, pytest\nslow = pytest.mark.slow if getattr(sys, '_flag_of_ours', False) else (lambda f: f)\n",
        "pytest.ini": "[pytest]\nmarkers = slow\naddopts = -m 'not slow'\n",
        "test_it.py": "from marks import slow\n@slow\ndef test_slow(): pass\ndef test_fast(): pass\n",
    }
    assert [item.id for item in compare(files).items] == ["test_it.py::test_fast"]


def test_a_program_that_is_there_decides_at_run_time(compare):
    text = PROGRAM.replace("surely-no-such-program", "true")
    files = {
        "tests/__init__.py": "",
        "tests/util.py": text,
        "tests/test_it.py": "from . import util\ndef test_x(): pass",
    }
    compare(files, dynamic=["tests/test_it.py"])


@pytest.mark.parametrize(
    "text",
    [
        """
        import time
        class Clock:
            def __init__(self): self.on = time.time() > 5
        if Clock().on:
            def test_on(): pass
        """,
        """
        import time
        class Box:
            def __init__(self): self.full = False
        box = Box()
        time.sleep(0 * len([box.__dict__.update(full=True)]))
        if box.full:
            def test_full(): pass
        """,
        """
        class Odd:
            def __getattr__(self, name): return 5
        odd = Odd()
        if odd.anything:
            def test_odd(): pass
        """,
        """
        import os
        try:
            names = os.listdir("/surely/not/there")
        except OSError:
            def test_without(): pass
        """,
    ],
)
def test_what_is_not_computed_is_dynamic(compare, text):
    compare({"test_it.py": text}, dynamic=["test_it.py"])


def test_attributes_that_another_file_may_change_are_unknown(compare):
    files = {
        "state.py": "class State:\n    def __init__(self):\n        self.on = False\n    def turn(self):\n        self.on = True\nstate = State()\n",
        "test_a.py": "from state import state\nstate.turn()\ndef test_a(): pass",
        "test_b.py": "from state import state\nif state.on:\n    def test_b(): pass",
    }
    compare(files, dynamic=["test_b.py"])


ARGUMENTS = """
    import sys, pytest
    if "--surely-no-option" not in sys.argv:
        pytest.skip("run with --surely-no-option", allow_module_level=True)
    def test_x(): pass
"""


def test_an_option_that_is_not_given_is_not_among_the_arguments(compare):
    compare({"test_it.py": ARGUMENTS, "test_other.py": "def test_y(): pass"})


def test_an_option_of_pytest_may_be_among_the_arguments(compare):
    compare({"test_it.py": ARGUMENTS.replace("--surely-no-option", "--collect-only")}, dynamic=["test_it.py"])


def test_a_package_that_hooks_the_import_system_may_hold_any_module(compare):
    files = {
        "made/__init__.py": "from . import building\n",
        "made/building.py": """
            import importlib.abc, importlib.machinery, sys, types
            class Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
                def find_spec(self, name, path, target=None):
                    return importlib.machinery.ModuleSpec(name, self) if name == "made.tools" else None
                def create_module(self, spec): return types.ModuleType(spec.name)
                def exec_module(self, module): module.tool = len
            sys.meta_path.append(Finder())
        """,
        "test_it.py": "import made.tools\nfrom made.tools import tool\ndef test_x(): pass",
    }
    compare(files)


def test_a_set_that_may_have_grown_is_neither_empty_nor_full(compare):
    text = """
        import time
        seen = set()
        for word in str(time.time()):
            if word == "x":
                seen.add(word)
        if seen:
            def test_seen(): pass
        def test_x(): pass
    """
    compare({"test_it.py": text}, dynamic=["test_it.py"])


def test_functions_that_try_an_import_are_followed(compare):
    text = """
        import os
        def attempt(name, catch=(), **words):
            try:
                found = __import__(name, **words)
                for part in words.get("fromlist", ()):
                    pass
            except ImportError:
                return None
            except catch:
                return None
            return found
        if eval("False"):
            def test_no(): pass
        if attempt("surely_missing_module.part", fromlist=["part"]):
            def test_with(): pass
        else:
            def test_without(): pass
    """
    compare({"test_it.py": text})


def test_a_handler_that_raises_names_the_cause(compare):
    text = """
        try:
            import surely_missing_module
        except ImportError:
            raise ImportError("please install it")
        def test_x(): pass
    """
    found = compare({"test_it.py": text}, failing=["test_it.py"])
    assert "surely_missing_module" in found.failing[0].reason
