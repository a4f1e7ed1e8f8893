// SPDX-License-Identifier: GPL-3.0-or-later
// The head with synthetic sources: which picture and which sample of which source went out in every frame, what it
// told, and that real time, free run and walking decide alike.
#include <gst/gst.h>
#include <string.h>

#include "program/head.h"
#include "program/synthetic-source.h"

#define FIRST G_GINT64_CONSTANT (45000000000)
#define SLATE 255 // the code painted on the slate
#define CARD  254

/** What went out, and what was told. */
typedef struct {
  PoFormat format;
  PoHead *head;
  GMainLoop *loop;
  GArray *pictures; // guint64: code << 40 | frame
  GByteArray *sound;
  GString *told; // one line an event
  gint64 next_k;
  gboolean is_walk;
  gint64 stop_after; // frames; real time only
  gint is_enough;    // atomic
} Studio;

static void on_push (gpointer user, GstBuffer *video, GstBuffer *audio, gint64 k) {
  Studio *studio = user;
  GstMapInfo map;
  guint8 code = 0;
  gint64 frame = 0;
  if (!studio->is_walk)
    g_assert_cmpint (k, ==, studio->next_k);
  studio->next_k = k + 1;
  g_assert_cmpint ((gint64)GST_BUFFER_PTS (video), ==, po_duration_from_frames_floor (k, studio->format.rate));
  g_assert_true (gst_buffer_map (video, &map, GST_MAP_READ));
  if (!po_synthetic_read (&studio->format, map.data, (studio->format.width + 3) / 4 * 4, &code, &frame))
    code = 0;
  gst_buffer_unmap (video, &map);
  guint64 value = (guint64)code << 40 | (guint64)frame;
  g_array_append_val (studio->pictures, value);
  g_assert_true (gst_buffer_map (audio, &map, GST_MAP_READ));
  g_byte_array_append (studio->sound, map.data, (guint)map.size);
  gst_buffer_unmap (audio, &map);
  if (studio->stop_after > 0 && k + 1 >= studio->stop_after)
    g_atomic_int_set (&studio->is_enough, TRUE);
}

static void on_event (const PoHeadEvent *event, gpointer user_data) {
  Studio *studio = user_data;
  if (event->kind == PO_HEAD_FINISHED) {
    g_main_loop_quit (studio->loop);
    return;
  }
  if (event->kind == PO_HEAD_CHECKPOINT)
    return;
  g_string_append_printf (studio->told, "%" G_GINT64_FORMAT " %s %s", event->n - FIRST,
                          po_head_event_kind_to_string (event->kind), event->item != NULL ? event->item->title : "-");
  if (event->kind == PO_HEAD_SCREEN)
    g_string_append_printf (studio->told, " %s", po_screen_to_string (event->screen));
  if (event->kind == PO_HEAD_END)
    g_string_append_printf (studio->told, " %" G_GINT64_FORMAT "/%" G_GINT64_FORMAT "/%" G_GINT64_FORMAT,
                            event->counts.shown, event->counts.repeated, event->counts.filled);
  g_string_append_c (studio->told, '\n');
}

static PoImage *coded_image (const PoFormat *format, guint8 code) {
  PoImage *image = po_image_new (format);
  PoPlanes planes;
  po_image_planes (image, &planes);
  po_synthetic_paint (format, &planes, code, 0);
  return image;
}

static void studio_init (Studio *studio, const gchar *format, gboolean is_free_run, PoFrame length) {
  g_autoptr (GError) error = NULL;
  PoHeadSettings settings;
  *studio = (Studio){.loop = g_main_loop_new (NULL, FALSE), .told = g_string_new (NULL)};
  studio->pictures = g_array_new (FALSE, FALSE, sizeof (guint64));
  studio->sound = g_byte_array_new ();
  g_assert_true (po_format_parse (format, &studio->format, &error));
  po_head_settings_init (&settings, &studio->format);
  settings.is_free_run = is_free_run;
  settings.until = is_free_run ? FIRST + length : PO_FRAME_NONE;
  settings.patience_ms = 50;
  g_autoptr (PoImage) slate = coded_image (&studio->format, SLATE);
  studio->head = po_head_new (&settings, slate, on_event, studio, &error);
  g_assert_no_error (error);
  PoFeed feed = {on_push, studio};
  po_head_add_feed (studio->head, &feed);
}

