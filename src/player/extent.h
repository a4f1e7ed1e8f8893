// SPDX-License-Identifier: GPL-3.0-or-later
// Whether a file stops before its own structure does: the sign of a copy that was cut. Any thread; knows no GStreamer.
#pragma once

#include <glib.h>

/** RIFF (AVI, WAV), AIFF, Matroska and ASF by their length, MP4 by its boxes, transport and program streams, FLV and DV
 * by their last part; FALSE where nothing can be told. */
gboolean po_extent_is_cut (gint fd);
