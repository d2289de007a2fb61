// SPDX-FileCopyrightText: 2026 The Syncline authors
// SPDX-License-Identifier: MIT
//
// What the scripted service knows, and the lines it makes of that for the one client that is connected.

import zlib from 'node:zlib';
import { Bucket, opToWire } from './buckets.js';
import { mergeRow } from './uploads.js';

const asLine = (message) => JSON.stringify(message);

export class World {
  #lastId = 0n;
  #accepted = [];
  #issued = 0;
  #visible = null;
  #sent = new Map(); // how far each bucket was sent on this connection
  #target = null; // the last checkpoint of this connection

  constructor(buckets) {
    this.buckets = buckets.map(({ name, priority }) => new Bucket(name, priority));
  }

  // --- Data

  #nextId() {
    this.#lastId += 1n;
    return this.#lastId;
  }

  skipIds(count) {
    const next = this.#lastId + BigInt(count);
    if (next < 2n ** 62n) this.#lastId = next;
  }

  put(bucket, { type, id, subkey, data }) {
    this.buckets[bucket].append(this.#nextId(), { op: 'PUT', type, rowId: id, subkey, data });
  }

  remove(bucket, type, id, subkey) {
    this.buckets[bucket].append(this.#nextId(), { op: 'REMOVE', type, rowId: id, subkey });
  }

  removeOne(bucket, at) {
    const rows = this.buckets[bucket].current();
    if (rows.length === 0) return;
    const { type, rowId, subkey } = rows[at % rows.length];
    this.remove(bucket, type, rowId, subkey);
  }

  compact(bucket, clear) {
    // The service gives up a checkpoint that compaction reaches into; so does nobody here.
    if (clear) this.buckets[bucket].compactToClear(this.#target?.position ?? this.#lastId);
    else this.buckets[bucket].compactToMove();
  }

  returnBucket(bucket, fresh) {
    this.buckets[bucket].present = true;
    if (fresh) this.buckets[bucket].ops = [];
  }

  // --- Uploads

  accept(changes) {
    this.#accepted.push(...changes);
  }

  issueWriteCheckpoint() {
    this.#issued += 1;
    return this.#issued;
  }

  /** What was accepted reaches the buckets, and the write checkpoints the stream. */
  replicate() {
    for (const change of this.#accepted.splice(0)) this.#replicateChange(change);
    if (this.#issued > 0) this.#visible = this.#issued;
  }

  get visibleWriteCheckpoint() {
    return this.#visible ?? 0;
  }

  #replicateChange(change) {
    const { type, id, columns } = change;
    const holds = (op) => op.type === type && op.rowId === id;
    const copies = this.buckets.flatMap((bucket, at) => bucket.current().filter(holds).map((op) => ({ at, op })));
    if (columns === null) for (const { at, op } of copies) this.remove(at, type, id, op.subkey);
    else if (copies.length > 0) {
      for (const { at, op } of copies) this.put(at, { type, id, subkey: op.subkey, data: mergeRow(op.data, change) });
    } else if (change.whole) {
      const at = zlib.crc32(id) % this.buckets.length;
      this.put(at, { type, id, subkey: `${id}/s`, data: mergeRow(undefined, change) });
    }
  }

  // --- Lines

  connect(positions) {
    this.#sent = new Map(positions.map(({ name, after }) => [name, BigInt(after)]));
    this.#target = null;
  }

  get hasTarget() {
    return this.#target !== null;
  }

  get completed() {
    return this.#target?.completed === true;
  }

  #describe(wrong) {
    const buckets = this.buckets.filter((bucket) => bucket.present).map((bucket) => bucket.describe(this.#lastId));
    if (wrong && buckets.length > 0) buckets[0].checksum = (buckets[0].checksum ^ 1) >>> 0;
    return new Map(buckets.map((bucket) => [bucket.bucket, bucket]));
  }

  checkpointLine({ full = false, wrong = false } = {}) {
    const before = this.#target;
    const buckets = this.#describe(wrong);
    this.#target = { position: this.#lastId, buckets, completed: false };
    const head = { last_op_id: String(this.#lastId), ...(this.#visible !== null && { write_checkpoint: String(this.#visible) }) };
    if (before === null || full) {
      const streams = [{ name: 'all', is_default: true, errors: [] }];
      const list = [...buckets.values()].map((bucket) => ({ ...bucket, subscriptions: [{ default: 0 }] }));
      return asLine({ checkpoint: { ...head, buckets: list, streams } });
    }
    const updated = [...buckets.values()].filter((bucket) => asLine(bucket) !== asLine(before.buckets.get(bucket.bucket) ?? null));
    const removed = [...before.buckets.keys()].filter((name) => !buckets.has(name));
    // A bucket that left this connection starts anew when it comes back.
    for (const name of removed) this.#sent.delete(name);
    return asLine({ checkpoint_diff: { ...head, updated_buckets: updated, removed_buckets: removed } });
  }

  #pending(bucket, count) {
    if (!this.#target.buckets.has(bucket.name)) return [];
    return bucket.after(this.#sent.get(bucket.name) ?? 0n, this.#target.position, count);
  }

  #dataLine(bucket, ops) {
    const after = this.#sent.get(bucket.name) ?? 0n;
    const next = ops.at(-1)?.id ?? after;
    this.#sent.set(bucket.name, next);
    return asLine({
      data: { bucket: bucket.name, after: String(after), has_more: false, data: ops.map(opToWire), next_after: String(next) }
    });
  }

  /** Null when the bucket has nothing to send. A line without operations goes to those who know the bucket only. */
  dataLine(at, count) {
    const bucket = this.buckets[at];
    const ops = this.#pending(bucket, count);
    return ops.length === 0 && (count > 0 || !this.#sent.has(bucket.name)) ? null : this.#dataLine(bucket, ops);
  }

  strayLine() {
    const op = { id: this.#nextId(), op: 'REMOVE', type: 'items', rowId: 'stray', subkey: 's', checksum: 1 };
    return asLine({ data: { bucket: 'stray', after: '0', has_more: false, data: [opToWire(op)], next_after: String(op.id) } });
  }

  /** All lines that are left of the checkpoint. */
  completionLines({ lineSize, damage }) {
    const lines = [];
    const harm = { damage };
    const tracked = this.buckets.filter((bucket) => this.#target.buckets.has(bucket.name));
    const priorities = [...new Set(tracked.map((bucket) => bucket.priority))].sort();
    for (const priority of priorities) {
      for (const bucket of tracked.filter((one) => one.priority === priority)) lines.push(...this.#bucketLines(bucket, lineSize, harm));
      if (priority !== priorities.at(-1)) {
        lines.push(asLine({ partial_checkpoint_complete: { last_op_id: String(this.#target.position), priority } }));
      }
    }
    lines.push(this.completeLine());
    this.#target.completed = true;
    return lines;
  }

  #bucketLines(bucket, lineSize, harm) {
    const lines = [];
    for (let ops; (ops = this.#pending(bucket, lineSize)).length > 0;) {
      const line = this.#dataLine(bucket, ops);
      lines.push(...damageLine(line, harm));
    }
    return lines;
  }

  completeLine() {
    return asLine({ checkpoint_complete: { last_op_id: String(this.#target.position) } });
  }
}

/** Does the harm, once. */
function damageLine(line, harm) {
  const { damage } = harm;
  harm.damage = null;
  if (damage === 'twice') return [line, line];
  if (damage === 'lost') return [];
  if (damage !== 'sum') {
    harm.damage = damage;
    return [line];
  }
  return [line.replace(/"checksum":(\d+)/, (_, sum) => `"checksum":${(Number(sum) ^ 4) >>> 0}`)];
}
