// SPDX-License-Identifier: GPL-3.0-or-later
// What is kept of the days asked for last says the same as the calendars themselves, and is made once.
#include "station/listed.h"

#include <string.h>

#define HOUR_NS ((gint64)3600 * PO_NS_PER_SECOND)

#define CALENDAR                                                                                                       \
  "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//t//t//EN\r\n"                                                           \
  "BEGIN:VEVENT\r\nUID:often\r\nDTSTAMP:20270101T000000Z\r\nDTSTART:20270101T000000Z\r\nDURATION:PT45M\r\n"            \
  "RRULE:FREQ=HOURLY;COUNT=400\r\nEND:VEVENT\r\n"                                                                      \
  "BEGIN:VEVENT\r\nUID:long\r\nDTSTAMP:20270101T000000Z\r\nDTSTART:20270102T130000Z\r\nDURATION:P3D\r\nEND:VEVENT\r\n" \
  "BEGIN:VEVENT\r\nUID:moment\r\nDTSTAMP:20270101T000000Z\r\nDTSTART:20270103T000000Z\r\nATTACH:a.mp4\r\n"             \
  "END:VEVENT\r\n"                                                                                                     \
  "BEGIN:VEVENT\r\nUID:date\r\nDTSTAMP:20270101T000000Z\r\nDTSTART;VALUE=DATE:20270104\r\nEND:VEVENT\r\n"              \
  "END:VCALENDAR\r\n"

static PoSchedule *schedule_new (void) {
  PoSchedule *schedule = po_schedule_new ("Asia/Ho_Chi_Minh", NULL);
  g_autoptr (GBytes) bytes = g_bytes_new_static (CALENDAR, strlen (CALENDAR));
  g_assert_true (po_schedule_add (schedule, "a.ics", bytes, NULL));
  po_schedule_seal (schedule);
  return schedule;
}

static PoTimeNs start_ns (void) {
  g_autoptr (GTimeZone) utc = g_time_zone_new_utc ();
  PoTimeNs time_ns = 0;
  g_assert_true (po_time_parse ("2026-12-31T20:00:00Z", utc, &time_ns, NULL));
  return time_ns;
}

static void assert_same (GPtrArray *found, GPtrArray *expected) {
  g_assert_cmpuint (found->len, ==, expected->len);
  for (guint i = 0; i < found->len; i++)
    g_assert_cmpint (po_occurrence_compare (&found->pdata[i], &expected->pdata[i]), ==, 0);
}

static void test_every_window (void) {
  static const gint64 spans_h[] = {1, 5, 24, 25, 49, 8 * 24, 9 * 24};
  g_autoptr (PoSchedule) schedule = schedule_new ();
  PoListed *listed = po_listed_new ();
  for (gint64 hour = 0; hour < 20 * 24; hour++)
    for (guint i = 0; i < G_N_ELEMENTS (spans_h); i++) {
      const PoTimeNs from_ns = start_ns () + hour * HOUR_NS, to_ns = from_ns + spans_h[i] * HOUR_NS;
      g_autoptr (GPtrArray) found = po_listed_occurrences (listed, schedule, from_ns, to_ns);
      g_autoptr (GPtrArray) expected = po_schedule_occurrences (schedule, from_ns, to_ns);
      assert_same (found, expected);
    }
  po_listed_free (listed);
}

// Of before 1970, of no time at all, and of all there is.
static void test_odd_windows (void) {
  static const PoTimeNs windows[][2] = {{-30 * HOUR_NS, 30 * HOUR_NS},
                                        {0, 0},
                                        {G_MININT64, G_MAXINT64},
                                        {G_MININT64, G_MININT64 + HOUR_NS},
                                        {G_MAXINT64 - HOUR_NS, G_MAXINT64}};
  g_autoptr (PoSchedule) schedule = schedule_new ();
  PoListed *listed = po_listed_new ();
  for (guint i = 0; i < G_N_ELEMENTS (windows); i++) {
    g_autoptr (GPtrArray) found = po_listed_occurrences (listed, schedule, windows[i][0], windows[i][1]);
    g_autoptr (GPtrArray) expected = po_schedule_occurrences (schedule, windows[i][0], windows[i][1]);
    assert_same (found, expected);
  }
  po_listed_free (listed);
}

static void test_made_once (void) {
  g_autoptr (PoSchedule) schedule = schedule_new (), other = schedule_new ();
  PoListed *listed = po_listed_new ();
  const PoTimeNs from_ns = start_ns () + 30 * HOUR_NS;
  g_autoptr (GPtrArray) first = po_listed_occurrences (listed, schedule, from_ns, from_ns + 24 * HOUR_NS);
  g_autoptr (GPtrArray) again = po_listed_occurrences (listed, schedule, from_ns + HOUR_NS, from_ns + 24 * HOUR_NS);
  g_autoptr (GPtrArray) theirs = po_listed_occurrences (listed, other, from_ns, from_ns + 24 * HOUR_NS);
  g_assert_cmpuint (first->len, ==, 26);
  g_assert_cmpuint (again->len, ==, 25);
  g_assert_true (again->pdata[24] == first->pdata[25]);
  g_assert_true (theirs->pdata[25] != first->pdata[25]);
  po_listed_free (listed);
}

int main (int argc, char **argv) {
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/listed/every-window", test_every_window);
  g_test_add_func ("/listed/odd-windows", test_odd_windows);
  g_test_add_func ("/listed/made-once", test_made_once);
  return g_test_run ();
}
