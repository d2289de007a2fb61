// SPDX-FileCopyrightText: 2026 The Syncline authors
// SPDX-License-Identifier: MIT
//
// Writes through the API, on the example's own database: PostgREST's answers.

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { Stack } from './support/stack.js';

const NOBODY = '5eed0000-0000-4000-8000-0000000000ff';
const MERGE = { Prefer: 'resolution=merge-duplicates' };

let stack;
let alice;
let bob;

before(async () => {
  stack = await Stack.start({ example: true });
  alice = await stack.signUp();
  bob = await stack.signUp();
});

after(() => stack.stop());

/** "status code" of a write that fails, "status" of one that does not. */
async function outcome(method, path, body, headers, session = alice) {
  const response = await stack.rest(session, method, path, body, headers);
  const text = await response.text();
  return response.ok ? String(response.status) : `${response.status} ${JSON.parse(text).code}`;
}

const row = async (id) => (await stack.database.query('select * from todos where id = $1', [id])).rows[0];

test('the server fills in the owner, whatever the payload says', async () => {
  const id = randomUUID();
  assert.equal(await outcome('POST', 'todos', { id, description: 'mine' }), '201');
  assert.equal((await row(id)).user_id, alice.user.id);
  assert.equal(await outcome('POST', 'todos', { description: 'theirs', user_id: NOBODY }), '403 42501');
  assert.equal(await outcome('PATCH', `todos?id=eq.${id}`, { user_id: NOBODY }), '403 42501');
  assert.equal((await row(id)).user_id, alice.user.id);
});

test('values arrive exactly and by the type of their column', async () => {
  const id = randomUUID();
  const body = `{"id":"${id}","description":"d","completed":1,"tags":["a","b,c"],"details":{"k":1.50},
    "estimate":123456789012345678.1234567891,"due_at":"2026-11-22 16:25:00.684334Z"}`;
  assert.equal(await outcome('POST', 'todos', body, MERGE), '201');
  const stored = await row(id);
  assert.equal(stored.completed, true);
  assert.deepEqual(stored.tags, ['a', 'b,c']);
  assert.equal(stored.estimate, '123456789012345678.1234567891');
  assert.equal(stored.due_at.toISOString(), '2026-11-22T16:25:00.684Z');
  assert.equal(await outcome('PATCH', `todos?id=eq.${id}`, { tags: '["a"]' }), '400 22P02');
  assert.equal(await outcome('PATCH', `todos?id=eq.${id}`, '{"completed":1.0}'), '400 22P02');
});

test('an upsert says whether it inserted', async () => {
  const id = randomUUID();
  assert.equal(await outcome('POST', 'todos', { id, description: '1' }, MERGE), '201');
  assert.equal(await outcome('POST', 'todos', { id, description: '2' }, MERGE), '200');
  assert.equal(await outcome('POST', 'todos', { id, description: '3' }), '409 23505');
  assert.equal((await row(id)).description, '2');
});

test('many rows at once', async () => {
  const [a, b] = [randomUUID(), randomUUID()];
  const two = [{ id: a, description: 'a' }, { id: b, description: 'b' }];
  assert.equal(await outcome('POST', 'todos', two, MERGE), '201');
  assert.equal(await outcome('POST', 'todos', [two[0], two[0]], MERGE), '400 21000');
  assert.equal(await outcome('POST', 'todos', [two[0], { id: b, priority: 1 }], MERGE), '400 PGRST102');
  const uneven = [{ id: randomUUID(), description: 'c', completed: true }, { id: randomUUID(), description: 'd' }];
  const columns = 'todos?columns="id","description","completed"';
  assert.equal(await outcome('POST', columns, uneven, MERGE), '400 23502');
  assert.equal(await outcome('POST', columns, uneven, { Prefer: 'resolution=merge-duplicates,missing=default' }), '201');
  assert.equal((await row(uneven[1].id)).completed, false);
  assert.equal(await outcome('DELETE', `todos?id=in.(${a},"${b}")`), '204');
  assert.equal(await row(a), undefined);
});

test('constraints answer with their code', async () => {
  assert.equal(await outcome('POST', 'todos', { description: '' }), '400 23514');
  assert.equal(await outcome('POST', 'todos', { description: 'x', priority: 9 }), '400 23514');
  assert.equal(await outcome('POST', 'todos', { completed: true }), '400 23502');
  assert.equal(await outcome('POST', 'todos', { id: 'no-uuid', description: 'x' }), '400 22P02');
  assert.equal(await outcome('POST', 'todos', { description: 'x', list_id: randomUUID() }), '409 23503');
  assert.equal(await outcome('POST', 'todos', { description: 'x', nothing: 1 }), '400 PGRST204');
  assert.equal(await outcome('POST', 'nowhere', { id: 'x' }), '404 PGRST205');
  assert.equal(await outcome('POST', 'todos', '{broken'), '400 PGRST102');
});

