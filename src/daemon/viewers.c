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
  GHashTable *by_airing;  // of them
  gchar *key;             // what it depends on, or will that is being looked for
  gboolean is_looking;
};

PoViewers *po_viewers_new (void) {
  return g_new0 (PoViewers, 1);
}

static void forget (PoViewers *self) {
  g_clear_pointer (&self->programmes, g_array_unref);
  g_clear_pointer (&self->rundown, po_rundown_unref);
  g_clear_pointer (&self->by_airing, g_hash_table_unref);
  g_clear_pointer (&self->occurrences, g_ptr_array_unref);
}

void po_viewers_free (PoViewers *self) {
  if (self == NULL)
    return;
  forget (self);
  g_free (self->key);
  g_free (self);
}

static void on_looked (PoRundown *rundown, GPtrArray *occurrences, gpointer data) {
  PoViewers *self = data;
  self->is_looking = FALSE;
  if (rundown == NULL) {
    g_clear_pointer (&self->key, g_free);
    return;
  }
  forget (self);
  self->rundown = po_rundown_ref (rundown);
  self->programmes = po_guide_programmes (rundown);
  self->occurrences = g_ptr_array_ref (occurrences);
  self->by_airing = po_guide_by_airing (occurrences);
}

// What they know holds until the new plan is there.
static void look (PoViewers *self, const PoGuideParts *parts, PoDesk *desk, PoTimeNs hour_ns) {
  g_autofree gchar *key = po_guide_key (parts, hour_ns);
  if (self->is_looking || g_strcmp0 (key, self->key) == 0)
    return;
  g_free (self->key);
  self->key = g_steal_pointer (&key);
  self->is_looking = TRUE;
  po_desk_look_ahead (desk, hour_ns - BACK_NS, hour_ns + AHEAD_NS, BACK_NS, on_looked, self);
}

// (transfer full) (nullable)
static PoProgramme *to_programme (PoViewers *self, const PoGuideProgramme *found, PoRate rate) {
  if (found == NULL)
    return NULL;
  const PoOccurrence *occurrence = po_guide_programme_occurrence (found, self->by_airing);
  PoProgramme *programme = g_new0 (PoProgramme, 1);
  programme->event_id = po_programme_event_id (found->first->uid, found->first->instance);
  programme->start_ns = po_frame_to_time_floor (found->first->start, rate);
  programme->duration_ns = po_frame_to_time_floor (found->end, rate) - programme->start_ns;
  programme->from_age = po_age_mark_years (po_age_mark_of (occurrence));
  programme->title = g_strdup (po_guide_programme_title (found));
  programme->text = occurrence != NULL ? g_strdup (occurrence->description) : NULL;
  return programme;
}

/** Told: what a table names. */
typedef struct {
  PoProgramme *present, *following;
} Told;

static void told_clear (Told *self) {
  g_clear_pointer (&self->present, po_programme_free);
  g_clear_pointer (&self->following, po_programme_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Told, told_clear)

// @from_ns: of running time. @told outlives the table.
static PoServiceTable to_table (PoViewers *self, const PoGuideNow *now, PoRate rate, gint64 from_ns, Told *told) {
  told->present = to_programme (self, now->present, rate);
  told->following = to_programme (self, now->following, rate);
  if (told->present != NULL && told->following != NULL && told->present->event_id == told->following->event_id)
    told->following->event_id ^= 0x8000; // one in 65 000
  return (PoServiceTable){from_ns, told->present, told->following};
}

void po_viewers_tell (PoViewers *self, const PoGuideParts *parts, PoDesk *desk, PoOutputs *outputs, PoAir *air) {
  const PoRate rate = parts->config->format.rate;
  const PoFrame frame = po_air_frame (air);
  g_auto (Told) told = {0}, told_next = {0};
  look (self, parts, desk, po_frame_to_time_floor (frame, rate) / HOUR_NS * HOUR_NS);
  if (self->programmes == NULL)
    return;
  const PoGuideNow now = po_guide_now (self->programmes, frame);
  const gint64 from_ns = now.from != PO_FRAME_NONE ? po_air_running_ns (air, now.from) : G_MININT64;
  PoServiceTable tables[2] = {to_table (self, &now, rate, from_ns, &told)};
  if (now.until == PO_FRAME_NONE) {
    po_outputs_set_programmes (outputs, tables, 1);
    return;
  }
  const PoGuideNow next = po_guide_now (self->programmes, now.until);
  tables[1] = to_table (self, &next, rate, po_air_running_ns (air, now.until), &told_next);
  po_outputs_set_programmes (outputs, tables, G_N_ELEMENTS (tables));
}
