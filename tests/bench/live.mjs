// SPDX-FileCopyrightText: 2026 The Syncline authors
// SPDX-License-Identifier: MIT
//
// What needs a service at the other end: a first sync by the whole client, and a client that has nothing to do.

import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** What one connection to the official service gives, measured: 27,000 rows a second. */
const SERVICE_RATE = 13_700_000;
/** The table of rows.h. */
const SCHEMA = `[table todos]
list_id = uuid
description = text
completed = boolean
priority = smallint
due_at = timestamptz
created_at = timestamptz
`;
const IDLE_SECONDS = Number(process.env.BENCH_IDLE_SECONDS ?? 30);

async function startService(stream, rate) {
  const service = spawn(process.execPath, [path.join(import.meta.dirname, 'replay.mjs'), stream, String(rate)], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = await once(service.stdout, 'data');
  return { url: String(line).trim(), stop: () => service.kill() };
}

/** A config of the whole client in a directory of its own. */
function makeClient(directory, url) {
  const config = path.join(directory, 'syncline.conf');
  fs.writeFileSync(path.join(directory, 'schema.conf'), SCHEMA);
  fs.writeFileSync(
    config,
    `[syncline]\nstore = sqlite-store\ndownload = powersync-download\nauth = static-auth\nschema = schema.conf\n
[sqlite-store]\npath = app.db\n\n[static-auth]\ntoken = bench\n\n[powersync-download]\nurl = ${url}\n`
  );
  return config;
}

const wallTime = (program, ...words) => {
  const begin = performance.now();
  execFileSync(program, words, { stdio: ['ignore', 'ignore', 'inherit'] });
  return (performance.now() - begin) / 1000;
};

/** By turns with curl, which throws the same bytes away. */
async function firstSync({ add, median, runs, rows, stream, scratchDirectory, command }, rate, label, goal) {
  const service = await startService(stream, rate);
  const [client, curl] = [[], []];
  for (let run = 0; run < runs; run++) {
    curl.push(wallTime('curl', '-sS', '-o', '/dev/null', '-H', 'X-End: 1', '-X', 'POST', `${service.url}/sync/stream`));
    const directory = scratchDirectory('live');
    client.push(wallTime(command, '-q', '-c', makeClient(directory, service.url), 'sync'));
    fs.rmSync(directory, { recursive: true });
  }
  service.stop();
  const ratio = median(client) / median(curl);
  const seconds = (value) => `${value.toFixed(2)} s`;
  add(`first sync, ${rows.toLocaleString('en')} rows, ${label}, vs curl`, seconds(median(client)), seconds(median(curl)), `${ratio.toFixed(2)}×`, goal ? `≤ ${goal}×` : '–', goal ? ratio <= goal : undefined);
}

/** Of all threads, in seconds: /proc/PID/stat counts in hundredths only. */
const cpuTime = (pid) =>
  fs.readdirSync(`/proc/${pid}/task`).reduce((sum, task) => sum + Number(fs.readFileSync(`/proc/${pid}/task/${task}/schedstat`, 'utf8').split(' ')[0]), 0) / 1e9;

const residentSize = (pid) => Number(/VmRSS:\s+(\d+)/.exec(fs.readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) * 1024;

async function idle({ add, scratchDirectory, smallStream, command }) {
  const service = await startService(smallStream, 0);
  const directory = scratchDirectory('idle');
  const config = makeClient(directory, service.url);
  execFileSync(command, ['-q', '-c', config, 'sync'], { stdio: 'ignore' });
  const client = spawn(command, ['-q', '-c', config, 'run'], { stdio: 'ignore' });
  await sleep(2000); // connected, and past what follows that
  const before = cpuTime(client.pid);
  await sleep(IDLE_SECONDS * 1000);
  const seconds = cpuTime(client.pid) - before;
  const size = residentSize(client.pid);
  client.kill();
  await once(client, 'exit');
  service.stop();
  fs.rmSync(directory, { recursive: true });
  add('idle and connected: RSS', `${(size / 1e6).toFixed(1)} MB`, '', '', '≤ 18 MB', size <= 18e6);
  add(`idle and connected: CPU time in ${IDLE_SECONDS} s`, `${(seconds * 1000).toFixed(1)} ms`, '', '', '≤ 10 ms', seconds * 30 <= 0.01 * IDLE_SECONDS);
}

export async function live(bench) {
  const { ours, add, say, median } = bench;
  say('first sync from a service');
  await firstSync(bench, SERVICE_RATE, 'at a service\'s rate', 1.15);
  await firstSync(bench, 0, 'as fast as it is read');
  say('notices');
  const notice = median(ours('notice', bench.scratchDirectory('notice')).seconds);
  add('line on the wire → change notice, median', `${(notice * 1000).toFixed(2)} ms`, '', '', '≤ 3 ms', notice <= 0.003);
  say('idle');
  await idle(bench);
}
