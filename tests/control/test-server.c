// SPDX-License-Identifier: GPL-3.0-or-later
// The control server over real sockets: good requests, and every bad one that a stranger can think of. The server runs
// on this thread's main context; each client is a thread that sends bytes and reads until the server closes.
#include <errno.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <gio/gio.h>
#include <gio/gunixsocketaddress.h>
#include <glib/gstdio.h>

#include "asking.h"
#include "control/server.h"
#include "control/socket.h"

typedef struct {
  gchar *dir;
  gchar *address; // "unix:…"
  GTimeZone *zone;
  PoControlServer *server;
  PoTimeNs from_ns, to_ns; // of the last window asked for
  PoControlPage page;
  gchar *verb, *args, *who;
  gchar *given; // (nullable) what stood in the journal beside any key
  gboolean dry_run;
  guint pieces;     // of uploads that were taken
  gboolean is_slow; // commands are answered by answer_kept()
  PoControlDone kept;
  GPtrArray *kept_data;
} Station;

static JsonNode *node_of (const gchar *text) {
  return json_from_string (text, NULL);
}

static JsonNode *on_status (gpointer user, GError **error) {
  return node_of ("{\"channel\":\"Kênh một\"}");
}

static void on_rundown (gpointer user, PoTimeNs from_ns, PoTimeNs to_ns, const PoControlPage *page,
                        PoControlPageDone done, gpointer data) {
  Station *self = user;
  self->from_ns = from_ns;
  self->to_ns = to_ns;
  self->page = *page;
  g_autoptr (GBytes) json = g_bytes_new_static ("[]", 2);
  done (json, "00112233445566778899aabbccddeeff", 7, NULL, data);
}

static JsonNode *on_clip_state (gpointer user, const gchar *id, GError **error) {
  g_set_error (error, PO_ERROR, PO_ERROR_NOT_FOUND, "there is no upload %s", id);
  return NULL;
}

static void on_clip_begin (gpointer user, JsonObject *wish, const gchar *who, PoControlDone done, gpointer data) {
  done (node_of ("{\"id\":\"a\"}"), NULL, data);
}

static void on_clip_piece (gpointer user, const gchar *id, gint64 at_bytes, GBytes *bytes, PoControlDone done,
                           gpointer data) {
  Station *self = user;
  self->pieces++;
  done (node_of ("{\"id\":\"a\"}"), NULL, data);
}

static void append_clip (gpointer list, guint index, GString *text) {
  g_string_append_printf (text, "%u", index + 1);
}

static void on_media (gpointer user, PoControlListDone done, gpointer data) {
  const PoControlList list = {append_clip, NULL, 5, "stamp"};
  done (&list, NULL, data);
}

static JsonNode *on_alarms (gpointer user, GError **error) {
  g_set_error (error, PO_ERROR, PO_ERROR_SYSTEM, "the store is away");
  return NULL;
}

static void on_rollback (gpointer user, const gchar *revision, const gchar *who, PoControlDone done, gpointer data) {
  g_autoptr (GError) error =
      g_error_new (PO_ERROR, revision == NULL ? PO_ERROR_CONFLICT : PO_ERROR_NOT_FOUND, "no such version");
  const gboolean is_known = g_strcmp0 (revision, "abc") == 0;
  done (is_known ? node_of ("{\"revision\":\"abc\"}") : NULL, is_known ? NULL : error, data);
}

static void on_command (gpointer user, const gchar *verb, JsonObject *args, gboolean dry_run, const gchar *who,
                        PoControlDone done, gpointer data) {
  Station *self = user;
  g_autoptr (JsonNode) node = json_node_init_object (json_node_alloc (), args);
  g_free (self->verb);
  g_free (self->args);
  g_free (self->who);
  self->verb = g_strdup (verb);
  self->args = json_to_string (node, FALSE);
  self->who = g_strdup (who);
  self->dry_run = dry_run;
  if (self->is_slow) {
    self->kept = done;
    g_ptr_array_add (self->kept_data, data);
    return;
  }
  done (node_of ("{\"frame\":42}"), NULL, data);
}

static JsonNode *on_command_given (gpointer user, const gchar *key, gchar **ret_request) {
  Station *self = user;
  if (self->given == NULL)
    return NULL;
  *ret_request = *self->given != '\0' ? g_strdup (self->given) : NULL;
  return node_of ("{\"frame\":41}");
}

static void on_guide (gpointer user, PoControlTextDone done, gpointer data) {
  done ("<tv/>", NULL, data);
}

