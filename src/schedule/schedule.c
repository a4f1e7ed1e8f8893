// SPDX-License-Identifier: GPL-3.0-or-later
// Files, their events, the series they make, and which series continue one another.
#include "schedule/schedule.h"

#include <string.h>

#include "model/error.h"
#include "model/text.h"
#include "schedule/series-check.h"
#include "schedule/series.h"

// More than this is no calendar but an accident.
#define MAX_FILE_BYTES (256 * 1024 * 1024)

typedef struct {
  gchar *name;
  gchar *sha256;
  GPtrArray *ics;         // PoIcsFile, one
  GPtrArray *zones;       // PoZones, one a VCALENDAR
  GHashTable *vtimezones; // TZID -> PoIcsComponent, of all its calendars
} File;

// When a series airs at all; a dense array of these is what a window looks through.
typedef struct {
  gint64 first_s, last_s;
} Span;

struct _PoSchedule {
  gatomicrefcount ref_count;
  PoZoneShelf shelf;
  GPtrArray *files;    // File
  GPtrArray *events;   // PoEvent, all
  GPtrArray *findings; // PoFinding
  GHashTable *by_uid;  // UID -> PoSeries (transfer none)
  GPtrArray *series;   // PoSeries, by UID
  GArray *spans;       // Span a series
  GHashTable *roots;   // series_uid -> GPtrArray of PoSeries, for those that more than one series make up
  gchar *revision;
  GMutex lock; // over what series and rules remember of counting
};

static void file_free (gpointer data) {
  File *self = data;
  g_free (self->name);
  g_free (self->sha256);
  g_clear_pointer (&self->ics, g_ptr_array_unref);
  g_clear_pointer (&self->zones, g_ptr_array_unref);
  g_clear_pointer (&self->vtimezones, g_hash_table_unref);
  g_free (self);
}

PoSchedule *po_schedule_new (const gchar *timezone, GError **error) {
  PoZone *station = po_zone_from_olson (timezone);
  if (station == NULL) {
    g_set_error (error, PO_ERROR, PO_ERROR_INPUT, _ ("the time zone “%s” is unknown; write it like Asia/Ho_Chi_Minh"),
                 timezone);
    return NULL;
  }
  PoSchedule *self = g_new0 (PoSchedule, 1);
  g_atomic_ref_count_init (&self->ref_count);
  g_mutex_init (&self->lock);
  self->shelf.station = station;
  self->shelf.known = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)po_zone_unref);
  self->files = g_ptr_array_new_with_free_func (file_free);
  self->events = g_ptr_array_new_with_free_func ((GDestroyNotify)po_event_free);
  self->findings = g_ptr_array_new_with_free_func ((GDestroyNotify)po_finding_free);
  self->by_uid = g_hash_table_new (g_str_hash, g_str_equal);
  self->series = g_ptr_array_new_with_free_func ((GDestroyNotify)po_series_free);
  self->spans = g_array_new (FALSE, FALSE, sizeof (Span));
  self->roots = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify)g_ptr_array_unref);
  return self;
}

