// SPDX-License-Identifier: GPL-3.0-or-later
// What a channel tells when: by severity and hour, grouped, again until acknowledged, never a storm, nothing twice over
// a restart; and letters: as mail, and kept in a spool.
#include <glib/gstdio.h>
#include <string.h>
#include <time.h>

#include "message/mail.h"
#include "message/route.h"
#include "message/spool.h"

#define S(seconds) ((gint64)(seconds)*PO_NS_PER_SECOND)
#define BEGIN      G_GINT64_CONSTANT (1800000000) // 2027-01-15T08:00:00Z, 15:00 in Can Tho

/** Case: alarms, and a route that is asked about them. */
typedef struct {
  GPtrArray *alarms;
  PoAlarmRoute *route;
  GTimeZone *zone;
} Case;

static void case_init (Case *self, const PoRouteRules *rules) {
  self->alarms = g_ptr_array_new_with_free_func ((GDestroyNotify)po_alarm_free);
  self->zone = g_time_zone_new_identifier ("Asia/Ho_Chi_Minh");
  self->route = po_alarm_route_new (rules, self->zone, S (BEGIN - 3600));
}

static void case_clear (Case *self) {
  g_ptr_array_unref (self->alarms);
  po_alarm_route_free (self->route);
  g_time_zone_unref (self->zone);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Case, case_clear)

static PoAlarm *add (Case *self, const gchar *id, PoSeverity severity, gint64 since_s) {
  PoAlarm *alarm = po_alarm_new (id, severity, S (BEGIN + since_s));
  g_ptr_array_add (self->alarms, alarm);
  return alarm;
}

// "fresh/again/over", or "-".
static gchar *ask (Case *self, gint64 at_s) {
  g_autoptr (PoNews) news = po_alarm_route_next (self->route, self->alarms, S (BEGIN + at_s));
  return news == NULL ? g_strdup ("-")
                      : g_strdup_printf ("%u/%u/%u", news->fresh->len, news->again->len, news->over->len);
}

static void check (Case *self, gint64 at_s, const gchar *expected, guint line) {
  g_autofree gchar *got = ask (self, at_s);
  if (!g_str_equal (got, expected))
    g_error ("line %u: %s, not %s", line, got, expected);
}
#define CHECK(case_, at_s, expected) check (case_, at_s, expected, __LINE__)

static const PoRouteRules plain = {.severity = PO_SEVERITY_WARNING,
                                   .quiet_severity = PO_SEVERITY_ERROR,
                                   .group_ns = S (20),
                                   .repeat_ns = S (600),
                                   .most_per_hour = 12};

static void test_group_and_repeat (void) {
  g_auto (Case) one = {0};
  case_init (&one, &plain);
  CHECK (&one, 0, "-");
  add (&one, "note", PO_SEVERITY_NOTE, 0);
  PoAlarm *first = add (&one, "a", PO_SEVERITY_ERROR, 0);
  CHECK (&one, 0, "-");
  PoAlarm *second = add (&one, "b", PO_SEVERITY_WARNING, 10);
  CHECK (&one, 19, "-");
  CHECK (&one, 20, "2/0/0"); // one message for both
  CHECK (&one, 619, "-");
  CHECK (&one, 620, "0/2/0");
  first->acknowledged_by = g_strdup ("Lan");
  CHECK (&one, 1220, "0/1/0");
  second->severity = PO_SEVERITY_ERROR; // worse is news
  CHECK (&one, 1230, "-");
  CHECK (&one, 1250, "1/0/0");
  g_ptr_array_remove (one.alarms, first);
  g_ptr_array_remove (one.alarms, second);
  CHECK (&one, 1260, "-");
  CHECK (&one, 1280, "0/0/2");
  CHECK (&one, 9999, "-");
}

// A clock that is set back by an hour keeps back neither what is new nor what is told again.
static void test_clock_set_back (void) {
  g_auto (Case) one = {0};
  case_init (&one, &plain);
  add (&one, "a", PO_SEVERITY_ERROR, 0);
  CHECK (&one, 0, "-");
  CHECK (&one, 20, "1/0/0");
  CHECK (&one, -3000, "-");
  CHECK (&one, -3000 + 599, "-");
  CHECK (&one, -3000 + 600, "0/1/0");
  add (&one, "b", PO_SEVERITY_ERROR, -2300);
  CHECK (&one, -2300, "-");
  CHECK (&one, -2300 + 20, "1/0/0");
}

// What is over before it was told is told all the same: nobody sleeps through a black minute.
static void test_flash (void) {
  g_auto (Case) one = {0};
  case_init (&one, &plain);
  PoAlarm *flash = add (&one, "slate", PO_SEVERITY_ERROR, 0);
  CHECK (&one, 0, "-");
  g_ptr_array_remove (one.alarms, flash);
  CHECK (&one, 1, "-");
  CHECK (&one, 20, "0/0/1");
  CHECK (&one, 60, "-");
}

