// SPDX-License-Identifier: GPL-3.0-or-later
// PoFeed: one place that everything the head puts on air goes to. The head pushes each frame once to every feed.
//
// Thread: push runs on the head's thread and must not block, except in free run, where blocking is how a feed says
// that it is full. The buffers are read-only, hold one picture (I420, house layout) and exactly its samples (S16LE
// stereo), carry PTS and duration scaled from @k, and may be kept as long as wanted.
#pragma once

#include <gst/gst.h>

typedef struct {
  void (*push) (gpointer user, GstBuffer *video, GstBuffer *audio, gint64 k); // (transfer none) of both
  gpointer user;
} PoFeed;
