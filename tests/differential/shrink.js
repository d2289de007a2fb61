// SPDX-FileCopyrightText: 2026 The Syncline authors
// SPDX-License-Identifier: MIT
//
// Leaves steps out of a failing history as long as it fails in the same way (delta debugging).

export async function shrink(history, failure, play, patienceMs) {
  const deadline = Date.now() + patienceMs;
  let best = { history: { ...history, steps: history.steps.slice(0, failure.at + 1) }, ...failure };

  const tryWithout = async (start, count) => {
    const steps = best.history.steps.toSpliced(start, count);
    const { failure: next } = await play({ ...history, steps });
    if (next?.kind !== failure.kind) return false;
    best = { history: { ...history, steps: steps.slice(0, next.at + 1) }, ...next };
    return true;
  };

  for (let size = best.history.steps.length >> 1; size >= 1; size >>= 1) {
    for (let start = best.history.steps.length - size; start >= 0; start -= size) {
      if (Date.now() >= deadline) return best;
      await tryWithout(start, size);
      start = Math.min(start, best.history.steps.length);
    }
  }
  return best;
}
