/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "rejection-policy.h"

#include <string.h>

/* More than anybody would wait for. */
#define MOST_RETRIES 1000

static void
rule_free (gpointer data)
{
  SynclineRejectionRule *rule = data;

  g_free (rule->code);
  g_free (rule);
}

static gboolean
read_action (char **words, guint n_words, SynclineRejectionRule *rule)
{
  static const char *const names[] = { [SYNCLINE_REJECTION_PARK] = "park",
                                       [SYNCLINE_REJECTION_BLOCK] = "block",
                                       [SYNCLINE_REJECTION_RETRY] = "retry",
                                       [SYNCLINE_REJECTION_DROP] = "drop" };
  guint64 n_retries = 0;
  guint action = 0;

  while (action < G_N_ELEMENTS (names) && !g_str_equal (words[1], names[action]))
    action++;
  if (action == G_N_ELEMENTS (names))
    return FALSE;
  rule->action = action;
  if (action != SYNCLINE_REJECTION_RETRY)
    return n_words == 2;
  if (n_words != 3 || !g_ascii_string_to_unsigned (words[2], 10, 1, MOST_RETRIES, &n_retries, NULL))
    return FALSE;
  rule->n_retries = (guint) n_retries;
  return TRUE;
}

static SynclineRejectionRule *
read_rule (const char *entry)
{
  g_autoptr (GRegex) spaces = g_regex_new ("[ \t]+", 0, 0, NULL);
  g_auto (GStrv) words = g_regex_split (spaces, entry, 0);
  const guint n_words = g_strv_length (words);
  SynclineRejectionRule *rule = g_new0 (SynclineRejectionRule, 1);

  if (n_words < 2 || *words[0] == '\0' || !read_action (words, n_words, rule))
    {
      g_free (rule);
      return NULL;
    }
  rule->code = g_strdup (words[0]);
  return rule;
}

GPtrArray *
syncline_rejection_rules_parse (const char *const *entries, char **out_flaw)
{
  g_autoptr (GPtrArray) rules = g_ptr_array_new_with_free_func (rule_free);

  for (guint i = 0; entries[i] != NULL; i++)
    {
      SynclineRejectionRule *rule = read_rule (entries[i]);
      if (rule == NULL)
        {
          *out_flaw = g_strdup_printf ("\"%s\" is no rule; write CODE park, CODE block, CODE retry "
                                       "N (1 to %d) or CODE drop, such "
                                       "as 23* park",
                                       entries[i], MOST_RETRIES);
          return NULL;
        }
      g_ptr_array_add (rules, rule);
    }
  return g_steal_pointer (&rules);
}

static gboolean
fits (const SynclineRejectionRule *rule, const char *code)
{
  const gsize length = strlen (rule->code);

  if (rule->code[length - 1] == '*')
    return strncmp (rule->code, code, length - 1) == 0;
  return g_str_equal (rule->code, code);
}

static const SynclineRejectionRule *
find (GPtrArray *rules, const char *code)
{
  for (guint i = 0; rules != NULL && i < rules->len; i++)
    if (fits (rules->pdata[i], code))
      return rules->pdata[i];
  return NULL;
}

const SynclineRejectionRule *
syncline_rejection_rules_find (GPtrArray *own, GPtrArray *common, const char *code)
{
  static const SynclineRejectionRule park = { (char *) "*", SYNCLINE_REJECTION_PARK, 0 };
  const char *known_code = code != NULL ? code : "";
  const SynclineRejectionRule *rule = find (own, known_code);

  if (rule == NULL)
    rule = find (common, known_code);
  return rule != NULL ? rule : &park;
}
