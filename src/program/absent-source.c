// SPDX-License-Identifier: GPL-3.0-or-later
#include "program/absent-source.h"

static void absent_query (PoSource *source, PoSourceState *ret_state) {
  *ret_state = (PoSourceState){.flags = PO_SOURCE_LIVE, .video_end = -1, .audio_end = -1};
}

static PoPicture absent_take_picture (PoSource *source, gint64 frame, guint64 have_serial, const PoPlanes *into,
                                      guint64 *ret_serial) {
  return PO_PICTURE_AWAY;
}

static gsize absent_read_samples (PoSource *source, gint64 position, gsize n_samples, gint16 *out) {
  return 0;
}

static gboolean absent_wait (PoSource *source, gint64 frame, gint64 samples_end, gint64 timeout_ns) {
  return TRUE;
}

static void absent_reception (PoSource *source, PoReception *ret_reception) {
  *ret_reception = (PoReception){.signal = PO_SIGNAL_CONNECTING};
}

static void absent_finalize (PoSource *source) {
  g_free (source);
}

static const PoSourceClass absent_class = {
    .query = absent_query,
    .take_picture = absent_take_picture,
    .read_samples = absent_read_samples,
    .wait = absent_wait,
    .reception = absent_reception,
    .finalize = absent_finalize,
};

PoSource *po_absent_source_new (void) {
  PoSource *self = g_new0 (PoSource, 1);
  po_source_init (self, &absent_class);
  return self;
}
