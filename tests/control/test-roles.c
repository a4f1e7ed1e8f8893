// SPDX-License-Identifier: GPL-3.0-or-later
// Who may what: every route of the table with every role, and how somebody comes to have one.
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>

#include "access/secret.h"
#include "access/users.h"
#include "asking.h"
#include "control/route.h"

typedef struct {
  gchar *dir;
  PoDoor *door;
  PoUsers *users;
  GTimeZone *zone;
  PoControlServer *server;
  gchar *keys[PO_ROLE_ADMIN + 1]; // of a token of each role
} Station;

// What a role may, written here once more, so that a change of the routes' table has to be meant.
static const struct {
  const gchar *method, *path;
  PoRole least;
} matrix[] = {
    {"GET", "/session", PO_ROLE_NONE},
    {"POST", "/session", PO_ROLE_NONE},
    {"DELETE", "/session", PO_ROLE_NONE},
    {"GET", "/openapi.json", PO_ROLE_NONE},
    {"GET", "/status", PO_ROLE_VIEWER},
    {"GET", "/events", PO_ROLE_VIEWER},
    {"GET", "/rundown", PO_ROLE_VIEWER},
    {"GET", "/occurrences", PO_ROLE_VIEWER},
    {"GET", "/asrun", PO_ROLE_VIEWER},
    {"POST", "/asrun/corrections", PO_ROLE_OPERATOR},
    {"GET", "/report", PO_ROLE_VIEWER},
    {"GET", "/guide.xml", PO_ROLE_VIEWER},
    {"GET", "/metrics", PO_ROLE_VIEWER},
    {"GET", "/alarms", PO_ROLE_VIEWER},
    {"POST", "/alarms/acknowledge", PO_ROLE_OPERATOR},
    {"POST", "/alarms/acknowledgements", PO_ROLE_OPERATOR},
    {"GET", "/media", PO_ROLE_VIEWER},
    {"GET", "/media/missing", PO_ROLE_VIEWER},
    {"GET", "/schedules", PO_ROLE_VIEWER},
    {"GET", "/schedules/diff", PO_ROLE_VIEWER},
    {"POST", "/schedules/uploads", PO_ROLE_PRODUCER},
    {"POST", "/media/uploads", PO_ROLE_PRODUCER},
    {"GET", "/media/uploads/{id}", PO_ROLE_PRODUCER},
    {"PATCH", "/media/uploads/{id}", PO_ROLE_PRODUCER},
    {"DELETE", "/media/uploads/{id}", PO_ROLE_PRODUCER},
    {"GET", "/media/{path}/thumbnail", PO_ROLE_VIEWER},
    {"PATCH", "/media/{path}/marks", PO_ROLE_PRODUCER},
    {"GET", "/media/{path}/strip", PO_ROLE_VIEWER},
    {"POST", "/schedules/refresh", PO_ROLE_OPERATOR},
    {"GET", "/plan.ics", PO_ROLE_VIEWER},
    {"GET", "/asrun.ics", PO_ROLE_VIEWER},
    {"POST", "/schedules/confirm", PO_ROLE_OPERATOR},
    {"POST", "/schedules/rollback", PO_ROLE_OPERATOR},
    {"GET", "/users", PO_ROLE_ADMIN},
    {"POST", "/users", PO_ROLE_ADMIN},
    {"PATCH", "/users/{name}", PO_ROLE_ADMIN},
    {"DELETE", "/users/{name}", PO_ROLE_ADMIN},
    {"GET", "/tokens", PO_ROLE_ADMIN},
    {"POST", "/tokens", PO_ROLE_ADMIN},
    {"DELETE", "/tokens/{name}", PO_ROLE_ADMIN},
    {"POST", "/commands/{verb}", PO_ROLE_OPERATOR},
};

static const PoControlOps nothing = {0};

static void set_up (Station *self, gconstpointer data) {
  g_autoptr (GError) error = NULL;
  self->dir = g_dir_make_tmp ("playoutd-roles-XXXXXX", &error);
  g_assert_no_error (error);
  self->users = po_users_new (self->dir);
  for (PoRole role = PO_ROLE_VIEWER; role <= PO_ROLE_ADMIN; role++) {
    self->keys[role] = po_users_add_token (self->users, po_role_to_string (role), role, PO_TIME_NONE, 0, &error);
    g_assert_no_error (error);
  }
  self->door = po_door_new (self->dir);
  self->zone = g_time_zone_new_utc ();
  self->server = po_control_server_new (&nothing, self, self->zone);
  po_control_server_set_door (self->server, self->door);
  g_assert_true (po_control_server_listen (self->server, "127.0.0.1:0", &error));
}

