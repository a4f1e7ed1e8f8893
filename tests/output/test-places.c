// SPDX-License-Identifier: GPL-3.0-or-later
// Names and cuts of segments, HLS playlists, and what arrives at the other end of a UDP output.
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <utime.h>

#include "model/error.h"
#include "output/pacer.h"
#include "output/pacing.h"
#include "output/pcr.h"
#include "output/rack.h"
#include "output/segment.h"
#include "program/image.h"
#include "feeding.h"
#include "reading.h"

#define ENOUGH_BYTES 260000 // some 70 frames

static const PoFormat format = {192, 108, {25, 1}};

static PoTimeNs at (const gchar *text) {
  g_autoptr (GTimeZone) zone = g_time_zone_new_utc ();
  PoTimeNs time_ns = 0;
  g_assert_true (po_time_parse (text, zone, &time_ns, NULL));
  return time_ns;
}

static void test_names (void) {
  g_autoptr (GTimeZone) zone = g_time_zone_new_identifier ("Asia/Ho_Chi_Minh");
  static const struct {
    const gchar *utc;
    guint try;
    const gchar *name;
  } rows[] = {
      {"2027-01-06T12:45:00Z", 0, "20270106T194500+0700.ts"},
      {"2027-01-06T12:45:00.960Z", 0, "20270106T194500+0700.ts"},
      {"2027-01-06T17:00:00Z", 1, "20270107T000000+0700_2.ts"},
  };
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree gchar *name = po_segment_name (at (rows[i].utc), zone, rows[i].try, "ts");
    g_assert_cmpstr (name, ==, rows[i].name);
  }
  // Whoever sorts names has the recordings of one second in the order in which they were made.
  g_autofree gchar *first = po_segment_name (at (rows[0].utc), zone, 0, "ts");
  g_autofree gchar *second = po_segment_name (at (rows[0].utc), zone, 1, "ts");
  g_assert_cmpint (strcmp (first, second), <, 0);
}

// Whether a file ends before @after, a second after @before.
static gboolean is_cut (const gchar *before, const gchar *after, gint64 segment_ns, GTimeZone *zone) {
  return po_segment_number (at (before), segment_ns, zone) != po_segment_number (at (after), segment_ns, zone);
}

static void test_numbers (void) {
  g_autoptr (GTimeZone) india = g_time_zone_new_identifier ("Asia/Kolkata"); // half an hour off
  g_autoptr (GTimeZone) berlin = g_time_zone_new_identifier ("Europe/Berlin");
  const gint64 hour = 3600 * PO_NS_PER_SECOND;
  // 18:29:59 and 18:30:00 UTC are 23:59:59 and 00:00:00 local
  g_assert_true (is_cut ("2027-01-06T18:29:59Z", "2027-01-06T18:30:00Z", hour, india));
  g_assert_false (is_cut ("2027-01-06T18:30:00Z", "2027-01-06T19:29:59Z", hour, india));
  // 02:30 comes twice that night; the hours before and after the change are files of their own names
  g_autofree gchar *summer = po_segment_name (at ("2027-10-31T00:30:00Z"), berlin, 0, "ts");
  g_autofree gchar *winter = po_segment_name (at ("2027-10-31T01:30:00Z"), berlin, 0, "ts");
  g_assert_cmpstr (summer, ==, "20271031T023000+0200.ts");
  g_assert_cmpstr (winter, ==, "20271031T023000+0100.ts");
  g_autoptr (GTimeZone) lord_howe = g_time_zone_new_identifier ("Australia/Lord_Howe"); // half an hour is repeated
  g_assert_true (is_cut ("2027-10-31T00:59:59Z", "2027-10-31T01:00:00Z", hour, berlin));
  g_assert_true (is_cut ("2027-04-03T14:59:59Z", "2027-04-03T15:00:00Z", hour, lord_howe));
  // In spring 03:00 follows 01:59: of files of two hours that is an edge.
  g_assert_true (is_cut ("2027-03-28T00:59:59Z", "2027-03-28T01:00:00Z", 2 * hour, berlin));
  g_assert_true (is_cut ("2027-03-28T00:59:59Z", "2027-03-28T01:00:00Z", hour, berlin));
  // A day is one file, however many hours it has.
  g_assert_false (is_cut ("2027-10-30T22:00:00Z", "2027-10-31T22:59:59Z", 24 * hour, berlin));
  g_assert_false (is_cut ("2027-03-27T23:00:00Z", "2027-03-28T21:59:59Z", 24 * hour, berlin));
}

