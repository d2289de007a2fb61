// SPDX-FileCopyrightText: 2026 The Syncline authors
// SPDX-License-Identifier: MIT
//
// Pseudo-random choices that are the same for the same seed, on every machine.

export class Random {
  #state;

  constructor(seed) {
    this.#state = Math.imul(seed + 1, 0x9e3779b1) >>> 0;
  }

  /** A number from 0 up to, not including, 1. */
  real() {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** A whole number below a bound. */
  below(bound) {
    return Math.floor(this.real() * bound);
  }

  between(low, high) {
    return low + this.below(high - low + 1);
  }

  chance(probability) {
    return this.real() < probability;
  }

  pick(list) {
    return list[this.below(list.length)];
  }

  /** One of the keys of an object whose values are weights. */
  weighted(weights) {
    const entries = Object.entries(weights);
    let at = this.real() * entries.reduce((sum, [, weight]) => sum + weight, 0);
    for (const [name, weight] of entries) {
      at -= weight;
      if (at < 0) return name;
    }
    return entries.at(-1)[0];
  }

  shuffle(list) {
    const shuffled = [...list];
    for (let i = shuffled.length - 1; i > 0; i--) {
      const j = this.below(i + 1);
      [shuffled[i], shuffled[j]] = [shuffled[j], shuffled[i]];
    }
    return shuffled;
  }

  uuid() {
    const hex = Array.from({ length: 32 }, () => this.below(16).toString(16)).join('');
    return hex.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12})$/, '$1-$2-4$3-8$4-$5');
  }
}
