// SPDX-FileCopyrightText: 2026 The Syncline authors
// SPDX-License-Identifier: MIT
//
// The buckets of the scripted service: histories of operations with their checksums, and what compaction
// makes of them.

import zlib from 'node:zlib';

const sumOf = (ops) => ops.reduce((sum, op) => (sum + op.checksum) >>> 0, 0);

const keyOf = (op) => JSON.stringify([op.type, op.rowId, op.subkey]);

export class Bucket {
  ops = [];
  present = true;

  constructor(name, priority) {
    this.name = name;
    this.priority = priority;
  }

  append(id, op) {
    const checksum = zlib.crc32(JSON.stringify([this.name, String(id), op]));
    this.ops.push({ id, checksum, ...op });
  }

  /** What a checkpoint at that position says of the bucket. */
  describe(position) {
    const ops = this.ops.filter((op) => op.id <= position);
    return { bucket: this.name, checksum: sumOf(ops), count: ops.length, priority: this.priority };
  }

  after(after, position, limit) {
    return this.ops.filter((op) => op.id > after && op.id <= position).slice(0, limit);
  }

  /** The operations that say what the bucket holds. */
  current() {
    const rows = new Map();
    for (const op of this.ops) {
      if (op.op === 'PUT') rows.set(keyOf(op), op);
      else if (op.op === 'REMOVE') rows.delete(keyOf(op));
    }
    return [...rows.values()];
  }

  /** Operations that a later one replaces become MOVE, which keeps their ids and sums. */
  compactToMove() {
    const seen = new Set();
    for (const op of this.ops.toReversed()) {
      if (op.op !== 'PUT' && op.op !== 'REMOVE') continue;
      if (seen.has(keyOf(op))) becomeMove(op);
      seen.add(keyOf(op));
    }
  }

  /** What leads up to the first row that is still there becomes one CLEAR. */
  compactToClear(position) {
    this.compactToMove();
    const firstPut = this.ops.findIndex((op) => op.op === 'PUT' || op.id > position);
    const count = firstPut < 0 ? this.ops.length : firstPut;
    if (count < 2) return;
    const cleared = this.ops.splice(0, count);
    this.ops.unshift({ id: cleared.at(-1).id, op: 'CLEAR', checksum: sumOf(cleared) });
  }

  /** A backup of the server was restored: it knows less than its clients. */
  rollBack(count) {
    this.ops.splice(Math.max(0, this.ops.length - count));
  }
}

function becomeMove(op) {
  op.op = 'MOVE';
  for (const member of ['type', 'rowId', 'subkey', 'data']) delete op[member];
}

/** An operation as the service writes it into a line. */
export function opToWire({ id, op, checksum, type, rowId, subkey, data }) {
  return {
    op_id: String(id),
    op,
    ...(type !== undefined && { object_type: type }),
    ...(rowId !== undefined && { object_id: rowId }),
    ...(subkey !== undefined && { subkey }),
    ...(data !== undefined ? { data } : op === 'REMOVE' && { data: null }),
    checksum
  };
}
