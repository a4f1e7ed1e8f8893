// SPDX-License-Identifier: GPL-3.0-or-later
// The sound streams of a file, each measured as it would air: mixed to stereo by what the player mixes by. The first
// one is measured elsewhere already when it is stereo. Streaming threads, one a track; locked.
#pragma once

#include <gst/gst.h>

#include "player/meter.h"

typedef struct _PoTrack PoTrack;
typedef struct _PoTracks PoTracks;

PoTracks *po_tracks_new (void);
void po_tracks_free (PoTracks *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PoTracks, po_tracks_free)

/** The next track, in the order of the file. (transfer none) */
PoTrack *po_tracks_add (PoTracks *self);

/** Takes one sample of PO_METER_CAPS; @sink is where it came in, with its tags. */
void po_track_take (PoTrack *self, GstElement *sink, GstSample *sample);

/** A bin that feeds a track of its own. (floating) */
GstElement *po_tracks_branch (PoTracks *self);

/** Appends the member "tracks"; @first is what was measured of the first track as it is. */
void po_tracks_print (PoTracks *self, GString *out, const PoMeterResult *first);
