// SPDX-License-Identifier: GPL-3.0-or-later
// An RTMP stream's times begin near zero at each connection, and it calls anew before they end.
#include <gio/gio.h>
#include <string.h>

#include "feeding.h"
#include "output/segment.h"
#include "reading.h"

#define HOUR_NS      (3600 * PO_NS_PER_SECOND)
#define DAY_NS       (24 * HOUR_NS)
#define FRAMES_A_DAY (24 * 3600 * 25)
#define LATE         (25 * FRAMES_A_DAY) // what a signed time of 32 bits no longer holds
#define MOST_LEAD_MS 5000
#define N_LINES      40 // pictures and pieces of sound

static const PoFormat format = {192, 108, {25, 1}};

static void test_spent (void) {
  g_autoptr (GTimeZone) zone = g_time_zone_new_identifier ("Asia/Ho_Chi_Minh"); // UTC+7
  static const struct {
    gint64 lasted_ns;
    gint hour; // UTC
    gboolean is_spent;
  } rows[] = {
      {19 * DAY_NS, 20, FALSE}, {20 * DAY_NS, 19, FALSE}, {20 * DAY_NS, 20, TRUE}, {20 * DAY_NS, 21, TRUE},
      {20 * DAY_NS, 22, FALSE}, {23 * DAY_NS, 12, FALSE}, {24 * DAY_NS, 12, TRUE},
  };
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    g_assert_cmpint (po_segment_is_spent (rows[i].lasted_ns, 20000 * DAY_NS + rows[i].hour * HOUR_NS, zone), ==,
                     rows[i].is_spent);
}

static guint free_port (void) {
  g_autoptr (GSocketListener) listener = g_socket_listener_new ();
  const guint port = g_socket_listener_add_any_inet_port (listener, NULL, NULL);
  g_assert_cmpuint (port, !=, 0);
  return port;
}

// A server for one connection, which writes the times of what comes, a line each.
static GSubprocess *serve (const gchar *uri, const gchar *path) {
  g_autoptr (GError) error = NULL;
  GSubprocess *server = g_subprocess_new (G_SUBPROCESS_FLAGS_STDIN_PIPE, &error, "ffmpeg", "-y", "-loglevel", "error",
                                          "-analyzeduration", "500000", "-copyts", "-listen", "1", "-i", uri, "-c",
                                          "copy", "-copyts", "-flush_packets", "1", "-f", "framecrc", path, NULL);
  g_assert_no_error (error);
  return server;
}

// Lines are "stream, dts, pts, …" in units of a millisecond.
static GArray *times_of (const gchar *path) {
  GArray *times = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autofree gchar *text = NULL;
  g_auto (GStrv) lines = g_file_get_contents (path, &text, NULL, NULL) ? g_strsplit (text, "\n", -1) : NULL;
  for (guint i = 0; lines != NULL && lines[i] != NULL && lines[i + 1] != NULL; i++) { // the last may not be whole
    const gchar *comma = *lines[i] != '#' ? strchr (lines[i], ',') : NULL;
    const gint64 time_ms = comma != NULL ? g_ascii_strtoll (comma + 1, NULL, 10) : 0;
    if (comma != NULL)
      g_array_append_val (times, time_ms);
  }
  return times;
}

// Feeds from @first on until @path has enough lines, all of times that count from near there.
static void feed_until_served (PoOutputRack *rack, gint64 first, const gchar *path) {
  for (gint64 k = first;; k++) {
    g_autoptr (GArray) times = times_of (path);
    for (guint i = 0; i < times->len; i++)
      g_assert_cmpint (ABS (g_array_index (times, gint64, i)), <, MOST_LEAD_MS + (k - first) * 40);
    if (times->len >= N_LINES)
      return;
    feed_noisy_frame (rack, &format, k);
    g_usleep (40000);
  }
}

// What nobody answers is not told to have called anew.
static void feed_until_refused (PoOutputRack *rack, gint64 first) {
  for (gint64 k = first;; k++) {
    g_autoptr (GPtrArray) list = po_output_rack_status (rack);
    const PoOutputStatus *status = list->pdata[0];
    if (status->state == PO_OUTPUT_FAILED) {
      g_assert_false (status->is_renewed);
      return;
    }
    feed_noisy_frame (rack, &format, k);
    g_usleep (40000);
  }
}

static void test_late (void) {
  g_log_set_always_fatal (G_LOG_FATAL_MASK); // rtmp2sink is critical of what ffmpeg, serving, leaves out
  g_autoptr (GTimeZone) zone = g_time_zone_new_utc ();
  g_autofree gchar *folder = g_dir_make_tmp ("po-rtmp-XXXXXX", NULL);
  g_autofree gchar *first = g_build_filename (folder, "first.ts", NULL);
  g_autofree gchar *second = g_build_filename (folder, "second.ts", NULL);
  g_autofree gchar *uri = g_strdup_printf ("rtmp://127.0.0.1:%u/live/air", free_port ());
  g_autoptr (PoOutputSettings) settings = po_output_settings_new ("air", "rtmp");
  settings->uri = g_strdup (uri);
  settings->video_bitrate_kbps = 500;
  g_autoptr (PoOutputRack) rack = po_output_rack_new (&format, zone, FALSE, 0);
  g_assert_true (po_output_rack_add (rack, settings, NULL));
  g_autoptr (GSubprocess) early = serve (uri, first);
  feed_until_served (rack, 0, first);
  g_autoptr (GSubprocess) late = serve (uri, second);
  feed_until_served (rack, LATE, second);
  g_assert_true (g_subprocess_wait (early, NULL, NULL)); // it was told the end
  g_assert_true (g_subprocess_get_successful (early));
  g_autoptr (GPtrArray) list = po_output_rack_status (rack);
  g_assert_true (((const PoOutputStatus *)list->pdata[0])->is_renewed);
  feed_until_refused (rack, 2 * LATE);
  po_output_rack_finish (rack, 10 * PO_NS_PER_SECOND);
  g_subprocess_force_exit (late);
  g_subprocess_wait (late, NULL, NULL);
  recording_remove_folder (folder);
}

int main (int argc, char **argv) {
  g_test_init (&argc, &argv, NULL);
  gst_init (&argc, &argv);
  g_test_add_func ("/rtmp/spent", test_spent);
  g_test_add_func ("/rtmp/late", test_late);
  return g_test_run ();
}
