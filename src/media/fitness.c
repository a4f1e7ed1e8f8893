// SPDX-License-Identifier: GPL-3.0-or-later
// A table of rules, each of which looks at one thing.
#include "media/fitness.h"

#include <math.h>
#include <string.h>

#include "model/recall.h"
#include "model/text.h"

#define MEASURE_LU   0.05 // measured to a tenth
#define HEADER_NS    (PO_NS_PER_SECOND / 4)
#define HEADER_SHARE 50 // a container's length is off by less than a fiftieth
#define ROUNDED      1  // picture that a container's rounded times seem to lack
#define SHORT_NS     (2 * PO_NS_PER_SECOND)
#define BLOCK_NS     (PO_NS_PER_SECOND / 2) // of sound, about: less has no loudness by EBU R 128
#define HEARD_DBTP   (-70.0)
#define UNEVEN_SHARE 10 // of the pictures, if missing without damage: they never were there

typedef struct {
  const PoMediaFacts *facts;
  const PoMediaDetails *details;
  const PoFitnessRules *rules;
  const PoFormat *format;
  PoFitness *fitness;
} Case;

const gchar *po_fitness_verdict_to_string (PoFitnessVerdict verdict) {
  static const gchar *const names[] = {"fit", "warn", "unfit"};
  return names[verdict];
}

static void reason_free (gpointer data) {
  PoFitnessReason *reason = data;
  g_free (reason->text);
  g_free (reason);
}

static G_GNUC_PRINTF (4, 5) void add (Case *c, PoFitnessVerdict verdict, const gchar *code, const gchar *format, ...) {
  PoFitnessReason *reason = g_new0 (PoFitnessReason, 1);
  va_list values;
  va_start (values, format);
  reason->text = g_strdup_vprintf (format, values);
  va_end (values);
  reason->verdict = verdict;
  reason->code = code;
  g_ptr_array_add (c->fitness->reasons, reason);
  c->fitness->verdict = MAX (c->fitness->verdict, verdict);
}

static gdouble seconds (gint64 length_ns) {
  return (gdouble)length_ns / PO_NS_PER_SECOND;
}

// Containers whose stated length is counted, not guessed from a bit rate.
static gboolean states_length (const gchar *container) {
  static const gchar *const names[] = {"video/quicktime", "video/x-matroska", "video/webm",  "video/x-msvideo",
                                       "video/x-flv",     "video/x-ms-asf",   "audio/x-wav", "audio/x-flac",
                                       "application/mxf", "application/gxf",  NULL};
  return container != NULL && g_strv_contains (names, container);
}

static void judge_whole (Case *c) {
  const gint64 header_ns = c->details->header_ns, found_ns = MAX (c->facts->duration_ns, c->details->audio_ns);
  if (c->facts->kind != PO_MEDIA_STILL && states_length (c->details->container) &&
      header_ns - found_ns > MAX (HEADER_NS, header_ns / HEADER_SHARE))
    add (c, PO_FITNESS_UNFIT, "truncated",
         _ ("it says that it lasts %.1f s and holds only %.1f s: it was not copied or written to its end; copy it "
            "again"),
         seconds (header_ns), seconds (found_ns));
  else if (c->details->cut && c->facts->kind == PO_MEDIA_STILL)
    add (c, PO_FITNESS_UNFIT, "truncated",
         _ ("it stops in the middle: it was not copied or written to its end; copy it again"));
  else if (c->details->cut)
    add (c, PO_FITNESS_UNFIT, "truncated",
         _ ("it stops in the middle, after %.1f s: it was not copied or written to its end; copy it again"),
         seconds (found_ns));
}

static void judge_joined (Case *c) {
  if (c->details->joined)
    add (c, PO_FITNESS_WARN, "joined",
         _ ("it is put together of several recordings whose times begin anew: a start in its middle comes late, and "
            "where they meet it may stand for a moment; encode it anew as one"));
}

