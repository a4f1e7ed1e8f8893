// SPDX-License-Identifier: GPL-3.0-or-later
#include "rehearsal/blank-source.h"

#include <string.h>

typedef struct {
  PoSource base;
  PoSourceFlags flags;
  gint is_ready; // atomic
} PoBlankSource;

static gboolean is_there (PoSource *source) {
  return g_atomic_int_get (&((PoBlankSource *)source)->is_ready);
}

static void blank_query (PoSource *source, PoSourceState *ret_state) {
  const PoSourceFlags flags = ((PoBlankSource *)source)->flags;
  *ret_state = (PoSourceState){.flags = flags, .video_end = -1, .audio_end = -1};
  if (!is_there (source))
    return;
  ret_state->flags |= PO_SOURCE_STREAMS_KNOWN | PO_SOURCE_VIDEO_READY;
  ret_state->newest_frames = G_MAXINT64;
  ret_state->audio_ready = flags & PO_SOURCE_HAS_AUDIO ? G_MAXINT64 : 0;
}

static PoPicture blank_take_picture (PoSource *source, gint64 frame, guint64 have_serial, const PoPlanes *into,
                                     guint64 *ret_serial) {
  const PoSourceFlags flags = ((PoBlankSource *)source)->flags;
  const guint64 serial = flags & PO_SOURCE_STILL ? 1 : (guint64)frame + 1;
  if (!is_there (source))
    return PO_PICTURE_NOT_YET;
  if (!(flags & PO_SOURCE_HAS_VIDEO))
    return PO_PICTURE_NONE;
  *ret_serial = serial;
  return serial == have_serial ? PO_PICTURE_SAME : PO_PICTURE_NEW;
}

static gsize blank_read_samples (PoSource *source, gint64 position, gsize n_samples, gint16 *out) {
  if (!is_there (source) || !(((PoBlankSource *)source)->flags & PO_SOURCE_HAS_AUDIO))
    return 0;
  memset (out, 0, n_samples * 4);
  return n_samples;
}

static gboolean blank_wait (PoSource *source, gint64 frame, gint64 samples_end, gint64 timeout_ns) {
  if (is_there (source))
    return TRUE;
  g_usleep ((gulong)MIN (timeout_ns / 1000, 1000)); // nocheck: banned bounded, and nothing signals
  return FALSE;
}

static void blank_finalize (PoSource *source) {
  g_free (source);
}

static const PoSourceClass blank_class = {
    .query = blank_query,
    .take_picture = blank_take_picture,
    .read_samples = blank_read_samples,
    .wait = blank_wait,
    .finalize = blank_finalize,
};

PoSource *po_blank_source_new (PoSourceFlags flags) {
  PoBlankSource *self = g_new0 (PoBlankSource, 1);
  po_source_init (&self->base, &blank_class);
  self->flags = flags;
  self->is_ready = TRUE;
  return &self->base;
}

void po_blank_source_set_ready (PoSource *source, gboolean is_ready) {
  g_atomic_int_set (&((PoBlankSource *)source)->is_ready, is_ready);
}
