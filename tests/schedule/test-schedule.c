// SPDX-License-Identifier: GPL-3.0-or-later
// The schedule as a whole: several files, odd encodings, the JSON form, and input made to hurt. What must end in
// bounded time has no clock here: the test's own time limit is the proof.
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>

#include "json/tree.h"
#include "model/error.h"
#include "schedule/occurrence-json.h"
#include "schedule/recur-private.h"
#include "schedule/schedule.h"

#define EVENT(uid, more)                                                                                               \
  "BEGIN:VEVENT\r\nUID:" uid "\r\nDTSTART:20270105T100000Z\r\nDURATION:PT30M\r\n" more "END:VEVENT\r\n"
#define CALENDAR(body) "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n" body "END:VCALENDAR\r\n"

static PoTimeNs at (const gchar *text) {
  g_autoptr (GTimeZone) utc = g_time_zone_new_utc ();
  PoTimeNs time_ns = 0;
  g_assert_true (po_time_parse (text, utc, &time_ns, NULL));
  return time_ns;
}

static PoSchedule *schedule_new (void) {
  g_autoptr (GError) error = NULL;
  PoSchedule *schedule = po_schedule_new ("Asia/Ho_Chi_Minh", &error);
  g_assert_no_error (error);
  return schedule;
}

static gboolean add (PoSchedule *schedule, const gchar *name, const gchar *text, gssize size) {
  g_autoptr (GBytes) bytes = g_bytes_new (text, size < 0 ? strlen (text) : (gsize)size);
  g_autoptr (GError) error = NULL;
  gboolean ok = po_schedule_add (schedule, name, bytes, &error);
  g_assert_true (ok == (error == NULL));
  if (error != NULL)
    g_assert_error (error, PO_ERROR, PO_ERROR_INPUT);
  return ok;
}

// One file, sealed, asked for 5 January 2027.
static GPtrArray *day_of (const gchar *text, gssize size) {
  g_autoptr (PoSchedule) schedule = schedule_new ();
  g_assert_true (add (schedule, "a.ics", text, size));
  po_schedule_seal (schedule);
  return po_schedule_occurrences (schedule, at ("2027-01-05T00:00:00Z"), at ("2027-01-06T00:00:00Z"));
}

static void assert_summary (const gchar *text, gssize size, const gchar *summary) {
  g_autoptr (GPtrArray) day = day_of (text, size);
  g_assert_cmpuint (day->len, ==, 1);
  g_assert_cmpstr (((PoOccurrence *)g_ptr_array_index (day, 0))->summary, ==, summary);
}

static gboolean has_finding (PoSchedule *schedule, const gchar *code, const gchar *file, guint line) {
  g_autoptr (GPtrArray) findings = po_schedule_findings (schedule);
  for (guint i = 0; i < findings->len; i++) {
    const PoFinding *finding = g_ptr_array_index (findings, i);
    if (g_str_equal (finding->code, code) && g_strcmp0 (finding->file, file) == 0 && finding->line == line)
      return TRUE;
  }
  return FALSE;
}

static void test_encodings (void) {
  // A fold in the middle of "ị" (e1 bb 8b), with a tab; LF and CR alone; a byte order mark; Windows-1252; NUL.
  assert_summary (CALENDAR (EVENT ("a", "SUMMARY:L\xe1\xbb\r\n\t\x8b"
                                        "ch\r\n")),
                  -1, "Lịch");
  assert_summary (
      "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:a\nDTSTART:20270105T100000Z\nSUMMARY:x\n y\nEND:VEVENT\nEND:VCALENDAR", -1,
      "xy");
  assert_summary (
      "BEGIN:VCALENDAR\rBEGIN:VEVENT\rUID:a\rDTSTART:20270105T100000Z\rSUMMARY:x\r y\rEND:VEVENT\rEND:VCALENDAR\r", -1,
      "xy");
  assert_summary ("\xef\xbb\xbf" CALENDAR (EVENT ("a", "SUMMARY:bom\r\n")), -1, "bom");
  assert_summary (CALENDAR (EVENT ("a", "SUMMARY:caf\xe9\r\n")), -1, "café");
  assert_summary ("begin:vcalendar\r\nbegin:vevent\r\nuid:a\r\ndtstart:20270105T100000z\r\nsummary:small\r\nend:"
                  "vevent\r\nend:vcalendar\r\n",
                  -1, "small");
  assert_summary (CALENDAR (EVENT ("a", "SUMMARY;X=\"a:b;c\";LANGUAGE=vi:a\\, b\\; c\\\\ d\\ne\r\n")), -1,
                  "a, b; c\\ d\ne");
  assert_summary (CALENDAR (EVENT ("a", "SUMMARY;X=\"never closed:value\r\n")), -1, "value");
  const gchar nul[] = "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:a\r\nDTSTART:20270105T100000Z\r\nSUMMARY:a\0b\r\nEND:"
                      "VEVENT\r\nEND:VCALENDAR\r\n";
  assert_summary (nul, sizeof nul - 1, "a b");
  gsize size;
  g_autofree gchar *utf16 =
      g_convert (CALENDAR (EVENT ("a", "SUMMARY:Lịch\r\n")), -1, "UTF-16", "UTF-8", NULL, &size, NULL);
  assert_summary (utf16, (gssize)size, "Lịch");
  static const gchar *const unmarked[] = {"UTF-16LE", "UTF-16BE"};
  for (guint i = 0; i < G_N_ELEMENTS (unmarked); i++) {
    g_autofree gchar *text =
        g_convert (CALENDAR (EVENT ("a", "SUMMARY:Lịch\r\n")), -1, unmarked[i], "UTF-8", NULL, &size, NULL);
    assert_summary (text, (gssize)size, "Lịch");
  }
}

