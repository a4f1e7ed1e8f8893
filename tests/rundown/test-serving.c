// SPDX-License-Identifier: GPL-3.0-or-later
// Which clip serves which airing, and what an airing lacks: what is said is what the plan puts on air.
#include "rundown/stage.h"

#include "rundown/serving.h"

#include <string.h>

typedef struct {
  gint line;
  const gchar *name;
  const gchar *script;
  const gchar *expected; // "UID#EPISODE.PART why=MEDIA|!PLACE[ unfit|awaited][ cut|lacks N s][ at HH:MM|off]" each
} Case;

#define CASE(name, script, expected)                                                                                   \
  { __LINE__, name, script, expected }

static const Case cases[] = {
    CASE ("a template's episodes, one not there",
          "clip s/tap-01.mp4 10:00;event E 19:00 19:10 s/tap-{episode:02}.mp4 series=E ordinal=0;"
          "event E 43:00 43:10 s/tap-{episode:02}.mp4 series=E ordinal=1",
          "E#1.0 template=s/tap-01.mp4 at 19:00; E#2.0 template!s/tap-02.mp4 off"),
    CASE ("a folder's, and one that it does not reach to",
          "clip s/a 10:00;clip s/b 10:00;event E 19:00 19:10 s/ series=E ordinal=0;"
          "event E 43:00 43:10 s/ series=E ordinal=1;event E 67:00 67:10 s/ series=E ordinal=2",
          "E#1.0 folder=s/a at 19:00; E#2.0 folder=s/b at 19:00; E#3.0 folder!s/ off"),
    CASE ("a pinned one whose file is gone is looked for under its name",
          "clip s/b 10:00;entry 0:00 pin uid=E part=0 episode=1 media=s/a;event E 19:00 19:10 s/ series=E ordinal=0",
          "E#1.0 pin!s/a off"),
    CASE ("parts, of which one is cut and one lacks",
          "clip a 6:00;clip b 6:00;event E 19:00 19:10 a b;event F 20:00 20:30 a b",
          "E#0.0 attachment=a at 19:00; E#0.1 attachment=b cut 120 s at 19:06; "
          "F#0.0 attachment=a at 20:00; F#0.1 attachment=b lacks 1080 s at 20:06"),
    CASE ("what ends with its media fits every slot", "clip a 6:00;event E 19:00 19:10 a end=media",
          "E#0.0 attachment=a at 19:00"),
    CASE (
        "unfit, not yet looked at, not there",
        "clip a 1:00 bad;await b;event E 19:00 19:10 a;event F 20:00 20:10 b;event G 21:00 21:10 c;event H 22:00 22:10",
        "E#0.0 attachment!a unfit off; F#0.0 attachment!b awaited off; G#0.0 attachment!c off; H#0.-1 nothing!- off"),
    CASE ("who has no room, waits, or is a placeholder",
          "clip a 10:00;clip b 10:00;event E 19:00 19:10 a priority=1;event F 19:00 19:10 b;"
          "event G 20:00 20:10 b start=manual;event H 21:00 21:10 b tentative",
          "E#0.0 attachment=a at 19:00; F#0.0 attachment=b off; G#0.0 attachment=b off; H#0.0 attachment=b off"),
    CASE ("an operator's replacement, and a clip put in by hand",
          "clip a 10:00;clip b 10:00;event E 19:00 19:10 a;entry 18:00 replace of=E part=0 media=b;"
          "entry 18:30 insert media=b how=now",
          "E#0.0 command=b at 19:00; *#0.0 command=b at 18:30"),
    CASE ("a live one's fallback, which is there, twice, and is not",
          "live;clip a 1:00;event E 19:00 19:10 live:x fallback=a;event F 20:00 20:10 live:x fallback=a;"
          "event G 21:00 21:10 live:x fallback=b",
          "E#0.0 live=live:x at 19:00; E#0.0 fallback=a at 19:00; F#0.0 live=live:x at 20:00; "
          "F#0.0 fallback=a at 20:00; G#0.0 live=live:x at 21:00"),
    CASE ("a cancelled airing serves nobody", "clip a 10:00;event E 19:00 19:10 a;entry 18:00 cancel of=E", ""),
};

static gchar *seconds_of (PoFrame frames, PoRate rate) {
  return g_strdup_printf ("%" G_GINT64_FORMAT, po_duration_from_frames_floor (frames, rate) / PO_NS_PER_SECOND);
}

static void show (GString *text, const PoServing *serving, PoStage *stage) {
  const PoRate rate = stage->settings.rate;
  g_autofree gchar *cut = seconds_of (serving->cut, rate), *lacking = seconds_of (serving->lacking, rate);
  if (text->len > 0)
    g_string_append (text, "; ");
  g_string_append_printf (text, "%s#%" G_GINT64_FORMAT ".%d %s%s%s",
                          serving->is_inserted ? "*" : serving->occurrence->uid, serving->episode, serving->part,
                          po_served_by_to_string (serving->by), serving->media != NULL ? "=" : "!",
                          serving->media != NULL   ? serving->media
                          : serving->place != NULL ? serving->place
                                                   : "-");
  g_string_append (text, serving->is_unfit ? " unfit" : serving->is_awaited ? " awaited" : "");
  if (serving->cut > 0)
    g_string_append_printf (text, " cut %s s", cut);
  if (serving->lacking > 0)
    g_string_append_printf (text, " lacks %s s", lacking);
  if (serving->air == PO_FRAME_NONE) {
    g_string_append (text, " off");
    return;
  }
  const gint64 at_s = po_frame_to_time_floor (serving->air, rate) / PO_NS_PER_SECOND + 7 * 3600;
  g_string_append_printf (text, " at %02d:%02d", (gint)(at_s / 3600 % 24), (gint)(at_s / 60 % 60));
}

