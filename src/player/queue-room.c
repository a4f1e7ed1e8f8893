// SPDX-License-Identifier: GPL-3.0-or-later
// A full queue is looked at when it fills, and when the last picture has been taken out beside it.
#include "player/queue-room.h"

#include "player/inner-pad.h"

#define STEP_BYTES (2 * 1024 * 1024)
#define MOST_BYTES (128 * 1024 * 1024) // eleven minutes of two channels of uncoded sound, hours of coded

static guint level (GstPad *input, const gchar *unit) {
  guint result = 0;
  g_object_get (input, unit, &result, NULL);
  return result;
}

static guint fullest_bytes (GstElement *queues) {
  g_autoptr (GstIterator) inputs = gst_element_iterate_sink_pads (queues);
  g_auto (GValue) input = G_VALUE_INIT;
  guint result = 0;
  while (gst_iterator_next (inputs, &input) == GST_ITERATOR_OK) {
    result = MAX (result, level (g_value_get_object (&input), "current-level-bytes"));
    g_value_reset (&input);
  }
  return result;
}

static void give_room (GstElement *queues, GstPad *pictures) {
  guint limit;
  g_object_get (queues, "max-size-bytes", &limit, NULL);
  const guint bytes = fullest_bytes (queues);
  if (bytes >= limit && bytes < MOST_BYTES && level (pictures, "current-level-buffers") == 0 &&
      !GST_PAD_IS_EOS (pictures))
    g_object_set (queues, "max-size-bytes", bytes + STEP_BYTES, NULL);
}

static void on_overrun (GstElement *queues, gpointer user_data) {
  give_room (queues, user_data);
}

static GstPadProbeReturn on_picture (GstPad *pad, GstPadProbeInfo *info, gpointer user_data) {
  g_autoptr (GstElement) queues = gst_pad_get_parent_element (pad);
  if (queues != NULL)
    give_room (queues, user_data);
  return GST_PAD_PROBE_OK;
}

static gboolean is_of_queues (GstPad *pad) {
  g_autoptr (GstElement) element = gst_pad_get_parent_element (pad);
  GstElementFactory *factory = element != NULL ? gst_element_get_factory (element) : NULL;
  return factory != NULL && g_str_equal (GST_OBJECT_NAME (factory), "multiqueue");
}

void po_queue_room_watch (GstPad *decoded) {
  g_autoptr (GstPad) pad = po_inner_pad (decoded);
  while (pad != NULL && !is_of_queues (pad)) {
    g_autoptr (GstPad) after = pad;
    pad = po_pad_before (after);
  }
  g_autoptr (GstPad) pictures = pad != NULL ? po_pad_input (pad) : NULL;
  if (pictures == NULL)
    return; // there is one stream alone
  g_autoptr (GstElement) queues = gst_pad_get_parent_element (pad);
  g_signal_connect_data (queues, "overrun", G_CALLBACK (on_overrun), gst_object_ref (pictures),
                         (GClosureNotify)(void (*) (void))gst_object_unref, 0);
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, on_picture, gst_object_ref (pictures), gst_object_unref);
}
