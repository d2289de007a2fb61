// SPDX-FileCopyrightText: 2026 The Syncline authors
// SPDX-License-Identifier: MIT
//
// The official core: a SQLite extension, driven the way the official SDKs drive it.

import { createRequire } from 'node:module';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { officialSchema } from './schema.js';

const FILES = { x64: 'libpowersync_x64.linux.so', arm64: 'libpowersync_aarch64.linux.so' };

function extensionPath() {
  const manifest = createRequire(import.meta.url).resolve('@powersync/node/package.json');
  return path.join(path.dirname(manifest), 'lib', FILES[process.arch]);
}

/** What became of a complete checkpoint. */
export const OUTCOMES = { applied: 'applied', kept: 'kept back', mismatch: 'checksum mismatch', error: 'error' };

export class OfficialClient {
  #file;
  #database;
  #control;

  constructor(file) {
    this.#file = file;
  }

  get database() {
    return this.#database;
  }

  open(version) {
    this.#database = new DatabaseSync(this.#file, { allowExtension: true });
    this.#database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; PRAGMA recursive_triggers = ON');
    this.#database.loadExtension(extensionPath(), 'sqlite3_powersync_init');
    this.#transaction(() => {
      this.#database.exec('SELECT powersync_init()');
      this.#database.prepare('SELECT powersync_replace_schema(?)').get(JSON.stringify(officialSchema(version)));
    });
    this.#control = this.#database.prepare('SELECT powersync_control(?, ?) AS answer');
    this.#control.setReadBigInts(true);
  }

  close() {
    this.#control = null;
    this.#database.close();
  }

  #transaction(body) {
    this.#database.exec('BEGIN IMMEDIATE');
    try {
      const result = body();
      this.#database.exec('COMMIT');
      return result;
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
      throw error;
    }
  }

  #command(operation, payload = null) {
    const { answer } = this.#transaction(() => this.#control.get(operation, payload));
    return typeof answer === 'string' ? JSON.parse(answer) : answer;
  }

  /** Begins a stream; gives the request that goes to the service. */
  connect() {
    const options = { parameters: {}, schema: { tables: [] }, include_defaults: true, active_streams: [] };
    const instructions = this.#command('start', JSON.stringify(options));
    this.#command('connection', 'established');
    return instructions.find((one) => one.EstablishSyncStream).EstablishSyncStream.request;
  }

  disconnect() {
    this.#command('stop');
  }

  /** Takes a line; gives what came of it. */
  line(text) {
    try {
      return readInstructions(this.#command('line_text', text));
    } catch (error) {
      return { outcome: OUTCOMES.error, closed: true, message: error.message };
    }
  }

  /** Local SQL, as one transaction. */
  write(statements) {
    this.#transaction(() => statements.forEach((sql) => this.#database.exec(sql)));
  }

  /** The queue, oldest first. */
  queue() {
    return this.#database
      .prepare('SELECT data FROM ps_crud ORDER BY id')
      .all()
      .map((row) => JSON.parse(row.data))
      .map(({ op, type, id }) => ({ op, type, id }));
  }

  /** The server answered all but the newest so many. */
  resolve(remaining) {
    const keep = this.#database.prepare('SELECT id FROM ps_crud ORDER BY id DESC LIMIT 1 OFFSET ?').get(remaining);
    if (keep) this.#database.prepare('DELETE FROM ps_crud WHERE id <= ?').run(keep.id);
  }

  /** A write checkpoint covers all that was uploaded. */
  confirm(number) {
    this.#command('target_checkpoint_request_id', String(number));
    return readInstructions(this.#command('completed_upload'));
  }
}

function readInstructions(instructions) {
  const messages = instructions.filter((one) => one.LogLine).map((one) => one.LogLine.line);
  const closed = instructions.some((one) => one.CloseSyncStream);
  let outcome = null;
  if (instructions.some((one) => one.DidCompleteSync)) outcome = OUTCOMES.applied;
  else if (messages.some((line) => line.includes('due to local data'))) outcome = OUTCOMES.kept;
  else if (messages.some((line) => line.includes('Checksums'))) outcome = OUTCOMES.mismatch;
  return { outcome, closed, message: messages.join('; ') };
}
