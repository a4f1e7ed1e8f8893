// SPDX-License-Identifier: GPL-3.0-or-later
// Which outputs there are and which encoders feed them.
#include "output/rack.h"

#include <glib/gi18n-lib.h>
#include <stdatomic.h>

#include "model/error.h"
#include "output/encoder.h"

#define N_ENCODERS_MAX     32
#define DEFAULT_AUDIO_KBPS 128

struct _PoOutputRack {
  PoFormat house;
  GTimeZone *zone;
  gboolean is_free_run;
  PoTimeNs utc_at_zero_ns;
  GPtrArray *outputs; // PoOutput; main
  // An encoder once made stays: the head may be looking at it. Without subscribers it is given nothing.
  PoEncoder *_Atomic encoders[N_ENCODERS_MAX];
};

PoOutputRack *po_output_rack_new (const PoFormat *house, GTimeZone *zone, gboolean is_free_run,
                                  PoTimeNs utc_at_zero_ns) {
  PoOutputRack *self = g_new0 (PoOutputRack, 1);
  self->house = *house;
  self->zone = g_time_zone_ref (zone);
  self->is_free_run = is_free_run;
  self->utc_at_zero_ns = utc_at_zero_ns;
  self->outputs = g_ptr_array_new_with_free_func ((GDestroyNotify)po_output_free);
  return self;
}

void po_output_rack_free (PoOutputRack *self) {
  if (self == NULL)
    return;
  g_ptr_array_set_size (self->outputs, 0);
  for (guint i = 0; i < N_ENCODERS_MAX; i++)
    po_encoder_free (self->encoders[i]);
  g_ptr_array_unref (self->outputs);
  g_time_zone_unref (self->zone);
  g_free (self);
}

static gint find (PoOutputRack *self, const gchar *name) {
  for (guint i = 0; i < self->outputs->len; i++)
    if (g_str_equal (po_output_settings (self->outputs->pdata[i])->name, name))
      return (gint)i;
  return -1;
}

// The encoder for @encoding, made if there is none. (transfer none)
static PoEncoder *provide_encoder (PoOutputRack *self, const PoEncoding *encoding, GError **error) {
  for (guint i = 0; i < N_ENCODERS_MAX; i++) {
    PoEncoder *encoder = atomic_load (&self->encoders[i]);
    if (encoder == NULL) {
      encoder = po_encoder_new (encoding, &self->house, self->is_free_run, error);
      atomic_store (&self->encoders[i], encoder);
      return encoder;
    }
    if (po_encoding_equal (po_encoder_encoding (encoder), encoding))
      return encoder;
  }
  g_set_error (error, PO_ERROR, PO_ERROR_SYSTEM, _ ("more than %d different encodings; let outputs share a format"),
               N_ENCODERS_MAX);
  return NULL;
}

// Settings with every default filled in. (transfer full)
static PoOutputSettings *complete (PoOutputRack *self, const PoOutputSettings *given) {
  PoOutputSettings *settings = po_output_settings_copy (given);
  gboolean is_sized = settings->width > 0 && settings->height > 0;
  if (g_strcmp0 (settings->type, "window") == 0)
    settings->codec = PO_OUTPUT_CODEC_RAW;
  if (settings->codec == PO_OUTPUT_CODEC_LOSSLESS)
    settings->container = PO_OUTPUT_CONTAINER_MKV;
  settings->width = is_sized ? settings->width : self->house.width;
  settings->height = is_sized ? settings->height : self->house.height;
  if (settings->video_bitrate_kbps <= 0)
    settings->video_bitrate_kbps = po_output_default_bitrate_kbps (settings->width, settings->height, self->house.rate);
  if (settings->audio_bitrate_kbps <= 0)
    settings->audio_bitrate_kbps = DEFAULT_AUDIO_KBPS;
  return settings;
}

