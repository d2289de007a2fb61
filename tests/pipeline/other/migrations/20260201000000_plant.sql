-- SPDX-FileCopyrightText: 2026 The Syncline authors
-- SPDX-License-Identifier: MIT
--
-- A database that has nothing in common with the example: teams that share
-- meters, names that need quotes, and the types that are easy to get wrong.

create type public.unit as enum ('kWh', 'm³', 'other "unit"');

create table public.memberships (
    id uuid primary key default gen_random_uuid(),
    team text not null,
    member uuid not null
);

create table public."Meter Readings" (
    id uuid primary key default gen_random_uuid(),
    owner uuid not null default auth.uid(),
    team text,
    "Serial No." bigint not null,
    "select" public.unit not null default 'kWh',
    raw bytea,
    taken_on date,
    taken_at time,
    "offset" double precision,
    small real,
    peers uuid[],
    levels integer[],
    matrix integer[],
    note varchar(20),
    code char(3),
    huge numeric,
    info json,
    pause interval,
    wall timestamp
);

-- Keys that are no uuids.
create table public.tariffs (
    id text primary key,
    owner uuid not null default auth.uid(),
    price numeric(12, 4) not null
);

create function public.is_in_team(team text) returns boolean
    language sql stable security definer set search_path = '' as
    $$ select exists (select from public.memberships m where m.team = $1 and m.member = auth.uid()) $$;

alter table public.memberships enable row level security;
alter table public."Meter Readings" enable row level security;
alter table public.tariffs enable row level security;

create policy "own memberships" on public.memberships
    for select to authenticated using (member = auth.uid());
create policy "own and team readings" on public."Meter Readings"
    for all to authenticated
    using (owner = auth.uid() or public.is_in_team(team))
    with check (owner = auth.uid() or public.is_in_team(team));
create policy "own tariffs" on public.tariffs
    for all to authenticated using (owner = auth.uid()) with check (owner = auth.uid());

grant select on public.memberships to authenticated;
grant select, insert, update, delete on public."Meter Readings", public.tariffs to authenticated;
grant all on all tables in schema public to service_role;

create publication powersync for table public.memberships, public."Meter Readings", public.tariffs;
