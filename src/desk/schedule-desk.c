// SPDX-License-Identifier: GPL-3.0-or-later
#include "desk/schedule-desk.h"

#include <gio/gio.h>

#include "desk/feeds.h"
#include "desk/proposals.h"
#include "desk/schedules-json.h"
#include "model/error.h"
#include "model/text.h"

#define MINUTE_NS (60 * PO_NS_PER_SECOND)

struct _PoScheduleDesk {
  PoInputs *inputs;
  PoStation *station;
  const PoClock *clock;
  PoProposals *proposals;
  PoFeeds *feeds;
  GCancellable *closed;
  GPtrArray *putting;          // (nullable) Confirming, its own: who waits for the upload on its way into the folder
  gchar *confirmed, *in_force; // (nullable) the last upload that was confirmed, and the revision that it came to
};

PoScheduleDesk *po_schedule_desk_new (PoErrands *errands, PoInputs *inputs, PoStation *station, const PoClock *clock,
                                      GTimeZone *zone) {
  PoScheduleDesk *self = g_new0 (PoScheduleDesk, 1);
  self->inputs = inputs;
  self->station = station;
  self->clock = clock;
  self->proposals = po_proposals_new (errands);
  self->feeds = po_feeds_new (errands, zone);
  self->closed = g_cancellable_new ();
  return self;
}

void po_schedule_desk_free (PoScheduleDesk *self) {
  if (self == NULL)
    return;
  g_cancellable_cancel (self->closed);
  g_object_unref (self->closed);
  po_proposals_free (self->proposals);
  po_feeds_free (self->feeds);
  g_free (self->confirmed);
  g_free (self->in_force);
  g_free (self);
}

JsonNode *po_schedule_desk_list (PoScheduleDesk *self) {
  return po_schedules_to_json (po_inputs_store (self->inputs), po_inputs_calendars (self->inputs));
}

static void answer (PoScheduleDesk *self, const GError *error, PoControlDone done, gpointer data) {
  done (error == NULL ? po_schedule_desk_list (self) : NULL, error, data);
}

/** Confirming: an upload that is being put into the folder, or the folder that is being looked at. */
typedef struct {
  PoScheduleDesk *desk; // not to be touched once closed
  GCancellable *closed;
  gchar *named; // the upload, or the folder's revision (nullable)
  gchar *who;
  PoControlDone done;
  gpointer data;
} Confirming;

static void confirming_free (Confirming *self) {
  g_object_unref (self->closed);
  g_free (self->named);
  g_free (self->who);
  g_free (self);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Confirming, confirming_free)

static Confirming *confirming_new (PoScheduleDesk *desk, const gchar *named, const gchar *who, PoControlDone done,
                                   gpointer data) {
  Confirming *self = g_new (Confirming, 1);
  *self = (Confirming){desk, g_object_ref (desk->closed), g_strdup (named), g_strdup (who), done, data};
  return self;
}

// TRUE: the desk is gone, and whoever asked was told.
static gboolean is_stopped (const Confirming *self) {
  g_autoptr (GError) stopped = g_error_new_literal (PO_ERROR, PO_ERROR_SYSTEM, _ ("stopped"));
  if (!g_cancellable_is_cancelled (self->closed))
    return FALSE;
  self->done (NULL, stopped, self->data);
  return TRUE;
}

static void note_confirmed (PoScheduleDesk *self, const gchar *id) {
  g_free (self->confirmed);
  g_free (self->in_force);
  self->confirmed = g_strdup (id);
  self->in_force = g_strdup (po_schedule_store_revision (po_inputs_store (self->inputs)));
  po_proposals_drop (self->proposals, id);
}

// Whoever else confirmed it meanwhile is told the same.
static void on_put (const GError *error, gpointer data) {
  g_autoptr (GPtrArray) all = data;
  const Confirming *first = all->pdata[0];
  PoScheduleDesk *self = g_cancellable_is_cancelled (first->closed) ? NULL : first->desk;
  if (self != NULL && self->putting == all)
    self->putting = NULL;
  if (self != NULL && error == NULL)
    note_confirmed (self, first->named);
  for (guint i = 0; i < all->len; i++) {
    g_autoptr (Confirming) confirming = all->pdata[i];
    if (!is_stopped (confirming))
      answer (self, error, confirming->done, confirming->data);
  }
}

