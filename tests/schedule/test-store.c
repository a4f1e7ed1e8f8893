// SPDX-License-Identifier: GPL-3.0-or-later
// Adoption: what is in force, what an operator can do about it, and that it survives a reboot and a bad disk.
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "model/error.h"
#include "schedule/store.h"
#include "schedule/watch.h"
#include "store/beneath.h"
#include "tree.h"

#define ZONE    "Asia/Ho_Chi_Minh"
#define NOON_NS (G_GINT64_CONSTANT (1799211600) * PO_NS_PER_SECOND) // 2027-01-06 12:00 in Huế

typedef struct {
  gchar *state, *folder;
} Fixture;

static void set_up (Fixture *fixture, gconstpointer data) {
  fixture->state = g_dir_make_tmp ("po-state-XXXXXX", NULL);
  fixture->folder = g_dir_make_tmp ("po-schedules-XXXXXX", NULL);
}

static void tear_down (Fixture *fixture, gconstpointer data) {
  test_remove_tree (fixture->state);
  test_remove_tree (fixture->folder);
  g_free (fixture->state);
  g_free (fixture->folder);
}

static gchar *calendar_text (guint events) {
  GString *text = g_string_new ("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:test\r\n");
  for (guint i = 0; i < events; i++)
    g_string_append_printf (text,
                            "BEGIN:VEVENT\r\nUID:%u@test\r\nDTSTAMP:20261201T000000Z\r\nDTSTART:20270301T%02u0000\r\n"
                            "DURATION:PT30M\r\nSUMMARY:%u\r\nEND:VEVENT\r\n",
                            i, i % 24, i);
  g_string_append (text, "END:VCALENDAR\r\n");
  return g_string_free (text, FALSE);
}

// A folder with one file of so many events; 0: with none; -1: with a broken one.
static GPtrArray *folder_of (gint events) {
  GPtrArray *files = g_ptr_array_new_with_free_func ((GDestroyNotify)po_calendar_file_free);
  g_autofree gchar *text = events > 0 ? calendar_text ((guint)events) : g_strdup ("BEGIN:VCALENDAR\r\nBEGIN:VEV");
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));
  if (events != 0)
    g_ptr_array_add (files, po_calendar_file_new ("season.ics", bytes));
  return files;
}

static PoScheduleStore *open_store (const gchar *state) {
  g_autoptr (GError) error = NULL;
  PoScheduleStore *store = po_schedule_store_open (state, ZONE, &error);
  g_assert_no_error (error);
  return store;
}

static gboolean offer (PoScheduleStore *store, gint events) {
  g_autoptr (GPtrArray) files = folder_of (events);
  return po_schedule_store_offer (store, files, NOON_NS);
}

static guint events_in_force (PoScheduleStore *store) {
  g_autoptr (GPtrArray) found =
      po_schedule_occurrences (po_schedule_store_current (store), NOON_NS, NOON_NS + 365 * 86400 * PO_NS_PER_SECOND);
  return found->len;
}

static gboolean has_finding (PoScheduleStore *store, const gchar *code) {
  gboolean has = FALSE;
  g_autoptr (GPtrArray) findings = po_schedule_store_findings (store);
  for (guint i = 0; i < findings->len; i++)
    has |= g_str_equal (((PoFinding *)findings->pdata[i])->code, code);
  return has;
}

static void test_offer (Fixture *fixture, gconstpointer data) {
  g_autoptr (PoScheduleStore) store = open_store (fixture->state);
  g_assert_cmpuint (events_in_force (store), ==, 0);
  g_assert_true (offer (store, 4));
  g_assert_cmpuint (events_in_force (store), ==, 4);
  PoSchedule *current = po_schedule_store_current (store);
  g_assert_false (offer (store, 4));
  g_assert_true (po_schedule_store_current (store) == current); // not even made anew
  g_assert_true (offer (store, 6));
  g_assert_cmpuint (events_in_force (store), ==, 6);
}

static void test_bad_versions_are_held_back (Fixture *fixture, gconstpointer data) {
  static const struct {
    guint line;
    gint offered;
    const gchar *code;
  } cases[] = {
      {__LINE__, -1, "calendar-unusable"},
      {__LINE__, 0, "calendar-vanished"},
      {__LINE__, 2, "calendar-shrunk"},
  };
  PoScheduleStore *store = open_store (fixture->state);
  offer (store, 6);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    if (offer (store, cases[i].offered) || events_in_force (store) != 6 || !has_finding (store, cases[i].code))
      g_error ("line %u", cases[i].line);
    // A reboot with the folder as it is changes nothing.
    po_schedule_store_free (store);
    store = open_store (fixture->state);
    g_assert_cmpuint (events_in_force (store), ==, 6);
    if (offer (store, cases[i].offered) || !has_finding (store, cases[i].code))
      g_error ("line %u after a reboot", cases[i].line);
  }
  g_assert_false (offer (store, 6));
  g_assert_false (has_finding (store, "calendar-shrunk"));
  po_schedule_store_free (store);
}

