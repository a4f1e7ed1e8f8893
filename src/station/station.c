// SPDX-License-Identifier: GPL-3.0-or-later
#include "station/station.h"

#include <string.h>
#include "model/aliases.h"
#include "rundown/diff.h"
#include "station/listed.h"
#include "station/renames.h"

#define PLANS_A_SWEEP 64

struct _PoStation {
  PoPlanSettings settings;
  gchar *filler_media; // owns settings.filler_media
  gchar **live_names;  // (nullable) owns settings.live_names, where another station was followed
  PoStationLoaders loaders;
  GHashTable *schedules;       // revision -> PoSchedule
  GHashTable *tables;          // revision -> PoMediaTable: those of late, the others can be loaded again
  GHashTable *tables_used;     // set of their revisions that were asked for since the last sweep
  guint plans;                 // since then
  PoSchedule *newest_schedule; // (nullable)
  PoMediaTable *newest_table;
  GPtrArray *journal; // PoJournalEntry, owned
  PoAliases *aliases; // by as many entries of the journal:
  guint named;
  PoPlanPast *past;
  PoListed *listed;
};

PoStation *po_station_new (const PoPlanSettings *settings, const PoStationLoaders *loaders) {
  PoStation *self = g_new0 (PoStation, 1);
  self->settings = *settings;
  self->settings.zone = g_time_zone_ref (settings->zone);
  po_station_set_filler (self, settings->filler_media);
  if (loaders != NULL)
    self->loaders = *loaders;
  self->schedules = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)po_schedule_unref);
  self->tables = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)po_media_table_unref);
  self->tables_used = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->newest_table = po_media_table_new ();
  self->journal = g_ptr_array_new_with_free_func ((GDestroyNotify)po_journal_entry_free);
  self->aliases = po_aliases_new ();
  self->past = po_plan_past_new (self->settings.zone);
  self->listed = po_listed_new ();
  return self;
}

void po_station_free (PoStation *self) {
  if (self == NULL)
    return;
  po_plan_past_free (self->past);
  po_listed_free (self->listed);
  g_time_zone_unref (self->settings.zone);
  g_free (self->filler_media);
  g_strfreev (self->live_names);
  g_hash_table_unref (self->schedules);
  g_hash_table_unref (self->tables_used);
  g_hash_table_unref (self->tables);
  g_clear_pointer (&self->newest_schedule, po_schedule_unref);
  po_media_table_unref (self->newest_table);
  g_ptr_array_unref (self->journal);
  po_aliases_free (self->aliases);
  g_free (self);
}

// By the journal, once somebody asks.
static PoAliases *aliases_of (PoStation *self) {
  for (; self->named < self->journal->len; self->named++)
    po_aliases_note (self->aliases, self->journal->pdata[self->named]);
  return self->aliases;
}

const PoPlanSettings *po_station_settings (PoStation *self) {
  return &self->settings;
}

void po_station_set_filler (PoStation *self, const gchar *filler_media) {
  gchar *copy = g_strdup (filler_media);
  g_free (self->filler_media);
  self->filler_media = copy;
  self->settings.filler_media = copy;
}

void po_station_set_overrun_ns (PoStation *self, gint64 overrun_ns) {
  self->settings.overrun_ns = overrun_ns;
}

void po_station_set_live_names (PoStation *self, const gchar *const *names) {
  self->settings.live_names = names;
}

void po_station_know_schedule (PoStation *self, PoSchedule *schedule) {
  g_hash_table_replace (self->schedules, g_strdup (po_schedule_revision (schedule)), po_schedule_ref (schedule));
}

void po_station_put_schedule (PoStation *self, PoSchedule *schedule) {
  po_station_know_schedule (self, schedule);
  po_schedule_ref (schedule);
  g_clear_pointer (&self->newest_schedule, po_schedule_unref);
  self->newest_schedule = schedule;
}

void po_station_put_media (PoStation *self, PoMediaTable *table) {
  g_hash_table_replace (self->tables, g_strdup (po_media_table_revision (table)), po_media_table_ref (table));
  po_media_table_ref (table);
  po_media_table_unref (self->newest_table);
  self->newest_table = table;
}

PoSchedule *po_station_schedule (PoStation *self) {
  return self->newest_schedule;
}

PoMediaTable *po_station_media (PoStation *self) {
  return self->newest_table;
}

void po_station_append (PoStation *self, PoJournalEntry *entry) {
  g_ptr_array_add (self->journal, entry);
}

