// SPDX-FileCopyrightText: 2026 The Syncline authors
// SPDX-License-Identifier: MIT
//
// Who is asking. Lite serves a request with an unreadable token as anonymous;
// PostgREST refuses it, and a client must learn to live with that, so it is
// refused here too, with PostgREST's codes.

import { errors, jwtVerify } from 'jose';
import { RestError } from './rest/errors.js';

const CLOCK_SKEW_SECONDS = 30;

export class Guard {
  #secret;
  #apiKeys;

  constructor({ jwtSecret, anonKey, serviceRoleKey }) {
    this.#secret = new TextEncoder().encode(jwtSecret);
    this.#apiKeys = new Map([
      [anonKey, { role: 'anon' }],
      [serviceRoleKey, { role: 'service_role' }]
    ]);
  }

  /** The claims of a request's token, or those of its API key; null without a valid key. */
  async identify(request, url) {
    const key = request.headers.get('apikey') ?? url.searchParams.get('apikey');
    const keyClaims = this.#apiKeys.get(key);
    if (!keyClaims) return null;
    const token = /^Bearer\s+(\S+)$/i.exec(request.headers.get('authorization') ?? '')?.[1];
    if (token === undefined) return keyClaims;
    return this.#apiKeys.get(token) ?? this.#verify(token);
  }

  async #verify(token) {
    try {
      const { payload } = await jwtVerify(token, this.#secret, {
        algorithms: ['HS256'],
        clockTolerance: CLOCK_SKEW_SECONDS
      });
      return payload;
    } catch (error) {
      throw refusal(error);
    }
  }
}

function refusal(error) {
  if (error instanceof errors.JWTExpired) return new RestError(401, 'PGRST303', 'JWT expired');
  if (error instanceof errors.JWTClaimValidationFailed) return new RestError(401, 'PGRST303', error.message);
  return new RestError(401, 'PGRST301', 'No suitable key or wrong key type');
}
