// SPDX-License-Identifier: GPL-3.0-or-later
// What the calendars say of a programme is found by the airing's name, among as many as a busy week has; what is on,
// what follows, and from when until when that is so.
#include "guide/programme.h"

#include "model/occurrence.h"

#define MANY 300000 // a search through the list for each would take minutes

static PoOccurrence *add (GPtrArray *list, const gchar *uid, guint instance) {
  PoOccurrence *one = po_occurrence_new ();
  one->uid = g_strdup (uid);
  one->instance = g_strdup_printf ("%u", instance);
  g_ptr_array_add (list, one);
  return one;
}

static const PoOccurrence *find (GHashTable *by_airing, const gchar *uid, guint instance) {
  g_autofree gchar *text = g_strdup_printf ("%u", instance);
  const PoItem item = {.uid = uid, .instance = text};
  const PoGuideProgramme programme = {&item, 0, 0};
  return po_guide_programme_occurrence (&programme, by_airing);
}

static void test_of_many (void) {
  g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func ((GDestroyNotify)po_occurrence_unref);
  for (guint i = 0; i < MANY; i++)
    add (list, "news@test", i);
  g_autoptr (GHashTable) by_airing = po_guide_by_airing (list);
  for (guint i = 0; i < MANY; i++)
    g_assert_true (find (by_airing, "news@test", i) == list->pdata[i]);
  g_assert_null (find (by_airing, "news@test", MANY));
  g_assert_null (find (by_airing, "weather@test", 0));
}

static void test_first_of_several (void) {
  g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func ((GDestroyNotify)po_occurrence_unref);
  const PoOccurrence *first = add (list, "news@test", 1);
  add (list, "news@test", 1);
  const PoOccurrence *other = add (list, "weather@test", 1);
  g_autoptr (GHashTable) by_airing = po_guide_by_airing (list);
  g_assert_true (find (by_airing, "news@test", 1) == first);
  g_assert_true (find (by_airing, "weather@test", 1) == other);
}

static void test_now (void) {
  const PoItem items[] = {{.start = 100}, {.start = 200}, {.start = 350}};
  const PoGuideProgramme list[] = {{&items[0], 200, 200}, {&items[1], 250, 300}, {&items[2], 400, 400}};
  const struct {
    PoFrame frame;
    gint present, following; // -1: none
    PoFrame from, until;
  } cases[] = {{99, -1, 0, PO_FRAME_NONE, 100}, {100, 0, 1, 100, 200},
               {199, 0, 1, 100, 200},           {200, 1, 2, 200, 300},
               {299, 1, 2, 200, 300},           {300, -1, 2, 300, 350},
               {350, 2, -1, 350, 400},          {400, -1, -1, 400, PO_FRAME_NONE}};
  g_autoptr (GArray) programmes = g_array_new (FALSE, FALSE, sizeof (PoGuideProgramme));
  g_array_append_vals (programmes, list, G_N_ELEMENTS (list));
  const PoGuideProgramme *first = (const PoGuideProgramme *)(gpointer)programmes->data;
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    const PoGuideNow now = po_guide_now (programmes, cases[i].frame);
    g_assert_true (now.present == (cases[i].present >= 0 ? first + cases[i].present : NULL));
    g_assert_true (now.following == (cases[i].following >= 0 ? first + cases[i].following : NULL));
    g_assert_cmpint (now.from, ==, cases[i].from);
    g_assert_cmpint (now.until, ==, cases[i].until);
  }
}

int main (int argc, char **argv) {
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/programme/now", test_now);
  g_test_add_func ("/programme/of-many", test_of_many);
  g_test_add_func ("/programme/first-of-several", test_first_of_several);
  return g_test_run ();
}
