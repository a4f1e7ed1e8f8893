// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/report.h"

#include <string.h>

#include "model/collate.h"
#include "report/attempt.h"
#include "report/ledger.h"
#include "report/tally.h"

#define BACK_ROWS 4

static const gchar *const state_names[] = {"aired",   "partial", "cancelled", "missed",
                                           "removed", "to_come", "withdrawn"};
G_STATIC_ASSERT (G_N_ELEMENTS (state_names) == PO_REPORT_LAST_ + 1);

const gchar *po_report_state_to_string (PoReportState state) {
  return state_names[state];
}

typedef struct {
  const PoReportSource *source;
  PoLedger *ledger;
  GHashTable *own;      // PoReportInstance -> its rows, GPtrArray of PoAsrunRow
  GHashTable *by_media; // NFC name -> GPtrArray of the PoAsrunRow that showed all of it as a programme
} Making;

static void add_own (Making *self, PoReportInstance *instance, const PoAsrunRow *row) {
  GPtrArray *rows = g_hash_table_lookup (self->own, instance);
  if (rows == NULL)
    g_hash_table_insert (self->own, instance, rows = g_ptr_array_new ());
  g_ptr_array_add (rows, (gpointer)row);
}

static void add_shown (Making *self, const gchar *media, const PoAsrunRow *row) {
  GPtrArray *rows = g_hash_table_lookup (self->by_media, media);
  if (rows == NULL)
    g_hash_table_insert (self->by_media, g_strdup (media), rows = g_ptr_array_new ());
  g_ptr_array_add (rows, (gpointer)row);
}

static void give_row (Making *self, const PoAsrunRow *row) {
  if (row->media != NULL && row->status == PO_AIRING_AIRED && g_strcmp0 (row->kind, "media") == 0) {
    g_autofree gchar *media = g_utf8_normalize (row->media, -1, G_NORMALIZE_NFC);
    add_shown (self, media != NULL ? media : row->media, row);
  }
  if (row->uid == NULL || row->instance == NULL || po_report_row_is_inserted (row) || !po_report_row_is_own (row))
    return;
  PoReportInstance *instance = po_ledger_find_or_add (self->ledger, row);
  add_own (self, instance, row);
  g_array_append_val (instance->rows, row->id);
}

static void give_rows (Making *self) {
  for (guint i = 0; i < self->source->rows->len; i++)
    give_row (self, self->source->rows->pdata[i]);
}

// The row that may still be on at @time_ns, of rows that follow each other: by bisection, and a few before it, since a
// clock may have been set back.
static guint find_first (GPtrArray *rows, PoTimeNs time_ns) {
  guint low = 0, high = rows->len;
  while (low < high) {
    guint middle = low + (high - low) / 2;
    if (((const PoAsrunRow *)rows->pdata[middle])->actual_start_ns < time_ns)
      low = middle + 1;
    else
      high = middle;
  }
  return low > BACK_ROWS ? low - BACK_ROWS : 0;
}

// Why nothing of it was shown, by what was on air in its slot. What stood in for it becomes its rows.
static const gchar *find_why (GPtrArray *rows, PoReportInstance *instance) {
  const gchar *why = "off-air", *said = NULL;
  for (guint i = find_first (rows, instance->start_ns); i < rows->len; i++) {
    const PoAsrunRow *row = rows->pdata[i];
    if (row->actual_start_ns >= instance->end_ns)
      break;
    if (row->actual_end_ns <= instance->start_ns)
      continue;
    if (g_strcmp0 (row->uid, instance->uid) == 0 && g_strcmp0 (row->instance, instance->instance) == 0) {
      if (said == NULL)
        said = row->reason != NULL ? row->reason : po_airing_status_to_string (row->status);
      if (!po_report_row_is_own (row)) // its own it has already
        g_array_append_val (instance->rows, row->id);
      continue;
    }
    if (po_report_row_is_own (row))
      why = "pre-empted";
    else if (g_str_equal (why, "off-air"))
      why = "not-aired";
  }
  return said != NULL ? said : why;
}

// The clip's own end, where that is known.
static gboolean is_at_its_end (const PoReportSource *source, const PoAsrunRow *row) {
  const gint64 length_ns =
      source->length_ns != NULL && row->media_hash != NULL ? source->length_ns (row->media_hash, source->user) : 0;
  const gint64 frame_ns = po_duration_from_frames_floor (1, row->rate) + 1;
  const PoFrame frames = row->actual_end_frame - row->actual_start_frame;
  return length_ns > 0 && row->som_ns + po_duration_from_frames_floor (frames, row->rate) + frame_ns >= length_ns;
}

