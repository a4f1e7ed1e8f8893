// SPDX-License-Identifier: GPL-3.0-or-later
// The event stream over a real socket: it speaks at once, at every change, and at least once a second; readers that do
// not read hold nobody up; a server that ends, ends its streams. And the page's own bytes.
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "control/server.h"
#include "web/web.h"

#define LAZY_READERS 20
#define BULK         40000 // bytes of a status, so that a socket that nobody reads fills up

typedef struct {
  PoControlServer *server;
  gint item;   // changes: what is on air
  guint asked; // how often the status was made
  gchar *bulk;
} Station;

static JsonNode *op_status (gpointer user, GError **error) {
  Station *station = user;
  JsonObject *status = json_object_new (), *item = json_object_new ();
  json_object_set_int_member (item, "start_frame", station->item);
  json_object_set_object_member (status, "on_air", item);
  json_object_set_string_member (status, "bulk", station->bulk);
  station->asked++;
  JsonNode *node = json_node_new (JSON_NODE_OBJECT);
  json_node_take_object (node, status);
  return node;
}

static const PoControlOps ops = {.status = op_status};

static void set_up (Station *station) {
  g_autoptr (GTimeZone) zone = g_time_zone_new_utc ();
  g_autoptr (GError) error = NULL;
  station->item = 1;
  station->bulk = g_strnfill (BULK, 'x');
  station->server = po_control_server_new (&ops, station, zone);
  po_control_server_listen (station->server, "127.0.0.1:0", &error);
  g_assert_no_error (error);
}

static void tear_down (Station *station) {
  g_clear_pointer (&station->server, po_control_server_free);
  g_free (station->bulk);
}

static int connect_stream (Station *station) {
  static const gchar request[] = "GET /api/v1/events HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";
  struct sockaddr_in address = {.sin_family = AF_INET,
                                .sin_port = htons ((guint16)po_control_server_port (station->server))};
  address.sin_addr.s_addr = htonl (INADDR_LOOPBACK);
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  g_assert_cmpint (connect (fd, (struct sockaddr *)&address, sizeof address), ==, 0);
  g_assert_cmpint (send (fd, request, strlen (request), MSG_NOSIGNAL), ==, (gssize)strlen (request));
  return fd;
}

typedef struct {
  int fd;
  const gchar *until; // reads until this stands in what it read, or to the end if NULL
  GString *got;
  gint done;
} Reader;

static gpointer reader_run (gpointer data) {
  Reader *self = data;
  gchar buffer[4096];
  gssize n = 0;
  while ((self->until == NULL || strstr (self->got->str, self->until) == NULL) &&
         (n = read (self->fd, buffer, sizeof buffer)) > 0)
    g_string_append_len (self->got, buffer, n);
  g_atomic_int_set (&self->done, 1);
  g_main_context_wakeup (NULL);
  return NULL;
}

// What @fd says until @until stands in it. (transfer full)
static gchar *read_until (int fd, const gchar *until) {
  Reader reader = {fd, until, g_string_new (NULL), 0};
  GThread *thread = g_thread_new ("reader", reader_run, &reader);
  while (!g_atomic_int_get (&reader.done))
    g_main_context_iteration (NULL, TRUE);
  g_thread_join (thread);
  return g_string_free (reader.got, FALSE);
}

static void test_speaks (void) {
  Station station = {0};
  set_up (&station);
  int fd = connect_stream (&station);
  g_autofree gchar *first = read_until (fd, "\"start_frame\":1}");
  g_assert_nonnull (strstr (first, "Content-Type: text/event-stream"));
  g_assert_nonnull (strstr (first, "retry: 1000\n"));
  g_assert_nonnull (strstr (first, "event: status\ndata: {"));
  g_autofree gchar *again = read_until (fd, "\"start_frame\":1}"); // nothing has changed, and yet it speaks
  station.item = 2;
  g_autofree gchar *changed = read_until (fd, "\"start_frame\":2}");
  close (fd);
  tear_down (&station);
}

static void test_lazy_readers (void) {
  Station station = {0};
  int lazy[LAZY_READERS];
  set_up (&station);
  for (guint i = 0; i < LAZY_READERS; i++)
    lazy[i] = connect_stream (&station);
  int fd = connect_stream (&station);
  for (gint item = 2; item < 12; item++) {
    g_autofree gchar *mark = g_strdup_printf ("\"start_frame\":%d}", item);
    station.item = item;
    g_autofree gchar *got = read_until (fd, mark);
  }
  for (guint i = 0; i < LAZY_READERS; i++)
    close (lazy[i]);
  close (fd);
  tear_down (&station);
}

static void test_ends (void) {
  Station station = {0};
  set_up (&station);
  int fd = connect_stream (&station);
  g_autofree gchar *got = read_until (fd, "\"start_frame\":1}");
  g_clear_pointer (&station.server, po_control_server_free);
  g_autofree gchar *rest = read_until (fd, NULL); // hangs if the stream outlives its server
  close (fd);
  tear_down (&station);
}

static void test_quiet_without_readers (void) {
  Station station = {0};
  set_up (&station);
  int fd = connect_stream (&station);
  g_autofree gchar *got = read_until (fd, "\"start_frame\":1}");
  close (fd);
  // The loss shows at the next message; from then on nobody asks for the status.
  guint before = 0;
  do {
    before = station.asked;
    gint64 end_us = g_get_monotonic_time () + 1500 * 1000;
    while (g_get_monotonic_time () < end_us) {
      g_main_context_iteration (NULL, FALSE);
      g_usleep (5000);
    }
  } while (station.asked != before);
  tear_down (&station);
}

static void test_page_bytes (void) {
  static const gchar *const none[] = {"",
                                      "/assets",
                                      "/assets/",
                                      "/assets//index.html",
                                      "/assets/../index.html",
                                      "/page/index.html",
                                      "/index",
                                      "/assets/page/index.html",
                                      "assets/app.js"};
  const gchar *type = NULL;
  g_autofree gchar *etag = NULL;
  g_autoptr (GBytes) page = po_web_lookup ("/", &type, &etag);
  g_assert_cmpint (page != NULL, ==, po_web_is_built ());
  if (page != NULL) {
    g_assert_cmpstr (type, ==, "text/html; charset=utf-8");
    g_assert_cmpuint (strlen (etag), ==, 34);
  }
  for (guint i = 0; i < G_N_ELEMENTS (none); i++) {
    g_autofree gchar *tag = NULL;
    g_assert_null (po_web_lookup (none[i], &type, &tag));
    g_assert_null (tag);
  }
}

int main (int argc, char **argv) {
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/web/events/speaks", test_speaks);
  g_test_add_func ("/web/events/lazy-readers", test_lazy_readers);
  g_test_add_func ("/web/events/ends", test_ends);
  g_test_add_func ("/web/events/quiet-without-readers", test_quiet_without_readers);
  g_test_add_func ("/web/page-bytes", test_page_bytes);
  return g_test_run ();
}
