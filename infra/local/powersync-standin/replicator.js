// SPDX-FileCopyrightText: 2026 The Syncline authors
// SPDX-License-Identifier: MIT
//
// Turns changes of source rows into operations of buckets. One instance, fed
// with whole transactions in commit order; streams are told after each.

import { createHash } from 'node:crypto';
import { checksumOfPut, checksumOfRemove } from './checksum.js';
import { toValue } from './values.js';

// PostgreSQL leaves an unchanged large value out of an update. Only rows beyond
// about 2 kB have such values; for those the last known text is kept.
const MAY_HAVE_LARGE_VALUES = 250;

export class Replicator {
  #store;
  #history;
  #rules;
  #catalog;

  constructor({ store, history, rules, catalog }) {
    this.#store = store;
    this.#history = history;
    this.#rules = rules;
    this.#catalog = catalog;
  }

  #record(...record) {
    this.#history.append(record);
    this.#store.apply(record);
  }

  // What happens to a table

  tableKnown(table, oid) {
    this.#record('table', nameOf(table), oid);
  }

  tableGone(table) {
    this.truncate(table);
    this.#record('table', nameOf(table), null);
  }

  truncate(table) {
    const prefix = `${nameOf(table)}/`;
    for (const key of [...this.#store.rows.keys()]) if (key.startsWith(prefix)) this.#removeKey(key);
  }

  // What happens to a row; `texts` are its columns in PostgreSQL's text form

  insert(table, texts) {
    this.#put(keyOf(table, texts), table, texts);
  }

  update(table, oldTexts, texts) {
    const before = oldTexts && keyOf(table, oldTexts);
    const complete = this.#completed(table, before ?? keyOf(table, texts), texts, oldTexts);
    const key = keyOf(table, complete);
    if (before !== null && before !== key) this.#removeKey(before);
    this.#put(key, table, complete);
  }

  delete(table, oldTexts) {
    this.#removeKey(keyOf(table, oldTexts));
  }

  // Write checkpoints

  issueWriteCheckpoint(client, number) {
    this.#record('issued', client, number);
  }

  reachWriteCheckpoint(client, number) {
    this.#record('published', client, number);
  }

  commit(lsn) {
    this.#record('commit', String(lsn));
    this.#store.emit('change');
  }

  #put(key, table, texts) {
    const { rows, lookups } = this.#rules.evaluate(table, this.#valuesOf(table, texts));
    const subkey = subkeyOf(key);
    const left = new Map((this.#store.rows.get(key)?.places ?? []).map((place) => [JSON.stringify(place), place]));
    for (const { bucket, type, id, data } of rows) {
      left.delete(JSON.stringify([bucket, type, id]));
      this.#record('put', bucket, this.#nextOpId(), type, id, subkey, data, checksumOfPut(type, id, data));
    }
    this.#removePlaces(left.values(), subkey);
    const places = rows.map(({ bucket, type, id }) => [bucket, type, id]);
    this.#record('row', key, places, lookups, keepLargeValues(texts));
  }

  #removeKey(key) {
    const row = this.#store.rows.get(key);
    if (!row) return;
    this.#removePlaces(row.places, subkeyOf(key));
    this.#record('row', key, null);
  }

  #removePlaces(places, subkey) {
    for (const [bucket, type, id] of places) {
      this.#record('remove', bucket, this.#nextOpId(), type, id, subkey, checksumOfRemove(subkey));
    }
  }

  #nextOpId() {
    return this.#store.lastOpId + 1;
  }

  #valuesOf(table, texts) {
    return Object.fromEntries(table.columns.map(({ name, type }, i) => [name, toValue(texts[i], type, this.#catalog)]));
  }

  #completed(table, key, texts, oldTexts) {
    if (!texts.includes(undefined)) return texts;
    const known = this.#store.rows.get(key)?.values;
    return texts.map((text, i) => (text !== undefined ? text : (oldTexts?.[i] ?? known?.[i] ?? missing(table, i))));
  }
}

const nameOf = ({ schema, name }) => `${schema}.${name}`;

function keyOf(table, texts) {
  return `${nameOf(table)}/${JSON.stringify(texts.filter((_, i) => table.columns[i].isKey))}`;
}

function keepLargeValues(texts) {
  const size = texts.reduce((sum, text) => sum + (text?.length ?? 0), 0);
  return size > MAY_HAVE_LARGE_VALUES ? texts : null;
}

function missing(table, index) {
  console.warn(`${nameOf(table)}.${table.columns[index].name}: an unchanged large value is not known; null stands in`);
  return null;
}

/** Two opaque ids, of the table and of the row, as the official service has them. */
function subkeyOf(key) {
  const slash = key.indexOf('/');
  return `${opaqueId(key.slice(0, slash))}/${opaqueId(key)}`;
}

function opaqueId(text) {
  const hex = createHash('sha1').update(text).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
