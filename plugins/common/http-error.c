/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "common/http-private.h"

#include <string.h>

/* --- URLs in messages ------------------------------------------------------------------------ */

char *
http_url_for_message (const char *url)
{
  const gsize length = strcspn (url, "?#");
  const char *authority = strstr (url, "://");

  if (authority == NULL || authority + 3 > url + length)
    return g_strndup (url, length);
  authority += 3;
  const gsize authority_length = MIN (strcspn (authority, "/"), length - (authority - url));
  const char *at = g_strrstr_len (authority, (gssize) authority_length, "@");
  const char *rest = at != NULL ? at + 1 : authority;
  return g_strdup_printf ("%.*s%.*s", (int) (authority - url), url,
                          (int) (length - (gsize) (rest - url)), rest);
}

char *
http_url_dup_host (const char *url)
{
  g_autofree char *plain = http_url_for_message (url);
  const char *authority = strstr (plain, "://");

  authority = authority != NULL ? authority + 3 : plain;
  return g_strndup (authority, strcspn (authority, "/"));
}

/* --- What became of a transfer --------------------------------------------------------------- */

static gboolean
is_tls_failure (CURLcode result)
{
  switch (result)
    {
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_INVALIDCERTSTATUS:
    case CURLE_SSL_PINNEDPUBKEYNOTMATCH:
    case CURLE_SSL_CLIENTCERT:
    case CURLE_USE_SSL_FAILED:
      return TRUE;
    default:
      return FALSE;
    }
}

static gboolean
is_local_fault (CURLcode result)
{
  switch (result)
    {
    case CURLE_URL_MALFORMAT:
    case CURLE_LOGIN_DENIED: /* a user name in the URL */
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_CRL_BADFILE:
    case CURLE_SSL_ENGINE_NOTFOUND:
    case CURLE_SSL_ENGINE_SETFAILED:
      return TRUE;
    default:
      return FALSE;
    }
}

static const char *
get_advice (CURLcode result)
{
  switch (result)
    {
    case CURLE_COULDNT_RESOLVE_HOST:
      return "check the network and the host's name";
    case CURLE_COULDNT_RESOLVE_PROXY:
      return "check the network and the key proxy";
    case CURLE_PROXY:
      return "check the proxy";
    case CURLE_COULDNT_CONNECT:
    case CURLE_OPERATION_TIMEDOUT:
      return "check the network, and whether the server is up";
    case CURLE_PEER_FAILED_VERIFICATION:
      return "check the system's clock, and set ca-file if the server's authority is private";
    case CURLE_SSL_CONNECT_ERROR:
      return "check that the server speaks https on that port";
    case CURLE_LOGIN_DENIED:
      return "take the user name out of the URL";
    case CURLE_URL_MALFORMAT:
      return "check the URL";
    case CURLE_SSL_CERTPROBLEM:
      return "check client-certificate and client-key";
    case CURLE_SSL_CACERT_BADFILE:
      return "check ca-file";
    default:
      return "will be tried again";
    }
}

static void
set_curl_error (HttpTransfer *transfer, GError **error)
{
  const CURLcode result = transfer->result;
  const char *text
      = *transfer->curl_error != '\0' ? transfer->curl_error : curl_easy_strerror (result);

  if (is_local_fault (result))
    g_set_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_CONFIG, "can't ask %s: %s; %s",
                 transfer->url, text, get_advice (result));
  else if (is_tls_failure (result))
    g_set_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_UNAVAILABLE,
                 "no secure (TLS) connection to %s: %s; %s", transfer->host, text,
                 get_advice (result));
  else if (result == CURLE_UNSUPPORTED_PROTOCOL || result == CURLE_WEIRD_SERVER_REPLY)
    g_set_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_UNAVAILABLE,
                 "what answers at %s does not speak HTTP: %s; check the port", transfer->host,
                 text);
  else if (transfer->headers_done)
    g_set_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_UNAVAILABLE,
                 "the answer of %s (HTTP %u) broke off: %s; %s", transfer->url, transfer->status,
                 text, get_advice (result));
  else
    g_set_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_UNAVAILABLE, "can't reach %s: %s; %s",
                 transfer->url, text, get_advice (result));
}

