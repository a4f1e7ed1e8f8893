// SPDX-License-Identifier: GPL-3.0-or-later
// Whether a deadline has been told, by the clock and the clips at each look.
#include "wiring/deadlines.h"

#include <string.h>

#include "tree.h"

#define ONE                                                                                                            \
  "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//t//t//EN\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTAMP:20260101T000000Z\r\n"      \
  "DTSTART:20270101T120000Z\r\nDURATION:PT10M\r\nSUMMARY:Một\r\nATTACH:clip.mp4\r\nBEGIN:VALARM\r\nACTION:EMAIL\r\n" \
  "TRIGGER:-PT2H\r\nSUMMARY:x\r\nDESCRIPTION:x\r\nATTENDEE:mailto:lan@kenhmau.vn\r\nEND:VALARM\r\nEND:VEVENT\r\n"      \
  "END:VCALENDAR\r\n"
#define CONFIG                                                                                                         \
  "[paths]\nschedules=%s\nmedia=%s\nstate=%s\n"                                                                        \
  "[message post]\ntype=mail\nuri=smtp://localhost:9\nfrom=may@kenhmau.vn\nto=lan@kenhmau.vn\n"
#define RATE ((PoRate){25, 1})

typedef struct {
  gchar *folder, *told;
  PoConfig *config;
  PoClock clock;
  GTimeZone *zone;
  PoAlarms *alarms;
  PoMessages *messages;
  PoStation *station;
  PoDeadlines *deadlines;
} Fixture;

static void no_one (const PoAlarm *alarm, PoAlarmChange change, PoTimeNs now_ns, gpointer user) {
}

static PoConfig *load_config (const gchar *folder) {
  g_autoptr (GPtrArray) findings = g_ptr_array_new_with_free_func ((GDestroyNotify)po_finding_free);
  g_autoptr (GError) error = NULL;
  g_autofree gchar *path = g_build_filename (folder, "playoutd.conf", NULL);
  g_autofree gchar *text = g_strdup_printf (CONFIG, folder, folder, folder);
  g_assert_true (g_file_set_contents_full (path, text, -1, G_FILE_SET_CONTENTS_NONE, 0644, NULL));
  PoConfig *config = po_config_load_tolerant (path, findings, &error);
  g_assert_no_error (error);
  return config;
}

static PoSchedule *make_schedule (void) {
  PoSchedule *schedule = po_schedule_new ("UTC", NULL);
  g_autoptr (GBytes) bytes = g_bytes_new_static (ONE, strlen (ONE));
  g_assert_true (po_schedule_add (schedule, "a.ics", bytes, NULL));
  po_schedule_seal (schedule);
  return schedule;
}

static void set_up (Fixture *self, gconstpointer unused) {
  PoPlanSettings plan;
  self->folder = g_dir_make_tmp ("playoutd-deadlines-XXXXXX", NULL);
  self->told = g_build_filename (self->folder, "messages", "deadlines.json", NULL);
  self->config = load_config (self->folder);
  self->zone = g_time_zone_new_utc ();
  self->alarms = po_alarms_new (no_one, NULL);
  po_plan_settings_init (&plan, RATE, self->zone);
  self->station = po_station_new (&plan, NULL);
  po_station_append (self->station, po_journal_entry_new (0, PO_JOURNAL_START, "test", NULL));
  g_autoptr (PoSchedule) schedule = make_schedule ();
  po_station_put_schedule (self->station, schedule);
  self->messages = po_messages_new (self->config, self->folder, self->zone, self->alarms, &self->clock);
  self->deadlines = po_deadlines_new (self->station, RATE, self->zone, self->alarms, self->messages, &self->clock,
                                      self->config, self->folder);
}

static void tear_down (Fixture *self, gconstpointer unused) {
  po_deadlines_free (self->deadlines);
  po_messages_free (self->messages);
  po_station_free (self->station);
  po_alarms_free (self->alarms);
  po_config_unref (self->config);
  g_time_zone_unref (self->zone);
  test_remove_tree (self->folder);
  g_free (self->folder);
  g_free (self->told);
}

typedef enum { GONE, AWAITED, THERE } Clip;

static void put (Fixture *self, Clip clip) {
  g_autoptr (PoMediaTable) table = po_media_table_new ();
  if (clip == AWAITED)
    po_media_table_await (table, "clip.mp4");
  if (clip == THERE) {
    const PoMediaFacts facts = {.path = "clip.mp4",
                                .sha256 = "aa",
                                .duration_ns = 600 * PO_NS_PER_SECOND,
                                .frames = 15000,
                                .rate = RATE,
                                .width = 640,
                                .height = 360,
                                .has_audio = TRUE};
    po_media_table_add (table, po_media_facts_copy (&facts));
  }
  po_station_put_media (self->station, table);
}

// Whether it has been told after a look at @time.
static gboolean is_told_at (Fixture *self, const gchar *time, Clip clip) {
  PoTimeNs at_ns = 0;
  g_assert_true (po_time_parse (time, self->zone, &at_ns, NULL));
  self->clock = po_clock_standing (at_ns);
  put (self, clip);
  po_deadlines_look (self->deadlines);
  return g_file_test (self->told, G_FILE_TEST_EXISTS);
}

static void test_missing (Fixture *self, gconstpointer unused) {
  g_assert_false (is_told_at (self, "2027-01-01T09:59:59Z", GONE));
  g_assert_true (is_told_at (self, "2027-01-01T10:00:00Z", GONE));
}

// A clip that is deleted and copied anew was never missing; one that does not come back is.
static void test_copied_anew (Fixture *self, gconstpointer unused) {
  g_assert_false (is_told_at (self, "2027-01-01T10:30:00Z", THERE));
  g_assert_false (is_told_at (self, "2027-01-01T10:30:01Z", GONE));
  g_assert_false (is_told_at (self, "2027-01-01T10:31:00Z", GONE));
  g_assert_false (is_told_at (self, "2027-01-01T10:31:02Z", AWAITED));
  g_assert_false (is_told_at (self, "2027-01-01T10:50:00Z", THERE));
  g_assert_false (is_told_at (self, "2027-01-01T10:50:01Z", GONE));
  g_assert_true (is_told_at (self, "2027-01-01T10:51:01Z", GONE));
}

int main (int argc, char **argv) {
  g_test_init (&argc, &argv, NULL);
#define ADD(name, func) g_test_add (name, Fixture, NULL, set_up, func, tear_down)
  ADD ("/wiring/deadlines/missing", test_missing);
  ADD ("/wiring/deadlines/copied-anew", test_copied_anew);
  return g_test_run ();
}
