// SPDX-License-Identifier: GPL-3.0-or-later
#include "rundown/book.h"

#include "model/aliases.h"

typedef struct {
  gchar *uid, *instance; // GRefString
  PoTimeNs original_ns;  // by the calendars in force
  gint64 episode;
} AiredEpisode;

struct _PoBook {
  GTimeZone *zone;
  const PoBook *base; // (nullable) says what is not said here
  gchar *schedule_rev, *media_rev;
  gboolean slate;
  guint pins_noted;
  PoAliases *aliases;
  guint names_noted;
  GHashTable *cancelled;    // set of "uid\ninstance"
  GHashTable *replacements; // "uid\ninstance\npart" -> media
  GHashTable *failed;       // set of run keys
  GHashTable *recovered;    // likewise, of those of the base
  gboolean forgot_failed;   // those of the base
  gboolean has_taken_over;  // what aired, from the base
  GHashTable *merged;       // of pins: those of the base and these, where both have some
  GHashTable *pins;         // "series\npart" -> GPtrArray of PoPin
  GHashTable *aired;        // series -> GArray of AiredEpisode
};

static void aired_clear (AiredEpisode *self) {
  g_ref_string_release (self->uid);
  g_ref_string_release (self->instance);
}

// In as many books as there are: never written to.
static PoPin *pin_new (gint64 episode, const gchar *media, const gchar *sha256) {
  PoPin *self = g_rc_box_new0 (PoPin);
  *self = (PoPin){episode, g_strdup (media), g_strdup (sha256)};
  return self;
}

static void pin_clear (PoPin *self) {
  g_free (self->media);
  g_free (self->sha256);
}

static void pin_unref (PoPin *self) {
  g_rc_box_release_full (self, (GDestroyNotify)pin_clear);
}

PoBook *po_book_new (GTimeZone *zone) {
  PoBook *self = g_new0 (PoBook, 1);
  self->zone = zone;
  self->aliases = po_aliases_new ();
  self->cancelled = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->replacements = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->failed = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->recovered = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->pins = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_ptr_array_unref);
  self->merged = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_ptr_array_unref);
  self->aired = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_array_unref);
  return self;
}

PoBook *po_book_new_over (const PoBook *base, GTimeZone *zone) {
  PoBook *self = po_book_new (zone);
  if (base == NULL)
    return self;
  self->base = base;
  self->schedule_rev = g_strdup (base->schedule_rev);
  self->media_rev = g_strdup (base->media_rev);
  self->slate = base->slate;
  self->pins_noted = base->pins_noted;
  self->names_noted = base->names_noted;
  po_aliases_free (self->aliases);
  self->aliases = po_aliases_copy (base->aliases);
  return self;
}

void po_book_free (PoBook *self) {
  if (self == NULL)
    return;
  g_free (self->schedule_rev);
  g_free (self->media_rev);
  po_aliases_free (self->aliases);
  g_hash_table_unref (self->cancelled);
  g_hash_table_unref (self->replacements);
  g_hash_table_unref (self->failed);
  g_hash_table_unref (self->recovered);
  g_hash_table_unref (self->pins);
  g_hash_table_unref (self->merged);
  g_hash_table_unref (self->aired);
  g_free (self);
}

static gchar *airing_key (const gchar *uid, const gchar *instance) {
  return g_strdup_printf ("%s\n%s", uid, instance);
}

static gchar *part_key (const gchar *uid, const gchar *instance, guint part) {
  return g_strdup_printf ("%s\n%s\n%u", uid, instance, part);
}

static void adopt (gchar **revision, const PoJournalEntry *entry, const gchar *name) {
  const gchar *value = po_journal_entry_get (entry, name);
  if (value == NULL || g_strcmp0 (value, *revision) == 0)
    return;
  g_free (*revision);
  *revision = g_strdup (value);
}

static guint entry_part (const PoJournalEntry *entry) {
  const gchar *text = po_journal_entry_get (entry, "part");
  guint64 part = 0;
  return text != NULL && g_ascii_string_to_unsigned (text, 10, 0, G_MAXINT, &part, NULL) ? (guint)part : 0;
}

