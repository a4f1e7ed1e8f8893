// SPDX-License-Identifier: GPL-3.0-or-later
// What goes wrong stays where it is: an output that cannot write, one that comes and goes, a queue that overflows, a
// recorder that is killed. The others' recordings are whole.
#include <errno.h>
#include <glib/gstdio.h>
#include <gst/video/gstvideoencoder.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "model/error.h"
#include "output/encoder.h"
#include "output/rack.h"
#include "output/sink.h"
#include "program/image.h"
#include "feeding.h"
#include "reading.h"

#define LARGEST_FILE 2000000 // bytes: little of sound as it is, much of it coded
#define SMALL_FILE   100000
#define MAX_AHEAD    14 // frames that an encoder may hold

static const PoFormat format = {192, 108, {25, 1}};

static PoOutputSettings *recorder (const gchar *name, const gchar *folder, PoOutputCodec codec) {
  PoOutputSettings *settings = po_output_settings_new (name, "file");
  settings->path = g_strdup (folder);
  settings->codec = codec;
  return settings;
}

static PoOutputRack *rack_new (void) {
  g_autoptr (GTimeZone) zone = g_time_zone_new_utc ();
  return po_output_rack_new (&format, zone, TRUE, 0);
}

static PoOutputStatus *status_of (PoOutputRack *rack, guint index) {
  g_autoptr (GPtrArray) list = po_output_rack_status (rack);
  g_assert_cmpint (list->len, >, index);
  return g_ptr_array_steal_index (list, index);
}

static void check_whole (const gchar *path, guint n_frames) {
  g_autoptr (Recording) recording = recording_new ();
  g_assert_true (recording_read (recording, path, &format));
  recording_assert_whole (recording, n_frames);
}

// One output's folder is a file, so that it fails again and again; it comes to itself once the folder can be made.
static void test_failing (void) {
  g_autoptr (GError) error = NULL;
  g_autofree gchar *good = g_dir_make_tmp ("po-faults-XXXXXX", NULL);
  g_autofree gchar *parent = g_dir_make_tmp ("po-faults-XXXXXX", NULL);
  g_autofree gchar *bad = g_build_filename (parent, "folder", NULL);
  g_assert_true (g_file_set_contents (bad, "in the way", -1, NULL));
  g_autoptr (PoOutputSettings) good_settings = recorder ("good", good, PO_OUTPUT_CODEC_LOSSLESS);
  g_autoptr (PoOutputSettings) bad_settings = recorder ("bad", bad, PO_OUTPUT_CODEC_LOSSLESS);
  g_autoptr (PoOutputRack) rack = rack_new ();
  g_assert_true (po_output_rack_add (rack, bad_settings, &error));
  g_assert_true (po_output_rack_add (rack, good_settings, &error));
  for (gint64 k = 0; k < 100; k++)
    feed_frame (rack, &format, k);
  gint64 k = 100;
  for (gboolean is_mended = FALSE;; k++) {
    feed_frame (rack, &format, k);
    g_autoptr (PoOutputStatus) status = status_of (rack, 0);
    if (!is_mended && status->state == PO_OUTPUT_FAILED) {
      g_assert_nonnull (status->problem);
      g_assert_nonnull (strstr (status->problem, bad));
      g_unlink (bad);
      is_mended = TRUE;
    }
    if (is_mended && status->state == PO_OUTPUT_RUNNING && status->frames > 10)
      break;
    g_usleep (2000);
  }
  g_assert_true (po_output_rack_finish (rack, 60 * PO_NS_PER_SECOND));
  g_autoptr (PoOutputStatus) bad_status = status_of (rack, 0);
  g_autoptr (PoOutputStatus) good_status = status_of (rack, 1);
  g_assert_cmpint (bad_status->errors, >=, 1);
  g_assert_cmpint (bad_status->restarts, ==, 1);
  g_assert_cmpint (bad_status->dropped, >, 0);
  g_assert_cmpint (bad_status->dropped + bad_status->frames, ==, k + 1);
  g_assert_cmpint (good_status->dropped, ==, 0);
  g_autoptr (GPtrArray) paths = recording_list (good, ".mkv");
  check_whole (paths->pdata[0], (guint)k + 1);
  recording_remove_folder (good);
  recording_remove_folder (bad);
  recording_remove_folder (parent);
}

