// SPDX-FileCopyrightText: 2026 The Syncline authors
// SPDX-License-Identifier: MIT
//
// one-change.mjs DATABASE COUNT: the official core receives one changed row after the other.

import { openOfficial, openStream } from './official.mjs';

const [file, count] = process.argv.slice(2);
const database = openOfficial(file);
const bucket = database.prepare('SELECT name, last_op, (add_checksum + op_checksum) & 0xffffffff AS sum FROM ps_buckets').get();
const rows = database.prepare('SELECT id, data FROM ps_data__todos').all().length;
const pick = database.prepare('SELECT id, data FROM ps_data__todos WHERE rowid = ?');
const receive = openStream(database);

let { last_op: lastOp, sum } = bucket;
const describe = () => ({ bucket: bucket.name, checksum: sum, count: rows, priority: 3 });
receive(JSON.stringify({ checkpoint: { last_op_id: String(lastOp), buckets: [describe()], streams: [] } }));
receive(JSON.stringify({ checkpoint_complete: { last_op_id: String(lastOp) } }));

const seconds = [];
for (let i = 1; i <= Number(count); i++) {
  const { id, data } = pick.get(((i * 7919) % rows) + 1);
  const row = JSON.stringify({ ...JSON.parse(data), description: `Changed by ${++lastOp}` });
  const checksum = Math.imul(lastOp, 2654435761) >>> 0;
  sum = (sum + checksum) >>> 0;
  // The key as the service wrote it, so that the new copy replaces the old one.
  const subkey = `${JSON.parse(data).list_id}/${id}`;
  const op = { op_id: String(lastOp), op: 'PUT', object_type: 'todos', object_id: id, checksum, subkey, data: row };
  const lines = [
    { checkpoint_diff: { last_op_id: String(lastOp), updated_buckets: [describe()], removed_buckets: [] } },
    { data: { bucket: bucket.name, after: String(lastOp - 1), has_more: false, data: [op], next_after: String(lastOp) } },
    { checkpoint_complete: { last_op_id: String(lastOp) } }
  ].map((line) => JSON.stringify(line));
  const begin = performance.now();
  const applied = lines.map(receive).at(-1);
  seconds.push((performance.now() - begin) / 1000);
  if (!applied) throw new Error('a checkpoint was not shown');
}
console.log(JSON.stringify({ seconds }));
