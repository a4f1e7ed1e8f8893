// SPDX-License-Identifier: GPL-3.0-or-later
// Transport streams that break off, begin anew, jump and wrap, packet by packet: what the demuxer is shown goes on.
#include "player/ts-steady.h"

#include <string.h>

#define PACKET 188
#define TICKS  90000
#define STEP   3600 // 40 ms
#define LEAD   9000 // a picture is shown so long after its clock reference
#define ROUND  (G_GINT64_CONSTANT (1) << 33)

enum { PAT = 0, PMT = 0x1000, PICTURE = 0x100, SOUND = 0x101 };

/** Stream: of one sender, and what has become of it. */
typedef struct {
  PoTsSteady *steady;
  gint64 now_us;
  gint64 clock, stamp; // as they came out last
  guint counter;       // likewise, of the last table
  guint8 table[64];    // as it came out
  gboolean is_lost;    // something before the last packet
} Stream;

static Stream stream_new (void) {
  return (Stream){.steady = po_ts_steady_new (), .now_us = 77 * G_USEC_PER_SEC, .clock = -1, .stamp = -1};
}

static void begin_packet (guint8 *packet, guint pid, guint counter) {
  memset (packet, 0xff, PACKET);
  packet[0] = 0x47;
  packet[1] = (guint8)(0x40 | pid >> 8);
  packet[2] = (guint8)pid;
  packet[3] = (guint8)(0x10 | counter);
}

static void send_packet (Stream *self, guint8 *packet) {
  g_assert_true (po_ts_steady_take (self->steady, packet, PACKET, self->now_us, &self->is_lost));
  self->counter = packet[3] & 0x0f;
}

static void send_table (Stream *self, guint pid, guint counter, const guint8 *section, gsize n_bytes) {
  guint8 packet[PACKET];
  begin_packet (packet, pid, counter);
  packet[4] = 0;
  memcpy (packet + 5, section, n_bytes);
  send_packet (self, packet);
  memcpy (self->table, packet + 5, sizeof self->table);
}

static void send_pat (Stream *self, guint counter) {
  static const guint8 pat[] = {0, 0xb0, 13, 0, 1, 0xc1, 0, 0, 0, 1, 0xf0, 0, 9, 9, 9, 9};
  send_table (self, PAT, counter, pat, sizeof pat);
  g_assert_cmpmem (self->table, sizeof pat, pat, sizeof pat);
}

static const guint8 both[] = {2,    0xb0, 23,   0, 1,  0xc1, 0, 0,    0xe1, 0, 0xf0, 0, 0x1b,
                              0xe1, 0,    0xf0, 0, 15, 0xe1, 1, 0xf0, 0,    9, 9,    9, 9};
static const guint8 mute[] = {2, 0xb0, 18, 0, 1, 0xc1, 0, 0, 0xe1, 0, 0xf0, 0, 0x1b, 0xe1, 0, 0xf0, 0, 9, 9, 9, 9};

static void send_pmt (Stream *self, guint counter, gboolean has_sound) {
  send_table (self, PMT, counter, has_sound ? both : mute, has_sound ? sizeof both : sizeof mute);
}

// Of another codec.
static void send_other_pmt (Stream *self, guint counter) {
  guint8 other[sizeof both];
  memcpy (other, both, sizeof both);
  other[12] = 0x24;
  send_table (self, PMT, counter, other, sizeof other);
}

static void put_stamp (guint8 *at, guint mark, gint64 stamp) {
  at[0] = (guint8)(mark << 4 | (stamp >> 30 & 7) << 1 | 1);
  at[1] = (guint8)(stamp >> 22);
  at[2] = (guint8)((stamp >> 15 & 0x7f) << 1 | 1);
  at[3] = (guint8)(stamp >> 7);
  at[4] = (guint8)((stamp & 0x7f) << 1 | 1);
}

static gint64 get_stamp (const guint8 *at) {
  g_assert_cmphex (at[0] & 1 & at[2] & at[4], ==, 1);
  return (gint64)(at[0] >> 1 & 7) << 30 | at[1] << 22 | (at[2] >> 1) << 15 | at[3] << 7 | at[4] >> 1;
}

