// SPDX-License-Identifier: GPL-3.0-or-later
// Runs, and opening their files.
#include "program/player-run.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "model/text.h"
#include "program/sidecar.h"

#define LIVE_SPARE_SLOTS 10 // beyond a jitter buffer twice filled: for what comes unevenly

struct _PoRunInbox {
  gint ref_count; // atomic
  PoSlotBin *bin;
  GMutex lock;
  GQueue queue;    // protected by lock: a reference each
  gboolean closed; // protected by lock
};

static PoRunInbox *inbox_ref (PoRunInbox *self) {
  g_atomic_int_inc (&self->ref_count);
  return self;
}

PoRunInbox *po_run_inbox_new (PoSlotBin *bin) {
  PoRunInbox *self = g_new0 (PoRunInbox, 1);
  self->ref_count = 1;
  self->bin = po_slot_bin_ref (bin);
  g_mutex_init (&self->lock);
  return self;
}

void po_run_inbox_unref (PoRunInbox *self) {
  if (!g_atomic_int_dec_and_test (&self->ref_count))
    return;
  po_slot_bin_unref (self->bin);
  g_mutex_clear (&self->lock);
  g_free (self);
}

void po_run_inbox_push (PoRunInbox *self, PoPlayerRun *run) {
  g_mutex_lock (&self->lock);
  const gboolean closed = self->closed;
  if (!closed)
    g_queue_push_tail (&self->queue, run);
  g_mutex_unlock (&self->lock);
  if (closed)
    po_player_run_unref (run);
  else
    po_slot_bin_wake (self->bin);
}

PoPlayerRun *po_run_inbox_pop (PoRunInbox *self) {
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  return g_queue_pop_head (&self->queue);
}

void po_run_inbox_close (PoRunInbox *self) {
  g_mutex_lock (&self->lock);
  self->closed = TRUE;
  g_mutex_unlock (&self->lock);
  for (PoPlayerRun *run; (run = po_run_inbox_pop (self)) != NULL;)
    po_player_run_unref (run);
}

PoPlayerRun *po_player_run_new (const gchar *key, const PoPlayerSpec *spec, const PoPlayerPoolSettings *settings,
                                PoBlankFiles *spares, PoSlotBin *bin, PoRunInbox *inbox) {
  const PoFormat *format = &settings->format;
  g_autoptr (GError) error = NULL;
  const gboolean live = spec->kind == PO_PLAYER_LIVE;
  PoPlayerRun *self = g_new0 (PoPlayerRun, 1);
  self->ref_count = 1;
  self->key = g_strdup (key);
  self->path = g_strdup (live ? spec->uri : spec->path);
  self->kind = spec->kind;
  self->media_in_ns = MAX (spec->media_in_ns, 0);
  self->fields = spec->fields;
  self->sound = spec->sound;
  self->wants_subtitles = spec->subtitles.wanted;
  self->languages = g_strdup (spec->subtitles.languages);
  self->script = g_strdup (spec->subtitles.script);
  self->font = g_strdup (spec->subtitles.font);
  self->subtitle_fd = -1;
  self->spares = spares != NULL ? po_blank_files_ref (spares) : NULL;
  self->silence_peak = (guint32)CLAMP (spec->silence_peak, 0, G_MAXINT16);
  self->slack_ms = (guint32)CLAMP (spec->slack_ms, 0, G_MAXINT16);
  self->inbox = inbox_ref (inbox);
  self->media_fd = -1;
  PoLiveAnchorSettings anchor;
  po_live_anchor_settings_init (&anchor, spec->buffer_ms, spec->hold_ms);
  const guint buffered = (guint)po_frames_from_duration_ceil (spec->buffer_ms * PO_NS_PER_MS, format->rate);
  const guint slots = live ? MIN (2 * buffered + LIVE_SPARE_SLOTS, PO_RING_MAX_SLOTS) : settings->slots;
  self->slot = po_slot_new (bin, format, slots, live ? &anchor : NULL, &self->ring_fd, &error);
  if (error != NULL) {
    self->problem = g_strdup (error->message);
    self->is_machine = TRUE;
  }
  return self;
}

PoPlayerRun *po_player_run_ref (PoPlayerRun *self) {
  g_atomic_int_inc (&self->ref_count);
  return self;
}

void po_player_run_unref (PoPlayerRun *self) {
  if (self == NULL || !g_atomic_int_dec_and_test (&self->ref_count))
    return;
  if (self->media_fd >= 0)
    close (self->media_fd);
  if (self->ring_fd >= 0)
    close (self->ring_fd);
  if (self->subtitle_fd >= 0)
    close (self->subtitle_fd);
  po_media_lease_unref (self->lease);
  po_source_unref (po_slot_source (self->slot));
  po_run_inbox_unref (self->inbox);
  g_free (self->languages);
  g_free (self->script);
  g_free (self->font);
  po_blank_files_unref (self->spares);
  g_free (self->problem);
  g_free (self->path);
  g_free (self->key);
  g_free (self);
}

// O_NONBLOCK: a FIFO that nobody writes opens at once, and is refused here. Only regular files go to a player.
gint po_player_run_open_media (const gchar *path, gchar **ret_problem) {
  const gint fd = open (path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
  struct stat info = {0};
  if (fd < 0) {
    *ret_problem = g_strdup_printf (_ ("%s: cannot be opened: %s"), path, g_strerror (errno));
    return -1;
  }
  if (fstat (fd, &info) == 0 && S_ISREG (info.st_mode) && info.st_size > 0)
    return fd;
  *ret_problem =
      g_strdup_printf (S_ISREG (info.st_mode) ? _ ("%s: the file is empty") : _ ("%s: not a regular file"), path);
  close (fd);
  return -1;
}

static gint open_script (const gchar *script) {
  const gint fd = memfd_create ("subtitles", MFD_CLOEXEC);
  const gsize length = strlen (script);
  if (fd >= 0 && write (fd, script, length) == (gssize)length)
    return fd;
  if (fd >= 0)
    close (fd);
  return -1;
}

void po_player_run_open_files (const PoPlayerRun *self, PoRunFiles *ret_files) {
  *ret_files = (PoRunFiles){-1, -1, NULL, NULL};
  if (self->kind == PO_PLAYER_FILE)
    ret_files->media_fd = po_player_run_open_media (self->path, &ret_files->problem);
  if (ret_files->media_fd >= 0 && self->spares != NULL)
    ret_files->lease = po_media_lease_new (ret_files->media_fd, self->spares);
  if (ret_files->media_fd < 0 || !self->wants_subtitles)
    return;
  ret_files->subtitle_fd = po_sidecar_open (self->path, self->languages);
  if (ret_files->subtitle_fd < 0 && self->script != NULL)
    ret_files->subtitle_fd = open_script (self->script);
}

void po_player_run_take_files (PoPlayerRun *self, const PoRunFiles *files) {
  self->media_fd = files->media_fd;
  self->subtitle_fd = files->subtitle_fd;
  self->lease = files->lease;
  self->problem = files->problem;
}

void po_run_files_clear (PoRunFiles *files) {
  if (files->media_fd >= 0)
    close (files->media_fd);
  if (files->subtitle_fd >= 0)
    close (files->subtitle_fd);
  g_clear_pointer (&files->lease, po_media_lease_unref);
  g_clear_pointer (&files->problem, g_free);
}
