// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/tally.h"

#include "report/attempt.h"

typedef struct {
  PoReportClip clip; // first: one pointer serves for both
  gint64 reached_ns; // where in the file its last row came to
} Clip;

typedef struct {
  PoReport *report;
  PoLedger *ledger;
  GHashTable *clips, *hours; // by media, by category; the arrays own
  GArray *holds;             // Hold
} Tally;

/** Hold: an operator froze the picture. */
typedef struct {
  PoFrame from, to;
} Hold;

static void clip_free (Clip *self) {
  g_free (self->clip.media);
  g_free (self->clip.title);
  g_free (self);
}

static void hours_free (PoReportHours *self) {
  g_free (self->category);
  g_free (self);
}

// An airing belongs to the window in which it began, so that two halves of a year make the year.
static void tally_clip (Tally *self, const PoAsrunRow *row) {
  if (row->actual_start_ns < self->report->from_ns || row->media == NULL || g_strcmp0 (row->kind, "live") == 0 ||
      row->frames_shown == 0)
    return;
  Clip *clip = g_hash_table_lookup (self->clips, row->media);
  if (clip == NULL) {
    clip = g_new0 (Clip, 1);
    clip->clip = (PoReportClip){g_strdup (row->media), g_strdup (row->title), TRUE, 0, 0};
    clip->reached_ns = -1;
    g_hash_table_insert (self->clips, clip->clip.media, clip);
    g_ptr_array_add (self->report->clips, clip);
  }
  gint64 frame_ns = po_duration_from_frames_floor (1, row->rate) + 1;
  gboolean goes_on = row->som_ns > frame_ns && ABS (row->som_ns - clip->reached_ns) <= frame_ns;
  clip->clip.airings += !goes_on;
  clip->clip.shown_ns += po_report_row_shown_ns (row);
  clip->clip.filler = clip->clip.filler && g_strcmp0 (row->kind, "filler") == 0;
  clip->reached_ns =
      row->som_ns + po_duration_from_frames_floor (row->actual_end_frame - row->actual_start_frame, row->rate);
}

static const gchar *category_of (Tally *self, const PoAsrunRow *row) {
  if (!po_report_row_is_own (row) || row->uid == NULL || row->instance == NULL)
    return row->kind != NULL ? row->kind : "";
  const PoReportInstance *instance = po_ledger_find (self->ledger, row->uid, row->instance);
  return instance != NULL && instance->category != NULL ? instance->category : row->kind;
}

static void tally_hours (Tally *self, const PoAsrunRow *row) {
  const gchar *category = category_of (self, row);
  PoReportHours *hours = g_hash_table_lookup (self->hours, category);
  if (hours == NULL) {
    hours = g_new0 (PoReportHours, 1);
    hours->category = g_strdup (category);
    g_hash_table_insert (self->hours, hours->category, hours);
    g_ptr_array_add (self->report->hours, hours);
  }
  hours->ns += MIN (row->actual_end_ns, self->report->to_ns) - MAX (row->actual_start_ns, self->report->from_ns);
}

// What the log has of it, where that says more than the kind. (transfer none) (nullable)
static const gchar *why_of (const PoAsrunRow *row, const gchar *kind) {
  static const gchar *const plain[] = {"planned", "gap", NULL};
  gboolean says_more = row->reason != NULL && !g_strv_contains (plain, row->reason) && !g_str_equal (row->reason, kind);
  return says_more ? row->reason : NULL;
}

static void add_fault (Tally *self, const gchar *kind, PoTimeNs time_ns, gint64 length_ns, const PoAsrunRow *row,
                       const gchar *why) {
  PoReportFault fault = {kind, time_ns, length_ns, row != NULL ? row->id : 0, row != NULL ? row->title : NULL, why};
  g_array_append_val (self->report->faults, fault);
}

// One whose reason is the row's.
static void add_row_fault (Tally *self, const gchar *kind, PoTimeNs time_ns, gint64 length_ns, const PoAsrunRow *row) {
  add_fault (self, kind, time_ns, length_ns, row, why_of (row, kind));
}

// The frame at which the head saw a live source go or come.
static PoTimeNs seen_at_ns (const PoJournalEntry *entry, PoRate rate) {
  PoFrame frame = entry->frame;
  po_journal_entry_get_int (entry, "at", &frame);
  return po_frame_to_time_floor (frame, rate);
}