static void put_clock (guint8 *packet, gint64 clock) {
  packet[3] |= 0x20;
  packet[4] = 7;
  packet[5] = 0x10;
  packet[6] = (guint8)(clock >> 25);
  packet[7] = (guint8)(clock >> 17);
  packet[8] = (guint8)(clock >> 9);
  packet[9] = (guint8)(clock >> 1);
  packet[10] = (guint8)((clock & 1) << 7 | 0x7e);
  packet[11] = 5;
}

static gint64 get_clock (const guint8 *packet) {
  g_assert_cmphex (packet[10] & 0x7f, ==, 0x7e);
  g_assert_cmphex (packet[11], ==, 5);
  return (gint64)packet[6] << 25 | packet[7] << 17 | packet[8] << 9 | packet[9] << 1 | packet[10] >> 7;
}

// @clock: -1: of sound, without a reference. Its stamp of decoding is its clock's.
static void send_unit (Stream *self, gint64 clock, gint64 stamp) {
  guint8 packet[PACKET];
  const guint at = clock >= 0 ? 12 : 4;
  const guint8 header[] = {0, 0, 1, clock >= 0 ? 0xe0 : 0xc0, 0, 0, 0x80, 0xc0, 10};
  begin_packet (packet, clock >= 0 ? PICTURE : SOUND, 0);
  if (clock >= 0)
    put_clock (packet, clock % ROUND);
  memcpy (packet + at, header, sizeof header);
  put_stamp (packet + at + 9, 3, stamp % ROUND);
  put_stamp (packet + at + 14, 1, (stamp + ROUND - LEAD) % ROUND);
  send_packet (self, packet);
  self->stamp = get_stamp (packet + at + 9);
  g_assert_cmpint ((get_stamp (packet + at + 14) + LEAD) % ROUND, ==, self->stamp);
  self->clock = clock >= 0 ? get_clock (packet) : self->clock;
}

// A picture, one every 40 ms.
static void send_picture (Stream *self, gint64 clock) {
  self->now_us += 40000;
  send_unit (self, clock, clock + LEAD);
  g_assert_cmpint ((self->clock + LEAD) % ROUND, ==, self->stamp);
}

static void begin_stream (Stream *self, gint64 clock) {
  send_pat (self, 3);
  send_pmt (self, 3, TRUE);
  send_picture (self, clock);
  g_assert_cmpint (self->clock, ==, clock);
}

static void test_tables (void) {
  Stream stream = stream_new ();
  send_pat (&stream, 3);
  send_pmt (&stream, 7, TRUE);
  send_pmt (&stream, 11, TRUE);
  g_assert_cmpuint (stream.counter, ==, 8); // as if nothing were lost
  send_other_pmt (&stream, 12);
  g_assert_cmpuint (stream.counter, !=, 9); // another one of the same version: to be looked at
  const guint counter = stream.counter;
  send_other_pmt (&stream, 0);
  g_assert_cmpuint (stream.counter, ==, (counter + 1) % 16);
  po_ts_steady_free (stream.steady);
}

// Sound that is away for a while is no other programme; where there was none, its coming is.
static void test_mute (void) {
  Stream stream = stream_new ();
  send_pat (&stream, 3);
  send_pmt (&stream, 7, FALSE);
  send_pmt (&stream, 8, TRUE);
  g_assert_cmpuint (stream.counter, ==, 9);
  g_assert_cmpmem (stream.table, sizeof both, both, sizeof both);
  send_pmt (&stream, 9, FALSE);
  g_assert_cmpuint (stream.counter, ==, 10);
  g_assert_cmpmem (stream.table, sizeof both, both, sizeof both);
  g_assert_cmpuint (stream.table[sizeof both], ==, 0xff);
  send_pmt (&stream, 10, TRUE);
  g_assert_cmpuint (stream.counter, ==, 11);
  send_other_pmt (&stream, 11);
  g_assert_cmpuint (stream.table[12], ==, 0x24);
  po_ts_steady_free (stream.steady);
}

