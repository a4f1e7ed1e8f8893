// SPDX-License-Identifier: GPL-3.0-or-later
// One SRT source across all the calls that it takes: the listener stays open, and who calls anew while the one before
// is silent takes its place; where we call, a peer that fell silent is called anew beside the old call, for it may only
// have been stopped. Nobody is hung up on for silence, who may not come back from that by himself.
// Thread: one, which may wait in po_srt_line_receive(). It knows no GStreamer.
#pragma once

#include <glib.h>

#define PO_SRT_LINE_BYTES_MAX 1456 // of one message

typedef struct _PoSrtLine PoSrtLine;

/** @uri: srt://HOST:PORT?mode=caller|listener|rendezvous&latency=MS&passphrase=…, with the options of
 * model/srt-address.h; what is wrong with one of them leaves it out, for that was told where the address is read.
 * Without a host it listens. Connects when it is first received from. */
PoSrtLine *po_srt_line_new (const gchar *uri, GError **error);
void po_srt_line_free (PoSrtLine *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PoSrtLine, po_srt_line_free)

const gchar *po_srt_line_uri (PoSrtLine *self);

/** Copies the next message to @bytes, of PO_SRT_LINE_BYTES_MAX, and returns its length; 0: none came within
 * @timeout_ms. -1 with @error: nobody can be reached (PO_ERROR_SYSTEM), the port here is taken (PO_ERROR_CONFLICT), the
 * passphrase is refused (PO_ERROR_INPUT); call again to try again. @ret_anew: the first one of another call. */
gint po_srt_line_receive (PoSrtLine *self, guint8 *bytes, gint timeout_ms, gboolean *ret_anew, GError **error);
