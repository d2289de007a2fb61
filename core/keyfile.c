/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "keyfile.h"

#include <string.h>

#include "types-private.h"

/* --- What a file holds ----------------------------------------------------------------------- */

static void
entry_free (gpointer data)
{
  SynclineKeyfileEntry *entry = data;

  g_free (entry->key);
  /* Any value may be a secret. */
  syncline_secret_free (entry->value);
  g_clear_pointer (&entry->file, g_ref_string_release);
  g_free (entry);
}

static void
group_free (gpointer data)
{
  SynclineKeyfileGroup *group = data;

  g_hash_table_unref (group->by_key);
  g_ptr_array_unref (group->entries);
  g_clear_pointer (&group->file, g_ref_string_release);
  g_free (group->name);
  g_free (group);
}

SynclineKeyfile *
syncline_keyfile_new (void)
{
  SynclineKeyfile *keyfile = g_new0 (SynclineKeyfile, 1);

  keyfile->groups = g_ptr_array_new_with_free_func (group_free);
  keyfile->by_name = g_hash_table_new (g_str_hash, g_str_equal);
  return keyfile;
}

void
syncline_keyfile_free (SynclineKeyfile *keyfile)
{
  if (keyfile == NULL)
    return;
  g_hash_table_unref (keyfile->by_name);
  g_ptr_array_unref (keyfile->groups);
  g_free (keyfile);
}

SynclineKeyfileGroup *
syncline_keyfile_find (const SynclineKeyfile *keyfile, const char *group)
{
  return g_hash_table_lookup (keyfile->by_name, group);
}

SynclineKeyfileEntry *
syncline_keyfile_group_find (const SynclineKeyfileGroup *group, const char *key)
{
  return g_hash_table_lookup (group->by_key, key);
}

static SynclineKeyfileGroup *
add_group (SynclineKeyfile *keyfile, char *name_taken, GRefString *file, guint line)
{
  SynclineKeyfileGroup *group = g_new0 (SynclineKeyfileGroup, 1);

  group->name = name_taken;
  group->file = file != NULL ? g_ref_string_acquire (file) : NULL;
  group->line = line;
  group->entries = g_ptr_array_new_with_free_func (entry_free);
  group->by_key = g_hash_table_new (g_str_hash, g_str_equal);
  g_ptr_array_add (keyfile->groups, group);
  g_hash_table_insert (keyfile->by_name, group->name, group);
  return group;
}

static void
remove_entry (SynclineKeyfileGroup *group, SynclineKeyfileEntry *entry)
{
  g_hash_table_remove (group->by_key, entry->key);
  g_ptr_array_remove (group->entries, entry);
}

/* Takes @entry; what the group has under that key goes. */
static void
put_entry (SynclineKeyfileGroup *group, SynclineKeyfileEntry *entry)
{
  SynclineKeyfileEntry *old = syncline_keyfile_group_find (group, entry->key);

  if (old != NULL)
    remove_entry (group, old);
  g_ptr_array_add (group->entries, entry);
  g_hash_table_insert (group->by_key, entry->key, entry);
}

/* A group of which nothing is left is no group: nobody can see that it was ever there. */
static void
unset (SynclineKeyfile *keyfile, const char *group_name, const char *key)
{
  SynclineKeyfileGroup *group = syncline_keyfile_find (keyfile, group_name);
  SynclineKeyfileEntry *entry = group != NULL ? syncline_keyfile_group_find (group, key) : NULL;

  if (entry == NULL)
    return;
  remove_entry (group, entry);
  if (group->entries->len > 0)
    return;
  g_hash_table_remove (keyfile->by_name, group_name);
  g_ptr_array_remove (keyfile->groups, group);
}

void
syncline_keyfile_set (SynclineKeyfile *keyfile,
                      const char *group_name,
                      const char *key,
                      const char *value)
{
  SynclineKeyfileGroup *group = syncline_keyfile_find (keyfile, group_name);

  if (value == NULL)
    {
      unset (keyfile, group_name, key);
      return;
    }

  if (group == NULL)
    group = add_group (keyfile, g_strdup (group_name), NULL, 0);
  SynclineKeyfileEntry *entry = g_new0 (SynclineKeyfileEntry, 1);
  entry->key = g_strdup (key);
  entry->value = g_strdup (value);
  put_entry (group, entry);
}

void
syncline_keyfile_merge (SynclineKeyfile *keyfile, SynclineKeyfile *other)
{
  for (guint i = 0; i < other->groups->len; i++)
    {
      SynclineKeyfileGroup *from = g_ptr_array_index (other->groups, i);
      SynclineKeyfileGroup *group = syncline_keyfile_find (keyfile, from->name);

      if (group == NULL)
        group = add_group (keyfile, g_strdup (from->name), from->file, from->line);
      g_hash_table_remove_all (from->by_key);
      while (from->entries->len > 0)
        put_entry (group, g_ptr_array_steal_index (from->entries, 0));
    }
  syncline_keyfile_free (other);
}

