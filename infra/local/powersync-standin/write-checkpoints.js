// SPDX-FileCopyrightText: 2026 The Syncline authors
// SPDX-License-Identifier: MIT
//
// Numbers that tell a client when its uploads have come back down: one counter a
// user and client. A number is published once replication has passed the
// database's position at the time of the request.

import { invalidRequest } from './errors.js';

const MAX_ID = 2n ** 63n - 1n;

export class WriteCheckpoints {
  #store;
  #replicator;
  #replication;

  constructor({ store, replicator, replication }) {
    this.#store = store;
    this.#replicator = replicator;
    this.#replication = replication;
  }

  /** The next number, for GET /write-checkpoint2.json. */
  async create(user, client) {
    const key = `${user}/${client ?? ''}`;
    const number = (this.#store.issued.get(key) ?? 0) + 1;
    await this.#issue(key, number);
    return String(number);
  }

  /** A number the client chose, for POST /sync/checkpoint-request; never goes down. */
  async request(user, { client_id: client, checkpoint_request_id: id }) {
    if (typeof client !== 'string' || client === '') throw invalidRequest('client_id: must be string');
    const asked = parseId(id);
    const key = `${user}/${client}`;
    const known = this.#store.issued.get(key) ?? 0;
    if (asked > known) await this.#issue(key, asked);
    return String(Math.max(asked, known));
  }

  async #issue(key, number) {
    this.#replicator.issueWriteCheckpoint(key, number);
    await this.#replication.markLog(key, number);
  }
}

// Beyond 2^53 a JavaScript number is not exact; tests do not get there.
function parseId(id) {
  if (!/^\d+$/.test(String(id)) || BigInt(id) < 1n || BigInt(id) > MAX_ID) {
    throw invalidRequest('checkpoint_request_id: must be an integer from 1 to 9223372036854775807');
  }
  return Number(id);
}
