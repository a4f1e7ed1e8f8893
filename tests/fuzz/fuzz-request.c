// SPDX-License-Identifier: GPL-3.0-or-later
// The control API's door: any bytes on a connection are answered or refused, over the Unix socket by somebody who may
// everything and over TCP by nobody in particular, and the server goes on. Properties held: who is not known changes
// nothing and sees nothing of the channel, and what a command's arguments become is an entry or a clear error.
#include <errno.h>
#include <glib/gstdio.h>
#include <netinet/in.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "access/users.h"
#include "control/server.h"
#include "control/socket.h"
#include "desk/command.h"

#define IDLE_MOST 30 // rounds in which nothing moves: an event stream does not end by itself

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

static GTimeZone *zone;
static PoControlServer *server;
static gchar *socket_path;
static gboolean is_known;    // whether the connection is one that may command
static gchar secret[16 + 1]; // the channel's own; another for each input, which therefore cannot have said it

static JsonNode *on_anything (gpointer user, GError **error) {
  JsonNode *node = json_node_new (JSON_NODE_OBJECT);
  JsonObject *object = json_object_new ();
  json_object_set_string_member (object, "channel", secret);
  json_object_set_string_member (object, "rundown_revision", "abc");
  json_node_take_object (node, object);
  return node;
}

static void on_window (gpointer user, PoTimeNs from_ns, PoTimeNs to_ns, const PoControlPage *page,
                       PoControlPageDone done, gpointer data) {
  gchar *text = g_strdup_printf ("[\"%s\"]", secret);
  g_autoptr (GBytes) json = g_bytes_new_take (text, strlen (text));
  done (json, "00", 1, NULL, data);
}

static void on_revision (gpointer user, const gchar *revision, const gchar *who, PoControlDone done, gpointer data) {
  g_assert_true (is_known);
  done (on_anything (user, NULL), NULL, data);
}

static void on_command (gpointer user, const gchar *verb, JsonObject *args, gboolean dry_run, const gchar *who,
                        PoControlDone done, gpointer data) {
  g_autoptr (GError) error = NULL;
  g_assert_true (is_known);
  g_autoptr (PoJournalEntry) entry = po_command_entry_new (verb, args, who, zone, &error);
  g_assert_true ((entry == NULL) == (error != NULL));
  done (entry != NULL ? on_anything (user, NULL) : NULL, error, data);
}

static void append_object (gpointer list, guint index, GString *text) {
  g_string_append (text, "{}");
}

static void on_list (gpointer user, PoControlListDone done, gpointer data) {
  const PoControlList list = {append_object, NULL, 3, "stamp"};
  g_assert_true (is_known);
  done (&list, NULL, data);
}

static const PoControlOps ops = {.status = on_anything,
                                 .rundown = on_window,
                                 .asrun = on_window,
                                 .alarms = on_anything,
                                 .media = on_list,
                                 .media_missing = on_list,
                                 .schedules = on_anything,
                                 .schedule_confirm = on_revision,
                                 .schedule_rollback = on_revision,
                                 .command = on_command};

static gchar *dir;
static GRand *dice;

static void clean_up (void) {
  static const gchar *const names[] = {"s", "access.json", "access.lock", "sessions.json"};
  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autofree gchar *path = g_build_filename (dir, names[i], NULL);
    g_unlink (path);
  }
  g_rmdir (dir);
}

static void set_up (void) {
  g_autoptr (GError) error = NULL;
  dir = g_dir_make_tmp ("playoutd-fuzz-XXXXXX", &error);
  g_assert_no_error (error);
  atexit (clean_up);
  g_autoptr (PoUsers) users = po_users_new (dir);
  g_free (po_users_add_token (users, "somebody", PO_ROLE_ADMIN, PO_TIME_NONE, 0, &error)); // nobody is told the key
  g_assert_no_error (error);
  zone = g_time_zone_new_utc ();
  dice = g_rand_new_with_seed (2027);
  socket_path = g_build_filename (dir, "s", NULL);
  g_autofree gchar *address = g_strconcat ("unix:", socket_path, NULL);
  server = po_control_server_new (&ops, NULL, zone);
  po_control_server_set_door (server, po_door_new (dir));
  po_control_server_listen (server, address, &error);
  g_assert_no_error (error);
  po_control_server_listen (server, "127.0.0.1:0", &error);
  g_assert_no_error (error);
}

static int connect_tcp (void) {
  struct sockaddr_in address = {.sin_family = AF_INET,
                                .sin_port = htons ((guint16)po_control_server_port (server)),
                                .sin_addr.s_addr = htonl (INADDR_LOOPBACK)};
  struct sockaddr_in from = {.sin_family = AF_INET};
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0); // libFuzzer's alarm would interrupt a wait
  // From all over the loopback's network: thousands of connections in TIME_WAIT would use up one address's ports.
  from.sin_addr.s_addr = htonl (INADDR_LOOPBACK + (guint32)g_rand_int_range (dice, 0, 0xfffff0));
  g_assert_no_errno (bind (fd, (struct sockaddr *)&from, sizeof from));
  g_assert_true (connect (fd, (struct sockaddr *)&address, sizeof address) == 0 || errno == EINPROGRESS);
  return fd;
}

// Sends all of it and takes what comes back, while the server runs on this same thread.
static void converse (int fd, const uint8_t *data, size_t size) {
  gchar answer[8192 + 1];
  size_t sent = 0;
  for (guint idle = 0; idle < IDLE_MOST; idle++) {
    gssize n = sent < size ? send (fd, data + sent, size - sent, MSG_DONTWAIT | MSG_NOSIGNAL) : 0;
    if (n > 0) {
      sent += (size_t)n;
      idle = 0;
      if (sent == size)
        shutdown (fd, SHUT_WR);
    } else if (n < 0 && errno != EAGAIN) {
      sent = size; // it has had enough
    }
    g_main_context_iteration (NULL, FALSE);
    n = recv (fd, answer, sizeof answer - 1, MSG_DONTWAIT);
    if (n == 0 || (n < 0 && errno != EAGAIN))
      break;
    if (n > 0) {
      answer[n] = '\0';
      g_assert_true (is_known || strstr (answer, secret) == NULL);
      idle = 0;
    }
  }
  close (fd);
  while (g_main_context_iteration (NULL, FALSE)) {
  }
}

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size) {
  g_autoptr (GError) error = NULL;
  if (server == NULL)
    set_up ();
  if (size == 0)
    return 0;
  g_snprintf (secret, sizeof secret, "%08x%08x", g_rand_int (dice), g_rand_int (dice));
  is_known = TRUE;
  int fd = po_control_socket_connect (socket_path, &error);
  g_assert_no_error (error);
  converse (fd, data, size);
  is_known = FALSE;
  converse (connect_tcp (), data, size);
  return 0;
}
