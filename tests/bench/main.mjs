// SPDX-FileCopyrightText: 2026 The Syncline authors
// SPDX-License-Identifier: MIT
//
// Runs the measures, one after the other and each in a process of its own, and prints a table.

import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { live } from './live.mjs';
import { liveQueries } from './live-queries.mjs';
import { queues, uploads } from './uploads.mjs';

const ROWS = Number(process.env.BENCH_ROWS ?? 100_000);
const RUNS = Number(process.env.BENCH_RUNS ?? 5);
const SCAN_ROWS = 100_000;
const CHANGES = 51;
const CHANGED_ROWS = 100_000;

const [programs] = process.argv.slice(2);
const here = import.meta.dirname;
const scratch = fs.mkdtempSync(path.join(process.env.BENCH_DIR ?? os.tmpdir(), 'syncline-bench-'));
const scratchFile = (name) => path.join(scratch, name);

const scratchDirectory = (name) => fs.mkdtempSync(scratchFile(`${name}-`));

const say = (text) => process.stderr.write(`${text}\n`);

const ours = (name, ...words) => JSON.parse(execFileSync(path.join(programs, name), words, { encoding: 'utf8' }) || 'null');

const node = (name, ...words) =>
  JSON.parse(execFileSync(process.execPath, ['--disable-warning=ExperimentalWarning', path.join(here, name), ...words], { encoding: 'utf8' }));

function median(values) {
  return values.toSorted((a, b) => a - b)[values.length >> 1];
}

function fresh(name) {
  for (const suffix of ['', '-wal', '-shm']) fs.rmSync(scratchFile(name + suffix), { force: true });
  return scratchFile(name);
}

const streams = new Map();

function streamOf(rows) {
  if (!streams.has(rows)) {
    const file = scratchFile(`${rows}.ndjson`);
    execFileSync(path.join(programs, 'make-stream'), [String(rows), file]);
    streams.set(rows, file);
  }
  return streams.get(rows);
}

/** Takes turns, so that what else goes on in the machine hits all alike. Gives lists of results by name. */
function repeat(measures) {
  const results = Object.fromEntries(Object.keys(measures).map((name) => [name, []]));
  for (let run = 0; run < RUNS; run++) for (const [name, measure] of Object.entries(measures)) results[name].push(measure());
  return results;
}

// --- The table

const table = [];

function add(what, ours, theirs, ratio, goal, met) {
  table.push([what, ours, theirs, ratio, goal, met === undefined ? '' : met ? 'met' : 'NOT MET']);
}

const milliseconds = (seconds) => `${(seconds * 1000).toFixed(2)} ms`;
const rate = (rows, seconds) => `${Math.round(rows / seconds).toLocaleString('en')} rows/s`;
const perSecond = (number) => `${Math.round(number).toLocaleString('en')} rows/s`;
const megabytes = (bytes) => `${(bytes / 1e6).toFixed(1)} MB`;
const times = (ratio) => `${ratio.toFixed(2)}×`;

function print() {
  const lines = [['what', 'ours', 'theirs', 'ratio', 'goal', ''], ...table];
  const widths = lines[0].map((_, i) => Math.max(...lines.map((line) => line[i].length)));
  for (const line of lines) console.log(line.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))).join('  ').trimEnd());
}

// --- The measures

const count = ROWS.toLocaleString('en');

function firstSync() {
  say(`first sync of ${count} rows`);
  const stream = streamOf(ROWS);
  const results = repeat({
    theirs: () => node('first-sync.mjs', stream, fresh('official.db')),
    ours: () => ours('first-sync', stream, fresh('syncline.db')),
    floor: () => ours('floor', String(ROWS), fresh('floor.db'))
  });
  const of = (name, member) => median(results[name].map((result) => result[member]));
  const seconds = of('ours', 'seconds');
  const versusCore = of('theirs', 'seconds') / seconds;
  const goal = ROWS >= 1_000_000 ? 10 : 6;
  add(`first sync, ${count} rows, vs official core`, rate(ROWS, seconds), rate(ROWS, of('theirs', 'seconds')), times(versusCore), `≥ ${goal}×`, versusCore >= goal);
  const versusFloor = seconds / of('floor', 'seconds');
  add('  its time vs plain INSERTs', rate(ROWS, seconds), rate(ROWS, of('floor', 'seconds')), times(versusFloor), '≤ 3×', versusFloor <= 3);
  const size = of('ours', 'size') / of('theirs', 'size');
  add('  file size', megabytes(of('ours', 'size')), megabytes(of('theirs', 'size')), times(size), '≤ 0.45×', size <= 0.45);
  const memory = of('ours', 'memory') * 1024;
  add('  peak RSS (theirs: with Node)', megabytes(memory), megabytes(of('theirs', 'memory') * 1024), times(of('ours', 'memory') / of('theirs', 'memory')), '≤ 48 MB', memory <= 48e6);
}

