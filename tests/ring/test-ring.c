// SPDX-License-Identifier: GPL-3.0-or-later
// Both ends of the ring in one process: an honest child gets every picture and sample through; a lying one is caught at
// its first word; nothing is ever read out of bounds.
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "ring/message.h"
#include "ring/reader.h"
#include "ring/writer.h"

#define SLOTS 4

typedef struct {
  PoRingLayout layout;
  PoRingReader *reader;
  PoRingWriter *writer;
} Pair;

static void pair_init_with (Pair *self, guint n_slots, gboolean overwrite) {
  const PoFormat format = {66, 38, {25, 1}};
  g_autoptr (GError) error = NULL;
  gint fd = -1;
  po_ring_layout_init (&self->layout, &format, n_slots, overwrite);
  self->reader = po_ring_reader_new (&self->layout, &fd, &error);
  g_assert_no_error (error);
  self->writer = po_ring_writer_new (&self->layout, fd, &error);
  g_assert_no_error (error);
}

static void pair_init (Pair *self, gboolean overwrite) {
  pair_init_with (self, SLOTS, overwrite);
}

static void pair_clear (Pair *self) {
  po_ring_reader_free (self->reader);
  po_ring_writer_free (self->writer);
}

static void publish (Pair *self, gint64 first, gint64 until) {
  PoRingSpace space;
  g_assert_true (po_ring_writer_begin (self->writer, &space));
  for (guint plane = 0; plane < 3; plane++)
    memset (space.data[plane], (int)(first + plane), space.stride[plane] * po_ring_layout_rows (&self->layout, plane));
  po_ring_writer_publish (self->writer, &space, &(PoRingSpan){first, until, until});
}

typedef struct {
  Pair pair;
  gint given_back; // atomic: pictures, before they are
  gint seen;       // of them, when there was room
} Batch;

static gpointer write_when_there_is_room (gpointer data) {
  Batch *batch = data;
  PoRingSpace space;
  g_assert_true (po_ring_writer_begin (batch->pair.writer, &space));
  batch->seen = g_atomic_int_get (&batch->given_back);
  return NULL;
}

// A child that had to wait for room has it for two pictures when it is woken, and then makes both.
static void test_batch (void) {
  Batch batch = {0};
  PoRingSpace space;
  pair_init_with (&batch.pair, 8, FALSE);
  for (gint64 frame = 0; frame < 8; frame++)
    publish (&batch.pair, frame, frame + 1);
  g_assert_true (po_ring_reader_poll (batch.pair.reader));
  GThread *thread = g_thread_new ("writer", write_when_there_is_room, &batch);
  while (g_atomic_int_get (&batch.given_back) < 2) {
    const gint n = g_atomic_int_add (&batch.given_back, 1) + 1;
    po_ring_reader_drop_before (batch.pair.reader, n);
  }
  g_thread_join (thread);
  g_assert_cmpint (batch.seen, ==, 2);
  g_assert_true (po_ring_writer_begin (batch.pair.writer, &space));
  pair_clear (&batch.pair);
}

static gpointer write_more_sound (gpointer data) {
  g_assert_true (po_ring_writer_samples (((Pair *)data)->writer, NULL, 1));
  return NULL;
}

// Of room for sound it is told now and then, which is in time: the ring is long.
static void test_sound_batch (void) {
  Pair pair;
  gint16 samples[2];
  pair_init (&pair, FALSE);
  g_assert_true (po_ring_writer_samples (pair.writer, NULL, PO_RING_AUDIO_SAMPLES));
  GThread *thread = g_thread_new ("writer", write_more_sound, &pair);
  for (gint64 at = 0; at <= PO_RING_SOUND_BATCH; at += 512)
    g_assert_cmpuint (po_ring_reader_samples (pair.reader, at, 1, samples), ==, 1);
  g_thread_join (thread);
  g_assert_cmpint (po_ring_writer_audio_position (pair.writer), ==, PO_RING_AUDIO_SAMPLES + 1);
  pair_clear (&pair);
}

