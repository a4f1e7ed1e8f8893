// SPDX-License-Identifier: GPL-3.0-or-later
// Whether the record in a state folder is as it was written: every row against its link, every link against the one
// before, the end against the head kept beside. It only reads, and needs no daemon. One thread.
#pragma once

#include <glib.h>

/** PoLogFault: one thing found. @code: "row-changed", "row-missing", "row-added" (written by something else),
 * "link-missing", "link-changed", "end-missing" (the chain is shorter than its kept head, or the log is gone),
 * "head-changed" (the kept head is none), "damaged" (the file; what is behind the place may not have been looked at),
 * "schema-changed" (a table, an index, a trigger, or the as-run view), "mark-changed" (how far an airing without an end
 * has come), "head-missing" and "moved-aside" (no fault of the rows: a warning). */
typedef struct {
  const gchar *code;
  gboolean warning;
  const gchar *source; // (nullable) "journal", "event" or "correction", and
  gint64 row;          // its key in there; 0 = none
  gint64 airing;       // the as-run row that it belongs to; 0 = none
  gchar *message;
} PoLogFault;

typedef struct {
  gint64 links;
  gchar *head; // hash of the last link, hex
  GPtrArray *faults;
} PoLogVerdict;

void po_log_verdict_free (PoLogVerdict *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PoLogVerdict, po_log_verdict_free)

/** NULL with @error: there is no log, an older playoutd wrote it, or the machine does not let it be read. (transfer
 * full) */
PoLogVerdict *po_log_verify (const gchar *state_dir, GError **error);
