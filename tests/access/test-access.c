// SPDX-License-Identifier: GPL-3.0-or-later
// Users, tokens, sessions and the throttle: what is kept, who is let in, for how long.
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "access/network.h"
#include "access/secret.h"
#include "access/sessions.h"
#include "access/throttle.h"

#define S PO_NS_PER_SECOND

typedef struct {
  gchar *dir, *file;
  PoUsers *users;
} Folder;

static void set_up (Folder *self, gconstpointer data) {
  self->dir = g_dir_make_tmp ("playoutd-access-XXXXXX", NULL);
  self->file = g_build_filename (self->dir, "access.json", NULL);
  self->users = po_users_new (self->dir);
}

static void tear_down (Folder *self, gconstpointer data) {
  static const gchar *const files[] = {"access.json", "access.lock", "sessions.json"};
  po_users_free (self->users);
  for (guint i = 0; i < G_N_ELEMENTS (files); i++) {
    g_autofree gchar *path = g_build_filename (self->dir, files[i], NULL);
    g_unlink (path);
  }
  g_assert_cmpint (g_rmdir (self->dir), ==, 0);
  g_free (self->file);
  g_free (self->dir);
}

static void test_passwords (void) {
  g_autoptr (GError) error = NULL;
  g_autofree gchar *hash = po_password_hash ("mật khẩu dài", &error),
                   *again = po_password_hash ("mật khẩu dài", &error);
  g_assert_no_error (error);
  g_assert_cmpstr (hash, !=, again);
  g_assert_true (g_str_has_prefix (hash, "$y$")); // yescrypt
  g_assert_true (po_password_matches (hash, "mật khẩu dài"));
  g_assert_false (po_password_matches (hash, "mật khẩu dà"));
  g_assert_false (po_password_matches (hash, ""));
  g_assert_false (po_password_matches (NULL, "mật khẩu dài"));
  g_assert_false (po_password_matches ("*", "*"));
  g_assert_false (po_password_matches ("", ""));
  g_assert_null (po_password_hash ("bảy chữ", &error));
  g_assert_error (error, PO_ERROR, PO_ERROR_INPUT);
}

static void test_users (Folder *self, gconstpointer data) {
  g_autoptr (GError) error = NULL;
  g_assert_true (po_users_is_empty (self->users));
  g_assert_true (po_users_add (self->users, "lan", PO_ROLE_OPERATOR, "$y$x", 5 * S, &error));
  g_assert_true (po_users_add (self->users, "an", PO_ROLE_ADMIN, "$y$y", 6 * S, &error));
  g_assert_false (po_users_add (self->users, "an", PO_ROLE_ADMIN, "$y$y", 6 * S, &error));
  g_assert_error (error, PO_ERROR, PO_ERROR_CONFLICT);
  g_clear_error (&error);
  static const gchar *const bad[] = {"", "a b", "a:b", "Lân", "../x", "a\nb"};
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_assert_false (po_users_add (self->users, bad[i], PO_ROLE_ADMIN, "$y$y", 6 * S, &error));
    g_assert_error (error, PO_ERROR, PO_ERROR_INPUT);
    g_clear_error (&error);
  }
  struct stat info;
  g_assert_cmpint (stat (self->file, &info), ==, 0);
  g_assert_cmpint (info.st_mode & 0777, ==, 0600);
  // Another process sees it, and changes it; this one follows.
  g_autoptr (PoUsers) other = po_users_new (self->dir);
  g_assert_true (po_users_follow (other, &error));
  g_assert_cmpint (po_users_find (other, "lan")->role, ==, PO_ROLE_OPERATOR);
  g_assert_cmpint (po_users_find (other, "lan")->since_ns, ==, 5 * S);
  g_assert_true (po_users_change (other, "lan", PO_ROLE_VIEWER, NULL, &error));
  g_assert_true (po_users_follow (self->users, &error));
  g_assert_cmpint (po_users_find (self->users, "lan")->role, ==, PO_ROLE_VIEWER);
  g_assert_cmpstr (po_users_find (self->users, "lan")->hash, ==, "$y$x");
  g_assert_false (po_users_remove (self->users, "an", &error)); // the last admin
  g_assert_error (error, PO_ERROR, PO_ERROR_CONFLICT);
  g_clear_error (&error);
  g_assert_false (po_users_change (self->users, "an", PO_ROLE_OPERATOR, NULL, &error));
  g_assert_error (error, PO_ERROR, PO_ERROR_CONFLICT);
  g_clear_error (&error);
  g_assert_cmpint (po_users_find (self->users, "an")->role, ==, PO_ROLE_ADMIN);
  g_assert_true (po_users_change (self->users, "an", PO_ROLE_ADMIN, "$y$x2", &error)); // another password is none less
  g_assert_false (po_users_remove (self->users, "ai", &error));
  g_assert_error (error, PO_ERROR, PO_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_true (po_users_remove (self->users, "lan", &error));
  g_assert_true (po_users_remove (self->users, "an", &error));
  g_assert_true (po_users_is_empty (self->users));
}

