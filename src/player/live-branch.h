// SPDX-License-Identifier: GPL-3.0-or-later
// The bins that hang behind a live source's decoders: pictures and sound to the house format, whatever comes and
// however it changes on the way. Neither a rate in the caps nor a videorate: the head picks the pictures. Streaming
// threads. They know no ring: what arrives goes to the appsink's callbacks.
#pragma once

#include <gst/app/gstappsink.h>

#include "model/format.h"

/** What comes has these @caps now, as it was decoded. Streaming thread. */
typedef void (*PoLiveBranchTold) (GstCaps *caps, gboolean is_picture, gpointer user_data);

/** Decoded pictures -> deinterlaced, house size with borders and colours. (floating) */
GstElement *po_live_branch_picture (const PoFormat *format, const GstAppSinkCallbacks *callbacks, PoLiveBranchTold told,
                                    gpointer user_data);

/** Decoded sound -> 48 kHz stereo of 16 bits. (floating) */
GstElement *po_live_branch_sound (const GstAppSinkCallbacks *callbacks, PoLiveBranchTold told, gpointer user_data);

/** The branch's pictures or samples wait for their time on the clock, and @slack_ns more. */
void po_live_branch_pace (GstElement *branch, GstClockTime slack_ns);
