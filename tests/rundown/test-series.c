// SPDX-License-Identifier: GPL-3.0-or-later
// Episodes: templates, folders, numbers, pins, and what is said about them.
#include "rundown/stage.h"

#include <string.h>

typedef struct {
  gint line;
  const gchar *name;
  const gchar *script;
  const gchar *expected; // what the media are, day by day, from 19:00
} Case;

#define CASE(name, script, expected)                                                                                   \
  { __LINE__, name, script, expected }

static const Case cases[] = {
    CASE ("template",
          "clip s/tap-01.mp4 10:00;clip s/tap-02.mp4 10:00;"
          "event E 19:00 19:10 s/tap-{episode:02}.mp4 series=E ordinal=0;"
          "event E 43:00 43:10 s/tap-{episode:02}.mp4 series=E ordinal=1;"
          "event E 67:00 67:10 s/tap-{episode:02}.mp4 series=E ordinal=2",
          "1=s/tap-01.mp4 2=s/tap-02.mp4 3=missing"),
    CASE ("first number", "clip s/14 10:00;event E 19:00 19:10 s/{episode} series=E ordinal=0 first=14", "14=s/14"),
    CASE ("date and year of the original start, though moved",
          "clip 2027/2027-01-06 10:00;event E 20:00 20:10 {year}/{date} series=E ordinal=0 original=19:00",
          "1=2027/2027-01-06"),
    CASE ("unknown field", "event E 19:00 19:10 s/{number} series=E ordinal=0", "1=missing"),
    CASE ("folder in natural order",
          "clip s/tap-2 10:00;clip s/tap-10 10:00;clip s/tap-1 10:00;"
          "event E 19:00 19:10 s/ series=E ordinal=0;event E 43:00 43:10 s/ series=E ordinal=1;"
          "event E 67:00 67:10 s/ series=E ordinal=2;event E 91:00 91:10 s/ series=E ordinal=3",
          "1=s/tap-1 2=s/tap-2 3=s/tap-10 4=missing"),
    CASE ("folder: a new file that sorts earlier goes last",
          "clip s/a 10:00;clip s/b 10:00;clip s/c 10:00;clip s/aa 10:00;"
          "entry 0:00 pin uid=E series=E part=0 episode=1 media=s/a;"
          "entry 0:00 pin uid=E series=E part=0 episode=2 media=s/b;"
          "event E 19:00 19:10 s/ series=E ordinal=0;event E 43:00 43:10 s/ series=E ordinal=1;"
          "event E 67:00 67:10 s/ series=E ordinal=2;event E 91:00 91:10 s/ series=E ordinal=3",
          "1=s/a 2=s/b 3=s/c 4=s/aa"),
    CASE ("folder: a vanished file leaves a hole",
          "clip s/b 10:00;clip s/c 10:00;entry 0:00 pin uid=E part=0 episode=1 media=s/a;"
          "entry 0:00 pin uid=E part=0 episode=2 media=s/b;"
          "event E 19:00 19:10 s/ series=E ordinal=0;event E 43:00 43:10 s/ series=E ordinal=1;"
          "event E 67:00 67:10 s/ series=E ordinal=2",
          "1=missing 2=s/b 3=s/c"),
    CASE ("folder: a renamed file is known by its content",
          "clip s/z 10:00;entry 0:00 pin uid=E part=0 episode=1 media=s/a sha256=sha-s/z;"
          "event E 19:00 19:10 s/ series=E ordinal=0",
          "1=s/z"),
    CASE ("numbers go on from the last that aired",
          "clip s/3 10:00;clip s/8 10:00;clip s/9 10:00;"
          "entry 0:00 pin uid=E instance=20270105T120000Z part=0 episode=7 media=s/7 aired=1;"
          "event E 19:00 19:10 s/{episode} series=E ordinal=2;event E 43:00 43:10 s/{episode} series=E ordinal=3",
          "8=s/8 9=s/9"),
    CASE ("what has aired keeps its number",
          "clip s/7 10:00;entry 0:00 pin uid=E instance=20270106T120000Z part=0 episode=7 media=s/7 aired=1;"
          "event E 19:00 19:10 s/{episode} series=E ordinal=2",
          "7=s/7"),
    CASE ("a continued series goes on under its parent's number",
          "clip s/7 10:00;clip s/8 10:00;"
          "entry 0:00 pin uid=E series=E instance=20270105T120000Z part=0 episode=7 media=s/7 aired=1;"
          "event E_R20270106 19:00 19:10 s/{episode} series=E ordinal=0",
          "8=s/8"),
    CASE ("an alias keeps the number",
          "clip s/7 10:00;revise two;event E 19:15 19:25 s/7 series=E ordinal=0;"
          "entry 0:00 alias uid=E from=20270106T120000Z to=20270106T121500Z;entry 0:00 adopt schedule=two;"
          "entry 0:00 cancel uid=E instance=20270106T120000Z",
          ""),
};