static void test_unusable (void) {
  static const gchar *const texts[] = {"",
                                       "\r\n\r\n",
                                       "BEGIN:VCALENDAR\r\n",
                                       "BEGIN:VEVENT\r\nEND:VEVENT\r\n",
                                       "<html>404</html>",
                                       "BEGIN:VCARD\r\nEND:VCARD\r\n",
                                       "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:a\r\n"};
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    g_autoptr (PoSchedule) schedule = schedule_new ();
    g_assert_false (add (schedule, "a.ics", texts[i], -1));
    po_schedule_seal (schedule);
    g_autoptr (GPtrArray) none =
        po_schedule_occurrences (schedule, at ("2027-01-01T00:00:00Z"), at ("2028-01-01T00:00:00Z"));
    g_assert_cmpuint (none->len, ==, 0);
  }
  g_autoptr (GError) error = NULL;
  g_assert_null (po_schedule_new ("Middle-earth/Bree", &error));
  g_assert_error (error, PO_ERROR, PO_ERROR_INPUT);
}

static void test_files (void) {
  const gchar *season = CALENDAR (EVENT ("a", "SEQUENCE:1\r\nSUMMARY:old\r\n") EVENT ("b", "") EVENT ("c", ""));
  const gchar *copy = CALENDAR (EVENT ("a", "SEQUENCE:2\r\nSUMMARY:new\r\n") EVENT ("b", "") EVENT ("d", ""));
  g_autoptr (PoSchedule) one = schedule_new (), other = schedule_new ();
  g_assert_true (add (one, "season.ics", season, -1));
  g_assert_true (add (one, "season (1).ics", copy, -1));
  g_assert_true (add (other, "season (1).ics", copy, -1));
  g_assert_true (add (other, "season.ics", season, -1));
  po_schedule_seal (one);
  po_schedule_seal (other);
  g_assert_cmpstr (po_schedule_revision (one), ==, po_schedule_revision (other));
  g_assert_true (has_finding (one, "files-share-uids", "season (1).ics", 0));
  g_assert_true (has_finding (one, "older-version", "season.ics", 3));
  g_autoptr (GPtrArray) day = po_schedule_occurrences (one, at ("2027-01-05T00:00:00Z"), at ("2027-01-06T00:00:00Z"));
  g_assert_cmpuint (day->len, ==, 4);
  g_assert_cmpstr (((PoOccurrence *)g_ptr_array_index (day, 0))->summary, ==, "new");
  g_autoptr (PoSchedule) third = schedule_new ();
  g_assert_true (add (third, "other.ics", copy, -1));
  po_schedule_seal (third);
  g_assert_cmpstr (po_schedule_revision (one), !=, po_schedule_revision (third));
  g_assert_false (has_finding (third, "files-share-uids", "other.ics", 0));
}

static void write_file (const gchar *dir, const gchar *name, const gchar *text) {
  g_autofree gchar *path = g_build_filename (dir, name, NULL);
  g_assert_true (g_file_set_contents (path, text, -1, NULL));
}

