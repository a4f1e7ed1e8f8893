// SPDX-License-Identifier: GPL-3.0-or-later
#include "player/live-look.h"

#include <gst/video/video.h>
#include <stdlib.h>
#include <string.h>

#include "model/time.h"

#define QUIET_SAMPLES (PO_AUDIO_RATE / 10) // between two words is no silence

void po_live_look_init (PoLiveLook *self, PoRingWriter *ring, gint silence_peak) {
  *self = (PoLiveLook){.ring = ring, .silence_peak = silence_peak};
}

void po_live_look_picture (PoLiveLook *self, GstSample *sample) {
  GstVideoInfo info;
  GstVideoFrame frame;
  if (!gst_video_info_from_caps (&info, gst_sample_get_caps (sample)) ||
      !gst_video_frame_map (&frame, &info, gst_sample_get_buffer (sample), GST_MAP_READ))
    return;
  po_grid_read (self->grid, GST_VIDEO_FRAME_PLANE_DATA (&frame, 0), GST_VIDEO_FRAME_PLANE_STRIDE (&frame, 0),
                GST_VIDEO_FRAME_WIDTH (&frame), GST_VIDEO_FRAME_HEIGHT (&frame));
  gst_video_frame_unmap (&frame);
  const gboolean is_still = self->has_held && po_grid_is_same (self->grid, self->held);
  if (!is_still)
    memcpy (self->held, self->grid, sizeof self->held);
  self->has_held = TRUE;
  const PoRingSeen seen = po_grid_is_black (self->grid, FALSE) ? PO_RING_SEEN_BLACK : is_still ? PO_RING_SEEN_STILL : 0;
  po_ring_writer_set_seen (self->ring, PO_RING_SEEN_BLACK | PO_RING_SEEN_STILL | PO_RING_SEEN_UNREADABLE, seen);
}

void po_live_look_sound (PoLiveLook *self, const gint16 *samples, gint64 n_samples) {
  gint peak = 0;
  for (gint64 i = 0; i < 2 * n_samples; i++)
    peak = MAX (peak, abs (samples[i]));
  self->quiet_for = peak <= self->silence_peak ? self->quiet_for + n_samples : 0;
  po_ring_writer_set_seen (self->ring, PO_RING_SEEN_SILENT, self->quiet_for > QUIET_SAMPLES ? PO_RING_SEEN_SILENT : 0);
}
