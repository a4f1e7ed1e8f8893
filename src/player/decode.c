// SPDX-License-Identifier: GPL-3.0-or-later
// uridecodebin and its pads.
#include "player/decode.h"

#include <string.h>
#include <unistd.h>

#include <glib/gi18n-lib.h>

#include "player/clip-source.h"
#include "player/mend.h"
#include "player/pair.h"

#define WATCH_INTERVAL_MS   400
#define MAX_DECODER_THREADS 4 // each holds pictures; a player shares the machine
#define FLACDEC_CHANNELS    6
#define PROGRAM_STREAM_NS   (5 * G_GINT64_CONSTANT (1000000000))
#define JOIN_NS             (G_GINT64_CONSTANT (500000000)) // as long as a picture may stand that is cut by a join

enum { AUTOPLUG_TRY = 0, AUTOPLUG_SKIP = 2 }; // of decodebin, which has no header

struct _PoDecode {
  GstElement *pipeline;
  PoDecodeBranchFunc branch;
  PoDecodeKnownFunc known;
  PoDecodeStalledFunc stalled;
  PoDecodeTextFunc text; // (nullable)
  gpointer user_data;
  guint watch;                           // source id; main thread
  gboolean suspect;                      // likewise: nothing ran at the last look
  gint has_picture, has_sound, is_known; // atomic
  gint spare_fd;                         // -1 = none
  const guint32 *moved;                  // (nullable) atomic: the spare is read from now on
  gint sound_index;                      // -1 = whichever comes first; before data flows
  GPtrArray *sounds;                     // GstPad, that wait for their turn to be chosen; the streaming thread's
  const gchar *container;                // interned, atomic
  const gchar *codecs[2];                // of sound and picture; likewise
};

static void discard (PoDecode *self, GstPad *pad) {
  GstElement *sink = gst_element_factory_make ("fakesink", NULL);
  g_object_set (sink, "sync", FALSE, "async", FALSE, "enable-last-sample", FALSE, NULL);
  gst_bin_add (GST_BIN (self->pipeline), sink);
  g_autoptr (GstPad) target = gst_element_get_static_pad (sink, "sink");
  gst_pad_link (pad, target);
  gst_element_sync_state_with_parent (sink);
}

static gboolean attach_bin (PoDecode *self, GstPad *pad, GstElement *bin, GstPadLinkCheck checks) {
  if (bin == NULL)
    return FALSE;
  gst_bin_add (GST_BIN (self->pipeline), bin);
  g_autoptr (GstPad) target = gst_element_get_static_pad (bin, "sink");
  gst_element_sync_state_with_parent (bin);
  return gst_pad_link_full (pad, target, checks) == GST_PAD_LINK_OK;
}

// The branches take whatever is raw; asking each of their elements whether it does would take 3 ms.
static gboolean attach (PoDecode *self, GstPad *pad, gboolean is_picture) {
  return attach_bin (self, pad, self->branch (self, pad, is_picture, self->user_data), GST_PAD_LINK_CHECK_NOTHING);
}

static gboolean is_script (const gchar *name) {
  return g_str_equal (name, "application/x-ass") || g_str_equal (name, "application/x-ssa");
}

static gboolean is_text (const gchar *name) {
  return g_str_has_prefix (name, "text/x-raw") || is_script (name);
}

static void on_pad_added (GstElement *source, GstPad *pad, gpointer user_data) {
  PoDecode *self = user_data;
  g_autoptr (GstCaps) caps = gst_pad_get_current_caps (pad);
  if (caps == NULL)
    caps = gst_pad_query_caps (pad, NULL);
  const gchar *name = gst_caps_is_empty (caps) || gst_caps_is_any (caps)
                          ? ""
                          : gst_structure_get_name (gst_caps_get_structure (caps, 0));
  const gboolean is_picture = g_str_has_prefix (name, "video/x-raw");
  const gboolean is_sound = g_str_has_prefix (name, "audio/x-raw");
  if (is_text (name) && self->text != NULL &&
      attach_bin (self, pad, self->text (self, pad, self->user_data), GST_PAD_LINK_CHECK_DEFAULT))
    return;
  if (is_sound && self->sound_index >= 0 && !g_atomic_int_get (&self->is_known)) {
    g_ptr_array_add (self->sounds, gst_object_ref (pad));
    return;
  }
  gint *seen = is_picture ? &self->has_picture : &self->has_sound;
  if ((is_picture || is_sound) && g_atomic_int_compare_and_exchange (seen, 0, 1) && attach (self, pad, is_picture))
    return;
  discard (self, pad);
}

