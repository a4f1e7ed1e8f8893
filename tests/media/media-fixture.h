// SPDX-License-Identifier: GPL-3.0-or-later
// What the media tests share: a media folder and a state folder of their own, and a prober that believes what stands in
// the file: "video 250" (frames at 25 fps), "still", "audio 3", "bad REASON", "foreign", "hang", "system"
// (cannot probe now).
#pragma once

#include "media/library.h"

typedef struct {
  gchar *media;
  gchar *state;
} MediaFixture;

void media_fixture_set_up (MediaFixture *fixture, gconstpointer data);
void media_fixture_tear_down (MediaFixture *fixture, gconstpointer data);

/** Writes @path below the media folder, last modified an hour ago: it is settled at once. */
void test_put (MediaFixture *fixture, const gchar *path, const gchar *contents);
gchar *test_path (MediaFixture *fixture, const gchar *path); // (transfer full) absolute
gboolean test_is_there (MediaFixture *fixture, const gchar *path);

extern gint test_probes;   // atomic: how many files a fake prober has looked into
gchar *test_probed (void); // (transfer full) base names in the order of asking, each followed by a blank
PoProber *test_prober_new (void);
/** One that can glance too, and sees 100 frames in whatever it glances at. */
PoProber *test_glancing_prober_new (void);

/** A library of the fixture with a short settle time, and one that has seen everything. */
PoMediaLibrary *test_library (MediaFixture *fixture);
PoMediaLibrary *test_library_scanned (MediaFixture *fixture);
void test_wait_idle (PoMediaLibrary *library);

/** From now on what this process mounts is its own, and goes with it, however it ends. Before the first thread. */
void test_keep_mounts_to_ourselves (void);
/** A file system in memory at @dir; FALSE where that is not allowed: the test is skipped. */
gboolean test_mount (const gchar *dir, const gchar *options);

/** "a.mp4:video:250 b.mp4:problem" in natural order. (transfer full) */
gchar *test_describe (PoMediaTable *table);
/** That @library has just this. */
void test_expect (PoMediaLibrary *library, const gchar *expected);
guint test_count_findings (PoMediaLibrary *library, const gchar *code);