static void test_folder (void) {
  g_autofree gchar *dir = g_dir_make_tmp ("po-schedule-XXXXXX", NULL);
  write_file (dir, "b.ics", CALENDAR (EVENT ("b", "")));
  write_file (dir, "a.ICS", CALENDAR (EVENT ("a", "")));
  write_file (dir, "broken.ics", "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:x\r\n");
  write_file (dir, ".hidden.ics", CALENDAR (EVENT ("hidden", "")));
  write_file (dir, "notes.txt", CALENDAR (EVENT ("notes", "")));
  g_autoptr (GError) error = NULL;
  g_autoptr (PoSchedule) schedule = po_schedule_load_folder (dir, "Asia/Ho_Chi_Minh", &error);
  g_assert_no_error (error);
  g_assert_true (has_finding (schedule, "file-unusable", "broken.ics", 3));
  g_autoptr (GPtrArray) day =
      po_schedule_occurrences (schedule, at ("2027-01-05T00:00:00Z"), at ("2027-01-06T00:00:00Z"));
  g_assert_cmpuint (day->len, ==, 2);
  static const gchar *const names[] = {"b.ics", "a.ICS", "broken.ics", ".hidden.ics", "notes.txt"};
  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autofree gchar *path = g_build_filename (dir, names[i], NULL);
    g_unlink (path);
  }
  g_rmdir (dir);
  g_assert_null (po_schedule_load_folder (dir, "Asia/Ho_Chi_Minh", &error));
  g_assert_nonnull (error);
}

static void test_json (void) {
  g_autoptr (GPtrArray) day =
      day_of (CALENDAR (EVENT ("a\"b", "SUMMARY:Tab\there\\n\"quoted\" \\\\ Lịch\r\nCATEGORIES:x,y\\, z\r\n")), -1);
  g_autofree gchar *json = po_occurrence_to_json (g_ptr_array_index (day, 0));
  g_autoptr (JsonNode) node = json_from_string (json, NULL);
  JsonObject *object = po_json_node_object (node);
  g_assert_nonnull (object);
  g_assert_cmpstr (json_object_get_string_member (object, "uid"), ==, "a\"b");
  g_assert_cmpstr (json_object_get_string_member (object, "summary"), ==, "Tab\there\n\"quoted\" \\ Lịch");
  g_assert_true (json_object_get_null_member (object, "recurrence_id"));
  JsonArray *categories = po_json_get_array (object, "categories");
  g_assert_nonnull (categories);
  g_assert_cmpuint (json_array_get_length (categories), ==, 2);
  g_assert_cmpstr (json_array_get_string_element (categories, 1), ==, "y, z");
  g_assert_null (strchr (json, '\n'));
  g_assert_true (g_str_has_prefix (json, "{\"start\":\"2027-01-05T10:00:00Z\",\"end\":\"2027-01-05T10:30:00Z\","));
}

static void test_count_before (void) {
  g_autoptr (PoSchedule) schedule = schedule_new ();
  g_assert_true (add (schedule, "a.ics", CALENDAR (EVENT ("a", "RRULE:FREQ=SECONDLY;COUNT=2000000000\r\n")), -1));
  po_schedule_seal (schedule);
  g_assert_cmpint (po_schedule_count_before (schedule, "a", at ("2027-01-05T10:00:00Z")), ==, 0);
  g_assert_cmpint (po_schedule_count_before (schedule, "a", at ("2027-01-06T10:00:00Z")), ==, 86400);
  g_assert_cmpint (po_schedule_count_before (schedule, "a", at ("2200-01-01T00:00:00Z")), ==, 2000000000);
  g_assert_cmpint (po_schedule_count_before (schedule, "unknown", at ("2200-01-01T00:00:00Z")), ==, 0);
  g_autoptr (GPtrArray) late =
      po_schedule_occurrences (schedule, at ("2050-01-01T00:00:00Z"), at ("2050-01-01T00:00:01Z"));
  g_assert_cmpuint (late->len, ==, 1800); // of half an hour each
}

// Hostile input.

static gchar *repeat (const gchar *head, const gchar *part, guint n, const gchar *tail) {
  GString *text = g_string_new (head);
  for (guint i = 0; i < n; i++)
    g_string_append (text, part);
  return g_string_free (g_string_append (text, tail), FALSE);
}

// 600 endless rules that recur, 400 that never do, and one daily event.
static PoSchedule *endless_new (const gchar *length) {
  static const gchar *const rules[] = {"FREQ=SECONDLY", "FREQ=SECONDLY;COUNT=2000000000",
                                       "FREQ=MINUTELY;BYSECOND=0,1,2,3,4,5", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
                                       "FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30"};
  PoSchedule *schedule = schedule_new ();
  g_autoptr (GString) text = g_string_new ("BEGIN:VCALENDAR\r\n");
  for (guint i = 0; i < 1000; i++)
    g_string_append_printf (
        text, "BEGIN:VEVENT\r\nUID:%u\r\nDTSTART:19700105T100000Z\r\nDURATION:%s\r\nRRULE:%s\r\nEND:VEVENT\r\n", i,
        length, rules[i % G_N_ELEMENTS (rules)]);
  g_string_append (text, "BEGIN:VEVENT\r\nUID:a\r\nDTSTART:20270105T100000Z\r\nRRULE:FREQ=DAILY\r\nEND:VEVENT\r\n"
                         "END:VCALENDAR\r\n");
  g_assert_true (add (schedule, "a.ics", text->str, -1));
  po_schedule_seal (schedule);
  return schedule;
}

