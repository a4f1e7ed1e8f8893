// SPDX-License-Identifier: GPL-3.0-or-later
// Writes rows into the log's tables through one connection: its statements, each prepared at its first use and kept.
// Internal to `log`; the thread of the connection. It knows nothing of transactions.
#pragma once

#include "log/rows.h"
#include "store/sql.h"

/** PoLogTarget: where to write: the tables of the log, or temporary ones of a reader; and as whom. */
typedef struct {
  const gchar *journal, *events, *marks;
  PoLogBase base;
  const gchar *node;
} PoLogTarget;

typedef struct _PoLogPen PoLogPen;

/** @db is borrowed, and closed only after the pen was freed; so are the names in @target. (transfer full) */
PoLogPen *po_log_pen_new (PoSql *db, const PoLogTarget *target);
void po_log_pen_free (PoLogPen *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PoLogPen, po_log_pen_free)

/** Writes one row, and for START and CLOSE its checkpoint. */
gboolean po_log_pen_write (PoLogPen *self, const PoLogRow *row, GError **error);

/** Moves the checkpoint of @airing. */
gboolean po_log_pen_mark (PoLogPen *self, gint64 airing, const PoAiringMark *mark, GError **error);
