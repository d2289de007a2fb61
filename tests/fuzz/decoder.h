/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#pragma once

#include "powersync-download/stream-decoder.h"

/* However a stream is cut into pieces, the same must come of it. Aborts if not. */
void fuzz_decoder (StreamFormat format, const guint8 *data, gsize size);
