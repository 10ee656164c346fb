"""rows.py DATABASE SQL: the rows of a live SQLite database, a line each, columns split by '|'."""
import sqlite3
import sys

with sqlite3.connect(f"file:{sys.argv[1]}?mode=ro", uri=True, timeout=10) as database:
    for row in database.execute(sys.argv[2]):
        print("|".join("" if value is None else str(value) for value in row))
