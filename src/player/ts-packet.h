// SPDX-License-Identifier: GPL-3.0-or-later
// Packets of a transport stream (ISO/IEC 13818-1): where they are, and what stands where in one, read and written in
// place.
// A clock reference and a stamp count 90,000 a second and wrap at 33 bits. It knows no stream.
#pragma once

#include <glib.h>

#define PO_TS_PACKET_BYTES 188
#define PO_TS_SYNC_BYTE    0x47
#define PO_TS_PAT_PID      0
#define PO_TS_NO_PID       0x1fff
#define PO_TS_TICKS        G_GINT64_CONSTANT (90000)
#define PO_TS_ROUND        (G_GINT64_CONSTANT (1) << 33)

guint po_ts_packet_pid (const guint8 *packet);

/** A table or a picture or stretch of sound begins in it. */
gboolean po_ts_packet_begins_unit (const guint8 *packet);

/** What it carries is encrypted. */
gboolean po_ts_packet_is_scrambled (const guint8 *packet);

/** It says that what stands here does not go on from what was before: its counter, or its clock. */
gboolean po_ts_packet_is_cut (const guint8 *packet);

/** Where its payload is; PO_TS_PACKET_BYTES: it has none. */
guint po_ts_packet_payload (const guint8 *packet);

/** Its clock reference; -1: it has none. */
gint64 po_ts_packet_clock (const guint8 *packet);
void po_ts_packet_set_clock (guint8 *packet, gint64 clock);
/** Of one that has a clock reference. */
void po_ts_packet_remove_clock (guint8 *packet);

/** Makes it one of @pid that has a clock reference and nothing else. */
void po_ts_packet_make_clock (guint8 *packet, guint pid, gint64 clock);

/** Makes it one of nothing. */
void po_ts_packet_make_null (guint8 *packet);

/** Where its time stamps are, of showing and of decoding. Returns how many it has, at most 2. */
guint po_ts_packet_stamps (const guint8 *packet, guint *ret_at);
gint64 po_ts_stamp_read (const guint8 *at);
void po_ts_stamp_write (guint8 *at, gint64 stamp);

/** How far @a is behind @b, by the shorter way round. */
gint64 po_ts_difference (gint64 a, gint64 b);

/** Where in @data the first packet is, and how far from one to the next. FALSE: it is no transport stream. */
gboolean po_ts_find_grid (const guint8 *data, gsize size, gsize *ret_at, gsize *ret_bytes);

/** The next whole packet in @data from *@at on that stands where it belongs, by @step; *@at is then behind it. NULL:
 * none is left. */
const guint8 *po_ts_next_packet (const guint8 *data, gsize size, gsize step, gsize *at);
