// SPDX-FileCopyrightText: 2026 The Syncline authors
// SPDX-License-Identifier: MIT
//
// Everything the stand-in knows: the buckets' histories, which bucket rows each
// source row gave rise to, the lookups of parameter queries, write checkpoints.
//
// All state changes through records (plain arrays, see history.js), so that
// replaying the recorded ones rebuilds it.

import { EventEmitter } from 'node:events';
import { Bucket } from './bucket.js';

const EMPTY_BUCKET = new Bucket();

/** Emits 'change' whenever a stream may have something new to send. */
export class Store extends EventEmitter {
  buckets = new Map();
  /** source row key → {places: [[bucket, type, id]…], lookups: [key…], values} */
  rows = new Map();
  /** lookup key → Map(source row key → result rows) */
  lookups = new Map();
  /** "user/client" → the last write checkpoint handed out, and the last one replication has reached */
  issued = new Map();
  published = new Map();
  /** table name → the oid it had when its rows were read */
  tables = new Map();
  lastOpId = 0;
  lsn = 0n;
  /** Goes up when history is rewritten under the feet of running streams. */
  compactions = 0;
  lookupChanges = 0;

  constructor() {
    super();
    this.setMaxListeners(0);
  }

  bucket(name) {
    return this.buckets.get(name) ?? EMPTY_BUCKET;
  }

  apply(record) {
    appliers[record[0]](this, ...record.slice(1));
  }

  lookupRows(key) {
    return [...(this.lookups.get(key)?.values() ?? [])].flat();
  }

  compact() {
    for (const bucket of this.buckets.values()) bucket.compact();
    this.compactions++;
    this.emit('change');
  }
}

const appliers = {
  put: (store, bucket, opId, type, id, subkey, data, checksum) =>
    append(store, bucket, { opId, op: 'PUT', type, id, subkey, data, checksum }),

  remove: (store, bucket, opId, type, id, subkey, checksum) =>
    append(store, bucket, { opId, op: 'REMOVE', type, id, subkey, data: null, checksum }),

  row(store, key, places, lookups, values) {
    forgetLookups(store, key);
    if (places === null) {
      store.rows.delete(key);
      return;
    }
    store.rows.set(key, { places, lookups: lookups.map(([lookup]) => lookup), values });
    for (const [lookup, results] of lookups) addLookup(store, key, lookup, results);
  },

  table(store, name, oid) {
    if (oid === null) store.tables.delete(name);
    else store.tables.set(name, oid);
  },

  issued: (store, key, number) => store.issued.set(key, number),

  published: (store, key, number) => store.published.set(key, Math.max(number, store.published.get(key) ?? 0)),

  commit(store, lsn) {
    store.lsn = BigInt(lsn);
  }
};

function append(store, name, operation) {
  let bucket = store.buckets.get(name);
  if (!bucket) store.buckets.set(name, (bucket = new Bucket()));
  bucket.append(operation);
  store.lastOpId = operation.opId;
}

function addLookup(store, key, lookup, results) {
  let found = store.lookups.get(lookup);
  if (!found) store.lookups.set(lookup, (found = new Map()));
  found.set(key, results);
  store.lookupChanges++;
}

function forgetLookups(store, key) {
  for (const lookup of store.rows.get(key)?.lookups ?? []) {
    store.lookups.get(lookup)?.delete(key);
    store.lookupChanges++;
  }
}
