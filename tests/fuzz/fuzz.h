/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#pragma once

#include <stddef.h>
#include <stdint.h>

/* What libFuzzer calls with each input, and the replay with each file of the corpus. */
int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);
