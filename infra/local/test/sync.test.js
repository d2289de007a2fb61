// SPDX-FileCopyrightText: 2026 The Syncline authors
// SPDX-License-Identifier: MIT
//
// The stand-in on a live stack, with tables and rules of the tests' own.

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { after, before, test } from 'node:test';
import { Stack } from './support/stack.js';

let stack;
let alice;
let bob;

before(async () => {
  stack = await Stack.start();
  alice = await stack.signUp();
  bob = await stack.signUp();
});

after(() => stack.stop());

const sql = (text, values) => stack.database.query(text, values);

async function connected(session, request, headers) {
  const client = await stack.sync(session, request, headers);
  client.isWhole = true;
  await client.checkpoint();
  return client;
}

const insertNote = (owner, columns = {}) => {
  const row = { id: randomUUID(), owner: owner.user.id, ...columns };
  const names = Object.keys(row);
  const marks = names.map((_, i) => `$${i + 1}`);
  return sql(`insert into notes (${names}) values (${marks}) returning id`, Object.values(row)).then(({ rows }) => rows[0].id);
};

test('the first message is a checkpoint, also for a user with nothing', async () => {
  const client = await stack.sync(bob);
  const { checkpoint } = await client.next();
  assert.match(checkpoint.last_op_id, /^\d+$/);
  assert.deepEqual(checkpoint.streams.map(({ name, is_default: isDefault }) => [name, isDefault]), [
    ['mine', true],
    ['rooms', true],
    ['everyone', true]
  ]);
  assert.deepEqual(checkpoint.buckets.map(({ bucket, priority }) => [bucket, priority]), [
    [`1#mine["${bob.user.id}"]`, 1],
    ['1#everyone[]', 2]
  ]);
  client.close();
});

test('insert, update, an update of nothing, delete: diff, data, complete', async () => {
  const client = await connected(alice);
  const id = await insertNote(alice, { body: 'one' });
  const inserted = await client.checkpoint();
  assert.deepEqual(inserted.lines.map((line) => Object.keys(line)[0]).filter((kind) => !kind.startsWith('partial')), [
    'checkpoint_diff',
    'data',
    'checkpoint_complete'
  ]);
  assert.equal(JSON.parse(inserted.operations[0].data).body, 'one');
  assert.equal(inserted.operations[0].object_type, 'notes');

  await sql('update notes set body = $2 where id = $1', [id, 'two']);
  const [changed] = (await client.checkpoint()).operations;
  await sql('update notes set body = body where id = $1', [id]);
  const [same] = (await client.checkpoint()).operations;
  assert.equal(same.checksum, changed.checksum);
  assert.notEqual(same.op_id, changed.op_id);

  await sql('delete from notes where id = $1', [id]);
  const [removed] = (await client.checkpoint()).operations;
  assert.equal(removed.op, 'REMOVE');
  assert.equal(removed.data, null);
  assert.equal(removed.subkey, inserted.operations[0].subkey);
  client.close();
});

test('one transaction is one checkpoint', async () => {
  const client = await connected(alice);
  await sql(`insert into notes (owner, body) select '${alice.user.id}', 'n' || i from generate_series(1, 50) i`);
  assert.equal((await client.checkpoint()).operations.length, 50);
  client.close();
});

test('every type arrives as the official service writes it', async () => {
  const client = await connected(alice);
  await insertNote(alice, {
    flag: true,
    big: '9223372036854775807',
    exact: '123456789012345678.1234567891',
    document: '{"a": [1, 2]}',
    words: ['a', 'b,c'],
    moment: '2026-11-22T16:25:00.684334Z',
    raw: Buffer.from([1, 2]),
    mood: 'so_so'
  });
  const [{ data }] = (await client.checkpoint()).operations;
  assert.match(data, /"big":9223372036854775807,/);
  const row = JSON.parse(data);
  assert.equal(row.flag, 1);
  assert.equal(row.exact, '123456789012345678.1234567891');
  assert.equal(row.document, '{"a": [1, 2]}');
  assert.equal(row.words, '["a","b,c"]');
  assert.equal(row.moment, '2026-11-22 16:25:00.684334Z');
  assert.equal(row.mood, 'so_so');
  assert.ok(!('raw' in row), 'bytes are not JSON and are left out');
  client.close();
});

