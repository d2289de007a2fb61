/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include <string.h>

#include "mock-auth.h"

typedef struct
{
  const MockAuthConfig *config;
  SynclineHost *host;
  GMutex lock; /* guards all that follows */
  GCond refreshed;
  GRand *dice;
  GQueue script;
  MockAuthCounts counts;
  char *user_id; /* NULL: nobody is signed in */
  SynclineCredentials *credentials;
  gboolean refused_by_server; /* the credentials, so that others are needed */
  gboolean refreshing;
  guint n_tokens;
} MockAuth;

/* --- The session: the lock is held ------------------------------------------------------------------ */

static void
new_credentials (MockAuth *auth)
{
  /* Every token is another one, so that tests can tell them apart. */
  g_autofree char *token
      = g_strdup_printf ("%s-%s-%u", auth->config->token, auth->user_id, ++auth->n_tokens);

  g_clear_pointer (&auth->credentials, syncline_credentials_unref);
  auth->credentials = syncline_credentials_new (
      token, auth->user_id, syncline_host_get_real_time (auth->host) + auth->config->lifetime);
  auth->refused_by_server = FALSE;
}

static void
begin_session (MockAuth *auth, const char *user_id)
{
  g_free (auth->user_id);
  auth->user_id = g_strdup (user_id);
  new_credentials (auth);
}

static void
end_session (MockAuth *auth)
{
  g_clear_pointer (&auth->user_id, g_free);
  g_clear_pointer (&auth->credentials, syncline_credentials_unref);
}

static gboolean
fail_without_session (GError **error)
{
  g_set_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_NO_SESSION, "Nobody is signed in to the mock");
  return FALSE;
}

static gboolean
fail_unavailable (GError **error)
{
  g_set_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_UNAVAILABLE,
               "The mock auth server is unavailable (503)");
  return FALSE;
}

/* What the server says to the next request. */
static MockAuthAnswer
next_answer (MockAuth *auth)
{
  const gboolean unavailable = mock_dice_throw (auth->dice, auth->config->unavailable);
  const gboolean refused = mock_dice_throw (auth->dice, auth->config->refused);

  if (!g_queue_is_empty (&auth->script))
    return (MockAuthAnswer) GPOINTER_TO_INT (g_queue_pop_head (&auth->script));
  return unavailable ? MOCK_AUTH_UNAVAILABLE : refused ? MOCK_AUTH_REFUSED : MOCK_AUTH_OK;
}

/* --- Refreshing ------------------------------------------------------------------------------------- */

static gboolean
is_good (MockAuth *auth, gint64 min_validity)
{
  const gint64 left = syncline_credentials_get_expires_at (auth->credentials)
                      - syncline_host_get_real_time (auth->host);

  return !auth->refused_by_server && left >= min_validity;
}

/* Asks the server, which takes as long as the config says, on the host's clock. */
static gboolean
ask_server (MockAuth *auth, MockAuthAnswer *out_answer, GCancellable *cancellable, GError **error)
{
  const gint64 end = syncline_host_get_monotonic_time (auth->host) + auth->config->delay_time;

  g_mutex_lock (&auth->lock);
  *out_answer = next_answer (auth);
  g_mutex_unlock (&auth->lock);
  while ((*out_answer == MOCK_AUTH_HANG || syncline_host_get_monotonic_time (auth->host) < end)
         && !g_cancellable_is_cancelled (cancellable))
    g_usleep (G_TIME_SPAN_MILLISECOND);
  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  return *out_answer != MOCK_AUTH_UNAVAILABLE || fail_unavailable (error);
}

