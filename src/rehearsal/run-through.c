// SPDX-License-Identifier: GPL-3.0-or-later
#include "rehearsal/run-through.h"

#include <gst/gst.h>

#include "program/head.h"
#include "rehearsal/blank-source.h"
#include "rehearsal/recorder.h"
#include "rundown/cue.h"

#define AROUND_FRAMES  3  // before and after each change of item
#define AFTER_FRAMES   50 // after a source came back: its return is held off for a moment
#define CHUNK_NS       (24 * 3600 * PO_NS_PER_SECOND)
#define FLUSH_MS       60000
#define PICTURE_WIDTH  64 // nothing is painted; the head only needs a house format
#define PICTURE_HEIGHT 36
#define MARGIN_FRAMES  2 // between what is seen and the frame that its entry takes effect on

typedef struct {
  PoFrame from, to;
} Loss;

struct _PoRunThrough {
  PoStation *station; // borrowed
  gchar *channel, *folder;
  PoFormat format;
  gboolean is_every_frame;
  PoLog *log;
  PoRecorder *recorder;
  PoHead *head;
  GArray *losses;   // Loss, in order
  gchar *bound[2];  // run keys of the item on air and the one before
  PoSource *source; // of bound[0]
  gboolean is_away; // the live source on air, as journalled
};

static void journal_source (PoRunThrough *self, const PoHeadEvent *event) {
  const PoItem *item = event->item;
  gboolean is_away = event->screen == PO_SCREEN_FALLBACK;
  if (event->kind == PO_HEAD_START)
    self->is_away = FALSE;
  if (event->kind != PO_HEAD_SCREEN || item == NULL || item->kind != PO_ITEM_LIVE || event->screen == PO_SCREEN_HOLD ||
      event->screen == PO_SCREEN_FROZEN || is_away == self->is_away)
    return;
  g_autofree gchar *run_key = po_item_run_key (item);
  g_autofree gchar *part = g_strdup_printf ("%d", item->part);
  g_autofree gchar *at = g_strdup_printf ("%" G_GINT64_FORMAT, event->n);
  self->is_away = is_away;
  po_run_through_journal (self, po_journal_entry_new (event->n + MARGIN_FRAMES, PO_JOURNAL_LIVE, "daemon", "run",
                                                      run_key, "uid", item->uid, "instance", item->instance, "part",
                                                      part, "state", is_away ? "away" : "here", "at", at, NULL));
}

static void on_head_event (const PoHeadEvent *event, gpointer user) {
  PoRunThrough *self = user;
  if (self->recorder == NULL)
    return; // the power is cut
  po_recorder_take_event (self->recorder, event);
  journal_source (self, event);
}

static gboolean begin_life (PoRunThrough *self, GError **error) {
  PoHeadSettings head;
  self->log = po_log_open (self->folder, "rehearsal", error);
  if (self->log == NULL)
    return FALSE;
  po_head_settings_init (&head, &self->format);
  g_autoptr (PoImage) slate = po_image_new (&self->format);
  self->recorder = po_recorder_new (self->log, self->channel, self->format.rate);
  self->head = po_head_new (&head, slate, on_head_event, self, error);
  return self->head != NULL;
}

static void end_life (PoRunThrough *self) {
  g_clear_pointer (&self->head, po_head_free);
  g_clear_pointer (&self->recorder, po_recorder_free);
  g_clear_pointer (&self->source, po_source_unref);
  for (guint i = 0; i < G_N_ELEMENTS (self->bound); i++)
    g_clear_pointer (&self->bound[i], g_free);
  if (self->log != NULL)
    po_log_close (g_steal_pointer (&self->log), FLUSH_MS);
}

PoRunThrough *po_run_through_new (PoStation *station, const gchar *channel, const gchar *state_dir,
                                  gboolean is_every_frame, GError **error) {
  gst_init (NULL, NULL); // the head's pictures are buffers of GStreamer, though nothing is decoded
  g_autoptr (PoRunThrough) self = g_new0 (PoRunThrough, 1);
  self->station = station;
  self->channel = g_strdup (channel);
  self->folder = g_strdup (state_dir);
  self->is_every_frame = is_every_frame;
  self->format = (PoFormat){PICTURE_WIDTH, PICTURE_HEIGHT, po_station_settings (station)->rate};
  self->losses = g_array_new (FALSE, FALSE, sizeof (Loss));
  return begin_life (self, error) ? g_steal_pointer (&self) : NULL;
}

void po_run_through_stop (PoRunThrough *self) {
  if (self->head != NULL)
    po_head_stop (self->head);
}

void po_run_through_free (PoRunThrough *self) {
  if (self == NULL)
    return;
  po_run_through_stop (self);
  end_life (self);
  g_array_unref (self->losses);
  g_free (self->channel);
  g_free (self->folder);
  g_free (self);
}

