// SPDX-License-Identifier: GPL-3.0-or-later
// AVI, MXF, MPEG program streams, decoders of libav; the others have files of their own.
#include "player/mend.h"

#include <string.h>

#include "player/caps-event.h"
#include "player/mend-end.h"
#include "player/mend-image.h"
#include "player/mend-lpcm.h"
#include "player/mend-movie.h"
#include "player/mend-sound.h"
#include "player/mend-stream.h"

// AVI knows only the order of decoding; avidemux (1.22) takes it for the order of showing at each key picture, so that
// with B pictures two fall together there. The decoder counts on by itself where it is told nothing.
static GstPadProbeReturn on_avi_picture (GstPad *pad, GstPadProbeInfo *info, gpointer user_data) {
  GstBuffer *buffer = GST_PAD_PROBE_INFO_BUFFER (info);
  if (GST_BUFFER_IS_DISCONT (buffer) || !GST_BUFFER_PTS_IS_VALID (buffer))
    return GST_PAD_PROBE_OK;
  buffer = gst_buffer_make_writable (buffer);
  GST_BUFFER_PTS (buffer) = GST_CLOCK_TIME_NONE;
  GST_PAD_PROBE_INFO_DATA (info) = buffer;
  return GST_PAD_PROBE_OK;
}

// Where no shape of pixels is given it can say one below nothing, which no converter takes.
static void mend_avi_shape (GstPad *pad, GstCaps *caps) {
  gint n = 1, d = 1;
  if (!gst_structure_get_fraction (gst_caps_get_structure (caps, 0), "pixel-aspect-ratio", &n, &d) || (n > 0 && d > 0))
    return;
  g_autoptr (GstCaps) mended = gst_caps_copy (caps);
  gst_caps_set_simple (mended, "pixel-aspect-ratio", GST_TYPE_FRACTION, 1, 1, NULL);
  gst_pad_set_caps (pad, mended);
}

static void on_avi_pad (GstElement *demuxer, GstPad *pad, gpointer user_data) {
  static const gchar *const with_b_pictures[] = {"video/mpeg", "video/x-divx", "video/x-xvid", "video/x-h264", NULL};
  g_autoptr (GstCaps) caps = gst_pad_get_current_caps (pad);
  if (caps == NULL)
    return;
  if (g_strv_contains (with_b_pictures, gst_structure_get_name (gst_caps_get_structure (caps, 0))))
    gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, on_avi_picture, NULL, NULL);
  mend_avi_shape (pad, caps);
}

#define N_SHOWN 16 // remembered, in order of showing: more than come out of the order of decoding

/** Pictures: what is known of an MPEG-1 or 2 stream's order. */
typedef struct {
  gint index;           // in order of decoding within its group of pictures; -1: no group has begun
  GstClockTimeDiff lag; // from decoding to showing of one that is shown in the place where it is decoded
  gboolean lag_known;
  gint64 first, next; // in order of showing, counted on from group to group: this group's first, and of what follows it
  struct {
    gint64 number; // in order of showing, from 1
    GstClockTime end, duration;
  } shown[N_SHOWN];
} Pictures;

// The temporal reference of the picture in @buffer, its place in its group in order of showing; -1: none found.
static gint picture_place (GstBuffer *buffer, gboolean *ret_begins_group) {
  static const guint8 picture_code[] = {0, 0, 1, 0}, group_code[] = {0, 0, 1, 0xb8};
  GstMapInfo map;
  gint place = -1;
  if (!gst_buffer_map (buffer, &map, GST_MAP_READ))
    return -1;
  const guint8 *picture = memmem (map.data, map.size, picture_code, sizeof picture_code);
  if (picture != NULL && (gsize)(picture - map.data) + 6 <= map.size)
    place = picture[4] << 2 | picture[5] >> 6;
  *ret_begins_group =
      picture != NULL && memmem (map.data, (gsize)(picture - map.data), group_code, sizeof group_code) != NULL;
  gst_buffer_unmap (buffer, &map);
  return place;
}

static gint64 place_of (const Pictures *self, gint64 number) {
  const gint64 at = number > 0 ? number % N_SHOWN : 0;
  return number > 0 && self->shown[at].number == number ? at : -1;
}