// (transfer full) path of a file in @folder that was last written at @written
static gchar *left_behind (const gchar *folder, const gchar *name, const gchar *text, const gchar *written) {
  gchar *path = g_build_filename (folder, name, NULL);
  struct utimbuf times = {.modtime = at (written) / PO_NS_PER_SECOND};
  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  g_assert_cmpint (g_utime (path, &times), ==, 0);
  return path;
}

static void test_playlist (void) {
  g_autoptr (GError) error = NULL;
  g_autofree gchar *folder = g_dir_make_tmp ("po-places-XXXXXX", NULL);
  g_autoptr (PoPlaylist) playlist = po_playlist_new (folder, 4 * PO_NS_PER_SECOND);
  PoTimeNs start = at ("2027-01-06T12:45:00Z");
  g_autofree gchar *list = left_behind (folder, "live.m3u8", "#EXTM3U\n", "2027-01-06T12:44:04Z"); // of a life before
  g_autofree gchar *stale = left_behind (folder, "20270106T193000+0700.ts", "x", "2027-01-06T12:30:05Z");
  g_autofree gchar *recent = left_behind (folder, "20270106T194400+0700.ts", "x", "2027-01-06T12:44:04Z");
  g_autofree gchar *recording = left_behind (folder, "20270106T180000+0700.ts", "x", "2027-01-06T11:59:59Z");
  for (gint i = 0; i < 15; i++) {
    g_autofree gchar *name = g_strdup_printf ("%02d.ts", i);
    g_autofree gchar *path = g_build_filename (folder, name, NULL);
    g_assert_true (g_file_set_contents (path, "x", 1, NULL));
    if (i == 12)
      po_playlist_break (playlist);
    g_assert_true (po_playlist_add (playlist, path, start + i * 4 * PO_NS_PER_SECOND, 4040 * PO_NS_PER_MS, &error));
  }
  g_assert_true (po_playlist_end (playlist, &error));
  g_autofree gchar *path = g_build_filename (folder, "live.m3u8", NULL);
  g_autofree gchar *text = NULL;
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_autofree gchar *begins =
      g_strdup_printf ("#EXTM3U\n#EXT-X-VERSION:6\n#EXT-X-TARGETDURATION:6\n#EXT-X-MEDIA-SEQUENCE:%" G_GINT64_FORMAT
                       "\n#EXT-X-DISCONTINUITY-SEQUENCE:%" G_GINT64_FORMAT "\n"
                       "#EXT-X-PROGRAM-DATE-TIME:2027-01-06T12:45:36Z\n#EXTINF:4.040000,\n09.ts\n",
                       start / PO_NS_PER_SECOND / 4 + 9, start / PO_NS_PER_SECOND / 60 % 65536);
  g_assert_true (g_str_has_prefix (text, begins));
  g_assert_nonnull (strstr (text, "#EXT-X-DISCONTINUITY\n#EXT-X-PROGRAM-DATE-TIME:2027-01-06T12:45:48Z\n"));
  g_assert_true (g_str_has_suffix (text, "14.ts\n#EXT-X-ENDLIST\n"));
  g_autoptr (GPtrArray) left = recording_list (folder, ".ts");
  g_assert_cmpint (left->len, ==, 12 + 2);
  g_assert_false (g_file_test (stale, G_FILE_TEST_EXISTS));
  g_assert_true (g_file_test (recording, G_FILE_TEST_EXISTS)); // of a recorder that was here once
  recording_remove_folder (folder);
}