/* Gets other credentials; the lock is not held while the server is asked. */
static gboolean
refresh (MockAuth *auth, gboolean *out_ended, GCancellable *cancellable, GError **error)
{
  g_autofree char *user_id = g_strdup (auth->user_id);
  MockAuthAnswer answer;

  auth->refreshing = TRUE;
  auth->counts.n_refreshes++;
  g_mutex_unlock (&auth->lock);
  const gboolean ok = ask_server (auth, &answer, cancellable, error);
  g_mutex_lock (&auth->lock);
  auth->refreshing = FALSE;
  g_cond_broadcast (&auth->refreshed);

  if (!ok)
    return FALSE;
  if (g_strcmp0 (user_id, auth->user_id) != 0) /* the session changed meanwhile */
    return TRUE;
  if (answer == MOCK_AUTH_REFUSED)
    {
      auth->counts.n_refused++;
      end_session (auth);
      *out_ended = TRUE;
      return fail_without_session (error);
    }
  new_credentials (auth);
  return TRUE;
}

/* Waits while somebody else refreshes. */
static void
wait_for_others (MockAuth *auth, GCancellable *cancellable)
{
  while (auth->refreshing && !g_cancellable_is_cancelled (cancellable))
    g_cond_wait (&auth->refreshed, &auth->lock);
}

static SynclineCredentials *
get_locked (MockAuth *auth,
            gint64 min_validity,
            gboolean *out_notify,
            GCancellable *cancellable,
            GError **error)
{
  auth->counts.n_gets++;
  wait_for_others (auth, cancellable);
  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return NULL;
  if (auth->user_id == NULL)
    {
      fail_without_session (error);
      return NULL;
    }
  /* Tokens may live for less than is asked for; then each serves half of its life. */
  if (!is_good (auth, MIN (min_validity, auth->config->lifetime / 2)))
    {
      if (!refresh (auth, out_notify, cancellable, error))
        return NULL;
      *out_notify = TRUE;
    }
  if (auth->credentials != NULL)
    return syncline_credentials_ref (auth->credentials);
  fail_without_session (error);
  return NULL;
}

static SynclineCredentials *
get_credentials (gpointer self, gint64 min_validity, GCancellable *cancellable, GError **error)
{
  MockAuth *auth = self;
  gboolean notify = FALSE;
  MockWake wake;

  mock_wake_begin (&wake, &auth->lock, &auth->refreshed, cancellable);
  g_mutex_lock (&auth->lock);
  SynclineCredentials *credentials = get_locked (auth, min_validity, &notify, cancellable, error);
  g_mutex_unlock (&auth->lock);
  mock_wake_end (&wake);
  if (notify)
    syncline_host_notify_auth (auth->host);
  return credentials;
}

static void
invalidate (gpointer self, SynclineCredentials *credentials)
{
  MockAuth *auth = self;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&auth->lock);

  auth->counts.n_invalidated++;
  /* Credentials that were replaced meanwhile say nothing about the present ones. */
  if (auth->credentials != NULL
      && g_str_equal (syncline_credentials_get_token (auth->credentials),
                      syncline_credentials_get_token (credentials)))
    auth->refused_by_server = TRUE;
}

/* --- Users ------------------------------------------------------------------------------------------ */

/* The id of the user who signs in as @email; NULL if there is none. */
static char *
find_user (MockAuth *auth, const char *email)
{
  char **users = auth->config->users;

  if (users == NULL || users[0] == NULL || email == NULL)
    return g_strdup (auth->config->user_id);
  for (guint i = 0; users[i] != NULL; i++)
    {
      const char *colon = strrchr (users[i], ':');

      if (colon != NULL && strlen (email) == (gsize) (colon - users[i])
          && g_str_has_prefix (users[i], email))
        return g_strdup (colon + 1);
    }
  return NULL;
}

static char *
check_user (MockAuth *auth, GVariant *parameters, MockAuthAnswer answer, GError **error)
{
  const char *email = NULL;
  const char *password = NULL;

  if (parameters != NULL)
    {
      (void) (g_variant_lookup (parameters, "email", "&s", &email)
              || g_variant_lookup (parameters, "phone", "&s", &email));
      g_variant_lookup (parameters, "password", "&s", &password);
    }
  char *user_id = find_user (auth, email);
  const char *expected = auth->config->password;
  if (user_id != NULL && answer != MOCK_AUTH_REFUSED
      && (expected == NULL || expected[0] == '\0' || g_strcmp0 (password, expected) == 0))
    return user_id;
  g_free (user_id);
  g_set_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_REJECTED,
               "The mock auth server refuses the sign-in: invalid credentials");
  return NULL;
}