function oneChange() {
  say('one changed row');
  const theirs = median(node('one-change.mjs', scratchFile('official.db'), String(CHANGES)).seconds);
  const mine = median(ours('one-change', scratchFile('syncline.db'), String(ROWS), String(CHANGES)).seconds);
  add(`one changed row after ${count}`, milliseconds(mine), milliseconds(theirs), times(theirs / mine), '≤ 1 ms', mine <= 0.001);
}

function waits() {
  say('waits of other connections');
  const { all } = repeat({ all: () => ours('waits', streamOf(ROWS), fresh('waits.db'), String(ROWS), String(CHANGED_ROWS)) });
  const of = (name) => median(all.map((result) => result[name]));
  const wait = (what, name, goal) => add(what, milliseconds(of(name)), '', '', `≤ ${goal} ms`, of(name) <= goal / 1000);
  const changed = CHANGED_ROWS.toLocaleString('en');
  wait(`longest wait of another writer in a first sync of ${count}`, 'write', 50);
  wait('  of a reader', 'read', 5);
  wait(`longest wait of another writer while ${changed} of them change`, 'changeWrite', 500);
  wait('  of a reader', 'changeRead', 5);
}

function scans() {
  say('scans');
  if (ROWS !== SCAN_ROWS) {
    node('first-sync.mjs', streamOf(SCAN_ROWS), fresh('official.db'));
    ours('first-sync', streamOf(SCAN_ROWS), fresh('syncline.db'));
  }
  const results = repeat({
    theirs: () => node('scans.mjs', 'official', scratchFile('official.db'), '5'),
    ours: () => node('scans.mjs', 'syncline', scratchFile('syncline.db'), '5')
  });
  const labels = { aggregate: ['aggregate over 100,000 rows', 5], like: ['LIKE over 100,000 rows', 5], lookups: ['1,000 rows by their ids', 1.8] };
  for (const [name, [label, goal]] of Object.entries(labels)) {
    const [mine, theirs] = [results.ours, results.theirs].map((list) => median(list.map((result) => result[name])));
    add(label, milliseconds(mine), milliseconds(theirs), times(theirs / mine), `≥ ${goal}×`, theirs / mine >= goal);
  }
}

function localWrites() {
  say('local writes');
  const database = () => {
    ours('first-sync', streamOf(1000), fresh('syncline.db'));
    return scratchFile('syncline.db');
  };
  const results = repeat({
    theirs: () => node('local-writes.mjs', 'official', fresh('official.db')),
    ours: () => node('local-writes.mjs', 'syncline', database()),
    plain: () => node('local-writes.mjs', 'plain', fresh('plain.db'))
  });
  for (const [name, label, goal] of [['single', 'local inserts, each in a transaction', 2], ['together', 'local inserts, 1,000 a transaction', 2.2]]) {
    const [mine, theirs, plain] = [results.ours, results.theirs, results.plain].map((list) => median(list.map((result) => result[name])));
    add(`${label}, vs official views`, perSecond(mine), perSecond(theirs), times(mine / theirs), `≥ ${goal}×`, mine / theirs >= goal);
    add('  vs a plain table', perSecond(mine), perSecond(plain), times(mine / plain), '–');
  }
}

try {
  for (const measure of [firstSync, oneChange, waits, scans, localWrites]) measure();
  await live({ ours, add, say, median, scratchDirectory, runs: RUNS, rows: ROWS, stream: streamOf(ROWS), smallStream: streamOf(1000), command: path.join(programs, '../../cli/syncline') });
  liveQueries({ ours, add, say, scratchDirectory });
  queues({ ours, add, say, fresh });
  await uploads({ ours, add, say, median, scratchDirectory, runs: RUNS, programOf: (name) => path.join(programs, name) });
  print();
} finally {
  fs.rmSync(scratch, { recursive: true, force: true });
}
