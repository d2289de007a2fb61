// SPDX-FileCopyrightText: 2026 The Syncline authors
// SPDX-License-Identifier: MIT
//
// A process that plays the histories that its parent names, and shrinks those that fail.

import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { generate } from './generate.js';
import { Player } from './player.js';
import { Service } from './service.js';
import { shrink } from './shrink.js';
import { Driver } from './syncline.js';

const [command] = process.argv.slice(2);
const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'syncline-differential-'));
const service = await new Service().start();
let driver = new Driver(command);
let count = 0;

/** Gives {stats} or {failure}. */
async function play(history) {
  const name = `h${++count}`;
  const directory = path.join(scratch, name);
  fs.mkdirSync(directory);
  if (!driver.alive) driver = new Driver(command);
  driver.takeLog();
  await driver.send('begin');
  const player = new Player({ directory, service, name, driver, history });
  try {
    return { stats: await player.play() };
  } catch (error) {
    const { kind = error.message.replace(/\d+/g, 'N').slice(0, 60) } = error;
    return { failure: { kind, at: player.at, message: error.message, stack: error.stack, log: driver.takeLog() } };
  } finally {
    fs.rmSync(directory, { recursive: true, force: true });
  }
}

async function run({ seed, history = generate(seed), shrinkMs }) {
  const { stats, failure } = await play(history);
  if (!failure) return { stats };
  return { failure: await shrink(history, failure, play, shrinkMs) };
}

async function finish() {
  service.stop();
  await driver.end().catch((error) => console.error(error.message));
  fs.rmSync(scratch, { recursive: true, force: true });
  process.disconnect();
}

process.on('message', async (task) => {
  if (task === 'end') return finish();
  process.send({ ...(await run(task)), seed: task.seed });
});
process.send('ready');
