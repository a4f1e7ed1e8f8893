// SPDX-License-Identifier: GPL-3.0-or-later
// The small things that log, library and adoption stand on: settling, staying inside a folder, blobs.
#include <errno.h>
#include <glib/gstdio.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "model/error.h"
#include "store/beneath.h"
#include "store/blob-store.h"
#include "store/scanner.h"
#include "store/settle.h"
#include "tree.h"

static void test_settle_table (void) {
  // Seen at these seconds with this size and mtime: finished or not. Settle time 2 s.
  static const struct {
    guint line;
    const gchar *path;
    gint now, size, mtime;
    guint inode;
    gboolean settled;
  } cases[] = {
      {__LINE__, "old", 100, 5, 10, 1, TRUE},        // long finished when first seen
      {__LINE__, "new", 100, 5, 100, 1, FALSE},      // just written
      {__LINE__, "new", 101, 6, 101, 1, FALSE},      // still growing
      {__LINE__, "new", 102, 6, 101, 1, FALSE},      // quiet for 1 s
      {__LINE__, "new", 103, 6, 101, 1, TRUE},       // quiet for 2 s
      {__LINE__, "new", 104, 9, 104, 1, FALSE},      // and again
      {__LINE__, "future", 200, 5, 9999, 1, FALSE},  // its clock is wrong
      {__LINE__, "future", 202, 5, 9999, 1, TRUE},   // but it does not change
      {__LINE__, "copy-p", 300, 50, 20, 1, TRUE},    // a copy that keeps the old time is taken as old
      {__LINE__, "growing", 300, 1, 300, 1, FALSE},  //
      {__LINE__, "growing", 302, 2, 300, 1, TRUE},   // the mtime does not lie: unchanged for 2 s
      {__LINE__, "replaced", 400, 5, 400, 1, FALSE}, //
      {__LINE__, "replaced", 401, 5, 400, 2, FALSE}, // another file under that name
      {__LINE__, "back", 500, 5, 500, 1, FALSE},     // then the wall clock is set back
      {__LINE__, "back", 90, 5, 500, 1, FALSE},      //
      {__LINE__, "back", 92, 5, 500, 1, TRUE},       //
  };
  g_autoptr (PoSettle) settle = po_settle_new (PO_SETTLE_NS);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    gboolean settled = po_settle_see (settle, cases[i].path, cases[i].size, cases[i].mtime * PO_NS_PER_SECOND,
                                      cases[i].inode, cases[i].now * PO_NS_PER_SECOND);
    if (settled != cases[i].settled)
      g_error ("line %u", cases[i].line);
  }
}

static void test_settle_forgets (void) {
  g_autoptr (PoSettle) settle = po_settle_new (PO_SETTLE_NS);
  g_assert_false (po_settle_see (settle, "a", 1, 100 * PO_NS_PER_SECOND, 1, 100 * PO_NS_PER_SECOND));
  po_settle_sweep (settle);
  po_settle_sweep (settle); // gone in between
  g_assert_false (po_settle_see (settle, "a", 1, 105 * PO_NS_PER_SECOND, 1, 105 * PO_NS_PER_SECOND));
}

static void test_unfinished_names (void) {
  static const gchar *const unfinished[] = {
      "a.part",        "x/a.mp4.uploading",   "a.TMP",      ".a.mp4",    "x/.a",        "a~",
      "#a#",           "a.crdownload",        "a.filepart", "a.partial", "a.mp4.part1", "a.mov.sb-1a2B3c4d-Xy12aB",
      "a.mp4.ffs_tmp", "~syncthing~a.mp4.tmp"};
  static const gchar *const finished[] = {"a.mp4",     "part.mp4", "tmp",         "x.y/a",    "#a",
                                          "Tập 1.mov", ".x/a.mp4", "a.part1.mp4", "a.sb-mp4", "a.party"};
  for (guint i = 0; i < G_N_ELEMENTS (unfinished); i++) {
    if (!po_settle_name_unfinished (unfinished[i]))
      g_error ("%s", unfinished[i]);
  }
  for (guint i = 0; i < G_N_ELEMENTS (finished); i++) {
    if (po_settle_name_unfinished (finished[i]))
      g_error ("%s", finished[i]);
  }
}

