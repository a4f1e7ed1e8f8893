// SPDX-License-Identifier: GPL-3.0-or-later
// A rundown item as JSON: the one form in which API, command line and page see it. Pure.
#pragma once

#include <json-glib/json-glib.h>

#include "model/item.h"

/**
 * {start_frame, end_frame, start, end (UTC), start_local, end_local, kind, reason, uid, instance, part, title, media,
 * media_hash, media_in_ns, episode, start_type, end_type, slot_start_frame, slot_end_frame, held}; what does not apply
 * is null. @out holds nothing else afterwards. A year of it is millions of lines: written straight, without a tree.
 */
void po_item_write_json (GString *out, const PoItem *item, PoRate rate, GTimeZone *zone);

/** The same as part of something larger. (transfer full) */
JsonNode *po_item_to_json (const PoItem *item, PoRate rate, GTimeZone *zone);