// The next life begins within the same minute, and segment: its numbers are others all the same.
static void test_playlist_again (void) {
  g_autoptr (GError) error = NULL;
  g_autofree gchar *folder = g_dir_make_tmp ("po-places-XXXXXX", NULL);
  PoTimeNs start = at ("2027-01-06T12:45:00Z");
  for (gint life = 0; life < 3; life++) {
    g_autoptr (PoPlaylist) playlist = po_playlist_new (folder, 4 * PO_NS_PER_SECOND);
    for (gint i = 0; i < 2; i++) {
      g_autofree gchar *name = g_strdup_printf ("%d%d.ts", life, i);
      g_autofree gchar *path = g_build_filename (folder, name, NULL);
      g_assert_true (g_file_set_contents (path, "x", 1, NULL));
      po_playlist_break (playlist);
      g_assert_true (po_playlist_add (playlist, path, start + life * PO_NS_PER_SECOND, PO_NS_PER_SECOND, &error));
    }
    g_autofree gchar *text = po_playlist_to_text (playlist, FALSE);
    g_autofree gchar *numbers = g_strdup_printf (
        "\n#EXT-X-MEDIA-SEQUENCE:%" G_GINT64_FORMAT "\n#EXT-X-DISCONTINUITY-SEQUENCE:%" G_GINT64_FORMAT "\n",
        start / PO_NS_PER_SECOND / 4 + 2 * life, start / PO_NS_PER_SECOND / 60 % 65536 + 2 * life);
    g_assert_nonnull (strstr (text, numbers));
  }
  recording_remove_folder (folder);
}

// What somebody took away is not listed, and its numbers are not given again.
static void test_playlist_emptied (void) {
  g_autoptr (GError) error = NULL;
  g_autofree gchar *folder = g_dir_make_tmp ("po-places-XXXXXX", NULL);
  g_autoptr (PoPlaylist) playlist = po_playlist_new (folder, 4 * PO_NS_PER_SECOND);
  PoTimeNs start = at ("2027-01-06T12:45:00Z");
  for (gint i = 0; i < 4; i++) {
    g_autofree gchar *name = g_strdup_printf ("0%d+0700.ts", i);
    g_autofree gchar *path = g_build_filename (folder, name, NULL);
    g_assert_true (g_file_set_contents (path, "x", 1, NULL));
    if (i == 3) {
      recording_remove_folder (folder);
      g_assert_cmpint (g_mkdir (folder, 0777), ==, 0);
      g_assert_true (g_file_set_contents (path, "x", 1, NULL));
      po_playlist_break (playlist);
    }
    g_assert_true (po_playlist_add (playlist, path, start + i * 4 * PO_NS_PER_SECOND, 4 * PO_NS_PER_SECOND, &error));
  }
  g_autofree gchar *text = po_playlist_to_text (playlist, FALSE);
  g_autofree gchar *number =
      g_strdup_printf ("#EXT-X-MEDIA-SEQUENCE:%" G_GINT64_FORMAT "\n", start / PO_NS_PER_SECOND / 4 + 3);
  g_assert_nonnull (strstr (text, number));
  g_assert_null (strstr (text, "\n02"));
  g_assert_true (g_str_has_suffix (text, ",\n03+0700.ts\n")); // as the file is called
  recording_remove_folder (folder);
}

// A stream as a browser would read it: every picture from the first to the last of the playlist.
static void test_hls (void) {
  g_autoptr (GError) error = NULL;
  g_autoptr (GTimeZone) zone = g_time_zone_new_utc ();
  g_autofree gchar *folder = g_dir_make_tmp ("po-places-XXXXXX", NULL);
  g_autoptr (PoOutputSettings) settings = po_output_settings_new ("web", "hls");
  settings->path = g_strdup (folder);
  settings->segment_ns = 2 * PO_NS_PER_SECOND;
  g_autoptr (PoOutputRack) rack = po_output_rack_new (&format, zone, TRUE, 0);
  g_assert_true (po_output_rack_add (rack, settings, &error));
  for (gint64 k = 0; k < 250; k++)
    feed_frame (rack, &format, k);
  g_assert_true (po_output_rack_finish (rack, 60 * PO_NS_PER_SECOND));
  g_autoptr (GPtrArray) segments = recording_list (folder, ".ts");
  g_autofree gchar *path = g_build_filename (folder, "live.m3u8", NULL);
  g_autofree gchar *text = NULL;
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_assert_cmpint (segments->len, ==, 5);
  g_autoptr (Recording) recording = recording_new ();
  for (guint i = 0; i < segments->len; i++) {
    g_autofree gchar *name = g_path_get_basename (segments->pdata[i]);
    g_autofree gchar *line = g_strconcat ("#EXTINF:2.000000,\n", name, "\n", NULL);
    g_strdelimit (line, "+", '%'); // the only character of a name that a URI escapes
    g_autofree gchar *start = g_strndup (line, strcspn (line + 18, "%") + 18);
    g_assert_nonnull (strstr (text, start));
    g_assert_true (recording_read (recording, segments->pdata[i], &format));
  }
  recording_assert_whole (recording, 250);
  recording_remove_folder (folder);
}

