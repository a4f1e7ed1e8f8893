// SPDX-License-Identifier: GPL-3.0-or-later
// PoTsStart: what tsdemux (1.22) needs of the beginning of a transport stream in a file, and does not always get: a
// clock reference before the first picture and sound, and no stamp before its reference. Where sound leads by more than
// half a second it would ignore the clock, and with it how the stamps of sound and picture lie to each other; where one
// comes too early it throws pictures away. Recordings that were cut begin so. Mended by what each packet becomes, so
// that all stays where it is in the file. Plain values. It knows bytes alone: no pipeline, no file.
#pragma once

#include <glib.h>

#define PO_TS_START_BYTES (4 << 20) // of the file's beginning; at the most a few seconds

#define PO_TS_START_STREAMS 16

/** What comes of @pid before the offset @until is left out. */
typedef struct {
  guint pid;
  gint64 until;
} PoTsStartLeftOut;

typedef struct {
  gint64 grid_at;    // offset of the first packet
  gint64 grid_bytes; // from one to the next
  guint table_pid, clock_pid;
  gboolean is_table_changed; // it names no clock, or DTS by a number that tsdemux does not know
  gint64 alone_at;           // the clock reference that is to be the only one, for they are too far apart; -1: none
  gint64 back;               // taken off each clock reference
  gint64 made_at;            // the packet that becomes a clock reference; -1: none
  gint64 made_clock;         // and which
  guint n_left_out;
  PoTsStartLeftOut left_out[PO_TS_START_STREAMS]; // sound that is too early for any picture
} PoTsStart;

/** @head: the file's first bytes. FALSE: nothing is to be mended. */
gboolean po_ts_start_find (PoTsStart *self, const guint8 *head, gsize size);

/** The stretch of whole packets that reaches over @size bytes at @offset. Returns its offset. */
gint64 po_ts_start_whole (const PoTsStart *self, gint64 offset, gint64 size, gint64 *ret_size);

/** @data: what stands at @offset in the file; packets that are whole in it are mended. */
void po_ts_start_mend (const PoTsStart *self, gint64 offset, guint8 *data, gsize size);
