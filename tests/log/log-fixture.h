// SPDX-License-Identifier: GPL-3.0-or-later
// What the log's tests share: a state folder of their own, sample airings, and looking into the database.
#pragma once

#include "log/log.h"
#include "store/sql.h"

#define TEST_WAIT_MS 60000 // fails only on a hang

typedef struct {
  gchar *dir; // the state folder
} LogFixture;

void log_fixture_set_up (LogFixture *fixture, gconstpointer data);
void log_fixture_tear_down (LogFixture *fixture, gconstpointer data);

extern const PoRate test_rate;         // 25 fps
PoFrame test_frame (const gchar *utc); // "2027-01-06T12:45:00Z"

/** An airing of @title at frame @frame, output frame @k, planned to last @planned frames. */
PoAiringStart test_start (const gchar *title, PoFrame frame, gint64 k, gint64 planned);
PoAiringMark test_mark (PoFrame frame, gint64 k, gint64 shown);

/** The single number that @sql gives in the log of the fixture. */
gint64 test_query (LogFixture *fixture, const gchar *sql);

/** Whether the findings of @log include @code. */
gboolean test_has_finding (PoLog *log, const gchar *code);

/** Runs the default context until the findings of @log include @code, or no longer do. */
void test_wait_finding (PoLog *log, const gchar *code, gboolean present);

/** Another life, in which airings 1, 3, 5, 7 (or the next such numbers) began and ended, with a journal entry before.
 */
void test_write_four (LogFixture *fixture);

PoSql *test_open_file (LogFixture *fixture); // for writing; (transfer full)
void test_run_sql (LogFixture *fixture, const gchar *statements);
/** The same past the triggers, which are made anew afterwards: who has the file can do so. */
void test_tamper (LogFixture *fixture, const gchar *statements);

/** "row-missing event 4 (3); …": what verify finds, in order. (transfer full) */
gchar *test_verdict_of (LogFixture *fixture);
void test_assert_verdict (LogFixture *fixture, const gchar *expected);
