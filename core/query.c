/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "query-private.h"

struct _SynclineQueryClass
{
  GObjectClass parent_class;
};

/* A list is told of one splice at a time, and has to look as it says at each: what was spliced already is
 * that of the new rows, what is still to come that of the old ones. */
struct _SynclineQuery
{
  GObject parent_instance;

  SynclineWatch *watch;
  SynclineQueryRows *rows;
  SynclineQueryRows *old; /* while splices are told */
  guint n_new;            /* so many of rows are there already */
  guint old_start;        /* and of old those from here on */
  gboolean loading;
  GError *error;
};

static void list_model_init (GListModelInterface *interface);

G_DEFINE_FINAL_TYPE_WITH_CODE (SynclineQuery,
                               syncline_query,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

enum
{
  PROP_SQL = 1,
  PROP_LOADING,
  PROP_ERROR,
  PROP_THROTTLE,
  PROP_N_ITEMS,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

/* --- The list ------------------------------------------------------------------------------------ */

static GType
get_item_type (GListModel *model G_GNUC_UNUSED)
{
  return SYNCLINE_TYPE_ROW;
}

static guint
get_n_items (GListModel *model)
{
  SynclineQuery *self = SYNCLINE_QUERY (model);

  return self->old != NULL ? self->n_new + self->old->rows->len - self->old_start
                           : self->rows->rows->len;
}

static gpointer
get_item (GListModel *model, guint position)
{
  SynclineQuery *self = SYNCLINE_QUERY (model);
  SynclineQueryRows *rows = self->rows;

  if (position >= get_n_items (model))
    return NULL;
  if (self->old != NULL && position >= self->n_new)
    {
      rows = self->old;
      position = self->old_start + position - self->n_new;
    }
  return g_object_ref (g_ptr_array_index (rows->rows, position));
}

static void
list_model_init (GListModelInterface *interface)
{
  interface->get_item_type = get_item_type;
  interface->get_n_items = get_n_items;
  interface->get_item = get_item;
}

static void
tell_splices (SynclineQuery *self, SynclineQueryRows *rows, GArray *splices)
{
  guint tail = 0; /* where the old rows stand that the next splice is about */

  self->old = g_steal_pointer (&self->rows);
  self->rows = syncline_query_rows_ref (rows);
  self->n_new = 0;
  self->old_start = 0;
  for (guint i = 0; i < splices->len; i++)
    {
      const SynclineSplice *splice = &g_array_index (splices, SynclineSplice, i);

      tail += splice->position - self->n_new + splice->removed;
      self->n_new = splice->position + splice->added;
      self->old_start = tail;
      g_list_model_items_changed (G_LIST_MODEL (self), splice->position, splice->removed,
                                  splice->added);
    }
  g_clear_pointer (&self->old, syncline_query_rows_unref);
}

/* --- What runs gave -------------------------------------------------------------------------------- */

static void
set_error (SynclineQuery *self, const GError *error)
{
  if (self->error == NULL && error == NULL)
    return;
  g_clear_error (&self->error);
  self->error = error != NULL ? g_error_copy (error) : NULL;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ERROR]);
}

static void
take_delivery (GObject *owner, SynclineQueryRows *rows, GArray *splices, const GError *error)
{
  SynclineQuery *self = SYNCLINE_QUERY (owner);
  const guint n_items = self->rows->rows->len;

  if (rows != NULL)
    tell_splices (self, rows, splices);
  if (self->rows->rows->len != n_items)
    g_object_notify_by_pspec (owner, properties[PROP_N_ITEMS]);
  set_error (self, error);
  if (!self->loading)
    return;
  self->loading = FALSE;
  g_object_notify_by_pspec (owner, properties[PROP_LOADING]);
}

/* --- The object ------------------------------------------------------------------------------------ */

static void
syncline_query_init (SynclineQuery *self)
{
  self->rows = syncline_query_rows_new ();
  self->loading = TRUE;
}

static void
syncline_query_dispose (GObject *object)
{
  SynclineQuery *self = SYNCLINE_QUERY (object);

  g_clear_pointer (&self->watch, syncline_watch_end);
  G_OBJECT_CLASS (syncline_query_parent_class)->dispose (object);
}

static void
syncline_query_finalize (GObject *object)
{
  SynclineQuery *self = SYNCLINE_QUERY (object);

  syncline_query_rows_unref (self->rows);
  g_clear_error (&self->error);
  G_OBJECT_CLASS (syncline_query_parent_class)->finalize (object);
}