static gchar *show_series (PoRundown *rundown) {
  GString *out = g_string_new (NULL);
  const gchar *last = "";
  for (guint i = 0; i < po_rundown_size (rundown); i++) {
    const PoItem *item = po_rundown_item (rundown, i);
    if (item->uid == NULL || strcmp (item->instance, last) == 0)
      continue;
    last = item->instance;
    g_string_append_printf (out, "%s%" G_GINT64_FORMAT "=%s", out->len > 0 ? " " : "", item->episode,
                            item->reason == PO_REASON_MISSING ? "missing" : item->media);
  }
  return g_string_free (out, FALSE);
}

static void run_case (gconstpointer data) {
  const Case *c = data;
  g_autoptr (PoStage) stage = po_stage_new ();
  po_stage_script (stage, c->script);
  g_autoptr (PoRundown) rundown =
      po_stage_plan (stage, po_stage_frame (stage, "18:00"), po_stage_frame (stage, "120:00"), NULL);
  g_autofree gchar *shown = show_series (rundown);
  if (g_strcmp0 (shown, c->expected) == 0)
    return;
  g_test_message ("%s:%d: %s: got “%s”, expected “%s”", __FILE__, c->line, c->name, shown, c->expected);
  g_test_fail ();
}

// --- Pins ---

static void test_new_pins (void) {
  g_autoptr (PoStage) stage = po_stage_new ();
  po_stage_script (stage, "clip s/a 10:00;clip s/b 10:00;clip t/2 10:00;"
                          "event E 19:00 19:10 s/ series=E ordinal=0;event E 43:00 43:10 s/ series=E ordinal=1;"
                          "event T 20:00 20:10 t/{episode} series=T ordinal=1");
  PoFrame from = po_stage_frame (stage, "18:00"), to = po_stage_frame (stage, "72:00");
  g_autoptr (PoRundown) rundown = po_stage_plan (stage, from, to, NULL);
  g_autoptr (GPtrArray) planned = po_plan_new_pins (rundown, stage->journal, from, from);
  g_assert_cmpuint (planned->len, ==, 2); // the folder's; a template's file needs none
  for (guint i = 0; i < planned->len; i++)
    g_ptr_array_add (stage->journal, po_journal_entry_copy (planned->pdata[i]));
  g_autoptr (PoRundown) again = po_stage_plan (stage, from, to, NULL);
  g_assert_cmpstr (po_rundown_revision (rundown), ==, po_rundown_revision (again));
  g_autoptr (GPtrArray) none = po_plan_new_pins (again, stage->journal, from, from);
  g_assert_cmpuint (none->len, ==, 0);
  PoFrame night = po_stage_frame (stage, "23:00");
  g_autoptr (GPtrArray) aired = po_plan_new_pins (again, stage->journal, night, night);
  g_assert_cmpuint (aired->len, ==, 2); // E's first and T's
  for (guint i = 0; i < aired->len; i++) {
    const PoJournalEntry *entry = aired->pdata[i];
    g_assert_cmpstr (po_journal_entry_get (entry, "aired"), ==, "1");
    g_assert_cmpint (entry->frame, ==, night);
  }
}

// --- Findings ---

typedef struct {
  const gchar *name, *script, *code, *part_of_message;
} FindingCase;

