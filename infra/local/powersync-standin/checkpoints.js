// SPDX-FileCopyrightText: 2026 The Syncline authors
// SPDX-License-Identifier: MIT
//
// Builds the checkpoint lines of one connection: a full one first, then what
// has changed since the last one sent.

import { ServiceError } from './errors.js';

const MAX_BUCKETS = 1000;

export class Checkpoints {
  #store;
  #subscription;
  #writeCheckpointKey;
  /** bucket name → what the client was last told of it */
  #told = null;
  #toldWriteCheckpoint;

  constructor({ store, subscription, writeCheckpointKey }) {
    this.#store = store;
    this.#subscription = subscription;
    this.#writeCheckpointKey = writeCheckpointKey;
  }

  /** {line, lastOpId, compactions, buckets}, or null if nothing concerns this client. */
  async next({ corrupt = false } = {}) {
    const described = await this.#subscription.buckets();
    if (described.length > MAX_BUCKETS) {
      throw new ServiceError(500, 'PSYNC_S2305', `Too many buckets: ${described.length} (limit of ${MAX_BUCKETS})`);
    }
    // From here on nothing waits, so that all of it belongs to one moment.
    const now = new Map(described.map((entry) => [entry.bucket, this.#withSum(entry)]));
    const writeCheckpoint = this.#store.published.get(this.#writeCheckpointKey);
    const line = this.#told ? this.#diff(now, writeCheckpoint) : this.#full(now, writeCheckpoint);
    if (line === null) return null;
    if (corrupt) spoilChecksums(line);
    this.#told = now;
    this.#toldWriteCheckpoint = writeCheckpoint;
    const { lastOpId, compactions } = this.#store;
    return { line, lastOpId, compactions, buckets: [...now.values()] };
  }

  /** Whether next() would have something to say, as far as can be told cheaply. */
  isOutdated() {
    if (this.#store.published.get(this.#writeCheckpointKey) !== this.#toldWriteCheckpoint) return true;
    return [...this.#told.values()].some(({ bucket, count, checksum }) => {
      const current = this.#store.bucket(bucket);
      return current.count !== count || current.checksum !== checksum;
    });
  }

  #withSum(entry) {
    const { checksum, count } = this.#store.bucket(entry.bucket);
    return { ...entry, checksum, count };
  }

  #full(now, writeCheckpoint) {
    return {
      checkpoint: {
        last_op_id: String(this.#store.lastOpId),
        ...asMember(writeCheckpoint),
        buckets: [...now.values()],
        streams: this.#subscription.streams
      }
    };
  }

  #diff(now, writeCheckpoint) {
    const removed = [...this.#told.keys()].filter((name) => !now.has(name));
    const updated = [...now.values()].filter((entry) => hasChanged(this.#told.get(entry.bucket), entry));
    if (removed.length === 0 && updated.length === 0 && writeCheckpoint === this.#toldWriteCheckpoint) return null;
    return {
      checkpoint_diff: {
        last_op_id: String(this.#store.lastOpId),
        ...asMember(writeCheckpoint),
        removed_buckets: removed,
        updated_buckets: updated
      }
    };
  }
}

const asMember = (number) => (number === undefined ? {} : { write_checkpoint: String(number) });

const hasChanged = (before, now) => !before || before.checksum !== now.checksum || before.count !== now.count;

/** For tests of the client: every checksum of the line is off by one. */
function spoilChecksums(line) {
  const { buckets, updated_buckets: updated } = Object.values(line)[0];
  const list = buckets ?? updated;
  list.forEach((entry, i) => (list[i] = { ...entry, checksum: (entry.checksum + 1) | 0 }));
}
