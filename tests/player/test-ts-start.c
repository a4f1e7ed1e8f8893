// SPDX-License-Identifier: GPL-3.0-or-later
// The beginnings of transport streams, packet by packet: what the demuxer is shown of them.
#include "player/ts-start.h"

#include <string.h>

#include "player/ts-packet.h"

#define N_PACKETS 400
#define CLOCK     (G_GINT64_CONSTANT (1000) * PO_TS_TICKS)

enum { PMT = 0x1000, PICTURE = 0x100, SOUND = 0x101 };

/** Stream: as it is written. */
typedef struct {
  guint8 bytes[N_PACKETS * PO_TS_PACKET_BYTES];
  gsize size;
} Stream;

static guint8 *add_packet (Stream *self, guint pid, gboolean begins) {
  guint8 *packet = self->bytes + self->size;
  self->size += PO_TS_PACKET_BYTES;
  memset (packet, 0xff, PO_TS_PACKET_BYTES);
  packet[0] = PO_TS_SYNC_BYTE;
  packet[1] = (guint8)((begins ? 0x40 : 0) | pid >> 8);
  packet[2] = (guint8)pid;
  packet[3] = 0x10;
  return packet;
}

static void add_tables (Stream *self) {
  static const guint8 pat[] = {0, 0, 0xb0, 13, 0, 1, 0xc1, 0, 0, 0, 1, 0xf0, 0, 9, 9, 9, 9};
  static const guint8 pmt[] = {0,    2, 0xb0, 23, 0, 1,    0xc1, 0,    0, 0xe1, 0, 0xf0, 0, 0x1b,
                               0xe1, 0, 0xf0, 0,  3, 0xe1, 1,    0xf0, 0, 9,    9, 9,    9};
  memcpy (add_packet (self, PO_TS_PAT_PID, TRUE) + 4, pat, sizeof pat);
  memcpy (add_packet (self, PMT, TRUE) + 4, pmt, sizeof pmt);
}

static void add_unit (Stream *self, guint pid, gint64 stamp) {
  const guint8 head[] = {0, 0, 1, pid == PICTURE ? 0xe0 : 0xc0, 0, 0, 0x80, 0x80, 5, 0x21};
  guint8 *packet = add_packet (self, pid, TRUE);
  memcpy (packet + 4, head, sizeof head);
  po_ts_stamp_write (packet + 13, stamp & (PO_TS_ROUND - 1));
}

static void add_clock (Stream *self, gint64 clock) {
  po_ts_packet_make_clock (add_packet (self, PICTURE, FALSE), PICTURE, clock & (PO_TS_ROUND - 1));
}

// What is there: of the first clock reference, how far it lies before @clock, and that nothing comes before it.
static gint64 first_clock_before (const Stream *self, gint64 clock) {
  for (gsize at = 0; at < self->size; at += PO_TS_PACKET_BYTES) {
    guint stamps_at[2];
    const guint8 *packet = self->bytes + at;
    g_assert_cmpuint (po_ts_packet_stamps (packet, stamps_at), ==, 0);
    if (po_ts_packet_clock (packet) >= 0)
      return po_ts_difference (clock, po_ts_packet_clock (packet));
  }
  g_assert_not_reached ();
}

static void add_second (Stream *self, gint64 clock) {
  for (gint i = 0; i < 25; i++) {
    add_clock (self, clock + i * 3600);
    add_unit (self, PICTURE, clock + i * 3600 + 20000);
    add_unit (self, SOUND, clock + i * 3600 + 9000);
  }
}

static void test_well (void) {
  g_autofree Stream *stream = g_new0 (Stream, 1);
  PoTsStart start;
  add_tables (stream);
  add_second (stream, CLOCK);
  g_assert_false (po_ts_start_find (&start, stream->bytes, stream->size));
}