static const FindingCase finding_cases[] = {
    {"missing", "event A 19:00 19:30 nothing.mp4", "missing-media", "“nothing.mp4” is not in the media folder"},
    {"missing episode", "event A 19:00 19:30 s/tap-{episode:02} series=A ordinal=6", "missing-media", "s/tap-07"},
    {"missing file of a folder", "clip s/a 1:00;event A 19:00 19:30 s/ series=A ordinal=6", "missing-media",
     "file 7 of the folder s/"},
    {"unfit", "clip x 10:00 bad;event A 19:00 19:30 x", "missing-media", "no picture and no sound in it"},
    {"not yet looked at", "await x;event A 19:00 19:30 x", "awaited-media", "being looked at"},
    {"no ATTACH", "event A 19:00 19:30", "missing-media", "names no media"},
    {"live", "event A 19:00 19:30 live:studio", "missing-live", "live:studio"},
    {"live over RTSP, by TCP alone", "event A 19:00 19:30 rtspt://studio.vn/show", "missing-live", "rtspt://studio.vn"},
    {"tentative", "clip a 30:00;event A 19:00 19:30 a tentative", "tentative", "until it is confirmed"},
    {"cut", "clip a 32:03;event A 19:00 19:30 a", "media-cut", "2 min 3 s longer"},
    {"short", "clip a 25:00;event A 19:00 19:30 a", "media-short", "5 min shorter"},
    {"overlap", "clip a 1:00:00;event A 19:00 20:00 a;event B 19:30 19:40 a", "overlap",
     "from 2027-01-06 19:30 to 19:40; “B” has the air"},
    {"no room", "clip a 1:00:00;event A 19:00 20:00 a priority=1;event B 19:30 19:40 a", "no-room", "“B”"},
    {"not taken", "clip a 1:00:00;event A 19:00 20:00 a start=manual", "not-taken", "waits for a Take"},
    {"no length", "event A 19:00 - nothing", "no-length", "lasts no time"},
    {"empty pool", "event A 19:00 20:00 nothing/ transparent", "empty-pool", "not in the media folder"},
    {"gap", "clip a 1:00:00;event A 21:00 22:00 a", "gap", "no filler"},
    {"follow nobody", "clip a 1:00:00;event A 19:00 20:00 a start=follow", "follow-nobody", "like SOFT"},
    {"moved by daylight saving",
     "zone Europe/Berlin;day 2027-03-27;clip a 10:00;event A 2:30 2:40 a ordinal=0;"
     "event A 2027-03-28T03:30:00 2027-03-28T03:40:00 a ordinal=1",
     "moved-by-dst", "the clocks go forward"},
    {"mark behind the end", "clip a 10:00;event A 19:00 19:10 a eom=900", "media-notice", "mark out"},
    {"address without a port", "live;event A 19:00 19:30 srt://studio.vn", "media-notice", "needs a port"},
    {"nothing between the marks", "clip a 10:00;event A 19:00 19:10 a som=700", "missing-media", "marks leave nothing"},
};

static void run_finding (gconstpointer data) {
  const FindingCase *c = data;
  g_autoptr (PoStage) stage = po_stage_new ();
  g_autoptr (GPtrArray) findings = g_ptr_array_new_with_free_func ((GDestroyNotify)po_finding_free);
  po_stage_script (stage, c->script);
  g_autoptr (PoRundown) rundown =
      po_stage_plan (stage, po_stage_frame (stage, "0:00"), po_stage_frame (stage, "48:00"), findings);
  guint found = 0;
  for (guint i = 0; i < findings->len; i++) {
    const PoFinding *finding = findings->pdata[i];
    if (strcmp (finding->code, c->code) != 0 || (strcmp (c->code, "gap") == 0 && found > 0))
      continue;
    found++;
    g_assert_nonnull (strstr (finding->message, c->part_of_message));
    g_assert_cmpint (finding->start_ns, !=, PO_TIME_NONE);
  }
  if (found != 1) {
    for (guint i = 0; i < findings->len; i++) {
      g_autofree gchar *line = po_finding_to_string (findings->pdata[i]);
      g_test_message ("%s", line);
    }
  }
  g_assert_cmpuint (found, ==, 1);
}

