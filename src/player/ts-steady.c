// SPDX-License-Identifier: GPL-3.0-or-later
// Packets of ISO/IEC 13818-1: its tables, clock references and the time stamps of its pictures and sound.
#include "player/ts-steady.h"

#include <string.h>

#include "player/ts-counters.h"
#include "player/ts-packet.h"

#define MAX_TABLES  16
#define BACK        (PO_TS_TICKS / 10)   // no clock goes back by so much, only another one
#define AHEAD       (3 * PO_TS_TICKS)    // nor ahead of what has passed meanwhile
#define EARLIEST    (-PO_TS_TICKS)       // against the clock, of a picture or sound
#define LATEST      (5 * PO_TS_TICKS)    // likewise
#define SHORTEST    (PO_TS_TICKS / 25)   // between the last of one clock and the first of the next
#define LONGEST     (10 * PO_TS_TICKS)   // likewise
#define CALM_US     (2 * G_USEC_PER_SEC) // no sender is begun anew more often for long
#define MAX_CHANGES 10

/** Table: a section that came whole in one packet, as it came last. */
typedef struct {
  guint pid; // 0 with n_bytes 0: unused
  guint n_bytes;
  guint8 counter; // last sent on
  guint8 bytes[PO_TS_PACKET_BYTES];
} Table;

struct _PoTsSteady {
  Table tables[MAX_TABLES]; // the first is the PAT's
  guint n_programs;
  guint clock_pid;
  gboolean has_clock;
  gint64 clock;         // last reference as it came
  gint64 came_us;       // when it did
  gint64 ahead;         // of the last stamp to the clock
  gint64 offset;        // added to all
  gboolean is_of_clock; // a stamp was near it
  gboolean is_wild;     // stamps are not by this clock, or it is none: they stay as they are
  guint changes;        // of the clock, without a calm while
  gint64 changed_us;
  PoTsCounters counters; // as they came
};

// ---- tables ----

// (nullable) The section that is whole in this packet.
static guint8 *section_of (guint8 *packet, guint *ret_bytes) {
  guint at = po_ts_packet_payload (packet);
  if (!po_ts_packet_begins_unit (packet) || at + 1 >= PO_TS_PACKET_BYTES)
    return NULL;
  at += 1u + packet[at];
  if (at + 3 > PO_TS_PACKET_BYTES)
    return NULL;
  *ret_bytes = 3u + ((guint)(packet[at + 1] & 0x0f) << 8 | packet[at + 2]);
  return at + *ret_bytes <= PO_TS_PACKET_BYTES && *ret_bytes >= 12 ? packet + at : NULL;
}

static Table *find_table (PoTsSteady *self, guint pid) {
  for (guint i = 0; i < MAX_TABLES; i++)
    if (self->tables[i].pid == pid && (i == 0 || pid != PO_TS_PAT_PID))
      return &self->tables[i];
  return NULL;
}

static void take_pat (PoTsSteady *self, const guint8 *section, guint n_bytes) {
  self->n_programs = 0;
  for (guint at = 8; at + 4 <= n_bytes - 4; at += 4) {
    const guint pid = (guint)(section[at + 2] & 0x1f) << 8 | section[at + 3];
    if ((section[at] | section[at + 1]) == 0 || ++self->n_programs >= MAX_TABLES)
      continue; // the network's own
    Table *table = &self->tables[self->n_programs];
    if (table->pid != pid)
      *table = (Table){.pid = pid};
  }
}

static void take_pmt (PoTsSteady *self, const guint8 *section) {
  const guint pid = (guint)(section[8] & 0x1f) << 8 | section[9];
  if (pid != self->clock_pid)
    self->has_clock = FALSE;
  self->clock_pid = pid;
}

// Where the streams begin that a programme's table lists.
static guint streams_at (const guint8 *section) {
  return 12 + ((guint)(section[10] & 0x0f) << 8 | section[11]);
}

static guint next_stream (const guint8 *section, guint at) {
  return at + 5 + ((guint)(section[at + 3] & 0x0f) << 8 | section[at + 4]);
}

static gboolean lists (const guint8 *section, guint n_bytes, const guint8 *stream) {
  for (guint at = streams_at (section); at + 5 <= n_bytes - 4; at = next_stream (section, at))
    if (section[at] == stream[0] && section[at + 1] == stream[1] && section[at + 2] == stream[2])
      return TRUE;
  return FALSE;
}

// Of the programme that @table describes some streams are away, and nothing else is new: its sound, mostly.
static gboolean is_part_of (const guint8 *section, guint n_bytes, const Table *table) {
  if (table->n_bytes <= n_bytes || memcmp (section + 8, table->bytes + 8, 2) != 0)
    return FALSE;
  const guint first = streams_at (section);
  for (guint at = first; at + 5 <= n_bytes - 4; at = next_stream (section, at))
    if (!lists (table->bytes, table->n_bytes, section + at))
      return FALSE;
  return first + 5 <= n_bytes - 4;
}

static void put_section (guint8 *packet, const Table *table) {
  packet[3] = (guint8)((packet[3] & 0x0f) | 0x10);
  packet[4] = 0;
  memcpy (packet + 5, table->bytes, table->n_bytes);
  memset (packet + 5 + table->n_bytes, 0xff, PO_TS_PACKET_BYTES - 5 - table->n_bytes);
}

