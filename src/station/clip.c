// SPDX-License-Identifier: GPL-3.0-or-later
#include "station/clip.h"

#include <math.h>

void po_clip_init (PoClip *self, const PoConfig *config, const PoMediaFacts *facts) {
  const PoFitnessRules rules = {
      .loudness_lufs = config->fit_loudness_lufs,
      .loudness_tolerance_lu = config->fit_loudness_tolerance_lu,
      .true_peak_dbtp = config->fit_true_peak_dbtp,
      .silence_ms = config->fit_silence_ms,
      .black_ms = config->fit_black_ms,
      .freeze_ms = config->fit_freeze_ms,
      .aspect_percent = config->fit_aspect_percent,
  };
  self->facts = facts;
  self->house = config->format.rate;
  self->details = po_media_details_new (facts);
  po_clip_sound_init (&self->sound, config, facts);
  if (self->sound.track > 0)
    po_media_details_take_track (self->details, po_clip_sound_track (&self->sound));
  self->fitness = po_fitness_judge (facts, self->details, &rules, &config->format);
  po_fitness_judge_level (self->fitness, &self->sound.level, &self->sound.rules);
}

void po_clip_clear (PoClip *self) {
  g_clear_pointer (&self->details, po_media_details_free);
  g_clear_pointer (&self->fitness, po_fitness_free);
  po_clip_sound_clear (&self->sound);
}

static void set_text (JsonObject *object, const gchar *name, const gchar *text) {
  if (text == NULL || *text == '\0') {
    json_object_set_null_member (object, name);
    return;
  }
  g_autofree gchar *valid = g_utf8_make_valid (text, -1);
  json_object_set_string_member (object, name, valid);
}

static void set_double (JsonObject *object, const gchar *name, gdouble value) {
  if (isnan (value))
    json_object_set_null_member (object, name);
  else
    json_object_set_double_member (object, name, round (value * 100) / 100);
}

static void set_rate (JsonObject *object, PoRate rate) {
  g_autofree gchar *text = rate.fps_n == 0   ? NULL
                           : rate.fps_d == 1 ? g_strdup_printf ("%d", rate.fps_n)
                                             : g_strdup_printf ("%d/%d", rate.fps_n, rate.fps_d);
  set_text (object, "rate", text);
}

// As it was typed, and in nanoseconds.
static void set_mark (JsonObject *object, const gchar *name, const PoMark *mark, PoRate clip, PoRate house) {
  g_autofree gchar *text = po_mark_to_string (mark);
  g_autofree gchar *name_ns = g_strconcat (name, "_ns", NULL);
  set_text (object, name, text);
  if (mark->set)
    json_object_set_int_member (object, name_ns, po_mark_to_ns (mark, clip, house));
  else
    json_object_set_null_member (object, name_ns);
}

static void set_picture (JsonObject *object, const PoMediaFacts *facts, const PoMediaDetails *details) {
  json_object_set_int_member (object, "width", facts->width);
  json_object_set_int_member (object, "height", facts->height);
  set_rate (object, facts->rate);
  json_object_set_boolean_member (object, "interlaced", po_media_details_interlaced (details));
  json_object_set_boolean_member (object, "interlaced_by_header", po_media_details_said_interlaced (details));
  set_text (object, "fields", po_field_order_to_string (details->fields));
  json_object_set_int_member (object, "rotation", details->rotation);
  set_text (object, "container", details->container);
  set_text (object, "video_codec", details->video_codec);
}

static void set_sound (JsonObject *object, const PoMediaFacts *facts, const PoMediaDetails *details) {
  json_object_set_boolean_member (object, "has_audio", facts->has_audio);
  set_text (object, "audio_codec", details->audio_codec);
  json_object_set_int_member (object, "channels", details->channels);
  set_double (object, "loudness_lufs", details->loudness_lufs);
  set_double (object, "loudness_range_lu", details->range_lu);
  set_double (object, "true_peak_dbtp", details->true_peak_dbtp);
}

// What airs of its sound: the gain, the track's number, and what each track is like when it airs.
static void set_tracks (JsonObject *object, const PoClipSound *sound) {
  JsonArray *tracks = json_array_new ();
  set_double (object, "air_gain_db", sound->tracks->len > 0 ? (gdouble)sound->level.gain_mb / 100 : NAN);
  json_object_set_int_member (object, "air_track", sound->tracks->len > 0 ? (gint64)sound->track + 1 : 0);
  for (guint i = 0; i < sound->tracks->len; i++) {
    const PoMediaTrack *track = sound->tracks->pdata[i];
    JsonObject *one = json_object_new ();
    set_text (one, "language", track->language);
    json_object_set_int_member (one, "channels", track->channels);
    set_double (one, "loudness_lufs", track->loudness_lufs);
    set_double (one, "true_peak_dbtp", track->true_peak_dbtp);
    json_array_add_object_element (tracks, one);
  }
  json_object_set_array_member (object, "tracks", tracks);
}

JsonObject *po_clip_to_json (const PoClip *self) {
  static const gchar *const kinds[] = {"video", "still", "audio"};
  const PoMediaFacts *facts = self->facts;
  JsonObject *object = json_object_new ();
  set_text (object, "path", facts->path);
  set_text (object, "kind", facts->problem == NULL ? kinds[facts->kind] : NULL);
  json_object_set_int_member (object, "duration_ns", facts->duration_ns);
  json_object_set_int_member (object, "frames", facts->frames);
  set_mark (object, "som", &facts->som, facts->rate, self->house);
  set_mark (object, "eom", &facts->eom, facts->rate, self->house);
  set_picture (object, facts, self->details);
  set_sound (object, facts, self->details);
  set_tracks (object, &self->sound);
  json_object_set_int_member (object, "size_bytes", facts->size_bytes);
  set_text (object, "sha256", facts->sha256);
  set_text (object, "problem", facts->problem);
  return object;
}
