# SPDX-FileCopyrightText: 2026 The Syncline authors
# SPDX-License-Identifier: MIT
"""Sessions, syncing and notices from Python, all on mocks."""
import threading

from support import DEADLINE, SECOND, Case, GLib, Syncline, main
from gi.repository import Gio


def login(**fields):
    return GLib.Variant("a{sv}", {key: GLib.Variant("s", value) for key, value in fields.items()})


class Session(Case):
    def test_sign_in_and_out(self):
        client = self.device("a", password="open sesame", **{"signed-in": "false"})
        self.assertIsNone(client.dup_user())
        self.assert_fails(Syncline.Error.REJECTED, client.sign_in, login(email="a@example.com", password="no"))
        self.assertIsNone(client.dup_user())
        self.assertTrue(client.sign_in(login(email="a@example.com", password="open sesame")))
        self.assertEqual(client.dup_user()["id"], "user-1")
        self.assertTrue(client.sign_out(False))
        self.assertIsNone(client.dup_user())

    def test_sign_up(self):
        client = self.device("a", **{"signed-in": "false"})
        worked, session = client.sign_up(login(email="a@example.com", password="x"))
        self.assertTrue(worked)
        self.assertEqual(session, client.dup_user() is not None)

    def test_no_auth_plugin(self):
        self.assert_fails(Syncline.Error.NOT_SUPPORTED, self.offline().sign_in, login(email="a@example.com"))

    def test_waiting_needs_a_session(self):
        client = self.device("a", **{"signed-in": "false"})
        client.start()
        self.assert_fails(Syncline.Error.NO_SESSION, client.wait_until_synced, DEADLINE)


class Syncing(Case):
    def test_two_devices(self):
        a, b = self.device("a"), self.device("b")
        a.execute('PUT todos 1 {"description": "written offline"}')
        self.assertEqual(a.props.status.get_n_queued(), 1)
        a.start()
        b.start()
        self.assertTrue(a.wait_until_synced(DEADLINE))
        self.assertTrue(b.wait_until_synced(DEADLINE))
        self.assertEqual(b.query("GET todos 1").dup_row(0)["description"], "written offline")
        status = a.props.status
        self.assertEqual((status.get_n_queued(), status.get_n_rejected()), (0, 0))
        self.assertTrue(status.get_connected() and status.get_has_synced() and status.get_up_to_date())
        self.assertGreater(status.get_last_synced_at(), 0)
        self.assertEqual(status.get_user_id(), "user-1")
        self.assertIsNone(status.get_upload_error())

    def test_rejected(self):
        client = self.open(self.config(
            syncline={"store": "mock-store", "upload": "mock-transport", "download": "mock-transport",
                      "auth": "mock-auth"},
            mock_store={"database": self.id()},
            mock_transport={"server": self.id(), "reject_tables": "todos"}))
        client.execute('PUT todos 1 {"description": "unwanted"}')
        client.start()
        client.wait_until_synced(DEADLINE)
        self.assertEqual(client.props.status.get_n_rejected(), 1)
        rejected = []
        client.list_changes(True, lambda *arguments: rejected.append(arguments[:3]) or True)
        (change, outcome, rejected_at), = rejected
        self.assertEqual(change.get_row_id(), "1")
        self.assertEqual(outcome.get_kind(), Syncline.OutcomeKind.REJECTED)
        self.assertTrue(outcome.get_message())
        self.assertGreater(rejected_at, 0)
        client.discard_rejected(change.get_id())
        self.assertEqual(client.props.status.get_n_rejected(), 0)

    def test_timeout_and_cancel(self):
        client = self.device("a", unavailable="100", lifetime="1ms")
        client.start()
        with self.assertRaises(GLib.Error) as caught:
            client.wait_until_synced(0)
        self.assertTrue(caught.exception.matches(Gio.io_error_quark(), Gio.IOErrorEnum.TIMED_OUT))
        cancellable = Gio.Cancellable()
        cancellable.cancel()
        with self.assertRaises(GLib.Error) as caught:
            client.wait_until_synced(-1, cancellable)
        self.assertTrue(caught.exception.matches(Gio.io_error_quark(), Gio.IOErrorEnum.CANCELLED))

    def test_probe(self):
        roles = {}

        def receive(role, plugin, message, error, data):
            roles[role] = (plugin, error)

        self.assertTrue(self.device("a").probe(receive))
        self.assertEqual(roles, {"auth": ("mock-auth", None), "upload": ("mock-transport", None),
                                 "download": ("mock-transport", None)})


    def test_check(self):
        findings = []

        def receive(role, plugin, finding, data):
            findings.append((role, plugin, finding.topic, finding.level, finding.message))

        self.assertTrue(self.device("a").check(receive))
        self.assertIn(("upload", "mock-transport", "server", Syncline.FindingLevel.OK), [f[:4] for f in findings])
        rules = [f for f in findings if f[2] == "sync-rules"]
        self.assertEqual(len(rules), 1)
        self.assertIn("bucket", rules[0][4])


class Notices(Case):
    def test_status_in_the_default_context(self):
        client = self.device("a")
        seen = []
        client.connect("notify::status", lambda which, _: seen.append(
            (threading.current_thread(), which.props.status.get_up_to_date())))
        client.start()
        client.wait_until_synced(DEADLINE)
        self.assertEqual(seen, [])
        self.iterate_until(lambda: (threading.main_thread(), True) in seen)
        self.assertEqual({thread for thread, _ in seen}, {threading.main_thread()})

    def test_tables_changed(self):
        a, b = self.device("a"), self.device("b")
        tables = []
        b.connect("tables-changed", lambda _, names: tables.extend(names))
        a.start()
        b.start()
        a.execute('PUT todos 1 {"description": "x"}')
        self.iterate_until(lambda: "todos" in tables)
        self.assertEqual(b.query("GET todos 1").get_n_rows(), 1)

    def test_use_from_threads(self):
        client = self.device("a")
        client.start()

        def write(number):
            for step in range(20):
                client.execute(f'PUT todos {number}-{step} {{"count": {step}}}')

        threads = [threading.Thread(target=write, args=(number,)) for number in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        client.wait_until_synced(30 * SECOND)
        self.assertEqual(client.query("GET todos").get_n_rows(), 80)
        client.stop()
        self.assertEqual(client.props.status.get_download_state(), Syncline.State.OFF)


if __name__ == "__main__":
    main()
