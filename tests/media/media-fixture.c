// SPDX-License-Identifier: GPL-3.0-or-later
#include "media-fixture.h"

#include <fcntl.h>
#include <sched.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include "model/error.h"
#include "tree.h"

#define WAIT_US (60 * G_USEC_PER_SEC) // fails only on a hang

gint test_probes = 0;

static GMutex probed_lock;
static GString *probed;  // protected by probed_lock, like the next
static gchar *probed_in; // the folder of the test that runs

void media_fixture_set_up (MediaFixture *fixture, gconstpointer data) {
  fixture->media = g_dir_make_tmp ("po-media-XXXXXX", NULL);
  fixture->state = g_dir_make_tmp ("po-state-XXXXXX", NULL);
  g_assert_nonnull (fixture->media);
  g_assert_nonnull (fixture->state);
  g_mutex_lock (&probed_lock);
  g_atomic_int_set (&test_probes, 0);
  probed = g_string_new (NULL);
  probed_in = g_strconcat (fixture->media, "/", NULL);
  g_mutex_unlock (&probed_lock);
}

gchar *test_probed (void) {
  g_mutex_lock (&probed_lock);
  gchar *text = g_strdup (probed->str);
  g_mutex_unlock (&probed_lock);
  return text;
}

void media_fixture_tear_down (MediaFixture *fixture, gconstpointer data) {
  g_mutex_lock (&probed_lock);
  g_string_free (g_steal_pointer (&probed), TRUE);
  g_clear_pointer (&probed_in, g_free);
  g_mutex_unlock (&probed_lock);
  test_remove_tree (fixture->media);
  test_remove_tree (fixture->state);
  g_free (fixture->media);
  g_free (fixture->state);
}

gchar *test_path (MediaFixture *fixture, const gchar *path) {
  return g_build_filename (fixture->media, path, NULL);
}

gboolean test_is_there (MediaFixture *fixture, const gchar *path) {
  g_autofree gchar *full = test_path (fixture, path);
  return g_file_test (full, G_FILE_TEST_EXISTS);
}

void test_put (MediaFixture *fixture, const gchar *path, const gchar *contents) {
  g_autoptr (GError) error = NULL;
  g_autofree gchar *full = test_path (fixture, path);
  g_autofree gchar *folder = g_path_get_dirname (full);
  g_mkdir_with_parents (folder, 0755);
  g_file_set_contents (full, contents, -1, &error);
  g_assert_no_error (error);
  struct timespec times[2] = {{.tv_sec = g_get_real_time () / G_USEC_PER_SEC - 3600}};
  times[1] = times[0];
  g_assert_cmpint (utimensat (AT_FDCWD, full, times, 0), ==, 0);
}

static PoMediaFacts *describe_video (gint64 frames) {
  PoMediaFacts *facts = g_new0 (PoMediaFacts, 1);
  facts->rate = (PoRate){25, 1};
  facts->frames = frames;
  facts->duration_ns = po_duration_from_frames_floor (frames, facts->rate);
  facts->width = 640;
  facts->height = 360;
  facts->has_audio = TRUE;
  return facts;
}

static PoMediaFacts *probe (PoProber *self, const gchar *file, const gint *stop, GError **error) {
  g_autofree gchar *text = NULL;
  g_autofree gchar *name = g_path_get_basename (file);
  g_mutex_lock (&probed_lock);
  // A library that was freed does not wait for its workers: one of an earlier test's may come by only now.
  if (probed_in != NULL && g_str_has_prefix (file, probed_in)) {
    g_atomic_int_inc (&test_probes);
    g_string_append_printf (probed, "%s ", name);
  }
  g_mutex_unlock (&probed_lock);
  if (!g_file_get_contents (file, &text, NULL, NULL)) { // the test took it away meanwhile
    g_set_error_literal (error, PO_ERROR, PO_ERROR_SYSTEM, "gone");
    return NULL;
  }
  while (g_str_has_prefix (text, "hang") && g_atomic_int_get (stop) == 0)
    g_usleep (1000);
  if (g_str_has_prefix (text, "video "))
    return describe_video (g_ascii_strtoll (text + 6, NULL, 10));
  if (g_str_has_prefix (text, "system") || g_str_has_prefix (text, "hang")) {
    g_set_error_literal (error, PO_ERROR, PO_ERROR_SYSTEM, "no player");
    return NULL;
  }
  if (g_str_has_prefix (text, "given-up")) {
    g_set_error_literal (error, PO_ERROR, PO_ERROR_INPUT, "given up");
    return NULL;
  }
  PoMediaFacts *facts = describe_video (1);
  if (g_str_has_prefix (text, "foreign"))
    facts->probe = g_ref_string_new ("{\"lacks_decoder\":true,\"true_peak_dbtp\":null}");
  facts->kind = g_str_has_prefix (text, "still") ? PO_MEDIA_STILL : PO_MEDIA_AUDIO;
  if (g_str_has_prefix (text, "bad "))
    facts->problem = g_strdup (text + 4);
  return facts;
}