static void
set_redirect_error (HttpTransfer *transfer, GError **error)
{
  const char *location = http_response_get_header (transfer->response, "Location");
  g_autofree char *target = location != NULL ? http_url_for_message (location) : NULL;

  g_set_error (
      error, SYNCLINE_ERROR, SYNCLINE_ERROR_UNAVAILABLE,
      "%s answers with a redirect (HTTP %u) to %s, which is not followed; if that is where "
      "the server is now, change the URL; if not, the network may want a sign-in",
      transfer->url, transfer->status, target != NULL ? target : "nowhere");
}

gboolean
http_transfer_check (HttpTransfer *transfer, GError **error)
{
  const gboolean success = transfer->status >= 200 && transfer->status < 300;

  if (transfer->too_long && (success || !transfer->headers_done))
    {
      g_set_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_PROTOCOL,
                   "the answer of %s (HTTP %u) is longer than %" G_GSIZE_FORMAT " bytes",
                   transfer->url, transfer->status, transfer->body_limit);
      return FALSE;
    }
  if (transfer->result != CURLE_OK && !transfer->too_long)
    {
      set_curl_error (transfer, error);
      return FALSE;
    }
  /* libcurl finds nothing wrong with a connection that ends among the headers. */
  if (!transfer->headers_done)
    {
      g_set_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_UNAVAILABLE,
                   "the answer of %s broke off in its headers; will be tried again", transfer->url);
      return FALSE;
    }
  if (transfer->status >= 300 && transfer->status < 400)
    {
      set_redirect_error (transfer, error);
      return FALSE;
    }
  return TRUE;
}

void
http_set_timeout_error (HttpTransfer *transfer, gint64 timeout, GError **error)
{
  g_set_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_UNAVAILABLE,
               transfer->headers_done ? "%s fell silent for %.3g s; will be tried again"
                                      : "no answer from %s within %.3g s; will be tried again",
               transfer->url, (double) timeout / G_TIME_SPAN_SECOND);
}

/* --- Answers that mean the same everywhere --------------------------------------------------- */

static gboolean
is_temporary (guint status)
{
  return status == 408 || status == 425 || status == 429 || status >= 500;
}

static const char *
get_status_advice (guint status)
{
  switch (status)
    {
    case 401:
      return "the credentials were refused";
    case 407:
      return "the proxy wants a user and password; set them in the key proxy";
    case 429:
      return "too many requests";
    case 511:
      return "the network wants a sign-in";
    default:
      return status >= 500 ? "the server has a fault" : "the request was refused";
    }
}

gboolean
http_check_status (const HttpResponse *response, const char *detail, GError **error)
{
  const guint status = response->status;
  SynclineError code = SYNCLINE_ERROR_PROTOCOL;
  GError *local = NULL;

  if (status >= 200 && status < 300)
    return TRUE;

  if (status == 401)
    code = SYNCLINE_ERROR_UNAUTHORIZED;
  else if (is_temporary (status) || status == 407)
    code = SYNCLINE_ERROR_UNAVAILABLE;
  local = g_error_new (SYNCLINE_ERROR, code, "%s answers HTTP %u: %s", response->host, status,
                       detail != NULL ? detail : get_status_advice (status));

  const gint64 retry_after = http_response_get_retry_after (response);
  if (code == SYNCLINE_ERROR_UNAVAILABLE && retry_after >= 0)
    syncline_error_set_retry_after (local, retry_after);
  g_propagate_error (error, local);
  return FALSE;
}

static gboolean
looks_like_json (const HttpResponse *response)
{
  const char *type = http_response_get_header (response, "Content-Type");

  if (type == NULL)
    {
      const char *body = (const char *) response->body->data;
      return strchr ("{[\"", body[strspn (body, " \t\r\n")]) != NULL;
    }
  const gsize length = strcspn (type, "; \t");
  return http_response_has_type (response, "application/json")
         || (length > 5 && g_ascii_strncasecmp (type + length - 5, "+json", 5) == 0);
}

gboolean
http_check_json (const HttpResponse *response, GError **error)
{
  if (looks_like_json (response))
    return TRUE;

  const gboolean html = http_response_has_type (response, "text/html");
  g_set_error (
      error, SYNCLINE_ERROR, SYNCLINE_ERROR_UNAVAILABLE,
      "what answers for %s (HTTP %u) sends %s instead of JSON; a proxy or the sign-in page of "
      "a network may be in between; check the URL",
      response->host, response->status, html ? "a web page" : "something else");
  return FALSE;
}