static void test_case (gconstpointer data) {
  const Case *c = data;
  g_autoptr (PoStage) stage = po_stage_new ();
  g_autoptr (GString) text = g_string_new (NULL);
  po_stage_script (stage, c->script);
  const PoPlanSource source = po_stage_source (stage);
  g_autoptr (GPtrArray) servings = po_plan_servings (&stage->settings, &source, stage->journal,
                                                     po_stage_frame (stage, "0:00"), po_stage_frame (stage, "120:00"));
  for (guint pass = 0; pass < 2; pass++) // those of no calendar last
    for (guint i = 0; i < servings->len; i++) {
      const PoServing *serving = servings->pdata[i];
      if (serving->is_inserted == (pass == 1))
        show (text, serving, stage);
    }
  g_test_message ("line %d", c->line);
  g_assert_cmpstr (text->str, ==, c->expected);
  for (guint i = 0; i < servings->len; i++) { // asked for alone, it is the same
    const PoServing *serving = servings->pdata[i];
    g_autoptr (GPtrArray) own =
        serving->is_inserted || serving->by == PO_SERVED_BY_FALLBACK
            ? NULL
            : po_plan_servings_of (&stage->settings, &source, stage->journal, serving->occurrence);
    const guint part = (guint)MAX (serving->part, 0);
    if (own == NULL)
      continue;
    g_assert_cmpuint (own->len, >, part);
    g_assert_cmpstr (((PoServing *)own->pdata[part])->media, ==, serving->media);
    g_assert_cmpstr (((PoServing *)own->pdata[part])->place, ==, serving->place);
    g_autoptr (GPtrArray) list = g_ptr_array_new ();
    g_ptr_array_add (list, serving->occurrence);
    if (serving->episode > 0)
      g_assert_true (po_plan_find (&stage->settings, &source, stage->journal, list, NULL, serving->episode) ==
                     serving->occurrence);
    g_assert_true (po_plan_find (&stage->settings, &source, stage->journal, list, serving->instance, 0) ==
                   serving->occurrence);
  }
}

// The pools of the window, each once, and the configuration's.
static void test_pool (void) {
  g_autoptr (PoStage) stage = po_stage_new ();
  g_autoptr (GHashTable) paths = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  po_stage_script (stage, "clip f/a 1:00;clip f/b 1:00;clip g/c 1:00;clip h/d 1:00;clip h/e 1:00 bad;clip i/f 1:00;"
                          "filler h/;event P 0:00 24:00 f/ transparent;event P 24:00 48:00 f/ transparent;"
                          "event Q 30:00 31:00 g/ transparent;event R 200:00 201:00 i/ transparent");
  const PoPlanSource source = po_stage_source (stage);
  po_plan_pool (&stage->settings, &source, stage->journal, po_stage_frame (stage, "0:00"),
                po_stage_frame (stage, "48:00"), paths);
  g_assert_cmpuint (g_hash_table_size (paths), ==, 4);
  for (guint i = 0; i < 4; i++)
    g_assert_true (g_hash_table_contains (paths, ((const gchar *const[]){"f/a", "f/b", "g/c", "h/d"})[i]));
}

/** Weekly: a source, and how often it was asked. */
typedef struct {
  PoPlanSource source;
  guint asked;
} Weekly;

static GPtrArray *at_most_a_week (gpointer user, const gchar *revision, PoTimeNs from_ns, PoTimeNs to_ns) {
  Weekly *weekly = user;
  g_assert_cmpint (to_ns - from_ns, <=, 7 * 24 * 3600 * PO_NS_PER_SECOND);
  weekly->asked++;
  return weekly->source.occurrences (weekly->source.user, revision, from_ns, to_ns);
}

static PoMediaTable *weekly_media (gpointer user, const gchar *revision) {
  Weekly *weekly = user;
  return weekly->source.media (weekly->source.user, revision);
}

// Of a year, never more than a week is listed at once, and none is left out.
static void test_pool_of_a_year (void) {
  g_autoptr (PoStage) stage = po_stage_new ();
  g_autoptr (GHashTable) paths = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  po_stage_script (stage, "clip f/a 1:00;clip g/b 1:00;clip h/c 1:00;event P 167:59 168:01 f/ transparent;"
                          "event Q 8000:00 8001:00 g/ transparent;event R 8759:59 8760:00 h/ transparent");
  Weekly weekly = {po_stage_source (stage), 0};
  const PoPlanSource source = {.occurrences = at_most_a_week, .media = weekly_media, .user = &weekly};
  po_plan_pool (&stage->settings, &source, stage->journal, po_stage_frame (stage, "0:00"),
                po_stage_frame (stage, "8760:00"), paths);
  g_assert_cmpuint (g_hash_table_size (paths), ==, 3);
  g_assert_cmpuint (weekly.asked, ==, 53);
}

int main (int argc, char **argv) {
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree gchar *path = g_strdup_printf ("/serving/%s", cases[i].name);
    g_test_add_data_func (path, &cases[i], test_case);
  }
  g_test_add_func ("/serving/pool", test_pool);
  g_test_add_func ("/serving/pool-of-a-year", test_pool_of_a_year);
  return g_test_run ();
}
