// SPDX-FileCopyrightText: 2026 The Syncline authors
// SPDX-License-Identifier: MIT
//
// A stack of a test's own, and what a client does with one.

import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import pg from 'pg';
import { SyncClient } from './sync-client.js';

const run = promisify(execFile);
const here = fileURLToPath(new URL('../../', import.meta.url));
const fixtures = fileURLToPath(new URL('../fixtures/', import.meta.url));

export class Stack {
  /** @param options.example the project's own database instead of the fixtures' */
  static async start({ example = false, environment = {} } = {}) {
    const stack = new Stack();
    stack.name = `test-${randomBytes(4).toString('hex')}`;
    const files = example
      ? []
      : ['--migrations', `${fixtures}migrations`, '--sync-rules', `${fixtures}sync-rules.yaml`, '--seed', ''];
    await stack.#script('start.sh', files, environment);
    stack.env = JSON.parse((await stack.#script('env.sh', ['--json'])).stdout);
    stack.database = new pg.Pool({ connectionString: stack.env.DATABASE_URL, max: 4 });
    stack.database.on('error', () => {});
    return stack;
  }

  #script(script, args = [], environment = {}) {
    return run('sh', [`${here}${script}`, '--name', this.name, ...args], { env: { ...process.env, ...environment } });
  }

  service(...args) {
    return this.#script('service.sh', args);
  }

  reset() {
    return this.#script('reset.sh');
  }

  async stop() {
    await this.database?.end();
    await this.#script('stop.sh');
  }

  /** A new user's session. */
  async signUp(email = `${randomBytes(6).toString('hex')}@example.com`) {
    const response = await this.auth('signup', { email, password: 'correct horse' });
    return response.json();
  }

  auth(path, body) {
    return fetch(`${this.env.SUPABASE_URL}/auth/v1/${path}`, {
      method: 'POST',
      headers: { apikey: this.env.SUPABASE_ANON_KEY, 'Content-Type': 'application/json' },
      body: JSON.stringify(body)
    });
  }

  rest(session, method, path, body, headers = {}) {
    return fetch(`${this.env.SUPABASE_URL}/rest/v1/${path}`, {
      method,
      headers: {
        apikey: this.env.SUPABASE_ANON_KEY,
        'Content-Type': 'application/json',
        ...(session && { Authorization: `Bearer ${session.access_token}` }),
        ...headers
      },
      body: body === undefined || typeof body === 'string' ? body : JSON.stringify(body)
    });
  }

  sync(session, request = {}, headers = {}) {
    return SyncClient.open(this.env.POWERSYNC_URL, session.access_token, request, headers);
  }

  async writeCheckpoint(session, clientId) {
    const response = await fetch(`${this.env.POWERSYNC_URL}/write-checkpoint2.json?client_id=${clientId}`, {
      headers: { Authorization: `Token ${session.access_token}` }
    });
    return (await response.json()).data.write_checkpoint;
  }

  async admin(action, body) {
    const response = await fetch(`${this.env.POWERSYNC_ADMIN_URL}/${action}`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${this.env.POWERSYNC_ADMIN_TOKEN}`, 'Content-Type': 'application/json' },
      body: JSON.stringify(body ?? {})
    });
    return response.json();
  }
}
