// SPDX-License-Identifier: GPL-3.0-or-later
// Ahead of a deinterlacer: pictures of two fields whose format GStreamer's (1.22) does not know, such as any of 10
// bits, are converted to one that it does; of itself it would let them pass as they are, or fail. All others go by
// untouched, whatever changes on the way. Streaming threads.
#pragma once

#include <gst/gst.h>

/** Before data flows; @convert (a videoconvert) and @filter (a capsfilter) are followed by the deinterlacer. @always:
 * it takes pictures apart whatever their caps say of them. */
void po_field_format_watch (GstElement *convert, GstElement *filter, gboolean always);
