// SPDX-License-Identifier: GPL-3.0-or-later
// Cutting a rundown into programmes.
#include "guide/programme.h"

static gboolean is_shown (const PoItem *item) {
  return item->uid != NULL && item->instance != NULL && item->reason != PO_REASON_GAP;
}

gboolean po_guide_is_same_airing (const PoItem *a, const PoItem *b) {
  return g_str_equal (a->uid, b->uid) && g_str_equal (a->instance, b->instance);
}

// Programmes are told to the second: what does not last one is not told.
static gboolean lasts (const PoGuideProgramme *programme, PoRate rate) {
  return po_frame_to_time_floor (programme->first->start, rate) / PO_NS_PER_SECOND <
         po_frame_to_time_floor (programme->end, rate) / PO_NS_PER_SECOND;
}

// How far an operator may let it run over its slot is for the desk to know; viewers are told the slot.
static PoFrame told_end (const PoItem *item) {
  gboolean open = item->end_type == PO_END_MANUAL && item->due != PO_FRAME_NONE && item->due > item->start;
  return open ? po_item_due (item) : item->end;
}

GArray *po_guide_programmes (PoRundown *rundown) {
  GArray *programmes = g_array_new (FALSE, FALSE, sizeof (PoGuideProgramme));
  gboolean goes_on = FALSE;
  for (guint i = 0; i < po_rundown_size (rundown); i++) {
    const PoItem *item = po_rundown_item (rundown, i);
    PoGuideProgramme *last =
        programmes->len > 0 ? &g_array_index (programmes, PoGuideProgramme, programmes->len - 1) : NULL;
    if (goes_on && is_shown (item) && po_guide_is_same_airing (last->first, item)) {
      last->end = MAX (last->end, told_end (item));
      last->air_end = item->end;
    } else if (is_shown (item)) {
      PoGuideProgramme programme = {item, told_end (item), item->end};
      g_array_append_val (programmes, programme);
    }
    goes_on = is_shown (item);
  }
  for (guint i = programmes->len; i-- > 0;)
    if (!lasts (&g_array_index (programmes, PoGuideProgramme, i), po_rundown_rate (rundown)))
      g_array_remove_index (programmes, i);
  return programmes;
}

PoGuideNow po_guide_now (GArray *programmes, PoFrame frame) {
  PoGuideNow now = {.from = PO_FRAME_NONE, .until = PO_FRAME_NONE};
  for (guint i = 0; i < programmes->len; i++) {
    const PoGuideProgramme *programme = &g_array_index (programmes, PoGuideProgramme, i);
    if (programme->first->start > frame) {
      now.following = programme;
      now.until = now.present != NULL ? MIN (now.until, programme->first->start) : programme->first->start;
      return now;
    }
    const gboolean is_on = frame < programme->air_end;
    now.present = is_on ? programme : NULL;
    now.from = is_on ? programme->first->start : programme->air_end;
    now.until = is_on ? programme->air_end : PO_FRAME_NONE;
  }
  return now;
}

const gchar *po_guide_programme_title (const PoGuideProgramme *self) {
  return *self->first->title != '\0' ? self->first->title : self->first->uid;
}

static guint hash_airing (gconstpointer data) {
  const PoOccurrence *one = data;
  return g_str_hash (one->uid) * 31 + g_str_hash (one->instance);
}

static gboolean is_equal_airing (gconstpointer a, gconstpointer b) {
  const PoOccurrence *one = a, *other = b;
  return g_str_equal (one->instance, other->instance) && g_str_equal (one->uid, other->uid);
}

GHashTable *po_guide_by_airing (GPtrArray *occurrences) {
  GHashTable *by_airing = g_hash_table_new (hash_airing, is_equal_airing);
  for (guint i = 0; i < occurrences->len; i++)
    if (!g_hash_table_contains (by_airing, occurrences->pdata[i]))
      g_hash_table_add (by_airing, occurrences->pdata[i]);
  return by_airing;
}

const PoOccurrence *po_guide_programme_occurrence (const PoGuideProgramme *self, GHashTable *by_airing) {
  const PoOccurrence wanted = {.uid = (gchar *)self->first->uid, .instance = (gchar *)self->first->instance};
  return g_hash_table_lookup (by_airing, &wanted);
}
