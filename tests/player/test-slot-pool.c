// SPDX-License-Identifier: GPL-3.0-or-later
// Pictures that are made in the ring: the head reads them where they were written, no slot is given to two, and who
// keeps pictures leaves enough slots for the others.
#include "player/slot-pool.h"

#include <gst/video/video.h>
#include <string.h>

#include "ring/reader.h"

#define SLOTS 6

typedef struct {
  PoRingReader *reader;
  PoRingWriter *writer;
  GstPad *pad;
  GstBufferPool *pool; // (nullable) as offered
  gint64 published;
} Fixture;

static GstBufferPool *ask (GstPad *pad, const gchar *format, gint width) {
  g_autoptr (GstCaps) caps =
      gst_caps_new_simple ("video/x-raw", "format", G_TYPE_STRING, format, "width", G_TYPE_INT, width, "height",
                           G_TYPE_INT, 36, "framerate", GST_TYPE_FRACTION, 25, 1, NULL);
  GstQuery *query = gst_query_new_allocation (caps, TRUE);
  GstBufferPool *pool = NULL;
  gst_pad_query (pad, query);
  if (gst_query_get_n_allocation_pools (query) > 0)
    gst_query_parse_nth_allocation_pool (query, 0, &pool, NULL, NULL, NULL);
  gst_query_unref (query);
  return pool;
}

static void set_up (Fixture *self, gconstpointer is_read_later) {
  const PoFormat format = {64, 36, {25, 1}};
  PoRingLayout layout;
  gint fd = -1;
  po_ring_layout_init (&layout, &format, SLOTS, FALSE);
  self->reader = po_ring_reader_new (&layout, &fd, NULL);
  self->writer = po_ring_writer_new (&layout, fd, NULL);
  g_assert_true (self->reader != NULL && self->writer != NULL);
  self->pad = gst_object_ref_sink (gst_pad_new ("sink", GST_PAD_SINK));
  po_slot_pool_offer (self->writer, self->pad, is_read_later != NULL);
  self->pool = ask (self->pad, "I420", 64);
  g_assert_true (PO_IS_SLOT_POOL (self->pool));
  GstStructure *config = gst_buffer_pool_get_config (self->pool);
  gst_buffer_pool_config_set_params (config, NULL, 64 * 36 * 3 / 2, 0, 0);
  g_assert_true (gst_buffer_pool_set_config (self->pool, config));
  g_assert_true (gst_buffer_pool_set_active (self->pool, TRUE));
}

static void tear_down (Fixture *self, gconstpointer is_read_later) {
  gst_buffer_pool_set_active (self->pool, FALSE);
  gst_object_unref (self->pool);
  gst_object_unref (self->pad);
  po_ring_writer_free (self->writer);
  po_ring_reader_free (self->reader);
}

static GstBuffer *make (Fixture *self, guint8 level) {
  GstBuffer *buffer = NULL;
  g_assert_cmpint (gst_buffer_pool_acquire_buffer (self->pool, &buffer, NULL), ==, GST_FLOW_OK);
  gst_buffer_memset (buffer, 0, level, gst_buffer_get_size (buffer));
  return buffer;
}

static void publish_slot (Fixture *self, const PoRingSpace *space) {
  const gint64 until = self->published + 1;
  po_ring_writer_publish (self->writer, space, &(PoRingSpan){self->published, until, until});
  self->published++;
  g_assert_true (po_ring_reader_poll (self->reader));
}

// FALSE: it lies elsewhere.
static gboolean publish (Fixture *self, GstBuffer *buffer) {
  PoRingSpace space;
  if (!po_slot_pool_claim (buffer, &space))
    return FALSE;
  publish_slot (self, &space);
  return TRUE;
}

static void assert_front (Fixture *self, guint8 level) {
  PoRingPicture picture;
  g_assert_true (po_ring_reader_front (self->reader, &picture));
  for (guint plane = 0; plane < 3; plane++)
    g_assert_cmpuint (picture.data[plane][picture.stride[plane] * 17], ==, level);
}

static void test_offer (Fixture *self, gconstpointer data) {
  g_assert_null (ask (self->pad, "NV12", 64));
  g_assert_null (ask (self->pad, "I420", 32));
}

