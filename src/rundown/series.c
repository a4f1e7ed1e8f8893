// SPDX-License-Identifier: GPL-3.0-or-later
#include "rundown/series.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <string.h>

#include "rundown/words.h"

#define DAY_NS        (86400 * PO_NS_PER_SECOND)
#define JUST_ENDED_NS (62 * DAY_NS) // a series that ended longer ago has little to do with the new one

typedef struct {
  const PoPlanEvent *last;
  gint64 last_episode;
} SeriesEnd;

typedef struct {
  const PoPlanSettings *settings;
  PoFrame from, to;
  GPtrArray *findings;
  GHashTable *first; // series uid -> PoPlanEvent with which it begins
  GHashTable *uses;  // "template or folder" -> GHashTable: series uid -> SeriesEnd
  GHashTable *walls; // series uid -> PoPlanEvent, the last instance seen
} Check;

static const gchar *series_of (const PoPlanEvent *event) {
  return event->occurrence->series_uid != NULL ? event->occurrence->series_uid : event->occurrence->uid;
}

static gboolean is_numbered (const gchar *uri) {
  return strstr (uri, "{episode") != NULL || g_str_has_suffix (uri, "/");
}

static void add_finding (Check *self, const PoPlanEvent *event, PoFinding *finding) {
  finding->instance = g_strdup (event->instance);
  finding->start_ns = po_frame_to_time_floor (event->start, self->settings->rate);
  finding->end_ns = po_frame_to_time_floor (event->end, self->settings->rate);
  g_ptr_array_add (self->findings, finding);
}

// Another series over the same files whose last instance lies shortly before @event. (nullable)
static const SeriesEnd *just_ended (Check *self, GHashTable *users, const PoPlanEvent *event) {
  PoFrame reach = po_frames_from_duration_ceil (JUST_ENDED_NS, self->settings->rate);
  GHashTableIter iter;
  gpointer series = NULL, value = NULL;
  const SeriesEnd *found = NULL;
  g_hash_table_iter_init (&iter, users);
  while (g_hash_table_iter_next (&iter, &series, &value)) {
    const SeriesEnd *end = value;
    if (strcmp (series, series_of (event)) == 0 || end->last->end > event->start ||
        end->last->end < event->start - reach || end->last_episode < event->occurrence->first_episode)
      continue;
    if (found == NULL || end->last_episode > found->last_episode ||
        (end->last_episode == found->last_episode && strcmp (series, series_of (found->last)) < 0))
      found = end;
  }
  return found;
}

static void check_restart (Check *self, const PoPlanEvent *event, GHashTable *users) {
  const PoOccurrence *o = event->occurrence;
  const SeriesEnd *end = event->start >= self->from ? just_ended (self, users, event) : NULL;
  if (end == NULL)
    return;
  g_autofree gchar *time = po_words_frame (event->start, self->settings->rate, self->settings->zone);
  add_finding (self, event,
               po_finding_new (PO_SEVERITY_ERROR, "series-restart", o->file, o->line, o->uid, "X-PLAYOUT-EPISODE",
                               _ ("“%s”, first on %s, starts again at %" PRId64 " with the files of “%s”, which "
                                  "has just ended; did you mean X-PLAYOUT-EPISODE:%" PRId64 "?"),
                               o->summary, time, o->first_episode, end->last->occurrence->summary,
                               end->last_episode + 1));
}

static void note_use (Check *self, const PoPlanEvent *event, const gchar *uri) {
  GHashTable *users = g_hash_table_lookup (self->uses, uri);
  if (users == NULL) {
    users = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_free);
    g_hash_table_insert (self->uses, g_strdup (uri), users);
  }
  SeriesEnd *end = g_hash_table_lookup (users, series_of (event));
  if (end == NULL && event->occurrence->ordinal == 0)
    check_restart (self, event, users);
  if (end == NULL) {
    end = g_new0 (SeriesEnd, 1);
    g_hash_table_insert (users, (gpointer)series_of (event), end);
  }
  gint64 episode = event->occurrence->first_episode + event->occurrence->ordinal;
  if (end->last == NULL || event->end > end->last->end)
    end->last = event;
  end->last_episode = MAX (end->last_episode, episode);
}

static gint offset_at (Check *self, PoTimeNs time_ns) {
  gint interval = g_time_zone_find_interval (self->settings->zone, G_TIME_TYPE_UNIVERSAL, time_ns / PO_NS_PER_SECOND);
  return interval >= 0 ? g_time_zone_get_offset (self->settings->zone, interval) : 0;
}

// Clocks went forward over the time that the calendar names: the instance airs as much later by the clock.
static void check_clock_change (Check *self, const PoPlanEvent *event) {
  const PoOccurrence *o = event->occurrence;
  const PoPlanEvent *before = g_hash_table_lookup (self->walls, o->uid);
  if (before != NULL && event->start >= self->from && o->recurrence_id == NULL) {
    gint jump = offset_at (self, o->start_ns) - offset_at (self, o->start_ns - 3 * 3600 * PO_NS_PER_SECOND);
    gint64 distance_ns = o->start_ns - before->occurrence->start_ns;
    g_autofree gchar *here = po_words_frame (event->start, self->settings->rate, self->settings->zone);
    g_autofree gchar *there = po_words_frame (before->start, self->settings->rate, self->settings->zone);
    gboolean same_hour = strcmp (here + 11, there + 11) == 0;
    if (jump > 0 && !same_hour && distance_ns >= DAY_NS / 2)
      add_finding (self, event,
                   po_finding_new (PO_SEVERITY_NOTE, "moved-by-dst", o->file, o->line, o->uid, "DTSTART",
                                   _ ("“%s” airs at %s: the clocks go forward over its usual time, %s"), o->summary,
                                   here, there + 11));
  }
  g_hash_table_replace (self->walls, o->uid, (gpointer)event);
}

void po_series_check (const PoPlanSettings *settings, PoPlanEventSet *set, PoFrame from, PoFrame to,
                      GPtrArray *findings) {
  Check self = {settings, from, to, findings, NULL, NULL, NULL};
  g_autoptr (GHashTable) uses =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_hash_table_unref);
  g_autoptr (GHashTable) walls = g_hash_table_new (g_str_hash, g_str_equal);
  self.uses = uses;
  self.walls = walls;
  for (guint i = 0; i < po_plan_event_set_size (set); i++) {
    PoPlanEvent *event = po_plan_event_set_get (set, i);
    if (event->start >= to)
      break;
    if (!event->occurrence->recurring)
      continue;
    for (guint k = 0; k < event->occurrence->n_attach; k++) {
      if (is_numbered (event->occurrence->attach[k].uri))
        note_use (&self, event, event->occurrence->attach[k].uri);
    }
    check_clock_change (&self, event);
  }
}
