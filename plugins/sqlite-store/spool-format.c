/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "sqlite-store/spool-format.h"

/* Seven bits a byte, the lowest first; the last byte has its top bit clear. */
static inline guchar *
put_number (guchar *at, guint64 number)
{
  for (; number >= 0x80; number >>= 7)
    *at++ = (guchar) (number | 0x80);
  *at++ = (guchar) number;
  return at;
}

static inline const guchar *
take_number (const guchar *at, const guchar *end, guint64 *out_number)
{
  guint64 number = 0;

  for (int shift = 0; at < end && shift < 64; shift += 7)
    {
      number |= (guint64) (*at & 0x7f) << shift;
      if (*at++ < 0x80)
        {
          *out_number = number;
          return at;
        }
    }
  return NULL;
}

void
spool_encode (GByteArray *bytes, const SpoolOp *op)
{
  guchar head[SPOOL_MAX_HEAD];
  guchar *at = head;

  at = put_number (at, (guint64) op->type);
  at = put_number (at, (guint64) op->bucket);
  at = put_number (at, (guint64) op->subkey);
  at = put_number (at, (guint64) op->op_id);
  at = put_number (at, op->id.length);
  /* 0 says that there is none. */
  at = put_number (at, op->op == SYNCLINE_OP_PUT ? op->data.length + 1 : 0);
  g_byte_array_append (bytes, head, (guint) (at - head));
  g_byte_array_append (bytes, (const guchar *) op->id.data, (guint) op->id.length);
  if (op->op == SYNCLINE_OP_PUT)
    g_byte_array_append (bytes, (const guchar *) op->data.data, (guint) op->data.length);
}

gboolean
spool_decode (const guchar *bytes, gsize length, SpoolOp *out_op, gsize *out_head)
{
  const guchar *at = bytes;
  const guchar *end = bytes + length;
  guint64 numbers[6];

  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    if ((at = take_number (at, end, &numbers[i])) == NULL)
      return FALSE;
  if (numbers[4] > G_MAXINT32 || numbers[5] > G_MAXINT32)
    return FALSE;
  *out_op = (SpoolOp){
    .type = (gint64) numbers[0],
    .bucket = (gint64) numbers[1],
    .subkey = (gint64) numbers[2],
    .op_id = (gint64) numbers[3],
    .op = numbers[5] > 0 ? SYNCLINE_OP_PUT : SYNCLINE_OP_REMOVE,
    .id = { (const char *) at, numbers[4] },
    .data = { NULL, 0 },
  };
  if (numbers[5] > 0)
    out_op->data = (SynclineSlice){ (const char *) at + numbers[4], numbers[5] - 1 };
  *out_head = (gsize) (at - bytes);
  return TRUE;
}

int
spool_compare (const SpoolOp *a, const SpoolOp *b)
{
  if (a->type != b->type)
    return a->type < b->type ? -1 : 1;
  int order = memcmp (a->id.data, b->id.data, MIN (a->id.length, b->id.length));
  if (order != 0)
    return order;
  return a->id.length == b->id.length ? 0 : a->id.length < b->id.length ? -1 : 1;
}

guint64
spool_get_prefix (SynclineSlice id)
{
  guchar bytes[8] = { 0 };
  guint64 number;

  memcpy (bytes, id.data, MIN (id.length, sizeof bytes));
  memcpy (&number, bytes, sizeof number);
  return GUINT64_FROM_BE (number);
}
