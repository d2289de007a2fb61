/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "contract.h"

#include <string.h>
#include <syncline/registry.h>

#include "support/fake-host.h"

/* --- Config structs --------------------------------------------------------------------------------- */

static const char *
find_value (const SynclineOption *option, const char *const *options)
{
  for (guint i = 0; options != NULL && options[i] != NULL; i += 2)
    if (g_str_equal (options[i], option->name))
      return options[i + 1];
  return option->default_value;
}

/* A number with the unit that its option type allows. */
static gint64
parse_number (const SynclineOption *option, const char *value)
{
  static const struct
  {
    const char *unit;
    gint64 factor;
  } durations[] = { { "", G_TIME_SPAN_SECOND },  { "ms", G_TIME_SPAN_MILLISECOND },
                    { "s", G_TIME_SPAN_SECOND }, { "min", G_TIME_SPAN_MINUTE },
                    { "h", G_TIME_SPAN_HOUR },   { "d", G_TIME_SPAN_DAY } },
    sizes[] = { { "", 1 }, { "K", 1 << 10 }, { "M", 1 << 20 }, { "G", 1 << 30 } };
  char *unit = NULL;
  const gint64 number = g_ascii_strtoll (value, &unit, 10);

  if (option->type == SYNCLINE_OPTION_DURATION)
    for (guint i = 0; i < G_N_ELEMENTS (durations); i++)
      if (g_str_equal (unit, durations[i].unit))
        return number * durations[i].factor;
  if (option->type == SYNCLINE_OPTION_SIZE)
    for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
      if (g_str_equal (unit, sizes[i].unit))
        return number * sizes[i].factor;
  g_assert_cmpstr (unit, ==, "");
  return number;
}

static int
find_choice (const SynclineOption *option, const char *value)
{
  for (int i = 0; option->choices[i] != NULL; i++)
    if (g_str_equal (option->choices[i], value))
      return i;
  g_error ("'%s' is no choice of %s", value, option->name);
}

static void
fill_option (const SynclineOption *option, gpointer config, const char *value)
{
  gpointer field = G_STRUCT_MEMBER_P (config, option->offset);

  if (value == NULL)
    return;
  switch (option->type)
    {
    case SYNCLINE_OPTION_STRING:
    case SYNCLINE_OPTION_PATH:
    case SYNCLINE_OPTION_URL:
      *(char **) field = g_strdup (value);
      break;
    case SYNCLINE_OPTION_INTEGER:
    case SYNCLINE_OPTION_DURATION:
    case SYNCLINE_OPTION_SIZE:
      *(gint64 *) field = parse_number (option, value);
      break;
    case SYNCLINE_OPTION_BOOLEAN:
      *(gboolean *) field = g_str_equal (value, "true");
      break;
    case SYNCLINE_OPTION_CHOICE:
      *(int *) field = find_choice (option, value);
      break;
    case SYNCLINE_OPTION_LIST:
      *(char ***) field = g_strsplit (value, ",", -1);
      break;
    }
}

static void
clear_option (const SynclineOption *option, gpointer config)
{
  gpointer field = G_STRUCT_MEMBER_P (config, option->offset);

  if (option->type == SYNCLINE_OPTION_LIST)
    g_strfreev (*(char ***) field);
  else if (option->type == SYNCLINE_OPTION_STRING || option->type == SYNCLINE_OPTION_PATH
           || option->type == SYNCLINE_OPTION_URL)
    g_free (*(char **) field);
}

static gboolean
has_option (const SynclinePlugin *plugin, const char *name)
{
  for (const SynclineOption *option = plugin->options; option->name != NULL; option++)
    if (g_str_equal (option->name, name))
      return TRUE;
  return FALSE;
}

/* --- Instances -------------------------------------------------------------------------------------- */

const SynclinePlugin *
contract_find (const char *name, SynclinePluginKind kind)
{
  g_autoptr (GError) error = NULL;
  const SynclinePlugin *plugin = syncline_registry_find (name, &error);

  g_assert_no_error (error);
  g_assert_cmpint (plugin->kind, ==, kind);
  return plugin;
}

