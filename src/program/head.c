// SPDX-License-Identifier: GPL-3.0-or-later
// The head's thread and the main thread's side of it.
#include "program/head.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <time.h>

#include "program/head-view.h"
#include "program/switcher.h"

#define LATE_NS     (10 * PO_NS_PER_MS) // a tick that is this late is counted as late
#define PRIORITY    10
#define NAP_NS      (20 * PO_NS_PER_MS)  // between two looks at the world while free run waits
#define LONG_NAP_NS (100 * PO_NS_PER_MS) // before the first frame is due: how quickly a stop is noticed

struct _PoHead {
  PoHeadSettings settings;
  GArray *feeds; // PoFeed; not changed while the thread runs
  PoHeadQueue *events;
  PoSwitcher *switcher; // the head's thread (or the walker's)
  PoHeadMailbox mailbox;
  PoHeadView *draft;    // main: what the next view is a copy of
  PoHeadView *view;     // head
  PoHeadView *replaced; // head: the view before, while the airing still points into it
  PoAnchor anchor;
  GThread *thread;
  PoFrame walk_first; // the planned frame that a walk's output frame 0 shows
  gboolean is_walking;

  _Atomic gboolean stopping;
  _Atomic gboolean is_realtime;
  _Atomic guint64 shown_turn; // odd while what follows is being written
  _Atomic gint64 k;
  _Atomic gint64 n;
  _Atomic PoScreen screen;
  _Atomic gboolean is_stand_in;
  PoLateness lateness;

  GMutex mutex; // of `changed`; the head takes it in free run only
  GCond changed;
};

void po_head_settings_init (PoHeadSettings *self, const PoFormat *format) {
  *self = (PoHeadSettings){.format = *format, .until = PO_FRAME_NONE, .patience_ms = 30000};
  po_hold_limits_init (&self->hold, format->rate, 500, 1000, 400);
}

PoHead *po_head_new (const PoHeadSettings *settings, PoImage *slate, PoHeadEventFunc on_event, gpointer user_data,
                     GError **error) {
  g_autoptr (PoHeadQueue) events = po_head_queue_new (on_event, user_data, error);
  if (events == NULL)
    return NULL;
  PoHead *self = g_new0 (PoHead, 1);
  self->settings = *settings;
  self->feeds = g_array_new (FALSE, FALSE, sizeof (PoFeed));
  self->events = g_steal_pointer (&events);
  self->draft = po_head_view_new (slate);
  self->k = -1;
  self->n = PO_FRAME_NONE;
  self->screen = PO_SCREEN_SLATE;
  g_mutex_init (&self->mutex);
  g_cond_init (&self->changed);
  return self;
}

void po_head_free (PoHead *self) {
  if (self == NULL)
    return;
  po_head_stop (self);
  po_switcher_free (self->switcher);
  po_head_view_free (self->view);
  po_head_view_free (self->replaced);
  po_head_view_free (self->draft);
  po_head_mailbox_clear (&self->mailbox);
  po_head_queue_free (self->events);
  g_array_unref (self->feeds);
  g_mutex_clear (&self->mutex);
  g_cond_clear (&self->changed);
  g_free (self);
}

void po_head_add_feed (PoHead *self, const PoFeed *feed) {
  g_return_if_fail (self->thread == NULL);
  g_array_append_val (self->feeds, *feed);
}

static void wake (PoHead *self) {
  g_mutex_lock (&self->mutex);
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->mutex);
}

static void publish (PoHead *self) {
  po_head_mailbox_publish (&self->mailbox, po_head_view_copy (self->draft));
  wake (self);
}

void po_head_set_rundown (PoHead *self, PoRundown *rundown) {
  po_head_plan_unref (self->draft->plan);
  self->draft->plan = po_head_plan_new (rundown);
  publish (self);
}

void po_head_bind (PoHead *self, const gchar *run_key, PoSource *source) {
  if (source != NULL)
    g_hash_table_insert (self->draft->sources, g_strdup (run_key), po_source_ref (source));
  else
    g_hash_table_remove (self->draft->sources, run_key);
  publish (self);
}

void po_head_set_card (PoHead *self, const gchar *run_key, PoImage *card) {
  if (card != NULL)
    g_hash_table_insert (self->draft->cards, g_strdup (run_key), po_image_ref (card));
  else
    g_hash_table_remove (self->draft->cards, run_key);
  publish (self);
}

void po_head_set_slate (PoHead *self, PoImage *slate) {
  PoImage *before = self->draft->slate;
  self->draft->slate = po_image_ref (slate);
  po_image_unref (before);
  publish (self);
}

void po_head_set_utc (PoHead *self, gint64 mono_to_utc_ns) {
  self->draft->mono_to_utc_ns = mono_to_utc_ns;
  publish (self);
}

// Keeps the last change that lies behind: it is the one in force.
static void forget_offsets (GArray *offsets, gint64 k) {
  while (offsets->len > 1 && g_array_index (offsets, PoOffset, 1).from_k <= k)
    g_array_remove_index (offsets, 0);
}

