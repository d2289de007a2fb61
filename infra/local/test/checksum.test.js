// SPDX-FileCopyrightText: 2026 The Syncline authors
// SPDX-License-Identifier: MIT

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { addChecksums, checksumOfPut, checksumOfRemove } from '../powersync-standin/checksum.js';

test('sums are those observed on the official service', () => {
  const operations = [3850165616, 271075671, 827310836, 827310836, 1283924052];
  const sums = [-650602098, -379526427, 447784409, 1275095245, -1735947999];
  let sum = 4089166878 | 0;
  operations.forEach((checksum, i) => {
    sum = addChecksums(sum, checksum);
    assert.equal(sum, sums[i]);
  });
});

test('a PUT is hashed over type, id and the very text of its data', () => {
  const expected = createHash('sha256').update('put.todos.7.{"id":"7"}').digest().readUInt32LE(0);
  assert.equal(checksumOfPut('todos', '7', '{"id":"7"}'), expected);
});

test('a REMOVE is hashed over its source row', () => {
  assert.equal(checksumOfRemove('a/b'), createHash('sha256').update('delete.a/b').digest().readUInt32LE(0));
});
