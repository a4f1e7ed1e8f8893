// SPDX-License-Identifier: GPL-3.0-or-later
// How names that people type find files: as typed, percent-decoded, NFC against NFD, natural order.
#include "model/media-facts.h"

static void add (PoMediaTable *table, const gchar *path) {
  PoMediaFacts *facts = g_new0 (PoMediaFacts, 1);
  facts->path = g_strdup (path);
  facts->sha256 = g_strdup ("");
  po_media_table_add (table, facts);
}

static void test_resolve (void) {
  g_autoptr (PoMediaTable) table = po_media_table_new ();
  g_autoptr (GError) error = NULL;
  add (table, "huong-dan/Nộp hồ sơ.mp4"); // NFC on disk
  add (table, "mac/Gia\xcc\x81 \xc4\x91\xc3\xac"
              "nh.mp4"); // NFD on disk
  add (table, "a%20b.mp4");
  g_assert_nonnull (po_media_table_resolve (table, "huong-dan/Nộp hồ sơ.mp4", &error));
  g_assert_nonnull (po_media_table_resolve (table, "huong-dan/N%E1%BB%99p%20h%E1%BB%93%20s%C6%A1.mp4", &error));
  g_assert_nonnull (po_media_table_resolve (table, "mac/Giá đình.mp4", &error));
  g_assert_nonnull (po_media_table_resolve (table, "./a%20b.mp4", &error)); // as typed comes first
  g_assert_null (po_media_table_resolve (table, "nowhere.mp4", &error));
  g_assert_no_error (error);
}

static void test_two_matches (void) {
  g_autoptr (PoMediaTable) table = po_media_table_new ();
  g_autoptr (GError) error = NULL;
  add (table, "t\xc3\xa1.mp4");
  add (table, "ta\xcc\x81.mp4");
  g_assert_null (po_media_table_resolve (table, "tá.mp4", &error));
  g_assert_nonnull (error);
}

static void test_folder_order (void) {
  g_autoptr (PoMediaTable) table = po_media_table_new ();
  add (table, "cchc/tap-10.mp4");
  add (table, "cchc/Tap-2.mp4");
  add (table, "cchc/tap-1.mp4");
  add (table, "cchc-2/other.mp4");
  g_autoptr (GPtrArray) folder = po_media_table_folder (table, "cchc/");
  g_assert_cmpuint (folder->len, ==, 3);
  g_assert_cmpstr (((PoMediaFacts *)folder->pdata[0])->path, ==, "cchc/tap-1.mp4");
  g_assert_cmpstr (((PoMediaFacts *)folder->pdata[1])->path, ==, "cchc/Tap-2.mp4");
  g_assert_cmpstr (((PoMediaFacts *)folder->pdata[2])->path, ==, "cchc/tap-10.mp4");
}

static guint count_below (PoMediaTable *table, const gchar *typed) {
  g_autoptr (GPtrArray) files = po_media_table_folder (table, typed);
  return files->len;
}

// However its name is encoded or typed, all that is below it, and what comes later too.
static void test_folders (void) {
  g_autoptr (PoMediaTable) table = po_media_table_new ();
  add (table, "a.mp4");
  add (table, "Gia\xcc\x81/tap-1.mp4");       // NFD on disk
  add (table, "Gi\xc3\xa1/qu\xc3\xbd/2.mp4"); // NFC
  add (table, "caf\xe9/1.mp4");               // no UTF-8
  g_assert_cmpuint (count_below (table, "Gi\xc3\xa1/"), ==, 2);
  g_assert_cmpuint (count_below (table, "Gia\xcc\x81"), ==, 2);
  g_assert_cmpuint (count_below (table, "./Gi%C3%A1/qu%C3%BD"), ==, 1);
  g_assert_cmpuint (count_below (table, "caf\xe9/"), ==, 1);
  g_assert_cmpuint (count_below (table, ""), ==, 4);
  g_assert_cmpuint (count_below (table, "Gi/"), ==, 0);
  g_assert_cmpuint (count_below (table, "a.mp4"), ==, 0);
  add (table, "Gi/3.mp4");
  g_assert_cmpuint (count_below (table, "Gi/"), ==, 1);
}

static void test_revision (void) {
  g_autoptr (PoMediaTable) one = po_media_table_new (), two = po_media_table_new ();
  add (one, "a");
  add (one, "b");
  add (two, "b");
  add (two, "a");
  g_assert_cmpstr (po_media_table_revision (one), ==, po_media_table_revision (two));
  add (two, "c");
  g_assert_cmpstr (po_media_table_revision (one), !=, po_media_table_revision (two));
}

int main (int argc, char **argv) {
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/model/media-table/resolve", test_resolve);
  g_test_add_func ("/model/media-table/two-matches", test_two_matches);
  g_test_add_func ("/model/media-table/folder-order", test_folder_order);
  g_test_add_func ("/model/media-table/folders", test_folders);
  g_test_add_func ("/model/media-table/revision", test_revision);
  return g_test_run ();
}
