// SPDX-License-Identifier: GPL-3.0-or-later
// The verdict on a clip, one wrong thing at a time, from what a probe prints to the reason's code.
#include <math.h>
#include <string.h>

#include "media/fitness.h"
#include "media/prober.h"

#define GOOD_PICTURE                                                                                                   \
  "\"kind\":\"video\",\"frames\":250,\"rate\":{\"n\":25,\"d\":1},\"container\":\"video/quicktime\","                   \
  "\"duration_ns\":10000000000"
#define GOOD_SIZE  "\"width\":1920,\"height\":1080"
#define GOOD_SOUND "\"has_audio\":true,\"channels\":2,\"audio_ns\":10000000000"
#define GOOD_LEVEL "\"loudness_lufs\":-23.4,\"true_peak_dbtp\":-2.5"
#define GOOD       GOOD_PICTURE "," GOOD_SIZE "," GOOD_SOUND "," GOOD_LEVEL ",\"problem\":null"

static const PoFitnessRules rules = {.loudness_lufs = -23,
                                     .loudness_tolerance_lu = 1,
                                     .true_peak_dbtp = -1,
                                     .silence_ms = 2000,
                                     .black_ms = 2000,
                                     .freeze_ms = 10000,
                                     .aspect_percent = 2};
static const PoFormat format = {.rate = {25, 1}, .width = 1920, .height = 1080};

static PoFitness *judge (const gchar *members) {
  g_autoptr (GError) error = NULL;
  g_autofree gchar *json = g_strdup_printf ("{%s}", members);
  g_autoptr (PoMediaFacts) facts = po_probe_parse (json, -1, &error);
  g_assert_no_error (error);
  g_autoptr (PoMediaDetails) details = po_media_details_new (facts);
  return po_fitness_judge (facts, details, &rules, &format);
}

