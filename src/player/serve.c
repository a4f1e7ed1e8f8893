// SPDX-License-Identifier: GPL-3.0-or-later
// One order and its execution.
#include "player/serve.h"

#include <stdlib.h>
#include <sysexits.h>
#include <unistd.h>

#include <glib-unix.h>
#include <glib/gi18n-lib.h>

#include "player/first.h"
#include "player/live.h"
#include "player/play.h"
#include "player/sandbox.h"

#define MAX_GAIN_MB        10000 // more is a mistake
#define MAX_SUBTITLE_BYTES (4 << 20)

gboolean po_serve_parse_sandbox (const gchar *text, PoLoadSandbox *ret_mode) {
  static const gchar *const words[] = {"on", "off", "required"};
  for (guint i = 0; i < G_N_ELEMENTS (words); i++) {
    if (g_str_equal (text, words[i])) {
      *ret_mode = (PoLoadSandbox)i;
      return TRUE;
    }
  }
  return FALSE;
}

// The parent says nothing after LOAD: whatever makes the socket readable is its end.
static gboolean on_parent_gone (gint fd, GIOCondition condition, gpointer user_data) {
  _exit (EXIT_SUCCESS);
}

static gboolean load_is_valid (const PoLoad *load) {
  return po_ring_layout_is_valid (&load->layout) && load->fps_n > 0 && load->fps_d > 0 && load->media_in_ns >= 0 &&
         load->silence_peak <= G_MAXINT16 && load->slack_ms <= G_MAXINT16 && load->kind <= PO_LOAD_LIVE &&
         ABS (load->gain_mb) <= MAX_GAIN_MB && ABS (load->ceiling_mb) <= MAX_GAIN_MB &&
         load->sandbox <= PO_LOAD_SANDBOX_REQUIRED;
}

// Fonts are found now, with all that lies outside the sandbox.
static PoSubtitle *make_subtitle (const PoLoad *load) {
  const PoFormat format = {
      .width = (gint)load->layout.width, .height = (gint)load->layout.height, .rate = {load->fps_n, load->fps_d}};
  return load->has_subtitles ? po_subtitle_new (&format, load->font) : NULL;
}

static void load_subtitle (PoSubtitle *subtitle, const PoLoad *load, gint fd) {
  g_autofree gchar *text = g_malloc (MAX_SUBTITLE_BYTES);
  gsize length = 0;
  for (gssize n;
       length < MAX_SUBTITLE_BYTES && (n = pread (fd, text + length, MAX_SUBTITLE_BYTES - length, (off_t)length)) > 0;
       length += (gsize)n)
    continue;
  po_subtitle_load (subtitle, text, length, load->media_in_ns);
}

static gboolean are_files_right (const PoLoad *load, const gint fds[PO_MESSAGE_MAX_FDS]) {
  const guint expected = load->kind == PO_LOAD_LIVE ? 1 : 2u + (load->has_subtitles != 0) + (load->has_spare != 0);
  guint n = 0;
  while (n < PO_MESSAGE_MAX_FDS && fds[n] >= 0)
    n++;
  return n == expected;
}

gint po_serve_run (gint socket_fd) {
  PoLoad load;
  gint fds[PO_MESSAGE_MAX_FDS];
  po_message_report (socket_fd, PO_PLAYER_REPORT_WARM, 0, NULL);
  if (!po_message_receive_load (socket_fd, &load, fds))
    return EXIT_SUCCESS;
  g_autoptr (GError) error = NULL;
  g_autoptr (PoRingWriter) ring = load_is_valid (&load) ? po_ring_writer_new (&load.layout, fds[0], &error) : NULL;
  const gboolean live = load.kind == PO_LOAD_LIVE;
  const PoPlayFiles files = {fds[1], load.has_spare ? fds[load.has_subtitles ? 3 : 2] : -1, socket_fd};
  if (ring == NULL || !are_files_right (&load, fds)) {
    po_message_report (socket_fd, PO_PLAYER_REPORT_ERROR, 0, error != NULL ? error->message : "bad order");
    return EX_PROTOCOL;
  }
  PoSubtitle *subtitle = make_subtitle (&load);
  const PoSandboxNeeds needs = {
      .network = live,
      .address_bytes = po_sandbox_address_bytes (load.layout.width, load.layout.height) + load.layout.total_bytes,
  };
  g_autofree gchar *summary = NULL;
  const gboolean safe = po_sandbox_enter ((PoLoadSandbox)load.sandbox, &needs, &summary);
  g_autofree gchar *line = g_strdup_printf ("sandbox: %s", summary);
  po_message_report (socket_fd, PO_PLAYER_REPORT_LOADED, 0, line);
  if (!safe) {
    po_ring_writer_set_status (ring, PO_RING_ERROR);
    po_message_report (socket_fd, PO_PLAYER_REPORT_ERROR, 0, line);
    return EX_NOPERM;
  }
  if (subtitle != NULL)
    load_subtitle (subtitle, &load, fds[2]);
  else if (load.has_subtitles)
    po_message_report (socket_fd, PO_PLAYER_REPORT_INFO, 0, _ ("its subtitles cannot be drawn"));
  g_unix_fd_add (socket_fd, G_IO_IN | G_IO_HUP | G_IO_ERR, on_parent_gone, NULL);
  load.name[sizeof load.name - 1] = '\0';
  g_autoptr (PoPlay) play = live ? NULL : po_play_new (&load, ring, &files, subtitle);
  g_autoptr (PoLive) feed = live ? po_live_new (&load, ring, socket_fd) : NULL;
  if (!live)
    po_ring_writer_populate (ring, PO_FIRST_FRAMES); // while the streaming threads decode
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_main_loop_run (loop);
  return EXIT_SUCCESS;
}
