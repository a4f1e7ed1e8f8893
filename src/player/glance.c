// SPDX-License-Identifier: GPL-3.0-or-later
// Prerolls, asks for the length, prints.
#include "player/glance.h"

#include <string.h>
#include <unistd.h>

#include <glib/gi18n-lib.h>
#include <gst/app/gstappsink.h>
#include <gst/gst.h>
#include <gst/video/video.h>

#include "json/text.h"
#include "player/branch.h"
#include "player/clip-source.h"
#include "player/counter.h"
#include "player/decode.h"
#include "player/mend-movie.h"

#define ROUNDED_NS      PO_NS_PER_MS // a header's length may be short of whole frames by its rounding
#define MAX_FRAMES_RATE 1000         // what a header may claim

typedef struct {
  PoDecode *decode;
  GMainLoop *loop;
  GstElement *picture_sink, *sound_sink; // owned by the pipeline
  PoPictureCounter picture;
  PoSoundCounter sound;
  PoRate rate; // by the header; 0/1 = none
  gint64 header_ns;
  gboolean is_ready, has_sound;
} PoGlance;

static GstElement *make_branch (PoDecode *decode, GstPad *pad, gboolean is_picture, gpointer user_data) {
  PoGlance *self = user_data;
  GstElement *sink = gst_element_factory_make ("appsink", NULL);
  g_object_set (sink, "sync", FALSE, "max-buffers", 1, "qos", FALSE, NULL);
  *(is_picture ? &self->picture_sink : &self->sound_sink) = sink;
  return sink;
}

static void on_known (PoDecode *decode, gboolean has_picture, gboolean has_sound, gpointer user_data) {
}

static void on_stalled (PoDecode *decode, gpointer user_data) {
  g_main_loop_quit (((PoGlance *)user_data)->loop);
}

static gboolean on_timeout (gpointer user_data) {
  g_main_loop_quit (((PoGlance *)user_data)->loop);
  return G_SOURCE_REMOVE;
}

static gboolean on_bus (GstBus *bus, GstMessage *message, gpointer user_data) {
  PoGlance *self = user_data;
  const GstMessageType type = GST_MESSAGE_TYPE (message);
  if (type == GST_MESSAGE_ASYNC_DONE)
    self->is_ready = TRUE;
  if (type == GST_MESSAGE_ASYNC_DONE || type == GST_MESSAGE_ERROR || type == GST_MESSAGE_EOS)
    g_main_loop_quit (self->loop);
  return G_SOURCE_CONTINUE;
}

static void read_rate (PoGlance *self, GstSample *sample) {
  GstVideoInfo info;
  const gboolean is_known = gst_video_info_from_caps (&info, gst_sample_get_caps (sample)) && info.fps_n > 0 &&
                            info.fps_n / MAX (info.fps_d, 1) <= MAX_FRAMES_RATE;
  if (is_known)
    self->rate = (PoRate){info.fps_n, info.fps_d};
}

// An edit list cuts pictures off that the header's length still counts, and that length is the longest stream's, often
// a sound's that goes on a frame further; then the segment says how much is played.
static gint64 played_ns (GstSample *sample) {
  const GstSegment *segment = gst_sample_get_segment (sample);
  const gboolean is_cut =
      segment->format == GST_FORMAT_TIME && GST_CLOCK_TIME_IS_VALID (segment->stop) && segment->stop > segment->start;
  return is_cut ? (gint64)(segment->stop - segment->start) : G_MAXINT64;
}

static void look (PoGlance *self) {
  GstElement *pipeline = po_decode_pipeline (self->decode);
  gint64 most_ns = G_MAXINT64;
  if (self->picture_sink != NULL) {
    g_autoptr (GstSample) sample = gst_app_sink_try_pull_preroll (GST_APP_SINK (self->picture_sink), 0);
    g_autoptr (GstPad) pad = gst_element_get_static_pad (self->picture_sink, "sink");
    self->picture.turned = po_branch_is_turned_by_quarter (pad);
    if (sample != NULL) {
      po_picture_counter_take (&self->picture, sample, po_decode_is_matroska (self->decode));
      read_rate (self, sample);
      most_ns = played_ns (sample);
    }
  }
  if (self->picture_sink != NULL && self->picture.frames == 0)
    return; // it begins with a gap
  if (self->sound_sink != NULL) {
    g_autoptr (GstSample) sample = gst_app_sink_try_pull_preroll (GST_APP_SINK (self->sound_sink), 0);
    self->has_sound = TRUE; // also where it begins with a gap, of which there is no sample
    if (sample != NULL)
      po_sound_counter_take (&self->sound, sample);
  }
  if (!gst_element_query_duration (pipeline, GST_FORMAT_TIME, &self->header_ns) || self->header_ns < 0)
    self->header_ns = 0;
  if (!po_mend_movie_is_cut (pipeline))
    self->header_ns = MIN (self->header_ns, most_ns);
}

static PoFrame whole_frames (gint64 length_ns, PoRate rate) {
  return (PoFrame)gst_util_uint64_scale ((guint64)length_ns, (guint64)rate.fps_n, GST_SECOND * (guint64)rate.fps_d);
}

static PoEnquiryClip describe (const PoGlance *self) {
  const gboolean has_picture = self->picture.frames > 0;
  const gboolean is_still = has_picture && po_decode_is_image (self->decode);
  const PoRate rate = is_still || !has_picture ? (PoRate){0, 1} : self->rate;
  const PoFrame frames = rate.fps_n > 0 ? whole_frames (self->header_ns + ROUNDED_NS, rate) : 0;
  return (PoEnquiryClip){
      .kind = is_still          ? "still"
              : has_picture     ? "video"
              : self->has_sound ? "audio"
                                : NULL,
      .duration_ns = is_still         ? 0
                     : rate.fps_n > 0 ? po_duration_from_frames_floor (frames, rate)
                                      : self->header_ns,
      .frames = is_still ? 1 : frames,
      .rate = rate,
      .width = self->picture.width,
      .height = self->picture.height,
      .turned = self->picture.turned,
      .has_audio = self->has_sound,
  };
}

static void preroll (PoGlance *self, gint fd, gint timeout_ms) {
  g_autofree gchar *uri = po_clip_source_uri (fd);
  self->decode = po_decode_new (uri, make_branch, on_known, self);
  const PoDecodeEvents events = {on_bus, on_timeout, on_stalled};
  po_decode_run (self->decode, self->loop, GST_STATE_PAUSED, timeout_ms, &events);
  if (self->is_ready)
    look (self);
}

void po_glance_run (const gchar *path, const PoEnquiryOptions *options) {
  alarm ((guint)options->timeout_ms / 1000 + 1); // a disk that never answers
  PoGlance self = {.loop = g_main_loop_new (NULL, FALSE), .rate = {0, 1}};
  g_autofree gchar *problem = NULL;
  g_autoptr (GString) out = g_string_new ("{");
  const gint fd = po_enquiry_open (path, options, &problem);
  if (fd >= 0)
    preroll (&self, fd, options->timeout_ms);
  const PoEnquiryClip clip = describe (&self);
  if (problem == NULL && clip.kind == NULL)
    problem = g_strdup (_ ("nothing in it was decoded at once"));
  if (problem == NULL && strcmp (clip.kind, "still") != 0 && clip.duration_ns == 0)
    problem = g_strdup (_ ("its header does not say how long it is"));
  po_json_bool (out, "glance", TRUE);
  po_enquiry_print_clip (out, &clip);
  po_enquiry_answer (out, problem);
}