GPtrArray *po_station_journal (PoStation *self) {
  return self->journal;
}

const gchar *po_station_adopted (PoStation *self, const gchar *kind, PoFrame frame) {
  for (guint i = self->journal->len; i > 0; i--) {
    const PoJournalEntry *entry = self->journal->pdata[i - 1];
    const gchar *revision = NULL;
    if (entry->kind == PO_JOURNAL_ADOPT && entry->frame <= frame)
      revision = po_journal_entry_get (entry, kind);
    if (revision != NULL)
      return revision;
  }
  return "";
}

PoSchedule *po_station_find_schedule (PoStation *self, const gchar *revision) {
  if (revision == NULL)
    return self->newest_schedule;
  PoSchedule *schedule = g_hash_table_lookup (self->schedules, revision);
  if (schedule == NULL && self->loaders.schedule != NULL) {
    schedule = self->loaders.schedule (revision, self->loaders.user);
    if (schedule != NULL)
      g_hash_table_insert (self->schedules, g_strdup (revision), schedule);
  }
  return schedule;
}

const gchar *po_station_instance (PoStation *self, const gchar *uid, const gchar *text) {
  return po_aliases_given (aliases_of (self), uid, text);
}

const gchar *po_station_calendar_name (PoStation *self, const gchar *uid, const gchar *instance) {
  return po_aliases_name (aliases_of (self), uid, instance);
}

GPtrArray *po_station_renames (PoStation *self, PoSchedule *after, PoFrame frame) {
  const gchar *revision = po_station_adopted (self, "schedule", G_MAXINT64);
  PoSchedule *before = *revision != '\0' ? po_station_find_schedule (self, revision) : NULL;
  PoTimeNs at_ns = po_frame_to_time_floor (frame, self->settings.rate);
  GPtrArray *entries = before != NULL && before != after
                           ? po_renames_between (before, after, aliases_of (self), at_ns)
                           : g_ptr_array_new_with_free_func ((GDestroyNotify)po_journal_entry_free);
  for (guint i = 0; i < entries->len; i++)
    ((PoJournalEntry *)entries->pdata[i])->frame = frame;
  return entries;
}

gchar *po_station_subtitles (PoStation *self, const gchar *sha256) {
  return self->loaders.subtitles != NULL ? self->loaders.subtitles (sha256, self->loaders.user) : NULL;
}

static PoMediaTable *find_media (gpointer user, const gchar *revision) {
  PoStation *self = user;
  if (revision == NULL)
    return self->newest_table;
  PoMediaTable *table = g_hash_table_lookup (self->tables, revision);
  if (table == NULL && self->loaders.media != NULL) {
    table = self->loaders.media (revision, self->loaders.user);
    if (table != NULL)
      g_hash_table_insert (self->tables, g_strdup (revision), table);
  }
  if (self->loaders.media != NULL)
    g_hash_table_add (self->tables_used, g_strdup (revision));
  return table != NULL ? table : self->newest_table;
}

static GPtrArray *list_occurrences (gpointer user, const gchar *revision, PoTimeNs from_ns, PoTimeNs to_ns) {
  PoSchedule *schedule = po_station_find_schedule (user, revision);
  return schedule != NULL ? po_schedule_occurrences (schedule, from_ns, to_ns)
                          : g_ptr_array_new_with_free_func ((GDestroyNotify)po_occurrence_unref);
}

// The same for plans, which only look at them.
static GPtrArray *look_at_occurrences (gpointer user, const gchar *revision, PoTimeNs from_ns, PoTimeNs to_ns) {
  PoStation *self = user;
  PoSchedule *schedule = po_station_find_schedule (self, revision);
  return schedule != NULL ? po_listed_occurrences (self->listed, schedule, from_ns, to_ns)
                          : g_ptr_array_new_with_free_func ((GDestroyNotify)po_occurrence_unref);
}

// Calls each of @list by its first name.
static void name_by (GPtrArray *list, PoAliases *aliases) {
  for (guint i = 0; i < list->len; i++) {
    PoOccurrence *one = list->pdata[i]; // made for this list alone
    const gchar *instance = po_aliases_instance (aliases, one->uid, one->instance);
    if (instance == one->instance)
      continue;
    g_free (one->instance);
    one->instance = g_strdup (instance);
  }
}