static void test_pcr (void) {
  guint8 packets[3][188] = {{0x47, 0x00, 0x41, 0x30, 183, 0x10, 0, 0, 0, 0, 0x7e, 0}, // PCR 0
                            {0x47, 0x00, 0x41, 0x10},                                 // none
                            {0x47, 0x00, 0x41, 0x30, 7, 0x10, 0, 1, 0, 0, 0x7f, 43}}; // 131072 * 300 + 299
  g_assert_cmpint (recording_pcr (packets[0]), ==, 0);
  g_assert_cmpint (recording_pcr (packets[1]), ==, -1);
  g_assert_cmpint (recording_pcr (packets[2]), ==, 131072 * 300 + 299);
  g_assert_true (po_pcr_set_back (packets[0], sizeof packets, 450 * PO_PCR_PER_MS));
  g_assert_cmpint (recording_pcr (packets[0]), ==, (G_GINT64_CONSTANT (1) << 33) * 300 - 450 * PO_PCR_PER_MS); // wraps
  g_assert_cmpint (recording_pcr (packets[2]), ==, 131072 * 300 + 299 - 450 * PO_PCR_PER_MS);
  packets[1][0] = 0;
  g_assert_false (po_pcr_set_back (packets[0], sizeof packets, 1));
}

// Constant bitrate by PCR, seven packets a datagram, a service description, every picture.
static void test_udp (void) {
  g_autoptr (GError) error = NULL;
  g_autoptr (GTimeZone) zone = g_time_zone_new_utc ();
  Receiver *receiver = receiver_new (NULL);
  g_autoptr (PoOutputSettings) settings = po_output_settings_new ("air", "udp");
  settings->uri = g_strdup_printf ("udp://127.0.0.1:%u", receiver_port (receiver));
  settings->video_bitrate_kbps = 1000;
  g_autoptr (PoOutputRack) rack = po_output_rack_new (&format, zone, TRUE, 0);
  g_assert_true (po_output_rack_add (rack, settings, &error));
  for (gint64 k = 0; k < 250; k++) {
    feed_frame (rack, &format, k);
    receiver_catch_up (receiver, rack);
  }
  g_assert_true (po_output_rack_finish (rack, 60 * PO_NS_PER_SECOND));
  g_autoptr (GByteArray) bytes = receiver_finish (receiver);
  g_autofree gchar *folder = g_dir_make_tmp ("po-places-XXXXXX", NULL);
  g_autofree gchar *path = g_build_filename (folder, "received.ts", NULL);
  g_assert_true (g_file_set_contents (path, (const gchar *)bytes->data, bytes->len, &error));
  g_autoptr (Recording) recording = recording_new ();
  g_assert_true (recording_read (recording, path, &format));
  g_assert_cmpint (recording->frames->len, ==, 250);
  // (1000 + 128) kbit/s with its overhead, over ten seconds
  g_assert_cmpint (bytes->len, >, 1250 * 1000 / 8 * 9);
  g_assert_cmpint (bytes->len, <, 1500 * 1000 / 8 * 11);
  recording_remove_folder (folder);
}

// A group on the loopback network, and addresses that say what is not there.
static void test_multicast (void) {
  static const gchar *const wrong[] = {"udp://239.255.77.77:5000?port=1", "udp://239.255.77.77:5000?ttl=256",
                                       "udp://239.255.77.77", "rtp://239.255.77.77:5000"};
  g_autoptr (GTimeZone) zone = g_time_zone_new_utc ();
  Receiver *receiver = receiver_new ("239.255.77.77");
  g_autoptr (PoOutputSettings) settings = po_output_settings_new ("air", "udp");
  settings->uri = g_strdup_printf ("udp://239.255.77.77:%u?iface=lo&ttl=0", receiver_port (receiver));
  settings->video_bitrate_kbps = 1000;
  g_autoptr (PoOutputRack) rack = po_output_rack_new (&format, zone, TRUE, 0);
  g_assert_true (po_output_rack_add (rack, settings, NULL));
  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++) {
    g_autofree gchar *name = g_strdup_printf ("wrong-%u", i);
    g_autoptr (PoOutputSettings) bad = po_output_settings_new (name, "udp");
    bad->uri = g_strdup (wrong[i]);
    g_autoptr (GError) error = NULL;
    g_assert_false (po_output_rack_add (rack, bad, &error));
    g_assert_error (error, PO_ERROR, PO_ERROR_CONFIG);
    g_assert_nonnull (strstr (error->message, wrong[i]));
  }
  for (gint64 k = 0; k < 100; k++) {
    feed_frame (rack, &format, k);
    receiver_catch_up (receiver, rack);
  }
  g_assert_true (po_output_rack_finish (rack, 60 * PO_NS_PER_SECOND));
  g_autoptr (GByteArray) bytes = receiver_finish (receiver);
  g_autoptr (GPtrArray) list = po_output_rack_status (rack);
  g_assert_cmpint (bytes->len, >, 1250 * 1000 / 8 * 3);
  g_assert_cmpint (bytes->len, ==, ((PoOutputStatus *)list->pdata[0])->bytes);
}

