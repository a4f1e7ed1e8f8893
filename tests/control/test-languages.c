// SPDX-License-Identifier: GPL-3.0-or-later
// Each asker reads its own language: refusals, what was found out later, lists and the event stream, whatever others
// ask for at the same time.
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "asking.h"
#include "control/server.h"
#include "model/text.h"

typedef struct {
  PoControlServer *server;
  PoControlDone later;
  gpointer later_data;
} Station;

static JsonNode *op_alarms (gpointer user, GError **error) {
  JsonArray *array = json_array_new ();
  JsonNode *node = json_node_new (JSON_NODE_ARRAY);
  json_array_add_string_element (array, _ ("playoutd is ending"));
  json_node_take_array (node, array);
  return node;
}

static JsonNode *op_status (gpointer user, GError **error) {
  JsonObject *status = json_object_new ();
  JsonNode *node = json_node_new (JSON_NODE_OBJECT);
  json_object_set_string_member (status, "text", _ ("playoutd is ending"));
  json_node_take_object (node, status);
  return node;
}

// Its reason is found when nobody is asking any more.
static void op_command (gpointer user, const gchar *verb, JsonObject *args, gboolean dry_run, const gchar *who,
                        PoControlDone done, gpointer data) {
  Station *self = user;
  self->later = done;
  self->later_data = data;
}

static const PoControlOps ops = {.status = op_status, .alarms = op_alarms, .command = op_command};

static gboolean on_later (gpointer user) {
  Station *self = user;
  if (self->later == NULL)
    return G_SOURCE_CONTINUE;
  g_autoptr (GError) error = g_error_new_literal (PO_ERROR, PO_ERROR_CONFLICT, _ ("the body is not a JSON object"));
  self->later (NULL, error, self->later_data);
  self->later = NULL;
  return G_SOURCE_CONTINUE;
}

static void set_up (Station *self, gconstpointer data) {
  g_autoptr (GTimeZone) zone = g_time_zone_new_utc ();
  g_autoptr (GError) error = NULL;
  self->server = po_control_server_new (&ops, self, zone);
  po_control_server_listen (self->server, "127.0.0.1:0", &error);
  g_assert_no_error (error);
}

static void tear_down (Station *self, gconstpointer data) {
  po_control_server_free (self->server);
}

// (transfer full)
static gchar *ask (Station *self, const gchar *method, const gchar *path, const gchar *header) {
  g_autofree gchar *request =
      g_strdup_printf ("%s /api/v1%s HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 0\r\n%sConnection: close\r\n\r\n",
                       method, path, header);
  return asking_send (NULL, po_control_server_port (self->server), request, -1);
}

static void assert_says (Station *self, const gchar *method, const gchar *path, const gchar *header,
                         const gchar *wanted) {
  g_autofree gchar *answer = ask (self, method, path, header);
  g_test_message ("%s %s, %s: %s", method, path, header, answer);
  g_assert_nonnull (strstr (answer, wanted));
  g_assert_nonnull (strstr (answer, "Vary: Accept-Language\r\n"));
  g_assert_null (strstr (answer, "\xf3\xb0\x80")); // no mark leaves the house
}

static void test_wishes (Station *self, gconstpointer data) {
  static const struct {
    const gchar *header, *wanted;
  } rows[] = {
      {"", "\"detail\":\"there is nothing at this path\""},
      {"Accept-Language: en\r\n", "\"detail\":\"there is nothing at this path\""},
      {"Accept-Language: vi\r\n", "\"detail\":\"không có gì ở đường dẫn này\""},
      {"Accept-Language: vi\r\n", "\"title\":\"Không tìm thấy\""},
      {"Accept-Language: vi\r\n", "Content-Language: vi\r\n"},
      {"Accept-Language: vi-VN,vi;q=0.9,en;q=0.8\r\n", "Content-Language: vi\r\n"},
      {"Accept-Language: en;q=0.5, vi;q=0.9\r\n", "Content-Language: vi\r\n"},
      {"Accept-Language: vi;q=0, en;q=0.1\r\n", "Content-Language: en\r\n"},
      {"Accept-Language: fr, *\r\n", "Content-Language: en\r\n"},
      {"Accept-Language: vie, ,;q=,,q=x\r\n", "Content-Language: en\r\n"},
  };
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    assert_says (self, "GET", "/nothing", rows[i].header, rows[i].wanted);
}

