// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/journal-entry.h"

#include <string.h>

static const gchar *const kind_names[] = {
    "adopt",  "start",   "clock",  "pin",    "alias",     "ended",    "failed",  "live",
    "take",   "skip",    "hold",   "resume", "extend",    "end-live", "slate",   "back",
    "insert", "replace", "cancel", "fill",   "recovered", "asked",    "dropped",
};
G_STATIC_ASSERT (G_N_ELEMENTS (kind_names) == PO_JOURNAL_LAST_ + 1);

const gchar *po_journal_kind_to_string (PoJournalKind kind) {
  return kind_names[kind];
}

gboolean po_journal_kind_from_string (const gchar *text, PoJournalKind *ret_kind) {
  for (guint i = 0; i < G_N_ELEMENTS (kind_names); i++) {
    if (strcmp (kind_names[i], text) == 0) {
      *ret_kind = (PoJournalKind)i;
      return TRUE;
    }
  }
  return FALSE;
}

gboolean po_journal_kind_ends_hold (PoJournalKind kind) {
  return kind == PO_JOURNAL_RESUME || kind == PO_JOURNAL_TAKE || kind == PO_JOURNAL_SKIP || kind == PO_JOURNAL_SLATE ||
         kind == PO_JOURNAL_BACK || kind == PO_JOURNAL_START || kind == PO_JOURNAL_FILL;
}

PoJournalEntry *po_journal_entry_new (PoFrame frame, PoJournalKind kind, const gchar *who, ...) {
  va_list pairs;
  PoJournalEntry *self = g_new0 (PoJournalEntry, 1);
  self->frame = frame;
  self->kind = kind;
  self->who = g_strdup (who);
  self->args = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  va_start (pairs, who);
  for (const gchar *key = va_arg (pairs, const gchar *); key != NULL; key = va_arg (pairs, const gchar *)) {
    const gchar *value = va_arg (pairs, const gchar *);
    if (value != NULL)
      g_hash_table_insert (self->args, g_strdup (key), g_strdup (value));
  }
  va_end (pairs);
  return self;
}

PoJournalEntry *po_journal_entry_copy (const PoJournalEntry *self) {
  GHashTableIter iter;
  gpointer key = NULL, value = NULL;
  PoJournalEntry *copy = po_journal_entry_new (self->frame, self->kind, self->who, NULL);
  copy->seq = self->seq;
  copy->utc_ns = self->utc_ns;
  g_hash_table_iter_init (&iter, self->args);
  while (g_hash_table_iter_next (&iter, &key, &value))
    g_hash_table_insert (copy->args, g_strdup (key), g_strdup (value));
  return copy;
}

void po_journal_entry_free (PoJournalEntry *self) {
  if (self == NULL)
    return;
  g_free (self->who);
  g_hash_table_unref (self->args);
  g_free (self);
}

const gchar *po_journal_entry_get (const PoJournalEntry *self, const gchar *key) {
  return g_hash_table_lookup (self->args, key);
}

gboolean po_journal_entry_get_int (const PoJournalEntry *self, const gchar *key, gint64 *ret_value) {
  const gchar *text = po_journal_entry_get (self, key);
  return text != NULL && g_ascii_string_to_signed (text, 10, G_MININT64 / 4, G_MAXINT64 / 4, ret_value, NULL);
}

gboolean po_journal_entry_get_frame (const PoJournalEntry *self, const gchar *key, GTimeZone *zone, PoRate rate,
                                     PoFrame *ret_frame) {
  const gchar *text = po_journal_entry_get (self, key);
  PoTimeNs time_ns = 0;
  if (po_journal_entry_get_int (self, key, ret_frame))
    return TRUE;
  if (text == NULL || !po_time_parse (text, zone, &time_ns, NULL))
    return FALSE;
  *ret_frame = po_frame_from_time_ceil (time_ns, rate);
  return TRUE;
}
