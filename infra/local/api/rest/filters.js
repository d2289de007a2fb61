// SPDX-FileCopyrightText: 2026 The Syncline authors
// SPDX-License-Identifier: MIT
//
// Filters in the query string: column=operator.value, as far as writes of a
// sync client need them.

const COMPARISONS = { eq: '=', neq: '<>', gt: '>', gte: '>=', lt: '<', lte: '<=' };
const CONSTANTS = { null: 'null', true: 'true', false: 'false', unknown: 'unknown', not_null: 'not null' };
const NOT_FILTERS = new Set(['columns', 'on_conflict', 'select']);

/** [{column, sql(name, parameter), value}], or null if some filter is beyond this subset. */
export function parseFilters(parameters) {
  const filters = [];
  for (const [column, text] of parameters) {
    if (NOT_FILTERS.has(column)) continue;
    const filter = parseFilter(column, text);
    if (filter === null) return null;
    filters.push(filter);
  }
  return filters;
}

function parseFilter(column, text) {
  const match = /^(not\.)?([a-z]+)\.(.*)$/s.exec(text);
  if (!match || !/^[A-Za-z_][\w$ ]*$/.test(column) || ['and', 'or', 'not', 'limit', 'offset', 'order'].includes(column)) return null;
  const [, not = '', operator, value] = match;
  const negation = not ? 'not ' : '';
  if (operator in COMPARISONS) {
    return { column, value, sql: (name, parameter) => `${negation}${name} ${COMPARISONS[operator]} ${parameter}` };
  }
  if (operator === 'in') {
    const values = parseList(value);
    return values && { column, value: values, sql: (name, parameter) => `${negation}${name} = any (${parameter})` };
  }
  if (operator === 'is' && value in CONSTANTS) {
    return { column, sql: (name) => `${negation}${name} is ${CONSTANTS[value]}` };
  }
  return null;
}

/** (a,"b,c","d\"e") */
function parseList(text) {
  if (!/^\(.*\)$/s.test(text)) return null;
  const items = [...text.slice(1, -1).matchAll(/"((?:[^"\\]|\\.)*)"(?:,|$)|([^,]+)(?:,|$)/gs)];
  return items.map(([, quoted, bare]) => quoted?.replace(/\\(.)/gs, '$1') ?? bare);
}
