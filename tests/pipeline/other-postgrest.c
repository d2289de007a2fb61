/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* PostgREST without Supabase: no gateway, no API key, tokens that a command makes. What docs/other-postgrest.md says. */

#include "config.h"

#include "pipeline/pipeline.h"

#include <string.h>

/* Signs tokens of three seconds for the user that it is told, as a company's own sign-on might. */
static const char token_script[]
    = "import base64, hashlib, hmac, json, os, sys, time\n"
      "def part(data): return base64.urlsafe_b64encode(data).rstrip(b'=')\n"
      "now = int(time.time())\n"
      "claims = {'sub': sys.argv[1], 'role': 'authenticated', 'aud': 'authenticated', 'iat': now, "
      "'exp': now + 3}\n"
      "body = part(json.dumps({'alg': 'HS256', 'typ': 'JWT'}).encode()) + b'.' + "
      "part(json.dumps(claims).encode())\n"
      "key = os.environ['SUPABASE_JWT_SECRET'].encode()\n"
      "token = body + b'.' + part(hmac.new(key, body, hashlib.sha256).digest())\n"
      "with open(sys.argv[2], 'a') as log: log.write('made\\n')\n"
      "print(json.dumps({'token': token.decode(), 'expires_in': 3}))\n";

/* PostgREST by itself answers at its root and knows no API keys; behind this is the stack's, which does. */
static const char server_script[]
    = "import http.client, http.server, os, sys, urllib.parse\n"
      "target = urllib.parse.urlsplit(os.environ['SUPABASE_URL'])\n"
      "class Handler(http.server.BaseHTTPRequestHandler):\n"
      "    protocol_version = 'HTTP/1.1'\n"
      "    def relay(self):\n"
      "        if 'apikey' in self.headers or self.path.startswith('/rest/'):\n"
      "            self.send_error(400, 'this is no Supabase')\n"
      "            return\n"
      "        body = self.rfile.read(int(self.headers.get('Content-Length', 0)))\n"
      "        headers = {k: v for k, v in self.headers.items() if k.lower() != 'host'}\n"
      "        headers['apikey'] = os.environ['SUPABASE_ANON_KEY']\n"
      "        headers['Accept-Encoding'] = 'identity'\n"
      "        upstream = http.client.HTTPConnection(target.netloc)\n"
      "        upstream.request(self.command, '/rest/v1' + self.path, body or None, headers)\n"
      "        answer = upstream.getresponse()\n"
      "        data = answer.read()\n"
      "        self.send_response(answer.status)\n"
      "        for name, value in answer.getheaders():\n"
      "            if name.lower() not in ('transfer-encoding', 'connection', 'content-length', "
      "'content-encoding'):\n"
      "                self.send_header(name, value)\n"
      "        if answer.status != 204:\n"
      "            self.send_header('Content-Length', str(len(data)))\n"
      "        self.end_headers()\n"
      "        self.wfile.write(data)\n"
      "    do_GET = do_POST = do_PATCH = do_DELETE = relay\n"
      "    def log_message(self, *arguments): pass\n"
      "server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Handler)\n"
      "with open(sys.argv[1] + '.new', 'w') as port: port.write(str(server.server_address[1]))\n"
      "os.rename(sys.argv[1] + '.new', sys.argv[1])\n"
      "server.serve_forever()\n";

static char *
write_script (Device *device, const char *name, const char *text)
{
  char *path = g_build_filename (device->directory, name, NULL);
  g_autoptr (GError) error = NULL;

  g_file_set_contents (path, text, -1, &error);
  g_assert_no_error (error);
  return path;
}

/* Returns its URL. */
static char *
start_postgrest (Device *device, GSubprocess **out_process)
{
  g_autofree char *script = write_script (device, "postgrest.py", server_script);
  g_autofree char *port_file = g_build_filename (device->directory, "port", NULL);
  g_autofree char *log = g_build_filename (device->directory, "postgrest.log", NULL);
  const char *arguments[] = { "python3", script, port_file, NULL };
  const gint64 deadline = g_get_monotonic_time () + PATIENCE;
  g_autofree char *port = NULL;

  *out_process = spawn_command (log, arguments);
  while (!g_file_get_contents (port_file, &port, NULL, NULL))
    if (!wait_before (deadline))
      g_error ("%s did not start", script);
  return g_strdup_printf ("http://127.0.0.1:%s", port);
}

