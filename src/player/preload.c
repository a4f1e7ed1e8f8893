// SPDX-License-Identifier: GPL-3.0-or-later
// The list of elements worth having in memory.
#include "player/preload.h"

#include <gst/base/gsttypefindhelper.h>
#include <gst/gst.h>

static const gchar *const usual[] = {
    "uridecodebin", "typefind",         "multiqueue",     "queue",         "qtdemux",           "matroskademux",
    "tsdemux",      "h264parse",        "mpegvideoparse", "aacparse",      "mpegaudioparse",    "avdec_h264",
    "avdec_aac",    "avdec_mpeg2video", "deinterlace",    "videoflip",     "videoconvertscale", "capsfilter",
    "appsink",      "fakesink",         "audioconvert",   "audioresample",
};

static const gchar *const rare[] = {
    "mpegpsdemux", "avidemux", "flvdemux", "oggdemux",  "wavparse",       "h265parse",
    "vp8dec",      "vp9dec",   "dav1ddec", "opusparse", "opusdec",        "vorbisdec",
    "flacparse",   "flacdec",  "ac3parse", "jpegdec",   "mpg123audiodec", "pngdec",
};

static void load (const gchar *const *elements, gsize n) {
  for (gsize i = 0; i < n; i++) {
    GstElement *element = gst_element_factory_make (elements[i], NULL);
    if (element != NULL)
      gst_object_unref (gst_object_ref_sink (element));
  }
}

// Asking what nothing is asks everybody who might know.
static void load_type_finders (void) {
  static const guint8 nothing[64] = {0};
  g_autoptr (GstCaps) none = gst_type_find_helper_for_data (NULL, nothing, sizeof nothing, NULL);
}

void po_preload (gboolean rare_too) {
  load (usual, G_N_ELEMENTS (usual));
  if (rare_too)
    load (rare, G_N_ELEMENTS (rare));
  load_type_finders ();
}
