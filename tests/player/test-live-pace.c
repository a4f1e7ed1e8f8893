// SPDX-License-Identifier: GPL-3.0-or-later
// A list of segments whose pictures come all at once: how late they are played, and when it is connected anew.
#include "player/live-pace.h"

#define MS      G_GINT64_CONSTANT (1000)
#define PICTURE (40 * MS)

typedef struct {
  guint later, anew;
} Steps;

// @n segments of @length from @due on, each whole @late after the slack for its first picture; the sink holds up what
// comes too early.
static Steps play (PoLivePace *pace, gint64 due, guint n, gint64 length, gint64 late) {
  Steps steps = {0};
  const gint64 slack = pace->slack_us;
  for (guint i = 0; i < n; i++)
    for (gint64 at = 0; at < length; at += PICTURE) {
      const gint64 picture = due + i * length + at, comes = due + i * length + slack + late;
      const PoLivePaceStep step = po_live_pace_see (pace, picture, MAX (comes, picture + pace->slack_us));
      steps.later += step == PO_LIVE_PACE_LATER;
      steps.anew += step == PO_LIVE_PACE_ANEW;
    }
  return steps;
}

static void test_in_time (void) {
  PoLivePace pace;
  po_live_pace_init (&pace, 1000 * MS);
  const Steps steps = play (&pace, 77000 * MS, 100, 2000 * MS, 100 * MS); // less than the head's buffer
  g_assert_cmpuint (steps.later + steps.anew, ==, 0);
  g_assert_cmpint (pace.slack_us, ==, 1000 * MS);
}

// Once is nothing; twice, and it waits for them, and from then on they are in time.
static void test_late (void) {
  static const gint64 late[] = {300 * MS, 900 * MS, 1700 * MS};
  for (guint i = 0; i < G_N_ELEMENTS (late); i++) {
    PoLivePace pace;
    po_live_pace_init (&pace, 1000 * MS);
    Steps steps = play (&pace, 77000 * MS, 1, 2000 * MS, late[i]);
    g_assert_cmpuint (steps.later + steps.anew, ==, 0);
    steps = play (&pace, 79000 * MS, 100, 2000 * MS, late[i]);
    g_assert_cmpuint (steps.later, ==, 1);
    g_assert_cmpuint (steps.anew, ==, 0);
    g_assert_cmpint (pace.slack_us, >=, 1000 * MS + late[i]);
    g_assert_cmpint (pace.slack_us, >=, 2900 * MS); // whenever one comes until the next one does
    g_assert_cmpint (pace.slack_us, <=, 3000 * MS + late[i]);
  }
}

// What is owed after a stop comes far too late, and says nothing of what follows.
static void test_owed (void) {
  PoLivePace pace;
  po_live_pace_init (&pace, 1000 * MS);
  Steps steps = play (&pace, 77000 * MS, 1, 12000 * MS, 12000 * MS);
  g_assert_cmpuint (steps.later + steps.anew, ==, 0);
  steps = play (&pace, 89000 * MS, 100, 2000 * MS, 900 * MS);
  g_assert_cmpuint (steps.later, ==, 1);
  g_assert_cmpint (pace.slack_us, <=, 4000 * MS);
}

static void test_late_now_and_then (void) {
  PoLivePace pace;
  po_live_pace_init (&pace, 1000 * MS);
  for (guint i = 0; i < 10; i++) {
    Steps steps = play (&pace, (77 + 60 * i) * 1000 * MS, 1, 2000 * MS, 900 * MS);
    g_assert_cmpuint (steps.later, ==, 0);
    steps = play (&pace, (79 + 60 * i) * 1000 * MS, 20, 2000 * MS, 0);
    g_assert_cmpuint (steps.later, ==, 0);
  }
}

// It goes on where it stood still.
static void test_behind (void) {
  PoLivePace pace;
  po_live_pace_init (&pace, 1000 * MS);
  guint anew = 0;
  for (gint64 at = 0; at < 3000 * MS && anew == 0; at += PICTURE)
    anew += po_live_pace_see (&pace, 77000 * MS + at, 90000 * MS + at) == PO_LIVE_PACE_ANEW;
  g_assert_cmpuint (anew, ==, 1);
  g_assert_cmpint (pace.slack_us, ==, 1000 * MS);
}

int main (int argc, char **argv) {
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/live-pace/in-time", test_in_time);
  g_test_add_func ("/live-pace/late", test_late);
  g_test_add_func ("/live-pace/late-now-and-then", test_late_now_and_then);
  g_test_add_func ("/live-pace/owed", test_owed);
  g_test_add_func ("/live-pace/behind", test_behind);
  return g_test_run ();
}
