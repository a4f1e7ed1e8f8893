// SPDX-License-Identifier: GPL-3.0-or-later
// An attempt is a chain of rows of one part that go on from each other in the media; a row that begins again before
// where the last came to is another attempt. What is lost of an attempt: what a late start left out, the gaps between
// its rows, what was filled, what was held for long, and what its last row fell short of.
#include "report/attempt.h"

#define LIVE_TOLERANCE 20 // the part of its length that a live show may lose to its source and still be aired

typedef struct {
  gboolean broken; // a correction says so, whatever was counted
  gint64 lost_ns;
  gint64 reached_ns;      // position in the media (or instant, of a live show) after the last row
  const PoAsrunRow *last; // (nullable)
} Attempt;

// Somebody looked at it, and knows better than what was counted.
static gboolean is_corrected_to (const PoAsrunRow *row, PoAiringStatus status) {
  return row->correction != 0 && row->status == status;
}

static gboolean was_seen (const PoAsrunRow *row) {
  return !is_corrected_to (row, PO_AIRING_FAILED) && !is_corrected_to (row, PO_AIRING_FILLED);
}

static gint64 held_frames (const PoAsrunRow *row) {
  return po_airing_held_frames (row->frames_repeated, row->actual_end_frame - row->actual_start_frame, row->rate);
}

gint64 po_report_row_shown_ns (const PoAsrunRow *row) {
  if (!was_seen (row))
    return 0;
  return po_duration_from_frames_floor (row->frames_shown + row->frames_repeated - held_frames (row), row->rate);
}

gboolean po_report_row_is_own (const PoAsrunRow *row) {
  return g_strcmp0 (row->kind, "media") == 0 || g_strcmp0 (row->kind, "live") == 0;
}

gboolean po_report_row_is_inserted (const PoAsrunRow *row) {
  return g_strcmp0 (row->uid, PO_INSERT_UID) == 0;
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
  self->lost_ns = is_corrected_to (row, PO_AIRING_AIRED) ? 0 : late;
  self->broken = FALSE;
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
  if (!is_corrected_to (row, PO_AIRING_AIRED))
    self->lost_ns += po_duration_from_frames_floor (row->frames_filled + held_frames (row), row->rate);
  self->broken |= is_corrected_to (row, PO_AIRING_PARTIAL) || is_corrected_to (row, PO_AIRING_INTERRUPTED);
  self->reached_ns = position_of (row) + length_of (row);
}

