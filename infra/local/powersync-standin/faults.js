// SPDX-FileCopyrightText: 2026 The Syncline authors
// SPDX-License-Identifier: MIT
//
// Bad weather on demand, for tests of the client. Behind a token of its own; the
// official service has nothing of the kind.

export class Faults {
  #streams = new Set();
  #corruptions = 0;
  #failures = { count: 0 };

  track(stream) {
    this.#streams.add(stream);
    return () => this.#streams.delete(stream);
  }

  get openStreams() {
    return this.#streams.size;
  }

  disconnectAll({ mid_line: midLine = false } = {}) {
    const cut = this.#streams.size;
    for (const stream of this.#streams) stream.cut({ midLine });
    return { disconnected: cut };
  }

  /** The next `count` checkpoint lines carry wrong checksums. */
  corruptNext({ count = 1 } = {}) {
    this.#corruptions = count;
    return { count };
  }

  takeCorruption() {
    if (this.#corruptions === 0) return false;
    this.#corruptions--;
    return true;
  }

  /** The next `count` requests of clients are answered with `status`. */
  failNext({ count = 1, status = 503, retry_after: retryAfter } = {}) {
    this.#failures = { count, status, retryAfter };
    return { count, status };
  }

  takeFailure() {
    if (this.#failures.count === 0) return null;
    this.#failures.count--;
    return this.#failures;
  }
}
