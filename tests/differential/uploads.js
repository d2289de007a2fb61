// SPDX-FileCopyrightText: 2026 The Syncline authors
// SPDX-License-Identifier: MIT
//
// As much of PostgREST as it takes to take changes in: what a request means, and the answer to it.

import { tablesOf } from './schema.js';

/** Numbers keep their digits. */
const exact = (key, value, { source }) => (typeof value === 'number' ? JSON.rawJSON(source) : value);

/** The ids of `id=eq.x` and `id=in.("x","y")`. */
function idsOf(url) {
  const filter = url.searchParams.get('id');
  if (filter.startsWith('eq.')) return [filter.slice(3)];
  return [...filter.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, text]) => text.replace(/\\(.)/g, '$1'));
}

/** The changes that a request makes: {type, id, columns}; without columns it is a delete. */
export function readUpload({ request, url, body }) {
  const type = decodeURIComponent(url.pathname.split('/').at(-1));
  if (request.method === 'POST') {
    const rows = JSON.parse(body, exact);
    return (Array.isArray(rows) ? rows : [rows]).map(({ id, ...columns }) => ({ type, id, columns, whole: true }));
  }
  const columns = request.method === 'PATCH' ? JSON.parse(body, exact) : null;
  return idsOf(url).map((id) => ({ type, id, columns }));
}

export function acceptUpload({ request, response, url }, count) {
  if (request.method === 'POST') response.writeHead(201).end();
  else response.writeHead(204, { 'Content-Range': `*/${count}` }).end();
}

export function refuseUpload({ response }) {
  const body = { code: '23505', message: 'duplicate key value', details: null, hint: null };
  response.writeHead(409, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
}

/** A value of the database as the service sends it down. */
function replicate(declared, value) {
  if (value === null) return null;
  if (declared === 'boolean') return typeof value === 'boolean' ? Number(value) : value;
  if (/json|\[\]/.test(declared ?? '')) return JSON.stringify(value);
  return value;
}

/** The row that a change makes of another one, as JSON text. */
export function mergeRow(before, { type, id, columns }) {
  const declared = tablesOf(2).find((table) => table.type === type)?.columns ?? {};
  const row = before === undefined ? { id } : JSON.parse(before, exact);
  for (const [name, value] of Object.entries(columns)) row[name] = replicate(declared[name], value);
  return JSON.stringify(row);
}
