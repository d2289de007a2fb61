/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#include "config.h"

#include "common/json-pull.h"

#include <math.h>

/* A decimal number taken apart: digits times ten to the power of exponent. */
typedef struct
{
  gboolean negative;
  guint64 digits;
  gint64 exponent;
} Decimal;

/* Appends a digit; FALSE when the digits no longer fit. */
static gboolean
append_digit (Decimal *decimal, int digit)
{
  return !__builtin_mul_overflow (decimal->digits, 10, &decimal->digits)
         && !__builtin_add_overflow (decimal->digits, (guint64) digit, &decimal->digits);
}

/* Reads the sign and digits of an exponent, which is cut where it makes no difference any more. */
static gint64
read_exponent (const char *at, const char *end)
{
  gboolean negative = at < end && *at == '-';
  gint64 value = 0;

  if (at < end && (*at == '-' || *at == '+'))
    at++;
  for (; at < end; at++)
    value = MIN (value * 10 + (*at - '0'), G_MAXINT32);
  return negative ? -value : value;
}

/* Takes a well-formed number apart. Zeros are held back until another digit needs them, so that
 * 100000000000000000000e-2 has few digits. */
static gboolean
read_decimal (SynclineSlice text, Decimal *decimal)
{
  const char *at = text.data;
  const char *end = text.data + text.length;
  gboolean fraction = FALSE;
  gint64 zeros = 0;

  *decimal = (Decimal){ .negative = *at == '-' };
  if (decimal->negative)
    at++;
  for (; at < end && *at != 'e' && *at != 'E'; at++)
    {
      if (*at == '.')
        {
          fraction = TRUE;
          continue;
        }
      if (fraction)
        decimal->exponent--;
      if (*at == '0')
        {
          zeros += decimal->digits != 0;
          continue;
        }
      for (; zeros > 0; zeros--)
        if (!append_digit (decimal, 0))
          return FALSE;
      if (!append_digit (decimal, *at - '0'))
        return FALSE;
    }
  decimal->exponent += zeros;
  if (at < end)
    decimal->exponent += read_exponent (at + 1, end);
  return TRUE;
}

gboolean
json_number_to_int64 (SynclineSlice text, gint64 *out_value)
{
  Decimal decimal;

  if (!read_decimal (text, &decimal))
    return FALSE;
  if (decimal.digits == 0)
    decimal.exponent = 0;
  /* The last digit is not zero, so a negative exponent means a fraction. */
  if (decimal.exponent < 0)
    return FALSE;
  for (; decimal.exponent > 0; decimal.exponent--)
    if (!append_digit (&decimal, 0))
      return FALSE;

  guint64 limit = decimal.negative ? (guint64) G_MAXINT64 + 1 : (guint64) G_MAXINT64;
  if (decimal.digits > limit)
    return FALSE;
  *out_value = (gint64) (decimal.negative ? 0 - decimal.digits : decimal.digits);
  return TRUE;
}

gboolean
json_number_to_uint32_bits (SynclineSlice text, guint32 *out_value)
{
  gint64 value;

  if (!json_number_to_int64 (text, &value) || value < G_MININT32 || value > G_MAXUINT32)
    return FALSE;
  *out_value = (guint32) value;
  return TRUE;
}

gboolean
json_number_to_double (SynclineSlice text, double *out_value)
{
  char buffer[64];
  g_autofree char *long_text = NULL;
  char *number = buffer;

  if (text.length >= sizeof buffer)
    number = long_text = g_malloc (text.length + 1);
  memcpy (number, text.data, text.length);
  number[text.length] = '\0';

  double value = g_ascii_strtod (number, NULL);
  if (!isfinite (value))
    return FALSE;
  *out_value = value;
  return TRUE;
}
