// SPDX-License-Identifier: GPL-3.0-or-later
// PoEncoder: one encode of one stream, shared by every output that wants it so. A GStreamer pipeline from an appsrc to
// an appsink; what comes out goes to the queues that subscribed.
//
// Thread: push is for the head's thread and does not wait (in free run it does, when the encoder is full); the rest is
// for the main thread. Encoded units leave on the pipeline's own streaming thread.
#pragma once

#include "output/settings.h"
#include "output/unit.h"

typedef struct _PoEncoder PoEncoder;

/** What an encoder makes. Equal kinds can be shared. */
typedef struct {
  PoStream stream;
  PoOutputCodec codec;
  gint width, height; // of the coded picture
  gint bitrate_kbps;
} PoEncoding;

gboolean po_encoding_equal (const PoEncoding *a, const PoEncoding *b);

/** Playing. (transfer full) */
PoEncoder *po_encoder_new (const PoEncoding *encoding, const PoFormat *house, gboolean waits, GError **error);
/** Stops at once; po_encoder_finish() first to keep what is inside. */
void po_encoder_free (PoEncoder *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PoEncoder, po_encoder_free)

const PoEncoding *po_encoder_encoding (PoEncoder *self);

/** The queue gets every unit from now on, and at last the mark of the end. A reference is taken. */
void po_encoder_subscribe (PoEncoder *self, PoUnitQueue *queue);
void po_encoder_unsubscribe (PoEncoder *self, PoUnitQueue *queue);
gboolean po_encoder_is_wanted (PoEncoder *self); // somebody has subscribed

/** Head: one frame's buffer of this stream, with PTS. Goes nowhere while nobody has subscribed. */
void po_encoder_push (PoEncoder *self, GstBuffer *buffer);

/** No more comes: everything inside is encoded and sent, then the mark of the end. Returns at once. */
void po_encoder_finish (PoEncoder *self);

/** Frames that it was too slow to take, or that came while it was being started anew. Any thread. */
guint64 po_encoder_dropped (PoEncoder *self);
/** Frames that wait for it. Any thread. */
guint po_encoder_queued (PoEncoder *self);
/** Why it broke, or NULL. (transfer full) Any thread. */
gchar *po_encoder_problem (PoEncoder *self);

/** The house formats, every field pinned. (transfer full) */
GstCaps *po_house_video_caps (const PoFormat *format);
GstCaps *po_house_audio_caps (void);
