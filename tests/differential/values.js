// SPDX-FileCopyrightText: 2026 The Syncline authors
// SPDX-License-Identifier: MIT
//
// Values of rows, as JSON text of the server and as SQL of an application. Numbers are written the way
// SQLite writes them: what the official core makes of `1e3` in a column of text is a matter of taste.

import { TYPES } from './schema.js';

const TEXTS = [
  '', ' ', 'plain', "O'Hara", '"quoted"', 'back\\slash', 'line\nbreak', 'tab\tstop', 'caf\u00e9', '\u65e5\u672c\u8a9e',
  '\u{1f600}', '\u{1f468}\u200d\u{1f469}\u200d\u{1f467}', 'null', 'true', '123', '-0.5', '{"a":1}', '[1,2]', "x'; DROP TABLE items; --",
  '%s%n', '$1', '\ufeffbom', '\u2028\u2029', '\u007f', '\u0001\u001f', '/slash/', '<tag>&amp;', '\u0000', 'nul\u0000inside',
  'e\u0301', '\ud7ff\ue000\uffff', 'x'.repeat(700), '\u00e9'.repeat(300)
];
const BIGS = ['0', '-1', '9223372036854775807', '-9223372036854775808', '9007199254740993', '-9007199254740993', '4294967296'];
const NUMERICS = ['"0.10"', '"-123456789012345678901234567890.1234567890"', '"1e400"', '12', '-7.5', '"NaN"'];
const DOCUMENTS = ['{}', '[]', '{"a":{"b":[1,2.5,null,true]}}', '"text"', '12345678901234567890', 'null', '{"\u00e9":"\\u0000\\n"}'];

/** A JSON string, at times with escapes that it does not need. */
function jsonString(random, text) {
  const json = JSON.stringify(text);
  if (random.chance(0.6)) return json;
  return Array.from(json, (char) => (/[^\x00-\x7f]|\//.test(char) && random.chance(0.5) ? escaped(char) : char)).join('');
}

function escaped(char) {
  if (char === '/') return '\\/';
  return Array.from({ length: char.length }, (_, i) => `\\u${char.charCodeAt(i).toString(16).padStart(4, '0')}`).join('');
}

const MAKERS = {
  text: (random) => jsonString(random, random.pick(TEXTS)),
  uuid: (random) => JSON.stringify(random.uuid()),
  integer: (random) => String(random.pick([0, -1, 1, 42, 2147483647, -2147483648])),
  bigint: (random) => random.pick(BIGS),
  numeric: (random) => random.pick(NUMERICS),
  double: (random) => random.pick(['0.1', '-1.5', '3', '0', '1e100', '2.2250738585072014e-308', '123456789.25']),
  boolean: (random) => random.pick(['0', '1', 'true', 'false']),
  jsonb: (random) => jsonString(random, random.pick(DOCUMENTS)),
  'text[]': (random) => jsonString(random, JSON.stringify([random.pick(TEXTS).replaceAll('\u0000', ''), 'b'])),
  timestamptz: (random) => `"2026-0${random.between(1, 9)}-22 16:25:00.684334Z"`
};

const baseOf = (declared) => declared.replace(/\(.*/, '').replace(' precision', '');

/** What no column of that type should hold, but a server may send. */
const MISFITS = ['"abc"', '12', '1.5', '{"a":[1,"\\u00e9"]}', '[]', '"12"', '"1.5"', 'true', 'false'];

/** A bare true in a column of documents is `true` for Syncline and `1` for the official core. */
const misfitsOf = (declared) => (/json|\[\]/.test(declared) ? MISFITS.slice(0, -2) : MISFITS);

function jsonValue(random, declared) {
  if (random.chance(0.08)) return 'null';
  if (random.chance(0.04)) return random.pick(misfitsOf(declared));
  return MAKERS[baseOf(declared)](random);
}

/** The data of a PUT. */
export function rowJson(random, type, id) {
  const members = Object.entries(TYPES[type].columns)
    .filter(() => random.chance(0.85))
    .map(([name, declared]) => `${JSON.stringify(name)}:${jsonValue(random, declared)}`);
  if (random.chance(0.8)) members.push(`"id":${JSON.stringify(id)}`);
  if (random.chance(0.2)) members.push(`"unknown_${random.below(3)}":${random.pick(MISFITS)}`);
  if (random.chance(0.05) && members.length > 0) members.push(random.pick(members));
  return `{${(random.chance(0.3) ? random.shuffle(members) : members).join(',')}}`;
}

const quote = (text) => `'${text.replaceAll("'", "''")}'`;

const WRITERS = {
  text: (random) => quote(random.pick(TEXTS).replaceAll('\u0000', '0')),
  uuid: (random) => quote(random.uuid()),
  integer: (random) => String(random.pick([0, -1, 7, 2147483647])),
  bigint: (random) => random.pick(BIGS.filter((text) => text !== '-9223372036854775808')),
  numeric: (random) => quote(random.pick(['0.10', '-99999999999999999999.5', '3'])),
  double: (random) => random.pick(['0.5', '-1.25', '1e10']),
  boolean: (random) => random.pick(['0', '1']),
  jsonb: (random) => quote(random.pick(['{"a":1}', '[]', '{"n":9007199254740993}'])),
  'text[]': (random) => quote(random.pick(['["a"]', '[]'])),
  timestamptz: () => quote('2026-02-03T04:05:06Z')
};

/** An SQL literal that an application writes. */
export function sqlValue(random, declared) {
  return random.chance(0.15) ? 'NULL' : WRITERS[baseOf(declared)](random);
}

export { quote as sqlQuote };
