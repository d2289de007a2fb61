/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* The file that keeps the session, shared by all processes that use it. It is replaced as a whole, so
 * reading needs no lock. Whoever replaces or removes it holds the lock, from before it asks the
 * server until the answer is on disk: a refresh token is good for one use. */

#pragma once

#include "supabase-auth/seal.h"
#include "supabase-auth/session.h"

G_BEGIN_DECLS

typedef struct _SessionFile SessionFile;

/* Does no I/O. */
SessionFile *session_file_new (const char *path, Sealer *take_sealer);
void session_file_free (SessionFile *file);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SessionFile, session_file_free)

const char *session_file_get_path (SessionFile *file);

/* Tells one content of the file from the next. All zero: there is no file. */
typedef struct
{
  guint64 device;
  guint64 inode;
  guint64 size;
  gint64 modified; /* nanoseconds, as the next one */
  gint64 changed;
} SessionFileStamp;

gboolean session_file_stamp_equal (const SessionFileStamp *a, const SessionFileStamp *b);

/* Without opening the file. */
void session_file_get_stamp (SessionFile *file, SessionFileStamp *out_stamp);

/* *@out_session is NULL when there is no file. SYNCLINE_ERROR_CORRUPT when it can't be opened with the
 * key or holds something else, _CONFIG when it is not as it should be (owner, mode, a link). It is left as it is.
 * Not thread-safe, like session_file_format(). */
gboolean session_file_read (SessionFile *file,
                            Session **out_session,
                            SessionFileStamp *out_stamp,
                            GError **error);

/* A lock's descriptor, or -1. Waits up to @patience for other holders, in other processes and in this
 * one: SYNCLINE_ERROR_BUSY. */
int
session_file_lock (SessionFile *file, gint64 patience, GCancellable *cancellable, GError **error);
void session_file_unlock (int lock);

/* What session_file_write() takes; sealed, if the file is. The caller wipes it. */
GByteArray *session_file_format (SessionFile *file, Session *session, GError **error);

/* Replaces the file: it is the old or the new one whatever happens, and the new one is on disk when this
 * returns. With @expected it has to be that one still, else SYNCLINE_ERROR_BUSY: somebody signed out or in.
 * May be called from any thread that has the lock. */
gboolean session_file_write (SessionFile *file,
                             GByteArray *bytes,
                             const SessionFileStamp *expected,
                             SessionFileStamp *out_stamp,
                             GError **error);

gboolean session_file_remove (SessionFile *file, GError **error);

G_END_DECLS
