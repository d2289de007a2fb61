// SPDX-FileCopyrightText: 2026 The Syncline authors
// SPDX-License-Identifier: MIT

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { JSONBig } from '@powersync/service-jsonbig';
import { applyRowContext, CompatibilityContext, toSyncRulesRow } from '@powersync/service-sync-rules';
import { toValue } from '../powersync-standin/values.js';

const catalog = { elementOf: (oid) => ({ 1009: 25, 1007: 23, 1231: 1700, 1000: 16 })[oid] };
const contexts = { 1: CompatibilityContext.FULL_BACKWARDS_COMPATIBILITY, 3: new CompatibilityContext({ edition: 3 }) };

/** A value's JSON as it stands in a row on the wire. */
function onTheWire(text, oid, edition = 1) {
  const row = applyRowContext(toSyncRulesRow({ v: toValue(text, oid, catalog) }), contexts[edition]);
  return JSONBig.stringify(row).slice('{"v":'.length, -1);
}

const cases = [
  ['boolean', 't', 16, '1'],
  ['smallint', '-7', 21, '-7'],
  ['bigint beyond 2^53', '9223372036854775807', 20, '9223372036854775807'],
  ['numeric stays text', '1.50', 1700, '"1.50"'],
  ['double precision', '0.1', 701, '0.1'],
  ['a whole double keeps its point', '3', 701, '3.0'],
  ['text', 'a"b', 25, '"a\\"b"'],
  ['null', null, 25, 'null'],
  ['jsonb as text', '{"a": 1}', 3802, '"{\\"a\\": 1}"'],
  ['json keeps its spaces', '{ "a":1.0 }', 114, '"{ \\"a\\":1.0 }"'],
  ['text[]', '{a,"b,c",NULL,"d\\"e"}', 1009, '"[\\"a\\",\\"b,c\\",null,\\"d\\\\\\"e\\"]"'],
  ['an empty array', '{}', 1009, '"[]"'],
  ['integer[][]', '{{1,2},{3,4}}', 1007, '"[[1,2],[3,4]]"'],
  ['an array with bounds', '[0:1]={5,6}', 1007, '"[5,6]"'],
  ['boolean[]', '{t,f}', 1000, '"[1,0]"'],
  ['timestamptz', '2026-11-22 16:25:00.684334+00', 1184, '"2026-11-22 16:25:00.684334Z"'],
  ['timestamptz of whole seconds', '2026-11-22 16:25:00+00', 1184, '"2026-11-22 16:25:00Z"'],
  ['timestamptz without end', 'infinity', 1184, '"9999-12-31 23:59:59Z"'],
  ['timestamp', '2026-11-22 16:25:00.5', 1114, '"2026-11-22 16:25:00.5"'],
  ['date', '2026-11-22', 1082, '"2026-11-22"'],
  ['time', '12:30:00', 1083, '"12:30:00"'],
  ['an enum', 'fine', 99999, '"fine"']
];

for (const [name, text, oid, expected] of cases) {
  test(`${name}: ${text}`, () => assert.equal(onTheWire(text, oid), expected));
}

test('newer editions write timestamps in ISO 8601 with all six digits', () => {
  assert.equal(onTheWire('2026-11-22 16:25:00.5+00', 1184, 3), '"2026-11-22T16:25:00.500000Z"');
  assert.equal(onTheWire('2026-11-22 16:25:00', 1114, 3), '"2026-11-22T16:25:00.000000"');
});

test('a large value that did not change is undefined, not null', () => {
  assert.equal(toValue(undefined, 25, catalog), undefined);
});
