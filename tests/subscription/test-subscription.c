// SPDX-License-Identifier: GPL-3.0-or-later
// A calendar elsewhere, from a server in this process that behaves as badly as a test wants. Time is an argument; the
// main loop runs only until the answer is there.
#include "subscription/request.h"
#include "subscription/subscription.h"

#include <glib/gstdio.h>
#include <libsoup/soup.h>

#define S       PO_NS_PER_SECOND
#define NOW     (G_GINT64_CONSTANT (1800000000) * S)
#define REFRESH (300 * S)
#define STALE   (3600 * S)
#define ONE                                                                                                            \
  "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//t//t//EN\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTAMP:20260101T000000Z\r\n"      \
  "DTSTART:20270101T000000Z\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"

typedef struct {
  SoupServer *server;
  gchar *url, *state;
  guint port;
  guint status;      // to answer with
  const gchar *body; // (nullable)
  gsize body_bytes;  // 0 = all of it; more: filled up with blanks
  const gchar *etag; // (nullable) 304 to who has it
  const gchar *header, *value;
  const gchar *password; // (nullable) of "ban-tin"
  gboolean hangs;
  guint asked, changed;
  gchar *seen_etag;
  SoupServerMessage *held; // of a server that hangs
  PoSubscription *subscription;
} World;

static gboolean check_password (SoupAuthDomain *domain, SoupServerMessage *message, const char *user,
                                const char *password, gpointer data) {
  const World *world = data;
  return world->password != NULL && g_str_equal (user, "ban-tin") && g_str_equal (password, world->password);
}

static void on_request (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query,
                        gpointer data) {
  World *world = data;
  SoupMessageHeaders *asked = soup_server_message_get_request_headers (message);
  SoupMessageHeaders *answer = soup_server_message_get_response_headers (message);
  const gchar *known = soup_message_headers_get_one (asked, "If-None-Match");
  world->asked++;
  g_free (world->seen_etag);
  world->seen_etag = g_strdup (known);
  if (world->hangs) {
    soup_server_message_pause (message);
    world->held = message;
    return;
  }
  if (world->header != NULL)
    soup_message_headers_replace (answer, world->header, world->value);
  if (world->etag != NULL)
    soup_message_headers_replace (answer, "ETag", world->etag);
  if (world->etag != NULL && g_strcmp0 (known, world->etag) == 0) {
    soup_server_message_set_status (message, SOUP_STATUS_NOT_MODIFIED, NULL);
    return;
  }
  soup_server_message_set_status (message, world->status, NULL);
  if (world->body == NULL)
    return;
  gsize size = world->body_bytes != 0 ? world->body_bytes : strlen (world->body);
  gchar *bytes = g_malloc (MAX (size, 1));
  memset (bytes, ' ', size);
  memcpy (bytes, world->body, MIN (size, strlen (world->body)));
  soup_server_message_set_response (message, "text/calendar", SOUP_MEMORY_TAKE, bytes, size);
}

static void on_changed (gpointer data) {
  ((World *)data)->changed++;
}

static void subscribe (World *world, const gchar *scheme, const gchar *username, const gchar *password_file) {
  g_autofree gchar *url = g_strdup_printf ("%s://127.0.0.1:%u/secret-1234/lich.ics", scheme, world->port);
  g_clear_pointer (&world->subscription, po_subscription_free);
  PoSubscriptionSettings settings = {"mua", url, username, password_file, REFRESH, STALE, world->state};
  world->subscription = po_subscription_new (&settings, NOW, on_changed, world);
}

static World *world_new (void) {
  World *world = g_new0 (World, 1);
  world->status = SOUP_STATUS_OK;
  world->body = ONE;
  world->state = g_dir_make_tmp ("playoutd-subscription-XXXXXX", NULL);
  world->server = soup_server_new (NULL, NULL);
  soup_server_add_handler (world->server, NULL, on_request, world, NULL);
  g_assert_true (soup_server_listen_local (world->server, 0, SOUP_SERVER_LISTEN_IPV4_ONLY, NULL));
  GSList *uris = soup_server_get_uris (world->server);
  world->port = (guint)g_uri_get_port (uris->data);
  g_slist_free_full (uris, (GDestroyNotify)g_uri_unref);
  return world;
}

