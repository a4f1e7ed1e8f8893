// SPDX-License-Identifier: GPL-3.0-or-later
// Which version of a calendar may go on air: a table of what lay there before and what lies there now.
#include <string.h>

#include "schedule/judge.h"

#define ZONE "Asia/Ho_Chi_Minh"

// A calendar of events named by letters; a lower-case one is today (6 January 2027), an upper-case one in March; "-a"
// is there but cancelled. "!" is text, "<" a calendar cut off.
static GBytes *calendar (const gchar *events) {
  GString *text = g_string_new ("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:test\r\n");
  if (g_str_equal (events, "!")) {
    g_string_assign (text, "this is no calendar\r\n");
    return g_string_free_to_bytes (text);
  }
  for (const gchar *c = events; *c != '\0' && *c != '<'; c++) {
    gboolean cancelled = *c == '-';
    if (cancelled)
      c++;
    g_string_append_printf (text,
                            "BEGIN:VEVENT\r\nUID:%c@test\r\nDTSTAMP:20261201T000000Z\r\nDTSTART:2027%sT120000\r\n"
                            "DURATION:PT1H\r\nSUMMARY:%c\r\n%sEND:VEVENT\r\n",
                            *c, g_ascii_islower (*c) ? "0106" : "0301", *c, cancelled ? "STATUS:CANCELLED\r\n" : "");
  }
  g_string_append (text, strchr (events, '<') != NULL ? "BEGIN:VEVENT\r\nUID:cut" : "END:VCALENDAR\r\n");
  return g_string_free_to_bytes (text);
}

// "x.ics=abC y.ics=D" to files; NULL: none.
static GPtrArray *folder (const gchar *text) {
  GPtrArray *files = g_ptr_array_new_with_free_func ((GDestroyNotify)po_calendar_file_free);
  g_auto (GStrv) parts = g_strsplit (text, " ", -1);
  for (guint i = 0; parts[i] != NULL && *parts[i] != '\0'; i++) {
    g_auto (GStrv) pair = g_strsplit (parts[i], "=", 2);
    g_autoptr (GBytes) bytes = calendar (pair[1]);
    g_ptr_array_add (files, po_calendar_file_new (pair[0], bytes));
  }
  return files;
}

static gchar *describe (PoScheduleVerdict *verdict) {
  GString *text = g_string_new (NULL);
  for (guint i = 0; i < verdict->files->len; i++) {
    const PoCalendarVerdict *file = verdict->files->pdata[i];
    g_string_append_printf (text, "%s%s:%s", i > 0 ? " " : "", file->name, po_calendar_state_to_string (file->state));
  }
  return g_string_free (text, FALSE);
}

