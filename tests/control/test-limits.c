// SPDX-License-Identifier: GPL-3.0-or-later
// What is too long, too large or too deep is refused in the form of every other problem, and comes to nobody.
#include <arpa/inet.h>
#include <glib/gstdio.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "control/server.h"
#include "asking.h"

#define JSON "Content-Type: application/json\r\n"
#define API  "/api/v1"

/** Limits: a server of which nothing but commands, and to take in clips, is asked. */
typedef struct {
  gchar *dir, *path;
  GTimeZone *zone;
  PoControlServer *server;
  guint commands; // that came to it
} Limits;

static void on_command (gpointer user, const gchar *verb, JsonObject *args, gboolean dry_run, const gchar *who,
                        PoControlDone done, gpointer data) {
  Limits *self = user;
  self->commands++;
  done (json_from_string ("{}", NULL), NULL, data);
}

static void on_clip_begin (gpointer user, JsonObject *wish, const gchar *who, PoControlDone done, gpointer data) {
  on_command (user, "", wish, FALSE, who, done, data);
}

static const PoControlOps ops = {.command = on_command, .clip_begin = on_clip_begin};

static void set_up (Limits *self, gconstpointer data) {
  g_autoptr (GError) error = NULL;
  self->dir = g_dir_make_tmp ("playoutd-limits-XXXXXX", &error);
  g_assert_no_error (error);
  self->path = g_build_filename (self->dir, "control.sock", NULL);
  self->zone = g_time_zone_new_utc ();
  self->server = po_control_server_new (&ops, self, self->zone);
  g_autofree gchar *address = g_strconcat ("unix:", self->path, NULL);
  g_assert_true (po_control_server_listen (self->server, address, &error));
  g_assert_no_error (error);
}

static void tear_down (Limits *self, gconstpointer data) {
  po_control_server_free (self->server);
  g_time_zone_unref (self->zone);
  g_assert_cmpint (g_rmdir (self->dir), ==, 0);
  g_free (self->dir);
  g_free (self->path);
}

// (transfer full)
static gchar *ask (Limits *self, const gchar *method, const gchar *path, const gchar *headers, const gchar *body) {
  g_autofree gchar *request =
      g_strdup_printf ("%s %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: %zu\r\n%s\r\n%s",
                       method, path, strlen (body), headers, body);
  return asking_send (self->path, 0, request, -1);
}

static gchar *repeated (const gchar *piece, gsize times) {
  GString *text = g_string_new (NULL);
  while (times-- > 0)
    g_string_append (text, piece);
  return g_string_free (text, FALSE);
}

// A head that is too long is refused in the form of every other problem.
static void test_long_heads (Limits *self, gconstpointer data) {
  g_autofree gchar *text = repeated ("a", 20000);
  g_autofree gchar *path = g_strconcat (API "/", text, NULL), *query = g_strconcat (API "/rundown?from=", text, NULL);
  g_autofree gchar *header = g_strconcat ("X-Long: ", text, "\r\n", NULL);
  const gchar *const asked[][4] = {
      {path, "", "HTTP/1.1 414", "\"status\":414"},
      {query, "", "HTTP/1.1 414", "\"code\":\"uri-too-long\""},
      {API "/status", header, "HTTP/1.1 431", "\"title\":\"Request Header Fields Too Large\""},
  };
  for (guint i = 0; i < G_N_ELEMENTS (asked); i++) {
    g_autofree gchar *answer = ask (self, "GET", asked[i][0], asked[i][1], "");
    g_assert_true (g_str_has_prefix (answer, asked[i][2]));
    g_assert_nonnull (strstr (answer, "application/problem+json"));
    g_assert_nonnull (strstr (answer, asked[i][3]));
  }
}

