// SPDX-License-Identifier: GPL-3.0-or-later
// The head with synthetic sources: which picture and which sample of which source went out in every frame, what it
// told, and that real time, free run and walking decide alike.
#include <string.h>

#include "studio.h"

// Clips back to back at a rate: every picture and every sample, but for the 5 ms of each join.
static void test_joins (gconstpointer data) {
  enum { N_ITEMS = 5, LENGTH = 33 };
  Studio studio;
  studio_init (&studio, data, TRUE, N_ITEMS * LENGTH);
  GPtrArray *items = g_ptr_array_new ();
  for (guint8 i = 0; i < N_ITEMS; i++) {
    PoSyntheticSettings settings;
    g_autofree gchar *title = g_strdup_printf ("clip%u", i);
    PoItem *item = studio_item (i * LENGTH, (i + 1) * LENGTH, PO_ITEM_MEDIA, title);
    po_synthetic_settings_init (&settings, &studio.format, i + 1);
    studio_bind (&studio, item, &settings);
    g_ptr_array_add (items, item);
  }
  studio_set_items (&studio, items);
  studio_run_free (&studio);
  PoRate rate = studio.format.rate;
  g_assert_cmpint (studio.pictures->len, ==, N_ITEMS * LENGTH);
  g_assert_cmpint (studio.sound->len, ==, po_samples_before_frame (N_ITEMS * LENGTH, rate) * 4);
  for (guint at = 0; at < studio.pictures->len; at++)
    studio_check_picture (&studio, at, (guint8)(at / LENGTH + 1), at % LENGTH);
  for (guint8 i = 0; i < N_ITEMS; i++) {
    gint64 first = po_samples_before_frame (i * LENGTH, rate);
    studio_check_sound (&studio, first + 240, po_samples_before_frame ((i + 1) * LENGTH, rate), i + 1, 240);
  }
  studio_clear (&studio);
}

// One day of everything that can go wrong, as a script: what each item's source does.
static void fill_script (Studio *studio) {
  static const struct {
    const gchar *title;
    PoItemKind kind;
    PoSourceFlags flags;
    gint64 end, gone, stuck, unstuck;
  } script[] = {
      {"whole", PO_ITEM_MEDIA, PO_SOURCE_HAS_VIDEO | PO_SOURCE_HAS_AUDIO, -1, -1, -1, -1},
      {"short", PO_ITEM_MEDIA, PO_SOURCE_HAS_VIDEO | PO_SOURCE_HAS_AUDIO, 10, -1, -1, -1},
      {"dies", PO_ITEM_MEDIA, PO_SOURCE_HAS_VIDEO | PO_SOURCE_HAS_AUDIO, -1, 20, -1, -1},
      {"failed", PO_ITEM_MEDIA, PO_SOURCE_HAS_VIDEO | PO_SOURCE_FAILED, -1, -1, -1, -1},
      {"still", PO_ITEM_MEDIA, PO_SOURCE_HAS_VIDEO | PO_SOURCE_STILL, -1, -1, -1, -1},
      {"sound", PO_ITEM_MEDIA, PO_SOURCE_HAS_AUDIO, -1, -1, -1, -1},
      {"card", PO_ITEM_CARD, 0, -1, -1, -1, -1},
      {"slate", PO_ITEM_SLATE, 0, -1, -1, -1, -1},
      {"last", PO_ITEM_FILLER, PO_SOURCE_HAS_VIDEO | PO_SOURCE_HAS_AUDIO, -1, -1, -1, -1},
  };
  GPtrArray *items = g_ptr_array_new ();
  g_autoptr (PoImage) card = studio_coded_image (&studio->format, CARD);
  for (guint i = 0; i < G_N_ELEMENTS (script); i++) {
    PoSyntheticSettings settings;
    PoItem *item = studio_item (i * 40, (i + 1) * 40, script[i].kind, script[i].title);
    g_autofree gchar *key = po_item_run_key (item);
    po_synthetic_settings_init (&settings, &studio->format, (guint8)(i + 1));
    settings.flags = script[i].flags;
    settings.end_frame = script[i].end;
    settings.gone_frame = script[i].gone;
    settings.stuck_frame = script[i].stuck;
    settings.unstuck_frame = script[i].unstuck;
    if (script[i].kind != PO_ITEM_CARD && script[i].kind != PO_ITEM_SLATE)
      studio_bind (studio, item, &settings);
    if (g_str_equal (script[i].title, "sound") || script[i].kind == PO_ITEM_CARD)
      po_head_set_card (studio->head, key, card);
    g_ptr_array_add (items, item);
  }
  studio_set_items (studio, items);
}