static void on_looked (const GError *unread, gpointer data) {
  g_autoptr (Confirming) confirming = data;
  g_autoptr (GError) error = unread != NULL ? g_error_copy (unread) : NULL;
  if (is_stopped (confirming))
    return;
  PoScheduleDesk *self = confirming->desk;
  if (error == NULL && po_schedule_store_confirm (po_inputs_store (self->inputs), confirming->named, confirming->who,
                                                  po_clock_now_ns (self->clock), NULL, &error))
    po_inputs_take_schedule (self->inputs);
  answer (self, error, confirming->done, confirming->data);
}

static void confirm_upload (PoScheduleDesk *self, const gchar *id, const gchar *who, PoControlDone done,
                            gpointer data) {
  g_autoptr (GError) error = NULL;
  if (self->putting != NULL && g_str_equal (((Confirming *)self->putting->pdata[0])->named, id)) {
    g_ptr_array_add (self->putting, confirming_new (self, id, who, done, data));
    return;
  }
  const gchar *in_force = po_schedule_store_revision (po_inputs_store (self->inputs));
  const PoCalendarFile *file = po_proposals_find (self->proposals, id, &error);
  if (file == NULL && g_strcmp0 (self->confirmed, id) == 0 && g_strcmp0 (self->in_force, in_force) == 0)
    g_clear_error (&error); // somebody was quicker: it is in force
  if (file == NULL) {
    answer (self, error, done, data);
    return;
  }
  GPtrArray *waiting = g_ptr_array_new ();
  g_ptr_array_add (waiting, confirming_new (self, id, who, done, data));
  if (self->putting == NULL)
    self->putting = waiting;
  po_inputs_put_calendar (self->inputs, file, who, on_put, waiting);
}

void po_schedule_desk_confirm (PoScheduleDesk *self, const gchar *revision, const gchar *who, PoControlDone done,
                               gpointer data) {
  const gchar *upload = po_proposals_of_revision (self->proposals, revision);
  if (upload == NULL && revision != NULL && g_str_has_prefix (revision, PO_PROPOSAL_PREFIX))
    upload = revision;
  if (upload != NULL)
    confirm_upload (self, upload, who, done, data);
  else
    po_inputs_look (self->inputs, on_looked, confirming_new (self, revision, who, done, data));
}

void po_schedule_desk_rollback (PoScheduleDesk *self, const gchar *revision, const gchar *who, PoControlDone done,
                                gpointer data) {
  g_autoptr (GError) error = NULL;
  if (po_schedule_store_rollback (po_inputs_store (self->inputs), revision, who, po_clock_now_ns (self->clock), NULL,
                                  &error))
    po_inputs_take_schedule (self->inputs);
  answer (self, error, done, data);
}

JsonNode *po_schedule_desk_refresh (PoScheduleDesk *self) {
  po_calendars_hurry (po_inputs_calendars (self->inputs));
  return po_schedule_desk_list (self);
}

void po_schedule_desk_compare (PoScheduleDesk *self, const PoControlCalendar *wish, PoControlDone done, gpointer data) {
  po_proposals_compare (self->proposals, wish, po_clock_now_ns (self->clock), done, data);
}

// What the plan is made of, and of the as-run the minute, so that a programme shows up soon after its end.
static gchar *state_of (PoScheduleDesk *self, gboolean is_plan, PoTimeNs now_ns) {
  if (!is_plan)
    return g_strdup_printf ("%" G_GINT64_FORMAT, now_ns / MINUTE_NS);
  PoSchedule *schedule = po_station_schedule (self->station);
  return g_strdup_printf ("%s %s %u", schedule != NULL ? po_schedule_revision (schedule) : "",
                          po_media_table_revision (po_station_media (self->station)),
                          po_station_journal (self->station)->len);
}

void po_schedule_desk_calendar (PoScheduleDesk *self, gboolean is_plan, PoTimeNs from_ns, PoTimeNs to_ns,
                                PoControlTextDone done, gpointer data) {
  PoTimeNs now_ns = po_clock_now_ns (self->clock);
  g_autofree gchar *state = state_of (self, is_plan, now_ns);
  PoFeedWish wish = {is_plan, from_ns, to_ns, state, now_ns};
  po_feeds_ask (self->feeds, &wish, done, data);
}
