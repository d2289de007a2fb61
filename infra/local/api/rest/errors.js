// SPDX-FileCopyrightText: 2026 The Syncline authors
// SPDX-License-Identifier: MIT
//
// Errors in PostgREST's form, and the HTTP status of each SQLSTATE.

export class RestError extends Error {
  constructor(status, code, message, details = null, hint = null) {
    super(message);
    Object.assign(this, { status, code, details, hint });
  }
}

/** @param role who asked: what is forbidden to a signed-in user is a matter of signing in for others */
export function fromPostgres(error, role) {
  if (error.code === undefined || error.severity === undefined) return unreachable(error);
  const { code, message, detail = null, hint = null } = error;
  return new RestError(statusOf(code, role), code, message, detail, hint);
}

function unreachable(error) {
  return new RestError(503, 'PGRST000', 'Could not connect to the database', error.message);
}

const BY_CODE = {
  23503: 409,
  23505: 409,
  25006: 405,
  '42P17': 500,
  42883: 404,
  '42P01': 404,
  53400: 500,
  P0001: 400
};

const BY_CLASS = {
  '08': 503,
  '09': 500,
  '0L': 403,
  '0P': 403,
  25: 500,
  28: 403,
  '2D': 500,
  38: 500,
  39: 500,
  '3B': 500,
  40: 500,
  53: 503,
  54: 500,
  55: 500,
  57: 500,
  58: 500,
  F0: 500,
  HV: 500,
  P0: 500,
  XX: 500
};

function statusOf(code, role) {
  if (code === '42501') return role === 'anon' ? 401 : 403;
  if (/^PT\d{3}$/.test(code)) return Number(code.slice(2));
  return BY_CODE[code] ?? BY_CLASS[code.slice(0, 2)] ?? 400;
}

export function errorResponse({ status, code, message, details, hint }) {
  return Response.json(
    { code, message, details, hint },
    {
      status,
      headers: {
        'Access-Control-Allow-Origin': '*',
        'Proxy-Status': `PostgREST; error=${code}`,
        ...(status === 401 && { 'WWW-Authenticate': 'Bearer' })
      }
    }
  );
}
