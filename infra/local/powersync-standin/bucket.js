// SPDX-FileCopyrightText: 2026 The Syncline authors
// SPDX-License-Identifier: MIT
//
// The history of one bucket: operations in ascending order of their ids, which
// are plain numbers here and decimal text on the wire.

import { addChecksums } from './checksum.js';

export class Bucket {
  operations = [];
  checksum = 0;

  get count() {
    return this.operations.length;
  }

  append(operation) {
    this.operations.push(operation);
    this.checksum = addChecksums(this.checksum, operation.checksum);
  }

  /** Index of the first operation with an id greater than `opId`. */
  indexAfter(opId) {
    let low = 0;
    let high = this.operations.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.operations[middle].opId > opId) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  /**
   * Replaces what no client needs any more, without changing the sum: a PUT or
   * REMOVE that a later one supersedes becomes a MOVE, and the leading run of
   * MOVEs and REMOVEs becomes one CLEAR.
   */
  compact() {
    this.#moveSuperseded();
    this.#clearLeading();
  }

  #moveSuperseded() {
    const seen = new Set();
    for (let i = this.operations.length - 1; i >= 0; i--) {
      const { opId, op, type, id, subkey, checksum } = this.operations[i];
      if (op !== 'PUT' && op !== 'REMOVE') continue;
      const row = JSON.stringify([type, id, subkey]);
      if (seen.has(row)) this.operations[i] = { opId, op: 'MOVE', checksum };
      seen.add(row);
    }
  }

  #clearLeading() {
    const kept = this.operations.findIndex(({ op }) => op === 'PUT');
    const cleared = kept === -1 ? this.operations.length : kept;
    if (cleared < 2) return;
    const checksum = this.operations.slice(0, cleared).reduce((sum, op) => addChecksums(sum, op.checksum), 0);
    const { opId } = this.operations[cleared - 1];
    this.operations.splice(0, cleared, { opId, op: 'CLEAR', checksum: checksum >>> 0 });
  }
}
