// SPDX-License-Identifier: GPL-3.0-or-later
#include "message/channel.h"

#include "message/post.h"
#include "message/spool.h"
#include "model/error.h"

#define MOST_RETRY_MS 300000
#define GIVE_UP_TRIES 900 // of one letter that is refused: three days
#define MOST_WAIT_US  (600 * G_USEC_PER_SEC)
#define ROUTE_FILE    "told.json"

/** Job: what the thread is handed: alarms to look at, a letter, or the end. */
typedef struct {
  GPtrArray *alarms; // (nullable) PoAlarm
  PoTimeNs now_ns;
  PoLetter *letter; // (nullable)
  gboolean is_end;
} Job;

struct _PoChannel {
  PoMessageSettings *settings;
  gchar *dir; // (nullable)
  GTimeZone *zone;
  GThread *thread;
  GAsyncQueue *jobs;
  GCancellable *cancellable;

  // of the thread
  PoAlarmRoute *route;
  PoSpool *spool;
  guint failures;       // in a row
  gint64 not_before_us; // nothing is tried before

  GMutex lock;
  PoChannelState state; // protected by lock
};

static void job_free (Job *job) {
  g_clear_pointer (&job->alarms, g_ptr_array_unref);
  po_letter_free (job->letter);
  g_free (job);
}

// ---- how it fares ----

static void set_state (PoChannel *self, const gchar *problem, guint64 sent) {
  g_mutex_lock (&self->lock);
  self->state.waiting = po_spool_count (self->spool);
  self->state.sent += sent;
  if (g_strcmp0 (self->state.problem, problem) != 0) {
    g_free (self->state.problem);
    self->state.problem = g_strdup (problem);
  }
  g_mutex_unlock (&self->lock);
}

static void set_waiting (PoChannel *self) {
  g_mutex_lock (&self->lock);
  self->state.waiting = po_spool_count (self->spool);
  g_mutex_unlock (&self->lock);
}

void po_channel_state (PoChannel *self, PoChannelState *ret_state) {
  g_mutex_lock (&self->lock);
  *ret_state = self->state;
  ret_state->problem = g_strdup (self->state.problem);
  g_mutex_unlock (&self->lock);
}

void po_channel_state_clear (PoChannelState *self) {
  g_clear_pointer (&self->problem, g_free);
}

// ---- into the spool ----

// For mail a letter a recipient, so that one wrong address keeps nobody else from hearing.
static void put_for_each (PoChannel *self, const PoLetter *letter) {
  gchar **to = letter->to != NULL ? letter->to : self->settings->to;
  g_autofree gchar *text = po_letter_to_text (letter);
  if (self->settings->kind != PO_MESSAGE_MAIL) {
    po_spool_put (self->spool, letter, NULL);
    return;
  }
  for (guint i = 0; to != NULL && to[i] != NULL; i++) {
    g_autoptr (PoLetter) one = po_letter_from_text (text);
    g_free (one->id);
    one->id = g_strdup_printf ("%s/%s", letter->id, to[i]);
    g_strfreev (one->to);
    one->to = g_strdupv ((gchar *[]){to[i], NULL});
    po_spool_put (self->spool, one, NULL);
  }
}

static gchar *route_path (PoChannel *self) {
  return self->dir != NULL ? g_build_filename (self->dir, ROUTE_FILE, NULL) : NULL;
}

static void keep_route (PoChannel *self) {
  g_autofree gchar *path = route_path (self), *text = po_alarm_route_to_text (self->route);
  if (path != NULL)
    g_file_set_contents_full (path, text, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0600, NULL);
}

static void recall_route (PoChannel *self) {
  g_autofree gchar *path = route_path (self), *text = NULL;
  if (path != NULL && g_file_get_contents (path, &text, NULL, NULL))
    po_alarm_route_remember (self->route, text);
}

static void look_at (PoChannel *self, GPtrArray *alarms, PoTimeNs now_ns) {
  g_autoptr (PoNews) news = po_alarm_route_next (self->route, alarms, now_ns);
  if (news == NULL)
    return;
  g_autofree gchar *id = g_uuid_string_random ();
  g_autoptr (PoLetter) letter = po_letter_from_news (news, id, self->settings->station, self->zone, now_ns);
  put_for_each (self, letter);
  keep_route (self); // after the letter: told twice is better than not at all
}

// ---- out of it ----

static gint64 backoff_us (PoChannel *self, guint tries) {
  gint64 ms = self->settings->retry_ms << MIN (tries, 20);
  return MIN (ms, MOST_RETRY_MS) * 1000;
}