GPtrArray *po_station_occurrences (PoStation *self, PoTimeNs from_ns, PoTimeNs to_ns) {
  const gchar *adopted = po_station_adopted (self, "schedule", G_MAXINT64);
  GPtrArray *list = list_occurrences (self, *adopted != '\0' ? adopted : NULL, from_ns, to_ns);
  name_by (list, aliases_of (self));
  return list;
}

GPtrArray *po_station_occurrences_of (PoStation *self, const gchar *uid, PoTimeNs from_ns, PoTimeNs to_ns) {
  const gchar *adopted = po_station_adopted (self, "schedule", G_MAXINT64);
  PoSchedule *schedule = po_station_find_schedule (self, *adopted != '\0' ? adopted : NULL);
  g_autoptr (GHashTable) uids = g_hash_table_new (g_str_hash, g_str_equal);
  g_hash_table_add (uids, (gpointer)uid);
  GPtrArray *list = schedule != NULL ? po_schedule_all_of (schedule, uids, from_ns, to_ns)
                                     : g_ptr_array_new_with_free_func ((GDestroyNotify)po_occurrence_unref);
  for (guint i = list->len; i-- > 0;)
    if (((PoOccurrence *)list->pdata[i])->status == PO_STATUS_CANCELLED)
      g_ptr_array_remove_index_fast (list, i);
  name_by (list, aliases_of (self));
  return list;
}

// By the names that taking them up now would give.
GPtrArray *po_station_newest_occurrences (PoStation *self, PoTimeNs from_ns, PoTimeNs to_ns) {
  GPtrArray *list = list_occurrences (self, NULL, from_ns, to_ns);
  g_autoptr (PoAliases) aliases = po_aliases_copy (aliases_of (self));
  const guint n = self->journal->len;
  const PoFrame last = n > 0 ? ((PoJournalEntry *)self->journal->pdata[n - 1])->frame : 0;
  g_autoptr (GPtrArray) renames =
      self->newest_schedule != NULL ? po_station_renames (self, self->newest_schedule, last) : g_ptr_array_new ();
  if (renames->len > 0) // they hold with the adoption
    g_ptr_array_add (renames, po_journal_entry_new (last, PO_JOURNAL_ADOPT, "daemon", "schedule",
                                                    po_schedule_revision (self->newest_schedule), NULL));
  for (guint i = 0; i < renames->len; i++)
    po_aliases_note (aliases, renames->pdata[i]);
  name_by (list, aliases);
  return list;
}

static gint64 count_before (gpointer user, const gchar *revision, const gchar *series_uid, PoTimeNs original_ns) {
  PoSchedule *schedule = po_station_find_schedule (user, revision);
  return schedule != NULL ? po_schedule_count_before (schedule, series_uid, original_ns) : 0;
}

GPtrArray *po_station_overrun_cost (PoStation *self, const PoItem *show, PoFrame end, PoFrame by, PoFrame from,
                                    PoFrame to) {
  PoPlanSource source = {look_at_occurrences, find_media, count_before, self};
  return po_plan_overrun_cost (&self->settings, &source, self->journal, show, end, by, from, to);
}

/** Survey: a station asked about a season. What airs every minute would be millions of items. */
typedef struct {
  PoStation *station;
  GHashTable *listed; // uid -> Listed
} Survey;

/** Listed: how much of one event was. */
typedef struct {
  guint airings;
  PoTimeNs last_ns; // the start of the last of them
} Listed;

static void survey_clear (Survey *self) {
  g_hash_table_unref (self->listed);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Survey, survey_clear)

static Survey survey_of (PoStation *station) {
  return (Survey){station, g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free)};
}

// Whether @one is among the first. The plan asks in order of time, but for what it asks again.
static gboolean is_surveyed (Survey *self, const PoOccurrence *one) {
  Listed *listed = g_hash_table_lookup (self->listed, one->uid);
  if (listed == NULL) {
    listed = g_new0 (Listed, 1);
    listed->last_ns = G_MININT64;
    g_hash_table_insert (self->listed, g_strdup (one->uid), listed);
  }
  if (one->start_ns <= listed->last_ns)
    return TRUE;
  if (listed->airings >= PO_STATION_SURVEY_MOST)
    return FALSE;
  listed->airings++;
  listed->last_ns = one->start_ns;
  return TRUE;
}

