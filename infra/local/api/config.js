// SPDX-FileCopyrightText: 2026 The Syncline authors
// SPDX-License-Identifier: MIT
//
// The API's settings, all from the environment.

function required(name) {
  const value = process.env[name];
  if (!value) throw new Error(`api: ${name} is not set; start the stack with infra/local/start.sh`);
  return value;
}

export function readConfig() {
  return {
    port: Number(required('API_PORT')),
    databaseUrl: required('DATABASE_URL'),
    jwtSecret: required('JWT_SECRET'),
    jwtExpiry: Number(process.env.JWT_EXPIRY ?? 3600),
    anonKey: required('ANON_KEY'),
    serviceRoleKey: required('SERVICE_ROLE_KEY')
  };
}