#define SCRIPT_FRAMES 360

static const gchar script_told[] = "0 start whole\n"
                                   "40 end whole 40/0/0\n"
                                   "40 start short\n"
                                   "50 source-ended short\n"
                                   "50 screen short hold\n"
                                   "62 screen short fallback\n"
                                   "80 end short 10/12/18\n"
                                   "80 start dies\n"
                                   "80 screen dies source\n"
                                   "100 source-gone dies\n"
                                   "100 screen dies hold\n"
                                   "112 screen dies fallback\n"
                                   "120 end dies 20/12/8\n"
                                   "120 start failed\n"
                                   "120 source-gone failed\n"
                                   "160 end failed 0/0/40\n"
                                   "160 start still\n"
                                   "160 screen still source\n"
                                   "200 end still 40/0/0\n"
                                   "200 start sound\n"
                                   "240 end sound 40/0/0\n"
                                   "240 start card\n"
                                   "280 end card 40/0/0\n"
                                   "280 start slate\n"
                                   "320 end slate 40/0/0\n"
                                   "320 start last\n"
                                   "360 end last 40/0/0\n";

static void check_script (Studio *studio) {
  for (guint at = 0; at < SCRIPT_FRAMES; at++) {
    guint item = at / 40;
    gint64 f = at % 40;
    switch (item) {
    case 1:
      studio_check_picture (studio, at, f < 22 ? 2 : SLATE, f < 10 ? f : f < 22 ? 9 : 0);
      break;
    case 2:
      studio_check_picture (studio, at, f < 32 ? 3 : SLATE, f < 20 ? f : f < 32 ? 19 : 0);
      break;
    case 3:
    case 7:
      studio_check_picture (studio, at, SLATE, 0);
      break;
    case 4:
      studio_check_picture (studio, at, 5, 0);
      break;
    case 5:
    case 6:
      studio_check_picture (studio, at, CARD, 0);
      break;
    default:
      studio_check_picture (studio, at, (guint8)(item + 1), f);
      break;
    }
  }
  studio_check_sound (studio, 240, 40 * 1920, 1, 240);
  studio_check_sound (studio, 200 * 1920 + 240, 240 * 1920, 6, 240);
}

static void test_script_free (void) {
  Studio studio;
  studio_init (&studio, "96x54p25", TRUE, SCRIPT_FRAMES);
  fill_script (&studio);
  studio_run_free (&studio);
  g_assert_cmpstr (studio.told->str, ==, script_told);
  check_script (&studio);
  studio_clear (&studio);
}

