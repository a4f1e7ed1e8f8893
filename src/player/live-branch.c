// SPDX-License-Identifier: GPL-3.0-or-later
// The conversion bins of live sources.
#include "player/live-branch.h"

#include "player/caps-event.h"
#include "player/colours.h"
#include "player/field-format.h"
#include "player/mix.h"

#define FIELD_RATE_FPS 40 // from this house rate on each field becomes a picture

typedef struct {
  PoLiveBranchTold told;
  gpointer user_data;
  GstElement *element; // (nullable) that is set by what comes; the bin's
} PoLiveCaps;

// A decoder that knows the range alone leaves the rest open, and nobody assumes it then.
static void complete_colours (GstPadProbeInfo *info, GstCaps *caps) {
  g_autoptr (GstCaps) whole = gst_caps_copy (caps);
  po_colours_complete (whole);
  po_caps_event_replace (info, whole);
}

static GstPadProbeReturn on_picture_caps (GstPad *pad, GstPadProbeInfo *info, gpointer user_data) {
  const PoLiveCaps *self = user_data;
  GstCaps *caps = po_caps_event_caps (info);
  if (caps == NULL)
    return GST_PAD_PROBE_OK;
  self->told (caps, TRUE, self->user_data);
  complete_colours (info, caps);
  return GST_PAD_PROBE_OK;
}

// As with files, pictures of full range go by way of RGB: the converter (1.22) leaves the range as it is where nothing
// else of the colours changes. All others pass as they are.
static GstPadProbeReturn on_range (GstPad *pad, GstPadProbeInfo *info, gpointer user_data) {
  GstCaps *caps = po_caps_event_caps (info);
  GstVideoColorimetry colours;
  if (caps == NULL)
    return GST_PAD_PROBE_OK;
  const gboolean is_full = po_colours_of_caps (caps, &colours) && colours.range == GST_VIDEO_COLOR_RANGE_0_255;
  g_autoptr (GstCaps) way = gst_caps_from_string (is_full ? "video/x-raw,format=BGRx" : "video/x-raw");
  g_object_set (user_data, "caps", way, NULL);
  return GST_PAD_PROBE_OK;
}

static GstPadProbeReturn on_sound_caps (GstPad *pad, GstPadProbeInfo *info, gpointer user_data) {
  const PoLiveCaps *self = user_data;
  GstCaps *caps = po_caps_event_caps (info);
  if (caps == NULL)
    return GST_PAD_PROBE_OK;
  po_mix_set_matrix (self->element, caps);
  self->told (caps, FALSE, self->user_data);
  return GST_PAD_PROBE_OK;
}

static void watch_caps (GstElement *bin, const gchar *element, GstPadProbeCallback callback, gpointer user_data,
                        GDestroyNotify destroy) {
  g_autoptr (GstElement) watched = gst_bin_get_by_name (GST_BIN (bin), element);
  g_autoptr (GstPad) pad = gst_element_get_static_pad (watched, "sink");
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, callback, user_data, destroy);
}

static GstElement *finish (GstElement *bin, const GstAppSinkCallbacks *callbacks, gpointer user_data) {
  g_autoptr (GstElement) sink = gst_bin_get_by_name (GST_BIN (bin), "sink");
  gst_app_sink_set_callbacks (GST_APP_SINK (sink), (GstAppSinkCallbacks *)callbacks, user_data, NULL);
  g_object_set (sink, "sync", FALSE, "max-buffers", 4, "qos", FALSE, "enable-last-sample", FALSE, "async", FALSE, NULL);
  return bin;
}

static PoLiveCaps *live_caps_new (PoLiveBranchTold told, gpointer user_data, GstElement *element) {
  PoLiveCaps *self = g_new0 (PoLiveCaps, 1);
  *self = (PoLiveCaps){.told = told, .user_data = user_data, .element = element};
  return self;
}

GstElement *po_live_branch_picture (const PoFormat *format, const GstAppSinkCallbacks *callbacks, PoLiveBranchTold told,
                                    gpointer user_data) {
  const gboolean each_field = format->rate.fps_n >= FIELD_RATE_FPS * format->rate.fps_d;
  g_autofree gchar *text = g_strdup_printf (
      "videoconvert name=first ! capsfilter name=known ! deinterlace mode=auto fields=%s method=vfir ! "
      "videoconvert name=range ! capsfilter name=way ! videoconvertscale add-borders=true ! "
      "video/x-raw,format=I420,width=%d,height=%d,pixel-aspect-ratio=1/1,"
      "interlace-mode=progressive,colorimetry=bt709,chroma-site=mpeg2 ! appsink name=sink",
      each_field ? "all" : "top", format->width, format->height);
  GstElement *bin = gst_parse_bin_from_description (text, TRUE, NULL);
  g_autoptr (GstElement) first = gst_bin_get_by_name (GST_BIN (bin), "first");
  g_autoptr (GstElement) known = gst_bin_get_by_name (GST_BIN (bin), "known");
  g_autoptr (GstElement) way = gst_bin_get_by_name (GST_BIN (bin), "way");
  watch_caps (bin, "first", on_picture_caps, live_caps_new (told, user_data, NULL), g_free);
  po_field_format_watch (first, known, FALSE);
  watch_caps (bin, "range", on_range, way, NULL);
  return finish (bin, callbacks, user_data);
}

GstElement *po_live_branch_sound (const GstAppSinkCallbacks *callbacks, PoLiveBranchTold told, gpointer user_data) {
  GstElement *bin = gst_parse_bin_from_description (
      "audioconvert name=convert ! audioresample ! audio/x-raw,format=S16LE,rate=48000,channels=2,layout=interleaved,"
      "channel-mask=(bitmask)3 ! appsink name=sink",
      TRUE, NULL);
  g_autoptr (GstElement) convert = gst_bin_get_by_name (GST_BIN (bin), "convert");
  watch_caps (bin, "convert", on_sound_caps, live_caps_new (told, user_data, convert), g_free);
  return finish (bin, callbacks, user_data);
}

void po_live_branch_pace (GstElement *branch, GstClockTime slack_ns) {
  g_autoptr (GstElement) sink = gst_bin_get_by_name (GST_BIN (branch), "sink");
  g_object_set (sink, "sync", TRUE, "ts-offset", (gint64)slack_ns, NULL);
}
