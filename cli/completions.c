/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "cli/manual.h"

#include <stdio.h>
#include <string.h>

#define HEAD                                                                                       \
  "# SPDX-FileCopyrightText: 2026 The Syncline authors\n"                                          \
  "# SPDX-License-Identifier: MIT\n"                                                               \
  "#\n"                                                                                            \
  "# Made by 'make regenerate' from the table of commands.\n"

/* --- The tables ------------------------------------------------------------------------------ */

static gboolean
is_hidden (const GOptionEntry *entry)
{
  return (entry->flags & G_OPTION_FLAG_HIDDEN) != 0;
}

static gboolean
takes_file (const GOptionEntry *entry)
{
  return entry->arg == G_OPTION_ARG_FILENAME || (entry->flags & G_OPTION_FLAG_FILENAME) != 0;
}

static gboolean
takes_value (const GOptionEntry *entry)
{
  return entry->arg_description != NULL;
}

/* Calls FUNC for each option that COMMAND has of its own; with NULL, for those of all. */
static void
for_each_option (const CliCommand *command,
                 void (*func) (const GOptionEntry *entry, gpointer data),
                 gpointer data)
{
  const GOptionEntry *entries = command != NULL ? command->options : cli_common_options;

  for (; entries != NULL && entries->long_name != NULL; entries++)
    {
      if (!is_hidden (entries))
        func (entries, data);
    }
  if (command != NULL && command->json)
    func (&cli_json_option, data);
}

/* The first words of verbs, each once. */
static GPtrArray *
list_first_words (void)
{
  GPtrArray *words = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; cli_commands[i] != NULL; i++)
    {
      const char *name = cli_commands[i]->name;
      char *word = g_strndup (name, strcspn (name, " "));
      if (g_ptr_array_find_with_equal_func (words, word, g_str_equal, NULL))
        g_free (word);
      else
        g_ptr_array_add (words, word);
    }
  return words;
}

static const char *
get_second_word (const CliCommand *command, const char *first)
{
  const gsize length = strlen (first);

  if (strncmp (command->name, first, length) != 0 || command->name[length] != ' ')
    return NULL;
  return command->name + length + 1;
}

/* The verb that is FIRST alone, or NULL when FIRST is the first of two words. */
static const CliCommand *
find_single (const char *first)
{
  for (guint i = 0; cli_commands[i] != NULL; i++)
    {
      if (strcmp (cli_commands[i]->name, first) == 0)
        return cli_commands[i];
    }
  return NULL;
}

/* The second words of the verbs that start with FIRST, with a blank between them. */
static char *
join_second_words (const char *first)
{
  GString *words = g_string_new (NULL);

  for (guint i = 0; cli_commands[i] != NULL; i++)
    {
      const char *second = get_second_word (cli_commands[i], first);
      if (second != NULL)
        g_string_append_printf (words, "%s%s", words->len > 0 ? " " : "", second);
    }
  return g_string_free (words, FALSE);
}

static char *
join_first_words (void)
{
  g_autoptr (GPtrArray) words = list_first_words ();

  g_ptr_array_add (words, NULL);
  return g_strjoinv (" ", (char **) words->pdata);
}

/* TEXT between single quotes, for a shell; fish and zsh agree with POSIX on this form. */
static char *
quote (const char *text)
{
  g_auto (GStrv) parts = g_strsplit (text, "'", -1);
  g_autofree char *inside = g_strjoinv ("'\\''", parts);

  return g_strdup_printf ("'%s'", inside);
}

/* --- bash ------------------------------------------------------------------------------------ */

static void
append_names (const GOptionEntry *entry, gpointer data)
{
  g_string_append_printf (data, " --%s", entry->long_name);
}

static void
append_if_file (const GOptionEntry *entry, gpointer data)
{
  GString *pattern = data;

  if (!takes_file (entry))
    return;
  g_string_append_printf (pattern, "%s--%s", pattern->len > 0 ? "|" : "", entry->long_name);
  if (entry->short_name != 0)
    g_string_append_printf (pattern, "|-%c", entry->short_name);
}

static void
append_if_text (const GOptionEntry *entry, gpointer data)
{
  GString *pattern = data;

  if (!takes_value (entry) || takes_file (entry))
    return;
  g_string_append_printf (pattern, "%s--%s", pattern->len > 0 ? "|" : "", entry->long_name);
  if (entry->short_name != 0)
    g_string_append_printf (pattern, "|-%c", entry->short_name);
}

static char *
list_patterns (void (*append) (const GOptionEntry *entry, gpointer data))
{
  GString *pattern = g_string_new (NULL);

  for_each_option (NULL, append, pattern);
  for (guint i = 0; cli_commands[i] != NULL; i++)
    for_each_option (cli_commands[i], append, pattern);
  return g_string_free (pattern, FALSE);
}

