// SPDX-FileCopyrightText: 2026 The Syncline authors
// SPDX-License-Identifier: MIT
//
// Makes a history of a seed: a list of steps, each of which makes sense after any others, so that a
// failing history can be shrunk by leaving steps out.

import { Random } from './random.js';
import { tablesOf } from './schema.js';
import { rowJson, sqlQuote, sqlValue } from './values.js';

const BUCKET_NAMES = ['1#all["x"]', 'by_list["a","b\'c"]', 'global[]', 'b \u00fc\u{1f600}%', 'prio_zero', "'; --"];
const NASTY_IDS = ['', 'null', 'a/b', "it's", '"', '\\', '\u00e9\u{1f600}', '%', ' ', '0', 'x,y', '(z)', 'ID', 'id'];

class Generator {
  constructor(seed) {
    this.random = new Random(seed);
    this.version = 1;
    this.rows = this.#rows();
    this.buckets = this.#buckets();
    this.steps = [];
  }

  #rows() {
    const { random } = this;
    const rows = [];
    for (const [type, count] of [['items', 7], ['memos', 4], ['ghosts', 3], ['drafts', 2]]) {
      for (let i = 0; i < count; i++) {
        const nasty = random.chance(0.2) ? random.pick(NASTY_IDS.slice(1)) : random.uuid();
        rows.push({ type, id: nasty });
      }
    }
    return rows;
  }

  #buckets() {
    const { random } = this;
    const priorities = random.pick([[3, 3, 3], [0, 1, 3], [1, 2, 3], [3, 3, 0], [2, 3, 3, 1], [0, 3]]);
    const names = random.shuffle(BUCKET_NAMES);
    return priorities.map((priority, i) => ({ name: names[i], priority }));
  }

  add(step) {
    this.steps.push(step);
  }

  bucket() {
    return this.random.below(this.buckets.length);
  }

  // --- The server's side

  put() {
    const { random } = this;
    const { type, id } = random.pick(this.rows);
    const subkey = random.weighted({ plain: 6, none: 2, other: 2 });
    const subkeys = { plain: `${id}/s`, none: undefined, other: random.pick(['', 'null', 't/\u00e9', null]) };
    this.add({ do: 'put', bucket: this.bucket(), type, id, subkey: subkeys[subkey], data: rowJson(random, type, id) });
  }

  remove() {
    this.add({ do: 'remove', bucket: this.bucket(), at: this.random.below(1000) });
  }

  removeUnseen() {
    const { type, id } = this.random.pick(this.rows);
    this.add({ do: 'removeUnseen', bucket: this.bucket(), type, id });
  }

  changeServer() {
    const { random } = this;
    const what = random.weighted({ put: 60, remove: 20, unseen: 4, move: 6, clear: 6, gap: 2, vanish: 3, back: 5, restore: 1 });
    if (what === 'put') this.put();
    else if (what === 'remove') this.remove();
    else if (what === 'unseen') this.removeUnseen();
    else if (what === 'move' || what === 'clear') this.add({ do: 'compact', bucket: this.bucket(), clear: what === 'clear' });
    else if (what === 'gap') this.add({ do: 'gap', by: random.pick(['5', '4294967296', '9007199254740992', '1152921504606846976']) });
    else if (what === 'vanish') this.add({ do: 'vanish', bucket: this.bucket() });
    else if (what === 'back') this.add({ do: 'back', bucket: this.bucket(), fresh: random.chance(0.3) });
    else this.add({ do: 'restore', bucket: this.bucket(), count: random.between(1, 3) });
  }

  // --- The stream

  complete() {
    const { random } = this;
    const damage = random.chance(0.05) ? random.pick(['sum', 'lost', 'twice', 'target']) : null;
    this.add({ do: 'complete', lineSize: random.pick([1, 2, 5, 100]), atOnce: random.chance(0.3), damage });
  }

  disturb() {
    const { random } = this;
    const what = random.weighted({ checkpoint: 5, data: 8, empty: 1, stray: 1, keepalive: 2, unknown: 2, again: 2, cut: 4, expire: 1, restart: 1 });
    if (what === 'checkpoint') this.add({ do: 'checkpoint', full: random.chance(0.3) });
    else if (what === 'data') this.add({ do: 'data', bucket: this.bucket(), count: random.between(1, 4) });
    else if (what === 'empty') this.add({ do: 'data', bucket: this.bucket(), count: 0 });
    else if (what === 'unknown') this.add({ do: 'unknown', value: random.pick([null, 1, 'x', [1], { a: { b: [] } }, true]) });
    else if (what === 'cut') this.add({ do: 'cut', how: random.pick(['end', 'middle', 'destroy']) });
    else this.add({ do: what });
  }

  // --- The application

  statement() {
    const { random } = this;
    const { type, table, columns } = random.pick(tablesOf(this.version));
    const candidates = this.rows.filter((row) => row.type === type);
    const id = sqlQuote(random.chance(0.85) ? random.pick(candidates).id : random.uuid());
    const names = Object.keys(columns).filter(() => random.chance(0.5));
    if (names.length === 0) names.push(Object.keys(columns)[0]);
    const values = names.map((name) => sqlValue(random, columns[name]));
    const what = random.weighted({ insert: 4, update: 5, delete: 2, nothing: 1 });
    if (what === 'insert') {
      return `INSERT INTO ${table} (id, ${names.join(', ')}) SELECT ${[id, ...values].join(', ')} WHERE NOT EXISTS (SELECT 1 FROM ${table} WHERE id = ${id})`;
    }
    if (what === 'update') return `UPDATE ${table} SET ${names.map((name, i) => `${name} = ${values[i]}`).join(', ')} WHERE id = ${id}`;
    if (what === 'delete') return `DELETE FROM ${table} WHERE id = ${id}`;
    return `UPDATE ${table} SET ${names[0]} = ${names[0]} WHERE id = ${id}`;
  }

  write() {
    const count = this.random.pick([1, 1, 1, 2, 4]);
    this.add({ do: 'write', statements: Array.from({ length: count }, () => this.statement()) });
  }

  upload() {
    const { random } = this;
    const refused = this.rows.filter(() => random.chance(0.15)).map(({ id }) => id);
    this.add({ do: 'upload', once: random.chance(0.25), refused });
  }

  useLocally() {
    const what = this.random.weighted({ write: 4, upload: 3, confirm: 3, replicate: 2 });
    if (what === 'write') this.write();
    else if (what === 'upload') this.upload();
    else this.add({ do: what });
  }

  upgrade() {
    this.version = 2;
    this.add({ do: 'upgrade' });
  }

  round() {
    const { random } = this;
    for (let i = random.below(6); i > 0; i--) this.changeServer();
    for (let i = random.below(3); i > 0; i--) this.disturb();
    for (let i = random.below(3); i > 0; i--) this.useLocally();
    if (random.chance(0.3)) this.changeServer();
    if (random.chance(0.3)) this.add({ do: 'checkpoint', full: random.chance(0.2) });
    if (random.chance(0.2)) this.disturb();
    if (random.chance(0.85)) this.complete();
    if (this.version === 1 && random.chance(0.04)) this.upgrade();
  }

  history() {
    for (let i = 0; i < 5; i++) this.put();
    const rounds = this.random.between(5, 20);
    for (let i = 0; i < rounds; i++) this.round();
    this.add({ do: 'settle' });
    return {
      buckets: this.buckets,
      format: this.random.pick(['auto', 'ndjson', 'bson']),
      gzip: this.random.chance(0.2),
      bulk: this.random.chance(0.5),
      normalize: this.random.chance(0.5),
      steps: this.steps
    };
  }
}

export const generate = (seed) => new Generator(seed).history();