// A file that cannot grow, as on a full disk, fails and is followed by another; the recording beside it is whole.
static void test_full (void) {
  struct rlimit limit, small;
  g_autofree gchar *large = g_dir_make_tmp ("po-faults-XXXXXX", NULL);
  g_autofree gchar *little = g_dir_make_tmp ("po-faults-XXXXXX", NULL);
  g_autoptr (PoOutputSettings) large_settings = recorder ("large", large, PO_OUTPUT_CODEC_LOSSLESS);
  g_autoptr (PoOutputSettings) little_settings = recorder ("little", little, PO_OUTPUT_CODEC_H264);
  g_autoptr (PoOutputRack) rack = rack_new ();
  g_assert_true (po_output_rack_add (rack, large_settings, NULL));
  g_assert_true (po_output_rack_add (rack, little_settings, NULL));
  signal (SIGXFSZ, SIG_IGN);
  g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &limit), ==, 0);
  small = limit;
  small.rlim_cur = LARGEST_FILE;
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &small), ==, 0);
  gint64 k = 0;
  for (guint64 restarts = 0; restarts < 2; k++) {
    feed_frame (rack, &format, k);
    g_autoptr (PoOutputStatus) status = status_of (rack, 0);
    restarts = status->restarts;
    g_usleep (2000);
  }
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &limit), ==, 0);
  g_assert_true (po_output_rack_finish (rack, 60 * PO_NS_PER_SECOND));
  g_autoptr (PoOutputStatus) little_status = status_of (rack, 1);
  g_autoptr (GPtrArray) paths = recording_list (little, ".ts");
  g_autoptr (GPtrArray) pieces = recording_list (large, ".mkv");
  g_assert_cmpuint (little_status->errors, ==, 0);
  g_assert_cmpuint (pieces->len, >=, 3);
  check_whole (paths->pdata[0], (guint)k);
  recording_remove_folder (large);
  recording_remove_folder (little);
}

// Segments of a stream that cannot grow fail one after the other, and none that no list names stays behind.
static void test_full_stream (void) {
  struct rlimit limit, small;
  g_autofree gchar *folder = g_dir_make_tmp ("po-faults-XXXXXX", NULL);
  g_autoptr (PoOutputSettings) settings = po_output_settings_new ("web", "hls");
  settings->path = g_strdup (folder);
  settings->segment_ns = 60 * PO_NS_PER_SECOND;
  g_autoptr (PoOutputRack) rack = rack_new ();
  g_assert_true (po_output_rack_add (rack, settings, NULL));
  signal (SIGXFSZ, SIG_IGN);
  g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &limit), ==, 0);
  small = limit;
  small.rlim_cur = SMALL_FILE;
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &small), ==, 0);
  gint64 k = 0;
  for (guint64 errors = 0; errors < 3; k++) {
    feed_noisy_frame (rack, &format, k);
    g_autoptr (PoOutputStatus) status = status_of (rack, 0);
    errors = status->errors;
    g_usleep (2000);
  }
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &limit), ==, 0);
  g_assert_true (po_output_rack_finish (rack, 60 * PO_NS_PER_SECOND));
  g_autoptr (GPtrArray) segments = recording_list (folder, ".ts");
  g_assert_cmpuint (segments->len, <=, 1); // the last one, if it had the time to begin
  recording_remove_folder (folder);
}

