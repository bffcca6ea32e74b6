"""Syntax of Python 3.12 to 3.15 on any host."""

import ast

import pytest

from importgraph.facts.source import host
from importgraph.facts.source.newer_syntax import levelled, quickly_parsed
from importgraph.facts.source.syntax import parse_source


def shown(source):
    """The tree, without the contexts and empty fields that vary between hosts."""

    def show(node):
        if isinstance(node, ast.AST):
            fields = {name: getattr(node, name, None) for name in node._fields if name not in {"ctx", "kind"}}
            kept = {name: show(value) for name, value in fields.items() if value is not None and value != []}
            return f"{type(node).__name__}({', '.join(f'{k}={v}' for k, v in kept.items())})"
        return f"[{', '.join(map(show, node))}]" if isinstance(node, list) else repr(node)

    syntax = parse_source(source.encode())
    assert syntax.broken is None, syntax.broken
    assert syntax.text == source
    return show(syntax.tree.body[0])


def names(source):
    """The names used in a valid source, in order, each with its place."""
    syntax = parse_source(source.encode())
    assert syntax.broken is None, syntax.broken
    found = [(n.lineno, n.col_offset, n.id) for n in ast.walk(syntax.tree) if isinstance(n, ast.Name)]
    return " ".join(f"{name}@{line}:{column}" for line, column, name in sorted(found))


@pytest.mark.parametrize(
    "source",
    [
        "lazy = 1",
        "lazy(x)",
        "lazy.x",
        "lazy[0]",
        "print(lazy)",
        "type = 1",
        "type(x)",
        "type[x] = 1",
        "type.x = 1",
        "x: type = 1",
        "match type:\n    case lazy: pass",
        's = """\nlazy import a\ntype X = int\n"""',
        "# lazy import a\n",
    ],
)
def test_soft_keywords_stay_names(source):
    syntax = parse_source(source.encode())
    assert syntax.broken is None
    assert syntax.lazy == frozenset()
    assert ast.dump(syntax.tree) == ast.dump(ast.parse(source))
    beside_newer = parse_source(f"{source}\nlazy import b\n".encode())
    assert beside_newer.broken is None
    assert ast.dump(ast.Module(beside_newer.tree.body[:-1], [])) == ast.dump(ast.parse(source))
    assert len(beside_newer.lazy) == 1


@pytest.mark.parametrize(
    ("source", "lazy"),
    [
        ("lazy import a", {1}),
        ("lazy from a import b", {1}),
        ("lazy from . import (\n    b,\n)\nlazy import c", {1, 4}),
        ("import a; lazy import b; lazy from c import d", {1}),
        ("if x: lazy import a\nelse:\n    lazy import b", {1, 3}),
        ("lazy \\\n  import a", {1}),
        ("lazy\timport a", {1}),
        ("try:\n  lazy import a\nexcept A, B:\n  import b", {2}),
        ("s = '''\nlazy import a\n'''\nlazy import b", {4}),
    ],
)
def test_lazy_imports(source, lazy):
    syntax = parse_source(source.encode())
    assert syntax.broken is None
    assert syntax.lazy == lazy
    assert syntax.text == source


@pytest.mark.parametrize(
    ("source", "tree"),
    [
        ("type X = int", "TypeAlias(name=Name(id='X'), value=Name(id='int'))"),
        (
            "type X[T: a = b, *Ts = *c, **P = [d]] = T",
            (
                "TypeAlias(name=Name(id='X'), type_params=[TypeVar(name='T', bound=Name(id='a'), default_"
                "value=Name(id='b')), TypeVarTuple(name='Ts', default_value=Starred(value=Name(id='c'))),"
                " ParamSpec(name='P', default_value=List(elts=[Name(id='d')]))], value=Name(id='T'))"
            ),
        ),
        (
            "class A[T](B): pass",
            "ClassDef(name='A', bases=[Name(id='B')], body=[Pass()], type_params=[TypeVar(name='T')])",
        ),
        ("class A[T]: pass", "ClassDef(name='A', body=[Pass()], type_params=[TypeVar(name='T')])"),
        (
            "async def f[\n  T, # one\n\n  U: (a,\n b),\n](x: T): pass",
            (
                "AsyncFunctionDef(name='f', args=arguments(args=[arg(arg='x', annotation=Name(id='T'))]),"
                " body=[Pass()], type_params=[TypeVar(name='T'), TypeVar(name='U', bound=Tuple(elts=[Name"
                "(id='a'), Name(id='b')]))])"
            ),
        ),
        (
            "try: pass\nexcept A, b.C: pass",
            (
                "Try(body=[Pass()], handlers=[ExceptHandler(type=Tuple(elts=[Name(id='A'), Attribute(valu"
                "e=Name(id='b'), attr='C')]), body=[Pass()])])"
            ),
        ),
        (
            "try: pass\nexcept* A,B: pass",
            (
                "TryStar(body=[Pass()], handlers=[ExceptHandler(type=Tuple(elts=[Name(id='A'), Name(id='B"
                "')]), body=[Pass()])])"
            ),
        ),
        (
            "[*x for x in y]",
            (
                "Expr(value=ListComp(elt=Starred(value=Name(id='x')), generators=[comprehension(target=Na"
                "me(id='x'), iter=Name(id='y'), is_async=0)]))"
            ),
        ),
        (
            "{**x for x in y}",
            (
                "Expr(value=DictComp(key=Name(id='x'), generators=[comprehension(target=Name(id='x'), ite"
                "r=Name(id='y'), is_async=0)]))"
            ),
        ),
        (
            'f"a\\n{x["k"]!r:>{w}}{{" "c"',
            (
                "Expr(value=JoinedStr(values=[Constant(value='a\\n'), FormattedValue(value=Subscript(value"
                "=Name(id='x'), slice=Constant(value='k')), conversion=114, format_spec=JoinedStr(values="
                "[Constant(value='>'), FormattedValue(value=Name(id='w'), conversion=-1)])), Constant(val"
                "ue='{c')]))"
            ),
        ),
        (
            't"a {x["b"]:c}"',
            (
                "Expr(value=TemplateStr(values=[Constant(value='a '), Interpolation(value=Subscript(value"
                "=Name(id='x'), slice=Constant(value='b')), str='x[\"b\"]', conversion=-1, format_spec=Join"
                "edStr(values=[Constant(value='c')]))]))"
            ),
        ),
        ("t''", "Expr(value=TemplateStr())"),
    ],
)
def test_trees_of_newer_interpreters(source, tree):
    assert shown(source) == tree


