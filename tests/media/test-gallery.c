// SPDX-License-Identifier: GPL-3.0-or-later
// Pictures of clips: what is kept of them, and for how long that there was none.
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "media-fixture.h"
#include "media/gallery.h"
#include "model/error.h"

#define DAY_S (24 * 3600)

typedef struct {
  gboolean done;
  gchar *jpeg; // (nullable)
} Answer;

static gboolean is_slow; // no picture comes in time
static guint n_made;

// Asked on the gallery's thread while the test waits for the answer.
static GBytes *make_picture (PoProber *self, const gchar *file, gint64 at_ns, guint columns, const gint *stop,
                             GError **error) {
  n_made++;
  if (!is_slow)
    return g_bytes_new_static ("jpeg", 4);
  g_set_error_literal (error, PO_ERROR, PO_ERROR_INPUT, "given up");
  return NULL;
}

static void on_done (GBytes *jpeg, const GError *error, gpointer data) {
  Answer *answer = data;
  answer->done = TRUE;
  if (jpeg == NULL)
    g_assert_error (error, PO_ERROR, PO_ERROR_NOT_FOUND);
  else
    answer->jpeg = g_strndup (g_bytes_get_data (jpeg, NULL), g_bytes_get_size (jpeg));
}

// (transfer full) (nullable)
static gchar *ask (PoGallery *gallery, const PoMediaFacts *facts) {
  Answer answer = {FALSE, NULL};
  const PoGalleryWish wish = {0, TRUE};
  po_gallery_ask (gallery, facts, &wish, on_done, &answer);
  while (!answer.done)
    g_main_context_iteration (NULL, TRUE);
  return answer.jpeg;
}

// Seconds since what is kept of @facts was looked at, or made.
static gint64 age_s (MediaFixture *fixture, const PoMediaFacts *facts, gint64 set_s) {
  struct stat info;
  const gint64 now_s = g_get_real_time () / G_USEC_PER_SEC;
  g_autofree gchar *path = g_strdup_printf ("%s/pictures/%s-strip.jpg", fixture->state, facts->sha256);
  const struct timespec times[2] = {{.tv_sec = now_s - set_s}, {.tv_sec = now_s - set_s}};
  g_assert_true (set_s == 0 || utimensat (AT_FDCWD, path, times, 0) == 0);
  g_assert_cmpint (stat (path, &info), ==, 0);
  return now_s - info.st_mtim.tv_sec;
}

static void test_kept (MediaFixture *fixture, gconstpointer data) {
  PoProber *prober = test_prober_new ();
  prober->picture = make_picture;
  test_put (fixture, "a.mp4", "video 5");
  g_autoptr (PoMediaLibrary) library = test_library_scanned (fixture);
  const PoMediaFacts *facts = po_media_table_lookup (po_media_library_table (library), "a.mp4");
  g_autoptr (PoGallery) gallery = po_gallery_new (fixture->media, fixture->state, prober);
  is_slow = TRUE;
  n_made = 0;
  g_assert_null (ask (gallery, facts));
  is_slow = FALSE;
  g_assert_null (ask (gallery, facts));
  age_s (fixture, facts, DAY_S - 3600);
  g_assert_null (ask (gallery, facts)); // still; and not put off by being asked for
  g_assert_cmpint (age_s (fixture, facts, 0), >=, DAY_S - 3600);
  g_assert_cmpuint (n_made, ==, 1);
  age_s (fixture, facts, DAY_S + 3600);
  g_autofree gchar *first = ask (gallery, facts);
  g_assert_cmpstr (first, ==, "jpeg");
  age_s (fixture, facts, 9 * DAY_S);
  g_autofree gchar *second = ask (gallery, facts);
  g_assert_cmpstr (second, ==, "jpeg");
  g_assert_cmpuint (n_made, ==, 2);
  g_assert_cmpint (age_s (fixture, facts, 0), <, DAY_S); // what is looked at is kept longest
}

int main (int argc, char **argv) {
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/media/gallery/kept", MediaFixture, NULL, media_fixture_set_up, test_kept, media_fixture_tear_down);
  return g_test_run ();
}
