/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* Signing in through a browser. */

#include "config.h"

#include "client-private.h"
#include "loopback.h"

/* Auth servers forget what was begun after some minutes. */
#define PATIENCE (10 * G_TIME_SPAN_MINUTE)

gboolean
syncline_client_begin_browser_sign_in (SynclineClient *self,
                                       GVariant *parameters,
                                       char **out_url,
                                       GCancellable *cancellable,
                                       GError **error)
{
  g_return_val_if_fail (SYNCLINE_IS_CLIENT (self), FALSE);
  g_return_val_if_fail (parameters != NULL, FALSE);

  const SynclineAuthClass *methods = self->roles->auth_methods;
  g_autoptr (GVariant) sunk = g_variant_ref_sink (parameters);
  g_autofree char *url = NULL;
  g_auto (SynclineCall) call = SYNCLINE_CALL_INIT;

  syncline_call_begin_any (&call, self, cancellable);
  if (!syncline_client_require_auth (self, SYNCLINE_HAS_SLOT (methods, begin_browser_sign_in),
                                     "sign in through a browser", error)
      || !methods->begin_browser_sign_in (self->roles->auth, sunk, &url, call.cancellable, error))
    return FALSE;
  if (out_url != NULL)
    *out_url = g_steal_pointer (&url);
  return TRUE;
}

static GVariant *
add_text (GVariant *parameters, const char *key, const char *text)
{
  GVariantDict dict;

  g_variant_dict_init (&dict, parameters);
  g_variant_dict_remove (&dict, "port");
  g_variant_dict_insert (&dict, key, "s", text);
  return g_variant_dict_end (&dict);
}

gboolean
syncline_client_sign_in_with_browser (SynclineClient *self,
                                      GVariant *parameters,
                                      SynclineClientBrowserFunc func,
                                      gpointer user_data,
                                      GCancellable *cancellable,
                                      GError **error)
{
  g_return_val_if_fail (SYNCLINE_IS_CLIENT (self), FALSE);
  g_return_val_if_fail (parameters != NULL, FALSE);
  g_return_val_if_fail (func != NULL, FALSE);

  g_autoptr (GVariant) sunk = g_variant_ref_sink (parameters);
  g_autofree char *url = NULL;
  g_autofree char *callback = NULL;
  guint16 port = 0;

  g_variant_lookup (sunk, "port", "q", &port);
  g_autoptr (SynclineLoopback) loopback = syncline_loopback_new (port, error);
  if (loopback == NULL
      || !syncline_client_begin_browser_sign_in (
          self, add_text (sunk, "redirect-to", syncline_loopback_get_url (loopback)), &url,
          cancellable, error)
      || !func (self, url, user_data, error))
    return FALSE;

  callback = syncline_loopback_wait (loopback, PATIENCE, cancellable, error);
  return callback != NULL
         && syncline_client_sign_in (self, add_text (NULL, "callback-url", callback), cancellable,
                                     error);
}
