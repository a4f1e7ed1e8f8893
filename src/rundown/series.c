// SPDX-License-Identifier: GPL-3.0-or-later
#include "rundown/series.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <string.h>

#include "rundown/words.h"

#define HOUR_NS       (3600 * PO_NS_PER_SECOND)
#define DAY_NS        (24 * HOUR_NS)
#define JUST_ENDED_NS (62 * DAY_NS) // a series that ended longer ago has little to do with the new one

// One series over one template or folder, as far as it lies within reach.
typedef struct {
  const PoOccurrence *first, *last;
  gint64 last_episode;
} Use;

typedef struct {
  const PoPlanSettings *settings;
  PoTimeNs from_ns, to_ns;
  GPtrArray *findings;
} Check;

static const gchar *series_of (const PoOccurrence *occurrence) {
  return occurrence->series_uid != NULL ? occurrence->series_uid : occurrence->uid;
}

static gboolean is_in_window (const Check *self, const PoOccurrence *occurrence) {
  return occurrence->start_ns >= self->from_ns && occurrence->start_ns < self->to_ns;
}

static void add_finding (Check *self, const PoOccurrence *occurrence, PoFinding *finding) {
  finding->instance = g_strdup (occurrence->instance);
  finding->start_ns = occurrence->start_ns;
  finding->end_ns = occurrence->end_ns;
  g_ptr_array_add (self->findings, finding);
}

// --- Series that begin again ---

static gboolean is_numbered (const gchar *uri) {
  return strstr (uri, "{episode") != NULL || g_str_has_suffix (uri, "/");
}

static void note_use (GHashTable *uses, const PoOccurrence *occurrence, const gchar *uri) {
  GHashTable *users = g_hash_table_lookup (uses, uri);
  if (users == NULL) {
    users = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_free);
    g_hash_table_insert (uses, (gpointer)uri, users);
  }
  Use *use = g_hash_table_lookup (users, series_of (occurrence));
  if (use == NULL) {
    use = g_new0 (Use, 1);
    g_hash_table_insert (users, (gpointer)series_of (occurrence), use);
  }
  if (use->first == NULL || occurrence->original_ns < use->first->original_ns)
    use->first = occurrence;
  if (use->last == NULL || occurrence->end_ns > use->last->end_ns)
    use->last = occurrence;
  use->last_episode = MAX (use->last_episode, occurrence->first_episode + occurrence->ordinal);
}

// A series over the same files whose last instance lies shortly before @first. (nullable)
static const Use *just_ended (GHashTable *users, const PoOccurrence *first) {
  GHashTableIter iter;
  gpointer value = NULL;
  const Use *found = NULL;
  g_hash_table_iter_init (&iter, users);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    const Use *use = value;
    if (use->first == first || use->last->end_ns > first->start_ns ||
        use->last->end_ns < first->start_ns - JUST_ENDED_NS || use->last_episode < first->first_episode)
      continue;
    if (found == NULL || use->last_episode > found->last_episode ||
        (use->last_episode == found->last_episode && strcmp (use->last->uid, found->last->uid) < 0))
      found = use;
  }
  return found;
}

static void check_restarts (Check *self, GHashTable *users) {
  GHashTableIter iter;
  gpointer value = NULL;
  g_hash_table_iter_init (&iter, users);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    const PoOccurrence *first = ((const Use *)value)->first;
    const Use *use = first->ordinal == 0 && is_in_window (self, first) ? just_ended (users, first) : NULL;
    if (use == NULL)
      continue;
    g_autofree gchar *time = po_words_time (first->start_ns, self->settings->zone);
    add_finding (
        self, first,
        po_finding_new (PO_SEVERITY_ERROR, "series-restart", first->file, first->line, first->uid, "X-PLAYOUT-EPISODE",
                        _ ("“%s”, first on %s, starts again at %" PRId64 " with the files of “%s”, "
                           "which has just ended; did you mean X-PLAYOUT-EPISODE:%" PRId64 "?"),
                        first->summary, time, first->first_episode, use->last->summary, use->last_episode + 1));
  }
}

// --- Daylight saving ---

static gint offset_at (Check *self, PoTimeNs time_ns) {
  gint interval = g_time_zone_find_interval (self->settings->zone, G_TIME_TYPE_UNIVERSAL, time_ns / PO_NS_PER_SECOND);
  return interval >= 0 ? g_time_zone_get_offset (self->settings->zone, interval) : 0;
}

// Clocks went forward over the time that the calendar names: the instance airs as much later by the clock.
static void check_clock_change (Check *self, const PoOccurrence *before, const PoOccurrence *occurrence) {
  if (before == NULL || !is_in_window (self, occurrence) || occurrence->recurrence_id != NULL)
    return;
  gint jump = offset_at (self, occurrence->start_ns) - offset_at (self, occurrence->start_ns - 3 * HOUR_NS);
  g_autofree gchar *here = po_words_time (occurrence->start_ns, self->settings->zone);
  g_autofree gchar *there = po_words_time (before->start_ns, self->settings->zone);
  if (jump <= 0 || strcmp (here + 11, there + 11) == 0 || occurrence->start_ns - before->start_ns < DAY_NS / 2)
    return;
  add_finding (self, occurrence,
               po_finding_new (PO_SEVERITY_NOTE, "moved-by-dst", occurrence->file, occurrence->line, occurrence->uid,
                               "DTSTART", _ ("“%s” airs at %s: the clocks go forward over its usual time, %s"),
                               occurrence->summary, here, there + 11));
}

void po_series_check (const PoPlanSettings *settings, const PoPlanSource *source, PoBook *book, PoFrame from,
                      PoFrame to, GPtrArray *findings) {
  Check self = {settings, po_frame_to_time_floor (from, settings->rate), po_frame_to_time_floor (to, settings->rate),
                findings};
  g_autoptr (GPtrArray) all = source->occurrences (source->user, po_book_schedule_rev (book),
                                                   self.from_ns - JUST_ENDED_NS, self.to_ns + JUST_ENDED_NS);
  g_autoptr (GHashTable) uses =
      g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify)g_hash_table_unref);
  g_autoptr (GHashTable) previous = g_hash_table_new (g_str_hash, g_str_equal);
  g_ptr_array_sort (all, po_occurrence_compare);
  for (guint i = 0; i < all->len; i++) {
    const PoOccurrence *occurrence = all->pdata[i];
    if (!occurrence->recurring || occurrence->transparent)
      continue;
    for (guint k = 0; k < occurrence->n_attach; k++) {
      if (is_numbered (occurrence->attach[k].uri))
        note_use (uses, occurrence, occurrence->attach[k].uri);
    }
    check_clock_change (&self, g_hash_table_lookup (previous, occurrence->uid), occurrence);
    g_hash_table_replace (previous, occurrence->uid, (gpointer)occurrence);
  }
  GHashTableIter iter;
  gpointer users = NULL;
  g_hash_table_iter_init (&iter, uses);
  while (g_hash_table_iter_next (&iter, NULL, &users))
    check_restarts (&self, users);
}