// Whether @row begins a fixed event of another programme that cuts in at @time_ns.
static gboolean cuts_in (Making *self, const PoAsrunRow *row, PoTimeNs time_ns, const PoReportInstance *instance) {
  const gint64 frame_ns = po_duration_from_frames_floor (1, row->rate) + 1;
  if (!po_report_row_is_own (row) || row->uid == NULL || row->instance == NULL ||
      ABS (row->actual_start_ns - time_ns) > frame_ns)
    return FALSE;
  if (po_report_row_is_inserted (row))
    return TRUE;
  const PoReportInstance *of = po_ledger_find (self->ledger, row->uid, row->instance);
  return of != NULL && of != instance && ABS (of->start_ns - time_ns) <= frame_ns;
}

// What another programme that cut in took of its slot for good. The plan had known, so that the rows themselves show
// all that was planned of them.
static gint64 cut_off_ns (Making *self, const PoReportInstance *instance, GPtrArray *own) {
  GPtrArray *rows = self->source->rows;
  const PoAsrunRow *last = own->pdata[0];
  for (guint i = 1; i < own->len; i++)
    if (((const PoAsrunRow *)own->pdata[i])->actual_end_ns >= last->actual_end_ns)
      last = own->pdata[i];
  const PoTimeNs end_ns = last->actual_end_ns;
  if (end_ns + PO_NS_PER_SECOND >= instance->end_ns)
    return 0;
  for (guint i = find_first (rows, end_ns); i < rows->len; i++) {
    const PoAsrunRow *row = rows->pdata[i];
    if (row->actual_start_ns > end_ns + PO_NS_PER_SECOND)
      break;
    if (cuts_in (self, row, end_ns, instance))
      return is_at_its_end (self->source, last) ? 0 : instance->end_ns - end_ns;
  }
  return 0;
}

// Why not all of it was shown: what the log, or who corrected it, has of the row that broke off or lacked something.
static const gchar *find_why_in_part (GPtrArray *own, gint64 cut_ns) {
  static const gchar *const plain[] = {"planned", "return", NULL};
  for (guint i = own->len; i-- > 0;) {
    const PoAsrunRow *row = own->pdata[i];
    if (row->status == PO_AIRING_AIRED)
      continue;
    if (row->corrected_why != NULL)
      return row->corrected_why;
    if (row->reason != NULL && !g_strv_contains (plain, row->reason))
      return row->reason;
    if (row->status != PO_AIRING_PARTIAL)
      return po_airing_status_to_string (row->status);
  }
  return cut_ns > 0 ? "pre-empted" : NULL;
}

static void judge (Making *self, PoReportInstance *instance) {
  GPtrArray *rows = g_hash_table_lookup (self->own, instance);
  instance->moved = instance->start_ns != instance->original_ns;
  if (rows != NULL) {
    PoReportShown shown = po_report_judge (rows, instance, self->source->journal);
    const gint64 cut_ns = shown.full && !shown.on_air ? cut_off_ns (self, instance, rows) : 0;
    shown.full = shown.full && cut_ns == 0;
    instance->shown_ns = shown.shown_ns;
    instance->lost_ns = shown.lost_ns + cut_ns;
    instance->aired_ns = shown.first_ns;
    if (shown.any && (shown.full || !shown.on_air))
      instance->state = shown.full && !shown.on_air ? PO_REPORT_AIRED : PO_REPORT_PARTIAL;
    if (shown.on_air)
      instance->state = PO_REPORT_TO_COME;
    if (instance->state == PO_REPORT_PARTIAL)
      instance->why = g_strdup (find_why_in_part (rows, cut_ns));
  }
  if (instance->state == PO_REPORT_TO_COME && (rows == NULL || instance->shown_ns == 0) &&
      MAX (instance->end_ns, instance->start_ns + 1) <= self->source->now_ns) {
    instance->state = PO_REPORT_MISSED;
    instance->why = g_strdup (find_why (self->source->rows, instance));
  }
  instance->owed = instance->state == PO_REPORT_MISSED || instance->state == PO_REPORT_REMOVED ||
                   instance->state == PO_REPORT_PARTIAL;
}

// What somebody recorded of an obligation that was not met.
static void apply_corrections (Making *self) {
  GPtrArray *corrections = self->source->corrections;
  for (guint i = 0; corrections != NULL && i < corrections->len; i++) {
    const PoCorrection *correction = corrections->pdata[i];
    PoReportInstance *instance =
        correction->airing == 0 ? po_ledger_find (self->ledger, correction->uid, correction->instance) : NULL;
    if (instance == NULL || instance->state == PO_REPORT_AIRED)
      continue;
    instance->state = g_str_equal (correction->status, "withdrawn") ? PO_REPORT_WITHDRAWN : PO_REPORT_CANCELLED;
    instance->owed = FALSE;
    g_free (instance->who);
    g_free (instance->why);
    instance->who = g_strdup (correction->who);
    instance->why = g_strdup (correction->why);
    instance->decided_ns = correction->utc_ns;
  }
}

