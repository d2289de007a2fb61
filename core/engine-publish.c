/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* What the process that syncs tells the others: the state of its lanes, in a note of the store. */

#include "config.h"

#include <syncline/error.h>
#include <unistd.h>

#include "engine-private.h"
#include "log.h"
#include "reason.h"

#define NOTE "engine-status"

/* A burst of changes is one write. */
#define INTERVAL_MS 250

/* state, reason, since, wake time, failures, and of the error: domain (empty for none), code, message. */
#define LANE_TYPE "(usxxtsis)"
/* The process, upload, download. */
#define STATUS_TYPE "(x" LANE_TYPE LANE_TYPE ")"

/* --- Writing ------------------------------------------------------------------------------------- */

static GVariant *
lane_to_variant (SynclineLane *lane)
{
  SynclineLaneSnapshot snapshot;

  syncline_engine_get_lane_snapshot (lane, FALSE, &snapshot);
  g_autoptr (GError) error = snapshot.error;
  return g_variant_new (LANE_TYPE, (guint32) snapshot.state, snapshot.reason, snapshot.since,
                        snapshot.wake_time, snapshot.n_failures,
                        error ? g_quark_to_string (error->domain) : "", error ? error->code : 0,
                        error ? error->message : "");
}

/* On the loop thread. */
static gboolean
publish (gpointer user_data)
{
  SynclineEngine *engine = user_data;
  SynclineRoles *roles = engine->roles;
  g_autoptr (GError) error = NULL;

  g_mutex_lock (&engine->lock);
  engine->publishing = FALSE;
  const gboolean elected = engine->elected;
  g_mutex_unlock (&engine->lock);
  if (!elected)
    return G_SOURCE_REMOVE;

  g_autoptr (GVariant) status = g_variant_ref_sink (g_variant_new (
      "(x@" LANE_TYPE "@" LANE_TYPE ")", (gint64) getpid (), lane_to_variant (engine->upload_lane),
      lane_to_variant (engine->download_lane)));
  if (engine->published != NULL && g_variant_equal (status, engine->published))
    return G_SOURCE_REMOVE;

  g_autofree char *text = g_variant_print (status, FALSE);
  if (!roles->store_methods->set_note (roles->store, NOTE, text, &error))
    {
      /* The next change tries again; nothing but what others show depends on it. */
      syncline_log ("engine", G_LOG_LEVEL_DEBUG, "%s", error->message);
      return G_SOURCE_REMOVE;
    }
  g_clear_pointer (&engine->published, g_variant_unref);
  engine->published = g_steal_pointer (&status);
  return G_SOURCE_REMOVE;
}

void
syncline_engine_publish_soon (SynclineEngine *engine)
{
  g_mutex_lock (&engine->lock);
  const gboolean schedule = engine->elected && !engine->publishing;
  engine->publishing = engine->publishing || schedule;
  g_mutex_unlock (&engine->lock);
  if (!schedule)
    return;

  g_autoptr (GSource) source = g_timeout_source_new (INTERVAL_MS);
  g_source_set_callback (source, publish, engine, NULL);
  g_source_attach (source, engine->context);
}

/* --- Reading ------------------------------------------------------------------------------------- */

static void
lane_from_variant (GVariant *variant, SynclineLaneSnapshot *out_snapshot)
{
  const char *reason, *domain, *message;
  guint32 state;
  int code;

  g_variant_get (variant, "(u&sxxt&si&s)", &state, &reason, &out_snapshot->since,
                 &out_snapshot->wake_time, &out_snapshot->n_failures, &domain, &code, &message);
  const SynclineReason *known = syncline_reason_find (reason);
  out_snapshot->state = (SynclineState) MIN (state, SYNCLINE_STATE_BLOCKED);
  out_snapshot->reason = known != NULL ? known->code : "failed";
  out_snapshot->error = NULL;
  if (*domain != '\0')
    out_snapshot->error = g_error_new_literal (g_quark_from_string (domain), code, message);
}

/* The note of the process @pid; others are what a process left behind that has ended. */
static gboolean
read_note (SynclineEngine *engine, gint64 pid, SynclineStatusParts *parts)
{
  SynclineRoles *roles = engine->roles;
  g_autofree char *text = NULL;

  if (!roles->store_methods->get_note (roles->store, NOTE, &text, NULL) || text == NULL)
    return FALSE;
  g_autoptr (GVariant) status
      = g_variant_parse (G_VARIANT_TYPE (STATUS_TYPE), text, NULL, NULL, NULL);
  if (status == NULL)
    return FALSE;

  g_autoptr (GVariant) upload = g_variant_get_child_value (status, 1);
  g_autoptr (GVariant) download = g_variant_get_child_value (status, 2);
  gint64 writer;
  g_variant_get_child (status, 0, "x", &writer);
  if (writer != pid)
    return FALSE;
  lane_from_variant (upload, &parts->upload);
  lane_from_variant (download, &parts->download);
  return TRUE;
}

gboolean
syncline_engine_read_published (SynclineEngine *engine, SynclineStatusParts *parts)
{
  SynclineRoles *roles = engine->roles;
  gint64 pid = 0;

  if (!SYNCLINE_HAS_SLOT (roles->store_methods, get_syncer)
      || !roles->store_methods->get_syncer (roles->store, &pid, NULL) || pid == 0)
    return FALSE;
  parts->syncer = pid;
  return read_note (engine, pid, parts);
}