static void test_tokens (Folder *self, gconstpointer data) {
  g_autoptr (GError) error = NULL;
  g_autofree gchar *key = po_users_add_token (self->users, "cron", PO_ROLE_PRODUCER, 100 * S, 0, &error);
  g_autofree gchar *text = NULL;
  g_assert_no_error (error);
  g_assert_true (g_file_get_contents (self->file, &text, NULL, NULL));
  g_assert_null (strstr (text, key));
  g_assert_cmpuint (strlen (key), >=, 46); // 256 bits
  g_assert_cmpint (po_users_find_token (self->users, key, 99 * S)->role, ==, PO_ROLE_PRODUCER);
  g_assert_null (po_users_find_token (self->users, key, 100 * S));
  g_assert_null (po_users_find_token (self->users, "po_", 0));
  g_assert_null (po_users_find_token (self->users, key + 3, 0));
  g_assert_true (po_users_revoke_token (self->users, "cron", &error));
  g_assert_null (po_users_find_token (self->users, key, 0));
}

static void test_broken (Folder *self, gconstpointer data) {
  static const gchar *const texts[] = {"",
                                       "{",
                                       "[]",
                                       "{\"users\":[],\"tokens\":7}",
                                       "{\"users\":[{\"name\":\"a\",\"role\":\"king\",\"hash\":\"x\"}],\"tokens\":[]}",
                                       "{\"users\":[7],\"tokens\":[]}",
                                       "{\"users\":[]}"};
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    g_autoptr (GError) error = NULL, again = NULL;
    g_assert_true (g_file_set_contents (self->file, texts[i], -1, NULL));
    g_assert_false (po_users_follow (self->users, &error));
    g_assert_error (error, PO_ERROR, PO_ERROR_SYSTEM);
    g_assert_false (po_users_follow (self->users, &again)); // the same file stays as bad
    g_assert_false (po_users_is_empty (self->users));
    g_assert_cmpuint (po_users_list (self->users)->len, ==, 0);
  }
}

// As on a full disk: files can be removed, but nothing can be written.
static void allow_writing (gboolean may) {
  struct rlimit limit;
  g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &limit), ==, 0);
  limit.rlim_cur = may ? limit.rlim_max : 0;
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &limit), ==, 0);
  signal (SIGXFSZ, SIG_IGN);
}

static void test_full_disk (Folder *self, gconstpointer data) {
  g_assert_true (po_users_add (self->users, "lan", PO_ROLE_VIEWER, "$y$x", 0, NULL));
  g_autoptr (GError) error = NULL;
  g_autoptr (PoSessions) sessions = po_sessions_new (self->dir, self->users);
  const PoUser *lan = po_users_find (self->users, "lan");
  g_autofree gchar *key = po_sessions_begin (sessions, lan, 0), *other = po_sessions_begin (sessions, lan, 0);
  allow_writing (FALSE);
  const gboolean is_ended = po_sessions_end (sessions, key, &error);
  allow_writing (TRUE);
  g_assert_no_error (error);
  g_assert_true (is_ended);
  g_assert_null (po_sessions_find (sessions, key, 0));
  g_assert_nonnull (po_sessions_find (sessions, other, 0));
  g_autoptr (PoSessions) later = po_sessions_new (self->dir, self->users);
  g_assert_null (po_sessions_find (later, key, 0));
}