static gboolean
sign_in (gpointer self, GVariant *parameters, GCancellable *cancellable, GError **error)
{
  MockAuth *auth = self;
  MockAuthAnswer answer;

  if (!ask_server (auth, &answer, cancellable, error))
    return FALSE;
  g_autofree char *user_id = check_user (auth, parameters, answer, error);
  if (user_id == NULL || !syncline_host_admit_user (auth->host, user_id, error))
    return FALSE;
  g_mutex_lock (&auth->lock);
  auth->counts.n_sign_ins++;
  begin_session (auth, user_id);
  g_mutex_unlock (&auth->lock);
  syncline_host_notify_auth (auth->host);
  return TRUE;
}

static gboolean
sign_up (gpointer self,
         GVariant *parameters,
         gboolean *out_session,
         GCancellable *cancellable,
         GError **error)
{
  if (!sign_in (self, parameters, cancellable, error))
    return FALSE;
  *out_session = TRUE;
  return TRUE;
}

static gboolean
sign_out (gpointer self, SynclineSignOutScope scope, GCancellable *cancellable, GError **error)
{
  MockAuth *auth = self;

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  if (scope == SYNCLINE_SIGN_OUT_OTHERS)
    return TRUE;
  g_mutex_lock (&auth->lock);
  auth->counts.n_sign_outs++;
  end_session (auth);
  g_mutex_unlock (&auth->lock);
  syncline_host_notify_auth (auth->host);
  return TRUE;
}

static char *
dup_user_id (gpointer self)
{
  MockAuth *auth = self;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&auth->lock);

  return g_strdup (auth->user_id);
}

/* With counters, so that a test that knows the client only can tell what went on. */
static GVariant *
dup_user (gpointer self)
{
  MockAuth *auth = self;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&auth->lock);
  GVariantBuilder builder;

  if (auth->user_id == NULL)
    return NULL;
  g_variant_builder_init (&builder, G_VARIANT_TYPE_VARDICT);
  g_variant_builder_add (&builder, "{sv}", "id", g_variant_new_string (auth->user_id));
  g_variant_builder_add (&builder, "{sv}", "refreshes",
                         g_variant_new_uint32 (auth->counts.n_refreshes));
  g_variant_builder_add (&builder, "{sv}", "sign-ins",
                         g_variant_new_uint32 (auth->counts.n_sign_ins));
  return g_variant_ref_sink (g_variant_builder_end (&builder));
}

static gboolean
probe (gpointer self, char **out_message, GCancellable *cancellable, GError **error)
{
  MockAuthAnswer answer;

  if (!ask_server (self, &answer, cancellable, error))
    return FALSE;
  if (out_message != NULL)
    *out_message = g_strdup ("mock auth server");
  return TRUE;
}

/* --- What tests see --------------------------------------------------------------------------------- */

void
mock_auth_script (gpointer self, MockAuthAnswer answer)
{
  MockAuth *auth = self;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&auth->lock);

  g_queue_push_tail (&auth->script, GINT_TO_POINTER (answer));
}

MockAuthCounts
mock_auth_get_counts (gpointer self)
{
  MockAuth *auth = self;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&auth->lock);

  return auth->counts;
}

/* --- The plugin ------------------------------------------------------------------------------------- */

gpointer
mock_auth_create (gconstpointer config, SynclineHost *host, GError **error G_GNUC_UNUSED)
{
  MockAuth *auth = g_new0 (MockAuth, 1);

  auth->config = config;
  auth->host = host;
  g_mutex_init (&auth->lock);
  g_cond_init (&auth->refreshed);
  auth->dice = g_rand_new_with_seed ((guint32) auth->config->seed);
  if (auth->config->signed_in)
    begin_session (auth, auth->config->user_id);
  return auth;
}