static void
print_bash_commands (void)
{
  g_autoptr (GPtrArray) firsts = list_first_words ();

  for (guint i = 0; i < firsts->len; i++)
    {
      const char *first = g_ptr_array_index (firsts, i);
      g_autofree char *seconds = join_second_words (first);
      if (seconds[0] != '\0')
        printf ("        %s) words='%s' ;;\n", first, seconds);
    }
  for (guint i = 0; cli_commands[i] != NULL; i++)
    {
      g_autoptr (GString) names = g_string_new (NULL);
      for_each_option (cli_commands[i], append_names, names);
      printf ("        '%s' | '%s '*) words='%s' ;;\n", cli_commands[i]->name,
              cli_commands[i]->name, names->len > 0 ? names->str + 1 : "");
    }
}

void
cli_completion_print_bash (void)
{
  g_autoptr (GString) common = g_string_new (NULL);
  g_autofree char *firsts = join_first_words ();
  g_autofree char *files = list_patterns (append_if_file);
  g_autofree char *texts = list_patterns (append_if_text);

  for_each_option (NULL, append_names, common);
  printf (HEAD
          "\n_syncline() {\n"
          "    local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}\n"
          "    local verb='' words='' word i\n\n"
          "    COMPREPLY=()\n"
          "    # An equals sign is a word of its own here.\n"
          "    if [[ $current == '=' ]]; then\n"
          "        current=''\n"
          "    elif [[ $previous == '=' ]]; then\n"
          "        previous=${COMP_WORDS[COMP_CWORD - 2]}\n"
          "    fi\n"
          "    case $previous in\n"
          "        %s) mapfile -t COMPREPLY < <(compgen -f -- \"$current\"); return ;;\n"
          "        %s) return ;;\n"
          "    esac\n\n",
          files, texts);
  printf ("    for ((i = 1; i < COMP_CWORD; i++)); do\n"
          "        word=${COMP_WORDS[i]}\n"
          "        case $word in\n"
          "            %s|%s)\n"
          "                [[ ${COMP_WORDS[i + 1]} == '=' ]] && ((i++))\n"
          "                ((i++)) ;;\n"
          "            -*) ;;\n"
          "            *) verb=${verb:+$verb }$word ;;\n"
          "        esac\n"
          "    done\n\n"
          "    case $verb in\n"
          "        '') words='%s' ;;\n",
          files, texts, firsts);
  print_bash_commands ();
  printf ("    esac\n"
          "    mapfile -t COMPREPLY < <(compgen -W \"$words%s\" -- \"$current\")\n"
          "}\n\ncomplete -o bashdefault -o default -F _syncline syncline\n",
          common->str);
}

/* --- zsh ------------------------------------------------------------------------------------- */

/* Within a specification of _arguments these characters end a part. */
static char *
escape_zsh (const char *text)
{
  GString *escaped = g_string_new (NULL);

  for (const char *p = text; *p != '\0'; p++)
    {
      if (strchr ("[]:\\", *p) != NULL)
        g_string_append_c (escaped, '\\');
      g_string_append_c (escaped, *p);
    }
  return g_string_free (escaped, FALSE);
}

static void
print_zsh_spec (const char *option, const GOptionEntry *entry)
{
  g_autofree char *description = escape_zsh (entry->description);
  const char *value = takes_value (entry) ? entry->arg_description : NULL;
  g_autofree char *spec = g_strdup_printf (
      "%s[%s]%s%s%s", option, description, value != NULL ? ":" : "", value != NULL ? value : "",
      value == NULL ? "" : (takes_file (entry) ? ":_files" : ":"));
  g_autofree char *quoted = quote (spec);

  printf (" \\\n                %s", quoted);
}

static void
print_zsh_option (const GOptionEntry *entry, gpointer data G_GNUC_UNUSED)
{
  g_autofree char *long_name
      = g_strdup_printf ("--%s%s", entry->long_name, takes_value (entry) ? "=" : "");

  print_zsh_spec (long_name, entry);
  if (entry->short_name == 0)
    return;
  g_autofree char *short_name = g_strdup_printf ("-%c", entry->short_name);
  print_zsh_spec (short_name, entry);
}

static void
print_zsh_command (const char *pattern, const CliCommand *command)
{
  printf ("        %s)\n            _arguments", pattern);
  for_each_option (command, print_zsh_option, NULL);
  for_each_option (NULL, print_zsh_option, NULL);
  printf (" \\\n                '*:argument:_files' ;;\n");
}

