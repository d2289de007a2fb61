// SPDX-FileCopyrightText: 2026 The Syncline authors
// SPDX-License-Identifier: MIT
//
// @supabase/lite on the stack's PostgreSQL: /rest/v1 and /auth/v1, with
// PostgreSQL's own row level security.

import { App } from '@supabase/lite';
import { createPostgresConnection } from '@supabase/lite/postgres';

export function createApp(config) {
  return new App({
    connection: connect(config),
    auth: {
      enabled: true,
      jwt_secret: config.jwtSecret,
      jwt_expiry: config.jwtExpiry,
      enable_signup: true,
      email: { enable_signup: true, enable_confirmations: false }
    },
    options: { server: { apiKeys: { resolver: keyResolver(config) } } }
  });
}

function connect({ databaseUrl }) {
  const connection = createPostgresConnection({ url: databaseUrl, postgresOptions: { max: 20, onnotice: () => {} } });
  // Left to itself, lite looks once whether any table uses row level security. If
  // not, it never switches roles; if so, it grants every role everything. Neither
  // is what the migrations say.
  connection.rlsState = 'active';
  return connection;
}

/** Lite knows Supabase's newer opaque keys only; the JWT keys are mapped here. */
function keyResolver({ anonKey, serviceRoleKey }) {
  const keys = new Map([
    [anonKey, { type: 'publishable', claims: { role: 'anon' } }],
    [serviceRoleKey, { type: 'secret', claims: { role: 'service_role' } }]
  ]);
  return async (key) => keys.get(key) ?? null;
}