static void test_confirm (Fixture *fixture, gconstpointer data) {
  gboolean changed = FALSE;
  g_autoptr (GError) error = NULL;
  PoScheduleStore *store = open_store (fixture->state);
  g_assert_false (po_schedule_store_confirm (store, NULL, "hoa", NOON_NS, &changed, &error));
  g_assert_error (error, PO_ERROR, PO_ERROR_CONFLICT); // nothing was looked at yet
  g_clear_error (&error);
  offer (store, 6);
  offer (store, 2);
  g_autofree gchar *seen = g_strdup (po_schedule_store_candidate (store));
  offer (store, 1);
  g_assert_false (po_schedule_store_confirm (store, seen, "hoa", NOON_NS, &changed, &error));
  g_assert_error (error, PO_ERROR, PO_ERROR_CONFLICT); // not what she saw
  g_clear_error (&error);
  offer (store, 2);
  g_assert_true (po_schedule_store_confirm (store, seen, "hoa", NOON_NS, &changed, &error));
  g_assert_true (changed);
  g_assert_cmpuint (events_in_force (store), ==, 2);
  g_assert_false (has_finding (store, "calendar-shrunk"));
  g_assert_false (offer (store, 2));
  offer (store, 0);
  g_assert_true (po_schedule_store_confirm (store, NULL, "hoa", NOON_NS, &changed, &error));
  g_assert_cmpuint (events_in_force (store), ==, 0);
  po_schedule_store_free (store);
  store = open_store (fixture->state);
  g_assert_cmpuint (events_in_force (store), ==, 0);
  g_assert_false (offer (store, 0));
  g_autoptr (GPtrArray) list = po_schedule_store_list (store);
  g_assert_cmpuint (list->len, ==, 3); // 6, 2 confirmed, none confirmed
  const PoScheduleRevision *last = list->pdata[2];
  g_assert_cmpstr (last->why, ==, "confirm");
  g_assert_cmpstr (last->who, ==, "hoa");
  g_assert_cmpint (last->time_ns, ==, NOON_NS);
  g_assert_true (last->in_force);
  g_assert_cmpuint (g_strv_length (last->files), ==, 0);
  g_assert_cmpstr (((PoScheduleRevision *)list->pdata[0])->files[0], ==, "season.ics");
  po_schedule_store_free (store);
}

static void test_rollback (Fixture *fixture, gconstpointer data) {
  gboolean changed = FALSE;
  g_autoptr (GError) error = NULL;
  PoScheduleStore *store = open_store (fixture->state);
  g_assert_false (po_schedule_store_rollback (store, NULL, "hoa", NOON_NS, &changed, &error));
  g_assert_error (error, PO_ERROR, PO_ERROR_NOT_FOUND);
  g_clear_error (&error);
  offer (store, 4);
  g_autofree gchar *four = g_strdup (po_schedule_store_revision (store));
  offer (store, 5);
  g_autofree gchar *five = g_strdup (po_schedule_store_revision (store));
  offer (store, 6);
  g_assert_true (po_schedule_store_rollback (store, NULL, "hoa", NOON_NS, &changed, &error));
  g_assert_cmpstr (po_schedule_store_revision (store), ==, five);
  g_assert_true (has_finding (store, "schedule-rolled-back"));
  g_assert_false (offer (store, 6)); // the folder is as it was: the operator's word stands
  po_schedule_store_free (store);
  store = open_store (fixture->state); // a reboot does not undo it
  g_assert_cmpstr (po_schedule_store_revision (store), ==, five);
  g_assert_false (offer (store, 6));
  g_autofree gchar *prefix = g_strndup (four, 12);
  g_assert_true (po_schedule_store_rollback (store, prefix, "hoa", NOON_NS, &changed, &error));
  g_assert_cmpstr (po_schedule_store_revision (store), ==, four);
  g_assert_true (offer (store, 7)); // the folder changed: on it goes
  g_assert_cmpuint (events_in_force (store), ==, 7);
  g_assert_false (has_finding (store, "schedule-rolled-back"));
  g_assert_true (po_schedule_store_rollback (store, four, "hoa", NOON_NS, &changed, &error));
  g_assert_true (po_schedule_store_confirm (store, NULL, "hoa", NOON_NS, &changed, &error)); // so does a confirm
  g_assert_cmpuint (events_in_force (store), ==, 7);
  g_assert_false (po_schedule_store_rollback (store, "beef", "hoa", NOON_NS, &changed, &error));
  g_assert_error (error, PO_ERROR, PO_ERROR_NOT_FOUND);
  po_schedule_store_free (store);
}

