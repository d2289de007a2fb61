// SPDX-FileCopyrightText: 2026 The Syncline authors
// SPDX-License-Identifier: MIT
//
// What goes up: the same changes to the same stack, in bulk and one request a change, as connectors are usually written.

import fs from 'node:fs';
import { measureLatency } from './latency.mjs';
import { hasStack, makeUploader } from './stack.mjs';

const CHANGES = 10_000;
const SINGLE_CHANGES = 1_500; // enough for a rate; ten thousand take half a minute

const LATENCY_ROWS = 100;
const QUEUES = [1_000_000, 10_000];

const COMPARISONS = [
  { label: '10,000 inserts uploaded, vs one request each', kind: 'inserts', mode: 'rest', goal: 60 },
  { label: '10,000 mixed changes by rpc, vs one request each', kind: 'mixed', mode: 'rpc', goal: 30 }
];

const milliseconds = (seconds) => `${(seconds * 1000).toFixed(2)} ms`;

/** The queue's length must not show. */
export function queues({ ours, add, say, fresh }) {
  say('queues');
  const [long, short] = QUEUES.map((changes) => ours('queue', fresh('queue.db'), String(changes)));
  for (const [name, label] of [
    ['open', 'opening with 1,000,000 queued, vs 10,000'],
    ['peek', '  looking at the first 1,000'],
    ['resolve', '  taking 1,000 from the queue']
  ]) {
    const ratio = long[name] / short[name];
    add(label, milliseconds(long[name]), milliseconds(short[name]), `${ratio.toFixed(2)}×`, '≤ 2×', ratio <= 2);
  }
}

export async function uploads({ ours, add, say, median, scratchDirectory, runs, programOf }) {
  if (!hasStack) {
    say('uploads: left out, there is no local stack in the environment');
    return;
  }
  const upload = async (mode, kind, changes) => {
    const directory = scratchDirectory('upload');
    const result = ours('uploads', await makeUploader(directory, mode), kind, String(changes));
    fs.rmSync(directory, { recursive: true });
    return result.changes / result.seconds;
  };
  const perSecond = (rate) => `${Math.round(rate).toLocaleString('en')}/s`;
  for (const { label, kind, mode, goal } of COMPARISONS) {
    say(label);
    const [bulk, single] = [[], []];
    for (let run = 0; run < runs; run++) {
      single.push(await upload('rest-single', kind, SINGLE_CHANGES));
      bulk.push(await upload(mode, kind, CHANGES));
    }
    const ratio = median(bulk) / median(single);
    add(label, perSecond(median(bulk)), perSecond(median(single)), `${ratio.toFixed(1)}×`, `≥ ${goal}×`, ratio >= goal);
  }
  say('latency');
  const directory = scratchDirectory('latency');
  const latency = median(await measureLatency(programOf('latency'), await makeUploader(directory, 'rest'), LATENCY_ROWS)) / 1000;
  add('local commit → row in Postgres, median', milliseconds(latency), '', '', '≤ 10 ms', latency <= 0.01);
}
