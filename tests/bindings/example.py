# SPDX-FileCopyrightText: 2026 The Syncline authors
# SPDX-License-Identifier: MIT
"""The example and the listings of the documentation do what they say."""
import os
import re
import subprocess
import sys

from support import Case, main

SOURCE = os.environ["G_TEST_SRCDIR"]
CONFIG = "[syncline]\nstore = sqlite-store\nschema = schema.conf\n[sqlite-store]\npath = app.db\n"


class Example(Case):
    def run_python(self, *arguments):
        return subprocess.run([sys.executable, *arguments], cwd=self.folder, capture_output=True, text=True, timeout=30)

    def test_example(self):
        path = self.write("syncline.conf", CONFIG)
        done = self.run_python(os.path.join(SOURCE, "examples/gobject.py"), path, "Zebra", "Ape")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        lines = done.stdout.splitlines()
        self.assertEqual([line.split(" ", 1)[1] for line in lines[:2]], ["Ape", "Zebra"])
        self.assertEqual(lines[2:], ["2 to upload, which is off"])

    def test_example_without_config(self):
        done = self.run_python(os.path.join(SOURCE, "examples/gobject.py"), "nothing.conf")
        self.assertEqual(done.returncode, 1)
        self.assertIn("nothing.conf", done.stderr)
        self.assertNotIn("Traceback", done.stderr)

    def test_listings(self):
        with open(os.path.join(SOURCE, "docs/python.md"), encoding="utf-8") as file:
            listings = re.findall(r"```python\n(.*?)```", file.read(), re.S)
        self.assertGreater(len(listings), 3)
        self.write("syncline.conf", CONFIG)
        done = self.run_python("-c", "\n".join(listings))
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertEqual(done.stdout.splitlines()[0], "Buy milk 2 None")


if __name__ == "__main__":
    main()
