// SPDX-FileCopyrightText: 2026 The Syncline authors
// SPDX-License-Identifier: MIT
//
// Decodes messages of PostgreSQL's logical replication protocol, version 1, as
// its plugin pgoutput writes them. Column values stay text.

class Reader {
  constructor(buffer) {
    this.buffer = buffer;
    this.position = 0;
  }
  take(size) {
    return this.buffer.subarray(this.position, (this.position += size));
  }
  byte() {
    return this.take(1)[0];
  }
  char() {
    return String.fromCharCode(this.byte());
  }
  int16() {
    return this.take(2).readInt16BE();
  }
  int32() {
    return this.take(4).readInt32BE();
  }
  uint32() {
    return this.take(4).readUInt32BE();
  }
  int64() {
    return this.take(8).readBigUInt64BE();
  }
  string() {
    const end = this.buffer.indexOf(0, this.position);
    const text = this.buffer.toString('utf8', this.position, end);
    this.position = end + 1;
    return text;
  }
  /** null is NULL; undefined is a large value that did not change and was not sent. */
  tuple() {
    return Array.from({ length: this.int16() }, () => {
      switch (this.char()) {
        case 'n':
          return null;
        case 'u':
          return undefined;
        default:
          return this.take(this.int32()).toString('utf8');
      }
    });
  }
}

const decoders = {
  B: (r) => ({ tag: 'begin', commitLsn: r.int64(), time: r.int64(), xid: r.uint32() }),
  C: (r) => ({ tag: 'commit', flags: r.byte(), lsn: r.int64(), endLsn: r.int64() }),
  R: relation,
  I: (r) => ({ tag: 'insert', relation: r.uint32(), kind: r.char(), new: r.tuple() }),
  U: update,
  D: (r) => ({ tag: 'delete', relation: r.uint32(), oldKind: r.char(), old: r.tuple() }),
  T: truncate,
  M: message
};

export function decode(buffer) {
  const reader = new Reader(buffer);
  return decoders[reader.char()]?.(reader) ?? { tag: 'other' };
}

function relation(r) {
  const [oid, schema, name, identity, count] = [r.uint32(), r.string(), r.string(), r.char(), r.int16()];
  const columns = Array.from({ length: count }, () => ({
    isKey: (r.byte() & 1) === 1,
    name: r.string(),
    type: r.uint32(),
    modifier: r.int32()
  }));
  return { tag: 'relation', oid, schema: schema || 'pg_catalog', name, identity, columns };
}

function update(r) {
  const result = { tag: 'update', relation: r.uint32(), oldKind: null, old: null };
  let kind = r.char();
  if (kind !== 'N') {
    result.oldKind = kind;
    result.old = r.tuple();
    kind = r.char();
  }
  result.new = r.tuple();
  return result;
}

function truncate(r) {
  const count = r.int32();
  r.byte();
  return { tag: 'truncate', relations: Array.from({ length: count }, () => r.uint32()) };
}

function message(r) {
  const [flags, lsn, prefix] = [r.byte(), r.int64(), r.string()];
  return { tag: 'message', transactional: (flags & 1) === 1, lsn, prefix, content: r.take(r.int32()).toString('utf8') };
}

export function formatLsn(lsn) {
  return `${(lsn >> 32n).toString(16)}/${(lsn & 0xffffffffn).toString(16)}`.toUpperCase();
}

export function parseLsn(text) {
  const [high, low] = text.split('/');
  return (BigInt(`0x${high}`) << 32n) | BigInt(`0x${low}`);
}