static const PoControlOps ops = {.guide = on_guide,
                                 .status = on_status,
                                 .rundown = on_rundown,
                                 .alarms = on_alarms,
                                 .media = on_media,
                                 .clip_begin = on_clip_begin,
                                 .clip_state = on_clip_state,
                                 .clip_piece = on_clip_piece,
                                 .schedule_rollback = on_rollback,
                                 .command_given = on_command_given,
                                 .command = on_command};

static void set_up (Station *self, gconstpointer data) {
  g_autoptr (GError) error = NULL;
  self->dir = g_dir_make_tmp ("playoutd-control-XXXXXX", &error);
  g_assert_no_error (error);
  self->address = g_strdup_printf ("unix:%s/control.sock", self->dir);
  self->zone = g_time_zone_new_identifier ("Asia/Ho_Chi_Minh");
  self->server = po_control_server_new (&ops, self, self->zone);
  po_control_server_listen (self->server, self->address, &error);
  g_assert_no_error (error);
  po_control_server_listen (self->server, "127.0.0.1:0", &error);
  g_assert_no_error (error);
  g_assert_cmpuint (po_control_server_port (self->server), >, 0);
}

static void tear_down (Station *self, gconstpointer data) {
  g_clear_pointer (&self->server, po_control_server_free);
  g_assert_false (g_file_test (self->address + strlen ("unix:"), G_FILE_TEST_EXISTS));
  g_assert_cmpint (g_rmdir (self->dir), ==, 0);
  g_time_zone_unref (self->zone);
  g_free (self->dir);
  g_free (self->address);
  g_free (self->verb);
  g_free (self->args);
  g_free (self->who);
}

// (transfer full)
static gchar *ask_bytes (Station *station, gboolean tcp, const gchar *request, gssize length) {
  return asking_send (tcp ? NULL : station->address + strlen ("unix:"), po_control_server_port (station->server),
                      request, length);
}

static gchar *ask (Station *station, gboolean tcp, const gchar *method, const gchar *path, const gchar *headers,
                   const gchar *body) {
  g_autofree gchar *request =
      g_strdup_printf ("%s %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: %zu\r\n%s\r\n%s",
                       method, path, strlen (body), headers, body);
  return ask_bytes (station, tcp, request, -1);
}

#define JSON "Content-Type: application/json\r\n"
#define API  "/api/v1"

