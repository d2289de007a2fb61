/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* One message of the PowerSync service, as JSON or BSON, read into an event. A message is an object
 * with one member, whose key is the kind of message; kinds and members from the future are ignored. */

#pragma once

#include <syncline/transport.h>

G_BEGIN_DECLS

typedef struct _MessageReader MessageReader;

MessageReader *message_reader_new (void);
void message_reader_free (MessageReader *reader);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MessageReader, message_reader_free)

/* Read one message. Everything in the event is borrowed from the reader, until the next message, and from
 * @data. Fails with SYNCLINE_ERROR_PROTOCOL; the message names the member and the byte, never a value. */
gboolean message_reader_read_json (MessageReader *reader,
                                   const char *data,
                                   gsize length,
                                   SynclineEvent *out_event,
                                   GError **error);
gboolean message_reader_read_bson (MessageReader *reader,
                                   const char *data,
                                   gsize length,
                                   SynclineEvent *out_event,
                                   GError **error);

G_END_DECLS
