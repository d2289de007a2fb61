// SPDX-FileCopyrightText: 2026 The Syncline authors
// SPDX-License-Identifier: MIT
//
// first-sync.mjs STREAM DATABASE: the official core receives a saved stream into a new database.

import fs from 'node:fs';
import readline from 'node:readline';
import { openOfficial, openStream } from './official.mjs';

const [stream, file] = process.argv.slice(2);
const database = openOfficial(file);
const receive = openStream(database);

let seconds = 0;
let applied = false;
// Only the core's own time counts, not Node's for reading the file.
for await (const line of readline.createInterface({ input: fs.createReadStream(stream, { highWaterMark: 1 << 20 }) })) {
  const begin = performance.now();
  applied = receive(line);
  seconds += (performance.now() - begin) / 1000;
}
if (!applied) throw new Error('the checkpoint was not shown');
const memory = process.resourceUsage().maxRSS;
database.close();
console.log(JSON.stringify({ seconds, memory, size: fs.statSync(file).size }));
