// SPDX-FileCopyrightText: 2026 The Syncline authors
// SPDX-License-Identifier: MIT
//
// A connection for occasional queries that is made anew after it was lost.

import { connect, textRows } from './source.js';

export function queryWith(databaseUrl) {
  let connecting = null;

  async function connection() {
    connecting ??= connect(databaseUrl).then((client) => {
      client.once('end', () => (connecting = null));
      return client;
    });
    try {
      return await connecting;
    } catch (error) {
      connecting = null;
      throw error;
    }
  }

  return async (text, values) => textRows(await connection(), text, values);
}