static void tear_down (Station *self, gconstpointer data) {
  static const gchar *const files[] = {"access.json", "access.lock", "sessions.json"};
  po_control_server_free (self->server);
  po_door_free (self->door);
  po_users_free (self->users);
  g_time_zone_unref (self->zone);
  for (guint i = 0; i < G_N_ELEMENTS (files); i++) {
    g_autofree gchar *path = g_build_filename (self->dir, files[i], NULL);
    g_unlink (path);
  }
  g_assert_cmpint (g_rmdir (self->dir), ==, 0);
  for (PoRole role = PO_ROLE_VIEWER; role <= PO_ROLE_ADMIN; role++)
    g_free (self->keys[role]);
  g_free (self->dir);
}

// The status of the answer; @ret_answer (nullable) all of it.
static guint ask (Station *self, const gchar *method, const gchar *path, const gchar *headers, const gchar *body,
                  gchar **ret_answer) {
  g_autofree gchar *request =
      g_strdup_printf ("%s %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\n"
                       "Content-Length: %zu\r\n%s\r\n%s",
                       method, path, strlen (body), headers, body);
  g_autofree gchar *answer = asking_send (NULL, po_control_server_port (self->server), request, -1);
  g_assert_true (g_str_has_prefix (answer, "HTTP/1.1 "));
  guint status = (guint)g_ascii_strtoull (answer + strlen ("HTTP/1.1 "), NULL, 10);
  if (ret_answer != NULL)
    *ret_answer = g_steal_pointer (&answer);
  return status;
}

// Every route stands in the matrix once, and the other way round.
static void test_complete (void) {
  guint routes = 0;
  for (const PoRoute *route = po_routes; route->method != NULL; route++, routes++) {
    guint found = 0;
    for (guint i = 0; i < G_N_ELEMENTS (matrix); i++)
      found += strcmp (matrix[i].method, route->method) == 0 && strcmp (matrix[i].path, route->path) == 0;
    g_test_message ("%s %s", route->method, route->path);
    g_assert_cmpuint (found, ==, 1);
  }
  g_assert_cmpuint (routes, ==, G_N_ELEMENTS (matrix));
}

static void test_matrix (Station *self, gconstpointer data) {
  for (guint i = 0; i < G_N_ELEMENTS (matrix); i++) {
    if (strcmp (matrix[i].path, "/events") == 0)
      continue; // it does not end; below
    g_autoptr (GString) path = g_string_new (PO_API_ROOT);
    g_string_append (path, matrix[i].path);
    g_string_replace (path, "{verb}", "slate", 0);
    for (PoRole role = PO_ROLE_NONE; role <= PO_ROLE_ADMIN; role++) {
      g_autofree gchar *header =
          role != PO_ROLE_NONE ? g_strdup_printf ("Authorization: Bearer %s\r\n", self->keys[role]) : g_strdup ("");
      guint status = ask (self, matrix[i].method, path->str, header, "", NULL);
      guint wanted = role == PO_ROLE_NONE ? 401 : 403;
      gboolean is_refused = status == wanted;
      g_test_message ("%s %s by %s: %u", matrix[i].method, path->str, po_role_to_string (role), status);
      g_assert_true (is_refused == (role < matrix[i].least));
    }
  }
  g_assert_cmpuint (ask (self, "GET", PO_API_ROOT "/events", "", "", NULL), ==, 401);
  g_assert_cmpuint (ask (self, "GET", "/hls/main/live.m3u8", "", "", NULL), ==, 401);
}

// A calendar program asks its person for the key; a browser must not, beside the page's own log-in.
static void test_challenges (Station *self, gconstpointer data) {
  static const gchar *const paths[] = {"/plan.ics", "/asrun.ics", "/guide.xml", "/metrics", "/status", "/media"};
  for (guint i = 0; i < G_N_ELEMENTS (paths); i++) {
    g_autofree gchar *path = g_strconcat (PO_API_ROOT, paths[i], NULL), *answer = NULL;
    g_assert_cmpuint (ask (self, "GET", path, "", "", &answer), ==, 401);
    g_assert_nonnull (strstr (answer, "WWW-Authenticate: Bearer realm=\"playoutd\""));
    g_assert_true ((strstr (answer, "WWW-Authenticate: Basic realm=\"playoutd\"") != NULL) == (i < 4));
  }
}

