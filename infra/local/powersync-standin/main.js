// SPDX-FileCopyrightText: 2026 The Syncline authors
// SPDX-License-Identifier: MIT
//
// A stand-in for the PowerSync service, for tests on machines without Docker. It
// has the same URLs, the same protocol and the project's own sync rules, and
// keeps everything in memory. The official service can be put in its place; use
// that one for anything but tests.

import { readConfig } from './config.js';
import { startService } from './service.js';

const config = readConfig();
console.log('This is a stand-in for the PowerSync service, made for tests; the official one can be put in its place.');

try {
  const stop = await startService(config);
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
} catch (error) {
  console.error(`powersync stand-in: ${error.message}`);
  process.exit(1);
}
