-- SPDX-FileCopyrightText: 2026 The Syncline authors
-- SPDX-License-Identifier: MIT
--
-- Runs after the migrations, and may run again. The two lists belong to a user
-- nobody can sign in as: whoever sees them sees what is not theirs.

insert into public.lists (id, user_id, name, color) values
    ('5eed0000-0000-4000-8000-000000000001', '5eed0000-0000-4000-8000-0000000000ff', 'Groceries', 'green'),
    ('5eed0000-0000-4000-8000-000000000002', '5eed0000-0000-4000-8000-0000000000ff', 'Garden', null)
on conflict (id) do nothing;

insert into public.todos (id, user_id, list_id, description, priority, tags, details, estimate) values
    ('5eed0000-0000-4000-8000-000000000011', '5eed0000-0000-4000-8000-0000000000ff',
     '5eed0000-0000-4000-8000-000000000001', 'Buy bread', 2, '{bakery,daily}', '{"loaves": 2}', 1.5),
    ('5eed0000-0000-4000-8000-000000000012', '5eed0000-0000-4000-8000-0000000000ff',
     '5eed0000-0000-4000-8000-000000000002', 'Plant the beans', null, '{}', null, null)
on conflict (id) do nothing;