// The first entry that takes effect at @frame or later.
static guint find_entry (GPtrArray *journal, PoFrame frame) {
  guint low = 0, high = journal->len;
  while (low < high) {
    const guint middle = low + (high - low) / 2;
    if (((const PoJournalEntry *)journal->pdata[middle])->frame < frame)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

// Whether an operator ended this live show: then its end is its end.
static gboolean was_ended (const PoAsrunRow *row, GPtrArray *journal) {
  if (journal == NULL || g_strcmp0 (row->kind, "live") != 0)
    return FALSE;
  for (guint i = find_entry (journal, row->actual_start_frame); i < journal->len; i++) {
    const PoJournalEntry *entry = journal->pdata[i];
    if (entry->frame > row->actual_end_frame + 1)
      break;
    if (entry->kind == PO_JOURNAL_END_LIVE)
      return TRUE;
  }
  return FALSE;
}

// What of an attempt counts as not aired.
static gint64 counted_loss (const Attempt *attempt, gint64 shown_ns, GPtrArray *journal) {
  const PoAsrunRow *last = attempt->last;
  if (last == NULL || g_strcmp0 (last->kind, "live") != 0)
    return attempt->lost_ns;
  gint64 lost_ns = attempt->lost_ns - (was_ended (last, journal) ? short_ns (last, 0) : 0);
  return lost_ns * LIVE_TOLERANCE <= lost_ns + shown_ns ? 0 : lost_ns;
}

// Between the roundings of frames to nanoseconds nothing is lost.
static gboolean is_whole (const Attempt *attempt, gint64 lost_ns) {
  return attempt->last == NULL ||
         (!attempt->broken && lost_ns <= po_duration_from_frames_floor (1, attempt->last->rate) / 2);
}

static void judge_part (GPtrArray *rows, gint part, gboolean join, GPtrArray *journal, PoReportShown *shown) {
  Attempt attempt = {0};
  gint64 best_ns = G_MAXINT64, shown_ns = 0;
  gboolean first = TRUE, whole = FALSE;
  for (guint i = 0; i < rows->len; i++) {
    const PoAsrunRow *row = rows->pdata[i];
    if (row->part != part)
      continue;
    gint64 frame_ns = po_duration_from_frames_floor (1, row->rate) + 1;
    if (attempt.last != NULL && position_of (row) + frame_ns >= attempt.reached_ns) {
      go_on (&attempt, row, first, join);
      first = FALSE;
    } else {
      whole |= attempt.last != NULL && is_whole (&attempt, attempt.lost_ns);
      best_ns = attempt.last != NULL ? MIN (best_ns, attempt.lost_ns) : best_ns;
      begin (&attempt, row, join);
      first = TRUE;
    }
    add_filled (&attempt, row);
    shown->on_air |= row->status == PO_AIRING_ON_AIR;
    if (row->frames_shown > 0 && was_seen (row)) {
      shown->first_ns = shown->any ? MIN (shown->first_ns, row->actual_start_ns) : row->actual_start_ns;
      shown->any = TRUE;
    }
    shown_ns += po_report_row_shown_ns (row);
  }
  gint64 lost_ns = counted_loss (&attempt, shown_ns, journal);
  whole |= is_whole (&attempt, lost_ns);
  best_ns = MIN (best_ns, lost_ns);
  shown->shown_ns += shown_ns;
  shown->full = shown->full && whole;
  shown->lost_ns += whole ? 0 : best_ns;
}

static gboolean has_part (GPtrArray *rows, gint part) {
  for (guint i = 0; i < rows->len; i++)
    if (((const PoAsrunRow *)rows->pdata[i])->part == part)
      return TRUE;
  return FALSE;
}

// How much of its slot its own pictures left over.
static gint64 left_over_ns (GPtrArray *rows, const PoReportInstance *instance) {
  gint64 left_ns = instance->end_ns - instance->start_ns;
  for (guint i = 0; i < rows->len; i++)
    left_ns -= po_report_row_shown_ns (rows->pdata[i]);
  return MAX (left_ns, 0);
}

// Parts that were passed over for want of their clips, and those at the end for which the slot had time, be it that
// something else had it. What did not fit into the slot was never to air.
static gboolean lacks_parts (GPtrArray *rows, gint last, const PoReportInstance *instance) {
  PoTimeNs end_ns = G_MININT64;
  for (gint part = 0; part < last; part++)
    if (!has_part (rows, part))
      return TRUE;
  for (guint i = 0; i < rows->len; i++)
    end_ns = MAX (end_ns, ((const PoAsrunRow *)rows->pdata[i])->actual_end_ns);
  return last + 1 < (gint)instance->parts &&
         (end_ns + PO_NS_PER_SECOND < instance->end_ns || left_over_ns (rows, instance) > PO_NS_PER_SECOND);
}

PoReportShown po_report_judge (GPtrArray *rows, const PoReportInstance *instance, GPtrArray *journal) {
  PoReportShown shown = {.full = TRUE, .first_ns = PO_TIME_NONE};
  gint last = -1;
  for (guint i = 0; i < rows->len; i++)
    last = MAX (last, ((const PoAsrunRow *)rows->pdata[i])->part);
  for (gint part = 0; part <= last; part++)
    judge_part (rows, part, instance->join, journal, &shown);
  if (lacks_parts (rows, last, instance)) {
    shown.full = FALSE;
    shown.lost_ns = MAX (shown.lost_ns, left_over_ns (rows, instance));
  }
  shown.full = shown.full && shown.any;
  return shown;
}
