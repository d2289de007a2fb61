-- SPDX-FileCopyrightText: 2026 The Syncline authors
-- SPDX-License-Identifier: MIT
--
-- A column of every type that a device may want to keep, and one table of which the server is not to
-- read all.

create type public.mood as enum ('sad', 'so "so"', 'glad');

create table public.samples (
    id uuid primary key default gen_random_uuid(),
    owner uuid not null default auth.uid(),
    title text,
    doc json,
    docb jsonb,
    docs jsonb[],
    texts text[],
    ints integer[],
    bigs bigint[],
    uuids uuid[],
    flags boolean[],
    moods public.mood[],
    matrix integer[],
    flag boolean,
    small smallint,
    whole integer,
    big bigint,
    amount numeric,
    price numeric(38, 10),
    ratio double precision,
    single real,
    raw bytea,
    day date,
    at time,
    moment timestamptz,
    wall timestamp,
    ref uuid,
    feeling public.mood,
    addr inet,
    net cidr,
    span interval,
    label varchar(20)
);

-- What is sealed takes the type text or jsonb, whatever it is on the device.
create table public.letters (
    id uuid primary key default gen_random_uuid(),
    owner uuid not null default auth.uid(),
    subject text,
    content text,
    body jsonb,
    amount text,
    doc jsonb
);

alter table public.samples enable row level security;
alter table public.letters enable row level security;
create policy "own samples" on public.samples
    for all to authenticated using (owner = auth.uid()) with check (owner = auth.uid());
create policy "own letters" on public.letters
    for all to authenticated using (owner = auth.uid()) with check (owner = auth.uid());
grant select, insert, update, delete on public.samples, public.letters to authenticated;
grant all on all tables in schema public to service_role;

create publication powersync for table public.samples, public.letters;
