// SPDX-FileCopyrightText: 2026 The Syncline authors
// SPDX-License-Identifier: MIT
//
// How long from a local commit to the row in Postgres. A trigger tells of each row when its transaction commits; both
// clocks are this machine's.

import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { promisify } from 'node:util';

const pg = createRequire(new URL('../../infra/local/package.json', import.meta.url))('pg');

const TRIGGER = `
  create or replace function public.bench_tell() returns trigger language plpgsql as
    $$ begin perform pg_notify('bench', new.id::text); return null; end $$;
  create or replace trigger bench_tell after insert on public.todos for each row execute function public.bench_tell()`;
const REMOVE = 'drop trigger if exists bench_tell on public.todos; drop function if exists public.bench_tell()';

/** Milliseconds, one for each row. */
export async function measureLatency(program, config, rows) {
  const database = new pg.Client({ connectionString: process.env.DATABASE_URL });
  const arrivals = new Map();
  await database.connect();
  try {
    await database.query(TRIGGER);
    database.on('notification', ({ payload }) => arrivals.set(payload, performance.timeOrigin + performance.now()));
    await database.query('listen bench');
    const { stdout } = await promisify(execFile)(program, [config, String(rows)]);
    return stdout.trim().split('\n').map((line) => {
      const [id, microseconds] = line.split(' ');
      return arrivals.get(id) - Number(microseconds) / 1000;
    });
  } finally {
    await database.query(REMOVE);
    await database.end();
  }
}
