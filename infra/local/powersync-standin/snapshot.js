// SPDX-FileCopyrightText: 2026 The Syncline authors
// SPDX-License-Identifier: MIT
//
// Reads tables as they stood at one moment.

import { textRows } from './source.js';

const ROWS_AT_A_TIME = 5000;

const quote = (identifier) => `"${identifier.replaceAll('"', '""')}"`;

/** Runs `body` in a transaction that sees one moment: that of `snapshot`, or now. */
export async function atOneMoment(client, snapshot, body) {
  await client.query('begin transaction isolation level repeatable read, read only');
  if (snapshot) await client.query(`set transaction snapshot '${snapshot}'`);
  const result = await body();
  await client.query('commit');
  return result;
}

export async function readTable(client, table, onRow) {
  const columns = table.columns.map(({ name }) => quote(name)).join(', ');
  const filter = table.rowFilter ? `where ${table.rowFilter}` : '';
  await client.query(
    `declare standin no scroll cursor for select ${columns} from ${quote(table.schema)}.${quote(table.name)} ${filter}`
  );
  for (;;) {
    const rows = await textRows(client, `fetch ${ROWS_AT_A_TIME} from standin`);
    rows.forEach(onRow);
    if (rows.length < ROWS_AT_A_TIME) break;
  }
  await client.query('close standin');
}

/**
 * Which transactions a later moment's reading already contains. Replication
 * names transactions by 32 bits of their id.
 */
export async function visibleTransactions(client) {
  const [[text]] = await textRows(client, 'select pg_current_snapshot()::text');
  const [, max, running] = text.split(':');
  const stillRunning = new Set(running.split(',').filter(Boolean).map((id) => Number(BigInt(id) & 0xffffffffn)));
  const limit = Number(BigInt(max) & 0xffffffffn);
  return (xid) => ((xid - limit) | 0) < 0 && !stillRunning.has(xid);
}