static void judge_marks (Case *c) {
  const PoRate clip = c->facts->rate, house = c->format->rate;
  const gint64 som_ns = po_mark_to_ns (&c->facts->som, clip, house), end_ns = c->facts->duration_ns;
  if (c->facts->kind == PO_MEDIA_STILL || (!c->facts->som.set && !c->facts->eom.set))
    return;
  if (som_ns >= end_ns)
    add (c, PO_FITNESS_UNFIT, "marks", _ ("its mark in lies %.1f s behind its end: nothing of it airs; set it again"),
         seconds (som_ns - end_ns));
  else if (po_mark_to_ns (&c->facts->eom, clip, house) > end_ns)
    add (c, PO_FITNESS_WARN, "marks", _ ("its mark out lies behind its end, and it airs to its end; set it again"));
}

static gint64 first_error_ns (const PoMediaDetails *details) {
  return details->error_times_ns->len > 0 ? MAX (g_array_index (details->error_times_ns, gint64, 0), 0) : 0;
}

// Its pictures come now and then: some programs leave out those that are like the one before.
static gboolean is_uneven (const Case *c) {
  return c->facts->rate.fps_n == 0 || (c->details->errors == 0 && c->details->missing_frames * UNEVEN_SHARE >
                                                                      c->facts->frames + c->details->missing_frames);
}

static void judge_errors (Case *c) {
  if (c->details->errors > 0)
    add (c, PO_FITNESS_WARN, "decode-errors",
         _ ("%d places in it are damaged, the first one %.1f s from its start; encode it anew from the original"),
         (gint)MIN (c->details->errors, G_MAXINT), seconds (first_error_ns (c->details)));
  if (c->details->missing_frames > ROUNDED && !is_uneven (c))
    add (c, PO_FITNESS_WARN, "missing-pictures",
         _ ("%d pictures are missing in it, where the one before stays; encode it anew from the original"),
         (gint)MIN (c->details->missing_frames, G_MAXINT));
}

static void judge_streams (Case *c) {
  if (c->facts->kind == PO_MEDIA_VIDEO && !c->facts->has_audio && c->details->audio_codec != NULL) {
    add (c, PO_FITNESS_UNFIT, "sound-not-decodable",
         _ ("its sound (%s) cannot be decoded here; encode it anew, for example as AAC"), c->details->audio_codec);
    return;
  }
  if (c->facts->kind == PO_MEDIA_VIDEO && !c->facts->has_audio)
    add (c, PO_FITNESS_WARN, "no-sound", _ ("it has no sound; add a sound track, if it is meant to be heard"));
  if (c->facts->kind == PO_MEDIA_AUDIO)
    add (c, PO_FITNESS_WARN, "no-picture", _ ("it has no picture: a card is shown while it plays"));
  if (c->facts->kind == PO_MEDIA_VIDEO && c->facts->has_audio &&
      c->facts->duration_ns - c->details->audio_ns > SHORT_NS)
    add (c, PO_FITNESS_WARN, "sound-short", _ ("its sound ends %.1f s before its picture; check the export"),
         seconds (c->facts->duration_ns - c->details->audio_ns));
}

static void judge_sound_end (Case *c) {
  if (c->facts->kind == PO_MEDIA_VIDEO && c->details->audio_ns - c->facts->duration_ns > SHORT_NS)
    add (c, PO_FITNESS_WARN, "sound-long",
         _ ("its sound goes on %.1f s after its picture and is cut; check the export"),
         seconds (c->details->audio_ns - c->facts->duration_ns));
}

static void judge_rate (Case *c) {
  const PoRate rate = c->facts->rate, house = c->format->rate;
  if (c->facts->kind != PO_MEDIA_VIDEO || c->facts->frames < 2)
    return;
  if (is_uneven (c))
    add (c, PO_FITNESS_WARN, "variable-rate",
         _ ("its pictures come at a changing rate, which moves unevenly on air; export it at a constant %.5g a second"),
         (gdouble)house.fps_n / house.fps_d);
  else if ((gint64)rate.fps_n * house.fps_d != (gint64)house.fps_n * rate.fps_d)
    add (c, PO_FITNESS_WARN, "rate-conversion",
         _ ("%.5g pictures a second become %.5g on air, some shown twice or left out; export it at %.5g"),
         (gdouble)rate.fps_n / rate.fps_d, (gdouble)house.fps_n / house.fps_d, (gdouble)house.fps_n / house.fps_d);
}

