// SPDX-FileCopyrightText: 2026 The Syncline authors
// SPDX-License-Identifier: MIT
//
// local-writes.mjs KIND DATABASE: rows a second that an application writes, through the same SQLite for all kinds:
// `official` views, Syncline's tables with their triggers (a database that Syncline made), a `plain` table.

import { randomUUID } from 'node:crypto';
import { DatabaseSync } from 'node:sqlite';
import { openOfficial, transaction } from './official.mjs';

const SINGLE = 3000;
const TRANSACTIONS = 20;
const PER_TRANSACTION = 1000;

const [kind, file] = process.argv.slice(2);
const database = kind === 'official' ? openOfficial(file) : new DatabaseSync(file);
database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL');
if (kind === 'plain') {
  database.exec('CREATE TABLE todos (id TEXT PRIMARY KEY, list_id TEXT, description TEXT, completed INTEGER, priority INTEGER, due_at TEXT, created_at TEXT)');
}

const insert = database.prepare('INSERT INTO todos (id, list_id, description, completed, priority, due_at, created_at) VALUES (?, ?, ?, ?, ?, ?, ?)');
const rows = Array.from({ length: SINGLE + TRANSACTIONS * PER_TRANSACTION }, (_, i) => [
  randomUUID(), randomUUID(), `Remember milk, number ${i}`, i % 2, i % 8, '2026-11-22 16:25:00.684334Z', '2026-11-22 16:25:00.684334Z'
]);

function rate(count, body) {
  const begin = performance.now();
  body();
  return count / ((performance.now() - begin) / 1000);
}

const single = rate(SINGLE, () => rows.slice(0, SINGLE).forEach((row) => transaction(database, () => insert.run(...row))));
const together = rate(TRANSACTIONS * PER_TRANSACTION, () => {
  for (let i = SINGLE; i < rows.length; i += PER_TRANSACTION) {
    transaction(database, () => rows.slice(i, i + PER_TRANSACTION).forEach((row) => insert.run(...row)));
  }
});
console.log(JSON.stringify({ single, together }));