static void test_later (Station *self, gconstpointer data) {
  const guint source = g_timeout_add (1, on_later, self);
  assert_says (self, "POST", "/commands/hold", "Accept-Language: vi\r\n",
               "\"detail\":\"nội dung gửi lên không phải một đối tượng JSON\"");
  assert_says (self, "POST", "/commands/hold", "Accept-Language: en\r\n",
               "\"detail\":\"the body is not a JSON object\"");
  g_source_remove (source);
}

// What one has read before does not serve the other.
static void test_tags (Station *self, gconstpointer data) {
  g_autofree gchar *vietnamese = ask (self, "GET", "/alarms", "Accept-Language: vi\r\n");
  const gchar *tag = strstr (vietnamese, "ETag: ");
  g_assert_nonnull (tag);
  g_assert_nonnull (strstr (vietnamese, "[\"playoutd đang kết thúc\"]"));
  g_autofree gchar *value = g_strndup (tag + strlen ("ETag: "), strcspn (tag + strlen ("ETag: "), "\r"));
  g_autofree gchar *same = g_strdup_printf ("Accept-Language: vi\r\nIf-None-Match: %s\r\n", value);
  g_autofree gchar *other = g_strdup_printf ("Accept-Language: en\r\nIf-None-Match: %s\r\n", value);
  assert_says (self, "GET", "/alarms", same, "HTTP/1.1 304 ");
  assert_says (self, "GET", "/alarms", other, "[\"playoutd is ending\"]");
}

// ---- the event stream ----

typedef struct {
  int fd;
  const gchar *until;
  GString *got;
  gint done; // atomic
} Reader;

static gpointer read_on (gpointer data) {
  Reader *self = data;
  gchar buffer[4096];
  for (gssize n = 0; strstr (self->got->str, self->until) == NULL && (n = read (self->fd, buffer, sizeof buffer)) > 0;)
    g_string_append_len (self->got, buffer, n);
  g_atomic_int_set (&self->done, 1);
  g_main_context_wakeup (NULL);
  return NULL;
}

static void assert_hears (int fd, const gchar *wanted, const gchar *unwanted) {
  Reader reader = {fd, wanted, g_string_new (NULL), 0};
  GThread *thread = g_thread_new ("reader", read_on, &reader);
  while (!g_atomic_int_get (&reader.done))
    g_main_context_iteration (NULL, TRUE);
  g_thread_join (thread);
  g_assert_nonnull (strstr (reader.got->str, wanted));
  g_assert_null (strstr (reader.got->str, unwanted));
  g_string_free (reader.got, TRUE);
}

static int open_stream (Station *self, const gchar *query, const gchar *header) {
  int fd = asking_connect (NULL, po_control_server_port (self->server));
  g_autofree gchar *request =
      g_strdup_printf ("GET /api/v1/events%s HTTP/1.1\r\nHost: 127.0.0.1\r\n%s\r\n", query, header);
  g_assert_cmpint (send (fd, request, strlen (request), MSG_NOSIGNAL), ==, (gssize)strlen (request));
  return fd;
}

static void test_stream (Station *self, gconstpointer data) {
  const gchar *english = "\"text\":\"playoutd is ending\"", *vietnamese = "\"text\":\"playoutd đang kết thúc\"";
  int both[] = {open_stream (self, "?language=vi", "Accept-Language: en\r\n"), // the browser's own is not the page's
                open_stream (self, "", "Accept-Language: en\r\n")};
  for (guint round = 0; round < 2; round++) { // at once, and when all are told
    assert_hears (both[0], vietnamese, english);
    assert_hears (both[1], english, vietnamese);
  }
  for (guint i = 0; i < G_N_ELEMENTS (both); i++)
    close (both[i]);
}

int main (int argc, char **argv) {
  g_test_init (&argc, &argv, NULL);
  po_text_carry_all (g_getenv ("PLAYOUTD_LOCALEDIR"));
#define ADD(name, function) g_test_add ("/control/languages/" name, Station, NULL, set_up, function, tear_down)
  ADD ("wishes", test_wishes);
  ADD ("later", test_later);
  ADD ("tags", test_tags);
  ADD ("stream", test_stream);
  return g_test_run ();
}
