// SPDX-FileCopyrightText: 2026 The Syncline authors
// SPDX-License-Identifier: MIT
//
// The local stack that the environment names: users, and configs for them.

import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';

const { SUPABASE_URL, SUPABASE_ANON_KEY } = process.env;
const SCHEMA = path.join(import.meta.dirname, '../../examples/lists-and-todos/schema.conf');

export const hasStack = Boolean(SUPABASE_URL && SUPABASE_ANON_KEY);

/** With a connection of its own: one that is kept would be gone after a measure, which blocks. */
function post(url, body) {
  return new Promise((resolve, reject) => {
    const headers = { apikey: SUPABASE_ANON_KEY, 'Content-Type': 'application/json' };
    http
      .request(url, { method: 'POST', agent: false, headers }, async (answer) => resolve((await answer.toArray()).join('')))
      .on('error', reject)
      .end(JSON.stringify(body));
  });
}

async function signUp() {
  const answer = await post(`${SUPABASE_URL}/auth/v1/signup`, { email: `${randomUUID()}@example.org`, password: randomUUID() });
  const session = JSON.parse(answer);
  if (!session.access_token) throw new Error(`signing up failed: ${answer}`);
  return session.access_token;
}

/** Writes the config of a client of a new user that only uploads, and gives its path. */
export async function makeUploader(directory, mode) {
  const config = path.join(directory, 'syncline.conf');
  const text = `
[syncline]
store = sqlite-store
upload = postgrest-upload
auth = static-auth
serializer = json-normalizer
schema = ${SCHEMA}
[sqlite-store]
path = app.db
[static-auth]
token = ${await signUp()}
[postgrest-upload]
url = ${SUPABASE_URL}/rest/v1
api-key = ${SUPABASE_ANON_KEY}
mode = ${mode}
[json-normalizer]
server-owned = user_id
`;
  fs.writeFileSync(config, text);
  return config;
}
