// SPDX-License-Identifier: GPL-3.0-or-later
// Which outputs there are and which encoders feed them.
#include "output/rack.h"

#include <stdatomic.h>

#include "model/error.h"
#include "model/text.h"
#include "output/encoder.h"

#define N_ENCODERS_MAX     32
#define DEFAULT_AUDIO_KBPS 128

/** Place: an output and what feeds it. */
typedef struct {
  PoOutput *output;
  PoEncoder *encoders[2];        // by PoStream; (transfer none)
  guint64 dropped_before_frames; // by the picture's encoder, before this output came
} Place;

/** Retired: an encoder that nobody wants, taken out of the head's sight; the head may still be looking at it until the
 * push under way has ended. */
typedef struct {
  PoEncoder *encoder;
  guint64 pushes; // when it was taken out
} Retired;

struct _PoOutputRack {
  PoFormat house;
  GTimeZone *zone;
  gboolean is_free_run;
  PoTimeNs utc_at_zero_ns;
  PoService *service;
  gboolean is_clock_trusted;
  GPtrArray *places;                           // Place; main
  PoEncoder *_Atomic encoders[N_ENCODERS_MAX]; // NULL: a free place
  _Atomic guint64 pushes;                      // that have ended
  GArray *retired;                             // Retired; main
};

static void place_free (gpointer data) {
  Place *place = data;
  po_output_free (place->output);
  g_free (place);
}

PoOutputRack *po_output_rack_new (const PoFormat *house, GTimeZone *zone, gboolean is_free_run,
                                  PoTimeNs utc_at_zero_ns) {
  PoOutputRack *self = g_new0 (PoOutputRack, 1);
  self->house = *house;
  self->zone = g_time_zone_ref (zone);
  self->is_free_run = is_free_run;
  self->utc_at_zero_ns = utc_at_zero_ns;
  self->service = po_service_new (utc_at_zero_ns);
  self->places = g_ptr_array_new_with_free_func (place_free);
  self->retired = g_array_new (FALSE, FALSE, sizeof (Retired));
  return self;
}

void po_output_rack_free (PoOutputRack *self) {
  if (self == NULL)
    return;
  g_ptr_array_set_size (self->places, 0);
  for (guint i = 0; i < N_ENCODERS_MAX; i++)
    po_encoder_free (self->encoders[i]);
  for (guint i = 0; i < self->retired->len; i++)
    po_encoder_free (g_array_index (self->retired, Retired, i).encoder);
  g_array_unref (self->retired);
  g_ptr_array_unref (self->places);
  po_service_unref (self->service);
  g_time_zone_unref (self->zone);
  g_free (self);
}

static PoOutput *output_at (PoOutputRack *self, guint index) {
  return ((Place *)self->places->pdata[index])->output;
}

static gint find (PoOutputRack *self, const gchar *name) {
  for (guint i = 0; i < self->places->len; i++)
    if (g_str_equal (po_output_settings (output_at (self, i))->name, name))
      return (gint)i;
  return -1;
}

// The encoder for @encoding, made if there is none. (transfer none)
static PoEncoder *provide_encoder (PoOutputRack *self, const PoEncoding *encoding, GError **error) {
  gint place = -1;
  for (gint i = N_ENCODERS_MAX - 1; i >= 0; i--) {
    PoEncoder *encoder = atomic_load (&self->encoders[i]);
    if (encoder == NULL)
      place = i;
    else if (po_encoding_equal (po_encoder_encoding (encoder), encoding))
      return encoder;
  }
  if (place < 0) {
    g_set_error (error, PO_ERROR, PO_ERROR_SYSTEM, _ ("more than %d different encodings; let outputs share a format"),
                 N_ENCODERS_MAX);
    return NULL;
  }
  PoEncoder *encoder = po_encoder_new (encoding, &self->house, self->is_free_run, error);
  atomic_store (&self->encoders[place], encoder);
  return encoder;
}

static gpointer discard (gpointer data) {
  po_encoder_free (data);
  return NULL;
}

// Ends retired encoders that the head has let go of. That may take a moment: not on the main thread.
static void discard_retired (PoOutputRack *self) {
  guint64 pushes = atomic_load (&self->pushes);
  for (guint i = self->retired->len; i-- > 0;) {
    const Retired retired = g_array_index (self->retired, Retired, i);
    if (pushes < retired.pushes + 1)
      continue;
    g_array_remove_index (self->retired, i);
    g_thread_unref (g_thread_new ("retired", discard, retired.encoder));
  }
}