// When the calendars in force say that @instance begins.
static gboolean find_original (PoBook *self, const gchar *uid, const gchar *instance, PoTimeNs *ret_ns) {
  return po_time_parse (po_aliases_name (self->aliases, uid, instance), self->zone, ret_ns, NULL);
}

static void append_aired (GArray *list, const AiredEpisode *one) {
  AiredEpisode copy = {g_ref_string_acquire (one->uid), g_ref_string_acquire (one->instance), one->original_ns,
                       one->episode};
  g_array_append_val (list, copy);
}

// The list of the series to be written to. (transfer none)
static GArray *own_aired (PoBook *self, const gchar *series) {
  GArray *list = g_hash_table_lookup (self->aired, series);
  if (list != NULL)
    return list;
  list = g_array_new (FALSE, FALSE, sizeof (AiredEpisode));
  g_array_set_clear_func (list, (GDestroyNotify)aired_clear);
  g_hash_table_insert (self->aired, g_strdup (series), list);
  return list;
}

// What the base says of what has aired, put before what is said here.
static void take_over_aired (PoBook *self) {
  GHashTableIter iter;
  gpointer series = NULL, value = NULL;
  if (self->base == NULL || self->has_taken_over)
    return;
  self->has_taken_over = TRUE;
  g_autoptr (GHashTable) later = self->aired;
  self->aired = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_array_unref);
  GHashTable *const tables[] = {self->base->aired, later};
  for (guint t = 0; t < G_N_ELEMENTS (tables); t++) {
    g_hash_table_iter_init (&iter, tables[t]);
    while (g_hash_table_iter_next (&iter, &series, &value)) {
      const GArray *list = value;
      for (guint i = 0; i < list->len; i++)
        append_aired (own_aired (self, series), &g_array_index (list, AiredEpisode, i));
    }
  }
}

static void note_aired (PoBook *self, const gchar *series, const gchar *uid, const gchar *instance, gint64 episode) {
  PoTimeNs original_ns = 0;
  if (instance == NULL || uid == NULL || !find_original (self, uid, instance, &original_ns))
    return;
  AiredEpisode aired = {g_ref_string_new (uid), g_ref_string_new (instance), original_ns, episode};
  g_array_append_val (own_aired (self, series), aired);
}

// A series that was moved takes along what has aired of it: the numbers that follow are counted from there.
static void rename_aired (PoBook *self) {
  GHashTableIter iter;
  gpointer value = NULL;
  self->names_noted++;
  take_over_aired (self);
  g_hash_table_iter_init (&iter, self->aired);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    GArray *list = value;
    for (guint i = 0; i < list->len; i++) {
      AiredEpisode *aired = &g_array_index (list, AiredEpisode, i);
      find_original (self, aired->uid, aired->instance, &aired->original_ns);
    }
  }
}

// The pins at @key that were noted here. (transfer none)
static GPtrArray *own_pins (PoBook *self, const gchar *key) {
  GPtrArray *pins = g_hash_table_lookup (self->pins, key);
  if (pins != NULL)
    return pins;
  pins = g_ptr_array_new_with_free_func ((GDestroyNotify)pin_unref);
  g_hash_table_insert (self->pins, g_strdup (key), pins);
  return pins;
}

static gboolean has_episode (const GPtrArray *pins, gint64 episode) {
  for (guint i = 0; i < pins->len; i++)
    if (((const PoPin *)pins->pdata[i])->episode == episode)
      return TRUE;
  return FALSE;
}

// Those of the base that are not pinned anew, and then those: the order in which they were noted. (transfer full)
static GPtrArray *merge_pins (const GPtrArray *before, const GPtrArray *own) {
  GPtrArray *all = g_ptr_array_new_with_free_func ((GDestroyNotify)pin_unref);
  for (guint i = 0; i < before->len; i++)
    if (!has_episode (own, ((const PoPin *)before->pdata[i])->episode))
      g_ptr_array_add (all, g_rc_box_acquire (before->pdata[i]));
  for (guint i = 0; i < own->len; i++)
    g_ptr_array_add (all, g_rc_box_acquire (own->pdata[i]));
  return all;
}

