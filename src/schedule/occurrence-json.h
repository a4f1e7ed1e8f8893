// SPDX-License-Identifier: GPL-3.0-or-later
// An occurrence as one line of JSON: what `playoutctl occurrences --json` prints. Instants are UTC in ISO 8601 with Z,
// those of date-only events too; absent values are null. Pure.
#pragma once

#include "model/occurrence.h"

/** Without a line end. (transfer full) */
gchar *po_occurrence_to_json (const PoOccurrence *occurrence);
