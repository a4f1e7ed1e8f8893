// SPDX-License-Identifier: GPL-3.0-or-later
// Whether a file stops before its own structure does: the sign of a copy that was cut. Any thread; knows no GStreamer.
#pragma once

#include <glib.h>

/** RIFF (AVI, WAV), AIFF, Matroska and ASF by their length, MP4 by its boxes, MXF by where its footer is, transport and
 * program streams, GXF, Ogg, FLV and DV by their last part, JPEG by its end, MP3 by what its first frame says;
 * transport and program streams, fragments of MP4, Ogg, DV, MP3, FLAC, AC-3 and AAC also by an end in nothing but
 * zeros; FALSE where nothing can be told. */
gboolean po_extent_is_cut (gint fd);

/** Whether MP4 or Matroska ends in nothing but zeros: as a copy leaves it that made room for all of it and broke off,
 * or as it was made, with silence that is not coded or with room that a program left. */
gboolean po_extent_is_end_doubtful (gint fd);

/** How long an AVI says in its head that it is; 0: nothing, or it is none. GStreamer (1.22) goes by its index alone. */
gint64 po_extent_stated_ns (gint fd);
