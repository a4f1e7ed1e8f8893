// SPDX-License-Identifier: GPL-3.0-or-later
// Lip sync of a live source whose clock runs fast or slow, over half an hour of pretended time: what the player numbers
// and the head reads. No sample is put in or left out, no picture shown twice or never but for the clocks, and the
// picture on air belongs to the sound on air.
#include "player/live-timeline.h"
#include "program/live-anchor.h"

#define FRAME       1920 // samples of one, of the house and of the source
#define PIECE       1024 // samples of a piece of sound
#define MINUTES     30
#define HOUSE_HZ    25
#define MAX_LATE_NS (60 * PO_NS_PER_MS)
#define HELD        64                     // pictures, pieces
#define SYNC        (PO_AUDIO_RATE / 50)   // half a picture: the nearest one is shown
#define MOSTLY      (PO_AUDIO_RATE / 200)  // four frames of five: where it is not on its way from one to the next
#define UNSURE      (PO_AUDIO_RATE / 4000) // of stamps that are up to 4 ms off
#define UNTRUE      (PO_AUDIO_RATE / 300)  // of pictures that are said to stand for a thousandth too long or too short

typedef enum { BY_SOURCE, BY_ARRIVAL } Stamps; // RTMP's, to the millisecond; of a transport stream, as it is received

typedef struct {
  gint64 position, content; // of its first sample: where it lies, and when it was seen or heard
} Placed;

typedef struct {
  gint64 ppm;
  gint64 told; // how long a picture is said to stand
  Stamps stamps;
  GRand *rand;
  PoLiveTimeline timeline;
  PoLiveAnchor anchor;
  PoLiveAnchorSettings settings;
  Placed pictures[HELD], pieces[HELD];
  gint64 n_pictures, n_pieces; // that have come
  gint64 arrives_ns[PO_N_LIVE_STREAMS];
  gint64 written;       // end of the sound
  gint64 worst;         // of what is seen against what is heard, in samples
  gint64 shown;         // content of the picture on air; -1 = none was yet
  guint odd_steps, off; // frames for which it was not the next one, and those further off than MOSTLY
} Line;

// When what the source took at @content, by its own samples, is there by the house's clock.
static gint64 house_ns (const Line *line, gint64 content) {
  const gint64 source_ns = content * PO_NS_PER_SECOND / PO_AUDIO_RATE;
  return source_ns - source_ns / 1000000 * line->ppm;
}

static gint64 stamp_ns (const Line *line, gint64 content) {
  if (line->stamps == BY_SOURCE)
    return content * 1000 / PO_AUDIO_RATE * PO_NS_PER_MS;
  return house_ns (line, content) + g_rand_int_range (line->rand, 0, 4 * PO_NS_PER_MS);
}

static void expect_next (Line *line, PoLiveStream stream, gint64 content) {
  const gint64 late_ns = house_ns (line, content) + g_rand_int_range (line->rand, 0, MAX_LATE_NS);
  line->arrives_ns[stream] = MAX (line->arrives_ns[stream], late_ns);
}

static void picture_comes (Line *line) {
  Placed *picture = &line->pictures[line->n_pictures % HELD];
  picture->content = line->n_pictures++ * FRAME;
  picture->position =
      po_live_timeline_place (&line->timeline, PO_LIVE_PICTURE, stamp_ns (line, picture->content), line->told);
  expect_next (line, PO_LIVE_PICTURE, picture->content + FRAME);
}

static void sound_comes (Line *line) {
  Placed *piece = &line->pieces[line->n_pieces % HELD];
  piece->content = line->n_pieces++ * PIECE;
  piece->position = po_live_timeline_place (&line->timeline, PO_LIVE_SOUND, stamp_ns (line, piece->content), PIECE);
  if (line->n_pieces > 1)
    g_assert_cmpint (piece->position, ==, line->written); // neither a hole nor a cut
  line->written = piece->position + PIECE;
  expect_next (line, PO_LIVE_SOUND, piece->content + PIECE);
}