static gboolean is_loss (const PoJournalEntry *entry) {
  return entry->kind == PO_JOURNAL_LIVE && g_strcmp0 (po_journal_entry_get (entry, "state"), "away") == 0;
}

// The entries of @journal that tell of one. (transfer container)
static GPtrArray *find_losses (GPtrArray *journal) {
  GPtrArray *losses = g_ptr_array_new ();
  for (guint i = 0; journal != NULL && i < journal->len; i++)
    if (is_loss (journal->pdata[i]))
      g_ptr_array_add (losses, journal->pdata[i]);
  return losses;
}

static gboolean has_losses (const PoAsrunRow *row, GPtrArray *losses) {
  for (guint i = 0; g_strcmp0 (row->kind, "live") == 0 && i < losses->len; i++) {
    const PoTimeNs seen_ns = seen_at_ns (losses->pdata[i], row->rate);
    if (seen_ns >= row->actual_start_ns && seen_ns < row->actual_end_ns)
      return TRUE;
  }
  return FALSE;
}

// (transfer full) of Hold, in order
static GArray *find_holds (GPtrArray *journal) {
  GArray *holds = g_array_new (FALSE, FALSE, sizeof (Hold));
  gboolean is_held = FALSE;
  for (guint i = 0; journal != NULL && i < journal->len; i++) {
    const PoJournalEntry *entry = journal->pdata[i];
    if (is_held && po_journal_kind_ends_hold (entry->kind)) {
      g_array_index (holds, Hold, holds->len - 1).to = entry->frame;
      is_held = FALSE;
    } else if (!is_held && entry->kind == PO_JOURNAL_HOLD) {
      Hold hold = {entry->frame, G_MAXINT64};
      g_array_append_val (holds, hold);
      is_held = TRUE;
    }
  }
  return holds;
}

// Tells of each picture that an operator held, when that was. Returns how many of the row's repeated frames are left:
// those that nobody wanted.
static gint64 tally_holds (Tally *self, const PoAsrunRow *row) {
  gint64 left = row->frames_repeated;
  for (guint i = 0; i < self->holds->len && left > 0; i++) {
    const Hold *hold = &g_array_index (self->holds, Hold, i);
    const PoFrame from = MAX (hold->from, row->actual_start_frame), to = MIN (hold->to, row->actual_end_frame);
    const gint64 held = MIN (to - from, left);
    if (held <= 0)
      continue;
    add_fault (self, "held",
               row->actual_start_ns + po_duration_from_frames_floor (from - row->actual_start_frame, row->rate),
               po_duration_from_frames_floor (held, row->rate), row, "command");
    left -= held;
  }
  return left;
}

static void tally_counted (Tally *self, const PoAsrunRow *row, GPtrArray *losses) {
  const gboolean is_lost = has_losses (row, losses);
  const gint64 repeated = tally_holds (self, row);
  if (repeated > 0 && !is_lost)
    add_row_fault (self, "held", row->actual_start_ns, po_duration_from_frames_floor (repeated, row->rate), row);
  if (row->frames_filled > 0 && po_report_row_is_own (row) && !is_lost)
    add_row_fault (self, "filled", row->actual_start_ns, po_duration_from_frames_floor (row->frames_filled, row->rate),
                   row);
}

static void tally_faults (Tally *self, const PoAsrunRow *row, GPtrArray *losses) {
  if (row->status == PO_AIRING_FAILED) // whatever stood in for it, it is one fault
    add_row_fault (self, "failed", row->actual_start_ns, row->actual_end_ns - row->actual_start_ns, row);
  else
    tally_counted (self, row, losses);
  if (row->status == PO_AIRING_INTERRUPTED)
    add_row_fault (self, "interrupted", row->actual_end_ns, 0, row);
  if (g_strcmp0 (row->kind, "slate") == 0)
    add_row_fault (self, "slate", row->actual_start_ns, row->actual_end_ns - row->actual_start_ns, row);
}

static const PoAsrunRow *find_row_at (GPtrArray *rows, PoTimeNs time_ns) {
  guint low = 0, high = rows->len;
  while (low < high) {
    guint middle = low + (high - low) / 2;
    if (((const PoAsrunRow *)rows->pdata[middle])->actual_start_ns <= time_ns)
      low = middle + 1;
    else
      high = middle;
  }
  return low > 0 ? rows->pdata[low - 1] : NULL;
}