// A picture's worth comes at once every 40 ms and leaves evenly; what is late catches up; a long gap begins anew.
static void test_pacer (void) {
  const gint64 ms = PO_NS_PER_MS, rate = 7 * 188 * 8 * 250; // a datagram every 4 ms
  PoPacer pacer;
  gint64 now_ns = 1000 * ms, last_ns = 0;
  po_pacer_init (&pacer, rate);
  for (gint picture = 0; picture < 50; picture++) {
    now_ns = MAX (now_ns, (1000 + picture * 40) * ms);
    for (gint i = 0; i < 10; i++) {
      now_ns += po_pacer_wait_ns (&pacer, now_ns, 7 * 188);
      g_assert_cmpint (now_ns, ==, (1060 + picture * 40 + i * 4) * ms);
      last_ns = now_ns;
    }
  }
  now_ns = last_ns + 104 * ms; // 100 ms late
  for (gint i = 0; i < 25; i++)
    g_assert_cmpint (po_pacer_wait_ns (&pacer, now_ns, 7 * 188), ==, 0);
  po_pacer_wait_ns (&pacer, now_ns, 7 * 188);
  g_assert_cmpint (po_pacer_wait_ns (&pacer, now_ns, 7 * 188), ==, 4 * ms);
  now_ns += 60000 * ms;
  g_assert_cmpint (po_pacer_wait_ns (&pacer, now_ns, 7 * 188), ==, 0);
  g_assert_cmpint (po_pacer_wait_ns (&pacer, now_ns, 7 * 188), ==, 64 * ms);
  // Forty years at this rate are no overflow.
  pacer.bytes = (gint64)40 * 365 * 24 * 3600 * 250 * 7 * 188;
  pacer.begin_ns = now_ns - (gint64)40 * 365 * 24 * 3600 * PO_NS_PER_SECOND;
  g_assert_cmpint (po_pacer_wait_ns (&pacer, now_ns, 7 * 188), ==, 0);
}

typedef struct {
  guint8 next;    // number of the datagram that comes next
  guint arrivals; // of one or several together
} Paced;

static gboolean take_datagram (GstBuffer **buffer, guint index, gpointer user_data) {
  Paced *paced = user_data;
  guint8 number = 0;
  gst_buffer_extract (*buffer, 0, &number, 1);
  g_assert_cmpuint (number, ==, paced->next++);
  return TRUE;
}

static GstPadProbeReturn on_paced (GstPad *pad, GstPadProbeInfo *info, gpointer user_data) {
  Paced *paced = user_data;
  paced->arrivals++;
  if (info->type & GST_PAD_PROBE_TYPE_BUFFER_LIST)
    gst_buffer_list_foreach (GST_PAD_PROBE_INFO_BUFFER_LIST (info), take_datagram, user_data);
  else
    take_datagram ((GstBuffer **)&info->data, 0, user_data);
  return GST_PAD_PROBE_OK;
}

static GstBuffer *make_datagram (guint8 number) {
  GstBuffer *buffer = gst_buffer_new_allocate (NULL, 7 * 188, NULL);
  gst_buffer_memset (buffer, 0, number, 7 * 188);
  return buffer;
}