PoSchedule *po_schedule_ref (PoSchedule *self) {
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void po_schedule_unref (PoSchedule *self) {
  if (self == NULL || !g_atomic_ref_count_dec (&self->ref_count))
    return;
  g_hash_table_unref (self->roots);
  g_hash_table_unref (self->by_uid);
  g_ptr_array_unref (self->series);
  g_array_unref (self->spans);
  g_ptr_array_unref (self->events);
  g_ptr_array_unref (self->files);
  g_ptr_array_unref (self->findings);
  g_hash_table_unref (self->shelf.known);
  po_zone_unref (self->shelf.station);
  g_mutex_clear (&self->lock);
  g_free (self->revision);
  g_free (self);
}

// Reading.

// What goes from those invited to the one who plans, by RFC 5546. It carries a copy of the event that may look newer.
static gboolean is_reply (const PoIcsProp *method) {
  static const gchar *const names[] = {"REPLY", "COUNTER", "DECLINECOUNTER", "REFRESH"};
  for (guint i = 0; method != NULL && i < G_N_ELEMENTS (names); i++)
    if (g_ascii_strcasecmp (method->value, names[i]) == 0)
      return TRUE;
  return FALSE;
}

// What came before iCalendar, as old phones write it. What the two have in common is read.
static void tell_old_standard (const PoIcsComponent *calendar, PoFileReport *report) {
  const PoIcsProp *version = po_ics_find (calendar, "VERSION");
  if (version != NULL && g_str_equal (version->value, "1.0"))
    po_file_report_warning (report, "old-standard", version->line, NULL, version->name,
                            _ ("this is vCalendar 1.0, which writes rules, lists of dates and letters with accents in "
                               "another way; export it as iCalendar 2.0"));
}

static void read_calendar (PoSchedule *self, File *file, const PoIcsComponent *calendar, PoFileReport *report) {
  PoZones *zones = po_zones_new (calendar, file->vtimezones, &self->shelf, report);
  g_ptr_array_add (file->zones, zones);
  tell_old_standard (calendar, report);
  const PoIcsProp *method = po_ics_find (calendar, "METHOD");
  if (is_reply (method)) {
    po_file_report_note (report, "reply", method->line, NULL, method->name,
                         _ ("“%s”: what someone invited replied or asked changes no plan; nothing of it was taken"),
                         method->value);
    return;
  }
  PoReading reader = {.zones = zones,
                      .report = report,
                      .file = file->name,
                      .cancels = method != NULL && g_ascii_strcasecmp (method->value, "CANCEL") == 0,
                      .adds = method != NULL && g_ascii_strcasecmp (method->value, "ADD") == 0};
  for (const PoIcsComponent *c = calendar->children; c != NULL; c = c->next) {
    PoEvent *event = g_str_equal (c->name, "VEVENT") && !c->broken ? po_event_read (&reader, c) : NULL;
    if (event == NULL)
      continue;
    event->order = self->events->len;
    g_ptr_array_add (self->events, event);
  }
}

gboolean po_schedule_add (PoSchedule *self, const gchar *file_name, GBytes *bytes, GError **error) {
  File *file = g_new0 (File, 1);
  file->name = g_path_get_basename (file_name);
  PoFileReport report = {.findings = self->findings, .file = file->name};
  guint n_findings = self->findings->len;
  PoIcsFile *ics = po_ics_file_parse (bytes, &report, error);
  if (ics == NULL) {
    g_ptr_array_set_size (self->findings, (gint)n_findings);
    file_free (file);
    return FALSE;
  }
  file->sha256 = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, bytes);
  file->ics = g_ptr_array_new_with_free_func ((GDestroyNotify)po_ics_file_free);
  g_ptr_array_add (file->ics, ics);
  file->zones = g_ptr_array_new_with_free_func ((GDestroyNotify)po_zones_free);
  g_ptr_array_add (self->files, file);
  file->vtimezones = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  for (const PoIcsComponent *c = po_ics_file_calendars (ics); c != NULL; c = c->next)
    po_zones_collect (c, file->vtimezones);
  for (const PoIcsComponent *c = po_ics_file_calendars (ics); c != NULL; c = c->next)
    if (g_str_equal (c->name, "VCALENDAR") && !c->broken)
      read_calendar (self, file, c, &report);
  return TRUE;
}

// Sealing.

static gint compare_files (gconstpointer a, gconstpointer b) {
  return strcmp ((*(File *const *)a)->name, (*(File *const *)b)->name);
}

static gchar *make_revision (PoSchedule *self) {
  g_autoptr (GPtrArray) sorted = g_ptr_array_new ();
  for (guint i = 0; i < self->files->len; i++)
    g_ptr_array_add (sorted, g_ptr_array_index (self->files, i));
  g_ptr_array_sort (sorted, compare_files);
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  for (guint i = 0; i < sorted->len; i++) {
    const File *file = g_ptr_array_index (sorted, i);
    g_checksum_update (checksum, (const guchar *)file->name, (gssize)strlen (file->name) + 1);
    g_checksum_update (checksum, (const guchar *)file->sha256, (gssize)strlen (file->sha256));
  }
  return g_strdup (g_checksum_get_string (checksum));
}

