// SPDX-License-Identifier: GPL-3.0-or-later
// Snapshots for the head and their way there and back.
#include "program/head-view.h"

PoHeadPlan *po_head_plan_new (PoRundown *rundown) {
  PoHeadPlan *self = g_new0 (PoHeadPlan, 1);
  self->ref_count = 1;
  self->rundown = po_rundown_ref (rundown);
  self->keys = g_ptr_array_new_full (po_rundown_size (rundown), g_free);
  for (guint i = 0; i < po_rundown_size (rundown); i++)
    g_ptr_array_add (self->keys, po_item_run_key (po_rundown_item (rundown, i)));
  return self;
}

PoHeadPlan *po_head_plan_ref (PoHeadPlan *self) {
  g_atomic_int_inc (&self->ref_count);
  return self;
}

void po_head_plan_unref (PoHeadPlan *self) {
  if (self == NULL || !g_atomic_int_dec_and_test (&self->ref_count))
    return;
  po_rundown_unref (self->rundown);
  g_ptr_array_unref (self->keys);
  g_free (self);
}

static GHashTable *sources_new (void) {
  return g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)po_source_unref);
}

static GHashTable *cards_new (void) {
  return g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)po_image_unref);
}

PoHeadView *po_head_view_new (PoImage *slate) {
  PoHeadView *self = g_new0 (PoHeadView, 1);
  PoOffset origin = {0, 0};
  self->sources = sources_new ();
  self->cards = cards_new ();
  self->slate = po_image_ref (slate);
  self->offsets = g_array_new (FALSE, FALSE, sizeof (PoOffset));
  g_array_append_val (self->offsets, origin);
  return self;
}

PoHeadView *po_head_view_copy (const PoHeadView *self) {
  PoHeadView *copy = g_new0 (PoHeadView, 1);
  GHashTableIter iter;
  gpointer key, value;
  copy->plan = self->plan != NULL ? po_head_plan_ref (self->plan) : NULL;
  copy->sources = sources_new ();
  g_hash_table_iter_init (&iter, self->sources);
  while (g_hash_table_iter_next (&iter, &key, &value))
    g_hash_table_insert (copy->sources, g_strdup (key), po_source_ref (value));
  copy->cards = cards_new ();
  g_hash_table_iter_init (&iter, self->cards);
  while (g_hash_table_iter_next (&iter, &key, &value))
    g_hash_table_insert (copy->cards, g_strdup (key), po_image_ref (value));
  copy->slate = po_image_ref (self->slate);
  copy->offsets = g_array_copy (self->offsets);
  copy->mono_to_utc_ns = self->mono_to_utc_ns;
  return copy;
}

void po_head_view_free (PoHeadView *self) {
  if (self == NULL)
    return;
  po_head_plan_unref (self->plan);
  g_hash_table_unref (self->sources);
  g_hash_table_unref (self->cards);
  po_image_unref (self->slate);
  g_array_unref (self->offsets);
  g_free (self);
}

void po_head_mailbox_sweep (PoHeadMailbox *self) {
  PoHeadView *view = g_atomic_pointer_exchange (&self->returned, NULL);
  while (view != NULL) {
    PoHeadView *next = view->next;
    po_head_view_free (view);
    view = next;
  }
}

void po_head_mailbox_publish (PoHeadMailbox *self, PoHeadView *view) {
  po_head_view_free (g_atomic_pointer_exchange (&self->incoming, view));
  po_head_mailbox_sweep (self);
}

PoHeadView *po_head_mailbox_take (PoHeadMailbox *self) {
  return g_atomic_pointer_exchange (&self->incoming, NULL);
}

void po_head_mailbox_give_back (PoHeadMailbox *self, PoHeadView *view) {
  do
    view->next = g_atomic_pointer_get (&self->returned);
  while (!g_atomic_pointer_compare_and_exchange (&self->returned, view->next, view));
}

void po_head_mailbox_clear (PoHeadMailbox *self) {
  po_head_view_free (g_atomic_pointer_exchange (&self->incoming, NULL));
  po_head_mailbox_sweep (self);
}
