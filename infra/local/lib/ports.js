// SPDX-FileCopyrightText: 2026 The Syncline authors
// SPDX-License-Identifier: MIT
//
// Prints free TCP ports and reserves them: ports.js DIRECTORY COUNT OWNER
//
// They lie below the range the kernel hands to outgoing connections, so that a
// service can be stopped and find its port free when it comes back. Creating a
// symbolic link is atomic: two stacks that start together never get the same
// port. It points to the owner's directory, and lapses with it.

import { randomInt } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, rm, symlink } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';

const [directory, count, owner] = process.argv.slice(2);

async function reserve(link) {
  try {
    await symlink(owner, link);
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
    const link = join(directory, String(port));
    if (!(await reserve(link))) continue;
    if (await isFree(port)) return port;
    await rm(link);
  }
}

if (!existsSync(owner)) throw new Error(`ports.js: there is no directory ${owner} to reserve ports for`);
await mkdir(directory, { recursive: true });
for (let i = 0; i < Number(count); i++) console.log(await findPort());
