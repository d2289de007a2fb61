// SPDX-FileCopyrightText: 2026 The Syncline authors
// SPDX-License-Identifier: MIT
//
// Cuts a bucket's history into data lines.

const MAX_OPERATIONS = 1000;
const MAX_BYTES = 1 << 20;

/** Yields {line, count, next} for the operations after `after`, up to `upTo`. */
export function* dataLines(store, name, after, upTo, rawData) {
  for (;;) {
    const { operations } = store.bucket(name);
    const start = store.bucket(name).indexAfter(after);
    const batch = takeBatch(operations, start, upTo);
    if (batch.length === 0) return;
    const next = batch.at(-1).opId;
    const following = operations[start + batch.length];
    const hasMore = following !== undefined && following.opId <= upTo;
    const data = batch.map((operation) => onTheWire(operation, rawData)).join(',');
    const line =
      `{"data":{"bucket":${JSON.stringify(name)},"after":"${after}","has_more":${hasMore},` +
      `"data":[${data}],"next_after":"${next}"}}`;
    yield { line, count: batch.length, next };
    after = next;
  }
}

function takeBatch(operations, start, upTo) {
  let bytes = 0;
  let end = start;
  while (end < operations.length && operations[end].opId <= upTo && end - start < MAX_OPERATIONS && bytes < MAX_BYTES) {
    bytes += operations[end].data?.length ?? 0;
    end++;
  }
  return operations.slice(start, end);
}

function onTheWire({ opId, op, type, id, subkey, data, checksum }, rawData) {
  const head = `{"op_id":"${opId}","op":"${op}"`;
  if (op !== 'PUT' && op !== 'REMOVE') return `${head},"checksum":${checksum}}`;
  const row = `,"object_type":${JSON.stringify(type)},"object_id":${JSON.stringify(id)}`;
  // Old clients get the row as an object, which is not the text the checksum was made of.
  const value = data === null ? 'null' : rawData ? JSON.stringify(data) : data;
  return `${head}${row},"checksum":${checksum},"subkey":${JSON.stringify(subkey)},"data":${value}}`;
}