static const struct {
  const gchar *method, *path, *headers, *body;
  const gchar *status;   // how the answer starts
  const gchar *contains; // (nullable)
} table[] = {
    {"GET", API "/status", "", "", "HTTP/1.1 200", "{\"channel\":\"Kênh một\"}"},
    {"HEAD", API "/status", "", "", "HTTP/1.1 200", "Content-Length: 25"},
    {"OPTIONS", API "/status", "", "", "HTTP/1.1 204", "Allow: GET, HEAD, OPTIONS"},
    {"POST", API "/status", "", "", "HTTP/1.1 405", "Allow: GET, HEAD, OPTIONS"},
    {"DELETE", API "/status", "", "", "HTTP/1.1 405", "application/problem+json"},
    {"GET", API "/commands/take", "", "", "HTTP/1.1 405", "Allow: POST, OPTIONS"},
    {"GET", API "/rundown?from=2027-01-06&to=2027-01-07", "", "", "HTTP/1.1 200", "[]"},
    {"GET", API "/rundown?from=2027-01-06T00:00:00%2B07:00", "", "", "HTTP/1.1 200", "[]"},
    {"GET", API "/rundown?from=2027-01-06T00:00:00+07:00", "", "", "HTTP/1.1 200", "[]"},
    {"GET", API "/rundown?from=yesterday", "", "", "HTTP/1.1 400", "from: "},
    {"GET", API "/rundown?from=%ff%fe", "", "", "HTTP/1.1 400", "from: “\xef\xbf\xbd\xef\xbf\xbd” is not a time"},
    {"GET", API "/rundown?from=2027-01-07&to=2027-01-06", "", "", "HTTP/1.1 400", "must be after"},
    {"GET", API "/rundown?from=2027-01-07&to=2027-01-07", "", "", "HTTP/1.1 400", "must be after"},
    {"GET", API "/rundown?from=2027-01-01&to=2028-01-01", "", "", "HTTP/1.1 400", "8 days"},
    {"GET", API "/rundown?frm=2027-01-01", "", "", "HTTP/1.1 400", "unknown parameter “frm”"},
    {"GET", API "/status?x", "", "", "HTTP/1.1 400", "unknown parameter"},
    {"GET", API "/alarms", "", "", "HTTP/1.1 503", "the store is away"},
    {"GET", API "/occurrences", "", "", "HTTP/1.1 404", "does not offer"},
    {"GET", API "/media", "", "", "HTTP/1.1 200", "[1,2,3,4,5]"},
    {"GET", API "/media?limit=2", "", "", "HTTP/1.1 200", "Link: </api/v1/media?limit=2&cursor=2>; rel=\"next\""},
    {"GET", API "/media?limit=2&cursor=2", "", "", "HTTP/1.1 200", "[3,4]"},
    {"GET", API "/media?limit=2&cursor=4", "", "", "HTTP/1.1 200", "[5]"},
    {"GET", API "/media?cursor=9", "", "", "HTTP/1.1 200", "[]"},
    {"GET", API "/media?limit=2", "", "", "HTTP/1.1 200", "X-Total-Count: 5"},
    {"GET", API "/media?limit=0", "", "", "HTTP/1.1 400", "limit: "},
    {"GET", API "/media?limit=-1", "", "", "HTTP/1.1 400", "limit: "},
    {"GET", API "/media?cursor=x", "", "", "HTTP/1.1 400", "cursor: "},
    {"GET", API "/openapi.json", "", "", "HTTP/1.1 200", "\"openapi\": \"3.1.0\""},
    {"GET", "/nowhere", "", "", "HTTP/1.1 404", "\"status\":404"},
    {"GET", API, "", "", "HTTP/1.1 404", NULL},
    {"GET", API "/", "", "", "HTTP/1.1 404", NULL},
    {"GET", API "/status/", "", "", "HTTP/1.1 404", NULL},
    {"GET", API "/../../etc/passwd", "", "", "HTTP/1.1 404", NULL},
    {"GET", API "/..%2f..%2fetc%2fpasswd", "", "", "HTTP/1.1 404", NULL},
    {"GET", API "/commands/%2e%2e/take", "", "", "HTTP/1.1 404", NULL},
    {"POST", API "/commands/take", JSON, "{}", "HTTP/1.1 200", "{\"frame\":42}"},
    {"POST", API "/commands/take", "", "", "HTTP/1.1 200", NULL},
    {"POST", API "/commands/take", "Content-Type: application/json; charset=utf-8\r\n", "{\"uid\":\"a\"}",
     "HTTP/1.1 200", NULL},
    {"POST", API "/commands/take/", JSON, "{}", "HTTP/1.1 404", NULL},
    {"POST", API "/commands/", JSON, "{}", "HTTP/1.1 404", NULL},
    {"POST", API "/commands/explode", JSON, "{}", "HTTP/1.1 404", "there is no command “explode”"},
    {"POST", API "/commands/skip", JSON, "{\"uid\":\"a\"}", "HTTP/1.1 400", "unknown member “uid”"},
    {"POST", API "/commands/skip", JSON, "{\"dry_run\":\"yes\"}", "HTTP/1.1 400", "neither true nor false"},
    {"POST", API "/commands/skip", JSON, "[]", "HTTP/1.1 400", "not a JSON object"},
    {"POST", API "/commands/skip", JSON, "{", "HTTP/1.1 400", "not JSON"},
    {"POST", API "/commands/skip", JSON, "\xff\xfe", "HTTP/1.1 400", "not JSON"},
    {"POST", API "/commands/skip", "Content-Type: application/x-www-form-urlencoded\r\n", "a=b", "HTTP/1.1 415", NULL},
    {"POST", API "/commands/skip", "Content-Type: text/plain\r\n", "{}", "HTTP/1.1 415", NULL},
    {"POST", API "/schedules/rollback", JSON, "{\"revision\":\"abc\"}", "HTTP/1.1 200", "abc"},
    {"POST", API "/schedules/rollback", JSON, "{\"revision\":\"xyz\"}", "HTTP/1.1 404", "no such version"},
    {"POST", API "/schedules/rollback", JSON, "{\"revision\":7}", "HTTP/1.1 400", "not a text"},
    {"POST", API "/schedules/rollback", JSON, "{}", "HTTP/1.1 409", "no such version"},
    {"POST", API "/schedules/confirm", JSON, "{}", "HTTP/1.1 404", "does not offer"},
};

