// SPDX-License-Identifier: GPL-3.0-or-later
// Facts as idle sources.
#include "program/fact-sink.h"

struct _PoFactSink {
  gint ref_count; // atomic
  gint closed;    // atomic
  GMainContext *context;
  PoPlayerFactFunc func;
  gpointer user_data;
};

typedef struct {
  PoFactSink *sink;
  PoPlayerFact fact;
  gchar *run_key, *message;
} Delivery;

PoFactSink *po_fact_sink_new (PoPlayerFactFunc func, gpointer user_data) {
  PoFactSink *self = g_new0 (PoFactSink, 1);
  self->ref_count = 1;
  self->context = g_main_context_ref_thread_default ();
  self->func = func;
  self->user_data = user_data;
  return self;
}

static void sink_unref (PoFactSink *self) {
  if (!g_atomic_int_dec_and_test (&self->ref_count))
    return;
  g_main_context_unref (self->context);
  g_free (self);
}

void po_fact_sink_close (PoFactSink *self) {
  g_atomic_int_set (&self->closed, TRUE);
  sink_unref (self);
}

static gboolean deliver (gpointer user_data) {
  Delivery *self = user_data;
  if (!g_atomic_int_get (&self->sink->closed))
    self->sink->func (&self->fact, self->sink->user_data);
  return G_SOURCE_REMOVE;
}

static void delivery_free (gpointer user_data) {
  Delivery *self = user_data;
  sink_unref (self->sink);
  g_free (self->run_key);
  g_free (self->message);
  g_free (self);
}

void po_fact_sink_send (PoFactSink *self, PoPlayerFactKind kind, const gchar *run_key, gint64 frame,
                        const gchar *message) {
  if (self->func == NULL)
    return;
  Delivery *delivery = g_new0 (Delivery, 1);
  g_atomic_int_inc (&self->ref_count);
  delivery->sink = self;
  delivery->run_key = g_strdup (run_key);
  delivery->message = g_utf8_make_valid (message, -1);
  delivery->fact =
      (PoPlayerFact){.kind = kind, .run_key = delivery->run_key, .frame = frame, .message = delivery->message};
  GSource *source = g_idle_source_new ();
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, deliver, delivery, delivery_free);
  g_source_attach (source, self->context);
  g_source_unref (source);
}
