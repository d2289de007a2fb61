# SPDX-FileCopyrightText: 2026 The Syncline authors
# SPDX-License-Identifier: MIT
"""Syncline in Python through GObject introspection: gobject.py CONFIG [TEXT]... adds todos and lists them."""
import sys

import gi

gi.require_version("Syncline", "0.1")
from gi.repository import GLib, Syncline

try:
    client = Syncline.Client.new_from_file(sys.argv[1] if len(sys.argv) > 1 else "syncline.conf")
    client.open()
    client.start()  # in the background, from now on

    def add_all(transaction, texts):
        for text in texts:
            transaction.execute("INSERT INTO todos (description) VALUES (?1)", GLib.Variant("(s)", (text,)))
        return True

    client.transaction(add_all, sys.argv[2:])
    result = client.query("SELECT * FROM todos ORDER BY description")
    for row in map(result.dup_row, range(result.get_n_rows())):
        print(row["id"], row["description"])

    status = client.props.status
    print(status.get_n_queued(), "to upload, which is", Syncline.state_to_string(status.get_upload_state()))
    client.close()
except GLib.Error as error:
    sys.exit(error.message)
