-- SPDX-FileCopyrightText: 2026 The Syncline authors
-- SPDX-License-Identifier: MIT
--
-- Applies local transactions of a Syncline client, all of them whole or nothing at
-- all: for `mode = rpc` of the plugin postgrest-upload. Clients that use another
-- mode do not need it.
--
-- It runs with the caller's rights, so that row level security and grants hold
-- as they do for single requests. It serves every table of the schema that the
-- API exposes; for a schema other than public, create it there as well.
--
-- changes is an array of
--   {"op": "PUT" | "PATCH" | "DELETE", "table": …, "id": …, "data": {…},
--    "conflict": ["column", …], "insert_only": true | false, "client": …, "token": …}
-- where the last four may be missing.
--
-- Every call can be sent twice, as one is whose answer was lost. The first change of
-- a transaction has a token, made of all that is in it; a transaction that the
-- client's last call applied is not applied again. (A change alone could well be:
-- a PUT is an upsert, a PATCH sets values. But a row that one sets may be one that
-- the next deletes.) A PATCH that finds no row fails.
-- Any failure undoes all of it. The error keeps its SQLSTATE, message and hint;
-- its details are JSON that says which change it was:
--   {"syncline_change": 0, "no_row": false, "details": …}
--
-- Changes that differ only in the row and the values share a prepared statement,
-- which takes a third of the time. Such statements outlive a failed transaction,
-- so they are put away whatever happens.

create table if not exists public.syncline_client (
    user_id text not null default (current_setting('request.jwt.claims', true)::json ->> 'sub'),
    client text not null,
    tokens text[] not null,  -- of the transactions in its last call
    called_at timestamptz not null default now(),
    primary key (user_id, client)
);

comment on table public.syncline_client is
    'What the last call of each Syncline client applied, so that it is not applied twice';

alter table public.syncline_client enable row level security;
alter table public.syncline_client force row level security;

drop policy if exists "users have their own clients" on public.syncline_client;
create policy "users have their own clients" on public.syncline_client to authenticated
    using (user_id = (select current_setting('request.jwt.claims', true)::json ->> 'sub'))
    with check (user_id = (select current_setting('request.jwt.claims', true)::json ->> 'sub'));

revoke all on public.syncline_client from public, anon;
grant select, insert, update on public.syncline_client to authenticated;

create or replace function public.syncline_apply(changes json) returns void
    language plpgsql security invoker as $$
declare
    change record;
    place integer := -1;  -- of the change at hand
    kind text;            -- what it has in common with others
    statements text[];    -- the kinds so far
    number integer;       -- of its kind
    caller text := current_setting('request.jwt.claims', true)::json ->> 'sub';
    caller_client text;
    tokens text[];        -- of this call
    done text[];          -- of the last one
    known boolean := false;  -- the transaction at hand is one of those
    relation text;        -- the table, quoted
    id_type text;         -- of its column id
    columns text;         -- those of the data, quoted
    assignments text;
    touched boolean;
    no_row boolean := false;
    failure text;
    failure_message text;
    failure_detail text;
    failure_hint text;
