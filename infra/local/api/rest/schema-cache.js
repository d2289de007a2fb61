// SPDX-FileCopyrightText: 2026 The Syncline authors
// SPDX-License-Identifier: MIT
//
// Columns, types and primary keys of the API's tables. PostgREST keeps such a
// cache until it is told to reload; this one also looks again after a miss.

const COLUMNS = `
  select c.relname, a.attname, format_type(a.atttypid, a.atttypmod),
         coalesce(a.attnum = any (i.indkey), false), pg_get_expr(d.adbin, d.adrelid)
  from pg_class c
  join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
  left join pg_index i on i.indrelid = c.oid and i.indisprimary
  left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum and a.attgenerated = ''
  where c.relnamespace = $1::regnamespace and c.relkind in ('r', 'v', 'p', 'f', 'm')
  order by a.attnum`;

export class SchemaCache {
  #pool;
  #tables = new Map();

  constructor(pool) {
    this.#pool = pool;
  }

  /** Map(column → {type, isKey, default}), or undefined; `columns` must be in it, or it is read again. */
  async table(name, columns) {
    const known = this.#tables.get(name);
    if (known && columns.every((column) => known.has(column))) return known;
    await this.#load();
    return this.#tables.get(name);
  }

  async #load() {
    const { rows } = await this.#pool.query({ text: COLUMNS, values: ['public'], rowMode: 'array' });
    const tables = new Map();
    for (const [table, column, type, isKey, defaultExpression] of rows) {
      if (!tables.has(table)) tables.set(table, new Map());
      tables.get(table).set(column, { type, isKey, default: defaultExpression });
    }
    this.#tables = tables;
  }
}
