// SPDX-License-Identifier: GPL-3.0-or-later
// Prerolls, and then seeks from picture to picture; each is copied into one sheet, which is encoded at the end.
#include "player/stills.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <gst/app/gstappsink.h>
#include <gst/gst.h>
#include <gst/video/video.h>

#include "player/branch.h"
#include "player/clip-source.h"
#include "player/decode.h"

#define ONE_WIDTH     320
#define ONE_HEIGHT    180
#define COLUMN_WIDTH  160
#define COLUMN_HEIGHT 90
#define PIXEL_BYTES   3
#define PULL_NS       (5 * PO_NS_PER_SECOND)
#define ENCODE_NS     (5 * PO_NS_PER_SECOND)
#define ROUNDED_NS    (2 * PO_NS_PER_MS)      // containers round a picture's time to a millisecond
#define EXACT_NS      (30 * PO_NS_PER_SECOND) // of a longer clip's strip the nearest key pictures will do

typedef struct {
  PoDecode *decode;
  GMainLoop *loop;
  GstElement *sink; // owned by the pipeline
  gint64 at_ns;
  guint columns, column; // how many are wanted, and which comes next
  gint width, height;    // of one
  gint64 first_ns, length_ns;
  gboolean seeked;
  guint8 *sheet; // RGB rows of all columns
} PoStills;

static GstElement *make_branch (PoDecode *decode, GstPad *pad, gboolean is_picture, gpointer user_data) {
  PoStills *self = user_data;
  return is_picture ? po_branch_small_picture (pad, self->width, self->height, &self->sink) : NULL;
}

static void on_known (PoDecode *decode, gboolean has_picture, gboolean has_sound, gpointer user_data) {
  if (!has_picture)
    g_main_loop_quit (((PoStills *)user_data)->loop);
}

static void on_stalled (PoDecode *decode, gpointer user_data) {
  g_main_loop_quit (((PoStills *)user_data)->loop);
}

static gboolean on_timeout (gpointer user_data) {
  g_main_loop_quit (((PoStills *)user_data)->loop);
  return G_SOURCE_REMOVE;
}

static gsize sheet_stride (const PoStills *self) {
  return (gsize)self->width * MAX (self->columns, 1) * PIXEL_BYTES;
}

// The picture that stands now, or NULL. (transfer full)
static GstSample *pull (PoStills *self) {
  return self->sink != NULL ? gst_app_sink_try_pull_preroll (GST_APP_SINK (self->sink), PULL_NS) : NULL;
}

// It becomes the next column.
static gboolean take_column (PoStills *self, GstSample *sample) {
  GstVideoFrame frame;
  GstVideoInfo info;
  if (sample == NULL || !gst_video_info_from_caps (&info, gst_sample_get_caps (sample)) ||
      !gst_video_frame_map (&frame, &info, gst_sample_get_buffer (sample), GST_MAP_READ))
    return FALSE;
  for (gint row = 0; row < self->height; row++)
    memcpy (self->sheet + (gsize)row * sheet_stride (self) + (gsize)self->column * (gsize)self->width * PIXEL_BYTES,
            (const guint8 *)GST_VIDEO_FRAME_PLANE_DATA (&frame, 0) +
                (gsize)row * (gsize)GST_VIDEO_FRAME_PLANE_STRIDE (&frame, 0),
            (gsize)self->width * PIXEL_BYTES);
  gst_video_frame_unmap (&frame);
  self->column++;
  return TRUE;
}

// Where the clip begins, and how long it is by its header.
static void measure (PoStills *self, GstSample *first) {
  GstClockTime at = first != NULL ? GST_BUFFER_PTS (gst_sample_get_buffer (first)) : GST_CLOCK_TIME_NONE;
  if (first != NULL && !po_decode_is_matroska (self->decode)) // whose segment does not say
    at = gst_segment_to_stream_time (gst_sample_get_segment (first), GST_FORMAT_TIME, at);
  self->first_ns = GST_CLOCK_TIME_IS_VALID (at) ? (gint64)at : 0;
  if (!gst_element_query_duration (po_decode_pipeline (self->decode), GST_FORMAT_TIME, &self->length_ns))
    self->length_ns = 0;
}

static gint64 wanted_ns (const PoStills *self) {
  if (self->columns == 0)
    return self->at_ns + ROUNDED_NS;
  return self->length_ns * (2 * (gint64)self->column + 1) / (2 * (gint64)self->columns);
}

