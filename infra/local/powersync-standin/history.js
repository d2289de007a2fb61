// SPDX-FileCopyrightText: 2026 The Syncline authors
// SPDX-License-Identifier: MIT
//
// The store's records in an append-only file, one JSON array a line, so that a
// restarted stand-in carries on with the same operation ids and checksums. A
// transaction counts once its `commit` record is there; what follows the last
// one is cut off.
//
// `version` is part of every bucket's name. It goes up whenever history starts
// anew, so that clients drop the old buckets instead of failing checksums.

import { closeSync, createReadStream, existsSync, ftruncateSync, mkdirSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { join } from 'node:path';

const FLUSH_AT_BYTES = 1 << 20;

export class History {
  #directory;
  #file = null;
  #pending = [];
  #pendingBytes = 0;

  constructor(directory) {
    this.#directory = directory;
    mkdirSync(directory, { recursive: true });
  }

  get #recordsPath() {
    return join(this.#directory, 'records.ndjson');
  }

  get #headerPath() {
    return join(this.#directory, 'header.json');
  }

  /** {version, fingerprint}, or null if there is no history. */
  header() {
    return existsSync(this.#headerPath) ? JSON.parse(readFileSync(this.#headerPath, 'utf8')) : null;
  }

  startAnew(fingerprint) {
    const version = (this.header()?.version ?? 0) + 1;
    writeFileSync(this.#recordsPath, '');
    writeFileSync(this.#headerPath, JSON.stringify({ version, fingerprint }));
    this.#file = openSync(this.#recordsPath, 'a');
    return version;
  }

  /** Feeds every committed record to `apply`; returns the version. */
  async replay(apply) {
    const committedBytes = await this.#replayCommitted(apply);
    this.#file = openSync(this.#recordsPath, 'r+');
    ftruncateSync(this.#file, committedBytes);
    closeSync(this.#file);
    this.#file = openSync(this.#recordsPath, 'a');
    return this.header().version;
  }

  async #replayCommitted(apply) {
    let bytes = 0;
    let committedBytes = 0;
    let transaction = [];
    const lines = createInterface({ input: createReadStream(this.#recordsPath), crlfDelay: Infinity });
    for await (const line of lines) {
      const record = parseOrNull(line);
      if (!record) break;
      bytes += Buffer.byteLength(line) + 1;
      transaction.push(record);
      if (record[0] !== 'commit') continue;
      transaction.forEach(apply);
      transaction = [];
      committedBytes = bytes;
    }
    return committedBytes;
  }

  append(record) {
    const line = JSON.stringify(record) + '\n';
    this.#pending.push(line);
    this.#pendingBytes += line.length;
    if (record[0] === 'commit' || this.#pendingBytes > FLUSH_AT_BYTES) this.#flush();
  }

  #flush() {
    writeSync(this.#file, this.#pending.join(''));
    this.#pending = [];
    this.#pendingBytes = 0;
  }
}

function parseOrNull(line) {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}
