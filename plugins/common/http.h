/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* HTTP for plugins: blocking, cancellable requests and streams over libcurl. All functions may be
 * called from any thread; several requests may be under way at once on one SynclineHttp. Every
 * call returns within 100 ms of a cancel, with G_IO_ERROR_CANCELLED. */

#pragma once

#include <syncline/plugin.h>

G_BEGIN_DECLS

/* --- Config ---------------------------------------------------------------------------------- */

/* The keys that every plugin with a server has. Embed it in the plugin's config struct, and put
 * SYNCLINE_HTTP_OPTIONS (PluginConfig, member) among the rows of its option table. */
typedef struct
{
  char *ca_file;
  char *client_certificate;
  char *client_key;
  char *client_key_password;
  char *proxy;
  char **headers;
  gint64 connect_timeout;
  char *user_agent;
  char *unix_socket;
  int ip_version;
} SynclineHttpConfig;

#define _SYNCLINE_HTTP_ROW(Name, Type, Flags, Offset, ...)                                         \
  {                                                                                                \
    .name = Name, .type = SYNCLINE_OPTION_##Type, .flags = Flags, .offset = Offset, __VA_ARGS__    \
  }

#define SYNCLINE_HTTP_OPTIONS(Struct, member)                                                      \
  _SYNCLINE_HTTP_ROW ("ca-file", PATH, 0, SYNCLINE_OPTION_FIELD_STRING (Struct, member.ca_file),   \
                      .summary = "PEM file of the authorities to trust instead of the system's"),  \
      _SYNCLINE_HTTP_ROW ("client-certificate", PATH, 0,                                           \
                          SYNCLINE_OPTION_FIELD_STRING (Struct, member.client_certificate),        \
                          .summary = "PEM file of the certificate to show to the server"),         \
      _SYNCLINE_HTTP_ROW ("client-key", PATH, 0,                                                   \
                          SYNCLINE_OPTION_FIELD_STRING (Struct, member.client_key),                \
                          .summary = "PEM file of the key of client-certificate, "                 \
                                     "unless it stands in the same file"),                         \
      _SYNCLINE_HTTP_ROW ("client-key-password", STRING, SYNCLINE_OPTION_SECRET,                   \
                          SYNCLINE_OPTION_FIELD_STRING (Struct, member.client_key_password),       \
                          .summary = "Password of client-key"),                                    \
      _SYNCLINE_HTTP_ROW (                                                                         \
          "proxy", STRING, SYNCLINE_OPTION_SECRET,                                                 \
          SYNCLINE_OPTION_FIELD_STRING (Struct, member.proxy), .summary = "URL of a proxy",        \
          .details = "`http://`, `https://`, `socks5h://` or the like, with user and password if " \
                     "it wants them; `none` for a direct connection. Without the key the "         \
                     "environment decides (`https_proxy`, `no_proxy`)."),                          \
      _SYNCLINE_HTTP_ROW (                                                                         \
          "headers", LIST, SYNCLINE_OPTION_SECRET,                                                 \
          SYNCLINE_OPTION_FIELD_LIST (Struct, member.headers),                                     \
          .summary = "Headers to add to each request, each `Name: value`",                         \
          .details = "For gateways that want a key of their own. Headers that the plugin sets "    \
                     "itself can't be replaced."),                                                 \
      _SYNCLINE_HTTP_ROW ("connect-timeout", DURATION, 0,                                          \
                          SYNCLINE_OPTION_FIELD_NUMBER (Struct, member.connect_timeout),           \
                          .default_value = "15s", .minimum = 100 * G_TIME_SPAN_MILLISECOND,        \
                          .maximum = 5 * G_TIME_SPAN_MINUTE,                                       \
                          .summary = "How long to wait for a connection"),                         \
      _SYNCLINE_HTTP_ROW ("user-agent", STRING, 0,                                                 \
                          SYNCLINE_OPTION_FIELD_STRING (Struct, member.user_agent),                \
                          .summary = "What to add to the header User-Agent"),                      \
      _SYNCLINE_HTTP_ROW ("unix-socket", PATH, 0,                                                  \
                          SYNCLINE_OPTION_FIELD_STRING (Struct, member.unix_socket),               \
                          .summary = "Socket to connect to instead of the URL's host"),            \
      _SYNCLINE_HTTP_ROW (                                                                         \
          "ip-version", CHOICE, 0, SYNCLINE_OPTION_FIELD_CHOICE (Struct, member.ip_version),       \
          .default_value = "any", .choices = (const char *const[]){ "any", "4", "6", NULL },       \
          .summary = "Version of IP to use")

/* --- Requests and responses ------------------------------------------------------------------ */

typedef struct _SynclineHttp SynclineHttp;