void po_head_set_offset (PoHead *self, gint64 from_k, PoFrame offset) {
  GArray *offsets = self->draft->offsets;
  PoOffset change = {from_k, offset};
  while (offsets->len > 1 && g_array_index (offsets, PoOffset, offsets->len - 1).from_k >= from_k)
    g_array_set_size (offsets, offsets->len - 1);
  g_array_append_val (offsets, change);
  forget_offsets (offsets, atomic_load (&self->k));
  publish (self);
}

void po_head_sweep (PoHead *self) {
  po_head_mailbox_sweep (&self->mailbox);
}

static gint64 monotonic_ns (void) {
  struct timespec now;
  clock_gettime (CLOCK_MONOTONIC, &now);
  return (gint64)now.tv_sec * PO_NS_PER_SECOND + now.tv_nsec;
}

static void set_shown (PoHead *self, gint64 k, PoFrame n) {
  gboolean is_stand_in = FALSE;
  const PoScreen screen = po_switcher_screen (self->switcher, &is_stand_in);
  atomic_fetch_add (&self->shown_turn, 1);
  atomic_store (&self->k, k);
  atomic_store (&self->n, n);
  atomic_store (&self->screen, screen);
  atomic_store (&self->is_stand_in, is_stand_in);
  atomic_fetch_add (&self->shown_turn, 1);
}

gboolean po_head_shown (PoHead *self, PoHeadShown *ret_shown) {
  guint64 turn;
  do {
    turn = atomic_load (&self->shown_turn);
    *ret_shown = (PoHeadShown){atomic_load (&self->k), atomic_load (&self->n), atomic_load (&self->screen),
                               atomic_load (&self->is_stand_in)};
  } while (turn % 2 != 0 || turn != atomic_load (&self->shown_turn));
  return ret_shown->k >= 0;
}

gboolean po_head_position (PoHead *self, gint64 *ret_k, PoFrame *ret_n) {
  PoHeadShown shown;
  const gboolean has_begun = po_head_shown (self, &shown);
  *ret_k = shown.k;
  *ret_n = shown.n;
  return has_begun;
}

static void give_back_replaced (PoHead *self) {
  if (self->replaced != NULL)
    po_head_mailbox_give_back (&self->mailbox, g_steal_pointer (&self->replaced));
}

static void make_frame (PoHead *self, gint64 k, PoFrame n, gboolean is_walk) {
  g_autoptr (GstBuffer) video = NULL;
  g_autoptr (GstBuffer) audio = NULL;
  gint64 due_ns = po_anchor_due_ns (&self->anchor, k, self->settings.format.rate);
  po_switcher_frame (self->switcher, k, n, due_ns, is_walk, &video, &audio);
  give_back_replaced (self);
  for (guint i = 0; i < self->feeds->len; i++) {
    const PoFeed *feed = &g_array_index (self->feeds, PoFeed, i);
    feed->push (feed->user, video, audio, k);
  }
  set_shown (self, k, n);
}

// The newest view becomes the one in use. The one before goes back when a frame has been made of the new one; one that
// never made a frame goes back at once.
static void take_view (PoHead *self) {
  PoHeadView *view = po_head_mailbox_take (&self->mailbox);
  if (view == NULL)
    return;
  if (self->replaced == NULL)
    self->replaced = self->view;
  else
    po_head_mailbox_give_back (&self->mailbox, self->view);
  self->view = view;
  po_switcher_set_view (self->switcher, view);
}

static void nap_for_change (PoHead *self) {
  g_mutex_lock (&self->mutex);
  if (g_atomic_pointer_get (&self->mailbox.incoming) == NULL && !self->stopping)
    g_cond_wait_until (&self->changed, &self->mutex, g_get_monotonic_time () + NAP_NS / 1000);
  g_mutex_unlock (&self->mutex);
}

static gboolean is_over (PoHead *self, PoFrame n) {
  return self->settings.until != PO_FRAME_NONE && n >= self->settings.until;
}

// Free run's clock: goes on when everything for frame k is there, or will not come, or patience ends.
static void await_frame (PoHead *self, gint64 k) {
  gint64 end_ns = monotonic_ns () + self->settings.patience_ms * PO_NS_PER_MS;
  while (!self->stopping) {
    PoSource *source = NULL;
    gint64 frame, samples_end;
    if (!po_head_queue_is_idle (self->events)) {
      po_head_queue_wait_idle (self->events, NAP_NS);
      continue;
    }
    take_view (self);
    PoFrame n = po_switcher_planned_frame (self->switcher, k);
    if (is_over (self, n))
      return;
    PoSwitcherWant want = po_switcher_wants (self->switcher, k, n, &source, &frame, &samples_end);
    if (want == PO_SWITCHER_WANTS_NOTHING)
      return;
    if (want == PO_SWITCHER_WANTS_DATA && po_source_wait (source, frame, samples_end, NAP_NS))
      return;
    if (monotonic_ns () >= end_ns) {
      po_switcher_give_up (self->switcher, n);
      return;
    }
    if (want != PO_SWITCHER_WANTS_DATA)
      nap_for_change (self);
  }
}

