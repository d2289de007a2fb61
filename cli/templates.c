/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "cli/templates.h"

const char cli_template_config[] = "[syncline]\n"
                                   "store = sqlite-store\n"
                                   "download = powersync-download\n"
                                   "upload = postgrest-upload\n"
                                   "auth = supabase-auth\n"
                                   "serializer = json-normalizer\n"
                                   "schema = schema.conf\n"
                                   "\n"
                                   "[sqlite-store]\n"
                                   "path = app.db\n"
                                   "\n"
                                   "[supabase-auth]\n"
                                   "url = @SUPABASE_URL@\n"
                                   "api-key = ${SUPABASE_ANON_KEY}\n"
                                   "\n"
                                   "[postgrest-upload]\n"
                                   "url = @SUPABASE_URL@/rest/v1\n"
                                   "api-key = ${SUPABASE_ANON_KEY}\n"
                                   "\n"
                                   "[powersync-download]\n"
                                   "url = @POWERSYNC_URL@\n"
                                   "\n"
                                   "[json-normalizer]\n"
                                   "server-owned = user_id\n";

const char cli_template_schema[]
    = "# The tables that this device keeps. Each one has a text column \"id\" besides those "
      "below.\n"
      "#\n"
      "# [table NAME]     one column a line: name = Postgres type (text, uuid, integer, bigint, "
      "numeric,\n"
      "#                  double precision, boolean, json, jsonb, text[], timestamptz, date, "
      "bytea, ...)\n"
      "# [options NAME]   what else there is to say of a table; all of it may be left out:\n"
      "#   mode = synced | local-only | insert-only\n"
      "#   server-name = what the sync rules call the table, if not NAME\n"
      "#   indexes = by_list(list_id, created_at DESC); by_text(description)\n"
      "#   track-previous = none | changed | all\n"
      "#   metadata = true\n"
      "#   conflict = the server's columns that an upsert goes by, if not id\n"
      "\n"
      "[table todos]\n"
      "description = text\n"
      "completed = boolean\n"
      "created_at = timestamptz\n"
      "\n"
      "[options todos]\n"
      "indexes = by_created(created_at DESC)\n";

const char cli_template_gitignore[] = "app.db\n"
                                      "app.db-*\n"
                                      "syncline-session*\n";
