// SPDX-License-Identifier: GPL-3.0-or-later
// What language a stream is in, by the tags that came with it.
#pragma once

#include <gst/gst.h>

/** The language tag that came down to @pad, in two letters where there are two, or NULL. (transfer full) */
gchar *po_language_of (GstPad *pad);
