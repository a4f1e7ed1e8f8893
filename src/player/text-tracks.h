// SPDX-License-Identifier: GPL-3.0-or-later
// The subtitles in words that a file carries, gathered while it is probed, so that playing has them all at hand before
// its first picture, wherever it begins. Streaming threads, one a track; locked.
#pragma once

#include <gst/gst.h>

typedef struct _PoTextTracks PoTextTracks;

PoTextTracks *po_text_tracks_new (void);
void po_text_tracks_free (PoTextTracks *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PoTextTracks, po_text_tracks_free)

/** A bin that feeds the next track. @raw: time stamps as they are (Matroska). (floating) */
GstElement *po_text_tracks_branch (PoTextTracks *self, gboolean raw);

/** Appends the member "subtitles": of each track its language, format ("srt", "ass"), and script with times from
 * @first_ns on. */
void po_text_tracks_print (PoTextTracks *self, GString *out, gint64 first_ns);