static void
syncline_query_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  SynclineQuery *self = SYNCLINE_QUERY (object);

  switch (id)
    {
    case PROP_SQL:
      g_value_set_string (value, syncline_query_get_sql (self));
      break;
    case PROP_LOADING:
      g_value_set_boolean (value, self->loading);
      break;
    case PROP_ERROR:
      g_value_set_boxed (value, self->error);
      break;
    case PROP_THROTTLE:
      g_value_set_int64 (value, syncline_query_get_throttle (self));
      break;
    case PROP_N_ITEMS:
      g_value_set_uint (value, get_n_items (G_LIST_MODEL (self)));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
syncline_query_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  if (id == PROP_THROTTLE)
    syncline_query_set_throttle (SYNCLINE_QUERY (object), g_value_get_int64 (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
syncline_query_class_init (SynclineQueryClass *class)
{
  const GParamFlags readable = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;
  GObjectClass *object_class = G_OBJECT_CLASS (class);

  object_class->dispose = syncline_query_dispose;
  object_class->finalize = syncline_query_finalize;
  object_class->get_property = syncline_query_get_property;
  object_class->set_property = syncline_query_set_property;

  /**
   * SynclineQuery:sql:
   *
   * Its statement.
   *
   * Since: 0.1
   */
  properties[PROP_SQL] = g_param_spec_string ("sql", NULL, NULL, NULL, readable);
  /**
   * SynclineQuery:loading:
   *
   * Whether it has not run yet.
   *
   * Since: 0.1
   */
  properties[PROP_LOADING] = g_param_spec_boolean ("loading", NULL, NULL, TRUE, readable);
  /**
   * SynclineQuery:error:
   *
   * Why its last run failed.
   *
   * Since: 0.1
   */
  properties[PROP_ERROR] = g_param_spec_boxed ("error", NULL, NULL, G_TYPE_ERROR, readable);
  /**
   * SynclineQuery:throttle:
   *
   * The shortest time from one run to the next, in microseconds.
   *
   * Since: 0.1
   */
  properties[PROP_THROTTLE]
      = g_param_spec_int64 ("throttle", NULL, NULL, 0, G_MAXINT64, SYNCLINE_QUERY_THROTTLE,
                            readable | G_PARAM_WRITABLE | G_PARAM_EXPLICIT_NOTIFY);
  /**
   * SynclineQuery:n-items:
   *
   * How many rows it has.
   *
   * Since: 0.1
   */
  properties[PROP_N_ITEMS] = g_param_spec_uint ("n-items", NULL, NULL, 0, G_MAXUINT, 0, readable);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

SynclineQuery *
syncline_query_new (SynclineQueryRunner *runner, const char *sql, GVariant *parameters)
{
  SynclineQuery *self = g_object_new (SYNCLINE_TYPE_QUERY, NULL);

  self->watch = syncline_watch_new (runner, G_OBJECT (self), take_delivery, sql, parameters);
  return self;
}

const char *
syncline_query_get_sql (SynclineQuery *query)
{
  g_return_val_if_fail (SYNCLINE_IS_QUERY (query), NULL);

  return syncline_watch_get_sql (query->watch);
}

gboolean
syncline_query_get_loading (SynclineQuery *query)
{
  g_return_val_if_fail (SYNCLINE_IS_QUERY (query), FALSE);

  return query->loading;
}

const GError *
syncline_query_get_error (SynclineQuery *query)
{
  g_return_val_if_fail (SYNCLINE_IS_QUERY (query), NULL);

  return query->error;
}

gint64
syncline_query_get_throttle (SynclineQuery *query)
{
  g_return_val_if_fail (SYNCLINE_IS_QUERY (query), 0);

  return syncline_watch_get_throttle (query->watch);
}

void
syncline_query_set_throttle (SynclineQuery *query, gint64 throttle)
{
  g_return_if_fail (SYNCLINE_IS_QUERY (query));
  g_return_if_fail (throttle >= 0);

  if (throttle == syncline_query_get_throttle (query))
    return;
  syncline_watch_set_throttle (query->watch, throttle);
  g_object_notify_by_pspec (G_OBJECT (query), properties[PROP_THROTTLE]);
}

void
syncline_query_refresh (SynclineQuery *query)
{
  g_return_if_fail (SYNCLINE_IS_QUERY (query));

  syncline_watch_refresh (query->watch);
}
