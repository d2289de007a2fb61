// SPDX-FileCopyrightText: 2026 The Syncline authors
// SPDX-License-Identifier: MIT
//
// Calls of functions, POST /rest/v1/rpc/NAME, as PostgREST makes them: the body's
// members become named arguments, cast by PostgreSQL.

import { RestError } from './errors.js';

const quote = (identifier) => `"${identifier.replaceAll('"', '""')}"`;

const FUNCTIONS = `
  select coalesce(p.proargnames[1:p.pronargs], '{}'),
         array(select format_type(t.oid, null) from unnest(p.proargtypes) with ordinality as u (oid, i)
               join pg_type t on t.oid = u.oid order by u.i),
         p.pronargdefaults, p.proretset, p.prorettype = 'void'::regtype
  from pg_proc p
  where p.pronamespace = 'public'::regnamespace and p.proname = $1 and p.prokind = 'f'`;

/** {name, body}, or null if the request is no such call. */
export function planCall(request, url, body) {
  const name = /^\/rest\/v1\/rpc\/([^/]+)$/.exec(url.pathname)?.[1];
  if (!name || request.method !== 'POST' || url.search !== '') return null;
  return { name: decodeURIComponent(name), body: body.trim() === '' ? '{}' : body };
}

/** {text, values, returns}; returns is 'nothing', 'rows' or 'value'. */
export async function callSql(pool, { name, body }) {
  const { rows } = await pool.query({ text: FUNCTIONS, values: [name], rowMode: 'array' });
  const candidates = rows.map(([names, types, defaults, returnsSet, returnsNothing]) => ({
    names,
    types,
    required: names.slice(0, names.length - defaults),
    returns: returnsNothing ? 'nothing' : returnsSet ? 'rows' : 'value'
  }));
  const given = keysOf(body);
  const found = candidates.find((candidate) => fits(candidate, given)) ?? candidates.find(takesWholeBody);
  if (!found) throw notFound(name, given);
  return { ...statement(name, found, given, body), returns: found.returns };
}

function keysOf(body) {
  try {
    const parsed = JSON.parse(body);
    return Array.isArray(parsed) ? [] : Object.keys(parsed);
  } catch {
    throw new RestError(400, 'PGRST102', 'Empty or invalid json');
  }
}

const fits = ({ names, required }, given) =>
  given.every((key) => names.includes(key)) && required.every((name) => given.includes(name));

const takesWholeBody = ({ names, types }) =>
  types.length === 1 && (names.length === 0 || names[0] === '') && ['json', 'jsonb'].includes(types[0]);

function statement(name, { names, types, returns }, given, body) {
  const result = returns === 'rows' ? `coalesce(json_agg(result), '[]')` : 'to_json(result)';
  const select = (source, call) => `select ${result}::text as json from ${source}public.${quote(name)}(${call}) as result`;
  if (types.length === 1 && !names[0]) return { text: select('', `$1::${types[0]}`), values: [body] };
  if (given.length === 0) return { text: select('', ''), values: [] };
  const record = given.map((key) => `${quote(key)} ${types[names.indexOf(key)]}`).join(', ');
  const named = given.map((key) => `${quote(key)} := body.${quote(key)}`).join(', ');
  return { text: select(`json_to_record($1::json) as body (${record}), lateral `, named), values: [body] };
}

function notFound(name, given) {
  const description = given.length > 0 ? `(${given.join(', ')})` : 'without parameters';
  return new RestError(404, 'PGRST202', `Could not find the function public.${name}${description} in the schema cache`);
}
