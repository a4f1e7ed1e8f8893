// SPDX-License-Identifier: GPL-3.0-or-later
// Decode everything, count, print.
#include "player/probe.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib/gi18n-lib.h>
#include <gst/app/gstappsink.h>
#include <gst/gst.h>

#include "player/branch.h"
#include "player/counter.h"
#include "player/decode.h"
#include "player/json.h"
#include "player/sandbox.h"

#define HD_WIDTH           1920
#define HD_HEIGHT          1080
#define KILL_GRACE_SECONDS 5

typedef struct {
  PoDecode *decode;
  PoPictureCounter picture;
  PoSoundCounter sound;
  GMainLoop *loop;
  gint64 errors;
  gboolean timed_out;
  gchar *error; // the first one posted
} PoProbe;

static GstFlowReturn on_picture (GstAppSink *sink, gpointer user_data) {
  PoProbe *self = user_data;
  g_autoptr (GstSample) sample = gst_app_sink_pull_sample (sink);
  if (sample == NULL)
    return GST_FLOW_EOS;
  if (self->picture.frames == 0) {
    g_autoptr (GstPad) pad = gst_element_get_static_pad (GST_ELEMENT (sink), "sink");
    self->picture.turned = po_branch_is_turned_by_quarter (pad);
  }
  po_picture_counter_take (&self->picture, sample, po_decode_is_matroska (self->decode));
  return GST_FLOW_OK;
}

static GstFlowReturn on_sound (GstAppSink *sink, gpointer user_data) {
  PoProbe *self = user_data;
  g_autoptr (GstSample) sample = gst_app_sink_pull_sample (sink);
  if (sample == NULL)
    return GST_FLOW_EOS;
  po_sound_counter_take (&self->sound, sample);
  return GST_FLOW_OK;
}

static GstElement *make_branch (PoDecode *decode, GstPad *pad, gboolean is_picture, gpointer user_data) {
  const GstAppSinkCallbacks callbacks = {.new_sample = is_picture ? on_picture : on_sound};
  GstElement *sink = gst_element_factory_make ("appsink", NULL);
  g_object_set (sink, "sync", FALSE, "max-buffers", 1, "qos", FALSE, "enable-last-sample", FALSE, NULL);
  gst_app_sink_set_callbacks (GST_APP_SINK (sink), (GstAppSinkCallbacks *)&callbacks, user_data, NULL);
  return sink;
}

static void on_known (PoDecode *decode, gboolean has_picture, gboolean has_sound, gpointer user_data) {
}

static gboolean on_bus (GstBus *bus, GstMessage *message, gpointer user_data) {
  PoProbe *self = user_data;
  g_autoptr (GError) error = NULL;
  switch (GST_MESSAGE_TYPE (message)) {
  case GST_MESSAGE_ERROR:
    gst_message_parse_error (message, &error, NULL);
    self->errors++;
    if (self->error == NULL)
      self->error = g_strdup (error->message);
    g_main_loop_quit (self->loop);
    break;
  case GST_MESSAGE_WARNING:
    self->errors++;
    break;
  case GST_MESSAGE_EOS:
    g_main_loop_quit (self->loop);
    break;
  default:
    break;
  }
  return G_SOURCE_CONTINUE;
}

static void on_stalled (PoDecode *decode, gpointer user_data) {
  PoProbe *self = user_data;
  g_main_loop_quit (self->loop);
}

static gboolean on_timeout (gpointer user_data) {
  PoProbe *self = user_data;
  self->timed_out = TRUE;
  g_main_loop_quit (self->loop);
  return G_SOURCE_REMOVE;
}