static void test_sessions (Folder *self, gconstpointer data) {
  gint64 length_ns = po_sessions_length_s () * S;
  g_assert_true (po_users_add (self->users, "lan", PO_ROLE_OPERATOR, "$y$x", 0, NULL));
  g_autoptr (PoSessions) sessions = po_sessions_new (self->dir, self->users);
  g_autofree gchar *key = po_sessions_begin (sessions, po_users_find (self->users, "lan"), 0);
  g_autofree gchar *other = po_sessions_begin (sessions, po_users_find (self->users, "lan"), 0);
  g_assert_cmpstr (po_sessions_find (sessions, key, length_ns - 1)->name, ==, "lan");
  g_assert_null (po_sessions_find (sessions, key, length_ns));
  g_assert_null (po_sessions_find (sessions, "", 0));
  g_assert_true (po_sessions_end (sessions, other, NULL));
  g_assert_null (po_sessions_find (sessions, other, 0));
  g_autoptr (PoSessions) later = po_sessions_new (self->dir, self->users);
  g_assert_nonnull (po_sessions_find (later, key, 0));
  g_assert_null (po_sessions_find (later, other, 0));
  g_assert_true (po_users_change (self->users, "lan", PO_ROLE_NONE, "$y$z", NULL)); // another password
  g_assert_null (po_sessions_find (later, key, 0));
  g_autofree gchar *third = po_sessions_begin (later, po_users_find (self->users, "lan"), 0);
  g_assert_true (po_users_remove (self->users, "lan", NULL));
  g_assert_null (po_sessions_find (later, third, 0));
}

static void test_networks (void) {
  static const gchar *const rows[][2] = {
      {"192.0.2.7", "192.0.2.7"},
      {"2001:db8:0:1::7", "2001:db8:0:1::/64"},
      {"2001:db8:0:1:ffff:ffff:ffff:ffff", "2001:db8:0:1::/64"},
      {"2001:db8:0:2::7", "2001:db8:0:2::/64"},
      {"::1", "::/64"},
      {"::ffff:192.0.2.7", "192.0.2.7"}, // an IPv4 client of [::]
  };
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (GInetAddress) address = g_inet_address_new_from_string (rows[i][0]);
    g_autofree gchar *network = po_network_of (address);
    g_assert_cmpstr (network, ==, rows[i][1]);
  }
}

static void test_throttle (void) {
  g_autoptr (PoThrottle) throttle = po_throttle_new ();
  gint64 now_us = 1;
  for (guint i = 0; i < 5; i++) {
    g_assert_cmpuint (po_throttle_ask (throttle, "a", now_us), ==, 0);
    po_throttle_note (throttle, "a", FALSE, now_us);
  }
  g_assert_cmpuint (po_throttle_ask (throttle, "a", now_us), ==, 2);
  g_assert_cmpuint (po_throttle_ask (throttle, "b", now_us), ==, 0);
  now_us += 2 * G_USEC_PER_SEC;
  g_assert_cmpuint (po_throttle_ask (throttle, "a", now_us), ==, 0);
  po_throttle_note (throttle, "a", FALSE, now_us);
  g_assert_cmpuint (po_throttle_ask (throttle, "a", now_us), ==, 4);
  now_us += 4 * G_USEC_PER_SEC;
  po_throttle_note (throttle, "a", TRUE, now_us); // the right one
  g_assert_cmpuint (po_throttle_ask (throttle, "a", now_us), ==, 0);
  // From many addresses at once: so many a minute.
  guint granted = 0;
  now_us += 60 * (gint64)G_USEC_PER_SEC;
  for (guint i = 0; i < 2000; i++) {
    g_autofree gchar *address = g_strdup_printf ("10.0.%u.%u", i / 256, i % 256);
    granted += po_throttle_ask (throttle, address, now_us) == 0;
    po_throttle_note (throttle, address, FALSE, now_us);
  }
  g_assert_cmpuint (granted, ==, 30);
  g_assert_cmpuint (po_throttle_ask (throttle, "z", now_us + 59 * (gint64)G_USEC_PER_SEC), >, 0);
  g_assert_cmpuint (po_throttle_ask (throttle, "z", now_us + 60 * (gint64)G_USEC_PER_SEC), ==, 0);
}

int main (int argc, char **argv) {
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/access/passwords", test_passwords);
  g_test_add_func ("/access/networks", test_networks);
  g_test_add_func ("/access/throttle", test_throttle);
#define ADD(name, function) g_test_add ("/access/" name, Folder, NULL, set_up, function, tear_down)
  ADD ("users", test_users);
  ADD ("tokens", test_tokens);
  ADD ("broken", test_broken);
  ADD ("sessions", test_sessions);
  ADD ("full-disk", test_full_disk);
  return g_test_run ();
}