static void studio_clear (Studio *studio) {
  po_head_free (studio->head);
  g_main_loop_unref (studio->loop);
  g_array_unref (studio->pictures);
  g_byte_array_unref (studio->sound);
  g_string_free (studio->told, TRUE);
}

static void run_free (Studio *studio) {
  PoAnchor anchor = {.first = FIRST};
  po_head_start (studio->head, &anchor, 0);
  g_main_loop_run (studio->loop);
  po_head_stop (studio->head);
}

static gboolean on_poll (gpointer data) {
  Studio *studio = data;
  if (!g_atomic_int_get (&studio->is_enough))
    return G_SOURCE_CONTINUE;
  g_main_loop_quit (studio->loop);
  return G_SOURCE_REMOVE;
}

static void run_real (Studio *studio, gint64 frames) {
  PoAnchor anchor = {.first = FIRST, .mono_ns = g_get_monotonic_time () * 1000};
  studio->stop_after = frames;
  g_timeout_add (5, on_poll, studio);
  po_head_start (studio->head, &anchor, 0);
  g_main_loop_run (studio->loop);
  po_head_stop (studio->head);
}

static PoItem *item_new (PoFrame start, PoFrame end, PoItemKind kind, const gchar *title) {
  PoItem *item = g_new0 (PoItem, 1);
  item->start = FIRST + start;
  item->end = FIRST + end;
  item->kind = kind;
  item->title = g_strdup (title);
  item->media = g_strdup (title);
  item->media_origin = FIRST + start;
  item->media_out_ns = -1;
  item->slot_start = item->start;
  item->slot_end = item->end;
  return item;
}

static void bind (Studio *studio, const PoItem *item, const PoSyntheticSettings *settings) {
  g_autofree gchar *key = po_item_run_key (item);
  g_autoptr (PoSource) source = po_synthetic_source_new (settings);
  po_head_bind (studio->head, key, source);
}

static void set_items (Studio *studio, GPtrArray *items) {
  g_autoptr (PoRundown) rundown = po_rundown_new (studio->format.rate, items);
  po_head_set_rundown (studio->head, rundown);
}

static void check_picture (Studio *studio, guint at, guint8 code, gint64 frame) {
  guint64 value = g_array_index (studio->pictures, guint64, at);
  if (value != ((guint64)code << 40 | (guint64)frame))
    g_error ("frame %u: source %u picture %" G_GINT64_FORMAT " instead of %u, %" G_GINT64_FORMAT, at,
             (guint)(value >> 40), (gint64)(value & 0xffffffffff), code, frame);
}

// Output samples [@from, @to) are those of @code from @position on.
static void check_sound (Studio *studio, gint64 from, gint64 to, guint8 code, gint64 position) {
  const gint16 *sound = (const gint16 *)(gpointer)studio->sound->data;
  for (gint64 at = from; at < to; at++) {
    gint16 expected[2];
    po_synthetic_sample (code, position + at - from, expected);
    g_assert_cmpint (sound[at * 2], ==, expected[0]);
    g_assert_cmpint (sound[at * 2 + 1], ==, expected[1]);
  }
}

