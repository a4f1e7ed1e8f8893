// SPDX-License-Identifier: GPL-3.0-or-later
#include "station/renames.h"

#include <string.h>

#define DAY_NS    (24 * 3600 * PO_NS_PER_SECOND)
#define MOST      400 // instances of one series; of a longer one those near by
#define BEHIND_NS (40 * DAY_NS)
#define AHEAD_NS  (200 * DAY_NS)

// The instances of one UID in both calendars, in order of original start.
typedef struct {
  const gchar *uid;
  PoAliases *aliases;
  PoTimeNs at_ns;
  GPtrArray *old, *new;    // PoOccurrence
  const gchar **instances; // of each of `new`: its first name
} Match;

static const gchar *first_name (const Match *self, const PoOccurrence *old) {
  return po_aliases_instance (self->aliases, self->uid, old->instance);
}

static gboolean is_over (const Match *self, const PoOccurrence *one) {
  return one->original_ns + MAX (one->end_ns - one->start_ns, 1) <= self->at_ns;
}

// How many of @list, as far as @left has them, are over.
static guint count_over (const Match *self, GPtrArray *list, const gboolean *left) {
  guint count = 0;
  for (guint i = 0; i < list->len; i++)
    count += left[i] && is_over (self, list->pdata[i]);
  return count;
}

static void match_by_name (Match *self, gboolean *old_left, gboolean *new_left) {
  g_autoptr (GHashTable) by_name = g_hash_table_new (g_str_hash, g_str_equal);
  for (guint i = 0; i < self->old->len; i++)
    g_hash_table_insert (by_name, ((PoOccurrence *)self->old->pdata[i])->instance, GUINT_TO_POINTER (i + 1));
  for (guint i = 0; i < self->new->len; i++) {
    const PoOccurrence *one = self->new->pdata[i];
    guint at = GPOINTER_TO_UINT (g_hash_table_lookup (by_name, one->instance));
    if (at == 0)
      continue;
    self->instances[i] = first_name (self, self->old->pdata[at - 1]);
    old_left[at - 1] = new_left[i] = FALSE;
  }
}

// The n-th that is left is the n-th that is left of before; past those that are over where more are over than now.
static void match_by_order (Match *self, const gboolean *old_left, const gboolean *new_left) {
  guint old_over = count_over (self, self->old, old_left), new_over = count_over (self, self->new, new_left);
  guint skipped = old_over > new_over ? old_over - new_over : 0, at = 0;
  for (guint i = 0; i < self->new->len; i++) {
    if (!new_left[i])
      continue;
    if (!is_over (self, self->new->pdata[i]))
      for (; skipped > 0 && at < self->old->len; at++)
        skipped -= old_left[at];
    while (at < self->old->len && !old_left[at])
      at++;
    if (at < self->old->len)
      self->instances[i] = first_name (self, self->old->pdata[at++]);
  }
}

// What is new has its own name, or, where another has that already, one that nobody has.
static void name_the_rest (Match *self) {
  g_autoptr (GHashTable) taken = g_hash_table_new (g_str_hash, g_str_equal);
  guint spare = 0;
  for (guint i = 0; i < self->new->len; i++)
    if (self->instances[i] != NULL)
      g_hash_table_add (taken, (gpointer)self->instances[i]);
  for (guint i = 0; i < self->new->len; i++) {
    const gchar *name = ((PoOccurrence *)self->new->pdata[i])->instance;
    if (self->instances[i] != NULL)
      continue;
    while (g_hash_table_contains (taken, name) && spare < self->new->len)
      name = ((PoOccurrence *)self->new->pdata[spare++])->instance;
    self->instances[i] = name;
    g_hash_table_add (taken, (gpointer)name);
  }
}

// NULL where everything is called as it is known. (transfer full) (nullable)
static PoJournalEntry *entry_of (const Match *self) {
  g_autoptr (GString) from = g_string_new (NULL), to = g_string_new (NULL);
  gboolean is_news = FALSE;
  for (guint i = 0; i < self->new->len; i++) {
    const gchar *name = ((PoOccurrence *)self->new->pdata[i])->instance, *instance = self->instances[i];
    is_news |= strcmp (po_aliases_instance (self->aliases, self->uid, name), instance) != 0;
    if (strcmp (name, instance) == 0)
      continue;
    g_string_append_printf (from, "%s%s", from->len > 0 ? " " : "", instance);
    g_string_append_printf (to, "%s%s", to->len > 0 ? " " : "", name);
  }
  if (!is_news)
    return NULL;
  return po_journal_entry_new (0, PO_JOURNAL_ALIAS, "daemon", "uid", self->uid, "from", from->str, "to", to->str, NULL);
}

static PoJournalEntry *rename_of (PoSchedule *before, PoSchedule *after, const gchar *uid, PoAliases *aliases,
                                  PoTimeNs at_ns) {
  gboolean old_is_whole = FALSE, new_is_whole = FALSE;
  g_autoptr (GPtrArray) old =
      po_schedule_instances (before, uid, at_ns - BEHIND_NS, at_ns + AHEAD_NS, MOST, &old_is_whole);
  g_autoptr (GPtrArray) new =
      po_schedule_instances (after, uid, at_ns - BEHIND_NS, at_ns + AHEAD_NS, MOST, &new_is_whole);
  g_autofree const gchar **instances = g_new0 (const gchar *, new->len + 1);
  g_autofree gboolean *old_left = g_new (gboolean, old->len + 1), *new_left = g_new (gboolean, new->len + 1);
  Match match = {uid, aliases, at_ns, old, new, instances};
  for (guint i = 0; i < old->len; i++)
    old_left[i] = TRUE;
  for (guint i = 0; i < new->len; i++)
    new_left[i] = TRUE;
  if (!old_is_whole || !new_is_whole)
    match_by_name (&match, old_left, new_left);
  match_by_order (&match, old_left, new_left);
  name_the_rest (&match);
  return entry_of (&match);
}

GPtrArray *po_renames_between (PoSchedule *before, PoSchedule *after, PoAliases *aliases, PoTimeNs at_ns) {
  GPtrArray *entries = g_ptr_array_new_with_free_func ((GDestroyNotify)po_journal_entry_free);
  g_auto (GStrv) uids = po_schedule_rescheduled (before, after);
  for (guint i = 0; uids[i] != NULL; i++) {
    PoJournalEntry *entry = rename_of (before, after, uids[i], aliases, at_ns);
    if (entry != NULL)
      g_ptr_array_add (entries, entry);
  }
  return entries;
}