static gint compare_series (gconstpointer a, gconstpointer b) {
  return strcmp (po_series_uid (*(PoSeries *const *)a), po_series_uid (*(PoSeries *const *)b));
}

// Cancellations that name a series and say no more of it.
static void take_back (PoSchedule *self) {
  for (guint i = 0; i < self->events->len; i++) {
    PoEvent *event = g_ptr_array_index (self->events, i);
    PoSeries *series = event->has_start ? NULL : g_hash_table_lookup (self->by_uid, event->uid);
    if (series != NULL)
      po_series_add (series, event);
    else if (!event->has_start)
      g_ptr_array_add (self->findings,
                       po_finding_new (PO_SEVERITY_WARNING, "cancels-unknown", event->file, event->line, event->uid,
                                       "METHOD", _ ("it cancels an event that no calendar here has")));
  }
}

static void collect_series (PoSchedule *self) {
  for (guint i = 0; i < self->events->len; i++) {
    PoEvent *event = g_ptr_array_index (self->events, i);
    if (!event->has_start)
      continue;
    PoSeries *series = g_hash_table_lookup (self->by_uid, event->uid);
    if (series == NULL) {
      series = po_series_new ();
      g_ptr_array_add (self->series, series);
      g_hash_table_insert (self->by_uid, event->uid, series);
    }
    po_series_add (series, event);
  }
  take_back (self);
  for (guint i = 0; i < self->series->len; i++)
    po_series_seal (g_ptr_array_index (self->series, i), self->findings);
  g_ptr_array_sort (self->series, compare_series);
  for (guint i = 0; i < self->series->len; i++) {
    const PoSeries *series = g_ptr_array_index (self->series, i);
    Span span = {po_series_first (series), po_series_last (series)};
    g_array_append_val (self->spans, span);
  }
}

static gint compare_findings (gconstpointer a, gconstpointer b) {
  const PoFinding *x = *(PoFinding *const *)a, *y = *(PoFinding *const *)b;
  gint by_file = g_strcmp0 (x->file, y->file);
  if (by_file != 0)
    return by_file;
  return (x->line > y->line) - (x->line < y->line);
}

void po_schedule_seal (PoSchedule *self) {
  collect_series (self);
  po_series_link (self->series, self->by_uid, self->roots);
  po_series_check_restarts (self->series, self->findings);
  po_series_check_shared (self->events, self->findings);
  g_ptr_array_sort (self->findings, compare_findings);
  self->revision = make_revision (self);
}

static gboolean load_file (PoSchedule *self, const gchar *dir, const gchar *name, GError **error) {
  g_autofree gchar *path = g_build_filename (dir, name, NULL);
  g_autoptr (GMappedFile) mapped = NULL;
  if (!g_file_test (path, G_FILE_TEST_IS_REGULAR)) {
    g_set_error (error, PO_ERROR, PO_ERROR_INPUT, _ ("%s: not a regular file"), name);
    return FALSE;
  }
  mapped = g_mapped_file_new (path, FALSE, error);
  if (mapped == NULL)
    return FALSE;
  if (g_mapped_file_get_length (mapped) > MAX_FILE_BYTES) {
    g_set_error (error, PO_ERROR, PO_ERROR_INPUT, _ ("%s: larger than %d MB"), name, MAX_FILE_BYTES / 1024 / 1024);
    return FALSE;
  }
  // A private copy: the file may be written to while it is read, which a mapping would pass on.
  g_autoptr (GBytes) bytes = g_bytes_new (g_mapped_file_get_contents (mapped), g_mapped_file_get_length (mapped));
  return po_schedule_add (self, name, bytes, error);
}

static gint compare_names (gconstpointer a, gconstpointer b) {
  return strcmp (*(const gchar *const *)a, *(const gchar *const *)b);
}

// An error of one file begins with "name: " or "name:line: "; a finding says that itself.
static PoFinding *unusable_finding (const gchar *name, const gchar *why) {
  guint line = 0;
  if (g_str_has_prefix (why, name) && why[strlen (name)] == ':') {
    gchar *end;
    why += strlen (name) + 1;
    line = (guint)g_ascii_strtoull (why, &end, 10);
    why = line > 0 && *end == ':' ? end + 1 : why;
    why += strspn (why, " ");
  }
  return po_finding_new (PO_SEVERITY_ERROR, "file-unusable", name, line, NULL, NULL,
                         _ ("%s; nothing of it was taken: export or copy it once more"), why);
}

