// SPDX-FileCopyrightText: 2026 The Syncline authors
// SPDX-License-Identifier: MIT
//
// Compares what an application sees. Values are cast to the type that the official SDKs give a column, on both
// sides: Syncline keeps 1.5 in a column of integers as it came, the official view shows 1.
//
// Three differences are meant, and are levelled out on the official side when they occur:
//
// - `older data`: a partial checkpoint shows, of a row that is in several buckets, what the buckets of its
//   priorities have, even if the row is visible with newer data of another bucket already; and the official core
//   does not look at the row again. Syncline shows the newest.
// - `priority 0`: data of priority 0 passes the gate. The official core shows it over a local change that is not
//   confirmed; Syncline keeps what the user wrote until a full checkpoint.
// - `new column`: the official core forgets members that were no columns when a row is changed locally, so that a
//   column that the schema gains later is NULL there until the server sends the row again.

import { officialType, tablesOf } from './schema.js';

const asBytes = (expression) => `CASE WHEN ${expression} IS NULL THEN NULL ELSE hex(CAST(${expression} AS TEXT)) END`;

function castColumn(name, declared) {
  const type = officialType(declared);
  const value = `CAST("${name}" AS ${type})`;
  if (type === 'TEXT') return asBytes(value);
  return type === 'REAL' ? `printf('%!.17g', ${value})` : `CAST(${value} AS TEXT)`;
}

export class Difference extends Error {
  constructor(kind, message) {
    super(message);
    this.kind = kind;
  }
}

/** The rows of a table in a form that can be compared: id → text. */
class View {
  #statement;

  constructor(database, table, columns) {
    const cells = Object.entries(columns).map(([name, declared]) => castColumn(name, declared));
    this.#statement = database.prepare(`SELECT id, json_array(${cells.join(', ')}) AS cells FROM "${table}"`);
  }

  read() {
    return new Map(this.#statement.all().map(({ id, cells }) => [id, cells]));
  }
}

export class Comparison {
  #tables;
  #before = new Map();

  constructor(official, syncline, version) {
    this.official = official;
    this.syncline = syncline;
    this.#tables = tablesOf(version).map(({ type, table, columns, localOnly }) => ({
      type,
      table,
      columns,
      data: `ps_data${localOnly ? '_local' : ''}__${type}`,
      theirs: new View(official, table, columns),
      ours: new View(syncline, table, columns)
    }));
  }

  /** Throws if anything differs that is not meant to. Gives the names of the meant differences that were found. */
  check({ priorityZero = false, upgraded = false } = {}) {
    const meant = [];
    for (const table of this.#tables) {
      const theirs = table.theirs.read();
      const ours = table.ours.read();
      for (const id of new Set([...theirs.keys(), ...ours.keys()])) {
        if (theirs.get(id) === ours.get(id)) continue;
        meant.push(this.#explain(table, id, theirs.get(id), ours.get(id), { priorityZero, upgraded }));
        this.#level(table, id);
      }
      this.#before.set(table.table, ours);
    }
    return meant;
  }

  #explain(table, id, theirs, ours, { priorityZero, upgraded }) {
    const pending = this.#isPending(table.type, id);
    const before = this.#before.get(table.table)?.get(id);
    if (priorityZero && pending && ours === before) return 'priority 0';
    if (upgraded && pending && theirs && ours) return 'new column';
    if (theirs !== before && ours === this.#newestVisible(table, id)) return 'older data';
    throw new Difference(
      'tables',
      `row ${JSON.stringify(id)} of ${table.table} differs\n  official: ${show(theirs)}\n  Syncline: ${show(ours)}\n` +
        `  columns: ${Object.keys(table.columns).join(', ')}${pending ? '\n  it has local changes' : ''}`
    );
  }

  #isPending(type, id) {
    return this.official.prepare('SELECT 1 FROM ps_updated_rows WHERE row_type = ? AND row_id = ?').get(type, id) !== undefined;
  }

  /** What the official core has of the row with the highest operation id among those that were shown. */
  #newestVisible({ type, columns }, id) {
    const cells = Object.entries(columns).map(([name, declared]) =>
      castColumn(name, declared).replaceAll(`"${name}"`, `json_extract(data, '$.${name}')`)
    );
    const row = this.official
      .prepare(
        `SELECT json_array(${cells.join(', ')}) AS cells FROM ps_oplog AS o JOIN ps_buckets AS b ON b.id = o.bucket ` +
          'WHERE row_type = ? AND row_id = ? AND op_id <= last_applied_op ORDER BY op_id DESC LIMIT 1'
      )
      .get(type, id);
    return row?.cells;
  }

  /** Makes the official row what Syncline's is, so that one difference is not found again and again. */
  #level({ table, columns, data }, id) {
    const members = Object.keys(columns).map((name) => `'${name}', "${name}"`);
    const row = this.syncline.prepare(`SELECT json_object(${members.join(', ')}) AS data FROM "${table}" WHERE id = ?`).get(id);
    if (row) this.official.prepare(`REPLACE INTO "${data}" (id, data) VALUES (?, ?)`).run(id, row.data);
    else this.official.prepare(`DELETE FROM "${data}" WHERE id = ?`).run(id);
  }
}

const show = (cells) =>
  cells === undefined
    ? 'no row'
    : JSON.stringify(JSON.parse(cells).map((cell) => (/^(?:[0-9A-F]{2})+$/.test(cell ?? '') ? Buffer.from(cell, 'hex').toString() : cell)));
