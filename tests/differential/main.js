// SPDX-FileCopyrightText: 2026 The Syncline authors
// SPDX-License-Identifier: MIT
//
// Hands seeds to workers and prints TAP.

import { fork } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import { parseArgs } from 'node:util';

const { values: options } = parseArgs({
  options: {
    seeds: { type: 'string', default: '1..500' },
    history: { type: 'string' },
    driver: { type: 'string' },
    // Much of the time goes by in waiting for Syncline to connect again.
    parallel: { type: 'string', default: String(2 * os.availableParallelism()) },
    'shrink-seconds': { type: 'string', default: '30' },
    save: { type: 'string' }
  }
});

function readTasks() {
  const shrinkMs = Number(options['shrink-seconds']) * 1000;
  if (options.history) return [{ seed: options.history, history: JSON.parse(fs.readFileSync(options.history)), shrinkMs }];
  const [from, to = from] = options.seeds.split('..').map(Number);
  if (!(from >= 0 && to >= from)) throw new Error(`--seeds wants FROM..TO, not ${options.seeds}`);
  return Array.from({ length: to - from + 1 }, (_, i) => ({ seed: from + i, shrinkMs }));
}

const comment = (text) => text.split('\n').map((line) => `# ${line}`).join('\n');

function describe({ seed, failure }) {
  const file = `${options.save ?? '.'}/differential-${String(seed).replace(/.*\//, '')}.json`;
  fs.writeFileSync(file, JSON.stringify(failure.history, null, 1));
  const steps = failure.history.steps.map((step, i) => `${i === failure.at ? '>' : ' '} ${JSON.stringify(step)}`);
  return comment(
    [
      failure.message,
      ...(failure.kind === 'tables' || !failure.stack ? [] : [failure.stack]),
      `shrunk to ${steps.length} steps, buckets ${JSON.stringify(failure.history.buckets)}, format ${failure.history.format}:`,
      ...steps,
      ...(failure.log ? ['log:', failure.log.trimEnd()] : []),
      `replay with: tests/differential/run --history ${file}`,
      `or all of it: tests/differential/run --seeds ${seed}..${seed}`
    ].join('\n')
  );
}

const totals = {};

function addUp(stats, into = totals) {
  for (const [name, value] of Object.entries(stats)) {
    if (typeof value === 'object') addUp(value, (into[name] ??= {}));
    else into[name] = (into[name] ?? 0) + value;
  }
}

let failed = 0;
let number = 0;

function report(result) {
  number += 1;
  if (result.failure) {
    failed += 1;
    console.log(`not ok ${number} - seed ${result.seed}: ${result.failure.kind}\n${describe(result)}`);
    return;
  }
  addUp(result.stats);
  console.log(`ok ${number} - seed ${result.seed}`);
}

function runWorker(tasks) {
  return new Promise((resolve, reject) => {
    const worker = fork(new URL('worker.js', import.meta.url), [options.driver], {
      execArgv: ['--disable-warning=ExperimentalWarning']
    });
    let ended = false;
    worker.on('message', (message) => {
      if (message !== 'ready') report(message);
      const task = tasks.shift();
      ended = task === undefined;
      worker.send(ended ? 'end' : task);
    });
    worker.on('exit', (code) => (ended && code === 0 ? resolve() : reject(new Error(`a worker ended with status ${code}`))));
  });
}

const tasks = readTasks();
console.log(`1..${tasks.length}`);
await Promise.all(Array.from({ length: Math.min(Number(options.parallel), tasks.length) }, () => runWorker(tasks)));
console.log(comment(`in total: ${JSON.stringify(totals)}`));
process.exitCode = failed > 0 ? 1 : 0;
