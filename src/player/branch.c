// SPDX-License-Identifier: GPL-3.0-or-later
// The conversion bins.
#include "player/branch.h"

#include <gst/base/gstbasetransform.h>
#include <gst/video/video.h>
#include <string.h>

#include "player/colours.h"
#include "player/field-format.h"
#include "player/mix.h"
#include "player/picker.h"

#define FIELD_RATE_FPS 40 // from this house rate on each field becomes a picture

static GstElement *make (GstElement *bin, const gchar *factory) {
  GstElement *element = gst_element_factory_make (factory, NULL);
  g_return_val_if_fail (element != NULL, NULL);
  gst_bin_add (GST_BIN (bin), element);
  return element;
}

static void add_sink_pad (GstElement *bin, GstElement *first) {
  g_autoptr (GstPad) target = gst_element_get_static_pad (first, "sink");
  gst_element_add_pad (bin, gst_ghost_pad_new ("sink", target));
}

static GstElement *make_app_sink (GstElement *bin, const gchar *caps, const GstAppSinkCallbacks *callbacks,
                                  gpointer user_data) {
  GstElement *filter = make (bin, "capsfilter");
  g_autoptr (GstCaps) house = gst_caps_from_string (caps);
  g_object_set (filter, "caps", house, NULL);
  GstElement *sink = gst_element_factory_make ("appsink", PO_BRANCH_SINK);
  g_return_val_if_fail (sink != NULL, NULL);
  gst_bin_add (GST_BIN (bin), sink);
  g_object_set (sink, "sync", FALSE, "max-buffers", 1, "qos", FALSE, "enable-last-sample", FALSE, NULL);
  gst_app_sink_set_callbacks (GST_APP_SINK (sink), (GstAppSinkCallbacks *)callbacks, user_data, NULL);
  gst_element_link (filter, sink);
  return filter;
}

// The last orientation tag on @pad, or NULL. (transfer full)
static gchar *orientation (GstPad *pad) {
  g_autofree gchar *found = NULL;
  for (guint i = 0;; i++) {
    g_autoptr (GstEvent) event = gst_pad_get_sticky_event (pad, GST_EVENT_TAG, i);
    if (event == NULL)
      return g_steal_pointer (&found);
    GstTagList *tags;
    g_autofree gchar *word = NULL;
    gst_event_parse_tag (event, &tags);
    if (gst_tag_list_get_string (tags, GST_TAG_IMAGE_ORIENTATION, &word)) {
      g_free (found);
      found = g_steal_pointer (&word);
    }
  }
}

gboolean po_branch_is_turned_by_quarter (GstPad *pad) {
  g_autofree gchar *word = orientation (pad);
  return word != NULL && (g_str_has_suffix (word, "rotate-90") || g_str_has_suffix (word, "rotate-270"));
}

gint po_branch_rotation (GstPad *pad) {
  g_autofree gchar *word = orientation (pad);
  const gchar *digits = word != NULL ? strrchr (word, '-') : NULL;
  return digits != NULL ? (gint)g_ascii_strtoll (digits + 1, NULL, 10) : 0;
}

static gboolean has_full_range (GstPad *pad) {
  g_autoptr (GstCaps) caps = gst_pad_get_current_caps (pad);
  GstVideoColorimetry colours;
  return caps != NULL && po_colours_of_caps (caps, &colours) && colours.range == GST_VIDEO_COLOR_RANGE_0_255;
}

// Pictures of full range (phones, screen recorders) go by way of RGB: the converter (1.22) leaves the range as it is
// where nothing else of the colours changes, and rounds coarsely where it does.
static GstElement *append_rgb (GstElement *bin, GstElement *last) {
  GstElement *convert = make (bin, "videoconvert");
  GstElement *filter = make (bin, "capsfilter");
  g_autoptr (GstCaps) rgb = gst_caps_new_simple ("video/x-raw", "format", G_TYPE_STRING, "BGRx", NULL);
  g_object_set (filter, "caps", rgb, NULL);
  gst_element_link_many (last, convert, filter, NULL);
  return filter;
}