// Clips back to back at a rate: every picture and every sample, but for the 5 ms of each join.
static void test_joins (gconstpointer data) {
  enum { N_ITEMS = 5, LENGTH = 33 };
  Studio studio;
  studio_init (&studio, data, TRUE, N_ITEMS * LENGTH);
  GPtrArray *items = g_ptr_array_new ();
  for (guint8 i = 0; i < N_ITEMS; i++) {
    PoSyntheticSettings settings;
    g_autofree gchar *title = g_strdup_printf ("clip%u", i);
    PoItem *item = item_new (i * LENGTH, (i + 1) * LENGTH, PO_ITEM_MEDIA, title);
    po_synthetic_settings_init (&settings, &studio.format, i + 1);
    bind (&studio, item, &settings);
    g_ptr_array_add (items, item);
  }
  set_items (&studio, items);
  run_free (&studio);
  PoRate rate = studio.format.rate;
  g_assert_cmpint (studio.pictures->len, ==, N_ITEMS * LENGTH);
  g_assert_cmpint (studio.sound->len, ==, po_samples_before_frame (N_ITEMS * LENGTH, rate) * 4);
  for (guint at = 0; at < studio.pictures->len; at++)
    check_picture (&studio, at, (guint8)(at / LENGTH + 1), at % LENGTH);
  for (guint8 i = 0; i < N_ITEMS; i++) {
    gint64 first = po_samples_before_frame (i * LENGTH, rate);
    check_sound (&studio, first + 240, po_samples_before_frame ((i + 1) * LENGTH, rate), i + 1, 240);
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
  g_autoptr (PoImage) card = coded_image (&studio->format, CARD);
  for (guint i = 0; i < G_N_ELEMENTS (script); i++) {
    PoSyntheticSettings settings;
    PoItem *item = item_new (i * 40, (i + 1) * 40, script[i].kind, script[i].title);
    g_autofree gchar *key = po_item_run_key (item);
    po_synthetic_settings_init (&settings, &studio->format, (guint8)(i + 1));
    settings.flags = script[i].flags;
    settings.end_frame = script[i].end;
    settings.gone_frame = script[i].gone;
    settings.stuck_frame = script[i].stuck;
    settings.unstuck_frame = script[i].unstuck;
    if (script[i].kind != PO_ITEM_CARD && script[i].kind != PO_ITEM_SLATE)
      bind (studio, item, &settings);
    if (g_str_equal (script[i].title, "sound") || script[i].kind == PO_ITEM_CARD)
      po_head_set_card (studio->head, key, card);
    g_ptr_array_add (items, item);
  }
  set_items (studio, items);
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
      check_picture (studio, at, f < 22 ? 2 : SLATE, f < 10 ? f : f < 22 ? 9 : 0);
      break;
    case 2:
      check_picture (studio, at, f < 32 ? 3 : SLATE, f < 20 ? f : f < 32 ? 19 : 0);
      break;
    case 3:
    case 7:
      check_picture (studio, at, SLATE, 0);
      break;
    case 4:
      check_picture (studio, at, 5, 0);
      break;
    case 5:
    case 6:
      check_picture (studio, at, CARD, 0);
      break;
    default:
      check_picture (studio, at, (guint8)(item + 1), f);
      break;
    }
  }
  check_sound (studio, 240, 40 * 1920, 1, 240);
  check_sound (studio, 200 * 1920 + 240, 240 * 1920, 6, 240);
}

static void test_script_free (void) {
  Studio studio;
  studio_init (&studio, "96x54p25", TRUE, SCRIPT_FRAMES);
  fill_script (&studio);
  run_free (&studio);
  g_assert_cmpstr (studio.told->str, ==, script_told);
  check_script (&studio);
  studio_clear (&studio);
}

// The same at 100 frames a second in real time: every picture and sample as in free run.
static void test_script_real (void) {
  Studio studio, free_run;
  studio_init (&studio, "96x54p100", FALSE, 0);
  fill_script (&studio);
  run_real (&studio, SCRIPT_FRAMES);
  studio_init (&free_run, "96x54p100", TRUE, SCRIPT_FRAMES);
  fill_script (&free_run);
  run_free (&free_run);
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
  GPtrArray *items = g_ptr_array_new ();
  PoItem *item = item_new (0, 80, PO_ITEM_MEDIA, "stuck");
  bind (&studio, item, &settings);
  g_ptr_array_add (items, item);
  set_items (&studio, items);
  run_free (&studio);
  for (guint at = 0; at < 80; at++)
    check_picture (&studio, at, at >= 35 && at < 50 ? SLATE : 1, at < 10 || at >= 50 ? at : at < 35 ? 9 : 0);
  g_assert_cmpstr (studio.told->str, ==,
                   "0 start stuck\n10 screen stuck hold\n35 screen stuck fallback\n50 screen stuck source\n"
                   "80 end stuck 40/25/15\n");
  check_sound (&studio, 50 * 1920 + 240, 80 * 1920, 1, 50 * 1920 + 240);
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
    PoItem *item = item_new (i * 20, (i + 1) * 20, PO_ITEM_MEDIA, "clip");
    item->media_origin = FIRST;
    item->held = i == 1;
    bind (&studio, item, &settings);
    g_ptr_array_add (items, item);
  }
  set_items (&studio, items);
  run_free (&studio);
  for (guint at = 0; at < 60; at++)
    check_picture (&studio, at, 1, at >= 20 && at < 40 ? 19 : at);
  const gint16 *sound = (const gint16 *)(gpointer)studio.sound->data;
  for (gint64 at = 20 * 1920 + 240; at < 40 * 1920; at++)
    g_assert_cmpint (sound[at * 2], ==, 0);
  check_sound (&studio, 40 * 1920 + 240, 60 * 1920, 1, 40 * 1920 + 240);
  g_assert_cmpstr (studio.told->str, ==, "0 start clip\n60 end clip 40/20/0\n");
  studio_clear (&studio);
}

