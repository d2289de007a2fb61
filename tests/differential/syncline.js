// SPDX-FileCopyrightText: 2026 The Syncline authors
// SPDX-License-Identifier: MIT
//
// The other side of driver.c: Syncline in a process of its own, which answers each command with a line.

import { spawn } from 'node:child_process';
import readline from 'node:readline';

const decode = (word) => {
  const [name, value] = word.split('=');
  return [name, decodeURIComponent(value)];
};

export class Driver {
  #child;
  #waiting = [];
  #errors = '';
  #exited = null;

  constructor(command) {
    this.#child = spawn(command, { stdio: ['pipe', 'pipe', 'pipe'] });
    readline.createInterface({ input: this.#child.stdout }).on('line', (line) => this.#waiting.shift()?.resolve(line));
    this.#child.stderr.on('data', (data) => {
      this.#errors = (this.#errors + data).slice(-20000);
    });
    this.#child.stdin.on('error', () => {});
    this.#child.on('exit', (code, signal) => {
      this.#exited = signal ?? `status ${code}`;
    });
    this.#child.on('close', () => {
      for (const { reject } of this.#waiting.splice(0)) reject(this.#death());
    });
  }

  get alive() {
    return this.#exited === null;
  }

  #death() {
    return new Error(`the driver ended with ${this.#exited}:\n${this.#errors}`);
  }

  /** What it logged since the last call. */
  takeLog() {
    const log = this.#errors;
    this.#errors = '';
    return log;
  }

  async send(verb, ...words) {
    if (!this.alive) throw this.#death();
    const answered = new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
    this.#child.stdin.write([verb, ...words.map((word) => encodeURIComponent(word))].join(' ') + '\n');
    const [status, ...answer] = (await answered).split(' ');
    if (status !== 'ok') throw new Error(`Syncline: ${verb}: ${decodeURIComponent(answer.join(' '))}`);
    return Object.fromEntries(answer.filter(Boolean).map(decode));
  }

  /** Ends the process; it ends by itself when its input does. */
  async end() {
    const closed = new Promise((resolve) => this.#child.once('close', resolve));
    if (this.alive) {
      this.#child.stdin.end();
      await closed;
    }
    if (this.#exited !== 'status 0') throw this.#death();
  }
}