// Outputs added and removed on air: the one that stays is whole, the late one begins with a key picture.
static void test_come_and_go (void) {
  g_autoptr (GError) error = NULL;
  g_autofree gchar *stays = g_dir_make_tmp ("po-faults-XXXXXX", NULL);
  g_autofree gchar *late = g_dir_make_tmp ("po-faults-XXXXXX", NULL);
  g_autoptr (PoOutputSettings) stays_settings = recorder ("stays", stays, PO_OUTPUT_CODEC_H264);
  g_autoptr (PoOutputSettings) late_settings = recorder ("late", late, PO_OUTPUT_CODEC_H264);
  g_autoptr (PoOutputRack) rack = rack_new ();
  g_assert_true (po_output_rack_add (rack, stays_settings, &error));
  for (gint64 k = 0; k < 300; k++) {
    if (k == 60)
      g_assert_true (po_output_rack_add (rack, late_settings, &error));
    if (k == 250)
      po_output_rack_remove (rack, "late");
    feed_frame (rack, &format, k);
  }
  g_assert_true (po_output_rack_finish (rack, 60 * PO_NS_PER_SECOND));
  g_autoptr (GPtrArray) whole = recording_list (stays, ".ts");
  g_autoptr (GPtrArray) part = recording_list (late, ".ts");
  check_whole (whole->pdata[0], 300);
  g_assert_cmpint (part->len, ==, 1);
  g_autoptr (Recording) recording = recording_new ();
  g_assert_true (recording_read (recording, part->pdata[0], &format));
  gint64 first = (gint64)(g_array_index (recording->frames, guint64, 0) & 0xffffffffff);
  g_assert_cmpint (first % 50, ==, 0); // a key picture every two seconds
  // (cut in order of decoding, so that of the last few some are missing)
  g_assert_cmpint (recording->frames->len, >, 100);
  for (guint i = 0; i + 6 < recording->frames->len; i++)
    g_assert_cmpint ((gint64)(g_array_index (recording->frames, guint64, i) & 0xffffffffff), ==, first + i);
  recording_remove_folder (stays);
  recording_remove_folder (late);
}

// An output whose bitrate is changed again and again, on air: encodes that nobody wants any more give up their place.
static void test_many_changes (void) {
  g_autofree gchar *folder = g_dir_make_tmp ("po-faults-XXXXXX", NULL);
  g_autoptr (PoOutputSettings) settings = recorder ("rec", folder, PO_OUTPUT_CODEC_H264);
  g_autoptr (PoOutputRack) rack = rack_new ();
  gint64 k = 0;
  for (guint change = 0; change < 40; change++) {
    g_autoptr (GError) error = NULL;
    settings->video_bitrate_kbps = 300 + (gint)change;
    g_assert_true (po_output_rack_add (rack, settings, &error));
    for (guint i = 0; i < 5; i++)
      feed_frame (rack, &format, k++);
    g_autoptr (PoOutputStatus) status = status_of (rack, 0);
    g_assert_null (status->problem);
  }
  gint64 last = k;
  for (; k < last + 50; k++)
    feed_frame (rack, &format, k);
  g_assert_true (po_output_rack_finish (rack, 60 * PO_NS_PER_SECOND));
  g_autoptr (PoOutputStatus) status = status_of (rack, 0);
  g_assert_cmpint (status->frames, ==, 55);
  recording_remove_folder (folder);
}

// (transfer full) of PoUnit: 100 frames' worth of one stream
static GPtrArray *units_of (const PoEncoding *encoding, gsize bytes) {
  GPtrArray *units = g_ptr_array_new_with_free_func ((GDestroyNotify)po_unit_unref);
  g_autoptr (PoUnitQueue) queue = po_unit_queue_new (TRUE);
  g_autoptr (PoEncoder) encoder = po_encoder_new (encoding, &format, TRUE, NULL);
  po_encoder_subscribe (encoder, queue);
  for (gint64 k = 0; k < 100; k++) {
    g_autoptr (GstBuffer) buffer = gst_buffer_new_allocate (NULL, bytes, NULL);
    gst_buffer_memset (buffer, 0, 128, bytes);
    GST_BUFFER_PTS (buffer) = (GstClockTime)k * 40 * GST_MSECOND;
    po_encoder_push (encoder, buffer);
  }
  po_encoder_finish (encoder);
  for (;;) {
    PoUnit *unit = po_unit_queue_take (queue, 60 * PO_NS_PER_SECOND);
    g_assert_nonnull (unit);
    g_ptr_array_add (units, unit);
    if (unit->buffer == NULL)
      return units;
  }
}

