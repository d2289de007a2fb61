// SPDX-FileCopyrightText: 2026 The Syncline authors
// SPDX-License-Identifier: MIT
//
// The HTTP face: routes, envelopes, errors.

import { createServer } from 'node:http';
import { createAdmin } from './admin.js';
import { notFound, ServiceError } from './errors.js';
import { readBody, validateSyncRequest } from './request.js';
import { SyncStream } from './sync-stream.js';

export function createHttpServer(service) {
  const admin = createAdmin(service);

  const routes = {
    'POST /sync/stream': stream,
    'GET /write-checkpoint2.json': createWriteCheckpoint,
    'POST /sync/checkpoint-request': requestCheckpoint,
    'GET /probes/liveness': probe,
    'GET /probes/readiness': probe,
    'GET /probes/startup': probe
  };

  async function stream(request, response) {
    const body = await readBody(request);
    const claims = await service.tokens.verify(request.headers.authorization);
    const parsed = validateSyncRequest(body);
    requireReady();
    const { store, rules, faults } = service;
    const acceptEncoding = request.headers['accept-encoding'];
    const connection = new SyncStream({ store, rules, faults, request: parsed, claims, response, acceptEncoding });
    const forget = faults.track(connection);
    await connection.run().finally(forget);
  }

  async function createWriteCheckpoint(request, response, url) {
    const { sub } = await service.tokens.verify(request.headers.authorization);
    requireReady();
    const number = await service.writeCheckpoints.create(sub, url.searchParams.get('client_id'));
    sendJson(response, 200, { data: { write_checkpoint: number } });
  }

  async function requestCheckpoint(request, response) {
    const body = await readBody(request);
    const { sub } = await service.tokens.verify(request.headers.authorization);
    requireReady();
    const id = await service.writeCheckpoints.request(sub, body);
    sendJson(response, 200, { data: { checkpoint_request_id: id } });
  }

  function probe(request, response, url) {
    const isReady = service.isReady();
    const fails = url.pathname === '/probes/readiness' && !isReady;
    sendJson(response, fails ? 400 : 200, {
      ready: isReady,
      started: isReady,
      touched_at: new Date().toISOString()
    });
  }

  function requireReady() {
    if (!service.isReady()) throw new ServiceError(500, 'PSYNC_S2302', 'No sync config available');
  }

  async function dispatch(request, response) {
    const url = new URL(request.url, 'http://stand-in');
    if (url.pathname.startsWith('/admin/')) return sendJson(response, 200, await admin(request, url.pathname));
    const route = routes[`${request.method} ${url.pathname}`];
    if (!route) throw notFound(request.method, url.pathname);
    if (route !== probe && injectFailure(response)) return;
    await route(request, response, url);
  }

  function injectFailure(response) {
    const failure = service.faults.takeFailure();
    if (!failure) return false;
    const headers = failure.retryAfter === undefined ? {} : { 'Retry-After': String(failure.retryAfter) };
    const error = new ServiceError(failure.status, 'PSYNC_S2003', 'Service temporarily unavailable');
    sendJson(response, failure.status, error, headers);
    return true;
  }

  const server = createServer((request, response) => {
    dispatch(request, response).catch((error) => fail(response, error));
  });
  server.keepAliveTimeout = 72_000;
  return server;
}

function sendJson(response, status, body, headers = {}) {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': Buffer.byteLength(text),
    ...headers
  });
  response.end(text);
}

function fail(response, error) {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  if (!(error instanceof ServiceError)) console.error('request failed:', error);
  const known =
    error instanceof ServiceError ? error : new ServiceError(500, 'PSYNC_S2001', `Internal error: ${error.message}`);
  sendJson(response, known.status, known);
}
