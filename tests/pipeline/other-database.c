/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* Another database, other rules, another schema: nothing is tied to the example. */

#include "config.h"

#include "pipeline/pipeline.h"

#define ALL_COLUMNS                                                                                \
  "\"Serial No.\", \"select\", taken_on, taken_at, \"offset\", small, peers, levels, note, code, " \
  "huge, info, pause, wall"

static Device *
new_device (const char *name, User *user)
{
  g_autofree char *schema = pipeline_source_file ("tests/pipeline/other/schema.conf");
  Device *device = device_new (name);

  device_configure (device, "syncline", "schema", schema);
  device_configure (device, "json-normalizer", "server-owned", "owner");
  device_open (device);
  device_sign_in (device, user);
  device_start (device);
  wait_until_synced (device);
  return device;
}

static void
join_team (User *user, const char *team)
{
  g_free (server_sql ("INSERT INTO memberships(team, member) VALUES ('%s', '%s')", team, user->id));
}

static void
insert_reading (Device *device, const char *id)
{
  device_execute (
      device,
      "INSERT INTO \"Meter Readings\"(id, team, raw, " ALL_COLUMNS ") VALUES ('%s', NULL, "
      "X'00FF10', 9007199254740993, 'm³', '2024-02-29', '23:59:58.5', 0.1, 1.5, "
      "'[\"00000000-0000-4000-8000-000000000001\"]', '[1,null,-3]', 'it''s \"so\"', 'abc', "
      "'123456789012345678901234567890.000000001', '{\"b\":1,\"a\":[true,null]}', '1 day "
      "02:00:00', "
      "'2026-01-02 03:04:05')",
      id);
}

/* Up and down again, to another device: each value as it was. */
static void
test_types (void)
{
  g_autoptr (User) user = user_new ();
  g_autoptr (Device) a = new_device ("a", user);
  g_autoptr (Device) b = new_device ("b", user);
  g_autofree char *id = g_uuid_string_random ();

  insert_reading (a, id);
  wait_until_synced (a);
  g_autofree char *rejected = device_list_rejected (a);
  g_assert_cmpstr (rejected, ==, "");
  g_autofree char *expected = g_strdup_printf (
      "%s|9007199254740993|m³|\\x00ff10|2024-02-29|23:59:58.5|0.1|1.5|"
      "{00000000-0000-4000-8000-000000000001}|{1,NULL,-3}|it's \"so\"|abc|"
      "123456789012345678901234567890.000000001|[true, null]|1 day 02:00:00|2026-01-02 03:04:05",
      user->id);
  assert_server (expected,
                 "SELECT owner, \"Serial No.\", \"select\", raw, taken_on, taken_at, \"offset\", "
                 "small, peers, levels, note, code, huge, info::jsonb->'a', pause, wall FROM "
                 "\"Meter Readings\" WHERE id = '%s'",
                 id);

  wait_device (b, "1", "SELECT count(*) FROM \"Meter Readings\"");
  const char *sql = "SELECT \"Serial No.\", typeof(\"Serial No.\"), \"select\", taken_on, "
                    "\"offset\", typeof(\"offset\"), small, peers, levels, note, code, huge, "
                    "typeof(huge), info ->> '$.b' FROM \"Meter Readings\"";
  const char *row = "9007199254740993|integer|m³|2024-02-29|0.1|real|1.5|"
                    "[\"00000000-0000-4000-8000-000000000001\"]|[1,null,-3]|it's \"so\"|abc|"
                    "123456789012345678901234567890.000000001|text|1";
  assert_device (b, row, "%s", sql);
  assert_device (a, row, "%s", sql);

  device_execute (b, "UPDATE \"Meter Readings\" SET \"Serial No.\" = -9223372036854775807, "
                     "\"select\" = 'other \"unit\"', taken_on = NULL, huge = '-0.5'");
  wait_device (
      a, "-9223372036854775807|other \"unit\"||-0.5|0.1",
      "SELECT \"Serial No.\", \"select\", taken_on, huge, \"offset\" FROM \"Meter Readings\"");
  device_execute (b, "DELETE FROM \"Meter Readings\"");
  wait_device (a, "0", "SELECT count(*) FROM \"Meter Readings\"");
}

/* The database's name of a table, another one here, and keys that are no uuids. */
static void
test_names (void)
{
  g_autoptr (User) user = user_new ();
  g_autoptr (Device) a = new_device ("a", user);
  g_autoptr (Device) b = new_device ("b", user);
  g_autofree char *id = g_strdup_printf ("night/%s &=,\"(ü)", user->id);

  device_execute (a, "INSERT INTO prices(id, price) VALUES ('%s', '0.1999')", id);
  wait_device (b, "0.1999", "SELECT price FROM prices WHERE id = '%s'", id);
  device_execute (b, "UPDATE prices SET price = '12345678.0001' WHERE id = '%s'", id);
  wait_server ("12345678.0001", "SELECT price FROM tariffs WHERE id = '%s'", id);
  wait_device (a, "12345678.0001", "SELECT price FROM prices");
  device_execute (a, "DELETE FROM prices WHERE id = '%s'", id);
  wait_device (b, "0", "SELECT count(*) FROM prices");
  assert_server ("0", "SELECT count(*) FROM tariffs WHERE id = '%s'", id);
}

