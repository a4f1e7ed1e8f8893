// SPDX-License-Identifier: GPL-3.0-or-later
#include "rehearsal/rehearsal.h"

#include <glib/gstdio.h>
#include <gst/gst.h>

#include "model/error.h"
#include "rehearsal/recorder.h"
#include "program/head.h"
#include "program/synthetic-source.h"
#include "rundown/cue.h"

#define AROUND_FRAMES  3 // before and after each change of item
#define CHUNK_NS       (24 * 3600 * PO_NS_PER_SECOND)
#define FLUSH_MS       60000
#define PICTURE_WIDTH  64 // nothing is painted; the head only needs a house format
#define PICTURE_HEIGHT 36

/** Stage: what one rehearsal runs on. */
typedef struct {
  PoStation *station;
  const PoRehearsalSettings *settings;
  PoFormat format;
  gchar *folder;
  PoLog *log;
  PoRecorder *recorder;
  PoHead *head;
  gchar *bound[2]; // run keys of the item on air and the one before
} Stage;

static void on_head_event (const PoHeadEvent *event, gpointer user) {
  Stage *stage = user;
  po_recorder_take_event (stage->recorder, event);
}

static void remove_folder (const gchar *folder) {
  const gchar *name = NULL;
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    g_autofree gchar *path = g_build_filename (folder, name, NULL);
    g_unlink (path);
  }
  g_rmdir (folder);
}

static void stage_clear (Stage *stage) {
  g_clear_pointer (&stage->head, po_head_free);
  g_clear_pointer (&stage->recorder, po_recorder_free);
  if (stage->log != NULL)
    po_log_close (stage->log, FLUSH_MS);
  if (stage->folder != NULL)
    remove_folder (stage->folder);
  g_free (stage->folder);
  for (guint i = 0; i < G_N_ELEMENTS (stage->bound); i++)
    g_free (stage->bound[i]);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Stage, stage_clear)

static gboolean stage_open (Stage *stage, GError **error) {
  PoHeadSettings head;
  stage->format = (PoFormat){PICTURE_WIDTH, PICTURE_HEIGHT, po_station_settings (stage->station)->rate};
  stage->folder = g_dir_make_tmp ("playoutd-rehearsal-XXXXXX", error);
  if (stage->folder == NULL)
    return FALSE;
  stage->log = po_log_open (stage->folder, "rehearsal", error);
  if (stage->log == NULL)
    return FALSE;
  po_head_settings_init (&head, &stage->format);
  g_autoptr (PoImage) slate = po_image_new (&stage->format);
  stage->recorder = po_recorder_new (stage->log, stage->settings->channel, stage->format.rate);
  stage->head = po_head_new (&head, slate, on_head_event, stage, error);
  return stage->head != NULL;
}

// A source that delivers what the plan believes of the item's media.
static PoSource *make_source (const Stage *stage, const PoItem *item) {
  PoSyntheticSettings settings;
  po_synthetic_settings_init (&settings, &stage->format, 1);
  settings.is_plain = TRUE;
  if (item->media_kind == PO_MEDIA_STILL)
    settings.flags |= PO_SOURCE_STILL;
  if (item->media_kind == PO_MEDIA_AUDIO)
    settings.flags &= ~(guint)PO_SOURCE_HAS_VIDEO;
  return po_synthetic_source_new (&settings);
}

static void bind_item (Stage *stage, const PoItem *item) {
  g_autofree gchar *key = po_item_run_key (item);
  if (!po_cue_needs_player (item) || g_strcmp0 (key, stage->bound[0]) == 0)
    return;
  PoSource *source = make_source (stage, item);
  po_head_bind (stage->head, key, source);
  po_source_unref (source);
  if (stage->bound[1] != NULL)
    po_head_bind (stage->head, stage->bound[1], NULL);
  g_free (stage->bound[1]);
  stage->bound[1] = stage->bound[0];
  stage->bound[0] = g_steal_pointer (&key);
}

