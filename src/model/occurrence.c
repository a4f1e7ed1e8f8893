// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/occurrence.h"

#include <string.h>

const gchar *po_status_to_string (PoStatus status) {
  static const gchar *const names[] = {"CONFIRMED", "TENTATIVE", "CANCELLED"};
  return names[status];
}

const gchar *po_start_type_to_string (PoStartType start) {
  static const gchar *const names[] = {"FIXED", "SOFT", "FOLLOW", "MANUAL"};
  return names[start];
}

const gchar *po_end_type_to_string (PoEndType end) {
  static const gchar *const names[] = {"FIXED", "MEDIA", "MANUAL"};
  return names[end];
}

PoOccurrence *po_occurrence_new (void) {
  PoOccurrence *self = g_new0 (PoOccurrence, 1);
  self->ref_count = 1;
  return self;
}

PoOccurrence *po_occurrence_ref (PoOccurrence *self) {
  g_atomic_int_inc (&self->ref_count);
  return self;
}

void po_attach_clear (PoAttach *self) {
  g_clear_pointer (&self->uri, g_free);
  g_clear_pointer (&self->fmttype, g_free);
}

static void po_occurrence_free (PoOccurrence *self) {
  g_free (self->uid);
  g_free (self->instance);
  g_free (self->recurrence_id);
  g_free (self->series_uid);
  g_free (self->summary);
  g_free (self->description);
  g_strfreev (self->categories);
  g_free (self->image);
  g_free (self->organizer);
  g_free (self->contact);
  g_free (self->fallback);
  for (guint i = 0; i < self->n_attach; i++)
    po_attach_clear (&self->attach[i]);
  g_free (self->attach);
  g_free (self->location_media);
  for (guint i = 0; i < self->n_deadlines; i++)
    g_strfreev (self->deadlines[i].attendees);
  g_free (self->deadlines);
  g_free (self->file);
  g_free (self);
}

void po_occurrence_unref (PoOccurrence *self) {
  if (self != NULL && g_atomic_int_dec_and_test (&self->ref_count))
    po_occurrence_free (self);
}

gint po_occurrence_compare (gconstpointer a, gconstpointer b) {
  const PoOccurrence *left = *(PoOccurrence *const *)a;
  const PoOccurrence *right = *(PoOccurrence *const *)b;
  if (left->start_ns != right->start_ns)
    return left->start_ns < right->start_ns ? -1 : 1;
  gint by_uid = g_strcmp0 (left->uid, right->uid);
  return by_uid != 0 ? by_uid : g_strcmp0 (left->instance, right->instance);
}

const PoDeadline *po_occurrence_deadline (const PoOccurrence *self, PoTimeNs now_ns) {
  const PoDeadline *next = NULL, *passed = NULL;
  for (guint i = 0; i < self->n_deadlines; i++) {
    const PoDeadline *one = &self->deadlines[i];
    if (one->trigger_ns > now_ns && (next == NULL || one->trigger_ns < next->trigger_ns))
      next = one;
    if (one->trigger_ns <= now_ns && (passed == NULL || one->trigger_ns > passed->trigger_ns))
      passed = one;
  }
  return next != NULL ? next : passed;
}
