// SPDX-License-Identifier: GPL-3.0-or-later
// Every kind of tampering with the log and of damage to it is found and named.
#include <glib/gstdio.h>
#include <string.h>

#include "log-fixture.h"
#include "log/chain.h"
#include "log/forget.h"
#include "log/schema.h"
#include "log/verify.h"

static const struct {
  const gchar *name, *statements, *found;
} attacks[] = {
    {"end-taken-out", "DELETE FROM airing_event WHERE id = 4", "row-missing event 4 (3)"},
    {"airing-taken-out", "DELETE FROM airing_event WHERE airing = 3",
     "row-missing event 3 (3); row-missing event 4 (3)"},
    {"last-taken-out", "DELETE FROM airing_event WHERE id = 8", "row-missing event 8 (7)"},
    {"last-and-its-link",
     "DELETE FROM airing_event WHERE id = 8; DELETE FROM chain WHERE pos = (SELECT max (pos) FROM chain)",
     "end-missing; mark-changed"},
    {"changed", "UPDATE airing_event SET status = 'aired', shown = 7 WHERE id = 6", "row-changed event 6 (5)"},
    {"changed-title", "UPDATE airing_event SET title = 'Khác' WHERE id = 5", "row-changed event 5 (5)"},
    {"journal-taken-out", "DELETE FROM journal WHERE seq = 1", "row-missing journal 1 (0)"},
    {"middle-and-its-link",
     "DELETE FROM airing_event WHERE id = 4; DELETE FROM chain WHERE source = 'event' AND row = 4",
     "link-missing; mark-changed"},
    {"added",
     "INSERT INTO airing_event (id, airing, event, frame, k, utc_ns, rate_n, rate_d, node, epoch)"
     " VALUES (99, 99, 'start', 0, 0, 0, 25, 1, 'x', 1)",
     "row-added event 99 (99)"},
    {"link-of-another-airing", "UPDATE chain SET airing = 1 WHERE source = 'event' AND row = 4", "link-changed"},
    {"last-link-made-anew",
     "UPDATE airing_event SET shown = 7 WHERE id = 8; UPDATE chain SET hash = zeroblob (32) WHERE pos = 9",
     "row-changed event 8 (7); link-changed"},
};

static void test_attack (LogFixture *fixture, gconstpointer data) {
  guint index = GPOINTER_TO_UINT (data);
  test_write_four (fixture);
  test_tamper (fixture, attacks[index].statements);
  test_assert_verdict (fixture, attacks[index].found);
}

static void test_head_goes_on_only_over_what_holds (LogFixture *fixture, gconstpointer data) {
  g_autoptr (GError) error = NULL;
  test_write_four (fixture);
  test_tamper (fixture, attacks[3].statements);
  PoLog *log = po_log_open (fixture->dir, "node-a", &error);
  test_wait_finding (log, "log-broken", TRUE);
  g_assert_true (po_log_close (log, TEST_WAIT_MS));
  test_write_four (fixture); // later rows must not hide it
  test_assert_verdict (fixture, "link-changed; mark-changed");
}

static void test_head_missing (LogFixture *fixture, gconstpointer data) {
  test_write_four (fixture);
  g_autofree gchar *head = g_build_filename (fixture->dir, "log.head", NULL);
  g_assert_cmpint (g_unlink (head), ==, 0);
  test_assert_verdict (fixture, "head-missing");
}

