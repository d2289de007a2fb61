// SPDX-FileCopyrightText: 2026 The Syncline authors
// SPDX-License-Identifier: MIT
//
// The Supabase-compatible API of the local stack.

import { serve } from '@hono/node-server';
import { createApp } from './app.js';
import { readConfig } from './config.js';
import { refuseBadTokens } from './guard.js';

const config = readConfig();
const app = createApp(config);
const guard = refuseBadTokens(config);

const server = serve({
  hostname: '127.0.0.1',
  port: config.port,
  fetch: async (request, env) =>
    (await guard(request)) ?? app.fetch(request, { peerAddress: env.incoming.socket.remoteAddress ?? null })
});

function stop() {
  server.close(() => process.exit(0));
  server.closeAllConnections();
}

process.once('SIGTERM', stop);
process.once('SIGINT', stop);
console.log(`Supabase-compatible API (@supabase/lite) on http://127.0.0.1:${config.port}`);
