/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "common/http-private.h"

#include <string.h>

#define KEEPALIVE_IDLE_SECONDS 30L
#define KEEPALIVE_INTERVAL_SECONDS 15L

static gboolean
check_header (const char *line, SynclineHost *host, GError **error)
{
  const gsize name_length = strcspn (line, ": \t");

  if (name_length > 0 && line[name_length] == ':')
    return TRUE;
  g_set_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_CONFIG,
               "[%s] headers: an entry is not of the form \"Name: value\"",
               syncline_host_get_name (host));
  return FALSE;
}

gboolean
http_config_check (const SynclineHttpConfig *config, SynclineHost *host, GError **error)
{
  for (char **line = config->headers; line != NULL && *line != NULL; line++)
    if (!check_header (*line, host, error))
      return FALSE;

  if (config->client_key != NULL && config->client_certificate == NULL)
    {
      g_set_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_CONFIG,
                   "[%s] client-key is of no use without client-certificate",
                   syncline_host_get_name (host));
      return FALSE;
    }
  return TRUE;
}

static const char *
get_encodings (void)
{
  const curl_version_info_data *info = curl_version_info (CURLVERSION_NOW);

  if (info->features & CURL_VERSION_ZSTD)
    return "zstd, gzip";
  return info->features & CURL_VERSION_LIBZ ? "gzip" : NULL;
}

static void
apply_route (const SynclineHttpConfig *config, CURL *easy)
{
  static const long versions[] = { CURL_IPRESOLVE_WHATEVER, CURL_IPRESOLVE_V4, CURL_IPRESOLVE_V6 };

  if (config->ip_version >= 0 && config->ip_version < (int) G_N_ELEMENTS (versions))
    curl_easy_setopt (easy, CURLOPT_IPRESOLVE, versions[config->ip_version]);
  if (config->unix_socket != NULL)
    curl_easy_setopt (easy, CURLOPT_UNIX_SOCKET_PATH, config->unix_socket);

  /* Left alone, libcurl looks at the environment. */
  if (config->unix_socket != NULL || g_strcmp0 (config->proxy, "none") == 0)
    curl_easy_setopt (easy, CURLOPT_PROXY, "");
  else if (config->proxy != NULL)
    curl_easy_setopt (easy, CURLOPT_PROXY, config->proxy);
  curl_easy_setopt (easy, CURLOPT_HEADEROPT, (long) CURLHEADER_SEPARATE);
  curl_easy_setopt (easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);

  curl_easy_setopt (easy, CURLOPT_TCP_KEEPALIVE, 1L);
  curl_easy_setopt (easy, CURLOPT_TCP_KEEPIDLE, KEEPALIVE_IDLE_SECONDS);
  curl_easy_setopt (easy, CURLOPT_TCP_KEEPINTVL, KEEPALIVE_INTERVAL_SECONDS);
  if (config->connect_timeout > 0)
    curl_easy_setopt (easy, CURLOPT_CONNECTTIMEOUT_MS, (long) (config->connect_timeout / 1000));
}

static void
apply_tls (const SynclineHttpConfig *config, CURL *easy)
{
  curl_easy_setopt (easy, CURLOPT_SSL_VERIFYPEER, 1L);
  curl_easy_setopt (easy, CURLOPT_SSL_VERIFYHOST, 2L);
  curl_easy_setopt (easy, CURLOPT_SSLVERSION, (long) CURL_SSLVERSION_TLSv1_2);
  if (config->ca_file != NULL)
    {
      curl_easy_setopt (easy, CURLOPT_CAINFO, config->ca_file);
      curl_easy_setopt (easy, CURLOPT_CAPATH, NULL);
    }
  if (config->client_certificate != NULL)
    {
      curl_easy_setopt (easy, CURLOPT_SSLCERT, config->client_certificate);
      curl_easy_setopt (easy, CURLOPT_SSLKEY,
                        config->client_key != NULL ? config->client_key
                                                   : config->client_certificate);
    }
  if (config->client_key_password != NULL)
    curl_easy_setopt (easy, CURLOPT_KEYPASSWD, config->client_key_password);
}

void
http_config_apply (SynclineHttp *http, CURL *easy)
{
  curl_easy_setopt (easy, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt (easy, CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
  curl_easy_setopt (easy, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt (easy, CURLOPT_NETRC, (long) CURL_NETRC_IGNORED);
  curl_easy_setopt (easy, CURLOPT_USERAGENT, http->user_agent);
  curl_easy_setopt (easy, CURLOPT_ACCEPT_ENCODING, get_encodings ());

  /* The library must not touch the program's signals. */
  curl_easy_setopt (easy, CURLOPT_NOSIGNAL, 1L);
  /* Otherwise a cancel during a name lookup would wait for the resolver's own, long timeout. */
  curl_easy_setopt (easy, CURLOPT_QUICK_EXIT, 1L);

  apply_route (http->config, easy);
  apply_tls (http->config, easy);
}
