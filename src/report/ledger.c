// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/ledger.h"

#include "rundown/template.h"

typedef struct {
  PoReportInstance facts; // first: one pointer serves for both
  guint seen;             // the last revision that held it, from 1
  guint first_seen;
  const gchar *held_as; // (nullable) the UID under which it did
} Entry;

struct _PoLedger {
  const PoReportSource *source;
  GPtrArray *all;     // Entry, owned
  GHashTable *byname; // "uid\tinstance" -> Entry; several names may lead to one
  GHashTable *names;  // Entry -> GPtrArray of the names that led to it, GRefString
};

void po_report_instance_free (PoReportInstance *self) {
  g_free (self->series_uid);
  g_free (self->uid);
  g_free (self->instance);
  g_free (self->title);
  g_free (self->category);
  g_free (self->media);
  g_free (self->why);
  g_free (self->who);
  g_array_unref (self->rows);
  g_free (self);
}

static gchar *name_of (const gchar *uid, const gchar *instance) {
  return g_strconcat (uid, "\t", instance, NULL);
}

static void put_name (PoLedger *self, const gchar *name, Entry *entry) {
  if (g_hash_table_lookup (self->byname, name) == entry)
    return;
  GPtrArray *names = g_hash_table_lookup (self->names, entry);
  if (names == NULL) {
    names = g_ptr_array_new_with_free_func ((GDestroyNotify)g_ref_string_release);
    g_hash_table_insert (self->names, entry, names);
  }
  gchar *kept = g_ref_string_new (name);
  g_ptr_array_add (names, kept);
  g_hash_table_replace (self->byname, g_ref_string_acquire (kept), entry);
}

static void name_entry (PoLedger *self, const gchar *uid, const gchar *instance, Entry *entry) {
  g_autofree gchar *name = name_of (uid, instance);
  put_name (self, name, entry);
}

PoReportInstance *po_ledger_find (PoLedger *self, const gchar *uid, const gchar *instance) {
  g_autofree gchar *name = name_of (uid, instance);
  return g_hash_table_lookup (self->byname, name);
}

static Entry *add_entry (PoLedger *self, const gchar *series_uid, const gchar *uid, const gchar *instance) {
  Entry *entry = g_new0 (Entry, 1);
  entry->facts.series_uid = g_strdup (series_uid);
  entry->facts.uid = g_strdup (uid);
  entry->facts.instance = g_strdup (instance);
  entry->facts.rows = g_array_new (FALSE, FALSE, sizeof (gint64));
  entry->facts.decided_ns = entry->facts.aired_ns = PO_TIME_NONE;
  entry->facts.state = PO_REPORT_TO_COME;
  g_ptr_array_add (self->all, entry);
  name_entry (self, series_uid, instance, entry);
  name_entry (self, uid, instance, entry);
  return entry;
}

PoReportInstance *po_ledger_find_or_add (PoLedger *self, const PoAsrunRow *row) {
  PoReportInstance *found = po_ledger_find (self, row->uid, row->instance);
  if (found != NULL)
    return found;
  PoReportInstance *facts = &add_entry (self, row->uid, row->uid, row->instance)->facts;
  facts->title = g_strdup (row->title);
  if (!po_time_parse (row->instance, self->source->zone, &facts->original_ns, NULL))
    facts->original_ns = row->planned_start_ns != PO_TIME_NONE ? row->planned_start_ns : row->actual_start_ns;
  facts->start_ns = row->actual_start_ns;
  facts->end_ns = row->actual_end_ns;
  facts->live = g_strcmp0 (row->kind, "live") == 0;
  return facts;
}

GPtrArray *po_ledger_all (PoLedger *self) {
  return self->all;
}

