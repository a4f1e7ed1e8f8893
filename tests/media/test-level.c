// SPDX-License-Identifier: GPL-3.0-or-later
// Which sound track airs, and what is done to its level, from what a probe prints.
#include <math.h>
#include <string.h>

#include "media/details.h"
#include "media/level.h"
#include "media/prober.h"
#include "media/subtitles.h"

static const PoLevelRules rules = {.normalise = TRUE, .loudness_lufs = -23, .true_peak_dbtp = -1, .max_gain_db = 20};

static GPtrArray *tracks_of (const gchar *members) {
  g_autofree gchar *json = g_strdup_printf ("{\"kind\":\"audio\",\"duration_ns\":1000000000,%s}", members);
  g_autoptr (PoMediaFacts) facts = po_probe_parse (json, -1, NULL);
  g_autoptr (PoMediaDetails) details = po_media_details_new (facts);
  return g_ptr_array_ref (details->tracks);
}

static void test_choice (void) {
  static const struct {
    const gchar *wishes;
    guint track;
  } cases[] = {
      {NULL, 0},     {"", 0},          {"en", 0},     {"vi", 1},        {"vie", 1},    {"VI-VN", 1}, {"fr", 0},
      {"fr;vi", 1},  {"3", 2},         {"4;vi", 1},   {"0", 0},         {"vi;en", 1},  {"km", 2},    {"khm , en", 2},
      {"stereo", 1}, {"fr;stereo", 1}, {"ja;;en", 0}, {"stereo;en", 1}, {"x\"; 2", 1},
  };
  g_autoptr (GPtrArray) tracks =
      tracks_of ("\"tracks\":[{\"language\":\"en\",\"channels\":6},"
                 "{\"language\":\"vi\",\"channels\":2},{\"language\":\"km\",\"channels\":1}]");
  g_assert_cmpuint (tracks->len, ==, 3);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_test_message ("%s", cases[i].wishes);
    g_assert_cmpuint (po_media_tracks_choose (tracks, cases[i].wishes), ==, cases[i].track);
  }
}

static void test_unnamed (void) {
  g_autoptr (GPtrArray) tracks = tracks_of ("\"tracks\":[{\"language\":null,\"channels\":2,\"loudness_lufs\":null}]");
  const PoMediaTrack *track = tracks->pdata[0];
  g_assert_null (track->language);
  g_assert_true (isnan (track->loudness_lufs));
  g_assert_cmpuint (po_media_tracks_choose (tracks, "vi;2;stereo"), ==, 0);
  g_autoptr (GPtrArray) none = tracks_of ("\"tracks\":[7]");
  g_assert_cmpuint (none->len, ==, 0);
  g_assert_cmpuint (po_media_tracks_choose (none, "vi"), ==, 0);
}

// What an index of an earlier version holds.
static void test_before_tracks (void) {
  g_autoptr (GPtrArray) stereo = tracks_of ("\"has_audio\":true,\"channels\":2,\"loudness_lufs\":-30.5");
  g_assert_cmpuint (stereo->len, ==, 1);
  g_assert_cmpfloat (((const PoMediaTrack *)stereo->pdata[0])->loudness_lufs, ==, -30.5);
  g_autoptr (GPtrArray) surround = tracks_of ("\"has_audio\":true,\"channels\":6,\"loudness_lufs\":-30.5");
  g_assert_cmpuint (surround->len, ==, 0);
}

