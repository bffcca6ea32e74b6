"""Files of some lines that ask for gigabytes or hours: `collect` and `doctor` end and see the others."""

import ast
import itertools
import operator
import resource
import subprocess
import sys

import pytest

from importgraph.evaluation.values.growth import call_size, method_size, operation_size
from importgraph.evaluation.values.limits import LARGEST, allotted, size_of, spend

GROWING = {
    "add_text": "X = 'ab'\n" + "X = X + X\n" * 60,
    "add_bytes": "X = b'ab'\n" + "X += X\n" * 60,
    "add_list": "X = [1, 2]\n" + "X = X + X\n" * 60,
    "add_in_place": "X = [1, 2]\n" + "X += X\n" * 60,
    "add_tuple": "X = (1, 2)\n" + "X = X + X\n" * 60,
    "extend": "X = [1, 2]\n" + "X.extend(X)\n" * 20,
    "square": "X = 10\n" + "X = X * X\n" * 24,
    "power": "X = 10 ** 10 ** 10",
    "power_called": "X = pow(10, 10 ** 10)",
    "power_of_operator": "import operator\nX = operator.pow(10, 10 ** 10)",
    "modular_power": "X = 3 ** 90000\nX = pow(X, X, X + 1)",
    "shift": "X = 1 << 10 ** 10",
    "factorial": "import math\nX = math.factorial(10 ** 9)",
    "comb": "import math\nX = math.comb(10 ** 9, 10 ** 8)",
    "round": "X = round(5, -10 ** 9)",
    "repeat_text": "X = 'a' * 10 ** 11",
    "repeat_list": "X = [0] * 10 ** 11",
    "repeat_tuple": "X = 10 ** 11 * (0,)",
    "repeat_empty": "X = [[]] * 10 ** 5\nX = [X] * 10 ** 5\nX = [X] * 10 ** 5\nY = X == [X]",
    "percent": "X = '%0999999999d' % 1",
    "percent_star": "X = '%*d' % (10 ** 9, 1)",
    "percent_precision": "X = '%.999999999f' % 1.5",
    "format": "X = format(1, '999999999')",
    "format_method": "X = '{:999999999}'.format(1)",
    "format_nested": "X = '{:{}}'.format(1, 10 ** 9)",
    "format_fields": "X = ('{0}' * 20000).format('a' * 100000)",
    "format_text": "X = f'{1:999999999}'",
    "format_text_doubled": "X = 'ab'\n" + "X = f'{X}{X}'\n" * 60,
    "pad": "X = 'a'.ljust(10 ** 10) + 'a'.zfill(10 ** 10) + 'a'.center(10 ** 10)",
    "tabs": "X = '\\t\\t'.expandtabs(10 ** 9)",
    "bytes": "X = bytes(10 ** 11)",
    "bytearray": "X = bytearray(10 ** 11)",
    "to_bytes": "X = (5).to_bytes(10 ** 10, 'big')",
    "join": "X = ('a' * 90000).join(['a'] * 90000)",
    "replace": "X = ('a' * 90000).replace('a', 'b' * 90000)",
    "translate": "X = ('a' * 90000).translate({97: 'b' * 90000})",
    "path": "import os\nX = 'ab'\n" + "X = os.path.join(X, X)\n" * 60,
    "path_object": "from pathlib import Path\nX = Path('ab')\n" + "X = X / X\n" * 60,
    "range_list": "X = list(range(10 ** 10))",
    "range_sum": "X = sum(range(10 ** 12))",
    "range_sorted": "X = sorted(range(10 ** 11))",
    "range_member": "X = 1.5 in range(10 ** 12)",
    "sum_lists": "X = sum([[1] * 400] * 400, [])",
    "product": "import itertools\nX = list(itertools.product([1], repeat=10 ** 9))",
    "product_rows": "import itertools\nX = list(itertools.combinations(range(90000), 89000))",
    "accumulate": "from itertools import *\nimport operator\nX = list(accumulate([9] * 90000, operator.mul))",
    "starmap": "import itertools\nX = list(itertools.starmap(pow, [(10, 10 ** 10)]))",
    "key": "import operator\nX = max(['a', 'b'], key=operator.methodcaller('ljust', 10 ** 10))",
    "spread": "X = [1, 2]\n" + "X = [*X, *X]\n" * 20,
    "spread_tuple": "X = (1, 2)\n" + "X = (*X, *X)\n" * 60,
    "nested_hash": "X = (1, 2)\n" + "X = (X, X)\n" * 60 + "Y = {X: 1, 2: {X}}\n",
    "nested_text": "X = (1, 2)\n" + "X = (X, X)\n" * 60 + "Y = f'{X}' + str(X)\n",
    "nested_equal": "X, Y = (1, 2), (1, 2)\n" + "X, Y = (X, X), (Y, Y)\n" * 30 + "Z = X == Y\n",
    "nested_members": "X = [1]\n" + "X = [X] * 1000\n" * 9 + "Y = X + 1\n",
    "self_member": "X = [1]\nX.append(X)\nX.extend(X * 1000)\nY = X == X, str(X)\n",
    "comprehension": "X = [0 for a in range(10 ** 5) for b in range(10 ** 5) for c in range(10 ** 5)]",
    "comprehensions": "Y = 'ab' * 90\nX = [[[[0 for d in Y] for c in Y] for b in Y] for a in Y]",
    "mapped": "X = list(map(lambda a: list(map(lambda b: b, range(60000))), range(60000)))",
    "lambda": "X = lambda n: 1 if n == 0 else X(n - 1) + X(n - 1)\nY = X(60)",
    "lambda_flat": "A = lambda: 1\n"
    + "".join(f"{b} = lambda: {a}() + {a}()\n" for a, b in itertools.pairwise("ABCDEFGHIJKL"))
    + "X = [L() for _ in range(90000)]",
    "recursion": "def f(n):\n    return f(n - 1) + f(n - 1) if n else 1\nX = f(60)",
    "endless_recursion": "def f(n):\n    return f(n + 1)\nX = f(0)",
    "endless_loop": "X = 0\nwhile True:\n    X += 1",
    "loop_over_large": "X = 'a' * 99999\nfor a in X:\n    for b in X:\n        Y = X + a",
    "pattern": "import re\nX = re.match('(a+)+$', 'a' * 60 + 'b')",
    "pattern_alternatives": "import re\nX = re.match('(a|a)*$', 'a' * 60 + 'b')",
    "pattern_repeats": "import re\nX = re.match('a*' * 30 + '$', 'a' * 90 + 'b')",
    "pattern_object": "import re\nX = re.compile('(a+)+$').match('a' * 60 + 'b')",
    "substitute": "import re\nX = re.sub('', 'b' * 90000, 'a' * 90000)",
    "decimal": "import decimal\nX = int(decimal.Decimal('1e999999999'))",
    "decimal_text": "import decimal\nX = f'{decimal.Decimal(\"1e999999999\"):f}'",
    "decimal_context": "from decimal import *\nsetcontext(Context(prec=10 ** 9))\nX = Decimal(1) / 3",
    "fraction": "import fractions\nX = fractions.Fraction('1e999999999')",
    "pack": "import struct\nX = struct.pack('999999999x')",
    "indent": "import textwrap\nX = textwrap.indent('a\\n' * 90000, 'b' * 90000)",
    "calendar": "import calendar\nX = calendar.calendar(2000, 10 ** 9)",
    "template": "import string\nX = string.Template('$a' * 90000).substitute(a='b' * 90000)",
    "inflate": "import zlib\nX = zlib.decompress(zlib.compress(b'a' * 90000) * 9)",
    "parametrized": "import pytest\npytestmark = [pytest.mark.parametrize(n, range(2000)) for n in 'abcd']\n"
    "def test_wide(a, b, c, d): pass",
}  # fmt: skip


