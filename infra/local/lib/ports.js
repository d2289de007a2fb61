// SPDX-FileCopyrightText: 2026 The Syncline authors
// SPDX-License-Identifier: MIT
//
// Prints free TCP ports and reserves them: ports.js DIRECTORY COUNT
//
// They lie below the range the kernel hands to outgoing connections, so that a
// service can be stopped and find its port free when it comes back. Creating a
// directory is atomic: two stacks that start together never get the same port.

import { createServer } from 'node:net';
import { mkdir, rmdir } from 'node:fs/promises';
import { randomInt } from 'node:crypto';
import { join } from 'node:path';

const [directory, count] = process.argv.slice(2);

async function reserve(port) {
  try {
    await mkdir(join(directory, String(port)));
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
}

function isFree(port) {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

async function findPort() {
  for (;;) {
    const port = randomInt(20000, 32000);
    if (!(await reserve(port))) continue;
    if (await isFree(port)) return port;
    await rmdir(join(directory, String(port)));
  }
}

await mkdir(directory, { recursive: true });
for (let i = 0; i < Number(count); i++) console.log(await findPort());