// The sound's encoder is four seconds behind: its place neither hangs nor is blamed.
static void test_late_sound (void) {
  const PoEncoding encodings[] = {{PO_STREAM_VIDEO, PO_OUTPUT_CODEC_H264, format.width, format.height, 300},
                                  {PO_STREAM_AUDIO, PO_OUTPUT_CODEC_H264, 0, 0, 128}};
  g_autofree gchar *folder = g_dir_make_tmp ("po-faults-XXXXXX", NULL);
  g_autofree gchar *path = g_build_filename (folder, "late.ts", NULL);
  g_autoptr (PoOutputSettings) settings = recorder ("rec", folder, PO_OUTPUT_CODEC_H264);
  g_autoptr (GError) error = NULL;
  g_autoptr (PoSink) sink = po_sink_new (settings, &format, NULL, path, PO_NS_PER_SECOND, FALSE, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < G_N_ELEMENTS (encodings); i++) {
    g_autoptr (GPtrArray) units = units_of (&encodings[i], i == 0 ? 192 * 108 * 3 / 2 : 1920 * 4);
    for (guint j = 0; j + 1 < units->len; j++)
      g_assert_true (po_sink_push (sink, units->pdata[j], &error));
  }
  g_assert_true (po_sink_finish (sink, 60 * PO_NS_PER_SECOND, &error));
  g_autoptr (Recording) recording = recording_new ();
  g_assert_true (recording_read (recording, path, &format));
  g_assert_cmpint (recording->frames->len, ==, 100);
  recording_remove_folder (folder);
}

// However long a server was away, a key picture within a second of its return, or the next one, reaches it.
static void test_pauses (void) {
  gint64 peer_ns = 0, disk_ns = 0;
  for (guint i = 0; i < 20; i++) {
    const gint64 before_ns = disk_ns;
    peer_ns = po_output_pause_after (peer_ns, TRUE);
    disk_ns = po_output_pause_after (disk_ns, FALSE);
    g_assert_cmpint (peer_ns, <=, PO_NS_PER_SECOND);
    g_assert_cmpint (disk_ns, >=, before_ns);
  }
  g_assert_cmpint (peer_ns, ==, PO_NS_PER_SECOND);
  g_assert_cmpint (disk_ns, ==, 10 * PO_NS_PER_SECOND);
}

static void test_refused (void) {
  static const struct {
    const gchar *type, *uri, *path;
    PoOutputCodec codec;
    const gchar *says;
  } rows[] = {
      {"smoke", "udp://127.0.0.1:1234", NULL, PO_OUTPUT_CODEC_H264, "udp, srt"},
      {"udp", NULL, NULL, PO_OUTPUT_CODEC_H264, "uri="},
      {"file", NULL, NULL, PO_OUTPUT_CODEC_H264, "path="},
      {"udp", "udp://127.0.0.1:1234", NULL, PO_OUTPUT_CODEC_LOSSLESS, "lossless"},
  };
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (PoOutputRack) rack = rack_new ();
    g_autoptr (PoOutputSettings) settings = po_output_settings_new ("x", rows[i].type);
    settings->uri = g_strdup (rows[i].uri);
    settings->codec = rows[i].codec;
    g_assert_false (po_output_rack_add (rack, settings, &error));
    g_assert_error (error, PO_ERROR, PO_ERROR_CONFIG);
    g_assert_nonnull (strstr (error->message, rows[i].says));
  }
}

static _Atomic guint frames_to_choke;     // counts down; the picture that makes it 0 is the encoder's last
static GstVideoEncoderClass *whole_class; // of the encoder as it is

