// SPDX-License-Identifier: GPL-3.0-or-later
// Probes around the decoder, and an ear on what libav says.
#include "player/damage.h"

#include <string.h>

#include "player/inner-pad.h"

#define N_INPUTS        256 // remembered: more than a decoder holds back
#define N_GAPS          8
#define BREAK_INPUTS    64  // so long after the stream broke a gap in the pictures is put down to that
#define TOLD_INPUTS     100 // before a loss it is told of, at most: tsdemux reads so many packets at once
#define DECODING_INPUTS 4   // in the works at once, at most: as many as a decoder has threads
#define SINGLE_PICTURE  1   // ns: of that one and no other
#define SUSPECT_INPUTS  256 // so long after a damaged picture a live source's holes are not its sender's wish
#define LOST_EVENT      "po-packets-lost"

/** Input: one coded picture that went into the decoder. */
typedef struct {
  GstClockTime pts;
  gboolean is_key;
} Input;

/** Span: what is damaged, by the clip's time stamps. */
typedef struct {
  GstClockTime from, until; // until NONE: the next key picture, which has not come yet
  GstClockTime last;        // picture that was damaged of itself
} Span;

typedef struct {
  gint64 first, until;
} Frames;

struct _PoDamage {
  GstClockTime longest;
  GMutex lock;
  // All protected by lock.
  Input inputs[N_INPUTS];
  guint64 n_inputs;
  guint64 broken_at; // n_inputs when the stream broke, at the latest; 0 = it did not
  guint64 harmed_at; // n_inputs when something was damaged; 0 = nothing was
  guint left_out;    // parts of the file that the demuxer could not read, and whose pictures are still to be missed
  PoDamageWay way;
  gboolean begins; // a break is due: after a seek, at a new segment
  GstClockTime last_out;
  GstClockTime clipped_at;   // the beginning of what is sought
  GstClockTime gaps[N_GAPS]; // between the last pictures that came out
  guint n_gaps;
  GArray *spans;  // Span, in order
  GArray *frames; // Frames, in order
};

static PoDamage *listening; // atomic

// ---- what is damaged; with the lock held ----

static GstClockTime next_key (const PoDamage *self, GstClockTime after) {
  GstClockTime found = GST_CLOCK_TIME_NONE;
  for (guint64 i = self->n_inputs > N_INPUTS ? self->n_inputs - N_INPUTS : 0; i < self->n_inputs; i++) {
    const Input *input = &self->inputs[i % N_INPUTS];
    if (input->is_key && input->pts != GST_CLOCK_TIME_NONE && input->pts > after && input->pts < found)
      found = input->pts;
  }
  return found;
}

static void add_span (PoDamage *self, GstClockTime from, GstClockTime until) {
  Span *last = self->spans->len > 0 ? &g_array_index (self->spans, Span, self->spans->len - 1) : NULL;
  if (last == NULL || last->until < from) {
    const Span span = {from, until, from};
    g_array_append_val (self->spans, span);
    return;
  }
  last->from = MIN (last->from, from);
  last->last = MAX (last->last, from);
  last->until = MAX (last->until, until); // NONE is the greatest
}

static void damage_from (PoDamage *self, GstClockTime from) {
  add_span (self, from, next_key (self, from));
}

static void close_spans (PoDamage *self, GstClockTime key) {
  for (guint i = 0; i < self->spans->len; i++) {
    Span *span = &g_array_index (self->spans, Span, i);
    if (span->until == GST_CLOCK_TIME_NONE && key > span->from)
      span->until = key;
  }
}

// ---- the decoder ----

static void note_input (PoDamage *self, GstBuffer *buffer) {
  const gboolean is_key = !GST_BUFFER_FLAG_IS_SET (buffer, GST_BUFFER_FLAG_DELTA_UNIT);
  const GstClockTime pts = GST_BUFFER_PTS (buffer);
  const gboolean broken = GST_BUFFER_IS_DISCONT (buffer) || GST_BUFFER_FLAG_IS_SET (buffer, GST_BUFFER_FLAG_CORRUPTED);
  self->inputs[self->n_inputs++ % N_INPUTS] = (Input){pts, is_key};
  if (broken && !self->begins) {
    self->broken_at = self->n_inputs;
    if ((self->way & PO_DAMAGE_LOSSY) && !is_key && pts != GST_CLOCK_TIME_NONE)
      damage_from (self, pts); // what it refers to may be lost
  }
  self->begins = FALSE;
  if (is_key && pts != GST_CLOCK_TIME_NONE)
    close_spans (self, pts);
}