// FALSE: it cannot be sought in, or there is no more to seek.
static gboolean seek_next (PoStills *self) {
  if (self->column >= MAX (self->columns, 1) || po_decode_is_image (self->decode))
    return FALSE;
  const gboolean exact = self->columns == 0 || self->length_ns <= EXACT_NS;
  const GstSeekFlags how = exact ? GST_SEEK_FLAG_ACCURATE : GST_SEEK_FLAG_KEY_UNIT | GST_SEEK_FLAG_SNAP_NEAREST;
  self->seeked = TRUE;
  return gst_element_seek_simple (po_decode_pipeline (self->decode), GST_FORMAT_TIME, GST_SEEK_FLAG_FLUSH | how,
                                  self->first_ns + wanted_ns (self));
}

// A pipeline has prerolled: at its beginning, or where it was sent.
static void on_standing (PoStills *self) {
  g_autoptr (GstSample) sample = pull (self);
  const gboolean at_start = !self->seeked;
  const gboolean is_wanted = self->seeked || (self->columns == 0 && self->at_ns == 0);
  if (at_start)
    measure (self, sample);
  if ((!is_wanted || take_column (self, sample)) && seek_next (self))
    return;
  if (at_start && self->column == 0) // it cannot be sought in: the first is better than none
    take_column (self, sample);
  g_main_loop_quit (self->loop);
}

static gboolean on_bus (GstBus *bus, GstMessage *message, gpointer user_data) {
  PoStills *self = user_data;
  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ASYNC_DONE)
    on_standing (self);
  else if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR || GST_MESSAGE_TYPE (message) == GST_MESSAGE_EOS)
    g_main_loop_quit (self->loop);
  return G_SOURCE_CONTINUE;
}

static void look (PoStills *self, gint fd, gint timeout_ms) {
  g_autofree gchar *uri = po_clip_source_uri (fd);
  self->decode = po_decode_new (uri, make_branch, on_known, self);
  const PoDecodeEvents events = {on_bus, on_timeout, on_stalled};
  po_decode_run (self->decode, self->loop, GST_STATE_PAUSED, timeout_ms, &events);
}

// Packs the columns that came.
static GstSample *make_sheet (const PoStills *self) {
  const gint width = self->width * (gint)self->column;
  GstVideoInfo info;
  gst_video_info_set_format (&info, GST_VIDEO_FORMAT_RGB, (guint)width, (guint)self->height);
  g_autoptr (GstBuffer) buffer = gst_buffer_new_allocate (NULL, info.size, NULL);
  for (gint row = 0; row < self->height; row++)
    gst_buffer_fill (buffer, info.offset[0] + (gsize)row * (gsize)info.stride[0],
                     self->sheet + (gsize)row * sheet_stride (self), (gsize)width * PIXEL_BYTES);
  g_autoptr (GstCaps) caps = gst_video_info_to_caps (&info);
  return gst_sample_new (buffer, caps, NULL, NULL);
}

static gboolean write_all (const guint8 *bytes, gsize length) {
  while (length > 0) {
    const ssize_t written = write (STDOUT_FILENO, bytes, length);
    if (written <= 0)
      return FALSE;
    bytes += written;
    length -= (gsize)written;
  }
  return TRUE;
}

static gboolean print_jpeg (const PoStills *self) {
  g_autoptr (GstSample) sheet = make_sheet (self);
  g_autoptr (GstCaps) jpeg = gst_caps_new_empty_simple ("image/jpeg");
  g_autoptr (GstSample) encoded = gst_video_convert_sample (sheet, jpeg, ENCODE_NS, NULL);
  GstMapInfo map;
  return encoded != NULL && gst_buffer_map (gst_sample_get_buffer (encoded), &map, GST_MAP_READ) &&
         write_all (map.data, map.size);
}

void po_stills_run (const gchar *path, const PoEnquiryOptions *options, gint64 at_ns, guint columns) {
  alarm ((guint)options->timeout_ms / 1000 + 1); // a disk that never answers
  PoStills self = {.loop = g_main_loop_new (NULL, FALSE), .at_ns = at_ns, .columns = columns};
  self.width = columns == 0 ? ONE_WIDTH : COLUMN_WIDTH;
  self.height = columns == 0 ? ONE_HEIGHT : COLUMN_HEIGHT;
  self.sheet = g_malloc0 (sheet_stride (&self) * (gsize)self.height);
  g_autofree gchar *problem = NULL;
  const gint fd = po_enquiry_open (path, options, &problem);
  if (fd >= 0)
    look (&self, fd, options->timeout_ms);
  // Straight out: streaming threads may still be busy with a file that hangs them.
  _exit (self.column > 0 && print_jpeg (&self) ? EXIT_SUCCESS : EXIT_FAILURE);
}
