// SPDX-License-Identifier: GPL-3.0-or-later
// Commands that wait for their answer, given on several connections in one moment.
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "asking.h"
#include "control/server.h"

#define N_CLIENTS 24

// What has been asked and not answered yet.
typedef struct {
  PoControlDone done;
  gpointer data;
} Waiting;

/** Station: the newest command waits; one that comes refuses the one before, as the air does, unless it is patient. */
typedef struct {
  PoControlServer *server;
  gchar *dir, *path;
  GArray *waiting; // Waiting
  gboolean is_patient;
  guint given, depth, deepest;
} Station;

static void refuse (Station *self) {
  g_autoptr (GError) error = g_error_new_literal (PO_ERROR, PO_ERROR_CONFLICT, "another command came");
  g_autoptr (GArray) waiting = g_steal_pointer (&self->waiting);
  self->waiting = g_array_new (FALSE, FALSE, sizeof (Waiting));
  for (guint i = 0; i < waiting->len; i++) {
    const Waiting *one = &g_array_index (waiting, Waiting, i);
    one->done (NULL, error, one->data);
  }
}

static void on_command (gpointer user, const gchar *verb, JsonObject *args, gboolean dry_run, const gchar *who,
                        PoControlDone done, gpointer data) {
  Station *self = user;
  const Waiting one = {done, data};
  self->given++;
  self->depth++;
  self->deepest = MAX (self->deepest, self->depth);
  if (!self->is_patient)
    refuse (self);
  g_array_append_val (self->waiting, one);
  self->depth--;
}

static const PoControlOps ops = {.command = on_command};

static void set_up (Station *self, gconstpointer data) {
  g_autoptr (GError) error = NULL;
  g_autoptr (GTimeZone) zone = g_time_zone_new_utc ();
  self->waiting = g_array_new (FALSE, FALSE, sizeof (Waiting));
  self->dir = g_dir_make_tmp ("playoutd-waiting-XXXXXX", &error);
  self->path = g_build_filename (self->dir, "control.sock", NULL);
  g_autofree gchar *address = g_strconcat ("unix:", self->path, NULL);
  self->server = po_control_server_new (&ops, self, zone);
  g_assert_true (po_control_server_listen (self->server, address, &error));
}

static void tear_down (Station *self, gconstpointer data) {
  po_control_server_free (self->server);
  g_assert_cmpint (g_rmdir (self->dir), ==, 0);
  g_array_unref (self->waiting);
  g_free (self->dir);
  g_free (self->path);
}

// A command of a client of its own, which now waits. Its socket.
static int ask (Station *self) {
  static const gchar request[] = "POST /api/v1/commands/skip HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n"
                                 "Content-Type: application/json\r\n\r\n{}";
  const int fd = asking_connect (self->path, 0);
  g_assert_cmpint (send (fd, request, strlen (request), MSG_NOSIGNAL), ==, (gssize)strlen (request));
  return fd;
}

static void wait_given (Station *self, guint given) {
  while (self->given < given)
    g_main_context_iteration (NULL, TRUE);
}

// Ends as soon as a byte of the answer is there.
static void assert_answered (int fd, const gchar *expected) {
  gchar status[sizeof "HTTP/1.1 409"] = "";
  gssize n = 0;
  while ((n = recv (fd, status, sizeof status - 1, MSG_DONTWAIT)) < 0)
    g_main_context_iteration (NULL, FALSE);
  g_assert_cmpstr (status, ==, expected);
  close (fd);
}

// No command is carried out within another's, and each has its answer.
static void test_in_one_moment (Station *station, gconstpointer data) {
  int fds[N_CLIENTS];
  for (guint i = 0; i < N_CLIENTS; i++)
    fds[i] = ask (station);
  wait_given (station, N_CLIENTS);
  refuse (station);
  for (guint i = 0; i < N_CLIENTS; i++)
    assert_answered (fds[i], "HTTP/1.1 409");
  g_assert_cmpuint (station->deepest, ==, 1);
}

// Whoever waited for it has left when it is answered.
static void test_gone (Station *station, gconstpointer data) {
  for (guint i = 0; i < N_CLIENTS; i++) {
    const int fd = ask (station);
    wait_given (station, i + 1);
    close (fd);
  }
  const int last = ask (station);
  wait_given (station, N_CLIENTS + 1);
  refuse (station);
  assert_answered (last, "HTTP/1.1 409");
  g_assert_cmpuint (station->deepest, ==, 1);
}

// All who wait when the daemon ends are told so, whoever has left; what the air says of it later harms nobody.
static void test_ending (Station *station, gconstpointer data) {
  int fds[N_CLIENTS];
  station->is_patient = TRUE;
  for (guint i = 0; i < N_CLIENTS; i++)
    fds[i] = ask (station);
  wait_given (station, N_CLIENTS);
  for (guint i = 0; i < N_CLIENTS; i += 2)
    close (fds[i]);
  g_clear_pointer (&station->server, po_control_server_free);
  for (guint i = 1; i < N_CLIENTS; i += 2)
    assert_answered (fds[i], "HTTP/1.1 503");
  refuse (station);
}

int main (int argc, char **argv) {
  g_test_init (&argc, &argv, NULL);
#define ADD(name, func) g_test_add (name, Station, NULL, set_up, func, tear_down)
  ADD ("/control/waiting/in-one-moment", test_in_one_moment);
  ADD ("/control/waiting/gone", test_gone);
  ADD ("/control/waiting/ending", test_ending);
  return g_test_run ();
}
