// SPDX-License-Identifier: GPL-3.0-or-later
// The shared memory between the head and one player: where everything lies, and who may write what.
//
// [control page(s)] [audio ring] [slot 0] [slot 1] …, one sealed memfd. Sizes are worked out by the parent from the
// house format, sent in LOAD, and never read back from the shared memory. Two-column rule: each word has one writer,
// and nobody ever reads back what the other may change as if it were his own.
#pragma once

#include "model/format.h"

#define PO_RING_DESCRIPTORS   64 // power of two
#define PO_RING_MAX_SLOTS     64 // one bit each in `released`
#define PO_RING_FULL_BUT      2  // slots: with pictures in all others a clip's child cannot go on to find sound
#define PO_RING_CONTROL_BYTES 16384
#define PO_RING_AUDIO_SAMPLES (1 << 17) // power of two; 2.7 s
#define PO_RING_SAMPLE_BYTES  4         // S16LE stereo
#define PO_RING_LOST_SAMPLES  2048      // to a bit of `sound_lost`
#define PO_RING_SOUND_BATCH   8192      // samples: a child that waits for room is told when so many are given back
#define PO_RING_BATCH_PART    4 // of the slots: when none was left, one in so many is free before a child goes on
#define PO_RING_STILL_UNTIL   G_MAXINT64
#define PO_RING_MAX_FRAMES    G_GINT64_CONSTANT (2500000) // longest plausible step between descriptors

/** PoRingStatus: bits of `status`, set by the child. */
typedef enum {
  PO_RING_HAS_VIDEO = 1 << 0,
  PO_RING_HAS_AUDIO = 1 << 1,
  PO_RING_STREAMS_KNOWN = 1 << 2,
  PO_RING_VIDEO_ENDED = 1 << 3, // after the last descriptor
  PO_RING_AUDIO_ENDED = 1 << 4, // after the last sample
  PO_RING_ERROR = 1 << 5,
  PO_RING_STILL = 1 << 6,
} PoRingStatus;

/** PoRingRoom: what of a ring is given back, as bits of a wake-up for `parent_seq`. */
typedef enum { PO_RING_ROOM_PICTURES = 1 << 0, PO_RING_ROOM_SOUND = 1 << 1 } PoRingRoom;

/** PoRingSeen: bits of `seen`, what a live source brings just now; set and cleared by the child. */
typedef enum {
  PO_RING_SEEN_BLACK = 1 << 0,      // the newest picture is black
  PO_RING_SEEN_STILL = 1 << 1,      // it is the same as those before it
  PO_RING_SEEN_SILENT = 1 << 2,     // there is sound, and nothing to be heard
  PO_RING_SEEN_UNREADABLE = 1 << 3, // something comes that cannot be decoded
} PoRingSeen;

/** PoRingDescriptor: one picture, on air for house frames [first, until). */
typedef struct {
  guint32 slot;
  gint64 first;        // house frames from media_in
  gint64 until;        // exclusive; PO_RING_STILL_UNTIL = stands for ever
  gint64 intact_until; // from here on it is damaged, or stands in for one that is lost; until = it is not
  guint32 offset[3];   // of each plane in the slot
  guint32 stride[3];
} PoRingDescriptor;

/** PoRingControl: the control area. Columns are a cache line apart. */
typedef struct {
  // Written by the child.
  guint64 video_written __attribute__ ((aligned (64))); // descriptors published; store-release after the picture
  guint64 audio_written __attribute__ ((aligned (64))); // end of the samples written, from media_in
  guint32 status;
  guint32 child_seq;  // futex: +1 after anything of the above
  guint32 seen;       // live: PoRingSeen
  guint32 spoilt;     // live: how many pictures came that are too damaged to be shown
  guint64 sound_lost; // bitmap of the audio ring's parts: silence stands there for what the clip lost; before the
                      // samples
  // Written by the parent.
  guint64 released __attribute__ ((aligned (64))); // bitmap: parent ORs, child exchanges for 0
  guint64 audio_read;                              // everything before is given back
  guint32 parent_seq;                              // futex: +1 after either
  guint32 media_moved;                             // a clip: 1 = its copy is read from now on
  // Written by the child, before video_written.
  PoRingDescriptor descriptors[PO_RING_DESCRIPTORS] __attribute__ ((aligned (64)));
} PoRingControl;

G_STATIC_ASSERT (sizeof (PoRingControl) <= PO_RING_CONTROL_BYTES);
G_STATIC_ASSERT (PO_RING_AUDIO_SAMPLES / PO_RING_LOST_SAMPLES == 64); // one bit each

/** PoRingLayout: sizes of one ring; a plain value, equal on both sides. */
typedef struct {
  guint32 width, height;
  guint32 n_slots;
  guint32 overwrite;  // live: the child never waits for the parent
  guint64 slot_bytes; // page aligned
  guint64 audio_offset, slots_offset, total_bytes;
} PoRingLayout;

/** The layout of a ring of @n_slots (2 … PO_RING_MAX_SLOTS) pictures of @format. */
void po_ring_layout_init (PoRingLayout *self, const PoFormat *format, guint n_slots, gboolean overwrite);

/** Whether a layout that came by message is one that po_ring_layout_init() could have made. */
gboolean po_ring_layout_is_valid (const PoRingLayout *self);

/** Bytes a row of plane 0…2, and rows of it. */
guint po_ring_layout_row_bytes (const PoRingLayout *self, guint plane);
guint po_ring_layout_rows (const PoRingLayout *self, guint plane);

/** Where an honest child puts the planes. */
void po_ring_layout_planes (const PoRingLayout *self, guint32 offset[3], guint32 stride[3]);
