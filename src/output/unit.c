// SPDX-License-Identifier: GPL-3.0-or-later
// Encoded units and the bounded queues they travel in.
#include "output/unit.h"

#define MAX_SPAN_NS (5 * (gint64)GST_SECOND) // from the oldest to the newest picture waiting
#define MAX_BYTES   (64u << 20)              // raw and lossless pictures are large
#define MIN_UNITS   8                        // however large: streams must be able to overtake each other

struct _PoUnitQueue {
  gint ref_count; // atomic
  gboolean waits;
  GMutex mutex; // protects the rest
  GCond changed;
  GQueue units;
  guint pictures; // of the units
  gsize bytes;
  gboolean is_shut;
  gboolean wants_key; // dropped something: nothing goes in before the next key picture
  guint64 dropped;
};

PoUnit *po_unit_new (PoStream stream, GstBuffer *buffer, GstCaps *caps, gint64 pts_ns, gint64 dts_ns, gboolean is_key) {
  PoUnit *self = g_new0 (PoUnit, 1);
  self->ref_count = 1;
  self->stream = stream;
  self->buffer = buffer != NULL ? gst_buffer_ref (buffer) : NULL;
  self->caps = caps != NULL ? gst_caps_ref (caps) : NULL;
  self->pts_ns = pts_ns;
  self->dts_ns = dts_ns;
  self->is_key = is_key;
  return self;
}

PoUnit *po_unit_ref (PoUnit *self) {
  g_atomic_int_inc (&self->ref_count);
  return self;
}

void po_unit_unref (PoUnit *self) {
  if (self == NULL || !g_atomic_int_dec_and_test (&self->ref_count))
    return;
  gst_clear_buffer (&self->buffer);
  gst_clear_caps (&self->caps);
  g_free (self);
}

PoUnitQueue *po_unit_queue_new (gboolean waits) {
  PoUnitQueue *self = g_new0 (PoUnitQueue, 1);
  self->ref_count = 1;
  self->waits = waits;
  self->wants_key = TRUE;
  g_mutex_init (&self->mutex);
  g_cond_init (&self->changed);
  g_queue_init (&self->units);
  return self;
}

PoUnitQueue *po_unit_queue_ref (PoUnitQueue *self) {
  g_atomic_int_inc (&self->ref_count);
  return self;
}

void po_unit_queue_unref (PoUnitQueue *self) {
  if (self == NULL || !g_atomic_int_dec_and_test (&self->ref_count))
    return;
  g_queue_clear_full (&self->units, (GDestroyNotify)po_unit_unref);
  g_mutex_clear (&self->mutex);
  g_cond_clear (&self->changed);
  g_free (self);
}

static gsize bytes_of (const PoUnit *unit) {
  return unit->buffer != NULL ? gst_buffer_get_size (unit->buffer) : 0;
}

static gboolean is_picture (const PoUnit *unit) {
  return unit->stream == PO_STREAM_VIDEO && unit->buffer != NULL;
}

static gboolean is_full_locked (PoUnitQueue *self, const PoUnit *unit) {
  const PoUnit *oldest = g_queue_peek_head (&self->units);
  if (oldest == NULL || self->units.length < MIN_UNITS || unit->buffer == NULL)
    return FALSE;
  return self->bytes + bytes_of (unit) > MAX_BYTES || unit->dts_ns - oldest->dts_ns > MAX_SPAN_NS;
}

static void drop_all_locked (PoUnitQueue *self) {
  for (GList *link = self->units.head; link != NULL; link = link->next) {
    const PoUnit *unit = link->data;
    self->dropped += unit->stream == PO_STREAM_VIDEO;
  }
  g_queue_clear_full (&self->units, (GDestroyNotify)po_unit_unref);
  self->bytes = self->pictures = 0;
  self->wants_key = TRUE;
}

// Sound needs no key of its own: the output leaves out what comes before its first picture.
static gboolean is_welcome_locked (PoUnitQueue *self, const PoUnit *unit) {
  if (self->is_shut)
    return FALSE;
  if (self->wants_key && is_picture (unit)) {
    if (!unit->is_key) {
      self->dropped++;
      return FALSE;
    }
    self->wants_key = FALSE;
  }
  return TRUE;
}

void po_unit_queue_put (PoUnitQueue *self, PoUnit *unit) {
  g_mutex_lock (&self->mutex);
  while (self->waits && !self->is_shut && is_full_locked (self, unit))
    g_cond_wait (&self->changed, &self->mutex);
  if (!self->waits && is_full_locked (self, unit))
    drop_all_locked (self);
  if (is_welcome_locked (self, unit)) {
    g_queue_push_tail (&self->units, po_unit_ref (unit));
    self->bytes += bytes_of (unit);
    self->pictures += is_picture (unit);
    g_cond_broadcast (&self->changed);
  }
  g_mutex_unlock (&self->mutex);
}

PoUnit *po_unit_queue_take (PoUnitQueue *self, gint64 timeout_ns) {
  gint64 end_us = g_get_monotonic_time () + timeout_ns / 1000;
  g_mutex_lock (&self->mutex);
  while (self->units.length == 0 && !self->is_shut && g_cond_wait_until (&self->changed, &self->mutex, end_us))
    continue;
  PoUnit *unit = self->is_shut ? NULL : g_queue_pop_head (&self->units);
  if (unit != NULL) {
    self->bytes -= bytes_of (unit);
    self->pictures -= is_picture (unit);
    g_cond_broadcast (&self->changed);
  }
  g_mutex_unlock (&self->mutex);
  return unit;
}

void po_unit_queue_shut (PoUnitQueue *self) {
  g_mutex_lock (&self->mutex);
  self->is_shut = TRUE;
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->mutex);
}

guint64 po_unit_queue_dropped (PoUnitQueue *self) {
  g_mutex_lock (&self->mutex);
  guint64 dropped = self->dropped;
  g_mutex_unlock (&self->mutex);
  return dropped;
}

guint po_unit_queue_pictures (PoUnitQueue *self) {
  g_mutex_lock (&self->mutex);
  guint pictures = self->pictures;
  g_mutex_unlock (&self->mutex);
  return pictures;
}
