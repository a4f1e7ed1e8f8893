// SPDX-License-Identifier: GPL-3.0-or-later
// The subtitles of one run, burnt into house pictures: ASS, SubRip and WebVTT, drawn by libass. What is shown is a
// function of the frame alone, so that joining in the middle shows what belongs there.
// Made on the main thread before the sandbox closes, since fonts are looked up then; afterwards the picture branch's
// streaming thread. It knows no ring and no pipeline.
#pragma once

#include <glib.h>

#include "model/format.h"

typedef struct _PoSubtitle PoSubtitle;

/** @font: of what has no style of its own. NULL when there is no memory for it. (transfer full) (nullable) */
PoSubtitle *po_subtitle_new (const PoFormat *format, const gchar *font);
void po_subtitle_free (PoSubtitle *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PoSubtitle, po_subtitle_free)

/** Reads @text; frame 0 is @media_in_ns after its beginning. */
void po_subtitle_load (PoSubtitle *self, const gchar *text, gsize length, gint64 media_in_ns);

/** The first frame after @frame at which something else may be shown; G_MAXINT64 = none. */
gint64 po_subtitle_until (PoSubtitle *self, gint64 frame);

/** Draws what is shown at @frame on an I420 picture of the house. */
void po_subtitle_draw (PoSubtitle *self, gint64 frame, guint8 *const planes[3], const guint32 strides[3]);
