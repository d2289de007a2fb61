// SPDX-FileCopyrightText: 2026 The Syncline authors
// SPDX-License-Identifier: MIT
//
// As much of BSON as the messages of the service need. Whole numbers that fit go out as int32, others as
// double, as the official service does it.

const cString = (text) => Buffer.concat([Buffer.from(text), Buffer.of(0)]);

function int32(value) {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(value);
  return bytes;
}

function double(value) {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleLE(value);
  return bytes;
}

function encodeValue(value) {
  if (value === null) return [0x0a, Buffer.alloc(0)];
  if (typeof value === 'boolean') return [0x08, Buffer.of(value ? 1 : 0)];
  if (typeof value === 'number') return Number.isInteger(value) && value === (value | 0) ? [0x10, int32(value)] : [0x01, double(value)];
  if (typeof value === 'string') {
    const bytes = cString(value);
    return [0x02, Buffer.concat([int32(bytes.length), bytes])];
  }
  return [Array.isArray(value) ? 0x04 : 0x03, encodeDocument(value)];
}

export function encodeDocument(document) {
  const members = Object.entries(document).map(([name, value]) => {
    const [type, bytes] = encodeValue(value);
    return Buffer.concat([Buffer.of(type), cString(name), bytes]);
  });
  const body = Buffer.concat(members);
  return Buffer.concat([int32(body.length + 5), body, Buffer.of(0)]);
}
