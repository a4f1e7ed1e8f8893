// SPDX-License-Identifier: GPL-3.0-or-later
#include "player/text-tracks.h"

#include <gst/app/gstappsink.h>
#include <string.h>

#include "json/text.h"
#include "model/time.h"
#include "player/language.h"

#define MAX_TRACK_BYTES (512 * 1024) // of one track: hours of talk
#define MAX_TRACKS      16
#define FIELDS_BEFORE   2 // of a chunk of ASS: its number and layer
#define EVENTS          "[Events]\nFormat: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text\n"

typedef struct {
  gint64 from_ns, to_ns; // to: G_MAXINT64 = until the next one
  gchar *text;
} Cue;

typedef struct {
  GMutex lock; // of all below
  gboolean raw, has_begun, is_ass;
  gchar *language; // (nullable)
  gchar *header;   // (nullable) of ASS
  GArray *cues;    // Cue
  gsize bytes;
} TextTrack;

struct _PoTextTracks {
  GMutex lock;
  GPtrArray *list; // TextTrack; protected by lock
};

static void cue_clear (gpointer data) {
  g_free (((Cue *)data)->text);
}

static void track_free (gpointer data) {
  TextTrack *self = data;
  g_array_unref (self->cues);
  g_free (self->language);
  g_free (self->header);
  g_mutex_clear (&self->lock);
  g_free (self);
}

PoTextTracks *po_text_tracks_new (void) {
  PoTextTracks *self = g_new0 (PoTextTracks, 1);
  g_mutex_init (&self->lock);
  self->list = g_ptr_array_new_with_free_func (track_free);
  return self;
}

void po_text_tracks_free (PoTextTracks *self) {
  if (self == NULL)
    return;
  g_ptr_array_unref (self->list);
  g_mutex_clear (&self->lock);
  g_free (self);
}

static gchar *copy_text (GstBuffer *buffer) {
  GstMapInfo map;
  if (buffer == NULL || !gst_buffer_map (buffer, &map, GST_MAP_READ))
    return g_strdup ("");
  g_autofree gchar *text = g_strndup ((const gchar *)map.data, map.size);
  gst_buffer_unmap (buffer, &map);
  return g_utf8_make_valid (text, -1);
}

static void begin_locked (TextTrack *self, GstElement *sink, GstCaps *caps) {
  const GstStructure *structure = gst_caps_get_structure (caps, 0);
  const GValue *data = gst_structure_get_value (structure, "codec_data");
  self->has_begun = TRUE;
  self->is_ass = g_str_has_prefix (gst_structure_get_name (structure), "application/");
  g_autoptr (GstPad) pad = gst_element_get_static_pad (sink, "sink");
  self->language = po_language_of (pad);
  if (self->is_ass)
    self->header = data != NULL ? copy_text (gst_value_get_buffer (data)) : g_strdup ("");
}

static void take_locked (TextTrack *self, GstSample *sample) {
  GstBuffer *buffer = gst_sample_get_buffer (sample);
  guint64 at = GST_BUFFER_PTS (buffer);
  if (!self->raw)
    at = gst_segment_to_running_time (gst_sample_get_segment (sample), GST_FORMAT_TIME, at);
  if (!GST_CLOCK_TIME_IS_VALID (at) || self->bytes > MAX_TRACK_BYTES)
    return;
  Cue cue = {.from_ns = (gint64)at, .to_ns = G_MAXINT64, .text = copy_text (buffer)};
  if (GST_BUFFER_DURATION_IS_VALID (buffer))
    cue.to_ns = cue.from_ns + (gint64)GST_BUFFER_DURATION (buffer);
  self->bytes += strlen (cue.text) + sizeof cue;
  g_array_append_val (self->cues, cue);
}

static GstFlowReturn on_text (GstAppSink *sink, gpointer user_data) {
  TextTrack *self = user_data;
  g_autoptr (GstSample) sample = gst_app_sink_pull_sample (sink);
  if (sample == NULL)
    return GST_FLOW_EOS;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  if (!self->has_begun)
    begin_locked (self, GST_ELEMENT (sink), gst_sample_get_caps (sample));
  take_locked (self, sample);
  return GST_FLOW_OK;
}

