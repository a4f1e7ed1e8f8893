// SPDX-License-Identifier: GPL-3.0-or-later
// A slot as others than the head see it: what they ask must leave what the head reads alone.
#include "program/joined-source.h"
#include "program/mixer.h"
#include "program/slot.h"
#include "ring/writer.h"

typedef struct {
  PoFormat format;
  PoSlotBin *bin;
  PoSlot *slot;
  PoRingWriter *writer;
} Pair;

static void pair_init_with (Pair *self, const PoLiveAnchorSettings *live, guint n_slots) {
  g_autoptr (GError) error = NULL;
  gint fd = -1;
  self->format = (PoFormat){66, 38, {25, 1}};
  self->bin = po_slot_bin_new ();
  self->slot = po_slot_new (self->bin, &self->format, n_slots, live, &fd, &error);
  g_assert_no_error (error);
  self->writer = po_ring_writer_new (po_slot_layout (self->slot), fd, &error);
  g_assert_no_error (error);
}

static void pair_init_for (Pair *self, const PoLiveAnchorSettings *live) {
  pair_init_with (self, live, 32);
}

static void pair_init (Pair *self) {
  pair_init_with (self, NULL, 4);
}

static void pair_clear (Pair *self) {
  po_source_unref (po_slot_source (self->slot));
  po_slot_bin_close (self->bin);
  po_slot_bin_unref (self->bin);
  po_ring_writer_free (self->writer);
}

static void publish (Pair *self, gint64 frame) {
  PoRingSpace space;
  g_assert_true (po_ring_writer_begin (self->writer, &space));
  po_ring_writer_publish (self->writer, &space, &(PoRingSpan){frame, frame + 1, frame + 1});
}

static gboolean has (PoSource *source, PoSourceFlags flag) {
  return (po_source_flags (source) & flag) != 0;
}

static void test_flags (void) {
  Pair pair;
  PoSourceState state;
  pair_init (&pair);
  PoSource *source = po_slot_source (pair.slot);
  g_autoptr (PoSource) joined = po_joined_source_new (po_source_ref (source), 5, pair.format.rate);
  g_assert_false (has (source, PO_SOURCE_VIDEO_READY));
  publish (&pair, 0);
  g_assert_true (has (source, PO_SOURCE_VIDEO_READY) && has (joined, PO_SOURCE_VIDEO_READY));
  po_ring_writer_set_status (pair.writer, PO_RING_ERROR);
  g_assert_true (has (source, PO_SOURCE_FAILED) && has (joined, PO_SOURCE_FAILED));
  po_source_query (source, &state);
  g_assert_cmpint (state.newest_frames, ==, 1);
  g_clear_pointer (&joined, po_source_unref);
  pair_clear (&pair);
}

static void test_flags_of_sound (void) {
  Pair pair;
  pair_init (&pair);
  PoSource *source = po_slot_source (pair.slot);
  po_ring_writer_set_status (pair.writer, PO_RING_HAS_AUDIO | PO_RING_STREAMS_KNOWN);
  g_assert_false (has (source, PO_SOURCE_VIDEO_READY));
  g_assert_true (po_ring_writer_samples (pair.writer, NULL, 10));
  g_assert_true (has (source, PO_SOURCE_VIDEO_READY));
  pair_clear (&pair);
}

// Only the head takes in what was published: a lie is found by its look, by no other's.
static void test_flags_take_nothing_in (void) {
  Pair pair;
  PoSourceState state;
  pair_init (&pair);
  PoSource *source = po_slot_source (pair.slot);
  publish (&pair, 0);
  po_ring_writer_control (pair.writer)->descriptors[0].slot = 99;
  g_assert_false (has (source, PO_SOURCE_FAILED));
  g_assert_null (po_slot_violation (pair.slot));
  po_source_query (source, &state);
  g_assert_nonnull (po_slot_violation (pair.slot));
  g_assert_true (has (source, PO_SOURCE_FAILED));
  pair_clear (&pair);
}

static void sound (Pair *self, gint64 frames) {
  const gint64 end = po_samples_before_frame (frames, self->format.rate);
  g_assert_true (
      po_ring_writer_samples (self->writer, NULL, (gsize)(end - po_ring_writer_audio_position (self->writer))));
}

static gboolean can_start (Pair *self, gint64 frame) {
  return po_source_can_start (po_slot_source (self->slot), frame, self->format.rate);
}

