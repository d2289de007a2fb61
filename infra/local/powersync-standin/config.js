// SPDX-FileCopyrightText: 2026 The Syncline authors
// SPDX-License-Identifier: MIT
//
// The stand-in's settings, all from the environment.

function required(name) {
  const value = process.env[name];
  if (!value) throw new Error(`powersync stand-in: ${name} is not set; see infra/local/README.md`);
  return value;
}

export function readConfig() {
  return {
    port: Number(process.env.PS_PORT ?? 8080),
    host: process.env.PS_HOST ?? '127.0.0.1',
    databaseUrl: required('PS_DATABASE_URL'),
    syncRulesFile: required('PS_SYNC_RULES'),
    publication: process.env.PS_PUBLICATION || 'powersync',
    slot: process.env.PS_SLOT || 'powersync_standin',
    historyDirectory: required('PS_HISTORY'),
    fresh: Boolean(process.env.PS_FRESH),
    jwtSecret: process.env.PS_JWT_SECRET || null,
    jwksUrl: process.env.PS_JWKS_URL || null,
    audience: (process.env.PS_AUDIENCE || 'authenticated').split(','),
    maxLifetime: Number(process.env.PS_MAX_LIFETIME ?? 604800 + 1200),
    adminToken: process.env.PS_ADMIN_TOKEN || null
  };
}
