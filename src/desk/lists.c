// SPDX-License-Identifier: GPL-3.0-or-later
#include "desk/lists.h"

#include <sys/resource.h>

#include "model/text.h"

#define MOST_WAITING 32
#define NICENESS     10 // encoders and players come first

struct _PoList {
  PoLists *lists;
  PoControlPage page;
  guint64 seen; // entries so far
  GString *text;
  gboolean is_whole; // not entries
};

// One list, from asking to answering.
typedef struct {
  PoLists *lists;
  PoListMake make;
  gpointer job;
  GDestroyNotify free_job;
  PoControlPageDone done;
  gpointer data;
  PoList list;
  gchar *sum;
  GError *error;
} Wish;

// What the thread asks of the main one, which it waits for.
typedef struct {
  PoListAsk ask;
  gconstpointer question;
  gpointer user, answer;
  gboolean is_answered;
} Question;

struct _PoLists {
  GThreadPool *pool;
  GMainContext *context;
  GAsyncQueue *made; // Wish
  guint waiting;     // main thread
  GMutex lock;       // over what follows
  GCond changed;
  gboolean is_ending;
  Question *question; // (nullable)
};

gboolean po_list_wants (PoList *self) {
  guint64 at = self->seen++;
  return at >= self->page.cursor && at - self->page.cursor < self->page.limit;
}

void po_list_add_text (PoList *self, const gchar *json) {
  g_string_append_c (self->text, self->text->len > 0 ? ',' : '[');
  g_string_append (self->text, json);
}

void po_list_take_text (PoList *self, gchar *text) {
  g_string_assign (self->text, text);
  g_free (text);
  self->is_whole = TRUE;
}

static void wish_free (Wish *self) {
  self->free_job (self->job);
  g_string_free (self->list.text, TRUE);
  g_clear_error (&self->error);
  g_free (self->sum);
  g_free (self);
}

static void answer (Wish *wish) {
  g_autoptr (GBytes) json = NULL;
  wish->lists->waiting--;
  if (wish->error == NULL) {
    json = g_string_free_to_bytes (wish->list.text);
    wish->list.text = g_string_new (NULL);
  }
  wish->done (json, wish->sum, wish->list.seen, wish->error, wish->data);
  wish_free (wish);
}

static gboolean answer_question (gpointer user) {
  PoLists *self = user;
  g_mutex_lock (&self->lock);
  Question *question = self->is_ending ? NULL : self->question;
  if (question != NULL && !question->is_answered) {
    question->answer = question->ask (question->question, question->user);
    question->is_answered = TRUE;
    g_cond_signal (&self->changed);
  }
  g_mutex_unlock (&self->lock);
  return G_SOURCE_REMOVE;
}

static gboolean answer_made (gpointer user) {
  PoLists *self = user;
  Wish *wish = g_async_queue_try_pop (self->made);
  if (wish != NULL)
    answer (wish);
  return G_SOURCE_REMOVE;
}

// What was told to the main loop may come to it when nobody waits any more.
static void clear (PoLists *self) {
  g_async_queue_unref (self->made);
  g_main_context_unref (self->context);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->changed);
}

static void release (gpointer self) {
  g_atomic_rc_box_release_full (self, (GDestroyNotify)clear);
}

// Any thread.
static void tell_main (PoLists *self, GSourceFunc func) {
  g_autoptr (GSource) source = g_idle_source_new ();
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, func, g_atomic_rc_box_acquire (self), release);
  g_source_attach (source, self->context);
}

gpointer po_list_ask_main (PoList *self, PoListAsk ask, gconstpointer text, gpointer user) {
  PoLists *lists = self->lists;
  Question question = {.ask = ask, .question = text, .user = user};
  g_mutex_lock (&lists->lock);
  lists->question = &question;
  tell_main (lists, answer_question);
  while (!question.is_answered && !lists->is_ending)
    g_cond_wait (&lists->changed, &lists->lock);
  lists->question = NULL;
  g_mutex_unlock (&lists->lock);
  return question.answer;
}

static gboolean is_ending (PoLists *self) {
  g_mutex_lock (&self->lock);
  gboolean ending = self->is_ending;
  g_mutex_unlock (&self->lock);
  return ending;
}

static void refuse_ending (Wish *wish) {
  g_clear_error (&wish->error);
  g_set_error_literal (&wish->error, PO_ERROR, PO_ERROR_SYSTEM, _ ("playoutd is ending"));
}

// Its own thread.
static void make_one (gpointer data, gpointer user) {
  static _Thread_local gboolean is_nice = FALSE;
  Wish *wish = data;
  PoLists *self = user;
  if (!is_nice) {
    setpriority (PRIO_PROCESS, 0, NICENESS); // of this thread alone
    is_nice = TRUE;
  }
  if (is_ending (self)) {
    refuse_ending (wish);
  } else if (wish->make (&wish->list, wish->job, &wish->error)) {
    if (!wish->list.is_whole)
      g_string_append (wish->list.text, wish->list.text->len > 0 ? "]" : "[]");
    wish->sum =
        g_compute_checksum_for_data (G_CHECKSUM_SHA256, (const guchar *)wish->list.text->str, wish->list.text->len);
  }
  g_async_queue_push (self->made, wish);
  tell_main (self, answer_made);
}

PoLists *po_lists_new (void) {
  PoLists *self = g_atomic_rc_box_new0 (PoLists);
  self->context = g_main_context_ref_thread_default ();
  self->made = g_async_queue_new ();
  g_mutex_init (&self->lock);
  g_cond_init (&self->changed);
  self->pool = g_thread_pool_new (make_one, self, 1, TRUE, NULL);
  return self;
}

void po_lists_free (PoLists *self) {
  if (self == NULL)
    return;
  g_mutex_lock (&self->lock);
  self->is_ending = TRUE;
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);
  g_thread_pool_free (self->pool, FALSE, TRUE);
  for (Wish *wish; (wish = g_async_queue_try_pop (self->made)) != NULL;) {
    refuse_ending (wish);
    answer (wish);
  }
  release (self);
}

void po_lists_make (PoLists *self, const PoControlPage *page, PoListMake make, gpointer job, GDestroyNotify free_job,
                    PoControlPageDone done, gpointer data) {
  if (self->waiting >= MOST_WAITING) {
    g_autoptr (GError) error = g_error_new_literal (
        PO_ERROR, PO_ERROR_SYSTEM, _ ("too many long lists are being asked for; ask again in a moment"));
    free_job (job);
    done (NULL, NULL, 0, error, data);
    return;
  }
  Wish *wish = g_new0 (Wish, 1);
  *wish = (Wish){.lists = self, .make = make, .job = job, .free_job = free_job, .done = done, .data = data};
  wish->list = (PoList){self, *page, 0, g_string_new (NULL)};
  self->waiting++;
  g_thread_pool_push (self->pool, wish, NULL);
}
