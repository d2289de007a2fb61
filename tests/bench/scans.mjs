// SPDX-FileCopyrightText: 2026 The Syncline authors
// SPDX-License-Identifier: MIT
//
// scans.mjs KIND DATABASE RUNS: seconds that reading takes, through the same SQLite for the `official` view and
// Syncline's table.

import { DatabaseSync } from 'node:sqlite';
import { openOfficial } from './official.mjs';

const [kind, file, runs] = process.argv.slice(2);
const database = kind === 'official' ? openOfficial(file) : new DatabaseSync(file);
// The same memory for both: what the official SDKs set.
database.exec('PRAGMA cache_size = -51200');
const aggregate = database.prepare('SELECT completed, count(*), sum(priority), max(due_at) FROM todos WHERE priority > 1');
const like = database.prepare("SELECT count(*) FROM todos WHERE description LIKE '%number 12%'");
// In one statement, so that what is measured is SQLite and not the way to it.
const lookup = database.prepare(
  'SELECT sum(length(description)), sum(completed), max(due_at) FROM todos WHERE id IN (SELECT value FROM json_each(?))'
);
const ids = database.prepare('SELECT id FROM todos ORDER BY id LIMIT 1000 OFFSET 5000').all();
const idList = JSON.stringify(ids.map(({ id }) => id));

function median(body) {
  const seconds = Array.from({ length: Number(runs) + 1 }, () => {
    const begin = performance.now();
    body();
    return (performance.now() - begin) / 1000;
  }).slice(1);
  return seconds.sort((a, b) => a - b)[seconds.length >> 1];
}

console.log(
  JSON.stringify({
    aggregate: median(() => aggregate.get()),
    like: median(() => like.get()),
    lookups: median(() => lookup.get(idList))
  })
);