static const Placed *last_before (const Placed *held, gint64 n, gint64 position) {
  const Placed *found = NULL;
  for (gint64 i = MAX (n - HELD, 0); i < n; i++)
    if (held[i % HELD].position <= position)
      found = &held[i % HELD];
  return found;
}

static void look (Line *line) {
  const gint64 position = line->anchor.position;
  const Placed *picture = last_before (line->pictures, line->n_pictures, position + FRAME / 2);
  const Placed *piece = last_before (line->pieces, line->n_pieces, position);
  g_assert_true (picture != NULL && piece != NULL);
  g_assert_cmpint (position + FRAME + 2, <=, line->written); // all of the frame's sound is there
  const gint64 heard = piece->content + position - piece->position;
  line->odd_steps += line->shown >= 0 && picture->content - line->shown != FRAME;
  line->off += ABS (picture->content - heard) > MOSTLY;
  line->shown = picture->content;
  line->worst = MAX (line->worst, ABS (picture->content - heard));
}

static void tick (Line *line, gint64 k) {
  const gint64 now_ns = k * PO_NS_PER_SECOND / HOUSE_HZ;
  for (;;) {
    const gboolean is_picture = line->arrives_ns[PO_LIVE_PICTURE] <= line->arrives_ns[PO_LIVE_SOUND];
    const PoLiveStream stream = is_picture ? PO_LIVE_PICTURE : PO_LIVE_SOUND;
    if (line->arrives_ns[stream] > now_ns)
      break;
    if (stream == PO_LIVE_PICTURE)
      picture_comes (line);
    else
      sound_comes (line);
  }
  const gint64 first = line->pictures[(line->n_pictures + HELD - 1) % HELD].position;
  PoLiveNewest newest = {.end = first + FRAME * 3 / 4, .middle = first + FRAME / 2, .span = FRAME};
  if (line->n_pictures == 0)
    newest = (PoLiveNewest){0};
  po_live_anchor_step (&line->anchor, &line->settings, &newest, FRAME);
}

static void half_an_hour (gint64 ppm, gint64 told, Stamps stamps) {
  Line line = {.ppm = ppm, .told = told, .stamps = stamps, .shown = -1, .rand = g_rand_new_with_seed (7)};
  po_live_anchor_settings_init (&line.settings, 200, 400);
  guint frames = 0;
  for (gint64 k = 0; k < MINUTES * 60 * HOUSE_HZ; k++) {
    const gboolean was_here = line.anchor.is_here;
    tick (&line, k);
    if (was_here)
      g_assert_true (line.anchor.is_here && !line.anchor.is_cut);
    if (!line.anchor.is_here)
      continue;
    look (&line);
    frames++;
  }
  g_test_message ("%+d ppm, stamps %d: at worst %.2f ms, %u frames off, %u odd steps", (gint)ppm, stamps,
                  1000.0 * line.worst / PO_AUDIO_RATE, line.off, line.odd_steps);
  // A picture is left out, or shown twice, when the clocks have gone apart by one; never for less.
  g_assert_cmpuint (line.odd_steps, <=, (guint)(MINUTES * 60 * HOUSE_HZ * ABS (ppm) / 1000000) + 1);
  g_assert_cmpuint (line.off, <=, frames / 5);
  g_assert_cmpuint (frames, >, (MINUTES * 60 - 2) * HOUSE_HZ);
  g_assert_cmpint (line.worst, <=, SYNC + (stamps == BY_SOURCE ? 0 : UNSURE) + (told == FRAME ? 0 : UNTRUE));
  g_rand_free (line.rand);
}

static void test_clocks (void) {
  static const gint64 ppm[] = {-200, 0, 200};
  for (guint i = 0; i < G_N_ELEMENTS (ppm); i++) {
    half_an_hour (ppm[i], FRAME, BY_SOURCE);
    half_an_hour (ppm[i], FRAME, BY_ARRIVAL);
    half_an_hour (ppm[i], FRAME - 2, BY_SOURCE); // 30 a second, which are 29.97
    half_an_hour (ppm[i], FRAME + 2, BY_SOURCE);
  }
}

int main (int argc, char **argv) {
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/live-sync/clocks", test_clocks);
  return g_test_run ();
}