ContractInstance *
contract_instance_new (const SynclinePlugin *plugin, const char *schema, const char *const *options)
{
  ContractInstance *instance = g_new0 (ContractInstance, 1);
  g_autoptr (GError) error = NULL;
  g_autoptr (SynclineSchema) parsed
      = syncline_schema_new_from_data (schema == NULL ? "" : schema, -1, "contract", &error);

  g_assert_no_error (error);
  for (guint i = 0; options != NULL && options[i] != NULL; i += 2)
    g_assert_true (has_option (plugin, options[i]));
  instance->plugin = plugin;
  instance->host = fake_host_new (plugin->name);
  fake_host_set_schema (instance->host, parsed);
  instance->config = g_malloc0 (plugin->config_size + 1);
  for (const SynclineOption *option = plugin->options; option->name != NULL; option++)
    fill_option (option, instance->config, find_value (option, options));
  instance->self = plugin->create (instance->config, instance->host, &error);
  g_assert_no_error (error);
  g_assert_nonnull (instance->self);
  return instance;
}

void
contract_instance_free (ContractInstance *instance)
{
  instance->plugin->destroy (instance->self);
  for (const SynclineOption *option = instance->plugin->options; option->name != NULL; option++)
    clear_option (option, instance->config);
  g_free (instance->config);
  fake_host_free (instance->host);
  g_free (instance);
}

/* --- Descriptors ------------------------------------------------------------------------------------ */

static void
check_option (const SynclinePlugin *plugin, const SynclineOption *option)
{
  g_assert_cmpuint (option->offset, <, plugin->config_size);
  g_assert_nonnull (option->summary);
  g_assert_cmpuint (strlen (option->summary), >, 0);
  g_assert_false (g_str_has_suffix (option->summary, "."));
  g_assert_null (strchr (option->name, '_'));
  for (const SynclineOption *other = plugin->options; other != option; other++)
    {
      g_assert_cmpstr (other->name, !=, option->name);
      g_assert_cmpuint (other->offset, !=, option->offset);
    }
}

void
contract_check_descriptor (const SynclinePlugin *plugin, SynclinePluginKind kind)
{
  g_assert_cmpuint (plugin->magic, ==, SYNCLINE_PLUGIN_MAGIC);
  g_assert_cmpuint (plugin->abi, ==, SYNCLINE_PLUGIN_ABI);
  g_assert_cmpuint (plugin->size, ==, sizeof (SynclinePlugin));
  g_assert_cmpint (plugin->kind, ==, kind);
  g_assert_nonnull (plugin->name);
  g_assert_nonnull (plugin->version);
  g_assert_nonnull (plugin->license);
  g_assert_nonnull (plugin->summary);
  g_assert_false (g_str_has_suffix (plugin->summary, "."));
  g_assert_nonnull (plugin->options);
  g_assert_nonnull (plugin->methods);
  g_assert_nonnull (plugin->create);
  g_assert_nonnull (plugin->destroy);
  for (const SynclineOption *option = plugin->options; option->name != NULL; option++)
    check_option (plugin, option);
}

/* --- Cancelling ------------------------------------------------------------------------------------- */

struct _ContractCancel
{
  GCancellable *cancellable;
  GThread *thread;
  gint64 at;
};

static gpointer
cancel_thread (gpointer user_data)
{
  ContractCancel *cancel = user_data;

  /* Time for the call to begin; when it has not, the test is easier, not wrong. */
  g_usleep (20 * G_TIME_SPAN_MILLISECOND);
  cancel->at = g_get_monotonic_time ();
  g_cancellable_cancel (cancel->cancellable);
  return NULL;
}

ContractCancel *
contract_cancel_begin (GCancellable **out_cancellable)
{
  ContractCancel *cancel = g_new0 (ContractCancel, 1);

  cancel->cancellable = g_cancellable_new ();
  cancel->thread = g_thread_new ("cancel", cancel_thread, cancel);
  *out_cancellable = cancel->cancellable;
  return cancel;
}

void
contract_cancel_end (ContractCancel *cancel)
{
  const gint64 now = g_get_monotonic_time ();

  g_thread_join (cancel->thread);
  g_assert_cmpint (now - cancel->at, <, CONTRACT_CANCEL_TIME);
  g_object_unref (cancel->cancellable);
  g_free (cancel);
}
