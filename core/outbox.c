/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "outbox.h"

#include <errno.h>
#include <syncline/error.h>
#include <sys/eventfd.h>
#include <unistd.h>

typedef struct
{
  GSourceFunc func;
  gpointer data;
  GDestroyNotify free;
} Message;

struct _SynclineOutbox
{
  GMainContext *context;

  GMutex lock;
  GQueue messages;
  GSource *source; /* while there are any, unless a descriptor is polled */
  int fd;          /* or -1 */
  gboolean closed;
};

SynclineOutbox *
syncline_outbox_new (void)
{
  SynclineOutbox *outbox = g_atomic_rc_box_new0 (SynclineOutbox);

  outbox->context = g_main_context_ref_thread_default ();
  g_mutex_init (&outbox->lock);
  g_queue_init (&outbox->messages);
  outbox->fd = -1;
  return outbox;
}

SynclineOutbox *
syncline_outbox_ref (SynclineOutbox *outbox)
{
  return g_atomic_rc_box_acquire (outbox);
}

static void
message_free (gpointer data)
{
  Message *message = data;

  message->free (message->data);
  g_free (message);
}

static void
outbox_clear (gpointer data)
{
  SynclineOutbox *outbox = data;

  syncline_outbox_close (outbox);
  if (outbox->fd >= 0)
    close (outbox->fd);
  g_main_context_unref (outbox->context);
  g_mutex_clear (&outbox->lock);
}

void
syncline_outbox_unref (SynclineOutbox *outbox)
{
  g_atomic_rc_box_release_full (outbox, outbox_clear);
}

/* Needs the lock. */
static void
drop_source (SynclineOutbox *outbox)
{
  if (outbox->source == NULL)
    return;
  g_source_destroy (outbox->source);
  g_clear_pointer (&outbox->source, g_source_unref);
}

void
syncline_outbox_close (SynclineOutbox *outbox)
{
  g_mutex_lock (&outbox->lock);
  GQueue messages = outbox->messages;
  g_queue_init (&outbox->messages);
  outbox->closed = TRUE;
  drop_source (outbox);
  g_mutex_unlock (&outbox->lock);

  g_queue_clear_full (&messages, message_free);
}

/* Needs the lock. */
static Message *
take_message (SynclineOutbox *outbox)
{
  Message *message = g_queue_pop_head (&outbox->messages);

  if (message == NULL)
    drop_source (outbox);
  return message;
}

static void
call (Message *message)
{
  message->func (message->data);
  message_free (message);
}

static gboolean
on_source (gpointer data)
{
  g_autoptr (SynclineOutbox) outbox = syncline_outbox_ref (data);

  g_mutex_lock (&outbox->lock);
  Message *message = take_message (outbox);
  g_mutex_unlock (&outbox->lock);
  if (message == NULL)
    return G_SOURCE_REMOVE;
  call (message);
  return G_SOURCE_CONTINUE;
}

/* Needs the lock. */
static void
ring (SynclineOutbox *outbox)
{
  if (outbox->fd >= 0)
    {
      (void) eventfd_write (outbox->fd, 1);
      return;
    }
  if (outbox->source != NULL)
    return;
  outbox->source = g_idle_source_new ();
  g_source_set_priority (outbox->source, G_PRIORITY_DEFAULT);
  /* A handler may run a loop of its own, for a dialog say, and wants to be told the rest there. */
  g_source_set_can_recurse (outbox->source, TRUE);
  g_source_set_callback (outbox->source, on_source, syncline_outbox_ref (outbox),
                         (GDestroyNotify) syncline_outbox_unref);
  g_source_attach (outbox->source, outbox->context);
}

void
syncline_outbox_post (SynclineOutbox *outbox, GSourceFunc func, gpointer data, GDestroyNotify free)
{
  Message *message = g_new (Message, 1);

  *message = (Message){ func, data, free };
  g_mutex_lock (&outbox->lock);
  const gboolean closed = outbox->closed;
  if (!closed)
    {
      g_queue_push_tail (&outbox->messages, message);
      ring (outbox);
    }
  g_mutex_unlock (&outbox->lock);
  if (closed)
    message_free (message);
}

int
syncline_outbox_get_fd (SynclineOutbox *outbox, GError **error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&outbox->lock);

  if (outbox->fd >= 0)
    return outbox->fd;
  outbox->fd = eventfd (0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (outbox->fd < 0)
    {
      g_set_error (error, SYNCLINE_ERROR, SYNCLINE_ERROR_FAILED,
                   "There is no file descriptor to poll: %s; close some, or raise the limit",
                   g_strerror (errno));
      return -1;
    }
  drop_source (outbox);
  if (outbox->messages.length > 0)
    ring (outbox);
  return outbox->fd;
}

/* What is posted meanwhile waits for the next time, so that this ends. */
void
syncline_outbox_dispatch (SynclineOutbox *outbox)
{
  g_autoptr (SynclineOutbox) held = syncline_outbox_ref (outbox);
  eventfd_t ignored;

  g_mutex_lock (&outbox->lock);
  if (outbox->fd >= 0)
    (void) eventfd_read (outbox->fd, &ignored);
  for (guint n = outbox->messages.length; n > 0 && outbox->messages.length > 0; n--)
    {
      Message *message = take_message (outbox);
      g_mutex_unlock (&outbox->lock);
      call (message);
      g_mutex_lock (&outbox->lock);
    }
  g_mutex_unlock (&outbox->lock);
}