test('a large value that an update does not touch stays', async () => {
  const client = await connected(alice);
  const body = [...Array(2000)].map(() => randomUUID()).join('');
  const id = await insertNote(alice, { body });
  await client.checkpoint();
  await sql('update notes set flag = true where id = $1', [id]);
  const [{ data }] = (await client.checkpoint()).operations;
  assert.equal(JSON.parse(data).body, body);
  client.close();
});

test('two users see nothing of each other', async () => {
  const [a, b] = [await connected(alice), await connected(bob)];
  const id = await insertNote(alice, { body: 'secret' });
  await sql(`insert into loose values ('x', 'for all')`);
  const seen = await b.until(({ operations }) => operations.length > 0);
  assert.deepEqual(seen.map(({ object_type: type }) => type), ['loose']);
  await a.until(({ operations }) => operations.some(({ object_id: object }) => object === id));
  assert.ok(!JSON.stringify(b.lines).includes('secret'));

  await sql('update notes set owner = $2 where id = $1', [id, bob.user.id]);
  await a.until(({ operations }) => operations.some(({ op, object_id: object }) => op === 'REMOVE' && object === id));
  await b.until(({ operations }) => operations.some(({ op, object_id: object }) => op === 'PUT' && object === id));
  a.close();
  b.close();
});

test('buckets come and go with rows of a parameter query', async () => {
  await sql(`insert into rooms values ('r1', 'Kitchen')`);
  const client = await connected(bob);
  await sql(`insert into members (room_id, user_id) values ('r1', $1)`, [bob.user.id]);
  const joined = await client.checkpoint();
  assert.deepEqual(joined.lines[0].checkpoint_diff.updated_buckets.map(({ bucket }) => bucket), ['1#rooms["r1"]']);
  assert.equal(JSON.parse(joined.operations[0].data).title, 'Kitchen');
  await sql('delete from members where user_id = $1', [bob.user.id]);
  const left = await client.checkpoint();
  assert.deepEqual(left.lines[0].checkpoint_diff.removed_buckets, ['1#rooms["r1"]']);
  client.close();
});

