// SPDX-License-Identifier: GPL-3.0-or-later
// The recurrence engine against tables: every example of RFC 5545 3.8.5.3 (errata applied), what the standard leaves to
// the reader, rules against the grammar, and rules that must not cost what they could.
// Expected days are written "1997-09:2,9,16-18", at DTSTART's time of day or at "@9:00,9:20".
#include <glib.h>
#include <stdio.h>
#include <string.h>

#include "schedule/recur-private.h"

typedef struct {
  gint line;
  const gchar *start, *rule;
  const gchar *to; // the window ends here, for endless rules; NULL = far away
  const gchar *expected;
} Row;

#define R(start, rule, to, expected)                                                                                   \
  { __LINE__, start, rule, to, expected }

static const Row RFC5545[] = {
    R ("19970902T090000", "FREQ=DAILY;COUNT=10", NULL, "1997-09:2-11"),
    R ("19970902T090000", "FREQ=DAILY;UNTIL=19971224T000000Z", NULL,
       "1997-09:2-30 1997-10:1-31 1997-11:1-30 1997-12:1-23"),
    R ("19970902T090000", "FREQ=DAILY;INTERVAL=2", "19971005",
       "1997-09:2,4,6,8,10,12,14,16,18,20,22,24,26,28,30 1997-10:2,4"),
    R ("19970902T090000", "FREQ=DAILY;INTERVAL=10;COUNT=5", NULL, "1997-09:2,12,22 1997-10:2,12"),
    R ("19980101T090000", "FREQ=YEARLY;UNTIL=20000131T140000Z;BYMONTH=1;BYDAY=SU,MO,TU,WE,TH,FR,SA", NULL,
       "1998-01:1-31 1999-01:1-31 2000-01:1-31"),
    R ("19980101T090000", "FREQ=DAILY;UNTIL=20000131T140000Z;BYMONTH=1", NULL,
       "1998-01:1-31 1999-01:1-31 2000-01:1-31"),
    R ("19970902T090000", "FREQ=WEEKLY;COUNT=10", NULL, "1997-09:2,9,16,23,30 1997-10:7,14,21,28 1997-11:4"),
    R ("19970902T090000", "FREQ=WEEKLY;UNTIL=19971224T000000Z", NULL,
       "1997-09:2,9,16,23,30 1997-10:7,14,21,28 1997-11:4,11,18,25 1997-12:2,9,16,23"),
    R ("19970902T090000", "FREQ=WEEKLY;INTERVAL=2;WKST=SU", "19980218",
       "1997-09:2,16,30 1997-10:14,28 1997-11:11,25 1997-12:9,23 1998-01:6,20 1998-02:3,17"),
    R ("19970902T090000", "FREQ=WEEKLY;UNTIL=19971007T000000Z;WKST=SU;BYDAY=TU,TH", NULL,
       "1997-09:2,4,9,11,16,18,23,25,30 1997-10:2"),
    R ("19970902T090000", "FREQ=WEEKLY;COUNT=10;WKST=SU;BYDAY=TU,TH", NULL,
       "1997-09:2,4,9,11,16,18,23,25,30 1997-10:2"),
    R ("19970901T090000", "FREQ=WEEKLY;INTERVAL=2;UNTIL=19971224T000000Z;WKST=SU;BYDAY=MO,WE,FR", NULL,
       "1997-09:1,3,5,15,17,19,29 1997-10:1,3,13,15,17,27,29,31 1997-11:10,12,14,24,26,28 1997-12:8,10,12,22"),
    R ("19970902T090000", "FREQ=WEEKLY;INTERVAL=2;COUNT=8;WKST=SU;BYDAY=TU,TH", NULL,
       "1997-09:2,4,16,18,30 1997-10:2,14,16"),
    R ("19970905T090000", "FREQ=MONTHLY;COUNT=10;BYDAY=1FR", NULL,
       "1997-09:5 1997-10:3 1997-11:7 1997-12:5 1998-01:2 1998-02:6 1998-03:6 1998-04:3 1998-05:1 1998-06:5"),
    R ("19970905T090000", "FREQ=MONTHLY;UNTIL=19971224T000000Z;BYDAY=1FR", NULL,
       "1997-09:5 1997-10:3 1997-11:7 1997-12:5"),
    R ("19970907T090000", "FREQ=MONTHLY;INTERVAL=2;COUNT=10;BYDAY=1SU,-1SU", NULL,
       "1997-09:7,28 1997-11:2,30 1998-01:4,25 1998-03:1,29 1998-05:3,31"),
    R ("19970922T090000", "FREQ=MONTHLY;COUNT=6;BYDAY=-2MO", NULL,
       "1997-09:22 1997-10:20 1997-11:17 1997-12:22 1998-01:19 1998-02:16"),
    R ("19970928T090000", "FREQ=MONTHLY;BYMONTHDAY=-3", "19980301",
       "1997-09:28 1997-10:29 1997-11:28 1997-12:29 1998-01:29 1998-02:26"),
    R ("19970902T090000", "FREQ=MONTHLY;COUNT=10;BYMONTHDAY=2,15", NULL,
       "1997-09:2,15 1997-10:2,15 1997-11:2,15 1997-12:2,15 1998-01:2,15"),
    R ("19970930T090000", "FREQ=MONTHLY;COUNT=10;BYMONTHDAY=1,-1", NULL,
       "1997-09:30 1997-10:1,31 1997-11:1,30 1997-12:1,31 1998-01:1,31 1998-02:1"),
    R ("19970910T090000", "FREQ=MONTHLY;INTERVAL=18;COUNT=10;BYMONTHDAY=10,11,12,13,14,15", NULL,
       "1997-09:10-15 1999-03:10-13"),
    R ("19970902T090000", "FREQ=MONTHLY;INTERVAL=2;BYDAY=TU", "19980401",
       "1997-09:2,9,16,23,30 1997-11:4,11,18,25 1998-01:6,13,20,27 1998-03:3,10,17,24,31"),
    R ("19970610T090000", "FREQ=YEARLY;COUNT=10;BYMONTH=6,7", NULL,
       "1997-06:10 1997-07:10 1998-06:10 1998-07:10 1999-06:10 1999-07:10 2000-06:10 2000-07:10 2001-06:10 2001-07:10"),
    R ("19970310T090000", "FREQ=YEARLY;INTERVAL=2;COUNT=10;BYMONTH=1,2,3", NULL,
       "1997-03:10 1999-01:10 1999-02:10 1999-03:10 2001-01:10 2001-02:10 2001-03:10 2003-01:10 2003-02:10 2003-03:10"),
    R ("19970101T090000", "FREQ=YEARLY;INTERVAL=3;COUNT=10;BYYEARDAY=1,100,200", NULL,
       "1997-01:1 1997-04:10 1997-07:19 2000-01:1 2000-04:9 2000-07:18 2003-01:1 2003-04:10 2003-07:19 2006-01:1"),
    R ("19970519T090000", "FREQ=YEARLY;BYDAY=20MO", "20000101", "1997-05:19 1998-05:18 1999-05:17"),
    R ("19970512T090000", "FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO", "20000101", "1997-05:12 1998-05:11 1999-05:17"),
    R ("19970313T090000", "FREQ=YEARLY;BYMONTH=3;BYDAY=TH", "20000101",
       "1997-03:13,20,27 1998-03:5,12,19,26 1999-03:4,11,18,25"),
    R ("19970605T090000", "FREQ=YEARLY;BYDAY=TH;BYMONTH=6,7,8", "20000101",
       "1997-06:5,12,19,26 1997-07:3,10,17,24,31 1997-08:7,14,21,28 1998-06:4,11,18,25 1998-07:2,9,16,23,30 "
       "1998-08:6,13,20,27 1999-06:3,10,17,24 1999-07:1,8,15,22,29 1999-08:5,12,19,26"),
    R ("19970902T090000", "FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13", "20001231",
       "1998-02:13 1998-03:13 1998-11:13 1999-08:13 2000-10:13"),
    R ("19970913T090000", "FREQ=MONTHLY;BYDAY=SA;BYMONTHDAY=7,8,9,10,11,12,13", "19980701",
       "1997-09:13 1997-10:11 1997-11:8 1997-12:13 1998-01:10 1998-02:7 1998-03:7 1998-04:11 1998-05:9 1998-06:13"),
    R ("19961105T090000", "FREQ=YEARLY;INTERVAL=4;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8", "20050101",
       "1996-11:5 2000-11:7 2004-11:2"),
    R ("19970904T090000", "FREQ=MONTHLY;COUNT=3;BYDAY=TU,WE,TH;BYSETPOS=3", NULL, "1997-09:4 1997-10:7 1997-11:6"),
    R ("19970929T090000", "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-2", "19980401",
       "1997-09:29 1997-10:30 1997-11:27 1997-12:30 1998-01:29 1998-02:26 1998-03:30"),
    R ("19970902T090000", "FREQ=HOURLY;INTERVAL=3;UNTIL=19970902T170000", NULL, "1997-09:2@9:00,12:00,15:00"),
    R ("19970902T090000", "FREQ=MINUTELY;INTERVAL=15;COUNT=6", NULL, "1997-09:2@9:00,9:15,9:30,9:45,10:00,10:15"),
    R ("19970902T090000", "FREQ=MINUTELY;INTERVAL=90;COUNT=4", NULL, "1997-09:2@9:00,10:30,12:00,13:30"),
    R ("19970902T090000", "FREQ=DAILY;BYHOUR=9,10,11,12,13,14,15,16;BYMINUTE=0,20,40", "19970904",
       "1997-09:2@9:00,9:20,9:40,10:00,10:20,10:40,11:00,11:20,11:40,12:00,12:20,12:40,13:00,13:20,13:40,14:00,14:20,"
       "14:40,"
       "15:00,15:20,15:40,16:00,16:20,16:40 "
       "1997-09:3@9:00,9:20,9:40,10:00,10:20,10:40,11:00,11:20,11:40,12:00,12:20,12:40,13:00,13:20,13:40,14:00,14:20,"
       "14:40,"
       "15:00,15:20,15:40,16:00,16:20,16:40"),
    R ("19970902T090000", "FREQ=MINUTELY;INTERVAL=20;BYHOUR=9,10,11,12,13,14,15,16", "19970903",
       "1997-09:2@9:00,9:20,9:40,10:00,10:20,10:40,11:00,11:20,11:40,12:00,12:20,12:40,13:00,13:20,13:40,14:00,14:20,"
       "14:40,"
       "15:00,15:20,15:40,16:00,16:20,16:40"),
    R ("19970805T090000", "FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO", NULL, "1997-08:5,10,19,24"),
    R ("19970805T090000", "FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU", NULL, "1997-08:5,17,19,31"),
    R ("20070115T090000", "FREQ=MONTHLY;BYMONTHDAY=15,30;COUNT=5", NULL, "2007-01:15,30 2007-02:15 2007-03:15,30"),
};

