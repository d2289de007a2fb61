-- SPDX-FileCopyrightText: 2026 The Syncline authors
-- SPDX-License-Identifier: MIT
--
-- The example: lists of things to do. Every row belongs to one user, and the
-- server alone says to whom: user_id comes from the access token.

create table public.lists (
    id uuid primary key default gen_random_uuid(),
    user_id uuid not null default auth.uid(),
    name text not null,
    color text,
    position integer not null default 0,
    archived boolean not null default false,
    created_at timestamptz not null default now(),
    constraint lists_name_length check (char_length(name) between 1 and 200),
    constraint lists_name_unique unique (user_id, name)
);

create table public.todos (
    id uuid primary key default gen_random_uuid(),
    user_id uuid not null default auth.uid(),
    list_id uuid references public.lists (id) on delete cascade,
    description text not null,
    completed boolean not null default false,
    priority smallint,
    tags text[],
    details jsonb,
    estimate numeric(38, 10),
    due_at timestamptz,
    created_at timestamptz not null default now(),
    constraint todos_description_length check (char_length(description) between 1 and 500),
    constraint todos_priority_range check (priority between 1 and 5)
);

create index lists_user_id_idx on public.lists (user_id);
create index todos_user_id_idx on public.todos (user_id);
create index todos_list_id_idx on public.todos (list_id);

-- Row level security. A row is its owner's alone, and a row cannot be given
-- away: with check looks at the row as it would be after the change.

alter table public.lists enable row level security;
alter table public.lists force row level security;
alter table public.todos enable row level security;
alter table public.todos force row level security;

create policy "owners see their lists" on public.lists
    for select to authenticated using (user_id = (select auth.uid()));
create policy "owners add lists" on public.lists
    for insert to authenticated with check (user_id = (select auth.uid()));
create policy "owners change their lists" on public.lists
    for update to authenticated
    using (user_id = (select auth.uid())) with check (user_id = (select auth.uid()));
create policy "owners remove their lists" on public.lists
    for delete to authenticated using (user_id = (select auth.uid()));

create policy "owners see their todos" on public.todos
    for select to authenticated using (user_id = (select auth.uid()));
create policy "owners add todos" on public.todos
    for insert to authenticated with check (user_id = (select auth.uid()));
create policy "owners change their todos" on public.todos
    for update to authenticated
    using (user_id = (select auth.uid())) with check (user_id = (select auth.uid()));
create policy "owners remove their todos" on public.todos
    for delete to authenticated using (user_id = (select auth.uid()));

-- A foreign key is checked past row level security: without this, a todo could
-- be hung onto another user's list, by its id.
create function public.todo_list_is_own() returns trigger
    language plpgsql security definer set search_path = '' as $$
begin
    if new.list_id is not null and not exists (
        select from public.lists where id = new.list_id and user_id = new.user_id
    ) then
        raise exception using
            errcode = 'foreign_key_violation',
            message = format('list %s does not exist', new.list_id),
            hint = 'A todo belongs on a list of the same user.';
    end if;
    return new;
end
$$;

create trigger todo_list_is_own
    before insert or update of list_id, user_id on public.todos
    for each row execute function public.todo_list_is_own();

revoke all on public.lists, public.todos from anon;
grant select, insert, update, delete on public.lists, public.todos to authenticated;
grant all on public.lists, public.todos to service_role;