static guint count_of (GPtrArray *list, const gchar *uid) {
  guint n = 0;
  for (guint i = 0; i < list->len; i++)
    n += g_str_equal (((PoOccurrence *)g_ptr_array_index (list, i))->uid, uid);
  return n;
}

// The innocent one among them is there whole; the others share what room is left, and are told of.
static void test_endless (gconstpointer length) {
  g_autoptr (PoSchedule) schedule = endless_new (length);
  g_autoptr (GPtrArray) cut = g_ptr_array_new_with_free_func ((GDestroyNotify)po_finding_free);
  g_autoptr (GPtrArray) year =
      po_schedule_occurrences_and_cut (schedule, at ("2027-01-01T00:00:00Z"), at ("2028-01-01T00:00:00Z"), cut);
  g_assert_cmpuint (year->len, <=, PO_SCHEDULE_MAX);
  g_assert_cmpuint (count_of (year, "a"), ==, 361);
  g_assert_cmpuint (cut->len, ==, 600);
  if (g_str_equal (length, "PT1S")) {
    g_assert_cmpuint (count_of (year, "0"), >=, PO_SCHEDULE_MAX / 600 - 10);
    g_assert_cmpuint (count_of (year, "997"), >=, PO_SCHEDULE_MAX / 600 - 10);
  }
}

// A week of one series that starts with it.
static GPtrArray *week_of (const gchar *rules, GPtrArray *cut) {
  g_autoptr (PoSchedule) schedule = schedule_new ();
  g_autofree gchar *text = g_strdup_printf (
      "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:a\r\nDTSTART:20270101T000000Z\r\n%s\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
      rules);
  g_assert_true (add (schedule, "a.ics", text, -1));
  po_schedule_seal (schedule);
  return po_schedule_occurrences_and_cut (schedule, at ("2027-01-01T00:00:00Z"), at ("2027-01-08T00:00:00Z"), cut);
}

// What is taken away of a long series must not make it look as if the rest had been listed.
static void test_excluded_of_many (gconstpointer rules) {
  g_autoptr (GPtrArray) cut = g_ptr_array_new_with_free_func ((GDestroyNotify)po_finding_free);
  g_autoptr (GPtrArray) all = week_of (rules, cut);
  g_assert_cmpuint (cut->len, ==, 0);
  g_assert_cmpuint (all->len, ==, 7 * 24 * 60 - 1);
  const PoOccurrence *last = g_ptr_array_index (all, all->len - 1);
  g_assert_cmpint (last->start_ns, ==, at ("2027-01-07T23:59:00Z"));
  g_assert_cmpint (last->ordinal, ==, 7 * 24 * 60 - 2);
}

static void test_excluded_by_many (void) {
  g_autoptr (GPtrArray) all = week_of ("RRULE:FREQ=HOURLY\r\nEXRULE:FREQ=SECONDLY;UNTIL=20270107T225959Z", NULL);
  g_assert_cmpuint (all->len, ==, 1);
  g_assert_cmpint (((const PoOccurrence *)g_ptr_array_index (all, 0))->start_ns, ==, at ("2027-01-07T23:00:00Z"));
}

// The days that are taken away are counted, not gone through minute by minute.
static void test_excluded_days (void) {
  g_autoptr (GString) text = g_string_new ("BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:a\r\nDTSTART:20200101T000000Z\r\n"
                                           "RRULE:FREQ=MINUTELY\r\nRDATE:20200101T000030Z,20200131T000030Z\r\n"
                                           "EXDATE:20200102T000000Z,20200130T000000Z\r\n");
  for (guint day = 0; day < 10 * 12 * 28; day++)
    g_string_append_printf (text, "EXDATE;VALUE=DATE:20%02u%02u%02u\r\n", 20 + day / 28 / 12, day / 28 % 12 + 1,
                            day % 28 + 1);
  g_string_append (text, "END:VEVENT\r\nEND:VCALENDAR\r\n");
  g_autoptr (PoSchedule) schedule = schedule_new ();
  g_assert_true (add (schedule, "a.ics", text->str, -1));
  po_schedule_seal (schedule);
  const guint64 before = po_rule_steps ();
  // Of the 3653 days of ten years, less one minute, and with one more.
  g_assert_cmpint (po_schedule_count_before (schedule, "a", at ("2030-01-01T00:00:00Z")), ==,
                   (3653 - 10 * 12 * 28) * 1440);
  g_assert_cmpint (po_schedule_count_before (schedule, "a", at ("2020-01-15T12:00:00Z")), ==, 0);
  g_assert_cmpint (po_schedule_count_before (schedule, "a", at ("2020-02-03T12:00:00Z")), ==, 3 * 1440);
  g_assert_cmpuint (po_rule_steps () - before, <, 100000);
}

