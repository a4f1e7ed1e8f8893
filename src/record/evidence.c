// SPDX-License-Identifier: GPL-3.0-or-later
#include "record/evidence.h"

#include <glib/gi18n-lib.h>

#include "log/airings.h"
#include "model/aliases.h"
#include "model/error.h"
#include "schedule/store.h"

#define DAY_NS    (24 * 3600 * PO_NS_PER_SECOND)
#define MARGIN_NS (366 * DAY_NS) // as far as an episode may be moved, or made up, out of the window

#define PART_IDS  100000 // rows worth a thread of their own
#define MAX_PARTS 8

typedef struct {
  gpointer kept;
  GDestroyNotify free_func;
} Held;

/** Part: of the window's rows, read by a thread. */
typedef struct {
  const gchar *state_dir;
  PoAiringsSpan span;
  PoAirings *airings;
  GError *error;
} Part;

static void held_free (Held *held) {
  held->free_func (held->kept);
  g_free (held);
}

static void revision_free (PoReportRevision *self) {
  g_clear_pointer (&self->changed, g_hash_table_unref);
  g_ptr_array_unref (self->occurrences);
  g_free (self);
}

void po_evidence_free (PoEvidence *self) {
  if (self == NULL)
    return;
  g_clear_pointer (&self->source.revisions, g_ptr_array_unref);
  g_clear_pointer (&self->source.rows, g_ptr_array_unref);
  g_clear_pointer (&self->held, g_ptr_array_unref);
  g_clear_pointer (&self->source.journal, g_ptr_array_unref);
  g_clear_pointer (&self->source.corrections, g_ptr_array_unref);
  g_clear_pointer (&self->source.zone, g_time_zone_unref);
  g_clear_pointer (&self->clips, po_media_remembered_free);
  g_free (self->head);
  g_free (self);
}

static gint64 length_of (const gchar *media_hash, gpointer user) {
  return po_media_remembered_length_ns (((PoEvidence *)user)->clips, media_hash);
}

// Who put @revision in force: as the history of adoptions has it. (transfer none) (nullable)
static const gchar *who_of (GPtrArray *history, const gchar *revision) {
  const gchar *who = NULL;
  for (guint i = 0; i < history->len; i++) {
    const PoScheduleRevision *line = history->pdata[i];
    if (g_strcmp0 (line->revision, revision) == 0)
      who = line->who;
  }
  return who != NULL ? g_intern_string (who) : NULL; // the history goes before the report is made
}

/** Reading: revisions in order, each by what is not as it was in the one before: a station adopts hundreds a year. */
typedef struct {
  PoEvidence *evidence;
  PoScheduleStore *store;
  GPtrArray *history;
  PoRate rate;
  PoTimeNs from_ns, to_ns;
  PoSchedule *before; // (nullable) the one read last
  PoAliases *aliases; // the names of instances as the journal has them up to
  guint next;         // this entry
} Reading;