static void test_keys (Station *self, gconstpointer data) {
  static const gchar *const wrong[] = {"Bearer po_", "Bearer ",    "Bearer",    "Basic",
                                       "Basic ####", "Basic eDp5", "Digest a=b"};
  g_autofree gchar *key = g_strdup_printf (":%s", self->keys[PO_ROLE_VIEWER]);
  g_autofree gchar *encoded = g_base64_encode ((const guchar *)key, strlen (key));
  g_autofree gchar *basic = g_strdup_printf ("Authorization: Basic %s\r\n", encoded);
  g_assert_cmpuint (ask (self, "GET", PO_API_ROOT "/session", basic, "", NULL), ==, 200);
  g_assert_cmpuint (ask (self, "GET", PO_API_ROOT "/alarms", basic, "", NULL), ==,
                    404); // allowed, and not offered here
  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++) {
    g_autofree gchar *header = g_strdup_printf ("Authorization: %s\r\n", wrong[i]);
    g_assert_cmpuint (ask (self, "GET", PO_API_ROOT "/alarms", header, "", NULL), ==, 401);
  }
  g_autoptr (GError) error = NULL;
  g_assert_true (po_users_revoke_token (self->users, "viewer", &error));
  g_assert_cmpuint (ask (self, "GET", PO_API_ROOT "/alarms", basic, "", NULL), ==, 401);
}

static gboolean revoke_viewer (gpointer data) {
  Station *self = data;
  g_assert_true (po_users_revoke_token (self->users, "viewer", NULL));
  return G_SOURCE_REMOVE;
}

// A stream that was begun with a key ends when the key does.
static void test_stream (Station *self, gconstpointer data) {
  g_autofree gchar *request =
      g_strdup_printf ("GET " PO_API_ROOT "/events HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                       "Authorization: Bearer %s\r\n\r\n",
                       self->keys[PO_ROLE_VIEWER]);
  g_timeout_add (300, revoke_viewer, self);
  g_autofree gchar *answer = asking_send_only (NULL, po_control_server_port (self->server), request);
  g_assert_true (g_str_has_prefix (answer, "HTTP/1.1 200"));
  g_assert_nonnull (strstr (answer, "text/event-stream"));
}

static gchar *cookie_of (const gchar *answer) {
  const gchar *start = strstr (answer, "Set-Cookie: ");
  g_assert_nonnull (start);
  start += strlen ("Set-Cookie: ");
  return g_strndup (start, strcspn (start, "\r\n"));
}

static void test_log_in (Station *self, gconstpointer data) {
  g_autoptr (GError) error = NULL;
  g_autofree gchar *hash = po_password_hash ("sáu mươi năm", &error), *answer = NULL, *out = NULL;
  g_assert_no_error (error);
  g_assert_true (po_users_add (self->users, "lan", PO_ROLE_OPERATOR, hash, 0, &error));
  const gchar *body = "{\"name\":\"lan\",\"password\":\"sáu mươi năm\"}";
  g_assert_cmpuint (ask (self, "POST", PO_API_ROOT "/session", "", "{\"name\":\"lan\"}", NULL), ==, 400);
  g_assert_cmpuint (ask (self, "POST", PO_API_ROOT "/session", "", "{\"name\":\"lan\",\"password\":\"x\"}", NULL), ==,
                    401);
  g_assert_cmpuint (ask (self, "POST", PO_API_ROOT "/session", "", "{\"name\":\"no\",\"password\":\"x\"}", NULL), ==,
                    401);
  g_assert_cmpuint (ask (self, "POST", PO_API_ROOT "/session", "Origin: http://evil.example\r\n", body, NULL), ==, 403);
  g_assert_cmpuint (ask (self, "POST", PO_API_ROOT "/session", "", body, &answer), ==, 200);
  g_autofree gchar *cookie = cookie_of (answer);
  g_assert_nonnull (strstr (cookie, "; HttpOnly"));
  g_assert_nonnull (strstr (cookie, "; SameSite=Strict"));
  g_assert_nonnull (strstr (cookie, "; Path=/"));
  g_assert_null (strstr (cookie, "sáu"));
  g_autofree gchar *header = g_strdup_printf ("Cookie: %.*s\r\n", (gint)strcspn (cookie, ";"), cookie);
  g_assert_cmpuint (ask (self, "GET", PO_API_ROOT "/session", header, "", &out), ==, 200);
  g_assert_nonnull (strstr (out, "\"lan\""));
  g_assert_nonnull (strstr (out, "\"operator\""));
  // The daemon starts anew: nobody is logged out.
  po_control_server_set_door (self->server, NULL);
  po_door_free (self->door);
  self->door = po_door_new (self->dir);
  po_control_server_set_door (self->server, self->door);
  g_assert_cmpuint (ask (self, "POST", PO_API_ROOT "/commands/slate", header, "", NULL), ==, 404);
  g_assert_cmpuint (ask (self, "DELETE", PO_API_ROOT "/session", header, "", NULL), ==, 204);
  g_assert_cmpuint (ask (self, "POST", PO_API_ROOT "/commands/slate", header, "", NULL), ==, 401);
}