static void test_table (Station *self, gconstpointer data) {
  for (guint i = 0; i < 2 * G_N_ELEMENTS (table); i++) {
    guint row = i / 2;
    g_autofree gchar *answer =
        ask (self, i % 2 == 0, table[row].method, table[row].path, table[row].headers, table[row].body);
    if (!g_str_has_prefix (answer, table[row].status) ||
        (table[row].contains != NULL && strstr (answer, table[row].contains) == NULL)) {
      g_test_message ("%s %s answered: %s", table[row].method, table[row].path, answer);
      g_test_fail ();
    }
  }
}

static void test_window (Station *self, gconstpointer data) {
  g_free (ask (self, FALSE, "GET", API "/rundown?from=2027-01-06&to=2027-01-06T12:45:00Z", "", ""));
  g_autofree gchar *from = po_time_to_utc_string (self->from_ns), *to = po_time_to_utc_string (self->to_ns);
  g_assert_cmpstr (from, ==, "2027-01-05T17:00:00Z"); // midnight in Hồ Chí Minh City
  g_assert_cmpstr (to, ==, "2027-01-06T12:45:00Z");
  g_free (ask (self, FALSE, "GET", API "/rundown", "", ""));
  g_assert_true (self->from_ns == PO_TIME_NONE && self->to_ns == PO_TIME_NONE);
}

static void test_command (Station *self, gconstpointer data) {
  g_free (ask (self, FALSE, "POST", API "/commands/extend", JSON, "{\"by\":\"PT5M\",\"dry_run\":true}"));
  g_assert_cmpstr (self->verb, ==, "extend");
  g_assert_cmpstr (self->args, ==, "{\"by\":\"PT5M\"}");
  g_assert_true (self->dry_run);
  g_assert_cmpstr (self->who, ==, g_get_user_name ());
  g_free (ask (self, TRUE, "POST", API "/commands/slate", "", ""));
  g_assert_cmpstr (self->verb, ==, "slate");
  g_assert_false (self->dry_run);
  g_assert_cmpstr (self->who, ==, "127.0.0.1");
}

static gchar *header_of (const gchar *answer, const gchar *name) {
  const gchar *start = strstr (answer, name);
  g_assert_nonnull (start);
  start += strlen (name);
  return g_strndup (start, strcspn (start, "\r\n"));
}

static void test_tags (Station *self, gconstpointer data) {
  g_autofree gchar *first = ask (self, TRUE, "GET", API "/status", "", "");
  g_autofree gchar *tag = header_of (first, "ETag: ");
  const gchar *const known[] = {"%s", "W/%s", "\"other\", %s", "*"};
  for (guint i = 0; i < G_N_ELEMENTS (known); i++) {
    g_autoptr (GString) value = g_string_new (known[i]);
    g_string_replace (value, "%s", tag, 0);
    g_autofree gchar *header = g_strdup_printf ("If-None-Match: %s\r\n", value->str);
    g_autofree gchar *answer = ask (self, TRUE, "GET", API "/status", header, "");
    g_assert_true (g_str_has_prefix (answer, "HTTP/1.1 304"));
    g_assert_null (strstr (answer, "Kênh"));
  }
  g_autofree gchar *other = ask (self, TRUE, "GET", API "/status", "If-None-Match: \"other\"\r\n", "");
  g_assert_true (g_str_has_prefix (other, "HTTP/1.1 200"));
  g_autofree gchar *guide = ask (self, TRUE, "GET", API "/guide.xml", "If-None-Match: *\r\n", "");
  g_autofree gchar *openapi = ask (self, TRUE, "GET", API "/openapi.json", "If-None-Match: *\r\n", "");
  g_assert_true (g_str_has_prefix (guide, "HTTP/1.1 304") && g_str_has_prefix (openapi, "HTTP/1.1 304"));
  // Each page of a list has its own.
  g_autofree gchar *page = ask (self, TRUE, "GET", API "/media?limit=2", "", "");
  g_autofree gchar *page_tag = header_of (page, "ETag: ");
  g_autofree gchar *header = g_strdup_printf ("If-None-Match: %s\r\n", page_tag);
  g_autofree gchar *again = ask (self, TRUE, "GET", API "/media?limit=2", header, "");
  g_autofree gchar *next = ask (self, TRUE, "GET", API "/media?limit=2&cursor=2", header, "");
  g_assert_true (g_str_has_prefix (again, "HTTP/1.1 304"));
  g_assert_true (g_str_has_prefix (next, "HTTP/1.1 200"));
}

