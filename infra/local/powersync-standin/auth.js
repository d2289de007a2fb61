// SPDX-FileCopyrightText: 2026 The Syncline authors
// SPDX-License-Identifier: MIT
//
// Checks access tokens: the rules and the codes of the official service.

import { createSecretKey } from 'node:crypto';
import { decodeProtectedHeader, errors, jwtVerify } from 'jose';
import { unauthorized } from './errors.js';
import { RemoteKeys } from './jwks.js';

const CLOCK_TOLERANCE_SECONDS = 60;
const SHARED_SECRET_ALGORITHMS = ['HS256'];
const NO_KEY = 'Could not find an appropriate key in the keystore. The key is missing or no key matched the token KID';

export class TokenVerifier {
  constructor({ jwtSecret, jwksUrl, audience, maxLifetime }) {
    this.audience = audience;
    this.maxLifetime = maxLifetime;
    this.secret = jwtSecret && createSecretKey(Buffer.from(jwtSecret, 'utf8'));
    this.remoteKeys = jwksUrl && new RemoteKeys(jwksUrl);
  }

  /** Resolves to the claims of a valid token; rejects with a 401 otherwise. */
  async verify(authorization) {
    const token = tokenFrom(authorization);
    const claims = await this.#verifySignature(token);
    this.#checkAudience(claims);
    this.#checkLifetime(claims);
    if (claims.parameters !== undefined && !isPlainObject(claims.parameters)) {
      throw unauthorized('PSYNC_S2101', 'Payload parameters must be an object');
    }
    return claims;
  }

  async #verifySignature(token) {
    const { key, algorithms } = await this.#keyFor(headerOf(token));
    try {
      const { payload } = await jwtVerify(token, key, {
        algorithms,
        clockTolerance: CLOCK_TOLERANCE_SECONDS,
        requiredClaims: ['sub', 'iat', 'exp']
      });
      return payload;
    } catch (error) {
      throw translate(error);
    }
  }

  async #keyFor({ alg, kid }) {
    if (this.secret && SHARED_SECRET_ALGORITHMS.includes(alg)) return { key: this.secret, algorithms: [alg] };
    const key = await this.remoteKeys?.find(alg, kid);
    if (!key) throw unauthorized('PSYNC_S2101', NO_KEY);
    return { key, algorithms: [alg] };
  }

  #checkAudience({ aud }) {
    if (aud === undefined) throw unauthorized('PSYNC_S2105', 'JWT payload is missing a required claim "aud"');
    if (![].concat(aud).some((name) => this.audience.includes(name))) {
      throw unauthorized('PSYNC_S2105', `Unexpected "aud" claim value: ${JSON.stringify(aud)}`);
    }
  }

  #checkLifetime({ exp, iat }) {
    if (exp - iat <= this.maxLifetime) return;
    throw unauthorized('PSYNC_S2104', `Token must expire in a maximum of ${this.maxLifetime} seconds, got ${exp - iat}s`);
  }
}

function tokenFrom(authorization) {
  if (!authorization) throw unauthorized('PSYNC_S2106', 'Authentication required');
  const match = /^(?:Token|Bearer) (\S+)$/.exec(authorization);
  if (!match) throw unauthorized('PSYNC_S2106', 'Authentication required: the Authorization header is malformed');
  return match[1];
}

function headerOf(token) {
  try {
    return decodeProtectedHeader(token);
  } catch {
    throw unauthorized('PSYNC_S2101', 'Invalid token: not a JWT');
  }
}

function translate(error) {
  if (error instanceof errors.JWTExpired) return unauthorized('PSYNC_S2103', 'JWT has expired');
  if (error instanceof errors.JWTClaimValidationFailed) {
    return unauthorized('PSYNC_S2101', `JWT payload is missing a required claim ${JSON.stringify(error.claim)}`);
  }
  if (error instanceof errors.JWSSignatureVerificationFailed) return unauthorized('PSYNC_S2101', NO_KEY);
  return unauthorized('PSYNC_S2101', `Invalid token: ${error.code ?? 'it cannot be verified'}`);
}

const isPlainObject = (value) => value !== null && typeof value === 'object' && !Array.isArray(value);
