// SPDX-License-Identifier: GPL-3.0-or-later
// What of a recording goes, by age and for room, and what never does.
#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "feeding.h"
#include "output/segment.h"
#include "reading.h"

#define HOUR_NS (3600 * PO_NS_PER_SECOND)
#define NOW_NS  (G_GINT64_CONSTANT (1830297600) * PO_NS_PER_SECOND) // 2028-01-01T00:00:00Z
#define NEVER   (G_MAXINT64 / 4)                                    // no disk has so much room
#define NOBODY  65534

static const PoFormat format = {192, 108, {25, 1}};

static void kept_file_free (gpointer data) {
  g_free (((PoKeptFile *)data)->path);
  g_free (data);
}

// Five hours, a file of 100 bytes each, the last of which has just ended.
static void test_decide (void) {
  static const struct {
    gint64 keep_h;
    PoTimeNs now_ns;
    gint64 missing;
    guint gone;
  } rows[] = {
      {0, NOW_NS, 0, 0},                // for ever
      {5, NOW_NS, 0, 0},                // the oldest ended four hours ago
      {4, NOW_NS, 0, 0},                // at the very edge it stays
      {3, NOW_NS, 0, 1},                //
      {1, NOW_NS, 0, 3},                //
      {1, PO_TIME_NONE, 0, 0},          // nobody knows how old they are
      {1, NOW_NS - 10 * HOUR_NS, 0, 0}, // a clock that went back
      {0, NOW_NS, 1, 1},                // room wins
      {0, NOW_NS, 100, 1},              //
      {0, NOW_NS, 101, 2},              //
      {3, NOW_NS, 150, 2},              // what went for its age makes room as well
      {0, PO_TIME_NONE, 10000, 5},      // room wins over everything
  };
  g_autoptr (GPtrArray) files = g_ptr_array_new_with_free_func (kept_file_free);
  for (gint i = 5; i > 0; i--) {
    PoKeptFile *file = g_new0 (PoKeptFile, 1);
    file->utc_ns = NOW_NS - i * HOUR_NS;
    file->bytes = 100;
    g_ptr_array_add (files, file);
  }
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    g_assert_cmpuint (po_retention_decide (files, HOUR_NS, rows[i].keep_h * HOUR_NS, rows[i].now_ns, rows[i].missing),
                      ==, rows[i].gone);
}

static void test_names (void) {
  static const struct {
    const gchar *name;
    gint64 utc_s; // 0 = no segment
  } rows[] = {
      {"20280101T070000+0700.ts", 1830297600},
      {"20280101T070000+0700-2.mkv", 1830297600},
      {"20271231T183000-0530.ts", 1830297600},
      {"20280101T070000+0700.ts.part", 0},
      {"20281301T070000+0700.ts", 0},
      {"phim.ts", 0},
      {"a20280101T070000+0700.ts", 0},
      {"20280101T070000+0700.mp4", 0},
      {"20280101T070000+0700-.ts", 0},
      {"live.m3u8", 0},
      {"20280101T070000+0700_2.mkv", 1830297600},
  };
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    PoTimeNs utc_ns = 0;
    g_assert_cmpint (po_segment_parse_name (rows[i].name, &utc_ns), ==, rows[i].utc_s != 0);
    g_assert_cmpint (utc_ns, ==, rows[i].utc_s * PO_NS_PER_SECOND);
  }
}

static void put (const gchar *folder, const gchar *name) {
  g_autofree gchar *path = g_build_filename (folder, name, NULL);
  g_assert_true (g_file_set_contents (path, "recorded", -1, NULL));
}

static gboolean is_there (const gchar *folder, const gchar *name) {
  g_autofree gchar *path = g_build_filename (folder, name, NULL);
  return g_file_test (path, G_FILE_TEST_EXISTS);
}

static PoOutputSettings *recorder (const gchar *folder) {
  PoOutputSettings *settings = po_output_settings_new ("rec", "file");
  settings->path = g_strdup (folder);
  settings->keep_free_bytes = 0;
  return settings;
}

