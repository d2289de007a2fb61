// SPDX-FileCopyrightText: 2026 The Syncline authors
// SPDX-License-Identifier: MIT
//
// One connection that receives the logical replication stream of a slot and
// hands on whole transactions.

import { decode, formatLsn } from './pgoutput.js';

const XLOG_DATA = 'w'.charCodeAt(0);
const KEEPALIVE = 'k'.charCodeAt(0);
const STATUS_INTERVAL_MS = 5_000;
// PostgreSQL counts microseconds from the year 2000.
const EPOCH_MS = Date.UTC(2000, 0, 1);

export class ReplicationStream {
  #client;
  #relations = new Map();
  #transaction = null;
  #received = 0n;
  #timer = null;

  /** @param durableLsn tells up to where everything is safely stored */
  constructor(client, { onTransaction, durableLsn }) {
    this.#client = client;
    this.onTransaction = onTransaction;
    this.durableLsn = durableLsn;
  }

  /** Runs until the connection ends; rejects with the reason. */
  async run({ slot, publication, from }) {
    const { connection } = this.#client;
    const ended = new Promise((_, reject) => {
      this.#client.once('error', reject);
      this.#client.once('end', () => reject(new Error('the replication connection was closed')));
    });
    connection.on('copyData', ({ chunk }) => this.#receive(chunk));
    this.#timer = setInterval(() => this.#sendStatus(), STATUS_INTERVAL_MS);
    const command =
      `START_REPLICATION SLOT "${slot}" LOGICAL ${formatLsn(from)} ` +
      `(proto_version '1', publication_names '"${publication}"', messages 'true')`;
    try {
      await Promise.race([ended, this.#client.query(command)]);
    } finally {
      clearInterval(this.#timer);
    }
  }

  #receive(chunk) {
    if (chunk[0] === XLOG_DATA) this.#handle(decode(chunk.subarray(25)));
    if (chunk[0] === KEEPALIVE) {
      this.#received = chunk.readBigUInt64BE(1);
      if (chunk[17] === 1) this.#sendStatus();
    }
  }

  #handle(message) {
    switch (message.tag) {
      case 'begin':
        this.#transaction = { xid: message.xid, changes: [] };
        break;
      case 'relation':
        this.#relations.set(message.oid, message);
        break;
      case 'commit':
        this.onTransaction({ ...this.#transaction, lsn: message.endLsn });
        this.#transaction = null;
        this.#received = message.endLsn;
        break;
      case 'insert':
      case 'update':
      case 'delete':
        this.#transaction.changes.push({ ...message, table: this.#relations.get(message.relation) });
        break;
      case 'truncate':
        for (const oid of message.relations) {
          this.#transaction.changes.push({ tag: 'truncate', table: this.#relations.get(oid) });
        }
        break;
      case 'message':
        if (message.transactional) this.#transaction.changes.push(message);
        break;
    }
  }

  /** What is not stored yet must be sent again after a crash, so it is not confirmed. */
  #sendStatus() {
    const confirmed = this.#transaction === null && this.durableLsn.isIdle() ? this.#received : this.durableLsn.value();
    const status = Buffer.alloc(34);
    status[0] = 'r'.charCodeAt(0);
    for (const offset of [1, 9, 17]) status.writeBigUInt64BE(confirmed, offset);
    status.writeBigInt64BE(BigInt(Date.now() - EPOCH_MS) * 1000n, 25);
    this.#client.connection.sendCopyFromChunk(status);
  }
}
