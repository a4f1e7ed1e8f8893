// SPDX-License-Identifier: GPL-3.0-or-later
// What PoLog needs of the reader beyond reader.h: rows that are not on disk yet, seen together with those that are.
#pragma once

#include "log/reader.h"
#include "log/rows.h"
#include "store/sql.h"

/** PoLogWaiting: what waits, and as whom it will be written. */
typedef struct {
  GPtrArray *rows;   // PoLogRow in order
  GHashTable *marks; // airing (gint64 pointer) -> PoAiringMark
  PoLogBase base;
  const gchar *node;
} PoLogWaiting;

/** @path: the database, or NULL for none. @waiting: (nullable); what of it is on disk already is not seen twice.
 * (transfer full) */
PoLogReader *po_log_reader_new (const gchar *path, const PoLogWaiting *waiting, GError **error);

/** How many journal entries the last po_log_reader_journal() could not read and left out. */
guint po_log_reader_unreadable (PoLogReader *self);

/** For the queries of other files of this folder. (transfer none) */
PoSql *po_log_reader_db (PoLogReader *self);

/** When the first of the airings that are on air from @from_ns on began. */
gboolean po_log_reader_first_start (PoLogReader *self, PoTimeNs from_ns, PoTimeNs *ret_start_ns, GError **error);
