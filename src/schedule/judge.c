// SPDX-License-Identifier: GPL-3.0-or-later
// What a calendar would lose is counted in UIDs: an event moved, changed or cancelled is still there.
#include "schedule/judge.h"

#include <string.h>

#include "model/text.h"
#include "schedule/ics.h"
#include "schedule/schedule.h"

PoCalendarFile *po_calendar_file_new (const gchar *name, GBytes *bytes) {
  PoCalendarFile *self = g_new0 (PoCalendarFile, 1);
  self->name = g_strdup (name);
  self->bytes = g_bytes_ref (bytes);
  self->sha256 = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, bytes);
  return self;
}

void po_calendar_file_free (PoCalendarFile *self) {
  if (self == NULL)
    return;
  g_free (self->name);
  g_free (self->sha256);
  g_bytes_unref (self->bytes);
  g_free (self);
}

const gchar *po_calendar_state_to_string (PoCalendarState state) {
  static const gchar *const names[] = {"accepted",    "kept-unusable", "kept-vanished",
                                       "kept-shrunk", "refused",       "removed"};
  return names[state];
}

static void calendar_verdict_free (gpointer data) {
  PoCalendarVerdict *verdict = data;
  g_free (verdict->name);
  po_calendar_file_free (verdict->effective);
  g_free (verdict);
}

void po_schedule_verdict_free (PoScheduleVerdict *self) {
  if (self == NULL)
    return;
  g_ptr_array_unref (self->files);
  g_ptr_array_unref (self->findings);
  g_free (self);
}

// What one version of a file holds.
typedef struct {
  GHashTable *uids; // set
  gchar *unusable;  // (nullable) why it cannot be read at all
} Digest;

static void digest_free (gpointer data) {
  Digest *digest = data;
  g_hash_table_unref (digest->uids);
  g_free (digest->unusable);
  g_free (digest);
}

static Digest *digest_new (const PoCalendarFile *file) {
  Digest *digest = g_new0 (Digest, 1);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) findings = g_ptr_array_new_with_free_func ((GDestroyNotify)po_finding_free);
  PoFileReport report = {.findings = findings, .file = file->name};
  g_autoptr (PoIcsFile) ics = po_ics_file_parse (file->bytes, &report, &error);
  digest->uids = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  if (ics == NULL) {
    digest->unusable = g_strdup (error->message);
    return digest;
  }
  for (const PoIcsComponent *calendar = po_ics_file_calendars (ics); calendar != NULL; calendar = calendar->next) {
    for (const PoIcsComponent *event = calendar->children; event != NULL; event = event->next) {
      const PoIcsProp *uid = strcmp (event->name, "VEVENT") == 0 ? po_ics_find (event, "UID") : NULL;
      if (uid != NULL)
        g_hash_table_add (digest->uids, po_ics_text (uid->value));
    }
  }
  return digest;
}

typedef struct {
  const gchar *timezone;
  PoTimeNs now_ns;
  GHashTable *good, *candidate; // name -> PoCalendarFile
  GHashTable *digests;          // sha256 -> Digest, made when asked for
  GHashTable *present;          // set of the UIDs in all usable candidates, made when asked for; NULL until then
  PoScheduleVerdict *verdict;
} Judge;

static Digest *get_digest (Judge *judge, const PoCalendarFile *file) {
  Digest *digest = g_hash_table_lookup (judge->digests, file->sha256);
  if (digest == NULL) {
    digest = digest_new (file);
    g_hash_table_insert (judge->digests, file->sha256, digest);
  }
  return digest;
}

static GHashTable *get_present (Judge *judge) {
  GHashTableIter files, uids;
  gpointer file = NULL, uid = NULL;
  if (judge->present != NULL)
    return judge->present;
  judge->present = g_hash_table_new (g_str_hash, g_str_equal);
  g_hash_table_iter_init (&files, judge->candidate);
  while (g_hash_table_iter_next (&files, NULL, &file)) {
    g_hash_table_iter_init (&uids, get_digest (judge, file)->uids);
    while (g_hash_table_iter_next (&uids, &uid, NULL))
      g_hash_table_add (judge->present, uid);
  }
  return judge->present;
}

