// SPDX-FileCopyrightText: 2026 The Syncline authors
// SPDX-License-Identifier: MIT
//
// The HTTP side of the scripted service. It answers nothing by itself: a stream gets the lines that the
// player sends, uploads and requests for write checkpoints are held until the player answers them.

import http from 'node:http';
import zlib from 'node:zlib';
import { encodeDocument } from './bson.js';

const PATIENCE_MS = 20000;

const BSON = 'application/vnd.powersync.bson-stream';

/** The stream of one connection. */
class Stream {
  #response;
  #sink;
  #bson;

  constructor(request, response, { gzip }) {
    this.#response = response;
    this.#sink = response;
    this.#bson = (request.headers.accept ?? '').split(',')[0].startsWith(BSON);
    const compress = gzip && (request.headers['accept-encoding'] ?? '').includes('gzip');
    response.writeHead(200, {
      'Content-Type': this.#bson ? BSON : 'application/x-ndjson',
      ...(compress && { 'Content-Encoding': 'gzip' })
    });
    response.flushHeaders();
    response.on('error', () => {});
    if (!compress) return;
    this.#sink = zlib.createGzip({ flush: zlib.constants.Z_SYNC_FLUSH });
    this.#sink.on('error', () => {});
    this.#sink.pipe(response);
  }

  get open() {
    return !this.#response.destroyed && !this.#response.writableEnded;
  }

  #encode(line) {
    return this.#bson ? encodeDocument(JSON.parse(line)) : Buffer.from(`${line}\n`);
  }

  send(lines) {
    this.#sink.write(Buffer.concat(lines.map((line) => this.#encode(line))));
  }

  /** Sends a part of a line, and then no more. */
  async cut(line) {
    const bytes = this.#encode(line);
    await new Promise((resolve) => this.#sink.write(bytes.subarray(0, bytes.length >> 1), resolve));
    this.#response.destroy();
  }

  end() {
    this.#sink.end();
  }

  destroy() {
    this.#response.destroy();
  }
}

/** What one client may ask of the service. */
export class Session {
  uploads = [];
  checkpoints = [];
  #streams = [];
  #options;
  #waiters = new Set();

  constructor(options) {
    this.#options = options;
  }

  handle(request, response, url, body) {
    const held = { request, response, url, body };
    if (url.pathname === '/sync/stream') {
      this.#streams.push({ request: JSON.parse(body), stream: new Stream(request, response, this.#options) });
    } else if (url.pathname === '/write-checkpoint2.json') this.#hold(this.checkpoints, held);
    else if (url.pathname.startsWith('/rest/')) this.#hold(this.uploads, held);
    else response.writeHead(404).end();
    this.#wake();
  }

  #hold(list, held) {
    list.push(held);
    held.response.on('close', () => {
      if (list.includes(held)) list.splice(list.indexOf(held), 1);
    });
  }

  #wake() {
    for (const waiter of this.#waiters) waiter();
  }

  async until(what, condition) {
    const deadline = Date.now() + PATIENCE_MS;
    while (!condition()) {
      if (Date.now() >= deadline) throw new Error(`waited in vain for ${what}`);
      await new Promise((resolve) => {
        const done = () => {
          clearTimeout(timer);
          this.#waiters.delete(done);
          resolve();
        };
        const timer = setTimeout(done, deadline - Date.now());
        this.#waiters.add(done);
      });
    }
  }

  async nextStream() {
    await this.until('the client to connect', () => this.#streams.length > 0);
    return this.#streams.shift();
  }

  /** Nothing of a client that is gone is of interest any more. */
  forget() {
    for (const { stream } of this.#streams.splice(0)) stream.destroy();
  }
}

/** One server for many clients, told apart by the first part of the path. */
export class Service {
  #server;
  #sessions = new Map();

  async start() {
    this.#server = http.createServer((request, response) => this.#handle(request, response));
    await new Promise((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return this;
  }

  url(name) {
    return `http://127.0.0.1:${this.#server.address().port}/${name}`;
  }

  open(name, options) {
    const session = new Session(options);
    this.#sessions.set(name, session);
    return session;
  }

  close(name) {
    this.#sessions.get(name)?.forget();
    this.#sessions.delete(name);
  }

  #handle(request, response) {
    const [, name, rest] = /^\/([^/]+)(\/.*)$/.exec(request.url);
    const chunks = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      const session = this.#sessions.get(name);
      if (!session) response.writeHead(404).end();
      else session.handle(request, response, new URL(rest, 'http://service'), Buffer.concat(chunks).toString());
    });
  }

  stop() {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}