static void walk_item (Stage *stage, const PoItem *item) {
  PoFrame start = MAX (item->start, stage->settings->from), end = MIN (item->end, stage->settings->to);
  bind_item (stage, item);
  if (stage->settings->is_every_frame || end - start <= 2 * AROUND_FRAMES) {
    po_head_walk (stage->head, start, end);
    return;
  }
  po_head_walk (stage->head, start, start + AROUND_FRAMES);
  po_head_walk (stage->head, end - AROUND_FRAMES, end);
}

static void count_item (PoRehearsal *rehearsal, const PoItem *item) {
  rehearsal->n_items++;
  rehearsal->n_media += item->kind == PO_ITEM_MEDIA || item->kind == PO_ITEM_LIVE;
  rehearsal->n_filler += item->kind == PO_ITEM_FILLER;
  rehearsal->n_cards += item->kind == PO_ITEM_CARD || item->kind == PO_ITEM_SLATE;
  rehearsal->n_missing += item->reason == PO_REASON_MISSING;
}

// Windows overlap by an item, and what is wrong with that one is found twice.
static void take_findings (PoRehearsal *rehearsal, GHashTable *known, GPtrArray *findings) {
  for (guint i = 0; i < findings->len; i++) {
    PoFinding *finding = findings->pdata[i];
    gchar *text = po_finding_to_string (finding);
    if (g_hash_table_add (known, text))
      g_ptr_array_add (rehearsal->findings, finding);
    else
      po_finding_free (finding);
  }
  g_ptr_array_set_free_func (findings, NULL);
}

// Walks a stretch of about @chunk frames from @from on. An item that the end of the window may have cut is left to the
// next stretch. The frame to go on from; @from itself when one item is longer than the chunk.
static PoFrame walk_chunk (Stage *stage, PoRehearsal *rehearsal, GHashTable *known, PoFrame from, PoFrame chunk) {
  PoFrame to = MIN (from + chunk, stage->settings->to);
  g_autoptr (GPtrArray) findings = g_ptr_array_new ();
  g_autoptr (PoRundown) rundown = po_station_plan (stage->station, NULL, from, to, findings);
  take_findings (rehearsal, known, findings);
  guint n_whole = po_rundown_size (rundown) - (to < stage->settings->to ? 1 : 0);
  po_head_set_rundown (stage->head, rundown);
  for (guint i = 0; i < n_whole; i++) {
    walk_item (stage, po_rundown_item (rundown, i));
    count_item (rehearsal, po_rundown_item (rundown, i));
  }
  return n_whole < po_rundown_size (rundown) ? po_rundown_item (rundown, n_whole)->start : to;
}

PoRehearsal *po_rehearse (PoStation *station, const PoRehearsalSettings *settings, GError **error) {
  gst_init (NULL, NULL); // the head's pictures are buffers of GStreamer, though nothing is decoded
  g_auto (Stage) stage = {.station = station, .settings = settings};
  if (!stage_open (&stage, error))
    return NULL;
  g_autoptr (PoRehearsal) rehearsal = g_new0 (PoRehearsal, 1);
  rehearsal->findings = g_ptr_array_new_with_free_func ((GDestroyNotify)po_finding_free);
  g_autoptr (GHashTable) known = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  PoFrame chunk = po_frames_from_duration_ceil (CHUNK_NS, stage.format.rate);
  for (PoFrame from = settings->from, next = from; from < settings->to; from = next) {
    next = walk_chunk (&stage, rehearsal, known, from, chunk);
    if (next == from)
      chunk *= 2;
    if (settings->progress != NULL)
      settings->progress (next - settings->from, settings->to - settings->from, settings->user);
  }
  po_head_stop (stage.head);
  po_log_flush (stage.log, FLUSH_MS);
  PoAsrunFilter everything = {0};
  rehearsal->rows = po_log_asrun (stage.log, PO_TIME_NONE, PO_TIME_NONE, &everything, error);
  return rehearsal->rows != NULL ? g_steal_pointer (&rehearsal) : NULL;
}

void po_rehearsal_free (PoRehearsal *self) {
  if (self == NULL)
    return;
  g_clear_pointer (&self->rows, g_ptr_array_unref);
  g_clear_pointer (&self->findings, g_ptr_array_unref);
  g_free (self);
}