static void note_pin (PoBook *self, const PoJournalEntry *entry) {
  const gchar *uid = po_journal_entry_get (entry, "uid");
  const gchar *series = po_journal_entry_get (entry, "series");
  const gchar *media = po_journal_entry_get (entry, "media");
  const gchar *number = po_journal_entry_get (entry, "episode");
  gint64 episode = 0;
  if (series == NULL)
    series = uid;
  if (series == NULL || number == NULL ||
      !g_ascii_string_to_signed (number, 10, G_MININT64, G_MAXINT64, &episode, NULL))
    return;
  if (g_strcmp0 (po_journal_entry_get (entry, "aired"), "1") == 0)
    note_aired (self, series, uid, po_journal_entry_get (entry, "instance"), episode);
  if (media == NULL)
    return;
  g_autofree gchar *key = g_strdup_printf ("%s\n%u", series, entry_part (entry));
  GPtrArray *pins = own_pins (self, key);
  g_hash_table_remove (self->merged, key);
  for (guint i = 0; i < pins->len; i++) {
    if (((PoPin *)pins->pdata[i])->episode == episode) {
      g_ptr_array_remove_index (pins, i);
      break;
    }
  }
  g_ptr_array_add (pins, pin_new (episode, media, po_journal_entry_get (entry, "sha256")));
}

static void note_airing (PoBook *self, const PoJournalEntry *entry) {
  const gchar *uid = po_journal_entry_get (entry, "uid");
  const gchar *instance = po_journal_entry_get (entry, "instance");
  const gchar *media = po_journal_entry_get (entry, "media");
  if (uid == NULL || instance == NULL)
    return;
  instance = po_book_given (self, uid, instance);
  if (entry->kind == PO_JOURNAL_CANCEL)
    g_hash_table_add (self->cancelled, airing_key (uid, instance));
  else if (media != NULL)
    g_hash_table_replace (self->replacements, part_key (uid, instance, entry_part (entry)), g_strdup (media));
}

static void note_run (PoBook *self, const PoJournalEntry *entry) {
  const gchar *run = po_journal_entry_get (entry, "run");
  gboolean has_failed = entry->kind == PO_JOURNAL_FAILED;
  if (run == NULL)
    return;
  g_hash_table_add (has_failed ? self->failed : self->recovered, g_strdup (run));
  g_hash_table_remove (has_failed ? self->recovered : self->failed, run);
}

void po_book_note (PoBook *self, const PoJournalEntry *entry) {
  if (po_aliases_note (self->aliases, entry))
    rename_aired (self);
  switch (entry->kind) {
  case PO_JOURNAL_ADOPT:
    adopt (&self->schedule_rev, entry, "schedule");
    adopt (&self->media_rev, entry, "media");
    break;
  case PO_JOURNAL_PIN:
    self->pins_noted++;
    note_pin (self, entry);
    break;
  case PO_JOURNAL_CANCEL:
  case PO_JOURNAL_REPLACE:
    self->pins_noted += entry->kind == PO_JOURNAL_REPLACE;
    note_airing (self, entry);
    break;
  case PO_JOURNAL_START: // what could not be played may only have lost its storage with the power
    g_hash_table_remove_all (self->failed);
    self->forgot_failed = TRUE;
    break;
  case PO_JOURNAL_FAILED:
  case PO_JOURNAL_RECOVERED:
    note_run (self, entry);
    break;
  case PO_JOURNAL_SLATE:
    self->slate = TRUE;
    break;
  case PO_JOURNAL_BACK:
  case PO_JOURNAL_TAKE:
  case PO_JOURNAL_FILL:
    self->slate = FALSE;
    break;
  default:
    break;
  }
}

const gchar *po_book_schedule_rev (PoBook *self) {
  return self->schedule_rev;
}

const gchar *po_book_media_rev (PoBook *self) {
  return self->media_rev;
}

guint po_book_pins_noted (PoBook *self) {
  return self->pins_noted;
}

gboolean po_book_slate (PoBook *self) {
  return self->slate;
}

guint po_book_names_noted (PoBook *self) {
  return self->names_noted;
}

