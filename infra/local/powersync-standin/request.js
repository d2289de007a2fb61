// SPDX-FileCopyrightText: 2026 The Syncline authors
// SPDX-License-Identifier: MIT
//
// Reads and validates what clients send, with the official service's quirks.

import { invalidRequest, ServiceError } from './errors.js';

const MAX_BODY_BYTES = 1 << 20;

const tooLarge = () => new ServiceError(413, 'FST_ERR_CTP_BODY_TOO_LARGE', 'Request body is too large');

/** The parsed body. Plain text, or a body of no declared type, counts as empty. */
export async function readBody(request) {
  const type = (request.headers['content-type'] ?? '').split(';')[0].trim().toLowerCase();
  if (Number(request.headers['content-length'] ?? 0) > MAX_BODY_BYTES) throw tooLarge();
  const body = await collect(request);
  if (type === '' || type === 'text/plain') return {};
  if (type !== 'application/json') {
    throw new ServiceError(415, 'FST_ERR_CTP_INVALID_MEDIA_TYPE', `Unsupported Media Type: ${type}`);
  }
  if (body.length === 0) {
    throw new ServiceError(
      400,
      'FST_ERR_CTP_EMPTY_JSON_BODY',
      "Body cannot be empty when content-type is set to 'application/json'"
    );
  }
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    throw new ServiceError(400, 'FST_ERR_CTP_INVALID_JSON_BODY', 'Body is not valid JSON');
  }
}

async function collect(request) {
  const chunks = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) throw tooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

const isObject = (value) => value !== null && typeof value === 'object' && !Array.isArray(value);

export function validateSyncRequest(body) {
  if (!isObject(body)) throw invalidRequest('must be object');
  const problems = [...bucketProblems(body.buckets), ...memberProblems(body), ...streamProblems(body.streams)];
  if (problems.length > 0) throw invalidRequest(problems);
  return { ...body, buckets: (body.buckets ?? []).map(positionOf) };
}

function positionOf({ name, after }) {
  // A string that is no number passes validation and fails later, as a 500.
  if (!/^\d+$/.test(after)) throw new ServiceError(500, 'PSYNC_S2001', `Cannot convert ${after} to a BigInt`);
  return { name, after: Number(after) };
}

function bucketProblems(buckets) {
  if (buckets === undefined) return [];
  if (!Array.isArray(buckets)) return ['buckets: must be array'];
  return buckets.flatMap((bucket, i) => [
    ...(typeof bucket?.name === 'string' ? [] : [`buckets/${i}/name: must be string`]),
    ...(typeof bucket?.after === 'string' ? [] : [`buckets/${i}/after: must be string`])
  ]);
}

function memberProblems(body) {
  const problems = [];
  for (const name of ['include_checksum', 'raw_data', 'binary_data']) {
    if (body[name] !== undefined && typeof body[name] !== 'boolean') problems.push(`${name}: must be boolean`);
  }
  if (body.client_id !== undefined && typeof body.client_id !== 'string') problems.push('client_id: must be string');
  for (const name of ['parameters', 'app_metadata']) {
    if (body[name] !== undefined && !isObject(body[name])) problems.push(`${name}: must be object`);
  }
  if (isObject(body.app_metadata) && Object.values(body.app_metadata).some((value) => typeof value !== 'string')) {
    problems.push('app_metadata: values must be string');
  }
  return problems;
}

function streamProblems(streams) {
  if (streams === undefined) return [];
  if (!isObject(streams)) return ['streams: must be object'];
  if (!Array.isArray(streams.subscriptions)) return ['streams/subscriptions: must be array'];
  return streams.subscriptions.flatMap((subscription, i) => {
    const where = `streams/subscriptions/${i}`;
    const { stream, parameters, override_priority: priority } = subscription ?? {};
    return [
      ...(typeof stream === 'string' ? [] : [`${where}/stream: must be string`]),
      ...(parameters === null || isObject(parameters) ? [] : [`${where}/parameters: must be object or null`]),
      ...(priority === null || typeof priority === 'number' ? [] : [`${where}/override_priority: must be number or null`])
    ];
  });
}
