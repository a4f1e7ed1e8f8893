// SPDX-License-Identifier: GPL-3.0-or-later
// Which channel of a movie's sound is which, as its header says (the box chan, of Core Audio): qtdemux (1.22) does not
// read it, and hands more than two channels of PCM on as if they had no places.
#pragma once

#include <gst/audio/audio.h>

#define PO_MOVIE_LAYOUT_CHANNELS 16

/** PoMovieLayout: the places of one track's channels, in the order in which the file has them. */
typedef struct {
  gint n_channels; // 0: none are said
  GstAudioChannelPosition positions[PO_MOVIE_LAYOUT_CHANNELS];
} PoMovieLayout;

/** @chan: the box without its head. None said: channels that are but counted; no left and right; not more than two. */
PoMovieLayout po_movie_layout_read (const guint8 *chan, gsize size);

/** @pad: of the demuxer. PCM of as many channels comes from it with their places, in GStreamer's order. */
void po_movie_layout_mend (GstPad *pad, const PoMovieLayout *layout);
