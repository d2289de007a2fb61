// SPDX-FileCopyrightText: 2026 The Syncline authors
// SPDX-License-Identifier: MIT
//
// The tables of both clients. Version 2 has a column and a table more, whose values and rows were sent to
// clients of version 1 already.

const ITEMS = {
  title: 'text',
  amount: 'integer',
  big: 'bigint',
  price: 'numeric(38,10)',
  ratio: 'double precision',
  done: 'boolean',
  details: 'jsonb',
  tags: 'text[]',
  due: 'timestamptz'
};
const MEMOS = { body: 'text', owner: 'uuid' };

/** What the server sends; `table` is the local name. */
export const TYPES = {
  items: { table: 'items', columns: { ...ITEMS, later: 'text' } },
  memos: { table: 'notes', columns: MEMOS },
  ghosts: { table: 'ghosts', columns: { name: 'text', weight: 'bigint' } },
  drafts: { table: 'drafts', columns: { body: 'text' } }
};

/** `drafts` never leaves the device, though the server has rows of that name, too. */
const VERSIONS = {
  1: [
    { type: 'items', table: 'items', columns: ITEMS },
    { type: 'memos', table: 'notes', columns: MEMOS },
    { type: 'drafts', table: 'drafts', columns: { body: 'text' }, localOnly: true }
  ],
  2: [
    { type: 'items', table: 'items', columns: { ...ITEMS, later: 'text' } },
    { type: 'memos', table: 'notes', columns: MEMOS },
    { type: 'drafts', table: 'drafts', columns: { body: 'text' }, localOnly: true },
    { type: 'ghosts', table: 'ghosts', columns: { name: 'text', weight: 'bigint' } }
  ]
};

export const tablesOf = (version) => VERSIONS[version];

/** The official SDKs know three types. */
export function officialType(type) {
  if (/^(smallint|integer|bigint|boolean)$/.test(type)) return 'INTEGER';
  return type === 'double precision' ? 'REAL' : 'TEXT';
}

export function officialSchema(version) {
  const tables = tablesOf(version).map(({ type, table, columns, localOnly }) => ({
    name: type,
    view_name: table === type ? null : table,
    columns: Object.entries(columns).map(([name, declared]) => ({ name, type: officialType(declared) })),
    indexes: [],
    local_only: localOnly === true,
    insert_only: false,
    // Syncline never queues an update that changes nothing.
    ignore_empty_update: true
  }));
  return { tables, raw_tables: [] };
}

export function synclineSchema(version) {
  return tablesOf(version)
    .flatMap(({ type, table, columns, localOnly }) => [
      `[table ${table}]`,
      ...Object.entries(columns).map(([name, declared]) => `${name} = ${declared}`),
      ...(type !== table || localOnly ? [`[options ${table}]`] : []),
      ...(type !== table ? [`server-name = ${type}`] : []),
      ...(localOnly ? ['mode = local-only'] : [])
    ])
    .join('\n');
}
