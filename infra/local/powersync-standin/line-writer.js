// SPDX-FileCopyrightText: 2026 The Syncline authors
// SPDX-License-Identifier: MIT
//
// Writes lines to a response, compressed if the client accepts it. Every line is
// flushed, and a slow reader holds the writer up.

import { once } from 'node:events';
import zlib from 'node:zlib';

const ENCODINGS = {
  zstd: () => zlib.createZstdCompress(),
  gzip: () => zlib.createGzip()
};
const FLUSH = { zstd: zlib.constants.ZSTD_e_flush, gzip: zlib.constants.Z_SYNC_FLUSH };

export class LineWriter {
  #response;
  #encoding;
  #sink;

  constructor(response, acceptEncoding) {
    this.#response = response;
    this.#encoding = preferredEncoding(acceptEncoding);
    this.#sink = response;
    response.writeHead(200, {
      'Content-Type': 'application/x-ndjson',
      'X-Accel-Buffering': 'no',
      ...(this.#encoding && { 'Content-Encoding': this.#encoding, Vary: 'Accept-Encoding' })
    });
    response.flushHeaders();
    if (this.#encoding) {
      this.#sink = ENCODINGS[this.#encoding]();
      this.#sink.pipe(response);
    }
    // A reader who left is noticed by the response's 'close'.
    this.#sink.on('error', () => {});
    response.on('error', () => {});
  }

  async write(line) {
    if (this.#response.destroyed) return;
    const hasRoom = this.#sink.write(`${line}\n`);
    if (this.#encoding) this.#sink.flush(FLUSH[this.#encoding]);
    if (!hasRoom) await Promise.race([once(this.#sink, 'drain'), once(this.#response, 'close')]);
  }

  writeRaw(text, done) {
    this.#sink.write(text, done);
    if (this.#encoding) this.#sink.flush(FLUSH[this.#encoding]);
  }

  async end() {
    if (!this.#response.destroyed) this.#sink.end();
  }

  destroy() {
    this.#response.destroy();
  }
}

function preferredEncoding(header = '') {
  const accepted = header.split(',').map((part) => part.split(';').map((word) => word.trim().toLowerCase()));
  const allowed = accepted.filter(([, weight]) => weight !== 'q=0').map(([name]) => name);
  return Object.keys(ENCODINGS).find((name) => allowed.includes(name)) ?? null;
}
