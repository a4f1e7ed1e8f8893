// SPDX-License-Identifier: GPL-3.0-or-later
#include "desk/plan-lists.h"

#include "control/item-json.h"
#include "desk/guide.h"
#include "desk/status.h"
#include "model/text.h"
#include "schedule/occurrence-json.h"

#define WINDOW_NS      (24 * 3600 * PO_NS_PER_SECOND)
#define WINDOW_MOST_NS (400 * WINDOW_NS)

static const PoControlPage whole = {0, G_MAXUINT64};

struct _PoPlanLists {
  const PoDeskParts *parts;
  PoLists *lists;
  PoGuide *guide;
};

PoPlanLists *po_plan_lists_new (const PoDeskParts *parts, PoLists *lists) {
  PoPlanLists *self = g_new0 (PoPlanLists, 1);
  self->parts = parts;
  self->lists = lists;
  self->guide = po_guide_new ();
  return self;
}

void po_plan_lists_free (PoPlanLists *self) {
  if (self == NULL)
    return;
  po_guide_free (self->guide);
  g_free (self);
}

/** Listing: what a list is made from, away from the main loop. */
typedef struct {
  PoPlanLists *owner;
  PoStation *station;     // (nullable) a snapshot
  PoRundown *in_force;    // (nullable)
  PoGuideWork *guide;     // (nullable)
  PoRundown *planned;     // (nullable) found by the thread, with
  GPtrArray *occurrences; // those from @back_ns before
  gint64 back_ns;
  PoList *list;
  PoTimeNs from_ns, to_ns;
  gint64 most;
} Listing;

static void listing_free (gpointer data) {
  Listing *self = data;
  g_clear_pointer (&self->station, po_station_free);
  g_clear_pointer (&self->in_force, po_rundown_unref);
  g_clear_pointer (&self->guide, po_guide_work_free);
  g_clear_pointer (&self->planned, po_rundown_unref);
  g_clear_pointer (&self->occurrences, g_ptr_array_unref);
  g_free (self);
}

// On the main thread, for the one that makes the list: its store and its library are not for others.
static gpointer load_schedule_here (gconstpointer revision, gpointer user) {
  PoStationLoaders loaders = po_inputs_loaders (user);
  return loaders.schedule (revision, loaders.user);
}

static gpointer load_media_here (gconstpointer revision, gpointer user) {
  PoStationLoaders loaders = po_inputs_loaders (user);
  return loaders.media (revision, loaders.user);
}

static PoSchedule *load_schedule (const gchar *revision, gpointer user) {
  Listing *self = user;
  return po_list_ask_main (self->list, load_schedule_here, revision, self->owner->parts->inputs);
}

static PoMediaTable *load_media (const gchar *revision, gpointer user) {
  Listing *self = user;
  return po_list_ask_main (self->list, load_media_here, revision, self->owner->parts->inputs);
}

// (transfer full)
static Listing *listing_new (PoPlanLists *self, PoTimeNs from_ns, PoTimeNs to_ns) {
  Listing *listing = g_new0 (Listing, 1);
  const PoStationLoaders loaders = {load_schedule, load_media, listing, NULL};
  *listing = (Listing){.owner = self, .from_ns = from_ns, .to_ns = to_ns};
  listing->station = po_station_snapshot (self->parts->station, &loaders);
  return listing;
}

static gboolean read_window (PoPlanLists *self, PoTimeNs *from_ns, PoTimeNs *to_ns, GError **error) {
  PoAir *air = self->parts->air;
  gint64 span_ns = 0;
  if (!po_status_check_on_air (self->parts, error))
    return FALSE;
  if (*from_ns == PO_TIME_NONE)
    *from_ns = po_frame_to_time_floor (po_air_frame (air), po_rundown_rate (po_air_rundown (air)));
  if (*to_ns == PO_TIME_NONE)
    *to_ns = *from_ns + WINDOW_NS;
  if (!__builtin_sub_overflow (*to_ns, *from_ns, &span_ns) && span_ns > 0 && span_ns <= WINDOW_MOST_NS)
    return TRUE;
  g_set_error (error, PO_ERROR, PO_ERROR_INPUT, _ ("from must lie before to, and at most 400 days"));
  return FALSE;
}

// Of that window, if it can be had; else NULL, and told. (transfer full)
static Listing *listing_of_window (PoPlanLists *self, PoTimeNs from_ns, PoTimeNs to_ns, PoControlPageDone done,
                                   gpointer data) {
  g_autoptr (GError) error = NULL;
  if (read_window (self, &from_ns, &to_ns, &error))
    return listing_new (self, from_ns, to_ns);
  done (NULL, NULL, 0, error, data);
  return NULL;
}

// ---- the rundown ----

static gboolean list_rundown (PoList *list, gpointer job, GError **error) {
  Listing *self = job;
  self->list = list;
  PoRate rate = po_station_settings (self->station)->rate;
  PoFrame from = po_frame_from_time_ceil (self->from_ns, rate), to = po_frame_from_time_ceil (self->to_ns, rate);
  // What is planned already is not planned again: the page asks for the next hours at every change.
  gboolean is_at_hand = from >= po_rundown_start (self->in_force) && to <= po_rundown_end (self->in_force);
  g_autoptr (PoRundown) rundown =
      is_at_hand ? po_rundown_ref (self->in_force) : po_station_plan (self->station, NULL, from, to, NULL);
  g_autoptr (GString) text = g_string_new (NULL);
  for (guint i = 0; i < po_rundown_size (rundown); i++) {
    const PoItem *item = po_rundown_item (rundown, i);
    if (item->end <= from || item->start >= to || !po_list_wants (list))
      continue;
    po_item_write_json (text, item, rate, po_station_settings (self->station)->zone);
    po_list_add_text (list, text->str);
  }
  return TRUE;
}

