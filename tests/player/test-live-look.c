// SPDX-License-Identifier: GPL-3.0-or-later
// Black, standstill and silence of three seconds in a live source, from the player through the ring to what the head's
// side says of it: each is there within a second of its threshold, and gone again; half an hour of someone who hardly
// moves raises nothing. Driven by frames, without a clock.
#include <string.h>

#include "player/live-look.h"
#include "player/publisher.h"
#include "program/slot.h"

#define WIDTH     96
#define HEIGHT    54
#define FRAME     1920 // samples
#define SECOND    25   // frames
#define THRESHOLD (2 * PO_AUDIO_RATE)
#define MINUTES   30

typedef enum { WELL = 0, BLACK = 1, STILL = 2, SILENT = 4 } Fault;

typedef struct {
  PoSlotBin *bin;
  PoSlot *slot;
  PoRingWriter *ring;
  PoLiveLook look;
  GstCaps *caps;
  gint64 k;
  guint32 noise;
} Line;

static void line_init (Line *line) {
  const PoFormat format = {.width = WIDTH, .height = HEIGHT, .rate = {SECOND, 1}};
  PoLiveAnchorSettings settings;
  g_autoptr (GError) error = NULL;
  gint fd = -1;
  po_live_anchor_settings_init (&settings, 200, 400);
  *line = (Line){.bin = po_slot_bin_new (), .noise = 1};
  line->slot = po_slot_new (line->bin, &format, 32, &settings, &fd, &error);
  g_assert_no_error (error);
  line->ring = po_ring_writer_new (po_slot_layout (line->slot), fd, &error);
  g_assert_no_error (error);
  po_ring_writer_set_status (line->ring, PO_RING_HAS_VIDEO | PO_RING_HAS_AUDIO);
  po_live_look_init (&line->look, line->ring, 33); // -60 dBFS
  line->caps = gst_caps_new_simple ("video/x-raw", "format", G_TYPE_STRING, "I420", "width", G_TYPE_INT, WIDTH,
                                    "height", G_TYPE_INT, HEIGHT, "framerate", GST_TYPE_FRACTION, SECOND, 1, NULL);
}

static void line_clear (Line *line) {
  po_source_unref (po_slot_source (line->slot));
  po_ring_writer_free (line->ring);
  po_slot_bin_empty (line->bin);
  po_slot_bin_unref (line->bin);
  gst_caps_unref (line->caps);
}

// A speaker before a wall, and the camera's noise. The mouth of one who stands still does not move.
static void paint (Line *line, guint8 *data, guint faults) {
  const guint8 mouth = (guint8)(90 + 60 * ((line->k / 5) % 2));
  memset (data, faults & BLACK ? 16 : 128, (gsize)WIDTH * HEIGHT * 3 / 2);
  if (faults & BLACK)
    memset (data + WIDTH * HEIGHT, 128, (gsize)WIDTH * HEIGHT / 2);
  for (gint y = 0; y < HEIGHT && !(faults & BLACK); y++)
    for (gint x = 0; x < WIDTH; x++) {
      const gboolean is_mouth = x >= 45 && x < 55 && y >= 30 && y < 35;
      line->noise = line->noise * 1664525 + 1013904223;
      const guint8 noise = faults & STILL ? 0 : (guint8)(line->noise >> 30);
      data[y * WIDTH + x] = is_mouth && !(faults & STILL) ? mouth : (guint8)(100 + y / 2 + noise);
    }
}

static void send_picture (Line *line, guint faults) {
  g_autoptr (GstBuffer) buffer = gst_buffer_new_allocate (NULL, (gsize)WIDTH * HEIGHT * 3 / 2, NULL);
  GstMapInfo map;
  g_assert_true (gst_buffer_map (buffer, &map, GST_MAP_WRITE));
  paint (line, map.data, faults);
  gst_buffer_unmap (buffer, &map);
  g_autoptr (GstSample) sample = gst_sample_new (buffer, line->caps, NULL, NULL);
  const gint64 first = line->k * FRAME;
  po_live_look_picture (&line->look, sample);
  const gint64 until = first + FRAME * 3 / 4;
  const PoRingSpan span = {first, until, .intact_until = until};
  g_assert_true (po_publisher_take_live (line->ring, sample, &span));
}

static void send_sound (Line *line, guint faults) {
  gint16 samples[2 * FRAME];
  for (gint i = 0; i < FRAME; i++) // a square of 1 kHz
    samples[2 * i] = samples[2 * i + 1] = faults & SILENT ? 0 : i / 24 % 2 == 0 ? 3276 : -3276;
  po_live_look_sound (&line->look, samples, FRAME);
  po_ring_writer_samples (line->ring, samples, FRAME);
}

// One frame of the source, and one of the head. Which faults last past the threshold.
static guint step (Line *line, guint faults) {
  PoReception reception;
  send_picture (line, faults);
  send_sound (line, faults);
  line->k++;
  po_source_begin_frame (po_slot_source (line->slot), FRAME);
  g_assert_true (po_source_reception (po_slot_source (line->slot), &reception));
  return (reception.black_for >= THRESHOLD ? BLACK : 0u) | (reception.still_for >= THRESHOLD ? STILL : 0u) |
         (reception.silent_for >= THRESHOLD ? SILENT : 0u);
}

static void test_planted (void) {
  static const guint planted[] = {BLACK, STILL, SILENT, STILL | SILENT};
  for (guint i = 0; i < G_N_ELEMENTS (planted); i++) {
    Line line;
    line_init (&line);
    gint found = -1, over = -1;
    for (gint k = 0; k < 10 * SECOND; k++)
      g_assert_cmpuint (step (&line, WELL), ==, 0);
    for (gint k = 0; k < 6 * SECOND; k++) {
      const guint lasts = step (&line, k < 3 * SECOND ? planted[i] : WELL);
      found = found < 0 && lasts == planted[i] ? k : found;
      over = found >= 0 && over < 0 && lasts == 0 ? k : over;
      g_assert_cmpuint (lasts & ~planted[i], ==, 0); // black is no standstill as well
    }
    g_test_message ("%u: found on frame %d of 75, over on %d", planted[i], found, over);
    g_assert_cmpint (found, >=, 2 * SECOND - 1);
    g_assert_cmpint (found, <=, 3 * SECOND - 1);
    g_assert_cmpint (over, >=, 3 * SECOND);
    g_assert_cmpint (over, <=, 4 * SECOND);
    line_clear (&line);
  }
}

static void test_clean (void) {
  Line line;
  line_init (&line);
  for (gint k = 0; k < MINUTES * 60 * SECOND; k++)
    g_assert_cmpuint (step (&line, WELL), ==, 0);
  line_clear (&line);
}

int main (int argc, char **argv) {
  gst_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/live-look/planted", test_planted);
  g_test_add_func ("/live-look/clean", test_clean);
  return g_test_run ();
}
