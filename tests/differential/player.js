// SPDX-FileCopyrightText: 2026 The Syncline authors
// SPDX-License-Identifier: MIT
//
// Plays a history to both clients and compares them after each step.

import fs from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Comparison, Difference } from './compare.js';
import { OfficialClient, OUTCOMES } from './official.js';
import { synclineSchema, tablesOf } from './schema.js';
import { acceptUpload, readUpload, refuseUpload } from './uploads.js';
import { World } from './world.js';

const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

function configOf(url, { format, gzip, normalize, bulk }) {
  return `
[syncline]
store = observed-store
download = observed-download
upload = postgrest-upload
${normalize ? 'serializer = json-normalizer' : ''}
schema = schema.conf
retry-min = 10ms
retry-max = 10ms

[observed-store]
path = app.db
${bulk ? 'bulk-threshold = 0' : ''}

[observed-download]
url = ${url}
format = ${format}
compression = ${gzip}

[postgrest-upload]
url = ${url}/rest/v1
`;
}

export class Player {
  stats = { applied: 0, kept: 0, mismatches: 0, streams: 0, uploads: 0, refused: 0, meant: {} };
  #version = 1;
  #armed = false; // something was uploaded that no write checkpoint covers
  #target = 0; // the write checkpoint that both wait for
  #again = false; // Syncline asks for one anew
  #sentLines = 0;
  #firstComplete = true; // of the connection
  #state = {}; // what the driver said last

  constructor({ directory, service, name, driver, history }) {
    Object.assign(this, { directory, service, name, driver, history });
    this.world = new World(history.buckets);
    this.session = service.open(name, history);
    this.official = new OfficialClient(path.join(directory, 'official.db'));
  }

  async play() {
    fs.writeFileSync(path.join(this.directory, 'syncline.conf'), configOf(this.service.url(this.name), this.history));
    try {
      await this.#open();
      for (const [at, step] of this.history.steps.entries()) {
        this.at = at;
        await this.#step(step);
      }
      return this.stats;
    } finally {
      await this.#close().catch(() => {});
      this.service.close(this.name);
    }
  }

  // --- Both clients

  async #open() {
    fs.writeFileSync(path.join(this.directory, 'schema.conf'), synclineSchema(this.#version));
    await this.driver.send('open', path.join(this.directory, 'syncline.conf'));
    this.official.open(this.#version);
    this.syncline = new DatabaseSync(path.join(this.directory, 'app.db'), { readOnly: true });
    this.comparison = new Comparison(this.official.database, this.syncline, this.#version);
    await this.#connect();
    await this.#look('state');
    await this.#untilHeld();
  }

  async #close() {
    this.syncline?.close();
    this.syncline = null;
    if (this.driver.alive) await this.driver.send('close');
    this.stream?.destroy();
    this.session.forget();
    this.official.close();
  }

  async #connect() {
    const { request, stream } = await this.session.nextStream();
    const theirs = this.official.connect();
    // To name a bucket of which one has nothing says no more than not to name it.
    const positions = (buckets) => buckets.filter(({ after }) => after !== '0').map(({ name, after }) => [name, after]).sort();
    if (!same(positions(request.buckets), positions(theirs.buckets))) {
      throw new Difference('request', `the requests differ\n  official: ${JSON.stringify(theirs.buckets)}\n  Syncline: ${JSON.stringify(request.buckets)}`);
    }
    this.world.connect(request.buckets);
    this.stream = stream;
    this.stats.streams += 1;
    this.#sentLines = 0;
    this.#firstComplete = true;
  }

  async #reconnect() {
    this.stream.destroy();
    this.official.disconnect();
    await this.#connect();
  }

  async #restart(version) {
    await this.#close();
    this.#version = version;
    this.#again = false;
    await this.#open();
    // What was answered of a batch that is broken off is done with.
    this.official.resolve(await this.#queued());
    await this.#compareQueues();
  }