GstElement *po_text_tracks_branch (PoTextTracks *self, gboolean raw) {
  static const GstAppSinkCallbacks callbacks = {.new_sample = on_text};
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  if (self->list->len == MAX_TRACKS)
    return NULL;
  TextTrack *track = g_new0 (TextTrack, 1);
  g_mutex_init (&track->lock);
  track->raw = raw;
  track->cues = g_array_new (FALSE, FALSE, sizeof (Cue));
  g_array_set_clear_func (track->cues, cue_clear);
  g_ptr_array_add (self->list, track);
  GstElement *sink = gst_element_factory_make ("appsink", NULL);
  g_object_set (sink, "sync", FALSE, "async", FALSE, "enable-last-sample", FALSE, NULL);
  gst_app_sink_set_callbacks (GST_APP_SINK (sink), (GstAppSinkCallbacks *)&callbacks, track, NULL);
  return sink;
}

// h:mm:ss and the fraction, which @digits is the unit of: 1000 or 100.
static void append_time (GString *out, gint64 time_ns, gchar point, gint64 unit) {
  const gint64 parts = MAX ((time_ns * unit + PO_NS_PER_SECOND / 2) / PO_NS_PER_SECOND, 0), seconds = parts / unit;
  g_string_append_printf (out, "%02" G_GINT64_FORMAT ":%02d:%02d%c%0*d", seconds / 3600, (gint)(seconds / 60 % 60),
                          (gint)(seconds % 60), point, unit == 100 ? 2 : 3, (gint)(parts % unit));
}

// An empty line would end a caption.
static void append_srt (GString *out, const Cue *cue, guint number, gint64 first_ns, gint64 until_ns) {
  g_auto (GStrv) lines = g_strsplit (cue->text, "\n", -1);
  g_string_append_printf (out, "%u\n", number);
  append_time (out, cue->from_ns - first_ns, ',', 1000);
  g_string_append (out, " --> ");
  append_time (out, until_ns - first_ns, ',', 1000);
  g_string_append_c (out, '\n');
  for (guint i = 0; lines[i] != NULL; i++)
    if (*g_strchomp (lines[i]) != '\0')
      g_string_append_printf (out, "%s\n", lines[i]);
  g_string_append_c (out, '\n');
}

// "number,layer,style,…,text" becomes a line of a script.
static void append_ass (GString *out, const Cue *cue, gint64 first_ns, gint64 until_ns) {
  g_auto (GStrv) fields = g_strsplit (cue->text, ",", FIELDS_BEFORE + 1);
  if (g_strv_length (fields) != FIELDS_BEFORE + 1)
    return;
  g_string_append_printf (out, "Dialogue: %s,", fields[1]);
  append_time (out, cue->from_ns - first_ns, '.', 100);
  g_string_append_c (out, ',');
  append_time (out, until_ns - first_ns, '.', 100);
  g_string_append_printf (out, ",%s\n", g_strdelimit (g_strchomp (fields[FIELDS_BEFORE]), "\r\n", ' '));
}

static gchar *write_script (const TextTrack *self, gint64 first_ns) {
  g_autoptr (GString) out = g_string_new (NULL);
  if (self->is_ass)
    g_string_append_printf (out, "%s\n%s", self->header, strstr (self->header, "[Events]") == NULL ? EVENTS : "");
  for (guint i = 0; i < self->cues->len; i++) {
    const Cue *cue = &g_array_index (self->cues, Cue, i);
    const gboolean is_last = i + 1 == self->cues->len;
    gint64 until_ns = cue->to_ns;
    if (until_ns == G_MAXINT64)
      until_ns = is_last ? cue->from_ns + 5 * PO_NS_PER_SECOND : g_array_index (self->cues, Cue, i + 1).from_ns;
    if (self->is_ass)
      append_ass (out, cue, first_ns, until_ns);
    else
      append_srt (out, cue, i + 1, first_ns, until_ns);
  }
  return g_string_free (g_steal_pointer (&out), FALSE);
}

void po_text_tracks_print (PoTextTracks *self, GString *out, gint64 first_ns) {
  po_json_begin (out, "subtitles", '[');
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  for (guint i = 0; i < self->list->len; i++) {
    TextTrack *track = self->list->pdata[i];
    po_json_begin (out, NULL, '{');
    g_mutex_lock (&track->lock);
    g_autofree gchar *script = track->bytes <= MAX_TRACK_BYTES ? write_script (track, first_ns) : g_strdup ("");
    po_json_string (out, "language", track->language);
    po_json_string (out, "format", track->is_ass ? "ass" : "srt");
    po_json_string (out, "script", script);
    g_mutex_unlock (&track->lock);
    po_json_end (out, '}');
  }
  po_json_end (out, ']');
}