static GstPadProbeReturn on_input (GstPad *pad, GstPadProbeInfo *info, gpointer user_data) {
  PoDamage *self = user_data;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  if (GST_IS_BUFFER (info->data)) {
    note_input (self, info->data);
    return GST_PAD_PROBE_OK;
  }
  const GstEventType type = GST_EVENT_TYPE (GST_PAD_PROBE_INFO_EVENT (info));
  if (gst_event_has_name (GST_PAD_PROBE_INFO_EVENT (info), LOST_EVENT))
    self->broken_at = self->n_inputs + TOLD_INPUTS;
  if (type == GST_EVENT_SEGMENT || type == GST_EVENT_FLUSH_STOP)
    self->begins = TRUE;
  if (type == GST_EVENT_FLUSH_STOP) {
    self->n_inputs = self->broken_at = self->harmed_at = 0;
    g_array_set_size (self->spans, 0);
    g_array_set_size (self->frames, 0);
  }
  return GST_PAD_PROBE_OK;
}

// The clip's pictures need not come evenly: of the last gaps the smallest. @ret_even: they all were like it.
static GstClockTime spacing (const PoDamage *self, gboolean *ret_even) {
  GstClockTime least = GST_CLOCK_TIME_NONE, greatest = 0;
  for (guint i = 0; i < MIN (self->n_gaps, N_GAPS); i++) {
    least = MIN (least, self->gaps[i]);
    greatest = MAX (greatest, self->gaps[i]);
  }
  *ret_even = self->n_gaps >= N_GAPS && greatest - least < least / 8;
  return least;
}

// Whether a picture is missing between two that came out @spaced apart as a rule: one that went in, or was lost before.
static gboolean is_missing (PoDamage *self, GstClockTime before, GstClockTime after, GstClockTime spaced) {
  if ((self->broken_at > 0 && self->n_inputs < self->broken_at + BREAK_INPUTS) || self->left_out > 0)
    return TRUE;
  for (guint64 i = self->n_inputs > N_INPUTS ? self->n_inputs - N_INPUTS : 0; i < self->n_inputs; i++) {
    const GstClockTime pts = self->inputs[i % N_INPUTS].pts;
    if (pts != GST_CLOCK_TIME_NONE && pts >= before + spaced / 2 && pts + spaced / 2 <= after)
      return TRUE;
  }
  return FALSE;
}

// Whether a hole in pictures that came evenly is damage, though nothing tells of it.
static gboolean is_suspect (const PoDamage *self) {
  const gboolean is_harmed = self->harmed_at > 0 && self->n_inputs < self->harmed_at + SUSPECT_INPUTS;
  return (self->way & PO_DAMAGE_LOSSY) && !(self->way & PO_DAMAGE_TOLD) && (is_harmed || !(self->way & PO_DAMAGE_LIVE));
}

static void note_output (PoDamage *self, GstBuffer *buffer) {
  const GstClockTime pts = GST_BUFFER_PTS (buffer), before = self->last_out;
  gboolean even = FALSE;
  const GstClockTime spaced = spacing (self, &even);
  if (pts == GST_CLOCK_TIME_NONE)
    return;
  self->last_out = pts == self->clipped_at ? GST_CLOCK_TIME_NONE : pts; // it may have begun before
  if (GST_BUFFER_FLAG_IS_SET (buffer, GST_BUFFER_FLAG_CORRUPTED)) {
    self->harmed_at = self->n_inputs;
    add_span (self, pts, pts + SINGLE_PICTURE);
  }
  if (before == GST_CLOCK_TIME_NONE || pts <= before)
    return;
  const gboolean is_hole = spaced != GST_CLOCK_TIME_NONE && pts - before > spaced * 3 / 2;
  const gboolean is_told = is_hole && is_missing (self, before, pts, spaced);
  if (is_told)
    self->harmed_at = self->n_inputs;
  if (is_told || (is_hole && even && is_suspect (self))) {
    self->broken_at = 0;
    self->left_out -= MIN (self->left_out, 1);
    damage_from (self, before + spaced);
    return;
  }
  self->gaps[self->n_gaps++ % N_GAPS] = pts - before;
}