static void test_oversized (Limits *self, gconstpointer data) {
  g_autofree gchar *long_path = repeated ("a", 100000), *body = repeated ("[", 60000), *huge = repeated (" ", 1000000);
  g_autofree gchar *path = g_strconcat (API "/", long_path, NULL);
  g_autofree gchar *header = g_strconcat ("X-Long: ", long_path, "\r\n", NULL);
  g_autofree gchar *by_path = ask (self, "GET", path, "", "");
  g_assert_true (g_str_has_prefix (by_path, "HTTP/1.1 414"));
  g_assert_nonnull (strstr (by_path, "application/problem+json"));
  g_autofree gchar *by_header = ask (self, "GET", API "/status", header, "");
  g_assert_true (g_str_has_prefix (by_header, "HTTP/1.1 431"));
  g_assert_nonnull (strstr (by_header, "application/problem+json"));
  g_autofree gchar *by_depth = ask (self, "POST", API "/commands/skip", JSON, body);
  g_assert_true (g_str_has_prefix (by_depth, "HTTP/1.1 400"));
  // json-glib takes comments and single quotes, which would hide brackets from whoever counts them.
  static const gchar *const hidden[] = {"/*\"*/", "//\"\n", "'\"',"};
  for (guint i = 0; i < G_N_ELEMENTS (hidden); i++) {
    g_autofree gchar *open = repeated ("[", 30000), *close = repeated ("]", 30000);
    g_autofree gchar *deep = g_strconcat ("{\"dry_run\":[", hidden[i], open, close, "]}", NULL);
    g_autofree gchar *answer = ask (self, "POST", API "/commands/skip", JSON, deep);
    g_assert_true (g_str_has_prefix (answer, "HTTP/1.1 400"));
    g_assert_nonnull (strstr (answer, "not JSON"));
  }
  g_autofree gchar *by_body = ask (self, "POST", API "/commands/skip", JSON, huge);
  g_assert_true (*by_body == '\0' || g_str_has_prefix (by_body, "HTTP/1.1 413"));

  // The same without saying so before: chunks without end.
  g_autofree gchar *chunks = repeated ("8\r\n        \r\n", 12000);
  g_autofree gchar *chunked =
      g_strconcat ("POST " API "/commands/skip HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" JSON
                   "Transfer-Encoding: chunked\r\n\r\n",
                   chunks, "0\r\n\r\n", NULL);
  g_autofree gchar *by_chunks = asking_send (self->path, 0, chunked, -1);
  g_assert_true (g_str_has_prefix (by_chunks, "HTTP/1.1 413"));
  g_assert_cmpuint (self->commands, ==, 0);
}

// What stands twice is refused: which of the two is meant nobody can tell.
static void test_repeated (Limits *self, gconstpointer data) {
  static const gchar *const bodies[] = {
      "{\"dry_run\":true,\"dry_run\":false}",
      "{\"dry_run\":{\"a\":1,\"a\":2}}",
  };
  for (guint i = 0; i < G_N_ELEMENTS (bodies); i++) {
    g_autofree gchar *answer = ask (self, "POST", API "/commands/skip", JSON, bodies[i]);
    g_assert_true (g_str_has_prefix (answer, "HTTP/1.1 400"));
    g_assert_nonnull (strstr (answer, "stands twice"));
  }
  g_autofree gchar *query = ask (self, "GET", API "/rundown?from=2027-01-01&from=2027-01-02", "", "");
  g_assert_true (g_str_has_prefix (query, "HTTP/1.1 400"));
  g_assert_nonnull (strstr (query, "was given twice"));
  g_assert_cmpuint (self->commands, ==, 0);
  g_autofree gchar *once = ask (self, "POST", API "/commands/skip", JSON, "{\"dry_run\":true}");
  g_assert_true (g_str_has_prefix (once, "HTTP/1.1 200"));
}

// What a proxy before us may read otherwise.
static void test_ambiguous (Limits *self, gconstpointer data) {
  static const gchar *const heads[] = {"Content-Length: 2\r\nContent-Length: 20\r\n",
                                       "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n",
                                       "Host: localhost\r\nContent-Length: 2\r\n"};
  for (guint i = 0; i < G_N_ELEMENTS (heads); i++) {
    g_autofree gchar *request =
        g_strdup_printf ("POST " API "/commands/skip HTTP/1.1\r\nHost: localhost\r\n%s\r\n{}", heads[i]);
    g_autofree gchar *answer = asking_send (self->path, 0, request, -1);
    g_assert_true (g_str_has_prefix (answer, "HTTP/1.1 400 "));
    g_assert_nonnull (strstr (answer, "application/problem+json"));
    g_assert_nonnull (strstr (answer, "Connection: close"));
  }
  g_assert_cmpuint (self->commands, ==, 0);
}

// Which libmicrohttpd would refuse with the head of its answer twice.
static void test_no_host (Limits *self, gconstpointer data) {
  g_autofree gchar *answer = asking_send (self->path, 0, "GET " API "/session HTTP/1.1\r\n\r\n", -1);
  g_assert_true (g_str_has_prefix (answer, "HTTP/1.1 400 "));
  g_assert_nonnull (strstr (answer, "application/problem+json"));
  g_assert_null (strstr (answer, "\nHTTP/1.1 "));
  g_autofree gchar *old = asking_send (self->path, 0, "GET " API "/session HTTP/1.0\r\n\r\n", -1);
  g_assert_nonnull (strstr (old, " 200 OK"));
}

// It does not end what is asked for.
static void test_nul (Limits *self, gconstpointer data) {
  g_autofree gchar *path = ask (self, "POST", API "/commands/skip%00", JSON, "{}");
  g_autofree gchar *query = ask (self, "GET", API "/events?lang%00uage=vi", "", "");
  g_autofree gchar *escaped = ask (self, "POST", API "/commands/s%6bip", JSON, "{}");
  g_assert_true (g_str_has_prefix (path, "HTTP/1.1 404 "));
  g_assert_true (g_str_has_prefix (query, "HTTP/1.1 400 "));
  g_assert_true (g_str_has_prefix (escaped, "HTTP/1.1 200 "));
  g_assert_cmpuint (self->commands, ==, 1);
  g_autofree gchar *text = ask (self, "POST", API "/commands/insert", JSON, "{\"media\":\"a.mp4\\u0000.txt\"}");
  g_autofree gchar *spelt = ask (self, "POST", API "/commands/insert", JSON, "{\"media\":\"a\\\\u0000\"}");
  g_assert_true (g_str_has_prefix (text, "HTTP/1.1 400 "));
  g_assert_true (g_str_has_prefix (spelt, "HTTP/1.1 200 ")); // a backslash and a name
  g_assert_cmpuint (self->commands, ==, 2);
}

