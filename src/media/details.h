// SPDX-License-Identifier: GPL-3.0-or-later
// What probing found of a clip beyond what a plan needs: read from the text that the facts carry. Plain values.
#pragma once

#include "media/tracks.h"
#include "model/format.h"
#include "model/media-facts.h"

/** A stretch of silence, black or standstill: [from, to). */
typedef struct {
  gint64 from_ns, to_ns;
} PoMediaRun;

typedef struct {
  gint64 head_ns, tail_ns, longest_ns, count;
  GArray *list; // PoMediaRun: the first ones of @count
} PoMediaRuns;

typedef struct {
  gboolean known;                               // FALSE: nothing was kept of the probe; all else is empty
  gchar *container, *video_codec, *audio_codec; // (nullable)
  gint channels, rotation;
  PoFieldOrder fields;                             // as its pictures are; AS_SAID: they do not tell
  PoFieldOrder fields_said;                        // AS_SAID: nothing of fields, which is progressive
  gboolean cut;                                    // it stops within its own structure
  gboolean lacks_decoder;                          // for its picture or sound; by and by it may be installed
  gboolean joined;                                 // of several recordings, so that no demuxer finds its way in it
  gboolean hdr;                                    // its pictures are of a high range of brightness
  gint64 audio_ns, header_ns;                      // header: what the container says of its length, 0 = nothing
  gdouble loudness_lufs, range_lu, true_peak_dbtp; // NAN: none
  gdouble heard_lufs;                              // the same as it airs: a mono file on both sides
  PoMediaRuns silence, black, freeze;
  gint64 errors, missing_frames;
  GArray *error_times_ns; // gint64: the first ones of @errors
  GPtrArray *tracks;      // PoMediaTrack, each as it would air; empty where there is no sound, or nothing was kept
} PoMediaDetails;

/** Never fails: what is not said is empty. Loudness, peak and channels are of the first sound track, all of its
 * channels as they are delivered. (transfer full) */
PoMediaDetails *po_media_details_new (const PoMediaFacts *facts);

gboolean po_media_details_said_interlaced (const PoMediaDetails *self);
/** By its pictures, and by its header only where they do not tell. */
gboolean po_media_details_interlaced (const PoMediaDetails *self);

/** How it is to be deinterlaced: as it says, unless its pictures say otherwise. */
PoFieldOrder po_media_details_air_fields (const PoMediaDetails *self);

/** Another track airs: loudness, peak and channels become those of @track, mixed to stereo. */
void po_media_details_take_track (PoMediaDetails *self, const PoMediaTrack *track);

void po_media_details_free (PoMediaDetails *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PoMediaDetails, po_media_details_free)