static GstPadProbeReturn on_output (GstPad *pad, GstPadProbeInfo *info, gpointer user_data) {
  PoDamage *self = user_data;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  if (GST_IS_BUFFER (info->data)) {
    note_output (self, info->data);
    return GST_PAD_PROBE_OK;
  }
  const GstEventType type = GST_EVENT_TYPE (GST_PAD_PROBE_INFO_EVENT (info));
  if (type == GST_EVENT_SEGMENT) {
    const GstSegment *segment;
    gst_event_parse_segment (GST_PAD_PROBE_INFO_EVENT (info), &segment);
    self->clipped_at = segment->start;
  }
  if (type == GST_EVENT_SEGMENT || type == GST_EVENT_FLUSH_STOP)
    self->last_out = GST_CLOCK_TIME_NONE; // time stamps may jump
  return GST_PAD_PROBE_OK;
}

void po_damage_watch (PoDamage *self, GstPad *pad, PoDamageWay way) {
  const GstPadProbeType what =
      GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM | GST_PAD_PROBE_TYPE_EVENT_FLUSH;
  g_autoptr (GstPad) out = po_inner_pad (pad);
  g_autoptr (GstElement) decoder = out != NULL ? gst_pad_get_parent_element (out) : NULL;
  g_autoptr (GstPad) in = decoder != NULL ? gst_element_get_static_pad (decoder, "sink") : NULL;
  if (in == NULL)
    return;
  self->way = way;
  gst_pad_add_probe (in, what, on_input, self, NULL);
  gst_pad_add_probe (out, what, on_output, self, NULL);
}

// When what was made up of the pictures in the works begins, and when, at the latest, it is over: with a key picture
// that came after all that it may be. @may_be_key: it may be one itself.
static GstClockTime earliest_in_works (const PoDamage *self, gboolean may_be_key, GstClockTime *ret_until) {
  GstClockTime from = GST_CLOCK_TIME_NONE;
  *ret_until = GST_CLOCK_TIME_NONE;
  for (guint64 i = self->n_inputs > DECODING_INPUTS ? self->n_inputs - DECODING_INPUTS : 0; i < self->n_inputs; i++) {
    const Input *input = &self->inputs[i % N_INPUTS];
    const gboolean is_other = input->is_key && !may_be_key;
    *ret_until = is_other ? input->pts : GST_CLOCK_TIME_NONE;
    from = is_other ? from : MIN (from, input->pts);
  }
  return from;
}

// One of the pictures that went in last was made up, or made of what is not there. Of a stream that is broken off and
// begun again the decoder mixes up the time stamps: it may be any that has not come out yet, or what follows the break.
static void note_made_up (PoDamage *self, gboolean may_be_key) {
  GstClockTime until = GST_CLOCK_TIME_NONE, from = earliest_in_works (self, may_be_key, &until);
  if (from == GST_CLOCK_TIME_NONE)
    from = earliest_in_works (self, TRUE, &until);
  if (from == GST_CLOCK_TIME_NONE)
    return;
  self->harmed_at = self->n_inputs;
  if ((self->way & PO_DAMAGE_LIVE) && self->last_out != GST_CLOCK_TIME_NONE)
    from = MIN (from, self->last_out + SINGLE_PICTURE);
  add_span (self, from, until);
  const GstClockTime newest = self->inputs[(self->n_inputs - 1) % N_INPUTS].pts;
  if ((self->way & PO_DAMAGE_LIVE) && newest != GST_CLOCK_TIME_NONE && newest > from + self->longest)
    add_span (self, newest, GST_CLOCK_TIME_NONE);
}

// "concealing … errors in P frame": no key picture is of that kind, nor of the third. It matters where the decoder is
// slow to say so, and the next one has gone in meanwhile.
static gboolean may_be_of_key (const PoDamage *self, const gchar *text) {
  return (self->way & PO_DAMAGE_LIVE) ||
         (strstr (text, " errors in P frame") == NULL && strstr (text, " errors in B frame") == NULL);
}

// What is said of a picture that comes out all the same, or of one that those after it are built on.
static gboolean is_of_made_up (const PoDamage *self, const gchar *text) {
  static const gchar *const of_lives[] = {"no frame!", "co located POCs unavailable", "reference picture missing",
                                          "Missing reference picture", "Could not find ref with POC"};
  if (strstr (text, "concealing ") != NULL)
    return TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (of_lives) && (self->way & PO_DAMAGE_LIVE); i++)
    if (strstr (text, of_lives[i]) != NULL)
      return TRUE;
  return FALSE;
}

