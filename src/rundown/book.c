// SPDX-License-Identifier: GPL-3.0-or-later
#include "rundown/book.h"

#include "model/aliases.h"

typedef struct {
  gchar *uid, *instance;
  PoTimeNs original_ns; // by the calendars in force
  gint64 episode;
} AiredEpisode;

struct _PoBook {
  GTimeZone *zone;
  gchar *schedule_rev, *media_rev;
  gboolean slate;
  guint pins_noted;
  PoAliases *aliases;
  guint names_noted;
  GHashTable *cancelled;    // set of "uid\ninstance"
  GHashTable *replacements; // "uid\ninstance\npart" -> media
  GHashTable *failed;       // set of run keys
  GHashTable *pins;         // "series\npart" -> GPtrArray of PoPin
  GHashTable *aired;        // series -> GArray of AiredEpisode
};

static void aired_clear (AiredEpisode *self) {
  g_free (self->uid);
  g_free (self->instance);
}

static void pin_free (PoPin *self) {
  g_free (self->media);
  g_free (self->sha256);
  g_free (self);
}

PoBook *po_book_new (GTimeZone *zone) {
  PoBook *self = g_new0 (PoBook, 1);
  self->zone = zone;
  self->aliases = po_aliases_new ();
  self->cancelled = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->replacements = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->failed = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->pins = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_ptr_array_unref);
  self->aired = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_array_unref);
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
  g_hash_table_unref (self->pins);
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

static void note_aired (PoBook *self, const gchar *series, const gchar *uid, const gchar *instance, gint64 episode) {
  AiredEpisode aired = {.episode = episode};
  if (instance == NULL || uid == NULL || !find_original (self, uid, instance, &aired.original_ns))
    return;
  GArray *list = g_hash_table_lookup (self->aired, series);
  if (list == NULL) {
    list = g_array_new (FALSE, FALSE, sizeof (AiredEpisode));
    g_array_set_clear_func (list, (GDestroyNotify)aired_clear);
    g_hash_table_insert (self->aired, g_strdup (series), list);
  }
  aired.uid = g_strdup (uid);
  aired.instance = g_strdup (instance);
  g_array_append_val (list, aired);
}

// A series that was moved takes along what has aired of it: the numbers that follow are counted from there.
static void rename_aired (PoBook *self) {
  GHashTableIter iter;
  gpointer value = NULL;
  self->names_noted++;
  g_hash_table_iter_init (&iter, self->aired);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    GArray *list = value;
    for (guint i = 0; i < list->len; i++) {
      AiredEpisode *aired = &g_array_index (list, AiredEpisode, i);
      find_original (self, aired->uid, aired->instance, &aired->original_ns);
    }
  }
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
  GPtrArray *pins = g_hash_table_lookup (self->pins, key);
  if (pins == NULL) {
    pins = g_ptr_array_new_with_free_func ((GDestroyNotify)pin_free);
    g_hash_table_insert (self->pins, g_steal_pointer (&key), pins);
  }
  for (guint i = 0; i < pins->len; i++) {
    if (((PoPin *)pins->pdata[i])->episode == episode) {
      g_ptr_array_remove_index (pins, i);
      break;
    }
  }
  PoPin *pin = g_new0 (PoPin, 1);
  pin->episode = episode;
  pin->media = g_strdup (media);
  pin->sha256 = g_strdup (po_journal_entry_get (entry, "sha256"));
  g_ptr_array_add (pins, pin);
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

void po_book_note (PoBook *self, const PoJournalEntry *entry) {
  const gchar *run = NULL;
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
  case PO_JOURNAL_FAILED:
    run = po_journal_entry_get (entry, "run");
    if (run != NULL)
      g_hash_table_add (self->failed, g_strdup (run));
    break;
  case PO_JOURNAL_START: // what could not be played may only have lost its storage with the power
    g_hash_table_remove_all (self->failed);
    break;
  case PO_JOURNAL_RECOVERED:
    run = po_journal_entry_get (entry, "run");
    if (run != NULL)
      g_hash_table_remove (self->failed, run);
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
  if (g_hash_table_size (self->cancelled) == 0)
    return FALSE;
  g_autofree gchar *key = airing_key (uid, instance);
  return g_hash_table_contains (self->cancelled, key);
}

const gchar *po_book_replacement (PoBook *self, const gchar *uid, const gchar *instance, guint part) {
  if (g_hash_table_size (self->replacements) == 0)
    return NULL;
  g_autofree gchar *key = part_key (uid, instance, part);
  return g_hash_table_lookup (self->replacements, key);
}

gboolean po_book_any_failed (PoBook *self) {
  return g_hash_table_size (self->failed) > 0;
}

gboolean po_book_has_failed (PoBook *self, const gchar *run_key) {
  return g_hash_table_contains (self->failed, run_key);
}

GPtrArray *po_book_pins (PoBook *self, const gchar *series_uid, guint part) {
  if (g_hash_table_size (self->pins) == 0)
    return NULL;
  g_autofree gchar *key = g_strdup_printf ("%s\n%u", series_uid, part);
  return g_hash_table_lookup (self->pins, key);
}

gboolean po_book_last_aired (PoBook *self, const gchar *series_uid, PoTimeNs original_ns, PoTimeNs *ret_original_ns,
                             gint64 *ret_episode) {
  GArray *list = g_hash_table_lookup (self->aired, series_uid);
  gboolean found = FALSE;
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
