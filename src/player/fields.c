// SPDX-License-Identifier: GPL-3.0-or-later
#include "player/fields.h"

#include <gst/video/video.h>
#include <string.h>

#include "player/luma.h"

#define EARLY_PICTURES 400 // of these more pairs are looked at, so that a spot is judged as surely as a film
#define EARLY_EVERY    4
#define LATER_EVERY    12
#define LEAST_WIDTH    64
#define LEAST_HEIGHT   64
#define WIDE           1000 // from here on every fourth column is enough
#define MIDDLING       400

#define MOVES_LEVELS     8    // a sample that changes more than noise does
#define MOVES_SHARE      50   // what moves adds at least so little (a fiftieth) to what is there anyway,
#define MOVES_PART       1000 // and it is so many samples: a crawl at least
#define NEAR_PERCENT     40   // the nearer field fits so much better than the farther one,
#define COMBED_PERCENT   85   // and what moves fits the other field's lines hardly better than those two lines away
#define TORN_PERCENT     130  // no progressive picture is so
#define ALIKE_PERCENT    70
#define LEAST_PAIRS      3
#define INTERLACED_SHARE 3 // a third of the pairs that tell
#define STRAY_SHARE      50

struct _PoFields {
  GstVideoInfo info;
  GstCaps *caps; // those of `info`
  gint64 pictures;
  gint width, height, step; // of the samples kept
  guint8 *first;            // of a pair
  guint8 *second;
  gboolean has_first;
  gint64 top, bottom, progressive; // pairs that say so
};

PoFields *po_fields_new (void) {
  return g_new0 (PoFields, 1);
}

void po_fields_free (PoFields *self) {
  if (self == NULL)
    return;
  gst_clear_caps (&self->caps);
  g_free (self->first);
  g_free (self->second);
  g_free (self);
}

static void take_caps (PoFields *self, GstCaps *caps) {
  gst_caps_replace (&self->caps, caps);
  self->has_first = FALSE;
  self->width = 0;
  if (!gst_video_info_from_caps (&self->info, caps) || !po_luma_is_readable (&self->info) ||
      self->info.width < LEAST_WIDTH || self->info.height < LEAST_HEIGHT ||
      self->info.interlace_mode == GST_VIDEO_INTERLACE_MODE_ALTERNATE ||
      self->info.interlace_mode == GST_VIDEO_INTERLACE_MODE_FIELDS)
    return;
  self->step = self->info.width >= WIDE ? 4 : self->info.width >= MIDDLING ? 2 : 1;
  self->width = self->info.width / self->step;
  self->height = self->info.height;
  self->first = g_realloc (self->first, (gsize)self->width * (gsize)self->height);
  self->second = g_realloc (self->second, (gsize)self->width * (gsize)self->height);
}

static gboolean read_picture (PoFields *self, GstSample *sample, guint8 *into) {
  GstVideoFrame frame;
  if (!gst_video_frame_map (&frame, &self->info, gst_sample_get_buffer (sample), GST_MAP_READ))
    return FALSE;
  for (gint y = 0; y < self->height; y++)
    po_luma_read_row (&frame, y, self->step, self->width, into + (gsize)y * (gsize)self->width);
  gst_video_frame_unmap (&frame);
  return TRUE;
}

// How badly @row fits between @above and @below.
static gint64 misfit (const guint8 *above, const guint8 *row, const guint8 *below, gint width) {
  gint64 sum = 0;
  for (gint x = 0; x < width; x++)
    sum += ABS (above[x] + below[x] - 2 * row[x]);
  return sum;
}

// PoFit: what a pair of pictures says.
typedef struct {
  gint64 own;            // misfit of the first picture's lines among themselves, in one field's lines
  gint64 next[2];        // of the second one's even and odd lines among the first one's
  gint64 moving;         // samples
  gint64 comb, in_field; // where something moves: misfit with the other field's lines, and with the own field's
} PoFit;

static void fit_moving_row (const PoFields *self, gint y, PoFit *fit) {
  const gsize width = (gsize)self->width;
  const guint8 *row = self->first + (gsize)y * width, *other = self->second + (gsize)y * width;
  for (gsize x = 0; x < width; x++) {
    if (ABS (row[x] - other[x]) <= MOVES_LEVELS)
      continue;
    fit->moving++;
    fit->comb += ABS (row[x - width] + row[x + width] - 2 * row[x]);
    fit->in_field += ABS (row[x - 2 * width] + row[x + 2 * width] - 2 * row[x]);
  }
}

static PoFit fit_pair (const PoFields *self) {
  PoFit fit = {0};
  for (gint y = 2; y + 2 < self->height; y++) {
    const guint8 *row = self->first + (gsize)y * (gsize)self->width;
    const guint8 *above = row - self->width, *below = row + self->width;
    fit.own += misfit (above, row, below, self->width);
    fit.next[y & 1] += misfit (above, self->second + (gsize)y * (gsize)self->width, below, self->width);
    fit_moving_row (self, y, &fit);
  }
  fit.own /= 2;
  return fit;
}

static void judge_pair (PoFields *self) {
  const PoFit fit = fit_pair (self);
  const gint64 even = MAX (fit.next[0] - fit.own, 0), odd = MAX (fit.next[1] - fit.own, 0);
  const gint64 near = MIN (even, odd), far = MAX (even, odd);
  if (far <= fit.own / MOVES_SHARE || fit.moving < (gint64)self->width * self->height / MOVES_PART || fit.in_field == 0)
    return;
  const gint64 comb_percent = fit.comb * 100 / fit.in_field;
  const gboolean is_alike = near * 100 >= far * ALIKE_PERCENT, is_near = near * 100 <= far * NEAR_PERCENT;
  if (is_alike)
    self->progressive++;
  else if (comb_percent >= (is_near ? COMBED_PERCENT : TORN_PERCENT))
    *(even < odd ? &self->top : &self->bottom) += 1;
}

void po_fields_take (PoFields *self, GstSample *sample) {
  GstCaps *caps = gst_sample_get_caps (sample);
  if (caps != self->caps)
    take_caps (self, caps);
  const gint64 every = self->pictures < EARLY_PICTURES ? EARLY_EVERY : LATER_EVERY;
  const gint64 place = self->pictures++ % every;
  if (self->width == 0 || place > 1)
    return;
  if (place == 0) {
    self->has_first = read_picture (self, sample, self->first);
  } else if (self->has_first && read_picture (self, sample, self->second)) {
    self->has_first = FALSE;
    judge_pair (self);
  }
}

PoFieldOrder po_fields_found (const PoFields *self) {
  const gint64 interlaced = self->top + self->bottom, told = interlaced + self->progressive;
  if (told < LEAST_PAIRS)
    return PO_FIELDS_AS_SAID;
  if (interlaced * INTERLACED_SHARE >= told)
    return self->top >= self->bottom ? PO_FIELDS_TOP_FIRST : PO_FIELDS_BOTTOM_FIRST;
  return interlaced * STRAY_SHARE <= told ? PO_FIELDS_PROGRESSIVE : PO_FIELDS_AS_SAID;
}