  #check(circumstances) {
    for (const name of this.comparison.check(circumstances)) this.stats.meant[name] = (this.stats.meant[name] ?? 0) + 1;
  }

  /** A command that is answered with the state of Syncline. */
  async #look(...command) {
    const { applied, kept, mismatches, queued, closed } = await this.driver.send(...command);
    this.#state = { applied: Number(applied), kept: Number(kept), mismatches: Number(mismatches), queued: Number(queued), closed };
    return this.#state;
  }

  // --- Lines

  /** Sends lines together, waits until both took them, and compares. */
  async #send(lines) {
    const before = this.#state;
    this.stream.send(lines);
    this.#sentLines += lines.length;
    const after = await this.#look('wait', String(this.stats.streams), String(this.#sentLines));
    const outcomes = { applied: 0, kept: 0, mismatches: 0 };
    let closed = false;
    for (const line of lines) {
      if (closed) break;
      const result = this.official.line(line);
      closed = result.closed;
      this.#count(outcomes, result);
    }
    const ours = Object.fromEntries(Object.keys(outcomes).map((name) => [name, after[name] - before[name]]));
    if (!same(outcomes, ours) || closed !== (after.closed === 'yes')) {
      throw new Difference('outcome', `the outcomes differ\n  official: ${JSON.stringify(outcomes)}${closed ? ', closed' : ''}\n  Syncline: ${JSON.stringify(ours)}${after.closed === 'yes' ? ', closed' : ''}`);
    }
    for (const [name, count] of Object.entries(outcomes)) this.stats[name] += count;
    this.#noteOutcomes(lines, outcomes, after.queued);
    this.#check({ priorityZero: lines.some((line) => line.includes('"partial_checkpoint_complete"') && line.endsWith('"priority":0}}')) });
    if (closed) await this.#reconnect();
    await this.#untilHeld();
    return !closed;
  }

  #count(outcomes, { outcome, message }) {
    if (outcome === OUTCOMES.applied) outcomes.applied += 1;
    else if (outcome === OUTCOMES.kept) outcomes.kept += 1;
    else if (outcome === OUTCOMES.mismatch) outcomes.mismatches += 1;
    else if (outcome === OUTCOMES.error) throw new Difference('official', `the official core failed: ${message}`);
  }

  /** Syncline asks for a write checkpoint again if the first complete checkpoint of a connection lacks it. */
  #noteOutcomes(lines, { applied, kept }, queued) {
    if (applied > 0 && this.#target <= this.world.visibleWriteCheckpoint) this.#target = 0;
    if (kept > 0 && this.#firstComplete && queued === 0 && !this.#armed && this.#target > this.world.visibleWriteCheckpoint) this.#again = true;
    if (lines.some((line) => line.startsWith('{"checkpoint_complete"'))) this.#firstComplete = false;
  }

  async #sendEach(lines, atOnce) {
    if (atOnce) return this.#send(lines);
    for (const line of lines) if (!(await this.#send([line]))) return false;
    return true;
  }

  // --- Uploads

  async #queued() {
    return (await this.#look('state')).queued;
  }

  /** Waits for the requests that must come, so that the next step finds them. */
  async #untilHeld() {
    const { uploads, checkpoints } = this.session;
    if (checkpoints.length > 0) return;
    if (this.#state.queued > 0) await this.session.until('an upload', () => uploads.length > 0);
    else if (this.#armed || this.#again) await this.session.until('a request for a write checkpoint', () => checkpoints.length > 0);
  }

  async #answerUpload(refused) {
    const upload = this.session.uploads.shift();
    const changes = readUpload(upload);
    const refuse = changes.some(({ id }) => refused.includes(id));
    this.stats.uploads += 1;
    if (refuse) {
      this.stats.refused += 1;
      refuseUpload(upload);
    } else {
      this.world.accept(changes);
      acceptUpload(upload, changes.length);
    }
    await this.session.until('the next upload or request for a write checkpoint', () => this.session.uploads.length + this.session.checkpoints.length > 0);
  }

  async #upload({ once, refused }) {
    let queued = await this.#queued();
    if (queued === 0 || this.session.checkpoints.length > 0) return;
    do await this.#answerUpload(refused);
    while (!once && this.session.uploads.length > 0);
    queued = await this.#queued();
    this.official.resolve(queued);
    this.#armed = queued === 0 && this.session.checkpoints.length > 0;
    await this.#compareQueues();
  }

  async #confirm() {
    const held = this.session.checkpoints.shift();
    if (held === undefined) return;
    const before = this.#state;
    const number = this.world.issueWriteCheckpoint();
    held.response.writeHead(200, { 'Content-Type': 'application/json' });
    held.response.end(JSON.stringify({ data: { write_checkpoint: String(number) } }));
    this.#again = false;
    if ((await this.#queued()) > 0) return this.#untilHeld();
    const after = await this.#look('idle');
    // Whoever asked again because the number did not come sticks to it, as the service still counts on.
    const result = this.#armed ? this.official.confirm(number) : {};
    const outcomes = { applied: 0, kept: 0, mismatches: 0 };
    this.#count(outcomes, result);
    if (this.#armed) this.#target = number;
    this.#armed = false;
    const applied = after.applied - before.applied;
    if (applied !== outcomes.applied) {
      throw new Difference('outcome', `after the confirmation, official: ${outcomes.applied} applied, Syncline: ${applied}`);
    }
    if (applied > 0) this.#target = 0;
    this.stats.applied += applied;
  }

  async #compareQueues() {
    const { changes } = await this.driver.send('changes');
    const types = new Map(tablesOf(this.#version).map(({ type, table }) => [table, type]));
    const ours = changes
      .split('\n')
      .filter(Boolean)
      .map((line) => line.split('\t'))
      .map(([op, table, id]) => ({ op, type: types.get(table), id }));
    const theirs = this.official.queue();
    if (!same(ours, theirs)) throw new Difference('queue', `the queues differ\n  official: ${JSON.stringify(theirs)}\n  Syncline: ${JSON.stringify(ours)}`);
  }

  async #write({ statements }) {
    let theirs = null;
    let ours = null;
    try {
      this.official.write(statements);
    } catch (error) {
      theirs = error.message;
    }
    try {
      await this.driver.send('write', ...statements);
    } catch (error) {
      ours = error.message;
    }
    if ((theirs === null) !== (ours === null)) throw new Difference('write', `a local write differs\n  official: ${theirs ?? 'fine'}\n  Syncline: ${ours ?? 'fine'}`);
    await this.#compareQueues();
  }

  // --- Steps

  async #complete({ lineSize, atOnce, damage }) {
    const lines = [];
    if (!this.world.hasTarget || this.world.completed || damage === 'target') lines.push(this.world.checkpointLine({ wrong: damage === 'target' }));
    lines.push(...this.world.completionLines({ lineSize, damage }));
    return this.#sendEach(lines, atOnce);
  }

  async #cut(how) {
    if (how === 'end') this.stream.end();
    else if (how === 'destroy') this.stream.destroy();
    else await this.stream.cut('{"token_expires_in":3600}');
    await this.#reconnect();
  }

  /** With everything uploaded, confirmed and sent there must be nothing left to wait for. */
  async #settle() {
    for (let round = 0; round < 4; round++) {
      await this.#upload({ refused: [] });
      await this.#confirm();
      await this.#untilHeld();
      this.world.replicate();
      const { applied } = this.stats;
      await this.#complete({ lineSize: 100 });
      if (this.stats.applied > applied && (await this.#queued()) === 0) return;
    }
    throw new Difference('settle', 'everything is up, confirmed and sent, and still not shown');
  }

  #serverSteps(step) {
    const { world } = this;
    const bucket = world.buckets[step.bucket];
    return {
      put: () => world.put(step.bucket, step),
      remove: () => world.removeOne(step.bucket, step.at),
      removeUnseen: () => world.remove(step.bucket, step.type, step.id, 'unseen'),
      compact: () => world.compact(step.bucket, step.clear),
      gap: () => world.skipIds(step.by),
      vanish: () => void (bucket.present = false),
      back: () => world.returnBucket(step.bucket, step.fresh),
      restore: () => bucket.rollBack(step.count),
      replicate: () => world.replicate()
    };
  }

  #streamSteps(step) {
    const { world } = this;
    return {
      checkpoint: () => this.#send([world.checkpointLine(step)]),
      data: () => this.#sendIf(world.hasTarget && world.dataLine(step.bucket, step.count)),
      stray: () => this.#sendIf(world.hasTarget && world.strayLine()),
      keepalive: () => this.#send(['{"token_expires_in":3600}']),
      unknown: () => this.#send([JSON.stringify({ from_the_future: step.value })]),
      again: () => this.#sendIf(world.completed && world.completeLine()),
      expire: () => this.#send(['{"token_expires_in":0}']),
      complete: () => this.#complete(step),
      settle: () => this.#settle()
    };
  }

  #clientSteps(step) {
    return {
      cut: () => this.#cut(step.how),
      restart: () => this.#restart(this.#version),
      upgrade: () => this.#restart(2),
      write: () => this.#write(step),
      upload: () => this.#upload(step),
      confirm: () => this.#confirm()
    };
  }

  async #step(step) {
    const quiet = this.#serverSteps(step)[step.do] ?? this.#streamSteps(step)[step.do];
    if (quiet) return quiet();
    await this.#clientSteps(step)[step.do]();
    await this.#look('state');
    this.#check({ upgraded: step.do === 'upgrade' });
    await this.#untilHeld();
  }

  async #sendIf(line) {
    if (line) await this.#send([line]);
  }
}
