// SPDX-FileCopyrightText: 2026 The Syncline authors
// SPDX-License-Identifier: MIT
//
// The official core, set up the way its SDK for Node does it.

import { createRequire } from 'node:module';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';

const FILES = { x64: 'libpowersync_x64.linux.so', arm64: 'libpowersync_aarch64.linux.so' };
const COLUMNS = { list_id: 'TEXT', description: 'TEXT', completed: 'INTEGER', priority: 'INTEGER', due_at: 'TEXT', created_at: 'TEXT' };

const SCHEMA = {
  tables: [
    {
      name: 'todos',
      view_name: null,
      columns: Object.entries(COLUMNS).map(([name, type]) => ({ name, type })),
      indexes: [],
      local_only: false,
      insert_only: false
    }
  ],
  raw_tables: []
};

function extensionPath() {
  const packages = createRequire(new URL('../differential/package.json', import.meta.url));
  return path.join(path.dirname(packages.resolve('@powersync/node/package.json')), 'lib', FILES[process.arch]);
}

export function transaction(database, body) {
  database.exec('BEGIN IMMEDIATE');
  const result = body();
  database.exec('COMMIT');
  return result;
}

export function openOfficial(file) {
  const database = new DatabaseSync(file, { allowExtension: true });
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -51200; PRAGMA recursive_triggers = ON');
  database.loadExtension(extensionPath(), 'sqlite3_powersync_init');
  transaction(database, () => {
    database.exec('SELECT powersync_init()');
    database.prepare('SELECT powersync_replace_schema(?)').get(JSON.stringify(SCHEMA));
  });
  return database;
}

/** A stream of one connection: takes lines, each in a transaction of its own, and says whether a checkpoint was shown. */
export function openStream(database) {
  const control = database.prepare('SELECT powersync_control(?, ?) AS answer');
  const command = (...words) => transaction(database, () => control.get(...words)).answer;
  command('start', JSON.stringify({ parameters: {}, schema: { tables: [] }, include_defaults: true, active_streams: [] }));
  command('connection', 'established');
  return (line) => command('line_text', line).includes('DidCompleteSync');
}