static void put_off (PoChannel *self, const PoLetter *letter, const GError *error) {
  const gint64 now_us = g_get_monotonic_time ();
  const guint tries = po_spool_tries (self->spool, letter->id);
  if (!g_error_matches (error, PO_ERROR, PO_ERROR_INPUT))
    self->not_before_us = now_us + backoff_us (self, self->failures++);
  else if (tries < GIVE_UP_TRIES)
    po_spool_put_off (self->spool, letter->id, now_us + backoff_us (self, tries));
  else
    po_spool_set_aside (self->spool, letter->id);
  if (!g_cancellable_is_cancelled (self->cancellable))
    set_state (self, error->message, 0);
}

static void send_one (PoChannel *self) {
  const gint64 now_us = g_get_monotonic_time ();
  g_autoptr (GError) error = NULL;
  g_autoptr (PoLetter) letter = now_us >= self->not_before_us ? po_spool_next (self->spool, now_us) : NULL;
  if (letter == NULL)
    return;
  if (!po_post (self->settings, letter, self->cancellable, &error)) {
    put_off (self, letter, error);
    return;
  }
  self->failures = 0;
  po_spool_drop (self->spool, letter->id);
  set_state (self, NULL, 1);
}

// ---- the thread ----

static gboolean do_job (PoChannel *self, Job *job) {
  gboolean goes_on = !job->is_end;
  if (job->alarms != NULL)
    look_at (self, job->alarms, job->now_ns);
  if (job->letter != NULL)
    put_for_each (self, job->letter);
  job_free (job);
  set_waiting (self);
  return goes_on;
}

static gint64 wait_us (PoChannel *self) {
  gint64 due_us = MAX (po_spool_due_us (self->spool), self->not_before_us);
  return CLAMP (due_us - g_get_monotonic_time (), 0, MOST_WAIT_US);
}

static gpointer run (gpointer data) {
  PoChannel *self = data;
  for (;;) {
    const gint64 left_us = wait_us (self);
    Job *job = left_us > 0 ? g_async_queue_timeout_pop (self->jobs, (guint64)left_us) : NULL;
    for (; job != NULL; job = g_async_queue_try_pop (self->jobs))
      if (!do_job (self, job))
        return NULL;
    send_one (self);
    for (job = g_async_queue_try_pop (self->jobs); job != NULL; job = g_async_queue_try_pop (self->jobs))
      if (!do_job (self, job))
        return NULL;
  }
}

PoChannel *po_channel_new (PoMessageSettings *settings, const gchar *dir, GTimeZone *zone, PoTimeNs begun_ns) {
  PoChannel *self = g_new0 (PoChannel, 1);
  g_autofree gchar *name = g_strndup (settings->name, 15 - strlen ("tell-"));
  g_autofree gchar *thread_name = g_strconcat ("tell-", name, NULL);
  self->settings = settings;
  self->dir = g_strdup (dir);
  self->zone = g_time_zone_ref (zone);
  self->jobs = g_async_queue_new_full ((GDestroyNotify)job_free);
  self->cancellable = g_cancellable_new ();
  g_mutex_init (&self->lock);
  self->route = po_alarm_route_new (&settings->rules, zone, begun_ns);
  self->spool = po_spool_open (dir);
  self->state.waiting = po_spool_count (self->spool);
  recall_route (self);
  self->thread = g_thread_new (thread_name, run, self);
  return self;
}

void po_channel_free (PoChannel *self) {
  if (self == NULL)
    return;
  Job *end = g_new0 (Job, 1);
  end->is_end = TRUE;
  g_cancellable_cancel (self->cancellable);
  g_async_queue_push (self->jobs, end);
  g_thread_join (self->thread);
  g_async_queue_unref (self->jobs);
  g_object_unref (self->cancellable);
  po_alarm_route_free (self->route);
  po_spool_free (self->spool);
  po_channel_state_clear (&self->state);
  g_mutex_clear (&self->lock);
  g_time_zone_unref (self->zone);
  po_message_settings_free (self->settings);
  g_free (self->dir);
  g_free (self);
}

const gchar *po_channel_name (PoChannel *self) {
  return self->settings->name;
}

PoMessageKind po_channel_kind (PoChannel *self) {
  return self->settings->kind;
}

void po_channel_tell (PoChannel *self, GPtrArray *alarms, PoTimeNs now_ns) {
  Job *job = g_new0 (Job, 1);
  g_autofree gchar *own = g_strconcat ("message:", self->settings->name, NULL); // it could not tell of it
  job->now_ns = now_ns;
  job->alarms = g_ptr_array_new_with_free_func ((GDestroyNotify)po_alarm_free);
  for (guint i = 0; i < alarms->len; i++)
    if (!g_str_equal (((const PoAlarm *)alarms->pdata[i])->id, own))
      g_ptr_array_add (job->alarms, po_alarm_copy (alarms->pdata[i]));
  g_async_queue_push (self->jobs, job);
}

void po_channel_post (PoChannel *self, PoLetter *letter) {
  Job *job = g_new0 (Job, 1);
  job->letter = letter;
  g_async_queue_push (self->jobs, job);
}
