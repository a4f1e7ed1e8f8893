// SPDX-License-Identifier: GPL-3.0-or-later
#include "desk/feeds.h"

#include <string.h>

#include "model/text.h"

#define DAY_NS    (24 * 3600 * PO_NS_PER_SECOND)
#define SPAN_NS   (60 * DAY_NS)
#define MOST_DAYS 400 // of a window that somebody names: a plan of centuries takes all the memory there is

// One calendar: what was made last, and who waits for what is being made.
typedef struct {
  PoFeeds *feeds;
  gchar *key, *text;  // (nullable) of the last one
  gchar *coming;      // (nullable) key of the one being made
  GPtrArray *waiting; // Waiting
} Feed;

typedef struct {
  PoControlTextDone done;
  gpointer data;
} Waiting;

struct _PoFeeds {
  PoErrands *errands;
  GTimeZone *zone;
  Feed plan, asrun;
};

static void feed_init (Feed *feed, PoFeeds *feeds) {
  feed->feeds = feeds;
  feed->waiting = g_ptr_array_new_with_free_func (g_free);
}

static void feed_clear (Feed *feed) {
  g_free (feed->key);
  g_free (feed->text);
  g_free (feed->coming);
  g_ptr_array_unref (feed->waiting);
}

PoFeeds *po_feeds_new (PoErrands *errands, GTimeZone *zone) {
  PoFeeds *self = g_new0 (PoFeeds, 1);
  self->errands = errands;
  self->zone = zone;
  feed_init (&self->plan, self);
  feed_init (&self->asrun, self);
  return self;
}

void po_feeds_free (PoFeeds *self) {
  if (self == NULL)
    return;
  feed_clear (&self->plan);
  feed_clear (&self->asrun);
  g_free (self);
}

static void on_made (const gchar *text, const GError *error, gpointer data) {
  Feed *feed = data;
  g_autoptr (GPtrArray) waiting = g_steal_pointer (&feed->waiting);
  feed->waiting = g_ptr_array_new_with_free_func (g_free);
  g_free (feed->key);
  g_free (feed->text);
  feed->key = text != NULL ? g_steal_pointer (&feed->coming) : NULL;
  feed->text = g_strdup (text);
  g_clear_pointer (&feed->coming, g_free);
  for (guint i = 0; i < waiting->len; i++) {
    const Waiting *one = waiting->pdata[i];
    one->done (feed->text, error, one->data);
  }
}

static void on_own (const gchar *text, const GError *error, gpointer data) {
  g_autofree Waiting *own = data;
  own->done (text, error, own->data);
}

static void run (PoFeeds *self, gboolean is_plan, PoTimeNs from_ns, PoTimeNs to_ns, PoErrandDone done, gpointer data) {
  g_autofree gchar *from = po_time_to_utc_string (from_ns), *to = po_time_to_utc_string (to_ns);
  const gchar *words[] = {is_plan ? "rundown" : "asrun", "--ics", "--from", from, "--to", to, NULL};
  po_errands_run (self->errands, words, NULL, done, data);
}

// The window that @wish names, where it names one half, with the other. FALSE: it makes no sense, and is told.
static gboolean read_window (const PoFeedWish *wish, PoTimeNs *from_ns, PoTimeNs *to_ns, const Waiting *waiting) {
  gint64 span_ns = 0;
  if (wish->from_ns != PO_TIME_NONE)
    *from_ns = wish->from_ns;
  *to_ns = wish->to_ns != PO_TIME_NONE ? wish->to_ns : MIN (*from_ns, G_MAXINT64 - SPAN_NS) + SPAN_NS;
  if (!__builtin_sub_overflow (*to_ns, *from_ns, &span_ns) && span_ns > 0 && span_ns <= MOST_DAYS * DAY_NS)
    return TRUE;
  g_autoptr (GError) error =
      g_error_new (PO_ERROR, PO_ERROR_INPUT, _ ("“to” must be after “from”, by %d days at most"), MOST_DAYS);
  waiting->done (NULL, error, waiting->data);
  return FALSE;
}

void po_feeds_ask (PoFeeds *self, const PoFeedWish *wish, PoControlTextDone done, gpointer data) {
  Feed *feed = wish->is_plan ? &self->plan : &self->asrun;
  PoTimeNs today_ns = po_time_local_midnight (wish->now_ns, self->zone);
  PoTimeNs from_ns = wish->is_plan ? today_ns - DAY_NS : today_ns - SPAN_NS;
  PoTimeNs to_ns = wish->is_plan ? today_ns + SPAN_NS : today_ns + 2 * DAY_NS;
  g_autofree Waiting *waiting = g_new0 (Waiting, 1);
  *waiting = (Waiting){done, data};
  if (wish->from_ns != PO_TIME_NONE || wish->to_ns != PO_TIME_NONE) {
    if (read_window (wish, &from_ns, &to_ns, waiting))
      run (self, wish->is_plan, from_ns, to_ns, on_own, g_steal_pointer (&waiting));
    return;
  }
  g_autofree gchar *key = g_strdup_printf ("%" G_GINT64_FORMAT " %s", today_ns, wish->state);
  if (g_strcmp0 (feed->key, key) == 0) {
    on_own (feed->text, NULL, g_steal_pointer (&waiting));
    return;
  }
  g_ptr_array_add (feed->waiting, g_steal_pointer (&waiting));
  if (feed->coming != NULL)
    return; // a moment older at most
  feed->coming = g_steal_pointer (&key);
  run (self, wish->is_plan, from_ns, to_ns, on_made, feed);
}
