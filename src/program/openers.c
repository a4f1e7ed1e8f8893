// SPDX-License-Identifier: GPL-3.0-or-later
// Detached threads with little stack, and the list of them.
#include "program/openers.h"

#include <pthread.h>
#include <string.h>

#include "model/text.h"

#define LONGEST_US     (5 * G_USEC_PER_SEC) // a disk that slept needs some seconds
#define MOST_IN_FOLDER 4                    // given up, of one folder: beyond that it is not tried
#define MOST_AT_ONCE   256                  // of all folders
#define STACK_BYTES    (256 * 1024)

/** Opening: a run that waits for a thread in open(). */
typedef struct {
  PoOpeners *openers; // a reference
  PoPlayerRun *run;   // likewise
  gchar *folder;
  gint64 since_us;
  gboolean is_given_up; // protected by the openers' lock, as is the list
} Opening;

struct _PoOpeners {
  gint ref_count; // atomic
  GMutex lock;
  GPtrArray *all; // Opening, each its thread's; protected by lock
};

PoOpeners *po_openers_new (void) {
  PoOpeners *self = g_new0 (PoOpeners, 1);
  self->ref_count = 1;
  g_mutex_init (&self->lock);
  self->all = g_ptr_array_new ();
  return self;
}

static void openers_unref (PoOpeners *self) {
  if (!g_atomic_int_dec_and_test (&self->ref_count))
    return;
  g_ptr_array_unref (self->all);
  g_mutex_clear (&self->lock);
  g_free (self);
}

void po_openers_free (PoOpeners *self) {
  if (self != NULL)
    openers_unref (self);
}

static void opening_free (Opening *self) {
  po_player_run_unref (self->run);
  openers_unref (self->openers);
  g_free (self->folder);
  g_free (self);
}

static void fail (PoPlayerRun *run, gboolean is_machine, gchar *problem) {
  run->is_machine = is_machine;
  run->problem = problem;
  po_run_inbox_push (run->inbox, po_player_run_ref (run));
}

static void give_up (PoPlayerRun *run) {
  fail (run, FALSE, g_strdup_printf (_ ("%s: its storage does not answer"), run->path));
}

static void *open_in_thread (void *data) {
  Opening *self = data;
  PoRunFiles files;
  po_player_run_open_files (self->run, &files);
  g_mutex_lock (&self->openers->lock);
  g_ptr_array_remove_fast (self->openers->all, self);
  const gboolean is_given_up = self->is_given_up;
  g_mutex_unlock (&self->openers->lock);
  if (is_given_up) {
    po_run_files_clear (&files);
  } else {
    po_player_run_take_files (self->run, &files);
    po_run_inbox_push (self->run->inbox, po_player_run_ref (self->run));
  }
  opening_free (self);
  return NULL;
}

// Not with the caller's priority, which may be that of the air.
static gint start_thread (Opening *opening) {
  static const struct sched_param param = {.sched_priority = 0};
  pthread_attr_t attr;
  pthread_t thread;
  pthread_attr_init (&attr);
  pthread_attr_setdetachstate (&attr, PTHREAD_CREATE_DETACHED);
  pthread_attr_setstacksize (&attr, STACK_BYTES);
  pthread_attr_setinheritsched (&attr, PTHREAD_EXPLICIT_SCHED);
  pthread_attr_setschedpolicy (&attr, SCHED_OTHER);
  pthread_attr_setschedparam (&attr, &param);
  const gint result = pthread_create (&thread, &attr, open_in_thread, opening);
  pthread_attr_destroy (&attr);
  return result;
}

static gboolean has_room_locked (const PoOpeners *self, const gchar *folder) {
  guint hang = 0;
  for (guint i = 0; i < self->all->len; i++) {
    const Opening *other = self->all->pdata[i];
    hang += other->is_given_up && strcmp (other->folder, folder) == 0;
  }
  return hang < MOST_IN_FOLDER && self->all->len < MOST_AT_ONCE;
}

void po_openers_open (PoOpeners *self, PoPlayerRun *run) {
  Opening *opening = g_new0 (Opening, 1);
  g_atomic_int_inc (&self->ref_count);
  opening->openers = self;
  opening->run = run;
  opening->folder = g_path_get_dirname (run->path);
  opening->since_us = g_get_monotonic_time ();
  g_mutex_lock (&self->lock);
  const gboolean has_room = has_room_locked (self, opening->folder);
  const gint result = has_room ? start_thread (opening) : 0;
  const gboolean going = has_room && result == 0;
  if (going)
    g_ptr_array_add (self->all, opening); // the thread cannot be done before
  g_mutex_unlock (&self->lock);
  if (going)
    return;
  if (has_room)
    fail (run, TRUE, g_strdup_printf (_ ("no thread to open it: %s"), g_strerror (result)));
  else
    give_up (run);
  opening_free (opening);
}

gint64 po_openers_check (PoOpeners *self, gint64 now_us) {
  gint64 next_us = -1;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  for (guint i = 0; i < self->all->len; i++) {
    Opening *opening = self->all->pdata[i];
    const gint64 end_us = opening->since_us + LONGEST_US;
    if (opening->is_given_up)
      continue;
    if (end_us > now_us) {
      next_us = next_us < 0 ? end_us : MIN (next_us, end_us);
      continue;
    }
    opening->is_given_up = TRUE;
    give_up (opening->run);
  }
  return next_us;
}