static const Row FINE_PRINT[] = {
    // 29 February, the 31st, and no 30 February: an impossible day is passed over.
    R ("20240229T120000", "FREQ=YEARLY;COUNT=3", NULL, "2024-02:29 2028-02:29 2032-02:29"),
    R ("20270131T120000", "FREQ=MONTHLY;COUNT=4", NULL, "2027-01:31 2027-03:31 2027-05:31 2027-07:31"),
    R ("20270101T120000", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "22000101", ""),
    // Against the standard, but no doubt what is meant: both ends, and white space in lists.
    R ("20270101T090000", "FREQ=DAILY;COUNT=3;UNTIL=20270102T235959Z", NULL, "2027-01:1,2"),
    R ("20270101T090000", "FREQ=DAILY;UNTIL=20270109T235959Z;COUNT=3", NULL, "2027-01:1-3"),
    R ("20270101T090000", "FREQ=WEEKLY;BYDAY=MO, WE ,FR;COUNT=9;UNTIL=20270111T235959Z", NULL, "2027-01:1,4,6,8,11"),
    R ("20270101T090000", "FREQ = MONTHLY; BYMONTHDAY = 1, 15; COUNT = 3", NULL, "2027-01:1,15 2027-02:1"),
    // Week 53 exists in 2026 and 2032; week 1 begins in the old year.
    R ("20260101T120000", "FREQ=YEARLY;BYWEEKNO=53;BYDAY=MO", "20330101", "2026-12:28 2032-12:27"),
    R ("20240101T120000", "FREQ=YEARLY;BYWEEKNO=1;BYDAY=MO,SU", "20260201",
       "2024-01:1,7 2024-12:30 2025-01:5 2025-12:29 2026-01:4"),
    R ("20240101T120000", "FREQ=YEARLY;BYWEEKNO=-1;BYDAY=MO", "20270101", "2024-12:23 2025-12:22 2026-12:28"),
    // With weeks from Sunday, week 20 of 1997 is 11 to 17 May.
    R ("19970512T090000", "FREQ=YEARLY;BYWEEKNO=20;BYDAY=SU;WKST=SU", "19980101", ""),
    R ("19970501T090000", "FREQ=YEARLY;BYWEEKNO=20;BYDAY=SU;WKST=SU", "19980101", "1997-05:11"),
    // BYWEEKNO alone: DTSTART's day of the week. The year is the week's year: 2024, 2026.
    R ("20240515T090000", "FREQ=YEARLY;BYWEEKNO=20", "20260601", "2024-05:15 2025-05:14 2026-05:13"),
    R ("20240101T090000", "FREQ=YEARLY;INTERVAL=2;BYWEEKNO=1", "20260601", "2024-01:1 2025-12:29"),
    // BYMONTHDAY alone in a year: that day of every month; BYMONTH alone: DTSTART's day of those months.
    R ("20270101T090000", "FREQ=YEARLY;BYMONTHDAY=15;COUNT=3", NULL, "2027-01:15 2027-02:15"),
    R ("20270331T090000", "FREQ=YEARLY;BYMONTH=2,3,4;COUNT=3", NULL, "2027-03:31 2028-03:31 2029-03:31"),
    R ("20270101T090000", "FREQ=YEARLY;BYYEARDAY=-1,366;COUNT=4", NULL, "2027-12:31 2028-12:31 2029-12:31"),
    // Days of a month and of a year by weekday number.
    R ("20270101T090000", "FREQ=YEARLY;BYMONTH=2;BYDAY=-1SU,1MO", "20290101", "2027-02:1,28 2028-02:7,27"),
    R ("20270101T090000", "FREQ=YEARLY;BYDAY=-1SU", "20290101", "2027-12:26 2028-12:31"),
    R ("20270101T090000", "FREQ=MONTHLY;BYDAY=5FR", "20270801", "2027-01:29 2027-04:30 2027-07:30"),
    // BYSETPOS counts the whole period, also what lies before DTSTART, over days and times.
    R ("20270106T090000", "FREQ=WEEKLY;BYDAY=MO,WE,FR;BYSETPOS=1,-1;COUNT=4", NULL, "2027-01:8,11,15"),
    R ("20270104T000000", "FREQ=DAILY;BYHOUR=6,12;BYMINUTE=0,30;BYSETPOS=-1,2;COUNT=4", NULL,
       "2027-01:4@6:30,12:30 2027-01:5@6:30"),
    R ("20270104T000000", "FREQ=HOURLY;BYMINUTE=10,20,30;BYSETPOS=2;BYHOUR=1,2;COUNT=3", NULL, "2027-01:4@1:20,2:20"),
    R ("20270104T000000", "FREQ=MONTHLY;BYDAY=MO,TU;BYSETPOS=366", "20280101", ""),
    // Fast rules keep their step over the days that are left out.
    R ("20270101T000000", "FREQ=HOURLY;INTERVAL=7;BYDAY=MO", "20270105", "2027-01:4@5:00,12:00,19:00"),
    R ("20270101T000000", "FREQ=MINUTELY;INTERVAL=50;BYHOUR=0", "20270103", "2027-01:1@0:00,0:50 2027-01:2@0:10"),
    R ("20270101T000000", "FREQ=SECONDLY;INTERVAL=25;BYHOUR=0;BYMINUTE=0", "20270102",
       "2027-01:1@0:00,0:00:25,0:00:50"),
    R ("20270101T000000", "FREQ=SECONDLY;INTERVAL=2;BYSECOND=1", "20270102", ""),
    R ("20270101T000000", "FREQ=HOURLY;BYMONTH=2;BYMONTHDAY=-1;BYHOUR=5", "20280101", "2027-02:28@5:00"),
    // DTSTART counts for COUNT, also where the rule does not name it: 3 = DTSTART and two more.
    R ("20270101T090000", "FREQ=WEEKLY;BYDAY=MO;COUNT=3", NULL, "2027-01:4,11"),
    R ("20270101T090000", "FREQ=WEEKLY;BYDAY=MO;COUNT=1", NULL, ""),
    // UNTIL is inclusive; as a date it takes in the day.
    R ("20270101T090000", "FREQ=DAILY;UNTIL=20270103T090000", NULL, "2027-01:1-3"),
    R ("20270101T090000", "FREQ=DAILY;UNTIL=20270103", NULL, "2027-01:1-3"),
    R ("20270101T090000", "FREQ=DAILY;UNTIL=20270103T085959", NULL, "2027-01:1,2"),
    R ("20270101", "FREQ=DAILY;UNTIL=20270103;BYHOUR=7", NULL, "2027-01:1-3"),
    // Small letters, the order of parts, a stray semicolon, signs.
    R ("20270104T090000", "count=2;byday=+1mo;freq=monthly;", NULL, "2027-01:4 2027-02:1"),
    R ("20270104T090000", "FREQ=DAILY;COUNT=2;RSCALE=GREGORIAN;SKIP=OMIT", NULL, "2027-01:4,5"),
    // RFC 7529: a day that a month does not have
    R ("20120229T090000", "RSCALE=GREGORIAN;FREQ=YEARLY;SKIP=FORWARD;COUNT=5", NULL,
       "2012-02:29 2013-03:1 2014-03:1 2015-03:1 2016-02:29"),
    R ("20120229T090000", "RSCALE=GREGORIAN;FREQ=YEARLY;SKIP=BACKWARD;COUNT=3", NULL,
       "2012-02:29 2013-02:28 2014-02:28"),
    R ("20140131T090000", "RSCALE=GREGORIAN;FREQ=MONTHLY;SKIP=BACKWARD;COUNT=4", NULL,
       "2014-01:31 2014-02:28 2014-03:31 2014-04:30"),
    R ("20140131T090000", "RSCALE=GREGORIAN;FREQ=MONTHLY;SKIP=FORWARD;COUNT=5", NULL,
       "2014-01:31 2014-03:1,31 2014-05:1,31"),
    R ("20140129T090000", "RSCALE=GREGORIAN;FREQ=MONTHLY;BYMONTHDAY=29,30,-1;SKIP=BACKWARD;COUNT=6", NULL,
       "2014-01:29-31 2014-02:28 2014-03:29,30"),
    R ("20151230T090000", "RSCALE=GREGORIAN;FREQ=MONTHLY;INTERVAL=2;SKIP=FORWARD;COUNT=4", NULL,
       "2015-12:30 2016-03:1 2016-04:30 2016-06:30"),
    R ("20140130T090000", "RSCALE=GREGORIAN;FREQ=MONTHLY;INTERVAL=13;SKIP=BACKWARD;COUNT=3", NULL,
       "2014-01:30 2015-02:28 2016-03:30"),
    R ("20240131T090000", "RSCALE=GREGORIAN;FREQ=MONTHLY;INTERVAL=24;SKIP=FORWARD;COUNT=2", NULL,
       "2024-01:31 2026-01:31"),
    R ("20140131T090000", "RSCALE=GREGORIAN;FREQ=MONTHLY;BYMONTH=2,3;SKIP=FORWARD;COUNT=4", NULL,
       "2014-03:1,31 2015-03:1"), // DTSTART is the fourth
    R ("20140131T090000", "RSCALE=GREGORIAN;FREQ=DAILY;BYMONTHDAY=31;SKIP=BACKWARD;COUNT=3", NULL,
       "2014-01:31 2014-03:31 2014-05:31"), // days of the month only let days in here
    R ("20270104T090000", "FREQ=DAILY;X-RELATIVE=1;COUNT=2", NULL, "2027-01:4,5"),
    R ("20270104T090000", "FREQ=YEARLY;INTERVAL=2147483647", "22000101", "2027-01:4"),
    R ("20270104T090000", "FREQ=MONTHLY;INTERVAL=2147483647", "22000101", "2027-01:4"),
};

