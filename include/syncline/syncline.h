/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* For applications. Authors of plugins include the header of their plugin's kind. */

#pragma once

#include <syncline/client.h>
#include <syncline/config.h>
#include <syncline/error.h>
#include <syncline/macros.h>
#include <syncline/query.h>
#include <syncline/schema.h>
#include <syncline/server.h>
#include <syncline/status.h>
#include <syncline/types.h>
#include <syncline/version.h>
