// SPDX-License-Identifier: GPL-3.0-or-later
// One INSERT a row, bound by position; the column order is that of schema.c.
#include "log/pen.h"

typedef enum { JOURNAL, EVENT, MARK, ALARM, MEASURE, N_STATEMENTS } Statement;

struct _PoLogPen {
  PoSql *db; // borrowed
  PoLogTarget target;
  PoSqlStatement *statements[N_STATEMENTS]; // NULL: not needed yet
};

PoLogPen *po_log_pen_new (PoSql *db, const PoLogTarget *target) {
  PoLogPen *self = g_new0 (PoLogPen, 1);
  self->db = db;
  self->target = *target;
  return self;
}

void po_log_pen_free (PoLogPen *self) {
  if (self == NULL)
    return;
  for (guint i = 0; i < N_STATEMENTS; i++)
    sqlite3_finalize (self->statements[i]);
  g_free (self);
}

// Alarms are numbered within a target, measures told by their airing alone: a row whose fate was unknown after a failed
// commit is written once.
static gchar *text_of (const PoLogTarget *target, Statement which) {
  switch (which) {
  case JOURNAL:
    return g_strdup_printf ("INSERT INTO %s VALUES (?,?,?,?,?,?,?,?,?,?,?)", target->journal);
  case EVENT:
    return g_strdup_printf ("INSERT INTO %s VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
                            target->events);
  case MARK:
    return g_strdup_printf (
        "INSERT INTO %s VALUES (?,?,?,?,?,?,?,?) ON CONFLICT (airing) DO UPDATE SET frame = excluded.frame,"
        " k = max (k, excluded.k), utc_ns = excluded.utc_ns, shown = excluded.shown, repeated = excluded.repeated,"
        " filled = excluded.filled, open = excluded.open WHERE open = 1",
        target->marks);
  case ALARM:
    return g_strdup (
        "INSERT INTO main.alarm_event (epoch, number, utc_ns, event, alarm, severity, since_ns, uid,"
        " instance, title, text, what_to_do, who, node) SELECT ?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14"
        " WHERE NOT EXISTS (SELECT 1 FROM main.alarm_event WHERE epoch = ?1 AND number = ?2 AND utc_ns = ?3)");
  case MEASURE:
    return g_strdup ("INSERT INTO main.measure (airing, black, silent, frozen, loudness_mlufs, true_peak_mdb)"
                     " SELECT ?1,?2,?3,?4,?5,?6 WHERE NOT EXISTS (SELECT 1 FROM main.measure WHERE airing = ?1)");
  case N_STATEMENTS:
    break;
  }
  g_assert_not_reached ();
}

// Binds one value after the other.
typedef struct {
  PoSqlStatement *statement;
  gint next;
} Binder;

static gboolean begin (PoLogPen *self, Statement which, Binder *ret_binder, GError **error) {
  if (self->statements[which] == NULL) {
    g_autofree gchar *text = text_of (&self->target, which);
    self->statements[which] = po_sql_prepare (self->db, text, error);
  }
  *ret_binder = (Binder){self->statements[which], 1};
  return ret_binder->statement != NULL;
}

// Leaves the statement as it was made, whatever came of it: what was bound is not its own.
static gboolean finish (Binder *binder, GError **error) {
  const gboolean done = po_sql_step (binder->statement, NULL, error);
  sqlite3_reset (binder->statement);
  sqlite3_clear_bindings (binder->statement);
  return done;
}

static void bind_int (Binder *binder, gint64 value) {
  sqlite3_bind_int64 (binder->statement, binder->next++, value);
}

static void bind_int_or_null (Binder *binder, gint64 value, gint64 none) {
  if (value == none)
    binder->next++;
  else
    bind_int (binder, value);
}

static void bind_text (Binder *binder, const gchar *value) {
  po_sql_bind_text (binder->statement, binder->next++, value);
}

