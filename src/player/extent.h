// SPDX-License-Identifier: GPL-3.0-or-later
// Whether a file stops before its own structure does: the sign of a copy that was cut. Any thread; knows no GStreamer.
#pragma once

#include <glib.h>

/** RIFF (AVI, WAV) by its length, transport streams by their last packet; FALSE where nothing can be told. */
gboolean po_extent_is_cut (gint fd);
