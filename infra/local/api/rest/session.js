// SPDX-FileCopyrightText: 2026 The Syncline authors
// SPDX-License-Identifier: MIT
//
// One transaction as the user of a request: PostgreSQL's role and the settings
// that auth.uid() and the like read.

export async function asUser(pool, claims, request, url, body) {
  const client = await pool.connect();
  let failure;
  try {
    await client.query('begin');
    await client.query(
      `select set_config('role', $1, true), set_config('request.jwt.claims', $2, true),
              set_config('request.method', $3, true), set_config('request.path', $4, true)`,
      [claims.role ?? 'anon', JSON.stringify(claims), request.method, url.pathname]
    );
    const result = await body(client);
    await client.query('commit');
    return result;
  } catch (error) {
    failure = error;
    await client.query('rollback').catch(() => {});
    throw error;
  } finally {
    // An error that PostgreSQL did not send means that the connection is gone.
    client.release(failure !== undefined && failure.severity === undefined ? failure : undefined);
  }
}