static void test_sound_leads (void) {
  const gint64 clocks[] = {CLOCK, PO_TS_ROUND + 2 * PO_TS_TICKS / 10};
  for (guint i = 0; i < G_N_ELEMENTS (clocks); i++) {
    g_autofree Stream *stream = g_new0 (Stream, 1);
    PoTsStart start;
    add_tables (stream);
    add_packet (stream, SOUND, FALSE); // of a unit that began before
    for (gint k = 0; k < 50; k++)
      add_unit (stream, SOUND, clocks[i] - (50 - k) * 3600);
    const gsize at = stream->size;
    add_second (stream, clocks[i]);
    g_assert_true (po_ts_start_find (&start, stream->bytes, stream->size));
    g_assert_cmpint (start.back, ==, 0);
    po_ts_start_mend (&start, 0, stream->bytes, stream->size);
    const gint64 before = first_clock_before (stream, clocks[i]);
    g_assert_cmpint (before, >, 0);
    g_assert_cmpint (before, <, PO_TS_TICKS / 2);
    g_assert_cmpint (po_ts_packet_clock (stream->bytes + at), ==, clocks[i] % PO_TS_ROUND);
  }
}

static void test_clock_ahead (void) {
  g_autofree Stream *stream = g_new0 (Stream, 1);
  PoTsStart start;
  add_tables (stream);
  add_second (stream, CLOCK);
  for (gsize at = 0; at < stream->size; at += PO_TS_PACKET_BYTES) {
    guint8 *packet = stream->bytes + at;
    if (po_ts_packet_clock (packet) >= 0)
      po_ts_packet_set_clock (packet, po_ts_packet_clock (packet) + 2 * PO_TS_TICKS);
  }
  g_assert_true (po_ts_start_find (&start, stream->bytes, stream->size));
  g_assert_cmpint (start.made_at, ==, -1);
  // In pieces, as it is read: a packet in none of them stays as it is.
  po_ts_start_mend (&start, 0, stream->bytes, 1000);
  gint64 whole = 0;
  const gint64 from = po_ts_start_whole (&start, 1000, 500, &whole);
  g_assert_cmpint (from, ==, 5 * PO_TS_PACKET_BYTES);
  g_assert_cmpint (from + whole, ==, 8 * PO_TS_PACKET_BYTES);
  po_ts_start_mend (&start, from, stream->bytes + from, stream->size - (gsize)from);
  const gint64 before = first_clock_before (stream, CLOCK + 9000);
  g_assert_cmpint (before, >, 0);
  g_assert_cmpint (before, <, PO_TS_TICKS / 2);
}

// One stays, where it is; what is so far apart is still counted by it.
static void test_clocks_apart (void) {
  g_autofree Stream *stream = g_new0 (Stream, 1);
  PoTsStart start;
  add_tables (stream);
  for (gint i = 0; i < 10; i++) {
    add_clock (stream, CLOCK + i * PO_TS_TICKS / 2);
    add_unit (stream, PICTURE, CLOCK + i * PO_TS_TICKS / 2 + 20000);
  }
  g_assert_true (po_ts_start_find (&start, stream->bytes, stream->size));
  po_ts_start_mend (&start, 0, stream->bytes, stream->size);
  guint n_clocks = 0;
  for (gsize at = 0; at < stream->size; at += PO_TS_PACKET_BYTES)
    n_clocks += po_ts_packet_clock (stream->bytes + at) >= 0;
  g_assert_cmpuint (n_clocks, ==, 1);
  g_assert_cmpint (first_clock_before (stream, CLOCK), ==, 0);
}

// Whatever comes, it reads and writes nothing but that.
static void test_noise (void) {
  GRand *chance = g_rand_new_with_seed (1);
  for (gint round = 0; round < 300; round++) {
    g_autofree Stream *stream = g_new0 (Stream, 1);
    PoTsStart start;
    add_tables (stream);
    add_second (stream, CLOCK);
    for (gint i = 0; i < 300; i++)
      stream->bytes[(gsize)g_rand_int_range (chance, 0, (gint)stream->size)] = (guint8)g_rand_int (chance);
    const gsize size = (gsize)g_rand_int_range (chance, 1, (gint)stream->size);
    g_autofree guint8 *part = g_memdup2 (stream->bytes, size); // of its own, for who watches memory
    if (po_ts_start_find (&start, part, size))
      po_ts_start_mend (&start, g_rand_int_range (chance, 0, 100000), part, size);
  }
  g_rand_free (chance);
}

int main (int argc, char **argv) {
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ts-start/well", test_well);
  g_test_add_func ("/ts-start/sound-leads", test_sound_leads);
  g_test_add_func ("/ts-start/clock-ahead", test_clock_ahead);
  g_test_add_func ("/ts-start/clocks-apart", test_clocks_apart);
  g_test_add_func ("/ts-start/noise", test_noise);
  return g_test_run ();
}
