// SPDX-License-Identifier: GPL-3.0-or-later
// Airings by the hundred thousand, for reports: read in one pass over the table, without what a report does not look
// at, each text kept once. Long spans can be read in parts, each by a thread and a reader of its own.
#pragma once

#include "log/reader.h"

/** PoAirings: rows in order of id, and what they stand in. */
typedef struct {
  GPtrArray *rows;     // PoAsrunRow; without channel, output frames, measures, node, epoch, and hash of filler
  GPtrArray *slabs;    // that the rows lie in
  GStringChunk *texts; // and their texts
} PoAirings;

void po_airings_free (PoAirings *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PoAirings, po_airings_free)

/** PoAiringsSpan: which airings: those of a window, and of these the ones with ids in [first, last]. */
typedef struct {
  PoTimeNs from_ns, to_ns;
  PoTimeNs begin_ns;  // of the first, which may have begun before the window
  gint64 first, last; // first > last: none
} PoAiringsSpan;

/** The airings that were on air during [from, to). */
gboolean po_airings_find (PoLogReader *reader, PoTimeNs from_ns, PoTimeNs to_ns, PoAiringsSpan *ret_span,
                          GError **error);

/** What is on disk of @span. (transfer full) */
PoAirings *po_airings_read (PoLogReader *reader, const PoAiringsSpan *span, GError **error);