// Sent again, a command does nothing again.
static void test_idempotency (Station *self, gconstpointer data) {
  const gchar *one = JSON "Idempotency-Key: một-1\r\n", *key = JSON "Idempotency-Key: mot-1\r\n";
  g_autofree gchar *strange = ask (self, TRUE, "POST", API "/commands/skip", one, "{}");
  g_assert_true (g_str_has_prefix (strange, "HTTP/1.1 400"));
  g_autofree gchar *first = ask (self, TRUE, "POST", API "/commands/extend", key, "{\"by\":\"PT1M\"}");
  g_assert_true (g_str_has_prefix (first, "HTTP/1.1 200"));
  g_assert_nonnull (strstr (self->args, "\"key\":\""));
  g_clear_pointer (&self->verb, g_free);
  g_autofree gchar *again = ask (self, TRUE, "POST", API "/commands/extend", key, "{\"by\":\"PT1M\"}");
  g_assert_true (g_str_has_prefix (again, "HTTP/1.1 200"));
  g_assert_nonnull (strstr (again, "Idempotent-Replayed: true"));
  g_assert_nonnull (strstr (again, "{\"frame\":42}"));
  g_assert_null (self->verb);
  g_autofree gchar *other = ask (self, TRUE, "POST", API "/commands/extend", key, "{\"by\":\"PT2M\"}");
  g_assert_true (g_str_has_prefix (other, "HTTP/1.1 422"));
  g_autofree gchar *elsewhere = ask (self, TRUE, "POST", API "/commands/skip", key, "{\"by\":\"PT1M\"}");
  g_assert_true (g_str_has_prefix (elsewhere, "HTTP/1.1 422"));
  g_assert_null (self->verb);
  // Another asker's key is another key; so the Unix socket's.
  g_autofree gchar *local = ask (self, FALSE, "POST", API "/commands/extend", key, "{\"by\":\"PT1M\"}");
  g_assert_null (strstr (local, "Idempotent-Replayed"));
  g_assert_cmpstr (self->verb, ==, "extend");
  // Nor does what an earlier life of the daemon did, of which the journal alone knows.
  g_free (self->given);
  self->given = g_strdup ("0123");
  key = JSON "Idempotency-Key: ba\r\n";
  g_autofree gchar *reused = ask (self, TRUE, "POST", API "/commands/skip", key, "{}");
  g_assert_true (g_str_has_prefix (reused, "HTTP/1.1 422"));
  *self->given = '\0'; // older journals have no more than the key
  g_autofree gchar *before = ask (self, TRUE, "POST", API "/commands/skip", key, "{}");
  g_assert_nonnull (strstr (before, "Idempotent-Replayed: true"));
  g_assert_nonnull (strstr (before, "{\"frame\":41}"));
  g_clear_pointer (&self->given, g_free);
  // What was refused may be tried again with the same key.
  key = JSON "Idempotency-Key: hai\r\n";
  g_autofree gchar *refused = ask (self, TRUE, "POST", API "/commands/skip", key, "{\"x\":1}");
  g_assert_true (g_str_has_prefix (refused, "HTTP/1.1 400"));
  g_autofree gchar *mended = ask (self, TRUE, "POST", API "/commands/skip", key, "{}");
  g_assert_true (g_str_has_prefix (mended, "HTTP/1.1 200"));
}

// A page of another site, by its origin or by its own name for this machine, gets nothing; a Unix socket has no
// browser.
static void test_browser (Station *self, gconstpointer data) {
  static const struct {
    const gchar *head, *status;
  } rows[] = {
      {"Host: 127.0.0.1:8080\r\n", "HTTP/1.1 200"},
      {"Host: [::1]:8080\r\n", "HTTP/1.1 200"},
      {"Host: localhost\r\nOrigin: http://localhost\r\n", "HTTP/1.1 200"},
      {"Host: localhost\r\nOrigin: http://evil.example\r\n", "HTTP/1.1 403"},
      {"Host: localhost\r\nOrigin: null\r\n", "HTTP/1.1 403"},
      {"Host: rebound.example:8080\r\n", "HTTP/1.1 403"},
      {"Host: 192.0.2.7\r\n", "HTTP/1.1 403"},
      {"Host: \r\n", "HTTP/1.1 403"},
  };
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree gchar *request =
        g_strdup_printf ("GET " API "/status HTTP/1.1\r\nConnection: close\r\n%s\r\n", rows[i].head);
    g_autofree gchar *answer = ask_bytes (self, TRUE, request, -1);
    g_test_message ("%s", rows[i].head);
    g_assert_true (g_str_has_prefix (answer, rows[i].status));
    g_autofree gchar *local = ask_bytes (self, FALSE, request, -1);
    g_assert_true (g_str_has_prefix (local, "HTTP/1.1 200"));
  }
}

