# SPDX-FileCopyrightText: 2026 The Syncline authors
# SPDX-License-Identifier: MIT
"""The local database from Python: SQL, values, transactions, the queue, errors."""
from support import Case, GLib, Syncline, main

INSERT = "INSERT INTO todos (id, description, completed, amount, picture, count) VALUES (?1, ?2, ?3, ?4, ?5, ?6)"


def values(*pairs):
    """Parameters of (type, value) pairs."""
    return GLib.Variant("av", [GLib.Variant(kind, value) for kind, value in pairs])


class Opening(Case):
    def test_config_in_code(self):
        config = self.config(syncline={"store": "sqlite-store"})
        self.assertEqual(config.get("syncline", "store"), "sqlite-store")
        self.assertIsNone(config.get("syncline", "upload"))
        config.set("syncline", "store", None)
        self.assertIsNone(config.get("syncline", "store"))

    def test_config_from_file(self):
        path = self.write("syncline.conf", "[syncline]\nstore = sqlite-store\nschema = schema.conf\n"
                                           "[sqlite-store]\npath = app.db\n")
        self.assertTrue(Syncline.Config.new_from_file(path).check())
        client = Syncline.Client.new_from_file(path)
        client.open()
        client.execute("INSERT INTO todos (description) VALUES ('x')")
        client.close()
        client.open()
        self.assertEqual(client.query("SELECT description FROM todos").get_text(0, 0), "x")
        client.close()

    def test_config_from_data(self):
        config = Syncline.Config.new_from_data("[syncline]\nstore = ä\n", -1, "data", None)
        self.assertEqual(config.get("syncline", "store"), "ä")

    def test_faults_have_places(self):
        path = self.write("syncline.conf", "[syncline]\nstroe = sqlite-store\n")
        error = self.assert_fails(Syncline.Error.CONFIG, Syncline.Client.new_from_file, path)
        self.assertIn("syncline.conf:2", error.message)

    def test_no_such_plugin(self):
        self.assert_fails(Syncline.Error.PLUGIN, Syncline.Client.new, self.config(syncline={"store": "no-store"}))

    def test_not_open(self):
        client = self.offline()
        client.close()
        self.assert_fails(Syncline.Error.STATE, client.query, "SELECT 1")
        self.assertEqual(client.props.status.get_reason(True), "not-open")

    def test_schema(self):
        schema = self.offline().get_schema()
        self.assertEqual(schema.get_n_tables(), 2)
        self.assertIsNone(schema.find_table("nothing"))
        self.assertEqual(schema.find_table("drafts").get_mode(), Syncline.TableMode.LOCAL_ONLY)
        todos = schema.find_table("todos")
        self.assertEqual(todos.get_conflict(), ["id"])
        column = todos.get_column(todos.find_column("picture", -1))
        self.assertEqual(column.get_name(), "picture")
        self.assertEqual(column.get_column_type(), Syncline.ColumnType.BYTEA)


class Sql(Case):
    def test_parameters_of_all_kinds(self):
        client = self.offline()
        result = client.execute(INSERT, values(("s", "1"), ("s", "Zürich"), ("b", True), ("d", 0.5),
                                               ("ay", b"\0\xff"), ("x", 2**63 - 1)))
        self.assertEqual(result.get_n_changed(), 1)
        result = client.query("SELECT description, completed, amount, picture, count FROM todos")
        self.assertEqual((result.get_n_rows(), result.get_n_columns()), (1, 5))
        self.assertEqual(result.get_column_name(4), "count")
        self.assertEqual(result.get_text(0, 0), "Zürich")
        self.assertEqual(result.get_integer(0, 1), 1)
        self.assertEqual(result.get_real(0, 2), 0.5)
        self.assertEqual(result.dup_blob(0, 3).get_data(), b"\0\xff")
        self.assertEqual(result.get_value_type(0, 4), Syncline.ValueType.INTEGER)
        self.assertEqual(result.dup_row(0).unpack(), {
            "description": "Zürich", "completed": 1, "amount": 0.5, "picture": [0, 255], "count": 2**63 - 1})

    def test_null(self):
        client = self.offline()
        client.execute(INSERT, values(("s", "1"), ("ms", None), ("mb", None), ("md", None), ("may", None), ("mx", None)))
        row = client.query("SELECT * FROM todos").dup_row(0)
        self.assertEqual({name for name in row.keys() if row[name] is None},
                         {"description", "completed", "amount", "picture", "count"})
        self.assertIsNone(client.query("SELECT NULL").dup_value(0, 0).unpack())

    def test_tuples_and_names(self):
        client = self.offline()
        for parameters in (GLib.Variant("(six)", ("a", 2, 3)), GLib.Variant("as", ["a", "2", "3"])):
            result = client.query("SELECT ?1 || ?2 || ?3", parameters)
            self.assertEqual(result.dup_value(0, 0).unpack(), "a23")
        names = GLib.Variant("a{sv}", {"x": GLib.Variant("i", 1), "y": GLib.Variant("ms", None)})
        row = client.query("SELECT :x AS x, :y AS y", names).dup_row(0)
        self.assertEqual(row.unpack(), {"x": 1, "y": None})

    def test_out_of_range(self):
        result = self.offline().query("SELECT 1")
        self.assertIsNone(result.get_text(1, 0))
        self.assertIsNone(result.dup_blob(0, 1))
        self.assertIsNone(result.get_column_name(1))
        self.assertEqual(result.dup_row(1).unpack(), {})

    def test_errors(self):
        client = self.offline()
        self.assertIn("SELEKT", self.assert_fails(Syncline.Error.SQL, client.execute, "SELEKT 1").message)
        self.assert_fails(Syncline.Error.SQL, client.query, "DELETE FROM todos")
        self.assert_fails(Syncline.Error.INVALID_ARGUMENT, client.query, "SELECT ?1", GLib.Variant("(o)", ("/",)))


