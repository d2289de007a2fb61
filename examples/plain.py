# SPDX-FileCopyrightText: 2026 The Syncline authors
# SPDX-License-Identifier: MIT
"""Writes to a Syncline database with nothing but Python's own sqlite3: what is written goes up too."""
import sqlite3
import sys

path = sys.argv[1] if len(sys.argv) > 1 else "app.db"
db = sqlite3.connect(path, timeout=10)
with db:
    db.execute("INSERT INTO todos (description) VALUES (?)", ("Written by plain Python",))
for row_id, description in db.execute("SELECT id, description FROM todos"):
    print(row_id, description)
db.close()
