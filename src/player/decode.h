// SPDX-License-Identifier: GPL-3.0-or-later
// The front half of every pipeline of a player: open one source, decode its first picture and its first or chosen sound
// stream, throw the others away; behind it the owner hangs its own branches. Shared by playing and probing.
// Main thread of the player; callbacks come from streaming threads. It knows neither ring nor house format.
#pragma once

#include <gst/gst.h>

// From one key picture to the next; streams without key pictures mend themselves in that time.
#define PO_LONGEST_GROUP_NS (12 * G_GINT64_CONSTANT (1000000000))

typedef struct _PoDecode PoDecode;

/** Gives the bin that takes a decoded stream, or NULL to throw it away. Its caps are those on @pad. (floating) */
typedef GstElement *(*PoDecodeBranchFunc) (PoDecode *self, GstPad *pad, gboolean is_picture, gpointer user_data);
/** All streams are known. */
typedef void (*PoDecodeKnownFunc) (PoDecode *self, gboolean has_picture, gboolean has_sound, gpointer user_data);

PoDecode *po_decode_new (const gchar *uri, PoDecodeBranchFunc branch, PoDecodeKnownFunc known, gpointer user_data);
/** Stops the pipeline; may block as long as a streaming thread does. */
void po_decode_free (PoDecode *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PoDecode, po_decode_free)

/** Gives the bin that takes a stream of subtitles in words, which are thrown away otherwise. Before data flows.
 * (floating) */
typedef GstElement *(*PoDecodeTextFunc) (PoDecode *self, GstPad *pad, gpointer user_data);
void po_decode_set_text (PoDecode *self, PoDecodeTextFunc text);

#define PO_DECODE_EVERY_SOUND G_MAXINT

/** Which of several sound tracks gets a branch, counted from 0 in the file's order, instead of the first to appear;
 * where there are not so many, the first. EVERY_SOUND: each gets one. Two streams of one channel each, one after the
 * other, are one track in MXF and QuickTime. Before data flows. */
void po_decode_set_sound (PoDecode *self, gint index);

/** Of a clip: the copy that it is read on from when it is written over; see po_clip_source_set_spare(). Before data
 * flows. */
void po_decode_set_spare (PoDecode *self, gint spare_fd, const guint32 *moved);

/** (transfer none) */
GstElement *po_decode_pipeline (PoDecode *self);

/** Calls @stalled (main context, once) when its streaming threads have all stopped though the streams are not known
 * yet: decodebin (1.22) loses the error of a demuxer that gives up while it is being plugged. Starts watching now. */
typedef void (*PoDecodeStalledFunc) (PoDecode *self, gpointer user_data);
void po_decode_watch (PoDecode *self, PoDecodeStalledFunc stalled);

/** What a whole look into a file hears of its pipeline; all get the decode's own user data. */
typedef struct {
  GstBusFunc bus;
  GSourceFunc timeout;
  PoDecodeStalledFunc stalled;
} PoDecodeEvents;

/** Brings the pipeline to @state as fast as it goes, by no clock, watches it, and runs @loop until somebody ends it. */
void po_decode_run (PoDecode *self, GMainLoop *loop, GstState state, gint timeout_ms, const PoDecodeEvents *events);

/** What the bytes are: "video/quicktime", "image/png"; NULL before it is known. (transfer none), interned */
const gchar *po_decode_container (PoDecode *self);
/** The first picture and sound stream's codec in a short word ("h264", "aac"), or NULL. (transfer none), interned */
const gchar *po_decode_codec (PoDecode *self, gboolean is_picture);
/** What @error of its pipeline means to whoever made the file. (transfer full) */
gchar *po_decode_explain (PoDecode *self, const GError *error);
gboolean po_decode_is_image (PoDecode *self);
gboolean po_decode_is_matroska (PoDecode *self);
/** How much earlier than a picture its demuxer (1.22) has to be sent for the picture to come out whole, with the time
 * that is its own, not that of the seek. A program
 * stream's goes by the system clock, which runs ahead of the pictures by what a decoder buffers; that of a transport
 * stream begins at a key picture, but knows none of H.265. */
gint64 po_decode_seek_margin_ns (PoDecode *self);
