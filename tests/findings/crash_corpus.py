"""Small packages written by hand: the ways in which import cycles crash, or do not, in CPython.

Each is path → text. Which of its modules fail when imported first is not written down here: a fresh
interpreter says so (see `fresh_imports.py`).
"""

PACKAGES: dict[str, dict[str, str]] = {
    "name_bound_later": {
        "a.py": "from b import g\ndef f(): return 1\n",
        "b.py": "from a import f\ndef g(): return 1\n",
    },
    "function_called_again_while_it_runs": {
        "p/__init__.py": "from p.m0 import f\nf()\n",
        "p/m0.py": "def f():\n    import p.m1\n    return p.m1.x\n",
        "p/m1.py": "from p.m0 import f\nx = 1\nf()\n",
    },
    "function_called_again_when_its_global_is_gone": {
        "a.py": "import b\nb.g()\n",
        "b.py": "import a\nx = 1\ndef g(): return x\ng()\ndel x\n",
    },
    "name_bound_earlier": {
        "a.py": "def f(): return 1\nfrom b import g\n",
        "b.py": "from a import f\ndef g(): return 1\n",
    },
    "attribute_at_module_level": {
        "a.py": "import b\nx = 1\n",
        "b.py": "import a\ny = a.x\n",
    },
    "attribute_in_function": {
        "a.py": "import b\nx = 1\n",
        "b.py": "import a\ndef f(): return a.x\n",
    },
    "attribute_in_function_called_there": {
        "a.py": "import b\nx = 1\n",
        "b.py": "import a\ndef f(): return a.x\nf()\n",
    },
    "attribute_in_function_called_by_the_half_loaded": {
        "a.py": "import b\nb.f()\nx = 1\n",
        "b.py": "import a\ndef f(): return a.x\n",
    },
    "attribute_in_function_called_late_enough": {
        "a.py": "import b\nx = 1\nb.f()\n",
        "b.py": "import a\ndef f(): return a.x\n",
    },
    "import_dotted_as": {
        "p/__init__.py": "",
        "p/b.py": "import p.c as c\nx = 1\n",
        "p/c.py": "import p.b as b\ndef f(): return b.x\n",
    },
    "import_dotted_as_and_use": {
        "p/__init__.py": "",
        "p/b.py": "import p.c as c\nx = 1\n",
        "p/c.py": "import p.b as b\ny = b.x\n",
    },
    "import_dotted_and_walk": {
        "p/__init__.py": "",
        "p/b.py": "import p.c\nx = 1\n",
        "p/c.py": "import p.b\nhere = p.b\n",
    },
    "import_dotted_and_walk_in_function": {
        "p/__init__.py": "",
        "p/b.py": "import p.c\nx = 1\n",
        "p/c.py": "import p.b\ndef f(): return p.b.x\n",
    },
    "import_deep_dotted_as": {
        "p/__init__.py": "import p.q.r as r\n",
        "p/q/__init__.py": "import p.q.r as again\n",
        "p/q/r.py": "import p.q.s as s\nx = 1\n",
        "p/q/s.py": "import p.q.r as back\n",
    },
    "from_dot_import_half_loaded_submodule": {
        "p/__init__.py": "from . import a\n",
        "p/a.py": "from . import b\nx = 1\n",
        "p/b.py": "from . import a\ndef f(): return a.x\n",
    },
    "from_dot_import_half_loaded_and_use": {
        "p/__init__.py": "",
        "p/a.py": "from . import b\nx = 1\n",
        "p/b.py": "from . import a\ny = a.x\n",
    },
    "star_from_half_loaded": {
        "a.py": "x = 1\nfrom b import g\ny = 2\n",
        "b.py": "from a import *\ndef g(): return y\nz = x\n",
    },
    "star_from_half_loaded_uses_what_is_missing": {
        "a.py": "x = 1\nfrom b import g\ny = 2\n",
        "b.py": "from a import *\ndef g(): return y\nz = y\n",
    },
    "star_from_half_loaded_with_all": {
        "a.py": "__all__ = ['x', 'y']\nx = 1\nfrom b import g\ny = 2\n",
        "b.py": "from a import *\ndef g(): return 1\n",
    },
    "star_before_all_is_bound": {
        "a.py": "x = 1\nfrom b import g\n__all__ = ['x', 'y']\ny = 2\n",
        "b.py": "from a import *\ndef g(): return 1\n",
    },
    "star_imports_submodules_listed": {
        "p/__init__.py": "__all__ = ['a', 'b']\n",
        "p/a.py": "from p import *\n",
        "p/b.py": "from p import *\nimport p.a\np.a\n",
    },
    "star_imports_listed_that_is_missing": {
        "p/__init__.py": "__all__ = ['a', 'nothing']\n",
        "p/a.py": "x = 1\n",
        "user.py": "from p import *\n",
    },
    "star_leaves_out_underscores": {
        "a.py": "_x = 1\ny = 1\nimport b\n",
        "b.py": "from a import *\nprivate = _x\n",
    },
    "star_passes_on_submodules": {
        "p/__init__.py": "from p.a import *\nimport p.b\n",
        "p/a.py": "import p.b\nx = 1\n",
        "p/b.py": "from p import *\n",
        "user.py": "from p import *\nb\nx\n",
    },
    "base_class_from_half_loaded": {
        "models.py": "import views\nclass Model: pass\n",
        "views.py": "import models\nclass View(models.Model): pass\n",
    },
    "base_class_bound_earlier": {
        "models.py": "class Model: pass\nimport views\n",
        "views.py": "import models\nclass View(models.Model): pass\n",
    },
    "decorator_from_half_loaded": {
        "app.py": "import routes\ndef route(f): return f\n",
        "routes.py": "import app\n@app.route\ndef index(): return 1\n",
    },
    "default_argument_from_half_loaded": {
        "a.py": "import b\nLIMIT = 1\n",
        "b.py": "import a\ndef f(x=a.LIMIT): return x\n",
    },
    "annotation_from_half_loaded": {
        "a.py": "import b\nclass T: pass\n",
        "b.py": "import a\ndef f(x: a.T) -> a.T: return x\n",
    },
    "annotation_put_off": {
        "a.py": "import b\nclass T: pass\n",
        "b.py": "from __future__ import annotations\nimport a\ndef f(x: a.T) -> a.T: return x\n",
    },
    "annotation_as_text": {
        "a.py": "import b\nclass T: pass\n",
        "b.py": "import a\ndef f(x: 'a.T'): return x\n",
    },
    "class_attribute_from_half_loaded": {
        "a.py": "import b\nx = 1\n",
        "b.py": "import a\nclass C:\n    y = a.x\n    z = y\n",
    },
    "metaclass_hook_uses_half_loaded": {
        "a.py": (
            "import b\nclass Base:\n    def __init_subclass__(cls): b.note()\nclass C(Base): pass\nx = 1\n"
        ),
        "b.py": "import a\ndef note(): return a.x\n",
    },
    "reexport_through_init": {
        "p/__init__.py": "from .a import A\nfrom .b import B\n",
        "p/a.py": "from p import B\nclass A: pass\n",
        "p/b.py": "class B: pass\n",
    },
    "reexport_in_the_other_order": {
        "p/__init__.py": "from .b import B\nfrom .a import A\n",
        "p/a.py": "from p import B\nclass A: pass\n",
        "p/b.py": "class B: pass\n",
    },
    "reexport_taken_from_the_source": {
        "p/__init__.py": "from .a import A\nfrom .b import B\n",
        "p/a.py": "from p.b import B\nclass A: pass\n",
        "p/b.py": "class B: pass\n",
    },
    "implicit_parent_closes_the_cycle": {
        "p/__init__.py": "from other import x\ny = 1\n",
        "p/a.py": "z = 1\n",
        "other.py": "import p.a\nx = 1\n",
    },
    "implicit_parent_crashes": {
        "p/__init__.py": "from other import x\ny = 1\n",
        "p/a.py": "from p import y\n",
        "other.py": "import p.a\nx = 1\n",
    },
    "grandparent_runs_first": {
        "p/__init__.py": "import p.q.r\nvalue = 1\n",
        "p/q/__init__.py": "from p import value\n",
        "p/q/r.py": "",
    },
    "caught_import_error": {
        "a.py": "from b import g\ndef f(): return 1\n",
        "b.py": "try:\n    from a import f\nexcept ImportError:\n    f = None\ndef g(): return 1\n",
    },
    "caught_attribute_error": {
        "a.py": "import b\nx = 1\n",
        "b.py": "import a\ntry:\n    y = a.x\nexcept AttributeError:\n    y = 0\n",
    },
    "caught_the_wrong_error": {
        "a.py": "import b\nx = 1\n",
        "b.py": "import a\ntry:\n    y = a.x\nexcept ImportError:\n    y = 0\n",
    },
    "caught_module_not_found_only": {
        "a.py": "from b import g\ndef f(): return 1\n",
        "b.py": "try:\n    from a import f\nexcept ModuleNotFoundError:\n    f = None\ndef g(): return 1\n",
    },
    "caught_by_exception": {
        "a.py": "from b import g\nx = 1\n",
        "b.py": "try:\n    from a import x\nexcept Exception:\n    x = None\ndef g(): return 1\n",
    },
    "caught_by_bare_except": {
        "a.py": "from b import g\nx = 1\n",
        "b.py": "try:\n    from a import x\n    z = 1\nexcept:\n    pass\ndef g(): return z\nw = g\n",
    },
    "caught_then_the_rest_of_the_body_is_missing": {
        "a.py": "import b\nfrom b import later\nx = 1\n",
        "b.py": "try:\n    from a import x\n    later = 1\nexcept ImportError:\n    pass\n",
    },
    "caught_and_else_is_skipped": {
        "a.py": "import b\nx = 1\n",
        "b.py": ("try:\n    from a import x\nexcept ImportError:\n    pass\nelse:\n    import c.nothing\n"),
        "c.py": "",
    },
    "caught_by_suppress": {
        "a.py": "from b import g\nx = 1\n",
        "b.py": (
            "from contextlib import suppress\nwith suppress(ImportError):\n    from a import x\n"
            "def g(): return 1\n"
        ),
    },
    "caught_and_raised_again": {
        "a.py": "from b import g\nx = 1\n",
        "b.py": "try:\n    from a import x\nexcept ImportError:\n    raise\ndef g(): return 1\n",
    },
    "caught_and_raised_as_another": {
        "a.py": "try:\n    from b import g\nexcept ImportError:\n    g = None\nx = 1\n",
        "b.py": (
            "try:\n    from a import x\nexcept ImportError as error:\n"
            "    raise RuntimeError('no') from error\n"
            "def g(): return 1\n"
        ),
    },
    "handler_imports_in_its_turn": {
        "a.py": "from b import g\nx = 1\n",
        "b.py": "try:\n    from a import x\nexcept ImportError:\n    from c import x\ndef g(): return 1\n",
        "c.py": "from a import y as x\n",
    },
    "nested_try": {
        "a.py": "from b import g\nx = 1\n",
        "b.py": (
            "try:\n    try:\n        from a import x\n    except AttributeError:\n        x = 1\n"
            "except ImportError:\n    x = 2\ndef g(): return 1\n"
        ),
    },
    "second_of_two_handlers": {
        "a.py": "import b\nfrom b import found\nx = 1\n",
        "b.py": (
            "import a\ntry:\n    y = a.x\nexcept ImportError:\n    pass\nexcept AttributeError:\n"
            "    found = 1\n"
        ),
    },
    "failed_module_is_tried_again": {
        "a.py": "try:\n    import b\nexcept ImportError:\n    pass\nx = 1\nimport b\n",
        "b.py": "from a import x\n",
    },
    "finished_children_of_a_failed_package_stay": {
        "p/__init__.py": "from . import child\nfrom user import x\n",
        "p/child.py": "value = 1\n",
        "user.py": (
            "try:\n    import p\nexcept ImportError:\n    pass\nx = 1\nimport p\nfrom p import child\n"
            "child.value\n"
        ),
    },
    "attribute_of_a_package_imported_again": {
        "p/__init__.py": "import p.child\nfrom user import x\n",
        "p/child.py": "value = 1\n",
        "user.py": "try:\n    import p\nexcept ImportError:\n    pass\nx = 1\nimport p\np.child\n",
    },
    "type_checking_only": {
        "a.py": (
            "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from b import g\ndef f(): return 1\n"
        ),
        "b.py": "from a import f\ndef g(): return 1\n",
    },
    "name_for_type_checkers_is_not_there": {
        "a.py": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from c import T\nx = 1\n",
        "b.py": "from a import T\n",
        "c.py": "class T: pass\n",
    },
    "function_called_at_import_imports": {
        "a.py": "def make():\n    from b import g\n    return g\nvalue = make()\nf = 1\n",
        "b.py": "from a import f\ndef g(): return 1\n",
    },
    "function_called_at_import_reads_a_global_bound_later": {
        "a.py": "def f(): return LIMIT\nimport b\nLIMIT = 1\n",
        "b.py": "import a\na.f()\n",
    },
    "function_called_at_import_reads_a_global_bound_earlier": {
        "a.py": "LIMIT = 1\ndef f(): return LIMIT\nimport b\n",
        "b.py": "import a\na.f()\n",
    },
    "function_with_local_of_that_name": {
        "a.py": "def f():\n    LIMIT = 0\n    return LIMIT\nimport b\nLIMIT = 1\n",
        "b.py": "from a import f\nf()\n",
    },
    "function_catches": {
        "a.py": (
            "def f():\n    try:\n        from c import x\n    except ImportError:\n        x = 0\n"
            "    return x\n"
            "import c\n"
        ),
        "c.py": "from a import f\nf()\nx = 1\n",
    },
    "function_calls_function": {
        "a.py": "def f(): return g()\ndef g(): return LIMIT\nimport b\nLIMIT = 1\n",
        "b.py": "from a import f\nf()\n",
    },
    "function_not_called": {
        "a.py": "def f():\n    from b import g\n    return g\nx = 1\n",
        "b.py": "from a import x\ndef g(): return 1\n",
    },
    "method_called_at_import": {
        "a.py": (
            "class C:\n    def run(self):\n        import b\n        return b.x\nthing = C()\nthing.run()\n"
        ),
        "b.py": "import a\nx = 1\ny = a.thing\n",
    },
    "method_called_at_import_while_half_loaded": {
        "a.py": "import b\nclass C:\n    def run(self):\n        return b.x\nC().run()\n",
        "b.py": "import a\nx = 1\nz = a.C\n",
    },
    "constructor_imports": {
        "a.py": "class C:\n    def __init__(self):\n        from b import late\nc = C()\nearly = 1\n",
        "b.py": "from a import early\nlate = 1\n",
    },
    "decorator_defined_here_runs": {
        "a.py": "import b\ndef deco(f):\n    b.registry\n    return f\n@deco\ndef g(): return 1\n",
        "b.py": "import a\na.deco\nregistry = []\n",
    },
    "module_getattr_answers": {
        "a.py": "import b\ndef __getattr__(name): return 1\n",
        "b.py": "import a\n",
        "c.py": "from a import anything\n",
    },
    "module_getattr_bound_too_late": {
        "a.py": "import b\ndef __getattr__(name): return 1\n",
        "b.py": "from a import anything\n",
    },
    "submodule_shadowed_by_a_function": {
        "p/__init__.py": "from .run import run\n",
        "p/run.py": "def run(): return 1\n",
        "user.py": "from p import run\nimport p.run as again\nimport p\np.run()\n",
    },
    "submodule_shadowed_then_loaded": {
        "p/__init__.py": "run = 1\n",
        "p/run.py": "x = 1\n",
        "one.py": "from p import run\nrun\n",
        "two.py": "import p.run\np.run.x\n",
        "three.py": "from p import run\nfrom p.run import x\n",
    },
    "relative_imports_up": {
        "p/__init__.py": "",
        "p/a/__init__.py": "from ..b import y\nx = 1\n",
        "p/b/__init__.py": "from ..a import x\ny = 1\n",
    },
    "relative_import_past_the_top": {
        "p/__init__.py": "",
        "p/a.py": "from ... import x\n",
        "p/b.py": "try:\n    from ...q import x\nexcept ImportError:\n    x = 1\n",
        "c.py": "from . import p\n",
    },
    "three_modules_some_fail": {
        "a.py": "x = 1\nfrom b import y\n",
        "b.py": "from c import z\ny = 1\n",
        "c.py": "from a import x\nz = 1\n",
    },
    "four_modules_one_door": {
        "a.py": "import b\ndef start(): return 1\n",
        "b.py": "import c\nclass Base: pass\n",
        "c.py": "import d\nclass Middle: pass\n",
        "d.py": "import b\nclass Leaf(b.Base): pass\n",
    },
    "deleted_name": {
        "a.py": "x = 1\ndel x\n",
        "b.py": "from a import x\n",
        "c.py": "import a\na.x\n",
    },
    "deleted_after_it_was_taken": {
        "a.py": "x = 1\nimport b\ndel x\n",
        "b.py": "from a import x\n",
    },
    "deleted_module": {
        "p/__init__.py": "from . import a\ndel a\n",
        "p/a.py": "x = 1\n",
        "one.py": "import p\np.a\n",
        "two.py": "from p import a\na.x\n",
        "three.py": "import p.a as a\na.x\n",
    },
    "version_test": {
        "a.py": "import sys\nif sys.version_info < (3, 3):\n    from b import y\nelse:\n    y = 1\nx = 1\n",
        "b.py": "from a import x\ny = 1\n",
    },
    "version_test_that_holds": {
        "a.py": "import sys\nif sys.version_info >= (3, 3):\n    from b import y\nx = 1\n",
        "b.py": "from a import x\ny = 1\n",
    },
    "version_test_in_a_function": {
        "a.py": (
            "import sys\ndef f():\n    if sys.version_info < (3, 3):\n        import b\n"
            "        return b.y\nf()\nx = 1\n"
        ),
        "b.py": "from a import x\ny = 1\n",
    },
    "siblings_through_init": {
        "p/__init__.py": "from .a import A\nfrom .b import B\nfrom .c import C\n",
        "p/a.py": "from .b import B\nclass A(B): pass\n",
        "p/b.py": "from .c import C\nclass B(C): pass\n",
        "p/c.py": "class C: pass\n",
    },
    "sibling_takes_from_the_package": {
        "p/__init__.py": "from .a import A\nVERSION = 1\n",
        "p/a.py": "from . import VERSION\nclass A: pass\n",
    },
    "sibling_takes_what_is_bound_above": {
        "p/__init__.py": "VERSION = 1\nfrom .a import A\n",
        "p/a.py": "from . import VERSION\nclass A: pass\n",
    },
    "several_submodules_in_one_statement": {
        "p/__init__.py": "",
        "p/a.py": "x = 1\n",
        "p/b.py": "import user\nuser.a\n",
        "user.py": "from p import a, b\n",
    },
    "several_submodules_in_lines": {
        "p/__init__.py": "",
        "p/a.py": "x = 1\n",
        "p/b.py": "import user\nuser.a\n",
        "user.py": "from p import (\n    a,\n    b,\n)\n",
        "other.py": "from p import a\nfrom p import b\n",
    },
    "two_statements_bind_one_by_one": {
        "p/__init__.py": "",
        "p/a.py": "x = 1\n",
        "p/b.py": "import user\nuser.a\n",
        "user.py": "from p import a\nfrom p import b\n",
    },
    "missing_submodule": {
        "p/__init__.py": "",
        "one.py": "import p.nothing\n",
        "two.py": "from p import nothing\n",
        "three.py": "from p.nothing import x\n",
        "four.py": "import p.nothing.more\n",
        "five.py": "try:\n    import p.nothing\nexcept ImportError:\n    pass\n",
    },
    "module_is_not_a_package": {
        "a.py": "x = 1\n",
        "b.py": "import a.x\n",
        "c.py": "from a.x import y\n",
    },
    "missing_module_below_the_loaded": {
        "p/__init__.py": "from . import a\n",
        "p/a.py": "try:\n    from p import nothing\nexcept ImportError:\n    from p import b\n",
        "p/b.py": "from p.nothing import x\n",
    },
    "namespace_package": {
        "ns/a.py": "from ns import b\nx = 1\n",
        "ns/b.py": "from ns import a\nimport ns.a as again\ndef f(): return a.x\n",
        "ns/c.py": "from ns import a, b\n",
    },
    "syntax_error": {
        "a.py": "def f(:\n",
        "b.py": "import a\n",
        "c.py": "try:\n    import a\nexcept SyntaxError:\n    pass\n",
        "d.py": "try:\n    import a\nexcept ImportError:\n    pass\n",
    },
    "module_refuses": {
        "a.py": "raise ImportError('not here')\n",
        "b.py": "try:\n    import a\nexcept ImportError:\n    a = None\n",
        "c.py": "import a\n",
        "d.py": "raise RuntimeError('never')\n",
    },
    "monkeypatched_attribute": {
        "a.py": "import b\nb.y\n",
        "b.py": "import c\nimport a\ny = 1\n",
        "c.py": "import d\nd.z = 1\n",
        "d.py": "import e\n",
        "e.py": "import c\n",
        "f.py": "import c\nimport d\nd.z\n",
        "g.py": "import d\nd.z\n",
    },
    "alias_of_a_module": {
        "a.py": "import b\nother = b\nx = 1\n",
        "b.py": "import a\nme = a\ny = me.x\n",
    },
    "name_defined_twice": {
        "a.py": "x = 1\nimport b\nx = 2\n",
        "b.py": "from a import x\n",
    },
    "used_before_it_is_defined": {
        "a.py": "y = x\nx = 1\n",
        "b.py": "y = [x for x in (1, 2)]\nx = y\n",
    },
    "lambda_and_comprehension": {
        "a.py": "import b\nx = 1\n",
        "b.py": "import a\nf = lambda: a.x\ng = (a.x for i in range(3))\n",
        "c.py": "import d\nx = 1\n",
        "d.py": "import c\nh = [c.x for i in range(3)]\n",
    },
    "imports_itself": {
        "a.py": "import a\nx = 1\na.x\n",
        "b.py": "import b\nb.x\nx = 1\n",
        "c.py": "from c import x\nx = 1\n",
        "p/__init__.py": "import p\nfrom p import d\nfrom . import d as e\n",
        "p/d.py": "from . import d\n",
    },
    "main_guard": {
        "a.py": "from b import g\nif __name__ == '__main__':\n    g()\nf = 1\n",
        "b.py": "def g():\n    from a import f\nif __name__ == '__main__':\n    from a import f\n",
    },
    "dynamic_import": {
        "a.py": "import importlib\nb = importlib.import_module('b')\nx = 1\n",
        "b.py": "from a import x\n",
    },
    "module_of_a_package_that_failed": {
        "p/__init__.py": "try:\n    from p.q import y\nexcept Exception:\n    pass\nx = 1\n",
        "p/m.py": "import p.q.inner as v\nclass K: pass\n",
        "p/q/__init__.py": "import p.q.inner\nfrom p import x\ny = 1\n",
        "p/q/inner.py": "",
        "p/other.py": "import p.q.inner\n",
    },
    "private_all": {
        "p/__init__.py": "from .a import *\nfrom .a import __all__\n",
        "p/a.py": "__all__ = ['f']\ndef f(): return 1\ndef g(): return 1\n",
        "one.py": "from p import f\n",
        "two.py": "from p import g\n",
    },
}
