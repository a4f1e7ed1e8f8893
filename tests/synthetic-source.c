// SPDX-License-Identifier: GPL-3.0-or-later
// Pictures and samples made of their own position.
#include "synthetic-source.h"

#include <string.h>

#define N_BITS     48 // 1 0, 8 of the code, 36 of the frame, 0 1
#define FRAME_BITS 36
#define ABOVE      235
#define BELOW      16

typedef struct {
  PoSource base;
  PoSyntheticSettings settings;
  gint is_ready; // atomic
  gint64 asked;  // the furthest frame asked for
} PoSyntheticSource;

void po_synthetic_settings_init (PoSyntheticSettings *self, const PoFormat *format, guint8 code) {
  *self = (PoSyntheticSettings){.format = *format,
                                .code = code,
                                .flags = PO_SOURCE_HAS_VIDEO | PO_SOURCE_HAS_AUDIO,
                                .end_frame = -1,
                                .gone_frame = -1,
                                .stuck_frame = -1,
                                .unstuck_frame = -1};
}

static guint64 pattern_of (guint8 code, gint64 frame) {
  guint64 number = (guint64)frame & ((G_GUINT64_CONSTANT (1) << FRAME_BITS) - 1);
  return (G_GUINT64_CONSTANT (2) << 46) | ((guint64)code << 38) | (number << 2) | 1;
}

void po_synthetic_paint (const PoFormat *format, const PoPlanes *planes, guint8 code, gint64 frame) {
  gint height = format->height, top = MAX (height / 6, 1), chroma_rows = (height + 1) / 2;
  guint64 pattern = pattern_of (code, frame);
  for (gint y = 0; y < height; y++) {
    guint8 *row = planes->data[0] + (gsize)y * planes->stride[0];
    if (y >= top)
      memset (row, 60 + code % 100, format->width);
    else
      for (gint bit = 0; bit < N_BITS; bit++) {
        gint left = format->width * bit / N_BITS, right = format->width * (bit + 1) / N_BITS;
        memset (row + left, (pattern >> (N_BITS - 1 - bit)) & 1 ? ABOVE : BELOW, right - left);
      }
  }
  for (gint y = 0; y < chroma_rows; y++) {
    memset (planes->data[1] + (gsize)y * planes->stride[1], 128, (format->width + 1) / 2);
    memset (planes->data[2] + (gsize)y * planes->stride[2], 128, (format->width + 1) / 2);
  }
}

gboolean po_synthetic_read (const PoFormat *format, const guint8 *luma, gint stride_bytes, guint8 *ret_code,
                            gint64 *ret_frame) {
  gint y = MAX (format->height / 6, 1) / 2;
  guint64 pattern = 0;
  for (gint bit = 0; bit < N_BITS; bit++) {
    gint x = (format->width * bit / N_BITS + format->width * (bit + 1) / N_BITS) / 2;
    pattern = (pattern << 1) | (luma[(gsize)y * stride_bytes + x] > 125);
  }
  if (pattern >> 46 != 2 || (pattern & 3) != 1)
    return FALSE;
  *ret_code = (pattern >> 38) & 0xff;
  *ret_frame = (gint64)((pattern >> 2) & ((G_GUINT64_CONSTANT (1) << FRAME_BITS) - 1));
  return TRUE;
}

void po_synthetic_sample (guint8 code, gint64 position, gint16 ret_sample[2]) {
  ret_sample[0] = (gint16)(position & 0x3fff);
  ret_sample[1] = (gint16)(code * 64);
}

// The first frame for which nothing more comes in good order, at present.
static gint64 frames_there (PoSyntheticSource *self) {
  const PoSyntheticSettings *settings = &self->settings;
  gint64 there = G_MAXINT64;
  if (settings->flags & PO_SOURCE_FAILED || !g_atomic_int_get (&self->is_ready))
    return 0;
  if (settings->end_frame >= 0)
    there = MIN (there, settings->end_frame);
  if (settings->gone_frame >= 0)
    there = MIN (there, settings->gone_frame);
  if (settings->stuck_frame >= 0 && self->asked < settings->unstuck_frame)
    there = MIN (there, settings->stuck_frame);
  return there;
}

static gint64 samples_there (PoSyntheticSource *self) {
  gint64 there = frames_there (self);
  if (!(self->settings.flags & PO_SOURCE_HAS_AUDIO))
    return 0;
  return there == G_MAXINT64 ? G_MAXINT64 : po_samples_before_frame (there, self->settings.format.rate);
}