static void test_old_revisions (Fixture *fixture, gconstpointer data) {
  g_autoptr (GError) error = NULL;
  PoScheduleStore *store = open_store (fixture->state);
  g_autofree gchar *empty = g_strdup (po_schedule_store_revision (store));
  offer (store, 4);
  g_autofree gchar *four = g_strdup (po_schedule_store_revision (store));
  offer (store, 5);
  po_schedule_store_free (store);
  store = open_store (fixture->state);
  g_autoptr (PoSchedule) old = po_schedule_store_at (store, four, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (po_schedule_revision (old), ==, four);
  g_autoptr (PoSchedule) nothing = po_schedule_store_at (store, empty, &error);
  g_assert_no_error (error);
  g_assert_nonnull (nothing);
  g_assert_null (po_schedule_store_at (store, "0123beef", &error));
  g_assert_error (error, PO_ERROR, PO_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_null (po_schedule_store_at (store, "../../etc/passwd", &error));
  g_assert_error (error, PO_ERROR, PO_ERROR_NOT_FOUND);
  po_schedule_store_free (store);
}

static void test_torn_history (Fixture *fixture, gconstpointer data) {
  g_autofree gchar *path = g_build_filename (fixture->state, "schedules", "history.jsonl", NULL);
  PoScheduleStore *store = open_store (fixture->state);
  offer (store, 4);
  offer (store, 5);
  po_schedule_store_free (store);
  g_autofree gchar *text = NULL;
  gsize length = 0;
  g_assert_true (g_file_get_contents (path, &text, &length, NULL));
  g_assert_true (g_file_set_contents (path, text, (gssize)length - 20, NULL)); // the power went while it was written
  store = open_store (fixture->state);
  g_assert_cmpuint (events_in_force (store), ==, 4);
  g_assert_true (offer (store, 6));
  po_schedule_store_free (store);
  store = open_store (fixture->state);
  g_assert_cmpuint (events_in_force (store), ==, 6);
  po_schedule_store_free (store);
}

static void test_damaged_blob (Fixture *fixture, gconstpointer data) {
  PoScheduleStore *store = open_store (fixture->state);
  offer (store, 4);
  offer (store, 5);
  po_schedule_store_free (store);
  g_autoptr (GPtrArray) five = folder_of (5);
  g_autofree gchar *blob =
      g_build_filename (fixture->state, "schedules", "blobs", ((PoCalendarFile *)five->pdata[0])->sha256, NULL);
  g_assert_true (g_file_set_contents (blob, "rotten", -1, NULL));
  store = open_store (fixture->state);
  g_assert_cmpuint (events_in_force (store), ==, 4); // the one before it
  g_assert_true (has_finding (store, "schedule-store-damaged"));
  g_assert_true (offer (store, 5)); // and it mends itself from the folder
  po_schedule_store_free (store);
  store = open_store (fixture->state);
  g_assert_cmpuint (events_in_force (store), ==, 5);
  po_schedule_store_free (store);
}

static void test_unwritable_state (Fixture *fixture, gconstpointer data) {
  g_autofree gchar *blocked = g_build_filename (fixture->state, "blocked", NULL);
  g_file_set_contents (blocked, "a file where the folder should be", -1, NULL);
  PoScheduleStore *store = open_store (blocked);
  g_assert_true (offer (store, 4));
  g_autofree gchar *four = g_strdup (po_schedule_store_revision (store));
  g_assert_cmpuint (events_in_force (store), ==, 4);
  g_assert_true (has_finding (store, "schedule-store-unwritten"));
  g_assert_true (offer (store, 5));
  g_assert_true (po_schedule_store_rollback (store, four, "hoa", NOON_NS, NULL, NULL)); // works from memory
  g_unlink (blocked);
  offer (store, 6);
  g_assert_false (has_finding (store, "schedule-store-unwritten"));
  po_schedule_store_free (store);
  store = open_store (blocked);
  g_assert_cmpuint (events_in_force (store), ==, 6);
  g_autoptr (GPtrArray) list = po_schedule_store_list (store);
  g_assert_cmpuint (list->len, ==, 4);
  po_schedule_store_free (store);
}

static void test_bad_zone (Fixture *fixture, gconstpointer data) {
  g_autoptr (GError) error = NULL;
  g_assert_null (po_schedule_store_open (fixture->state, "Mars/Olympus", &error));
  g_assert_nonnull (error);
}

// --- the watch ---

typedef struct {
  guint calls;
  gchar *names; // "a.ics b.ics"
  gboolean looked;
} Seen;

static void on_files (GPtrArray *files, gpointer user) {
  Seen *seen = user;
  GString *names = g_string_new (NULL);
  for (guint i = 0; i < files->len; i++)
    g_string_append_printf (names, "%s%s", i > 0 ? " " : "", ((PoCalendarFile *)files->pdata[i])->name);
  g_free (seen->names);
  seen->names = g_string_free (names, FALSE);
  seen->calls++;
}

static gboolean on_wake (gpointer user) {
  return G_SOURCE_CONTINUE;
}

static void wait_names (Seen *seen, const gchar *names) {
  gint64 until_us = g_get_monotonic_time () + 60 * G_USEC_PER_SEC;
  guint wake = g_timeout_add (20, on_wake, NULL);
  while (g_strcmp0 (seen->names, names) != 0 && g_get_monotonic_time () < until_us)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (wake);
  g_assert_cmpstr (seen->names, ==, names);
}

static void put (Fixture *fixture, const gchar *name, guint events) {
  g_autofree gchar *path = g_build_filename (fixture->folder, name, NULL);
  g_autofree gchar *text = calendar_text (events);
  g_assert_true (g_file_set_contents (path, text, -1, NULL));
}

static void test_watch (Fixture *fixture, gconstpointer data) {
  Seen seen = {0};
  g_autofree gchar *a = g_build_filename (fixture->folder, "a.ics", NULL);
  g_autofree gchar *b = g_build_filename (fixture->folder, "b.ics", NULL);
  g_autofree gchar *link = g_build_filename (fixture->folder, "passwd.ics", NULL);
  g_assert_cmpint (symlink ("/etc/passwd", link), ==, 0);
  put (fixture, "notes.txt", 1);
  put (fixture, "x.ics.part", 1);
  g_autoptr (PoScheduleWatch) watch = po_schedule_watch_new (fixture->folder, on_files, &seen);
  po_schedule_watch_set_settle_ms (watch, 100);
  po_schedule_watch_scan_now (watch);
  wait_names (&seen, "");
  g_autoptr (GPtrArray) findings = po_schedule_watch_findings (watch);
  g_assert_cmpuint (findings->len, ==, 1);
  g_assert_cmpstr (((PoFinding *)findings->pdata[0])->code, ==, "calendar-odd");
  put (fixture, "a.ics", 1); // seen by itself
  wait_names (&seen, "a.ics");
  g_assert_cmpint (g_rename (a, b), ==, 0);
  wait_names (&seen, "b.ics");
  guint calls = seen.calls;
  po_schedule_watch_scan_now (watch); // nothing new: nothing said
  g_assert_cmpint (g_unlink (b), ==, 0);
  wait_names (&seen, "");
  g_assert_cmpuint (seen.calls, ==, calls + 1);
  g_free (seen.names);
}

// A start that finds a file half-written does not first say that there is none.
static void test_watch_waits_at_first (Fixture *fixture, gconstpointer data) {
  Seen seen = {0};
  g_autofree gchar *half = g_build_filename (fixture->folder, "b.ics", NULL);
  put (fixture, "a.ics", 1);
  g_assert_true (g_file_set_contents (half, "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n", -1, NULL));
  g_autoptr (PoScheduleWatch) watch = po_schedule_watch_new (fixture->folder, on_files, &seen);
  po_schedule_watch_set_settle_ms (watch, 300);
  po_schedule_watch_scan_now (watch);
  wait_names (&seen, "a.ics b.ics");
  g_assert_cmpuint (seen.calls, ==, 1);
  g_free (seen.names);
}

// One that is whole is on air from the start, however new it is; later ones must settle.
static void test_watch_takes_whole_ones_at_first (Fixture *fixture, gconstpointer data) {
  Seen seen = {0};
  put (fixture, "a.ics", 1);
  g_autoptr (PoScheduleWatch) watch = po_schedule_watch_new (fixture->folder, on_files, &seen);
  po_schedule_watch_set_settle_ms (watch, 3600 * 1000);
  po_schedule_watch_scan_now (watch);
  wait_names (&seen, "a.ics");
  g_free (seen.names);
}

static void on_looked (gboolean is_last, gboolean is_read, gpointer user) {
  ((Seen *)user)->looked = TRUE;
}

// Later too: as soon as who writes it has closed it.
static void test_watch_takes_what_was_put_in_place (Fixture *fixture, gconstpointer data) {
  Seen seen = {0};
  g_autofree gchar *text = calendar_text (1);
  g_autofree gchar *b = g_build_filename (fixture->folder, "b.ics", NULL);
  g_autoptr (PoScheduleWatch) watch = po_schedule_watch_new (fixture->folder, on_files, &seen);
  po_schedule_watch_set_settle_ms (watch, 3600 * 1000);
  po_schedule_watch_scan_now (watch);
  wait_names (&seen, "");
  put (fixture, "a.ics", 1); // by a rename
  wait_names (&seen, "a.ics");
  FILE *stream = fopen (b, "w");
  g_assert_nonnull (stream);
  g_assert_cmpint (fputs (text, stream), >=, 0);
  g_assert_cmpint (fflush (stream), ==, 0);
  g_autoptr (PoBeneath) beneath = po_beneath_open (fixture->folder, NULL);
  const gboolean can_tell = po_beneath_is_being_written (beneath, "b.ics"); // not every file system does
  po_schedule_watch_set_looked (watch, on_looked);
  po_schedule_watch_scan_now (watch);
  while (!seen.looked)
    g_main_context_iteration (NULL, TRUE);
  g_assert_true (!can_tell || g_str_equal (seen.names, "a.ics")); // more may follow
  fclose (stream);
  po_schedule_watch_scan_now (watch);
  wait_names (&seen, "a.ics b.ics");
  g_free (seen.names);
}

static void test_watch_without_folder (Fixture *fixture, gconstpointer data) {
  Seen seen = {0};
  g_autofree gchar *gone = g_build_filename (fixture->folder, "gone", NULL);
  g_autoptr (PoScheduleWatch) watch = po_schedule_watch_new (gone, on_files, &seen);
  po_schedule_watch_scan_now (watch);
  wait_names (&seen, ""); // it says that it has looked
  g_autoptr (GPtrArray) findings = po_schedule_watch_findings (watch);
  g_assert_cmpuint (findings->len, ==, 1);
  g_assert_cmpstr (((PoFinding *)findings->pdata[0])->code, ==, "schedule-folder");
  g_free (seen.names);
}

static void test_read_folder (Fixture *fixture, gconstpointer data) {
  g_autoptr (GError) error = NULL;
  put (fixture, "b.ics", 1);
  put (fixture, "A.ICS", 1);
  g_autoptr (GPtrArray) files = po_schedule_watch_read (fixture->folder, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (files->len, ==, 2);
  g_assert_cmpstr (((PoCalendarFile *)files->pdata[0])->name, ==, "A.ICS");
  g_assert_null (po_schedule_watch_read ("/nowhere", NULL, &error));
  g_assert_error (error, PO_ERROR, PO_ERROR_SYSTEM);
}

int main (int argc, char **argv) {
  g_test_init (&argc, &argv, NULL);
#define ADD(name, func) g_test_add (name, Fixture, NULL, set_up, func, tear_down)
  ADD ("/schedule/store/offer", test_offer);
  ADD ("/schedule/store/bad-versions-are-held-back", test_bad_versions_are_held_back);
  ADD ("/schedule/store/confirm", test_confirm);
  ADD ("/schedule/store/rollback", test_rollback);
  ADD ("/schedule/store/old-revisions", test_old_revisions);
  ADD ("/schedule/store/torn-history", test_torn_history);
  ADD ("/schedule/store/damaged-blob", test_damaged_blob);
  ADD ("/schedule/store/unwritable-state", test_unwritable_state);
  ADD ("/schedule/store/bad-zone", test_bad_zone);
  ADD ("/schedule/watch/files", test_watch);
  ADD ("/schedule/watch/waits-at-first", test_watch_waits_at_first);
  ADD ("/schedule/watch/takes-whole-ones-at-first", test_watch_takes_whole_ones_at_first);
  ADD ("/schedule/watch/takes-what-was-put-in-place", test_watch_takes_what_was_put_in_place);
  ADD ("/schedule/watch/without-folder", test_watch_without_folder);
  ADD ("/schedule/watch/read", test_read_folder);
  return g_test_run ();
}
