// SPDX-FileCopyrightText: 2026 The Syncline authors
// SPDX-License-Identifier: MIT
//
// A small client of the sync protocol: keeps the buckets, checks every checksum.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import http from 'node:http';
import { createInterface } from 'node:readline';

export class SyncClient {
  /** name → {after, checksum, operations} */
  buckets = new Map();
  lines = [];
  #response;
  #iterator;
  #told = new Map();

  static async open(url, token, request, headers) {
    const client = new SyncClient();
    const body = JSON.stringify({ include_checksum: true, raw_data: true, client_id: 'test', ...request });
    const outgoing = http.request(`${url}/sync/stream`, {
      method: 'POST',
      headers: { Authorization: `Token ${token}`, 'Content-Type': 'application/json', ...headers }
    });
    // A connection that is cut shows in next(); it must not end the test run.
    outgoing.on('error', () => {});
    outgoing.end(body);
    [client.#response] = await once(outgoing, 'response');
    client.status = client.#response.statusCode;
    client.headers = client.#response.headers;
    client.#response.on('error', () => {});
    client.#iterator = createInterface({ input: client.#response })[Symbol.asyncIterator]();
    return client;
  }

  /** The next line, of a given kind if one is named; undefined at the end. */
  async next(kind) {
    for (;;) {
      const { value, done } = await this.#iterator.next();
      if (done) return undefined;
      const line = JSON.parse(value);
      this.lines.push(line);
      this.#take(line);
      if (!kind || kind in line) return line[kind] ?? line;
    }
  }

  /** Lines up to and with the next complete checkpoint; its operations, validated. */
  async checkpoint() {
    const from = this.lines.length;
    await this.next('checkpoint_complete');
    for (const [name, { checksum, count }] of this.#told) {
      const bucket = this.buckets.get(name) ?? { checksum: 0, count: 0 };
      assert.equal(bucket.checksum | 0, checksum | 0, `checksum of ${name}`);
      if (this.isWhole) assert.equal(bucket.count, count, `count of ${name}`);
    }
    const lines = this.lines.slice(from);
    return { lines, operations: lines.flatMap((line) => line.data?.data ?? []) };
  }

  /** Reads checkpoints until one satisfies the condition; all operations on the way. */
  async until(condition) {
    const seen = [];
    for (;;) {
      const result = await this.checkpoint();
      seen.push(...result.operations);
      if (condition(result)) return seen;
    }
  }

  get positions() {
    return [...this.buckets].map(([name, { after }]) => ({ name, after }));
  }

  /** The response broke off instead of ending. */
  get wasCut() {
    return !this.#response.complete;
  }

  close() {
    this.#response.destroy();
  }

  #take(line) {
    if (line.checkpoint) this.#told = new Map(line.checkpoint.buckets.map((bucket) => [bucket.bucket, bucket]));
    if (line.checkpoint_diff) {
      for (const name of line.checkpoint_diff.removed_buckets) this.#told.delete(name);
      for (const bucket of line.checkpoint_diff.updated_buckets) this.#told.set(bucket.bucket, bucket);
    }
    if (line.data) this.#store(line.data);
  }

  #store({ bucket: name, data }) {
    const bucket = this.buckets.get(name) ?? { after: '0', checksum: 0, count: 0 };
    for (const { op, op_id: opId, checksum } of data) {
      assert.ok(BigInt(opId) > BigInt(bucket.after), 'operation ids ascend');
      bucket.checksum = op === 'CLEAR' ? checksum | 0 : (bucket.checksum + checksum) | 0;
      bucket.count++;
      bucket.after = opId;
    }
    this.buckets.set(name, bucket);
  }

  /** Carries on with what another connection has received. */
  resume(other) {
    this.buckets = structuredClone(other.buckets);
    return this;
  }
}
