/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

#pragma once

#include <glib.h>

/**
 * SYNCLINE_API:
 *
 * Marks what the shared library exports. Everything else is hidden.
 */
#define SYNCLINE_API __attribute__ ((visibility ("default"))) extern

/**
 * SYNCLINE_PLUGIN_EXPORT:
 *
 * Marks the one symbol that a plugin module exports.
 */
#define SYNCLINE_PLUGIN_EXPORT __attribute__ ((visibility ("default")))