static void prober_free (PoProber *self) {
  g_free (self);
}

PoProber *test_prober_new (void) {
  PoProber *self = g_new0 (PoProber, 1);
  self->probe = probe;
  self->free = prober_free;
  return self;
}

static PoMediaFacts *glance (PoProber *self, const gchar *file, const gint *stop, gboolean *ret_whole, GError **error) {
  *ret_whole = FALSE;
  return describe_video (100);
}

PoProber *test_glancing_prober_new (void) {
  PoProber *self = test_prober_new ();
  self->glance = glance;
  return self;
}

PoMediaLibrary *test_library (MediaFixture *fixture) {
  PoMediaLibrary *library = po_media_library_new (fixture->media, fixture->state, test_prober_new ());
  po_media_library_set_settle_ms (library, 300);
  return library;
}

PoMediaLibrary *test_library_scanned (MediaFixture *fixture) {
  PoMediaLibrary *library = test_library (fixture);
  po_media_library_scan_now (library);
  test_wait_idle (library);
  return library;
}

static gboolean on_wake (gpointer user) {
  return G_SOURCE_CONTINUE;
}

void test_wait_idle (PoMediaLibrary *library) {
  gint64 until_us = g_get_monotonic_time () + WAIT_US;
  guint wake = g_timeout_add (20, on_wake, NULL);
  while (!po_media_library_is_idle (library) && g_get_monotonic_time () < until_us)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (wake);
  g_assert_true (po_media_library_is_idle (library));
}

static gboolean own_mounts;

void test_keep_mounts_to_ourselves (void) {
  own_mounts = unshare (CLONE_NEWNS) == 0 && mount (NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0;
}

gboolean test_mount (const gchar *dir, const gchar *options) {
  if (own_mounts && mount ("none", dir, "tmpfs", 0, options) == 0)
    return TRUE;
  g_test_skip ("not allowed to mount");
  return FALSE;
}

gchar *test_describe (PoMediaTable *table) {
  static const gchar *const kinds[] = {"video", "still", "audio"};
  GString *text = g_string_new (NULL);
  g_autoptr (GPtrArray) list = po_media_table_list (table);
  for (guint i = 0; i < list->len; i++) {
    const PoMediaFacts *facts = list->pdata[i];
    if (i > 0)
      g_string_append_c (text, ' ');
    if (facts->problem != NULL)
      g_string_append_printf (text, "%s:problem", facts->path);
    else
      g_string_append_printf (text, "%s:%s:%d", facts->path, kinds[facts->kind], (gint)facts->frames);
  }
  return g_string_free (text, FALSE);
}

void test_expect (PoMediaLibrary *library, const gchar *expected) {
  g_autofree gchar *actual = test_describe (po_media_library_table (library));
  g_assert_cmpstr (actual, ==, expected);
}

guint test_count_findings (PoMediaLibrary *library, const gchar *code) {
  guint count = 0;
  g_autoptr (GPtrArray) findings = po_media_library_findings (library);
  for (guint i = 0; i < findings->len; i++)
    count += g_str_equal (((PoFinding *)findings->pdata[i])->code, code);
  return count;
}
