// SPDX-FileCopyrightText: 2026 The Syncline authors
// SPDX-License-Identifier: MIT
//
// PostgreSQL's text form of a value → what sync rules work on. The results are
// the official service's: bigint for integers, text for numeric, JSON kept as
// text, dates normalised.

import { JsonContainer } from '@powersync/service-jsonbig';
import { DateTimeValue, TimeValue, TimeValuePrecision } from '@powersync/service-sync-rules';
import { parseArray } from './arrays.js';

const BOOL = 16;
const BYTEA = 17;
const INTEGERS = new Set([20, 21, 23, 26]);
const FLOATS = new Set([700, 701]);
const DATE = 1082;
const TIME = 1083;
const TIMESTAMP = 1114;
const TIMESTAMPTZ = 1184;
const JSON_TYPES = new Set([114, 3802]);

const MICROSECONDS = {
  subSecondPrecision: TimeValuePrecision.microseconds,
  defaultSubSecondPrecision: TimeValuePrecision.microseconds
};

/** @param catalog answers elementOf(oid): an array type's element type, or undefined */
export function toValue(text, oid, catalog) {
  if (text === null || text === undefined) return text;
  if (oid === BOOL) return text === 't';
  if (oid === BYTEA) return Uint8Array.from(Buffer.from(text.slice(2), 'hex'));
  if (INTEGERS.has(oid)) return BigInt(text);
  if (FLOATS.has(oid)) return Number(text);
  if (JSON_TYPES.has(oid)) return new JsonContainer(text);
  if (oid === DATE) return dateValue(text);
  if (oid === TIME) return TimeValue.parse(text, MICROSECONDS);
  if (oid === TIMESTAMP) return timestampValue(text);
  if (oid === TIMESTAMPTZ) return timestamptzValue(text);
  const element = catalog.elementOf(oid);
  if (element !== undefined) return parseArray(text, (item) => toValue(item, element, catalog));
  return text;
}

function dateValue(text) {
  if (text === 'infinity') return '9999-12-31';
  if (text === '-infinity') return '0000-01-01';
  return text;
}

const MOMENT = /^([\d-]+) ([\d:]+)(\.\d+)?([+-][\d:]+)?$/;

function timestampValue(text) {
  if (text === 'infinity') return new DateTimeValue('9999-12-31T23:59:59', undefined, MICROSECONDS);
  if (text === '-infinity') return new DateTimeValue('0000-01-01T00:00:00', undefined, MICROSECONDS);
  const match = MOMENT.exec(text);
  if (!match) return null;
  const [, date, time, fraction = '.'] = match;
  return new DateTimeValue(`${date}T${time}${fraction.padEnd(7, '0')}`, text, MICROSECONDS);
}

// The session runs in UTC, so the offset is always zero and only its notation changes.
function timestamptzValue(text) {
  if (text === 'infinity') return new DateTimeValue('9999-12-31T23:59:59Z', undefined, MICROSECONDS);
  if (text === '-infinity') return new DateTimeValue('0000-01-01T00:00:00Z', undefined, MICROSECONDS);
  const match = MOMENT.exec(text);
  if (!match || match[1].length !== 10) return null;
  const [, date, time, fraction = ''] = match;
  return new DateTimeValue(`${date}T${time}${fraction}Z`, `${date} ${time}${fraction}Z`, MICROSECONDS);
}
