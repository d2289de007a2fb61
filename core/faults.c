/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "faults.h"

#include "log.h"

typedef struct
{
  guint file_index;
  guint line;
  guint number;
  char *text;
} Fault;

struct _SynclineFaults
{
  GArray *faults;
  GPtrArray *files;
  gboolean only_plugins;
};

static void
clear_fault (gpointer data)
{
  g_free (((Fault *) data)->text);
}

SynclineFaults *
syncline_faults_new (void)
{
  SynclineFaults *faults = g_new0 (SynclineFaults, 1);

  faults->faults = g_array_new (FALSE, FALSE, sizeof (Fault));
  g_array_set_clear_func (faults->faults, clear_fault);
  faults->files = g_ptr_array_new_with_free_func (g_free);
  faults->only_plugins = TRUE;
  return faults;
}

void
syncline_faults_free (SynclineFaults *faults)
{
  if (faults == NULL)
    return;
  g_array_unref (faults->faults);
  g_ptr_array_unref (faults->files);
  g_free (faults);
}

guint
syncline_faults_get_length (const SynclineFaults *faults)
{
  return faults->faults->len;
}

static guint
index_of_file (SynclineFaults *faults, const char *file)
{
  guint index;

  if (g_ptr_array_find_with_equal_func (faults->files, file, g_str_equal, &index))
    return index;
  g_ptr_array_add (faults->files, g_strdup (file));
  return faults->files->len - 1;
}

static void
add_message (SynclineFaults *faults,
             const char *file,
             guint line,
             const char *group,
             const char *key,
             const char *message)
{
  const char *name = file != NULL ? file : "(set in code)";
  GString *text = g_string_new (name);

  if (line > 0)
    g_string_append_printf (text, ":%u", line);
  g_string_append (text, ": ");
  if (group != NULL)
    g_string_append_printf (text, "[%s]%s", group, key != NULL ? " " : ": ");
  if (key != NULL)
    g_string_append_printf (text, "%s: ", key);
  /* A value from the environment may have several lines; a fault has one. */
  const gsize start = text->len;
  g_string_append (text, message);
  g_strdelimit (text->str + start, "\r\n", ' ');

  const Fault fault = { .file_index = index_of_file (faults, name),
                        .line = line,
                        .number = faults->faults->len,
                        .text = g_string_free (text, FALSE) };
  g_array_append_val (faults->faults, fault);
}

void
syncline_faults_add (SynclineFaults *faults,
                     const char *file,
                     guint line,
                     const char *group,
                     const char *key,
                     const char *format,
                     ...)
{
  va_list args;

  va_start (args, format);
  g_autofree char *message = g_strdup_vprintf (format, args);
  va_end (args);
  faults->only_plugins = FALSE;
  add_message (faults, file, line, group, key, message);
}

void
syncline_faults_add_plugin (SynclineFaults *faults,
                            const char *file,
                            guint line,
                            const char *group,
                            const char *key,
                            const GError *reason)
{
  add_message (faults, file, line, group, key, reason->message);
}

static int
compare_faults (gconstpointer data_a, gconstpointer data_b)
{
  const Fault *a = data_a;
  const Fault *b = data_b;

  if (a->file_index != b->file_index)
    return a->file_index < b->file_index ? -1 : 1;
  if (a->line != b->line)
    return a->line < b->line ? -1 : 1;
  return a->number < b->number ? -1 : 1;
}

gboolean
syncline_faults_check (SynclineFaults *faults, GError **error)
{
  if (faults->faults->len == 0)
    return TRUE;

  g_array_sort (faults->faults, compare_faults);
  g_autoptr (GString) text = g_string_new (NULL);
  for (guint i = 0; i < faults->faults->len; i++)
    g_string_append_printf (text, "%s%s", i == 0 ? "" : "\n",
                            g_array_index (faults->faults, Fault, i).text);
  g_autofree char *redacted = syncline_log_redact (text->str);
  g_set_error_literal (error, SYNCLINE_ERROR,
                       faults->only_plugins ? SYNCLINE_ERROR_PLUGIN : SYNCLINE_ERROR_CONFIG,
                       redacted);
  return FALSE;
}