static GstFlowReturn choke_or_encode (GstVideoEncoder *encoder, GstVideoCodecFrame *frame) {
  if (frames_to_choke == 0 || --frames_to_choke > 0)
    return whole_class->handle_frame (encoder, frame);
  gst_video_codec_frame_unref (frame);
  GST_ELEMENT_ERROR (encoder, STREAM, ENCODE, ("choked"), (NULL));
  return GST_FLOW_ERROR;
}

static void choking_class_init (gpointer class, gpointer data) {
  GST_VIDEO_ENCODER_CLASS (class)->handle_frame = choke_or_encode;
}

// The real encoder, but that it can be made to choke, takes its place. (A picture that it cannot read would do, but
// that one it leaks.)
static void install_choking_encoder (void) {
  GTypeQuery parent;
  g_autoptr (GstElement) encoder = gst_object_ref_sink (gst_element_factory_make ("x264enc", NULL));
  g_type_query (G_OBJECT_TYPE (encoder), &parent);
  whole_class = g_type_class_ref (parent.type);
  const GTypeInfo info = {.class_size = (guint16)parent.class_size,
                          .class_init = choking_class_init,
                          .instance_size = (guint16)parent.instance_size};
  GType type = g_type_register_static (parent.type, "ChokingEncoder", &info, 0);
  g_assert_true (gst_element_register (NULL, "x264enc", GST_RANK_NONE, type));
}

static guint64 frames_of (PoOutputRack *rack) {
  g_autoptr (PoOutputStatus) status = status_of (rack, 0);
  return status->frames;
}

// An encoder that chokes, twice, is started anew: the recording goes on with the next key picture.
static void test_encoder (void) {
  g_autoptr (GError) error = NULL;
  g_autofree gchar *folder = g_dir_make_tmp ("po-faults-XXXXXX", NULL);
  g_autoptr (PoOutputSettings) settings = recorder ("rec", folder, PO_OUTPUT_CODEC_H264);
  g_autoptr (PoOutputRack) rack = rack_new ();
  g_assert_true (po_output_rack_add (rack, settings, &error));
  gint64 k = 0;
  for (guint round = 0; round < 2; round++) {
    gboolean has_told = FALSE;
    frames_to_choke = 50;
    while (frames_to_choke > 0)
      feed_frame (rack, &format, k++);
    for (guint64 before = frames_of (rack); frames_of (rack) < before + 100; k++) {
      feed_frame (rack, &format, k);
      g_usleep (2000);
      g_autoptr (PoOutputStatus) status = status_of (rack, 0);
      has_told |= status->state == PO_OUTPUT_FAILED && strstr (status->problem, "choked") != NULL;
    }
    g_assert_true (has_told);
  }
  g_assert_true (po_output_rack_finish (rack, 60 * PO_NS_PER_SECOND));
  g_autoptr (PoOutputStatus) status = status_of (rack, 0);
  g_autoptr (GPtrArray) paths = recording_list (folder, ".ts");
  g_autoptr (Recording) recording = recording_new ();
  g_assert_true (recording_read (recording, paths->pdata[0], &format));
  g_assert_cmpint (recording->frames->len, ==, status->frames);
  g_assert_cmpint (status->frames + status->dropped, ==, k);
  g_assert_cmphex (g_array_index (recording->frames, guint64, recording->frames->len - 1), ==,
                   G_GUINT64_CONSTANT (1) << 40 | (guint64)(k - 1));
  recording_remove_folder (folder);
}

