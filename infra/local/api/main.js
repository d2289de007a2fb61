// SPDX-FileCopyrightText: 2026 The Syncline authors
// SPDX-License-Identifier: MIT
//
// The Supabase-compatible API of the local stack: @supabase/lite, with tokens
// checked, and writes and calls done in front of it as PostgREST does.

import { serve } from '@hono/node-server';
import { createApp } from './app.js';
import { readConfig } from './config.js';
import { Guard } from './guard.js';
import { errorResponse, RestError } from './rest/errors.js';
import { createRestHandler } from './rest/handler.js';

const config = readConfig();
const app = createApp(config);
const guard = new Guard(config);
const answerRest = createRestHandler(config);

async function rest(request, url) {
  try {
    const claims = await guard.identify(request, url);
    // Without a valid API key there is nothing to do here; lite says so.
    return claims && (await answerRest(request, url, claims));
  } catch (error) {
    if (error instanceof RestError) return errorResponse(error);
    throw error;
  }
}

async function handle(request, env) {
  const url = new URL(request.url);
  const answer = url.pathname.startsWith('/rest/v1/') ? await rest(request, url) : null;
  return answer ?? app.fetch(request, { peerAddress: env.incoming.socket.remoteAddress ?? null });
}

const server = serve({ hostname: '127.0.0.1', port: config.port, fetch: handle });

function stop() {
  server.close(() => process.exit(0));
  server.closeAllConnections();
}

process.once('SIGTERM', stop);
process.once('SIGINT', stop);
console.log(`Supabase-compatible API (@supabase/lite) on http://127.0.0.1:${config.port}`);