// What costs little once must not be paid for each instance: numbering within a long day, past many overrides.
static void test_numbering (void) {
  g_autoptr (PoSchedule) schedule = schedule_new ();
  GString *text = g_string_new ("BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:seconds\r\nDTSTART:20260105T100000Z\r\n"
                                "RRULE:FREQ=SECONDLY;BYMONTH=1\r\nEND:VEVENT\r\n"
                                "BEGIN:VEVENT\r\nUID:times\r\nDTSTART:20260105T000000Z\r\nRRULE:FREQ=DAILY;BYHOUR=0");
  for (guint i = 1; i < 24; i++)
    g_string_append_printf (text, ",%u", i);
  g_string_append (text, ";BYMINUTE=0");
  for (guint i = 1; i < 60; i++)
    g_string_append_printf (text, ",%u", i);
  g_string_append (text, ";BYSECOND=0");
  for (guint i = 1; i < 60; i++)
    g_string_append_printf (text, ",%u", i);
  g_string_append (text, "\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nUID:ranges\r\nDTSTART:20270101T000000Z\r\n"
                         "RRULE:FREQ=MINUTELY\r\nEND:VEVENT\r\n");
  for (guint i = 0; i < 20000; i++) {
    guint day = i / 1440, minute = i % 1440;
    g_string_append_printf (text,
                            "BEGIN:VEVENT\r\nUID:ranges\r\nDTSTART:202701%02uT%02u%02u05Z\r\n"
                            "RECURRENCE-ID;RANGE=THISANDFUTURE:202701%02uT%02u%02u00Z\r\nEND:VEVENT\r\n",
                            day + 1, minute / 60, minute % 60, day + 1, minute / 60, minute % 60);
  }
  g_string_append (text, "END:VCALENDAR\r\n");
  g_assert_true (add (schedule, "a.ics", text->str, -1));
  g_string_free (text, TRUE);
  po_schedule_seal (schedule);
  g_autoptr (GPtrArray) day =
      po_schedule_occurrences (schedule, at ("2027-01-20T00:00:00Z"), at ("2027-01-21T00:00:00Z"));
  gint64 last[3] = {-1, -1, -1};
  for (guint i = 0; i < day->len; i++) {
    const PoOccurrence *occurrence = g_ptr_array_index (day, i);
    gint64 *number = &last[occurrence->uid[0] == 's' ? 0 : occurrence->uid[0] == 't' ? 1 : 2];
    if (*number >= 0)
      g_assert_cmpint (occurrence->ordinal, ==, *number + 1);
    *number = occurrence->ordinal;
  }
  g_assert_cmpuint (day->len, ==, 2 * 86400 + 1440);
  g_assert_cmpint (last[0], ==, 27 * 86400 - 36000 + 20 * 86400 - 1);
  g_assert_cmpint (last[1], ==, 381 * 86400 - 1);
  g_assert_cmpint (last[2], ==, 20 * 1440 - 1);
}