static void world_free (World *world) {
  g_autofree gchar *calendars = g_build_filename (world->state, "calendars", NULL);
  g_autofree gchar *ics = g_build_filename (calendars, "mua.ics", NULL),
                   *json = g_build_filename (calendars, "mua.json", NULL);
  g_clear_pointer (&world->subscription, po_subscription_free);
  soup_server_disconnect (world->server);
  g_object_unref (world->server);
  g_unlink (ics);
  g_unlink (json);
  g_rmdir (calendars);
  g_rmdir (world->state);
  g_free (world->state);
  g_free (world->seen_etag);
  g_free (world);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (World, world_free)

static PoTimeNs next_of (World *world) {
  PoSubscriptionState state = po_subscription_state (world->subscription);
  g_free (state.host);
  return state.next_ns;
}

// Asks at @now_ns, and runs until the answer has been taken: a success and a failure both set the time of the next.
static void ask (World *world, PoTimeNs now_ns) {
  PoTimeNs before_ns = next_of (world);
  po_subscription_check (world->subscription, now_ns);
  while (next_of (world) == before_ns)
    g_main_context_iteration (NULL, TRUE);
}

static gchar *said (World *world, PoTimeNs now_ns) {
  PoFinding *finding = po_subscription_finding (world->subscription, now_ns);
  gchar *text = finding != NULL ? po_finding_to_string (finding) : g_strdup ("");
  po_finding_free (finding);
  g_assert_null (strstr (text, "secret-1234"));
  return text;
}

static void assert_says (World *world, PoTimeNs now_ns, const gchar *part) {
  g_autofree gchar *text = said (world, now_ns);
  if (*part == '\0' ? *text != '\0' : strstr (text, part) == NULL)
    g_error ("it says “%s”, not “%s”", text, part);
}

static void test_follows (void) {
  g_autoptr (World) world = world_new ();
  world->etag = "\"a\"";
  subscribe (world, "http", NULL, NULL);
  g_assert_null (po_subscription_file (world->subscription));
  ask (world, NOW);
  g_assert_cmpstr (po_subscription_file (world->subscription)->name, ==, "calendar:mua");
  g_assert_cmpuint (world->changed, ==, 1);
  assert_says (world, NOW, "");
  po_subscription_check (world->subscription, NOW + REFRESH - 1);
  g_assert_cmpuint (world->asked, ==, 1);
  ask (world, NOW + REFRESH); // 304
  g_assert_cmpstr (world->seen_etag, ==, "\"a\"");
  g_assert_cmpuint (world->changed, ==, 1);
  world->etag = "\"b\"";
  ask (world, NOW + 2 * REFRESH); // another name for the same bytes
  g_assert_cmpuint (world->changed, ==, 1);
  world->etag = "\"c\"";
  world->body = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nEND:VCALENDAR\r\n";
  ask (world, NOW + 3 * REFRESH);
  g_assert_cmpuint (world->changed, ==, 2);
  assert_says (world, NOW + 3 * REFRESH, "");
}

// A machine whose clock ran in local time is set back by seven hours: what is counted goes on from where it was.
static void test_clock_set_back (void) {
  const PoTimeNs wrong_ns = NOW + 7 * 3600 * S;
  g_autoptr (World) world = world_new ();
  subscribe (world, "http", NULL, NULL);
  ask (world, wrong_ns);
  subscribe (world, "http", NULL, NULL); // in another life
  assert_says (world, NOW + STALE + 1, "no answer for too long");
  ask (world, wrong_ns);
  po_subscription_check (world->subscription, NOW); // and in one
  ask (world, NOW + REFRESH);
  g_assert_cmpuint (world->asked, ==, 3);
  po_subscription_check (world->subscription, wrong_ns); // it asks, and nobody answers
  po_subscription_check (world->subscription, NOW);
  po_subscription_check (world->subscription, NOW + 121 * S);
  assert_says (world, NOW + 121 * S, "longer than two minutes");
}

// Google and Outlook stamp each answer with the time of asking.
static void test_stamped_when_asked (void) {
  static const gchar form[] =
      "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//t//t//EN\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTAMP:20260101T0000%02dZ\r\n"
      "DTSTART:20270101T000000Z\r\nSUMMARY:%s\r\nEND:VEVENT\r\nEND:VCALENDAR%s";
  static const struct {
    const gchar *title, *end;
    guint changed;
  } answers[] = {{"Tin", "\r\n", 1},     {"Tin", "\r\n", 1}, {"Tin mới", "\r\n", 2},
                 {"Tin mới", "\r\n", 2}, {"Tin mới", "", 3}, {"Tin mới", "\r\nX", 4}};
  g_autoptr (World) world = world_new ();
  subscribe (world, "http", NULL, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (answers); i++) {
    g_autofree gchar *body = g_strdup_printf (form, (gint)i, answers[i].title, answers[i].end);
    world->body = body;
    ask (world, NOW + i * REFRESH);
    g_assert_cmpuint (world->changed, ==, answers[i].changed);
    world->body = NULL;
  }
}

static void test_survives_a_restart (void) {
  g_autoptr (World) world = world_new ();
  world->etag = "\"a\"";
  subscribe (world, "http", NULL, NULL);
  ask (world, NOW);
  subscribe (world, "http", NULL, NULL); // another life
  g_assert_nonnull (po_subscription_file (world->subscription));
  ask (world, NOW + S);
  g_assert_cmpstr (world->seen_etag, ==, "\"a\"");
  world->etag = NULL;
  subscribe (world, "webcal", NULL, NULL); // another address: not asked with the names of the first
  g_assert_nonnull (po_subscription_file (world->subscription));
  ask (world, NOW + S);
  g_assert_null (world->seen_etag);
}

static void test_troubles (void) {
  static const struct {
    const gchar *what;
    guint status;
    const gchar *body;
    gsize body_bytes;
    const gchar *header, *value, *says;
  } rows[] = {
      {"an error", 500, NULL, 0, NULL, NULL, "500"},
      {"nothing there", 404, NULL, 0, NULL, NULL, "check url="},
      {"a page", 200, "<!doctype html><title>Đăng nhập</title>", 0, NULL, NULL, "is no calendar"},
      {"nothing", 200, "", 0, NULL, NULL, "is no calendar"},
      {"a calendar that is cut off", 200, ONE, 100, NULL, NULL, "is no calendar"},
      {"far too much", 200, ONE, 33 * 1024 * 1024, NULL, NULL, "more than 32 MB"},
      {"304 out of the blue", 304, NULL, 0, NULL, NULL, "304"},
      {"round in circles", 302, NULL, 0, "Location", "/lich.ics", "edirect"},
      {"who are you", 403, NULL, 0, NULL, NULL, "password-file="},
  };
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (World) world = world_new ();
    subscribe (world, "http", NULL, NULL);
    ask (world, NOW);
    g_assert_cmpuint (world->changed, ==, 1);
    world->status = rows[i].status;
    world->body = rows[i].body;
    world->body_bytes = rows[i].body_bytes;
    world->header = rows[i].header;
    world->value = rows[i].value;
    g_test_message ("%s", rows[i].what);
    ask (world, NOW + REFRESH);
    assert_says (world, NOW + REFRESH, rows[i].says);
    assert_says (world, NOW + REFRESH, "warning");
    assert_says (world, NOW + REFRESH, "stays on air");
    assert_says (world, NOW + STALE + 1, "error");
    g_assert_nonnull (po_subscription_file (world->subscription));
    g_assert_cmpuint (world->changed, ==, 1);
    world->status = SOUP_STATUS_OK;
    world->body = ONE;
    world->body_bytes = 0;
    world->header = NULL;
    ask (world, next_of (world));
    assert_says (world, NOW + REFRESH + 30 * S, "");
  }
}

