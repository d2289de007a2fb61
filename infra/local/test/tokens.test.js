// SPDX-FileCopyrightText: 2026 The Syncline authors
// SPDX-License-Identifier: MIT

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { TokenVerifier } from '../powersync-standin/auth.js';

const secret = new TextEncoder().encode('a secret of at least thirty-two characters');
const now = () => Math.floor(Date.now() / 1000);
const usual = () => ({ sub: 'u', aud: 'authenticated', iat: now(), exp: now() + 3600 });

let keys;
let server;
let verifier;

before(async () => {
  keys = Object.fromEntries(
    await Promise.all(['RS256', 'ES256', 'EdDSA'].map(async (alg) => [alg, await generateKeyPair(alg, { extractable: true })]))
  );
  const jwks = await Promise.all(
    Object.entries(keys).map(async ([alg, { publicKey }]) => ({ ...(await exportJWK(publicKey)), kid: alg, alg, use: 'sig' }))
  );
  server = createServer((_, response) => response.end(JSON.stringify({ keys: jwks }))).listen(0, '127.0.0.1');
  await once(server, 'listening');
  verifier = new TokenVerifier({
    jwtSecret: new TextDecoder().decode(secret),
    jwksUrl: `http://127.0.0.1:${server.address().port}`,
    audience: ['authenticated'],
    maxLifetime: 604800 + 1200
  });
});

after(() => server.close());

const sign = (claims, { key = secret, alg = 'HS256', kid } = {}) =>
  new SignJWT(claims).setProtectedHeader({ alg, ...(kid && { kid }) }).sign(key);

async function codeOf(authorization) {
  try {
    await verifier.verify(authorization);
    return 'accepted';
  } catch (error) {
    assert.equal(error.status, 401);
    return error.code;
  }
}

const without = (name) => {
  const { [name]: _, ...rest } = usual();
  return rest;
};

const matrix = [
  ['a usual token', () => sign(usual()), 'accepted'],
  ['an unknown kid with the shared secret', () => sign(usual(), { kid: 'x' }), 'accepted'],
  ['a list of audiences', () => sign({ ...usual(), aud: ['x', 'authenticated'] }), 'accepted'],
  ['a numeric sub', () => sign({ ...usual(), sub: 7 }), 'accepted'],
  ['issued in the future', () => sign({ ...usual(), iat: now() + 600 }), 'accepted'],
  ['expired within the tolerance', () => sign({ ...usual(), exp: now() - 30 }), 'accepted'],
  ['expired', () => sign({ ...usual(), exp: now() - 90 }), 'PSYNC_S2103'],
  ['another secret', () => sign(usual(), { key: new TextEncoder().encode('x'.repeat(40)) }), 'PSYNC_S2101'],
  ['HS384', () => sign(usual(), { alg: 'HS384' }), 'PSYNC_S2101'],
  ['no sub', () => sign(without('sub')), 'PSYNC_S2101'],
  ['no iat', () => sign(without('iat')), 'PSYNC_S2101'],
  ['no exp', () => sign(without('exp')), 'PSYNC_S2101'],
  ['nbf in the future', () => sign({ ...usual(), nbf: now() + 600 }), 'PSYNC_S2101'],
  ['no audience', () => sign(without('aud')), 'PSYNC_S2105'],
  ['another audience', () => sign({ ...usual(), aud: 'else' }), 'PSYNC_S2105'],
  ['too long a life', () => sign({ ...usual(), exp: now() + 700_000 }), 'PSYNC_S2104'],
  ['the longest life allowed', () => sign({ ...usual(), exp: now() + 606_000 }), 'accepted'],
  ['no signature', () => `${btoa('{"alg":"none"}')}.${btoa(JSON.stringify(usual()))}.`, 'PSYNC_S2101'],
  ['RS256 from the key set', () => sign(usual(), { key: keys.RS256.privateKey, alg: 'RS256', kid: 'RS256' }), 'accepted'],
  ['ES256 from the key set', () => sign(usual(), { key: keys.ES256.privateKey, alg: 'ES256', kid: 'ES256' }), 'accepted'],
  ['EdDSA from the key set', () => sign(usual(), { key: keys.EdDSA.privateKey, alg: 'EdDSA', kid: 'EdDSA' }), 'accepted'],
  ['ES256 of another key', async () => sign(usual(), { key: (await generateKeyPair('ES256')).privateKey, alg: 'ES256', kid: 'ES256' }), 'PSYNC_S2101'],
  ['a kid nobody has', () => sign(usual(), { key: keys.ES256.privateKey, alg: 'ES256', kid: 'gone' }), 'PSYNC_S2101'],
  ['no JWT at all', () => 'garbage', 'PSYNC_S2101']
];

for (const [name, token, expected] of matrix) {
  test(name, async () => assert.equal(await codeOf(`Token ${await token()}`), expected));
}

test('the scheme is Token or Bearer, in this case only', async () => {
  const token = await sign(usual());
  assert.equal(await codeOf(`Bearer ${token}`), 'accepted');
  assert.equal(await codeOf(`bearer ${token}`), 'PSYNC_S2106');
  assert.equal(await codeOf(token), 'PSYNC_S2106');
  assert.equal(await codeOf(`Token  ${token}`), 'PSYNC_S2106');
  assert.equal(await codeOf(undefined), 'PSYNC_S2106');
});