// The path that the occurrence's first clip has by its name; NULL where only the folder knows. (transfer full)
static gchar *media_of (PoLedger *self, const PoOccurrence *occurrence) {
  if (occurrence->n_attach == 0 || occurrence->attach[0].is_live || g_str_has_suffix (occurrence->attach[0].uri, "/"))
    return NULL;
  PoTemplateFacts facts = {.episode = occurrence->first_episode + occurrence->ordinal,
                           .original_ns = occurrence->original_ns,
                           .uid = occurrence->series_uid != NULL ? occurrence->series_uid : occurrence->uid,
                           .zone = self->source->zone};
  g_autofree gchar *typed = po_template_expand (occurrence->attach[0].uri, &facts, NULL);
  g_autofree gchar *decoded = typed != NULL ? g_uri_unescape_string (typed, NULL) : NULL;
  const gchar *name = decoded != NULL ? decoded : typed;
  return name != NULL ? g_utf8_normalize (name, -1, G_NORMALIZE_NFC) : NULL;
}

static void describe (PoLedger *self, PoReportInstance *facts, const PoOccurrence *occurrence) {
  g_free (facts->title);
  g_free (facts->category);
  g_free (facts->media);
  facts->title = g_strdup (occurrence->summary);
  facts->category = g_strdup (occurrence->categories != NULL ? occurrence->categories[0] : NULL);
  facts->media = media_of (self, occurrence);
  facts->start_ns = occurrence->start_ns;
  facts->end_ns = occurrence->end_ns;
  facts->ordinal = occurrence->ordinal;
  facts->join = occurrence->join;
  facts->live = occurrence->n_attach > 0 && occurrence->attach[0].is_live;
  facts->parts = occurrence->n_attach;
}

static void decide (PoReportInstance *facts, PoReportState state, const gchar *who, PoTimeNs at_ns) {
  if (facts->state == state)
    return;
  facts->state = state;
  g_free (facts->who);
  facts->who = state != PO_REPORT_TO_COME ? g_strdup (who) : NULL;
  facts->decided_ns = state != PO_REPORT_TO_COME ? at_ns : PO_TIME_NONE;
}

// Notes for people and pools of filler promise nothing.
static gboolean is_obligation (const PoOccurrence *occurrence) {
  return !occurrence->transparent && !(occurrence->date_only && occurrence->n_attach == 0);
}

static gboolean is_over (PoTimeNs start_ns, PoTimeNs end_ns, PoTimeNs at_ns) {
  return MAX (end_ns, start_ns + 1) <= at_ns;
}

// @number: of the revision, from 1.
static void take_occurrence (PoLedger *self, const PoReportRevision *revision, guint number,
                             const PoOccurrence *occurrence) {
  const gchar *series_uid = occurrence->series_uid != NULL ? occurrence->series_uid : occurrence->uid;
  if (!is_obligation (occurrence) || is_over (occurrence->start_ns, occurrence->end_ns, revision->from_ns))
    return;
  Entry *entry = (Entry *)po_ledger_find (self, series_uid, occurrence->instance);
  if (entry == NULL) {
    entry = add_entry (self, series_uid, occurrence->uid, occurrence->instance);
    entry->facts.original_ns = occurrence->original_ns;
    entry->first_seen = number;
  } else if (entry->seen == number) {
    return; // two calendars hold it; the first in order is it
  }
  name_entry (self, occurrence->uid, occurrence->instance, entry);
  entry->held_as = g_intern_string (occurrence->uid);
  entry->seen = number;
  if (occurrence->status != PO_STATUS_CANCELLED || entry->first_seen == number)
    describe (self, &entry->facts, occurrence);
  decide (&entry->facts, occurrence->status == PO_STATUS_CANCELLED ? PO_REPORT_CANCELLED : PO_REPORT_TO_COME,
          revision->who, revision->from_ns);
}

// The instance of the same number that came with revision @number, in place of one that went with it.
static Entry *find_successor (PoLedger *self, GPtrArray *fresh, const Entry *gone) {
  for (guint i = 0; i < fresh->len; i++) {
    Entry *entry = fresh->pdata[i];
    if (entry->facts.ordinal == gone->facts.ordinal && g_str_equal (entry->facts.series_uid, gone->facts.series_uid))
      return g_ptr_array_steal_index (fresh, i);
  }
  return NULL;
}