// Upright by the orientation tag, which may come after the first picture; costs nothing where there is none. What
// videoflip does not know is converted first.
static GstElement *append_upright (GstElement *bin, GstElement *last, GstPad *pad) {
  GstElement *flip = make (bin, "videoflip");
  gst_util_set_object_arg (G_OBJECT (flip), "video-direction", "auto");
  gst_base_transform_set_passthrough (GST_BASE_TRANSFORM (flip), TRUE); // else (1.22) it copies until a tag has come
  g_autoptr (GstCaps) caps = gst_pad_get_current_caps (pad);
  g_autoptr (GstPad) input = gst_element_get_static_pad (flip, "sink");
  g_autoptr (GstCaps) known = gst_pad_get_pad_template_caps (input);
  if (caps == NULL || !gst_caps_can_intersect (caps, known)) {
    GstElement *before = make (bin, "videoconvert");
    GstElement *filter = make (bin, "capsfilter");
    g_autoptr (GstCaps) plain = gst_caps_new_simple ("video/x-raw", "format", G_TYPE_STRING, "I420", NULL);
    g_object_set (filter, "caps", plain, NULL);
    gst_element_link_many (last, before, filter, NULL);
    last = filter;
  }
  gst_element_link (last, flip);
  return flip;
}

// The field that is shown first is kept: for the other one deinterlace would lose the first picture. Which that is may
// be said by each picture only.
static GstPadProbeReturn on_first_picture (GstPad *pad, GstPadProbeInfo *info, gpointer user_data) {
  GstBuffer *buffer = GST_PAD_PROBE_INFO_BUFFER (info);
  const gboolean top = GST_BUFFER_FLAG_IS_SET (buffer, GST_VIDEO_BUFFER_FLAG_TFF);
  if (GST_BUFFER_FLAG_IS_SET (buffer, GST_VIDEO_BUFFER_FLAG_INTERLACED) && !top)
    gst_util_set_object_arg (G_OBJECT (user_data), "fields", "bottom");
  return GST_PAD_PROBE_REMOVE;
}

static void keep_first_field (GstElement *deinterlace) {
  g_autoptr (GstPad) pad = gst_element_get_static_pad (deinterlace, "sink");
  gst_util_set_object_arg (G_OBJECT (deinterlace), "fields", "top");
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, on_first_picture, deinterlace, NULL);
}

static GstPadProbeReturn on_field (GstPad *pad, GstPadProbeInfo *info, gpointer user_data) {
  GstBuffer *buffer = GST_PAD_PROBE_INFO_BUFFER (info);
  po_picker_set_field_lost (PO_PICKER (user_data), GST_BUFFER_FLAG_IS_SET (buffer, GST_VIDEO_BUFFER_FLAG_INTERLACED));
  return GST_PAD_PROBE_OK;
}

// Each becomes a picture, but for the very last one, which deinterlace keeps to itself.
static void keep_every_field (GstElement *deinterlace, GstElement *pick) {
  g_autoptr (GstPad) pad = gst_element_get_static_pad (deinterlace, "sink");
  gst_util_set_object_arg (G_OBJECT (deinterlace), "fields", "all");
  if (pick != NULL)
    gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, on_field, pick, NULL);
}

// By what was found of the clip, whatever is said in it.
static void deinterlace_as_found (GstElement *deinterlace, PoFieldOrder fields, gboolean by_field, GstElement *pick) {
  const gboolean top = fields == PO_FIELDS_TOP_FIRST;
  gst_util_set_object_arg (G_OBJECT (deinterlace), "mode", fields == PO_FIELDS_PROGRESSIVE ? "disabled" : "interlaced");
  gst_util_set_object_arg (G_OBJECT (deinterlace), "tff", top ? "tff" : "bff");
  gst_util_set_object_arg (G_OBJECT (deinterlace), "fields", by_field ? "all" : top ? "top" : "bottom");
  if (pick != NULL)
    po_picker_set_field_lost (PO_PICKER (pick), by_field && fields != PO_FIELDS_PROGRESSIVE);
}

static void deinterlace_as_said (GstElement *deinterlace, gboolean by_field, GstElement *pick) {
  gst_util_set_object_arg (G_OBJECT (deinterlace), "mode", "auto");
  if (by_field)
    keep_every_field (deinterlace, pick);
  else
    keep_first_field (deinterlace);
}