// As proxies ask: for a whole address, whose host counts and not the header's.
static void test_whole_addresses (Station *self, gconstpointer data) {
  static const struct {
    const gchar *target, *head, *status;
  } rows[] = {
      {"http://127.0.0.1:8080" API "/status", "Host: 127.0.0.1:8080\r\n", "HTTP/1.1 200"},
      {"HTTP://localhost" API "/rundown?from=2027-01-01", "Host: localhost\r\n", "HTTP/1.1 200"},
      {"https://localhost" API "/status", "Host: rebound.example\r\n", "HTTP/1.1 200"},
      {"http://localhost" API "/status", "Host: localhost\r\nOrigin: http://evil.example\r\n", "HTTP/1.1 403"},
      {"http://rebound.example" API "/status", "Host: localhost\r\n", "HTTP/1.1 403"},
      {"http://localhost" API "/nothing", "Host: localhost\r\n", "HTTP/1.1 404"},
      {"http://localhost", "Host: localhost\r\n", "HTTP/1.1 200"},
      {"http:" API "/status", "Host: localhost\r\n", "HTTP/1.1 404"},
  };
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree gchar *request =
        g_strdup_printf ("GET %s HTTP/1.1\r\nConnection: close\r\n%s\r\n", rows[i].target, rows[i].head);
    g_autofree gchar *answer = ask_bytes (self, TRUE, request, -1);
    g_test_message ("%s", rows[i].target);
    g_assert_true (g_str_has_prefix (answer, rows[i].status));
  }
}

// What is not HTTP gets an error or a closed connection, and the server goes on.
static void test_garbage (Station *self, gconstpointer data) {
  static const gchar *const rows[] = {"GET\r\n\r\n", "GET /\r\n\r\n", "GET " API "/status HTTP/9.9\r\n\r\n",
                                      "GET " API "/status HTTP/1.1\r\n\r\n", ""};
  // Of these no answer comes.
  static const struct {
    const gchar *bytes;
    gsize length;
  } unfinished[] = {{"\r\n\r\n", 4}, {"{\"a\":1}", 7}, {"GET " API "/sta", 15}, {"\0\1\2\xff\r\n\r\n\0GET", 12}};
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree gchar *answer = ask_bytes (self, TRUE, rows[i], -1);
    g_assert_null (strstr (answer, "Kênh"));
  }
  for (guint i = 0; i < G_N_ELEMENTS (unfinished); i++) {
    int fd = asking_connect (NULL, po_control_server_port (self->server));
    g_assert_cmpint (send (fd, unfinished[i].bytes, unfinished[i].length, MSG_NOSIGNAL), >, 0);
    g_free (ask (self, FALSE, "GET", API "/status", "", "")); // by then it has been read
    close (fd);
  }
  g_autofree gchar *answer = ask (self, TRUE, "GET", API "/status", "", "");
  g_assert_true (g_str_has_prefix (answer, "HTTP/1.1 200"));
}