static void note_shown (Pictures *self, gint64 number, GstBuffer *buffer) {
  if (!GST_BUFFER_PTS_IS_VALID (buffer) || GST_BUFFER_DURATION (buffer) == 0) // the second field of one
    return;
  self->shown[number % N_SHOWN].number = number;
  self->shown[number % N_SHOWN].duration = GST_BUFFER_DURATION (buffer);
  self->shown[number % N_SHOWN].end = GST_BUFFER_PTS (buffer) + GST_BUFFER_DURATION (buffer);
}

// Of one that has not come yet: of film every other picture stands for a field more.
static GstClockTime probable_duration (const Pictures *self, gint64 number, GstClockTime otherwise) {
  for (gint64 like = number - 2; like > number - N_SHOWN; like -= 2)
    if (place_of (self, like) >= 0)
      return self->shown[like % N_SHOWN].duration;
  return otherwise;
}

// When picture @number, in @buffer, is shown by what is known of those before it; NONE: nothing.
static GstClockTime time_behind (const Pictures *self, gint64 number, GstBuffer *buffer) {
  GstClockTime between = 0;
  for (gint64 before = number - 1; before > number - N_SHOWN / 2 && GST_BUFFER_DURATION (buffer) > 0; before--) {
    if (place_of (self, before) >= 0)
      return self->shown[before % N_SHOWN].end + between;
    between += probable_duration (self, before, GST_BUFFER_DURATION (buffer));
  }
  return GST_CLOCK_TIME_NONE;
}

// Likewise, or by its place.
static GstClockTime time_of (const Pictures *self, gint64 number, GstBuffer *buffer, GstClockTimeDiff ahead) {
  const GstClockTime time = time_behind (self, number, buffer);
  if (time != GST_CLOCK_TIME_NONE || !self->lag_known || ahead + self->lag < 0)
    return time;
  return GST_BUFFER_DTS (buffer) + (GstClockTime)(ahead + self->lag);
}

// MPEG program streams give times to some pictures only, and what the decoder guesses for the others lies in the
// future: three pictures fall together. A picture is shown when those before it have been, each of which may stand for
// a field more than others; where none of them is known, the parser counts on the times of decoding, and those of
// showing follow from them and each picture's place in its group.
static GstPadProbeReturn on_mpeg_picture (GstPad *pad, GstPadProbeInfo *info, gpointer user_data) {
  Pictures *self = user_data;
  GstBuffer *buffer = GST_PAD_PROBE_INFO_BUFFER (info);
  gboolean begins_group = FALSE;
  const gint place = picture_place (buffer, &begins_group);
  if (GST_BUFFER_IS_DISCONT (buffer))
    *self = (Pictures){.index = -1, .first = 1, .next = 1};
  if (begins_group)
    self->first = self->next;
  self->index = begins_group ? 0 : self->index < 0 ? -1 : self->index + 1;
  if (self->index < 0 || place < 0 || !GST_BUFFER_DTS_IS_VALID (buffer) || !GST_BUFFER_DURATION_IS_VALID (buffer))
    return GST_PAD_PROBE_OK;
  const gint64 number = self->first + place;
  self->next = MAX (self->next, number + 1);
  const GstClockTimeDiff ahead = (place - self->index) * (GstClockTimeDiff)GST_BUFFER_DURATION (buffer);
  const GstClockTime time = time_of (self, number, buffer, ahead);
  if (GST_BUFFER_PTS_IS_VALID (buffer)) {
    self->lag = GST_CLOCK_DIFF (GST_BUFFER_DTS (buffer), GST_BUFFER_PTS (buffer)) - ahead;
    self->lag_known = TRUE;
  } else if (time != GST_CLOCK_TIME_NONE) {
    buffer = gst_buffer_make_writable (buffer);
    GST_BUFFER_PTS (buffer) = time;
    GST_PAD_PROBE_INFO_DATA (info) = buffer;
  }
  note_shown (self, number, buffer);
  return GST_PAD_PROBE_OK;
}

static void mend_mpeg_video (GstElement *parser) {
  g_autoptr (GstPad) src = gst_element_get_static_pad (parser, "src");
  Pictures *pictures = g_new (Pictures, 1);
  *pictures = (Pictures){.index = -1, .first = 1, .next = 1};
  gst_pad_add_probe (src, GST_PAD_PROBE_TYPE_BUFFER, on_mpeg_picture, pictures, g_free);
}