// O_NONBLOCK: a FIFO or device is refused here and never waited for.
static gint open_regular (const gchar *path, gchar **ret_problem) {
  const gint fd = open (path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
  struct stat info;
  if (fd < 0) {
    *ret_problem = g_strdup_printf (_ ("cannot be opened: %s"), g_strerror (errno));
    return -1;
  }
  if (fstat (fd, &info) == 0 && S_ISREG (info.st_mode) && info.st_size > 0)
    return fd;
  *ret_problem = g_strdup (S_ISREG (info.st_mode) ? _ ("the file is empty") : _ ("not a regular file"));
  close (fd);
  return -1;
}

static gchar *hash_file (gint fd) {
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autofree guchar *block = g_malloc (1 << 20);
  off_t at = 0;
  for (ssize_t n; (n = pread (fd, block, 1 << 20, at)) > 0; at += n)
    g_checksum_update (checksum, block, n);
  return g_strdup (g_checksum_get_string (checksum));
}

static gchar *find_problem (const PoProbe *self, gint timeout_ms) {
  if (self->timed_out)
    return g_strdup_printf (_ ("not decoded within %d s"), timeout_ms / 1000);
  if (self->picture.frames > 0 || self->sound.samples > 0)
    return NULL;
  if (self->error != NULL)
    return g_strdup_printf (_ ("nothing in it can be decoded: %s"), self->error);
  return g_strdup (_ ("nothing in it can be decoded"));
}

static void print_facts (const PoProbe *self, const gchar *problem, const gchar *sha256) {
  const gboolean has_picture = self->picture.frames > 0;
  const gboolean still = self->picture.frames == 1 && self->decode != NULL && po_decode_is_image (self->decode);
  const PoRate rate = still || !has_picture ? (PoRate){0, 1} : self->picture.rate;
  const gint64 duration_ns = still         ? 0
                             : has_picture ? po_picture_counter_duration_ns (&self->picture)
                                           : po_sound_counter_duration_ns (&self->sound);
  const gboolean turned = self->picture.turned;
  PoDecode *decode = self->decode;
  g_autoptr (GString) out = g_string_new ("{");
  po_json_string (out, "kind", still ? "still" : has_picture ? "video" : self->sound.samples > 0 ? "audio" : NULL);
  po_json_int (out, "duration_ns", duration_ns);
  po_json_int (out, "frames", self->picture.frames);
  po_json_rate (out, "rate", rate);
  po_json_int (out, "width", turned ? self->picture.height : self->picture.width);
  po_json_int (out, "height", turned ? self->picture.width : self->picture.height);
  po_json_bool (out, "interlaced", self->picture.interlaced);
  po_json_bool (out, "has_audio", self->sound.samples > 0);
  po_json_int (out, "channels", self->sound.channels);
  po_json_int (out, "sample_rate", self->sound.sample_rate);
  po_json_int (out, "audio_ns", po_sound_counter_duration_ns (&self->sound));
  po_json_string (out, "container", decode == NULL ? NULL : po_decode_container (decode));
  po_json_string (out, "video_codec", decode == NULL ? NULL : po_decode_codec (decode, TRUE));
  po_json_string (out, "audio_codec", decode == NULL ? NULL : po_decode_codec (decode, FALSE));
  po_json_int (out, "errors", self->errors + self->picture.corrupt + self->sound.corrupt);
  po_json_int (out, "missing_frames", po_picture_counter_missing (&self->picture));
  if (sha256 != NULL)
    po_json_string (out, "sha256", sha256);
  po_json_string (out, "problem", problem);
  g_string_append (out, "}\n");
  fputs (out->str, stdout);
  fflush (stdout);
}

static void decode_all (PoProbe *self, gint fd, gint timeout_ms) {
  g_autofree gchar *uri = po_decode_uri_for_fd (fd);
  self->decode = po_decode_new (uri, make_branch, on_known, self);
  GstElement *pipeline = po_decode_pipeline (self->decode);
  gst_pipeline_use_clock (GST_PIPELINE (pipeline), NULL);
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  gst_bus_add_watch (bus, on_bus, self);
  g_timeout_add ((guint)MAX (timeout_ms, 1), on_timeout, self);
  po_decode_watch (self->decode, on_stalled);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  g_main_loop_run (self->loop);
}

gint po_probe_run (const gchar *path, const PoProbeOptions *options) {
  alarm ((guint)options->timeout_ms / 1000 + KILL_GRACE_SECONDS); // a disk that never answers
  PoProbe self = {.loop = g_main_loop_new (NULL, FALSE)};
  g_autofree gchar *problem = NULL;
  g_autofree gchar *sha256 = NULL;
  const gint fd = open_regular (path, &problem);
  if (fd >= 0) {
    const PoSandboxNeeds needs = {.media_fd = fd, .address_bytes = po_sandbox_address_bytes (HD_WIDTH, HD_HEIGHT)};
    g_autofree gchar *summary = NULL;
    if (!po_sandbox_enter (options->sandbox, &needs, &summary)) {
      g_printerr ("playoutd-player: sandbox: %s\n", summary);
      _exit (EXIT_FAILURE);
    }
    decode_all (&self, fd, options->timeout_ms);
    po_picture_counter_finish (&self.picture);
    problem = find_problem (&self, options->timeout_ms);
    sha256 = options->hash ? hash_file (fd) : NULL;
  }
  print_facts (&self, problem, sha256);
  // Straight out: streaming threads may still be busy with a file that hangs them.
  _exit (EXIT_SUCCESS);
}
