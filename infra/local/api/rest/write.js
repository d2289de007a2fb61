// SPDX-FileCopyrightText: 2026 The Syncline authors
// SPDX-License-Identifier: MIT
//
// Writes to /rest/v1/TABLE with the SQL that PostgREST runs: the body goes to
// PostgreSQL as it is, and PostgreSQL casts its members to the columns' types.
//
// Lite would convert values itself, and loses digits of numeric, takes 1 for
// false, parses JSON out of text and reports check constraints as HTTP 500. A
// client that works against that need not work against Supabase.

import { RestError } from './errors.js';
import { parseFilters } from './filters.js';
import { parsePrefer } from './prefer.js';

const METHODS = new Set(['POST', 'PATCH', 'DELETE']);
const quote = (identifier) => `"${identifier.replaceAll('"', '""')}"`;

/** What a request wants, or null for requests that are lite's to answer. */
export function planWrite(request, url, body) {
  const table = /^\/rest\/v1\/([^/]+)$/.exec(url.pathname)?.[1];
  const prefer = parsePrefer(request.headers.get('prefer'));
  const filters = request.method === 'POST' ? [] : parseFilters(url.searchParams);
  if (!table || !METHODS.has(request.method) || !prefer || !filters) return null;
  if ((request.headers.get('content-profile') ?? 'public') !== 'public') return null;
  if (!/^(\*\/\*|application\/json)?$/.test(request.headers.get('accept') ?? '')) return null;
  if (url.searchParams.has('select') && url.searchParams.get('select') !== '*') return null;
  return {
    method: request.method,
    table: decodeURIComponent(table),
    prefer,
    filters,
    body,
    isMany: request.method === 'POST' && /^\s*\[/.test(body),
    columns: request.method === 'DELETE' ? [] : columnsOf(body, listParameter(url, 'columns')),
    conflict: listParameter(url, 'on_conflict')
  };
}

/** columns="a","b" or columns=a,b */
function listParameter(url, name) {
  const text = url.searchParams.get(name);
  return text === null ? null : text.split(',').map((item) => item.trim().replace(/^"(.*)"$/, '$1'));
}

function columnsOf(body, declared) {
  const parsed = parseJson(body);
  const objects = [].concat(parsed);
  if (objects.some((object) => object === null || typeof object !== 'object' || Array.isArray(object))) {
    throw new RestError(400, 'PGRST102', 'Empty or invalid json');
  }
  if (declared) return declared;
  const keys = Object.keys(objects[0] ?? {});
  const wanted = [...keys].sort().join('\0');
  if (objects.some((object) => Object.keys(object).sort().join('\0') !== wanted)) {
    throw new RestError(400, 'PGRST102', 'All object keys must match');
  }
  return keys;
}

function parseJson(body) {
  try {
    return JSON.parse(body);
  } catch {
    throw new RestError(400, 'PGRST102', 'Empty or invalid json');
  }
}

/** Whether there is nothing to write: an update of no column, an insert of no row. */
export function isNoOperation({ method, body, columns }) {
  if (method === 'PATCH') return columns.length === 0;
  return method === 'POST' && /^\s*\[\s*\]\s*$/.test(body);
}

/** {text, values} for PostgreSQL. */
export function toSql(plan, columnsInTable) {
  if (!columnsInTable) {
    throw new RestError(404, 'PGRST205', `Could not find the table 'public.${plan.table}' in the schema cache`);
  }
  for (const column of plan.columns) {
    if (!columnsInTable.has(column)) {
      throw new RestError(400, 'PGRST204', `Could not find the '${column}' column of '${plan.table}' in the schema cache`);
    }
  }
  const statement = new Statement(plan, columnsInTable);
  const builders = { POST: 'insert', PATCH: 'update', DELETE: 'delete' };
  return { text: statement[builders[plan.method]]() + statement.returning(), values: statement.values };
}

class Statement {
  constructor(plan, columnsInTable) {
    this.plan = plan;
    this.columnsInTable = columnsInTable;
    this.target = `public.${quote(plan.table)}`;
    this.values = [];
  }

  parameter(value) {
    this.values.push(value);
    return `$${this.values.length}`;
  }

  insert() {
    const names = this.plan.columns.map(quote);
    if (names.length === 0) return `insert into ${this.target} default values`;
    const columns = names.join(', ');
    return `insert into ${this.target} (${columns}) select ${columns} from ${this.record()}${this.onConflict()}`;
  }

  update() {
    const assignments = this.plan.columns.map((column) => `${quote(column)} = body.${quote(column)}`);
    return `update ${this.target} set ${assignments.join(', ')} from ${this.record()}${this.where()}`;
  }

  delete() {
    return `delete from ${this.target}${this.where()}`;
  }

  /** The body as a relation of the table's types, called body. */
  record() {
    const types = this.plan.columns.map((column) => `${quote(column)} ${this.columnsInTable.get(column).type}`).join(', ');
    const body = this.parameter(this.plan.body);
    if (this.plan.prefer.missing === 'default') return this.recordWithDefaults(body, types);
    const expand = this.plan.isMany ? 'json_to_recordset' : 'json_to_record';
    return `${expand}(${body}::json) as body (${types})`;
  }

  /** Members that an object does not have take the column's default. */
  recordWithDefaults(body, types) {
    const defaults = this.plan.columns
      .filter((column) => this.columnsInTable.get(column).default)
      .map((column) => `'${column.replaceAll("'", "''")}', ${this.columnsInTable.get(column).default}`);
    const objects = this.plan.isMany ? `jsonb_array_elements(${body}::jsonb)` : `(values (${body}::jsonb)) as v`;
    const element = this.plan.isMany ? 'object' : 'column1';
    const source = this.plan.isMany ? `${objects} as object` : objects;
    return (
      `(select jsonb_agg(jsonb_build_object(${defaults.join(', ')}) || ${element}) as all_of_it from ${source}) as completed, ` +
      `jsonb_to_recordset(completed.all_of_it) as body (${types})`
    );
  }

  // Counts updates, so that the status can tell 201 from 200.
  onConflict() {
    const { prefer, conflict, columns } = this.plan;
    const keys = conflict ?? [...this.columnsInTable].filter(([, { isKey }]) => isKey).map(([name]) => name);
    if (!prefer.resolution || keys.length === 0) return '';
    const target = ` on conflict (${keys.map(quote).join(', ')})`;
    if (prefer.resolution === 'ignore-duplicates') return `${target} do nothing`;
    const assignments = columns.map((column) => `${quote(column)} = excluded.${quote(column)}`).join(', ');
    return `${target} do update set ${assignments} where ${COUNT_UPDATE}`;
  }

  where() {
    const conditions = this.plan.filters.map(({ column, value, sql }) =>
      sql(`${this.target}.${quote(column)}`, value === undefined ? null : this.parameter(value))
    );
    return conditions.length === 0 ? '' : ` where ${conditions.join(' and ')}`;
  }

  // Without anything returned, no right to read is needed.
  returning() {
    return this.plan.prefer.return === 'representation' ? ` returning ${this.target}.*` : '';
  }
}

const COUNT_UPDATE = `set_config('syncline.updated',
  (coalesce(nullif(current_setting('syncline.updated', true), ''), '0')::int + 1)::text, true) is not null`;