gboolean po_output_rack_add (PoOutputRack *self, const PoOutputSettings *given, GError **error) {
  g_autoptr (PoOutputSettings) settings = complete (self, given);
  gboolean is_lossy = settings->codec == PO_OUTPUT_CODEC_H264;
  PoEncoding video = {PO_STREAM_VIDEO, settings->codec, settings->width, settings->height,
                      is_lossy ? settings->video_bitrate_kbps : 0};
  PoEncoding audio = {PO_STREAM_AUDIO, settings->codec, 0, 0, is_lossy ? settings->audio_bitrate_kbps : 0};
  g_autoptr (PoOutput) output =
      po_output_new (settings, &self->house, self->zone, self->is_free_run, self->utc_at_zero_ns, error);
  if (output == NULL)
    return FALSE;
  PoEncoder *video_encoder = provide_encoder (self, &video, error);
  PoEncoder *audio_encoder = video_encoder != NULL ? provide_encoder (self, &audio, error) : NULL;
  if (audio_encoder == NULL)
    return FALSE;
  po_output_rack_remove (self, settings->name);
  // Sound first: an output leaves out what comes before its first picture, not after.
  po_encoder_subscribe (audio_encoder, po_output_queue (output));
  po_encoder_subscribe (video_encoder, po_output_queue (output));
  g_ptr_array_add (self->outputs, g_steal_pointer (&output));
  return TRUE;
}

// An output may need seconds to end: not on the main thread, with a channel on air.
static gpointer dismiss (gpointer data) {
  po_output_free (data);
  return NULL;
}

void po_output_rack_remove (PoOutputRack *self, const gchar *name) {
  gint index = find (self, name);
  if (index < 0)
    return;
  PoUnitQueue *queue = po_output_queue (self->outputs->pdata[index]);
  po_unit_queue_shut (queue);
  for (guint i = 0; i < N_ENCODERS_MAX && self->encoders[i] != NULL; i++)
    po_encoder_unsubscribe (self->encoders[i], queue);
  g_thread_unref (g_thread_new ("leaving", dismiss, g_ptr_array_steal_index (self->outputs, (guint)index)));
}

void po_output_rack_set_utc (PoOutputRack *self, PoTimeNs utc_at_zero_ns) {
  self->utc_at_zero_ns = utc_at_zero_ns;
  for (guint i = 0; i < self->outputs->len; i++)
    po_output_set_utc (self->outputs->pdata[i], utc_at_zero_ns);
}

void po_output_rack_push (gpointer user, GstBuffer *video, GstBuffer *audio, gint64 k) {
  PoOutputRack *self = user;
  for (guint i = 0; i < N_ENCODERS_MAX; i++) {
    PoEncoder *encoder = atomic_load_explicit (&self->encoders[i], memory_order_acquire);
    if (encoder == NULL)
      return;
    po_encoder_push (encoder, po_encoder_encoding (encoder)->stream == PO_STREAM_VIDEO ? video : audio);
  }
}

gboolean po_output_rack_finish (PoOutputRack *self, gint64 timeout_ns) {
  gint64 end_us = g_get_monotonic_time () + timeout_ns / 1000;
  gboolean is_clean = TRUE;
  for (guint i = 0; i < N_ENCODERS_MAX && self->encoders[i] != NULL; i++)
    po_encoder_finish (self->encoders[i]);
  for (guint i = 0; i < self->outputs->len; i++) {
    gint64 left_ns = MAX (end_us - g_get_monotonic_time (), 0) * 1000;
    is_clean &= po_output_join (self->outputs->pdata[i], left_ns);
  }
  return is_clean;
}

GPtrArray *po_output_rack_status (PoOutputRack *self) {
  GPtrArray *list = g_ptr_array_new_with_free_func ((GDestroyNotify)po_output_status_free);
  for (guint i = 0; i < self->outputs->len; i++)
    g_ptr_array_add (list, po_output_status (self->outputs->pdata[i]));
  return list;
}