// Held before there was any picture: the first one of the clip stands.
static void test_held_at_once (void) {
  Studio studio;
  PoSyntheticSettings settings;
  studio_init (&studio, "96x54p25", TRUE, 20);
  po_synthetic_settings_init (&settings, &studio.format, 1);
  GPtrArray *items = g_ptr_array_new ();
  PoItem *item = item_new (0, 20, PO_ITEM_MEDIA, "clip");
  item->held = TRUE;
  bind (&studio, item, &settings);
  g_ptr_array_add (items, item);
  set_items (&studio, items);
  run_free (&studio);
  for (guint at = 0; at < 20; at++)
    check_picture (&studio, at, 1, 0);
  studio_clear (&studio);
}

// A run that began before this process: its pictures and samples by position, whatever k is.
static void test_in_progress (void) {
  Studio studio;
  PoSyntheticSettings settings;
  studio_init (&studio, "96x54p30000/1001", TRUE, 50);
  po_synthetic_settings_init (&settings, &studio.format, 1);
  GPtrArray *items = g_ptr_array_new ();
  PoItem *item = item_new (-1000, 50, PO_ITEM_MEDIA, "clip");
  bind (&studio, item, &settings);
  g_ptr_array_add (items, item);
  set_items (&studio, items);
  run_free (&studio);
  for (guint at = 0; at < 50; at++)
    check_picture (&studio, at, 1, at + 1000);
  gint64 position = -po_samples_before_frame (-1000, studio.format.rate);
  check_sound (&studio, 240, po_samples_before_frame (50, studio.format.rate), 1, position + 240);
  studio_clear (&studio);
}

// Steps of the wall clock: forwards skips planned frames, backwards lets one stand while output goes on.
static void test_offsets (void) {
  Studio studio;
  PoSyntheticSettings settings;
  studio_init (&studio, "96x54p25", TRUE, 40);
  po_synthetic_settings_init (&settings, &studio.format, 1);
  GPtrArray *items = g_ptr_array_new ();
  PoItem *item = item_new (0, 40, PO_ITEM_FILLER, "clip");
  bind (&studio, item, &settings);
  g_ptr_array_add (items, item);
  set_items (&studio, items);
  PoAnchor anchor = {.first = FIRST};
  po_head_start (studio.head, &anchor, 0);
  studio_clear (&studio);

  studio_init (&studio, "96x54p25", TRUE, 40);
  items = g_ptr_array_new ();
  item = item_new (0, 40, PO_ITEM_FILLER, "clip");
  po_head_set_offset (studio.head, 10, FIRST + 2);
  po_head_set_offset (studio.head, 20, FIRST + 1);
  bind (&studio, item, &settings);
  g_ptr_array_add (items, item);
  set_items (&studio, items);
  run_free (&studio);
  g_assert_cmpint (studio.pictures->len, ==, 39);
  for (guint at = 0; at < studio.pictures->len; at++)
    check_picture (&studio, at, 1, at < 10 ? at : at < 20 ? at + 2 : at + 1);
  check_sound (&studio, 10 * 1920 + 240, 20 * 1920, 1, 12 * 1920 + 240);
  check_sound (&studio, 20 * 1920 + 240, 21 * 1920, 1, 21 * 1920 + 240); // heard twice
  check_sound (&studio, 21 * 1920, 39 * 1920, 1, 22 * 1920);             // and goes on without a seam
  studio_clear (&studio);
}

// No rundown, no source, then both: the slate meanwhile, and no wait without end.
static void test_nothing (void) {
  Studio studio;
  studio_init (&studio, "96x54p100", FALSE, 0);
  run_real (&studio, 20);
  for (guint at = 0; at < 20; at++)
    check_picture (&studio, at, SLATE, 0);
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
  g_test_add_func ("/head/nothing", test_nothing);
  return g_test_run ();
}
