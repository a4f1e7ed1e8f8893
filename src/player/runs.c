// SPDX-License-Identifier: GPL-3.0-or-later
#include "player/runs.h"

#include "model/json-text.h"

#define MAX_LISTED 20

static void close_run (PoRuns *self) {
  const gint64 length_ns = self->run.to_ns - self->run.from_ns;
  self->open = FALSE;
  if (self->run.from_ns <= self->begin_ns)
    self->head_ns = length_ns;
  if (length_ns < self->least_ns)
    return;
  self->count++;
  self->longest_ns = MAX (self->longest_ns, length_ns);
  if (self->list == NULL)
    self->list = g_array_new (FALSE, FALSE, sizeof (PoRun));
  if (self->list->len < MAX_LISTED)
    g_array_append_val (self->list, self->run);
}

void po_runs_put (PoRuns *self, gboolean holds, gint64 from_ns, gint64 to_ns) {
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

void po_runs_finish (PoRuns *self) {
  if (!self->open)
    return;
  self->tail_ns = self->run.to_ns - self->run.from_ns;
  close_run (self);
}

void po_runs_add_json (const PoRuns *self, GString *out, const gchar *name) {
  g_autoptr (GString) object = g_string_new ("{");
  po_json_int (object, "head_ns", self->head_ns);
  po_json_int (object, "tail_ns", self->tail_ns);
  po_json_int (object, "longest_ns", self->longest_ns);
  po_json_int (object, "count", self->count);
  g_string_append (object, ",\"runs\":[");
  for (guint i = 0; self->list != NULL && i < self->list->len; i++) {
    const PoRun *run = &g_array_index (self->list, PoRun, i);
    g_string_append_printf (object, "%s[%" G_GINT64_FORMAT ",%" G_GINT64_FORMAT "]", i > 0 ? "," : "", run->from_ns,
                            run->to_ns);
  }
  g_string_append (object, "]}");
  po_json_raw (out, name, object->str);
}

void po_runs_clear (PoRuns *self) {
  g_clear_pointer (&self->list, g_array_unref);
}