// 22:00 to 06:00: only errors; what else there is comes at six.
static void test_hours (void) {
  PoRouteRules rules = plain;
  g_auto (Case) one = {0};
  rules.quiet_from_minute = 22 * 60;
  rules.quiet_to_minute = 6 * 60;
  rules.group_ns = 0;
  case_init (&one, &rules);
  const gint64 night_s = 8 * 3600; // 23:00
  add (&one, "odd", PO_SEVERITY_WARNING, night_s);
  CHECK (&one, night_s, "-");
  add (&one, "bad", PO_SEVERITY_ERROR, night_s + 60);
  CHECK (&one, night_s + 60, "1/0/0");
  CHECK (&one, 15 * 3600 - 1, "0/1/0"); // the error again
  CHECK (&one, 15 * 3600, "1/0/0");     // 06:00
}

// A new alarm every ten seconds for an hour: no more than the pace and a few, and none is forgotten.
static void test_storm (void) {
  PoRouteRules rules = plain;
  g_auto (Case) one = {0};
  guint messages = 0, told = 0;
  rules.repeat_ns = 0;
  case_init (&one, &rules);
  for (gint s = 0; s < 3600; s += 10) {
    g_autofree gchar *id = g_strdup_printf ("storm-%d", s);
    add (&one, id, PO_SEVERITY_ERROR, s);
    g_autoptr (PoNews) news = po_alarm_route_next (one.route, one.alarms, S (BEGIN + s));
    messages += news != NULL;
    told += news != NULL ? news->fresh->len : 0;
  }
  g_assert_cmpuint (messages, <=, 12 + 5);
  g_autoptr (PoNews) rest = po_alarm_route_next (one.route, one.alarms, S (BEGIN + 3600 + 600));
  g_assert_cmpuint (told + rest->fresh->len, ==, 360);
}

// After a restart nothing is told anew, and nothing is called over before it can have been raised again.
static void test_restart (void) {
  g_auto (Case) one = {0}, other = {0};
  case_init (&one, &plain);
  add (&one, "a", PO_SEVERITY_ERROR, 0);
  CHECK (&one, 0, "-");
  CHECK (&one, 20, "1/0/0");
  g_autofree gchar *text = po_alarm_route_to_text (one.route);
  case_init (&other, &plain);
  po_alarm_route_free (other.route);
  other.route = po_alarm_route_new (&plain, other.zone, S (BEGIN + 30));
  po_alarm_route_remember (other.route, text);
  CHECK (&other, 31, "-"); // not up yet
  add (&other, "a", PO_SEVERITY_ERROR, 0);
  CHECK (&other, 40, "-");
  CHECK (&other, 619, "-");
  CHECK (&other, 620, "0/1/0");
  po_alarm_route_remember (other.route, "{\"told\": [3, {}]}"); // what cannot be read is left out
}

// The processor's seconds that @n alarms cost that come, stay for a minute and go, each asked about once a second.
static gdouble cost_of (guint n) {
  g_auto (Case) one = {0};
  case_init (&one, &plain);
  for (guint i = 0; i < n; i++) {
    g_autofree gchar *id = g_strdup_printf ("output:%u", i);
    add (&one, id, PO_SEVERITY_ERROR, 0);
  }
  g_autofree gchar *come = g_strdup_printf ("%u/0/0", n), *gone = g_strdup_printf ("0/0/%u", n);
  const clock_t began = clock ();
  for (gint s = 0; s < 60; s++)
    CHECK (&one, s, s == 20 ? come : "-");
  g_ptr_array_set_size (one.alarms, 0);
  CHECK (&one, 400, "-");
  CHECK (&one, 420, gone);
  return (gdouble)(clock () - began) / CLOCKS_PER_SEC;
}

// Sixteen times as many alarms cost about sixteen times as much, not 256 times: a whole site that falls over does not
// keep the channel's thread from telling of it.
static void test_many (void) {
  const gdouble few = MIN (cost_of (500), cost_of (500)), many = MIN (cost_of (8000), cost_of (8000));
  g_test_message ("500 alarms %.4f s, 8000 alarms %.4f s", few, many);
  g_assert_cmpfloat (many, <, 80 * MAX (few, 0.001));
}

// ---- letters ----

static void test_mail (void) {
  g_autoptr (PoLetter) letter = po_letter_new (
      "alarms", "x", "mail", S (BEGIN), "Lỗi: đứt nguồn “hội trường” lúc 19 giờ\r\nBcc: x@y", "Không có tín hiệu.\n");
  g_autofree gchar *text = po_mail_text (letter, "may@kenhmau.vn", "lan@kenhmau.vn");
  g_auto (GStrv) lines = g_strsplit (text, "\r\n", -1);
  for (guint i = 0; lines[i] != NULL; i++) {
    g_assert_cmpuint (strlen (lines[i]), <=, 78);
    g_assert_false (g_str_has_prefix (lines[i], "Bcc:"));
    g_assert_null (strchr (lines[i], '\n'));
  }
  g_assert_nonnull (strstr (text, "Date: Fri, 15 Jan 2027 08:00:00 +0000\r\n"));
  g_assert_true (po_mail_is_address ("lan@kenhmau.vn"));
  const gchar *const bad[] = {"lan", "@x", "x@", "a b@c", "a@b\r\nRCPT TO:<c@d>", "<a@b>"};
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    g_assert_false (po_mail_is_address (bad[i]));
}