// Of a clip, too, what nobody knows, or what is of another type, is refused: its sender meant something by it.
static void test_wishes (Limits *self, gconstpointer data) {
  static const struct {
    const gchar *body, *status;
  } rows[] = {
      {"{\"path\":\"a.mp4\",\"size_bytes\":1,\"tag\":\"x\",\"replace\":true}", "HTTP/1.1 200"},
      {"{\"uid\":\"a\",\"instance\":null,\"episode\":2,\"part\":0,\"name\":\"a.mp4\",\"size_bytes\":1}",
       "HTTP/1.1 200"},
      {"{\"path\":\"a.mp4\",\"size_bytes\":1,\"overwrite\":true}", "HTTP/1.1 400"},
      {"{\"path\":\"a.mp4\",\"size_bytes\":1,\"replace\":\"yes\"}", "HTTP/1.1 400"},
      {"{\"path\":\"a.mp4\",\"size_bytes\":1.5}", "HTTP/1.1 400"},
      {"{\"uid\":\"a\",\"part\":\"1\",\"name\":\"a.mp4\",\"size_bytes\":1}", "HTTP/1.1 400"},
      {"{\"uid\":\"a\",\"episode\":\"2\",\"name\":\"a.mp4\",\"size_bytes\":1}", "HTTP/1.1 400"},
      {"{\"path\":7,\"uid\":\"a\",\"name\":\"a.mp4\",\"size_bytes\":1}", "HTTP/1.1 400"},
  };
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree gchar *answer = ask (self, "POST", API "/media/uploads", JSON, rows[i].body);
    g_test_message ("%s %s", rows[i].body, answer);
    g_assert_true (g_str_has_prefix (answer, rows[i].status));
  }
  g_autofree gchar *marks = ask (self, "PATCH", API "/media/a.mp4/marks", JSON, "{\"in\":\"PT1S\"}");
  g_assert_true (g_str_has_prefix (marks, "HTTP/1.1 400"));
  g_assert_cmpuint (self->commands, ==, 2);
}

// A connection from another address of this machine.
static int connect_from (const gchar *own, guint port) {
  struct sockaddr_in from = {.sin_family = AF_INET}, to = {.sin_family = AF_INET, .sin_port = htons ((guint16)port)};
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  g_assert_cmpint (inet_pton (AF_INET, own, &from.sin_addr), ==, 1);
  g_assert_cmpint (inet_pton (AF_INET, "127.0.0.1", &to.sin_addr), ==, 1);
  g_assert_cmpint (bind (fd, (struct sockaddr *)&from, sizeof from), ==, 0);
  g_assert_cmpint (connect (fd, (struct sockaddr *)&to, sizeof to), ==, 0);
  return fd;
}

// Whoever holds all the connections that one address may have, with streams that never end, leaves some for others.
static void test_one_address (Limits *self, gconstpointer data) {
  static const gchar request[] = "GET /api/v1/session HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
  static const gchar stream[] = "GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\n\r\n";
  int held[256];
  g_assert_true (po_control_server_listen (self->server, "127.0.0.1:0", NULL));
  const guint port = po_control_server_port (self->server);
  for (guint i = 0; i < G_N_ELEMENTS (held); i++) {
    held[i] = connect_from ("127.0.0.2", port);
    send (held[i], stream, strlen (stream), MSG_NOSIGNAL);
    while (g_main_context_iteration (NULL, FALSE))
      continue;
  }
  g_autofree gchar *others = asking_send (NULL, port, request, -1);
  g_assert_nonnull (strstr (others, " 200 OK"));
  for (guint i = 0; i < G_N_ELEMENTS (held); i++)
    close (held[i]);
  g_autofree gchar *after = asking_send (NULL, port, request, -1);
  g_assert_nonnull (strstr (after, " 200 OK"));
}

int main (int argc, char **argv) {
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function) g_test_add ("/control/limits/" name, Limits, NULL, set_up, function, tear_down)
  ADD ("long-heads", test_long_heads);
  ADD ("oversized", test_oversized);
  ADD ("repeated", test_repeated);
  ADD ("one-address", test_one_address);
  ADD ("ambiguous", test_ambiguous);
  ADD ("no-host", test_no_host);
  ADD ("nul", test_nul);
  ADD ("wishes", test_wishes);
  return g_test_run ();
}