static void
print_zsh_case (const char *first)
{
  const CliCommand *single = find_single (first);
  g_autofree char *seconds = join_second_words (first);

  if (single != NULL)
    {
      print_zsh_command (first, single);
      return;
    }
  for (guint i = 0; cli_commands[i] != NULL; i++)
    {
      const char *second = get_second_word (cli_commands[i], first);
      if (second == NULL)
        continue;
      g_autofree char *pattern = g_strdup_printf ("'%s %s'", first, second);
      print_zsh_command (pattern, cli_commands[i]);
    }
  printf ("        '%s '*) compadd %s ;;\n", first, seconds);
}

static void
print_zsh_summaries (GPtrArray *firsts)
{
  for (guint i = 0; i < firsts->len; i++)
    {
      const char *first = g_ptr_array_index (firsts, i);
      const CliCommand *single = find_single (first);
      g_autofree char *seconds = single == NULL ? join_second_words (first) : NULL;
      g_autofree char *escaped = escape_zsh (single != NULL ? single->summary : seconds);
      g_autofree char *text = g_strdup_printf ("%s:%s", first, escaped);
      g_autofree char *quoted = quote (text);
      printf ("        %s\n", quoted);
    }
}

void
cli_completion_print_zsh (void)
{
  g_autoptr (GPtrArray) firsts = list_first_words ();

  printf ("#compdef syncline\n" HEAD "\n_syncline() {\n"
          "    local context state state_descr line verb\n"
          "    typeset -A opt_args\n"
          "    local -a commands=(\n");
  print_zsh_summaries (firsts);
  printf ("    )\n\n"
          "    _arguments -C");
  for_each_option (NULL, print_zsh_option, NULL);
  printf (" \\\n                '1:command:->command' '*::argument:->argument'\n"
          "    if [[ $state == command ]]; then\n"
          "        _describe command commands\n"
          "        return\n"
          "    fi\n"
          "    [[ $state == argument ]] || return\n"
          "    verb=$words[1]\n"
          "    case $verb in\n");
  for (guint i = 0; i < firsts->len; i++)
    {
      const char *first = g_ptr_array_index (firsts, i);
      if (find_single (first) == NULL)
        printf ("        %s)\n"
                "            verb=\"$verb ${words[2]}\"\n"
                "            if ((CURRENT > 2)); then shift words; ((CURRENT--)); "
                "else verb='%s '; fi ;;\n",
                first, first);
    }
  printf ("    esac\n    case $verb in\n");
  for (guint i = 0; i < firsts->len; i++)
    print_zsh_case (g_ptr_array_index (firsts, i));
  printf ("    esac\n}\n\n_syncline \"$@\"\n");
}

/* --- fish ------------------------------------------------------------------------------------ */

static void
print_fish_option (const GOptionEntry *entry, gpointer data)
{
  const char *condition = data;
  g_autofree char *description = quote (entry->description);

  printf ("complete -c syncline%s -l %s", condition, entry->long_name);
  if (entry->short_name != 0)
    printf (" -s %c", entry->short_name);
  if (takes_value (entry))
    printf (takes_file (entry) ? " -rF" : " -x");
  printf (" -d %s\n", description);
}

static void
print_fish_command (const CliCommand *command)
{
  g_auto (GStrv) words = g_strsplit (command->name, " ", 2);
  g_autofree char *summary = quote (command->summary);
  g_autofree char *condition
      = words[1] == NULL ? g_strdup_printf (" -n '__fish_seen_subcommand_from %s'", words[0])
                         : g_strdup_printf (" -n '__fish_seen_subcommand_from %s; and "
                                            "__fish_seen_subcommand_from %s'",
                                            words[0], words[1]);

  if (words[1] == NULL)
    printf ("complete -c syncline -n __fish_use_subcommand -f -a %s -d %s\n", words[0], summary);
  else
    {
      g_autofree char *seconds = join_second_words (words[0]);
      printf ("complete -c syncline -n '__fish_seen_subcommand_from %s; and not "
              "__fish_seen_subcommand_from %s' -f -a %s -d %s\n",
              words[0], seconds, words[1], summary);
    }
  for_each_option (command, print_fish_option, condition);
}

void
cli_completion_print_fish (void)
{
  static char no_condition[] = "";
  g_autoptr (GPtrArray) firsts = list_first_words ();

  printf (HEAD "\n");
  for (guint i = 0; i < firsts->len; i++)
    {
      const char *first = g_ptr_array_index (firsts, i);
      g_autofree char *seconds = join_second_words (first);
      if (find_single (first) == NULL)
        printf ("complete -c syncline -n __fish_use_subcommand -f -a %s -d '%s'\n", first, seconds);
    }
  for (guint i = 0; cli_commands[i] != NULL; i++)
    print_fish_command (cli_commands[i]);
  for_each_option (NULL, print_fish_option, no_condition);
}