// Until when the source that @away says has gone stayed away: its return, or the end of the row that it was on.
static PoTimeNs find_return (GPtrArray *journal, guint index, const PoAsrunRow *row) {
  const PoJournalEntry *away = journal->pdata[index];
  for (guint i = index + 1; i < journal->len; i++) {
    const PoJournalEntry *entry = journal->pdata[i];
    PoTimeNs time_ns = seen_at_ns (entry, row->rate);
    if (time_ns >= row->actual_end_ns)
      break;
    if (entry->kind == PO_JOURNAL_LIVE &&
        g_strcmp0 (po_journal_entry_get (entry, "run"), po_journal_entry_get (away, "run")) == 0)
      return time_ns;
  }
  return row->actual_end_ns;
}

// Losses of live sources while they were on air: the journal has the frames.
static void tally_losses (Tally *self, GPtrArray *rows, GPtrArray *journal) {
  for (guint i = 0; journal != NULL && rows->len > 0 && i < journal->len; i++) {
    const PoJournalEntry *entry = journal->pdata[i];
    if (!is_loss (entry))
      continue;
    PoTimeNs time_ns = seen_at_ns (entry, ((const PoAsrunRow *)rows->pdata[0])->rate);
    const PoAsrunRow *row = find_row_at (rows, time_ns);
    if (time_ns < self->report->from_ns || time_ns >= self->report->to_ns || row == NULL ||
        time_ns >= row->actual_end_ns || g_strcmp0 (row->kind, "live") != 0)
      continue;
    add_row_fault (self, "source-loss", time_ns, find_return (journal, i, row) - time_ns, row);
  }
}

static void tally_absence (Tally *self, PoTimeNs from_ns, PoTimeNs to_ns) {
  if (to_ns - from_ns > PO_NS_PER_SECOND)
    add_fault (self, "off-air", from_ns, to_ns - from_ns, NULL, NULL);
}

static gint compare_clips (gconstpointer a, gconstpointer b) {
  return g_strcmp0 ((*(PoReportClip *const *)a)->media, (*(PoReportClip *const *)b)->media);
}

static gint compare_hours (gconstpointer a, gconstpointer b) {
  return g_strcmp0 ((*(PoReportHours *const *)a)->category, (*(PoReportHours *const *)b)->category);
}

static gint compare_faults (gconstpointer a, gconstpointer b) {
  const PoReportFault *left = a, *right = b;
  return left->time_ns != right->time_ns ? (left->time_ns > right->time_ns) * 2 - 1
                                         : (left->row > right->row) - (left->row < right->row);
}

void po_report_tally (PoReport *report, const PoReportSource *source, PoLedger *ledger) {
  g_autoptr (GHashTable) clips = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GHashTable) hours = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GPtrArray) losses = find_losses (source->journal);
  g_autoptr (GArray) holds = find_holds (source->journal);
  Tally tally = {report, ledger, clips, hours, holds};
  PoTimeNs aired_to_ns = source->was_on ? report->from_ns : PO_TIME_NONE;
  report->clips = g_ptr_array_new_with_free_func ((GDestroyNotify)clip_free);
  report->hours = g_ptr_array_new_with_free_func ((GDestroyNotify)hours_free);
  report->faults = g_array_new (FALSE, FALSE, sizeof (PoReportFault));
  for (guint i = 0; i < source->rows->len; i++) {
    const PoAsrunRow *row = source->rows->pdata[i];
    if (row->actual_end_ns <= report->from_ns || row->actual_start_ns >= report->to_ns)
      continue;
    tally_clip (&tally, row);
    tally_hours (&tally, row);
    tally_faults (&tally, row, losses);
    if (aired_to_ns != PO_TIME_NONE)
      tally_absence (&tally, aired_to_ns, row->actual_start_ns);
    aired_to_ns = MAX (aired_to_ns, row->actual_end_ns);
  }
  if (aired_to_ns != PO_TIME_NONE && source->is_on)
    tally_absence (&tally, aired_to_ns, report->to_ns);
  tally_losses (&tally, source->rows, source->journal);
  g_ptr_array_sort (report->clips, compare_clips);
  g_ptr_array_sort (report->hours, compare_hours);
  g_array_sort (report->faults, compare_faults);
}