PoSchedule *po_schedule_load_folder (const gchar *dir, const gchar *timezone, GError **error) {
  g_autoptr (PoSchedule) self = po_schedule_new (timezone, error);
  g_autoptr (GDir) folder = self != NULL ? g_dir_open (dir, 0, error) : NULL;
  if (folder == NULL)
    return NULL;
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  for (const gchar *name; (name = g_dir_read_name (folder)) != NULL;)
    if (name[0] != '.' && strlen (name) > 4 && g_ascii_strcasecmp (name + strlen (name) - 4, ".ics") == 0)
      g_ptr_array_add (names, g_strdup (name));
  g_ptr_array_sort (names, compare_names);
  for (guint i = 0; i < names->len; i++) {
    const gchar *name = g_ptr_array_index (names, i);
    g_autoptr (GError) unusable = NULL;
    if (!load_file (self, dir, name, &unusable))
      g_ptr_array_add (self->findings, unusable_finding (name, unusable->message));
  }
  po_schedule_seal (self);
  return g_steal_pointer (&self);
}

// Asking.

// Of the numbering that @series_uid gives its name to: those of @members or, when there are none, of @alone.
static gint64 count_before_in (GPtrArray *members, PoSeries *alone, gint64 original_s) {
  if (members == NULL)
    return alone != NULL ? po_series_count_before (alone, original_s) : 0;
  gint64 n = 0;
  for (guint i = 0; i < members->len; i++)
    n += po_series_count_before (g_ptr_array_index (members, i), original_s);
  return n;
}

static gint64 count_before (PoSchedule *self, const gchar *series_uid, gint64 original_s) {
  return count_before_in (g_hash_table_lookup (self->roots, series_uid), g_hash_table_lookup (self->by_uid, series_uid),
                          original_s);
}

static gint64 ceil_seconds (PoTimeNs time_ns) {
  return -po_floor_div (-CLAMP (time_ns, -G_MAXINT64, G_MAXINT64), PO_NS_PER_SECOND);
}

// Whose numbering the instances of @series in @list, from @first on, belong to, and their place in it.
static void number_instances (PoSchedule *self, PoSeries *series, GPtrArray *list, guint first) {
  if (first == list->len)
    return;
  const gchar *root_uid = po_series_root (series);
  PoSeries *root = g_hash_table_lookup (self->by_uid, root_uid);
  GPtrArray *members = g_hash_table_lookup (self->roots, root_uid);
  gboolean continues = root != NULL && root != series && !po_series_event (series)->first_episode_set;
  for (guint k = first; k < list->len; k++) {
    PoOccurrence *occurrence = g_ptr_array_index (list, k);
    if (continues)
      occurrence->first_episode = po_series_event (root)->first_episode;
    occurrence->series_uid = g_strdup (root_uid);
    occurrence->ordinal = count_before_in (members, root, po_floor_div (occurrence->original_ns, PO_NS_PER_SECOND));
  }
}

typedef struct {
  PoSchedule *schedule;
  gboolean cancelled;
  gint64 from_s, to_s;
  GHashTable *uids; // (nullable) only these
  GPtrArray *all;
  GPtrArray *cut; // (nullable)
} Listing;

// At most @room of @series; FALSE: there may be more.
static gboolean list_series (Listing *self, PoSeries *series, guint room) {
  return (self->cancelled ? po_series_cancelled : po_series_occurrences) (series, self->from_s, self->to_s, room,
                                                                          self->all);
}

static void tell_cut (Listing *self, PoSeries *series, guint n) {
  const PoEvent *event = po_series_event (series);
  g_ptr_array_add (self->cut, po_finding_new (PO_SEVERITY_WARNING, "cut", event->file, event->line, event->uid, "RRULE",
                                              _ ("%u instances in this window, perhaps more; no more are listed"), n));
}