void
mock_auth_destroy (gpointer self)
{
  MockAuth *auth = self;

  end_session (auth);
  g_queue_clear (&auth->script);
  g_rand_free (auth->dice);
  g_cond_clear (&auth->refreshed);
  g_mutex_clear (&auth->lock);
  g_free (auth);
}

const SynclineAuthClass mock_auth_methods = {
  .struct_size = sizeof (SynclineAuthClass),
  .get_credentials = get_credentials,
  .invalidate = invalidate,
  .dup_user_id = dup_user_id,
  .sign_in = sign_in,
  .sign_up = sign_up,
  .sign_out = sign_out,
  .probe = probe,
  .dup_user = dup_user,
};

const SynclineOption mock_auth_options[] = {
  { .name = "user-id",
    .type = SYNCLINE_OPTION_STRING,
    .offset = SYNCLINE_OPTION_FIELD_STRING (MockAuthConfig, user_id),
    .default_value = "user-1",
    .summary = "id of the user who is signed in, or signs in" },
  { .name = "users",
    .type = SYNCLINE_OPTION_LIST,
    .offset = SYNCLINE_OPTION_FIELD_LIST (MockAuthConfig, users),
    .summary = "who may sign in, as EMAIL:ID",
    .details = "Without it everybody may, and is the user of 'user-id'." },
  { .name = "password",
    .type = SYNCLINE_OPTION_STRING,
    .flags = SYNCLINE_OPTION_SECRET,
    .offset = SYNCLINE_OPTION_FIELD_STRING (MockAuthConfig, password),
    .summary = "password of all users; without it any will do" },
  { .name = "token",
    .type = SYNCLINE_OPTION_STRING,
    .offset = SYNCLINE_OPTION_FIELD_STRING (MockAuthConfig, token),
    .default_value = "mock-token",
    .summary = "how the tokens begin; user and number follow" },
  { .name = "signed-in",
    .type = SYNCLINE_OPTION_BOOLEAN,
    .offset = SYNCLINE_OPTION_FIELD_BOOLEAN (MockAuthConfig, signed_in),
    .default_value = "true",
    .summary = "whether the user is signed in from the start" },
  { .name = "lifetime",
    .type = SYNCLINE_OPTION_DURATION,
    .offset = SYNCLINE_OPTION_FIELD_NUMBER (MockAuthConfig, lifetime),
    .default_value = "1h",
    .minimum = G_TIME_SPAN_MILLISECOND,
    .maximum = 365 * G_TIME_SPAN_DAY,
    .summary = "how long a token is good" },
  { .name = "delay-time",
    .type = SYNCLINE_OPTION_DURATION,
    .offset = SYNCLINE_OPTION_FIELD_NUMBER (MockAuthConfig, delay_time),
    .default_value = "0",
    .minimum = 0,
    .maximum = G_TIME_SPAN_DAY,
    .summary = "how long a refresh or a sign-in takes" },
  { .name = "seed",
    .type = SYNCLINE_OPTION_INTEGER,
    .offset = SYNCLINE_OPTION_FIELD_NUMBER (MockAuthConfig, seed),
    .default_value = "1",
    .minimum = 0,
    .maximum = G_MAXUINT32,
    .summary = "where the random faults start from; the same seed gives the same faults" },
  { .name = "unavailable",
    .type = SYNCLINE_OPTION_INTEGER,
    .offset = SYNCLINE_OPTION_FIELD_NUMBER (MockAuthConfig, unavailable),
    .default_value = "0",
    .minimum = 0,
    .maximum = 100,
    .summary = "percentage of requests that find no server" },
  { .name = "refused",
    .type = SYNCLINE_OPTION_INTEGER,
    .offset = SYNCLINE_OPTION_FIELD_NUMBER (MockAuthConfig, refused),
    .default_value = "0",
    .minimum = 0,
    .maximum = 100,
    .summary = "percentage of refreshes that end the session, and of sign-ins that fail" },
  SYNCLINE_OPTION_END,
};

const SynclinePlugin mock_auth_plugin = MOCK_AUTH_PLUGIN;
