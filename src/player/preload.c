// SPDX-License-Identifier: GPL-3.0-or-later
// The list of elements worth having in memory.
#include "player/preload.h"

#include <gst/gst.h>

static const gchar *const elements[] = {
    "uridecodebin",      "filesrc",       "fdsrc",     "typefind",         "multiqueue",     "queue",
    "qtdemux",           "matroskademux", "tsdemux",   "h264parse",        "mpegvideoparse", "aacparse",
    "mpegaudioparse",    "avdec_h264",    "avdec_aac", "avdec_mpeg2video", "deinterlace",    "videoflip",
    "videoconvertscale", "capsfilter",    "appsink",   "fakesink",         "audioconvert",   "audioresample",
};

void po_preload (void) {
  for (gsize i = 0; i < G_N_ELEMENTS (elements); i++) {
    GstElement *element = gst_element_factory_make (elements[i], NULL);
    if (element != NULL)
      gst_object_unref (gst_object_ref_sink (element));
  }
}
