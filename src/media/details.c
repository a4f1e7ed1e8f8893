// SPDX-License-Identifier: GPL-3.0-or-later
// Read by cJSON: a library of 10,000 clips is read at every start, for which json-glib takes six times as long.
#include "media/details.h"

#include <cjson/cJSON.h>
#include <math.h>
#include <string.h>

// The last member @name of @object, or NULL.
static const cJSON *member (const cJSON *object, const gchar *name) {
  const cJSON *found = NULL, *one = NULL;
  cJSON_ArrayForEach (one, object) if (*one->string == *name && strcmp (one->string, name) == 0) found = one;
  return found;
}

static const cJSON *array (const cJSON *object, const gchar *name) {
  const cJSON *found = member (object, name);
  return cJSON_IsArray (found) ? found : NULL;
}

static gint64 to_int (const cJSON *node) {
  return cJSON_IsNumber (node) ? (gint64)CLAMP (node->valuedouble, -9e18, 9e18) : 0;
}

static gint64 read_int (const cJSON *object, const gchar *name) {
  return to_int (member (object, name));
}

static gdouble read_double (const cJSON *object, const gchar *name) {
  const cJSON *node = member (object, name);
  return cJSON_IsNumber (node) ? node->valuedouble : NAN;
}

static const gchar *read_text (const cJSON *object, const gchar *name) {
  return cJSON_GetStringValue (member (object, name));
}

// Of [[from, to], …]. (transfer full)
static GArray *read_list (const cJSON *list) {
  GArray *runs = g_array_new (FALSE, FALSE, sizeof (PoMediaRun));
  const cJSON *pair = NULL;
  cJSON_ArrayForEach (pair, list) {
    const PoMediaRun run = {to_int (cJSON_GetArrayItem (pair, 0)), to_int (cJSON_GetArrayItem (pair, 1))};
    if (cJSON_IsArray (pair) && run.to_ns > run.from_ns)
      g_array_append_val (runs, run);
  }
  return runs;
}

static PoMediaRuns read_runs (const cJSON *object, const gchar *name) {
  const cJSON *runs = member (object, name);
  if (!cJSON_IsObject (runs))
    return (PoMediaRuns){.list = read_list (NULL)};
  return (PoMediaRuns){.head_ns = read_int (runs, "head_ns"),
                       .tail_ns = read_int (runs, "tail_ns"),
                       .longest_ns = read_int (runs, "longest_ns"),
                       .count = read_int (runs, "count"),
                       .list = read_list (array (runs, "runs"))};
}

static GArray *read_times (const cJSON *object, const gchar *name) {
  GArray *times = g_array_new (FALSE, FALSE, sizeof (gint64));
  const cJSON *list = array (object, name), *one = NULL;
  cJSON_ArrayForEach (one, list) {
    const gint64 at_ns = to_int (one);
    if (cJSON_IsNumber (one))
      g_array_append_val (times, at_ns);
  }
  return times;
}

static PoFieldOrder read_fields (const cJSON *object, const gchar *name) {
  return po_field_order_from_string (read_text (object, name));
}

static void add_track (GPtrArray *list, const cJSON *object) {
  PoMediaTrack *track = g_new0 (PoMediaTrack, 1);
  track->language = g_strdup (read_text (object, "language"));
  track->channels = (gint)CLAMP (read_int (object, "channels"), 0, G_MAXINT);
  track->loudness_lufs = read_double (object, "loudness_lufs");
  track->range_lu = read_double (object, "loudness_range_lu");
  track->true_peak_dbtp = read_double (object, "true_peak_dbtp");
  g_ptr_array_add (list, track);
}

static void read_tracks (GPtrArray *list, const cJSON *object) {
  const cJSON *tracks = array (object, "tracks"), *one = NULL;
  cJSON_ArrayForEach (one, tracks) if (cJSON_IsObject (one)) add_track (list, one);
  // An index of before tracks were told apart knows the first one; what is mixed down was not measured as it airs.
  if (tracks == NULL && read_int (object, "channels") <= 2 && cJSON_IsTrue (member (object, "has_audio")))
    add_track (list, object);
}

