// SPDX-FileCopyrightText: 2026 The Syncline authors
// SPDX-License-Identifier: MIT
//
// The public keys at a JWKS address. Read again after five minutes, or, at most
// every few seconds, when a token names a key that is not there yet.

import { importJWK } from 'jose';

const MAX_AGE_MS = 5 * 60_000;
const MIN_PAUSE_MS = 3_000;
const TIMEOUT_MS = 3_000;

const KEY_TYPE = { RS: 'RSA', ES: 'EC', Ed: 'OKP' };

export class RemoteKeys {
  #url;
  #keys = [];
  #readAt = -Infinity;

  constructor(url) {
    this.#url = url;
  }

  async find(alg, kid) {
    if (age(this.#readAt) > MAX_AGE_MS) await this.#read();
    const known = this.#pick(alg, kid);
    if (known || age(this.#readAt) < MIN_PAUSE_MS) return known && importJWK(known, alg);
    await this.#read();
    const fetched = this.#pick(alg, kid);
    return fetched && importJWK(fetched, alg);
  }

  /** The key of that name, else one without a name; its type must fit the algorithm. */
  #pick(alg, kid) {
    const type = KEY_TYPE[alg?.slice(0, 2)];
    const usable = this.#keys.filter((key) => key.kty === type && (!key.alg || key.alg === alg));
    return usable.find((key) => kid && key.kid === kid) ?? usable.find((key) => !key.kid);
  }

  async #read() {
    this.#readAt = Date.now();
    try {
      const response = await fetch(this.#url, { signal: AbortSignal.timeout(TIMEOUT_MS) });
      if (!response.ok) throw new Error(`HTTP ${response.status}`);
      this.#keys = (await response.json()).keys.filter(isForSigning);
    } catch (error) {
      console.error(`cannot read the keys at ${this.#url}: ${error.message}; the last ones known stay in use`);
    }
  }
}

const age = (time) => Date.now() - time;

const isForSigning = (key) =>
  (key.use === undefined || key.use === 'sig') && (key.key_ops === undefined || key.key_ops.includes('verify'));