static guint count_lost (Judge *judge, const PoCalendarFile *good) {
  GHashTableIter iter;
  gpointer uid = NULL;
  guint lost = 0;
  GHashTable *present = get_present (judge);
  g_hash_table_iter_init (&iter, get_digest (judge, good)->uids);
  while (g_hash_table_iter_next (&iter, &uid, NULL))
    lost += !g_hash_table_contains (present, uid);
  return lost;
}

// Whether @good has events today and the candidates have none of them any more.
static gboolean lost_today (Judge *judge, const PoCalendarFile *good) {
  g_autoptr (GTimeZone) zone = g_time_zone_new_identifier (judge->timezone);
  g_autoptr (PoSchedule) schedule = zone != NULL ? po_schedule_new (judge->timezone, NULL) : NULL;
  if (schedule == NULL || !po_schedule_add (schedule, good->name, good->bytes, NULL))
    return FALSE;
  po_schedule_seal (schedule);
  PoTimeNs from_ns = po_time_local_midnight (judge->now_ns, zone);
  PoTimeNs to_ns = po_time_local_midnight (from_ns + 36 * 3600 * PO_NS_PER_SECOND, zone);
  GHashTable *present = get_present (judge);
  g_autoptr (GPtrArray) today = po_schedule_occurrences (schedule, from_ns, to_ns);
  for (guint i = 0; i < today->len; i++) {
    if (g_hash_table_contains (present, ((PoOccurrence *)today->pdata[i])->uid))
      return FALSE;
  }
  return today->len > 0;
}

static void add_verdict (Judge *judge, const gchar *name, PoCalendarState state, const PoCalendarFile *effective) {
  PoCalendarVerdict *verdict = g_new0 (PoCalendarVerdict, 1);
  verdict->name = g_strdup (name);
  verdict->state = state;
  verdict->effective = effective != NULL ? po_calendar_file_new (effective->name, effective->bytes) : NULL;
  g_ptr_array_add (judge->verdict->files, verdict);
  judge->verdict->needs_operator |=
      state == PO_CALENDAR_KEPT_UNUSABLE || state == PO_CALENDAR_KEPT_VANISHED || state == PO_CALENDAR_KEPT_SHRUNK;
}

static void G_GNUC_PRINTF (5, 6)
    add_finding (Judge *judge, PoSeverity severity, const gchar *code, const gchar *name, const gchar *format, ...) {
  va_list args;
  va_start (args, format);
  g_autofree gchar *message = g_strdup_vprintf (format, args);
  va_end (args);
  g_ptr_array_add (judge->verdict->findings, po_finding_new (severity, code, name, 0, NULL, NULL, "%s", message));
}

static void judge_unusable (Judge *judge, const PoCalendarFile *good, const PoCalendarFile *candidate) {
  const gchar *why = get_digest (judge, candidate)->unusable;
  add_verdict (judge, candidate->name, good != NULL ? PO_CALENDAR_KEPT_UNUSABLE : PO_CALENDAR_REFUSED, good);
  if (good != NULL)
    add_finding (
        judge, PO_SEVERITY_ERROR, "calendar-unusable", candidate->name,
        _ ("cannot be used: %s; its last good version stays on air; mend the file, or drop it with `playoutctl "
           "schedule confirm`"),
        why);
  else
    add_finding (judge, PO_SEVERITY_ERROR, "calendar-refused", candidate->name,
                 _ ("cannot be used: %s; nothing of it is on air; mend the file"), why);
}

static void judge_vanished (Judge *judge, const PoCalendarFile *good) {
  guint lost = count_lost (judge, good), all = g_hash_table_size (get_digest (judge, good)->uids);
  if (lost == 0) {
    add_verdict (judge, good->name, PO_CALENDAR_REMOVED, NULL);
    if (all > 0)
      add_finding (judge, PO_SEVERITY_NOTE, "calendar-moved", good->name,
                   _ ("is gone, but its events are in another file; that one is used"));
    return;
  }
  add_verdict (judge, good->name, PO_CALENDAR_KEPT_VANISHED, good);
  add_finding (
      judge, PO_SEVERITY_ERROR, "calendar-vanished", good->name,
      _ ("is gone from the schedule folder with %u events; its last good version stays on air; put it back, or "
         "let it go with `playoutctl schedule confirm`"),
      lost);
}