/** Repeats: the times of a decoder's last input and output. */
typedef struct {
  GstClockTime in, out; // of one streaming thread
} Repeats;

static GstPadProbeReturn on_repeating_input (GstPad *pad, GstPadProbeInfo *info, gpointer user_data) {
  ((Repeats *)user_data)->in = GST_BUFFER_PTS (GST_PAD_PROBE_INFO_BUFFER (info));
  return GST_PAD_PROBE_OK;
}

// A picture that says only "as before" gets from its decoder in libav the time of the one that it repeats.
static GstPadProbeReturn on_repeating_output (GstPad *pad, GstPadProbeInfo *info, gpointer user_data) {
  Repeats *self = user_data;
  GstBuffer *buffer = GST_PAD_PROBE_INFO_BUFFER (info);
  const gboolean stands = !GST_BUFFER_IS_DISCONT (buffer) && GST_CLOCK_TIME_IS_VALID (self->out) &&
                          GST_CLOCK_TIME_IS_VALID (self->in) && GST_BUFFER_PTS (buffer) <= self->out &&
                          self->in > self->out;
  if (stands) {
    buffer = gst_buffer_make_writable (buffer);
    GST_BUFFER_PTS (buffer) = self->in;
    GST_PAD_PROBE_INFO_DATA (info) = buffer;
  }
  self->out = GST_BUFFER_PTS (buffer);
  return GST_PAD_PROBE_OK;
}

// These decode a picture at a time, in the order in which they are shown.
static gboolean is_repeating (const gchar *factory) {
  static const gchar *const names[] = {
      "avdec_qtrle",   "avdec_msrle", "avdec_rpza", "avdec_smc",     "avdec_8bps", "avdec_msvideo1",
      "avdec_cinepak", "avdec_tscc",  "avdec_zmbv", "avdec_flashsv", NULL};
  return g_strv_contains (names, factory);
}

static void mend_repeating (GstElement *decoder) {
  g_autoptr (GstPad) sink = gst_element_get_static_pad (decoder, "sink");
  g_autoptr (GstPad) src = gst_element_get_static_pad (decoder, "src");
  Repeats *repeats = g_atomic_rc_box_new (Repeats);
  *repeats = (Repeats){GST_CLOCK_TIME_NONE, GST_CLOCK_TIME_NONE};
  gst_pad_add_probe (sink, GST_PAD_PROBE_TYPE_BUFFER, on_repeating_input, g_atomic_rc_box_acquire (repeats),
                     g_atomic_rc_box_release);
  gst_pad_add_probe (src, GST_PAD_PROBE_TYPE_BUFFER, on_repeating_output, repeats, g_atomic_rc_box_release);
}

// DV in MXF is nothing but pictures, of which dvdemux knows only those of 25 Mbit/s; the sound has a track of its own.
// NULL: @caps are of something else. (transfer full)
static GstCaps *dv_pictures (GstCaps *caps) {
  if (caps == NULL || !gst_structure_has_name (gst_caps_get_structure (caps, 0), "video/x-dv"))
    return NULL;
  GstCaps *pictures = gst_caps_copy (caps);
  gst_caps_set_simple (pictures, "systemstream", G_TYPE_BOOLEAN, FALSE, NULL);
  return pictures;
}

// After a seek it says again what they are.
static GstPadProbeReturn on_mxf_caps (GstPad *pad, GstPadProbeInfo *info, gpointer user_data) {
  g_autoptr (GstCaps) pictures = dv_pictures (po_caps_event_caps (info));
  if (pictures == NULL)
    return GST_PAD_PROBE_OK;
  po_caps_event_replace (info, pictures);
  return GST_PAD_PROBE_OK;
}

static void on_mxf_pad (GstElement *demuxer, GstPad *pad, gpointer user_data) {
  g_autoptr (GstCaps) caps = gst_pad_get_current_caps (pad);
  g_autoptr (GstCaps) pictures = dv_pictures (caps);
  if (pictures == NULL)
    return;
  gst_pad_set_caps (pad, pictures);
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, on_mxf_caps, NULL, NULL);
}

static void mend_mxf (GstElement *demuxer) {
  g_signal_connect (demuxer, "pad-added", G_CALLBACK (on_mxf_pad), NULL);
}

static void mend_avi (GstElement *demuxer) {
  g_signal_connect (demuxer, "pad-added", G_CALLBACK (on_avi_pad), NULL);
}