static void test_table (void) {
  // A later member of the same name wins.
  static const struct {
    const gchar *members, *codes;
    PoFitnessVerdict verdict;
  } cases[] = {
      {GOOD, "", PO_FITNESS_FIT},
      {GOOD ",\"loudness_lufs\":-24.0", "", PO_FITNESS_FIT},
      {GOOD ",\"loudness_lufs\":-22.0", "", PO_FITNESS_FIT},
      {GOOD ",\"loudness_lufs\":-24.2", "too-quiet ", PO_FITNESS_WARN},
      {GOOD ",\"loudness_lufs\":-8,\"true_peak_dbtp\":0.4", "too-loud true-peak ", PO_FITNESS_WARN},
      {GOOD ",\"loudness_lufs\":null,\"true_peak_dbtp\":null", "silent ", PO_FITNESS_WARN},
      {GOOD ",\"has_audio\":false,\"loudness_lufs\":null,\"true_peak_dbtp\":null", "no-sound ", PO_FITNESS_WARN},
      {GOOD ",\"true_peak_dbtp\":-1.0", "", PO_FITNESS_FIT},
      {GOOD ",\"duration_ns\":200000000,\"audio_ns\":200000000,\"loudness_lufs\":null", "sound-brief ",
       PO_FITNESS_WARN},
      {GOOD ",\"missing_frames\":20", "missing-pictures ", PO_FITNESS_WARN},
      {GOOD ",\"missing_frames\":50", "variable-rate ", PO_FITNESS_WARN},
      {GOOD ",\"missing_frames\":50,\"errors\":1", "decode-errors missing-pictures ", PO_FITNESS_WARN},
      {GOOD ",\"cut\":true,\"kind\":\"still\"", "truncated ", PO_FITNESS_UNFIT},
      {GOOD ",\"audio_ns\":12500000000", "sound-long ", PO_FITNESS_WARN},
      {GOOD ",\"audio_ns\":11500000000", "", PO_FITNESS_FIT},
      {GOOD ",\"silence\":{\"head_ns\":2100000000,\"tail_ns\":0}", "silence-head ", PO_FITNESS_WARN},
      {GOOD ",\"silence\":{\"head_ns\":1900000000,\"tail_ns\":3000000000}", "silence-tail ", PO_FITNESS_WARN},
      {GOOD ",\"black\":{\"head_ns\":2100000000,\"tail_ns\":2100000000}", "black-head black-tail ", PO_FITNESS_WARN},
      {GOOD ",\"freeze\":{\"longest_ns\":10100000000}", "freeze ", PO_FITNESS_WARN},
      {GOOD ",\"width\":1440", "aspect-narrow ", PO_FITNESS_WARN},
      {GOOD ",\"height\":800", "aspect-wide ", PO_FITNESS_WARN},
      {GOOD ",\"width\":1024,\"height\":576", "", PO_FITNESS_FIT},
      {GOOD ",\"rate\":{\"n\":0,\"d\":1}", "variable-rate ", PO_FITNESS_WARN},
      {GOOD ",\"rate\":{\"n\":30000,\"d\":1001}", "rate-conversion ", PO_FITNESS_WARN},
      {GOOD ",\"rate\":{\"n\":50,\"d\":2}", "", PO_FITNESS_FIT},
      {GOOD ",\"errors\":2,\"error_times_ns\":[3000000000,4000000000]", "decode-errors ", PO_FITNESS_WARN},
      {GOOD ",\"hdr\":true", "hdr ", PO_FITNESS_WARN},
      {GOOD ",\"joined\":true", "joined ", PO_FITNESS_WARN},
      {GOOD ",\"missing_frames\":3", "missing-pictures ", PO_FITNESS_WARN},
      {GOOD ",\"audio_ns\":7000000000", "sound-short ", PO_FITNESS_WARN},
      {GOOD ",\"header_ns\":10100000000", "", PO_FITNESS_FIT},
      {GOOD ",\"header_ns\":60000000000", "truncated ", PO_FITNESS_UNFIT},
      {GOOD ",\"cut\":true", "truncated ", PO_FITNESS_UNFIT},
      {GOOD ",\"has_audio\":false,\"audio_codec\":\"dts\"", "sound-not-decodable ", PO_FITNESS_UNFIT},
      {GOOD ",\"missing_frames\":1", "", PO_FITNESS_FIT},
      {GOOD ",\"fields_said\":\"top\",\"fields\":\"top\"", "", PO_FITNESS_FIT},
      {GOOD ",\"fields_said\":\"top\",\"fields\":null", "", PO_FITNESS_FIT},
      {GOOD ",\"fields_said\":\"top\",\"fields\":\"progressive\"", "fields-said ", PO_FITNESS_WARN},
      {GOOD ",\"fields_said\":null,\"fields\":\"progressive\"", "", PO_FITNESS_FIT},
      {GOOD ",\"fields_said\":null,\"fields\":\"top\"", "fields-unsaid ", PO_FITNESS_WARN},
      {GOOD ",\"fields_said\":\"top\",\"fields\":\"bottom\"", "field-order ", PO_FITNESS_WARN},
      // A transport stream's length is a guess.
      {GOOD ",\"header_ns\":60000000000,\"container\":\"video/mpegts\"", "", PO_FITNESS_FIT},
      {GOOD ",\"problem\":\"broken\",\"loudness_lufs\":-8", "not-decodable ", PO_FITNESS_UNFIT},
      {GOOD_PICTURE "," GOOD_SIZE "," GOOD_SOUND, "not-measured ", PO_FITNESS_WARN},
      {"\"kind\":\"audio\",\"duration_ns\":10000000000," GOOD_SOUND "," GOOD_LEVEL, "no-picture ", PO_FITNESS_WARN},
      {"\"kind\":\"still\",\"frames\":1,\"loudness_lufs\":null,\"true_peak_dbtp\":null," GOOD_SIZE, "", PO_FITNESS_FIT},
  };
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (PoFitness) fitness = judge (cases[i].members);
    g_autoptr (GString) codes = g_string_new (NULL);
    for (guint k = 0; k < fitness->reasons->len; k++) {
      const PoFitnessReason *reason = fitness->reasons->pdata[k];
      g_string_append_printf (codes, "%s ", reason->code);
      g_assert_cmpstr (reason->text, !=, "");
    }
    g_test_message ("%s", cases[i].members);
    g_assert_cmpstr (codes->str, ==, cases[i].codes);
    g_assert_cmpint (fitness->verdict, ==, cases[i].verdict);
  }
}

