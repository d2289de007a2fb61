// SPDX-FileCopyrightText: 2026 The Syncline authors
// SPDX-License-Identifier: MIT
//
// Prints the secrets of a new stack as shell assignments. The anon and service
// role keys have the shape of Supabase's: JWTs that carry a role and no subject.

import { randomBytes } from 'node:crypto';
import { SignJWT } from 'jose';

const TEN_YEARS = 10 * 365 * 24 * 3600;
const now = Math.floor(Date.now() / 1000);
const jwtSecret = randomBytes(32).toString('hex');

function apiKey(role) {
  return new SignJWT({ role, iss: 'supabase-local' })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setIssuedAt(now)
    .setExpirationTime(now + TEN_YEARS)
    .sign(new TextEncoder().encode(jwtSecret));
}

console.log(`JWT_SECRET=${jwtSecret}`);
console.log(`ANON_KEY=${await apiKey('anon')}`);
console.log(`SERVICE_ROLE_KEY=${await apiKey('service_role')}`);
console.log(`PGPASSWORD=${randomBytes(16).toString('hex')}`);
console.log(`POWERSYNC_ADMIN_TOKEN=${randomBytes(16).toString('hex')}`);