// What other programs are shown, and what would rewrite rows as they are written, is found; the next to write puts it
// right, and says so.
static void test_rules_changed (LogFixture *fixture, gconstpointer data) {
  static const gchar *const attacks_on_rules[] = {
      "DROP VIEW asrun; CREATE VIEW asrun AS SELECT * FROM airing_event WHERE 0",
      "DROP TRIGGER journal_no_update",
      "CREATE TRIGGER \"a \"\"b\" AFTER INSERT ON airing_event BEGIN DELETE FROM alarm_event; END",
      "DROP TRIGGER chain_no_delete; CREATE TRIGGER chain_no_delete BEFORE DELETE ON chain BEGIN SELECT 1; END",
  };
  test_write_four (fixture);
  for (guint i = 0; i < G_N_ELEMENTS (attacks_on_rules); i++) {
    test_run_sql (fixture, attacks_on_rules[i]);
    test_assert_verdict (fixture, "schema-changed");
    g_autoptr (GError) error = NULL;
    PoLog *log = po_log_open (fixture->dir, "node-a", &error);
    test_wait_finding (log, "log-rules", TRUE);
    g_assert_true (po_log_close (log, TEST_WAIT_MS));
    test_assert_verdict (fixture, "");
  }
}

// Rows as they were written, in tables, under indexes and with marks that are not.
static void test_not_as_made (LogFixture *fixture, gconstpointer data) {
  static const struct {
    const gchar *statements, *found;
  } made[] = {
      {"ALTER TABLE correction ADD COLUMN other TEXT", "schema-changed"},
      {"ALTER TABLE airing_event ADD COLUMN aired TEXT AS (CASE part WHEN 99 THEN 'yes' END)", "schema-changed"},
      {"DROP INDEX airing_event_time", "schema-changed"},
      {"CREATE UNIQUE INDEX one ON airing_event (title, epoch, utc_ns)", "schema-changed"},
      {"INSERT INTO checkpoint VALUES (98, 5000, 5000, 0, 0, 0, 0, 0)", "mark-changed"},
      {"PRAGMA writable_schema = ON; UPDATE sqlite_master SET sql = replace (sql, 'airing INTEGER NOT NULL UNIQUE',"
       " 'airing TEXT NOT NULL UNIQUE') WHERE name = 'measure'",
       "schema-changed"},
      {"PRAGMA writable_schema = ON; CREATE TEMP TABLE kept AS SELECT sql FROM main.sqlite_master"
       " WHERE name = 'airing_event_time';"
       "DROP INDEX airing_event_time; CREATE INDEX airing_event_time ON airing_event (utc_ns) WHERE event = 'start'"
       " AND id <> 3; UPDATE sqlite_master SET sql = (SELECT sql FROM kept) WHERE name = 'airing_event_time'",
       "damaged"},
  };
  for (guint i = 0; i < G_N_ELEMENTS (made); i++) {
    test_write_four (fixture);
    test_run_sql (fixture, made[i].statements);
    test_assert_verdict (fixture, made[i].found);
    log_fixture_tear_down (fixture, NULL);
    log_fixture_set_up (fixture, NULL);
  }
}

// An airing that a kill left open is closed by its mark: that is looked at too.
static void test_marks (LogFixture *fixture, gconstpointer data) {
  static const gchar *const changed[] = {"UPDATE checkpoint SET shown = 51 WHERE airing = 9",
                                         "UPDATE checkpoint SET frame = 1390 WHERE airing = 9",
                                         "UPDATE checkpoint SET open = 0 WHERE airing = 9",
                                         "DROP TRIGGER checkpoint_no_delete; DELETE FROM checkpoint WHERE airing = 9"};
  static const gchar opened[] =
      "INSERT INTO airing_event (id, airing, event, frame, k, utc_ns, rate_n, rate_d, node, epoch)"
      " VALUES (9, 9, 'start', 1400, 400, 56000000000, 25, 1, 'x', 1);"
      "INSERT INTO checkpoint VALUES (9, 1448, 448, 57920000000, 48, 0, 0, 1)";
  for (guint i = 0; i < G_N_ELEMENTS (changed); i++) {
    g_autoptr (GError) error = NULL;
    PoLogCursor cursor;
    test_write_four (fixture);
    g_autoptr (PoSql) db = test_open_file (fixture);
    g_assert_true (po_log_cursor_read (db, &cursor, NULL) && po_sql_run (db, opened, NULL) &&
                   po_log_chain_extend (db, &cursor, NULL));
    test_assert_verdict (fixture, "");
    g_assert_true (po_sql_run (db, changed[i], &error));
    g_assert_true (po_log_schema_restore (db, NULL, NULL));
    test_assert_verdict (fixture, "mark-changed");
    g_clear_pointer (&db, po_sql_close);
    log_fixture_tear_down (fixture, NULL);
    log_fixture_set_up (fixture, NULL);
  }
}

