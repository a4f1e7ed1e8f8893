// SPDX-License-Identifier: GPL-3.0-or-later
// `watch`: the status as it changes, on the whole terminal, counting down between what the daemon says. Where there is
// no terminal, or one that cannot be drawn on, a line at each change.
#include <glib-unix.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "ctl/online.h"
#include "ctl/print.h"
#include "ctl/stream.h"
#include "ctl/watch-view.h"

#define DRAW_MS       100 // how late a second may change on the screen
#define LEAST_COLUMNS 20

// Understood by everything that calls itself a terminal since the VT100; what an old one does not know it passes over.
#define ENTER "\033[?1049h\033[?25l"
#define LEAVE "\033[?25h\033[?1049l"
#define HOME  "\033[H"
#define REST  "\033[K"
#define BELOW "\033[J"

typedef struct {
  PoCtl *ctl;
  PoStream *stream;
  GMainLoop *loop;
  JsonObject *status; // (nullable) borrowed from the stream
  gboolean is_screen; // a terminal that can be drawn on
  gboolean has_keys;
  struct termios keys; // as they were
  gchar *shown;        // what stands there
  guint sources[6];
  guint source_count;
} Watch;

static gboolean can_draw (void) {
  const gchar *term = g_getenv ("TERM");
  return isatty (STDOUT_FILENO) && term != NULL && *term != '\0' && !g_str_equal (term, "dumb");
}

// Where nothing can be written any more there is nothing to watch.
static void write_out (Watch *self, const gchar *text) {
  if (fputs (text, stdout) < 0 || fflush (stdout) != 0)
    g_main_loop_quit (self->loop);
}