static void test_words (void) {
  g_autoptr (PoFitness) fitness = judge (GOOD ",\"loudness_lufs\":-14.2");
  const PoFitnessReason *reason = fitness->reasons->pdata[0];
  g_assert_nonnull (strstr (reason->text, "-14.2"));
  g_assert_nonnull (strstr (reason->text, "8.8"));
}

// What stands where something else is expected is as good as not said.
static void test_odd (void) {
  g_autoptr (PoMediaFacts) facts = po_probe_parse (
      "{\"kind\":\"video\",\"duration_ns\":1,\"loudness_lufs\":\"loud\",\"true_peak_dbtp\":[],\"silence\":7,"
      "\"container\":{},\"error_times_ns\":[\"x\"],\"black\":{\"head_ns\":\"x\"}}",
      -1, NULL);
  g_autoptr (PoMediaDetails) details = po_media_details_new (facts);
  g_assert_true (isnan (details->loudness_lufs));
  g_assert_true (isnan (details->true_peak_dbtp));
  g_assert_null (details->container);
  g_assert_cmpint (details->black.head_ns, ==, 0);
  g_autoptr (PoFitness) fitness = po_fitness_judge (facts, details, &rules, &format);
  g_assert_cmpint (fitness->verdict, !=, PO_FITNESS_UNFIT);
}

static void test_places (void) {
  g_autoptr (PoMediaFacts) facts = po_probe_parse (
      "{" GOOD ",\"errors\":3,\"error_times_ns\":[5,7],\"silence\":{\"count\":1,\"runs\":[[0,40],[9,9],\"x\",[1]]}}",
      -1, NULL);
  g_autoptr (PoMediaDetails) details = po_media_details_new (facts);
  g_assert_cmpuint (details->error_times_ns->len, ==, 2);
  g_assert_cmpint (g_array_index (details->error_times_ns, gint64, 1), ==, 7);
  g_assert_cmpuint (details->silence.list->len, ==, 1);
  g_assert_cmpint (g_array_index (details->silence.list, PoMediaRun, 0).to_ns, ==, 40);
  g_assert_cmpuint (details->black.list->len, ==, 0);
}

// The plan's revision knows nothing of what only people read.
static void test_revision (void) {
  const gchar *revisions[2];
  g_autoptr (PoMediaTable) a = po_media_table_new ();
  g_autoptr (PoMediaTable) b = po_media_table_new ();
  PoMediaTable *tables[] = {a, b};
  for (guint i = 0; i < 2; i++) {
    PoMediaFacts *facts = po_probe_parse (i == 0 ? "{" GOOD "}" : "{" GOOD ",\"loudness_lufs\":-9.0}", -1, NULL);
    facts->path = g_strdup ("a.mp4");
    po_media_table_add (tables[i], facts);
    revisions[i] = po_media_table_revision (tables[i]);
  }
  g_assert_cmpstr (revisions[0], ==, revisions[1]);
}

int main (int argc, char **argv) {
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/media/fitness/table", test_table);
  g_test_add_func ("/media/fitness/words", test_words);
  g_test_add_func ("/media/fitness/odd", test_odd);
  g_test_add_func ("/media/fitness/places", test_places);
  g_test_add_func ("/media/fitness/revision", test_revision);
  return g_test_run ();
}