// The streams that make up the track which begins with stream @i: 2 where that is a left and the next its right, as in
// files of broadcasters and cameras.
static guint width_of_track (PoDecode *self, guint i) {
  const gchar *container = po_decode_container (self);
  const gboolean pairs = g_strcmp0 (container, "application/mxf") == 0 || g_strcmp0 (container, "video/quicktime") == 0;
  return pairs && i + 1 < self->sounds->len && po_pair_fits (self->sounds->pdata[i], self->sounds->pdata[i + 1]) ? 2
                                                                                                                 : 1;
}

static gboolean attach_pair (PoDecode *self, GstPad *left, GstPad *right) {
  GstElement *pair = po_pair_new ();
  gst_bin_add (GST_BIN (self->pipeline), pair);
  g_autoptr (GstPad) out = gst_element_get_static_pad (pair, "src");
  g_autoptr (GstPad) to_left = gst_element_get_static_pad (pair, "left");
  g_autoptr (GstPad) to_right = gst_element_get_static_pad (pair, "right");
  const gboolean attached =
      attach_bin (self, out, self->branch (self, left, FALSE, self->user_data), GST_PAD_LINK_CHECK_DEFAULT);
  gst_element_sync_state_with_parent (pair);
  return attached && gst_pad_link (left, to_left) == GST_PAD_LINK_OK &&
         gst_pad_link (right, to_right) == GST_PAD_LINK_OK;
}

static gboolean attach_track (PoDecode *self, guint i, guint width) {
  if (width == 2)
    return attach_pair (self, self->sounds->pdata[i], self->sounds->pdata[i + 1]);
  return attach (self, self->sounds->pdata[i], FALSE);
}

static guint count_tracks (PoDecode *self) {
  guint tracks = 0;
  for (guint i = 0; i < self->sounds->len; i += width_of_track (self, i))
    tracks++;
  return tracks;
}

// No data flows before all streams are known (decodebin 1.22), so that the wanted one can be chosen then.
static void choose_sounds (PoDecode *self) {
  const guint wanted = (guint)self->sound_index < count_tracks (self) ? (guint)self->sound_index : 0;
  guint width = 1;
  for (guint i = 0, track = 0; i < self->sounds->len; i += width, track++) {
    const gboolean want = track == wanted || self->sound_index == PO_DECODE_EVERY_SOUND;
    width = width_of_track (self, i);
    if (want && attach_track (self, i, width))
      g_atomic_int_set (&self->has_sound, TRUE);
    else
      for (guint k = i; k < i + width; k++)
        discard (self, self->sounds->pdata[k]);
  }
  g_ptr_array_set_size (self->sounds, 0);
}

static void on_no_more_pads (GstElement *source, gpointer user_data) {
  PoDecode *self = user_data;
  choose_sounds (self);
  g_atomic_int_set (&self->is_known, TRUE);
  self->known (self, g_atomic_int_get (&self->has_picture), g_atomic_int_get (&self->has_sound), self->user_data);
}

static void set_once (const gchar **word, const gchar *text) {
  const gchar *none = NULL;
  __atomic_compare_exchange_n (word, &none, g_intern_string (text), FALSE, __ATOMIC_RELEASE, __ATOMIC_RELAXED);
}