static void test_table (void) {
  static const struct {
    guint line;
    const gchar *before, *now, *verdict;
  } cases[] = {
      {__LINE__, "", "x.ics=abC", "x.ics:accepted"},
      {__LINE__, "", "", ""},
      {__LINE__, "", "x.ics=", "x.ics:accepted"}, // a calendar without events is one
      {__LINE__, "", "x.ics=!", "x.ics:refused"},
      {__LINE__, "", "x.ics=ab<", "x.ics:refused"},
      {__LINE__, "x.ics=abC", "x.ics=abC", "x.ics:accepted"},
      {__LINE__, "x.ics=abC", "x.ics=abCDE", "x.ics:accepted"},
      {__LINE__, "x.ics=abC", "x.ics=!", "x.ics:kept-unusable"},
      {__LINE__, "x.ics=abC", "x.ics=abC<", "x.ics:kept-unusable"},
      {__LINE__, "x.ics=abC", "", "x.ics:kept-vanished"},
      {__LINE__, "x.ics=", "", "x.ics:removed"},                             // nothing to lose
      {__LINE__, "x.ics=aBCD", "x.ics=aBC", "x.ics:accepted"},               // one of four
      {__LINE__, "x.ics=aBCD", "x.ics=aB", "x.ics:accepted"},                // half is not over half
      {__LINE__, "x.ics=aBCD", "x.ics=a", "x.ics:kept-shrunk"},              // over half
      {__LINE__, "x.ics=aBCD", "x.ics=", "x.ics:kept-shrunk"},               // all
      {__LINE__, "x.ics=abCDEFGH", "x.ics=CDEFGH", "x.ics:kept-shrunk"},     // all of today
      {__LINE__, "x.ics=abCDEFGH", "x.ics=bCDEFGH", "x.ics:accepted"},       // one of today
      {__LINE__, "x.ics=aBCD", "x.ics=-aBCD", "x.ics:accepted"},             // cancelled is not gone
      {__LINE__, "x.ics=-aBCD", "x.ics=BCD", "x.ics:accepted"},              // it would not have aired
      {__LINE__, "x.ics=abC", "y.ics=abC", "x.ics:removed y.ics:accepted"},  // renamed
      {__LINE__, "x.ics=abC", "y.ics=abCD", "x.ics:removed y.ics:accepted"}, // renamed and added to
      {__LINE__, "x.ics=abC", "y.ics=ab", "x.ics:kept-vanished y.ics:accepted"},
      {__LINE__, "x.ics=abC", "y.ics=abC<", "x.ics:kept-vanished y.ics:refused"},
      {__LINE__, "x.ics=abCD", "x.ics=a y.ics=bCD", "x.ics:accepted y.ics:accepted"},             // split in two
      {__LINE__, "x.ics=ab y.ics=CD", "x.ics=abCD", "x.ics:accepted y.ics:removed"},              // merged
      {__LINE__, "x.ics=ab y.ics=CD", "x.ics=! y.ics=CDE", "x.ics:kept-unusable y.ics:accepted"}, // one alone suffers
      {__LINE__, "x.ics=ab y.ics=CD", "", "x.ics:kept-vanished y.ics:kept-vanished"},             // the mount is gone
  };
  g_autoptr (GTimeZone) zone = g_time_zone_new_identifier (ZONE);
  PoTimeNs now_ns = po_time_from_local (zone, 2027, 1, 6, 8, 0, 0);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GPtrArray) before = folder (cases[i].before), now = folder (cases[i].now);
    g_autoptr (PoScheduleVerdict) verdict = po_schedule_judge (ZONE, before, now, now_ns);
    g_autofree gchar *described = describe (verdict);
    gboolean keeps = strstr (cases[i].verdict, "kept") != NULL;
    if (!g_str_equal (described, cases[i].verdict) || verdict->needs_operator != keeps)
      g_error ("line %u: %s", cases[i].line, described);
    g_assert_cmpuint (verdict->findings->len, >=, keeps);
  }
}

// What is today depends on the hour and the station's zone: 6 January there begins at 17:00 UTC of the 5th.
static void test_today_is_local (void) {
  static const struct {
    guint line;
    const gchar *now_utc;
    PoCalendarState state;
  } cases[] = {
      {__LINE__, "2027-01-05T16:59:59Z", PO_CALENDAR_ACCEPTED},    // still the 5th
      {__LINE__, "2027-01-05T17:00:00Z", PO_CALENDAR_KEPT_SHRUNK}, // midnight in Huế
      {__LINE__, "2027-01-06T16:59:59Z", PO_CALENDAR_KEPT_SHRUNK},
      {__LINE__, "2027-01-06T17:00:00Z", PO_CALENDAR_ACCEPTED},
  };
  g_autoptr (GTimeZone) utc = g_time_zone_new_utc ();
  g_autoptr (GPtrArray) before = folder ("x.ics=aBCDE"), now = folder ("x.ics=BCDE");
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    PoTimeNs now_ns = 0;
    g_assert_true (po_time_parse (cases[i].now_utc, utc, &now_ns, NULL));
    g_autoptr (PoScheduleVerdict) verdict = po_schedule_judge (ZONE, before, now, now_ns);
    if (((PoCalendarVerdict *)verdict->files->pdata[0])->state != cases[i].state)
      g_error ("line %u", cases[i].line);
  }
}

int main (int argc, char **argv) {
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/schedule/judge/table", test_table);
  g_test_add_func ("/schedule/judge/today-is-local", test_today_is_local);
  return g_test_run ();
}
