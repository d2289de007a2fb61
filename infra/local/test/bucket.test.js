// SPDX-FileCopyrightText: 2026 The Syncline authors
// SPDX-License-Identifier: MIT

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Bucket } from '../powersync-standin/bucket.js';
import { addChecksums } from '../powersync-standin/checksum.js';

const put = (opId, id, checksum) => ({ opId, op: 'PUT', type: 't', id, subkey: id, data: '{}', checksum });
const remove = (opId, id, checksum) => ({ opId, op: 'REMOVE', type: 't', id, subkey: id, data: null, checksum });

function bucketOf(...operations) {
  const bucket = new Bucket();
  operations.forEach((operation) => bucket.append(operation));
  return bucket;
}

const sumOf = ({ operations }) => operations.reduce((sum, { checksum }) => addChecksums(sum, checksum), 0);

test('compaction keeps the sum', () => {
  const bucket = bucketOf(put(1, 'a', 4e9), put(2, 'b', 3e9), remove(3, 'a', 5), put(4, 'b', 7), put(5, 'c', 9));
  const before = bucket.checksum;
  bucket.compact();
  assert.equal(sumOf(bucket), before);
  assert.deepEqual(
    bucket.operations.map(({ opId, op }) => `${opId} ${op}`),
    ['3 CLEAR', '4 PUT', '5 PUT']
  );
});

test('what is superseded behind a row still in use becomes a MOVE', () => {
  const bucket = bucketOf(put(1, 'a', 1), put(2, 'b', 2), put(3, 'b', 3));
  bucket.compact();
  assert.deepEqual(bucket.operations[1], { opId: 2, op: 'MOVE', checksum: 2 });
});

test('a position between operations finds the next one', () => {
  const bucket = bucketOf(put(2, 'a', 1), put(5, 'b', 1), put(9, 'c', 1));
  assert.deepEqual([0, 2, 4, 5, 9, 99].map((opId) => bucket.indexAfter(opId)), [0, 1, 1, 2, 3, 3]);
});
