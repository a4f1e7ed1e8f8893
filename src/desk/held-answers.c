// SPDX-License-Identifier: GPL-3.0-or-later
#include "desk/held-answers.h"

#define HOLD_MS 250

struct _PoHeldAnswers {
  PoLog *log;
  GPtrArray *held; // of Held
};

typedef struct {
  PoHeldAnswers *owner;
  GSource *source; // that gives it
  JsonNode *answer;
  PoControlDone done;
  gpointer data;
} Held;

// It is given on the way out, whoever lets go of it.
static void held_free (gpointer data) {
  Held *self = data;
  g_source_destroy (self->source);
  g_source_unref (self->source);
  self->done (g_steal_pointer (&self->answer), NULL, self->data);
  g_free (self);
}

static gboolean on_written (gpointer user) {
  Held *held = user;
  g_ptr_array_remove_fast (held->owner->held, held);
  return G_SOURCE_REMOVE;
}

PoHeldAnswers *po_held_answers_new (PoLog *log) {
  PoHeldAnswers *self = g_new0 (PoHeldAnswers, 1);
  self->log = log;
  self->held = g_ptr_array_new_with_free_func (held_free);
  return self;
}

void po_held_answers_free (PoHeldAnswers *self) {
  if (self == NULL)
    return;
  g_ptr_array_unref (self->held);
  g_free (self);
}

void po_held_answers_hold (PoHeldAnswers *self, JsonNode *answer, PoControlDone done, gpointer data) {
  Held *held = g_new0 (Held, 1);
  *held = (Held){self, NULL, answer, done, data};
  held->source = po_log_when_written (self->log, HOLD_MS, on_written, held);
  g_ptr_array_add (self->held, held);
}
