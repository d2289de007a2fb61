// SPDX-FileCopyrightText: 2026 The Syncline authors
// SPDX-License-Identifier: MIT
//
// Runs a planned write as the user of the request, in one transaction, and
// answers as PostgREST does.

import pg from 'pg';
import { errorResponse, fromPostgres, RestError } from './errors.js';
import { SchemaCache } from './schema-cache.js';
import { isNoOperation, planWrite, toSql } from './write.js';

export function createWriteHandler({ databaseUrl }) {
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 20, options: '-c TimeZone=UTC' });
  // An idle connection that breaks is replaced; requests in flight report it themselves.
  pool.on('error', () => {});
  const schema = new SchemaCache(pool);

  /** A Response, or null for requests that are not simple writes. */
  return async (request, url, claims) => {
    try {
      if (!isJson(request)) return null;
      const plan = planWrite(request, url, request.method === 'DELETE' ? '' : await request.clone().text());
      if (plan === null) return null;
      if (isNoOperation(plan)) return emptyAnswer(plan);
      const query = toSql(plan, await schema.table(plan.table, plan.columns));
      return answer(plan, await runAs(pool, claims, request, url, plan, query));
    } catch (error) {
      return errorResponse(error instanceof RestError ? error : fromPostgres(error, claims.role));
    }
  };
}

const isJson = (request) =>
  request.method === 'DELETE' || /^application\/json\b/.test(request.headers.get('content-type') ?? '');

async function runAs(pool, claims, request, url, plan, query) {
  const client = await pool.connect();
  let failure = null;
  try {
    await client.query('begin');
    await client.query(
      `select set_config('role', $1, true), set_config('request.jwt.claims', $2, true),
              set_config('request.method', $3, true), set_config('request.path', $4, true)`,
      [claims.role ?? 'anon', JSON.stringify(claims), request.method, url.pathname]
    );
    const { rowCount, rows } = await client.query(asJson(plan, query));
    const updated = plan.prefer.resolution === 'merge-duplicates' ? await updatedCount(client) : 0;
    await client.query('commit');
    return wantsRows(plan) ? { count: rows[0].count, json: rows[0].json, updated } : { count: rowCount, updated };
  } catch (error) {
    failure = error;
    await client.query('rollback').catch(() => {});
    throw error;
  } finally {
    client.release(failure?.severity === undefined ? (failure ?? undefined) : undefined);
  }
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

function emptyAnswer(plan) {
  return answer(plan, { count: 0, json: '[]', updated: 0 });
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