static void test_layout (void) {
  static const gint sizes[][2] = {{2, 2}, {66, 38}, {320, 180}, {1920, 1080}, {3840, 2160}, {4096, 2304}};
  for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++) {
    const PoFormat format = {sizes[i][0], sizes[i][1], {25, 1}};
    PoRingLayout layout;
    po_ring_layout_init (&layout, &format, 8, FALSE);
    g_assert_true (po_ring_layout_is_valid (&layout));
    g_assert_cmpuint (layout.slots_offset % 4096, ==, 0);
    g_assert_cmpuint (layout.slot_bytes % 4096, ==, 0);
    g_assert_cmpuint (layout.slot_bytes, >=, (guint64)format.width * (guint64)format.height * 3 / 2);
    layout.slot_bytes += 4096;
    g_assert_false (po_ring_layout_is_valid (&layout));
  }
}

static void test_pictures (void) {
  Pair pair;
  PoRingPicture picture;
  pair_init (&pair, FALSE);
  g_assert_false (po_ring_reader_front (pair.reader, &picture));
  for (gint64 frame = 0; frame < 1000; frame += 2) {
    publish (&pair, frame, frame + 2);
    g_assert_true (po_ring_reader_poll (pair.reader));
    g_assert_true (po_ring_reader_front (pair.reader, &picture));
    g_assert_cmpint (picture.first, ==, frame);
    g_assert_cmpint (picture.until, ==, frame + 2);
    g_assert_cmpuint (picture.serial, ==, (guint64)frame / 2 + 1);
    for (guint plane = 0; plane < 3; plane++)
      g_assert_cmpuint (picture.data[plane][0], ==, (guint8)(frame + plane));
    po_ring_reader_drop_before (pair.reader, frame + 1);
    g_assert_true (po_ring_reader_front (pair.reader, &picture)); // still on air
    po_ring_reader_drop_before (pair.reader, frame + 2);
    g_assert_false (po_ring_reader_front (pair.reader, &picture));
  }
  g_assert_null (po_ring_reader_violation (pair.reader));
  pair_clear (&pair);
}

static void test_still (void) {
  Pair pair;
  PoRingPicture picture;
  pair_init (&pair, FALSE);
  publish (&pair, 0, PO_RING_STILL_UNTIL);
  g_assert_true (po_ring_reader_poll (pair.reader));
  po_ring_reader_drop_before (pair.reader, G_MAXINT64 - 1);
  g_assert_true (po_ring_reader_front (pair.reader, &picture));
  pair_clear (&pair);
}

static gpointer write_much (gpointer data) {
  Pair *pair = data;
  for (gint64 frame = 0; frame < 300; frame++)
    publish (pair, frame, frame + 1);
  return NULL;
}

// A file's child waits for room, and loses nothing by it.
static void test_backpressure (void) {
  Pair pair;
  PoRingPicture picture;
  pair_init (&pair, FALSE);
  GThread *thread = g_thread_new ("writer", write_much, &pair);
  for (gint64 frame = 0; frame < 300;) {
    const guint32 sequence = po_ring_reader_sequence (pair.reader);
    g_assert_true (po_ring_reader_poll (pair.reader));
    po_ring_reader_drop_before (pair.reader, frame);
    if (po_ring_reader_front (pair.reader, &picture)) {
      g_assert_cmpint (picture.first, ==, frame);
      g_assert_cmpuint (picture.data[0][5], ==, (guint8)frame);
      frame++;
    } else {
      po_ring_reader_wait (pair.reader, sequence, 50 * PO_NS_PER_MS);
    }
  }
  g_thread_join (thread);
  pair_clear (&pair);
}

static gpointer begin_one_more (gpointer data) {
  PoRingSpace space;
  return GINT_TO_POINTER (po_ring_writer_begin (data, &space));
}

static void test_stop (void) {
  Pair pair;
  pair_init (&pair, FALSE);
  for (gint64 frame = 0; frame < SLOTS; frame++)
    publish (&pair, frame, frame + 1);
  GThread *thread = g_thread_new ("writer", begin_one_more, pair.writer);
  po_ring_writer_stop (pair.writer);
  g_assert_false (GPOINTER_TO_INT (g_thread_join (thread)));
  pair_clear (&pair);
}