static gint64 civil (const gchar *text) {
  PoCivil value;
  g_assert_true (po_civil_parse (text, &value));
  return value.s;
}

static void add_times (GString *out, gint64 day_s, const gchar *times, gint64 default_s) {
  g_auto (GStrv) list = g_strsplit (times != NULL ? times : "", ",", -1);
  guint n = g_strv_length (list);
  for (guint i = 0; i < MAX (n, 1); i++) {
    gint hour = 0, minute = 0, second = 0;
    if (n > 0)
      g_assert_cmpint (sscanf (list[i], "%d:%d:%d", &hour, &minute, &second), >=, 2);
    g_autofree gchar *text =
        po_civil_to_text (day_s + (n > 0 ? hour * 3600 + minute * 60 + second : default_s), FALSE, FALSE);
    g_string_append_printf (out, "%s ", text);
  }
}

static gchar *expand_expected (const Row *row) {
  GString *out = g_string_new (NULL);
  gint64 time_s = civil (row->start) - po_floor_div (civil (row->start), PO_DAY_S) * PO_DAY_S;
  g_auto (GStrv) months = g_strsplit (row->expected, " ", -1);
  for (guint i = 0; months[i] != NULL && months[i][0] != '\0'; i++) {
    gint year, month;
    g_assert_cmpint (sscanf (months[i], "%d-%d:", &year, &month), ==, 2);
    gchar *days = strchr (months[i], ':') + 1, *times = strchr (days, '@');
    if (times != NULL)
      *times++ = '\0';
    g_auto (GStrv) list = g_strsplit (days, ",", -1);
    for (guint k = 0; list[k] != NULL; k++) {
      gint first, last;
      if (sscanf (list[k], "%d-%d", &first, &last) < 2)
        last = first;
      for (gint day = first; day <= last; day++)
        add_times (out, po_civil_days (year, month, day) * PO_DAY_S, times, time_s);
    }
  }
  return g_string_free (out, FALSE);
}

