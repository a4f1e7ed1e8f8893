// SPDX-License-Identifier: GPL-3.0-or-later
// What comes from outside: a calendar that is put into a schedule folder whose storage does not answer keeps nobody
// waiting but whoever asked.
#include "wiring/inputs.h"

#include <glib/gstdio.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "model/error.h"
#include "tree.h"

#define ONE                                                                                                            \
  "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//t//t//EN\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTAMP:20260101T000000Z\r\n"      \
  "DTSTART:20270101T000000Z\r\nDTEND:20270101T010000Z\r\nSUMMARY:Một\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"

static gint is_dead; // atomic: the storage
static GThread *main_thread;

// Stands before the C library's, which what is written durably comes to.
int fsync (int fd) {
  g_assert_true (g_thread_self () != main_thread);
  while (g_atomic_int_get (&is_dead))
    g_usleep (1000);
  return (int)syscall (SYS_fsync, fd);
}

typedef struct {
  gchar *folder;
  PoConfig *config;
  PoClock clock;
  GTimeZone *zone;
  PoAlarms *alarms;
  PoStation *station;
  PoInputs *inputs;
  guint answers;
  GError *error; // (nullable) of the last
} Fixture;

static void no_one (const PoAlarm *alarm, PoAlarmChange change, PoTimeNs now_ns, gpointer user) {
}

static void on_changed (gpointer user) {
}

static void on_put (const GError *error, gpointer data) {
  Fixture *self = data;
  self->answers++;
  g_clear_error (&self->error);
  self->error = error != NULL ? g_error_copy (error) : NULL;
}

static PoConfig *load_config (const gchar *folder) {
  g_autoptr (GPtrArray) findings = g_ptr_array_new_with_free_func ((GDestroyNotify)po_finding_free);
  g_autoptr (GError) error = NULL;
  g_autofree gchar *path = g_build_filename (folder, "playoutd.conf", NULL);
  g_autofree gchar *text =
      g_strdup_printf ("[paths]\nschedules=%s\nmedia=%s/media\nstate=%s\n", folder, folder, folder);
  g_assert_true (g_file_set_contents_full (path, text, -1, G_FILE_SET_CONTENTS_NONE, 0644, NULL));
  PoConfig *config = po_config_load_tolerant (path, findings, &error);
  g_assert_no_error (error);
  return config;
}

static void set_up (Fixture *self, gconstpointer unused) {
  PoPlanSettings plan;
  g_autofree gchar *media = NULL;
  self->folder = g_dir_make_tmp ("playoutd-inputs-XXXXXX", NULL);
  media = g_build_filename (self->folder, "media", NULL);
  g_assert_cmpint (g_mkdir (media, 0755), ==, 0);
  self->config = load_config (self->folder);
  self->clock = po_clock_real ();
  self->zone = g_time_zone_new_utc ();
  self->alarms = po_alarms_new (no_one, NULL);
  po_plan_settings_init (&plan, (PoRate){25, 1}, self->zone);
  self->station = po_station_new (&plan, NULL);
  const PoInputsSettings settings = {self->config, NULL, "/no/player", &self->clock, self->alarms};
  self->inputs = po_inputs_new (&settings, NULL);
  po_inputs_start (self->inputs, self->station, on_changed, NULL);
  while (!po_inputs_are_known (self->inputs))
    g_main_context_iteration (NULL, TRUE);
}

static void tear_down (Fixture *self, gconstpointer unused) {
  po_inputs_free (self->inputs);
  po_station_free (self->station);
  po_alarms_free (self->alarms);
  po_config_unref (self->config);
  g_time_zone_unref (self->zone);
  g_clear_error (&self->error);
  test_remove_tree (self->folder);
  g_free (self->folder);
}

static void put (Fixture *self, const gchar *name) {
  g_autoptr (GBytes) bytes = g_bytes_new_static (ONE, strlen (ONE));
  PoCalendarFile *file = po_calendar_file_new (name, bytes);
  po_inputs_put_calendar (self->inputs, file, "Lan", on_put, self);
  po_calendar_file_free (file); // what is borrowed for the call may go
}

static void await_answers (Fixture *self, guint count) {
  while (self->answers < count)
    g_main_context_iteration (NULL, TRUE);
}