static void test_live_never_waits (void) {
  Pair pair;
  PoRingSpace space;
  PoRingPicture picture;
  pair_init (&pair, TRUE);
  for (gint64 frame = 0; frame < SLOTS; frame++)
    publish (&pair, frame, frame + 1);
  g_assert_false (po_ring_writer_begin (pair.writer, &space));
  g_assert_true (po_ring_writer_samples (pair.writer, NULL, 3 * PO_RING_AUDIO_SAMPLES));
  g_assert_true (po_ring_reader_poll (pair.reader));
  po_ring_reader_drop_to_newest (pair.reader, 2);
  g_assert_true (po_ring_reader_front (pair.reader, &picture));
  g_assert_cmpint (picture.first, ==, 2);
  g_assert_true (po_ring_writer_begin (pair.writer, &space));
  pair_clear (&pair);
}

static void test_samples (void) {
  Pair pair;
  gint16 in[2 * 1000], out[2 * 1000];
  gint64 written = 0, read = 0;
  pair_init (&pair, FALSE);
  while (read < 5 * PO_RING_AUDIO_SAMPLES) {
    while (written - read <= PO_RING_AUDIO_SAMPLES - 1000) {
      for (gint i = 0; i < 1000; i++)
        in[2 * i] = in[2 * i + 1] = (gint16)(written + i);
      g_assert_true (po_ring_writer_samples (pair.writer, in, 1000));
      written += 1000;
    }
    g_assert_cmpint (po_ring_reader_audio_end (pair.reader), ==, written);
    g_assert_cmpuint (po_ring_reader_samples (pair.reader, read, 777, out), ==, 777);
    for (gint i = 0; i < 777; i++)
      g_assert_cmpint (out[2 * i + 1], ==, (gint16)(read + i));
    read += 777;
    po_ring_reader_samples (pair.reader, read, 0, out);
  }
  g_assert_cmpuint (po_ring_reader_samples (pair.reader, 0, 10, out), ==, 0); // gone for good
  const gint64 far = written + 10 * PO_RING_AUDIO_SAMPLES;
  g_assert_cmpuint (po_ring_reader_samples (pair.reader, far, 10, out), ==, 0); // not there yet
  po_ring_reader_make_room (pair.reader, far + PO_RING_AUDIO_SAMPLES);
  pair_clear (&pair);
}

// What a child says of its sound is taken only as far as the ring is long.
// What was lost is told for its own part of the ring, and no more once that part is written over.
static void test_sound_lost (void) {
  Pair pair;
  gint16 out[2];
  pair_init (&pair, FALSE);
  const gint64 lost = 10 * PO_RING_LOST_SAMPLES + 100;
  g_assert_true (po_ring_writer_samples (pair.writer, NULL, (gsize)lost));
  po_ring_writer_set_sound_lost (pair.writer, TRUE);
  g_assert_true (po_ring_writer_samples (pair.writer, NULL, PO_RING_LOST_SAMPLES));
  po_ring_writer_set_sound_lost (pair.writer, FALSE);
  g_assert_true (po_ring_writer_samples (pair.writer, NULL, 5 * PO_RING_LOST_SAMPLES));
  g_assert_false (po_ring_reader_is_sound_lost (pair.reader, 0, 10 * PO_RING_LOST_SAMPLES));
  g_assert_true (po_ring_reader_is_sound_lost (pair.reader, 0, (gsize)lost + 1));
  g_assert_true (po_ring_reader_is_sound_lost (pair.reader, lost, 1920));
  g_assert_true (po_ring_reader_is_sound_lost (pair.reader, lost + PO_RING_LOST_SAMPLES - 1, 1920));
  g_assert_false (po_ring_reader_is_sound_lost (pair.reader, 12 * PO_RING_LOST_SAMPLES, 1920));
  po_ring_reader_samples (pair.reader, 16 * PO_RING_LOST_SAMPLES, 0, out);
  g_assert_true (po_ring_writer_samples (pair.writer, NULL, PO_RING_AUDIO_SAMPLES - 200));
  g_assert_false (po_ring_reader_is_sound_lost (pair.reader, 16 * PO_RING_LOST_SAMPLES + 100, PO_RING_AUDIO_SAMPLES));
  pair_clear (&pair);
}