// The same at 100 frames a second in real time: every picture and sample as in free run.
static void test_script_real (void) {
  Studio studio, free_run;
  studio_init (&studio, "96x54p100", FALSE, 0);
  fill_script (&studio);
  studio_run_real (&studio, SCRIPT_FRAMES);
  studio_init (&free_run, "96x54p100", TRUE, SCRIPT_FRAMES);
  fill_script (&free_run);
  studio_run_free (&free_run);
  g_assert_cmpint (studio.pictures->len, >=, SCRIPT_FRAMES);
  g_assert_cmpmem (studio.pictures->data, SCRIPT_FRAMES * sizeof (guint64), free_run.pictures->data,
                   SCRIPT_FRAMES * sizeof (guint64));
  g_assert_cmpint (studio.sound->len, >=, free_run.sound->len);
  g_assert_cmpmem (studio.sound->data, free_run.sound->len, free_run.sound->data, free_run.sound->len);
  g_assert_true (g_str_has_prefix (studio.told->str, free_run.told->str) ||
                 strncmp (studio.told->str, free_run.told->str, free_run.told->len - 20) == 0);
  PoHeadStats stats;
  po_head_stats (studio.head, &stats);
  g_assert_cmpint (stats.frames, >=, SCRIPT_FRAMES);
  g_assert_cmpint (stats.events_dropped, ==, 0);
  studio_clear (&studio);
  studio_clear (&free_run);
}

// Walking only around the changes tells the same as walking all frames.
static void test_walk (void) {
  Studio all, some;
  studio_init (&all, "96x54p25", FALSE, 0);
  fill_script (&all);
  all.is_walk = TRUE;
  po_head_walk (all.head, FIRST, FIRST + SCRIPT_FRAMES + 1);
  studio_init (&some, "96x54p25", FALSE, 0);
  fill_script (&some);
  some.is_walk = TRUE;
  po_head_walk (some.head, FIRST, FIRST + 3);
  for (PoFrame edge = 40; edge <= SCRIPT_FRAMES; edge += 40) {
    // (ends, deaths and the holds after them are edges too)
    po_head_walk (some.head, FIRST + edge - 32, FIRST + edge + 1);
  }
  g_assert_cmpstr (all.told->str, ==, some.told->str);
  g_assert_true (g_str_has_prefix (all.told->str, script_told));
  studio_clear (&all);
  studio_clear (&some);
}

// A source that falls silent is held for a second, then filled for; when it comes back it is in step at once.
static void test_stuck (void) {
  Studio studio;
  PoSyntheticSettings settings;
  studio_init (&studio, "96x54p25", TRUE, 80);
  po_synthetic_settings_init (&settings, &studio.format, 1);
  settings.stuck_frame = 10;
  settings.unstuck_frame = 50;
  studio_play (&studio, studio_item (0, 80, PO_ITEM_MEDIA, "stuck"), &settings);
  studio_run_free (&studio);
  for (guint at = 0; at < 80; at++)
    studio_check_picture (&studio, at, at >= 35 && at < 50 ? SLATE : 1, at < 10 || at >= 50 ? at : at < 35 ? 9 : 0);
  g_assert_cmpstr (studio.told->str, ==,
                   "0 start stuck\n10 screen stuck hold\n35 screen stuck fallback\n50 screen stuck source\n"
                   "80 end stuck 40/25/15\n");
  studio_check_sound (&studio, 50 * 1920 + 240, 80 * 1920, 1, 50 * 1920 + 240);
  studio_clear (&studio);
}

// An operator's hold: frozen and silent, while the clip runs on underneath.
static void test_held (void) {
  Studio studio;
  PoSyntheticSettings settings;
  studio_init (&studio, "96x54p25", TRUE, 60);
  po_synthetic_settings_init (&settings, &studio.format, 1);
  GPtrArray *items = g_ptr_array_new ();
  for (gint i = 0; i < 3; i++) {
    PoItem *item = studio_item (i * 20, (i + 1) * 20, PO_ITEM_MEDIA, "clip");
    item->media_origin = FIRST;
    item->held = i == 1;
    studio_bind (&studio, item, &settings);
    g_ptr_array_add (items, item);
  }
  studio_set_items (&studio, items);
  studio_run_free (&studio);
  for (guint at = 0; at < 60; at++)
    studio_check_picture (&studio, at, 1, at >= 20 && at < 40 ? 19 : at);
  const gint16 *sound = (const gint16 *)(gpointer)studio.sound->data;
  for (gint64 at = 20 * 1920 + 240; at < 40 * 1920; at++)
    g_assert_cmpint (sound[at * 2], ==, 0);
  studio_check_sound (&studio, 40 * 1920 + 240, 60 * 1920, 1, 40 * 1920 + 240);
  g_assert_cmpstr (studio.told->str, ==, "0 start clip\n60 end clip 40/20/0\n");
  studio_clear (&studio);
}