// A piece of an upload that does not say, or not truly, which one it is goes nowhere.
static void test_ranges (Station *self, gconstpointer data) {
  static const struct {
    const gchar *range, *body, *status;
  } rows[] = {
      {"Content-Range: bytes 0-3/4\r\n", "abcd", "HTTP/1.1 200"},
      {"Content-Range: bytes 4-7/9223372036854775807\r\n", "abcd", "HTTP/1.1 200"},
      {"", "abcd", "HTTP/1.1 400"},
      {"Content-Range: \r\n", "abcd", "HTTP/1.1 400"},
      {"Content-Range: bytes\r\n", "abcd", "HTTP/1.1 400"},
      {"Content-Range: bytes */4\r\n", "abcd", "HTTP/1.1 400"},
      {"Content-Range: bytes 0-3\r\n", "abcd", "HTTP/1.1 400"},
      {"Content-Range: bytes 0-3/4/5\r\n", "abcd", "HTTP/1.1 400"},
      {"Content-Range: bytes 3-0/4\r\n", "abcd", "HTTP/1.1 400"},
      {"Content-Range: bytes -1-2/4\r\n", "abcd", "HTTP/1.1 400"},
      {"Content-Range: bytes 0-4/5\r\n", "abcd", "HTTP/1.1 400"},
      {"Content-Range: bytes 0-2/5\r\n", "abcd", "HTTP/1.1 400"},
      {"Content-Range: bytes 18446744073709551615-18446744073709551618/5\r\n", "abcd", "HTTP/1.1 400"},
      {"Content-Range: bytes 0x0-0x3/4\r\n", "abcd", "HTTP/1.1 400"},
      {"Content-Range: lines 0-3/4\r\n", "abcd", "HTTP/1.1 400"},
      {"Content-Range: bytes 0-0/0\r\n", "", "HTTP/1.1 400"},
      {"Content-Range: bytes 0-3/x\r\n", "abcd", "HTTP/1.1 400"},
      {"Content-Range: bytes 4-7/6\r\n", "abcd", "HTTP/1.1 400"},
      {"Content-Type: multipart/form-data; boundary=x\r\n", "--x\r\nContent-Disposition: form-data\r\n\r\na\r\n--x--",
       "HTTP/1.1 400"},
  };
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree gchar *answer = ask (self, TRUE, "PATCH", API "/media/uploads/a", rows[i].range, rows[i].body);
    g_test_message ("%s%s", rows[i].range, answer);
    g_assert_true (g_str_has_prefix (answer, rows[i].status));
  }
  g_assert_cmpuint (self->pieces, ==, 2);
  g_autofree gchar *unknown = ask (self, TRUE, "GET", API "/media/uploads/a", "", "");
  g_assert_true (g_str_has_prefix (unknown, "HTTP/1.1 404"));
  g_autofree gchar *huge = g_strnfill (5 * 1024 * 1024, ' ');
  g_autofree gchar *answer =
      ask (self, FALSE, "PATCH", API "/media/uploads/a", "Content-Range: bytes 0-5242879/5242880\r\n", huge);
  g_assert_true (*answer == '\0' || g_str_has_prefix (answer, "HTTP/1.1 413"));
  g_assert_cmpuint (self->pieces, ==, 2);
}

// Connections that say nothing, or half a request, hold up nobody; and there may be more of them than are served.
static void test_silent (Station *self, gconstpointer data) {
  int fds[80];
  for (guint i = 0; i < G_N_ELEMENTS (fds); i++) {
    fds[i] = asking_connect (NULL, po_control_server_port (self->server));
    g_assert_cmpint (send (fds[i], "GET /api", 8, MSG_NOSIGNAL), ==, 8);
    while (g_main_context_iteration (NULL, FALSE)) {
    }
  }
  g_autofree gchar *answer = ask (self, FALSE, "GET", API "/status", "", "");
  g_assert_true (g_str_has_prefix (answer, "HTTP/1.1 200")); // the Unix socket does not share the limit
  for (guint i = 0; i < G_N_ELEMENTS (fds); i++)
    close (fds[i]);
  g_autofree gchar *after = NULL;
  while (after == NULL || !g_str_has_prefix (after, "HTTP/1.1 200")) { // as soon as the server has seen them go
    g_free (after);
    after = ask (self, TRUE, "GET", API "/status", "", "");
  }
}

static void test_several_in_one_connection (Station *self, gconstpointer data) {
  static const gchar two[] = "GET " API "/status HTTP/1.1\r\nHost: localhost\r\n\r\n"
                             "GET " API "/rundown HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
  g_autofree gchar *answer = ask_bytes (self, TRUE, two, -1);
  g_assert_nonnull (strstr (answer, "Kênh"));
  g_assert_nonnull (strstr (answer, "[]"));
}

static void test_sockets (Station *self, gconstpointer data) {
  g_autoptr (GError) error = NULL;
  const gchar *path = self->address + strlen ("unix:");
  GStatBuf info;
  g_assert_cmpint (g_stat (path, &info), ==, 0);
  g_assert_cmpint (info.st_mode & 0777, ==, 0600);

  // Somebody listens there.
  PoControlServer *second = po_control_server_new (&ops, self, self->zone);
  g_assert_false (po_control_server_listen (second, self->address, &error));
  g_assert_error (error, PO_ERROR, PO_ERROR_CONFLICT);
  g_clear_error (&error);
  g_autofree gchar *same_port = g_strdup_printf ("127.0.0.1:%u", po_control_server_port (self->server));
  g_assert_false (po_control_server_listen (second, same_port, &error));
  g_assert_error (error, PO_ERROR, PO_ERROR_CONFLICT);
  g_clear_error (&error);
  g_assert_false (po_control_server_listen (second, "0.0.0.0:0", &error));
  g_assert_error (error, PO_ERROR, PO_ERROR_CONFIG); // there are no users
  g_clear_error (&error);

  // A file that is not ours is left alone.
  g_autofree gchar *file = g_build_filename (self->dir, "file", NULL), *there = g_strconcat ("unix:", file, NULL);
  g_assert_true (g_file_set_contents (file, "x", 1, NULL));
  g_assert_false (po_control_server_listen (second, there, &error));
  g_assert_error (error, PO_ERROR, PO_ERROR_CONFLICT);
  g_assert_true (g_file_test (file, G_FILE_TEST_IS_REGULAR));
  g_assert_cmpint (g_unlink (file), ==, 0);
  po_control_server_free (second);
  g_assert_true (g_file_test (path, G_FILE_TEST_EXISTS));
}