// Of a list that is due over 60 ms each datagram comes once and in its turn; those that are due together come together,
// but not all of them.
static void test_pacing (void) {
  Paced paced = {0};
  g_autoptr (GstElement) bin = gst_object_ref_sink (gst_pipeline_new (NULL));
  GstElement *place = gst_element_factory_make ("identity", NULL), *end = gst_element_factory_make ("fakesink", NULL);
  g_object_set (end, "async", FALSE, "sync", FALSE, NULL);
  gst_bin_add_many (GST_BIN (bin), place, end, NULL);
  g_assert_true (gst_element_link (place, end));
  PoPacing *pacing = po_pacing_new (place, 7 * 188 * 8 * 1000); // a datagram each millisecond
  g_autoptr (GstPad) in = gst_element_get_static_pad (place, "sink");
  g_autoptr (GstPad) out = gst_element_get_static_pad (end, "sink");
  gst_pad_add_probe (out, GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_BUFFER_LIST, on_paced, &paced, NULL);
  gst_element_set_state (bin, GST_STATE_PLAYING);
  GstSegment segment;
  gst_segment_init (&segment, GST_FORMAT_TIME);
  gst_pad_send_event (in, gst_event_new_stream_start ("test"));
  gst_pad_send_event (in, gst_event_new_segment (&segment));
  g_assert_cmpint (gst_pad_chain (in, make_datagram (0)), ==, GST_FLOW_OK);
  GstBufferList *list = gst_buffer_list_new ();
  for (guint8 i = 1; i < 60; i++)
    gst_buffer_list_add (list, make_datagram (i));
  g_assert_cmpint (gst_pad_chain_list (in, list), ==, GST_FLOW_OK);
  g_assert_cmpuint (paced.next, ==, 60);
  g_assert_cmpuint (paced.arrivals, >, 1);
  g_assert_cmpuint (paced.arrivals, <, 30);
  gst_element_set_state (bin, GST_STATE_NULL);
  po_pacing_free (pacing);
}

static guint free_port (void) {
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) any_port = g_inet_socket_address_new (loopback, 0);
  g_autoptr (GSocket) socket = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_DATAGRAM, 0, NULL);
  g_assert_true (g_socket_bind (socket, any_port, FALSE, NULL));
  g_autoptr (GSocketAddress) bound = g_socket_get_local_address (socket, NULL);
  return g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound));
}

static goffset size_of (const gchar *path) {
  GStatBuf status;
  return g_stat (path, &status) == 0 ? status.st_size : 0;
}

// What ffmpeg, called or calling, has received and written: asked to end it would wait ten seconds for more by RTP.
static void receive_by_ffmpeg (const gchar *type, const gchar *uri, const gchar *options, const gchar *peer) {
  g_autoptr (GError) error = NULL;
  g_autoptr (GTimeZone) zone = g_time_zone_new_utc ();
  g_autofree gchar *folder = g_dir_make_tmp ("po-places-XXXXXX", NULL);
  g_autofree gchar *path = g_build_filename (folder, "received.ts", NULL);
  g_autofree gchar *command =
      g_strdup_printf ("ffmpeg -loglevel error -analyzeduration 500000 %s -i %s -c copy -f mpegts -flush_packets 1 %s",
                       options, peer, path);
  g_auto (GStrv) words = g_strsplit (command, " ", -1);
  g_autoptr (GPtrArray) arguments = g_ptr_array_new ();
  for (guint i = 0; words[i] != NULL; i++)
    if (*words[i] != '\0')
      g_ptr_array_add (arguments, words[i]);
  g_ptr_array_add (arguments, NULL);
  g_autoptr (GSubprocess) ffmpeg =
      g_subprocess_newv ((const gchar *const *)arguments->pdata, G_SUBPROCESS_FLAGS_STDIN_PIPE, &error);
  g_assert_no_error (error);
  g_autoptr (PoOutputSettings) settings = po_output_settings_new ("air", type);
  settings->uri = g_strdup (uri);
  settings->video_bitrate_kbps = 500;
  g_autoptr (PoOutputRack) rack = po_output_rack_new (&format, zone, FALSE, 0);
  g_assert_true (po_output_rack_add (rack, settings, &error));
  // As long as the peer needs: one that is slow to come misses the first of them.
  for (gint64 k = 0; size_of (path) < ENOUGH_BYTES; k++) {
    feed_noisy_frame (rack, &format, k);
    g_usleep (40000);
  }
  po_output_rack_finish (rack, 10 * PO_NS_PER_SECOND);
  g_subprocess_force_exit (ffmpeg);
  g_assert_true (g_subprocess_wait (ffmpeg, NULL, &error));
  g_autoptr (Recording) recording = recording_new ();
  g_assert_true (recording_read (recording, path, &format));
  g_test_message ("%s: %u frames", type, recording->frames->len);
  g_assert_cmpint (recording->frames->len, >, 50);
  recording_remove_folder (folder);
}