static void retire_unwanted (PoOutputRack *self) {
  for (guint i = 0; i < N_ENCODERS_MAX; i++) {
    PoEncoder *encoder = atomic_load (&self->encoders[i]);
    if (encoder == NULL || po_encoder_is_wanted (encoder))
      continue;
    atomic_store (&self->encoders[i], NULL);
    const Retired retired = {encoder, atomic_load (&self->pushes)};
    g_array_append_val (self->retired, retired);
  }
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

// An output may need seconds to end: not on the main thread, with a channel on air.
static gpointer dismiss (gpointer data) {
  po_output_free (data);
  return NULL;
}

static void remove_place (PoOutputRack *self, const gchar *name) {
  gint index = find (self, name);
  if (index < 0)
    return;
  g_autofree Place *place = g_ptr_array_steal_index (self->places, (guint)index);
  PoUnitQueue *queue = po_output_queue (place->output);
  po_unit_queue_shut (queue);
  for (guint i = 0; i < G_N_ELEMENTS (place->encoders); i++)
    po_encoder_unsubscribe (place->encoders[i], queue);
  g_thread_unref (g_thread_new ("leaving", dismiss, place->output));
}

gboolean po_output_rack_add (PoOutputRack *self, const PoOutputSettings *given, GError **error) {
  g_autoptr (PoOutputSettings) settings = complete (self, given);
  gboolean is_lossy = settings->codec == PO_OUTPUT_CODEC_H264;
  PoEncoding video = {PO_STREAM_VIDEO, settings->codec, settings->width, settings->height,
                      is_lossy ? settings->video_bitrate_kbps : 0};
  PoEncoding audio = {PO_STREAM_AUDIO, settings->codec, 0, 0, is_lossy ? settings->audio_bitrate_kbps : 0};
  g_autoptr (PoOutput) output =
      po_output_new (settings, &self->house, self->zone, self->service, self->is_free_run, self->utc_at_zero_ns, error);
  if (output == NULL)
    return FALSE;
  PoEncoder *video_encoder = provide_encoder (self, &video, error);
  PoEncoder *audio_encoder = video_encoder != NULL ? provide_encoder (self, &audio, error) : NULL;
  if (audio_encoder == NULL) {
    retire_unwanted (self);
    return FALSE;
  }
  // Sound first: an output leaves out what comes before its first picture, not after.
  po_encoder_subscribe (audio_encoder, po_output_queue (output));
  po_encoder_subscribe (video_encoder, po_output_queue (output));
  remove_place (self, settings->name);
  Place *place = g_new0 (Place, 1);
  po_output_set_clock_trusted (output, self->is_clock_trusted);
  place->output = g_steal_pointer (&output);
  place->encoders[PO_STREAM_VIDEO] = video_encoder;
  place->encoders[PO_STREAM_AUDIO] = audio_encoder;
  place->dropped_before_frames = po_encoder_dropped (video_encoder);
  g_ptr_array_add (self->places, place);
  retire_unwanted (self);
  return TRUE;
}

void po_output_rack_remove (PoOutputRack *self, const gchar *name) {
  remove_place (self, name);
  retire_unwanted (self);
}

void po_output_rack_set_utc (PoOutputRack *self, PoTimeNs utc_at_zero_ns) {
  self->utc_at_zero_ns = utc_at_zero_ns;
  po_service_set_utc (self->service, utc_at_zero_ns);
  for (guint i = 0; i < self->places->len; i++)
    po_output_set_utc (output_at (self, i), utc_at_zero_ns);
}

void po_output_rack_set_clock_trusted (PoOutputRack *self, gboolean is_trusted) {
  self->is_clock_trusted = is_trusted;
  for (guint i = 0; i < self->places->len; i++)
    po_output_set_clock_trusted (output_at (self, i), is_trusted);
}

void po_output_rack_set_programmes (PoOutputRack *self, const PoServiceTable *tables, guint n_tables) {
  po_service_set_programmes (self->service, tables, n_tables);
}

void po_output_rack_push (gpointer user, GstBuffer *video, GstBuffer *audio, gint64 k) {
  PoOutputRack *self = user;
  for (guint i = 0; i < N_ENCODERS_MAX; i++) {
    PoEncoder *encoder = atomic_load (&self->encoders[i]);
    if (encoder != NULL)
      po_encoder_push (encoder, po_encoder_encoding (encoder)->stream == PO_STREAM_VIDEO ? video : audio);
  }
  atomic_fetch_add (&self->pushes, 1);
}

gboolean po_output_rack_finish (PoOutputRack *self, gint64 timeout_ns) {
  gint64 end_us = g_get_monotonic_time () + timeout_ns / 1000;
  gboolean is_clean = TRUE;
  for (guint i = 0; i < N_ENCODERS_MAX; i++)
    if (self->encoders[i] != NULL)
      po_encoder_finish (self->encoders[i]);
  for (guint i = 0; i < self->places->len; i++) {
    gint64 left_ns = MAX (end_us - g_get_monotonic_time (), 0) * 1000;
    is_clean &= po_output_join (output_at (self, i), left_ns);
  }
  return is_clean;
}

// An encoder's trouble is that of every output it feeds.
static PoOutputStatus *status_of (const Place *place) {
  PoOutputStatus *status = po_output_status (place->output);
  status->dropped += po_encoder_dropped (place->encoders[PO_STREAM_VIDEO]) - place->dropped_before_frames;
  status->unencoded = po_encoder_queued (place->encoders[PO_STREAM_VIDEO]);
  for (guint i = 0; i < G_N_ELEMENTS (place->encoders) && status->problem == NULL; i++) {
    g_autofree gchar *problem = po_encoder_problem (place->encoders[i]);
    if (problem == NULL)
      continue;
    status->state = PO_OUTPUT_FAILED;
    status->problem = g_strdup_printf (_ ("the encoder is being started anew: %s"), problem);
  }
  return status;
}

GPtrArray *po_output_rack_status (PoOutputRack *self) {
  GPtrArray *list = g_ptr_array_new_with_free_func ((GDestroyNotify)po_output_status_free);
  discard_retired (self);
  for (guint i = 0; i < self->places->len; i++)
    g_ptr_array_add (list, status_of (self->places->pdata[i]));
  return list;
}
