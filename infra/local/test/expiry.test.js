// SPDX-FileCopyrightText: 2026 The Syncline authors
// SPDX-License-Identifier: MIT
//
// Tokens that live for seconds.

import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { after, before, test } from 'node:test';
import { SignJWT } from 'jose';
import { Stack } from './support/stack.js';

let stack;

before(async () => (stack = await Stack.start({ environment: { SYNCLINE_STACK_JWT_EXPIRY: '3' } })));
after(() => stack.stop());

test('a stream ends with its token, after a last 0', async () => {
  const session = await stack.signUp();
  assert.equal(session.expires_in, 3);
  const client = await stack.sync(session);
  await client.checkpoint();
  assert.equal(await client.next('token_expires_in'), 0);
  assert.equal(await client.next(), undefined);
});

test('an expired token within the tolerance gets a 0 and nothing else', async () => {
  const session = await stack.signUp();
  await sleep(3500);
  const client = await stack.sync(session);
  assert.equal(client.status, 200);
  assert.equal(await client.next('token_expires_in'), 0);
  assert.equal(await client.next(), undefined);
});

test('the API refuses a token that is expired beyond the skew, and takes a refreshed one', async () => {
  const session = await stack.signUp();
  const expired = await new SignJWT({ role: 'authenticated', aud: 'authenticated', sub: session.user.id })
    .setProtectedHeader({ alg: 'HS256' })
    .setExpirationTime(Math.floor(Date.now() / 1000) - 60)
    .sign(new TextEncoder().encode(stack.env.SUPABASE_JWT_SECRET));
  const refused = await stack.rest({ access_token: expired }, 'PATCH', 'notes?id=eq.x', { body: 'x' });
  assert.deepEqual([refused.status, (await refused.json()).code], [401, 'PGRST303']);
  // Tokens of the same second are the same text.
  await sleep(1100);
  const response = await stack.auth('token?grant_type=refresh_token', { refresh_token: session.refresh_token });
  const fresh = await response.json();
  assert.notEqual(fresh.access_token, session.access_token);
  assert.equal((await stack.rest(fresh, 'POST', 'notes', { body: 'x' })).status, 201);
});
