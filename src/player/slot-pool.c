// SPDX-License-Identifier: GPL-3.0-or-later
// Each buffer is made anew around a slot: what costs is the memory, and that stays.
#include "player/slot-pool.h"

#include <gst/video/video.h>

typedef struct {
  PoRingWriter *ring;
  PoRingSpace space;
  gboolean is_read_later;
  gboolean is_over; // streaming thread: it was claimed or discarded
} Lent;

struct _PoSlotPool {
  GstBufferPool parent;
  PoRingWriter *ring;
  gsize size;
  gboolean is_read_later;
};

G_DEFINE_FINAL_TYPE (PoSlotPool, po_slot_pool, GST_TYPE_BUFFER_POOL)

static GQuark lent_quark (void) {
  return g_quark_from_static_string ("po-slot-lent");
}

static void take_back (gpointer data) {
  Lent *lent = data;
  if (!lent->is_over || lent->is_read_later)
    po_ring_writer_take_back (lent->ring, &lent->space);
  g_free (lent);
}

static GstBuffer *wrap (PoSlotPool *self, const PoRingSpace *space) {
  Lent *lent = g_new (Lent, 1);
  *lent = (Lent){.ring = self->ring, .space = *space, .is_read_later = self->is_read_later};
  GstMemory *memory = gst_memory_new_wrapped (0, space->data[0], self->size, 0, self->size, lent, take_back);
  gst_mini_object_set_qdata (GST_MINI_OBJECT (memory), lent_quark (), lent, NULL);
  GstBuffer *buffer = gst_buffer_new ();
  gst_buffer_append_memory (buffer, memory);
  return buffer;
}

static GstFlowReturn acquire (GstBufferPool *pool, GstBuffer **ret_buffer, GstBufferPoolAcquireParams *params) {
  PoSlotPool *self = PO_SLOT_POOL (pool);
  PoRingSpace space;
  if (!po_ring_writer_can_lend (self->ring)) {
    *ret_buffer = gst_buffer_new_allocate (NULL, self->size, NULL);
    return GST_FLOW_OK;
  }
  if (!po_ring_writer_lend (self->ring, &space))
    return GST_FLOW_FLUSHING;
  *ret_buffer = wrap (self, &space);
  return GST_FLOW_OK;
}

static void release (GstBufferPool *pool, GstBuffer *buffer) {
  gst_buffer_unref (buffer);
}

// None is made before it is wanted.
static gboolean start (GstBufferPool *pool) {
  return TRUE;
}

static void po_slot_pool_class_init (PoSlotPoolClass *klass) {
  GstBufferPoolClass *pool_class = GST_BUFFER_POOL_CLASS (klass);
  pool_class->acquire_buffer = acquire;
  pool_class->release_buffer = release;
  pool_class->start = start;
}

static void po_slot_pool_init (PoSlotPool *self) {
}

// Without a word of their own on each buffer, pictures lie as GStreamer lays them by default.
static gboolean is_layout_of (const GstVideoInfo *info, const PoRingLayout *layout) {
  guint32 offset[3], stride[3];
  gboolean is_same = GST_VIDEO_INFO_FORMAT (info) == GST_VIDEO_FORMAT_I420 && !GST_VIDEO_INFO_IS_INTERLACED (info) &&
                     GST_VIDEO_INFO_WIDTH (info) == (gint)layout->width &&
                     GST_VIDEO_INFO_HEIGHT (info) == (gint)layout->height && info->size <= layout->slot_bytes;
  po_ring_layout_planes (layout, offset, stride);
  for (guint plane = 0; plane < 3 && is_same; plane++)
    is_same = info->offset[plane] == offset[plane] && info->stride[plane] == (gint)stride[plane];
  return is_same;
}

typedef struct {
  PoRingWriter *ring;
  gboolean is_read_later;
} Offer;

static GstPadProbeReturn on_query (GstPad *pad, GstPadProbeInfo *probe, gpointer user_data) {
  const Offer *offer = user_data;
  GstQuery *query = GST_PAD_PROBE_INFO_QUERY (probe);
  GstVideoInfo info;
  GstCaps *caps = NULL;
  if (GST_QUERY_TYPE (query) != GST_QUERY_ALLOCATION)
    return GST_PAD_PROBE_OK;
  gst_query_parse_allocation (query, &caps, NULL);
  if (caps == NULL || !gst_video_info_from_caps (&info, caps) ||
      !is_layout_of (&info, po_ring_writer_layout (offer->ring)))
    return GST_PAD_PROBE_OK;
  g_autoptr (PoSlotPool) pool = gst_object_ref_sink (g_object_new (PO_TYPE_SLOT_POOL, NULL));
  pool->ring = offer->ring;
  pool->is_read_later = offer->is_read_later;
  pool->size = info.size;
  gst_query_add_allocation_pool (query, GST_BUFFER_POOL (pool), (guint)info.size, 0, 0);
  return GST_PAD_PROBE_HANDLED;
}

void po_slot_pool_offer (PoRingWriter *ring, GstPad *pad, gboolean is_read_later) {
  Offer *offer = g_new (Offer, 1);
  *offer = (Offer){ring, is_read_later};
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_QUERY_DOWNSTREAM, on_query, offer, g_free);
}

// NULL: it lies elsewhere.
static Lent *lent_of (GstBuffer *buffer) {
  if (gst_buffer_n_memory (buffer) != 1)
    return NULL;
  return gst_mini_object_get_qdata (GST_MINI_OBJECT (gst_buffer_peek_memory (buffer, 0)), lent_quark ());
}

static void end (Lent *lent) {
  lent->is_over = TRUE;
  if (!lent->is_read_later)
    po_ring_writer_take_back (lent->ring, &lent->space);
}

gboolean po_slot_pool_claim (GstBuffer *buffer, PoRingSpace *ret_space) {
  Lent *lent = lent_of (buffer);
  if (lent == NULL || lent->is_over)
    return FALSE;
  *ret_space = lent->space;
  end (lent);
  return TRUE;
}

GstBuffer *po_slot_pool_copy (GstBuffer *buffer) {
  return lent_of (buffer) != NULL ? gst_buffer_copy_deep (buffer) : gst_buffer_ref (buffer);
}

void po_slot_pool_discard (GstBuffer *buffer) {
  Lent *lent = lent_of (buffer);
  if (lent != NULL && !lent->is_over)
    end (lent);
  gst_buffer_unref (buffer);
}