void po_plan_lists_rundown (PoPlanLists *self, PoTimeNs from_ns, PoTimeNs to_ns, const PoControlPage *page,
                            PoControlPageDone done, gpointer data) {
  Listing *listing = listing_of_window (self, from_ns, to_ns, done, data);
  if (listing == NULL)
    return;
  listing->in_force = po_rundown_ref (po_air_rundown (self->parts->air));
  po_lists_make (self->lists, page, list_rundown, listing, listing_free, done, data);
}

// ---- a look ahead ----

/** Looker: one who waits for a plan. */
typedef struct {
  Listing *listing;
  PoDeskLooked done;
  gpointer data;
} Looker;

static gboolean look_ahead (PoList *list, gpointer job, GError **error) {
  Listing *self = job;
  const PoRate rate = po_station_settings (self->station)->rate;
  self->list = list;
  self->planned = po_station_plan (self->station, NULL, po_frame_from_time_ceil (self->from_ns, rate),
                                   po_frame_from_time_ceil (self->to_ns, rate), NULL);
  self->occurrences = po_station_occurrences (self->station, self->from_ns - self->back_ns, self->to_ns);
  return TRUE;
}

static void on_looked (GBytes *json, const gchar *sum, guint64 total, const GError *error, gpointer data) {
  g_autofree Looker *looker = data;
  if (error == NULL)
    looker->done (looker->listing->planned, looker->listing->occurrences, looker->data);
  else
    looker->done (NULL, NULL, looker->data);
}

void po_plan_lists_look_ahead (PoPlanLists *self, PoTimeNs from_ns, PoTimeNs to_ns, gint64 back_ns, PoDeskLooked done,
                               gpointer data) {
  Looker *looker = g_new0 (Looker, 1);
  *looker = (Looker){listing_new (self, from_ns, to_ns), done, data};
  looker->listing->back_ns = back_ns;
  po_lists_make (self->lists, &whole, look_ahead, looker->listing, listing_free, on_looked, looker);
}

// ---- the occurrences ----

// How many instances each series has in @list, by UID.
static GHashTable *count_by_uid (GPtrArray *list) {
  GHashTable *counts = g_hash_table_new (g_str_hash, g_str_equal);
  for (guint i = 0; i < list->len; i++) {
    const PoOccurrence *one = list->pdata[i];
    guint count = GPOINTER_TO_UINT (g_hash_table_lookup (counts, one->uid));
    g_hash_table_insert (counts, one->uid, GUINT_TO_POINTER (count + 1));
  }
  return counts;
}

static gboolean list_occurrences (PoList *list, gpointer job, GError **error) {
  Listing *self = job;
  self->list = list;
  g_autoptr (GPtrArray) all = po_station_newest_occurrences (self->station, self->from_ns, self->to_ns);
  g_autoptr (GHashTable) counts = count_by_uid (all);
  for (guint i = 0; i < all->len; i++) {
    const PoOccurrence *one = all->pdata[i];
    gboolean is_programme = self->most == 0 || GPOINTER_TO_UINT (g_hash_table_lookup (counts, one->uid)) <= self->most;
    if (!is_programme || !po_list_wants (list))
      continue;
    g_autofree gchar *text = po_occurrence_to_json (one);
    po_list_add_text (list, text);
  }
  return TRUE;
}

void po_plan_lists_occurrences (PoPlanLists *self, PoTimeNs from_ns, PoTimeNs to_ns, gint64 most,
                                const PoControlPage *page, PoControlPageDone done, gpointer data) {
  Listing *listing = listing_of_window (self, from_ns, to_ns, done, data);
  if (listing == NULL)
    return;
  listing->most = most;
  po_lists_make (self->lists, page, list_occurrences, listing, listing_free, done, data);
}

// ---- the guide ----

static PoGuideParts guide_parts (PoPlanLists *self) {
  return (PoGuideParts){self->parts->config, self->parts->station, self->parts->log, self->parts->zone};
}

/** Reader: one who waits for the guide. */
typedef struct {
  Listing *listing;
  PoControlTextDone done;
  gpointer data;
} Reader;

static gboolean list_guide (PoList *list, gpointer job, GError **error) {
  Listing *self = job;
  self->list = list;
  po_list_take_text (list, po_guide_write (self->guide, self->station));
  return TRUE;
}

static void on_guide (GBytes *xml, const gchar *sum, guint64 total, const GError *error, gpointer data) {
  g_autofree Reader *reader = data;
  gsize length = 0;
  const gchar *bytes = xml != NULL ? g_bytes_get_data (xml, &length) : NULL;
  g_autofree gchar *text = xml != NULL ? g_strndup (bytes, length) : NULL;
  if (text != NULL)
    po_guide_keep (reader->listing->owner->guide, reader->listing->guide, text);
  reader->done (text, error, reader->data);
}

void po_plan_lists_guide (PoPlanLists *self, PoControlTextDone done, gpointer data) {
  const PoGuideParts parts = guide_parts (self);
  const PoTimeNs now_ns = po_clock_now_ns (self->parts->clock);
  const gchar *kept = po_guide_text (self->guide, &parts, now_ns);
  if (kept != NULL) {
    done (kept, NULL, data);
    return;
  }
  Reader *reader = g_new0 (Reader, 1);
  *reader = (Reader){listing_new (self, 0, 0), done, data};
  reader->listing->guide = po_guide_begin (self->guide, &parts, now_ns);
  po_lists_make (self->lists, &whole, list_guide, reader->listing, listing_free, on_guide, reader);
}
