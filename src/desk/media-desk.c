// SPDX-License-Identifier: GPL-3.0-or-later
#include "desk/media-desk.h"

#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "model/error.h"
#include "model/text.h"

#define NICENESS 10

typedef void (*Answer) (PoCatalogue *catalogue, PoTimeNs now_ns, PoControlListDone done, gpointer data);

typedef struct {
  gboolean is_served; // by what is being made: it was begun since
  Answer answer;
  PoConfig *config; // owned
  PoControlListDone done;
  gpointer data;
} Asked;

struct _PoMediaDesk {
  PoStation *station;
  const PoClock *clock;
  PoStation *shadow; // the thread's, while it makes one
  GThreadPool *pool; // of one thread, always the same: each new one would leave a heap of its own as large as a season
  gboolean is_making;
  PoConfig *config; // the thread's; owned
  PoTimeNs made_ns, to_ns;
  PoCatalogue *made;      // by the thread
  PoCatalogue *catalogue; // (nullable) the last one
  PoConfig *state_config; // (nullable) owned: `state` names it by its address, which must stay its own
  gchar *state, *making;  // what the last one, and the one being made, was made of
  GPtrArray *asked;       // Asked
  gboolean has_answered;  // somebody, once
  gboolean is_urgent;     // the thread's: a whole start waits for it
};

static void asked_free (gpointer data) {
  Asked *asked = data;
  po_config_unref (asked->config);
  g_free (asked);
}

static void make (gpointer data, gpointer user);

PoMediaDesk *po_media_desk_new (PoStation *station, const PoClock *clock) {
  PoMediaDesk *self = g_new0 (PoMediaDesk, 1);
  self->station = station;
  self->clock = clock;
  self->shadow = po_station_new (po_station_settings (station), NULL);
  self->asked = g_ptr_array_new_with_free_func (asked_free);
  self->pool = g_thread_pool_new (make, NULL, 1, TRUE, NULL);
  return self;
}

static void take_made (PoMediaDesk *self) {
  self->is_making = FALSE;
  g_clear_pointer (&self->catalogue, po_catalogue_free);
  g_clear_pointer (&self->state_config, po_config_unref);
  g_free (self->state);
  self->state_config = g_steal_pointer (&self->config);
  self->catalogue = g_steal_pointer (&self->made);
  self->state = g_steal_pointer (&self->making);
}

void po_media_desk_free (PoMediaDesk *self) {
  if (self == NULL)
    return;
  g_autoptr (GError) stopped = g_error_new_literal (PO_ERROR, PO_ERROR_SYSTEM, _ ("stopped"));
  g_thread_pool_free (self->pool, FALSE, TRUE); // once it has made what it is making
  if (self->is_making)
    take_made (self);
  g_idle_remove_by_data (self);
  for (guint i = 0; i < self->asked->len; i++) {
    const Asked *asked = self->asked->pdata[i];
    asked->done (NULL, stopped, asked->data);
  }
  g_ptr_array_unref (self->asked);
  g_clear_pointer (&self->catalogue, po_catalogue_free);
  g_clear_pointer (&self->state_config, po_config_unref);
  po_station_free (self->shadow);
  g_free (self->state);
  g_free (self);
}

// All that a catalogue depends on but the time.
static gchar *state_of (PoMediaDesk *self, const PoConfig *config) {
  PoSchedule *schedule = po_station_schedule (self->station);
  return g_strdup_printf ("%s %p %u %p", schedule != NULL ? po_schedule_revision (schedule) : "",
                          (gpointer)po_station_media (self->station), po_station_journal (self->station)->len,
                          (gconstpointer)config);
}

static gboolean is_fresh (PoMediaDesk *self, const PoConfig *config) {
  g_autofree gchar *state = state_of (self, config);
  return self->catalogue != NULL && g_strcmp0 (self->state, state) == 0 &&
         po_clock_now_ns (self->clock) < po_catalogue_until_ns (self->catalogue);
}

static gboolean on_made (gpointer data);

