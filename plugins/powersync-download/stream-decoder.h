/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* Bytes of a download stream in, events out: finds where messages begin and end, wherever the network
 * has cut them, and reads them. Does no I/O. */

#pragma once

#include <syncline/transport.h>

G_BEGIN_DECLS

typedef enum
{
  STREAM_FORMAT_NDJSON, /* a JSON object a line */
  STREAM_FORMAT_BSON,   /* documents one after the other, each of which begins with its length */
} StreamFormat;

typedef struct _StreamDecoder StreamDecoder;

/* Messages of more than @max_message bytes are an error. */
StreamDecoder *stream_decoder_new (StreamFormat format, gsize max_message);
void stream_decoder_free (StreamDecoder *decoder);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (StreamDecoder, stream_decoder_free)

/* Hands over the next bytes. Only when the last ones are used up; they are borrowed until then. */
void stream_decoder_feed (StreamDecoder *decoder, const char *data, gsize length);

/* The next event, or, with @out_found FALSE, the need for more bytes. What is in the event is borrowed
 * until the next call. Fails with SYNCLINE_ERROR_PROTOCOL, and then for good. */
gboolean stream_decoder_next (StreamDecoder *decoder,
                              SynclineEvent *out_event,
                              gboolean *out_found,
                              GError **error);

/* After the last byte: whether the service ended the stream in good order. It announces that, with a token
 * that expires in no time; without it, or within a message, the connection was cut, and this fails
 * with SYNCLINE_ERROR_UNAVAILABLE. */
gboolean stream_decoder_finish (StreamDecoder *decoder, GError **error);

G_END_DECLS
