// SPDX-License-Identifier: GPL-3.0-or-later
// Commands that wait for their answer, given on several connections in one moment.
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "asking.h"
#include "control/server.h"

#define N_CLIENTS 24

/** Station: the newest command waits; one that comes refuses the one before, as the air does. */
typedef struct {
  PoControlDone waiting;
  gpointer waiting_data;
  guint given, depth, deepest;
} Station;

static void refuse (Station *self) {
  g_autoptr (GError) error = g_error_new_literal (PO_ERROR, PO_ERROR_CONFLICT, "another command came");
  PoControlDone waiting = self->waiting;
  self->waiting = NULL;
  if (waiting != NULL)
    waiting (NULL, error, self->waiting_data);
}

static void on_command (gpointer user, const gchar *verb, JsonObject *args, gboolean dry_run, const gchar *who,
                        PoControlDone done, gpointer data) {
  Station *self = user;
  self->given++;
  self->depth++;
  self->deepest = MAX (self->deepest, self->depth);
  refuse (self);
  self->waiting = done;
  self->waiting_data = data;
  self->depth--;
}

static const PoControlOps ops = {.command = on_command};

static void send_skip (int fd) {
  static const gchar request[] = "POST /api/v1/commands/skip HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n"
                                 "Content-Type: application/json\r\n\r\n{}";
  g_assert_cmpint (send (fd, request, strlen (request), MSG_NOSIGNAL), ==, (gssize)strlen (request));
}

// Ends as soon as a byte of the answer is there.
static void assert_refused (int fd) {
  gchar status[sizeof "HTTP/1.1 409"] = "";
  gssize n = 0;
  while ((n = recv (fd, status, sizeof status - 1, MSG_DONTWAIT)) < 0)
    g_main_context_iteration (NULL, FALSE);
  g_assert_cmpstr (status, ==, "HTTP/1.1 409");
}

// No command is carried out within another's, and each has its answer.
static void test_in_one_moment (void) {
  Station station = {0};
  g_autoptr (GError) error = NULL;
  g_autoptr (GTimeZone) zone = g_time_zone_new_utc ();
  g_autofree gchar *dir = g_dir_make_tmp ("playoutd-waiting-XXXXXX", &error);
  g_autofree gchar *path = g_build_filename (dir, "control.sock", NULL), *address = g_strconcat ("unix:", path, NULL);
  PoControlServer *server = po_control_server_new (&ops, &station, zone);
  g_assert_true (po_control_server_listen (server, address, &error));
  int fds[N_CLIENTS];
  for (guint i = 0; i < N_CLIENTS; i++) {
    fds[i] = asking_connect (path, 0);
    send_skip (fds[i]);
  }
  while (station.given < N_CLIENTS)
    g_main_context_iteration (NULL, TRUE);
  refuse (&station);
  for (guint i = 0; i < N_CLIENTS; i++) {
    assert_refused (fds[i]);
    close (fds[i]);
  }
  g_assert_cmpuint (station.deepest, ==, 1);
  po_control_server_free (server);
  g_assert_cmpint (g_rmdir (dir), ==, 0);
}

int main (int argc, char **argv) {
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/control/waiting/in-one-moment", test_in_one_moment);
  return g_test_run ();
}
