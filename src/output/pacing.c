// SPDX-License-Identifier: GPL-3.0-or-later
// Waits in the multiplexer's thread.
#include "output/pacing.h"

#include "output/pacer.h"

struct _PoPacing {
  PoPacer pacer; // the streaming thread's
  GstPad *src;
  GMutex mutex; // protects the rest
  GCond interrupted;
  gboolean is_interrupted;
};

static void sleep_for (PoPacing *self, gint64 now_ns, gint64 wait_ns) {
  g_mutex_lock (&self->mutex);
  while (!self->is_interrupted && g_cond_wait_until (&self->interrupted, &self->mutex, (now_ns + wait_ns) / 1000))
    continue;
  g_mutex_unlock (&self->mutex);
}

static gint64 now (void) {
  return g_get_monotonic_time () * 1000;
}

static GstPadProbeReturn on_datagram (GstPad *pad, GstPadProbeInfo *info, gpointer user_data) {
  PoPacing *self = user_data;
  const gint64 now_ns = now ();
  const gint64 wait_ns =
      po_pacer_wait_ns (&self->pacer, now_ns, gst_buffer_get_size (GST_PAD_PROBE_INFO_BUFFER (info)));
  if (wait_ns > 0)
    sleep_for (self, now_ns, wait_ns);
  return GST_PAD_PROBE_OK;
}

// (transfer full) of @due, which may be empty
static GstFlowReturn send (PoPacing *self, GstBufferList *due) {
  if (gst_buffer_list_length (due) > 0)
    return gst_pad_push_list (self->src, due);
  gst_buffer_list_unref (due);
  return GST_FLOW_OK;
}

static GstFlowReturn on_list (GstPad *pad, GstObject *parent, GstBufferList *list) {
  PoPacing *self = pad->chainlistdata;
  GstFlowReturn flow = GST_FLOW_OK;
  GstBufferList *due = gst_buffer_list_new ();
  for (guint i = 0; i < gst_buffer_list_length (list) && flow == GST_FLOW_OK; i++) {
    GstBuffer *datagram = gst_buffer_list_get (list, i);
    const gint64 now_ns = now ();
    const gint64 wait_ns = po_pacer_wait_ns (&self->pacer, now_ns, gst_buffer_get_size (datagram));
    if (wait_ns > 0) {
      flow = send (self, due);
      due = gst_buffer_list_new ();
      sleep_for (self, now_ns, wait_ns);
    }
    gst_buffer_list_add (due, gst_buffer_ref (datagram));
  }
  gst_buffer_list_unref (list);
  const GstFlowReturn last = send (self, due);
  return flow != GST_FLOW_OK ? flow : last;
}

PoPacing *po_pacing_new (GstElement *element, gint64 bits_per_second) {
  PoPacing *self = g_new0 (PoPacing, 1);
  g_autoptr (GstPad) sink = gst_element_get_static_pad (element, "sink");
  po_pacer_init (&self->pacer, bits_per_second);
  self->src = gst_element_get_static_pad (element, "src");
  g_mutex_init (&self->mutex);
  g_cond_init (&self->interrupted);
  gst_pad_add_probe (self->src, GST_PAD_PROBE_TYPE_BUFFER, on_datagram, self, NULL);
  gst_pad_set_chain_list_function_full (sink, on_list, self, NULL);
  return self;
}

void po_pacing_interrupt (PoPacing *self) {
  g_mutex_lock (&self->mutex);
  self->is_interrupted = TRUE;
  g_cond_broadcast (&self->interrupted);
  g_mutex_unlock (&self->mutex);
}

void po_pacing_free (PoPacing *self) {
  if (self == NULL)
    return;
  g_clear_object (&self->src);
  g_mutex_clear (&self->mutex);
  g_cond_clear (&self->interrupted);
  g_free (self);
}