static void judge_changed (Judge *judge, const PoCalendarFile *good, const PoCalendarFile *candidate) {
  guint lost = count_lost (judge, good), all = g_hash_table_size (get_digest (judge, good)->uids);
  gboolean halved = lost * 2 > all;
  if (lost == 0 || (!halved && !lost_today (judge, good))) {
    add_verdict (judge, candidate->name, PO_CALENDAR_ACCEPTED, candidate);
    return;
  }
  add_verdict (judge, good->name, PO_CALENDAR_KEPT_SHRUNK, good);
  if (halved)
    add_finding (
        judge, PO_SEVERITY_ERROR, "calendar-shrunk", good->name,
        _ ("%u of its %u events are gone; its last good version stays on air; if that is meant, accept it with "
           "`playoutctl schedule confirm`"),
        lost, all);
  else
    add_finding (judge, PO_SEVERITY_ERROR, "calendar-shrunk", good->name,
                 _ ("all of its events of today are gone; its last good version stays on air; if that is meant, accept "
                    "it with `playoutctl schedule confirm`"));
}

static void judge_name (Judge *judge, const gchar *name) {
  const PoCalendarFile *good = g_hash_table_lookup (judge->good, name);
  const PoCalendarFile *candidate = g_hash_table_lookup (judge->candidate, name);
  if (candidate == NULL)
    judge_vanished (judge, good);
  else if (good != NULL && strcmp (good->sha256, candidate->sha256) == 0)
    add_verdict (judge, name, PO_CALENDAR_ACCEPTED, candidate);
  else if (get_digest (judge, candidate)->unusable != NULL)
    judge_unusable (judge, good, candidate);
  else if (good == NULL)
    add_verdict (judge, name, PO_CALENDAR_ACCEPTED, candidate);
  else
    judge_changed (judge, good, candidate);
}

static GHashTable *by_name (GPtrArray *files) {
  GHashTable *table = g_hash_table_new (g_str_hash, g_str_equal);
  for (guint i = 0; i < files->len; i++)
    g_hash_table_insert (table, ((PoCalendarFile *)files->pdata[i])->name, files->pdata[i]);
  return table;
}

static gint compare_names (gconstpointer a, gconstpointer b) {
  return strcmp (*(const gchar *const *)a, *(const gchar *const *)b);
}

static void add_names (GPtrArray *names, GHashTable *files, GHashTable *but) {
  GHashTableIter iter;
  gpointer name = NULL;
  g_hash_table_iter_init (&iter, files);
  while (g_hash_table_iter_next (&iter, &name, NULL)) {
    if (but == NULL || !g_hash_table_contains (but, name))
      g_ptr_array_add (names, name);
  }
}

PoScheduleVerdict *po_schedule_judge (const gchar *timezone, GPtrArray *last_good, GPtrArray *candidate,
                                      PoTimeNs now_ns) {
  g_autoptr (GHashTable) good_files = by_name (last_good);
  g_autoptr (GHashTable) candidate_files = by_name (candidate);
  g_autoptr (GHashTable) digests = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, digest_free);
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  Judge judge = {.timezone = timezone,
                 .now_ns = now_ns,
                 .good = good_files,
                 .candidate = candidate_files,
                 .digests = digests,
                 .verdict = g_new0 (PoScheduleVerdict, 1)};
  judge.verdict->files = g_ptr_array_new_with_free_func (calendar_verdict_free);
  judge.verdict->findings = g_ptr_array_new_with_free_func ((GDestroyNotify)po_finding_free);
  add_names (names, good_files, NULL);
  add_names (names, candidate_files, good_files);
  g_ptr_array_sort (names, compare_names);
  for (guint i = 0; i < names->len; i++)
    judge_name (&judge, names->pdata[i]);
  g_clear_pointer (&judge.present, g_hash_table_unref);
  return judge.verdict;
}
