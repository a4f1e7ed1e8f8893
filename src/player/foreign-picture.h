// SPDX-License-Identifier: GPL-3.0-or-later
// Whether a file is a still picture that no decoder here shows, though it is read as one or taken for something else.
// Any thread; knows no GStreamer.
#pragma once

#include <glib.h>

/** What it is and what is to be done, translated; NULL: it is none. */
const gchar *po_foreign_picture (gint fd);