static void test_waits_as_asked (void) {
  g_autoptr (World) world = world_new ();
  subscribe (world, "http", NULL, NULL);
  world->status = 503;
  world->body = NULL;
  world->header = "Retry-After";
  world->value = "1800";
  ask (world, NOW);
  g_assert_cmpint (next_of (world), ==, NOW + 1800 * S);
  assert_says (world, NOW, "nothing of it is on air yet");
  g_assert_null (po_subscription_file (world->subscription));
}

static void test_gives_up_what_hangs (void) {
  g_autoptr (World) world = world_new ();
  world->hangs = TRUE;
  subscribe (world, "http", NULL, NULL);
  po_subscription_check (world->subscription, NOW);
  while (world->held == NULL)
    g_main_context_iteration (NULL, TRUE);
  po_subscription_check (world->subscription, NOW + 121 * S);
  assert_says (world, NOW + 121 * S, "two minutes");
  world->hangs = FALSE;
  soup_server_message_unpause (world->held);
  ask (world, next_of (world));
  g_assert_cmpuint (world->changed, ==, 1);
}

static void test_nobody_there (void) {
  g_autoptr (World) world = world_new ();
  soup_server_disconnect (world->server);
  subscribe (world, "webcal", NULL, NULL);
  ask (world, NOW);
  assert_says (world, NOW, "127.0.0.1");
  g_assert_cmpint (next_of (world), ==, NOW + 30 * S);
}