begin
    -- What a cancelled call left behind.
    for number in
        select substr(p.name, 16)::integer from pg_prepared_statements p where p.name ~ '^syncline_apply_[0-9]+$'
    loop
        execute 'deallocate syncline_apply_' || number;
    end loop;

    begin
        for change in
            select c.op, c."table", c.id, c.data, c.conflict, coalesce(c.insert_only, false) as insert_only,
                   c.client, c.token, row_number() over () - 1 as place
            from json_to_recordset(changes)
                as c(op text, "table" text, id text, data json, conflict text[], insert_only boolean,
                     client text, token text)
        loop
            place := change.place;
            if change.token is not null and caller is not null then
                if caller_client is null then
                    caller_client := coalesce(change.client, '');
                    select l.tokens into done from public.syncline_client l
                    where l.user_id = caller and l.client = caller_client for update;
                end if;
                known := coalesce(change.token = any (done), false);
                tokens := tokens || change.token;
            end if;
            continue when known;

            if change.op is null or change.op not in ('PUT', 'PATCH', 'DELETE') then
                raise invalid_parameter_value using message = format('unknown operation %s', change.op);
            end if;

            select concat_ws(' ', change.op, change.insert_only, quote_ident(change."table"), change.conflict,
                             string_agg(quote_ident(k), ' '))
            into kind from json_object_keys(change.data) k;
            number := array_position(statements, kind);
            if number is null then
                relation := format('%I.%I', current_schema(), change."table");
                if to_regclass(relation) is null then
                    raise undefined_table using message = format('table %s does not exist', relation);
                end if;
                select format_type(a.atttypid, a.atttypmod) into id_type
                from pg_attribute a
                where a.attrelid = to_regclass(relation) and a.attname = 'id' and not a.attisdropped;
                if id_type is null then
                    raise undefined_column using message = format('table %s has no column id', relation);
                end if;

                number := coalesce(array_length(statements, 1), 0) + 1;
                if change.op = 'PUT' then
                    select string_agg(format('%I', k), ', '),
                           string_agg(format('%1$I = excluded.%1$I', k), ', ')
                               filter (where k <> all (coalesce(change.conflict, '{id}')))
                    into columns, assignments
                    from json_object_keys(change.data) k;
                    execute format(
                        'prepare syncline_apply_%s (text, json) as insert into %s (id%s) '
                        'select $1::%s%s from json_populate_record(null::%s, $2) r on conflict (%s) do %s',
                        number, relation, ', ' || columns, id_type, ', ' || columns, relation,
                        (select string_agg(format('%I', k), ', ') from unnest(coalesce(change.conflict, '{id}')) k),
                        case when change.insert_only or assignments is null then 'nothing'
                             else 'update set ' || assignments end);
                elsif change.op = 'PATCH' then
                    select string_agg(format('%1$I = r.%1$I', k), ', ') into assignments
                    from json_object_keys(change.data) k;
                    execute format(
                        'prepare syncline_apply_%s (text, json) as update %s t set %s '
                        'from json_populate_record(null::%s, $2) r where t.id = $1::%s returning true',
                        number, relation, assignments, relation, id_type);
                else
                    execute format(
                        'prepare syncline_apply_%s (text, json) as delete from %s where id = $1::%s',
                        number, relation, id_type);
                end if;
                statements := statements || kind;
            end if;

            -- Only a PATCH returns something: a user may add rows that he may not see.
            if change.op <> 'PATCH' then
                execute format('execute syncline_apply_%s(%L, %L)', number, change.id, change.data);
            else
                execute format('execute syncline_apply_%s(%L, %L)', number, change.id, change.data) into touched;
                if touched is null then
                    no_row := true;
                    raise no_data_found using
                        message = 'the server changed no row',
                        hint = 'The row was deleted, or row level security hides it from this user.';
                end if;
            end if;
        end loop;
        if tokens is not null then
            insert into public.syncline_client (user_id, client, tokens) values (caller, caller_client, tokens)
            on conflict (user_id, client) do update set tokens = excluded.tokens, called_at = now();
        end if;
    exception when others then
        get stacked diagnostics
            failure = returned_sqlstate,
            failure_message = message_text,
            failure_detail = pg_exception_detail,
            failure_hint = pg_exception_hint;
    end;

    for number in 1 .. coalesce(array_length(statements, 1), 0) loop
        execute 'deallocate syncline_apply_' || number;
    end loop;
    if failure is not null then
        raise exception using
            errcode = failure,
            message = failure_message,
            hint = failure_hint,
            detail = json_build_object(
                'syncline_change', place, 'no_row', no_row, 'details', nullif(failure_detail, ''))::text;
    end if;
end
$$;

comment on function public.syncline_apply(json) is
    'Applies transactions of a Syncline client, whole or not at all, with the caller''s rights';

revoke all on function public.syncline_apply(json) from public, anon;
grant execute on function public.syncline_apply(json) to authenticated;

-- PostgREST learns of a new function when it reads the schema again.
notify pgrst, 'reload schema';