// Repeats.

static gchar *media_key (const PoReportInstance *instance) {
  return g_strdup_printf ("%s\t%s", instance->series_uid, instance->media);
}

// How many instances of a series show the same file: one that airs each day is not a repeat of itself.
static GHashTable *count_media (GPtrArray *instances) {
  GHashTable *counts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  for (guint i = 0; i < instances->len; i++) {
    const PoReportInstance *instance = instances->pdata[i];
    gchar *key = instance->media != NULL ? media_key (instance) : NULL;
    if (key != NULL)
      g_hash_table_replace (counts, key, GUINT_TO_POINTER (GPOINTER_TO_UINT (g_hash_table_lookup (counts, key)) + 1));
  }
  return counts;
}

// The first airing, in full, of the same file after the slot, in another series or at an operator's command, that has
// not made up another.
static const PoAsrunRow *find_repeat (Making *self, const PoReportInstance *instance, GHashTable *used) {
  const GPtrArray *rows = g_hash_table_lookup (self->by_media, instance->media);
  for (guint i = 0; rows != NULL && i < rows->len; i++) {
    const PoAsrunRow *row = rows->pdata[i];
    if (row->actual_start_ns < instance->end_ns || g_hash_table_contains (used, row))
      continue;
    const PoReportInstance *of =
        row->uid != NULL && row->instance != NULL ? po_ledger_find (self->ledger, row->uid, row->instance) : NULL;
    if (of == NULL || (of->state == PO_REPORT_AIRED && !g_str_equal (of->series_uid, instance->series_uid)))
      return row;
  }
  return NULL;
}

static void make_up (Making *self) {
  GPtrArray *instances = po_ledger_all (self->ledger);
  g_autoptr (GHashTable) counts = count_media (instances);
  g_autoptr (GHashTable) used = g_hash_table_new (NULL, NULL);
  for (guint i = 0; i < instances->len; i++) {
    PoReportInstance *instance = instances->pdata[i];
    g_autofree gchar *key = instance->owed && instance->media != NULL ? media_key (instance) : NULL;
    if (key == NULL || GPOINTER_TO_UINT (g_hash_table_lookup (counts, key)) != 1)
      continue;
    const PoAsrunRow *row = find_repeat (self, instance, used);
    if (row == NULL)
      continue;
    g_hash_table_add (used, (gpointer)row);
    instance->made_up = TRUE;
    instance->made_up_row = row->id;
    instance->owed = FALSE;
  }
}

// Series.

static void series_free (PoReportSeries *self) {
  g_free (self->uid);
  g_free (self->title);
  g_ptr_array_unref (self->instances);
  g_free (self);
}

static gint compare_instances (gconstpointer a, gconstpointer b) {
  const PoReportInstance *left = *(PoReportInstance *const *)a, *right = *(PoReportInstance *const *)b;
  return left->original_ns != right->original_ns ? (left->original_ns > right->original_ns) * 2 - 1
                                                 : g_strcmp0 (left->uid, right->uid);
}

static gint compare_series (gconstpointer a, gconstpointer b) {
  const PoReportSeries *left = *(PoReportSeries *const *)a, *right = *(PoReportSeries *const *)b;
  gint by_title = po_text_collate (left->title, right->title);
  return by_title != 0 ? by_title : g_strcmp0 (left->uid, right->uid);
}

static gint compare_int64 (gconstpointer a, gconstpointer b) {
  gint64 left = *(const gint64 *)a, right = *(const gint64 *)b;
  return (left > right) - (left < right);
}

// The middle one of the steps from one original start to the next.
static gint64 find_step (GPtrArray *instances) {
  g_autoptr (GArray) steps = g_array_new (FALSE, FALSE, sizeof (gint64));
  for (guint i = 1; i < instances->len; i++) {
    const PoReportInstance *before = instances->pdata[i - 1], *after = instances->pdata[i];
    gint64 step = after->original_ns - before->original_ns;
    g_array_append_val (steps, step);
  }
  g_array_sort (steps, compare_int64);
  return steps->len > 0 ? g_array_index (steps, gint64, steps->len / 2) : 0;
}

