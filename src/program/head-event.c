// SPDX-License-Identifier: GPL-3.0-or-later
// The head's way out: a ring of events and a wake-up.
#include "program/head-event.h"

#include <errno.h>
#include <gio/gio.h>
#include <glib-unix.h>
#include <stdatomic.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "model/error.h"
#include "model/text.h"

#define N_EVENTS                 1024
#define N_EVENTS_FOR_CHECKPOINTS 768 // the rest is kept for what must not be lost

struct _PoHeadQueue {
  PoHeadEventFunc func;
  gpointer user_data;
  gint wake_fd;
  GSource *source;
  PoHeadEvent events[N_EVENTS];
  _Atomic guint64 pushed; // written by the producer
  _Atomic guint64 done;   // written by the consumer, after delivery
  _Atomic guint64 dropped;
  GMutex mutex; // of @idle; the producer takes it in free run only
  GCond idle;
};

static gboolean on_wake (gint fd, GIOCondition condition, gpointer user_data) {
  guint64 count;
  if (read (fd, &count, sizeof count) == sizeof count)
    po_head_queue_drain (user_data);
  return G_SOURCE_CONTINUE;
}

PoHeadQueue *po_head_queue_new (PoHeadEventFunc func, gpointer user_data, GError **error) {
  gint fd = eventfd (0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (fd < 0) {
    g_set_error (error, PO_ERROR, PO_ERROR_SYSTEM, _ ("no eventfd: %s"), g_strerror (errno));
    return NULL;
  }
  PoHeadQueue *self = g_new0 (PoHeadQueue, 1);
  self->func = func;
  self->user_data = user_data;
  self->wake_fd = fd;
  g_mutex_init (&self->mutex);
  g_cond_init (&self->idle);
  self->source = g_unix_fd_source_new (fd, G_IO_IN);
  g_source_set_callback (self->source, G_SOURCE_FUNC (on_wake), self, NULL);
  g_source_attach (self->source, g_main_context_get_thread_default ());
  return self;
}

void po_head_queue_free (PoHeadQueue *self) {
  if (self == NULL)
    return;
  g_source_destroy (self->source);
  g_source_unref (self->source);
  for (guint64 i = self->done; i < self->pushed; i++)
    po_rundown_unref (self->events[i % N_EVENTS].rundown);
  close (self->wake_fd);
  g_mutex_clear (&self->mutex);
  g_cond_clear (&self->idle);
  g_free (self);
}

void po_head_queue_push (PoHeadQueue *self, const PoHeadEvent *event) {
  guint64 pushed = atomic_load_explicit (&self->pushed, memory_order_relaxed);
  guint64 waiting = pushed - atomic_load_explicit (&self->done, memory_order_acquire);
  guint64 one = 1;
  if (waiting >= (event->kind == PO_HEAD_CHECKPOINT ? N_EVENTS_FOR_CHECKPOINTS : N_EVENTS)) {
    atomic_fetch_add_explicit (&self->dropped, 1, memory_order_relaxed);
    return;
  }
  PoHeadEvent *place = &self->events[pushed % N_EVENTS];
  *place = *event;
  if (place->rundown != NULL)
    po_rundown_ref (place->rundown);
  atomic_store_explicit (&self->pushed, pushed + 1, memory_order_release);
  // A full counter means that the consumer has been woken already.
  if (write (self->wake_fd, &one, sizeof one) < 0 && errno != EAGAIN)
    atomic_fetch_add_explicit (&self->dropped, 1, memory_order_relaxed);
}

void po_head_queue_drain (PoHeadQueue *self) {
  guint64 done = atomic_load_explicit (&self->done, memory_order_relaxed);
  while (done < atomic_load_explicit (&self->pushed, memory_order_acquire)) {
    PoHeadEvent event = self->events[done % N_EVENTS];
    self->func (&event, self->user_data);
    if (event.rundown != NULL)
      po_rundown_unref (event.rundown);
    done++;
    atomic_store_explicit (&self->done, done, memory_order_release);
  }
  g_mutex_lock (&self->mutex);
  g_cond_broadcast (&self->idle);
  g_mutex_unlock (&self->mutex);
}

gboolean po_head_queue_is_idle (PoHeadQueue *self) {
  return atomic_load_explicit (&self->pushed, memory_order_acquire) ==
         atomic_load_explicit (&self->done, memory_order_acquire);
}

gboolean po_head_queue_wait_idle (PoHeadQueue *self, gint64 timeout_ns) {
  gint64 end_us = g_get_monotonic_time () + timeout_ns / 1000;
  g_mutex_lock (&self->mutex);
  while (!po_head_queue_is_idle (self) && g_cond_wait_until (&self->idle, &self->mutex, end_us))
    continue;
  g_mutex_unlock (&self->mutex);
  return po_head_queue_is_idle (self);
}

guint64 po_head_queue_dropped (PoHeadQueue *self) {
  return atomic_load_explicit (&self->dropped, memory_order_relaxed);
}
