/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "powersync-download/stream-decoder.h"

#include "powersync-download/bson-reader.h"
#include "powersync-download/event-memory.h"
#include "powersync-download/message-reader.h"

#include <string.h>

struct _StreamDecoder
{
  StreamFormat format;
  gsize max_message;
  MessageReader *reader;
  SynclineSlice input;      /* what is left of the bytes that were fed */
  GByteArray *partial;      /* a message of which some bytes came in earlier feeds */
  gboolean partial_is_read; /* it was whole and the last event lies in it */
  gsize largest;            /* that partial ever held */
  gboolean expired;         /* the last message said that the token expires now */
};

StreamDecoder *
stream_decoder_new (StreamFormat format, gsize max_message)
{
  StreamDecoder *decoder = g_new0 (StreamDecoder, 1);

  decoder->format = format;
  decoder->max_message = max_message;
  decoder->reader = message_reader_new ();
  decoder->partial = g_byte_array_new ();
  return decoder;
}

void
stream_decoder_free (StreamDecoder *decoder)
{
  message_reader_free (decoder->reader);
  g_byte_array_unref (decoder->partial);
  g_free (decoder);
}

void
stream_decoder_feed (StreamDecoder *decoder, const char *data, gsize length)
{
  g_assert (decoder->input.length == 0);

  decoder->input.data = data;
  decoder->input.length = length;
}

/* Empties the partial message; gives its memory back if messages have become much smaller. */
static void
drop_partial (StreamDecoder *decoder)
{
  decoder->largest = MAX (decoder->largest, decoder->partial->len);
  if (decoder->largest > EVENT_MEMORY_KEEP && decoder->partial->len < decoder->largest / 4)
    {
      g_byte_array_unref (decoder->partial);
      decoder->partial = g_byte_array_new ();
      decoder->largest = 0;
    }
  g_byte_array_set_size (decoder->partial, 0);
  decoder->partial_is_read = FALSE;
}

static gboolean
check_size (StreamDecoder *decoder, gsize size, GError **error)
{
  if (size <= decoder->max_message)
    return TRUE;
  g_set_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_PROTOCOL,
               "the PowerSync service sent a message of more than %" G_GSIZE_FORMAT
               " bytes; raise max-message if that is meant",
               decoder->max_message);
  return FALSE;
}

/* Moves bytes from the input to the partial message. */
static gboolean
keep_input (StreamDecoder *decoder, gsize n, GError **error)
{
  if (!check_size (decoder, decoder->partial->len + n, error))
    return FALSE;
  g_byte_array_append (decoder->partial, (const guint8 *) decoder->input.data, (guint) n);
  decoder->input.data += n;
  decoder->input.length -= n;
  return TRUE;
}

/* The bytes of the input that belong to a line; more than there are when it does not end in it. */
static gsize
measure_line (const SynclineSlice *input)
{
  const char *newline = input->length > 0 ? memchr (input->data, '\n', input->length) : NULL;

  return newline != NULL ? (gsize) (newline + 1 - input->data) : input->length + 1;
}

/* Likewise of a BSON document, whose length stands in its first four bytes. */
static gboolean
measure_document (StreamDecoder *decoder, gsize *out_length, GError **error)
{
  const GByteArray *partial = decoder->partial;
  guint8 start[4];
  gsize known = MIN (partial->len, sizeof start);

  if (known + decoder->input.length < sizeof start)
    {
      *out_length = decoder->input.length + 1;
      return TRUE;
    }
  for (gsize i = 0; i < sizeof start; i++)
    start[i] = i < known ? partial->data[i] : (guint8) decoder->input.data[i - known];

  gint32 length = bson_get_length ((const char *) start);
  if (length < BSON_MIN_LENGTH)
    {
      g_set_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_PROTOCOL,
                   "the PowerSync service sent a BSON document of %d bytes", length);
      return FALSE;
    }
  *out_length = (gsize) length - partial->len;
  return check_size (decoder, (gsize) length, error);
}

/* Finds the next whole message, in the input if it lies there in one piece. */
static gboolean
next_message (StreamDecoder *decoder,
              SynclineSlice *out_message,
              gboolean *out_found,
              GError **error)
{
  SynclineSlice *input = &decoder->input;
  gsize length;

  if (decoder->partial_is_read)
    drop_partial (decoder);
  if (decoder->format == STREAM_FORMAT_NDJSON)
    length = measure_line (input);
  else if (!measure_document (decoder, &length, error))
    return FALSE;

  *out_found = length <= input->length;
  if (!*out_found)
    return input->length == 0 || keep_input (decoder, input->length, error);

  if (decoder->partial->len == 0)
    {
      out_message->data = input->data;
      out_message->length = length;
      input->data += length;
      input->length -= length;
      return check_size (decoder, length, error);
    }
  if (!keep_input (decoder, length, error))
    return FALSE;
  decoder->partial_is_read = TRUE;
  out_message->data = (const char *) decoder->partial->data;
  out_message->length = decoder->partial->len;
  return TRUE;
}

static gboolean
is_blank (SynclineSlice line)
{
  for (gsize i = 0; i < line.length; i++)
    if (!g_ascii_isspace (line.data[i]))
      return FALSE;
  return TRUE;
}

gboolean
stream_decoder_next (StreamDecoder *decoder,
                     SynclineEvent *out_event,
                     gboolean *out_found,
                     GError **error)
{
  SynclineSlice message = { 0 };

  do
    {
      if (!next_message (decoder, &message, out_found, error))
        return FALSE;
      if (!*out_found)
        return TRUE;
    }
  while (decoder->format == STREAM_FORMAT_NDJSON && is_blank (message));

  gboolean read = decoder->format == STREAM_FORMAT_NDJSON
                      ? message_reader_read_json (decoder->reader, message.data, message.length,
                                                  out_event, error)
                      : message_reader_read_bson (decoder->reader, message.data, message.length,
                                                  out_event, error);
  if (!read)
    return FALSE;
  decoder->expired = out_event->type == SYNCLINE_EVENT_KEEPALIVE && out_event->expires_in <= 0;
  return TRUE;
}

gboolean
stream_decoder_finish (StreamDecoder *decoder, GError **error)
{
  gsize partial = decoder->partial_is_read ? 0 : decoder->partial->len;

  if (partial == 0 && decoder->expired)
    return TRUE;
  if (partial == 0)
    g_set_error_literal (error, SYNCLINE_ERROR, SYNCLINE_ERROR_UNAVAILABLE,
                         "the PowerSync service or the network cut the connection");
  else
    g_set_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_UNAVAILABLE,
                 "the connection to the PowerSync service was cut after %" G_GSIZE_FORMAT
                 " bytes of a message",
                 partial);
  return FALSE;
}
