// SPDX-License-Identifier: GPL-3.0-or-later
// 50,000 events (11 MB): reading them and expanding one week, against what libical needs only to parse them, in the
// same run, five times in turn; and another week without reading again. Prints the medians; fails beyond what is to be
// reached.
#include <libical/ical.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "schedule/schedule.h"

#define EVENTS        50000
#define ROUNDS        5
#define WEEK_NS       (7 * 86400 * PO_NS_PER_SECOND)
#define MAX_RATIO     1.3
#define MAX_WINDOW_MS 20.0

static gchar *make_calendar (void) {
  static const gchar *const rules[] = {"FREQ=WEEKLY;INTERVAL=2;COUNT=26", "FREQ=DAILY;COUNT=10",
                                       "FREQ=MONTHLY;BYDAY=2TU", "FREQ=WEEKLY;BYDAY=MO,WE;UNTIL=20271231T225959Z"};
  GString *text =
      g_string_new ("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//playoutd//bench//EN\r\n"
                    "BEGIN:VTIMEZONE\r\nTZID:Europe/Berlin\r\n"
                    "BEGIN:STANDARD\r\nDTSTART:19701025T030000\r\nTZOFFSETFROM:+0200\r\nTZOFFSETTO:+0100\r\n"
                    "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU\r\nEND:STANDARD\r\n"
                    "BEGIN:DAYLIGHT\r\nDTSTART:19700329T020000\r\nTZOFFSETFROM:+0100\r\nTZOFFSETTO:+0200\r\n"
                    "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU\r\nEND:DAYLIGHT\r\nEND:VTIMEZONE\r\n");
  for (guint i = 0; i < EVENTS; i++) {
    guint day = i * 7919 % 1008; // spread over three years of twelve months of 28 days
    g_string_append_printf (text,
                            "BEGIN:VEVENT\r\nUID:event-%u@bench.example\r\nDTSTAMP:20261101T020000Z\r\n"
                            "DTSTART;TZID=Europe/Berlin:%u%02u%02uT%02u%02u00\r\nDURATION:PT30M\r\n"
                            "SUMMARY:Chương trình số %u\r\nATTACH:clips/%u.mp4\r\n",
                            i, 2025 + day / 336, day / 28 % 12 + 1, day % 28 + 1, i % 24, i % 4 * 15, i, i % 500);
    if (i % 4 == 0)
      g_string_append_printf (text, "RRULE:%s\r\n", rules[i / 4 % G_N_ELEMENTS (rules)]);
    g_string_append (text, "STATUS:CONFIRMED\r\nEND:VEVENT\r\n");
  }
  return g_string_free (g_string_append (text, "END:VCALENDAR\r\n"), FALSE);
}

// Time of this process on a processor: what others do meanwhile does not count.
static gdouble cpu_ms (void) {
  struct timespec now;
  clock_gettime (CLOCK_PROCESS_CPUTIME_ID, &now);
  return (gdouble)now.tv_sec * 1e3 + (gdouble)now.tv_nsec / 1e6;
}

static gdouble parse_by_libical (const gchar *text) {
  gdouble began = cpu_ms ();
  icalcomponent *calendar = icalparser_parse_string (text);
  gdouble ms = cpu_ms () - began;
  icalcomponent_free (calendar);
  return ms;
}

static gdouble read_and_expand (GBytes *bytes, gdouble *ret_other_ms, guint *ret_found) {
  const PoTimeNs march_ns = 1803859200 * PO_NS_PER_SECOND; // 1 March 2027
  gdouble began = cpu_ms ();
  g_autoptr (PoSchedule) schedule = po_schedule_new ("Asia/Ho_Chi_Minh", NULL);
  if (!po_schedule_add (schedule, "bench.ics", bytes, NULL))
    g_error ("the benchmark's own calendar was refused");
  po_schedule_seal (schedule);
  g_autoptr (GPtrArray) week = po_schedule_occurrences (schedule, march_ns, march_ns + WEEK_NS);
  gdouble ms = cpu_ms () - began;
  began = cpu_ms ();
  g_autoptr (GPtrArray) other = po_schedule_occurrences (schedule, march_ns + 4 * WEEK_NS, march_ns + 5 * WEEK_NS);
  *ret_other_ms = cpu_ms () - began;
  *ret_found = week->len;
  return ms;
}

static int compare (const void *a, const void *b) {
  gdouble x = *(const gdouble *)a, y = *(const gdouble *)b;
  return (x > y) - (x < y);
}

static gdouble median (gdouble *values) {
  qsort (values, ROUNDS, sizeof *values, compare);
  return values[ROUNDS / 2];
}

int main (void) {
  gchar *text = make_calendar ();
  gsize size = strlen (text);
  g_autoptr (GBytes) bytes = g_bytes_new_take (text, size);
  gdouble libical_ms[ROUNDS], ours_ms[ROUNDS], other_ms[ROUNDS];
  guint found = 0;
  for (guint i = 0; i < ROUNDS; i++) {
    malloc_trim (0); // neither is to sweep up what the other left
    libical_ms[i] = parse_by_libical (text);
    malloc_trim (0);
    ours_ms[i] = read_and_expand (bytes, &other_ms[i], &found);
  }
  gdouble libical = median (libical_ms), ours = median (ours_ms), other = median (other_ms);
  g_print ("%u events, %.1f MB, %u instances in the week\n", EVENTS, (gdouble)size / 1e6, found);
  g_print ("libical parses: %.1f ms\nread and week: %.1f ms\nratio: %.2f (to reach: %.1f)\n", libical, ours,
           ours / libical, MAX_RATIO);
  g_print ("another week: %.1f ms (to reach: %.0f)\n", other, MAX_WINDOW_MS);
  return ours / libical <= MAX_RATIO && other < MAX_WINDOW_MS ? 0 : 1;
}