static void test_shapes (void) {
  g_autofree gchar *nested = repeat ("BEGIN:VCALENDAR\r\n", "BEGIN:X-DEEP\r\n", 200000, "END:VCALENDAR\r\n");
  g_autofree gchar *params = repeat ("BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:a\r\nDTSTART", ";A=B", 1000000,
                                     ":20270105T100000Z\r\nSUMMARY:many\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n");
  g_autofree gchar *dates = repeat (CALENDAR ("") "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:a\r\nDTSTART:"
                                                  "20270105T100000Z\r\nRRULE:FREQ=DAILY\r\nEXDATE:20270106T100000Z",
                                    ",20270230T100000Z", 300000, "\r\nSUMMARY:many\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n");
  g_autofree gchar *overrides =
      repeat ("BEGIN:VCALENDAR\r\n", EVENT ("a", "RECURRENCE-ID:20270105T100000Z\r\n"), 50000,
              EVENT ("a", "SEQUENCE:1\r\nSUMMARY:many\r\nRECURRENCE-ID:20270105T100000Z\r\n") "END:VCALENDAR\r\n");
  g_autofree gchar *same = repeat (CALENDAR ("") "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:a\r\nDTSTART:"
                                                 "20270105T100000Z\r\n",
                                   "COMMENT:c\r\nSTATUS:CONFIRMED\r\nX-PLAYOUT-START:FIXED\r\n", 200000,
                                   "SUMMARY:many\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n");
  g_autoptr (GString) unknown = g_string_new ("BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:a\r\n"
                                              "DTSTART:20270105T100000Z\r\nSUMMARY:many\r\n");
  for (guint i = 0; i < 200000; i++)
    g_string_append_printf (unknown, "X-PLAYOUT-%u:\r\n", i);
  g_string_append (unknown, "END:VEVENT\r\nEND:VCALENDAR\r\n");
  g_autofree gchar *garbage =
      repeat (CALENDAR (EVENT ("a", "SUMMARY:many\r\n")), "garbage\r\n:\r\n;;;\r\nEND:VEVENT\r\n", 100000, "");
  g_autofree gchar *zones = repeat (
      "BEGIN:VCALENDAR\r\n",
      "BEGIN:VTIMEZONE\r\nTZID:Z\r\nBEGIN:STANDARD\r\nDTSTART:16010101T000000\r\nTZOFFSETFROM:+0100\r\n"
      "TZOFFSETTO:+0200\r\nRRULE:FREQ=SECONDLY\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n",
      1000,
      "BEGIN:VEVENT\r\nUID:a\r\nDTSTART;TZID=Z:20270105T100000\r\nSUMMARY:many\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n");
  g_autoptr (PoSchedule) deep = schedule_new ();
  g_assert_true (add (deep, "deep.ics", nested, -1) || TRUE); // either way, it ends
  assert_summary (params, -1, "many");
  assert_summary (dates, -1, "many");
  assert_summary (overrides, -1, "many");
  assert_summary (same, -1, "many");
  assert_summary (unknown->str, -1, "many");
  assert_summary (garbage, -1, "many");
  assert_summary (zones, -1, "many");
}

// However the bytes are cut or changed, reading and asking end without harm (the sanitizers look on).
static void test_mutilated (void) {
  const gchar *text =
      "BEGIN:VCALENDAR\r\nBEGIN:VTIMEZONE\r\nTZID:Z\r\nBEGIN:STANDARD\r\nDTSTART:19701025T030000\r\nTZOFFSETFROM:+"
      "0200\r\n"
      "TZOFFSETTO:+0100\r\nRRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n"
      "BEGIN:VEVENT\r\nUID:a\r\nDTSTART;TZID=Z:20270105T100000\r\nDURATION:PT30M\r\nRRULE:FREQ=MONTHLY;BYDAY=MO,-1TU;"
      "BYSETPOS=2,-1;COUNT=9\r\n"
      "RDATE;VALUE=PERIOD:20270301T100000Z/"
      "PT1H\r\nEXDATE:20270105T090000Z\r\nATTACH;X-SOM=\"00:00:01:02\":a.mp4\r\nX-PLAYOUT-END;X-OVERRUN=PT5M:MANUAL\r\n"
      "BEGIN:VALARM\r\nTRIGGER:-PT5M\r\nEND:VALARM\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
  gsize length = strlen (text);
  for (gsize i = 0; i < 2 * length; i++) {
    g_autofree gchar *changed = g_strdup (text);
    gsize size = i < length ? i : length;
    if (i >= length)
      changed[i - length] = (gchar)(changed[i - length] * 31 + (gint)i);
    g_autoptr (PoSchedule) schedule = schedule_new ();
    add (schedule, "a.ics", changed, (gssize)size);
    po_schedule_seal (schedule);
    g_autoptr (GPtrArray) some =
        po_schedule_occurrences (schedule, at ("2027-01-01T00:00:00Z"), at ("2027-03-01T00:00:00Z"));
    for (guint k = 0; k < some->len; k++)
      g_free (po_occurrence_to_json (g_ptr_array_index (some, k)));
  }
}

#define ZONE(offset)                                                                                                   \
  "BEGIN:VTIMEZONE\r\nTZID:Z\r\nBEGIN:STANDARD\r\nDTSTART:19700101T000000\r\nTZOFFSETFROM:+0700\r\n"                   \
  "TZOFFSETTO:" offset "\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n"
#define RULE    "RRULE:FREQ=DAILY;COUNT=5\r\n"
#define MOVED   "RECURRENCE-ID:20270106T100000Z\r\n"
#define CALL(t) "BEGIN:VALARM\r\nACTION:DISPLAY\r\nTRIGGER:" t "\r\nEND:VALARM\r\n"

static gint compare_texts (gconstpointer a, gconstpointer b) {
  return strcmp (*(const gchar *const *)a, *(const gchar *const *)b);
}

static PoSchedule *schedule_of (const gchar *text) {
  PoSchedule *schedule = schedule_new ();
  g_assert_true (add (schedule, "a.ics", text, -1));
  po_schedule_seal (schedule);
  return schedule;
}