static void replace (const gchar **word, const gchar *old, const gchar *text) {
  const gchar *was = g_intern_string (old);
  __atomic_compare_exchange_n (word, &was, g_intern_string (text), FALSE, __ATOMIC_RELEASE, __ATOMIC_RELAXED);
}

// The caps that are no container's, in a short word; NULL: not a stream.
static const gchar *codec_word (const GstStructure *caps) {
  const gchar *name = gst_structure_get_name (caps);
  gint version = 0, layer = 0;
  gst_structure_get_int (caps, "mpegversion", &version);
  gst_structure_get_int (caps, "layer", &layer);
  if (g_str_equal (name, "video/mpeg"))
    return gst_structure_has_field_typed (caps, "systemstream", G_TYPE_BOOLEAN) && version < 4
               ? (gst_structure_has_field (caps, "parsed") ? (version == 1 ? "mpeg1video" : "mpeg2video") : NULL)
               : "mpeg4";
  if (g_str_equal (name, "audio/mpeg"))
    return version != 1 ? "aac" : layer == 3 ? "mp3" : "mp2";
  if (g_str_equal (name, "image/jpeg"))
    return "mjpeg";
  if (g_str_equal (name, "image/png"))
    return "png";
  if (g_str_equal (name, "video/x-h265"))
    return "hevc";
  if (g_str_equal (name, "audio/x-raw"))
    return "pcm";
  if (g_str_has_prefix (name, "audio/x-private1-")) // of a program stream
    return name + strlen ("audio/x-private1-");
  if (g_str_equal (name, "audio/x-private-ts-lpcm"))
    return "lpcm";
  return g_str_has_prefix (name, "video/x-") || g_str_has_prefix (name, "audio/x-") ? name + strlen ("video/x-") : NULL;
}

// Called first with what the whole file is; an image or Matroska deeper inside does not count.
static gboolean on_autoplug_continue (GstElement *source, GstPad *pad, GstCaps *caps, gpointer user_data) {
  PoDecode *self = user_data;
  const GstStructure *structure = gst_caps_get_structure (caps, 0);
  const gchar *name = gst_structure_get_name (structure);
  const gchar *codec = codec_word (structure);
  if (g_str_equal (name, "application/x-id3") || g_str_equal (name, "application/x-apetag"))
    return TRUE; // a wrapper for tags; what is inside comes next
  const gboolean is_whole = po_decode_container (self) == NULL;
  set_once (&self->container, name);
  if (codec != NULL && !is_whole)
    set_once (&self->codecs[!g_str_has_prefix (name, "audio/")], codec);
  if (g_strcmp0 (codec, "ac3") == 0) // as its parser found; a transport stream calls both by one number
    replace (&self->codecs[0], "eac3", codec);
  return self->text == NULL || !is_script (name); // with its styles, not decoded to bare words
}

// aacparse (1.22) loses frames of LOAS; there is a parser of our own. Of more than six channels flacdec (1.22) takes
// some for others; libav's decoder knows them.
static gint on_autoplug_select (GstElement *source, GstPad *pad, GstCaps *caps, GstElementFactory *factory,
                                gpointer user_data) {
  const GstStructure *structure = gst_caps_get_structure (caps, 0);
  const gchar *name = GST_OBJECT_NAME (factory);
  const gboolean is_loas = g_strcmp0 (gst_structure_get_string (structure, "stream-format"), "loas") == 0;
  gint channels = 0;
  gst_structure_get_int (structure, "channels", &channels);
  const gboolean is_wrong =
      (is_loas && g_str_equal (name, "aacparse")) || (channels > FLACDEC_CHANNELS && g_str_equal (name, "flacdec"));
  return is_wrong ? AUTOPLUG_SKIP : AUTOPLUG_TRY;
}