class Transactions(Case):
    def count(self, client):
        return client.query("SELECT count(*) FROM todos").get_integer(0, 0)

    def test_commit(self):
        client = self.offline()
        seen = []

        def body(transaction, data):
            for number in range(3):
                transaction.execute("INSERT INTO todos (count) VALUES (?1)", GLib.Variant("(i)", (number,)))
            seen.append(data)
            seen.append(transaction.execute("SELECT sum(count) FROM todos").get_integer(0, 0))
            return True

        self.assertTrue(client.transaction(body, "data"))
        self.assertEqual(seen, ["data", 3])
        self.assertEqual(self.count(client), 3)

    def test_error_of_a_statement(self):
        client = self.offline()

        def body(transaction, data):
            transaction.execute("INSERT INTO todos (count) VALUES (1)")
            transaction.execute("SELEKT")

        self.assert_fails(Syncline.Error.SQL, client.transaction, body)
        self.assertEqual(self.count(client), 0)

    def test_error_of_its_own(self):
        client = self.offline()

        def body(transaction, data):
            transaction.execute("INSERT INTO todos (count) VALUES (1)")
            raise GLib.Error.new_literal(Syncline.error_quark(), "thought better of it", Syncline.Error.REJECTED)

        error = self.assert_fails(Syncline.Error.REJECTED, client.transaction, body)
        self.assertEqual(error.message, "thought better of it")
        self.assertEqual(self.count(client), 0)

    def test_false_rolls_back(self):
        client = self.offline()

        def body(transaction, data):
            transaction.execute("INSERT INTO todos (count) VALUES (1)")
            return False

        self.assert_fails(Syncline.Error.FAILED, client.transaction, body)
        self.assertEqual(self.count(client), 0)
        client.execute("INSERT INTO todos (count) VALUES (1)")
        self.assertEqual(self.count(client), 1)


class Queue(Case):
    def test_list_changes(self):
        client = self.offline()
        client.execute("INSERT INTO todos (id, description) VALUES ('1', 'a')")
        client.execute("UPDATE todos SET description = 'b'")
        client.execute("INSERT INTO drafts (body) VALUES ('stays here')")
        client.execute("DELETE FROM todos")
        changes = []

        def receive(change, outcome, rejected_at, limit):
            changes.append(change)
            self.assertIsNone(outcome)
            return len(changes) < limit

        self.assertTrue(client.list_changes(False, receive, 10))
        self.assertEqual([change.get_op() for change in changes],
                         [Syncline.ChangeOp.PUT, Syncline.ChangeOp.PATCH, Syncline.ChangeOp.DELETE])
        self.assertEqual(Syncline.change_op_to_string(changes[1].get_op()), "PATCH")
        self.assertEqual(changes[1].get_data(), '{"description":"b"}')
        self.assertIsNone(changes[2].get_data())
        self.assertEqual({(change.get_table(), change.get_row_id()) for change in changes}, {("todos", "1")})
        numbers = [change.get_id() for change in changes]
        self.assertEqual(numbers, sorted(set(numbers)))
        self.assertEqual(client.props.status.get_n_queued(), 3)

        changes.clear()
        self.assertTrue(client.list_changes(False, receive, 1))
        self.assertEqual(len(changes), 1)
        self.assertTrue(client.list_changes(True, receive, 0))
        self.assertEqual(len(changes), 1)

    def test_clear(self):
        client = self.offline()
        client.execute("INSERT INTO todos (id) VALUES ('1')")
        self.assert_fails(Syncline.Error.STATE, client.clear, Syncline.ClearFlags.NONE)
        self.assertTrue(client.clear(Syncline.ClearFlags.DISCARD_QUEUED))
        self.assertEqual(client.props.status.get_n_queued(), 0)
        self.assert_fails(Syncline.Error.INVALID_ARGUMENT, client.discard_rejected, 77)


if __name__ == "__main__":
    main()