static PoRule *parse (const gchar *text, const gchar *start) {
  g_autofree gchar *why = NULL;
  PoCivil at;
  g_assert_true (po_civil_parse (start, &at));
  PoRule *rule = po_rule_parse (text, at.s, at.is_date, &why);
  gint64 until;
  if (rule != NULL && po_rule_until (rule, &until) != PO_UNTIL_NONE)
    po_rule_set_until (rule, until);
  return rule;
}

static gchar *expand (PoRule *rule, gint64 from_s, gint64 to_s) {
  GString *out = g_string_new (NULL);
  g_autoptr (GArray) times = g_array_new (FALSE, FALSE, sizeof (gint64));
  po_rule_expand (rule, from_s, to_s, 100000, times);
  for (guint i = 0; i < times->len; i++) {
    g_autofree gchar *text = po_civil_to_text (g_array_index (times, gint64, i), FALSE, FALSE);
    g_string_append_printf (out, "%s ", text);
  }
  return g_string_free (out, FALSE);
}

static void check_row (const Row *row) {
  g_autoptr (PoRule) rule = parse (row->rule, row->start);
  if (rule == NULL)
    g_error ("line %d: refused: %s", row->line, row->rule);
  gint64 start = civil (row->start), to = civil (row->to != NULL ? row->to : "22000101");
  g_autofree gchar *expected = expand_expected (row), *got = expand (rule, start, to);
  if (!g_str_equal (got, expected))
    g_error ("line %d: %s from %s\n  expected %s\n  got      %s", row->line, row->rule, row->start, expected, got);
  // Cut anywhere, the parts are the same, and counting agrees with listing.
  gint64 cut = start + (to - start) / 977;
  g_autofree gchar *head = expand (rule, start, cut), *tail = expand (rule, cut, to);
  g_autofree gchar *joined = g_strconcat (head, tail, NULL);
  g_assert_cmpstr (joined, ==, expected);
  guint n = 0;
  for (const gchar *p = expected; (p = strchr (p, ' ')) != NULL; p++)
    n++;
  g_assert_cmpint (po_rule_count_before (rule, to), ==, n);
  g_assert_cmpint (po_rule_count_before (rule, cut), ==, strlen (head) / strlen ("1997-09-02T09:00:00 "));
}