static void test_lie_of_sound (void) {
  static const guint64 lies[] = {PO_RING_AUDIO_SAMPLES + 101, G_MAXINT64, G_MAXUINT64, 50};
  gint16 out[2 * 10];
  Pair pair;
  pair_init (&pair, FALSE);
  PoRingControl *control = po_ring_writer_control (pair.writer);
  g_assert_true (po_ring_writer_samples (pair.writer, NULL, 200));
  g_assert_cmpuint (po_ring_reader_samples (pair.reader, 100, 10, out), ==, 10);
  for (guint i = 0; i < G_N_ELEMENTS (lies); i++) {
    control->audio_written = lies[i];
    g_assert_cmpint (po_ring_reader_audio_end (pair.reader), ==, 100);
    g_assert_cmpuint (po_ring_reader_samples (pair.reader, 100, 10, out), ==, 0);
  }
  control->audio_written = 100 + PO_RING_AUDIO_SAMPLES;
  g_assert_cmpint (po_ring_reader_audio_end (pair.reader), ==, 100 + PO_RING_AUDIO_SAMPLES);
  pair_clear (&pair);
}

typedef struct {
  const gchar *name, *violation;
  void (*lie) (PoRingControl *control, PoRingDescriptor *next);
} Lie;

static void lie_slot (PoRingControl *control, PoRingDescriptor *next) {
  next->slot = SLOTS;
}
static void lie_slot_twice (PoRingControl *control, PoRingDescriptor *next) {
  next->slot = 0;
}
static void lie_first (PoRingControl *control, PoRingDescriptor *next) {
  next->first = 0;
}
static void lie_first_far (PoRingControl *control, PoRingDescriptor *next) {
  next->first = G_MAXINT64 - 5;
  next->until = G_MAXINT64 - 4;
}
static void lie_until (PoRingControl *control, PoRingDescriptor *next) {
  next->until = next->first;
}
static void lie_until_far (PoRingControl *control, PoRingDescriptor *next) {
  next->until = G_MAXINT64 - 1;
}
static void lie_stride_small (PoRingControl *control, PoRingDescriptor *next) {
  next->stride[0] = 65;
}
static void lie_stride_big (PoRingControl *control, PoRingDescriptor *next) {
  next->stride[1] = 0x80000001u;
}
static void lie_offset (PoRingControl *control, PoRingDescriptor *next) {
  next->offset[2] = 0xffffff00u;
}
static void lie_index (PoRingControl *control, PoRingDescriptor *next) {
  control->video_written += PO_RING_DESCRIPTORS;
}
static void lie_index_back (PoRingControl *control, PoRingDescriptor *next) {
  control->video_written = 0;
}

static const Lie lies[] = {
    {"slot", "slot number out of range", lie_slot},
    {"slot-twice", "slot published twice", lie_slot_twice},
    {"first", "frame number out of order", lie_first},
    {"first-far", "frame number out of order", lie_first_far},
    {"until", "frame span out of range", lie_until},
    {"until-far", "frame span out of range", lie_until_far},
    {"stride-small", "stride out of range", lie_stride_small},
    {"stride-big", "stride out of range", lie_stride_big},
    {"offset", "plane outside its slot", lie_offset},
    {"index", "write index out of range", lie_index},
    {"index-back", "write index out of range", lie_index_back},
};

static void test_lie (gconstpointer data) {
  const Lie *lie = data;
  Pair pair;
  pair_init (&pair, FALSE);
  publish (&pair, 0, 1);
  g_assert_true (po_ring_reader_poll (pair.reader));
  publish (&pair, 1, 2);
  PoRingControl *control = po_ring_writer_control (pair.writer);
  lie->lie (control, &control->descriptors[1]);
  g_assert_false (po_ring_reader_poll (pair.reader));
  g_assert_cmpstr (po_ring_reader_violation (pair.reader), ==, lie->violation);
  // What was read before stays.
  PoRingPicture picture;
  g_assert_true (po_ring_reader_front (pair.reader, &picture));
  g_assert_cmpint (picture.first, ==, 0);
  // Honesty afterwards helps nothing.
  control->video_written = 1;
  g_assert_false (po_ring_reader_poll (pair.reader));
  pair_clear (&pair);
}