static void test_goes_on (void) {
  const gint64 begins[] = {12345, ROUND - 10 * STEP};
  for (guint i = 0; i < G_N_ELEMENTS (begins); i++) {
    Stream stream = stream_new ();
    begin_stream (&stream, begins[i]);
    for (gint64 k = 1; k < 100; k++) {
      if (k == 50)
        stream.now_us += 2 * G_USEC_PER_SEC; // stood still, and so did its clock
      const gint64 clock = (begins[i] + k * STEP + (k >= 60 ? 2 * TICKS : 0)) % ROUND;
      stream.now_us += k == 60 ? 2 * G_USEC_PER_SEC : 0; // was lost on the line
      send_picture (&stream, clock);
      g_assert_cmpint (stream.clock, ==, clock);
      send_unit (&stream, -1, clock + LEAD + 100);
      g_assert_cmpint (stream.stamp, ==, (clock + LEAD + 100) % ROUND);
    }
    po_ts_steady_free (stream.steady);
  }
}

// To where it begins anew: before it was @before, a second ago.
static void test_begins_anew (void) {
  static const gint64 jumps[] = {-3600 * TICKS, -20 * TICKS, -2 * TICKS, -TICKS / 5, 20 * TICKS, 3600 * TICKS};
  for (guint i = 0; i < G_N_ELEMENTS (jumps); i++)
    for (guint sound_first = 0; sound_first < 2; sound_first++) {
      Stream stream = stream_new ();
      gint64 clock = 5000 * TICKS;
      begin_stream (&stream, clock);
      for (gint k = 0; k < 20; k++)
        send_picture (&stream, clock += STEP);
      const gint64 before = stream.clock;
      clock += jumps[i];
      stream.now_us += G_USEC_PER_SEC - 40000;
      if (sound_first && ABS (jumps[i]) >= 2 * TICKS) {
        send_unit (&stream, -1, clock + LEAD);
        g_assert_cmpint (ABS (stream.stamp - LEAD - before - TICKS), <=, STEP);
      }
      for (gint k = 0; k < 50; k++) {
        send_picture (&stream, clock);
        g_assert_cmpint (ABS (stream.clock - before - TICKS - k * STEP), <=, 2 * STEP);
        send_unit (&stream, -1, clock + LEAD + 7);
        g_assert_cmpint (stream.stamp, ==, stream.clock + LEAD + 7);
        clock += STEP;
      }
      po_ts_steady_free (stream.steady);
    }
}

// However often that befalls it, as of an encoder that is started again every three seconds.
static void test_begins_again_and_again (void) {
  Stream stream = stream_new ();
  begin_stream (&stream, 5000 * TICKS);
  gint64 before = stream.clock;
  for (gint round = 0; round < 40; round++) {
    stream.now_us += G_USEC_PER_SEC - 40000;
    for (gint k = 0; k < 50; k++) {
      send_picture (&stream, 5000 * TICKS + k * STEP);
      g_assert_cmpint (k == 0 && round > 0 ? ABS (stream.clock - before - TICKS) : 0, <=, 2 * STEP);
      before = stream.clock;
    }
  }
  po_ts_steady_free (stream.steady);
}

// Pictures that are stamped by a clock of their own, as some encoders do, and references that make no sense.
static void test_wild (void) {
  Stream stream = stream_new ();
  send_pat (&stream, 0);
  send_pmt (&stream, 0, TRUE);
  for (gint64 k = 0; k < 100; k++) {
    stream.now_us += 40000;
    send_unit (&stream, 100 * TICKS + k * STEP, 5000 * TICKS + k * STEP);
    g_assert_cmpint (stream.stamp, ==, 5000 * TICKS + k * STEP);
  }
  po_ts_steady_free (stream.steady);
  stream = stream_new ();
  begin_stream (&stream, 77 * TICKS);
  gint64 offset = 0;
  for (gint64 k = 0; k < 100; k++) {
    stream.now_us += 40000;
    send_unit (&stream, k % 2 * 9000 * TICKS, 77 * TICKS + k * STEP);
    const gint64 now = (stream.stamp - 77 * TICKS - k * STEP + ROUND) % ROUND;
    g_assert_true (k < 50 || now == offset); // settles
    offset = now;
  }
  po_ts_steady_free (stream.steady);
}

