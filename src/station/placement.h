// SPDX-License-Identifier: GPL-3.0-or-later
// Where a clip must lie, and what it must be called, so that an episode has it: by the template, folder or path that
// the calendar gives, and as the planner then really picks it. Pure.
#pragma once

#include "station/station.h"

typedef struct {
  const gchar *uid;
  const gchar *instance; // (nullable) its original start; or
  gint64 episode;        // its number; both missing: the event's only instance
  guint part;            // index of the ATTACH
} PoPlace;

/** The path under the media folder for a file named @file_name. NULL with PO_ERROR_NOT_FOUND (no such episode),
 * PO_ERROR_INPUT (it takes no such file), PO_ERROR_CONFLICT (it would not be picked). (transfer full) */
gchar *po_placement_path (PoStation *station, PoTimeNs now_ns, const PoPlace *place, const gchar *file_name,
                          GError **error);