gboolean po_run_through_cut (PoRunThrough *self, GError **error) {
  g_clear_pointer (&self->recorder, po_recorder_free);
  end_life (self);
  self->is_away = FALSE;
  return begin_life (self, error);
}

void po_run_through_journal (PoRunThrough *self, PoJournalEntry *entry) {
  entry->utc_ns = po_frame_to_time_floor (entry->frame, self->format.rate);
  po_log_append_journal (self->log, entry, self->format.rate);
  po_station_append (self->station, entry);
}

void po_run_through_lose_source (PoRunThrough *self, PoFrame from, PoFrame to) {
  Loss loss = {from, to};
  g_array_append_val (self->losses, loss);
}

PoLog *po_run_through_log (PoRunThrough *self) {
  return self->log;
}

// A source that delivers what the plan believes of the item's media.
static PoSource *make_source (const PoItem *item) {
  PoSourceFlags flags = PO_SOURCE_HAS_AUDIO;
  if (item->media_kind != PO_MEDIA_AUDIO)
    flags |= PO_SOURCE_HAS_VIDEO;
  if (item->media_kind == PO_MEDIA_STILL)
    flags |= PO_SOURCE_STILL;
  return po_blank_source_new (flags);
}

static void bind_item (PoRunThrough *self, const PoItem *item) {
  g_autofree gchar *key = po_item_run_key (item);
  if (!po_cue_needs_player (item) || g_strcmp0 (key, self->bound[0]) == 0)
    return;
  PoSource *source = make_source (item);
  po_head_bind (self->head, key, source);
  if (self->bound[1] != NULL)
    po_head_bind (self->head, self->bound[1], NULL);
  g_clear_pointer (&self->source, po_source_unref);
  self->source = source;
  g_free (self->bound[1]);
  self->bound[1] = self->bound[0];
  self->bound[0] = g_steal_pointer (&key);
}

// What is lost of the source on air in [start, end), frame by frame; the frame up to which that went.
static PoFrame walk_losses (PoRunThrough *self, PoFrame start, PoFrame end) {
  PoFrame at = start;
  for (guint i = 0; i < self->losses->len; i++) {
    const Loss *loss = &g_array_index (self->losses, Loss, i);
    PoFrame from = MAX (loss->from, at), to = MIN (loss->to, end);
    if (from >= to)
      continue;
    po_head_walk (self->head, MAX (from - AROUND_FRAMES, at), from);
    po_blank_source_set_ready (self->source, FALSE);
    po_head_walk (self->head, from, to);
    po_blank_source_set_ready (self->source, TRUE);
    at = MIN (to + AFTER_FRAMES, end);
    po_head_walk (self->head, to, at);
  }
  return at;
}

static void walk_item (PoRunThrough *self, const PoItem *item, PoFrame from, PoFrame to) {
  PoFrame start = MAX (item->start, from), end = MIN (item->end, to);
  bind_item (self, item);
  // Where the walk ends something may happen: a mark is set each second.
  PoFrame before = end == to ? po_frames_from_duration_ceil (PO_NS_PER_SECOND, self->format.rate) : AROUND_FRAMES;
  if (!self->is_every_frame && end - start > AROUND_FRAMES + before) {
    PoFrame at = start + AROUND_FRAMES;
    po_head_walk (self->head, start, at);
    if (item->kind == PO_ITEM_LIVE)
      at = walk_losses (self, at, end);
    start = MAX (end - before, at);
  }
  po_head_walk (self->head, start, end);
}

// Walks a stretch of about @chunk frames from @from on. An item that the end of the stretch may have cut is left to the
// next. The frame to go on from; @from itself when one item is longer than the chunk.
static PoFrame walk_chunk (PoRunThrough *self, PoFrame from, PoFrame to, PoFrame chunk, PoStretchFunc func,
                           gpointer user) {
  PoFrame until = MIN (from + chunk, to);
  g_autoptr (GPtrArray) findings = g_ptr_array_new_with_free_func ((GDestroyNotify)po_finding_free);
  g_autoptr (PoRundown) rundown = po_station_plan (self->station, NULL, from, until, findings);
  guint n_whole = po_rundown_size (rundown) - (until < to ? 1 : 0);
  po_head_set_rundown (self->head, rundown);
  for (guint i = 0; i < n_whole; i++)
    walk_item (self, po_rundown_item (rundown, i), from, to);
  if (func != NULL)
    func (rundown, n_whole, findings, user);
  return n_whole < po_rundown_size (rundown) ? po_rundown_item (rundown, n_whole)->start : until;
}

void po_run_through_walk (PoRunThrough *self, PoFrame from, PoFrame to, PoStretchFunc func, gpointer user) {
  PoFrame chunk = po_frames_from_duration_ceil (CHUNK_NS, self->format.rate);
  for (PoFrame at = from, next = from; at < to; at = next) {
    next = walk_chunk (self, at, to, chunk, func, user);
    if (next == at)
      chunk *= 2;
  }
}
