// SPDX-License-Identifier: GPL-3.0-or-later
// Pictures of a stream on their way through what stands for a decoder: which of them are damaged after a hole in it.
#include <gst/app/gstappsink.h>
#include <gst/app/gstappsrc.h>
#include <string.h>

#include "player/damage.h"

#define PICTURE (40 * GST_MSECOND)
#define LONGEST (6 * PICTURE)
#define N       60
#define LINE    (PO_DAMAGE_LIVE | PO_DAMAGE_LOSSY)
#define OF_FILE (PO_DAMAGE_TOLD | PO_DAMAGE_LOSSY)

typedef struct {
  const gchar *what;
  gboolean holes[N], keys[N];
  const gchar *damaged; // of each picture
  PoDamageWay way;
  const gchar *says;     // (nullable) the decoder, of
  guint number;          // this picture
  guint skip, n_skipped; // from this picture on so many are not there
  guint lost;            // (0 = never) before this picture packets are told to be lost
  GstClockTime clipped;  // so much of the first picture lies before what was sought
} Case;

static void push (GstElement *source, GstClockTime pts, gboolean is_key, gboolean is_hole) {
  GstBuffer *buffer = gst_buffer_new ();
  GST_BUFFER_PTS (buffer) = pts;
  if (!is_key)
    GST_BUFFER_FLAG_SET (buffer, GST_BUFFER_FLAG_DELTA_UNIT);
  if (is_hole || pts == 0)
    GST_BUFFER_FLAG_SET (buffer, GST_BUFFER_FLAG_DISCONT);
  g_assert_cmpint (gst_app_src_push_buffer (GST_APP_SRC (source), buffer), ==, GST_FLOW_OK);
}

// As libav's decoders do, and nothing else tells.
static void say (const gchar *text) {
  GstDebugCategory *category = NULL;
  GST_DEBUG_CATEGORY_INIT (category, "libav", 0, "stands for the decoders");
  gst_debug_log (category, GST_LEVEL_ERROR, __FILE__, G_STRFUNC, __LINE__, NULL, "%s", text);
}

static void check (gconstpointer data) {
  const Case *one = data;
  g_autoptr (GstElement) pipeline =
      gst_parse_launch ("appsrc name=in format=time ! identity name=decoder ! appsink name=out sync=false", NULL);
  g_autoptr (GstElement) in = gst_bin_get_by_name (GST_BIN (pipeline), "in");
  g_autoptr (GstElement) decoder = gst_bin_get_by_name (GST_BIN (pipeline), "decoder");
  g_autoptr (GstElement) out = gst_bin_get_by_name (GST_BIN (pipeline), "out");
  g_autoptr (GstPad) pad = gst_element_get_static_pad (decoder, "src");
  PoDamage *damage = po_damage_new (LONGEST);
  GString *seen = g_string_new (NULL);
  po_damage_watch (damage, pad, one->way);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  for (guint i = 0; i < strlen (one->damaged); i++) {
    if (one->lost > 0 && i == one->lost)
      po_damage_tell_lost (in);
    const guint number = i < one->skip || one->n_skipped == 0 ? i : i + one->n_skipped;
    push (in, i == 0 ? 0 : number * PICTURE - one->clipped, i == 0 || one->keys[i], one->holes[i]);
    g_autoptr (GstSample) sample = gst_app_sink_pull_sample (GST_APP_SINK (out));
    if (one->says != NULL && i == one->number)
      say (one->says);
    const GstClockTime pts = GST_BUFFER_PTS (gst_sample_get_buffer (sample));
    g_string_append_c (seen, po_damage_begins (damage, pts, pts + 1) == pts ? 'x' : '.');
  }
  gst_element_set_state (pipeline, GST_STATE_NULL);
  g_assert_cmpstr (seen->str, ==, one->damaged);
  g_string_free (seen, TRUE);
  po_damage_free (damage);
}

int main (int argc, char **argv) {
  static const Case cases[] = {
      {"nothing", .keys = {[12] = TRUE}, .damaged = "........................", .way = LINE},
      {"hole", .holes = {[4] = TRUE}, .damaged = "....xxxxxx......", .way = LINE},
      {"hole-up-to-a-key-picture", .holes = {[4] = TRUE}, .keys = {[7] = TRUE}, .damaged = "....xxx.........",
       .way = LINE},
      {"hole-before-a-key-picture", .holes = {[7] = TRUE}, .keys = {[7] = TRUE}, .damaged = "................",
       .way = LINE},
      {"hole-after-hole", .holes = {[4] = TRUE, [8] = TRUE}, .damaged = "....xxxxxxxxxx..", .way = LINE},
      {"hole-long-after-hole", .holes = {[4] = TRUE, [12] = TRUE}, .damaged = "....xxxxxx..xxxxxx..", .way = LINE},
      {"skipped-by-the-line", .damaged = "............xxxxx....", .way = LINE, .skip = 12, .n_skipped = 1, .lost = 9},
      {"skipped-after-harm", .damaged = "..xxxx......xxxxx....", .way = LINE, .skip = 12, .n_skipped = 1,
       .says = "concealing 12 DC, 12 AC, 12 MV errors", .number = 2},
      {"skipped-on-a-calm-line", .damaged = ".....................", .way = LINE, .skip = 12, .n_skipped = 1},
      {"skipped-by-its-sender", .damaged = ".....................", .way = PO_DAMAGE_LIVE, .skip = 12, .n_skipped = 1},
      {"not-told-to-be-lost", .damaged = ".....................", .way = OF_FILE, .skip = 12, .n_skipped = 1},
      {"told-to-be-lost", .damaged = "............xxxxx....", .way = OF_FILE, .skip = 12, .n_skipped = 1, .lost = 9},
      {"clipped-by-a-join", .damaged = ".....................", .way = OF_FILE, .lost = 1, .clipped = PICTURE / 2},
      {"lost-of-something-else", .damaged = ".....................", .way = OF_FILE, .lost = 9},
      {"made-up", .damaged = "..........xxx....", .way = LINE, .says = "concealing 12 DC, 12 AC, 12 MV errors",
       .number = 10},
      // The key picture has gone in when the decoder says what it made of those before it.
      {"made-up-before-a-key-picture", .keys = {[10] = TRUE}, .damaged = "................",
       .says = "concealing 12 DC, 12 AC, 12 MV errors in P frame", .number = 10},
      {"made-up-about-a-key-picture", .keys = {[10] = TRUE}, .damaged = "...........xxx..",
       .says = "concealing 12 DC, 12 AC, 12 MV errors in B frame", .number = 11},
      {"made-up-key-picture", .keys = {[10] = TRUE}, .damaged = "..........xxx...",
       .says = "concealing 12 DC, 12 AC, 12 MV errors in I frame", .number = 10},
      {"of-what-is-not-there", .damaged = "..........xxx....", .way = LINE, .says = "co located POCs unavailable",
       .number = 10},
      {"remark", .damaged = "................", .way = LINE, .says = "Increasing reorder buffer to 2", .number = 10},
      {"clip-of-what-is-not-there", .damaged = "................", .way = 0, .says = "no frame!", .number = 10},
      // Begun again in the middle: what comes out next may have any time stamp.
      {"begun-again", .damaged = "............xxxxxx...", .way = PO_DAMAGE_LIVE, .says = "no frame!", .number = 12,
       .skip = 12, .n_skipped = 20},
  };
  gst_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree gchar *path = g_strconcat ("/player/damage/", cases[i].what, NULL);
    g_test_add_data_func (path, &cases[i], check);
  }
  return g_test_run ();
}
