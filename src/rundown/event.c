// SPDX-License-Identifier: GPL-3.0-or-later
#include "rundown/event.h"

#include <string.h>

void po_plan_event_free (PoPlanEvent *self) {
  if (self == NULL)
    return;
  po_occurrence_unref (self->occurrence);
  g_free (self->instance);
  g_clear_pointer (&self->parts, g_ptr_array_unref);
  g_free (self);
}

void po_plan_event_forget_parts (PoPlanEvent *self) {
  if (!self->synthetic)
    g_clear_pointer (&self->parts, g_ptr_array_unref);
}

static PoFrame add_frames (PoFrame a, PoFrame b) {
  return MIN (a + b, PO_FRAMES_MOST);
}

GPtrArray *po_plan_event_parts (PoPlanEvent *self, PoResolver *resolver) {
  if (self->parts != NULL)
    return self->parts;
  // Where the slot bounds a still, it lasts as long as the slot does.
  gboolean stretch = self->end_type != PO_END_MEDIA && self->occurrence->end_ns > self->occurrence->start_ns;
  self->episode = self->occurrence->recurring ? po_resolver_episode (resolver, self->occurrence) : 0;
  self->parts = po_resolver_parts (resolver, self->occurrence, self->instance, stretch);
  self->total = 0;
  for (guint i = 0; i < self->parts->len; i++)
    self->total = add_frames (self->total, ((PoPart *)self->parts->pdata[i])->frames);
  return self->parts;
}

gboolean po_plan_event_same (const PoPlanEvent *a, const PoPlanEvent *b) {
  return a == b || (strcmp (a->instance, b->instance) == 0 && strcmp (a->occurrence->uid, b->occurrence->uid) == 0);
}

gboolean po_plan_event_same_or_none (const PoPlanEvent *a, const PoPlanEvent *b) {
  return a == b || (a != NULL && b != NULL && po_plan_event_same (a, b));
}

gboolean po_plan_event_is_among (const PoPlanEvent *self, GPtrArray *events) {
  for (guint i = 0; i < events->len; i++) {
    if (po_plan_event_same (events->pdata[i], self))
      return TRUE;
  }
  return FALSE;
}

static gboolean attach_equal (const PoAttach *a, const PoAttach *b) {
  return g_strcmp0 (a->uri, b->uri) == 0 && a->is_live == b->is_live && po_mark_equal (&a->som, &b->som) &&
         po_mark_equal (&a->eom, &b->eom);
}

gboolean po_plan_event_airs_alike (const PoPlanEvent *a, const PoPlanEvent *b) {
  const PoOccurrence *x = a->occurrence, *y = b->occurrence;
  if (x == y)
    return TRUE;
  if (x->start_ns != y->start_ns || x->end_ns != y->end_ns || x->status != y->status || x->priority != y->priority ||
      x->start != y->start || x->wait_ns != y->wait_ns || x->end != y->end || x->overrun_ns != y->overrun_ns ||
      x->join != y->join || x->n_attach != y->n_attach || g_strcmp0 (x->location_media, y->location_media) != 0)
    return FALSE;
  for (guint i = 0; i < x->n_attach; i++) {
    if (!attach_equal (&x->attach[i], &y->attach[i]))
      return FALSE;
  }
  return TRUE;
}

gboolean po_plan_event_is_live (const PoPlanEvent *self) {
  const PoOccurrence *occurrence = self->occurrence;
  return occurrence->n_attach > 0 && occurrence->attach[occurrence->n_attach - 1].is_live;
}

PoPlanEvent *po_plan_event_new_insert (const gchar *uid, const gchar *instance, PoFrame start, PoPart *part,
                                       PoTimeNs start_ns) {
  PoPlanEvent *self = g_new0 (PoPlanEvent, 1);
  PoOccurrence *occurrence = po_occurrence_new ();
  g_autofree gchar *name = g_path_get_basename (part->expected);
  occurrence->uid = g_strdup (uid);
  occurrence->instance = g_strdup (instance);
  occurrence->summary = g_steal_pointer (&name);
  occurrence->categories = g_new0 (gchar *, 1);
  occurrence->start_ns = occurrence->end_ns = occurrence->original_ns = start_ns;
  occurrence->priority = 5;
  self->occurrence = occurrence;
  self->instance = g_strdup (instance);
  self->start = start;
  self->end = start + MAX (part->frames, 1);
  self->start_type = PO_START_MANUAL;
  self->end_type = PO_END_MEDIA;
  self->synthetic = TRUE;
  self->total = part->frames;
  self->parts = g_ptr_array_new_with_free_func ((GDestroyNotify)po_part_unref);
  g_ptr_array_add (self->parts, part);
  return self;
}