// What the pictures are is what counts on air.
static void judge_fields (Case *c) {
  const PoFieldOrder air = po_media_details_air_fields (c->details);
  if (c->facts->kind != PO_MEDIA_VIDEO || air == PO_FIELDS_AS_SAID)
    return;
  if (air == PO_FIELDS_PROGRESSIVE)
    add (c, PO_FITNESS_WARN, "fields-said",
         _ ("it says that it is interlaced, and its pictures are progressive: they air whole; export it as "
            "progressive"));
  else if (po_media_details_said_interlaced (c->details))
    add (c, PO_FITNESS_WARN, "field-order",
         _ ("it names the wrong one of its two fields as the first: it airs in the right order; export it again with "
            "the right field order"));
  else
    add (c, PO_FITNESS_WARN, "fields-unsaid",
         _ ("its pictures are interlaced, and it does not say so: it is deinterlaced on air; export it as interlaced, "
            "or deinterlaced"));
}

static void judge_range (Case *c) {
  if (c->details->hdr)
    add (c, PO_FITNESS_WARN, "hdr",
         _ ("its pictures are HDR, as newer telephones record them: on air their brightness and colours are wrong; "
            "export it as SDR (BT.709)"));
}

static void judge_aspect (Case *c) {
  const gint width = c->facts->width, height = c->facts->height;
  if (c->facts->kind == PO_MEDIA_AUDIO || width <= 0 || height <= 0)
    return;
  const gdouble shape = (gdouble)width / height, screen = (gdouble)c->format->width / c->format->height;
  const gdouble empty = 100 * (1 - fmin (shape, screen) / fmax (shape, screen));
  if (empty <= (gdouble)c->rules->aspect_percent)
    return;
  if (shape < screen)
    add (c, PO_FITNESS_WARN, "aspect-narrow",
         _ ("%dx%d leaves black bars left and right over %.0f %% of the screen; frame it for %dx%d"), width, height,
         empty, c->format->width, c->format->height);
  else
    add (c, PO_FITNESS_WARN, "aspect-wide",
         _ ("%dx%d leaves black bars above and below over %.0f %% of the screen; frame it for %dx%d"), width, height,
         empty, c->format->width, c->format->height);
}

static void judge_loudness (Case *c) {
  const gdouble found = c->details->heard_lufs, target = (gdouble)c->rules->loudness_lufs;
  const gdouble tolerance = (gdouble)c->rules->loudness_tolerance_lu;
  if (c->facts->has_audio && isnan (found) && c->details->audio_ns < BLOCK_NS &&
      c->details->true_peak_dbtp > HEARD_DBTP) {
    add (c, PO_FITNESS_WARN, "sound-brief",
         _ ("its sound is too short for its loudness to be measured, and airs as loud as it is; export it at the right "
            "level"));
    return;
  }
  if (c->facts->has_audio && isnan (found)) {
    add (c, PO_FITNESS_WARN, "silent", _ ("its sound is silent throughout; check that the right track was exported"));
    return;
  }
  if (found > target + tolerance + MEASURE_LU)
    add (c, PO_FITNESS_WARN, "too-loud",
         _ ("its loudness is %.1f LUFS, where %.0f ± %.0f is wanted; lower it by %.1f dB"), found, target, tolerance,
         found - target);
  else if (found < target - tolerance - MEASURE_LU)
    add (c, PO_FITNESS_WARN, "too-quiet",
         _ ("its loudness is %.1f LUFS, where %.0f ± %.0f is wanted; raise it by %.1f dB"), found, target, tolerance,
         target - found);
}

