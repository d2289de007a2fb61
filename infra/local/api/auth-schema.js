// SPDX-FileCopyrightText: 2026 The Syncline authors
// SPDX-License-Identifier: MIT
//
// Prints the SQL of the API's own account tables (auth.users and the like), so
// that they are there before the first migration, which may refer to them.

import { getAuthSchemaSql } from '@supabase/lite';

process.stdout.write(getAuthSchemaSql());
