// SPDX-License-Identifier: GPL-3.0-or-later
#include "desk/turns.h"

#include "model/error.h"
#include "model/text.h"

#define MOST_WAITING 32

typedef struct {
  PoTurn turn;
  gpointer data;
} Waiting;

struct _PoTurns {
  GQueue waiting;  // Waiting, in order
  GSource *source; // (nullable) while somebody waits
};

PoTurns *po_turns_new (void) {
  PoTurns *self = g_new0 (PoTurns, 1);
  g_queue_init (&self->waiting);
  return self;
}

static void drop_source (PoTurns *self) {
  if (self->source == NULL)
    return;
  g_source_destroy (self->source);
  g_clear_pointer (&self->source, g_source_unref);
}

static void refuse (PoTurn turn, gpointer data, const gchar *why) {
  g_autoptr (GError) error = g_error_new_literal (PO_ERROR, PO_ERROR_SYSTEM, why);
  turn (error, data);
}

void po_turns_free (PoTurns *self) {
  if (self == NULL)
    return;
  drop_source (self);
  for (Waiting *one; (one = g_queue_pop_head (&self->waiting)) != NULL; g_free (one))
    refuse (one->turn, one->data, _ ("playoutd is ending"));
  g_free (self);
}

static gboolean on_turn (gpointer data) {
  PoTurns *self = data;
  g_autofree Waiting *one = g_queue_pop_head (&self->waiting);
  if (self->waiting.length == 0)
    drop_source (self);
  one->turn (NULL, one->data);
  return G_SOURCE_CONTINUE; // unless it was dropped
}

void po_turns_wait (PoTurns *self, PoTurn turn, gpointer data) {
  if (self->waiting.length >= MOST_WAITING) {
    refuse (turn, data, _ ("too many ask at once what would happen; ask again in a moment"));
    return;
  }
  Waiting *one = g_new0 (Waiting, 1);
  *one = (Waiting){turn, data};
  g_queue_push_tail (&self->waiting, one);
  if (self->source != NULL)
    return;
  self->source = g_idle_source_new ();
  g_source_set_static_name (self->source, "questions in turn");
  g_source_set_callback (self->source, on_turn, self, NULL);
  g_source_attach (self->source, g_main_context_get_thread_default ());
}
