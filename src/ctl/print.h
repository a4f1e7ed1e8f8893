// SPDX-License-Identifier: GPL-3.0-or-later
// What verbs print alike: JSON a line, local times, findings. Standard output is for the answer, standard error for
// what concerns the asking.
#pragma once

#include "ctl/ctl.h"

/** Each element of the array @node on a line of its own; anything else as one line. */
void po_print_json_lines (JsonNode *node);

/** "2027-01-06 19:45:00" in @zone; "" for PO_TIME_NONE. (transfer full) */
gchar *po_print_local (PoTimeNs time_ns, GTimeZone *zone);
/** The same from a JSON member with a UTC instant. (transfer full) */
gchar *po_print_local_member (JsonObject *object, const gchar *member, GTimeZone *zone);
/** "1:02:03" or "02:03". (transfer full) */
gchar *po_print_length (gint64 length_ns);

/** The same of a fault, of which a part of a second is told: "0.04 s". (transfer full) */
gchar *po_print_fault_length (gint64 length_ns);

/** "3 d 4 h", "2 h 5 min", "12 min"; "passed". (transfer full) */
gchar *po_print_left (gint64 left_ns);

/** A machine's word, such as a kind, a reason or a state, in the reader's language. (transfer none) */
const gchar *po_print_word (const gchar *word);

/** The alarms of the API, a paragraph each. @alarms: (nullable) */
void po_print_alarms (JsonArray *alarms, GTimeZone *zone);

/** A member's text, or "" if it is absent or null. (transfer none) */
const gchar *po_print_member (JsonObject *object, const gchar *member);

/** What @item is called: its title, or what it is. (transfer none) */
const gchar *po_print_title (JsonObject *item);

/** Whether @item (nullable) is the slate by command: its end is only how far was planned. */
gboolean po_print_is_endless (JsonObject *item);

/** When a person is needed by @status: "now", or "in 02:03". (transfer full) */
gchar *po_print_attention_in (gint64 in_ms);

/** How long what is on air by @status lasts after this frame. A live show that a person ends (@ret_is_open) lasts until
 * it is due to end: less than 0 is how long it is over that. */
gint64 po_print_left_ms (JsonObject *status, GTimeZone *zone, gboolean *ret_is_open);

/** @findings of at least @least, a line each, to @stream as text or JSON. */
void po_print_findings (GPtrArray *findings, PoSeverity least, gboolean json, gpointer stream);
