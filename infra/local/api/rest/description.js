// SPDX-FileCopyrightText: 2026 The Syncline authors
// SPDX-License-Identifier: MIT
//
// GET /rest/v1/: what PostgREST says of itself, as far as tools that read tables
// and columns from it need. Like there, a role sees what it has rights to.

const COLUMNS = `
  select c.relname, a.attname, format_type(a.atttypid, null), a.attnotnull,
         coalesce(a.attnum = any (i.indkey), false), col_description(c.oid, a.attnum),
         array(select e.enumlabel::text from pg_enum e where e.enumtypid = a.atttypid order by e.enumsortorder)
  from pg_class c
  join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
  left join pg_index i on i.indrelid = c.oid and i.indisprimary
  where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'v', 'p', 'f', 'm')
    and has_table_privilege(c.oid, 'select, insert, update, delete')
  order by c.relname, a.attnum`;

const KEY_NOTE = 'Note:\nThis is a Primary Key.<pk/>';

/** Whether a request asks for it. */
export const asksForDescription = (request, url) => request.method === 'GET' && /^\/rest\/v1\/?$/.test(url.pathname);

/** @param run calls its argument with a connection that has the role of the request */
export async function describe(run) {
  const { rows } = await run((client) => client.query({ text: COLUMNS, rowMode: 'array' }));
  const definitions = {};
  for (const [table, column, format, isRequired, isKey, comment, labels] of rows) {
    definitions[table] ??= { required: [], properties: {}, type: 'object' };
    if (isRequired) definitions[table].required.push(column);
    definitions[table].properties[column] = property(format, isKey, comment, labels);
  }
  const description = { swagger: '2.0', info: { title: 'standard public schema', version: 'local' }, basePath: '/', definitions };
  return new Response(JSON.stringify(description), {
    headers: { 'Access-Control-Allow-Origin': '*', 'Content-Type': 'application/openapi+json; charset=utf-8' }
  });
}

function property(format, isKey, comment, labels) {
  const description = [comment, isKey && KEY_NOTE].filter(Boolean).join('\n\n');
  return {
    ...(description && { description }),
    ...(labels.length > 0 && { enum: labels }),
    format: labels.length > 0 ? `public.${format}` : format,
    ...typeOf(format)
  };
}

function typeOf(format) {
  if (format.endsWith('[]')) return { type: 'array', items: typeOf(format.slice(0, -2)) };
  if (/^(json|jsonb)$/.test(format)) return {};
  if (/^(smallint|integer|bigint)$/.test(format)) return { type: 'integer' };
  if (/^(numeric|real|double precision)$/.test(format)) return { type: 'number' };
  return { type: format === 'boolean' ? 'boolean' : 'string' };
}