static void bind_writer (Binder *binder, const PoLogTarget *target) {
  bind_text (binder, target->node);
  bind_int (binder, target->base.epoch + 1);
}

static gboolean write_journal (PoLogPen *self, const PoLogRow *row, GError **error) {
  Binder binder;
  g_autofree gchar *args = po_log_args_to_json (row->entry->args);
  if (!begin (self, JOURNAL, &binder, error))
    return FALSE;
  bind_int (&binder, self->target.base.seq + row->id);
  bind_int (&binder, row->entry->frame);
  bind_int (&binder, row->rate.fps_n);
  bind_int (&binder, row->rate.fps_d);
  bind_int (&binder, po_frame_to_time_floor (row->entry->frame, row->rate));
  bind_int (&binder, row->entry->utc_ns);
  bind_text (&binder, po_journal_kind_to_string (row->entry->kind));
  bind_text (&binder, row->entry->who);
  bind_text (&binder, args);
  bind_writer (&binder, &self->target);
  return finish (&binder, error);
}

static gboolean write_mark (PoLogPen *self, gint64 airing, const PoAiringMark *mark, gboolean open, GError **error) {
  Binder binder;
  const gint64 values[] = {
      self->target.base.id + airing, mark->frame,         mark->k,     mark->utc_ns, mark->frames_shown,
      mark->frames_repeated,         mark->frames_filled, open ? 1 : 0};
  if (!begin (self, MARK, &binder, error))
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (values); i++)
    bind_int (&binder, values[i]);
  return finish (&binder, error);
}

gboolean po_log_pen_mark (PoLogPen *self, gint64 airing, const PoAiringMark *mark, GError **error) {
  return write_mark (self, airing, mark, TRUE, error);
}

static void bind_event (Binder *binder, const PoLogRow *self, const PoLogTarget *target, const gchar *event,
                        PoFrame frame, gint64 k, PoTimeNs utc_ns) {
  bind_int (binder, target->base.id + self->id);
  bind_int (binder, target->base.id + self->airing);
  bind_text (binder, event);
  bind_int (binder, frame);
  bind_int (binder, k);
  bind_int (binder, utc_ns);
  bind_int (binder, self->rate.fps_n);
  bind_int (binder, self->rate.fps_d);
}

static void bind_start (Binder *binder, const PoLogRow *self, const PoLogTarget *target) {
  const PoAiringStart *start = &self->start;
  bind_event (binder, self, target, "start", start->frame, start->k, start->utc_ns);
  bind_text (binder, start->channel);
  bind_text (binder, start->uid);
  bind_text (binder, start->instance);
  bind_int_or_null (binder, start->part, -1);
  bind_text (binder, start->title);
  bind_text (binder, start->media);
  bind_text (binder, start->media_hash);
  bind_text (binder, po_item_kind_to_string (start->kind));
  bind_text (binder, po_reason_to_string (start->reason));
  bind_text (binder, start->has_start_type ? po_start_type_to_string (start->start_type) : NULL);
  bind_int_or_null (binder, start->planned_start_frame, PO_FRAME_NONE);
  bind_int_or_null (binder, start->planned_start_ns, PO_TIME_NONE);
  bind_int_or_null (binder, start->planned_duration_frames, -1);
  bind_int_or_null (binder, start->som_ns, -1);
  binder->next += 4; // shown, repeated, filled, status come with the closing event
  bind_writer (binder, target);
}

// After node and epoch: version 2 added them.
static void bind_measures (Binder *binder, const PoAiringMeasures *measures) {
  bind_int_or_null (binder, measures->has_pictures ? measures->frames_black : -1, -1);
  bind_int_or_null (binder, measures->has_pictures ? measures->frames_silent : -1, -1);
  bind_int_or_null (binder, measures->has_loudness ? measures->loudness_mlufs : G_MININT64, G_MININT64);
  bind_int_or_null (binder, measures->has_loudness ? measures->true_peak_mdb : G_MININT64, G_MININT64);
}