// The channel ends just when its encoder has choked: the recording is closed, with what had come out.
static void test_encoder_at_end (void) {
  g_autofree gchar *folder = g_dir_make_tmp ("po-faults-XXXXXX", NULL);
  g_autoptr (PoOutputSettings) settings = recorder ("rec", folder, PO_OUTPUT_CODEC_H264);
  g_autoptr (PoOutputRack) rack = rack_new ();
  g_assert_true (po_output_rack_add (rack, settings, NULL));
  frames_to_choke = 200;
  for (gint64 k = 0; frames_to_choke > 0; k++)
    feed_frame (rack, &format, k);
  g_assert_true (po_output_rack_finish (rack, 60 * PO_NS_PER_SECOND));
  g_autoptr (GPtrArray) paths = recording_list (folder, ".ts");
  g_autoptr (Recording) recording = recording_new ();
  g_assert_true (recording_read (recording, paths->pdata[0], &format));
  g_assert_cmpint (recording->frames->len, >, 100);
  recording_remove_folder (folder);
}

// A queue that nobody empties keeps seconds, not more, and goes on with a key picture.
static void test_queue (void) {
  g_autoptr (PoUnitQueue) queue = po_unit_queue_new (FALSE);
  g_autoptr (GstBuffer) buffer = gst_buffer_new_allocate (NULL, 1000, NULL);
  for (gint64 k = 0; k < 1000; k++) {
    g_autoptr (PoUnit) unit =
        po_unit_new (PO_STREAM_VIDEO, buffer, NULL, k * 40 * PO_NS_PER_MS, k * 40 * PO_NS_PER_MS, k % 50 == 0);
    po_unit_queue_put (queue, unit);
  }
  gint64 taken = 0, last_pts_ns = -1;
  const guint waiting = po_unit_queue_pictures (queue);
  for (;;) {
    g_autoptr (PoUnit) unit = po_unit_queue_take (queue, 0);
    if (unit == NULL)
      break;
    if (taken++ == 0)
      g_assert_true (unit->is_key);
    else
      g_assert_cmpint (unit->pts_ns, ==, last_pts_ns + 40 * PO_NS_PER_MS);
    last_pts_ns = unit->pts_ns;
  }
  g_assert_cmpint (last_pts_ns, ==, 999 * 40 * PO_NS_PER_MS);
  g_assert_cmpint (taken, <=, 126);
  g_assert_cmpint (taken, ==, waiting);
  g_assert_cmpuint (po_unit_queue_pictures (queue), ==, 0);
  g_assert_cmpint (taken + (gint64)po_unit_queue_dropped (queue), ==, 1000);
}

// Run as a child: records for ever, and writes down how many frames it was given. It does not run ahead of its recorder
// by more than an encoder holds, as no channel does in real time.
static int record_for_ever (const gchar *folder, const gchar *codec) {
  g_autoptr (PoOutputRack) rack = rack_new ();
  g_autoptr (PoOutputSettings) settings =
      recorder ("rec", folder, g_str_equal (codec, "h264") ? PO_OUTPUT_CODEC_H264 : PO_OUTPUT_CODEC_LOSSLESS);
  g_assert_true (po_output_rack_add (rack, settings, NULL));
  for (guint32 k = 0;; k++) {
    while (k > MAX_AHEAD && frames_of (rack) < k - MAX_AHEAD)
      g_usleep (200);
    g_assert_cmpint (write (STDOUT_FILENO, &k, sizeof k), ==, sizeof k);
    feed_frame (rack, &format, k);
    g_usleep (500);
  }
  return 0;
}

// Numbers of frames from the child until @until, or the end. Returns the last.
static guint32 read_numbers (gint fd, guint32 until) {
  guint32 k = 0;
  while (k < until && read (fd, &k, sizeof k) == sizeof k)
    continue;
  return k;
}

static gchar *own_path; // of this program