static void test_rfc5545 (void) {
  for (guint i = 0; i < G_N_ELEMENTS (RFC5545); i++)
    check_row (&RFC5545[i]);
}

static void test_fine_print (void) {
  for (guint i = 0; i < G_N_ELEMENTS (FINE_PRINT); i++)
    check_row (&FINE_PRINT[i]);
}

static void test_refused (void) {
  static const gchar *const rules[] = {
      "",
      "FREQ=FORTNIGHTLY",
      "INTERVAL=2",
      "FREQ=DAILY;FREQ=DAILY",
      "FREQ=DAILY;COUNT=2;COUNT=3",
      "FREQ=DAILY;COUNT=0",
      "FREQ=DAILY;COUNT=-1",
      "FREQ=DAILY;COUNT=many",
      "FREQ=DAILY;COUNT=99999999999999999999",
      "FREQ=DAILY;INTERVAL=0",
      "FREQ=DAILY;UNTIL=20270230",
      "FREQ=DAILY;UNTIL=tomorrow",
      "FREQ=DAILY;BYHOUR=24",
      "FREQ=DAILY;BYHOUR=-1",
      "FREQ=DAILY;BYMINUTE=60",
      "FREQ=DAILY;BYSECOND=61",
      "FREQ=DAILY;BYMONTH=0",
      "FREQ=DAILY;BYMONTH=13",
      "FREQ=DAILY;BYMONTHDAY=0",
      "FREQ=MONTHLY;BYMONTHDAY=32",
      "FREQ=YEARLY;BYYEARDAY=367",
      "FREQ=YEARLY;BYYEARDAY=0",
      "FREQ=YEARLY;BYWEEKNO=54",
      "FREQ=YEARLY;BYWEEKNO=0",
      "FREQ=WEEKLY;BYDAY=XX",
      "FREQ=WEEKLY;BYDAY=",
      "FREQ=WEEKLY;BYDAY=MO,",
      "FREQ=MONTHLY;BYDAY=0MO",
      "FREQ=YEARLY;BYDAY=54MO",
      "FREQ=WEEKLY;BYDAY=1MO",
      "FREQ=DAILY;BYDAY=-1MO",
      "FREQ=YEARLY;BYWEEKNO=1;BYDAY=1MO",
      "FREQ=MONTHLY;BYWEEKNO=1",
      "FREQ=WEEKLY;BYMONTHDAY=1",
      "FREQ=DAILY;BYYEARDAY=1",
      "FREQ=MONTHLY;BYYEARDAY=1",
      "FREQ=MONTHLY;BYSETPOS=1",
      "FREQ=MONTHLY;BYDAY=MO;BYSETPOS=0",
      "FREQ=MONTHLY;BYDAY=MO;BYSETPOS=367",
      "FREQ=DAILY;WKST=XX",
      "FREQ=DAILY;BYEASTER=0",
      "FREQ=DAILY;WHAT",
      "FREQ=DAILY;RSCALE=CHINESE",
      "FREQ=MONTHLY;SKIP=SIDEWAYS",
      "FREQ=MONTHLY;INTERVAL=5;BYMONTHDAY=31;SKIP=FORWARD",
  };
  for (guint i = 0; i < G_N_ELEMENTS (rules); i++) {
    g_autoptr (PoRule) rule = parse (rules[i], "20270101T090000");
    if (rule != NULL)
      g_error ("not refused: “%s”", rules[i]);
  }
  g_autoptr (PoRule) fast_dates = parse ("FREQ=HOURLY", "20270101");
  g_assert_null (fast_dates);
}