static PoWatchView view_of (Watch *self) {
  struct winsize size = {0};
  gint64 heard_us = po_stream_heard_us (self->stream);
  if (ioctl (STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0 || size.ws_row == 0)
    size = (struct winsize){.ws_col = 80, .ws_row = 24};
  return (PoWatchView){
      .status = self->status,
      .age_ms = heard_us > 0 ? (g_get_monotonic_time () - heard_us) / 1000 : 0,
      .zone = self->ctl->zone,
      .columns = MAX (size.ws_col, LEAST_COLUMNS),
      .rows = size.ws_row,
  };
}

// Each line ends by clearing what stood there before; nothing is wiped first, so that nothing flickers.
static gchar *screen_text (const PoWatchView *view) {
  g_autoptr (GPtrArray) lines = po_watch_view_lines (view);
  GString *text = g_string_new (HOME);
  for (guint i = 0; i < lines->len; i++)
    g_string_append_printf (text, "%s%s" REST, i > 0 ? "\r\n" : "", (const gchar *)lines->pdata[i]);
  g_string_append (text, BELOW);
  return g_string_free (text, FALSE);
}

static void draw (Watch *self) {
  PoWatchView view = view_of (self);
  g_autofree gchar *text = screen_text (&view);
  if (g_strcmp0 (text, self->shown) == 0)
    return;
  write_out (self, text);
  g_free (self->shown);
  self->shown = g_steal_pointer (&text);
}

static void add_frame (GString *key, JsonObject *status, const gchar *name) {
  JsonNode *item = json_object_get_member (status, name);
  gboolean is_item = item != NULL && JSON_NODE_HOLDS_OBJECT (item);
  g_string_append_printf (
      key, "%" G_GINT64_FORMAT ";",
      is_item ? json_object_get_int_member_with_default (json_node_get_object (item), "start_frame", 0) : 0);
}

// What a line is worth: something else on air, next or wrong. (transfer full)
static gchar *key_of (const PoWatchView *view) {
  if (po_watch_view_is_silent (view))
    return g_strdup ("silent");
  GString *key = g_string_new (NULL);
  JsonNode *alarms = json_object_get_member (view->status, "alarms");
  g_autofree gchar *wrong = alarms != NULL ? json_to_string (alarms, FALSE) : NULL;
  add_frame (key, view->status, "on_air");
  add_frame (key, view->status, "next");
  g_string_append (key, wrong != NULL ? wrong : "");
  return g_string_free (key, FALSE);
}

static void say_change (Watch *self) {
  PoWatchView view = view_of (self);
  g_autofree gchar *key = key_of (&view);
  if (g_strcmp0 (key, self->shown) == 0)
    return;
  g_autofree gchar *line = po_watch_view_line (&view);
  g_free (self->shown);
  self->shown = g_steal_pointer (&key);
  write_out (self, line);
  write_out (self, "\n");
}

static gboolean on_tick (gpointer data) {
  Watch *self = data;
  if (self->is_screen)
    draw (self);
  else if (!self->ctl->options.json)
    say_change (self);
  return G_SOURCE_CONTINUE;
}

static void on_status (JsonObject *status, gpointer data) {
  Watch *self = data;
  self->status = status;
  if (self->ctl->options.json) {
    g_autoptr (JsonNode) node = json_node_init_object (json_node_alloc (), status);
    po_print_json_lines (node);
    write_out (self, "");
  } else {
    on_tick (self);
  }
}

static gboolean on_quit (gpointer data) {
  Watch *self = data;
  g_main_loop_quit (self->loop);
  return G_SOURCE_CONTINUE;
}

static gboolean on_resize (gpointer data) {
  Watch *self = data;
  g_clear_pointer (&self->shown, g_free);
  on_tick (self);
  return G_SOURCE_CONTINUE;
}

static gboolean on_key (gint fd, GIOCondition condition, gpointer data) {
  Watch *self = data;
  gchar keys[64];
  gssize count = read (fd, keys, sizeof keys);
  if (count <= 0) // the terminal is gone
    g_main_loop_quit (self->loop);
  for (gssize i = 0; i < count; i++)
    if (keys[i] == 'q' || keys[i] == 'Q')
      g_main_loop_quit (self->loop);
  return G_SOURCE_CONTINUE;
}

static void keep_source (Watch *self, guint id) {
  g_assert (self->source_count < G_N_ELEMENTS (self->sources));
  self->sources[self->source_count++] = id;
}

// Keys come at once and are not shown; Ctrl-C goes on being a signal. Ctrl-Z would leave the shell on our screen.
static void take_terminal (Watch *self) {
  self->is_screen = can_draw () && !self->ctl->options.json;
  if (!self->is_screen)
    return;
  self->has_keys = isatty (STDIN_FILENO) && tcgetattr (STDIN_FILENO, &self->keys) == 0;
  if (self->has_keys) {
    struct termios raw = self->keys;
    raw.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
    raw.c_cc[VSUSP] = _POSIX_VDISABLE;
    tcsetattr (STDIN_FILENO, TCSANOW, &raw);
    keep_source (self, g_unix_fd_add (STDIN_FILENO, G_IO_IN | G_IO_HUP, on_key, self));
  }
  write_out (self, ENTER);
}

static void give_back_terminal (Watch *self) {
  if (self->is_screen)
    write_out (self, LEAVE);
  if (self->has_keys)
    tcsetattr (STDIN_FILENO, TCSANOW, &self->keys);
}

static void watch (Watch *self, const gchar *socket) {
  static const gint ends[] = {SIGINT, SIGTERM, SIGHUP};
  self->loop = g_main_loop_new (NULL, FALSE);
  self->stream = po_stream_new (socket, on_status, self);
  for (guint i = 0; i < G_N_ELEMENTS (ends); i++)
    keep_source (self, g_unix_signal_add (ends[i], on_quit, self));
  keep_source (self, g_unix_signal_add (SIGWINCH, on_resize, self));
  keep_source (self, g_timeout_add (DRAW_MS, on_tick, self));
  take_terminal (self);
  g_main_loop_run (self->loop);
  give_back_terminal (self);
  for (guint i = 0; i < self->source_count; i++)
    g_source_remove (self->sources[i]);
  g_clear_pointer (&self->stream, po_stream_free);
  while (g_main_context_iteration (NULL, FALSE)) // what was cancelled ends
    ;
  g_main_loop_unref (self->loop);
  g_free (self->shown);
}

int po_ctl_watch (PoCtl *ctl, GError **error) {
  int code = EXIT_SUCCESS;
  Watch self = {.ctl = ctl};
  g_autofree gchar *socket = po_ctl_socket (ctl, error);
  // Asked once first: a daemon that is not there at all is said plainly.
  g_autoptr (JsonNode) answer = socket != NULL ? po_ctl_ask (ctl, "GET", "/status", NULL, &code, error) : NULL;
  if (answer == NULL)
    return code;
  watch (&self, socket);
  return code;
}
