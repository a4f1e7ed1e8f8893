// SPDX-License-Identifier: GPL-3.0-or-later
// The schemes of addresses that are live sources, wherever they stand; those of http: may be one too.
#pragma once

/** In small letters, without the colon; ends with NULL. */
extern const char *const po_live_schemes[];
