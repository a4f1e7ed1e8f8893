// SPDX-License-Identifier: GPL-3.0-or-later
// What is said of a live source: its player's word with the fault that it is of, and with no other.
#include "air/live-watch.h"

#include <string.h>

typedef struct {
  PoSource base;
  PoReception reception;
} Line;

static void line_reception (PoSource *source, PoReception *ret_reception) {
  *ret_reception = ((Line *)source)->reception;
}

static void line_finalize (PoSource *source) {
}

static const PoSourceClass line_class = {.reception = line_reception, .finalize = line_finalize};

typedef struct {
  PoClock clock;
  gint64 now_us;
  PoAlarms *alarms;
  PoLiveWatch *watch;
  PoConfig *config;
  Line line;
} Desk;

static void no_one (const PoAlarm *alarm, PoAlarmChange change, PoTimeNs now_ns, gpointer user) {
}

static void desk_open (Desk *desk) {
  const PoItem item = {.kind = PO_ITEM_LIVE, .end = 100, .uid = "show@test", .title = "A show", .media = "live:studio"};
  desk->clock = po_clock_standing (1000 * PO_NS_PER_SECOND);
  desk->now_us = G_USEC_PER_SEC;
  desk->alarms = po_alarms_new (no_one, NULL);
  desk->watch = po_live_watch_new (desk->alarms, &desk->clock);
  desk->config = po_config_load_with (NULL, NULL, NULL);
  po_source_init (&desk->line.base, &line_class);
  po_live_watch_add (desk->watch, "run", "run", &item, &desk->line.base);
}

static void desk_close (Desk *desk) {
  po_live_watch_free (desk->watch);
  po_alarms_free (desk->alarms);
  po_config_unref (desk->config);
}

static void say (Desk *desk, const gchar *words) {
  const PoPlayerFact fact = {.kind = PO_PLAYER_FACT_INFO, .run_key = "run", .message = words};
  g_assert_true (po_live_watch_take_fact (desk->watch, &fact));
}

// The text of the one alarm after @seconds of @signal; NULL: there is none. (transfer full) (nullable)
static gchar *alarm_after (Desk *desk, PoSignal signal, gint seconds) {
  desk->line.reception.signal = signal;
  for (gint i = 0; i <= seconds; i++) {
    desk->clock.standing_ns += i > 0 ? PO_NS_PER_SECOND : 0;
    desk->now_us += i > 0 ? G_USEC_PER_SEC : 0;
    po_live_watch_check (desk->watch, desk->config, 50, desk->now_us);
    po_alarms_tick (desk->alarms, po_clock_now_ns (&desk->clock));
  }
  g_autoptr (GPtrArray) list = po_alarms_list (desk->alarms);
  g_assert_cmpuint (list->len, <=, 1);
  return list->len > 0 ? g_strdup (((const PoAlarm *)list->pdata[0])->text) : NULL;
}

static void test_words (void) {
  Desk desk = {0};
  desk_open (&desk);
  say (&desk, "nobody answers");
  g_autofree gchar *away = alarm_after (&desk, PO_SIGNAL_CONNECTING, 5);
  g_assert_cmpstr (strstr (away, ": nobody"), ==, ": nobody answers");
  g_autofree gchar *none = alarm_after (&desk, PO_SIGNAL_PICTURE, 120);
  g_assert_null (none);
  g_autofree gchar *garbled = alarm_after (&desk, PO_SIGNAL_FORMAT, 1);
  g_assert_true (g_str_has_suffix (garbled, "sends what cannot be shown"));
  g_autofree gchar *well = alarm_after (&desk, PO_SIGNAL_PICTURE, 120);
  g_assert_null (well);
  say (&desk, "the source ended"); // before its signal is seen to go
  g_autofree gchar *still = alarm_after (&desk, PO_SIGNAL_PICTURE, 0);
  g_assert_null (still);
  g_autofree gchar *ended = alarm_after (&desk, PO_SIGNAL_AWAY, 1);
  g_assert_nonnull (strstr (ended, "is away: the source ended"));
  desk_close (&desk);
}