// @newer is the same obligation as @older under another name.
static void merge (PoLedger *self, Entry *older, Entry *newer) {
  GPtrArray *names = g_hash_table_lookup (self->names, newer);
  for (guint i = 0; i < names->len; i++)
    if (g_hash_table_lookup (self->byname, names->pdata[i]) == newer)
      put_name (self, names->pdata[i], older);
  g_hash_table_remove (self->names, newer);
  PoReportInstance *to = &older->facts, *from = &newer->facts;
  older->seen = newer->seen;
  older->held_as = newer->held_as;
  to->start_ns = from->start_ns;
  to->end_ns = from->end_ns;
  to->ordinal = from->ordinal;
  to->join = from->join;
  to->live = from->live;
  to->parts = from->parts;
  gchar *media = to->media;
  to->media = g_steal_pointer (&from->media);
  from->media = media;
  decide (to, from->state, from->who, from->decided_ns);
  g_ptr_array_remove (self->all, newer);
}

// Still held, since nothing was changed about it.
static gboolean stays (const Entry *entry, const PoReportRevision *revision, guint number) {
  return entry->seen + 1 == number && revision->changed != NULL && entry->held_as != NULL &&
         !g_hash_table_contains (revision->changed, entry->held_as);
}

static void take_revision (PoLedger *self, const PoReportRevision *revision, guint number) {
  g_autoptr (GPtrArray) gone = g_ptr_array_new ();
  g_autoptr (GPtrArray) fresh = g_ptr_array_new ();
  for (guint i = 0; i < revision->occurrences->len; i++)
    take_occurrence (self, revision, number, revision->occurrences->pdata[i]);
  for (guint i = 0; i < self->all->len; i++) {
    Entry *entry = self->all->pdata[i];
    if (stays (entry, revision, number))
      entry->seen = number;
    if (entry->first_seen == number)
      g_ptr_array_add (fresh, entry);
    else if (entry->seen != number && !is_over (entry->facts.start_ns, entry->facts.end_ns, revision->from_ns))
      g_ptr_array_add (gone, entry);
  }
  for (guint i = 0; i < gone->len; i++) {
    Entry *entry = gone->pdata[i], *successor = find_successor (self, fresh, entry);
    if (successor != NULL)
      merge (self, entry, successor);
    else if (entry->facts.state != PO_REPORT_CANCELLED) // that had been decided before it was tidied away
      decide (&entry->facts, PO_REPORT_REMOVED, revision->who, revision->from_ns);
  }
}

static void take_entry (PoLedger *self, const PoJournalEntry *entry) {
  const gchar *uid = po_journal_entry_get (entry, "uid"), *instance = po_journal_entry_get (entry, "instance");
  PoReportInstance *facts = uid != NULL && instance != NULL ? po_ledger_find (self, uid, instance) : NULL;
  if (facts == NULL)
    return;
  if (entry->kind == PO_JOURNAL_CANCEL)
    decide (facts, PO_REPORT_CANCELLED, entry->who, entry->utc_ns);
  const gchar *media = po_journal_entry_get (entry, "media");
  if (entry->kind == PO_JOURNAL_PIN && media != NULL && g_strcmp0 (po_journal_entry_get (entry, "part"), "0") == 0) {
    g_free (facts->media);
    facts->media = g_utf8_normalize (media, -1, G_NORMALIZE_NFC);
  }
}

PoLedger *po_ledger_new (const PoReportSource *source) {
  PoLedger *self = g_new0 (PoLedger, 1);
  self->source = source;
  self->all = g_ptr_array_new_with_free_func ((GDestroyNotify)po_report_instance_free);
  self->byname = g_hash_table_new_full (g_str_hash, g_str_equal, (GDestroyNotify)g_ref_string_release, NULL);
  self->names = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify)g_ptr_array_unref);
  for (guint i = 0; i < source->revisions->len; i++)
    take_revision (self, source->revisions->pdata[i], i + 1);
  for (guint i = 0; source->journal != NULL && i < source->journal->len; i++)
    take_entry (self, source->journal->pdata[i]);
  return self;
}

void po_ledger_free (PoLedger *self) {
  g_hash_table_unref (self->byname);
  g_hash_table_unref (self->names);
  g_ptr_array_unref (self->all);
  g_free (self);
}