static void test_srt (void) {
  const guint port = free_port ();
  g_autofree gchar *uri = g_strdup_printf ("srt://127.0.0.1:%u?mode=caller&latency=100", port);
  g_autofree gchar *peer = g_strdup_printf ("srt://127.0.0.1:%u?mode=listener", port);
  receive_by_ffmpeg ("srt", uri, "", peer);
  g_autofree gchar *listener = g_strdup_printf ("srt://127.0.0.1:%u?mode=listener&latency=100", port);
  g_autofree gchar *caller = g_strdup_printf ("srt://127.0.0.1:%u?mode=caller", port);
  receive_by_ffmpeg ("srt", listener, "", caller);
}

// The same with a passphrase; one that is wrong is told, and nothing is sent.
static void test_srt_secret (void) {
  const guint port = free_port ();
  g_autoptr (GTimeZone) zone = g_time_zone_new_utc ();
  g_autofree gchar *uri = g_strdup_printf ("srt://127.0.0.1:%u?mode=listener&latency=100&passphrase=0123456789", port);
  g_autofree gchar *peer = g_strdup_printf ("srt://127.0.0.1:%u?mode=caller&passphrase=0123456789", port);
  g_autofree gchar *wrong = g_strdup_printf ("srt://127.0.0.1:%u?mode=caller&passphrase=9876543210", port);
  receive_by_ffmpeg ("srt", uri, "", peer);
  g_autoptr (PoOutputRack) rack = po_output_rack_new (&format, zone, FALSE, 0);
  const gchar *const uris[] = {uri, wrong}, *const names[] = {"called", "calls"};
  for (guint i = 0; i < 2; i++) {
    g_autoptr (PoOutputSettings) settings = po_output_settings_new (names[i], "srt");
    settings->uri = g_strdup (uris[i]);
    g_assert_true (po_output_rack_add (rack, settings, NULL));
  }
  for (gint64 k = 0;; k++) {
    feed_frame (rack, &format, k);
    g_usleep (40000);
    g_autoptr (GPtrArray) list = po_output_rack_status (rack);
    const PoOutputStatus *called = list->pdata[0], *calls = list->pdata[1];
    g_assert_cmpint (calls->state, !=, PO_OUTPUT_RUNNING);
    g_assert_cmpint (called->peers, <=, 0);
    if (calls->state == PO_OUTPUT_FAILED && called->state == PO_OUTPUT_RUNNING && calls->errors > 1)
      break;
  }
}

static void test_rtp (void) {
  g_autofree gchar *uri = g_strdup_printf ("rtp://127.0.0.1:%u", free_port () & ~1u);
  receive_by_ffmpeg ("rtp", uri, "", uri);
}

static void test_rtmp (void) {
  g_log_set_always_fatal (G_LOG_FATAL_MASK); // rtmp2sink is critical of what ffmpeg, serving, leaves out
  g_autofree gchar *uri = g_strdup_printf ("rtmp://127.0.0.1:%u/live/air", free_port ());
  receive_by_ffmpeg ("rtmp", uri, "-listen 1", uri);
}

int main (int argc, char **argv) {
  g_test_init (&argc, &argv, NULL);
  gst_init (&argc, &argv);
  g_test_add_func ("/places/names", test_names);
  g_test_add_func ("/places/numbers", test_numbers);
  g_test_add_func ("/places/playlist", test_playlist);
  g_test_add_func ("/places/playlist-emptied", test_playlist_emptied);
  g_test_add_func ("/places/playlist-again", test_playlist_again);
  g_test_add_func ("/places/hls", test_hls);
  g_test_add_func ("/places/pcr", test_pcr);
  g_test_add_func ("/places/pacer", test_pacer);
  g_test_add_func ("/places/pacing", test_pacing);
  g_test_add_func ("/places/udp", test_udp);
  g_test_add_func ("/places/srt", test_srt);
  g_test_add_func ("/places/srt-secret", test_srt_secret);
  g_test_add_func ("/places/multicast", test_multicast);
  g_test_add_func ("/places/rtp", test_rtp);
  g_test_add_func ("/places/rtmp", test_rtmp);
  return g_test_run ();
}
