// SPDX-License-Identifier: GPL-3.0-or-later
// A probe on what the demuxer asks for.
#include "player/mend-end.h"

#include <glib/gi18n-lib.h>

#define IN_CIRCLES   10000 // times in a row that it asked for what is not there; some do so a few times, and go on
#define UNKNOWN_SIZE (-1)

/** End: of one file; of the thread that asks. */
typedef struct {
  GstElement *demuxer; // unowned: the probe is its pad's
  gint64 size;         // of the file, in bytes
  guint n_behind;      // questions in a row
} End;

static gint64 size_of_file (GstPad *pad) {
  gint64 size = UNKNOWN_SIZE;
  return gst_pad_peer_query_duration (pad, GST_FORMAT_BYTES, &size) ? size : UNKNOWN_SIZE;
}

// FALSE: it has none.
static gboolean end_streams (GstElement *demuxer) {
  g_autoptr (GstIterator) pads = gst_element_iterate_src_pads (demuxer);
  g_auto (GValue) item = G_VALUE_INIT;
  gboolean has_any = FALSE;
  while (gst_iterator_next (pads, &item) == GST_ITERATOR_OK) {
    has_any = TRUE;
    gst_pad_push_event (g_value_get_object (&item), gst_event_new_eos ());
    g_value_reset (&item);
  }
  return has_any;
}

static void fail (GstElement *demuxer) {
  g_autoptr (GError) error =
      g_error_new_literal (GST_STREAM_ERROR, GST_STREAM_ERROR_DEMUX, _ ("it breaks off before it says what is in it"));
  gst_element_post_message (demuxer, gst_message_new_error (GST_OBJECT (demuxer), error, NULL));
}

static GstPadProbeReturn on_question (GstPad *pad, GstPadProbeInfo *info, gpointer user_data) {
  End *self = user_data;
  if (self->size == UNKNOWN_SIZE)
    self->size = size_of_file (pad);
  const gboolean is_behind = self->size != UNKNOWN_SIZE && GST_PAD_PROBE_INFO_OFFSET (info) >= (guint64)self->size;
  self->n_behind = is_behind ? MIN (self->n_behind + 1, IN_CIRCLES + 1) : 0;
  if (self->n_behind != IN_CIRCLES || end_streams (self->demuxer))
    return GST_PAD_PROBE_PASS;
  fail (self->demuxer);
  return GST_PAD_PROBE_OK; // and it stands still
}

void po_mend_endless (GstElement *demuxer) {
  g_autoptr (GstPad) sink = gst_element_get_static_pad (demuxer, "sink");
  End *end = g_new (End, 1);
  *end = (End){demuxer, UNKNOWN_SIZE, 0};
  gst_pad_add_probe (sink, GST_PAD_PROBE_TYPE_BLOCK | GST_PAD_PROBE_TYPE_PULL, on_question, end, g_free);
}