static void test_says_who_we_are (void) {
  g_autoptr (World) world = world_new ();
  g_autofree gchar *file = g_build_filename (world->state, "password", NULL);
  g_autoptr (SoupAuthDomain) domain =
      soup_auth_domain_basic_new ("realm", "lich", "auth-callback", check_password, "auth-data", world, NULL);
  soup_auth_domain_add_path (domain, "/");
  soup_server_add_auth_domain (world->server, domain);
  world->password = "mật khẩu";
  g_assert_true (g_file_set_contents (file, "mật khẩu\n", -1, NULL));
  subscribe (world, "http", "ban-tin", file);
  ask (world, NOW);
  assert_says (world, NOW, "");
  g_assert_cmpuint (world->changed, ==, 1);
  world->password = "khác";
  ask (world, NOW + REFRESH);
  assert_says (world, NOW + REFRESH, "(401): check username=");
  g_unlink (file);
  subscribe (world, "http", "ban-tin", file);
  ask (world, NOW + REFRESH);
  assert_says (world, NOW + REFRESH, file);
}

// A redirect takes the password nowhere else, and not out of TLS.
static void test_redirected (void) {
  static const struct {
    guint line;
    const gchar *url, *scheme, *to;
    gboolean may;
  } rows[] = {
      {__LINE__, "https://cal.vn/a.ics", "https", "https://cal.vn/b.ics", TRUE},
      {__LINE__, "https://cal.vn/a.ics", "https", "http://cal.vn/a.ics", FALSE},
      {__LINE__, "webcal://cal.vn/a.ics", "https", "http://cal.vn/a.ics", FALSE},
      {__LINE__, "webcal://cal.vn/a.ics", "http", "http://cal.vn/b.ics", TRUE},
      {__LINE__, "http://cal.vn/a.ics", "http", "https://cal.vn/a.ics", TRUE},
      {__LINE__, "https://cal.vn/a.ics", "https", "https://other.vn/a.ics", FALSE},
  };
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (GUri) to = g_uri_parse (rows[i].to, G_URI_FLAGS_NONE, NULL);
    if (po_request_may_tell (rows[i].url, rows[i].scheme, to) != rows[i].may)
      g_error ("line %u: %s", rows[i].line, rows[i].to);
  }
}

int main (int argc, char **argv) {
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/subscription/follows", test_follows);
  g_test_add_func ("/subscription/clock-set-back", test_clock_set_back);
  g_test_add_func ("/subscription/stamped-when-asked", test_stamped_when_asked);
  g_test_add_func ("/subscription/survives-a-restart", test_survives_a_restart);
  g_test_add_func ("/subscription/troubles", test_troubles);
  g_test_add_func ("/subscription/waits-as-asked", test_waits_as_asked);
  g_test_add_func ("/subscription/gives-up-what-hangs", test_gives_up_what_hangs);
  g_test_add_func ("/subscription/nobody-there", test_nobody_there);
  g_test_add_func ("/subscription/says-who-we-are", test_says_who_we_are);
  g_test_add_func ("/subscription/redirected", test_redirected);
  return g_test_run ();
}