test("another user's row is out of reach", async () => {
  const id = randomUUID();
  await outcome('POST', 'todos', { id, description: 'mine' });
  const exact = { Prefer: 'count=exact' };
  const patched = await stack.rest(bob, 'PATCH', `todos?id=eq.${id}`, { description: 'stolen' }, exact);
  assert.deepEqual([patched.status, patched.headers.get('content-range')], [204, '*/0']);
  const deleted = await stack.rest(bob, 'DELETE', `todos?id=eq.${id}`, undefined, exact);
  assert.deepEqual([deleted.status, deleted.headers.get('content-range')], [204, '*/0']);
  assert.equal(await outcome('POST', 'todos', { id, description: 'stolen' }, MERGE, bob), '403 42501');
  assert.deepEqual(await (await stack.rest(bob, 'GET', `todos?id=eq.${id}`)).json(), []);
  assert.equal((await row(id)).description, 'mine');
});

test("a todo cannot be hung onto another user's list", async () => {
  const list = randomUUID();
  await outcome('POST', 'lists', { id: list, name: 'private' });
  assert.equal(await outcome('POST', 'todos', { description: 'x', list_id: list }, {}, bob), '409 23503');
  assert.equal(await outcome('POST', 'todos', { description: 'x', list_id: list }), '201');
});

test('counts and representations', async () => {
  const id = randomUUID();
  await outcome('POST', 'todos', { id, description: 'x' });
  const counted = await stack.rest(alice, 'PATCH', `todos?id=eq.${id}`, { priority: 1 }, { Prefer: 'count=exact' });
  assert.equal(counted.headers.get('content-range'), '0-0/1');
  const shown = await stack.rest(alice, 'PATCH', `todos?id=eq.${id}`, { priority: 2 }, { Prefer: 'return=representation' });
  assert.equal(shown.status, 200);
  assert.equal((await shown.json())[0].priority, 2);
  assert.equal(await outcome('PATCH', `todos?id=eq.${id}`, {}), '204');
});

test('without a session, with garbage, with nothing', async () => {
  assert.equal(await outcome('POST', 'todos', { description: 'x' }, {}, null), '401 42501');
  assert.equal(await outcome('POST', 'todos', { description: 'x' }, {}, { access_token: 'garbage' }), '401 PGRST301');
  const response = await fetch(`${stack.env.SUPABASE_URL}/rest/v1/todos`);
  assert.equal(response.status, 401);
});

test('functions take named arguments and fail with their own words', async () => {
  await stack.database.query(`
    create function add_todos(items jsonb) returns integer language plpgsql as $$
    declare added integer;
    begin
      insert into todos (description, estimate)
        select r.description, r.estimate from jsonb_to_recordset(items) as r (description text, estimate numeric);
      get diagnostics added = row_count;
      if added = 0 then raise exception 'nothing to add' using hint = 'add something'; end if;
      return added;
    end $$;
    create function my_todos() returns setof todos language sql stable as 'select * from todos';
    create function do_nothing() returns void language sql as '';`);
  const call = (name, body, session = alice) => stack.rest(session, 'POST', `rpc/${name}`, body);
  const carol = await stack.signUp();
  const added = await call('add_todos', '{"items":[{"description":"x","estimate":123456789012345678.12345}]}', carol);
  assert.equal(await added.json(), 1);
  const [mine] = await (await call('my_todos', {}, carol)).json();
  assert.equal(mine.user_id, carol.user.id);
  const { rows } = await stack.database.query('select estimate from todos where user_id = $1', [carol.user.id]);
  assert.equal(rows[0].estimate, '123456789012345678.1234500000');
  const failed = await call('add_todos', { items: [] });
  assert.equal(failed.status, 400);
  assert.deepEqual(await failed.json(), { code: 'P0001', message: 'nothing to add', details: null, hint: 'add something' });
  assert.equal((await call('do_nothing', {})).status, 204);
  assert.equal((await call('add_todos', { wrong: 1 })).status, 404);
});

test('the publication migration can run again', async () => {
  const { readFile } = await import('node:fs/promises');
  const path = new URL('../../../supabase/migrations/20260111000000_powersync_publication.sql', import.meta.url);
  const migration = await readFile(path, 'utf8');
  await stack.database.query('create table public.keyless (n integer)');
  for (let i = 0; i < 3; i++) await stack.database.query(migration);
  const { rows } = await stack.database.query(
    `select tablename from pg_publication_tables where pubname = 'powersync' order by 1`
  );
  assert.deepEqual(rows.map(({ tablename }) => tablename), ['keyless', 'lists', 'todos']);
  await stack.database.query('insert into public.keyless values (1); update public.keyless set n = 2');
});

test('the root describes what the role may see', async () => {
  const description = async (key) => {
    const response = await fetch(`${stack.env.SUPABASE_URL}/rest/v1/`, { headers: { apikey: key, Authorization: `Bearer ${key}` } });
    assert.equal(response.status, 200);
    return (await response.json()).definitions;
  };
  const { todos } = await description(stack.env.SUPABASE_SERVICE_ROLE_KEY);
  assert.equal(todos.properties.id.format, 'uuid');
  assert.match(todos.properties.id.description, /<pk\/>/);
  assert.deepEqual(todos.properties.tags, { format: 'text[]', type: 'array', items: { type: 'string' } });
  assert.equal(todos.properties.estimate.format, 'numeric');
  assert.equal((await description(stack.env.SUPABASE_ANON_KEY)).todos, undefined);
});
