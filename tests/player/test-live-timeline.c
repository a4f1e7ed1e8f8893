// SPDX-License-Identifier: GPL-3.0-or-later
// A live source's time stamps jump, stand, and come in any order; its timeline goes on, picture and sound together.
#include "player/live-timeline.h"

#define PICTURE  1920
#define SOUND    1024
#define TOGETHER (PO_AUDIO_RATE / 100)

typedef struct {
  PoLiveTimeline timeline;
  gint64 picture_ns, sound_ns; // time stamps to come
  gint64 picture, sound;       // the last positions
  gint64 steps;                // greatest step of the pictures beyond their length
} Line;

static gint64 ns_of (gint64 samples) {
  return samples * PO_NS_PER_SECOND / PO_AUDIO_RATE;
}

static void put_picture (Line *line) {
  const gint64 before = line->picture;
  line->picture = po_live_timeline_place (&line->timeline, PO_LIVE_PICTURE, line->picture_ns, PICTURE);
  line->steps = MAX (line->steps, ABS (line->picture - before - PICTURE));
  line->picture_ns += ns_of (PICTURE);
}

static void put_sound (Line *line) {
  line->sound = po_live_timeline_place (&line->timeline, PO_LIVE_SOUND, line->sound_ns, SOUND);
  line->sound_ns += ns_of (SOUND);
}

// Both streams for so long, as they are interleaved.
static void run (Line *line, gint64 ms) {
  const gint64 end_ns = line->picture_ns + ms * PO_NS_PER_MS;
  while (line->picture_ns < end_ns) {
    if (line->sound_ns < line->picture_ns)
      put_sound (line);
    else
      put_picture (line);
  }
}

// How far apart equal times lie on the timeline.
static gint64 apart (const Line *line) {
  const gint64 of_picture = (line->picture_ns - ns_of (PICTURE)) * PO_AUDIO_RATE / PO_NS_PER_SECOND - line->picture;
  const gint64 of_sound = (line->sound_ns - ns_of (SOUND)) * PO_AUDIO_RATE / PO_NS_PER_SECOND - line->sound;
  return ABS (of_picture - of_sound);
}

static Line line_new (void) {
  Line line = {.picture_ns = 5 * PO_NS_PER_SECOND, .sound_ns = 5 * PO_NS_PER_SECOND - 300 * PO_NS_PER_MS};
  run (&line, 3000);
  g_assert_cmpint (apart (&line), <=, TOGETHER);
  line.steps = 0;
  return line;
}

static void test_jumps (void) {
  static const gint64 jumps_ms[] = {36000000, -7000, -36000000, 2000, -1000, 500, 800};
  for (guint i = 0; i < G_N_ELEMENTS (jumps_ms); i++) {
    Line line = line_new ();
    const guint32 epoch = line.timeline.epoch;
    line.picture_ns += jumps_ms[i] * PO_NS_PER_MS;
    put_picture (&line);
    put_picture (&line);
    for (guint late = 0; late < 8; late++) // the sound of before the jump comes after it
      put_sound (&line);
    line.sound_ns += jumps_ms[i] * PO_NS_PER_MS;
    run (&line, 500);
    g_assert_cmpuint (line.timeline.epoch, ==, epoch + 1);
    g_assert_cmpint (apart (&line), <=, TOGETHER);
    g_assert_cmpint (line.steps, <=, PICTURE); // it goes on where it was, after what the sound was ahead
  }
}

static void test_one_away (void) {
  Line line = line_new ();
  const guint32 epoch = line.timeline.epoch;
  for (guint i = 0; i < 250; i++) // ten seconds of picture alone
    put_picture (&line);
  line.sound_ns += 10 * PO_NS_PER_SECOND;
  run (&line, 1000);
  g_assert_cmpuint (line.timeline.epoch, ==, epoch);
  g_assert_cmpint (apart (&line), <=, TOGETHER);
  for (guint i = 0; i < 470; i++) // ten of sound
    put_sound (&line);
  line.picture_ns = line.sound_ns;
  run (&line, 1000);
  g_assert_cmpuint (line.timeline.epoch, ==, epoch);
  g_assert_cmpint (apart (&line), <=, TOGETHER);
}