// Which UIDs are not as they were, in order; either way round.
static void test_changed (void) {
  static const struct {
    gint line;
    const gchar *before, *after, *uids;
  } cases[] = {
      {__LINE__, CALENDAR (EVENT ("a", RULE) EVENT ("b", "")), CALENDAR (EVENT ("b", "") EVENT ("a", RULE)), ""},
      {__LINE__, CALENDAR (EVENT ("a", "DTSTAMP:20260101T000000Z\r\nLAST-MODIFIED:20260101T000000Z\r\n")),
       CALENDAR (EVENT ("a", "DTSTAMP:20260102T000000Z\r\n")), ""},
      {__LINE__, CALENDAR (EVENT ("a", RULE) EVENT ("b", "")),
       CALENDAR (EVENT ("a", RULE "SUMMARY:x\r\n") EVENT ("b", "")), "a"},
      {__LINE__, CALENDAR (EVENT ("a", RULE)), CALENDAR (EVENT ("a", RULE "EXDATE:20270106T100000Z\r\n")), "a"},
      {__LINE__, CALENDAR (EVENT ("a", RULE) EVENT ("b", "")), CALENDAR (EVENT ("a", RULE)), "b"},
      {__LINE__, CALENDAR (EVENT ("a", RULE)), CALENDAR (EVENT ("a", RULE) EVENT ("a", MOVED)), "a"},
      {__LINE__, CALENDAR (EVENT ("a", RULE) EVENT ("a", MOVED)),
       CALENDAR (EVENT ("a", RULE) EVENT ("a", MOVED "STATUS:CANCELLED\r\n")), "a"},
      {__LINE__, CALENDAR (EVENT ("a", CALL ("-P1D"))), CALENDAR (EVENT ("a", CALL ("-P2D"))), "a"},
      {__LINE__, CALENDAR (EVENT ("a", CALL ("-P1D"))), CALENDAR (EVENT ("a", CALL ("-P1D") CALL ("-P1D"))), "a"},
      {__LINE__, CALENDAR (EVENT ("a", "")), CALENDAR ("METHOD:CANCEL\r\n" EVENT ("a", "")), "a"},
      {__LINE__, CALENDAR (ZONE ("+0700") EVENT ("a", "") EVENT ("b", "")),
       CALENDAR (ZONE ("+0800") EVENT ("a", "") EVENT ("b", "")), "a b"},
      // Both make one numbering, in which each counts on the other.
      {__LINE__, CALENDAR (EVENT ("a", RULE) EVENT ("c", "")),
       CALENDAR (EVENT ("a", RULE) EVENT ("b", RULE "RELATED-TO:a\r\n") EVENT ("c", "")), "a b"},
  };
  for (guint i = 0; i < 2 * G_N_ELEMENTS (cases); i++) {
    g_test_message ("line %d", cases[i / 2].line);
    g_autoptr (PoSchedule) before = schedule_of (i % 2 == 0 ? cases[i / 2].before : cases[i / 2].after);
    g_autoptr (PoSchedule) after = schedule_of (i % 2 == 0 ? cases[i / 2].after : cases[i / 2].before);
    g_autoptr (GHashTable) changed = po_schedule_changed (before, after);
    guint count = 0;
    g_autofree gchar **uids = (gchar **)g_hash_table_get_keys_as_array (changed, &count);
    qsort (uids, count, sizeof *uids, compare_texts);
    g_autofree gchar *got = g_strjoinv (" ", uids);
    g_assert_cmpstr (got, ==, cases[i / 2].uids);
    g_autoptr (GPtrArray) all =
        po_schedule_all_of (after, changed, at ("2027-01-05T00:00:00Z"), at ("2027-02-01T00:00:00Z"));
    for (guint k = 0; k < all->len; k++)
      g_assert_true (g_hash_table_contains (changed, ((PoOccurrence *)all->pdata[k])->uid));
  }
}

#define BARE(uid, more) "BEGIN:VEVENT\r\nUID:" uid "\r\n" more "END:VEVENT\r\n"

