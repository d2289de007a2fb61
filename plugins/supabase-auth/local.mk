# SPDX-FileCopyrightText: 2026 The Syncline authors
# SPDX-License-Identifier: MIT
