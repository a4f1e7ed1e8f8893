// SPDX-License-Identifier: GPL-3.0-or-later
// Real peers that refuse, come, stand still, go on, are killed and come again, all at once, while two recordings run:
// each output says what is wrong with it and finds back by itself, and the recordings have every frame and sample.
// With -m slow the peers stand still for a minute, and memory is watched.
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "feeding.h"
#include "reading.h"

#define STALL_US      (60 * G_USEC_PER_SEC) // of the slow version
#define MAX_AHEAD     20                    // frames that outputs may be behind: a slow machine slows the test down
#define N_FRAMES_WELL 50
#define STEP_US       20000 // in real time, or slower
#define KBPS          8000  // one encode for all but the lossless one
#define SAMPLES       960   // a frame
#define MAX_GROWTH_KB (16 << 10)

static const PoFormat format = {192, 108, {50, 1}};
static const gchar *const untouched[] = {"rec-0", "rec-1", "udp"};

/** Peer: another program at the other end. */
typedef struct {
  const gchar *output; // its name
  gchar **command;
  GSubprocess *process; // (nullable)
} Peer;

typedef struct {
  PoOutputRack *rack;
  gint64 k;
  gchar *folders[2]; // of the recordings
  gchar *home;       // of the peers
  Peer peers[3];
} Scene;

static guint free_port (gint type) {
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) any_port = g_inet_socket_address_new (loopback, 0);
  g_autoptr (GSocket) socket = g_socket_new (G_SOCKET_FAMILY_IPV4, type, 0, NULL);
  g_assert_true (g_socket_bind (socket, any_port, FALSE, NULL));
  g_autoptr (GSocketAddress) bound = g_socket_get_local_address (socket, NULL);
  return g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound));
}

static void add (Scene *scene, PoOutputSettings *settings) {
  g_autoptr (PoOutputSettings) owned = settings;
  g_autoptr (GError) error = NULL;
  g_assert_true (po_output_rack_add (scene->rack, owned, &error));
}

static void add_to (Scene *scene, const gchar *name, const gchar *type, const gchar *uri) {
  PoOutputSettings *settings = po_output_settings_new (name, type);
  settings->uri = g_strdup (uri);
  settings->video_bitrate_kbps = KBPS;
  add (scene, settings);
}

static void add_recording (Scene *scene, guint index, PoOutputCodec codec) {
  g_autofree gchar *name = g_strdup_printf ("rec-%u", index);
  PoOutputSettings *settings = po_output_settings_new (name, "file");
  scene->folders[index] = g_dir_make_tmp ("po-isolation-XXXXXX", NULL);
  settings->path = g_strdup (scene->folders[index]);
  settings->codec = codec;
  settings->video_bitrate_kbps = KBPS;
  add (scene, settings);
}

// (transfer full)
static PoOutputStatus *status_of (Scene *scene, const gchar *name) {
  g_autoptr (GPtrArray) list = po_output_rack_status (scene->rack);
  for (guint i = 0; i < list->len; i++)
    if (g_str_equal (((PoOutputStatus *)list->pdata[i])->name, name))
      return g_ptr_array_steal_index (list, i);
  g_assert_not_reached ();
}

// One frame, as soon as all that nothing happens to have kept up.
static void step (Scene *scene) {
  for (guint i = 0; i < G_N_ELEMENTS (untouched); i++) {
    for (;;) {
      g_autoptr (PoOutputStatus) status = status_of (scene, untouched[i]);
      if (scene->k - (gint64)status->frames < MAX_AHEAD)
        break;
      g_usleep (1000);
    }
  }
  feed_noisy_frame (scene->rack, &format, scene->k++);
  g_usleep (STEP_US);
}

// Goes on until the outputs of all peers are in @state, with a problem told or none.
static void until_all (Scene *scene, PoOutputState state) {
  for (guint i = 0; i < G_N_ELEMENTS (scene->peers); i++) {
    for (;;) {
      g_autoptr (PoOutputStatus) status = status_of (scene, scene->peers[i].output);
      if (status->state == state) {
        g_assert_true ((status->problem != NULL) == (state == PO_OUTPUT_FAILED));
        g_test_message ("%s: %s %s", status->name, po_output_state_to_string (state),
                        status->problem != NULL ? status->problem : "");
        break;
      }
      step (scene);
    }
  }
}

// @n frames, throughout which all peers' outputs are in @state.
static void remain (Scene *scene, PoOutputState state, guint n) {
  for (guint i = 0; i < n; i++) {
    step (scene);
    for (guint j = 0; j < G_N_ELEMENTS (scene->peers); j++) {
      g_autoptr (PoOutputStatus) status = status_of (scene, scene->peers[j].output);
      g_assert_cmpint (status->state, ==, state);
    }
  }
}