// A socket that a killed daemon left is replaced; a name longer than sockaddr_un holds works too.
static void test_stale_and_long (Station *self, gconstpointer data) {
  g_autoptr (GError) error = NULL;
  g_autofree gchar *name = g_strnfill (120, 'd');
  g_autofree gchar *dir = g_build_filename (self->dir, name, NULL);
  g_autofree gchar *path = g_build_filename (dir, "control.sock", NULL), *address = g_strconcat ("unix:", path, NULL);
  g_assert_cmpint (g_mkdir (dir, 0700), ==, 0);
  PoControlSocket dead = {0};
  g_assert_true (po_control_socket_open (address, &dead, &error));
  close (dead.fd);
  g_free (dead.path);
  g_assert_true (g_file_test (path, G_FILE_TEST_EXISTS));

  PoControlServer *second = po_control_server_new (&ops, self, self->zone);
  g_assert_true (po_control_server_listen (second, address, &error));
  g_assert_no_error (error);
  int fd = po_control_socket_connect (path, &error);
  g_assert_no_error (error);
  close (fd);
  po_control_server_free (second);
  g_assert_cmpint (po_control_socket_connect (path, &error), ==, -1);
  g_assert_error (error, PO_ERROR, PO_ERROR_NOT_FOUND);
  g_assert_cmpint (g_rmdir (dir), ==, 0);
}

static GSocket *connect_to (Station *self) {
  g_autoptr (GError) error = NULL;
  g_autoptr (GSocketAddress) address = g_unix_socket_address_new (self->address + strlen ("unix:"));
  GSocket *socket = g_socket_new (G_SOCKET_FAMILY_UNIX, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_DEFAULT, &error);
  g_assert_no_error (error);
  g_assert_true (g_socket_connect (socket, address, NULL, &error));
  return socket;
}

static void send_skip (GSocket *socket) {
  static const gchar request[] =
      "POST " API "/commands/skip HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n" JSON "\r\n{}";
  g_assert_cmpint (g_socket_send (socket, request, strlen (request), NULL, NULL), ==, (gssize)strlen (request));
}

// The end wakes a command that waits, and with it serves one that has just arrived: that must not begin to wait.
static void test_end_while_waiting (Station *self, gconstpointer data) {
  g_autoptr (GSocket) waiting = connect_to (self), late = connect_to (self);
  self->kept_data = g_ptr_array_new ();
  self->is_slow = TRUE;
  send_skip (waiting);
  while (self->kept_data->len == 0)
    g_main_context_iteration (NULL, TRUE);
  for (guint i = 0; i < 20; i++) // both connections are known
    g_main_context_iteration (NULL, FALSE);
  send_skip (late);
  g_clear_pointer (&self->server, po_control_server_free);
  g_assert_cmpuint (self->kept_data->len, ==, 1);
  self->kept (node_of ("{}"), NULL, self->kept_data->pdata[0]); // too late, and harmless
  g_ptr_array_unref (self->kept_data);
}

int main (int argc, char **argv) {
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function) g_test_add ("/control/server/" name, Station, NULL, set_up, function, tear_down)
  ADD ("table", test_table);
  ADD ("window", test_window);
  ADD ("command", test_command);
  ADD ("tags", test_tags);
  ADD ("idempotency", test_idempotency);
  ADD ("browser", test_browser);
  ADD ("whole-addresses", test_whole_addresses);
  ADD ("garbage", test_garbage);
  ADD ("ranges", test_ranges);
  ADD ("silent", test_silent);
  ADD ("several-in-one-connection", test_several_in_one_connection);
  ADD ("sockets", test_sockets);
  ADD ("stale-and-long", test_stale_and_long);
  ADD ("end-while-waiting", test_end_while_waiting);
  return g_test_run ();
}
