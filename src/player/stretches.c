// SPDX-License-Identifier: GPL-3.0-or-later
#include "player/stretches.h"

#include "json/text.h"

#define MAX_LISTED 20

static void close_run (PoStretches *self) {
  const gint64 length_ns = self->run.to_ns - self->run.from_ns;
  self->open = FALSE;
  if (self->run.from_ns <= self->begin_ns)
    self->head_ns = length_ns;
  if (length_ns < self->least_ns)
    return;
  self->count++;
  self->longest_ns = MAX (self->longest_ns, length_ns);
  if (self->list == NULL)
    self->list = g_array_new (FALSE, FALSE, sizeof (PoStretch));
  if (self->list->len < MAX_LISTED)
    g_array_append_val (self->list, self->run);
}

void po_stretches_put (PoStretches *self, gboolean holds, gint64 from_ns, gint64 to_ns) {
  if (!self->started)
    self->begin_ns = from_ns;
  self->started = TRUE;
  self->end_ns = MAX (self->end_ns, to_ns);
  if (!holds && self->open)
    close_run (self);
  if (!holds)
    return;
  if (!self->open)
    self->run.from_ns = from_ns;
  self->run.to_ns = to_ns;
  self->open = TRUE;
}

void po_stretches_finish (PoStretches *self) {
  if (!self->open)
    return;
  self->tail_ns = self->run.to_ns - self->run.from_ns;
  close_run (self);
}

void po_stretches_add_json (const PoStretches *self, GString *out, const gchar *name) {
  po_json_begin (out, name, '{');
  po_json_int (out, "head_ns", self->head_ns);
  po_json_int (out, "tail_ns", self->tail_ns);
  po_json_int (out, "longest_ns", self->longest_ns);
  po_json_int (out, "count", self->count);
  po_json_begin (out, "runs", '[');
  for (guint i = 0; self->list != NULL && i < self->list->len; i++) {
    const PoStretch *run = &g_array_index (self->list, PoStretch, i);
    po_json_begin (out, NULL, '[');
    po_json_int (out, NULL, run->from_ns);
    po_json_int (out, NULL, run->to_ns);
    po_json_end (out, ']');
  }
  po_json_end (out, ']');
  po_json_end (out, '}');
}

void po_stretches_clear (PoStretches *self) {
  g_clear_pointer (&self->list, g_array_unref);
}