// Neither the first picture alone nor pictures without their sound are enough to go on air with, and to go on.
static void test_start (void) {
  Pair pair;
  pair_init_with (&pair, NULL, 8);
  po_ring_writer_set_status (pair.writer, PO_RING_HAS_VIDEO | PO_RING_HAS_AUDIO | PO_RING_STREAMS_KNOWN);
  sound (&pair, 3);
  g_assert_false (can_start (&pair, 0));
  publish (&pair, 0);
  g_assert_false (can_start (&pair, 0));
  publish (&pair, 1);
  g_assert_true (can_start (&pair, 0));
  publish (&pair, 2);
  g_assert_false (can_start (&pair, 1)); // for want of what is heard of the frame after, to fade with
  sound (&pair, 4);
  g_assert_true (can_start (&pair, 1));
  g_assert_false (can_start (&pair, 2));
  po_ring_writer_set_status (pair.writer, PO_RING_VIDEO_ENDED | PO_RING_AUDIO_ENDED);
  g_assert_true (can_start (&pair, 2));
  pair_clear (&pair);
}

// Sound that does not come by the time that the ring is full never would: the player waits for room.
static void test_start_without_sound (void) {
  Pair pair;
  pair_init_with (&pair, NULL, 8);
  po_ring_writer_set_status (pair.writer, PO_RING_HAS_VIDEO | PO_RING_HAS_AUDIO | PO_RING_STREAMS_KNOWN);
  for (gint64 frame = 0; frame < 6; frame++)
    publish (&pair, frame);
  g_assert_false (can_start (&pair, 0));
  publish (&pair, 6);
  g_assert_true (can_start (&pair, 0));
  pair_clear (&pair);
}

// One that was joined and is waited for gives up what has passed meanwhile, so that its player gets to what is wanted.
static void test_start_late (void) {
  Pair pair;
  pair_init_with (&pair, NULL, 4);
  PoSource *source = po_slot_source (pair.slot);
  g_autoptr (PoSource) joined = po_joined_source_new (po_source_ref (source), 100, pair.format.rate);
  po_ring_writer_set_status (pair.writer, PO_RING_HAS_VIDEO | PO_RING_STREAMS_KNOWN);
  g_assert_false (po_source_can_start (joined, 0, pair.format.rate));
  for (gint64 frame = 0; frame < 4; frame++)
    publish (&pair, frame);
  g_assert_true (po_source_can_start (joined, 100, pair.format.rate));
  g_assert_false (po_source_can_start (joined, 99, pair.format.rate));
  g_assert_false (po_source_can_start (joined, 110, pair.format.rate));
  po_source_skip_to (joined, 110, po_samples_before_frame (110, pair.format.rate));
  for (gint64 frame = 4; frame < 12; frame++) { // each finds a slot, though nothing of it is on air
    po_source_begin_frame (joined, 1920);
    publish (&pair, frame);
  }
  g_assert_true (po_source_can_start (joined, 110, pair.format.rate));
  g_clear_pointer (&joined, po_source_unref);
  pair_clear (&pair);
}

// As a player of a live source counts: in samples, and three quarters of its time.
static void publish_live (Pair *self, gint64 number) {
  PoRingSpace space;
  g_assert_true (po_ring_writer_begin (self->writer, &space));
  const gint64 first = number * 1920, until = first + 1440;
  po_ring_writer_publish (self->writer, &space, &(PoRingSpan){first, until, until});
}

// A live source that stands still for @gap frames and then goes on where it was: for how long no new picture was given
// while it counted as here.
static gint longest_held (gint gap) {
  Pair pair;
  PoLiveAnchorSettings settings;
  po_live_anchor_settings_init (&settings, 200, 400);
  pair_init_for (&pair, &settings);
  PoSource *source = po_slot_source (pair.slot);
  g_autofree guint8 *memory = g_malloc0 (3 * 66 * 38);
  const PoPlanes planes = {.data = {memory, memory + 66 * 38, memory + 2 * 66 * 38}, .stride = {66, 33, 33}};
  guint64 serial = 0;
  gint held = 0, longest = 0;
  for (gint k = 0, sent = 0; k < 150; k++) {
    if (k < 75 || k >= 75 + gap)
      publish_live (&pair, sent++);
    po_source_begin_frame (source, 1920);
    const PoPicture answer = po_source_take_picture (source, k, serial, &planes, &serial);
    held = answer == PO_PICTURE_NEW ? 1 : held + 1;
    longest = k >= 75 && answer != PO_PICTURE_AWAY ? MAX (longest, held) : longest;
  }
  pair_clear (&pair);
  return longest;
}

// The buffer that is filled again after it counts as well: the last picture stands 400 ms at most, then it is away.
static void test_held (void) {
  for (gint gap = 1; gap <= 40; gap++)
    g_assert_cmpint (longest_held (gap), <=, 11);
  g_assert_cmpint (longest_held (40), >=, 10);
}