typedef struct {
  gchar *dir;
} Fixture;

static void set_up (Fixture *fixture, gconstpointer data) {
  fixture->dir = g_dir_make_tmp ("po-store-XXXXXX", NULL);
}

static void tear_down (Fixture *fixture, gconstpointer data) {
  test_remove_tree (fixture->dir);
  g_free (fixture->dir);
}

static void test_beneath (Fixture *fixture, gconstpointer data) {
  static const struct {
    guint line;
    const gchar *path;
    PoBeneathKind kind;
  } cases[] = {
      {__LINE__, "a.txt", PO_BENEATH_FILE},
      {__LINE__, "sub/b.txt", PO_BENEATH_FILE},
      {__LINE__, "in", PO_BENEATH_FILE},
      {__LINE__, "fifo", PO_BENEATH_ODD},
      {__LINE__, "out", PO_BENEATH_OUTSIDE},
      {__LINE__, "absolute", PO_BENEATH_FILE},
      {__LINE__, "absolute-out", PO_BENEATH_OUTSIDE},
      {__LINE__, "absolute-and-out", PO_BENEATH_OUTSIDE},
      {__LINE__, "dangling", PO_BENEATH_OUTSIDE},
      {__LINE__, "../x", PO_BENEATH_OUTSIDE},
      {__LINE__, "/etc/passwd", PO_BENEATH_OUTSIDE},
      {__LINE__, "sub/../../x", PO_BENEATH_OUTSIDE},
  };
  g_autoptr (GError) error = NULL;
  g_autofree gchar *a = g_build_filename (fixture->dir, "a.txt", NULL),
                   *sub = g_build_filename (fixture->dir, "sub", NULL), *b = g_build_filename (sub, "b.txt", NULL),
                   *fifo = g_build_filename (fixture->dir, "fifo", NULL),
                   *in = g_build_filename (fixture->dir, "in", NULL),
                   *out = g_build_filename (fixture->dir, "out", NULL),
                   *absolute = g_build_filename (fixture->dir, "absolute", NULL),
                   *absolute_out = g_build_filename (fixture->dir, "absolute-out", NULL),
                   *absolute_and_out = g_build_filename (fixture->dir, "absolute-and-out", NULL),
                   *outside = g_strconcat (fixture->dir, ".txt", NULL),
                   *and_out = g_strconcat (fixture->dir, "/sub/../../../etc/passwd", NULL),
                   *dangling = g_build_filename (fixture->dir, "dangling", NULL);
  g_mkdir (sub, 0755);
  g_file_set_contents (outside, "not ours", -1, NULL);
  g_file_set_contents (a, "hello", -1, NULL);
  g_file_set_contents (b, "there", -1, NULL);
  g_assert_cmpint (mkfifo (fifo, 0644) | symlink ("sub/b.txt", in) | symlink ("../../../etc/passwd", out) |
                       symlink (b, absolute) | symlink (outside, absolute_out) | symlink (and_out, absolute_and_out) |
                       symlink ("nowhere", dangling),
                   ==, 0);
  g_autoptr (PoBeneath) beneath = po_beneath_open (fixture->dir, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    if (po_beneath_stat (beneath, cases[i].path, NULL) != cases[i].kind)
      g_error ("line %u", cases[i].line);
    g_clear_error (&error);
    gint fd = po_beneath_open_file (beneath, cases[i].path, NULL, &error);
    g_assert_true ((fd >= 0) == (cases[i].kind == PO_BENEATH_FILE) && (fd >= 0) == (error == NULL));
    if (fd >= 0)
      close (fd);
  }
  g_clear_error (&error);
  g_autoptr (GBytes) bytes = po_beneath_read (beneath, "in", 5, &error);
  g_assert_no_error (error);
  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), "there", 5);
  g_assert_null (po_beneath_read (beneath, "in", 4, &error));
  g_assert_error (error, PO_ERROR, PO_ERROR_INPUT);
  g_autoptr (GPtrArray) all = po_beneath_walk (beneath, 5, NULL);
  g_autoptr (GPtrArray) flat = po_beneath_walk (beneath, 0, NULL);
  g_assert_cmpuint (all->len, ==, 9);
  g_assert_cmpuint (flat->len, ==, 9);
  for (guint i = 0; i < flat->len; i++) { // what is too deep is named
    const PoBeneathEntry *entry = flat->pdata[i];
    g_assert_true ((entry->kind == PO_BENEATH_DEEP) == (strcmp (entry->path, "sub") == 0));
  }
  unlink (outside);
}

