// SPDX-License-Identifier: GPL-3.0-or-later
// The ends of transport streams, packet by packet: what is told of a file that was cut between two of them.
#include "player/ts-end.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "player/ts-packet.h"

#define PICTURE   0x100
#define SOUND     0x101
#define LAST_FILL 100 // bytes by which the last packet of a unit is filled up

/** Stream: as it is written, with the counters of two PIDs. */
typedef struct {
  gint fd;
  guint counters[2];
} Stream;

static void add_packet (Stream *self, guint pid, gboolean begins, const guint8 *head, gsize head_bytes, guint fill) {
  guint8 packet[PO_TS_PACKET_BYTES];
  memset (packet, 0xff, sizeof packet);
  packet[0] = PO_TS_SYNC_BYTE;
  packet[1] = (guint8)((begins ? 0x40 : 0) | pid >> 8);
  packet[2] = (guint8)pid;
  packet[3] = (guint8)((fill > 0 ? 0x30 : 0x10) | (self->counters[pid - PICTURE]++ & 0xf));
  if (fill > 0) {
    packet[4] = (guint8)(fill - 1);
    packet[5] = 0;
  }
  if (head_bytes > 0)
    memcpy (packet + 4 + fill, head, head_bytes);
  g_assert_cmpint (write (self->fd, packet, sizeof packet), ==, sizeof packet);
}

// The first @n_there packets of a unit of @n_packets. @says: how long it is.
static void add_unit (Stream *self, guint pid, guint n_packets, guint n_there, gboolean says) {
  const guint payload = PO_TS_PACKET_BYTES - 4, length = says ? n_packets * payload - LAST_FILL - 6 : 0;
  const guint8 head[] = {0, 0, 1, pid == PICTURE ? 0xe0 : 0xc0, (guint8)(length >> 8), (guint8)length};
  for (guint i = 0; i < n_there; i++)
    add_packet (self, pid, i == 0, head, i == 0 ? sizeof head : 0, i + 1 == n_packets ? LAST_FILL : 0);
}

static void test_ends (void) {
  static const struct {
    guint line;
    guint first_counter;
    gboolean picture_says;
    guint n_picture, n_sound; // packets of the last picture and stretch of sound that are there, of 4 and 3
    PoTsEnd found;
  } cases[] = {
      {__LINE__, 0, FALSE, 4, 3, PO_TS_END_THERE},    {__LINE__, 0, FALSE, 4, 2, PO_TS_END_MISSING},
      {__LINE__, 0, FALSE, 4, 1, PO_TS_END_MISSING},  {__LINE__, 0, FALSE, 3, 3, PO_TS_END_DOUBTFUL},
      {__LINE__, 0, FALSE, 1, 3, PO_TS_END_DOUBTFUL}, {__LINE__, 0, TRUE, 3, 3, PO_TS_END_MISSING},
      {__LINE__, 0, TRUE, 4, 3, PO_TS_END_THERE},     {__LINE__, 5, FALSE, 4, 1, PO_TS_END_THERE},
      {__LINE__, 5, TRUE, 1, 3, PO_TS_END_THERE},     {__LINE__, 1, FALSE, 4, 1, PO_TS_END_MISSING},
  };
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    Stream stream = {memfd_create ("end", MFD_CLOEXEC), {cases[i].first_counter, cases[i].first_counter}};
    for (guint unit = 0; unit < 10; unit++) {
      add_unit (&stream, PICTURE, 4, 4, cases[i].picture_says);
      add_unit (&stream, SOUND, 3, 3, TRUE);
    }
    add_unit (&stream, SOUND, 3, cases[i].n_sound, TRUE);
    add_unit (&stream, PICTURE, 4, cases[i].n_picture, cases[i].picture_says);
    if (po_ts_end_look (stream.fd) != cases[i].found)
      g_error ("line %u: %d", cases[i].line, po_ts_end_look (stream.fd));
    close (stream.fd);
  }
}

// A recorder that began in the middle of a stretch of sound, by chance where the pictures' counter was 0.
static void test_taken_out (void) {
  Stream stream = {memfd_create ("end", MFD_CLOEXEC), {0, 0}};
  add_packet (&stream, SOUND, FALSE, NULL, 0, 0);
  add_unit (&stream, PICTURE, 4, 4, FALSE);
  add_unit (&stream, SOUND, 3, 3, TRUE);
  add_unit (&stream, SOUND, 3, 1, TRUE);
  g_assert_cmpint (po_ts_end_look (stream.fd), ==, PO_TS_END_THERE);
  close (stream.fd);
}

static void test_none (void) {
  const gint fd = memfd_create ("end", MFD_CLOEXEC);
  g_assert_cmpint (po_ts_end_look (fd), ==, PO_TS_END_THERE);
  g_assert_cmpint (write (fd, "no stream", 9), ==, 9);
  g_assert_cmpint (po_ts_end_look (fd), ==, PO_TS_END_THERE);
  close (fd);
}

gint main (gint argc, gchar **argv) {
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/player/ts-end/ends", test_ends);
  g_test_add_func ("/player/ts-end/taken-out", test_taken_out);
  g_test_add_func ("/player/ts-end/none", test_none);
  return g_test_run ();
}