@pytest.mark.parametrize(
    ("source", "used"),
    [
        ("f\"{a['b']}{c}\"", "a@1:3 c@1:11"),
        ('x = f"{a["b"]}" + c', "x@1:0 a@1:7 c@1:18"),
        ("f\"{'\\n'.join(a)}\"", "a@1:13"),
        ('f"{\n  a # note "}\n}"; b', "a@2:2 b@3:4"),
        ('"a" f"{b["c"]}" \'d\' f\'{e}\'', "b@1:7 e@1:23"),
        ('f"{f"{f"{a}"}"}"', "a@1:9"),
        ('f"{a:{b["c"]}}"', "a@1:3 b@1:6"),
        ('f"{a["b"]=}"', "a@1:3"),
        ('f"{a["b"]:=5}{c["d"]!=e}"', "a@1:3 c@1:14 e@1:22"),
        ('f"{a:{b:{c}}}"', "a@1:3 b@1:6 c@1:9"),
        ('f"""{\na["b"]\n}"""\nc', "a@2:0 c@4:0"),
        ('rf"{a["b"]}\\d"', "a@1:4"),
        ("é = f'{a['é']}{b}'", "é@1:0 a@1:8 b@1:17"),
        ('g(f"{a["b"]}", c)', "g@1:0 a@1:5 c@1:15"),
        ('f"{a["b"]}".c(d)', "a@1:3 d@1:14"),
        ('def f[T: "x"](a: g = f"{b["c"]}"): pass', "g@1:17 b@1:24"),
        ("class A[T: b.c](d): e", "b@1:11 d@1:16 e@1:20"),
        ('type X = f"{a["b"]}"', "X@1:5 a@1:12"),
        ("f(*a for a in b)", "f@1:0 a@1:3 a@1:9 b@1:14"),
        ("t\"{a}\" + tr'{b}'", "a@1:3 b@1:13"),
        ('f"{a!r }"', "a@1:3"),
    ],
)
def test_names_in_newer_syntax_keep_their_places(source, used):
    assert names(source) == used


@pytest.mark.parametrize(
    "source",
    [
        'f"{}"',
        'f"{a["b"}"',
        'f"{lambda x: "1"}"',
        'b"a" f"{b["c"]}"',
        "except A, B: pass",
        "try: pass\nexcept A, B as e: pass",
        "type X",
        "class A[T: pass",
        "lazy import",
        "lazy\nimport a = 1",
        "import lazy a",
        't"{}"',
        "[*x, y for x in z]",
        'f"{a["b"]:\n}"',
        "def f[T): pass",
        "def f[T, *Ts: int](): pass",
        "type X[**P: int] = P",
        'f"2014 {a:\n  b {c["d"]}"',
    ],
)
def test_what_no_python_reads_stays_broken(source):
    assert parse_source(source.encode()).broken is not None


def test_deep_nesting_of_strings_ends():
    source = 'f"{' * 200 + "1" + '}"' * 200
    assert isinstance(parse_source(source.encode()).tree, ast.Module)


STATEMENTS = [
    "type A = int",
    "type A[T: (int, str) = int, *Ts, **P] = dict[T, P]",
    "def f[T](x: T) -> T:\n    return x",
    "async  def f[T]  (x):\n    await x",
    "class C[T](B):\n    def m[S](self): ...",
    "@deco\nclass C[T]: ...",
    "try: pass\nexcept A, B:\n    pass",
    "try: pass\nexcept* A, B.c, D(1):\n    pass",
    "lazy import a",
    "lazy from a import b, c",
    'if x:\n    """\n    type A = int\n    """\n    type B = int',
    "try: pass\nexcept A, B: type X = int",
    "x = 1; type A = int",
    "def g():\n    # type A = int\n    lazy = [\n        type (1)\n    ]",
]


@pytest.mark.parametrize("first", STATEMENTS)
@pytest.mark.parametrize("second", STATEMENTS)
def test_the_quick_way_gives_the_tree_of_the_thorough_one(first, second):
    source = f"{first}\n{second}\n".encode()
    tree = quickly_parsed(source)
    if tree is not None:
        level = levelled(source)
        expected = level.graft(host.parse(level.source.decode()))
        assert ast.dump(tree, include_attributes=True) == ast.dump(expected, include_attributes=True)
    elif ";" not in first + second and '"""' not in first + second and "B: type" not in first + second:
        assert "lazy = [" in first
        assert "lazy = [" in second


@pytest.mark.parametrize(
    "source", ['"""\ntype A = int\n"""', 'f"""\ntype A = int {x}\n"""\ntype B = int', "type A = (", "x ="]
)
def test_the_quick_way_leaves_strings_and_broken_text_alone(source):
    assert quickly_parsed(source.encode()) is None
