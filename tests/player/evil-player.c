// SPDX-License-Identifier: GPL-3.0-or-later
// A player that behaves for a while and then does what PO_EVIL says: for tests of the parent.
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "ring/message.h"
#include "ring/writer.h"

#define GOOD_FRAMES 5

static PoRingWriter *ring;

static void publish (gint64 first, gint64 until) {
  PoRingSpace space;
  if (!po_ring_writer_begin (ring, &space))
    _exit (EXIT_FAILURE);
  for (guint plane = 0; plane < 3; plane++)
    memset (space.data[plane], (int)(first + 1), space.stride[plane]);
  po_ring_writer_publish (ring, &space, &(PoRingSpan){first, until, until});
}

static PoRingDescriptor *last_descriptor (void) {
  PoRingControl *control = po_ring_writer_control (ring);
  return &control->descriptors[(control->video_written - 1) % PO_RING_DESCRIPTORS];
}

static void hang (void) {
  for (;;)
    pause ();
}

static void evil_exit (void) {
  _exit (3);
}

static void evil_abort (void) {
  abort ();
}

static void evil_segv (void) {
  raise (SIGSEGV);
}

static void evil_stop (void) {
  raise (SIGSTOP);
  hang ();
}

static void evil_spin (void) {
  for (volatile guint i = 0;; i++)
    continue;
}

static void evil_index_far (void) {
  po_ring_writer_control (ring)->video_written += 1000000;
  hang ();
}

static void evil_index_back (void) {
  po_ring_writer_control (ring)->video_written -= 4;
  hang ();
}

static void evil_slot (void) {
  publish (GOOD_FRAMES, GOOD_FRAMES + 1);
  last_descriptor ()->slot = 4000000000u;
  hang ();
}

// Two at once: of one, the slot might have been given back before.
static void evil_slot_twice (void) {
  PoRingControl *control = po_ring_writer_control (ring);
  const PoRingDescriptor last = *last_descriptor ();
  for (guint i = 0; i < 2; i++) {
    PoRingDescriptor *next = &control->descriptors[(control->video_written + i) % PO_RING_DESCRIPTORS];
    *next = last;
    next->first = last.until + i;
    next->until = last.until + i + 1;
  }
  control->video_written += 2;
  hang ();
}

static void evil_stride (void) {
  publish (GOOD_FRAMES, GOOD_FRAMES + 1);
  last_descriptor ()->offset[2] = G_MAXUINT32;
  last_descriptor ()->stride[2] = 16384;
  hang ();
}

static void evil_frame (void) {
  publish (GOOD_FRAMES, GOOD_FRAMES + 1);
  last_descriptor ()->first = -7;
  hang ();
}

static void evil_audio (void) {
  po_ring_writer_control (ring)->audio_written = G_MAXUINT64;
  hang ();
}

static void evil_noise (void) {
  guint64 *words = (guint64 *)po_ring_writer_control (ring);
  for (guint64 seed = 1;; seed = seed * 6364136223846793005u + 1442695040888963407u)
    words[(seed >> 33) % (sizeof (PoRingControl) / 8)] = seed;
}

// Seals forbid to shrink it, not to punch a hole.
static void evil_punch (void) {
  PoRingControl *control = po_ring_writer_control (ring);
  madvise (control, PO_RING_CONTROL_BYTES, MADV_REMOVE);
  hang ();
}

static void evil_talk (void) {
  for (;;)
    po_message_report (PO_MESSAGE_CHILD_FD, PO_PLAYER_REPORT_INFO, 0, "and another thing");
}

static void evil_mumble (void) {
  send (PO_MESSAGE_CHILD_FD, "mumble", 6, 0);
  hang ();
}

static void evil_close (void) {
  close (PO_MESSAGE_CHILD_FD);
  hang ();
}

static void evil_repaint (void) {
  PoRingLayout layout;
  const PoFormat format = {64, 36, {25, 1}};
  po_ring_layout_init (&layout, &format, 8, FALSE);
  guint8 *slots = (guint8 *)po_ring_writer_control (ring) + layout.slots_offset;
  for (guint8 value = 0;; value++)
    memset (slots, value, layout.slot_bytes * layout.n_slots);
}

static void evil_nothing (void) {
  hang ();
}

static const struct {
  const gchar *name;
  void (*act) (void);
} ways[] = {
    {"exit", evil_exit},
    {"abort", evil_abort},
    {"segv", evil_segv},
    {"stop", evil_stop},
    {"spin", evil_spin},
    {"index-far", evil_index_far},
    {"index-back", evil_index_back},
    {"slot", evil_slot},
    {"slot-twice", evil_slot_twice},
    {"stride", evil_stride},
    {"frame", evil_frame},
    {"audio", evil_audio},
    {"noise", evil_noise},
    {"punch", evil_punch},
    {"talk", evil_talk},
    {"mumble", evil_mumble},
    {"close", evil_close},
    {"repaint", evil_repaint},
    {"nothing", evil_nothing},
};

int main (void) {
  PoLoad load;
  gint fds[PO_MESSAGE_MAX_FDS];
  const gchar *way = g_getenv ("PO_EVIL");
  prctl (PR_SET_PDEATHSIG, SIGKILL); // a test that fails must not leave one that hangs
  if (g_strcmp0 (way, "stillborn") == 0)
    return 4;
  po_message_report (PO_MESSAGE_CHILD_FD, PO_PLAYER_REPORT_WARM, 0, NULL);
  if (!po_message_receive_load (PO_MESSAGE_CHILD_FD, &load, fds))
    return EXIT_SUCCESS;
  ring = po_ring_writer_new (&load.layout, fds[0], NULL);
  po_ring_writer_set_status (ring, PO_RING_HAS_VIDEO | PO_RING_HAS_AUDIO | PO_RING_STREAMS_KNOWN);
  if (g_strcmp0 (way, "nothing") != 0)
    for (gint64 frame = 0; frame < GOOD_FRAMES; frame++)
      publish (frame, frame + 1);
  po_message_report (PO_MESSAGE_CHILD_FD, PO_PLAYER_REPORT_FIRST, 0, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (ways); i++)
    if (g_strcmp0 (way, ways[i].name) == 0)
      ways[i].act ();
  return EXIT_FAILURE;
}