// Of a program stream's AC-3 each packet says where the first frame that begins in it does; where frames are longer
// than packets that may lie beyond it, for which ac3parse (1.22) gives the whole file up. Then none begins there.
static GstPadProbeReturn on_ac3_packet (GstPad *pad, GstPadProbeInfo *info, gpointer user_data) {
  GstBuffer *buffer = GST_PAD_PROBE_INFO_BUFFER (info);
  guint8 first[2];
  g_autoptr (GstCaps) caps = gst_pad_get_current_caps (pad);
  if (caps == NULL || !gst_structure_has_name (gst_caps_get_structure (caps, 0), "audio/x-private1-ac3") ||
      gst_buffer_extract (buffer, 0, first, sizeof first) < sizeof first ||
      (gsize)(first[0] << 8 | first[1]) < gst_buffer_get_size (buffer))
    return GST_PAD_PROBE_OK;
  buffer = gst_buffer_make_writable (buffer);
  gst_buffer_memset (buffer, 0, 0, sizeof first);
  GST_BUFFER_PTS (buffer) = GST_BUFFER_DTS (buffer) = GST_CLOCK_TIME_NONE;
  GST_PAD_PROBE_INFO_DATA (info) = buffer;
  return GST_PAD_PROBE_OK;
}

static void mend_ac3 (GstElement *parser) {
  g_autoptr (GstPad) sink = gst_element_get_static_pad (parser, "sink");
  gst_pad_add_probe (sink, GST_PAD_PROBE_TYPE_BUFFER, on_ac3_packet, NULL, NULL);
}

// As it comes (1.22) it leaves out that a coder says of a band that its sides are opposite: for who mixes them to one.
static void mend_opus (GstElement *decoder) {
  g_object_set (decoder, "phase-inversion", TRUE, NULL);
}

// Where a stream of two channels turns into one of six it (1.22) would mix them itself, by shares of its own: told to
// give all that it knows, it gives them as they are.
static void mend_a52 (GstElement *decoder) {
  gst_util_set_object_arg (G_OBJECT (decoder), "mode", "3f2r");
  g_object_set (decoder, "lfe", TRUE, NULL);
}

void po_mend_element (GstElement *element) {
  static const struct {
    const gchar *factory;
    void (*mend) (GstElement *element);
  } mends[] = {{"qtdemux", po_mend_movie},   {"avidemux", mend_avi},
               {"mxfdemux", mend_mxf},       {"mpegvideoparse", mend_mpeg_video},
               {"dvdlpcmdec", po_mend_lpcm}, {"jpegdec", po_mend_jpeg},
               {"pngdec", po_mend_png},      {"tsdemux", po_mend_transport_stream},
               {"opusdec", mend_opus},       {"ac3parse", mend_ac3},
               {"aiffparse", po_mend_aiff},  {"mpegaudioparse", po_mend_mp3},
               {"a52dec", mend_a52}};
  const GstElementFactory *factory = gst_element_get_factory (element);
  const gchar *name = factory != NULL ? GST_OBJECT_NAME (factory) : "";
  if (is_repeating (name))
    mend_repeating (element);
  if (g_str_has_prefix (name, "avdemux_"))
    po_mend_endless (element);
  for (gsize i = 0; i < G_N_ELEMENTS (mends); i++)
    if (g_str_equal (name, mends[i].factory))
      mends[i].mend (element);
}

// These take a whole file in one buffer, which nothing gives them: they fail, or turn in circles. gdk-pixbuf, which
// nobody ranks, collects.
void po_mend_ranks (void) {
  static const gchar *const broken[] = {"avdec_gif",   "avdec_bmp", "avdec_tiff",
                                        "avdec_targa", "avdec_pcx", "avdec_sunrast"};
  for (gsize i = 0; i < G_N_ELEMENTS (broken); i++) {
    g_autoptr (GstPluginFeature) feature = gst_registry_lookup_feature (gst_registry_get (), broken[i]);
    if (feature != NULL)
      gst_plugin_feature_set_rank (feature, GST_RANK_NONE);
  }
  g_autoptr (GstPluginFeature) pixbuf = gst_registry_lookup_feature (gst_registry_get (), "gdkpixbufdec");
  if (pixbuf != NULL)
    gst_plugin_feature_set_rank (pixbuf, GST_RANK_MARGINAL);
}