static void test_keeper (void) {
  g_autoptr (GError) error = NULL;
  g_autofree gchar *folder = g_dir_make_tmp ("po-retention-XXXXXX", NULL);
  g_autofree gchar *writing = g_build_filename (folder, "20271231T230000+0000.ts", NULL);
  static const gchar *const names[] = {"20271201T000000+0000.ts", "20271231T200000+0000.ts", "20271231T230000+0000.ts",
                                       "20271201T000000+0000.mp4", "holiday.ts"};
  PoKeeping keeping;
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    put (folder, names[i]);
  g_autoptr (PoOutputSettings) settings = recorder (folder);
  settings->keep_ns = 24 * HOUR_NS;
  g_autoptr (PoKeeper) by_age = po_keeper_new (settings, HOUR_NS);
  g_assert_true (po_keeper_make_room (by_age, writing, PO_TIME_NONE, &error));
  g_assert_true (is_there (folder, names[0]));
  g_assert_true (po_keeper_make_room (by_age, writing, NOW_NS, &error));
  po_keeper_read (by_age, &keeping);
  g_assert_cmpuint (keeping.removed_old, ==, 1);
  g_assert_cmpuint (keeping.removed_for_room, ==, 0);
  g_assert_cmpint (keeping.oldest_ns, ==, NOW_NS - 4 * HOUR_NS);
  g_assert_false (is_there (folder, names[0]));
  for (guint i = 1; i < G_N_ELEMENTS (names); i++)
    g_assert_true (is_there (folder, names[i]));
  g_autofree gchar *gone = g_build_filename (folder, "20270106T194500+0700.ts", NULL);
  g_assert_true (po_keeper_check (by_age, writing, NOW_NS, 60 * PO_NS_PER_SECOND, &error));
  g_assert_false (po_keeper_check (by_age, gone, NOW_NS, 120 * PO_NS_PER_SECOND, &error));
  g_assert_nonnull (strstr (error->message, gone));
  g_clear_error (&error);
  settings->keep_free_bytes = NEVER;
  g_autoptr (PoKeeper) for_room = po_keeper_new (settings, HOUR_NS);
  g_assert_false (po_keeper_check (for_room, writing, NOW_NS, 60 * PO_NS_PER_SECOND, &error));
  g_assert_nonnull (strstr (error->message, folder));
  po_keeper_read (for_room, &keeping);
  g_assert_cmpuint (keeping.removed_for_room, ==, 1);
  g_assert_false (is_there (folder, names[1]));
  for (guint i = 2; i < G_N_ELEMENTS (names); i++) // the one being written, and what is not ours
    g_assert_true (is_there (folder, names[i]));
  // The state folder shares the disk: what is its own stays free too.
  settings->keep_free_bytes = 0;
  settings->state_path = g_strdup (folder);
  settings->state_free_bytes = NEVER; // (at most a fiftieth of the disk)
  g_autoptr (PoKeeper) beside_state = po_keeper_new (settings, HOUR_NS);
  g_assert_true (po_keeper_make_room (beside_state, writing, NOW_NS, NULL));
  po_keeper_read (beside_state, &keeping);
  struct statvfs disk;
  g_assert_cmpint (statvfs (folder, &disk), ==, 0);
  gint64 free_bytes = (gint64)disk.f_bavail * (gint64)disk.f_frsize;
  gint64 reserve = (gint64)disk.f_blocks * (gint64)disk.f_frsize / 50;
  g_assert_cmpint (ABS (free_bytes - keeping.room_bytes - reserve), <, reserve / 2); // (others write too)
  recording_remove_folder (folder);
}

