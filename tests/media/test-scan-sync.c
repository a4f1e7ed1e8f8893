// SPDX-License-Identifier: GPL-3.0-or-later
// The library in one call, as the command line asks for it: what is known is not sought again, what is being written is
// told to be.
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "media-fixture.h"
#include "media/marks.h"
#include "model/error.h"
#include "model/finding.h"
#include "store/sql.h"

static void on_progress (guint done, guint total, const gchar *path, gpointer user) {
  g_assert_cmpuint (done, <=, total);
  (*(guint *)user)++;
}

// Who looks only once is told of a copy that is under way, whatever can be made of its first half.
static void test_scan_sync_growing (MediaFixture *fixture, gconstpointer data) {
  g_autoptr (GError) error = NULL;
  g_autoptr (PoProber) prober = test_prober_new ();
  g_autofree gchar *path = test_path (fixture, "held.mp4");
  test_put (fixture, "held.mp4", "video 5");
  test_put (fixture, "whole.mp4", "video 6");
  const gint fd = open (path, O_WRONLY | O_APPEND | O_CLOEXEC);
  for (guint pass = 0; pass < 2; pass++) {
    g_autoptr (PoMediaTable) table =
        po_media_scan_sync (fixture->media, fixture->state, prober, NULL, NULL, NULL, &error);
    g_assert_no_error (error);
    g_autofree gchar *described = test_describe (table);
    g_assert_cmpstr (described, ==,
                     pass == 0 ? "held.mp4:problem whole.mp4:video:6" : "held.mp4:video:5 whole.mp4:video:6");
    if (pass == 0)
      close (fd);
  }
}

static void grow (guint done, guint total, const gchar *path, gpointer user) {
  g_autoptr (GError) error = NULL;
  if (done == total - 1)
    g_file_set_contents (user, "video 77", -1, &error);
  g_assert_no_error (error);
}

static void test_scan_sync_grown (MediaFixture *fixture, gconstpointer data) {
  g_autoptr (GError) error = NULL;
  g_autoptr (PoProber) prober = test_prober_new ();
  g_autofree gchar *path = test_path (fixture, "a.mp4");
  for (guint i = 0; i < 20; i++) {
    g_autofree gchar *name = g_strdup_printf ("%c.mp4", 'a' + i);
    test_put (fixture, name, "video 6");
  }
  g_autoptr (PoMediaTable) table = po_media_scan_sync (fixture->media, NULL, prober, grow, path, NULL, &error);
  g_assert_no_error (error);
  g_assert_nonnull (po_media_table_lookup (table, "a.mp4")->problem);
  g_assert_null (po_media_table_lookup (table, "b.mp4")->problem);
}

static void test_scan_sync (MediaFixture *fixture, gconstpointer data) {
  guint calls = 0;
  g_autoptr (GError) error = NULL;
  g_autoptr (PoProber) prober = test_prober_new ();
  g_autoptr (GPtrArray) findings = g_ptr_array_new_with_free_func ((GDestroyNotify)po_finding_free);
  g_autofree gchar *fifo = test_path (fixture, "fifo.mp4");
  g_autofree gchar *fresh = test_path (fixture, "now.mp4");
  test_put (fixture, "a.mp4", "video 5");
  g_file_set_contents (fresh, "video 6", -1, NULL); // nobody waits for it to settle
  g_assert_cmpint (mkfifo (fifo, 0644), ==, 0);
  for (guint pass = 0; pass < 2; pass++) {
    g_autoptr (PoMediaTable) table =
        po_media_scan_sync (fixture->media, fixture->state, prober, on_progress, &calls, findings, &error);
    g_assert_no_error (error);
    g_autofree gchar *described = test_describe (table);
    g_assert_cmpstr (described, ==, "a.mp4:video:5 fifo.mp4:problem now.mp4:video:6");
  }
  g_assert_cmpint (g_atomic_int_get (&test_probes), ==, 2);
  g_assert_cmpuint (calls, ==, 8);
  g_assert_cmpuint (findings->len, ==, 2);
  g_autoptr (PoMediaTable) none = po_media_scan_sync (fresh, NULL, prober, NULL, NULL, NULL, &error);
  g_assert_error (error, PO_ERROR, PO_ERROR_INPUT);
  g_assert_null (none);
}

