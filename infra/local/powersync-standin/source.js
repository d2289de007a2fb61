// SPDX-FileCopyrightText: 2026 The Syncline authors
// SPDX-License-Identifier: MIT
//
// Connections to the source database. All values arrive as PostgreSQL's text,
// in UTC and ISO notation, the same from queries and from replication.

import pg from 'pg';

const TEXT_ONLY = { getTypeParser: () => (text) => text };
const SESSION = '-c TimeZone=UTC -c DateStyle=ISO -c IntervalStyle=postgres -c extra_float_digits=1 -c bytea_output=hex';

export async function connect(databaseUrl, { replication = false } = {}) {
  const client = new pg.Client({
    connectionString: databaseUrl,
    application_name: 'powersync-standin',
    options: SESSION,
    ...(replication && { replication: 'database' })
  });
  // Lost connections are reported by whoever uses them next.
  client.on('error', () => {});
  await client.connect();
  return client;
}

/** Rows as arrays of text. */
export async function textRows(client, text, values) {
  const { rows } = await client.query({ text, values, rowMode: 'array', types: TEXT_ONLY });
  return rows;
}
