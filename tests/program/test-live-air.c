// SPDX-License-Identifier: GPL-3.0-or-later
// A live show on the head: whatever befalls its source, crossed with whatever stands in for it, which picture of which
// is on air on every frame.
#include <string.h>

#include "program/mixer.h"
#include "program/round-source.h"
#include "studio.h"

/** Line: a live source that is there from one frame to another, and from a third one on; then it is away as a slot says
 * it, which waits for it while it has just gone. */
typedef struct {
  PoSource base;
  PoFormat format;
  gint64 from, until, again; // -1 = not
  gint64 dead_from;          // its player is gone, -1 = it lives
  gint64 begun;              // frames
} Line;

#define LINE_WAITS 10 // frames

static void line_query (PoSource *source, PoSourceState *ret) {
  *ret =
      (PoSourceState){.flags = PO_SOURCE_LIVE | PO_SOURCE_HAS_VIDEO | PO_SOURCE_STREAMS_KNOWN | PO_SOURCE_VIDEO_READY,
                      .newest_frames = G_MAXINT64,
                      .video_end = -1,
                      .audio_end = -1};
}

static PoPicture line_take_picture (PoSource *source, gint64 frame, guint64 have_serial, const PoPlanes *into,
                                    guint64 *ret_serial) {
  const Line *self = (Line *)source;
  if (self->dead_from >= 0 && frame >= self->dead_from)
    return PO_PICTURE_GONE;
  if (self->from < 0 || frame < self->from)
    return PO_PICTURE_AWAY;
  if (self->until >= 0 && frame >= self->until && (self->again < 0 || frame < self->again))
    return frame < self->until + LINE_WAITS ? PO_PICTURE_NOT_YET : PO_PICTURE_AWAY;
  *ret_serial = (guint64)frame + 1;
  po_synthetic_paint (&self->format, into, 1, frame);
  return PO_PICTURE_NEW;
}

static gsize line_read_samples (PoSource *source, gint64 position, gsize n_samples, gint16 *out) {
  for (gsize i = 0; i < n_samples; i++)
    po_synthetic_sample (1, position + (gint64)i, &out[i * 2]);
  return n_samples;
}

static gboolean line_wait (PoSource *source, gint64 frame, gint64 samples_end, gint64 timeout_ns) {
  return TRUE;
}

static void line_begin_frame (PoSource *source, gint64 n_samples) {
  ((Line *)source)->begun++;
}

static void line_finalize (PoSource *source) {
  g_free (source);
}

static PoSource *line_new (const PoFormat *format, gint64 from, gint64 until, gint64 again, gint64 dead_from) {
  static const PoSourceClass class = {.query = line_query,
                                      .take_picture = line_take_picture,
                                      .read_samples = line_read_samples,
                                      .wait = line_wait,
                                      .begin_frame = line_begin_frame,
                                      .finalize = line_finalize};
  Line *self = g_new0 (Line, 1);
  po_source_init (&self->base, &class);
  self->format = *format;
  self->from = from;
  self->until = until;
  self->again = again;
  self->dead_from = dead_from;
  return &self->base;
}

#define LIVE_FRAMES 80

/** What befalls a live source, and on which frames of its show it is seen, held, stood in for: l, h, i. */
static const struct {
  const gchar *name;
  gint64 from, until, again, dead_from;
  struct {
    gchar what;
    gint frames;
  } runs[5];
} lines[] = {
    {"in time", 0, -1, -1, -1, {{'l', 80}}},
    {"late", 30, -1, -1, -1, {{'i', 30}, {'l', 50}}},
    {"never", -1, -1, -1, -1, {{'i', 80}}},
    {"ended", 0, 20, -1, -1, {{'l', 20}, {'h', 10}, {'i', 50}}},
    {"came back", 0, 20, 50, -1, {{'l', 20}, {'h', 10}, {'i', 20}, {'l', 30}}},
    {"came back at once", 0, 20, 25, -1, {{'l', 20}, {'h', 5}, {'l', 55}}},
    {"its player died", 0, -1, -1, 20, {{'l', 20}, {'h', 12}, {'i', 48}}},
    {"late, and died", 30, -1, -1, 50, {{'i', 30}, {'l', 20}, {'h', 12}, {'i', 18}}},
};

/** What stands in: nothing is the slate. */
static const struct {
  const gchar *name;
  gint code; // 0 = there is none
  PoSourceFlags flags;
} stand_ins[] = {
    {"clip", 2, PO_SOURCE_HAS_VIDEO | PO_SOURCE_HAS_AUDIO},
    {"still", 3, PO_SOURCE_HAS_VIDEO | PO_SOURCE_STILL},
    {"slate", 0, 0},
};