static void test_level (void) {
  static const struct {
    gdouble loudness_lufs, true_peak_dbtp;
    PoLevelKind kind;
    gint gain_mb;
  } cases[] = {
      {-23, -10, PO_LEVEL_BROUGHT, 0},       {-8, 0.5, PO_LEVEL_BROUGHT, -1500}, {-40, -25, PO_LEVEL_BROUGHT, 1700},
      {-40.02, -17, PO_LEVEL_LIMITED, 1702}, {-43, -25, PO_LEVEL_BROUGHT, 2000}, {-43.5, -30, PO_LEVEL_CAPPED, 2000},
      {-60, -2, PO_LEVEL_CAPPED, 2000},      {NAN, -60, PO_LEVEL_UNKNOWN, 0},    {NAN, NAN, PO_LEVEL_UNKNOWN, 0},
      {-23, NAN, PO_LEVEL_BROUGHT, 0},
  };
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    const PoMediaTrack track = {.loudness_lufs = cases[i].loudness_lufs, .true_peak_dbtp = cases[i].true_peak_dbtp};
    const PoLevel level = po_level_decide (&track, &rules, FALSE);
    g_test_message ("%g LUFS, %g dBTP", cases[i].loudness_lufs, cases[i].true_peak_dbtp);
    g_assert_cmpint (level.kind, ==, cases[i].kind);
    g_assert_cmpint (level.gain_mb, ==, cases[i].gain_mb);
    g_assert_true (level.limit);
    g_assert_cmpint (level.ceiling_mb, ==, -150);
  }
}

static void test_left_alone (void) {
  const PoMediaTrack track = {.loudness_lufs = -8, .true_peak_dbtp = 1};
  PoLevelRules off = rules;
  off.normalise = FALSE;
  const PoLevel levels[] = {po_level_decide (&track, &rules, TRUE), po_level_decide (&track, &off, FALSE)};
  for (guint i = 0; i < G_N_ELEMENTS (levels); i++) {
    g_assert_cmpint (levels[i].kind, ==, PO_LEVEL_AS_IS);
    g_assert_cmpint (levels[i].gain_mb, ==, 0);
    g_assert_false (levels[i].limit);
  }
  const PoLevel unknown = po_level_decide (NULL, &rules, FALSE);
  g_assert_cmpint (unknown.kind, ==, PO_LEVEL_UNKNOWN);
  g_assert_cmpint (unknown.gain_mb, ==, 0);
}

static void test_subtitles (void) {
  static const struct {
    const gchar *wishes, *script;
  } cases[] = {{NULL, "a"}, {"", "a"}, {"vi", "b"}, {"fr;vie", "b"}, {"fr", "c"}, {"2", "b"}};
  g_autoptr (PoMediaFacts) facts = po_probe_parse (
      "{\"kind\":\"audio\",\"duration_ns\":1,\"subtitles\":[{\"language\":\"en\",\"format\":\"srt\",\"script\":\"a\"},"
      "{\"language\":\"vi\",\"script\":\"b\"},{\"language\":null,\"script\":\"c\"}],\"frames\":7}",
      -1, NULL);
  g_autofree gchar *json = po_media_subtitles_take (facts);
  g_assert_null (strstr (facts->probe, "script"));
  g_assert_nonnull (strstr (facts->probe, "\"frames\":7"));
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree gchar *script = po_media_subtitles_choose (json, cases[i].wishes);
    g_assert_cmpstr (script, ==, cases[i].script);
  }
  g_assert_null (po_media_subtitles_choose ("[{\"language\":\"en\",\"script\":\"a\"}]", "fr"));
  g_assert_null (po_media_subtitles_choose ("[7,{\"language\":\"en\"}]", "en"));
  g_assert_null (po_media_subtitles_choose (NULL, "en"));
  g_ref_string_release (facts->probe);
  facts->probe = g_ref_string_new ("{\"subtitles\":[]}");
  g_assert_null (po_media_subtitles_take (facts));
}

int main (int argc, char **argv) {
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/level/choice", test_choice);
  g_test_add_func ("/level/unnamed", test_unnamed);
  g_test_add_func ("/level/before-tracks", test_before_tracks);
  g_test_add_func ("/level/level", test_level);
  g_test_add_func ("/level/left-alone", test_left_alone);
  g_test_add_func ("/level/subtitles", test_subtitles);
  return g_test_run ();
}
