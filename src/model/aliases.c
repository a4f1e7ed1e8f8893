// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/aliases.h"

#include <string.h>

// Of one UID.
typedef struct {
  GHashTable *by_name; // the calendar's name -> first name
  GHashTable *by_instance;
} Names;

struct _PoAliases {
  GHashTable *of_uid;  // UID -> Names
  GHashTable *waiting; // likewise, until the next adoption
};

static void names_free (Names *self) {
  g_hash_table_unref (self->by_name);
  g_hash_table_unref (self->by_instance);
  g_free (self);
}

static GHashTable *table_new (void) {
  return g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)names_free);
}

PoAliases *po_aliases_new (void) {
  PoAliases *self = g_new0 (PoAliases, 1);
  self->of_uid = table_new ();
  self->waiting = table_new ();
  return self;
}

void po_aliases_free (PoAliases *self) {
  if (self == NULL)
    return;
  g_hash_table_unref (self->of_uid);
  g_hash_table_unref (self->waiting);
  g_free (self);
}

// (transfer full) of strings
static GHashTable *copy_strings (GHashTable *table) {
  GHashTableIter iter;
  gpointer key = NULL, value = NULL;
  GHashTable *copy = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_hash_table_iter_init (&iter, table);
  while (g_hash_table_iter_next (&iter, &key, &value))
    g_hash_table_insert (copy, g_strdup (key), g_strdup (value));
  return copy;
}

static void copy_names (GHashTable *from, GHashTable *into) {
  GHashTableIter iter;
  gpointer uid = NULL, value = NULL;
  g_hash_table_iter_init (&iter, from);
  while (g_hash_table_iter_next (&iter, &uid, &value)) {
    const Names *names = value;
    Names *copy = g_new0 (Names, 1);
    copy->by_name = copy_strings (names->by_name);
    copy->by_instance = copy_strings (names->by_instance);
    g_hash_table_insert (into, g_strdup (uid), copy);
  }
}

PoAliases *po_aliases_copy (const PoAliases *self) {
  PoAliases *copy = po_aliases_new ();
  copy_names (self->of_uid, copy->of_uid);
  copy_names (self->waiting, copy->waiting);
  return copy;
}

static void keep_waiting (PoAliases *self, const PoJournalEntry *entry) {
  const gchar *uid = po_journal_entry_get (entry, "uid"), *from = po_journal_entry_get (entry, "from");
  const gchar *to = po_journal_entry_get (entry, "to");
  if (uid == NULL || from == NULL || to == NULL)
    return;
  g_auto (GStrv) instances = g_strsplit (from, " ", -1), called = g_strsplit (to, " ", -1);
  Names *names = g_new0 (Names, 1);
  names->by_name = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  names->by_instance = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  for (guint i = 0; instances[i] != NULL && called[i] != NULL; i++) {
    if (strcmp (instances[i], called[i]) == 0)
      continue;
    g_hash_table_replace (names->by_name, g_strdup (called[i]), g_strdup (instances[i]));
    g_hash_table_replace (names->by_instance, g_strdup (instances[i]), g_strdup (called[i]));
  }
  g_hash_table_replace (self->waiting, g_strdup (uid), names);
}

gboolean po_aliases_note (PoAliases *self, const PoJournalEntry *entry) {
  GHashTableIter iter;
  gpointer uid = NULL, names = NULL;
  if (entry->kind == PO_JOURNAL_ALIAS)
    keep_waiting (self, entry);
  if (entry->kind != PO_JOURNAL_ADOPT || po_journal_entry_get (entry, "schedule") == NULL ||
      g_hash_table_size (self->waiting) == 0)
    return FALSE;
  g_hash_table_iter_init (&iter, self->waiting);
  while (g_hash_table_iter_next (&iter, &uid, &names)) {
    g_hash_table_iter_steal (&iter);
    g_hash_table_replace (self->of_uid, uid, names);
  }
  return TRUE;
}

static const Names *names_of (PoAliases *self, const gchar *uid) {
  return g_hash_table_size (self->of_uid) > 0 ? g_hash_table_lookup (self->of_uid, uid) : NULL;
}

static const gchar *look_up (GHashTable *table, const gchar *text) {
  const gchar *found = g_hash_table_lookup (table, text);
  return found != NULL ? found : text;
}

const gchar *po_aliases_instance (PoAliases *self, const gchar *uid, const gchar *name) {
  const Names *names = names_of (self, uid);
  return names != NULL ? look_up (names->by_name, name) : name;
}

const gchar *po_aliases_name (PoAliases *self, const gchar *uid, const gchar *instance) {
  const Names *names = names_of (self, uid);
  return names != NULL ? look_up (names->by_instance, instance) : instance;
}

const gchar *po_aliases_given (PoAliases *self, const gchar *uid, const gchar *text) {
  const Names *names = names_of (self, uid);
  return names != NULL && !g_hash_table_contains (names->by_instance, text) ? look_up (names->by_name, text) : text;
}