// More than the dearest of these needs, and far less than a walk through its instances: work is counted, not time.
#define MOST_STEPS 50000

static void check_cost (const gchar *rule, guint64 before) {
  g_test_message ("%s: %" G_GUINT64_FORMAT " steps", rule, po_rule_steps () - before);
  if (po_rule_steps () - before > MOST_STEPS)
    g_error ("%s: %" G_GUINT64_FORMAT " blocks and instances were looked at", rule, po_rule_steps () - before);
}

// Rules that would never end if they were walked through.
static void test_bounded (void) {
  static const struct {
    gint line;
    const gchar *start, *rule, *from, *to, *expected;
  } rows[] = {
      {__LINE__, "19700101T000000", "FREQ=SECONDLY;COUNT=2000000000", "20270101T000000", "20270101T000003",
       "2027-01-01T00:00:00 2027-01-01T00:00:01 2027-01-01T00:00:02 "},
      {__LINE__, "19700101T000000", "FREQ=SECONDLY;COUNT=2000000000", "20330518T033318", "20330518T033330",
       "2033-05-18T03:33:18 2033-05-18T03:33:19 "}, // 2000000000 s after 1970
      {__LINE__, "19700101T000000", "FREQ=SECONDLY;COUNT=2000000000;BYSECOND=0,30", "20270101T000000",
       "20270101T000100", "2027-01-01T00:00:00 2027-01-01T00:00:30 "},
      {__LINE__, "19700101T000000", "FREQ=DAILY;COUNT=2000000000;BYHOUR=1", "20270101T000000", "20270102T000000",
       "2027-01-01T01:00:00 "},
      {__LINE__, "00010101T000000", "FREQ=SECONDLY", "20270101T000000", "20270101T000002",
       "2027-01-01T00:00:00 2027-01-01T00:00:01 "},
      {__LINE__, "19700101T000000", "FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30", "20270101T000000", "20280101T000000", ""},
      {__LINE__, "19700101T000000", "FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30;COUNT=5", "20270101T000000",
       "20280101T000000", ""},
      {__LINE__, "19700101T000000", "FREQ=YEARLY;INTERVAL=2000000000;BYMONTH=2;BYMONTHDAY=30", "20270101T000000",
       "20280101T000000", ""},
      {__LINE__, "19700101T000000", "FREQ=YEARLY;BYWEEKNO=53;BYMONTH=6;COUNT=3", "20270101T000000", "22000101T000000",
       ""},
      {__LINE__, "19700101T000000", "FREQ=MINUTELY;INTERVAL=7;BYHOUR=3;BYDAY=TU;COUNT=1000000", "20270105T000000",
       "20270105T031300", "2027-01-05T03:05:00 2027-01-05T03:12:00 "},
      {__LINE__, "00010101T000000", "FREQ=MINUTELY;BYDAY=MO;BYMONTHDAY=31;BYSETPOS=-2;COUNT=50000", "20270101T000000",
       "20280101T000000", ""},
      // Its first block is counted twice, the second time from its end.
      {__LINE__, "20190929T054500", "FREQ=HOURLY;INTERVAL=7;BYMONTHDAY=31,29;COUNT=500", "20270929T000000",
       "20280101T000000", "2027-09-29T03:45:00 2027-09-29T10:45:00 "},
  };
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (PoRule) rule = parse (rows[i].rule, rows[i].start);
    const guint64 before = po_rule_steps ();
    g_assert_nonnull (rule);
    g_autofree gchar *got = expand (rule, civil (rows[i].from), civil (rows[i].to));
    if (!g_str_equal (got, rows[i].expected))
      g_error ("line %d: %s: got %s", rows[i].line, rows[i].rule, got);
    check_cost (rows[i].rule, before);
  }
  guint64 before = po_rule_steps ();
  g_autoptr (PoRule) never = parse ("FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30;COUNT=5", "00010101T000000");
  g_assert_cmpint (po_rule_count_before (never, civil ("21000101T000000")), ==, 0);
  g_assert_cmpint (po_rule_last (never), ==, civil ("00010101T000000"));
  g_assert_cmpuint (po_rule_steps () - before, <, 10);
  before = po_rule_steps ();
  g_autoptr (PoRule) seconds = parse ("FREQ=SECONDLY;COUNT=2000000000", "19700101T000000");
  g_assert_cmpint (po_rule_count_before (seconds, civil ("20270101T000000")), ==, civil ("20270101T000000"));
  g_assert_cmpint (po_rule_count_before (seconds, civil ("21000101T000000")), ==, 2000000000);
  g_autoptr (PoRule) mornings = parse ("FREQ=SECONDLY;BYHOUR=9", "19700101T000000");
  g_assert_cmpint (po_rule_count_before (mornings, 10000 * (gint64)PO_DAY_S), ==, 10000 * 3600);
  check_cost ("counted", before);
}