// What cannot be read is not as it was written, whatever is in its place.
static void test_damaged (LogFixture *fixture, gconstpointer data) {
  g_autofree gchar *head = g_build_filename (fixture->dir, "log.head", NULL);
  g_autofree gchar *log = g_build_filename (fixture->dir, "log.sqlite", NULL), *bytes = NULL;
  gsize size = 0;
  test_write_four (fixture);
  const gsize half =
      (gsize)test_query (fixture, "SELECT page_count / 2 * page_size FROM pragma_page_count, pragma_page_size");
  g_assert_true (g_file_get_contents (log, &bytes, &size, NULL));
  test_run_sql (fixture, "ALTER TABLE chain RENAME TO elsewhere");
  test_assert_verdict (fixture, "damaged");
  const struct {
    const gchar *bytes;
    gsize size;
  } in_place[] = {{"", 0}, {"no database at all, but some text", 33}, {bytes, half}, {bytes, 4096}};
  for (guint i = 0; i < G_N_ELEMENTS (in_place); i++) {
    g_assert_true (g_file_set_contents (log, in_place[i].bytes, (gssize)in_place[i].size, NULL));
    g_autofree gchar *found = test_verdict_of (fixture);
    g_assert_nonnull (strstr (found, "damaged"));
  }
  g_assert_true (g_file_set_contents (log, bytes, (gssize)size, NULL));
  g_assert_true (g_file_set_contents (head, "what?", -1, NULL));
  test_assert_verdict (fixture, "head-changed");
}

static void test_log_gone (LogFixture *fixture, gconstpointer data) {
  test_write_four (fixture);
  g_autofree gchar *log = g_build_filename (fixture->dir, "log.sqlite", NULL);
  g_assert_cmpint (g_unlink (log), ==, 0);
  test_assert_verdict (fixture, "end-missing");
}

// A row that is taken out cannot hide among those that were given up, by its link's word alone.
static void test_forget_feigned (LogFixture *fixture, gconstpointer data) {
  gint64 airings = 0;
  g_autoptr (GError) error = NULL;
  test_write_four (fixture); // from 40 s on, 4 s each
  g_assert_true (
      po_log_forget (fixture->dir, "n", "playoutd", "12 months", 48 * PO_NS_PER_SECOND, 99, &airings, &error));
  g_assert_cmpint (airings, ==, 1);
  test_tamper (fixture, "DELETE FROM airing_event WHERE airing = 5; UPDATE chain SET airing = 1 WHERE airing = 5");
  test_assert_verdict (fixture, "link-changed");
}

int main (int argc, char **argv) {
  g_test_init (&argc, &argv, NULL);
#define ADD(name, func, data) g_test_add (name, LogFixture, data, log_fixture_set_up, func, log_fixture_tear_down)
  for (guint i = 0; i < G_N_ELEMENTS (attacks); i++) {
    g_autofree gchar *name = g_strconcat ("/log/verify/attack/", attacks[i].name, NULL);
    ADD (name, test_attack, GUINT_TO_POINTER (i));
  }
  ADD ("/log/verify/head-goes-on-only-over-what-holds", test_head_goes_on_only_over_what_holds, NULL);
  ADD ("/log/verify/head-missing", test_head_missing, NULL);
  ADD ("/log/verify/rules-changed", test_rules_changed, NULL);
  ADD ("/log/verify/not-as-made", test_not_as_made, NULL);
  ADD ("/log/verify/marks", test_marks, NULL);
  ADD ("/log/verify/damaged", test_damaged, NULL);
  ADD ("/log/verify/log-gone", test_log_gone, NULL);
  ADD ("/log/verify/forget-feigned", test_forget_feigned, NULL);
  return g_test_run ();
}