// Of two programmes each has its own clock.
static void test_left_alone (void) {
  static const guint8 two[] = {0, 0xb0, 17, 0, 1, 0xc1, 0, 0, 0, 1, 0xf0, 0, 0, 2, 0xf0, 1, 9, 9, 9, 9};
  Stream stream = stream_new ();
  send_table (&stream, PAT, 0, two, sizeof two);
  send_pmt (&stream, 0, TRUE);
  send_unit (&stream, 100 * TICKS, 100 * TICKS);
  send_unit (&stream, 5 * TICKS, 5 * TICKS);
  g_assert_cmpint (stream.clock, ==, 5 * TICKS);
  guint8 torn[PACKET + 20], copy[sizeof torn];
  memset (torn, 0x47, sizeof torn);
  memcpy (copy, torn, sizeof torn);
  g_assert_false (po_ts_steady_take (stream.steady, torn, sizeof torn, stream.now_us, &stream.is_lost));
  g_assert_true (stream.is_lost); // it may be
  g_assert_cmpmem (torn, sizeof torn, copy, sizeof copy);
  po_ts_steady_free (stream.steady);
}

// By the counters as they came, of tables too, whose own are written anew.
static void test_lost (void) {
  static const struct {
    guint pid, counter;
    gboolean is_lost;
  } packets[] = {{PICTURE, 14, FALSE}, {PICTURE, 15, FALSE}, {SOUND, 3, FALSE}, {PICTURE, 0, FALSE},
                 {PICTURE, 2, TRUE},   {PICTURE, 3, FALSE},  {SOUND, 4, FALSE}, {SOUND, 9, TRUE}};
  Stream stream = stream_new ();
  for (guint i = 0; i < 8; i++) {
    send_pat (&stream, i < 4 ? i : i + 1);
    g_assert_cmpint (stream.is_lost, ==, i == 4);
  }
  for (guint i = 0; i < G_N_ELEMENTS (packets); i++) {
    guint8 packet[PACKET];
    begin_packet (packet, packets[i].pid, packets[i].counter);
    send_packet (&stream, packet);
    g_assert_cmpint (stream.is_lost, ==, packets[i].is_lost);
  }
  po_ts_steady_free (stream.steady);
}

// Whatever comes, it reads and writes nothing but that.
static void test_noise (void) {
  GRand *chance = g_rand_new_with_seed (1);
  for (gint round = 0; round < 200; round++) {
    g_autoptr (PoTsSteady) steady = po_ts_steady_new ();
    for (gint k = 0; k < 200; k++) {
      g_autofree guint8 *packet = g_malloc (PACKET); // of its own, for who watches memory
      for (gint i = 0; i < PACKET; i++)
        packet[i] = (guint8)g_rand_int_range (chance, 0, g_rand_boolean (chance) ? 4 : 256);
      packet[0] = 0x47;
      packet[1] &= 0xe0 | (k % 3 == 0 ? 0 : 0x1f);
      gboolean is_lost;
      po_ts_steady_take (steady, packet, PACKET, g_rand_int (chance), &is_lost);
    }
  }
  g_rand_free (chance);
}

int main (int argc, char **argv) {
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ts-steady/tables", test_tables);
  g_test_add_func ("/ts-steady/mute", test_mute);
  g_test_add_func ("/ts-steady/goes-on", test_goes_on);
  g_test_add_func ("/ts-steady/begins-anew", test_begins_anew);
  g_test_add_func ("/ts-steady/begins-again-and-again", test_begins_again_and_again);
  g_test_add_func ("/ts-steady/wild", test_wild);
  g_test_add_func ("/ts-steady/left-alone", test_left_alone);
  g_test_add_func ("/ts-steady/lost", test_lost);
  g_test_add_func ("/ts-steady/noise", test_noise);
  return g_test_run ();
}