// On air, where what is read moves on: sound that broke off is missed, and what comes again is heard of.
static void test_mute (void) {
  Pair pair;
  PoLiveAnchorSettings settings;
  po_live_anchor_settings_init (&settings, 200, 400);
  pair_init_for (&pair, &settings);
  PoSource *source = po_slot_source (pair.slot);
  gint16 samples[2 * (1920 + PO_FADE_SAMPLES)] = {0};
  for (gint k = 0; k < 250; k++) {
    PoReception reception;
    publish_live (&pair, k);
    if (k < 75)
      po_ring_writer_samples (pair.writer, samples, 1920);
    else if (k == 175)
      po_ring_writer_skip_samples (pair.writer, k * 1920);
    else if (k > 175)
      po_ring_writer_samples (pair.writer, samples, 1920);
    po_source_begin_frame (source, 1920);
    po_source_read_samples (source, k * 1920, 1920 + PO_FADE_SAMPLES, samples);
    g_assert_true (po_source_reception (source, &reception));
    if (k == 60 || k == 170 || k == 200)
      g_assert_cmpint (reception.signal, ==, k == 170 ? PO_SIGNAL_NO_SOUND : PO_SIGNAL_PICTURE);
  }
  pair_clear (&pair);
}

// A line that breaks off is away, though its sound lay behind its pictures; one that brings sound alone, from the first
// or from then on, is known for that for as long as it does.
static void test_sound_alone (void) {
  static const struct {
    gint pictures, sound; // so many frames of each
    gint at_once;         // and so many of sound at first, more than the ring holds
  } cases[] = {{75, 78, 0}, {75, 250, 0}, {0, 250, 0}, {0, 250, 120}};
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    Pair pair;
    PoLiveAnchorSettings settings;
    po_live_anchor_settings_init (&settings, 200, 400);
    pair_init_for (&pair, &settings);
    PoSource *source = po_slot_source (pair.slot);
    const gint16 samples[2 * 1920] = {0};
    for (gint k = 0; k < cases[i].at_once; k++)
      g_assert_true (po_ring_writer_samples (pair.writer, samples, 1920));
    for (gint k = 0; k < 250; k++) {
      PoReception reception;
      if (k < cases[i].pictures)
        publish_live (&pair, k);
      if (k < cases[i].sound)
        g_assert_true (po_ring_writer_samples (pair.writer, samples, 1920));
      po_source_begin_frame (source, 1920);
      g_assert_true (po_source_reception (source, &reception));
      if (cases[i].sound < 250)
        g_assert_cmpint (reception.signal, !=, PO_SIGNAL_NO_PICTURE);
      else if (k > cases[i].pictures + 20)
        g_assert_cmpint (reception.signal, ==, PO_SIGNAL_NO_PICTURE);
    }
    pair_clear (&pair);
  }
}

// What comes spoilt again and again is not said to be a picture while the fallback stands in for it.
static void test_spoilt (void) {
  Pair pair;
  PoLiveAnchorSettings settings;
  po_live_anchor_settings_init (&settings, 200, 400);
  pair_init_for (&pair, &settings);
  PoSource *source = po_slot_source (pair.slot);
  for (gint k = 0; k < 150; k++) {
    PoReception reception;
    const gboolean spoils = k < 75 && k % 5 == 0;
    if (spoils)
      po_ring_writer_count_spoilt (pair.writer);
    else
      publish_live (&pair, k);
    po_source_begin_frame (source, 1920);
    g_assert_true (po_source_reception (source, &reception));
    if (k > 30 && k < 75)
      g_assert_cmpint (reception.signal, ==, PO_SIGNAL_FORMAT);
    else if (k > 102)
      g_assert_cmpint (reception.signal, ==, PO_SIGNAL_NO_SOUND);
  }
  pair_clear (&pair);
}

int main (int argc, char **argv) {
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/slot/flags", test_flags);
  g_test_add_func ("/slot/flags-of-sound", test_flags_of_sound);
  g_test_add_func ("/slot/start", test_start);
  g_test_add_func ("/slot/start/without-sound", test_start_without_sound);
  g_test_add_func ("/slot/start/late", test_start_late);
  g_test_add_func ("/slot/held", test_held);
  g_test_add_func ("/slot/mute", test_mute);
  g_test_add_func ("/slot/sound-alone", test_sound_alone);
  g_test_add_func ("/slot/spoilt", test_spoilt);
  g_test_add_func ("/slot/flags-take-nothing-in", test_flags_take_nothing_in);
  return g_test_run ();
}
