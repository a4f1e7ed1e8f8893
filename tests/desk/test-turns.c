// SPDX-License-Identifier: GPL-3.0-or-later
// Questions in turn: what else the main loop has to do goes first, and everybody is answered.
#include "desk/turns.h"

#include "model/error.h"

typedef struct {
  GString *said;
  PoTurns *turns;
  guint others; // that still come
} Fixture;

static void on_turn (const GError *error, gpointer data) {
  Fixture *self = data;
  g_string_append_c (self->said, error == NULL ? 'q' : '!');
}

// What a request or a command is: it wakes the loop, and brings the next one with it.
static gboolean on_other (gpointer data) {
  Fixture *self = data;
  g_string_append_c (self->said, 'o');
  return --self->others > 0;
}

static void run_until_idle (void) {
  while (g_main_context_iteration (NULL, FALSE))
    continue;
}

static void add_others (Fixture *self, guint count) {
  g_autoptr (GSource) source = g_idle_source_new ();
  self->others = count;
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, on_other, self, NULL);
  g_source_attach (source, NULL);
}

// The first question brings what else there is to do.
static void on_busy_turn (const GError *error, gpointer data) {
  on_turn (error, data);
  add_others (data, 2);
}

static void test_last_of_all (void) {
  Fixture self = {g_string_new (NULL), po_turns_new (), 0};
  po_turns_wait (self.turns, on_busy_turn, &self);
  po_turns_wait (self.turns, on_turn, &self);
  po_turns_wait (self.turns, on_turn, &self);
  add_others (&self, 3);
  g_assert_cmpstr (self.said->str, ==, "");
  run_until_idle ();
  g_assert_cmpstr (self.said->str, ==, "oooqooqq");
  po_turns_wait (self.turns, on_turn, &self);
  run_until_idle ();
  g_assert_cmpstr (self.said->str, ==, "oooqooqqq");
  po_turns_free (self.turns);
  g_string_free (self.said, TRUE);
}

static void test_end (void) {
  Fixture self = {g_string_new (NULL), po_turns_new (), 0};
  po_turns_wait (self.turns, on_turn, &self);
  po_turns_wait (self.turns, on_turn, &self);
  po_turns_free (self.turns);
  g_assert_cmpstr (self.said->str, ==, "!!");
  run_until_idle ();
  g_assert_cmpstr (self.said->str, ==, "!!");
  g_string_free (self.said, TRUE);
}

static void test_too_many (void) {
  Fixture self = {g_string_new (NULL), po_turns_new (), 0};
  for (guint i = 0; i < 33; i++)
    po_turns_wait (self.turns, on_turn, &self);
  g_assert_cmpstr (self.said->str, ==, "!");
  run_until_idle ();
  g_assert_cmpuint (self.said->len, ==, 33);
  po_turns_free (self.turns);
  g_string_free (self.said, TRUE);
}

int main (int argc, char **argv) {
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/turns/last-of-all", test_last_of_all);
  g_test_add_func ("/turns/end", test_end);
  g_test_add_func ("/turns/too-many", test_too_many);
  return g_test_run ();
}