static void test_guessing (Station *self, gconstpointer data) {
  guint status = 0;
  g_autofree gchar *answer = NULL;
  for (guint i = 0; i < 6; i++) {
    g_free (g_steal_pointer (&answer));
    status = ask (self, "POST", PO_API_ROOT "/session", "", "{\"name\":\"lan\",\"password\":\"guess\"}", &answer);
  }
  g_assert_cmpuint (status, ==, 429);
  g_assert_nonnull (strstr (answer, "Retry-After: "));
  g_assert_nonnull (strstr (answer, "application/problem+json"));
}

// An admin lets people and programs in and out, over the network as well; secrets are told once or never.
static void test_people (Station *self, gconstpointer data) {
#define USERS  PO_API_ROOT "/users"
#define TOKENS PO_API_ROOT "/tokens"
#define LAN    "{\"name\":\"lan\",\"role\":\"operator\",\"password\":\"sáu mươi năm\"}"
#define LOG_IN "{\"name\":\"lan\",\"password\":\"%s\"}"
  static const struct {
    const gchar *method, *path, *body;
    guint status;
  } refused[] = {
      {"POST", USERS, "", 400},
      {"POST", USERS, "{\"name\":\"lan\",\"role\":\"operator\"}", 400},
      {"POST", USERS, "{\"name\":\"lan\",\"role\":\"king\",\"password\":\"sáu mươi năm\"}", 400},
      {"POST", USERS, "{\"name\":\"lan\",\"role\":\"operator\",\"password\":\"short\"}", 400},
      {"POST", USERS, "{\"name\":\"../lan\",\"role\":\"operator\",\"password\":\"sáu mươi năm\"}", 400},
      {"POST", USERS, "{\"name\":7,\"role\":\"operator\",\"password\":\"sáu mươi năm\"}", 400},
      {"POST", USERS, "{\"name\":\"lan\",\"role\":\"operator\",\"password\":\"sáu mươi năm\",\"days\":1}", 400},
      {"PATCH", USERS "/lan", "{\"role\":\"viewer\"}", 404},
      {"PATCH", USERS "/lan", "", 400},
      {"DELETE", USERS "/lan", "", 404},
      {"POST", TOKENS, "{\"name\":\"bot\"}", 400},
      {"POST", TOKENS, "{\"name\":\"bot\",\"role\":\"viewer\",\"days\":0}", 400},
      {"POST", TOKENS, "{\"name\":\"viewer\",\"role\":\"viewer\"}", 409},
      {"DELETE", TOKENS "/bot", "", 404},
  };
  g_autofree gchar *admin = g_strdup_printf ("Authorization: Bearer %s\r\n", self->keys[PO_ROLE_ADMIN]);
  g_autofree gchar *first = g_strdup_printf (LOG_IN, "sáu mươi năm"),
                   *second = g_strdup_printf (LOG_IN, "bảy mươi năm");
  g_autofree gchar *list = NULL, *logged_in = NULL, *made = NULL, *tokens = NULL;
  for (guint i = 0; i < G_N_ELEMENTS (refused); i++) {
    g_test_message ("%s %s %s", refused[i].method, refused[i].path, refused[i].body);
    g_assert_cmpuint (ask (self, refused[i].method, refused[i].path, admin, refused[i].body, NULL), ==,
                      refused[i].status);
  }
  g_assert_cmpuint (ask (self, "POST", USERS, admin, LAN, NULL), ==, 201);
  g_assert_cmpuint (ask (self, "POST", USERS, admin, LAN, NULL), ==, 409);
  g_assert_cmpuint (ask (self, "GET", USERS, admin, "", &list), ==, 200);
  g_assert_nonnull (strstr (list, "{\"name\":\"lan\",\"role\":\"operator\",\"since\":\"2"));
  g_assert_null (strstr (list, "hash"));
  g_assert_null (strstr (list, "$y$"));
  g_assert_cmpuint (ask (self, "POST", PO_API_ROOT "/session", "", first, &logged_in), ==, 200);
  g_autofree gchar *cookie = cookie_of (logged_in);
  g_autofree gchar *session = g_strdup_printf ("Cookie: %.*s\r\n", (gint)strcspn (cookie, ";"), cookie);
  g_assert_cmpuint (ask (self, "GET", USERS, session, "", NULL), ==, 403); // an operator
  g_assert_cmpuint (ask (self, "PATCH", USERS "/lan", admin, "{\"role\":\"admin\"}", NULL), ==, 200);
  g_assert_cmpuint (ask (self, "GET", USERS, session, "", NULL), ==, 200);
  g_assert_cmpuint (ask (self, "PATCH", USERS "/lan", admin, "{\"password\":\"bảy mươi năm\"}", NULL), ==, 200);
  g_assert_cmpuint (ask (self, "GET", USERS, session, "", NULL), ==, 401); // logged out everywhere
  g_assert_cmpuint (ask (self, "POST", PO_API_ROOT "/session", "", first, NULL), ==, 401);
  g_assert_cmpuint (ask (self, "POST", PO_API_ROOT "/session", "", second, NULL), ==, 200);
  g_assert_cmpuint (ask (self, "DELETE", USERS "/lan", admin, "", NULL), ==, 204);
  g_assert_cmpuint (ask (self, "POST", PO_API_ROOT "/session", "", second, NULL), ==, 401);

  g_assert_cmpuint (ask (self, "POST", TOKENS, admin, "{\"name\":\"bot\",\"role\":\"viewer\",\"days\":30}", &made), ==,
                    201);
  const gchar *begin = strstr (made, "\"key\":\"");
  g_assert_nonnull (begin);
  begin += strlen ("\"key\":\"");
  g_autofree gchar *key = g_strndup (begin, strcspn (begin, "\""));
  g_autofree gchar *bot = g_strdup_printf ("Authorization: Bearer %s\r\n", key);
  g_assert_cmpuint (ask (self, "GET", PO_API_ROOT "/alarms", bot, "", NULL), ==, 404); // let in; not offered here
  g_assert_cmpuint (ask (self, "GET", TOKENS, admin, "", &tokens), ==, 200);
  g_assert_nonnull (strstr (tokens, "\"bot\""));
  g_assert_null (strstr (tokens, key));
  g_assert_null (strstr (tokens, "digest"));
  g_assert_cmpuint (ask (self, "DELETE", TOKENS "/bot", admin, "", NULL), ==, 204);
  g_assert_cmpuint (ask (self, "GET", PO_API_ROOT "/alarms", bot, "", NULL), ==, 401);
}

