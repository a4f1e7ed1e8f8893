// SPDX-License-Identifier: GPL-3.0-or-later
#include "daemon/viewers.h"

#include "guide/age-mark.h"
#include "guide/programme.h"

#define HOUR_NS  (3600 * PO_NS_PER_SECOND)
#define BACK_NS  (12 * HOUR_NS) // what is on may have begun so long ago
#define AHEAD_NS (36 * HOUR_NS)

struct _PoViewers {
  PoRundown *rundown;     // (nullable)
  GArray *programmes;     // of it
  GPtrArray *occurrences; // it was made from
  gchar *key;             // what it depends on
};

PoViewers *po_viewers_new (void) {
  return g_new0 (PoViewers, 1);
}

static void forget (PoViewers *self) {
  g_clear_pointer (&self->programmes, g_array_unref);
  g_clear_pointer (&self->rundown, po_rundown_unref);
  g_clear_pointer (&self->occurrences, g_ptr_array_unref);
  g_clear_pointer (&self->key, g_free);
}

void po_viewers_free (PoViewers *self) {
  if (self == NULL)
    return;
  forget (self);
  g_free (self);
}

static void look (PoViewers *self, const PoGuideParts *parts, PoTimeNs hour_ns) {
  PoRate rate = parts->config->format.rate;
  self->rundown = po_station_plan (parts->station, NULL, po_frame_from_time_ceil (hour_ns - BACK_NS, rate),
                                   po_frame_from_time_ceil (hour_ns + AHEAD_NS, rate), NULL);
  self->programmes = po_guide_programmes (self->rundown);
  self->occurrences = po_station_occurrences (parts->station, hour_ns - 2 * BACK_NS, hour_ns + AHEAD_NS);
}

// (transfer full) (nullable)
static PoProgramme *to_programme (PoViewers *self, const PoGuideProgramme *found, PoRate rate) {
  if (found == NULL)
    return NULL;
  const PoOccurrence *occurrence = po_guide_programme_occurrence (found, self->occurrences);
  PoProgramme *programme = g_new0 (PoProgramme, 1);
  programme->event_id = po_programme_event_id (found->first->uid, found->first->instance);
  programme->start_ns = po_frame_to_time_floor (found->first->start, rate);
  programme->duration_ns = po_frame_to_time_floor (found->end, rate) - programme->start_ns;
  programme->from_age = po_age_mark_years (po_age_mark_of (occurrence));
  programme->title = g_strdup (po_guide_programme_title (found));
  programme->text = occurrence != NULL ? g_strdup (occurrence->description) : NULL;
  return programme;
}

void po_viewers_tell (PoViewers *self, const PoGuideParts *parts, PoOutputs *outputs, PoFrame frame) {
  PoRate rate = parts->config->format.rate;
  PoTimeNs hour_ns = po_frame_to_time_floor (frame, rate) / HOUR_NS * HOUR_NS;
  g_autofree gchar *key = po_guide_key (parts, hour_ns);
  const PoGuideProgramme *present = NULL, *following = NULL;
  if (g_strcmp0 (key, self->key) != 0) {
    forget (self);
    look (self, parts, hour_ns);
    self->key = g_steal_pointer (&key);
  }
  po_guide_now (self->programmes, frame, &present, &following);
  g_autoptr (PoProgramme) now = to_programme (self, present, rate);
  g_autoptr (PoProgramme) next = to_programme (self, following, rate);
  if (now != NULL && next != NULL && now->event_id == next->event_id)
    next->event_id ^= 0x8000; // one in 65 000
  po_outputs_set_programmes (outputs, now, next);
}
