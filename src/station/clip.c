// SPDX-License-Identifier: GPL-3.0-or-later
#include "station/clip.h"

#include <math.h>
#include <string.h>

#include "json/text.h"
#include "model/recall.h"

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
  po_clip_sound_init (&self->sound, config, facts, self->details);
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

gchar *po_clip_flaw (const PoConfig *config, const PoMediaFacts *facts, gboolean damaged_too) {
  g_auto (PoClip) clip;
  gchar *flaw = NULL;
  if (facts->problem != NULL)
    return NULL;
  po_clip_init (&clip, config, facts);
  for (guint i = 0; flaw == NULL && i < clip.fitness->reasons->len; i++) {
    const PoFitnessReason *reason = clip.fitness->reasons->pdata[i];
    if (reason->verdict == PO_FITNESS_UNFIT || (damaged_too && strcmp (reason->code, "decode-errors") == 0))
      flaw = g_strdup (reason->text);
  }
  return flaw;
}

// "25", "30000/1001".
static void add_rate (GString *out, PoRate rate) {
  g_autofree gchar *text = rate.fps_n == 0   ? NULL
                           : rate.fps_d == 1 ? g_strdup_printf ("%d", rate.fps_n)
                                             : g_strdup_printf ("%d/%d", rate.fps_n, rate.fps_d);
  po_json_string (out, "rate", text);
}

// What is empty is null.
static void add_text (GString *out, const gchar *name, const gchar *text) {
  po_json_string (out, name, text == NULL || *text == '\0' ? NULL : text);
}

// As it was typed, and in nanoseconds.
static void add_mark (GString *out, const gchar *name, const PoMark *mark, PoRate clip, PoRate house) {
  g_autofree gchar *text = po_mark_to_string (mark);
  g_autofree gchar *name_ns = g_strconcat (name, "_ns", NULL);
  po_json_string (out, name, text);
  if (mark->set)
    po_json_int (out, name_ns, po_mark_to_ns (mark, clip, house));
  else
    po_json_null (out, name_ns);
}

static void add_picture (GString *out, const PoMediaFacts *facts, const PoMediaDetails *details) {
  po_json_int (out, "width", facts->width);
  po_json_int (out, "height", facts->height);
  add_rate (out, facts->rate);
  po_json_bool (out, "interlaced", po_media_details_interlaced (details));
  po_json_bool (out, "interlaced_by_header", po_media_details_said_interlaced (details));
  add_text (out, "fields", po_field_order_to_string (details->fields));
  po_json_int (out, "rotation", details->rotation);
  add_text (out, "container", details->container);
  add_text (out, "video_codec", details->video_codec);
}

static void add_sound (GString *out, const PoMediaFacts *facts, const PoMediaDetails *details) {
  po_json_bool (out, "has_audio", facts->has_audio);
  add_text (out, "audio_codec", details->audio_codec);
  po_json_int (out, "channels", details->channels);
  po_json_hundredths (out, "loudness_lufs", details->loudness_lufs);
  po_json_hundredths (out, "loudness_range_lu", details->range_lu);
  po_json_hundredths (out, "true_peak_dbtp", details->true_peak_dbtp);
}

// What airs of its sound: the gain, the track's number, and what each track is like when it airs.
static void add_tracks (GString *out, const PoClipSound *sound) {
  po_json_hundredths (out, "air_gain_db", sound->tracks->len > 0 ? (gdouble)sound->level.gain_mb / 100 : NAN);
  po_json_int (out, "air_track", sound->tracks->len > 0 ? (gint64)sound->track + 1 : 0);
  po_json_begin (out, "tracks", '[');
  for (guint i = 0; i < sound->tracks->len; i++) {
    const PoMediaTrack *track = sound->tracks->pdata[i];
    po_json_begin (out, NULL, '{');
    add_text (out, "language", track->language);
    po_json_int (out, "channels", track->channels);
    po_json_hundredths (out, "loudness_lufs", track->loudness_lufs);
    po_json_hundredths (out, "true_peak_dbtp", track->true_peak_dbtp);
    po_json_end (out, '}');
  }
  po_json_end (out, ']');
}

static void add_runs (GString *out, const gchar *name, const PoMediaRuns *runs) {
  po_json_begin (out, name, '[');
  for (guint i = 0; i < runs->list->len; i++) {
    const PoMediaRun *run = &g_array_index (runs->list, PoMediaRun, i);
    po_json_begin (out, NULL, '{');
    po_json_int (out, "from_ns", run->from_ns);
    po_json_int (out, "to_ns", run->to_ns);
    po_json_end (out, '}');
  }
  po_json_end (out, ']');
}

// Where in it something is to be looked at.
static void add_places (GString *out, const PoMediaDetails *details) {
  add_runs (out, "silence_runs", &details->silence);
  add_runs (out, "black_runs", &details->black);
  add_runs (out, "freeze_runs", &details->freeze);
  po_json_int (out, "decode_errors", details->errors);
  po_json_times (out, "decode_error_times_ns", details->error_times_ns);
}

void po_clip_add_json (const PoClip *self, GString *out) {
  static const gchar *const kinds[] = {"video", "still", "audio"};
  const PoMediaFacts *facts = self->facts;
  po_json_string (out, "path", facts->path);
  po_json_string (out, "kind", facts->problem == NULL ? kinds[facts->kind] : NULL);
  po_json_int (out, "duration_ns", facts->duration_ns);
  po_json_int (out, "frames", facts->frames);
  add_mark (out, "som", &facts->som, facts->rate, self->house);
  add_mark (out, "eom", &facts->eom, facts->rate, self->house);
  add_picture (out, facts, self->details);
  add_sound (out, facts, self->details);
  add_tracks (out, &self->sound);
  add_places (out, self->details);
  po_json_int (out, "size_bytes", facts->size_bytes);
  add_text (out, "sha256", facts->sha256);
  g_autofree gchar *problem = po_text_recall (facts->problem);
  add_text (out, "problem", problem);
}