static void read_all (PoMediaDetails *self, const cJSON *object) {
  self->known = member (object, "true_peak_dbtp") != NULL;
  self->container = g_strdup (read_text (object, "container"));
  self->video_codec = g_strdup (read_text (object, "video_codec"));
  self->audio_codec = g_strdup (read_text (object, "audio_codec"));
  self->channels = (gint)CLAMP (read_int (object, "channels"), 0, G_MAXINT);
  self->rotation = (gint)CLAMP (read_int (object, "rotation"), 0, 359);
  self->fields = read_fields (object, "fields");
  self->fields_said = read_fields (object, "fields_said");
  self->cut = cJSON_IsTrue (member (object, "cut"));
  self->lacks_decoder = cJSON_IsTrue (member (object, "lacks_decoder"));
  self->joined = cJSON_IsTrue (member (object, "joined"));
  self->hdr = cJSON_IsTrue (member (object, "hdr"));
  self->audio_ns = read_int (object, "audio_ns");
  self->header_ns = read_int (object, "header_ns");
  self->loudness_lufs = read_double (object, "loudness_lufs");
  self->heard_lufs = self->loudness_lufs + (self->channels == 1 ? 10 * log10 (2) : 0);
  self->range_lu = read_double (object, "loudness_range_lu");
  self->true_peak_dbtp = read_double (object, "true_peak_dbtp");
  self->errors = read_int (object, "errors");
  self->missing_frames = read_int (object, "missing_frames");
  read_tracks (self->tracks, object);
}

PoMediaDetails *po_media_details_new (const PoMediaFacts *facts) {
  PoMediaDetails *self = g_new0 (PoMediaDetails, 1);
  cJSON *root = facts->probe != NULL && *facts->probe != '\0' ? cJSON_Parse (facts->probe) : NULL;
  const cJSON *object = cJSON_IsObject (root) ? root : NULL;
  self->loudness_lufs = self->heard_lufs = self->range_lu = self->true_peak_dbtp = NAN;
  self->tracks = po_media_tracks_new ();
  self->silence = read_runs (object, "silence");
  self->black = read_runs (object, "black");
  self->freeze = read_runs (object, "freeze");
  self->error_times_ns = read_times (object, "error_times_ns");
  if (object != NULL)
    read_all (self, object);
  cJSON_Delete (root);
  return self;
}

gboolean po_media_details_said_interlaced (const PoMediaDetails *self) {
  return self->fields_said != PO_FIELDS_AS_SAID;
}

gboolean po_media_details_interlaced (const PoMediaDetails *self) {
  return self->fields == PO_FIELDS_AS_SAID ? po_media_details_said_interlaced (self)
                                           : self->fields != PO_FIELDS_PROGRESSIVE;
}

PoFieldOrder po_media_details_air_fields (const PoMediaDetails *self) {
  const gboolean is_said = self->fields == self->fields_said ||
                           (self->fields == PO_FIELDS_PROGRESSIVE && !po_media_details_said_interlaced (self));
  return is_said ? PO_FIELDS_AS_SAID : self->fields;
}

void po_media_details_take_track (PoMediaDetails *self, const PoMediaTrack *track) {
  self->channels = track->channels;
  self->loudness_lufs = self->heard_lufs = track->loudness_lufs;
  self->range_lu = track->range_lu;
  self->true_peak_dbtp = track->true_peak_dbtp;
}

void po_media_details_free (PoMediaDetails *self) {
  if (self == NULL)
    return;
  g_free (self->container);
  g_free (self->video_codec);
  g_free (self->audio_codec);
  g_array_unref (self->silence.list);
  g_array_unref (self->black.list);
  g_array_unref (self->freeze.list);
  g_array_unref (self->error_times_ns);
  g_ptr_array_unref (self->tracks);
  g_free (self);
}
