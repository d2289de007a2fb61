// SPDX-FileCopyrightText: 2026 The Syncline authors
// SPDX-License-Identifier: MIT
//
// /admin/…, for tests: there only if a token for it was configured.

import { timingSafeEqual } from 'node:crypto';
import { notFound, unauthorized } from './errors.js';
import { readBody } from './request.js';

export function createAdmin(service) {
  const { adminToken, faults } = service;
  const actions = {
    'GET /admin/status': () => ({
      streams: faults.openStreams,
      buckets: service.store.buckets.size,
      last_op_id: String(service.store.lastOpId),
      lsn: String(service.store.lsn)
    }),
    'POST /admin/compact': () => {
      service.store.compact();
      return { buckets: service.store.buckets.size };
    },
    'POST /admin/disconnect-all': (body) => faults.disconnectAll(body),
    'POST /admin/corrupt-next': (body) => faults.corruptNext(body),
    'POST /admin/fail-next': (body) => faults.failNext(body)
  };

  return async (request, path) => {
    const action = adminToken && actions[`${request.method} ${path}`];
    if (!action) throw notFound(request.method, path);
    if (!isAllowed(request.headers.authorization, adminToken)) {
      throw unauthorized('PSYNC_S2106', 'The admin token is missing or wrong');
    }
    return action(request.headers['content-type'] ? await readBody(request) : {});
  };
}

function isAllowed(authorization = '', adminToken) {
  const given = Buffer.from(authorization);
  const expected = Buffer.from(`Bearer ${adminToken}`);
  return given.length === expected.length && timingSafeEqual(given, expected);
}
