# SPDX-FileCopyrightText: 2026 The Syncline authors
# SPDX-License-Identifier: MIT
"""What the tests in Python share: TAP for unittest, clients on a folder of their own, waiting."""
import os
import shutil
import tempfile
import unittest

import gi

gi.require_version("Syncline", "0.1")
from gi.repository import GLib, Syncline  # noqa: E402

SCHEMA = """
[table todos]
description = text
completed = boolean
amount = double precision
picture = bytea
count = bigint

[table drafts]
body = text

[options drafts]
mode = local-only
"""
SECOND = 1000000
DEADLINE = 10 * SECOND


class Case(unittest.TestCase):
    """A test with a folder that holds a schema file."""

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="syncline-python-")
        self.addCleanup(shutil.rmtree, self.folder)
        self.schema = self.write("schema.conf", SCHEMA)

    def path(self, name):
        return os.path.join(self.folder, name)

    def write(self, name, text):
        with open(self.path(name), "w", encoding="utf-8") as file:
            file.write(text)
        return self.path(name)

    def config(self, **groups):
        """A config of {group: {key: value}}; underscores stand for dashes."""
        config = Syncline.Config.new()
        config.set("syncline", "schema", self.schema)
        for group, keys in groups.items():
            for key, value in keys.items():
                config.set(group.replace("_", "-"), key.replace("_", "-"), value)
        return config

    def open(self, config):
        client = Syncline.Client.new(config)
        self.assertTrue(client.open())
        self.addCleanup(client.close)
        return client

    def offline(self):
        return self.open(self.config(syncline={"store": "sqlite-store"}, sqlite_store={"path": self.path("app.db")}))

    def device(self, name, **auth):
        """A client on mocks only. Those of one test share a server."""
        both = {"upload": "mock-transport", "download": "mock-transport"}
        return self.open(self.config(
            syncline={"store": "mock-store", "auth": "mock-auth", **both},
            mock_store={"database": self.id() + name},
            mock_transport={"server": self.id()},
            mock_auth=auth))

    def assert_fails(self, code, function, *args):
        """Calls what has to fail with a code of Syncline's; gives the error."""
        with self.assertRaises(GLib.Error) as caught:
            function(*args)
        error = caught.exception
        self.assertTrue(error.matches(Syncline.error_quark(), code), f"{error.domain} {error.code}: {error.message}")
        self.assertTrue(error.message)
        return error

    def iterate_until(self, condition):
        """Runs the default main context until something is so."""
        loop = GLib.MainLoop()
        late = []

        def look():
            if condition():
                loop.quit()
            return GLib.SOURCE_CONTINUE

        def give_up():
            late.append(True)
            loop.quit()
            return GLib.SOURCE_CONTINUE

        sources = [GLib.timeout_add(1, look), GLib.timeout_add(DEADLINE // 1000, give_up)]
        loop.run()
        for source in sources:
            GLib.source_remove(source)
        self.assertFalse(late, "waited in vain")


class TapResult(unittest.TestResult):
    def report(self, verdict, test, details=""):
        print(f"{verdict} {self.testsRun} - {test.id().removeprefix('__main__.')}")
        for line in details.splitlines():
            print(f"# {line}")

    def addSuccess(self, test):
        self.report("ok", test)

    def addError(self, test, err):
        super().addError(test, err)
        self.report("not ok", test, self.errors[-1][1])

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self.report("not ok", test, self.failures[-1][1])


def main():
    suite = unittest.defaultTestLoader.loadTestsFromModule(__import__("__main__"))
    result = TapResult()
    print(f"1..{suite.countTestCases()}")
    suite.run(result)
    raise SystemExit(not result.wasSuccessful())