// A few endless series use up the room, but never that of the others.
static void list_long (Listing *self, GPtrArray *series) {
  for (guint i = 0; i < series->len; i++) {
    const guint first = self->all->len;
    const guint share = (PO_SCHEDULE_MAX - MIN (first, PO_SCHEDULE_MAX)) / (series->len - i);
    if (!list_series (self, series->pdata[i], MIN (share, PO_SCHEDULE_MAX_OF_SERIES)) && self->cut != NULL)
      tell_cut (self, series->pdata[i], self->all->len - first);
    number_instances (self->schedule, series->pdata[i], self->all, first);
  }
}

static void list_all (Listing *self) {
  g_autoptr (GPtrArray) longer = g_ptr_array_new ();
  for (guint i = 0; i < self->schedule->series->len; i++) {
    const Span *span = &g_array_index (self->schedule->spans, Span, i);
    PoSeries *series = self->schedule->series->pdata[i];
    if (span->first_s >= self->to_s || span->last_s < self->from_s ||
        (self->uids != NULL && !g_hash_table_contains (self->uids, po_series_uid (series))))
      continue;
    const guint first = self->all->len, room = PO_SCHEDULE_MAX - MIN (first, PO_SCHEDULE_MAX);
    if (list_series (self, series, MIN (room, PO_SCHEDULE_MAX_AT_FIRST))) {
      number_instances (self->schedule, series, self->all, first);
    } else {
      g_ptr_array_set_size (self->all, first);
      g_ptr_array_add (longer, series);
    }
  }
  list_long (self, longer);
}

static GPtrArray *list_instances (PoSchedule *self, GHashTable *uids, gboolean cancelled, PoTimeNs from_ns,
                                  PoTimeNs to_ns, GPtrArray *cut) {
  GPtrArray *all = g_ptr_array_new_with_free_func ((GDestroyNotify)po_occurrence_unref);
  Listing listing = {self, cancelled, po_floor_div (from_ns, PO_NS_PER_SECOND), ceil_seconds (to_ns), uids, all, cut};
  if (to_ns <= from_ns)
    return all;
  g_mutex_lock (&self->lock);
  list_all (&listing);
  g_mutex_unlock (&self->lock);
  for (guint k = all->len; k-- > 0;) {
    const PoOccurrence *occurrence = g_ptr_array_index (all, k);
    if (occurrence->start_ns < from_ns && occurrence->end_ns <= from_ns) // a window that begins within a second
      g_ptr_array_remove_index_fast (all, k);
  }
  g_ptr_array_sort (all, po_occurrence_compare);
  return all;
}

GPtrArray *po_schedule_occurrences_and_cut (PoSchedule *self, PoTimeNs from_ns, PoTimeNs to_ns, GPtrArray *cut) {
  return list_instances (self, NULL, FALSE, from_ns, to_ns, cut);
}

GPtrArray *po_schedule_occurrences (PoSchedule *self, PoTimeNs from_ns, PoTimeNs to_ns) {
  return list_instances (self, NULL, FALSE, from_ns, to_ns, NULL);
}

static gint compare_originals (gconstpointer a, gconstpointer b) {
  const PoOccurrence *x = *(PoOccurrence *const *)a, *y = *(PoOccurrence *const *)b;
  return (x->original_ns > y->original_ns) - (x->original_ns < y->original_ns);
}

GPtrArray *po_schedule_instances (PoSchedule *self, const gchar *uid, PoTimeNs from_ns, PoTimeNs to_ns, guint most,
                                  gboolean *ret_is_whole) {
  g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func ((GDestroyNotify)po_occurrence_unref);
  gint64 from_s = po_floor_div (from_ns, PO_NS_PER_SECOND), to_s = ceil_seconds (to_ns);
  *ret_is_whole = FALSE;
  g_mutex_lock (&self->lock);
  PoSeries *series = g_hash_table_lookup (self->by_uid, uid);
  if (series != NULL && po_series_last (series) != G_MAXINT64) {
    po_series_occurrences (series, po_series_first (series), po_series_last (series) + 1, most + 1, list);
    *ret_is_whole = list->len <= most;
  }
  if (series != NULL && !*ret_is_whole) {
    g_ptr_array_set_size (list, 0);
    po_series_occurrences (series, from_s, to_s, most, list);
  }
  if (series != NULL)
    number_instances (self, series, list, 0);
  g_mutex_unlock (&self->lock);
  g_ptr_array_sort (list, compare_originals);
  return g_steal_pointer (&list);
}