static void judge_peak (Case *c) {
  const gdouble found = c->details->true_peak_dbtp, most = (gdouble)c->rules->true_peak_dbtp;
  if (found > most + MEASURE_LU)
    add (c, PO_FITNESS_WARN, "true-peak",
         _ ("its true peak is %.1f dBTP, where at most %.0f is wanted; use a true-peak limiter set to %.0f dBTP"),
         found, most, most);
}

static void judge_ends (Case *c) {
  const PoMediaRuns *silence = &c->details->silence, *black = &c->details->black;
  const gint64 silence_ns = c->rules->silence_ms * PO_NS_PER_MS, black_ns = c->rules->black_ms * PO_NS_PER_MS;
  const gboolean heard = !isnan (c->details->loudness_lufs);
  if (heard && silence->head_ns > silence_ns)
    add (c, PO_FITNESS_WARN, "silence-head", _ ("it begins with %.1f s of silence; trim its start"),
         seconds (silence->head_ns));
  if (heard && silence->tail_ns > silence_ns)
    add (c, PO_FITNESS_WARN, "silence-tail", _ ("it ends with %.1f s of silence; trim its end"),
         seconds (silence->tail_ns));
  if (black->head_ns > black_ns)
    add (c, PO_FITNESS_WARN, "black-head", _ ("it begins with %.1f s of black; trim its start"),
         seconds (black->head_ns));
  if (black->tail_ns > black_ns)
    add (c, PO_FITNESS_WARN, "black-tail", _ ("it ends with %.1f s of black; trim its end"), seconds (black->tail_ns));
  if (c->facts->kind == PO_MEDIA_VIDEO && c->details->freeze.longest_ns > c->rules->freeze_ms * PO_NS_PER_MS)
    add (c, PO_FITNESS_WARN, "freeze", _ ("its picture stands still for %.1f s; check that this is meant"),
         seconds (c->details->freeze.longest_ns));
}

static void (*const judges[]) (Case *) = {judge_whole,     judge_joined, judge_marks,  judge_errors, judge_streams,
                                          judge_sound_end, judge_rate,   judge_fields, judge_range,  judge_aspect,
                                          judge_loudness,  judge_peak,   judge_ends};

PoFitness *po_fitness_judge (const PoMediaFacts *facts, const PoMediaDetails *details, const PoFitnessRules *rules,
                             const PoFormat *format) {
  PoFitness *self = g_new0 (PoFitness, 1);
  Case c = {facts, details, rules, format, self};
  self->reasons = g_ptr_array_new_with_free_func (reason_free);
  g_autofree gchar *problem = po_text_recall (facts->problem);
  if (problem != NULL)
    add (&c, PO_FITNESS_UNFIT, "not-decodable", "%s", problem);
  else if (!details->known)
    add (&c, PO_FITNESS_WARN, "not-measured", _ ("its sound and picture have not been measured yet"));
  for (guint i = 0; facts->problem == NULL && details->known && i < G_N_ELEMENTS (judges); i++)
    judges[i](&c);
  return self;
}

void po_fitness_judge_level (PoFitness *self, const PoLevel *level, const PoLevelRules *rules) {
  Case c = {.fitness = self};
  if (level->kind == PO_LEVEL_CAPPED)
    add (&c, PO_FITNESS_WARN, "level-capped",
         _ ("on air it is raised by %.0f dB and no more, and stays below %.0f LUFS; export it louder, or raise "
            "max-gain-db of [sound]"),
         (gdouble)rules->max_gain_db, (gdouble)rules->loudness_lufs);
  if (level->kind == PO_LEVEL_LIMITED)
    add (&c, PO_FITNESS_WARN, "level-limited",
         _ ("at %.0f LUFS its peaks would pass the ceiling by %.1f dB: they are limited on air, and it may come out up "
            "to as much below; export it with less difference between soft and loud"),
         (gdouble)rules->loudness_lufs, level->excess_db);
}

void po_fitness_free (PoFitness *self) {
  if (self == NULL)
    return;
  g_ptr_array_unref (self->reasons);
  g_free (self);
}