// A file that cannot be read is not an open door.
static void test_broken (Station *self, gconstpointer data) {
  g_autofree gchar *path = g_build_filename (self->dir, "access.json", NULL);
  g_autofree gchar *header = g_strdup_printf ("Authorization: Bearer %s\r\n", self->keys[PO_ROLE_ADMIN]);
  g_assert_true (g_file_set_contents (path, "{\"users\":", -1, NULL));
  g_assert_cmpuint (ask (self, "GET", PO_API_ROOT "/alarms", "", "", NULL), ==, 401);
  g_assert_cmpuint (ask (self, "GET", PO_API_ROOT "/alarms", header, "", NULL), ==, 401);
  g_autofree gchar *problem = po_door_problem (self->door);
  g_assert_nonnull (strstr (problem, path));
  // Taken away: nobody has to log in on this machine, and other machines are not served.
  g_assert_cmpint (g_unlink (path), ==, 0);
  g_autoptr (GError) error = NULL;
  g_assert_cmpuint (ask (self, "GET", PO_API_ROOT "/alarms", "", "", NULL), ==, 404);
  g_assert_false (po_control_server_listen (self->server, "0.0.0.0:0", &error));
  g_assert_error (error, PO_ERROR, PO_ERROR_CONFIG);
}

int main (int argc, char **argv) {
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/control/roles/complete", test_complete);
#define ADD(name, function) g_test_add ("/control/roles/" name, Station, NULL, set_up, function, tear_down)
  ADD ("matrix", test_matrix);
  ADD ("challenges", test_challenges);
  ADD ("keys", test_keys);
  ADD ("stream", test_stream);
  ADD ("log-in", test_log_in);
  ADD ("people", test_people);
  ADD ("guessing", test_guessing);
  ADD ("broken", test_broken);
  return g_test_run ();
}