// From now on the kernel has none, as an old one or a container's filter.
static void forbid_openat2 (void) {
  struct sock_filter code[] = {BPF_STMT (BPF_LD | BPF_W | BPF_ABS, offsetof (struct seccomp_data, nr)),
                               BPF_JUMP (BPF_JMP | BPF_JEQ | BPF_K, SYS_openat2, 0, 1),
                               BPF_STMT (BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
                               BPF_STMT (BPF_RET | BPF_K, SECCOMP_RET_ALLOW)};
  const struct sock_fprog program = {G_N_ELEMENTS (code), code};
  g_assert_cmpint (prctl (PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), ==, 0);
  g_assert_cmpint (prctl (PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program), ==, 0);
}

// Without openat2 no link is followed, also none on the way: what lies inside and what does not is told all the same.
static void test_beneath_by_steps (Fixture *fixture, gconstpointer data) {
  static const struct {
    guint line;
    const gchar *path;
    PoBeneathKind kind;
  } cases[] = {
      {__LINE__, "a.txt", PO_BENEATH_FILE},
      {__LINE__, "a..b.txt", PO_BENEATH_FILE},
      {__LINE__, "sub/b.txt", PO_BENEATH_FILE},
      {__LINE__, "link", PO_BENEATH_OUTSIDE},
      {__LINE__, "elsewhere/hosts", PO_BENEATH_OUTSIDE},
      {__LINE__, "also/b.txt", PO_BENEATH_OUTSIDE},
      {__LINE__, "sub/../a.txt", PO_BENEATH_OUTSIDE},
      {__LINE__, "/etc/hosts", PO_BENEATH_OUTSIDE},
      {__LINE__, "sub/none", PO_BENEATH_OUTSIDE},
  };
  static const gchar *const files[] = {"a.txt", "a..b.txt", "sub/b.txt"};
  if (!g_test_subprocess ()) {
    g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_INHERIT_STDERR);
    g_test_trap_assert_passed ();
    return;
  }
  g_autofree gchar *sub = g_build_filename (fixture->dir, "sub", NULL),
                   *link = g_build_filename (fixture->dir, "link", NULL),
                   *elsewhere = g_build_filename (fixture->dir, "elsewhere", NULL),
                   *also = g_build_filename (fixture->dir, "also", NULL);
  g_mkdir (sub, 0755);
  for (guint i = 0; i < G_N_ELEMENTS (files); i++) {
    g_autofree gchar *path = g_build_filename (fixture->dir, files[i], NULL);
    g_assert_true (g_file_set_contents (path, "x", -1, NULL));
  }
  g_assert_cmpint (symlink ("a.txt", link) | symlink ("/etc", elsewhere) | symlink ("sub", also), ==, 0);
  forbid_openat2 ();
  g_autoptr (PoBeneath) beneath = po_beneath_open (fixture->dir, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    if (po_beneath_stat (beneath, cases[i].path, NULL) != cases[i].kind)
      g_error ("line %u", cases[i].line);
  g_autoptr (GPtrArray) entries = po_beneath_walk (beneath, 5, NULL);
  g_assert_cmpuint (entries->len, ==, 6);
}

// "sub=4 a.txt=0": path and kind of each entry, with at most @more file descriptors to be had.
static gchar *walk_with (PoBeneath *beneath, guint more) {
  struct rlimit before, low;
  getrlimit (RLIMIT_NOFILE, &before);
  low = before;
  gint next = dup (STDERR_FILENO);
  g_assert_cmpint (next, >=, 0);
  close (next);
  low.rlim_cur = (rlim_t)next + more;
  g_assert_cmpint (setrlimit (RLIMIT_NOFILE, &low), ==, 0);
  g_autoptr (GPtrArray) entries = po_beneath_walk (beneath, 5, NULL);
  g_assert_cmpint (setrlimit (RLIMIT_NOFILE, &before), ==, 0);
  GString *text = g_string_new (NULL);
  for (guint i = 0; i < entries->len; i++) {
    const PoBeneathEntry *entry = entries->pdata[i];
    g_string_append_printf (text, "%s%s=%d", i > 0 ? " " : "", entry->path, entry->kind);
  }
  return g_string_free (text, FALSE);
}

// A folder that cannot be opened is told apart from one that is empty.
static void test_beneath_unread (Fixture *fixture, gconstpointer data) {
  g_autofree gchar *sub = g_build_filename (fixture->dir, "sub", NULL), *b = g_build_filename (sub, "b.txt", NULL);
  g_mkdir (sub, 0755);
  g_file_set_contents (b, "there", -1, NULL);
  g_autoptr (PoBeneath) beneath = po_beneath_open (fixture->dir, NULL);
  g_assert_nonnull (beneath);
  static const gchar *const expected[] = {"=4", "sub=4", "sub/b.txt=3", "sub/b.txt=0"};
  G_STATIC_ASSERT (PO_BENEATH_FILE == 0 && PO_BENEATH_ERROR == 3 && PO_BENEATH_UNREAD == 4);
  for (guint more = 0; more < G_N_ELEMENTS (expected); more++) {
    g_autofree gchar *got = walk_with (beneath, more);
    g_assert_cmpstr (got, ==, expected[more]);
  }
}

static GBytes *bytes_of (const gchar *text) {
  return g_bytes_new_static (text, strlen (text));
}

static void test_blobs (Fixture *fixture, gconstpointer data) {
  g_autoptr (GError) error = NULL;
  g_autofree gchar *dir = g_build_filename (fixture->dir, "deep", "blobs", NULL);
  g_autoptr (PoBlobStore) store = po_blob_store_new (dir);
  g_autoptr (GBytes) hello = bytes_of ("hello");
  g_autofree gchar *sha256 = NULL;
  g_assert_true (po_blob_store_put (store, hello, &sha256, &error));
  g_assert_cmpstr (sha256, ==, "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824");
  g_assert_true (po_blob_store_put (store, hello, NULL, &error));
  g_autoptr (PoBlobStore) later = po_blob_store_new (dir);
  g_autoptr (GBytes) back = po_blob_store_get (later, sha256, &error);
  g_assert_true (g_bytes_equal (back, hello));
  g_assert_null (po_blob_store_get (later, "../deep", &error));
  g_assert_error (error, PO_ERROR, PO_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_autofree gchar *path = g_build_filename (dir, sha256, NULL);
  g_file_set_contents (path, "hellO", -1, NULL);
  g_assert_null (po_blob_store_get (later, sha256, &error));
  g_assert_error (error, PO_ERROR, PO_ERROR_NOT_FOUND);
  g_autofree gchar *aside = g_strconcat (path, ".damaged-1", NULL);
  g_assert_true (g_file_test (aside, G_FILE_TEST_EXISTS));
}

static void test_blobs_in_memory (Fixture *fixture, gconstpointer data) {
  g_autoptr (GError) error = NULL;
  g_autofree gchar *dir = g_build_filename (fixture->dir, "blocked", NULL);
  g_autofree gchar *sha256 = NULL;
  g_file_set_contents (dir, "no folder", -1, NULL);
  g_autoptr (PoBlobStore) store = po_blob_store_new (dir);
  g_autoptr (GBytes) hello = bytes_of ("hello");
  g_assert_false (po_blob_store_put (store, hello, &sha256, &error));
  g_assert_error (error, PO_ERROR, PO_ERROR_SYSTEM);
  g_clear_error (&error);
  g_autoptr (GBytes) back = po_blob_store_get (store, sha256, &error);
  g_assert_no_error (error);
  g_assert_true (g_bytes_equal (back, hello));
  g_unlink (dir);
  g_assert_true (po_blob_store_retry (store, &error));
  g_autoptr (PoBlobStore) later = po_blob_store_new (dir);
  g_autoptr (GBytes) written = po_blob_store_get (later, sha256, &error);
  g_assert_no_error (error);
  g_assert_true (g_bytes_equal (written, hello));
  g_autoptr (PoBlobStore) nowhere = po_blob_store_new (NULL);
  g_assert_true (po_blob_store_put (nowhere, hello, NULL, &error));
}

// ---- watching folders ----

typedef struct {
  PoScanner *scanner;
  const gchar *folder;
  guint looks;
} Scanning;

static gpointer look (gpointer state) {
  return NULL;
}

static void on_looked (gpointer result, gpointer user) {
  Scanning *self = user;
  self->looks++;
  po_scanner_watch (self->scanner, (const gchar *const[]){self->folder, NULL});
}

static gboolean give_up (gpointer user) {
  g_assert_not_reached (); // no look came
  return G_SOURCE_REMOVE;
}

// Until there were more than @looks and none is due; a change that nobody tells of ends the test.
static void wait_for_looks (Scanning *scanning, guint looks) {
  const guint id = g_timeout_add_seconds (30, give_up, NULL);
  while (scanning->looks <= looks || po_scanner_is_busy (scanning->scanner))
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (id);
}

// A link to the folder, or to one above it, leads elsewhere from now on.
static void point (Fixture *fixture, const gchar *name, const gchar *target) {
  g_autofree gchar *link = g_build_filename (fixture->dir, name, NULL), *fresh = g_strconcat (link, ".new", NULL);
  g_assert_cmpint (symlink (target, fresh), ==, 0);
  g_assert_cmpint (g_rename (fresh, link), ==, 0);
}

static void test_scanner_follows (Fixture *fixture, gconstpointer data) {
  static const gchar *const folders[] = {"one", "two", "one/below", "two/below"};
  for (guint i = 0; i < G_N_ELEMENTS (folders); i++) {
    g_autofree gchar *path = g_build_filename (fixture->dir, folders[i], NULL);
    g_assert_cmpint (g_mkdir (path, 0700), ==, 0);
  }
  for (guint is_above = 0; is_above < 2; is_above++) {
    point (fixture, "link", "one");
    g_autofree gchar *folder = g_build_filename (fixture->dir, is_above ? "link/below" : "link", NULL);
    Scanning scanning = {.folder = folder};
    scanning.scanner = po_scanner_new (look, g_strdup (""), g_free, on_looked, &scanning, g_free);
    po_scanner_request (scanning.scanner);
    wait_for_looks (&scanning, 0);
    guint looks = scanning.looks;
    point (fixture, "link", "two");
    if (is_above) // nobody tells of that: the periodic look finds it
      po_scanner_request (scanning.scanner);
    wait_for_looks (&scanning, looks);
    looks = scanning.looks;
    g_autofree gchar *file = g_build_filename (fixture->dir, is_above ? "two/below/x.ics" : "two/x.ics", NULL);
    g_assert_true (g_file_set_contents (file, "x", -1, NULL));
    wait_for_looks (&scanning, looks);
    po_scanner_free (scanning.scanner);
  }
}

int main (int argc, char **argv) {
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/store/settle/table", test_settle_table);
  g_test_add_func ("/store/settle/forgets", test_settle_forgets);
  g_test_add_func ("/store/settle/unfinished-names", test_unfinished_names);
#define ADD(name, func) g_test_add (name, Fixture, NULL, set_up, func, tear_down)
  ADD ("/store/beneath", test_beneath);
  ADD ("/store/beneath-by-steps", test_beneath_by_steps);
  ADD ("/store/beneath-unread", test_beneath_unread);
  ADD ("/store/scanner-follows", test_scanner_follows);
  ADD ("/store/blobs", test_blobs);
  ADD ("/store/blobs-in-memory", test_blobs_in_memory);
  return g_test_run ();
}
