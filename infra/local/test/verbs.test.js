// SPDX-FileCopyrightText: 2026 The Syncline authors
// SPDX-License-Identifier: MIT
//
// Both stacks have the same verbs and give the same variables, so that the same tests run on either. Docker, the
// Supabase CLI and the service are played by scripts that note how they were called.

import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const infra = fileURLToPath(new URL('../../', import.meta.url));
const bin = mkdtempSync(join(tmpdir(), 'syncline-verbs-'));
const calls = join(bin, 'calls');
after(() => rmSync(bin, { recursive: true }));

const play = (name, script) => {
  writeFileSync(join(bin, name), `#!/bin/sh\necho "${name} $*" >>'${calls}'\n${script}\n`);
  chmodSync(join(bin, name), 0o755);
};
play('docker', 'exit 0');
play(
  'supabase',
  `[ "$1" != status ] || printf '%s\\n' 'API_URL="http://127.0.0.1:54321"' 'ANON_KEY="an-anon-key"' 'SERVICE_ROLE_KEY="a-service-key"' \\
     'JWT_SECRET="a-jwt-secret"' 'DB_URL="postgresql://postgres:postgres@127.0.0.1:54322/postgres"'`
);
// Down for its first two calls.
play('curl', `[ "$(grep -c '^curl' '${calls}')" -gt 2 ]`);

const run = (path, ...args) => spawnSync('sh', [join(infra, path), ...args], { encoding: 'utf8', env: { ...process.env, PATH: `${bin}:${process.env.PATH}` } });
const called = () => (existsSync(calls) ? readFileSync(calls, 'utf8').trim().split('\n') : []);

test('both have the same verbs', () => {
  for (const verb of ['start', 'stop', 'reset', 'wait', 'status', 'env']) {
    for (const stack of ['local', 'powersync_local']) {
      assert.ok(existsSync(join(infra, stack, `${verb}.sh`)), `${stack}/${verb}.sh`);
      execFileSync('sh', ['-n', join(infra, stack, `${verb}.sh`)]);
    }
  }
});

test('both give the same variables', () => {
  const { stdout, status } = run('powersync_local/env.sh', '--json');
  assert.equal(status, 0);
  const given = JSON.parse(stdout);
  assert.equal(given.SUPABASE_URL, 'http://127.0.0.1:54321');
  assert.equal(given.SUPABASE_ANON_KEY, 'an-anon-key');
  assert.equal(given.POWERSYNC_URL, 'http://127.0.0.1:8080');
  const local = [...readFileSync(join(infra, 'local/env.sh'), 'utf8').matchAll(/^([A-Z_]+)=/gm)].map(([, name]) => name);
  // What only a stack can have that takes orders, and of which several run side by side.
  const own = (name) => /^(POWERSYNC_ADMIN_|SYNCLINE_STACK)/.test(name);
  assert.deepEqual(Object.keys(given).sort(), local.filter((name) => !own(name)).sort());
});

test('start returns when the service is live, on the network of Supabase', () => {
  rmSync(calls, { force: true });
  const { stdout, status } = run('powersync_local/start.sh');
  assert.equal(status, 0);
  assert.match(stdout, /live on http:\/\/127\.0\.0\.1:8080/);
  assert.ok(called().some((line) => /^docker compose .*up --detach/.test(line)));
  assert.equal(called().filter((line) => line.startsWith('curl')).length, 3);
});

test('wait gives up', () => {
  rmSync(calls, { force: true });
  const { stderr, status } = run('powersync_local/wait.sh', '1');
  assert.equal(status, 1);
  assert.match(stderr, /does not answer/);
});

test('status tells what is down', () => {
  rmSync(calls, { force: true });
  const down = run('powersync_local/status.sh');
  assert.equal(down.status, 1);
  assert.match(down.stdout, /api: does not answer/);
  const up = run('powersync_local/status.sh');
  assert.equal(up.status, 0);
  assert.match(up.stdout, /api: live\npowersync: live/);
});

test('reset makes the database from the migrations, and stop leaves no replication slot', () => {
  rmSync(calls, { force: true });
  assert.equal(run('powersync_local/reset.sh').status, 0);
  const order = [/^docker compose .*down --volumes/, /pg_drop_replication_slot/, /^supabase db reset/, /^docker compose .*up --detach/];
  const places = order.map((pattern) => called().findIndex((line) => pattern.test(line)));
  assert.ok(places.every((place, i) => place > (places[i - 1] ?? -1)), `${places}\n${called().join('\n')}`);
});
