// SPDX-License-Identifier: GPL-3.0-or-later
#include "player/look.h"

#include <gst/video/video.h>
#include <string.h>

#include "measure/grid.h"
#include "model/time.h"
#include "player/luma.h"

#define BLACK_LEAST_NS  (PO_NS_PER_SECOND / 2)
#define FREEZE_LEAST_NS (2 * PO_NS_PER_SECOND)

void po_look_init (PoLook *self) {
  *self = (PoLook){.black.least_ns = BLACK_LEAST_NS, .freeze.least_ns = FREEZE_LEAST_NS};
  self->grid = g_malloc0 (PO_GRID_POINTS);
  self->held = g_malloc0 (PO_GRID_POINTS);
  self->info = gst_video_info_new ();
}

void po_look_clear (PoLook *self) {
  po_stretches_clear (&self->black);
  po_stretches_clear (&self->freeze);
  g_free (self->grid);
  g_free (self->held);
  gst_clear_caps (&self->caps);
  gst_video_info_free (self->info);
}

// Luma, or the brightest of red, green and blue.
static void read_grid (const GstVideoFrame *frame, guint8 *grid) {
  const guint components = GST_VIDEO_INFO_IS_RGB (&frame->info) ? 3 : 1;
  gint columns[PO_GRID_WIDTH];
  guint8 samples[PO_GRID_WIDTH];
  for (gint column = 0; column < PO_GRID_WIDTH; column++)
    columns[column] = po_grid_x (column, GST_VIDEO_FRAME_WIDTH (frame));
  for (gint row = 0; row < PO_GRID_HEIGHT; row++, grid += PO_GRID_WIDTH) {
    const gint y = po_grid_y (row, GST_VIDEO_FRAME_HEIGHT (frame));
    po_luma_read_points (frame, 0, y, columns, PO_GRID_WIDTH, grid);
    for (guint component = 1; component < components; component++) {
      po_luma_read_points (frame, component, y, columns, PO_GRID_WIDTH, samples);
      for (gint column = 0; column < PO_GRID_WIDTH; column++)
        grid[column] = MAX (grid[column], samples[column]);
    }
  }
}

static gboolean is_full_range (const GstVideoInfo *info) {
  return GST_VIDEO_INFO_IS_RGB (info) || info->colorimetry.range == GST_VIDEO_COLOR_RANGE_0_255;
}

// Against the picture that the standstill began with, so that a slow change is seen as one.
static gboolean is_still (PoLook *self) {
  return self->has_held && po_grid_is_same (self->grid, self->held);
}

static gboolean look_at (PoLook *self, GstSample *sample) {
  GstVideoFrame frame;
  GstCaps *caps = gst_sample_get_caps (sample);
  if (caps != self->caps) {
    gst_caps_replace (&self->caps, caps);
    if (!gst_video_info_from_caps (self->info, caps))
      gst_video_info_init (self->info);
    self->has_held = FALSE;
  }
  if (GST_VIDEO_INFO_FORMAT ((GstVideoInfo *)self->info) == GST_VIDEO_FORMAT_UNKNOWN ||
      !po_luma_is_readable (self->info) ||
      !gst_video_frame_map (&frame, self->info, gst_sample_get_buffer (sample), GST_MAP_READ))
    return FALSE;
  read_grid (&frame, self->grid);
  gst_video_frame_unmap (&frame);
  return TRUE;
}

// The last picture stood until @until_ns. A standstill reaches back to its first picture.
static void close_last (PoLook *self, gint64 until_ns, gboolean frozen) {
  if (!self->has_last || until_ns <= self->last_ns)
    return;
  po_stretches_put (&self->black, self->last_black, self->last_ns, until_ns);
  po_stretches_put (&self->freeze, self->last_frozen || frozen, self->last_ns, until_ns);
}

void po_look_take (PoLook *self, GstSample *sample, gint64 at_ns) {
  const gboolean seen = look_at (self, sample);
  const gboolean frozen = seen && is_still (self);
  close_last (self, at_ns, frozen);
  self->last_black = seen && po_grid_is_black (self->grid, is_full_range (self->info));
  self->last_frozen = frozen;
  self->last_ns = at_ns;
  self->has_last = TRUE;
  if (!frozen && seen)
    memcpy (self->held, self->grid, PO_GRID_POINTS);
  self->has_held = seen;
}

void po_look_finish (PoLook *self, gint64 end_ns) {
  close_last (self, end_ns, FALSE);
  po_stretches_finish (&self->black);
  po_stretches_finish (&self->freeze);
}