// Told for a quarter of an hour, whatever the clock is set to meanwhile.
static void test_missed (void) {
  Desk desk = {0};
  const PoItem item = {.kind = PO_ITEM_LIVE, .end = 100, .uid = "show@test", .title = "A show", .media = "live:studio"};
  const PoHeadEvent end = {.kind = PO_HEAD_END, .item = &item, .n = 100};
  desk_open (&desk);
  po_live_watch_check (desk.watch, desk.config, 50, desk.now_us);
  po_live_watch_take_event (desk.watch, &end);
  desk.clock.standing_ns += 3600 * PO_NS_PER_SECOND;
  g_autofree gchar *told = alarm_after (&desk, PO_SIGNAL_PICTURE, 14 * 60);
  g_assert_nonnull (told);
  desk.clock.standing_ns -= 2 * 3600 * PO_NS_PER_SECOND;
  g_autofree gchar *none = alarm_after (&desk, PO_SIGNAL_PICTURE, 4 * 60);
  g_assert_null (none);
  desk_close (&desk);
}

// A source that came in its show's last second was not on air, but it is not to be told that it never came.
static void test_came_too_late (void) {
  Desk desk = {0};
  const PoItem item = {.kind = PO_ITEM_LIVE, .end = 100, .uid = "show@test", .title = "A show", .media = "live:studio"};
  const PoHeadEvent end = {.kind = PO_HEAD_END, .item = &item, .n = 100};
  desk_open (&desk);
  g_autofree gchar *away = alarm_after (&desk, PO_SIGNAL_CONNECTING, 5);
  g_autofree gchar *none = alarm_after (&desk, PO_SIGNAL_PICTURE, 20);
  g_assert_true (away != NULL && none == NULL);
  po_live_watch_take_event (desk.watch, &end);
  g_autofree gchar *told = alarm_after (&desk, PO_SIGNAL_PICTURE, 1);
  g_assert_cmpstr (told, ==, "The live source came too late to be shown: A show");
  desk_close (&desk);
}

// A show that was on air, was interrupted, and whose source is away for the rest of it, did come.
static void test_interrupted (void) {
  Desk desk = {0};
  const PoItem item = {.kind = PO_ITEM_LIVE, .end = 100, .uid = "show@test", .title = "A show", .media = "live:studio"};
  const PoHeadEvent first = {.kind = PO_HEAD_END, .item = &item, .n = 50, .counts = {.shown = 50}};
  const PoHeadEvent rest = {.kind = PO_HEAD_END, .item = &item, .n = 100, .counts = {.filled = 40}};
  desk_open (&desk);
  po_live_watch_take_event (desk.watch, &first);
  po_live_watch_take_event (desk.watch, &rest);
  g_autofree gchar *none = alarm_after (&desk, PO_SIGNAL_PICTURE, 1);
  g_assert_null (none);
  desk_close (&desk);
}

// (transfer full) (nullable) The event of the one alarm.
static gchar *event_of_alarm (Desk *desk) {
  g_autoptr (GPtrArray) list = po_alarms_list (desk->alarms);
  return list->len > 0 ? g_strdup (((const PoAlarm *)list->pdata[0])->uid) : NULL;
}

// What one player brings for two shows is said of the one on air, then of the next one, and of nobody after that.
static void test_two_shows (void) {
  Desk desk = {0};
  const PoItem second = {
      .kind = PO_ITEM_LIVE, .start = 100, .end = 200, .uid = "second@test", .title = "Another", .media = "live:studio"};
  desk_open (&desk);
  po_live_watch_add (desk.watch, "run", "second", &second, &desk.line.base);
  g_autofree gchar *away = alarm_after (&desk, PO_SIGNAL_AWAY, 1);
  g_autofree gchar *first_event = event_of_alarm (&desk);
  g_assert_nonnull (away);
  g_assert_cmpstr (first_event, ==, "show@test");
  g_assert_true (po_live_watch_remove (desk.watch, "run", "run"));
  g_autofree gchar *still_away = alarm_after (&desk, PO_SIGNAL_AWAY, 1);
  g_autofree gchar *second_event = event_of_alarm (&desk);
  g_assert_nonnull (still_away);
  g_assert_cmpstr (second_event, ==, "second@test");
  g_assert_true (po_live_watch_remove (desk.watch, "run", "second"));
  g_assert_false (po_live_watch_remove (desk.watch, "run", NULL));
  g_autofree gchar *none = alarm_after (&desk, PO_SIGNAL_AWAY, 120);
  g_assert_null (none);
  desk_close (&desk);
}

int main (int argc, char **argv) {
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/live-watch/words", test_words);
  g_test_add_func ("/live-watch/missed", test_missed);
  g_test_add_func ("/live-watch/came-too-late", test_came_too_late);
  g_test_add_func ("/live-watch/interrupted", test_interrupted);
  g_test_add_func ("/live-watch/two-shows", test_two_shows);
  return g_test_run ();
}
