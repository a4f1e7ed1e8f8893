// SPDX-License-Identifier: GPL-3.0-or-later
// Packets of transport streams one after the other: which are told to be lost, and what clock the demuxer is shown.
#include "player/ts-flow.h"

#include <string.h>

#include "player/ts-packet.h"

#define N_PACKETS 8
#define TICKS     PO_TS_TICKS

enum { PICTURE = 0x100, SOUND = 0x101 };

static void write_packet (guint8 *packet, guint pid, guint counter) {
  memset (packet, 0xff, PO_TS_PACKET_BYTES);
  packet[0] = PO_TS_SYNC_BYTE;
  packet[1] = (guint8)(pid >> 8);
  packet[2] = (guint8)pid;
  packet[3] = (guint8)(0x10 | (counter & 0x0f));
}

static void test_counters (void) {
  static const struct {
    guint counters[N_PACKETS];
    guint pid;
    gboolean is_lost;
  } cases[] = {
      {{3, 4, 5, 6, 7, 8, 9, 10}, PICTURE, FALSE},     {{13, 14, 15, 0, 1, 2, 3, 4}, PICTURE, FALSE},
      {{3, 4, 5, 6, 8, 9, 10, 11}, PICTURE, TRUE},     {{3, 4, 4, 5, 6, 7, 8, 9}, PICTURE, FALSE},
      {{3, 4, 5, 6, 7, 8, 9, 8}, PICTURE, TRUE},       {{15, 1, 2, 3, 4, 5, 6, 7}, PICTURE, TRUE},
      {{3, 9, 5, 0, 7, 1, 9, 7}, PO_TS_NO_PID, FALSE},
  };
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (PoTsFlow) flow = po_ts_flow_new (PICTURE);
    guint8 data[N_PACKETS * PO_TS_PACKET_BYTES];
    for (guint k = 0; k < N_PACKETS; k++)
      write_packet (data + k * PO_TS_PACKET_BYTES, cases[i].pid, cases[i].counters[k]);
    g_assert_cmpint (po_ts_flow_take (flow, 0, data, sizeof data), ==, cases[i].is_lost);
    // It goes on where it was, or begins anew elsewhere.
    for (guint k = 0; k < N_PACKETS; k++)
      write_packet (data + k * PO_TS_PACKET_BYTES, cases[i].pid, cases[i].counters[N_PACKETS - 1] + 1 + k);
    g_assert_false (po_ts_flow_take (flow, sizeof data, data, sizeof data));
    g_assert_false (po_ts_flow_take (flow, 100 * sizeof data, data, sizeof data));
    const gboolean is_counted = cases[i].pid != PO_TS_NO_PID;
    g_assert_cmpint (po_ts_flow_take (flow, 101 * sizeof data, data, sizeof data), ==, is_counted);
  }
}

// Clock references of @clocks, each before a packet of sound with @counters, the one at @cut (-1: none) said to be
// where the recording was; how they look to the demuxer. Nothing is told to be lost where one was cut.
static void check_clocks (const gint64 *clocks, const guint *counters, gint cut, const gint64 *seen) {
  g_autoptr (PoTsFlow) flow = po_ts_flow_new (PICTURE);
  guint8 data[2 * N_PACKETS * PO_TS_PACKET_BYTES];
  for (guint i = 0; i < N_PACKETS; i++) {
    guint8 *packet = data + (gsize)2 * i * PO_TS_PACKET_BYTES;
    write_packet (packet, SOUND, counters[i]);
    po_ts_packet_make_clock (packet + PO_TS_PACKET_BYTES, PICTURE, clocks[i] & (PO_TS_ROUND - 1));
    packet[PO_TS_PACKET_BYTES + 5] |= (gint)i == cut ? 0x80 : 0;
  }
  const gboolean is_lost = po_ts_flow_take (flow, 0, data, sizeof data);
  g_assert_false (is_lost && cut >= 0);
  for (guint i = 0; i < N_PACKETS; i++)
    g_assert_cmpint (po_ts_packet_clock (data + (2 * i + 1) * PO_TS_PACKET_BYTES), ==, seen[i] & (PO_TS_ROUND - 1));
}

static void test_clock (void) {
  static const guint all[N_PACKETS] = {0, 1, 2, 3, 4, 5, 6, 7}, torn[N_PACKETS] = {0, 1, 2, 5, 6, 7, 8, 9};
  const gint64 step = TICKS * 9 / 20, first = PO_TS_ROUND - TICKS, away = PO_TS_ROUND / 4;
  const gint64 close[N_PACKETS] = {1000, 4600, 8200, 11800, 15400, 19000, 22600, 26200};
  check_clocks (close, all, -1, close);
  const gint64 gap[N_PACKETS] = {first,
                                 first + 3600,
                                 first + 7200,
                                 first + 7200 + 2 * TICKS,
                                 first + 10800 + 2 * TICKS,
                                 first + 14400 + 2 * TICKS,
                                 first + 18000 + 2 * TICKS,
                                 first + 21600 + 2 * TICKS};
  const gint64 shown[N_PACKETS] = {first,
                                   first + 3600,
                                   first + 7200,
                                   first + 7200 + step,
                                   first + 7200 + 2 * step,
                                   first + 7200 + 3 * step,
                                   first + 7200 + 4 * step,
                                   first + 21600 + 2 * TICKS};
  check_clocks (gap, all, -1, shown);
  check_clocks (gap, torn, -1, gap); // cut, or lost
  check_clocks (gap, all, 3, gap);   // cut, and says so
  check_clocks (gap, all, 1, shown); // elsewhere
  const gint64 other[N_PACKETS] = {5000, 8600, 12200, away, away + 3600, away + 7200, 100, 3700};
  check_clocks (other, all, -1, other);
}

int main (int argc, char **argv) {
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ts-flow/counters", test_counters);
  g_test_add_func ("/ts-flow/clock", test_clock);
  return g_test_run ();
}