static void make (gpointer data, gpointer user) {
  PoMediaDesk *self = data;
  if (!self->is_urgent)
    setpriority (PRIO_PROCESS, (id_t)syscall (SYS_gettid), NICENESS);
  self->made = po_catalogue_new (self->shadow, self->config, self->made_ns, self->to_ns, self->catalogue);
  g_idle_add_full (G_PRIORITY_DEFAULT, on_made, self, NULL);
}

// @making (transfer full): what it is made of; NULL: it is not to be answered with.
static void start (PoMediaDesk *self, PoConfig *config, gchar *making, gint64 span_ns) {
  self->made_ns = po_clock_now_ns (self->clock);
  self->to_ns = self->made_ns + span_ns;
  self->making = making;
  self->config = po_config_ref (config);
  self->is_urgent = !self->has_answered;
  po_station_follow (self->shadow, self->station);
  for (guint i = 0; making != NULL && i < self->asked->len; i++)
    ((Asked *)self->asked->pdata[i])->is_served = TRUE;
  self->is_making = TRUE;
  g_thread_pool_push (self->pool, self, NULL);
}

// Answers whoever can be answered; makes a new one for the others. Those who asked before it was begun take it even if
// something has changed since: it is newer than their question.
static void serve (PoMediaDesk *self) {
  const PoTimeNs now_ns = po_clock_now_ns (self->clock);
  g_autoptr (GPtrArray) waited = g_steal_pointer (&self->asked);
  g_ptr_array_set_free_func (waited, NULL);
  self->asked = g_ptr_array_new_with_free_func (asked_free);
  for (guint i = 0; i < waited->len; i++) {
    Asked *asked = waited->pdata[i];
    if (is_fresh (self, asked->config) || (asked->is_served && !self->is_making)) {
      self->has_answered = TRUE;
      asked->answer (self->catalogue, now_ns, asked->done, asked->data);
      asked_free (asked);
    } else {
      g_ptr_array_add (self->asked, asked);
    }
  }
  if (self->asked->len > 0 && !self->is_making) {
    PoConfig *config = ((Asked *)self->asked->pdata[0])->config;
    start (self, config, state_of (self, config), PO_CATALOGUE_SPAN_NS);
  }
}

static gboolean on_made (gpointer data) {
  PoMediaDesk *self = data;
  take_made (self);
  serve (self);
  return G_SOURCE_REMOVE;
}

static void ask (PoMediaDesk *self, PoConfig *config, Answer answer, PoControlListDone done, gpointer data) {
  Asked *asked = g_new0 (Asked, 1);
  *asked = (Asked){FALSE, answer, po_config_ref (config), done, data};
  g_ptr_array_add (self->asked, asked);
  serve (self);
}

static void append_clip (gpointer list, guint index, GString *text) {
  const PoCatalogueClip *clip = po_catalogue_clip (list, index);
  g_string_append (text, clip->head);
  g_string_append (text, clip->tail);
}

static void answer_list (PoCatalogue *catalogue, PoTimeNs now_ns, PoControlListDone done, gpointer data) {
  const PoControlList list = {append_clip, catalogue, po_catalogue_size (catalogue), po_catalogue_stamp (catalogue)};
  done (&list, NULL, data);
}

typedef struct {
  PoCatalogue *catalogue;
  PoTimeNs now_ns;
} Missing;

static void append_missing (gpointer list, guint index, GString *text) {
  const Missing *missing = list;
  g_autofree gchar *object = po_catalogue_missing_json (missing->catalogue, index, missing->now_ns);
  g_string_append (text, object);
}

static void answer_missing (PoCatalogue *catalogue, PoTimeNs now_ns, PoControlListDone done, gpointer data) {
  Missing missing = {catalogue, now_ns};
  const PoControlList list = {append_missing, &missing, po_catalogue_missing (catalogue)->len, NULL};
  done (&list, NULL, data);
}

void po_media_desk_prepare (PoMediaDesk *self, PoConfig *config) {
  if (!self->is_making && self->catalogue == NULL)
    start (self, config, NULL, 0);
}

void po_media_desk_list (PoMediaDesk *self, PoConfig *config, PoControlListDone done, gpointer data) {
  ask (self, config, answer_list, done, data);
}

void po_media_desk_missing (PoMediaDesk *self, PoConfig *config, PoControlListDone done, gpointer data) {
  ask (self, config, answer_missing, done, data);
}
