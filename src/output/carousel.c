// SPDX-License-Identifier: GPL-3.0-or-later
// When which section is due, and sections cut into packets.
#include <string.h>

#include "output/si.h"

#define PACKET_BYTES 188
#define SYNC_BYTE    0x47
#define PID_PADDING  0x1fff

typedef struct {
  GBytes *section; // (nullable)
  gint64 due_ns;   // running time at which it comes next
} Place;

static const struct {
  guint pid;
  gint64 interval_ms; // EN 300 468 wants present/following within 2 s, the time within 30 s
} places[PO_N_SI_PLACES] = {{PO_SI_PID_EIT, 1000}, {PO_SI_PID_EIT, 1000}, {PO_SI_PID_TDT, 5000}};

struct _PoSiCarousel {
  Place places[PO_N_SI_PLACES];
  guint8 counters[PO_SI_PID_TDT + 1]; // by PID
  GByteArray *waiting;                // packets of the section that is being sent
  gsize sent;                         // bytes of it
};

PoSiCarousel *po_si_carousel_new (void) {
  PoSiCarousel *self = g_new0 (PoSiCarousel, 1);
  for (guint i = 0; i < PO_N_SI_PLACES; i++)
    self->places[i].due_ns = G_MININT64;
  self->waiting = g_byte_array_new ();
  return self;
}

void po_si_carousel_free (PoSiCarousel *self) {
  if (self == NULL)
    return;
  for (guint i = 0; i < PO_N_SI_PLACES; i++)
    g_clear_pointer (&self->places[i].section, g_bytes_unref);
  g_byte_array_unref (self->waiting);
  g_free (self);
}

void po_si_carousel_set (PoSiCarousel *self, PoSiPlace place, GBytes *section) {
  g_clear_pointer (&self->places[place].section, g_bytes_unref);
  if (section != NULL)
    self->places[place].section = g_bytes_ref (section);
  if (place != PO_SI_TIME)
    self->places[place].due_ns = G_MININT64; // viewers are told of another programme as soon as it is on
}

static void cut (PoSiCarousel *self, guint pid, GBytes *section) {
  gsize size = 0;
  const guint8 *data = g_bytes_get_data (section, &size);
  g_byte_array_set_size (self->waiting, 0);
  self->sent = 0;
  for (gsize at = 0; at < size;) {
    guint8 packet[PACKET_BYTES];
    gsize header = 4;
    packet[0] = SYNC_BYTE;
    packet[1] = (guint8)((at == 0 ? 0x40 : 0) | pid >> 8);
    packet[2] = (guint8)pid;
    packet[3] = (guint8)(0x10 | self->counters[pid]);
    self->counters[pid] = (self->counters[pid] + 1) & 0xf;
    if (at == 0)
      packet[header++] = 0; // the section begins at once
    const gsize length = MIN (size - at, PACKET_BYTES - header);
    memcpy (packet + header, data + at, length);
    memset (packet + header + length, 0xff, PACKET_BYTES - header - length);
    g_byte_array_append (self->waiting, packet, sizeof packet);
    at += length;
  }
}

// The section that has been due longest.
static gboolean choose (PoSiCarousel *self, gint64 running_ns) {
  gint best = -1;
  for (gint i = 0; i < PO_N_SI_PLACES; i++) {
    const Place *place = &self->places[i];
    if (place->section != NULL && place->due_ns <= running_ns &&
        (best < 0 || place->due_ns < self->places[best].due_ns))
      best = i;
  }
  if (best < 0)
    return FALSE;
  cut (self, places[best].pid, self->places[best].section);
  self->places[best].due_ns = running_ns + places[best].interval_ms * PO_NS_PER_MS;
  return TRUE;
}

void po_si_carousel_fill (PoSiCarousel *self, gint64 running_ns, guint8 *packets, gsize size) {
  for (gsize at = 0; at + PACKET_BYTES <= size; at += PACKET_BYTES) {
    guint8 *packet = packets + at;
    if (packet[0] != SYNC_BYTE || ((packet[1] & 0x1f) << 8 | packet[2]) != PID_PADDING)
      continue;
    if (self->sent >= self->waiting->len && !choose (self, running_ns))
      return;
    memcpy (packet, self->waiting->data + self->sent, PACKET_BYTES);
    self->sent += PACKET_BYTES;
  }
}

GByteArray *po_si_carousel_take (PoSiCarousel *self, gint64 running_ns) {
  GByteArray *packets = NULL;
  while (choose (self, running_ns)) {
    packets = packets != NULL ? packets : g_byte_array_new ();
    g_byte_array_append (packets, self->waiting->data, self->waiting->len);
    self->sent = self->waiting->len;
  }
  return packets;
}
