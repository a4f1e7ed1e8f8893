// SPDX-License-Identifier: GPL-3.0-or-later
// Black, standstill and silence planted in a programme are found within a second of their threshold, each with the
// frames that it had; clean minutes raise nothing; an airing's measures are its own. Driven by frames, without a clock.
#include <math.h>
#include <string.h>

#include "output/monitor.h"
#include "program/image.h"

#define RATE      25
#define THRESHOLD 50 // frames
#define AMPLITUDE 3276

typedef struct {
  PoFormat format;
  PoMonitor *monitor;
  GArray *events;
  guint32 noise;
  gdouble amplitude;
} Bench;

static void on_event (const PoMonitorEvent *event, gpointer user) {
  Bench *bench = user;
  g_array_append_val (bench->events, *event);
}

static Bench *bench_new (void) {
  Bench *bench = g_new0 (Bench, 1);
  PoMonitorSettings settings = {.threshold_ns = {2 * PO_NS_PER_SECOND, 2 * PO_NS_PER_SECOND, 2 * PO_NS_PER_SECOND},
                                .silence_dbfs = -60};
  bench->format = (PoFormat){.width = 192, .height = 108, .rate = {RATE, 1}};
  bench->events = g_array_new (FALSE, FALSE, sizeof (PoMonitorEvent));
  bench->noise = 1;
  bench->amplitude = AMPLITUDE;
  bench->monitor = po_monitor_new (&bench->format, TRUE, on_event, bench);
  po_monitor_set (bench->monitor, &settings);
  return bench;
}

static void bench_finish (Bench *bench) {
  g_clear_pointer (&bench->monitor, po_monitor_free);
}

static void bench_free (Bench *bench) {
  bench_finish (bench);
  g_array_unref (bench->events);
  g_free (bench);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Bench, bench_free)

// A speaker before a wall: but for a mouth of one hundredth of the screen nothing moves, and the camera's noise.
static GstBuffer *picture_of (Bench *bench, gint64 k, guint faults) {
  const gint width = bench->format.width, height = bench->format.height;
  GstBuffer *buffer = gst_buffer_new_allocate (NULL, (gsize)(width * height * 3 / 2), NULL);
  GstMapInfo map;
  g_assert_true (gst_buffer_map (buffer, &map, GST_MAP_WRITE));
  memset (map.data, 128, map.size);
  const gboolean is_black = faults & 1u << PO_FAULT_BLACK, stands = faults & 1u << PO_FAULT_FREEZE;
  const guint8 mouth = (guint8)(90 + 60 * (stands ? 0 : (k / 5) % 2));
  for (gint y = 0; y < height; y++)
    for (gint x = 0; x < width; x++) {
      const gboolean is_mouth = x >= 90 && x < 110 && y >= 60 && y < 70;
      bench->noise = bench->noise * 1664525 + 1013904223;
      const guint8 noise = is_black || stands ? 0 : (guint8)(bench->noise >> 30);
      map.data[y * width + x] = is_black ? 16 : is_mouth ? mouth : (guint8)(100 + y / 4 + noise);
    }
  gst_buffer_unmap (buffer, &map);
  return buffer;
}

static GstBuffer *sound_of (const Bench *bench, gint64 k, guint faults) {
  GstBuffer *buffer = gst_buffer_new_allocate (NULL, 1920 * 4, NULL);
  GstMapInfo map;
  g_assert_true (gst_buffer_map (buffer, &map, GST_MAP_WRITE));
  gint16 *out = (gint16 *)(gpointer)map.data;
  for (gint i = 0; i < 1920; i++) {
    const gdouble value = sin (2 * G_PI * 997 * (gdouble)(k * 1920 + i) / 48000) * bench->amplitude;
    out[2 * i] = out[2 * i + 1] = faults & 1u << PO_FAULT_SILENCE ? 0 : (gint16)lround (value);
  }
  gst_buffer_unmap (buffer, &map);
  return buffer;
}

static void push (Bench *bench, gint64 from, gint64 to, guint faults) {
  const PoFeed feed = po_monitor_feed (bench->monitor);
  for (gint64 k = from; k < to; k++) {
    g_autoptr (GstBuffer) video = picture_of (bench, k, faults);
    g_autoptr (GstBuffer) audio = sound_of (bench, k, faults);
    feed.push (feed.user, video, audio, k);
  }
}

static const PoMonitorEvent *event_at (Bench *bench, guint index) {
  g_assert_cmpuint (index, <, bench->events->len);
  return &g_array_index (bench->events, PoMonitorEvent, index);
}

static void test_planted (void) {
  for (PoFault fault = 0; fault < PO_N_FAULTS; fault++) {
    g_autoptr (Bench) bench = bench_new ();
    const guint planted = 1u << fault; // a black picture is no standstill as well
    push (bench, 0, 1000, 0);
    push (bench, 1000, 1075, planted);
    push (bench, 1075, 1500, 0);
    bench_finish (bench);
    const PoMonitorEvent *raised = event_at (bench, 0), *cleared = event_at (bench, 1);
    g_assert_cmpint (raised->change, ==, PO_FAULT_RAISED);
    g_assert_cmpint (raised->fault, ==, fault);
    g_assert_cmpint (raised->since_k, ==, 1000);
    g_assert_cmpint (raised->k, ==, 1000 + THRESHOLD - 1); // with the frame that makes it two seconds
    g_assert_cmpint (cleared->change, ==, PO_FAULT_CLEARED);
    g_assert_cmpint (cleared->fault, ==, fault);
    g_assert_cmpint (cleared->k, ==, 1075);
    const PoMonitorAiring *airing = &event_at (bench, bench->events->len - 1)->airing;
    g_assert_cmpint (airing->from_k, ==, 0);
    g_assert_cmpint (airing->to_k, ==, 1500);
    for (guint other = 0; other < PO_N_FAULTS; other++)
      g_assert_cmpint (airing->frames[other], ==, planted & 1u << other ? 75 : 0);
  }
}

