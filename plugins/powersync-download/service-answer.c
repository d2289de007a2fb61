/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "powersync-download/service-answer.h"

#include "powersync-download/object-reader.h"

/* More of a description says nothing new. */
#define MAX_DESCRIPTION 300

static void
start (ObjectReader *reader, const HttpResponse *response)
{
  object_reader_init (reader);
  object_reader_start_json (reader, (const char *) response->body->data, response->body->len);
}

/* Reads the object that the body or the current member has to be. */
static gboolean
read_object (ObjectReader *reader, const ObjectShape *shape, gpointer target, GError **error)
{
  return object_expect (reader, object_next_token (reader), JSON_PULL_OBJECT_BEGIN, error)
         && object_read_members (reader, shape, target, error);
}

/* --- Refusals: {"error":{"code":"PSYNC_S2103","description":"JWT has expired",…}} ---------------- */

typedef struct
{
  SynclineSlice code;
  SynclineSlice description;
} Refusal;

static const ObjectMember refusal_members[] = {
  { "code", OBJECT_TEXT, FALSE, G_STRUCT_OFFSET (Refusal, code) },
  { "description", OBJECT_TEXT, FALSE, G_STRUCT_OFFSET (Refusal, description) },
};
static const ObjectShape refusal_shape = OBJECT_SHAPE (refusal_members);

static gboolean
read_refusal (ObjectReader *reader, gpointer target, GError **error)
{
  return read_object (reader, &refusal_shape, target, error);
}

static const ObjectMember refusal_envelope_members[] = {
  { "error", OBJECT_CUSTOM, TRUE, 0, read_refusal },
};
static const ObjectShape refusal_envelope = OBJECT_SHAPE (refusal_envelope_members);

/* One line for a person. */
static void
append_clean (GString *line, SynclineSlice text)
{
  g_autofree char *valid
      = g_utf8_make_valid (text.data, (gssize) MIN (text.length, MAX_DESCRIPTION));

  for (char *at = valid; *at != '\0'; at++)
    if (g_ascii_iscntrl (*at))
      *at = ' ';
  g_string_append (line, valid);
  if (text.length > MAX_DESCRIPTION)
    g_string_append (line, "…");
}

/* What the service says, or NULL when the body is not of its making. */
static char *
dup_detail (const HttpResponse *response)
{
  g_auto (ObjectReader) reader;
  Refusal refusal = { 0 };

  start (&reader, response);
  if (!read_object (&reader, &refusal_envelope, &refusal, NULL) || refusal.code.data == NULL)
    return NULL;

  g_autoptr (GString) line = g_string_new (NULL);
  append_clean (line, refusal.code);
  if (refusal.description.length > 0)
    {
      g_string_append (line, ": ");
      append_clean (line, refusal.description);
    }
  return g_string_free (g_steal_pointer (&line), FALSE);
}

gboolean
service_answer_check_status (const HttpResponse *response, GError **error)
{
  if (response->status >= 200 && response->status < 300)
    return TRUE;

  g_autofree char *detail = response->body != NULL ? dup_detail (response) : NULL;
  return http_check_status (response, detail, error);
}

/* --- Write checkpoints ----------------------------------------------------------------------------- */

static const ObjectMember write_checkpoint_members[] = {
  { "write_checkpoint", OBJECT_POSITION, TRUE, 0 },
};
static const ObjectShape write_checkpoint_shape = OBJECT_SHAPE (write_checkpoint_members);

static const ObjectMember checkpoint_request_members[] = {
  { "checkpoint_request_id", OBJECT_POSITION, TRUE, 0 },
};
static const ObjectShape checkpoint_request_shape = OBJECT_SHAPE (checkpoint_request_members);

static gboolean
read_write_checkpoint (ObjectReader *reader, gpointer target, GError **error)
{
  return read_object (reader, &write_checkpoint_shape, target, error);
}

static gboolean
read_checkpoint_request (ObjectReader *reader, gpointer target, GError **error)
{
  return read_object (reader, &checkpoint_request_shape, target, error);
}

/* {"data":…}, whose value @read_data reads. */
static gboolean
read_number (const HttpResponse *response,
             gboolean (*read_data) (ObjectReader *, gpointer, GError **),
             gint64 *out_number,
             GError **error)
{
  const ObjectMember envelope_members[] = { { "data", OBJECT_CUSTOM, TRUE, 0, read_data } };
  const ObjectShape envelope = OBJECT_SHAPE (envelope_members);
  g_auto (ObjectReader) reader;
  gint64 number = 0;

  start (&reader, response);
  if (!read_object (&reader, &envelope, &number, error)
      || !object_expect (&reader, object_next_token (&reader), JSON_PULL_END, error))
    return FALSE;
  if (number == 0)
    return object_fail (&reader, error, "write checkpoint 0");
  *out_number = number;
  return TRUE;
}

gboolean
service_answer_read_write_checkpoint (const HttpResponse *response,
                                      gint64 *out_write_checkpoint,
                                      GError **error)
{
  return read_number (response, read_write_checkpoint, out_write_checkpoint, error);
}

gboolean
service_answer_read_checkpoint_request (const HttpResponse *response,
                                        gint64 *out_number,
                                        GError **error)
{
  return read_number (response, read_checkpoint_request, out_number, error);
}