/* A row that comes in two buckets is one row, and stays as long as it is in either. */
static void
test_overlapping_buckets (void)
{
  g_autoptr (User) anna = user_new ();
  g_autoptr (User) boris = user_new ();
  g_autofree char *team = g_strdup_printf ("Team %s", anna->id);

  join_team (anna, team);
  g_autoptr (Device) a = new_device ("anna", anna);
  g_autoptr (Device) b = new_device ("boris", boris);

  device_execute (a, "INSERT INTO \"Meter Readings\"(team, \"Serial No.\") VALUES ('%s', 1)", team);
  device_execute (a, "INSERT INTO \"Meter Readings\"(\"Serial No.\") VALUES (2)");
  wait_until_synced (a);
  wait_until_synced (b);
  const char *sql = "SELECT \"Serial No.\" FROM \"Meter Readings\" ORDER BY 1";
  assert_device (a, "1\n2", "%s", sql);
  assert_device (b, "", "%s", sql);

  /* Boris joins: what is the team's comes to him, and he may change it. */
  join_team (boris, team);
  wait_device (b, "1", "%s", sql);
  wait_device (b, team, "SELECT team FROM memberships");
  device_execute (b, "UPDATE \"Meter Readings\" SET note = 'seen'");
  wait_device (a, "1|seen",
               "SELECT \"Serial No.\", note FROM \"Meter Readings\" WHERE note NOTNULL");

  /* Anna leaves: her row of the team is still her own. Boris leaves: nothing is left to him. */
  g_free (server_sql ("DELETE FROM memberships WHERE member = '%s'", anna->id));
  wait_device (a, "0", "SELECT count(*) FROM memberships");
  wait_until_synced (a);
  assert_device (a, "1\n2", "%s", sql);
  g_free (server_sql ("DELETE FROM memberships WHERE member = '%s'", boris->id));
  wait_device (b, "0|0",
               "SELECT count(*), (SELECT count(*) FROM memberships) FROM \"Meter Readings\"");

  /* Out of the team, in its owner's bucket only. */
  device_execute (a, "UPDATE \"Meter Readings\" SET team = NULL WHERE note = 'seen'");
  wait_until_synced (a);
  assert_device (a, "1\n2", "%s", sql);
}

/* A table that only this device knows. */
static void
test_local_only (void)
{
  g_autoptr (User) user = user_new ();
  g_autoptr (Device) device = new_device ("local", user);

  device_execute (device, "INSERT INTO drafts(note) VALUES ('mine')");
  g_assert_cmpuint (device_count_queued (device), ==, 0);
  wait_until_synced (device);
  assert_device (device, "mine", "SELECT note FROM drafts");
}

/* Tables that may be read but not written: the server says no, and the row is as it was. */
static void
test_read_only_table (void)
{
  g_autoptr (User) user = user_new ();

  join_team (user, "Readers");
  g_autoptr (Device) device = new_device ("read", user);
  wait_device (device, "Readers", "SELECT team FROM memberships");
  device_execute (device, "INSERT INTO memberships(team) VALUES ('Admins')");
  device_execute (
      device, "INSERT INTO \"Meter Readings\"(\"Serial No.\", \"select\") VALUES (1, 'furlong')");
  device_execute (device, "INSERT INTO \"Meter Readings\"(\"Serial No.\") VALUES (2)");
  wait_until_synced (device);
  g_autofree char *rejected = device_list_rejected (device);
  g_assert_cmpstr (rejected, ==, "PUT memberships 403 42501\nPUT Meter Readings 400 22P02");
  wait_device (device, "Readers", "SELECT team FROM memberships");
  wait_device (device, "2", "SELECT \"Serial No.\" FROM \"Meter Readings\"");
}

int
main (int argc, char **argv)
{
  pipeline_init (&argc, &argv);
  g_autofree char *migrations = pipeline_source_file ("tests/pipeline/other/migrations");
  g_autofree char *rules = pipeline_source_file ("tests/pipeline/other/sync-rules.yaml");
  const char *options[] = { "--migrations", migrations, "--sync-rules", rules, "--seed", "", NULL };
  stack_start_own ("other", options);
  g_test_add_func ("/other-database/types", test_types);
  g_test_add_func ("/other-database/names", test_names);
  g_test_add_func ("/other-database/overlapping-buckets", test_overlapping_buckets);
  g_test_add_func ("/other-database/local-only", test_local_only);
  g_test_add_func ("/other-database/read-only-table", test_read_only_table);
  return pipeline_run ();
}
