// SPDX-License-Identifier: GPL-3.0-or-later
// What may stand after the `?` of a live source's address, and what is wrong with one, in words. Of rtmp:, rtsp: and
// http: it is the other side's. Pure.
#pragma once

#include <glib.h>

/** What is wrong with @uri, each in words that say what to do; what may be secret is not among them. Empty for a good
 * one. (transfer full), of gchar * */
GPtrArray *po_live_address_faults (const gchar *uri);

/** Likewise of @uri, live:NAME, whose name the configuration lacks. (transfer full) */
gchar *po_live_address_unknown (const gchar *uri);

/** The value of @name in @uri, if it may stand there; of udp:, rtp: and srt:. (transfer full) (nullable) */
gchar *po_live_address_value (const gchar *uri, const gchar *name);