static void sleep_until (PoHead *self, gint64 due_ns) {
  for (gint64 left = due_ns - monotonic_ns (); left > 0 && !self->stopping; left = due_ns - monotonic_ns ()) {
    gint64 until = left > LONG_NAP_NS ? due_ns - left + LONG_NAP_NS : due_ns;
    struct timespec at = {.tv_sec = until / PO_NS_PER_SECOND, .tv_nsec = until % PO_NS_PER_SECOND};
    clock_nanosleep (CLOCK_MONOTONIC, TIMER_ABSTIME, &at, NULL);
  }
}

static void request_realtime (PoHead *self) {
  struct sched_param param = {.sched_priority = PRIORITY};
  self->is_realtime = pthread_setschedparam (pthread_self (), SCHED_FIFO | SCHED_RESET_ON_FORK, &param) == 0;
}

static void finish (PoHead *self, gint64 k, PoFrame n) {
  gint64 due_ns = po_anchor_due_ns (&self->anchor, k, self->settings.format.rate);
  PoHeadEvent event = {.kind = PO_HEAD_FINISHED, .n = n, .k = k, .utc_ns = due_ns + self->view->mono_to_utc_ns};
  po_switcher_finish (self->switcher, k, n, due_ns);
  if (!self->stopping)
    po_head_queue_push (self->events, &event);
}

static void await_due (PoHead *self, gint64 k) {
  gint64 due_ns = po_anchor_due_ns (&self->anchor, k, self->settings.format.rate);
  sleep_until (self, due_ns);
  po_lateness_note (&self->lateness, monotonic_ns () - due_ns);
  take_view (self);
}

static gpointer run (gpointer data) {
  PoHead *self = data;
  gint64 k = 0;
  if (!self->settings.is_free_run)
    request_realtime (self);
  take_view (self); // there is always one, however soon a stop comes
  while (!self->stopping) {
    if (self->settings.is_free_run)
      await_frame (self, k);
    else
      await_due (self, k);
    PoFrame n = po_switcher_planned_frame (self->switcher, k);
    if (self->stopping || is_over (self, n))
      break;
    make_frame (self, k, n, FALSE);
    k++;
  }
  finish (self, k, po_switcher_planned_frame (self->switcher, k));
  return NULL;
}

static void prepare (PoHead *self) {
  if (self->switcher != NULL)
    return;
  self->switcher = po_switcher_new (&self->settings.format, &self->settings.hold, self->feeds->len > 0, self->events);
  publish (self);
}

void po_head_start (PoHead *self, const PoAnchor *anchor, gint64 mono_to_utc_ns) {
  g_return_if_fail (self->thread == NULL);
  self->anchor = *anchor;
  self->draft->mono_to_utc_ns = mono_to_utc_ns;
  g_array_index (self->draft->offsets, PoOffset, 0) = (PoOffset){0, anchor->first};
  prepare (self);
  publish (self);
  self->thread = g_thread_new ("head", run, self);
}

// The last airing of a walk gets its end too.
static void finish_walk (PoHead *self) {
  gint64 k = atomic_load (&self->k) + 1;
  self->is_walking = FALSE;
  po_switcher_finish (self->switcher, k, atomic_load (&self->n) + 1,
                      po_anchor_due_ns (&self->anchor, k, self->settings.format.rate));
  po_head_queue_drain (self->events);
}

void po_head_stop (PoHead *self) {
  if (self->is_walking)
    finish_walk (self);
  if (self->thread == NULL)
    return;
  self->stopping = TRUE;
  wake (self);
  g_thread_join (g_steal_pointer (&self->thread));
  po_head_queue_drain (self->events);
}

void po_head_walk (PoHead *self, PoFrame from, PoFrame to) {
  g_return_if_fail (self->thread == NULL);
  prepare (self);
  if (!self->is_walking)
    self->walk_first = from;
  self->is_walking = TRUE;
  for (PoFrame n = from; n < to; n++) {
    gint64 k = n - self->walk_first; // frames left out are counted too, so that a walk numbers as the air would
    take_view (self);
    // A walk has no clock: its wall clock is the plan's.
    self->anchor.mono_ns = po_frame_to_time_floor (n, self->settings.format.rate) -
                           po_duration_from_frames_floor (k, self->settings.format.rate);
    make_frame (self, k, n, TRUE);
    po_head_queue_drain (self->events);
    po_head_mailbox_sweep (&self->mailbox);
  }
}

void po_head_stats (PoHead *self, PoHeadStats *ret_stats) {
  *ret_stats = (PoHeadStats){.frames = atomic_load (&self->k) + 1,
                             .is_realtime = self->is_realtime,
                             .late_p50_ns = po_lateness_percentile_ns (&self->lateness, 50),
                             .late_p99_ns = po_lateness_percentile_ns (&self->lateness, 99),
                             .late_max_ns = self->lateness.max_ns,
                             .late_ticks = po_lateness_count_over (&self->lateness, LATE_NS),
                             .events_dropped = po_head_queue_dropped (self->events)};
}
