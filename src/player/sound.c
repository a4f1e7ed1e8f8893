// SPDX-License-Identifier: GPL-3.0-or-later
// Sample numbering, and the way through the limiter into the ring.
#include "player/sound.h"

#define MIX_CEILING   0.891251f // -1 dBTP
#define BLOCK_SAMPLES 1024      // at a time through the limiter

// Time stamps within this of the expected position are the container's rounding, not a gap.
#define WOBBLE_SAMPLES (PO_AUDIO_RATE / 50)
// A lone time stamp far off: MPEG-TS where its 33 bits wrap.
#define ABSURD_SAMPLES (G_GINT64_CONSTANT (3600) * PO_AUDIO_RATE)

static gint64 samples_from_ns_nearest (gint64 time_ns) {
  const __int128 twice = 2 * (__int128)time_ns * PO_AUDIO_RATE + PO_NS_PER_SECOND;
  const __int128 unit = 2 * (__int128)PO_NS_PER_SECOND;
  return (gint64)(twice >= 0 ? twice / unit : -((-twice + unit - 1) / unit));
}

// Where the buffer's first sample belongs; the expected position where the time stamp is about that, or absent.
static gint64 place (PoSound *self, GstSample *sample, gint64 expected) {
  gint64 time_ns;
  const GstClockTime pts = GST_BUFFER_PTS (gst_sample_get_buffer (sample));
  if (!po_timeline_locate (self->timeline, gst_sample_get_segment (sample), pts, FALSE, &time_ns))
    return expected;
  const gint64 start = samples_from_ns_nearest (time_ns);
  if (self->started && (ABS (start - expected) < WOBBLE_SAMPLES || start - expected > ABSURD_SAMPLES))
    return expected;
  return start;
}

void po_sound_init (PoSound *self, PoTimeline *timeline, PoRingWriter *ring, gfloat gain, gfloat ceiling) {
  *self = (PoSound){.timeline = timeline, .ring = ring, .limiter = po_limiter_new (gain, ceiling)};
  self->late = po_limiter_delay (self->limiter);
}

void po_sound_clear (PoSound *self) {
  g_clear_pointer (&self->limiter, po_limiter_free);
}

void po_sound_limit_mix (PoSound *self) {
  if (po_limiter_delay (self->limiter) > 0)
    return;
  const gfloat gain = po_limiter_gain (self->limiter);
  po_limiter_free (self->limiter);
  self->limiter = po_limiter_new (gain, MIX_CEILING);
  self->late = po_limiter_delay (self->limiter);
}

// The next @n_samples, or silence; what the limiter gives before the first of them is none.
static gboolean put (PoSound *self, const gfloat *samples, gsize n_samples) {
  gint16 block[2 * BLOCK_SAMPLES];
  while (n_samples > 0) {
    const gsize n = MIN (n_samples, BLOCK_SAMPLES), early = MIN (self->late, n);
    po_limiter_run (self->limiter, samples, n, block);
    self->late -= early;
    if (!po_ring_writer_samples (self->ring, block + 2 * early, n - early))
      return FALSE;
    samples = samples == NULL ? NULL : samples + 2 * n;
    n_samples -= n;
  }
  return TRUE;
}

gboolean po_sound_take (PoSound *self, GstSample *sample) {
  const gint64 start = place (self, sample, self->position);
  GstMapInfo map;
  if (!gst_buffer_map (gst_sample_get_buffer (sample), &map, GST_MAP_READ))
    return TRUE;
  const gint64 n = (gint64)(map.size / (2 * sizeof (gfloat)));
  const gint64 gap = MAX (start - self->position, 0);
  const gint64 skip = CLAMP (self->position - start, 0, n);
  po_ring_writer_set_sound_lost (self->ring, self->started && gap > 0);
  gboolean going = put (self, NULL, (gsize)gap);
  po_ring_writer_set_sound_lost (self->ring, FALSE);
  self->position += gap;
  if (going && skip < n) {
    self->started = TRUE;
    going = put (self, (const gfloat *)map.data + 2 * skip, (gsize)(n - skip));
    self->position += n - skip;
  }
  gst_buffer_unmap (gst_sample_get_buffer (sample), &map);
  return going;
}

gboolean po_sound_end (PoSound *self) {
  return put (self, NULL, po_limiter_delay (self->limiter));
}