static void test_dead_storage (Fixture *self, gconstpointer unused) {
  g_autofree gchar *before = g_strdup (po_schedule_revision (po_station_schedule (self->station)));
  g_autofree gchar *path = g_build_filename (self->folder, "mua.ics", NULL), *text = NULL;
  g_atomic_int_set (&is_dead, TRUE);
  put (self, "mua.ics");
  g_assert_cmpuint (self->answers, ==, 0);
  put (self, "other.ics");
  g_assert_cmpuint (self->answers, ==, 1);
  g_assert_error (self->error, PO_ERROR, PO_ERROR_CONFLICT);
  g_assert_cmpstr (po_schedule_revision (po_station_schedule (self->station)), ==, before);
  g_atomic_int_set (&is_dead, FALSE);
  await_answers (self, 2);
  g_assert_no_error (self->error);
  g_assert_cmpstr (po_schedule_revision (po_station_schedule (self->station)), !=, before);
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_assert_cmpstr (text, ==, ONE);
}

static void test_ends_meanwhile (Fixture *self, gconstpointer unused) {
  g_atomic_int_set (&is_dead, TRUE);
  put (self, "mua.ics");
  g_clear_pointer (&self->inputs, po_inputs_free);
  g_atomic_int_set (&is_dead, FALSE);
  await_answers (self, 1);
  g_assert_error (self->error, PO_ERROR, PO_ERROR_SYSTEM);
}

static void test_no_way_in (Fixture *self, gconstpointer unused) {
  put (self, "no-such-folder/mua.ics");
  await_answers (self, 1);
  g_assert_error (self->error, PO_ERROR, PO_ERROR_SYSTEM);
  put (self, "mua.ics");
  await_answers (self, 2);
  g_assert_no_error (self->error);
}

static void look (Fixture *self) {
  const guint answers = self->answers;
  po_inputs_look (self->inputs, on_put, self);
  g_assert_cmpuint (self->answers, ==, answers);
  await_answers (self, answers + 1);
}

// Whoever confirms the folder means it as it lies there: a file just written, and one just taken away.
static void test_look (Fixture *self, gconstpointer unused) {
  g_autofree gchar *path = g_build_filename (self->folder, "mua.ics", NULL);
  g_autofree gchar *before = g_strdup (po_schedule_store_candidate (po_inputs_store (self->inputs)));
  g_assert_true (g_file_set_contents (path, ONE, -1, NULL));
  look (self);
  g_assert_no_error (self->error);
  g_autofree gchar *written = g_strdup (po_schedule_store_candidate (po_inputs_store (self->inputs)));
  g_assert_cmpstr (written, !=, before);
  g_assert_cmpint (g_unlink (path), ==, 0);
  look (self);
  g_assert_no_error (self->error);
  g_assert_cmpstr (po_schedule_store_candidate (po_inputs_store (self->inputs)), ==, before);
}

// What was uploaded, put in force and taken away again before the watch had found it is gone all the same.
static void test_put_and_removed (Fixture *self, gconstpointer unused) {
  g_autofree gchar *path = g_build_filename (self->folder, "mua.ics", NULL);
  g_autofree gchar *before = g_strdup (po_schedule_store_candidate (po_inputs_store (self->inputs)));
  put (self, "mua.ics");
  await_answers (self, 1);
  g_assert_no_error (self->error);
  g_assert_cmpint (g_unlink (path), ==, 0);
  look (self);
  g_assert_no_error (self->error);
  g_assert_cmpstr (po_schedule_store_candidate (po_inputs_store (self->inputs)), ==, before);
}

static void test_ends_while_looking (Fixture *self, gconstpointer unused) {
  po_inputs_look (self->inputs, on_put, self);
  g_clear_pointer (&self->inputs, po_inputs_free);
  g_assert_cmpuint (self->answers, ==, 1);
  g_assert_error (self->error, PO_ERROR, PO_ERROR_SYSTEM);
}

int main (int argc, char **argv) {
  g_test_init (&argc, &argv, NULL);
  main_thread = g_thread_self ();
  g_test_add ("/inputs/dead-storage", Fixture, NULL, set_up, test_dead_storage, tear_down);
  g_test_add ("/inputs/ends-meanwhile", Fixture, NULL, set_up, test_ends_meanwhile, tear_down);
  g_test_add ("/inputs/no-way-in", Fixture, NULL, set_up, test_no_way_in, tear_down);
  g_test_add ("/inputs/look", Fixture, NULL, set_up, test_look, tear_down);
  g_test_add ("/inputs/put-and-removed", Fixture, NULL, set_up, test_put_and_removed, tear_down);
  g_test_add ("/inputs/ends-while-looking", Fixture, NULL, set_up, test_ends_while_looking, tear_down);
  return g_test_run ();
}
