/* SPDX-FileCopyrightText: 2026 The Syncline authors */
/* SPDX-License-Identifier: MIT */

/* How the stores of this tree are written to. */

#pragma once

#include "store-contract.h"

G_BEGIN_DECLS

extern const StoreFixture sqlite_store_fixture;
/* Every first sync takes the way of a big one. */
extern const StoreFixture sqlite_store_bulk_fixture;
extern const StoreFixture mock_store_fixture;

G_END_DECLS