static gboolean is_gone (PoSyntheticSource *self, gint64 frame) {
  return self->settings.flags & PO_SOURCE_FAILED ||
         (self->settings.gone_frame >= 0 && frame >= self->settings.gone_frame);
}

static gboolean is_past_end (PoSyntheticSource *self, gint64 frame) {
  return self->settings.end_frame >= 0 && frame >= self->settings.end_frame;
}

static void synthetic_query (PoSource *base, PoSourceState *ret_state) {
  PoSyntheticSource *self = (PoSyntheticSource *)base;
  gint64 there = frames_there (self);
  *ret_state = (PoSourceState){.flags = self->settings.flags, .video_end = -1, .audio_end = -1};
  if (!g_atomic_int_get (&self->is_ready))
    return;
  ret_state->flags |= PO_SOURCE_STREAMS_KNOWN;
  if (there > 0 || !(self->settings.flags & PO_SOURCE_HAS_VIDEO))
    ret_state->flags |= PO_SOURCE_VIDEO_READY;
  if (self->settings.end_frame >= 0) {
    ret_state->flags |= PO_SOURCE_VIDEO_ENDED | PO_SOURCE_AUDIO_ENDED;
    ret_state->video_end = self->settings.end_frame;
    ret_state->audio_end = samples_there (self);
  }
  ret_state->newest_frames = there;
  ret_state->audio_ready = samples_there (self);
}

static PoPicture synthetic_take_picture (PoSource *base, gint64 frame, guint64 have_serial, const PoPlanes *into,
                                         guint64 *ret_serial) {
  PoSyntheticSource *self = (PoSyntheticSource *)base;
  guint64 serial = self->settings.flags & PO_SOURCE_STILL ? 1 : (guint64)frame + 1;
  self->asked = MAX (self->asked, frame);
  if (!(self->settings.flags & PO_SOURCE_HAS_VIDEO) && g_atomic_int_get (&self->is_ready))
    return PO_PICTURE_NONE;
  if (frame >= frames_there (self)) {
    if (is_gone (self, frame))
      return PO_PICTURE_GONE;
    return is_past_end (self, frame) ? PO_PICTURE_PAST_END : PO_PICTURE_NOT_YET;
  }
  *ret_serial = serial;
  if (serial == have_serial)
    return PO_PICTURE_SAME;
  po_synthetic_paint (&self->settings.format, into, self->settings.code, (gint64)serial - 1);
  return PO_PICTURE_NEW;
}

static gsize synthetic_read_samples (PoSource *base, gint64 position, gsize n_samples, gint16 *out) {
  PoSyntheticSource *self = (PoSyntheticSource *)base;
  gint64 there = samples_there (self);
  gsize n = (gsize)CLAMP (there - position, 0, (gint64)n_samples);
  for (gsize i = 0; i < n; i++)
    po_synthetic_sample (self->settings.code, position + (gint64)i, out + i * 2);
  return n;
}

static gboolean synthetic_wait (PoSource *base, gint64 frame, gint64 samples_end, gint64 timeout_ns) {
  PoSyntheticSource *self = (PoSyntheticSource *)base;
  self->asked = MAX (self->asked, frame);
  if (frame < frames_there (self) || is_gone (self, frame) || is_past_end (self, frame))
    return TRUE;
  if (!g_atomic_int_get (&self->is_ready))
    g_usleep ((gulong)MIN (timeout_ns / 1000, 1000)); // nocheck: banned bounded, and nothing signals
  return FALSE;
}

static void synthetic_finalize (PoSource *base) {
  g_free (base);
}

static const PoSourceClass synthetic_class = {
    .query = synthetic_query,
    .take_picture = synthetic_take_picture,
    .read_samples = synthetic_read_samples,
    .wait = synthetic_wait,
    .finalize = synthetic_finalize,
};

PoSource *po_synthetic_source_new (const PoSyntheticSettings *settings) {
  PoSyntheticSource *self = g_new0 (PoSyntheticSource, 1);
  po_source_init (&self->base, &synthetic_class);
  self->settings = *settings;
  self->is_ready = TRUE;
  return &self->base;
}

void po_synthetic_source_set_ready (PoSource *source, gboolean is_ready) {
  g_atomic_int_set (&((PoSyntheticSource *)source)->is_ready, is_ready);
}