test('data comes in order of priority, each group but the last with a partial complete', async () => {
  await insertNote(bob, {});
  await sql(`insert into loose values ('prio', 'x')`);
  const client = await stack.sync(bob);
  const { lines } = await client.checkpoint();
  const shape = lines.map((line) => line.data?.bucket.replace(/^1#(\w+).*/, '$1') ?? Object.keys(line)[0]);
  assert.deepEqual(shape, ['checkpoint', 'mine', 'partial_checkpoint_complete', 'everyone', 'checkpoint_complete']);
  assert.equal(lines[2].partial_checkpoint_complete.priority, 1);
  client.close();
});

test('many rows come in lines of a thousand', async () => {
  const carol = await stack.signUp();
  await sql(`insert into notes (owner, body) select '${carol.user.id}', 'n' || i from generate_series(1, 2500) i`);
  await stack.writeCheckpoint(carol, 'settle');
  await sleep(200);
  const client = await connected(carol);
  const data = client.lines.filter((line) => line.data?.bucket.includes('mine'));
  assert.deepEqual(data.map((line) => line.data.data.length), [1000, 1000, 500]);
  assert.deepEqual(data.map((line) => line.data.has_more), [true, true, false]);
  client.close();
});

test('a truncated table is empty for clients, too', async () => {
  const client = await connected(bob);
  await sql(`insert into loose values ('t1', ''), ('t2', '')`);
  await client.checkpoint();
  await sql('truncate loose');
  const { operations } = await client.checkpoint();
  assert.ok(operations.length >= 2 && operations.every(({ op }) => op === 'REMOVE'));
  client.close();
});

test('a table without a key works through its full replica identity', async () => {
  const client = await connected(bob);
  await sql(`insert into loose values ('k', 'v1')`);
  await client.checkpoint();
  await sql(`update loose set value = 'v2' where id = 'k'`);
  const { operations } = await client.checkpoint();
  assert.deepEqual(operations.map(({ op }) => op).sort(), ['PUT', 'REMOVE']);
  client.close();
});

test('a table published later brings the rows it has', async () => {
  const client = await connected(bob);
  await sql(`create table later (id text primary key, n integer); insert into later values ('l1', 1)`);
  await sql('alter publication powersync add table later');
  await sql(`insert into later values ('l2', 2)`);
  const seen = [];
  while (new Set(seen.map(({ object_id: id }) => id)).size < 2) seen.push(...(await client.checkpoint()).operations);
  assert.deepEqual(seen.map(({ object_id: id }) => id).sort(), ['l1', 'l2']);
  await sql('drop table later');
  const gone = await client.checkpoint();
  assert.deepEqual(gone.operations.map(({ op }) => op), ['REMOVE', 'REMOVE']);
  client.close();
});

test('a write checkpoint is published with, not before, the data it stands for', async () => {
  const client = await connected(alice, { client_id: 'device-1' });
  const other = await connected(alice, { client_id: 'device-2' });
  const id = await insertNote(alice, { body: 'mine' });
  const number = await stack.writeCheckpoint(alice, 'device-1');
  assert.equal(number, '1');
  const before = await client.until(({ lines }) => lines.some((line) => line.checkpoint_diff?.write_checkpoint === '1'));
  assert.ok(before.some(({ object_id: object }) => object === id));
  await insertNote(alice, {});
  const next = await client.checkpoint();
  assert.equal(next.lines[0].checkpoint_diff.write_checkpoint, '1', 'it stays');
  await other.until(({ operations }) => operations.length > 0);
  assert.ok(!JSON.stringify(other.lines).includes('write_checkpoint'));
  assert.equal(await stack.writeCheckpoint(alice, 'device-1'), '2');
  client.close();
  other.close();
});

test('checkpoint requests share the counter and never go down', async () => {
  const request = async (id) => {
    const response = await fetch(`${stack.env.POWERSYNC_URL}/sync/checkpoint-request`, {
      method: 'POST',
      headers: { Authorization: `Token ${bob.access_token}`, 'Content-Type': 'application/json' },
      body: JSON.stringify({ client_id: 'numbers', checkpoint_request_id: id })
    });
    return response.status === 200 ? (await response.json()).data.checkpoint_request_id : response.status;
  };
  assert.deepEqual([await request('1'), await request(5), await request('3')], ['1', '5', '5']);
  assert.equal(await stack.writeCheckpoint(bob, 'numbers'), '6');
  assert.deepEqual([await request('0'), await request('9223372036854775808'), await request('x')], [400, 400, 400]);
});

test('compressed streams say the same', async () => {
  const response = await fetch(`${stack.env.POWERSYNC_URL}/sync/stream`, {
    method: 'POST',
    headers: { Authorization: `Token ${bob.access_token}`, 'Content-Type': 'application/json', 'Accept-Encoding': 'gzip' },
    body: '{"buckets":[],"raw_data":true,"include_checksum":true}'
  });
  assert.equal(response.headers.get('content-encoding'), 'gzip');
  const { value } = await response.body.getReader().read();
  assert.match(new TextDecoder().decode(value), /^{"checkpoint":/);
});

test('bodies and content types are treated as by the official service', async () => {
  const post = async (body, type) => {
    const response = await fetch(`${stack.env.POWERSYNC_URL}/sync/stream`, {
      method: 'POST',
      headers: { Authorization: `Token ${bob.access_token}`, ...(type && { 'Content-Type': type }) },
      body
    });
    if (response.status === 200) return response.body.cancel().then(() => 200);
    return `${response.status} ${(await response.json()).error.code}`;
  };
  assert.equal(await post('{}', 'application/json; charset=utf-8'), 200);
  assert.equal(await post('{broken', 'text/plain'), 200);
  assert.equal(await post('a=b', 'application/x-www-form-urlencoded'), '415 FST_ERR_CTP_INVALID_MEDIA_TYPE');
  assert.equal(await post('{broken', 'application/json'), '400 FST_ERR_CTP_INVALID_JSON_BODY');
  assert.equal(await post('', 'application/json'), '400 FST_ERR_CTP_EMPTY_JSON_BODY');
  assert.equal(await post(`{"x":"${'x'.repeat(1 << 20)}"}`, 'application/json'), '413 FST_ERR_CTP_BODY_TOO_LARGE');
  assert.equal(await post('{"buckets":[{"name":"a","after":1}]}', 'application/json'), '400 PSYNC_S2001');
  assert.equal(await post('{"buckets":[{"name":"a","after":"z"}]}', 'application/json'), '500 PSYNC_S2001');
  assert.equal(await post('{"parameters":null}', 'application/json'), '400 PSYNC_S2001');
  assert.equal(await post('{"app_metadata":{"a":1}}', 'application/json'), '400 PSYNC_S2001');
  assert.equal(await post('{"streams":{"subscriptions":[{"stream":"s","parameters":null}]}}', 'application/json'), '400 PSYNC_S2001');
  const missing = await fetch(`${stack.env.POWERSYNC_URL}/sync/stream`);
  assert.deepEqual([missing.status, (await missing.json()).error.code], [404, 'PSYNC_S2002']);
});

test('the anon key is no access token', async () => {
  const client = await stack.sync({ access_token: stack.env.SUPABASE_ANON_KEY });
  assert.equal(client.status, 401);
});

test('a compacted bucket is the same for a new client and for one that carries on', async () => {
  const dave = await stack.signUp();
  const id = await insertNote(dave, { body: '1' });
  const carriesOn = await connected(dave);
  for (const body of ['2', '3']) await sql('update notes set body = $2 where id = $1', [id, body]);
  await stack.writeCheckpoint(dave, 'settle');
  await sleep(200);
  await stack.admin('compact');
  const fresh = await stack.sync(dave);
  const { operations } = await fresh.checkpoint();
  const mine = operations.filter(({ object_id: object, op }) => object === id && op === 'PUT');
  assert.deepEqual(mine.map(({ data }) => JSON.parse(data).body), ['3']);
  carriesOn.isWhole = false;
  await insertNote(dave, {});
  await carriesOn.until(({ operations: seen }) => seen.length > 0);
  fresh.close();
  carriesOn.close();
});

test('cut in the middle of a line, a client carries on where it was', async () => {
  const client = await connected(bob);
  await stack.admin('disconnect-all', { mid_line: true });
  await assert.rejects(async () => {
    while ((await client.next()) !== undefined);
  });
  assert.ok(client.wasCut);
  const again = (await stack.sync(bob, { buckets: client.positions })).resume(client);
  const { operations } = await again.checkpoint();
  assert.deepEqual(operations, []);
  again.close();
});

test('a wrong checksum can be ordered', async () => {
  await stack.admin('corrupt-next', { count: 1 });
  const client = await stack.sync(bob);
  await assert.rejects(client.checkpoint(), /checksum/);
  client.close();
});

test('after a restart of the service a client gets the difference only', async () => {
  const client = await connected(alice);
  const number = await stack.writeCheckpoint(alice, 'before');
  await sleep(200);
  await stack.service('kill', 'powersync');
  const id = await insertNote(alice, { body: 'while it was away' });
  await stack.service('start', 'powersync');
  const again = (await stack.sync(alice, { buckets: client.positions, client_id: 'before' })).resume(client);
  const operations = await again.until(({ operations: seen }) => seen.length > 0);
  assert.deepEqual(operations.map(({ object_id: object }) => object), [id]);
  assert.ok(JSON.stringify(again.lines).includes(`"write_checkpoint":"${number}"`));
  again.close();
});

test('a restart of PostgreSQL interrupts nothing but new data', async () => {
  const client = await connected(alice);
  await stack.service('restart', 'postgres');
  let id;
  for (let tries = 0; !id; tries++) {
    id = await insertNote(alice, { body: 'back again' }).catch((error) => {
      if (tries > 20) throw error;
      return sleep(100);
    });
  }
  const seen = await client.until(({ operations }) => operations.some(({ object_id: object }) => object === id));
  assert.equal(seen.filter(({ object_id: object }) => object === id).length, 1);
  client.close();
});

test('a fresh start gives new bucket names', async () => {
  await stack.service('restart', '--fresh', 'powersync');
  const client = await stack.sync(alice);
  await client.checkpoint();
  assert.ok([...client.buckets.keys()].every((name) => name.startsWith('2#')));
  client.close();
});

test('a reset leaves no data and no users, but keys and addresses', async () => {
  await stack.reset();
  const { rows } = await sql('select count(*)::int as n from notes');
  assert.equal(rows[0].n, 0);
  const session = await stack.signUp();
  const client = await stack.sync(session);
  const { operations } = await client.checkpoint();
  assert.deepEqual(operations, []);
  client.close();
});
