// SPDX-FileCopyrightText: 2026 The Syncline authors
// SPDX-License-Identifier: MIT
//
// What the stand-in asks the source database: which tables are published, with
// which columns, and which types are arrays.

export class Catalog {
  #elements = new Map();

  /** @param query runs SQL and resolves to rows of text */
  constructor(query, publication) {
    this.query = query;
    this.publication = publication;
  }

  /** Built-in array types only, as the official service: others stay text. */
  async loadTypes() {
    const rows = await this.query(
      `select typarray, oid from pg_type where typarray <> 0 and oid < 16384 and typtype in ('b', 'p')`
    );
    this.#elements = new Map(rows.map(([array, element]) => [Number(array), Number(element)]));
  }

  elementOf(oid) {
    return this.#elements.get(oid);
  }

  /** [{oid, schema, name, rowFilter, columns: [{name, type, isKey}]}] */
  async publishedTables() {
    const rows = await this.query(PUBLISHED_COLUMNS, [this.publication]);
    const tables = new Map();
    for (const [oid, schema, name, rowFilter, column, type, isKey] of rows) {
      if (!tables.has(oid)) tables.set(oid, { oid: Number(oid), schema, name, rowFilter, columns: [] });
      tables.get(oid).columns.push({ name: column, type: Number(type), isKey: isKey === 't' });
    }
    return [...tables.values()];
  }

  async publicationExists() {
    return (await this.query('select 1 from pg_publication where pubname = $1', [this.publication])).length > 0;
  }
}

// The key is the replica identity: what an update or a delete names a row by.
const PUBLISHED_COLUMNS = `
  select c.oid, t.schemaname, t.tablename, t.rowfilter, a.attname, a.atttypid,
         case c.relreplident
           when 'f' then true
           when 'd' then coalesce(a.attnum = any (p.indkey), false)
           when 'i' then coalesce(a.attnum = any (r.indkey), false)
           else false
         end
  from pg_publication_tables t
  join pg_namespace n on n.nspname = t.schemaname
  join pg_class c on c.relnamespace = n.oid and c.relname = t.tablename
  join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
                     and a.attgenerated = '' and a.attname = any (t.attnames)
  left join pg_index p on p.indrelid = c.oid and p.indisprimary
  left join pg_index r on r.indrelid = c.oid and r.indisreplident
  where t.pubname = $1
  order by c.oid, a.attnum`;
