// SPDX-License-Identifier: GPL-3.0-or-later
// Corrections: rows that name an airing, or an obligation that came to none, and say what is held of it from now on, by
// whom and why. What they correct stays as it was. Written beside the daemon: SQLite lets one writer after the other
// in, and each reads the chain's head anew. One thread a call.
#pragma once

#include "log/airing.h"

/** PoCorrection: either @airing, or @uid and @instance. */
typedef struct {
  gint64 id;
  gint64 airing;         // 0 = of an obligation
  gchar *uid, *instance; // (nullable)
  PoTimeNs utc_ns;
  gchar *who, *why;
  gchar *status; // of an airing: its status; of an obligation: "cancelled", or "withdrawn" from the plan altogether
} PoCorrection;

void po_correction_free (PoCorrection *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PoCorrection, po_correction_free)

/** Appends @correction (its id is ignored) to the log in @state_dir as of machine @node. PO_ERROR_INPUT: it names no
 * airing that has ended, or says nothing. @ret_id: of the correction. */
gboolean po_log_correct (const gchar *state_dir, const gchar *node, const PoCorrection *correction, gint64 *ret_id,
                         GError **error);
