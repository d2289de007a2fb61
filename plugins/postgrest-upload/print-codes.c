/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* Prints the table of classifications for docs/uploads.md; `make regenerate` runs it. */

#include "config.h"

#include <stdio.h>

#include "classify.h"

static void
print_code (const Classification *row)
{
  if (g_str_equal (row->code, CLASSIFY_ANY))
    printf ("any");
  else if (g_str_equal (row->code, CLASSIFY_NONE))
    printf ("none");
  else
    printf ("`%s`", row->code);
}

static void
print_status (const Classification *row)
{
  if (row->status == 0)
    printf ("any");
  else if (row->status < 10)
    printf ("%uxx", row->status);
  else
    printf ("%u", row->status);
}

int
main (void)
{
  printf ("\n| code | HTTP status | | what it means |\n|---|---|---|---|\n");
  for (const Classification *row = classifications; row->meaning != NULL; row++)
    {
      printf ("| ");
      print_code (row);
      printf (" | ");
      print_status (row);
      printf (" | %s | %s |\n", verdict_to_string (row->verdict), row->meaning);
    }
  printf ("\n");
  return 0;
}
