// SPDX-License-Identifier: GPL-3.0-or-later
#include "rehearsal/recorder.h"

#include "model/text.h"

#define N_LATEST 8 // airings whose measures may still come

typedef struct {
  gint64 airing, from_k;
} Latest;

struct _PoRecorder {
  PoLog *log; // borrowed
  gchar *channel;
  PoRate rate;
  gint64 airing; // id of the open airing; 0 = none
  PoItemKind kind;
  PoFrame item_start; // in the rundown; the airing may begin later
  gint64 planned_frames;
  gchar *reason; // (nullable)
  PoAiringMark mark;
  PoRecorderTotals totals; // of airings that are over
  Latest latest[N_LATEST];
  guint next; // of them to be written over
};

PoRecorder *po_recorder_new (PoLog *log, const gchar *channel, PoRate rate) {
  PoRecorder *self = g_new0 (PoRecorder, 1);
  self->log = log;
  self->channel = g_strdup (channel);
  self->rate = rate;
  return self;
}

void po_recorder_free (PoRecorder *self) {
  if (self == NULL)
    return;
  g_free (self->channel);
  g_free (self->reason);
  g_free (self);
}

static void set_mark (PoRecorder *self, const PoHeadEvent *event) {
  self->mark = (PoAiringMark){.frame = event->n,
                              .k = event->k,
                              .utc_ns = event->utc_ns,
                              .frames_shown = event->counts.shown,
                              .frames_repeated = event->counts.repeated,
                              .frames_filled = event->counts.filled,
                              .frames_damaged = event->counts.damaged,
                              .frames_unheard = event->counts.unheard};
}

static void begin (PoRecorder *self, const PoHeadEvent *event) {
  PoAiringStart start;
  if (event->item == NULL)
    return;
  po_airing_start_from_item (&start, event->item, self->channel, self->rate, event->n, event->k, event->utc_ns);
  self->airing = po_log_append_start (self->log, &start);
  self->latest[self->next++ % N_LATEST] = (Latest){self->airing, event->k};
  self->kind = event->item->kind;
  self->item_start = event->item->start;
  self->planned_frames = start.planned_duration_frames;
}

static void add_mark (PoRecorderTotals *totals, PoItemKind kind, const PoAiringMark *mark) {
  totals->shown += mark->frames_shown;
  totals->repeated += mark->frames_repeated;
  totals->filled += mark->frames_filled;
  totals->by_kind[kind] += mark->frames_shown + mark->frames_repeated + mark->frames_filled;
}

static G_GNUC_PRINTF (2, 3) void add_words (GString *text, const gchar *format, ...) {
  va_list values;
  if (text->len > 0)
    g_string_append (text, "; ");
  va_start (values, format);
  g_string_append_vprintf (text, format, values);
  va_end (values);
}

// Why it was not whole, with what of its clip was damaged. (transfer full) (nullable)
static gchar *reason_of (const PoRecorder *self) {
  const gint64 damaged = self->mark.frames_damaged, unheard = self->mark.frames_unheard;
  g_autoptr (GString) text = g_string_new (self->reason);
  if (damaged > 0)
    add_words (text, NG_ ("%d picture damaged in the clip", "%d pictures damaged in the clip", (gulong)damaged),
               (gint)damaged);
  if (unheard > 0)
    add_words (
        text,
        NG_ ("sound missing in the clip for %d frame", "sound missing in the clip for %d frames", (gulong)unheard),
        (gint)unheard);
  return text->len > 0 ? g_string_free (g_steal_pointer (&text), FALSE) : NULL;
}

static void end (PoRecorder *self) {
  if (self->airing == 0)
    return;
  g_autofree gchar *said = reason_of (self), *reason = po_text_pick (said, NULL); // the record has one language
  const PoAiringStatus status = po_airing_judge (self->kind, self->planned_frames, &self->mark, self->rate);
  po_log_append_end (self->log, self->airing, &self->mark, status, reason);
  add_mark (&self->totals, self->kind, &self->mark);
  self->totals.by_status[status]++;
  self->airing = 0;
  g_clear_pointer (&self->reason, g_free);
}

void po_recorder_take_event (PoRecorder *self, const PoHeadEvent *event) {
  switch (event->kind) {
  case PO_HEAD_START:
    end (self); // an end that the queue had no room for: the last mark stands for it
    set_mark (self, event);
    begin (self, event);
    break;
  case PO_HEAD_SCREEN: // what stood in until then must not be forgotten by a kill; the counts end before its frame
    set_mark (self, event);
    if (self->airing != 0)
      po_log_append_mark (self->log, self->airing, &self->mark);
    break;
  case PO_HEAD_CHECKPOINT:
    set_mark (self, event);
    self->mark.frame++; // the counts hold the event's own frame
    self->mark.k++;
    self->mark.utc_ns += po_duration_from_frames_floor (1, self->rate);
    if (self->airing != 0)
      po_log_append_mark (self->log, self->airing, &self->mark);
    break;
  case PO_HEAD_END:
    set_mark (self, event);
    end (self);
    break;
  case PO_HEAD_SOURCE_ENDED:
  case PO_HEAD_SOURCE_GONE:
  case PO_HEAD_FINISHED:
    break;
  }
}

void po_recorder_take_measures (PoRecorder *self, gint64 from_k, const PoAiringMeasures *measures) {
  for (guint i = 0; i < N_LATEST; i++) {
    if (self->latest[i].airing != 0 && self->latest[i].from_k == from_k) {
      po_log_append_measures (self->log, self->latest[i].airing, measures);
      self->latest[i].airing = 0;
      return;
    }
  }
}

void po_recorder_set_reason (PoRecorder *self, const gchar *reason) {
  g_free (self->reason);
  self->reason = g_strdup (reason);
}

const PoAiringMark *po_recorder_mark (PoRecorder *self, const PoItem *item) {
  return self->airing != 0 && self->item_start == item->start ? &self->mark : NULL;
}

void po_recorder_totals (PoRecorder *self, PoRecorderTotals *ret_totals) {
  *ret_totals = self->totals;
  if (self->airing != 0)
    add_mark (ret_totals, self->kind, &self->mark);
}