// A clip that is being looked at is trouble only where there is no time for the look.
static void test_awaited (void) {
  static const struct {
    const gchar *from;
    PoSeverity severity;
  } rows[] = {{"18:59:00", PO_SEVERITY_NOTE}, {"18:59:01", PO_SEVERITY_WARNING}, {"19:10:00", PO_SEVERITY_WARNING}};
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (PoStage) stage = po_stage_new ();
    g_autoptr (GPtrArray) findings = g_ptr_array_new_with_free_func ((GDestroyNotify)po_finding_free);
    po_stage_script (stage, "clip f/1 0:30;filler f/;await x;event A 19:00 19:30 x");
    g_autoptr (PoRundown) rundown =
        po_stage_plan (stage, po_stage_frame (stage, rows[i].from), po_stage_frame (stage, "20:00"), findings);
    g_assert_cmpuint (findings->len, ==, 1);
    g_assert_cmpint (((PoFinding *)findings->pdata[0])->severity, ==, rows[i].severity);
  }
}

// A repeat runs beside its series, over the same files: that is no new beginning.
static void test_repeat (void) {
  g_autoptr (PoStage) stage = po_stage_new ();
  g_autoptr (GPtrArray) findings = g_ptr_array_new_with_free_func ((GDestroyNotify)po_finding_free);
  po_stage_script (stage, "clip s/1 10:00;clip s/2 10:00;clip f/1 0:30;filler f/;"
                          "event A 19:00 19:10 s/{episode} ordinal=0;event B 33:00 33:10 s/{episode} ordinal=0;"
                          "event A 355:00 355:10 s/{episode} ordinal=1;event B 369:00 369:10 s/{episode} ordinal=1");
  g_autoptr (PoRundown) rundown =
      po_stage_plan (stage, po_stage_frame (stage, "0:00"), po_stage_frame (stage, "48:00"), findings);
  g_assert_cmpuint (findings->len, ==, 0);
}

// What an operator keeps off the air has nothing said about it: the slate has its own alarm.
static void test_commanded (void) {
  static const gchar *const commands[] = {"slate", "fill"};
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++) {
    g_autoptr (PoStage) stage = po_stage_new ();
    g_autoptr (GPtrArray) findings = g_ptr_array_new_with_free_func ((GDestroyNotify)po_finding_free);
    g_autofree gchar *command = g_strdup_printf ("entry 19:10 %s", commands[i]);
    po_stage_script (stage, "clip a 30:00;clip f/1 0:30;filler f/;event A 19:00 19:30 a;event B 19:30 20:00 a");
    po_stage_script (stage, command);
    g_autoptr (PoRundown) rundown =
        po_stage_plan (stage, po_stage_frame (stage, "19:00"), po_stage_frame (stage, "21:00"), findings);
    g_assert_cmpuint (findings->len, ==, 0);
  }
}

// A schedule in order has nothing said about it.
static void test_clean (void) {
  g_autoptr (PoStage) stage = po_stage_new ();
  g_autoptr (GPtrArray) findings = g_ptr_array_new_with_free_func ((GDestroyNotify)po_finding_free);
  po_stage_script (stage, "clip a 30:00;clip f/1 0:30;filler f/;event A 19:00 19:30 a;event B 19:30 20:00 a");
  g_autoptr (PoRundown) rundown =
      po_stage_plan (stage, po_stage_frame (stage, "0:00"), po_stage_frame (stage, "24:00"), findings);
  g_assert_cmpuint (findings->len, ==, 0);
}

int main (int argc, char **argv) {
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree gchar *path = g_strdup_printf ("/series/%s", cases[i].name);
    g_test_add_data_func (path, &cases[i], run_case);
  }
  for (guint i = 0; i < G_N_ELEMENTS (finding_cases); i++) {
    g_autofree gchar *path = g_strdup_printf ("/findings/%s", finding_cases[i].name);
    g_test_add_data_func (path, &finding_cases[i], run_finding);
  }
  g_test_add_func ("/findings/repeat", test_repeat);
  g_test_add_func ("/findings/awaited", test_awaited);
  g_test_add_func ("/findings/commanded", test_commanded);
  g_test_add_func ("/findings/none", test_clean);
  g_test_add_func ("/pins/new", test_new_pins);
  return g_test_run ();
}