static void start_peers (Scene *scene) {
  for (guint i = 0; i < G_N_ELEMENTS (scene->peers); i++) {
    g_autoptr (GError) error = NULL;
    Peer *peer = &scene->peers[i];
    peer->process = g_subprocess_newv ((const gchar *const *)peer->command,
                                       G_SUBPROCESS_FLAGS_STDOUT_SILENCE | G_SUBPROCESS_FLAGS_STDERR_SILENCE, &error);
    g_assert_no_error (error);
  }
}

static void signal_peers (Scene *scene, gint number) {
  for (guint i = 0; i < G_N_ELEMENTS (scene->peers); i++) {
    g_subprocess_send_signal (scene->peers[i].process, number);
    if (number != SIGKILL)
      continue;
    g_subprocess_wait (scene->peers[i].process, NULL, NULL);
    g_clear_object (&scene->peers[i].process);
  }
}

static void write_nginx_config (const gchar *path, const gchar *home, guint port) {
  g_autofree gchar *text = g_strdup_printf (
      "load_module /usr/lib/nginx/modules/ngx_rtmp_module.so;\ndaemon off;\nmaster_process off;\npid %s/nginx.pid;\n"
      "error_log %s/error.log;\nevents {}\nrtmp { server { listen 127.0.0.1:%u; application live { live on; } } }\n",
      home, home, port);
  g_assert_true (g_file_set_contents (path, text, -1, NULL));
}

static void set_up (Scene *scene) {
  static const gchar *const secret_words = "&passphrase=0123456789&pbkeylen=16";
  g_autoptr (GTimeZone) zone = g_time_zone_new_utc ();
  scene->rack = po_output_rack_new (&format, zone, FALSE, 0);
  scene->home = g_dir_make_tmp ("po-isolation-XXXXXX", NULL);
  guint rtmp = free_port (G_SOCKET_TYPE_STREAM), srt = free_port (G_SOCKET_TYPE_DATAGRAM);
  guint secret = free_port (G_SOCKET_TYPE_DATAGRAM), closed = free_port (G_SOCKET_TYPE_DATAGRAM);
  g_autofree gchar *config = g_build_filename (scene->home, "nginx.conf", NULL);
  write_nginx_config (config, scene->home, rtmp);
  g_auto (GStrv) commands = g_new0 (gchar *, 4), uris = g_new0 (gchar *, 5);
  commands[0] = g_strdup_printf ("nginx -e %s/error.log -c %s", scene->home, config);
  commands[1] = g_strdup_printf ("srt-live-transmit -q srt://127.0.0.1:%u?mode=listener file://con", srt);
  commands[2] =
      g_strdup_printf ("srt-live-transmit -q srt://127.0.0.1:%u?mode=listener%s file://con", secret, secret_words);
  uris[0] = g_strdup_printf ("rtmp://127.0.0.1:%u/live/khoa-bi-mat", rtmp);
  uris[1] = g_strdup_printf ("srt://127.0.0.1:%u?mode=caller&latency=100", srt);
  uris[2] = g_strdup_printf ("srt://127.0.0.1:%u?mode=caller&latency=100%s", secret, secret_words);
  uris[3] = g_strdup_printf ("udp://127.0.0.1:%u", closed);
  static const gchar *const names[] = {"rtmp", "srt", "secret", "udp"}, *const types[] = {"rtmp", "srt", "srt", "udp"};
  add_recording (scene, 0, PO_OUTPUT_CODEC_LOSSLESS);
  add_recording (scene, 1, PO_OUTPUT_CODEC_H264);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    add_to (scene, names[i], types[i], uris[i]);
  for (guint i = 0; i < G_N_ELEMENTS (scene->peers); i++)
    scene->peers[i] = (Peer){names[i], g_strsplit (commands[i], " ", -1), NULL};
}

static void tear_down (Scene *scene) {
  po_output_rack_free (scene->rack);
  for (guint i = 0; i < G_N_ELEMENTS (scene->peers); i++)
    g_strfreev (scene->peers[i].command);
  for (guint i = 0; i < G_N_ELEMENTS (scene->folders); i++) {
    recording_remove_folder (scene->folders[i]);
    g_free (scene->folders[i]);
  }
  recording_remove_folder (scene->home);
  g_free (scene->home);
}