// libav's decoders hide what they could not read, and matroskademux goes on with the next cluster; they say so in a
// line for each, and in no other way that comes through GStreamer (1.22).
static void on_log (GstDebugCategory *category, GstDebugLevel level, const gchar *file, const gchar *function,
                    gint line, GObject *object, GstDebugMessage *message, gpointer user_data) {
  PoDamage *self = g_atomic_pointer_get (&listening);
  const gchar *name = gst_debug_category_get_name (category);
  const gboolean is_libav = g_str_equal (name, "libav");
  if (self == NULL || (!is_libav && !g_str_equal (name, "matroskademux")))
    return;
  const gchar *text = gst_debug_message_get (message);
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  if (is_libav && is_of_made_up (self, text))
    note_made_up (self, may_be_of_key (self, text));
  else if (!is_libav && strstr (text, "parse error, trying next cluster") != NULL)
    self->left_out++;
}

static void listen (void) {
  static gsize once = 0;
  if (!g_once_init_enter (&once))
    return;
  if (g_getenv ("GST_DEBUG") == NULL)
    gst_debug_remove_log_function (gst_debug_log_default);
  gst_debug_add_log_function (on_log, NULL, NULL);
  gst_debug_set_threshold_for_name ("libav", GST_LEVEL_INFO);
  gst_debug_set_threshold_for_name ("matroskademux", GST_LEVEL_WARNING);
  g_once_init_leave (&once, 1);
}

// ---- life, and what it is asked ----

PoDamageWay po_damage_way (const gchar *container) {
  if (g_strcmp0 (container, "video/mpegts") == 0)
    return PO_DAMAGE_LOSSY | PO_DAMAGE_TOLD;
  return container != NULL && g_str_has_prefix (container, "video/mpeg") ? PO_DAMAGE_LOSSY : 0;
}

static gboolean tell_lost (GstElement *demuxer, GstPad *pad, gpointer user_data) {
  gst_pad_push_event (pad, gst_event_new_custom (GST_EVENT_CUSTOM_DOWNSTREAM, gst_structure_new_empty (LOST_EVENT)));
  return TRUE;
}

void po_damage_tell_lost (GstElement *demuxer) {
  gst_element_foreach_src_pad (demuxer, tell_lost, NULL);
}

PoDamage *po_damage_new (GstClockTime longest) {
  PoDamage *self = g_new0 (PoDamage, 1);
  self->longest = longest;
  g_mutex_init (&self->lock);
  self->begins = TRUE;
  self->last_out = self->clipped_at = GST_CLOCK_TIME_NONE;
  self->spans = g_array_new (FALSE, FALSE, sizeof (Span));
  self->frames = g_array_new (FALSE, FALSE, sizeof (Frames));
  listen ();
  g_atomic_pointer_set (&listening, self);
  return self;
}

void po_damage_free (PoDamage *self) {
  if (self == NULL)
    return;
  g_atomic_pointer_compare_and_exchange (&listening, self, NULL);
  g_array_unref (self->spans);
  g_array_unref (self->frames);
  g_mutex_clear (&self->lock);
  g_free (self);
}

static GstClockTime end_of (const PoDamage *self, const Span *span) {
  return MIN (span->until, span->last + self->longest);
}

GstClockTime po_damage_begins (PoDamage *self, GstClockTime pts, GstClockTime next) {
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  while (self->spans->len > 0 && end_of (self, &g_array_index (self->spans, Span, 0)) <= pts)
    g_array_remove_index (self->spans, 0);
  for (guint i = 0; i < self->spans->len; i++) {
    const Span *span = &g_array_index (self->spans, Span, i);
    if (span->from < next && end_of (self, span) > pts)
      return MAX (span->from, pts);
  }
  return next;
}

void po_damage_add_frames (PoDamage *self, gint64 first, gint64 until) {
  if (first >= until)
    return;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  Frames *last = self->frames->len > 0 ? &g_array_index (self->frames, Frames, self->frames->len - 1) : NULL;
  const Frames frames = {first, until};
  if (last != NULL && last->until == first)
    last->until = until;
  else
    g_array_append_val (self->frames, frames);
}

gint64 po_damage_intact_until (PoDamage *self, gint64 first, gint64 until) {
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  while (self->frames->len > 0 && g_array_index (self->frames, Frames, 0).until <= first)
    g_array_remove_index (self->frames, 0);
  return self->frames->len > 0 ? CLAMP (g_array_index (self->frames, Frames, 0).first, first, until) : until;
}