// Held before there was any picture: the first one of the clip stands.
static void test_held_at_once (void) {
  Studio studio;
  studio_init (&studio, "96x54p25", TRUE, 20);
  PoItem *item = studio_item (0, 20, PO_ITEM_MEDIA, "clip");
  item->held = TRUE;
  studio_play (&studio, item, NULL);
  studio_run_free (&studio);
  for (guint at = 0; at < 20; at++)
    studio_check_picture (&studio, at, 1, 0);
  studio_clear (&studio);
}

// A run that began before this process: its pictures and samples by position, whatever k is.
static void test_in_progress (void) {
  Studio studio;
  studio_init (&studio, "96x54p30000/1001", TRUE, 50);
  studio_play (&studio, studio_item (-1000, 50, PO_ITEM_MEDIA, "clip"), NULL);
  studio_run_free (&studio);
  for (guint at = 0; at < 50; at++)
    studio_check_picture (&studio, at, 1, at + 1000);
  gint64 position = -po_samples_before_frame (-1000, studio.format.rate);
  studio_check_sound (&studio, 240, po_samples_before_frame (50, studio.format.rate), 1, position + 240);
  studio_clear (&studio);
}

// Steps of the wall clock: forwards skips planned frames, backwards lets one stand while output goes on.
static void test_offsets (void) {
  Studio studio;
  studio_init (&studio, "96x54p25", TRUE, 40);
  studio_play (&studio, studio_item (0, 40, PO_ITEM_FILLER, "clip"), NULL);
  PoAnchor anchor = {.first = FIRST};
  po_head_start (studio.head, &anchor, 0);
  studio_clear (&studio);

  studio_init (&studio, "96x54p25", TRUE, 40);
  po_head_set_offset (studio.head, 10, FIRST + 2);
  po_head_set_offset (studio.head, 20, FIRST + 1);
  studio_play (&studio, studio_item (0, 40, PO_ITEM_FILLER, "clip"), NULL);
  studio_run_free (&studio);
  g_assert_cmpint (studio.pictures->len, ==, 39);
  for (guint at = 0; at < studio.pictures->len; at++)
    studio_check_picture (&studio, at, 1, at < 10 ? at : at < 20 ? at + 2 : at + 1);
  studio_check_sound (&studio, 10 * 1920 + 240, 20 * 1920, 1, 12 * 1920 + 240);
  studio_check_sound (&studio, 20 * 1920 + 240, 21 * 1920, 1, 21 * 1920 + 240); // heard twice
  studio_check_sound (&studio, 21 * 1920, 39 * 1920, 1, 22 * 1920);             // and goes on without a seam
  studio_clear (&studio);
}

// Set back by more than a frame: one frame stands, and no frame comes a second time. What was to change later is
// forgotten with it.
static void test_offset_far_back (void) {
  Studio studio;
  studio_init (&studio, "96x54p25", TRUE, 40);
  po_head_set_offset (studio.head, 30, FIRST + 7);
  po_head_set_offset (studio.head, 10, FIRST - 5);
  studio_play (&studio, studio_item (0, 40, PO_ITEM_FILLER, "clip"), NULL);
  studio_run_free (&studio);
  g_assert_cmpint (studio.pictures->len, ==, 45);
  for (guint at = 0; at < studio.pictures->len; at++)
    studio_check_picture (&studio, at, 1, at < 10 ? at : at < 15 ? 9 : at - 5);
  studio_check_sound (&studio, 10 * 1920 + 240, 11 * 1920, 1, 9 * 1920 + 240); // heard twice, and then not again
  studio_check_sound (&studio, 15 * 1920 + 240, 45 * 1920, 1, 10 * 1920 + 240);
  studio_clear (&studio);
}