static void check_recordings (Scene *scene) {
  static const gchar *const suffixes[] = {".mkv", ".ts"};
  for (guint i = 0; i < 2; i++) {
    g_autoptr (GPtrArray) paths = recording_list (scene->folders[i], suffixes[i]);
    g_autoptr (Recording) recording = recording_new ();
    g_assert_cmpint (paths->len, ==, 1);
    g_assert_true (recording_read (recording, paths->pdata[0], &format));
    recording_assert_whole (recording, scene->k);
    if (i > 0)
      continue;
    g_assert_cmpint (recording->sound->len, ==, scene->k * SAMPLES * 4);
    for (gint64 at = 0; at < scene->k * SAMPLES * 4; at++)
      g_assert_cmphex (recording->sound->data[at], ==, (guint8)(at / (SAMPLES * 4)));
  }
}

static void check_others (Scene *scene) {
  for (guint i = 0; i < G_N_ELEMENTS (untouched); i++) {
    g_autoptr (PoOutputStatus) status = status_of (scene, untouched[i]);
    if (status->problem != NULL)
      g_error ("%s: %s", status->name, status->problem);
    g_assert_cmpuint (status->errors, ==, 0);
    g_assert_cmpuint (status->dropped, ==, 0);
    g_assert_cmpuint (status->bytes, >, 0);
  }
  for (guint i = 0; i < G_N_ELEMENTS (scene->peers); i++) {
    g_autoptr (PoOutputStatus) status = status_of (scene, scene->peers[i].output);
    g_test_message ("%s: %" G_GUINT64_FORMAT " errors, %" G_GUINT64_FORMAT " restarts, %" G_GUINT64_FORMAT
                    " frames of %" G_GINT64_FORMAT ", %" G_GUINT64_FORMAT " dropped",
                    status->where, status->errors, status->restarts, status->frames, scene->k, status->dropped);
    g_assert_cmpuint (status->restarts, ==, 3);
    g_assert_cmpuint (status->frames, >, 3 * N_FRAMES_WELL);
    g_assert_null (strstr (status->where, "bi-mat"));
    g_assert_null (strstr (status->where, "0123456789"));
  }
}

static gint64 memory_kb (void) {
  g_autofree gchar *text = NULL;
  g_assert_true (g_file_get_contents ("/proc/self/status", &text, NULL, NULL));
  const gchar *line = strstr (text, "VmRSS:");
  return g_ascii_strtoll (line + strlen ("VmRSS:"), NULL, 10);
}

// Where nobody takes anything, what waits is seen.
static void until_queued (Scene *scene, const gchar *name) {
  for (;;) {
    g_autoptr (PoOutputStatus) status = status_of (scene, name);
    if (status->queued > (guint)format.rate.fps_n)
      return;
    step (scene);
  }
}

static void stand_still (Scene *scene) {
  gint64 end_us = g_get_monotonic_time () + STALL_US;
  remain (scene, PO_OUTPUT_FAILED, 100);
  if (!g_test_slow ())
    return;
  gint64 before_kb = memory_kb ();
  while (g_get_monotonic_time () < end_us)
    remain (scene, PO_OUTPUT_FAILED, 1);
  gint64 growth_kb = memory_kb () - before_kb;
  g_test_message ("a minute of standing still: %" G_GINT64_FORMAT " kB more", growth_kb);
  g_assert_cmpint (growth_kb, <, MAX_GROWTH_KB);
}

static void test_peers (void) {
  Scene scene = {0};
  set_up (&scene);
  until_all (&scene, PO_OUTPUT_FAILED); // refused
  start_peers (&scene);
  until_all (&scene, PO_OUTPUT_RUNNING);
  remain (&scene, PO_OUTPUT_RUNNING, N_FRAMES_WELL);
  signal_peers (&scene, SIGSTOP);
  until_queued (&scene, "rtmp");
  until_all (&scene, PO_OUTPUT_FAILED);
  stand_still (&scene);
  signal_peers (&scene, SIGCONT);
  until_all (&scene, PO_OUTPUT_RUNNING);
  remain (&scene, PO_OUTPUT_RUNNING, N_FRAMES_WELL);
  signal_peers (&scene, SIGKILL);
  until_all (&scene, PO_OUTPUT_FAILED);
  start_peers (&scene);
  until_all (&scene, PO_OUTPUT_RUNNING);
  remain (&scene, PO_OUTPUT_RUNNING, N_FRAMES_WELL);
  g_assert_true (po_output_rack_finish (scene.rack, 60 * PO_NS_PER_SECOND));
  signal_peers (&scene, SIGKILL);
  check_others (&scene);
  check_recordings (&scene);
  tear_down (&scene);
}

int main (int argc, char **argv) {
  g_test_init (&argc, &argv, NULL);
  gst_init (&argc, &argv);
  g_test_add_func ("/isolation/peers", test_peers);
  return g_test_run ();
}
