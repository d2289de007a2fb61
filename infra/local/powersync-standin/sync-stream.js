// SPDX-FileCopyrightText: 2026 The Syncline authors
// SPDX-License-Identifier: MIT
//
// One POST /sync/stream: checkpoint, data, complete, for as long as the token lasts.

import { once } from 'node:events';
import { Checkpoints } from './checkpoints.js';
import { dataLines } from './data-lines.js';
import { LineWriter } from './line-writer.js';
import { Subscription } from './subscription.js';
import { secondsLeft } from './token-timer.js';

// After so many operations a newer checkpoint takes precedence over this one's end.
const OPERATIONS_BEFORE_SUPERSEDING = 1000;

export class SyncStream {
  #store;
  #faults;
  #request;
  #claims;
  #checkpoints;
  #writer;
  #abort = new AbortController();
  /** bucket name → the last operation the client has */
  #positions;

  constructor({ store, rules, faults, request, claims, response, acceptEncoding }) {
    this.#store = store;
    this.#faults = faults;
    this.#request = request;
    this.#claims = claims;
    this.#positions = new Map(request.buckets.map(({ name, after }) => [name, after]));
    this.#checkpoints = new Checkpoints({
      store,
      subscription: new Subscription({ claims, request, rules, store }),
      writeCheckpointKey: `${claims.sub}/${request.client_id}`
    });
    this.#writer = new LineWriter(response, acceptEncoding);
    response.once('close', () => this.#abort.abort());
  }

  /** Resolves when the connection is over, whatever ended it. */
  async run() {
    if (this.#claims.exp * 1000 <= Date.now()) {
      await this.#writer.write('{"token_expires_in":0}');
      return this.#writer.end();
    }
    try {
      await Promise.race([this.#keepAlive(), this.#synchronise()]);
      // An orderly end belongs to an expired token; whoever was cut gets none.
      if (!this.#abort.signal.aborted) await this.#writer.end();
    } catch (error) {
      if (!this.#abort.signal.aborted) {
        console.error(`sync stream of user ${this.#claims.sub} broken off: ${error.message}`);
        this.#writer.destroy();
      }
    } finally {
      this.#abort.abort();
    }
  }

  /** Cuts the connection, in the middle of a line if so wished. */
  cut({ midLine }) {
    this.#abort.abort();
    if (midLine) this.#writer.writeRaw('{"checkpoint_comp', () => this.#writer.destroy());
    else this.#writer.destroy();
  }

  async #keepAlive() {
    for await (const left of secondsLeft(this.#claims.exp, this.#abort.signal)) {
      await this.#writer.write(`{"token_expires_in":${left}}`);
    }
  }

  async #synchronise() {
    const { signal } = this.#abort;
    while (!signal.aborted) {
      // Listen before looking, so that no change falls in between.
      const changed = once(this.#store, 'change', { signal }).catch(() => {});
      const checkpoint = await this.#checkpoints.next({ corrupt: this.#faults.takeCorruption() });
      if (checkpoint) {
        await this.#writer.write(JSON.stringify(checkpoint.line));
        await this.#send(checkpoint);
        if (this.#store.compactions !== checkpoint.compactions || this.#checkpoints.isOutdated()) continue;
      }
      await changed;
    }
  }

  /** All data of a checkpoint by priority, unless a newer one overtakes it. */
  async #send(checkpoint) {
    const progress = { sent: 0 };
    const groups = groupByPriority(checkpoint.buckets);
    for (const [i, { priority, names }] of groups.entries()) {
      for (const name of names) if (!(await this.#sendBucket(name, checkpoint, progress))) return;
      // A compaction may have replaced operations this checkpoint is made of.
      if (this.#isRewritten(checkpoint)) return;
      if (i < groups.length - 1) await this.#writer.write(partiallyComplete(checkpoint.lastOpId, priority));
    }
    await this.#writer.write(`{"checkpoint_complete":{"last_op_id":"${checkpoint.lastOpId}"}}`);
  }

  async #sendBucket(name, checkpoint, progress) {
    const after = this.#positions.get(name) ?? 0;
    for (const { line, count, next } of dataLines(
      this.#store,
      name,
      after,
      checkpoint.lastOpId,
      this.#request.raw_data === true
    )) {
      await this.#writer.write(line);
      this.#positions.set(name, next);
      progress.sent += count;
      if (this.#abort.signal.aborted) return false;
      if (progress.sent >= OPERATIONS_BEFORE_SUPERSEDING && this.#checkpoints.isOutdated()) return false;
    }
    return true;
  }

  #isRewritten({ compactions, lastOpId }) {
    return this.#store.compactions !== compactions && this.#store.lastOpId !== lastOpId;
  }
}

function groupByPriority(buckets) {
  const groups = Map.groupBy(buckets, ({ priority }) => priority);
  return [...groups]
    .sort(([a], [b]) => a - b)
    .map(([priority, entries]) => ({ priority, names: entries.map(({ bucket }) => bucket) }));
}

const partiallyComplete = (lastOpId, priority) =>
  `{"partial_checkpoint_complete":{"last_op_id":"${lastOpId}","priority":${priority}}}`;
