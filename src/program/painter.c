// SPDX-License-Identifier: GPL-3.0-or-later
// The painter's thread and its queue of commissions.
#include "program/painter.h"

#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#define NICENESS 15

typedef struct {
  gint ref_count; // atomic: the painter and each commission on its way back
  gint is_over;   // atomic: nothing is delivered any more
} PoPainterLife;

/** PoCommission: one picture to draw, then to deliver. */
typedef struct {
  PoPainterLife *life;
  PoBoard board;  // its strings are owned
  PoImage *slate; // (nullable) only its clock is redrawn
  PoImage *image;
  PoPainterFunc done;
  gpointer user_data;
  GDestroyNotify free_data;
} PoCommission;

struct _PoPainter {
  PoFormat format;
  GMainContext *context;
  GAsyncQueue *commissions;
  GThread *thread;
  PoPainterLife *life;
};

static PoCommission last_commission; // tells the thread to end

static void life_unref (PoPainterLife *life) {
  if (g_atomic_int_dec_and_test (&life->ref_count))
    g_free (life);
}

static void commission_free (gpointer data) {
  PoCommission *self = data;
  if (self->free_data != NULL)
    self->free_data (self->user_data);
  g_free ((gchar *)self->board.channel);
  g_free ((gchar *)self->board.heading);
  g_free ((gchar *)self->board.title);
  g_free ((gchar *)self->board.time);
  po_image_unref (self->slate);
  po_image_unref (self->image);
  life_unref (self->life);
  g_free (self);
}

static gboolean deliver (gpointer data) {
  PoCommission *commission = data;
  if (!g_atomic_int_get (&commission->life->is_over))
    commission->done (commission->image, commission->user_data);
  return G_SOURCE_REMOVE;
}

static gpointer run (gpointer data) {
  PoPainter *self = data;
  PoCommission *commission;
  setpriority (PRIO_PROCESS, (id_t)syscall (SYS_gettid), NICENESS);
  while ((commission = g_async_queue_pop (self->commissions)) != &last_commission) {
    if (commission->slate != NULL)
      commission->image = po_board_redraw_time (&self->format, commission->slate, commission->board.time);
    else
      commission->image = po_board_draw (&self->format, &commission->board);
    // (never g_main_context_invoke(): it would deliver here while nobody runs the context)
    GSource *source = g_idle_source_new ();
    g_source_set_priority (source, G_PRIORITY_DEFAULT);
    g_source_set_callback (source, deliver, commission, commission_free);
    g_source_attach (source, self->context);
    g_source_unref (source);
  }
  return NULL;
}

PoPainter *po_painter_new (const PoFormat *format) {
  PoPainter *self = g_new0 (PoPainter, 1);
  self->format = *format;
  self->context = g_main_context_ref_thread_default ();
  self->commissions = g_async_queue_new ();
  self->life = g_new0 (PoPainterLife, 1);
  self->life->ref_count = 1;
  self->thread = g_thread_new ("painter", run, self);
  return self;
}

void po_painter_free (PoPainter *self) {
  if (self == NULL)
    return;
  g_atomic_int_set (&self->life->is_over, TRUE);
  g_async_queue_push_front (self->commissions, &last_commission);
  g_thread_join (self->thread);
  PoCommission *left;
  while ((left = g_async_queue_try_pop (self->commissions)) != NULL)
    commission_free (left);
  g_async_queue_unref (self->commissions);
  g_main_context_unref (self->context);
  life_unref (self->life);
  g_free (self);
}

static void commission (PoPainter *self, const PoBoard *board, PoImage *slate, PoPainterFunc done, gpointer user_data,
                        GDestroyNotify free_data) {
  PoCommission *new = g_new0 (PoCommission, 1);
  g_atomic_int_inc (&self->life->ref_count);
  new->life = self->life;
  new->board = (PoBoard){.kind = board->kind,
                         .channel = g_strdup (board->channel),
                         .heading = g_strdup (board->heading),
                         .title = g_strdup (board->title),
                         .time = g_strdup (board->time)};
  new->slate = slate != NULL ? po_image_ref (slate) : NULL;
  new->done = done;
  new->user_data = user_data;
  new->free_data = free_data;
  g_async_queue_push (self->commissions, new);
}

void po_painter_draw (PoPainter *self, const PoBoard *board, PoPainterFunc done, gpointer user_data,
                      GDestroyNotify free_data) {
  commission (self, board, NULL, done, user_data, free_data);
}

void po_painter_redraw_time (PoPainter *self, PoImage *slate, const gchar *time, PoPainterFunc done, gpointer user_data,
                             GDestroyNotify free_data) {
  PoBoard board = {.kind = PO_BOARD_SLATE, .time = time};
  commission (self, &board, slate, done, user_data, free_data);
}
