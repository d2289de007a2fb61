// SPDX-FileCopyrightText: 2026 The Syncline authors
// SPDX-License-Identifier: MIT
//
// Lite serves a request with an unreadable token as anonymous. PostgREST refuses
// it, and a client must learn to live with that, so the guard refuses it too,
// with PostgREST's codes.

import { errors, jwtVerify } from 'jose';

const CLOCK_SKEW_SECONDS = 30;

export function refuseBadTokens({ jwtSecret, anonKey, serviceRoleKey }) {
  const secret = new TextEncoder().encode(jwtSecret);
  const apiKeys = new Set([anonKey, serviceRoleKey]);

  return async (request) => {
    const token = bearerToken(request);
    if (!isRestCall(request) || token === null || apiKeys.has(token)) return null;
    try {
      await jwtVerify(token, secret, { algorithms: ['HS256'], clockTolerance: CLOCK_SKEW_SECONDS });
      return null;
    } catch (error) {
      return refusal(error);
    }
  };
}

function isRestCall(request) {
  return new URL(request.url).pathname.startsWith('/rest/v1');
}

function bearerToken(request) {
  return /^Bearer\s+(\S+)$/i.exec(request.headers.get('authorization') ?? '')?.[1] ?? null;
}

function refusal(error) {
  const [code, message] =
    error instanceof errors.JWTExpired
      ? ['PGRST303', 'JWT expired']
      : error instanceof errors.JWTClaimValidationFailed
        ? ['PGRST303', error.message]
        : ['PGRST301', 'No suitable key or wrong key type'];
  return Response.json(
    { code, message, details: null, hint: null },
    { status: 401, headers: { 'WWW-Authenticate': `Bearer error="invalid_token", error_description="${message}"` } }
  );
}
