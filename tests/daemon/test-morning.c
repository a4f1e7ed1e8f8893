// SPDX-License-Identifier: GPL-3.0-or-later
// When the morning report is made, by a playoutctl of ours that writes down what it was asked.
#include <glib/gstdio.h>

#include "daemon/morning.h"

#define WAIT_S 60 // fails only on a hang

typedef struct {
  gchar *dir, *told, *failed;
  GMainLoop *loop;
  PoClock clock;
  GTimeZone *zone;
  PoMorning *morning;
} Fixture;

static void on_told (const gchar *date, const gchar *text, gpointer user) {
  Fixture *fixture = user;
  fixture->told = g_strconcat (date, " ", text, NULL);
  g_main_loop_quit (fixture->loop);
}

static void on_failed (const gchar *date, const gchar *why, gpointer user) {
  Fixture *fixture = user;
  fixture->failed = g_strconcat (date, " ", why, NULL);
  g_main_loop_quit (fixture->loop);
}

static PoTimeNs at (Fixture *fixture, const gchar *local) {
  PoTimeNs time_ns = 0;
  g_assert_true (po_time_parse (local, fixture->zone, &time_ns, NULL));
  return time_ns;
}

static void set_up (Fixture *fixture, gconstpointer script) {
  fixture->dir = g_dir_make_tmp ("po-morning-XXXXXX", NULL);
  fixture->zone = g_time_zone_new_identifier ("Asia/Ho_Chi_Minh");
  fixture->loop = g_main_loop_new (NULL, FALSE);
  fixture->clock = po_clock_standing (at (fixture, "2027-01-07T05:59:00"));
  g_autofree gchar *program = g_build_filename (fixture->dir, "ctl", NULL);
  g_autofree gchar *text = g_strdup_printf ("#!/bin/sh\ncd '%s'\n%s\n", fixture->dir, (const gchar *)script);
  g_assert_true (g_file_set_contents_full (program, text, -1, G_FILE_SET_CONTENTS_NONE, 0700, NULL));
  g_setenv ("PLAYOUTCTL", program, TRUE);
  PoMorningSettings settings = {.config_path = "s.conf",
                                .state_dir = fixture->dir,
                                .zone = fixture->zone,
                                .clock = &fixture->clock,
                                .after_ns = 6 * 3600 * PO_NS_PER_SECOND,
                                .told = on_told,
                                .failed = on_failed,
                                .user = fixture};
  fixture->morning = po_morning_new (&settings);
}

static void tear_down (Fixture *fixture, gconstpointer script) {
  static const gchar *const names[] = {"ctl", "asked", "morning/2027-01-06.txt", "morning/2027-01-07.txt", "morning"};
  po_morning_free (fixture->morning);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autofree gchar *path = g_build_filename (fixture->dir, names[i], NULL);
    g_remove (path);
  }
  g_rmdir (fixture->dir);
  g_time_zone_unref (fixture->zone);
  g_main_loop_unref (fixture->loop);
  g_free (fixture->dir);
  g_free (fixture->told);
  g_free (fixture->failed);
}

static gboolean on_late (gpointer user) {
  g_assert_not_reached ();
}

static void look_and_wait (Fixture *fixture) {
  guint id = g_timeout_add_seconds (WAIT_S, on_late, NULL);
  po_morning_look (fixture->morning);
  g_main_loop_run (fixture->loop);
  g_source_remove (id);
}

static gboolean was_asked (Fixture *fixture) {
  g_autofree gchar *path = g_build_filename (fixture->dir, "asked", NULL);
  while (g_main_context_iteration (NULL, FALSE))
    continue;
  return g_file_test (path, G_FILE_TEST_EXISTS);
}

// Not before six; then once, for yesterday; the next day again.
static void test_once_a_day (Fixture *fixture, gconstpointer script) {
  po_morning_look (fixture->morning);
  g_assert_false (was_asked (fixture));
  fixture->clock = po_clock_standing (at (fixture, "2027-01-07T06:00:00"));
  look_and_wait (fixture);
  g_assert_cmpstr (fixture->told, ==, "2027-01-06 morning --keep --date 2027-01-06 --config s.conf\n");
  g_autofree gchar *asked = g_build_filename (fixture->dir, "asked", NULL);
  g_assert_cmpint (g_unlink (asked), ==, 0);
  po_morning_look (fixture->morning);
  g_assert_false (was_asked (fixture));
  g_clear_pointer (&fixture->told, g_free);
  fixture->clock = po_clock_standing (at (fixture, "2027-01-08T23:00:00"));
  look_and_wait (fixture);
  g_assert_cmpstr (fixture->told, ==, "2027-01-07 morning --keep --date 2027-01-07 --config s.conf\n");
}

// What could not be made is said with why, and tried again after an hour, not before.
static void test_failure (Fixture *fixture, gconstpointer script) {
  fixture->clock = po_clock_standing (at (fixture, "2027-01-07T06:00:00"));
  look_and_wait (fixture);
  g_assert_cmpstr (fixture->failed, ==, "2027-01-06 no room");
  g_autofree gchar *asked = g_build_filename (fixture->dir, "asked", NULL);
  g_assert_cmpint (g_unlink (asked), ==, 0);
  fixture->clock = po_clock_standing (at (fixture, "2027-01-07T06:59:00"));
  po_morning_look (fixture->morning);
  g_assert_false (was_asked (fixture));
  g_clear_pointer (&fixture->failed, g_free);
  fixture->clock = po_clock_standing (at (fixture, "2027-01-07T07:00:00"));
  look_and_wait (fixture);
  g_assert_cmpstr (fixture->failed, ==, "2027-01-06 no room");
}

int main (int argc, char **argv) {
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/morning/once-a-day", Fixture, "touch asked; mkdir -p morning; echo \"$*\" >\"morning/$4.txt\"", set_up,
              test_once_a_day, tear_down);
  g_test_add ("/morning/failure", Fixture, "touch asked; echo no room >&2; exit 75", set_up, test_failure, tear_down);
  return g_test_run ();
}
