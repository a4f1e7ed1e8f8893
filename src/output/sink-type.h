// SPDX-License-Identifier: GPL-3.0-or-later
// The kinds of places a programme can go to, as a table: what each needs of the configuration, and how its last element
// is made and set up. Any thread. It knows no multiplexer.
#pragma once

#include <gst/gst.h>

#include "output/settings.h"

/** PoSinkType: one kind of place; a further one is a row of the table. */
typedef struct {
  const gchar *name;
  gboolean needs_uri;
  gboolean needs_path;
  gboolean is_segmented; // a new sink every segment, each in a file of its own
  gint64 default_segment_ns;
  gboolean is_constant_rate; // a transport stream is padded to a constant bitrate
  gboolean is_flv;           // of H.264 and AAC, whatever the container
  gboolean may_hang;         // what has failed may never let go of those who throw it away
  const gchar *element;      // how the last element reads, in gst-launch notation; its name is "sink"
  gboolean (*is_there) (const PoOutputSettings *settings, GError **error); // (nullable) now; may take its time
  guint (*n_lost) (void); // (nullable) how often such a place has gone from under those who were there; any thread
  gboolean (*configure) (GstElement *sink, const PoOutputSettings *settings, const gchar *location, GError **error);
} PoSinkType;

/** By name; PO_ERROR_CONFIG names the known ones. (transfer none) */
const PoSinkType *po_sink_type_find (const gchar *name, GError **error);