static void test_killed (gconstpointer data) {
  const gchar *codec = data;
  g_autofree gchar *folder = g_dir_make_tmp ("po-faults-XXXXXX", NULL);
  const gchar *argv[] = {own_path, "--record", folder, codec, NULL};
  GPid pid = 0;
  gint fd = -1;
  g_assert_true (g_spawn_async_with_pipes (NULL, (gchar **)argv, NULL, G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL, &pid,
                                           NULL, &fd, NULL, NULL));
  gint64 last = read_numbers (fd, 500);
  kill (pid, SIGKILL);
  waitpid (pid, NULL, 0);
  last = MAX (last, read_numbers (fd, G_MAXUINT32));
  close (fd);
  g_autoptr (GPtrArray) paths = recording_list (folder, "");
  g_autoptr (Recording) recording = recording_new ();
  g_assert_true (recording_read (recording, paths->pdata[0], &format));
  g_test_message ("%u frames of %" G_GINT64_FORMAT, recording->frames->len, last);
  g_assert_cmpint (recording->frames->len, >, last - 25); // to the last second
  // Of the last few in order of decoding some are missing; every one before them is there.
  for (guint i = 0; i + 6 < recording->frames->len; i++)
    g_assert_cmphex (g_array_index (recording->frames, guint64, i), ==, G_GUINT64_CONSTANT (1) << 40 | i);
  g_assert_cmpint (recording->sound->len / 4, >, (last - 25) * 1920);
  recording_remove_folder (folder);
}

static void on_sound_gone (gpointer data) {
  g_atomic_int_add ((gint *)data, -1);
}

// The pictures' encoder is broken for good: the sound does not pile up until they come.
static void test_no_pictures (void) {
  static guint8 sample[4];
  static gint alive;
  const gint64 deadline_us = g_get_monotonic_time () + 60 * G_USEC_PER_SEC; // fails a test only when something hangs
  g_autoptr (GTimeZone) zone = g_time_zone_new_utc ();
  PoService *service = po_service_new (0);
  g_autoptr (PoOutputSettings) settings = po_output_settings_new ("silent", "udp");
  settings->uri = g_strdup ("udp://127.0.0.1:9");
  PoOutput *output = po_output_new (settings, &format, zone, service, TRUE, 0, NULL);
  for (gint64 i = 0; i < 2000; i++) {
    const gint64 pts_ns = i * PO_NS_PER_SECOND / 10;
    GstBuffer *buffer = gst_buffer_new_wrapped_full (GST_MEMORY_FLAG_READONLY, sample, sizeof sample, 0, sizeof sample,
                                                     &alive, on_sound_gone);
    g_atomic_int_inc (&alive);
    g_autoptr (PoUnit) unit = po_unit_new (PO_STREAM_AUDIO, buffer, NULL, pts_ns, pts_ns, FALSE);
    gst_buffer_unref (buffer);
    po_unit_queue_put (po_output_queue (output), unit);
  }
  while (g_atomic_int_get (&alive) > 150 && g_get_monotonic_time () < deadline_us)
    g_usleep (1000);
  g_assert_cmpint (g_atomic_int_get (&alive), <=, 150); // fifteen seconds
  po_output_free (output);
  po_service_unref (service);
}

int main (int argc, char **argv) {
  gst_init (&argc, &argv);
  if (argc == 4 && g_str_equal (argv[1], "--record"))
    return record_for_ever (argv[2], argv[3]);
  install_choking_encoder ();
  own_path = g_file_read_link ("/proc/self/exe", NULL);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/faults/failing", test_failing);
  g_test_add_func ("/faults/full", test_full);
  g_test_add_func ("/faults/full-stream", test_full_stream);
  g_test_add_func ("/faults/come-and-go", test_come_and_go);
  g_test_add_func ("/faults/many-changes", test_many_changes);
  g_test_add_func ("/faults/late-sound", test_late_sound);
  g_test_add_func ("/faults/refused", test_refused);
  g_test_add_func ("/faults/pauses", test_pauses);
  g_test_add_func ("/faults/encoder", test_encoder);
  g_test_add_func ("/faults/encoder-at-end", test_encoder_at_end);
  g_test_add_func ("/faults/queue", test_queue);
  g_test_add_func ("/faults/no-pictures", test_no_pictures);
  g_test_add_data_func ("/faults/killed/h264", "h264", test_killed);
  g_test_add_data_func ("/faults/killed/lossless", "lossless", test_killed);
  return g_test_run ();
}