static void on_deep_element_added (GstBin *bin, GstBin *sub_bin, GstElement *element, gpointer user_data) {
  const PoDecode *self = user_data;
  GObjectClass *klass = G_OBJECT_GET_CLASS (element);
  po_mend_element (element);
  if (PO_IS_CLIP_SOURCE (element))
    po_clip_source_set_spare (PO_CLIP_SOURCE (element), self->spare_fd, self->moved);
  const GParamSpec *threads = g_object_class_find_property (klass, "max-threads");
  if (threads != NULL && threads->value_type == G_TYPE_INT)
    g_object_set (element, "max-threads", (gint)MIN (g_get_num_processors (), MAX_DECODER_THREADS), NULL);
  // A corrupt stretch is shown as far as it decodes; the source ends at its end.
  if (g_object_class_find_property (klass, "max-errors") != NULL)
    g_object_set (element, "max-errors", -1, NULL);
}

PoDecode *po_decode_new (const gchar *uri, PoDecodeBranchFunc branch, PoDecodeKnownFunc known, gpointer user_data) {
  PoDecode *self = g_new0 (PoDecode, 1);
  self->branch = branch;
  self->known = known;
  self->user_data = user_data;
  self->sound_index = self->spare_fd = -1;
  self->sounds = g_ptr_array_new_with_free_func (gst_object_unref);
  self->pipeline = gst_object_ref_sink (gst_pipeline_new (NULL));
  GstElement *source = gst_element_factory_make ("uridecodebin", NULL);
  g_object_set (source, "uri", uri, NULL);
  g_signal_connect (source, "pad-added", G_CALLBACK (on_pad_added), self);
  g_signal_connect (source, "no-more-pads", G_CALLBACK (on_no_more_pads), self);
  g_signal_connect (source, "autoplug-continue", G_CALLBACK (on_autoplug_continue), self);
  g_signal_connect (source, "autoplug-select", G_CALLBACK (on_autoplug_select), self);
  g_signal_connect (self->pipeline, "deep-element-added", G_CALLBACK (on_deep_element_added), self);
  gst_bin_add (GST_BIN (self->pipeline), source);
  return self;
}

static gboolean has_running_task (GstElement *element) {
  g_autoptr (GstIterator) pads = gst_element_iterate_pads (element);
  g_auto (GValue) item = G_VALUE_INIT;
  gboolean running = FALSE;
  while (!running && gst_iterator_next (pads, &item) == GST_ITERATOR_OK) {
    GstPad *pad = g_value_get_object (&item);
    GST_OBJECT_LOCK (pad);
    running = GST_PAD_TASK (pad) != NULL && gst_task_get_state (GST_PAD_TASK (pad)) == GST_TASK_STARTED;
    GST_OBJECT_UNLOCK (pad);
    g_value_reset (&item);
  }
  return running;
}

static gboolean is_anything_running (PoDecode *self) {
  g_autoptr (GstIterator) elements = gst_bin_iterate_recurse (GST_BIN (self->pipeline));
  g_auto (GValue) item = G_VALUE_INIT;
  gboolean running = FALSE;
  GstIteratorResult result = GST_ITERATOR_OK;
  while (!running && (result = gst_iterator_next (elements, &item)) == GST_ITERATOR_OK) {
    running = has_running_task (g_value_get_object (&item));
    g_value_reset (&item);
  }
  return running || result == GST_ITERATOR_RESYNC; // it is changing: alive
}

// Twice in a row, since between one element's end and the next one's start nothing runs for a moment.
static gboolean on_watch (gpointer user_data) {
  PoDecode *self = user_data;
  const gboolean known = g_atomic_int_get (&self->is_known);
  const gboolean idle = !known && !is_anything_running (self);
  if (idle && self->suspect)
    self->stalled (self, self->user_data);
  if (known || (idle && self->suspect)) {
    self->watch = 0;
    return G_SOURCE_REMOVE;
  }
  self->suspect = idle;
  return G_SOURCE_CONTINUE;
}

void po_decode_watch (PoDecode *self, PoDecodeStalledFunc stalled) {
  self->stalled = stalled;
  self->watch = g_timeout_add (WATCH_INTERVAL_MS, on_watch, self);
}

