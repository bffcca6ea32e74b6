"""What was sold in a month; the only part that needs a database."""

import sqlite3
import statistics


def monthly() -> str:
    rows = sqlite3.connect(":memory:").execute("select 3").fetchall()
    return f"{statistics.mean(row[0] for row in rows)} sold"