// More pictures than there are slots, each written and read in its place, though their maker keeps the buffers.
static void test_go_through (Fixture *self, gconstpointer data) {
  GstBuffer *kept[4 * SLOTS];
  for (guint i = 0; i < G_N_ELEMENTS (kept); i++) {
    kept[i] = make (self, (guint8)i);
    g_assert_true (publish (self, kept[i]));
    assert_front (self, (guint8)i);
    g_assert_false (publish (self, kept[i])); // its memory may be another's now
    po_ring_reader_drop_before (self->reader, self->published);
  }
  for (guint i = 0; i < G_N_ELEMENTS (kept); i++)
    gst_buffer_unref (kept[i]);
}

// The picture that the picker holds back, and sends twice, is not overwritten between.
static void test_copy (Fixture *self, gconstpointer data) {
  GstBuffer *held = make (self, 7);
  g_autoptr (GstBuffer) copy = po_slot_pool_copy (held);
  g_assert_false (publish (self, copy));
  for (guint i = 0; i < 2 * SLOTS; i++) {
    GstBuffer *other = make (self, 1);
    g_assert_true (publish (self, other));
    gst_buffer_unref (other);
    po_ring_reader_drop_before (self->reader, self->published);
  }
  g_assert_true (publish (self, held));
  assert_front (self, 7);
  gst_buffer_unref (held);
}

// What is left out gives its slot back at once.
static void test_discard (Fixture *self, gconstpointer data) {
  GstBuffer *kept[4 * SLOTS];
  for (guint i = 0; i < G_N_ELEMENTS (kept); i++) {
    kept[i] = make (self, 1);
    po_slot_pool_discard (gst_buffer_ref (kept[i]));
  }
  GstBuffer *last = make (self, 2);
  g_assert_true (publish (self, last));
  gst_buffer_unref (last);
  for (guint i = 0; i < G_N_ELEMENTS (kept); i++)
    gst_buffer_unref (kept[i]);
}

// A maker that looks at its pictures later: their slots stay as they are, and the others stay free.
static void test_references (Fixture *self, gconstpointer data) {
  GstBuffer *kept[3];
  GstMapInfo map;
  for (guint i = 0; i < G_N_ELEMENTS (kept); i++) {
    kept[i] = make (self, (guint8)(10 + i));
    g_assert_cmpint (publish (self, kept[i]), ==, i < PO_RING_FULL_BUT);
    po_ring_reader_drop_before (self->reader, self->published);
  }
  for (guint i = 0; i < 2 * SLOTS; i++) { // of these by copies, as long as both are kept
    PoRingSpace space;
    g_assert_true (po_ring_writer_begin (self->writer, &space));
    memset (space.data[0], 99, 64);
    publish_slot (self, &space);
    po_ring_reader_drop_before (self->reader, self->published);
  }
  for (guint i = 0; i < G_N_ELEMENTS (kept); i++) {
    g_assert_true (gst_buffer_map (kept[i], &map, GST_MAP_READ));
    g_assert_cmpuint (map.data[0], ==, 10 + i);
    gst_buffer_unmap (kept[i], &map);
    gst_buffer_unref (kept[i]);
  }
  GstBuffer *next = make (self, 20);
  g_assert_true (publish (self, next));
  assert_front (self, 20);
  gst_buffer_unref (next);
}

static gpointer stop (gpointer user_data) {
  po_ring_writer_stop (((Fixture *)user_data)->writer);
  return NULL;
}

// With the head not reading, the maker waits, until it is told to end.
static void test_stop (Fixture *self, gconstpointer data) {
  GstBuffer *buffer = NULL;
  for (guint i = 0; i < SLOTS; i++) {
    g_autoptr (GstBuffer) one = make (self, 1);
    g_assert_true (publish (self, one));
  }
  GThread *thread = g_thread_new ("stop", stop, self);
  g_assert_cmpint (gst_buffer_pool_acquire_buffer (self->pool, &buffer, NULL), ==, GST_FLOW_FLUSHING);
  g_thread_join (thread);
}

int main (int argc, char **argv) {
  g_test_init (&argc, &argv, NULL);
  gst_init (NULL, NULL);
  g_test_add ("/slot-pool/offer", Fixture, NULL, set_up, test_offer, tear_down);
  g_test_add ("/slot-pool/go-through", Fixture, NULL, set_up, test_go_through, tear_down);
  g_test_add ("/slot-pool/copy", Fixture, NULL, set_up, test_copy, tear_down);
  g_test_add ("/slot-pool/discard", Fixture, NULL, set_up, test_discard, tear_down);
  g_test_add ("/slot-pool/references", Fixture, GINT_TO_POINTER (TRUE), set_up, test_references, tear_down);
  g_test_add ("/slot-pool/stop", Fixture, NULL, set_up, test_stop, tear_down);
  return g_test_run ();
}