/* The config of docs/other-postgrest.md. */
static void
use_own_servers (Device *device, const char *url, const char *command)
{
  device_configure (device, "syncline", "auth", "static-auth");
  device_configure (device, "supabase-auth", "url", NULL);
  device_configure (device, "supabase-auth", "api-key", NULL);
  g_key_file_remove_group (device->keys, "supabase-auth", NULL);
  device_configure (device, "static-auth", "token-command", command);
  device_configure (device, "postgrest-upload", "api-key", NULL);
  device_configure (device, "postgrest-upload", "url", url);
}

static void
test_own_tokens (void)
{
  g_autoptr (User) user = user_new ();
  g_autoptr (Device) device = device_new ("own-tokens");
  g_autoptr (GSubprocess) postgrest = NULL;
  g_autofree char *url = start_postgrest (device, &postgrest);
  g_autofree char *script = write_script (device, "token.py", token_script);
  g_autofree char *made = g_build_filename (device->directory, "made", NULL);
  g_autofree char *command = g_strdup_printf ("python3 %s %s %s", script, user->id, made);
  const gint64 end = g_get_monotonic_time () + 5 * G_TIME_SPAN_SECOND;
  g_autofree char *tokens = NULL;
  int n = 0;

  use_own_servers (device, url, command);
  device_configure (device, "syncline", "credentials-margin", "1s");
  device_open (device);
  device_start (device);
  /* Longer than a token lives. */
  while (g_get_monotonic_time () < end || n < 3)
    {
      device_execute (device, "INSERT INTO lists(name) VALUES ('List %d')", ++n);
      wait_until_synced (device);
    }
  g_autofree char *expected = g_strdup_printf ("%d", n);
  assert_server (expected, "SELECT count(*) FROM lists WHERE user_id = '%s'", user->id);
  g_free (
      server_sql ("INSERT INTO lists (user_id, name) VALUES ('%s', 'From the server')", user->id));
  wait_device (device, "1", "SELECT count(*) FROM lists WHERE name = 'From the server'");
  g_autofree char *rejected = device_list_rejected (device);
  g_assert_cmpstr (rejected, ==, "");

  g_assert_true (g_file_get_contents (made, &tokens, NULL, NULL));
  g_auto (GStrv) lines = g_strsplit (tokens, "\n", -1);
  g_assert_cmpuint (g_strv_length (lines), >, 2);
  device_close (device);
  g_subprocess_force_exit (postgrest);
  g_subprocess_wait (postgrest, NULL, NULL);
}

/* One transaction, one call. */
static void
test_own_tokens_with_rpc (void)
{
  g_autoptr (User) user = user_new ();
  g_autoptr (Device) device = device_new ("own-rpc");
  g_autoptr (GSubprocess) postgrest = NULL;
  g_autofree char *url = start_postgrest (device, &postgrest);
  g_autofree char *script = write_script (device, "token.py", token_script);
  g_autofree char *command = g_strdup_printf ("python3 %s %s /dev/null", script, user->id);

  use_own_servers (device, url, command);
  device_configure (device, "postgrest-upload", "mode", "rpc");
  device_open (device);
  device_start (device);
  device_execute (device, "INSERT INTO lists(name) VALUES ('By a call')");
  wait_until_synced (device);
  assert_server ("By a call", "SELECT name FROM lists WHERE user_id = '%s'", user->id);
  device_close (device);
  g_subprocess_force_exit (postgrest);
  g_subprocess_wait (postgrest, NULL, NULL);
}

int
main (int argc, char **argv)
{
  pipeline_init (&argc, &argv);
  g_test_add_func ("/other-postgrest/own-tokens", test_own_tokens);
  g_test_add_func ("/other-postgrest/own-tokens-with-rpc", test_own_tokens_with_rpc);
  return pipeline_run ();
}
