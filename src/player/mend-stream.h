// SPDX-License-Identifier: GPL-3.0-or-later
// What GStreamer 1.22's demuxer of transport streams gets wrong.
#pragma once

#include <gst/gst.h>

/** @demuxer: a tsdemux, which needs more of the stream's beginning than is always there, and steps of its clock that
 * are short; and which does not tell of lost packets: an event of PoDamage does. What is pushed into it, as of a live
 * source, passes as it is. Its Opus comes out with the time of what is heard of it. */
void po_mend_transport_stream (GstElement *demuxer);
