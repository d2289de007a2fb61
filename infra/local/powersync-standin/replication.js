// SPDX-FileCopyrightText: 2026 The Syncline authors
// SPDX-License-Identifier: MIT
//
// Keeps the store in step with the source database: first a snapshot that fits
// the slot exactly, then the stream of transactions, for as long as it takes.

import { setTimeout as sleep } from 'node:timers/promises';
import { parseLsn } from './pgoutput.js';
import { ReplicationStream } from './replication-stream.js';
import { atOneMoment, readTable, visibleTransactions } from './snapshot.js';
import { connect } from './source.js';

const MESSAGE_PREFIX = 'powersync-standin';
const RETRY_MS = 300;
const TABLES_POLL_MS = 1_000;

export class Replication {
  #config;
  #store;
  #replicator;
  #catalog;
  #rules;
  /** Jobs run one after the other, in the order they were queued. */
  #jobs = Promise.resolve();
  #jobsWaiting = 0;
  /** table oid → whether a transaction is part of what was read from it already */
  #contained = new Map();

  constructor({ config, store, replicator, catalog, rules }) {
    this.#config = config;
    this.#store = store;
    this.#replicator = replicator;
    this.#catalog = catalog;
    this.#rules = rules;
  }

  // Starting anew

  async dropSlot() {
    const { slot } = this.#config;
    for (;;) {
      const rows = await this.#catalog.query('select active from pg_replication_slots where slot_name = $1', [slot]);
      if (rows.length === 0) return;
      if (rows[0][0] === 'f') await this.#catalog.query('select pg_drop_replication_slot($1)', [slot]);
      else await sleep(RETRY_MS);
    }
  }

  async slotExists() {
    const sql = 'select 1 from pg_replication_slots where slot_name = $1 and database = current_database()';
    return (await this.#catalog.query(sql, [this.#config.slot])).length > 0;
  }

  /** The slot's first change is the first one its snapshot does not contain. */
  async takeSnapshot() {
    const { databaseUrl, slot } = this.#config;
    const slotMaker = await connect(databaseUrl, { replication: true });
    const reader = await connect(databaseUrl);
    // Replication commands exist in the simple query protocol only: no parameters, no text rows.
    const { rows } = await slotMaker.query(`CREATE_REPLICATION_SLOT "${slot}" LOGICAL pgoutput EXPORT_SNAPSHOT`);
    const { consistent_point: startingPoint, snapshot_name: snapshot } = rows[0];
    await atOneMoment(reader, snapshot, async () => {
      for (const table of await this.#tablesOfInterest()) {
        await readTable(reader, table, (texts) => this.#replicator.insert(table, texts));
        this.#replicator.tableKnown(table, table.oid);
      }
    });
    this.#replicator.commit(parseLsn(startingPoint));
    await Promise.all([slotMaker.end(), reader.end()]);
  }

  // Following

  /** Never returns; after a lost connection it starts again where the store stands. */
  async follow() {
    setInterval(() => this.#enqueue(() => this.#compareTables()), TABLES_POLL_MS).unref();
    let complaint = '';
    for (;;) {
      try {
        const client = await connect(this.#config.databaseUrl, { replication: true });
        const stream = new ReplicationStream(client, {
          onTransaction: (transaction) => this.#enqueue(() => this.#apply(transaction)),
          durableLsn: { value: () => this.#store.lsn, isIdle: () => this.#jobsWaiting === 0 }
        });
        complaint = '';
        await stream.run({ ...this.#config, from: this.#store.lsn }).finally(() => client.end().catch(() => {}));
      } catch (error) {
        if (error.message !== complaint) console.error(`replication interrupted: ${error.message}; trying again`);
        complaint = error.message;
      }
      await this.#jobs;
      await sleep(RETRY_MS);
    }
  }

  /** Writes a mark into the log; when it comes back, everything before it is here. */
  async markLog(client, number) {
    const content = JSON.stringify({ client, number });
    await this.#catalog.query('select pg_logical_emit_message(true, $1, $2)', [MESSAGE_PREFIX, content]);
  }

  #enqueue(job) {
    this.#jobsWaiting++;
    this.#jobs = this.#jobs
      .then(job)
      .catch((error) => this.#giveUp(error))
      .finally(() => this.#jobsWaiting--);
  }

  // Going on without a change would send wrong data for good. Stopping is honest.
  #giveUp(error) {
    console.error('replication failed:', error);
    process.exit(1);
  }

  async #apply({ xid, changes, lsn }) {
    for (const { table } of changes) if (table) await this.#ensureReadAtLast(table);
    for (const change of changes) if (!this.#contained.get(change.table?.oid)?.(xid)) this.#applyChange(change);
    this.#replicator.commit(lsn);
  }

  #applyChange({ tag, table, old, new: texts, prefix, content }) {
    if (tag === 'message') {
      if (prefix === MESSAGE_PREFIX) this.#reachMark(JSON.parse(content));
    } else if (!this.#rules.concerns(table)) {
      return;
    } else if (tag === 'insert') {
      this.#replicator.insert(table, texts);
    } else if (tag === 'update') {
      this.#replicator.update(table, old, texts);
    } else if (tag === 'delete') {
      this.#replicator.delete(table, old);
    } else {
      this.#replicator.truncate(table);
    }
  }

  #reachMark({ client, number }) {
    this.#replicator.reachWriteCheckpoint(client, number);
  }

  // Tables that come and go

  async #tablesOfInterest() {
    return (await this.#catalog.publishedTables()).filter((table) => this.#rules.concerns(table));
  }

  async #compareTables() {
    let published;
    try {
      published = await this.#tablesOfInterest();
      for (const table of published) await this.#ensureRead(table);
    } catch {
      return; // The database is away; the next round will tell.
    }
    const names = new Set(published.map(({ schema, name }) => `${schema}.${name}`));
    for (const name of this.#store.tables.keys()) {
      if (names.has(name)) continue;
      const [schema, ...rest] = name.split('.');
      this.#replicator.tableGone({ schema, name: rest.join('.') });
      this.#replicator.commit(this.#store.lsn);
    }
  }

  /** A table that was published since has rows no change will ever tell of. */
  async #ensureRead({ oid, schema, name }) {
    const known = this.#store.tables.get(`${schema}.${name}`);
    if (known === oid || !this.#rules.concerns({ schema, name })) return;
    const table = (await this.#catalog.publishedTables()).find((candidate) => candidate.oid === oid);
    if (!table) return;
    const { rows, contains } = await this.#readNow(table);
    if (known !== undefined) this.#replicator.tableGone(table);
    for (const texts of rows) this.#replicator.insert(table, texts);
    this.#replicator.tableKnown(table, oid);
    this.#contained.set(oid, contains);
    this.#replicator.commit(this.#store.lsn);
  }

  async #ensureReadAtLast(table) {
    for (;;) {
      try {
        return await this.#ensureRead(table);
      } catch (error) {
        console.error(`cannot read ${table.schema}.${table.name}: ${error.message}; trying again`);
        await sleep(RETRY_MS);
      }
    }
  }

  async #readNow(table) {
    const reader = await connect(this.#config.databaseUrl);
    try {
      return await atOneMoment(reader, null, async () => {
        const rows = [];
        const contains = await visibleTransactions(reader);
        await readTable(reader, table, (texts) => rows.push(texts));
        return { rows, contains };
      });
    } finally {
      await reader.end();
    }
  }
}