@pytest.mark.parametrize("command", ["collect", "doctor"])
def test_no_file_of_some_lines_takes_all_memory_or_time(tmp_path, command):
    for name, text in GROWING.items():
        (tmp_path / f"test_{name}.py").write_text(f"{text}\n\n\ndef test_it():\n    pass\n", encoding="utf-8")
    (tmp_path / "test_beside.py").write_text("def test_beside():\n    pass\n", encoding="utf-8")

    def limit():
        resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))
        resource.setrlimit(resource.RLIMIT_CPU, (60, 60))

    words = [sys.executable, "-m", "importgraph", command, "."]
    done = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, check=False, preexec_fn=limit)
    assert done.returncode in {0, 1}, done.stderr
    assert "Traceback" not in done.stderr
    if command == "collect":
        assert "test_beside.py::test_beside" in done.stdout.splitlines()


def test_all_work_of_one_budget_is_counted():
    with allotted(10, LookupError) as budget:
        spend(4)
        with allotted(1, ValueError):
            spend()
        assert budget.left == 6
        with pytest.raises(LookupError):
            spend(7)


def test_a_size_counts_what_is_inside_as_often_as_it_is_met():
    inner = ["abc"] * 10
    assert size_of(inner) == 1 + 10 + 10 * (1 + 3)
    assert size_of({1: inner, 2: inner}) > 2 * size_of(inner)
    shared = ("a", "b")
    for _ in range(60):
        shared = (shared, shared)
    assert size_of(shared) > LARGEST
    assert size_of(range(10**30)) > LARGEST


VALUES = ["abc", b"ab", 7, 300, (1, "x"), [1, 2], "%5d|%s", "{:>9}{}", 2.5, True]


@pytest.mark.parametrize("left", VALUES)
@pytest.mark.parametrize("right", VALUES)
def test_no_result_is_larger_than_foretold(left, right):
    for kind, run in ((ast.Add, operator.add), (ast.Mult, operator.mul), (ast.Mod, operator.mod)):
        try:
            result = run(left, right)
        except (TypeError, ValueError):
            continue
        assert size_of(result) <= operation_size(kind, left, right) + 2


@pytest.mark.parametrize(
    ("owner", "name", "args"),
    [
        ("ab", "ljust", (50,)), ("ab", "zfill", (50,)), ("a\tb", "expandtabs", (30,)),
        ("aba", "replace", ("a", "xyz")), ("aba", "replace", ("", "xyz")), ("--", "join", (["a", "b", "c"],)),
        ("aa", "translate", ({97: "xyz"},)),
        ("{0}{0}{1:9}", "format", ("abc", 3)), ("{:{}}", "format", (3, 40)), (5, "to_bytes", (20, "big")),
        ("ab", "encode", ()), ("aßb", "upper", ()), ("a b", "split", ()),
    ],
)  # fmt: skip
def test_no_method_gives_more_than_foretold(owner, name, args):
    assert size_of(getattr(owner, name)(*args)) <= method_size(owner, name, args, {}) + 2


def test_a_call_with_much_work_is_foretold():
    assert call_size(bytes, [10**9], {}) > LARGEST
    assert call_size(int, ["12"], {}) <= LARGEST