// What most of them are called; one of them may have a name of its own. Of two as frequent the later.
static const gchar *find_title (GPtrArray *instances) {
  g_autoptr (GHashTable) counts = g_hash_table_new (g_str_hash, g_str_equal);
  const gchar *found = NULL;
  guint most = 0;
  for (guint i = 0; i < instances->len; i++) {
    gchar *title = ((PoReportInstance *)instances->pdata[i])->title;
    const guint count = GPOINTER_TO_UINT (g_hash_table_lookup (counts, title != NULL ? title : "")) + 1;
    g_hash_table_insert (counts, title != NULL ? title : (gchar *)"", GUINT_TO_POINTER (count));
    found = count >= most ? title : found;
    most = MAX (most, count);
  }
  return found;
}

static void sum_up (PoReportSeries *self) {
  g_ptr_array_sort (self->instances, compare_instances);
  self->live = TRUE;
  for (guint i = 0; i < self->instances->len; i++) {
    const PoReportInstance *instance = self->instances->pdata[i];
    self->planned += instance->state != PO_REPORT_WITHDRAWN;
    self->count[instance->state]++;
    self->moved += instance->moved;
    self->made_up += instance->made_up;
    self->owed += instance->owed;
    self->shown_ns += instance->shown_ns;
    self->live = self->live && instance->live;
  }
  self->title = g_strdup (find_title (self->instances));
  self->step_ns = find_step (self->instances);
}

static GPtrArray *collect_series (Making *self, PoTimeNs from_ns, PoTimeNs to_ns) {
  GPtrArray *all = po_ledger_all (self->ledger);
  GPtrArray *list = g_ptr_array_new_with_free_func ((GDestroyNotify)series_free);
  g_autoptr (GHashTable) by_uid = g_hash_table_new (g_str_hash, g_str_equal);
  g_ptr_array_set_free_func (all, NULL); // who is in the window goes over to its series
  for (guint i = 0; i < all->len; i++) {
    PoReportInstance *instance = all->pdata[i];
    if (instance->original_ns < from_ns || instance->original_ns >= to_ns) {
      po_report_instance_free (instance);
      continue;
    }
    PoReportSeries *series = g_hash_table_lookup (by_uid, instance->series_uid);
    if (series == NULL) {
      series = g_new0 (PoReportSeries, 1);
      series->uid = g_strdup (instance->series_uid);
      series->instances = g_ptr_array_new_with_free_func ((GDestroyNotify)po_report_instance_free);
      g_hash_table_insert (by_uid, series->uid, series);
      g_ptr_array_add (list, series);
    }
    g_ptr_array_add (series->instances, instance);
  }
  g_ptr_array_set_size (all, 0);
  g_ptr_array_foreach (list, (GFunc)(void (*) (void))sum_up, NULL);
  g_ptr_array_sort (list, compare_series);
  return list;
}

// What became of every obligation that @making's ledger holds.
static void judge_all (Making *self) {
  GPtrArray *all = po_ledger_all (self->ledger);
  give_rows (self);
  for (guint i = 0; i < all->len; i++)
    judge (self, all->pdata[i]);
  apply_corrections (self);
}

static void making_init (Making *self, const PoReportSource *source) {
  self->source = source;
  self->ledger = po_ledger_new (source);
  self->own = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify)g_ptr_array_unref);
  self->by_media = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_ptr_array_unref);
  judge_all (self);
}

static void making_clear (Making *self) {
  po_ledger_free (self->ledger);
  g_hash_table_unref (self->own);
  g_hash_table_unref (self->by_media);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Making, making_clear)

PoReport *po_report_make (const PoReportSource *source, PoTimeNs from_ns, PoTimeNs to_ns) {
  g_auto (Making) making;
  PoReport *self = g_new0 (PoReport, 1);
  self->from_ns = from_ns;
  self->to_ns = to_ns;
  making_init (&making, source);
  make_up (&making);
  po_report_tally (self, source, making.ledger);
  self->series = collect_series (&making, from_ns, to_ns);
  return self;
}

gboolean po_report_find (const PoReportSource *source, const gchar *uid, const gchar *instance,
                         PoReportState *ret_state) {
  g_auto (Making) making;
  making_init (&making, source);
  const PoReportInstance *found = po_ledger_find (making.ledger, uid, instance);
  if (found != NULL)
    *ret_state = found->state;
  return found != NULL;
}

void po_report_free (PoReport *self) {
  if (self == NULL)
    return;
  g_ptr_array_unref (self->series);
  g_ptr_array_unref (self->clips);
  g_ptr_array_unref (self->hours);
  g_array_unref (self->faults);
  g_free (self);
}
