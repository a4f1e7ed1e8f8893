// SPDX-License-Identifier: GPL-3.0-or-later
// What may stand in the address of a live source and GStreamer's elements do not read there themselves.
#pragma once

#include <gst/gst.h>

/** Sets @element, which is of @factory and was just made for @uri, as @uri has it: the interface by which multicast
 * comes in (iface=NAME), and the programme of several in one stream (program=NUMBER). Of udp:, rtp: and srt: alone;
 * what is asked of a web server is its own. */
void po_live_address_apply (const gchar *uri, GstElement *element, const gchar *factory);