// What stands on the screen is known from each item's first frame on, whatever is told of it.
static void test_shown (void) {
  static const struct {
    PoItemKind kind;
    gboolean held;
    PoScreen screen;
  } rows[] = {{PO_ITEM_MEDIA, FALSE, PO_SCREEN_SOURCE},
              {PO_ITEM_CARD, FALSE, PO_SCREEN_CARD},
              {PO_ITEM_SLATE, FALSE, PO_SCREEN_SLATE},
              {PO_ITEM_FILLER, TRUE, PO_SCREEN_FROZEN},
              {PO_ITEM_SLATE, FALSE, PO_SCREEN_SLATE}};
  Studio studio;
  PoHeadShown shown;
  PoSyntheticSettings settings;
  GPtrArray *items = g_ptr_array_new ();
  studio_init (&studio, "96x54p25", FALSE, 0);
  po_synthetic_settings_init (&settings, &studio.format, 1);
  studio.is_walk = TRUE;
  for (gint i = 0; i < (gint)G_N_ELEMENTS (rows); i++) {
    PoItem *item =
        studio_item (i * 10 + 3, (i + 1) * 10 + 3, rows[i].kind, rows[i].kind == PO_ITEM_MEDIA ? "clip" : "");
    item->held = rows[i].held;
    if (rows[i].kind == PO_ITEM_MEDIA)
      studio_bind (&studio, item, &settings);
    g_ptr_array_add (items, item);
  }
  studio_set_items (&studio, items);
  g_assert_false (po_head_shown (studio.head, &shown));
  for (PoFrame n = FIRST + 3; n < FIRST + 53; n++) {
    po_head_walk (studio.head, n, n + 1);
    g_assert_true (po_head_shown (studio.head, &shown));
    g_assert_cmpint (shown.n, ==, n);
    g_assert_cmpint (shown.screen, ==, rows[(n - FIRST - 3) / 10].screen);
  }
  studio_clear (&studio);
}

// No rundown, no source, then both: the slate meanwhile, and no wait without end.
static void test_nothing (void) {
  Studio studio;
  studio_init (&studio, "96x54p100", FALSE, 0);
  studio_run_real (&studio, 20);
  for (guint at = 0; at < 20; at++)
    studio_check_picture (&studio, at, SLATE, 0);
  studio_clear (&studio);
}

int main (int argc, char **argv) {
  g_test_init (&argc, &argv, NULL);
  gst_init (&argc, &argv);
  g_test_add_data_func ("/head/joins/25", "96x54p25", test_joins);
  g_test_add_data_func ("/head/joins/50", "96x54p50", test_joins);
  g_test_add_data_func ("/head/joins/29.97", "96x54p30000/1001", test_joins);
  g_test_add_data_func ("/head/joins/23.976", "96x54p24000/1001", test_joins);
  g_test_add_data_func ("/head/joins/59.94", "96x54p60000/1001", test_joins);
  g_test_add_data_func ("/head/joins/60", "98x56p60", test_joins);
  g_test_add_func ("/head/script/free", test_script_free);
  g_test_add_func ("/head/script/real", test_script_real);
  g_test_add_func ("/head/script/walk", test_walk);
  g_test_add_func ("/head/stuck", test_stuck);
  g_test_add_func ("/head/held", test_held);
  g_test_add_func ("/head/held-at-once", test_held_at_once);
  g_test_add_func ("/head/in-progress", test_in_progress);
  g_test_add_func ("/head/offsets", test_offsets);
  g_test_add_func ("/head/offset-far-back", test_offset_far_back);
  g_test_add_func ("/head/shown", test_shown);
  g_test_add_func ("/head/nothing", test_nothing);
  return g_test_run ();
}