// A second short of the threshold is none, nor is what is meant.
static void test_not_found (void) {
  g_autoptr (Bench) bench = bench_new ();
  const guint all = 1u << PO_FAULT_BLACK | 1u << PO_FAULT_FREEZE | 1u << PO_FAULT_SILENCE;
  push (bench, 0, 200, 0);
  push (bench, 200, 249, all);
  push (bench, 249, 400, 0);
  po_monitor_mark (bench->monitor, 400, FALSE, all);
  push (bench, 400, 800, all);
  po_monitor_mark (bench->monitor, 800, FALSE, 0);
  push (bench, 800, 845, all);
  push (bench, 845, 900, 0);
  bench_finish (bench);
  g_assert_cmpuint (bench->events->len, ==, 1);
  const PoMonitorAiring *airing = &event_at (bench, 0)->airing;
  g_assert_cmpint (airing->frames[PO_FAULT_BLACK], ==, 49 + 400 + 45); // that it left is so all the same
  g_assert_cmpint (airing->frames[PO_FAULT_SILENCE], ==, 49 + 400 + 45);
  g_assert_cmpint (airing->frames[PO_FAULT_FREEZE], ==, 0);
}

// Each has its own frames and loudness, though the mark comes a second late.
static void test_airings (void) {
  g_autoptr (Bench) bench = bench_new ();
  push (bench, 0, 250, 0);
  push (bench, 250, 275, 1u << PO_FAULT_SILENCE);
  po_monitor_mark (bench->monitor, 250, TRUE, 0);
  bench->amplitude = AMPLITUDE / 2.0;
  push (bench, 275, 500, 0);
  PoLoudnessReading now;
  po_monitor_loudness (bench->monitor, &now);
  bench_finish (bench);
  const PoMonitorAiring *first = &event_at (bench, 0)->airing, *second = &event_at (bench, 1)->airing;
  g_assert_cmpint (first->from_k, ==, 0);
  g_assert_cmpint (first->to_k, ==, 250);
  g_assert_cmpint (first->frames[PO_FAULT_SILENCE], ==, 0);
  g_assert_cmpint (second->from_k, ==, 250);
  g_assert_cmpint (second->to_k, ==, 500);
  g_assert_cmpint (second->frames[PO_FAULT_SILENCE], ==, 25);
  // A sine of 997 Hz at -20 dBFS on both sides is -20 LUFS; half of it 6 LU less.
  g_assert_cmpfloat_with_epsilon (first->loudness.integrated_lufs, -20.0, 0.1);
  g_assert_cmpfloat_with_epsilon (first->loudness.true_peak_dbtp, -20.0, 0.1);
  g_assert_cmpfloat_with_epsilon (second->loudness.integrated_lufs, -26.0, 0.3); // blocks that begin in silence
  g_assert_cmpfloat_with_epsilon (second->loudness.true_peak_dbtp, -26.0, 0.1);
  g_assert_cmpfloat_with_epsilon (now.momentary_lufs, -26.0, 0.1);
  g_assert_cmpfloat_with_epsilon (now.short_term_lufs, -26.0, 0.1);
}

// The five milliseconds in which what was before fades out are not the next airing's sound.
static void test_fade_is_nobodys (void) {
  g_autoptr (Bench) bench = bench_new ();
  const PoFeed feed = po_monitor_feed (bench->monitor);
  push (bench, 0, 100, 0);
  po_monitor_mark (bench->monitor, 100, TRUE, 0);
  g_autoptr (GstBuffer) video = picture_of (bench, 100, 0);
  g_autoptr (GstBuffer) audio = sound_of (bench, 100, 0);
  gst_buffer_memset (audio, 240 * 4, 0, G_MAXSIZE);
  feed.push (feed.user, video, audio, 100);
  push (bench, 101, 200, 1u << PO_FAULT_SILENCE);
  bench_finish (bench);
  const PoMonitorAiring *silent = &event_at (bench, bench->events->len - 1)->airing;
  g_assert_cmpint (silent->from_k, ==, 100);
  g_assert_true (isnan (silent->loudness.integrated_lufs));
  g_assert_true (isnan (silent->loudness.true_peak_dbtp));
}

// Thirty minutes of someone who hardly moves.
static void test_clean (void) {
  g_autoptr (Bench) bench = bench_new ();
  push (bench, 0, g_test_slow () ? 30 * 60 * RATE : 40 * RATE, 0);
  bench_finish (bench);
  g_assert_cmpuint (bench->events->len, ==, 1);
  const PoMonitorAiring *airing = &event_at (bench, 0)->airing;
  for (guint fault = 0; fault < PO_N_FAULTS; fault++)
    g_assert_cmpint (airing->frames[fault], ==, 0);
}

int main (int argc, char **argv) {
  gst_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/monitor/planted", test_planted);
  g_test_add_func ("/monitor/not-found", test_not_found);
  g_test_add_func ("/monitor/airings", test_airings);
  g_test_add_func ("/monitor/fade-is-nobodys", test_fade_is_nobodys);
  g_test_add_func ("/monitor/clean", test_clean);
  return g_test_run ();
}
