-- SPDX-FileCopyrightText: 2026 The Syncline authors
-- SPDX-License-Identifier: MIT
--
-- Row level security, and no policy, on every table of the auth schema: only
-- the API, which owns them, sees accounts. It also guarantees that the API
-- finds row level security in use when it starts; it switches roles only then.

do $$
declare
    table_name text;
begin
    for table_name in select tablename from pg_tables where schemaname = 'auth' loop
        execute format('alter table auth.%I enable row level security', table_name);
    end loop;
end
$$;