GstElement *po_branch_picture (GstPad *pad, const PoFormat *format, PoFieldOrder fields, GstElement *pick,
                               const GstAppSinkCallbacks *callbacks, gpointer user_data) {
  GstElement *bin = gst_bin_new (NULL);
  GstElement *to_known = make (bin, "videoconvert"), *known = make (bin, "capsfilter");
  GstElement *deinterlace = make (bin, "deinterlace");
  const gboolean by_field = format->rate.fps_n >= FIELD_RATE_FPS * format->rate.fps_d;
  if (fields == PO_FIELDS_AS_SAID)
    deinterlace_as_said (deinterlace, by_field, pick);
  else
    deinterlace_as_found (deinterlace, fields, by_field, pick);
  gst_util_set_object_arg (G_OBJECT (deinterlace), "method",
                           "vfir"); // methods with a longer history lose the first picture
  po_field_format_watch (to_known, known, fields == PO_FIELDS_TOP_FIRST || fields == PO_FIELDS_BOTTOM_FIRST);
  add_sink_pad (bin, to_known);
  gst_element_link_many (to_known, known, deinterlace, NULL);
  GstElement *last = deinterlace;
  if (pick != NULL) {
    gst_bin_add (GST_BIN (bin), pick);
    gst_element_link (last, pick);
    last = pick;
  }
  if (has_full_range (pad))
    last = append_rgb (bin, last);
  last = append_upright (bin, last, pad);
  GstElement *convert = make (bin, "videoconvertscale");
  g_object_set (convert, "add-borders", TRUE, NULL);
  g_autofree gchar *caps = g_strdup_printf (
      "video/x-raw,format=I420,width=%d,height=%d,framerate=%d/%d,pixel-aspect-ratio=1/1,interlace-mode=progressive,"
      "colorimetry=bt709,chroma-site=mpeg2",
      format->width, format->height, format->rate.fps_n, format->rate.fps_d);
  gst_element_link_many (last, convert, make_app_sink (bin, caps, callbacks, user_data), NULL);
  return bin;
}

GstElement *po_branch_small_picture (GstPad *pad, gint width, gint height, GstElement **ret_sink) {
  GstElement *bin = gst_bin_new (NULL);
  GstElement *deinterlace = make (bin, "deinterlace");
  gst_util_set_object_arg (G_OBJECT (deinterlace), "fields", "top");
  gst_util_set_object_arg (G_OBJECT (deinterlace), "method", "linear");
  add_sink_pad (bin, deinterlace);
  GstElement *last = append_upright (bin, deinterlace, pad);
  GstElement *convert = make (bin, "videoconvertscale");
  g_object_set (convert, "add-borders", TRUE, NULL);
  GstElement *filter = make (bin, "capsfilter");
  g_autoptr (GstCaps) small =
      gst_caps_new_simple ("video/x-raw", "format", G_TYPE_STRING, "RGB", "width", G_TYPE_INT, width, "height",
                           G_TYPE_INT, height, "pixel-aspect-ratio", GST_TYPE_FRACTION, 1, 1, NULL);
  g_object_set (filter, "caps", small, NULL);
  *ret_sink = make (bin, "appsink");
  g_object_set (*ret_sink, "sync", FALSE, "max-buffers", 1, "qos", FALSE, NULL);
  gst_element_link_many (last, convert, filter, *ret_sink, NULL);
  return bin;
}

static GstPadProbeReturn on_sound_event (GstPad *pad, GstPadProbeInfo *info, gpointer user_data) {
  GstEvent *event = GST_PAD_PROBE_INFO_EVENT (info);
  if (GST_EVENT_TYPE (event) == GST_EVENT_CAPS) {
    GstCaps *caps;
    gst_event_parse_caps (event, &caps);
    po_mix_set_matrix (GST_ELEMENT (user_data), caps);
  }
  return GST_PAD_PROBE_OK;
}

GstElement *po_branch_sound (const GstAppSinkCallbacks *callbacks, gpointer user_data) {
  GstElement *bin = gst_bin_new (NULL);
  GstElement *convert = make (bin, "audioconvert");
  GstElement *resample = make (bin, "audioresample");
  add_sink_pad (bin, convert);
  g_autoptr (GstPad) pad = gst_element_get_static_pad (convert, "sink");
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, on_sound_event, convert, NULL);
  gst_element_link_many (convert, resample, make_app_sink (bin, PO_BRANCH_SOUND_CAPS, callbacks, user_data), NULL);
  return bin;
}

GstElement *po_branch_sound_as_is (const gchar *caps, const GstAppSinkCallbacks *callbacks, gpointer user_data) {
  GstElement *bin = gst_bin_new (NULL);
  GstElement *convert = make (bin, "audioconvert");
  add_sink_pad (bin, convert);
  gst_element_link (convert, make_app_sink (bin, caps, callbacks, user_data));
  return bin;
}
