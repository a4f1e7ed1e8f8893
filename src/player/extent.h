// SPDX-License-Identifier: GPL-3.0-or-later
// Whether a file stops before its own structure does: the sign of a copy that was cut. Any thread; knows no GStreamer.
#pragma once

#include <glib.h>

/** RIFF (AVI, WAV), AIFF, Matroska and ASF by their length, MP4 by its boxes, MXF by where its footer is, transport and
 * program streams, GXF, Ogg, FLV and DV by their last part, JPEG by its end, MP3 by what its first frame says; FALSE
 * where nothing can be told. */
gboolean po_extent_is_cut (gint fd);

/** How long an AVI says in its head that it is; 0: nothing, or it is none. GStreamer (1.22) goes by its index alone. */
gint64 po_extent_stated_ns (gint fd);
