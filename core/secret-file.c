/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "secret-file.h"

#include <string.h>

#include "option-value.h"
#include "read-file.h"

#define CREDENTIAL "credential:"
#define LONGEST_SECRET (64 * 1024)
/* A longer word is rather the secret itself than the name of a file. */
#define LONGEST_WORD 40

static char *
find_credential (const char *name, char **out_fault)
{
  const char *directory = g_getenv ("CREDENTIALS_DIRECTORY");

  if (*name == '\0' || strchr (name, '/') != NULL || *name == '.')
    {
      *out_fault = g_strdup ("no name of a credential; write " CREDENTIAL "NAME, without slashes");
      return NULL;
    }
  if (directory == NULL || *directory == '\0')
    {
      *out_fault
          = g_strdup_printf ("the credential %s can't be looked up: CREDENTIALS_DIRECTORY is not "
                             "set; start this as a systemd service with LoadCredential=",
                             name);
      return NULL;
    }
  return g_build_filename (directory, name, NULL);
}

static char *
complain_of_file (const char *place, const char *path, const char *reason)
{
  if (strchr (place, '/') == NULL && strlen (place) > LONGEST_WORD)
    return g_strdup_printf ("the file can't be read: %s; write the name of a file that holds the "
                            "secret, not the secret",
                            reason);
  return g_strdup_printf ("%s can't be read: %s", path, reason);
}

char *
syncline_secret_file_read (const char *place,
                           const char *directory,
                           char **out_warning,
                           char **out_fault)
{
  g_autofree char *reason = NULL;
  gboolean exposed;
  gsize length;
  g_autofree char *path = g_str_has_prefix (place, CREDENTIAL)
                              ? find_credential (place + strlen (CREDENTIAL), out_fault)
                              : syncline_option_resolve_path (place, directory);

  if (path == NULL)
    return NULL;
  char *secret = syncline_read_file (path, LONGEST_SECRET, &length, &exposed, &reason);
  if (secret == NULL)
    {
      *out_fault = complain_of_file (place, path, reason);
      return NULL;
    }

  if (g_str_has_suffix (secret, "\r\n"))
    length -= 2;
  else if (g_str_has_suffix (secret, "\n"))
    length--;
  secret[length] = '\0';
  if (length == 0 || !g_utf8_validate_len (secret, length, NULL))
    {
      *out_fault = g_strdup_printf ("%s %s; it must hold the secret and nothing else", path,
                                    length == 0 ? "is empty" : "is not UTF-8 text");
      explicit_bzero (secret, length);
      g_free (secret);
      return NULL;
    }
  if (exposed)
    *out_warning
        = g_strdup_printf ("%s can be read by every user of this machine; restrict it with "
                           "chmod o-r",
                           path);
  return secret;
}
