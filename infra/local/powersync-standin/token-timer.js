// SPDX-FileCopyrightText: 2026 The Syncline authors
// SPDX-License-Identifier: MIT
//
// Keepalives of one connection: every 20 s or so, 20 s before the token
// expires, close to its end, and a final 0.

import { setTimeout as sleep } from 'node:timers/promises';

const INTERVAL_MS = 20_000;
const WARNING_MS = 20_000;
const MARGIN_MS = 3;

/** Yields the seconds left; ends after 0. */
export async function* secondsLeft(exp, signal) {
  const expiresAt = exp * 1000;
  let announce = expiresAt <= Date.now();
  while (!signal.aborted) {
    const left = Math.max(0, Math.ceil((expiresAt - Date.now()) / 1000));
    if (announce) yield left;
    if (left === 0) {
      if (!announce) yield 0;
      return;
    }
    announce = true;
    await sleep(pause(expiresAt), null, { signal }).catch(() => {});
  }
}

function pause(expiresAt) {
  const untilEnd = Math.max(0, expiresAt - Date.now() + MARGIN_MS);
  const untilWarning = untilEnd - WARNING_MS;
  const jittered = INTERVAL_MS * (0.9 + Math.random() * 0.2);
  return Math.min(jittered, untilWarning > 0 ? untilWarning : untilEnd);
}