static void reading_clear (Reading *self) {
  g_clear_pointer (&self->store, po_schedule_store_free);
  g_clear_pointer (&self->history, g_ptr_array_unref);
  g_clear_pointer (&self->before, po_schedule_unref);
  g_clear_pointer (&self->aliases, po_aliases_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Reading, reading_clear)

static void name_as_known (Reading *self, const PoJournalEntry *adoption, const PoReportRevision *revision) {
  GPtrArray *journal = self->evidence->source.journal;
  for (gboolean is_there = FALSE; !is_there && self->next < journal->len; self->next++) {
    po_aliases_note (self->aliases, journal->pdata[self->next]);
    is_there = journal->pdata[self->next] == adoption;
  }
  for (guint i = 0; i < revision->occurrences->len; i++) {
    PoOccurrence *one = revision->occurrences->pdata[i]; // made for this list alone
    const gchar *instance = po_aliases_instance (self->aliases, one->uid, one->instance);
    if (instance == one->instance)
      continue;
    g_free (one->instance);
    one->instance = g_strdup (instance);
  }
}

// What @schedule holds of the window, from when it came into force, that is not as before.
static PoReportRevision *read_revision (Reading *self, PoSchedule *schedule, const gchar *name, PoTimeNs in_force_ns) {
  PoReportRevision *revision = g_new0 (PoReportRevision, 1);
  PoTimeNs begin_ns = MAX (self->from_ns, in_force_ns), end_ns = MAX (self->to_ns, begin_ns);
  revision->revision = name;
  revision->from_ns = in_force_ns;
  revision->changed = self->before != NULL ? po_schedule_changed (self->before, schedule) : NULL;
  revision->occurrences = po_schedule_all_of (schedule, revision->changed, begin_ns, end_ns);
  return revision;
}

static gboolean add_revision (Reading *self, const PoJournalEntry *entry, GError **error) {
  const gchar *name = po_journal_entry_get (entry, "schedule"), *who = who_of (self->history, name);
  g_autoptr (PoSchedule) schedule = po_schedule_store_at (self->store, name, error);
  if (schedule == NULL) {
    g_prefix_error (error, _ ("the calendars in force from journal entry %d on: "), (gint)entry->seq);
    return FALSE;
  }
  PoReportRevision *revision = read_revision (self, schedule, name, po_frame_to_time_floor (entry->frame, self->rate));
  revision->who = who != NULL ? who : entry->who;
  name_as_known (self, entry, revision);
  g_ptr_array_add (self->evidence->source.revisions, revision);
  g_clear_pointer (&self->before, po_schedule_unref);
  self->before = g_steal_pointer (&schedule);
  return TRUE;
}

// Adoptions after the window promise nothing in it; of those before it only the last is in force in it.
static gboolean read_revisions (PoEvidence *evidence, const gchar *state_dir, const gchar *timezone, PoRate rate,
                                PoTimeNs from_ns, PoTimeNs to_ns, GError **error) {
  g_auto (Reading) self = {.evidence = evidence, .rate = rate, .from_ns = from_ns, .to_ns = to_ns};
  self.store = po_schedule_store_open (state_dir, timezone, error);
  if (self.store == NULL)
    return FALSE;
  self.history = po_schedule_store_list (self.store);
  self.aliases = po_aliases_new ();
  const PoJournalEntry *before = NULL;
  const gchar *last = NULL;
  for (guint i = 0; i < evidence->source.journal->len; i++) {
    const PoJournalEntry *entry = evidence->source.journal->pdata[i];
    const gchar *name = entry->kind == PO_JOURNAL_ADOPT ? po_journal_entry_get (entry, "schedule") : NULL;
    if (name == NULL || *name == '\0' || g_strcmp0 (name, last) == 0)
      continue;
    last = name;
    PoTimeNs in_force_ns = po_frame_to_time_floor (entry->frame, rate);
    if (in_force_ns < from_ns) {
      before = entry;
      continue;
    }
    if (in_force_ns >= to_ns)
      break;
    if (before != NULL && !add_revision (&self, before, error))
      return FALSE;
    before = NULL;
    if (!add_revision (&self, entry, error))
      return FALSE;
  }
  return before == NULL || add_revision (&self, before, error);
}

// ---- rows ----

static void hold (PoEvidence *self, gpointer kept, GDestroyNotify free_func, GPtrArray *rows) {
  Held *held = g_new (Held, 1);
  *held = (Held){kept, free_func};
  g_ptr_array_add (self->held, held);
  g_ptr_array_extend (self->source.rows, rows, NULL, NULL);
}

static gint64 last_id (PoEvidence *self) {
  GPtrArray *rows = self->source.rows;
  return rows->len > 0 ? ((const PoAsrunRow *)rows->pdata[rows->len - 1])->id : 0;
}

// Of programmes in [from, to), with an id above those read already, after those.
static gboolean read_programmes (PoEvidence *self, PoLogReader *reader, PoTimeNs from_ns, PoTimeNs to_ns,
                                 GError **error) {
  PoAsrunFilter filter = {.own_only = TRUE, .after_id = last_id (self)};
  GPtrArray *found = po_log_reader_asrun (reader, from_ns, to_ns, &filter, error);
  if (found != NULL)
    hold (self, found, (GDestroyNotify)g_ptr_array_unref, found);
  return found != NULL;
}

static gpointer read_part (gpointer data) {
  Part *part = data;
  g_autoptr (PoLogReader) reader = po_log_reader_open (part->state_dir, &part->error);
  part->airings = reader != NULL ? po_airings_read (reader, &part->span, &part->error) : NULL;
  return NULL;
}

static guint count_parts (const PoAiringsSpan *span) {
  const gint64 ids = span->last - span->first + 1;
  return (guint)CLAMP (ids / PART_IDS, 1, MIN (MAX_PARTS, g_get_num_processors ()));
}

// Every row in the window, a part a thread: ten years are a million.
static gboolean read_window (PoEvidence *self, PoLogReader *reader, const gchar *state_dir, PoTimeNs from_ns,
                             PoTimeNs to_ns, GError **error) {
  PoAiringsSpan whole;
  Part parts[MAX_PARTS] = {0};
  GThread *threads[MAX_PARTS] = {NULL};
  gboolean is_read = TRUE;
  if (!po_airings_find (reader, from_ns, to_ns, &whole, error))
    return FALSE;
  whole.first = MAX (whole.first, last_id (self) + 1);
  const guint n = count_parts (&whole);
  const gint64 share = (whole.last - whole.first + 1) / n;
  for (guint i = 0; i < n; i++) {
    parts[i] = (Part){state_dir, whole, NULL, NULL};
    parts[i].span.first = whole.first + share * i;
    parts[i].span.last = i + 1 < n ? whole.first + share * (i + 1) - 1 : whole.last;
    threads[i] = g_thread_new ("rows", read_part, &parts[i]);
  }
  for (guint i = 0; i < n; i++) {
    g_thread_join (threads[i]);
    if (parts[i].airings != NULL)
      hold (self, parts[i].airings, (GDestroyNotify)po_airings_free, parts[i].airings->rows);
    else if (is_read)
      g_propagate_error (error, parts[i].error);
    else
      g_error_free (parts[i].error);
    is_read = is_read && parts[i].airings != NULL;
  }
  return is_read;
}

static gboolean read_log (PoEvidence *self, const gchar *state_dir, PoRate rate, PoTimeNs from_ns, PoTimeNs to_ns,
                          GError **error) {
  g_autoptr (PoLogReader) reader = po_log_reader_open (state_dir, error);
  if (reader == NULL)
    return FALSE;
  self->source.rows = g_ptr_array_new ();
  self->held = g_ptr_array_new_with_free_func ((GDestroyNotify)held_free);
  if (!read_programmes (self, reader, from_ns - MARGIN_NS, from_ns, error) ||
      !read_window (self, reader, state_dir, from_ns, to_ns, error) ||
      !read_programmes (self, reader, to_ns, to_ns + MARGIN_NS, error) ||
      !po_log_reader_was_on (reader, from_ns, to_ns, &self->source.was_on, &self->source.is_on, error))
    return FALSE;
  self->source.journal = po_log_reader_journal (reader, rate, PO_FRAME_NONE, error);
  self->source.corrections = self->source.journal != NULL ? po_log_reader_corrections (reader, error) : NULL;
  self->head = po_log_reader_head (reader);
  return self->source.corrections != NULL;
}

PoEvidence *po_evidence_read (const gchar *state_dir, const gchar *timezone, PoRate rate, PoTimeNs from_ns,
                              PoTimeNs to_ns, PoTimeNs now_ns, GError **error) {
  g_autoptr (PoEvidence) self = g_new0 (PoEvidence, 1);
  self->source.zone = g_time_zone_new_identifier (timezone);
  self->source.now_ns = now_ns;
  self->clips = po_media_remembered_open (state_dir);
  self->source.length_ns = length_of;
  self->source.user = self;
  self->source.revisions = g_ptr_array_new_with_free_func ((GDestroyNotify)revision_free);
  if (!read_log (self, state_dir, rate, from_ns, to_ns, error) ||
      !read_revisions (self, state_dir, timezone, rate, from_ns - MARGIN_NS, to_ns + MARGIN_NS, error))
    return NULL;
  for (guint i = 0; i < self->source.rows->len; i++)
    self->source.now_ns = MAX (self->source.now_ns, ((const PoAsrunRow *)self->source.rows->pdata[i])->actual_end_ns);
  return g_steal_pointer (&self);
}