static GPtrArray *survey_occurrences (gpointer user, const gchar *revision, PoTimeNs from_ns, PoTimeNs to_ns) {
  Survey *self = user;
  GPtrArray *kept = g_ptr_array_new_with_free_func ((GDestroyNotify)po_occurrence_unref);
  g_autoptr (GPtrArray) list = list_occurrences (self->station, revision, from_ns, to_ns);
  for (guint i = 0; i < list->len; i++) {
    PoOccurrence *one = list->pdata[i];
    if (!one->transparent && is_surveyed (self, one))
      g_ptr_array_add (kept, po_occurrence_ref (one));
  }
  return kept;
}

static PoMediaTable *survey_media (gpointer user, const gchar *revision) {
  return find_media (((Survey *)user)->station, revision);
}

static gint64 survey_count_before (gpointer user, const gchar *revision, const gchar *series_uid,
                                   PoTimeNs original_ns) {
  return count_before (((Survey *)user)->station, revision, series_uid, original_ns);
}

static PoRundown *plan (PoStation *self, const PoPlanSettings *settings, const PoPlanSource *source,
                        GPtrArray *tentative, PoFrame from, PoFrame to, GPtrArray *findings) {
  PoPlanSource with_past = *source;
  with_past.past = self->past;
  with_past.past_grows = tentative == NULL;
  g_autoptr (GPtrArray) journal = g_ptr_array_new (); // borrows: a copy of the array would free the entries as well
  g_ptr_array_extend (journal, self->journal, NULL, NULL);
  if (tentative != NULL)
    g_ptr_array_extend (journal, tentative, NULL, NULL);
  return po_plan (settings, &with_past, journal, from, to, findings);
}

static gboolean is_unused (gpointer revision, gpointer table, gpointer user) {
  PoStation *self = user;
  return table != self->newest_table && !g_hash_table_contains (self->tables_used, revision);
}

// A large library's table takes megabytes, and every clip that comes makes one.
static void sweep_tables (PoStation *self) {
  if (self->loaders.media == NULL || ++self->plans < PLANS_A_SWEEP)
    return;
  self->plans = 0;
  g_hash_table_foreach_remove (self->tables, is_unused, self);
  g_hash_table_remove_all (self->tables_used);
}

PoRundown *po_station_plan (PoStation *self, GPtrArray *tentative, PoFrame from, PoFrame to, GPtrArray *findings) {
  PoPlanSource source = {look_at_occurrences, find_media, count_before, self};
  sweep_tables (self);
  return plan (self, &self->settings, &source, tentative, from, to, findings);
}

PoRundown *po_station_outline (PoStation *self, GPtrArray *tentative, PoFrame from, PoFrame to, GPtrArray *findings) {
  g_auto (Survey) survey = survey_of (self);
  PoPlanSource source = {survey_occurrences, survey_media, survey_count_before, &survey};
  PoPlanSettings settings = self->settings;
  settings.filler_media = NULL;
  return plan (self, &settings, &source, tentative, from, to, findings);
}

// ---- which clip serves which airing ----

// What puts the newest tables in force from @frame on; NULL: they are, or nothing ever was adopted.
static PoJournalEntry *adopt_newest (PoStation *self, PoFrame frame) {
  const gchar *schedule = po_station_adopted (self, "schedule", G_MAXINT64);
  const gchar *media = po_station_adopted (self, "media", G_MAXINT64);
  const gchar *newest = self->newest_schedule != NULL ? po_schedule_revision (self->newest_schedule) : schedule;
  const gchar *newest_media = po_media_table_revision (self->newest_table);
  if ((*schedule == '\0' && *media == '\0') || (strcmp (schedule, newest) == 0 && strcmp (media, newest_media) == 0))
    return NULL;
  return po_journal_entry_new (frame, PO_JOURNAL_ADOPT, "", "schedule", newest, "media", newest_media, NULL);
}

gboolean po_station_adopt_newest (PoStation *self, PoFrame frame) {
  const PoJournalEntry *last = self->journal->len > 0 ? self->journal->pdata[self->journal->len - 1] : NULL;
  const PoFrame from = last != NULL ? MAX (frame, last->frame) : frame;
  g_autoptr (PoJournalEntry) adopts = adopt_newest (self, from);
  if (adopts == NULL)
    return FALSE;
  if (self->newest_schedule != NULL)
    g_ptr_array_extend_and_steal (self->journal, po_station_renames (self, self->newest_schedule, from));
  po_station_append (self, g_steal_pointer (&adopts));
  return TRUE;
}