static void test_both_away (void) {
  Line line = line_new ();
  line.picture_ns += 4 * PO_NS_PER_SECOND;
  line.sound_ns += 4 * PO_NS_PER_SECOND;
  run (&line, 1000);
  g_assert_cmpint (apart (&line), <=, TOGETHER);
  g_assert_cmpint (line.steps, <=, PICTURE);
}

// What a demultiplexer makes of two seconds that come at once; then it settles.
static void test_storm (void) {
  Line line = line_new ();
  const gint64 from_ns = line.picture_ns + 2 * PO_NS_PER_SECOND;
  for (guint i = 0; i < 50; i++) {
    line.picture_ns = from_ns - (gint64)(i * 37 % 50) * 20 * PO_NS_PER_MS;
    put_picture (&line);
    line.sound_ns = from_ns - (gint64)(i * 23 % 50) * 20 * PO_NS_PER_MS;
    put_sound (&line);
    put_sound (&line);
  }
  line.picture_ns = from_ns + PO_NS_PER_SECOND;
  line.sound_ns = line.picture_ns - 300 * PO_NS_PER_MS;
  run (&line, 2000);
  line.steps = 0;
  run (&line, 1000);
  g_assert_cmpint (apart (&line), <=, TOGETHER);
  g_assert_cmpint (line.steps, <=, 1);
}

// Time stamps that follow this machine's clock while the source's runs fast or slow: every sample is kept, and pictures
// stay with the sound.
static void test_clock (void) {
  static const gint64 ppm[] = {-200, 200};
  for (guint i = 0; i < G_N_ELEMENTS (ppm); i++) {
    Line line = line_new ();
    const gint64 begin = line.sound;
    gint64 n = 0, pictures = 0, worst = 0;
    const gint64 sound_ns = line.sound_ns, picture_ns = line.picture_ns, picture = line.picture;
    for (gint64 step = 0; step < 1800 * 25; step++) {
      for (; n * SOUND < step * PICTURE; n++) {
        line.sound_ns = sound_ns + ns_of (n * SOUND) * (1000000 - ppm[i]) / 1000000;
        put_sound (&line);
        g_assert_cmpint (line.sound, ==, begin + (n + 1) * SOUND);
      }
      line.picture_ns = picture_ns + ns_of (pictures * PICTURE) * (1000000 - ppm[i]) / 1000000;
      put_picture (&line);
      pictures++;
      worst = MAX (worst, ABS (line.picture - picture - pictures * PICTURE));
    }
    g_assert_cmpint (worst, <, 5 * PO_AUDIO_RATE / 1000); // ms
  }
}

// The first seconds of a demultiplexer that still learns how late packets come.
static void test_wobble (void) {
  Line line = line_new ();
  const gint64 picture_ns = line.picture_ns, sound_ns = line.sound_ns;
  gint64 n = 0;
  line.steps = 0;
  for (gint64 step = 0; step < 250; step++) {
    const gint64 wobble_ns = (step * 7919 % 20 - 10) * PO_NS_PER_MS / 2 - step * PO_NS_PER_MS / 4;
    for (; n * SOUND < step * PICTURE; n++) {
      line.sound_ns = sound_ns + ns_of (n * SOUND) + wobble_ns;
      put_sound (&line);
    }
    line.picture_ns = picture_ns + ns_of (step * PICTURE) + wobble_ns;
    put_picture (&line);
  }
  g_assert_cmpint (line.steps, <, PICTURE / 20);
}

int main (int argc, char **argv) {
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/live-timeline/jumps", test_jumps);
  g_test_add_func ("/live-timeline/one-away", test_one_away);
  g_test_add_func ("/live-timeline/both-away", test_both_away);
  g_test_add_func ("/live-timeline/storm", test_storm);
  g_test_add_func ("/live-timeline/clock", test_clock);
  g_test_add_func ("/live-timeline/wobble", test_wobble);
  return g_test_run ();
}