/* Does no I/O. @config and @host are borrowed and have to outlive the object. Fails with
 * SYNCLINE_ERROR_CONFIG when the values do not go together. */
SynclineHttp *http_new (const SynclineHttpConfig *config, SynclineHost *host, GError **error);

/* No call may be outstanding and no stream open. */
void http_free (SynclineHttp *http);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SynclineHttp, http_free)

/* All borrowed for the time of the call. Zero means the default, which is noted at each member. */
typedef struct
{
  const char *method; /* GET */
  const char *url;
  const char *bearer;         /* sent as "Authorization: Bearer …" */
  const char *const *headers; /* NULL-terminated, each "Name: value" */
  const void *body;           /* NULL for none */
  gsize body_length;
  const char *content_type; /* of the body: application/json */
  gint64 timeout;           /* until the whole answer, or a stream's headers, is there: 60 s */
  gint64 idle_timeout;      /* for streams, between two arrivals of bytes: 60 s */
  gsize body_limit;         /* of the answer: 16 MiB; more is an error, or cut when not 2xx */
} HttpRequest;

/* Zero-initialized; can be used again for the next request, which saves allocations. */
typedef struct
{
  guint status;
  GByteArray *body; /* always followed by a NUL that is not counted */
  char *host;       /* for messages */
  GPtrArray *headers;
  gint64 received_at; /* wall clock */
  gboolean truncated; /* the body was longer than the limit */
  guint64 wire_bytes; /* of the body, before decompression */
} HttpResponse;

void http_response_clear (HttpResponse *response);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (HttpResponse, http_response_clear)

/* The value of the first header of that name, in whatever case; NULL if there is none. */
const char *http_response_get_header (const HttpResponse *response, const char *name);

/* Whether the header Content-Type names @type ("application/json"), whatever its parameters. */
gboolean http_response_has_type (const HttpResponse *response, const char *type);

/* What Retry-After says, in microseconds from now; -1 when it does not. Dates are taken relative to
 * the server's own clock if it tells that. */
gint64 http_response_get_retry_after (const HttpResponse *response);

/* The server's clock, in microseconds since the epoch, or 0 when it does not tell. */
gint64 http_response_get_date (const HttpResponse *response);

/* Sends a request and waits for the answer. TRUE when there is one, whatever its status, but for
 * redirects: those are errors that say where they lead. Otherwise SYNCLINE_ERROR_UNAVAILABLE, or
 * _CONFIG when the fault is local (an unreadable certificate file). */
gboolean http_perform (SynclineHttp *http,
                       const HttpRequest *request,
                       HttpResponse *response,
                       GCancellable *cancellable,
                       GError **error);

/* --- Answers that mean the same everywhere --------------------------------------------------- */

/* TRUE for 2xx. Else fails with SYNCLINE_ERROR_UNAUTHORIZED (401), _UNAVAILABLE (408, 425, 429, 5xx;
 * with Retry-After) or _PROTOCOL (the rest). @detail, nullable, is what the body says about it, as
 * far as it may be shown. */
gboolean http_check_status (const HttpResponse *response, const char *detail, GError **error);

/* Whether the body is JSON by its Content-Type or, lacking that, by its first character. If not, it
 * is no answer of the server but of something in between (a hotel's sign-in page, say):
 * SYNCLINE_ERROR_UNAVAILABLE. */
gboolean http_check_json (const HttpResponse *response, GError **error);

/* The URL without user, password, query and fragment. */
char *http_url_for_message (const char *url);

/* --- Streams --------------------------------------------------------------------------------- */

typedef struct _HttpStream HttpStream;

/* Sends a request and returns when the headers of the answer are there. TRUE when there is an
 * answer: with a stream when its status is 2xx, else with @out_stream NULL and the body in
 * @response. */
gboolean http_stream_open (SynclineHttp *http,
                           const HttpRequest *request,
                           HttpResponse *response,
                           HttpStream **out_stream,
                           GCancellable *cancellable,
                           GError **error);

/* Waits for bytes, as many as have come; 0 at the end. They are valid until the next call. Nothing is
 * read from the network between calls, so that a slow reader slows the server down. Cancelling a read
 * does no harm to the stream; after any other error only http_stream_close() may follow. */
gboolean http_stream_read (HttpStream *stream,
                           const char **out_data,
                           gsize *out_length,
                           GCancellable *cancellable,
                           GError **error);

/* Bytes of the body so far, as they were on the wire, before decompression. */
guint64 http_stream_get_wire_bytes (HttpStream *stream);

/* Ends the stream, and the connection if the server has not, at once. One thread at a time may use a
 * stream; its http may be used meanwhile. */
void http_stream_close (HttpStream *stream);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HttpStream, http_stream_close)

G_END_DECLS
