// SPDX-FileCopyrightText: 2026 The Syncline authors
// SPDX-License-Identifier: MIT
//
// replay.mjs STREAM BYTES_PER_SECOND: a sync service that sends a saved stream to whoever has nothing yet, as fast as it
// is read (0) or at a steady rate, keeps it open with signs of life, and confirms checkpoint requests after it. A request
// with the header "X-End" gets the stream and its end. Prints its URL.

import fs from 'node:fs';
import http from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { once } from 'node:events';

const [file, rate] = [process.argv[2], Number(process.argv[3])];
const PIECE = 64 * 1024;
const SIGN_OF_LIFE = '{"token_expires_in":3600}\n';

const { last_op_id: lastOp } = JSON.parse(firstLine()).checkpoint;
const streams = new Set();
let number = null;

function firstLine() {
  const start = Buffer.alloc(4096);
  const fd = fs.openSync(file);
  fs.readSync(fd, start);
  fs.closeSync(fd);
  return start.toString('utf8', 0, start.indexOf('\n'));
}

const confirm = (response) => {
  response.write(`{"checkpoint_diff":{"last_op_id":"${lastOp}","write_checkpoint":"${number}","updated_buckets":[],"removed_buckets":[]}}\n`);
  response.write(`{"checkpoint_complete":{"last_op_id":"${lastOp}"}}\n`);
};

/** Never ahead of the rate, and behind it only when the reader is. */
async function send(response) {
  const begin = performance.now();
  let sent = 0;
  for await (const piece of fs.createReadStream(file, { highWaterMark: PIECE })) {
    if (response.destroyed) return;
    if (!response.write(piece)) await once(response, 'drain');
    sent += piece.length;
    const early = rate > 0 ? (sent / rate) * 1000 - (performance.now() - begin) : 0;
    if (early > 1) await sleep(early);
  }
}

async function stream(request, response, body) {
  response.writeHead(200, { 'Content-Type': 'application/x-ndjson' });
  const isNew = !(body && JSON.parse(body).buckets?.length > 0);
  if (isNew) await send(response);
  else response.write(`${firstLine()}\n{"checkpoint_complete":{"last_op_id":"${lastOp}"}}\n`);
  if (request.headers['x-end']) return response.end();
  response.write(SIGN_OF_LIFE);
  if (number !== null) confirm(response);
  streams.add(response);
  const timer = setInterval(() => response.write(SIGN_OF_LIFE), 20_000);
  response.on('close', () => {
    clearInterval(timer);
    streams.delete(response);
  });
}

const server = http.createServer(async (request, response) => {
  let body = '';
  for await (const piece of request) body += piece;
  if (request.url === '/sync/stream') return stream(request, response, body);
  if (request.url !== '/sync/checkpoint-request') return response.writeHead(404).end();
  number = JSON.parse(body).checkpoint_request_id;
  response.writeHead(200, { 'Content-Type': 'application/json' });
  response.end(JSON.stringify({ data: { checkpoint_request_id: number } }));
  streams.forEach(confirm);
});
server.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}`));