// A folder of somebody else's: what is old is there, and stays.
static void test_not_allowed (void) {
  g_autoptr (GError) error = NULL;
  g_autofree gchar *folder = g_dir_make_tmp ("po-retention-XXXXXX", NULL);
  g_autoptr (PoOutputSettings) settings = recorder (folder);
  const uid_t user = geteuid ();
  PoKeeping keeping;
  put (folder, "20271201T000000+0000.ts");
  settings->keep_free_bytes = NEVER;
  g_autoptr (PoKeeper) keeper = po_keeper_new (settings, HOUR_NS);
  g_assert_cmpint (g_chmod (folder, 0555), ==, 0);
  if (user == 0)
    g_assert_cmpint (seteuid (NOBODY), ==, 0); // root may do anything
  const gboolean has_room = po_keeper_make_room (keeper, NULL, NOW_NS, &error);
  g_assert_cmpint (seteuid (user), ==, 0);
  g_assert_false (has_room);
  g_assert_nonnull (strstr (error->message, "20271201T000000+0000.ts"));
  g_assert_nonnull (strstr (error->message, g_strerror (EACCES)));
  po_keeper_read (keeper, &keeping);
  g_assert_cmpuint (keeping.removed_for_room, ==, 0);
  g_assert_cmpint (g_chmod (folder, 0755), ==, 0);
  recording_remove_folder (folder);
}

// Of files of two seconds those of the last six are kept; a second recording, with no room at all, says so and disturbs
// nothing.
static void test_output (void) {
  g_autoptr (GTimeZone) zone = g_time_zone_new_utc ();
  g_autofree gchar *folder = g_dir_make_tmp ("po-retention-XXXXXX", NULL);
  g_autofree gchar *full = g_dir_make_tmp ("po-retention-XXXXXX", NULL);
  g_autoptr (PoOutputSettings) settings = recorder (folder), no_room = recorder (full);
  settings->segment_ns = 2 * PO_NS_PER_SECOND;
  settings->keep_ns = 6 * PO_NS_PER_SECOND;
  g_free (no_room->name);
  no_room->name = g_strdup ("full");
  no_room->keep_free_bytes = NEVER;
  g_autoptr (PoOutputRack) rack = po_output_rack_new (&format, zone, TRUE, NOW_NS);
  po_output_rack_set_clock_trusted (rack, TRUE);
  g_assert_true (po_output_rack_add (rack, settings, NULL));
  g_assert_true (po_output_rack_add (rack, no_room, NULL));
  for (gint64 k = 0; k < 1000; k++)
    feed_frame (rack, &format, k);
  g_assert_true (po_output_rack_finish (rack, 60 * PO_NS_PER_SECOND));
  g_autoptr (GPtrArray) list = po_output_rack_status (rack);
  const PoOutputStatus *kept = list->pdata[0], *failed = list->pdata[1];
  g_assert_cmpuint (kept->frames, ==, 1000);
  g_assert_cmpuint (kept->errors, ==, 0);
  g_assert_true (kept->is_kept);
  g_assert_cmpuint (kept->keeping.removed_old, ==, 15);
  g_assert_cmpuint (failed->frames, ==, 0);
  g_assert_cmpuint (failed->errors, >=, 1);
  g_assert_nonnull (strstr (failed->problem, full));
  g_autoptr (GPtrArray) paths = recording_list (folder, ".ts");
  g_autoptr (GPtrArray) none = recording_list (full, ".ts");
  g_autoptr (Recording) recording = recording_new ();
  g_assert_cmpuint (none->len, ==, 0);
  for (guint i = 0; i < paths->len; i++)
    g_assert_true (recording_read (recording, paths->pdata[i], &format));
  g_assert_cmpuint (paths->len, ==, 5);
  g_assert_cmpuint (recording->frames->len, ==, 250);
  for (guint i = 0; i < 250; i++)
    g_assert_cmphex (g_array_index (recording->frames, guint64, i), ==, G_GUINT64_CONSTANT (1) << 40 | (750 + i));
  recording_remove_folder (folder);
  recording_remove_folder (full);
}

int main (int argc, char **argv) {
  g_test_init (&argc, &argv, NULL);
  gst_init (&argc, &argv);
  g_test_add_func ("/retention/decide", test_decide);
  g_test_add_func ("/retention/names", test_names);
  g_test_add_func ("/retention/keeper", test_keeper);
  g_test_add_func ("/retention/not-allowed", test_not_allowed);
  g_test_add_func ("/retention/output", test_output);
  return g_test_run ();
}