// The same again goes on from the last one, whatever was lost between; another one is seen to be one, though who was
// begun anew gives it the same version.
static void steady_table (PoTsSteady *self, Table *table, guint8 *packet) {
  guint n_bytes = 0;
  const guint8 *section = section_of (packet, &n_bytes);
  const guint8 came = packet[3] & 0x0f;
  if (section == NULL) {
    table->counter = came;
    return;
  }
  const gboolean is_first = table->n_bytes == 0;
  gboolean is_same = table->n_bytes == n_bytes && memcmp (table->bytes, section, n_bytes) == 0;
  if (!is_same && table->pid != PO_TS_PAT_PID && self->n_programs == 1 && is_part_of (section, n_bytes, table)) {
    put_section (packet, table);
    section = packet + 5;
    n_bytes = table->n_bytes;
    is_same = TRUE;
  }
  table->counter = is_first ? came : (table->counter + (is_same ? 1 : 2)) & 0x0f;
  packet[3] = (guint8)((packet[3] & 0xf0) | table->counter);
  table->n_bytes = n_bytes;
  memcpy (table->bytes, section, n_bytes);
  if (table->pid == PO_TS_PAT_PID)
    take_pat (self, section, n_bytes);
  else if (!is_same && self->n_programs == 1)
    take_pmt (self, section);
}

// ---- time ----

static gint64 since (const PoTsSteady *self, gint64 now_us) {
  return (now_us - self->came_us) * 9 / 100;
}

// From here on @clock is what the one before would be by now.
static void change_clock (PoTsSteady *self, gint64 clock, gint64 now_us) {
  const gint64 gap = CLAMP (since (self, now_us), SHORTEST, LONGEST);
  self->offset = (self->offset + gap - po_ts_difference (clock, self->clock)) & (PO_TS_ROUND - 1);
  self->changes = now_us - self->changed_us < CALM_US ? self->changes + 1 : 1;
  self->changed_us = now_us;
  self->is_wild = self->changes > MAX_CHANGES;
}

static void steady_clock (PoTsSteady *self, guint8 *packet, gint64 now_us) {
  const gint64 clock = po_ts_packet_clock (packet);
  if (clock < 0)
    return;
  if (self->has_clock && !self->is_wild) {
    const gint64 moved = po_ts_difference (clock, self->clock);
    if (moved < -BACK || moved > since (self, now_us) + AHEAD)
      change_clock (self, clock, now_us);
  }
  self->has_clock = TRUE;
  self->clock = clock;
  self->came_us = now_us;
  if (self->offset != 0)
    po_ts_packet_set_clock (packet, (clock + self->offset) & (PO_TS_ROUND - 1));
}

// What comes of a new clock before its first reference tells of it as well.
static void notice_stamp (PoTsSteady *self, gint64 stamp, gint64 now_us) {
  const gint64 ahead = po_ts_difference (stamp, self->clock);
  const gboolean is_near = ahead >= EARLIEST && ahead <= LATEST + since (self, now_us);
  self->is_wild |= !is_near && !self->is_of_clock;
  self->is_of_clock |= is_near;
  if (self->is_wild)
    return;
  if (!is_near) {
    const gint64 clock = (stamp - self->ahead) & (PO_TS_ROUND - 1);
    change_clock (self, clock, now_us);
    self->clock = clock;
    self->came_us = now_us;
  } else {
    self->ahead = ahead;
  }
}

static void move_stamp (PoTsSteady *self, guint8 *at) {
  po_ts_stamp_write (at, (po_ts_stamp_read (at) + self->offset) & (PO_TS_ROUND - 1));
}

static void steady_stamps (PoTsSteady *self, guint8 *packet, gint64 now_us) {
  guint at[2];
  const guint n_stamps = self->has_clock ? po_ts_packet_stamps (packet, at) : 0;
  if (n_stamps == 0)
    return;
  notice_stamp (self, po_ts_stamp_read (packet + at[0]), now_us);
  for (guint i = 0; i < n_stamps && self->offset != 0; i++)
    move_stamp (self, packet + at[i]);
}

static void steady_packet (PoTsSteady *self, guint8 *packet, gint64 now_us) {
  const guint pid = po_ts_packet_pid (packet);
  Table *table = find_table (self, pid);
  if (table != NULL) {
    steady_table (self, table, packet);
    return;
  }
  if (self->n_programs != 1 || self->clock_pid == 0)
    return;
  if (pid == self->clock_pid)
    steady_clock (self, packet, now_us);
  steady_stamps (self, packet, now_us);
}

PoTsSteady *po_ts_steady_new (void) {
  PoTsSteady *self = g_new0 (PoTsSteady, 1);
  po_ts_counters_begin (&self->counters);
  return self;
}

void po_ts_steady_free (PoTsSteady *self) {
  g_free (self);
}

gboolean po_ts_steady_take (PoTsSteady *self, guint8 *data, gsize size, gint64 now_us, gboolean *ret_is_lost) {
  *ret_is_lost = TRUE; // nobody knows
  for (gsize at = 0; at < size; at += PO_TS_PACKET_BYTES)
    if (size - at < PO_TS_PACKET_BYTES || data[at] != PO_TS_SYNC_BYTE)
      return FALSE;
  *ret_is_lost = FALSE;
  for (gsize at = 0; at < size; at += PO_TS_PACKET_BYTES) {
    *ret_is_lost |= !po_ts_counters_follow (&self->counters, data + at);
    steady_packet (self, data + at, now_us);
  }
  return size > 0;
}
