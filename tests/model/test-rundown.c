// SPDX-License-Identifier: GPL-3.0-or-later
// The rundown finds the owner of a frame, and journal entries keep their words.
#include "model/item.h"
#include "model/journal-entry.h"

static PoRundown *three_items (void) {
  GPtrArray *items = g_ptr_array_new ();
  for (gint i = 0; i < 3; i++) {
    g_autofree gchar *title = g_strdup_printf ("item %d", i);
    const PoItem item = {.start = 100 + i * 10, .end = 110 + i * 10, .title = title};
    g_ptr_array_add (items, po_item_copy (&item));
  }
  return po_rundown_new ((PoRate){25, 1}, items);
}

static void test_owner (void) {
  g_autoptr (PoRundown) rundown = three_items ();
  g_assert_null (po_rundown_at (rundown, 99));
  g_assert_cmpint (po_rundown_index_at (rundown, 100), ==, 0);
  g_assert_cmpint (po_rundown_index_at (rundown, 109), ==, 0);
  g_assert_cmpint (po_rundown_index_at (rundown, 110), ==, 1);
  g_assert_cmpint (po_rundown_index_at (rundown, 129), ==, 2);
  g_assert_null (po_rundown_at (rundown, 130));
}

static void test_revision (void) {
  g_autoptr (PoRundown) one = three_items (), two = three_items ();
  g_assert_cmpstr (po_rundown_revision (one), ==, po_rundown_revision (two));
}

static void test_journal_words (void) {
  for (gint kind = 0; kind <= PO_JOURNAL_LAST_; kind++) {
    PoJournalKind read = 0;
    g_assert_true (po_journal_kind_from_string (po_journal_kind_to_string ((PoJournalKind)kind), &read));
    g_assert_cmpint (read, ==, kind);
  }
  g_autoptr (PoJournalEntry) entry = po_journal_entry_new (7, PO_JOURNAL_TAKE, "lan", "uid", "a", "part", NULL, NULL);
  g_autoptr (PoJournalEntry) copy = po_journal_entry_copy (entry);
  g_assert_cmpstr (po_journal_entry_get (copy, "uid"), ==, "a");
  g_assert_null (po_journal_entry_get (copy, "next"));
}

int main (int argc, char **argv) {
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/model/rundown/owner", test_owner);
  g_test_add_func ("/model/rundown/revision", test_revision);
  g_test_add_func ("/model/journal/words", test_journal_words);
  return g_test_run ();
}