GPtrArray *po_schedule_all_of (PoSchedule *self, GHashTable *uids, PoTimeNs from_ns, PoTimeNs to_ns) {
  GPtrArray *all = list_instances (self, uids, FALSE, from_ns, to_ns, NULL);
  g_ptr_array_extend_and_steal (all, list_instances (self, uids, TRUE, from_ns, to_ns, NULL));
  return all;
}

static gint compare_zones (gconstpointer a, gconstpointer b) {
  const PoIcsProp *x = po_ics_find (*(PoIcsComponent *const *)a, "TZID"),
                  *y = po_ics_find (*(PoIcsComponent *const *)b, "TZID");
  return g_strcmp0 (x != NULL ? x->value : NULL, y != NULL ? y->value : NULL);
}

// What the files of @self define of zones, sorted. (transfer container)
static GPtrArray *zones_of (PoSchedule *self) {
  GPtrArray *zones = g_ptr_array_new ();
  for (guint i = 0; i < self->files->len; i++) {
    const File *file = self->files->pdata[i];
    GHashTableIter iter;
    gpointer zone = NULL;
    g_hash_table_iter_init (&iter, file->vtimezones);
    while (g_hash_table_iter_next (&iter, NULL, &zone))
      g_ptr_array_add (zones, zone);
  }
  g_ptr_array_sort (zones, compare_zones);
  return zones;
}

static gboolean have_same_zones (PoSchedule *a, PoSchedule *b) {
  g_autoptr (GPtrArray) zones = zones_of (a);
  g_autoptr (GPtrArray) others = zones_of (b);
  gboolean is_same = zones->len == others->len;
  for (guint i = 0; is_same && i < zones->len; i++)
    is_same = po_ics_says_the_same (zones->pdata[i], others->pdata[i]);
  return is_same;
}

// Those of @a that are not the same in @b. Where several series make one numbering, each counts on the others.
static void add_changed (GHashTable *changed, PoSchedule *a, PoSchedule *b, gboolean all) {
  for (guint i = 0; i < a->series->len; i++) {
    const PoSeries *series = a->series->pdata[i];
    const PoSeries *other = g_hash_table_lookup (b->by_uid, po_series_uid (series));
    if (all || other == NULL || g_hash_table_contains (a->roots, po_series_root (series)) ||
        !po_series_says_the_same (series, other))
      g_hash_table_add (changed, g_strdup (po_series_uid (series)));
  }
}

GHashTable *po_schedule_changed (PoSchedule *before, PoSchedule *after) {
  GHashTable *changed = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  const gboolean all = !have_same_zones (before, after);
  add_changed (changed, before, after, all);
  add_changed (changed, after, before, all);
  return changed;
}

GStrv po_schedule_rescheduled (PoSchedule *before, PoSchedule *after) {
  g_autoptr (GStrvBuilder) uids = g_strv_builder_new ();
  for (guint i = 0; i < after->series->len; i++) {
    const PoSeries *is = g_ptr_array_index (after->series, i);
    const PoSeries *was = g_hash_table_lookup (before->by_uid, po_series_uid (is));
    if (was != NULL && !po_series_recurs_alike (was, is))
      g_strv_builder_add (uids, po_series_uid (is));
  }
  return g_strv_builder_end (uids);
}

gint64 po_schedule_count_before (PoSchedule *self, const gchar *series_uid, PoTimeNs original_ns) {
  g_mutex_lock (&self->lock);
  gint64 n = count_before (self, series_uid, ceil_seconds (original_ns));
  g_mutex_unlock (&self->lock);
  return n;
}

GPtrArray *po_schedule_findings (PoSchedule *self) {
  GPtrArray *copy = g_ptr_array_sized_new (self->findings->len);
  for (guint i = 0; i < self->findings->len; i++)
    g_ptr_array_add (copy, g_ptr_array_index (self->findings, i));
  return copy;
}

const gchar *po_schedule_revision (PoSchedule *self) {
  return self->revision;
}
