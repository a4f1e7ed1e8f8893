// SPDX-License-Identifier: GPL-3.0-or-later
// Whether a file is one of the moving pictures of the web, which no decoder here plays in their time. Any thread; knows
// no GStreamer.
#pragma once

#include <glib.h>

/** The name of its kind, GIF, WebP or APNG; NULL: it is none. */
const gchar *po_animation_kind (gint fd);