void po_decode_run (PoDecode *self, GMainLoop *loop, GstState state, gint timeout_ms, const PoDecodeEvents *events) {
  gst_pipeline_use_clock (GST_PIPELINE (self->pipeline), NULL);
  g_autoptr (GstBus) bus = gst_element_get_bus (self->pipeline);
  gst_bus_add_watch (bus, events->bus, self->user_data);
  g_timeout_add ((guint)MAX (timeout_ms, 1), events->timeout, self->user_data);
  po_decode_watch (self, events->stalled);
  gst_element_set_state (self->pipeline, state);
  g_main_loop_run (loop);
}

void po_decode_free (PoDecode *self) {
  if (self == NULL)
    return;
  if (self->watch != 0)
    g_source_remove (self->watch);
  gst_element_set_state (self->pipeline, GST_STATE_NULL);
  gst_object_unref (self->pipeline);
  g_ptr_array_unref (self->sounds);
  g_free (self);
}

void po_decode_set_text (PoDecode *self, PoDecodeTextFunc text) {
  self->text = text;
}

void po_decode_set_sound (PoDecode *self, gint index) {
  self->sound_index = index;
}

void po_decode_set_spare (PoDecode *self, gint spare_fd, const guint32 *moved) {
  self->spare_fd = spare_fd;
  self->moved = moved;
}

GstElement *po_decode_pipeline (PoDecode *self) {
  return self->pipeline;
}

const gchar *po_decode_container (PoDecode *self) {
  return __atomic_load_n (&self->container, __ATOMIC_ACQUIRE);
}

const gchar *po_decode_codec (PoDecode *self, gboolean is_picture) {
  return __atomic_load_n (&self->codecs[is_picture ? 1 : 0], __ATOMIC_ACQUIRE);
}

gchar *po_decode_explain (PoDecode *self, const GError *error) {
  const gchar *what = po_decode_codec (self, TRUE);
  if (what == NULL)
    what = po_decode_codec (self, FALSE);
  if (what == NULL)
    what = po_decode_container (self);
  if (what == NULL || (!g_error_matches (error, GST_CORE_ERROR, GST_CORE_ERROR_MISSING_PLUGIN) &&
                       !g_error_matches (error, GST_STREAM_ERROR, GST_STREAM_ERROR_CODEC_NOT_FOUND)))
    return g_strdup (error->message);
  return g_strdup_printf (_ ("there is no decoder here for %s; encode it anew, such as H.264 and AAC in MP4"), what);
}

gboolean po_decode_is_image (PoDecode *self) {
  const gchar *container = po_decode_container (self);
  return container != NULL && g_str_has_prefix (container, "image/");
}

gboolean po_decode_is_matroska (PoDecode *self) {
  const gchar *container = po_decode_container (self);
  return container != NULL && (g_str_equal (container, "video/x-matroska") || g_str_equal (container, "video/webm") ||
                               g_str_equal (container, "audio/x-matroska") || g_str_equal (container, "audio/webm"));
}

// Demuxers (1.22) that a seek hangs, breaks or takes elsewhere: read from the beginning, late but right.
static gboolean seeks_badly (const gchar *container) {
  static const gchar *const names[] = {"application/gxf",
                                       "application/vnd.rn-realmedia",
                                       "application/x-gst-av-nut",
                                       "application/x-yuv4mpeg",
                                       "video/x-ivf",
                                       NULL};
  return container != NULL && g_strv_contains (names, container);
}

gint64 po_decode_seek_margin_ns (PoDecode *self) {
  const gchar *container = po_decode_container (self), *codec = po_decode_codec (self, TRUE);
  if (seeks_badly (container))
    return G_MAXINT64;
  if (g_strcmp0 (container, "video/mpeg") == 0)
    return PROGRAM_STREAM_NS;
  return g_strcmp0 (container, "video/mpegts") == 0 && g_strcmp0 (codec, "hevc") == 0 ? PO_LONGEST_GROUP_NS : JOIN_NS;
}
