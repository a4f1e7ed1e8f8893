// SPDX-License-Identifier: GPL-3.0-or-later
// The subtitles that lie beside a clip: "tap-7.vi.srt" or "tap-7.srt" beside "tap-7.mp4". Any thread; reads the folder,
// and may block as long as that does.
#pragma once

#include <glib.h>

/** Opens the subtitles of @clip; -1 = there are none. @languages (nullable): separated by ';' or ',', the first that
 * there is wins, then one that names none; without wishes any. No link is followed. */
gint po_sidecar_open (const gchar *clip, const gchar *languages);