// A cancellation in a file of its own: which instances do not air any more, and that they are still known.
static void test_cancellations (void) {
  static const struct {
    gint line;
    const gchar *season, *cancel;
    guint n_airing, n_cancelled;
    const gchar *code; // found in the cancellation
  } cases[] = {
      {__LINE__, EVENT ("a", RULE "SEQUENCE:1\r\n"), EVENT ("a", RULE "SEQUENCE:2\r\n"), 0, 5, "cancelled"},
      {__LINE__, EVENT ("a", RULE "SEQUENCE:1\r\n"), EVENT ("a", "SEQUENCE:1\r\n"), 0, 5, "cancelled"},
      {__LINE__, EVENT ("a", RULE) EVENT ("a", MOVED), BARE ("a", "SEQUENCE:1\r\n"), 0, 5, "cancelled"},
      {__LINE__, EVENT ("a", MOVED), BARE ("a", "SEQUENCE:1\r\n"), 0, 1, "cancelled"},
      {__LINE__, EVENT ("a", RULE "SEQUENCE:2\r\n"), BARE ("a", "SEQUENCE:1\r\n"), 5, 0, "older-version"},
      {__LINE__, EVENT ("a", RULE "DTSTAMP:20270102T000000Z\r\n"), BARE ("a", "DTSTAMP:20270101T000000Z\r\n"), 5, 0,
       "older-version"},
      {__LINE__, EVENT ("a", RULE), BARE ("a", MOVED "SEQUENCE:1\r\n"), 4, 1, NULL},
      {__LINE__, EVENT ("a", RULE) EVENT ("a", MOVED "SEQUENCE:2\r\n"), BARE ("a", MOVED "SEQUENCE:1\r\n"), 5, 0,
       "older-version"},
      {__LINE__, EVENT ("a", RULE), BARE ("a", "RECURRENCE-ID;RANGE=THISANDFUTURE:20270106T100000Z\r\n"), 1, 4, NULL},
      {__LINE__, EVENT ("a", RULE), BARE ("b", "SEQUENCE:1\r\n"), 5, 0, "cancels-unknown"},
  };
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_test_message ("line %d", cases[i].line);
    g_autoptr (PoSchedule) schedule = schedule_new ();
    g_autofree gchar *season = g_strconcat ("BEGIN:VCALENDAR\r\n", cases[i].season, "END:VCALENDAR\r\n", NULL);
    g_autofree gchar *cancel =
        g_strconcat ("BEGIN:VCALENDAR\r\nMETHOD:CANCEL\r\n", cases[i].cancel, "END:VCALENDAR\r\n", NULL);
    g_assert_true (add (schedule, "huy.ics", cancel, -1));
    g_assert_true (add (schedule, "mua.ics", season, -1));
    po_schedule_seal (schedule);
    const PoTimeNs from_ns = at ("2027-01-01T00:00:00Z"), to_ns = at ("2027-02-01T00:00:00Z");
    g_autoptr (GPtrArray) airing = po_schedule_occurrences (schedule, from_ns, to_ns);
    g_autoptr (GPtrArray) all = po_schedule_all_of (schedule, NULL, from_ns, to_ns);
    g_autoptr (GPtrArray) findings = po_schedule_findings (schedule);
    guint n_cancelled = 0;
    for (guint k = 0; k < all->len; k++)
      n_cancelled += ((const PoOccurrence *)all->pdata[k])->status == PO_STATUS_CANCELLED;
    g_assert_cmpuint (airing->len, ==, cases[i].n_airing);
    g_assert_cmpuint (all->len, ==, cases[i].n_airing + cases[i].n_cancelled);
    g_assert_cmpuint (n_cancelled, ==, cases[i].n_cancelled);
    g_assert_cmpuint (findings->len, ==, cases[i].code != NULL);
    if (cases[i].code != NULL)
      g_assert_true (has_finding (schedule, cases[i].code, "huy.ics", 3));
  }
}

int main (int argc, char **argv) {
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/schedule/encodings", test_encodings);
  g_test_add_func ("/schedule/unusable", test_unusable);
  g_test_add_func ("/schedule/files", test_files);
  g_test_add_func ("/schedule/folder", test_folder);
  g_test_add_func ("/schedule/json", test_json);
  g_test_add_func ("/schedule/count-before", test_count_before);
  g_test_add_func ("/schedule/changed", test_changed);
  g_test_add_func ("/schedule/cancellations", test_cancellations);
  g_test_add_data_func ("/schedule/hostile/endless", "PT1S", test_endless);
  g_test_add_data_func ("/schedule/hostile/endless-overlapping", "P1D", test_endless);
  g_test_add_data_func ("/schedule/hostile/excluded-of-many", "RRULE:FREQ=MINUTELY\r\nEXDATE:20270101T001000Z",
                        test_excluded_of_many);
  g_test_add_data_func ("/schedule/hostile/excluded-of-many-by-rule",
                        "RRULE:FREQ=MINUTELY\r\nEXRULE:FREQ=HOURLY;COUNT=1", test_excluded_of_many);
  g_test_add_func ("/schedule/hostile/excluded-by-many", test_excluded_by_many);
  g_test_add_func ("/schedule/hostile/excluded-days", test_excluded_days);
  g_test_add_func ("/schedule/hostile/numbering", test_numbering);
  g_test_add_func ("/schedule/hostile/shapes", test_shapes);
  g_test_add_func ("/schedule/hostile/mutilated", test_mutilated);
  return g_test_run ();
}