static void test_seals (void) {
  const PoFormat format = {66, 38, {25, 1}};
  PoRingLayout layout;
  gint fd = -1;
  po_ring_layout_init (&layout, &format, SLOTS, FALSE);
  g_autoptr (PoRingReader) reader = po_ring_reader_new (&layout, &fd, NULL);
  g_assert_nonnull (reader);
  g_assert_cmpint (ftruncate (fd, 4096), ==, -1);
  g_assert_cmpint (errno, ==, EPERM);
  g_assert_cmpint (fcntl (fd, F_ADD_SEALS, F_SEAL_WRITE), ==, -1);
  layout.n_slots++;
  g_assert_null (po_ring_writer_new (&layout, fd, NULL)); // not this memory's layout
}

static void test_messages (void) {
  gint parent = -1, child = -1, fds[PO_MESSAGE_MAX_FDS], pipe_fds[2];
  g_assert_true (po_message_pair (&parent, &child, NULL));
  g_assert_cmpint (pipe2 (pipe_fds, O_CLOEXEC), ==, 0);
  PoLoad load = {.magic = PO_MESSAGE_MAGIC, .media_in_ns = 42}, got;
  memset (load.name, 'x', sizeof load.name); // no NUL
  g_assert_true (po_message_send_load (parent, &load, pipe_fds, 2, NULL));
  g_assert_true (po_message_receive_load (child, &got, fds));
  g_assert_cmpint (got.media_in_ns, ==, 42);
  g_assert_cmpuint (strlen (got.name), ==, sizeof got.name - 1);
  g_assert_true (fds[0] >= 0 && fds[1] >= 0 && fds[2] < 0);
  g_assert_true (fcntl (fds[0], F_GETFD) & FD_CLOEXEC);

  PoPlayerReport report;
  g_assert_cmpint (po_message_receive_report (parent, &report), ==, PO_RECEIVED_NOTHING);
  po_message_report (child, PO_PLAYER_REPORT_ENDED, 77, "end");
  g_assert_cmpint (po_message_receive_report (parent, &report), ==, PO_RECEIVED_REPORT);
  g_assert_cmpint (report.value, ==, 77);
  g_assert_cmpstr (report.text, ==, "end");
  po_message_report (child, (PoPlayerReportKind)99, 0, NULL);
  g_assert_cmpint (po_message_receive_report (parent, &report), ==, PO_RECEIVED_GARBAGE);
  gchar big[2 * sizeof report] = {PO_PLAYER_REPORT_INFO};
  g_assert_cmpint (send (child, big, sizeof big, 0), ==, sizeof big);
  g_assert_cmpint (po_message_receive_report (parent, &report), ==, PO_RECEIVED_GARBAGE);
  g_assert_cmpint (send (child, big, 3, 0), ==, 3);
  g_assert_cmpint (po_message_receive_report (parent, &report), ==, PO_RECEIVED_GARBAGE);
  close (child);
  g_assert_cmpint (po_message_receive_report (parent, &report), ==, PO_RECEIVED_EOF);
  close (parent);
  for (guint i = 0; i < 2; i++) {
    close (fds[i]);
    close (pipe_fds[i]);
  }
}

int main (int argc, char **argv) {
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ring/layout", test_layout);
  g_test_add_func ("/ring/pictures", test_pictures);
  g_test_add_func ("/ring/still", test_still);
  g_test_add_func ("/ring/backpressure", test_backpressure);
  g_test_add_func ("/ring/batch", test_batch);
  g_test_add_func ("/ring/sound-batch", test_sound_batch);
  g_test_add_func ("/ring/stop", test_stop);
  g_test_add_func ("/ring/live-never-waits", test_live_never_waits);
  g_test_add_func ("/ring/samples", test_samples);
  g_test_add_func ("/ring/sound-lost", test_sound_lost);
  g_test_add_func ("/ring/lie-of-sound", test_lie_of_sound);
  for (gsize i = 0; i < G_N_ELEMENTS (lies); i++) {
    g_autofree gchar *name = g_strdup_printf ("/ring/lie/%s", lies[i].name);
    g_test_add_data_func (name, &lies[i], test_lie);
  }
  g_test_add_func ("/ring/seals", test_seals);
  g_test_add_func ("/ring/messages", test_messages);
  return g_test_run ();
}
