// SPDX-FileCopyrightText: 2026 The Syncline authors
// SPDX-License-Identifier: MIT
//
// What can be checked of the files for the official service without Docker.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import Ajv from 'ajv';
import { parse } from 'yaml';
import { SqlSyncRules } from '@powersync/service-sync-rules';

const read = (path) => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');
const schema = createRequire(import.meta.url)('@powersync/service-schema/schema.json');

/** !env NAME stands for a text that is not known here, !env NAME::number for a number. */
const environment = [
  {
    tag: '!env',
    resolve: (text) => {
      assert.match(text, /^PS_[A-Z_]+(::number)?$/, 'the service takes variables called PS_… only');
      return text.endsWith('::number') ? 1 : `value of ${text}`;
    }
  }
];

for (const name of ['powersync.yaml', 'powersync-postgres.yaml']) {
  test(`${name} fits the schema the service publishes`, () => {
    const validate = new Ajv({ strict: false, allErrors: true }).compile(schema);
    validate(parse(read(`infra/powersync_local/config/${name}`), { customTags: environment }));
    assert.deepEqual(validate.errors ?? [], []);
  });
}

test('powersync.yaml trusts Supabase and nobody else', () => {
  const { client_auth: auth } = parse(read('infra/powersync_local/config/powersync.yaml'), { customTags: environment });
  assert.equal(auth.supabase, true);
  assert.equal(auth.jwks_uri, 'value of PS_JWKS_URL');
  assert.deepEqual(auth.audience, ['authenticated']);
});

test('every variable of powersync.yaml is set by docker-compose.yml', () => {
  const compose = parse(read('infra/powersync_local/docker-compose.yml'));
  const used = [...read('infra/powersync_local/config/powersync.yaml').matchAll(/!env (PS_\w+?)(::number)?$/gm)];
  for (const [, name] of used) assert.ok(name in compose.services.powersync.environment, name);
});

test('docker-compose.yml is sound', () => {
  const { services, networks, volumes } = parse(read('infra/powersync_local/docker-compose.yml'));
  for (const [name, service] of Object.entries(services)) {
    assert.ok(service.image, `${name} has an image`);
    for (const other of Object.keys(service.depends_on ?? {})) assert.ok(services[other], `${name} depends on ${other}`);
    for (const network of service.networks ?? []) assert.ok(network === 'default' || networks[network], network);
    for (const volume of service.volumes ?? []) checkVolume(volume, volumes);
  }
  assert.match(services.powersync.image, /^journeyapps\/powersync-service:/);
  assert.equal(networks.supabase.external, true);
});

function checkVolume(volume, volumes) {
  const [source] = volume.split(':');
  if (source.startsWith('.')) assert.ok(read(new URL(source, 'file:///infra/powersync_local/').pathname.slice(1)));
  else assert.ok(source in volumes, source);
}

test("the project's sync rules are valid and give each user a bucket", () => {
  const { config, errors } = SqlSyncRules.fromYaml(read('supabase/powersync-sync-rules.yaml'), {
    defaultSchema: 'public',
    throwOnError: false
  });
  assert.deepEqual(errors.map(({ message }) => message), []);
  assert.deepEqual(config.bucketSources.map(({ name }) => name), ['user_data']);
});
