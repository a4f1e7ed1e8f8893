// SPDX-License-Identifier: GPL-3.0-or-later
// Loads the plugins that clips usually need, so that a warm player starts in one frame, and loads them before the
// sandbox closes.
#pragma once

#include <glib.h>

/** @rare_too: those as well that some clips need, which is worth it only where many players share them. */
void po_preload (gboolean rare_too);