static void check_live (guint line, guint stand_in) {
  Studio studio;
  studio_init (&studio, "96x54p25", TRUE, LIVE_FRAMES);
  PoItem *item = studio_item (0, LIVE_FRAMES, PO_ITEM_LIVE, "live");
  g_autofree gchar *key = po_item_run_key (item), *fallback_key = g_strdup_printf (PO_FALLBACK_KEY_FORMAT, key);
  g_autoptr (PoSource) source =
      line_new (&studio.format, lines[line].from, lines[line].until, lines[line].again, lines[line].dead_from);
  po_head_bind (studio.head, key, source);
  if (stand_ins[stand_in].code != 0) {
    PoSyntheticSettings settings;
    po_synthetic_settings_init (&settings, &studio.format, (guint8)stand_ins[stand_in].code);
    settings.flags = stand_ins[stand_in].flags;
    g_autoptr (PoSource) fallback = po_synthetic_source_new (&settings);
    item->fallback = stand_ins[stand_in].name;
    po_head_bind (studio.head, fallback_key, fallback);
  }
  GPtrArray *items = g_ptr_array_new ();
  g_ptr_array_add (items, item);
  studio_set_items (&studio, items);
  studio_run_free (&studio);
  g_test_message ("%s, %s:\n%s", lines[line].name, stand_ins[stand_in].name, studio.told->str);
  gint64 at = 0, stood_in = 0, last = 0;
  for (guint run = 0; run < G_N_ELEMENTS (lines[line].runs) && lines[line].runs[run].frames > 0; run++)
    for (gint i = 0; i < lines[line].runs[run].frames; i++, at++) {
      const gchar what = lines[line].runs[run].what;
      if (what == 'i' && stand_ins[stand_in].code == 0)
        studio_check_picture (&studio, (guint)at, SLATE, 0);
      else if (what == 'i') // it goes on where it was left
        studio_check_picture (&studio, (guint)at, (guint8)stand_ins[stand_in].code,
                              (stand_ins[stand_in].flags & PO_SOURCE_STILL) != 0 ? 0 : stood_in++);
      else
        studio_check_picture (&studio, (guint)at, 1, what == 'l' ? (last = at) : last);
    }
  g_assert_cmpint (at, ==, LIVE_FRAMES);
  studio_clear (&studio);
}

static void test_live (void) {
  for (guint line = 0; line < G_N_ELEMENTS (lines); line++)
    for (guint stand_in = 0; stand_in < G_N_ELEMENTS (stand_ins); stand_in++)
      check_live (line, stand_in);
}

#define ROUND 30 // frames

static void get_sample (const Studio *studio, gint64 at, gint16 ret_sample[2]) {
  memcpy (ret_sample, studio->sound->data + at * 4, 4);
}

// The sound at output sample @at begins with what was on air before.
static void check_faded (const Studio *studio, gint64 at) {
  gint16 before[2], after[2];
  get_sample (studio, at - 1, before);
  get_sample (studio, at, after);
  for (guint c = 0; c < 2; c++)
    g_assert_cmpint (ABS (after[c] - before[c]), <=, ABS (before[c]) / 100 + 1);
}

// The sound is faded where the clip that stands in begins anew, and where the source comes, even at the same place in
// its sound as the clip has come to in its own.
static void check_fades (gint64 from) {
  const gint64 edge = po_samples_before_frame (ROUND, (PoRate){25, 1});
  Studio studio;
  studio_init (&studio, "96x54p25", TRUE, 2 * ROUND);
  PoItem *item = studio_item (0, 2 * ROUND, PO_ITEM_LIVE, "live");
  g_autofree gchar *key = po_item_run_key (item), *fallback_key = g_strdup_printf (PO_FALLBACK_KEY_FORMAT, key);
  g_autoptr (PoSource) source = line_new (&studio.format, from, -1, -1, -1);
  PoSyntheticSettings settings;
  po_synthetic_settings_init (&settings, &studio.format, 100);
  settings.end_frame = ROUND;
  g_autoptr (PoSource) fallback = po_round_source_new (po_synthetic_source_new (&settings), studio.format.rate, 0);
  settings.code = 50;
  po_round_source_give (fallback, po_synthetic_source_new (&settings), 0);
  item->fallback = "clip";
  po_head_bind (studio.head, key, source);
  po_head_bind (studio.head, fallback_key, fallback);
  GPtrArray *items = g_ptr_array_new ();
  g_ptr_array_add (items, item);
  studio_set_items (&studio, items);
  studio_run_free (&studio);
  studio_check_sound (&studio, PO_FADE_SAMPLES, edge, 100, PO_FADE_SAMPLES);
  check_faded (&studio, edge);
  studio_check_sound (&studio, edge + PO_FADE_SAMPLES, 2 * edge, from < 0 ? 50 : 1,
                      (from < 0 ? 0 : edge) + PO_FADE_SAMPLES);
  studio_clear (&studio);
}

static void test_fades (void) {
  check_fades (-1);
  check_fades (ROUND);
}

// One show after another from one source, which moves on once a frame and is seen throughout.
static void test_two_shows (void) {
  Studio studio;
  studio_init (&studio, "96x54p25", TRUE, LIVE_FRAMES);
  g_autoptr (PoSource) source = line_new (&studio.format, 0, -1, -1, -1);
  GPtrArray *items = g_ptr_array_new ();
  g_ptr_array_add (items, studio_item (0, LIVE_FRAMES / 2, PO_ITEM_LIVE, "first"));
  g_ptr_array_add (items, studio_item (LIVE_FRAMES / 2, LIVE_FRAMES, PO_ITEM_LIVE, "second"));
  for (guint i = 0; i < items->len; i++) {
    g_autofree gchar *key = po_item_run_key (items->pdata[i]);
    po_head_bind (studio.head, key, source);
  }
  studio_set_items (&studio, items);
  studio_run_free (&studio);
  for (guint at = 0; at < LIVE_FRAMES; at++)
    studio_check_picture (&studio, at, 1, at % (LIVE_FRAMES / 2));
  g_assert_cmpint (((Line *)source)->begun, ==, LIVE_FRAMES);
  studio_clear (&studio);
}

int main (int argc, char **argv) {
  gst_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/live-air/stand-ins", test_live);
  g_test_add_func ("/live-air/fades", test_fades);
  g_test_add_func ("/live-air/two-shows", test_two_shows);
  return g_test_run ();
}