const gchar *po_book_instance (PoBook *self, const gchar *uid, const gchar *name) {
  return po_aliases_instance (self->aliases, uid, name);
}

const gchar *po_book_given (PoBook *self, const gchar *uid, const gchar *text) {
  return po_aliases_given (self->aliases, uid, text);
}

gboolean po_book_is_cancelled (PoBook *self, const gchar *uid, const gchar *instance) {
  const PoBook *base = self->base;
  if (g_hash_table_size (self->cancelled) == 0 && (base == NULL || g_hash_table_size (base->cancelled) == 0))
    return FALSE;
  g_autofree gchar *key = airing_key (uid, instance);
  return g_hash_table_contains (self->cancelled, key) || (base != NULL && g_hash_table_contains (base->cancelled, key));
}

const gchar *po_book_replacement (PoBook *self, const gchar *uid, const gchar *instance, guint part) {
  const PoBook *base = self->base;
  if (g_hash_table_size (self->replacements) == 0 && (base == NULL || g_hash_table_size (base->replacements) == 0))
    return NULL;
  g_autofree gchar *key = part_key (uid, instance, part);
  const gchar *media = g_hash_table_lookup (self->replacements, key);
  return media == NULL && base != NULL ? g_hash_table_lookup (base->replacements, key) : media;
}

// Those of the base that may still hold. (nullable)
static GHashTable *failed_before (const PoBook *self) {
  return self->base != NULL && !self->forgot_failed ? self->base->failed : NULL;
}

gboolean po_book_any_failed (PoBook *self) {
  GHashTable *before = failed_before (self);
  return g_hash_table_size (self->failed) > 0 || (before != NULL && g_hash_table_size (before) > 0);
}

gboolean po_book_has_failed (PoBook *self, const gchar *run_key) {
  GHashTable *before = failed_before (self);
  return g_hash_table_contains (self->failed, run_key) || (before != NULL && g_hash_table_contains (before, run_key) &&
                                                           !g_hash_table_contains (self->recovered, run_key));
}

GPtrArray *po_book_pins (PoBook *self, const gchar *series_uid, guint part) {
  if (g_hash_table_size (self->pins) == 0 && (self->base == NULL || g_hash_table_size (self->base->pins) == 0))
    return NULL;
  g_autofree gchar *key = g_strdup_printf ("%s\n%u", series_uid, part);
  GPtrArray *own = g_hash_table_lookup (self->pins, key), *all = g_hash_table_lookup (self->merged, key);
  GPtrArray *before = self->base != NULL ? g_hash_table_lookup (self->base->pins, key) : NULL;
  if (own == NULL || before == NULL)
    return own != NULL ? own : before;
  if (all == NULL) {
    all = merge_pins (before, own);
    g_hash_table_insert (self->merged, g_steal_pointer (&key), all);
  }
  return all;
}

// Looks through @list (nullable) for a later one. In order of noting: of two alike the second counts.
static gboolean find_last_aired (const GArray *list, PoTimeNs original_ns, gboolean found, PoTimeNs *ret_original_ns,
                                 gint64 *ret_episode) {
  for (guint i = 0; list != NULL && i < list->len; i++) {
    const AiredEpisode *aired = &g_array_index (list, AiredEpisode, i);
    if (aired->original_ns > original_ns || (found && aired->original_ns < *ret_original_ns))
      continue;
    *ret_original_ns = aired->original_ns;
    *ret_episode = aired->episode;
    found = TRUE;
  }
  return found;
}

gboolean po_book_last_aired (PoBook *self, const gchar *series_uid, PoTimeNs original_ns, PoTimeNs *ret_original_ns,
                             gint64 *ret_episode) {
  const PoBook *base = self->has_taken_over ? NULL : self->base;
  const GArray *before = base != NULL ? g_hash_table_lookup (base->aired, series_uid) : NULL;
  const GArray *own = g_hash_table_lookup (self->aired, series_uid);
  gboolean found = find_last_aired (before, original_ns, FALSE, ret_original_ns, ret_episode);
  return find_last_aired (own, original_ns, found, ret_original_ns, ret_episode);
}