// What is counted by the block, in any order of asking, is what a list has.
static void test_counted_at_once (void) {
  static const gchar *const parts[] = {"FREQ=WEEKLY",
                                       "FREQ=WEEKLY;BYDAY=MO,TH;WKST=SU",
                                       "FREQ=WEEKLY;BYDAY=SU;BYHOUR=9,15",
                                       "FREQ=WEEKLY;BYDAY=MO,TU,WE;BYSETPOS=-1",
                                       "FREQ=WEEKLY;BYMONTH=3;BYDAY=FR",
                                       "FREQ=MONTHLY",
                                       "FREQ=MONTHLY;BYMONTHDAY=1,28",
                                       "FREQ=MONTHLY;BYMONTHDAY=29",
                                       "FREQ=MONTHLY;BYMONTHDAY=-1,-28",
                                       "FREQ=MONTHLY;BYMONTHDAY=1,-31",
                                       "FREQ=MONTHLY;BYDAY=2TU",
                                       "FREQ=MONTHLY;BYDAY=1MO,4FR,-1SU",
                                       "FREQ=MONTHLY;BYDAY=1MO,-4MO",
                                       "FREQ=MONTHLY;BYDAY=5SA",
                                       "FREQ=MONTHLY;BYDAY=2TU,SA"};
  for (guint i = 0; i < 40 * G_N_ELEMENTS (parts); i++) {
    g_autoptr (GString) text = g_string_new (parts[i % G_N_ELEMENTS (parts)]);
    g_string_append_printf (text, ";INTERVAL=%d", g_test_rand_int_range (1, 5));
    if (g_test_rand_bit ())
      g_string_append_printf (text, ";COUNT=%d", g_test_rand_int_range (1, 300));
    g_autofree gchar *start = g_strdup_printf ("2020%02d%02dT%02d0000", g_test_rand_int_range (1, 13),
                                               g_test_rand_int_range (1, 29), g_test_rand_int_range (0, 24));
    g_autoptr (PoRule) counting = parse (text->str, start);
    for (guint k = 0; k < 6; k++) {
      g_autoptr (PoRule) listing = parse (text->str, start); // knows nothing of what was counted
      g_autoptr (GArray) times = g_array_new (FALSE, FALSE, sizeof (gint64));
      gint64 to = civil (start) + g_test_rand_int_range (0, 30 * 366 * 24) * (gint64)3600;
      po_rule_expand (listing, civil (start), to, G_MAXUINT, times);
      if (po_rule_count_before (counting, to) != times->len)
        g_error ("%s from %s: counted %" G_GINT64_FORMAT ", listed %u", text->str, start,
                 po_rule_count_before (counting, to), times->len);
    }
  }
}

// Weeks and months that all have as many instances are not gone through one by one.
static void test_counted_without_looking (void) {
  static const gchar *const rules[] = {"FREQ=WEEKLY;BYDAY=MO,TH", "FREQ=MONTHLY;BYMONTHDAY=1,28",
                                       "FREQ=MONTHLY;BYDAY=2TU"};
  for (guint i = 0; i < G_N_ELEMENTS (rules); i++) {
    g_autoptr (PoRule) rule = parse (rules[i], "19700101T000000");
    const guint64 before = po_rule_steps ();
    g_assert_cmpint (po_rule_count_before (rule, civil ("21000101T000000")), >, 1500);
    g_assert_cmpuint (po_rule_steps () - before, <, 20);
  }
}

int main (int argc, char **argv) {
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/schedule/rules/rfc5545", test_rfc5545);
  g_test_add_func ("/schedule/rules/fine-print", test_fine_print);
  g_test_add_func ("/schedule/rules/refused", test_refused);
  g_test_add_func ("/schedule/rules/bounded", test_bounded);
  g_test_add_func ("/schedule/rules/counted-at-once", test_counted_at_once);
  g_test_add_func ("/schedule/rules/counted-without-looking", test_counted_without_looking);
  return g_test_run ();
}
