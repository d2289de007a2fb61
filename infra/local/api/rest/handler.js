// SPDX-FileCopyrightText: 2026 The Syncline authors
// SPDX-License-Identifier: MIT
//
// Runs writes and calls as the user of the request and answers as PostgREST does.

import pg from 'pg';
import { asksForDescription, describe } from './description.js';
import { errorResponse, fromPostgres, RestError } from './errors.js';
import { callSql, planCall } from './rpc.js';
import { SchemaCache } from './schema-cache.js';
import { asUser } from './session.js';
import { isNoOperation, planWrite, toSql } from './write.js';

export function createRestHandler({ databaseUrl }) {
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 20, options: '-c TimeZone=UTC' });
  // An idle connection that breaks is replaced; requests in flight report it themselves.
  pool.on('error', () => {});
  const schema = new SchemaCache(pool);

  /** A Response, or null for requests that are lite's to answer. */
  return async (request, url, claims) => {
    const run = (transaction) => asUser(pool, claims, request, url, transaction);
    try {
      if (asksForDescription(request, url)) return await describe(run);
      if (!isJson(request)) return null;
      const body = request.method === 'DELETE' ? '' : await request.clone().text();
      const call = planCall(request, url, body);
      if (call) return await answerCall(await callSql(pool, call), run);
      const plan = planWrite(request, url, body);
      return plan && (await answerWrite(plan, schema, run));
    } catch (error) {
      return errorResponse(error instanceof RestError ? error : fromPostgres(error, claims.role));
    }
  };
}

const isJson = (request) =>
  request.method === 'DELETE' || /^application\/json\b/.test(request.headers.get('content-type') ?? '');

async function answerCall({ text, values, returns }, run) {
  const { rows } = await run((client) => client.query({ text, values }));
  const headers = { 'Access-Control-Allow-Origin': '*', 'Content-Type': 'application/json; charset=utf-8' };
  return returns === 'nothing' ? new Response(null, { status: 204 }) : new Response(rows[0]?.json ?? 'null', { headers });
}

async function answerWrite(plan, schema, run) {
  if (isNoOperation(plan)) return answer(plan, { count: 0, json: '[]', updated: 0 });
  const query = toSql(plan, await schema.table(plan.table, plan.columns));
  const result = await run(async (client) => {
    const { rowCount, rows } = await client.query(asJson(plan, query));
    const updated = plan.prefer.resolution === 'merge-duplicates' ? await updatedCount(client) : 0;
    return wantsRows(plan) ? { ...rows[0], updated } : { count: rowCount, updated };
  });
  return answer(plan, result);
}

const wantsRows = ({ prefer }) => prefer.return === 'representation';

function asJson(plan, { text, values }) {
  if (!wantsRows(plan)) return { text, values };
  return {
    text: `with changed as (${text})
           select count(*)::int as count, coalesce(json_agg(changed), '[]')::text as json from changed`,
    values
  };
}

async function updatedCount(client) {
  const { rows } = await client.query(`select coalesce(nullif(current_setting('syncline.updated', true), ''), '0')::int as n`);
  return rows[0].n;
}

function answer(plan, { count, json, updated }) {
  const headers = {
    'Access-Control-Allow-Origin': '*',
    'Content-Range': contentRange(plan, count),
    ...(plan.prefer.applied.length > 0 && { 'Preference-Applied': plan.prefer.applied.join(', ') })
  };
  if (json !== undefined && wantsRows(plan)) headers['Content-Type'] = 'application/json; charset=utf-8';
  const status = statusOf(plan, count, updated);
  return new Response(wantsRows(plan) ? json : null, { status, headers });
}

function statusOf(plan, count, updated) {
  if (plan.method !== 'POST') return wantsRows(plan) ? 200 : 204;
  return plan.prefer.resolution === 'merge-duplicates' && count > 0 && updated === count ? 200 : 201;
}

function contentRange({ method, prefer }, count) {
  const total = prefer.count === 'exact' ? count : '*';
  return method === 'PATCH' && count > 0 ? `0-${count - 1}/${total}` : `*/${total}`;
}