static void put (PoSpool *spool, const gchar *id, gint64 at_s) {
  g_autoptr (PoLetter) letter = po_letter_new ("alarms", id, "mail", S (at_s), "Chủ đề", "Nội dung");
  g_assert_true (po_spool_put (spool, letter, NULL));
}

static void check_next (PoSpool *spool, gint64 now_us, const gchar *id) {
  g_autoptr (PoLetter) letter = po_spool_next (spool, now_us);
  g_assert_cmpstr (letter != NULL ? letter->id : NULL, ==, id);
}

// Oldest first, over a restart, each once; one that is put off holds up no other; rubbish is set aside.
static void test_spool (void) {
  g_autofree gchar *dir = g_dir_make_tmp ("playoutd-spool-XXXXXX", NULL);
  g_autofree gchar *inside = g_build_filename (dir, "mail", NULL),
                   *rubbish = g_build_filename (inside, "0.letter", NULL);
  {
    g_autoptr (PoSpool) spool = po_spool_open (inside);
    put (spool, "second/../../x", 20);
    put (spool, "first", 10);
    put (spool, "first", 10);
    g_assert_cmpuint (po_spool_count (spool), ==, 2);
  }
  g_assert_true (g_file_set_contents (rubbish, "{", -1, NULL));
  g_autoptr (PoSpool) spool = po_spool_open (inside);
  g_assert_cmpuint (po_spool_count (spool), ==, 2);
  check_next (spool, 0, "first");
  po_spool_put_off (spool, "first", 100);
  check_next (spool, 0, "second/../../x");
  g_assert_cmpint (po_spool_due_us (spool), ==, 0);
  po_spool_drop (spool, "second/../../x");
  check_next (spool, 0, NULL);
  g_assert_cmpint (po_spool_due_us (spool), ==, 100);
  check_next (spool, 100, "first");
  po_spool_set_aside (spool, "first");
  g_assert_cmpint (po_spool_due_us (spool), ==, G_MAXINT64);
  gchar *remove[] = {"rm", "-r", dir, NULL};
  g_assert_true (g_spawn_sync (NULL, remove, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, NULL, NULL));
}

// A letter that cannot be read for a moment waits a minute, also over a restart, and is not lost.
static void test_unread (void) {
  g_autofree gchar *inside = g_dir_make_tmp ("playoutd-spool-XXXXXX", NULL);
  g_autoptr (PoSpool) spool = po_spool_open (inside);
  put (spool, "first", 10);
  g_autoptr (GDir) folder = g_dir_open (inside, 0, NULL);
  g_autofree gchar *path = g_build_filename (inside, g_dir_read_name (folder), NULL),
                   *away = g_strconcat (path, ".away", NULL);
  g_assert_cmpint (g_rename (path, away), ==, 0);
  g_assert_cmpint (g_mkdir (path, 0700), ==, 0); // reading it fails
  check_next (spool, 0, NULL);
  g_assert_cmpint (po_spool_due_us (spool), ==, 60 * G_USEC_PER_SEC);
  g_autoptr (PoSpool) restarted = po_spool_open (inside);
  g_assert_true (g_file_test (path, G_FILE_TEST_IS_DIR)); // and not set aside
  g_assert_cmpint (g_rmdir (path), ==, 0);
  g_assert_cmpint (g_rename (away, path), ==, 0);
  check_next (spool, 60 * G_USEC_PER_SEC, "first");
  po_spool_drop (spool, "first");
  g_assert_cmpint (g_rmdir (inside), ==, 0);
}

// Without a folder that can be written, letters wait in memory.
static void test_no_folder (void) {
  g_autoptr (PoSpool) spool = po_spool_open ("/dev/null/none");
  g_autoptr (PoLetter) letter = po_letter_new ("alarms", "a", "mail", 0, "s", "t");
  g_assert_false (po_spool_put (spool, letter, NULL));
  check_next (spool, 0, "a");
  po_spool_drop (spool, "a");
  g_assert_cmpuint (po_spool_count (spool), ==, 0);
}

int main (int argc, char **argv) {
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/message/route/group-and-repeat", test_group_and_repeat);
  g_test_add_func ("/message/route/clock-set-back", test_clock_set_back);
  g_test_add_func ("/message/route/flash", test_flash);
  g_test_add_func ("/message/route/hours", test_hours);
  g_test_add_func ("/message/route/storm", test_storm);
  g_test_add_func ("/message/route/restart", test_restart);
  g_test_add_func ("/message/route/many", test_many);
  g_test_add_func ("/message/mail", test_mail);
  g_test_add_func ("/message/spool", test_spool);
  g_test_add_func ("/message/spool/unread", test_unread);
  g_test_add_func ("/message/spool/no-folder", test_no_folder);
  return g_test_run ();
}
