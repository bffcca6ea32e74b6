"""Projects that the page is tested with, and its data without a browser."""

import json
import re
from pathlib import Path
from typing import Any

from importgraph.outputs.assemble import make_report
from importgraph.project import Project
from importgraph.report.document import html_report

DATA = re.compile(r'<script type="application/json" id="data">(.*?)</script>', re.DOTALL)

SHOP = {
    "pyproject.toml": """
        [project]
        name = "shop"
        version = "1"
        [project.scripts]
        shop = "shop.cli:main"
        """,
    "shop/__init__.py": "",
    "shop/cli.py": "import argparse\nfrom shop.orders.place import place\n\ndef main():\n    place()\n",
    "shop/orders/__init__.py": "",
    "shop/orders/place.py": """
        from typing import TYPE_CHECKING

        import asyncio
        from shop.models import Order
        from shop.orders.report import report

        if TYPE_CHECKING:
            from shop.orders.late import later


        def place():
            from shop.orders.late import later
            return report(Order()), later


        def run():
            return asyncio.run(None)
        """,
    "shop/orders/report.py": "from shop.models.order import Order\n\ndef report(order):\n    return Order\n",
    "shop/orders/late.py": "import sqlite3\n\ndef later():\n    return sqlite3\n",
    "shop/models/__init__.py": "from shop.models.order import Order\n",
    "shop/models/order.py": "class Order:\n    name = ''\n",
    "shop/ring_a.py": "from shop.ring_b import g\n\ndef f():\n    return 1\n",
    "shop/ring_b.py": "from shop.ring_a import f\n\ndef g():\n    return f()\n",
    "shop/lost.py": "from shop.modles import Order\n",
    "shop/broken.py": "def f(:\n",
    "tests/test_place.py": """
        import shop.lost
        from shop.orders.place import place

        def test_it():
            assert place
        """,
}
"""A small tree with one of everything that the page shows."""


def data_of(page: str) -> dict[str, Any]:
    found = DATA.search(page)
    assert found is not None
    document: dict[str, Any] = json.loads(found[1])
    return document


def wait_until(page: Any, expression: str) -> None:
    """Wait until an expression is true in the page, whose policy forbids that it be asked from within."""
    for _ in range(200):
        if page.evaluate(expression):
            return
        page.wait_for_timeout(25)
    raise AssertionError(f"never true: {expression}")


def saved(project: Project, folder: Path) -> Path:
    target = folder / "report.html"
    target.write_text(html_report(project, make_report(project)), encoding="utf-8")
    return target
