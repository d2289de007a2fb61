// SPDX-FileCopyrightText: 2026 The Syncline authors
// SPDX-License-Identifier: MIT
//
// @supabase/lite on the stack's PostgreSQL: /rest/v1 and /auth/v1, with
// PostgreSQL's own row level security.

import { App } from '@supabase/lite';
import { createPostgresConnection } from '@supabase/lite/postgres';

export function createApp(config) {
  return new App({
    connection: createPostgresConnection({ url: config.databaseUrl, postgresOptions: { max: 20, onnotice: () => {} } }),
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

/** Lite knows Supabase's newer opaque keys only; the JWT keys are mapped here. */
function keyResolver({ anonKey, serviceRoleKey }) {
  const keys = new Map([
    [anonKey, { type: 'publishable', claims: { role: 'anon' } }],
    [serviceRoleKey, { type: 'secret', claims: { role: 'service_role' } }]
  ]);
  return async (key) => keys.get(key) ?? null;
}
