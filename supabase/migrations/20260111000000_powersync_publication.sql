-- SPDX-FileCopyrightText: 2026 The Syncline authors
-- SPDX-License-Identifier: MIT
--
-- The publication PowerSync replicates from. Safe to run any number of times:
-- it creates what is missing and leaves everything else alone.
--
-- All tables of the schema public are published, those of later migrations too:
-- run this file again after adding a table, or add the table by hand. What a
-- user receives is not decided here but by the sync rules.

do $$
declare
    candidate record;
begin
    if not exists (select from pg_publication where pubname = 'powersync') then
        create publication powersync;
    end if;

    -- A publication for all tables has nothing to be added.
    if (select puballtables from pg_publication where pubname = 'powersync') then
        return;
    end if;

    for candidate in
        select c.oid, n.nspname, c.relname, c.relreplident,
               exists (select from pg_index i where i.indrelid = c.oid and i.indisprimary) as has_primary_key
        from pg_class c
        join pg_namespace n on n.oid = c.relnamespace
        where n.nspname = 'public'
          and c.relkind in ('r', 'p')
          and not c.relispartition
          and c.relpersistence = 'p'
          -- What syncline_apply() keeps for itself concerns no client.
          and c.relname <> 'syncline_client'
          and not exists (
              select from pg_depend d
              where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e'
          )
    loop
        -- Without a key to say which row is meant, PostgreSQL would refuse updates
        -- and deletes as soon as the table is published.
        if candidate.relreplident = 'd' and not candidate.has_primary_key then
            execute format('alter table %I.%I replica identity full', candidate.nspname, candidate.relname);
        end if;

        if not exists (
            select from pg_publication_rel r
            join pg_publication p on p.oid = r.prpubid
            where p.pubname = 'powersync' and r.prrelid = candidate.oid
        ) and not exists (
            select from pg_publication_tables t
            where t.pubname = 'powersync' and t.schemaname = candidate.nspname and t.tablename = candidate.relname
        ) then
            execute format('alter publication powersync add table %I.%I', candidate.nspname, candidate.relname);
        end if;
    end loop;
end
$$;