GPtrArray *po_station_servings (PoStation *self, PoFrame from, PoFrame to) {
  g_auto (Survey) survey = survey_of (self);
  PoPlanSource source = {survey_occurrences, survey_media, survey_count_before, &survey};
  PoPlanSettings settings = self->settings;
  g_autoptr (PoJournalEntry) adopts = adopt_newest (self, from + 1);
  g_autoptr (GPtrArray) journal = g_ptr_array_new (); // borrows
  g_ptr_array_extend (journal, self->journal, NULL, NULL);
  if (adopts != NULL)
    g_ptr_array_add (journal, adopts);
  settings.filler_media = NULL;
  return po_plan_servings (&settings, &source, journal, from, to);
}

GHashTable *po_station_pool (PoStation *self, PoFrame from, PoFrame to) {
  PoPlanSource source = {list_occurrences, find_media, count_before, self};
  GHashTable *paths = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  po_plan_pool (&self->settings, &source, self->journal, from, to, paths);
  return paths;
}

/** Wondering: a station, and what it would be with other clips. */
typedef struct {
  PoStation *station;
  PoMediaTable *table; // (nullable)
} Wondering;

// By the newest calendars and clips, whatever was adopted.
static GPtrArray *list_newest (gpointer user, const gchar *revision, PoTimeNs from_ns, PoTimeNs to_ns) {
  return list_occurrences (((Wondering *)user)->station, NULL, from_ns, to_ns);
}

static PoMediaTable *wondered_media (gpointer user, const gchar *revision) {
  Wondering *wondering = user;
  return wondering->table != NULL ? wondering->table : wondering->station->newest_table;
}

static gint64 count_newest (gpointer user, const gchar *revision, const gchar *series_uid, PoTimeNs original_ns) {
  return count_before (((Wondering *)user)->station, NULL, series_uid, original_ns);
}

GPtrArray *po_station_servings_of (PoStation *self, PoMediaTable *table, PoOccurrence *occurrence) {
  Wondering wondering = {self, table};
  PoPlanSource source = {list_newest, wondered_media, count_newest, &wondering};
  return po_plan_servings_of (&self->settings, &source, self->journal, occurrence);
}

PoOccurrence *po_station_find (PoStation *self, GPtrArray *occurrences, const gchar *instance, gint64 episode) {
  Wondering wondering = {self, NULL};
  PoPlanSource source = {list_newest, wondered_media, count_newest, &wondering};
  return po_plan_find (&self->settings, &source, self->journal, occurrences, instance, episode);
}

// ---- a station that follows another ----

static void follow_settings (PoStation *self, PoStation *other) {
  const PoPlanSettings *settings = &other->settings;
  po_station_set_filler (self, settings->filler_media);
  self->settings.overrun_ns = settings->overrun_ns;
  self->settings.safety_ns = settings->safety_ns;
  self->settings.has_live = settings->has_live;
  g_strfreev (self->live_names);
  self->live_names = g_strdupv ((gchar **)settings->live_names);
  self->settings.live_names = (const gchar *const *)self->live_names;
}

static void follow_revisions (PoStation *self, PoStation *other) {
  GHashTableIter iter;
  gpointer value = NULL;
  g_hash_table_remove_all (self->schedules);
  g_hash_table_remove_all (self->tables);
  g_hash_table_iter_init (&iter, other->schedules);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    po_station_know_schedule (self, value);
  g_hash_table_iter_init (&iter, other->tables);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    g_hash_table_replace (self->tables, g_strdup (po_media_table_revision (value)), po_media_table_ref (value));
  if (other->newest_schedule != NULL)
    po_station_put_schedule (self, other->newest_schedule);
  po_station_put_media (self, other->newest_table);
}

void po_station_follow (PoStation *self, PoStation *other) {
  follow_settings (self, other);
  follow_revisions (self, other);
  for (guint i = self->journal->len; i < other->journal->len; i++)
    po_station_append (self, po_journal_entry_copy (other->journal->pdata[i]));
}

PoStation *po_station_snapshot (PoStation *self, const PoStationLoaders *loaders) {
  PoStation *copy = po_station_new (&self->settings, loaders);
  follow_settings (copy, self);
  follow_revisions (copy, self);
  // Entries never change, and never go while the station lives.
  g_ptr_array_set_free_func (copy->journal, NULL);
  g_ptr_array_extend (copy->journal, self->journal, NULL, NULL);
  return copy;
}