static void bind_close (Binder *binder, const PoLogRow *self, const PoLogTarget *target) {
  const PoAiringMark *mark = &self->mark;
  bind_event (binder, self, target, self->status == PO_AIRING_INTERRUPTED ? "interrupted" : "end", mark->frame, mark->k,
              mark->utc_ns);
  binder->next += 8; // channel … kind stand in the start
  bind_text (binder, self->reason);
  binder->next += 5; // start_type … som_ns likewise
  bind_int (binder, mark->frames_shown);
  bind_int (binder, mark->frames_repeated);
  bind_int (binder, mark->frames_filled);
  bind_text (binder, po_airing_status_to_string (self->status));
  bind_writer (binder, target);
  bind_measures (binder, &mark->measures);
}

static gboolean write_event (PoLogPen *self, const PoLogRow *row, GError **error) {
  Binder binder;
  const gboolean starts = row->kind == PO_LOG_ROW_START;
  const PoAiringMark at_start = {.frame = row->start.frame, .k = row->start.k, .utc_ns = row->start.utc_ns};
  if (!begin (self, EVENT, &binder, error))
    return FALSE;
  if (starts)
    bind_start (&binder, row, &self->target);
  else
    bind_close (&binder, row, &self->target);
  return finish (&binder, error) && write_mark (self, row->airing, starts ? &at_start : &row->mark, starts, error);
}

static gboolean write_alarm (PoLogPen *self, const PoLogRow *row, GError **error) {
  Binder binder;
  const PoAlarm *alarm = row->alarm;
  if (!begin (self, ALARM, &binder, error))
    return FALSE;
  bind_int (&binder, self->target.base.epoch + 1);
  bind_int (&binder, row->id);
  bind_int (&binder, row->utc_ns);
  bind_text (&binder, po_alarm_change_to_string (row->change));
  bind_text (&binder, alarm->id);
  bind_text (&binder, po_severity_to_string (alarm->severity));
  bind_int (&binder, alarm->since_ns);
  bind_text (&binder, alarm->uid);
  bind_text (&binder, alarm->instance);
  bind_text (&binder, alarm->title);
  bind_text (&binder, alarm->text);
  bind_text (&binder, alarm->what_to_do);
  bind_text (&binder, alarm->acknowledged_by);
  bind_text (&binder, self->target.node);
  return finish (&binder, error);
}

static gboolean write_measure (PoLogPen *self, const PoLogRow *row, GError **error) {
  Binder binder;
  const PoAiringMeasures *measures = &row->mark.measures;
  if (!begin (self, MEASURE, &binder, error))
    return FALSE;
  bind_int (&binder, self->target.base.id + row->airing);
  bind_int_or_null (&binder, measures->has_pictures ? measures->frames_black : -1, -1);
  bind_int_or_null (&binder, measures->has_pictures ? measures->frames_silent : -1, -1);
  bind_int_or_null (&binder, measures->has_pictures ? measures->frames_frozen : -1, -1);
  bind_int_or_null (&binder, measures->has_loudness ? measures->loudness_mlufs : G_MININT64, G_MININT64);
  bind_int_or_null (&binder, measures->has_loudness ? measures->true_peak_mdb : G_MININT64, G_MININT64);
  return finish (&binder, error);
}

gboolean po_log_pen_write (PoLogPen *self, const PoLogRow *row, GError **error) {
  switch (row->kind) {
  case PO_LOG_ROW_JOURNAL:
    return write_journal (self, row, error);
  case PO_LOG_ROW_START:
  case PO_LOG_ROW_CLOSE:
    return write_event (self, row, error);
  case PO_LOG_ROW_ALARM:
    return write_alarm (self, row, error);
  case PO_LOG_ROW_MEASURE:
    return write_measure (self, row, error);
  }
  g_assert_not_reached ();
}
