// SPDX-License-Identifier: GPL-3.0-or-later
// An attempt is a chain of rows of one part that go on from each other in the media; a row that begins again before
// where the last came to is another attempt. What is lost of an attempt: what a late start left out, the gaps between
// its rows, what was filled, and what its last row fell short of.
#include "report/attempt.h"

typedef struct {
  gint64 lost_ns;
  gint64 reached_ns;      // position in the media (or instant, of a live show) after the last row
  const PoAsrunRow *last; // (nullable)
} Attempt;

gint64 po_report_row_shown_ns (const PoAsrunRow *row) {
  return po_duration_from_frames_floor (row->frames_shown + row->frames_repeated, row->rate);
}

gboolean po_report_row_is_own (const PoAsrunRow *row) {
  return g_strcmp0 (row->kind, "media") == 0 || g_strcmp0 (row->kind, "live") == 0;
}

static gint64 length_of (const PoAsrunRow *row) {
  return po_duration_from_frames_floor (row->actual_end_frame - row->actual_start_frame, row->rate);
}

static gint64 position_of (const PoAsrunRow *row) {
  return row->som_ns >= 0 ? row->som_ns : row->actual_start_ns;
}

// What a start in progress left out of the first row, whose planned length counts from the slot.
static gint64 late_ns (const PoAsrunRow *row, gboolean join) {
  gboolean joined = join && row->part <= 0 && g_strcmp0 (row->start_type, "FIXED") == 0 &&
                    row->planned_start_frame != PO_FRAME_NONE && row->actual_start_frame > row->planned_start_frame;
  return joined ? po_duration_from_frames_floor (row->actual_start_frame - row->planned_start_frame, row->rate) : 0;
}

// What the last row fell short of its plan; a row that was whole by the log's own judgement fell short of nothing.
static gint64 short_ns (const PoAsrunRow *row, gint64 late) {
  if (row->status == PO_AIRING_AIRED || row->status == PO_AIRING_ON_AIR || row->planned_duration_frames < 0)
    return 0;
  gint64 planned_ns = po_duration_from_frames_floor (row->planned_duration_frames, row->rate);
  return MAX (planned_ns - late - length_of (row), 0);
}

static void begin (Attempt *self, const PoAsrunRow *row, gboolean join) {
  gint64 late = late_ns (row, join);
  self->lost_ns = late;
  self->last = row;
  self->lost_ns += short_ns (row, late);
}

// @row goes on from the last one: what that fell short of is not lost but for the gap.
static void go_on (Attempt *self, const PoAsrunRow *row, gboolean first, gboolean join) {
  self->lost_ns -= short_ns (self->last, first ? late_ns (self->last, join) : 0);
  self->lost_ns += MAX (position_of (row) - self->reached_ns, 0);
  self->lost_ns += short_ns (row, 0);
  self->last = row;
}

static void add_filled (Attempt *self, const PoAsrunRow *row) {
  self->lost_ns += po_duration_from_frames_floor (row->frames_filled, row->rate);
  self->reached_ns = position_of (row) + length_of (row);
}

static void judge_part (GPtrArray *rows, gint part, gboolean join, PoReportShown *shown) {
  Attempt attempt = {0};
  gint64 best_ns = G_MAXINT64;
  gboolean first = TRUE;
  for (guint i = 0; i < rows->len; i++) {
    const PoAsrunRow *row = rows->pdata[i];
    if (row->part != part)
      continue;
    gint64 frame_ns = po_duration_from_frames_floor (1, row->rate) + 1;
    if (attempt.last != NULL && position_of (row) + frame_ns >= attempt.reached_ns) {
      go_on (&attempt, row, first, join);
      first = FALSE;
    } else {
      best_ns = attempt.last != NULL ? MIN (best_ns, attempt.lost_ns) : best_ns;
      begin (&attempt, row, join);
      first = TRUE;
    }
    add_filled (&attempt, row);
    shown->on_air |= row->status == PO_AIRING_ON_AIR;
    shown->any |= row->frames_shown > 0;
    shown->shown_ns += po_report_row_shown_ns (row);
  }
  best_ns = MIN (best_ns, attempt.lost_ns);
  // Between the roundings of frames to nanoseconds nothing is lost.
  gboolean whole = attempt.last == NULL || best_ns <= po_duration_from_frames_floor (1, attempt.last->rate) / 2;
  shown->full = shown->full && whole;
  shown->lost_ns += whole ? 0 : best_ns;
}

PoReportShown po_report_judge (GPtrArray *rows, gboolean join) {
  PoReportShown shown = {.full = TRUE};
  gint parts = 0;
  for (guint i = 0; i < rows->len; i++)
    parts = MAX (parts, ((const PoAsrunRow *)rows->pdata[i])->part + 1);
  for (gint part = -1; part < parts; part++)
    judge_part (rows, part, join, &shown);
  shown.full = shown.full && shown.any;
  return shown;
}
