/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#pragma once

#include <gio/gio.h>
#include <json-c/json.h>

G_BEGIN_DECLS

/* What the mocks share: JSON objects, waits that a cancel ends, dice. */

G_DEFINE_AUTOPTR_CLEANUP_FUNC (json_object, json_object_put)

/* The object that @text (of @length bytes, or -1) holds, or NULL: not JSON, no object, or text after it. */
json_object *mock_json_parse (const char *text, gssize length);

/* Compact text, with nothing escaped that need not be. */
char *mock_json_print (json_object *object);

/* A member's text form, NULL for one that is missing or null. */
char *mock_json_dup_member (json_object *object, const char *name);

/*
 * Wakes those who wait on @cond when @cancellable is cancelled. Begin before @mutex is locked and end
 * after it is unlocked: the cancelling thread takes it.
 */
typedef struct
{
  GMutex *mutex;
  GCond *cond;
  GCancellable *cancellable;
  gulong handler;
} MockWake;

void mock_wake_begin (MockWake *wake, GMutex *mutex, GCond *cond, GCancellable *cancellable);
void mock_wake_end (MockWake *wake);

/* Whether a thing that happens in @percent of all cases happens now. Always throws once, so that
 * setting one probability does not shift the luck of the others. */
gboolean mock_dice_throw (GRand *dice, gint64 percent);

G_END_DECLS