/* --- Reading --------------------------------------------------------------------------------- */

typedef struct
{
  SynclineKeyfile *keyfile;
  SynclineFaults *faults;
  GRefString *file;
  guint line;
  SynclineKeyfileGroup *group; /* NULL before the first one, and after a faulty one */
  gboolean in_faulty_group;
} Reader;

static gboolean
has_control_characters (const char *text)
{
  for (; *text != '\0'; text++)
    if (g_ascii_iscntrl (*text) && *text != '\t')
      return TRUE;
  return FALSE;
}

static void
read_group (Reader *reader, char *line)
{
  char *end = strchr (line, ']');

  reader->group = NULL;
  reader->in_faulty_group = TRUE;
  if (end == NULL || end[1] != '\0' || strchr (line + 1, '[') != NULL)
    {
      syncline_faults_add (reader->faults, reader->file, reader->line, NULL, NULL,
                           "malformed group; write [name], with nothing after it");
      return;
    }
  *end = '\0';

  g_autofree char *name = g_strdup (g_strstrip (line + 1));
  if (*name == '\0')
    {
      syncline_faults_add (reader->faults, reader->file, reader->line, NULL, NULL,
                           "the group has no name; write [name]");
      return;
    }

  reader->in_faulty_group = FALSE;
  reader->group = syncline_keyfile_find (reader->keyfile, name);
  if (reader->group != NULL)
    syncline_faults_add (reader->faults, reader->file, reader->line, name, NULL,
                         "the group is already there, in line %u; join the two",
                         reader->group->line);
  else
    reader->group
        = add_group (reader->keyfile, g_steal_pointer (&name), reader->file, reader->line);
}

static void
read_entry (Reader *reader, char *line)
{
  const char *group = reader->group != NULL ? reader->group->name : NULL;
  char *equals = strchr (line, '=');

  /* The line itself is not shown: it may hold a secret. */
  if (equals == NULL || equals == line)
    {
      syncline_faults_add (reader->faults, reader->file, reader->line, group, NULL,
                           "malformed line; write [group], key = value, or a comment after #");
      return;
    }
  *equals = '\0';
  const char *key = g_strchomp (line);
  if (reader->group == NULL)
    {
      if (!reader->in_faulty_group)
        syncline_faults_add (reader->faults, reader->file, reader->line, NULL, key,
                             "the key stands before the first [group]; move it into one");
      return;
    }

  SynclineKeyfileEntry *old = syncline_keyfile_group_find (reader->group, key);
  if (old != NULL)
    {
      syncline_faults_add (reader->faults, reader->file, reader->line, group, key,
                           "the key is already set, in line %u; remove one of the two", old->line);
      return;
    }
  SynclineKeyfileEntry *entry = g_new0 (SynclineKeyfileEntry, 1);
  entry->key = g_strdup (key);
  entry->value = g_strdup (g_strstrip (equals + 1));
  entry->file = g_ref_string_acquire (reader->file);
  entry->line = reader->line;
  put_entry (reader->group, entry);
}

static void
read_line (Reader *reader, const char *start, gsize length)
{
  if (length > 0 && start[length - 1] == '\r')
    length--;
  if (!g_utf8_validate_len (start, length, NULL))
    {
      syncline_faults_add (reader->faults, reader->file, reader->line, NULL, NULL,
                           "the line is not UTF-8; save the file in that encoding");
      return;
    }

  char *copy = g_strndup (start, length);
  char *line = g_strstrip (copy);
  if (has_control_characters (line))
    syncline_faults_add (reader->faults, reader->file, reader->line, NULL, NULL,
                         "the line has a control character; remove it");
  else if (*line == '[')
    read_group (reader, line);
  else if (*line != '\0' && *line != '#' && *line != ';')
    read_entry (reader, line);
  explicit_bzero (copy, length);
  g_free (copy);
}

SynclineKeyfile *
syncline_keyfile_parse (const char *data, gsize length, const char *name, SynclineFaults *faults)
{
  static const char byte_order_mark[] = "\xef\xbb\xbf";
  const char *end = data + length;
  Reader reader
      = { .keyfile = syncline_keyfile_new (), .faults = faults, .file = g_ref_string_new (name) };

  if (length >= 3 && memcmp (data, byte_order_mark, 3) == 0)
    data += 3;
  while (data < end)
    {
      const char *newline = memchr (data, '\n', (gsize) (end - data));
      const char *stop = newline != NULL ? newline : end;

      reader.line++;
      read_line (&reader, data, (gsize) (stop - data));
      data = newline != NULL ? newline + 1 : end;
    }
  g_ref_string_release (reader.file);
  return reader.keyfile;
}