// What is too far down is not left out in silence.
static void test_scan_sync_deep (MediaFixture *fixture, gconstpointer data) {
  static const gchar deepest[] = "1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16/a.mp4", *const names[] = {"17", "17/b.mp4"};
  g_autofree gchar *last = g_path_get_dirname (deepest), *folder = g_build_filename (last, names[0], NULL),
                   *too_deep = g_build_filename (last, names[1], NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (PoProber) prober = test_prober_new ();
  g_autoptr (GPtrArray) findings = g_ptr_array_new_with_free_func ((GDestroyNotify)po_finding_free);
  test_put (fixture, deepest, "video 5");
  test_put (fixture, too_deep, "video 6");
  g_autoptr (PoMediaTable) table = po_media_scan_sync (fixture->media, NULL, prober, NULL, NULL, findings, &error);
  g_assert_no_error (error);
  g_assert_null (po_media_table_lookup (table, deepest)->problem);
  g_assert_nonnull (po_media_table_lookup (table, folder)->problem);
  g_assert_null (po_media_table_lookup (table, too_deep));
  g_assert_cmpuint (findings->len, ==, 1);
  g_assert_cmpstr (((PoFinding *)findings->pdata[0])->code, ==, "media-deep");
}

// What could not be finished costs a minute each time: it is not tried again the same day, unless it has changed.
static void test_scan_sync_given_up (MediaFixture *fixture, gconstpointer data) {
  static const gint probes[] = {1, 1, 2, 3};
  g_autoptr (GError) error = NULL;
  g_autoptr (PoProber) prober = test_prober_new ();
  g_autofree gchar *index = g_build_filename (fixture->state, "media.sqlite", NULL);
  for (guint pass = 0; pass < G_N_ELEMENTS (probes); pass++) {
    if (pass != 1 && pass != 3)
      test_put (fixture, "a.mp4", "given-up");
    if (pass == 3) { // it was yesterday
      g_autoptr (PoSql) db = po_sql_open (index, PO_SQL_WRITE, &error);
      g_assert_no_error (error);
      g_assert_true (po_sql_run (db, "UPDATE given_up SET at_ns = at_ns - 86400 * 1000000000", &error));
    }
    g_autoptr (PoMediaTable) table =
        po_media_scan_sync (fixture->media, fixture->state, prober, NULL, NULL, NULL, &error);
    g_assert_no_error (error);
    const PoMediaFacts *facts = po_media_table_lookup (table, "a.mp4");
    g_assert_cmpstr (facts->problem, ==, "given up");
    g_assert_cmpuint (strlen (facts->sha256), ==, 64);
    g_assert_cmpint (g_atomic_int_get (&test_probes), ==, probes[pass]);
  }
}

// One clip alone, whose marks are judged by its length.
static void test_scan_one (MediaFixture *fixture, gconstpointer data) {
  g_autoptr (GError) error = NULL;
  g_autoptr (PoProber) prober = test_prober_new ();
  PoMediaMarks marks = {0};
  test_put (fixture, "a.mp4", "video 50");
  test_put (fixture, "b.mp4", "video 60");
  for (guint pass = 0; pass < 2; pass++) {
    g_autoptr (PoMediaFacts) facts = po_media_scan_one (fixture->media, fixture->state, prober, "a.mp4", &error);
    g_assert_no_error (error);
    g_assert_cmpint (facts->frames, ==, 50);
    g_assert_true (po_mark_parse ("00:00:01:24", &marks.som) && po_mark_parse ("PT2S", &marks.eom));
    g_assert_true (po_media_marks_check (&marks, facts, (PoRate){25, 1}, &error));
    g_assert_true (po_mark_parse ("PT2.04S", &marks.eom));
    g_assert_false (po_media_marks_check (&marks, facts, (PoRate){25, 1}, &error));
    g_assert_error (error, PO_ERROR, PO_ERROR_INPUT);
    g_clear_error (&error);
  }
  g_assert_cmpint (g_atomic_int_get (&test_probes), ==, 1);
  g_assert_null (po_media_scan_one (fixture->media, fixture->state, prober, "none.mp4", &error));
  g_assert_error (error, PO_ERROR, PO_ERROR_NOT_FOUND);
}

int main (int argc, char **argv) {
  g_test_init (&argc, &argv, NULL);
#define ADD(name, func) g_test_add (name, MediaFixture, NULL, media_fixture_set_up, func, media_fixture_tear_down)
  ADD ("/media/scan-sync", test_scan_sync);
  ADD ("/media/scan-sync-growing", test_scan_sync_growing);
  ADD ("/media/scan-sync-grown", test_scan_sync_grown);
  ADD ("/media/scan-sync-deep", test_scan_sync_deep);
  ADD ("/media/scan-sync-given-up", test_scan_sync_given_up);
  ADD ("/media/scan-one", test_scan_one);
  return g_test_run ();
}
