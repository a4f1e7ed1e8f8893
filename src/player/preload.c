// SPDX-License-Identifier: GPL-3.0-or-later
// The list of elements worth having in memory.
#include "player/preload.h"

#include <gst/base/gsttypefindhelper.h>
#include <gst/gst.h>

static const gchar *const elements[] = {
    "uridecodebin",      "filesrc",       "fdsrc",     "typefind",         "multiqueue",     "queue",
    "qtdemux",           "matroskademux", "tsdemux",   "h264parse",        "mpegvideoparse", "aacparse",
    "mpegaudioparse",    "avdec_h264",    "avdec_aac", "avdec_mpeg2video", "deinterlace",    "videoflip",
    "videoconvertscale", "capsfilter",    "appsink",   "fakesink",         "audioconvert",   "audioresample",
};

// Asking what nothing is asks everybody who might know.
static void load_type_finders (void) {
  static const guint8 nothing[64] = {0};
  g_autoptr (GstCaps) none = gst_type_find_helper_for_data (NULL, nothing, sizeof nothing, NULL);
}

void po_preload (void) {
  for (gsize i = 0; i < G_N_ELEMENTS (elements); i++) {
    GstElement *element = gst_element_factory_make (elements[i], NULL);
    if (element != NULL)
      gst_object_unref (gst_object_ref_sink (element));
  }
  load_type_finders ();
}
