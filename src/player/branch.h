// SPDX-License-Identifier: GPL-3.0-or-later
// The bins that hang behind a decoder: pictures and sound to the house format, every field pinned, so that caps never
// change downstream. Streaming thread. They know no ring: what arrives goes to the appsink's callbacks.
#pragma once

#include <gst/app/gstappsink.h>

#include "model/format.h"

/** Name of a branch's appsink in its bin. */
#define PO_BRANCH_SINK "sink"

/** Decoded pictures on @pad -> deinterlaced, upright, @pick (nullable, floating: taken), house size with borders. */
GstElement *po_branch_picture (GstPad *pad, const PoFormat *format, PoFieldOrder fields, GstElement *pick,
                               const GstAppSinkCallbacks *callbacks, gpointer user_data);

/** Decoded pictures on @pad -> deinterlaced, upright, RGB of this size with borders, into an appsink that the bin owns.
 */
GstElement *po_branch_small_picture (GstPad *pad, gint width, gint height, GstElement **ret_sink);

/** What po_branch_sound() gives: float, since a gain and a limiter follow. */
#define PO_BRANCH_SOUND_CAPS                                                                                           \
  "audio/x-raw,format=" PO_BRANCH_SOUND_FORMAT ",rate=48000,channels=2,layout=interleaved,channel-mask=(bitmask)3"
#if G_BYTE_ORDER == G_LITTLE_ENDIAN
#define PO_BRANCH_SOUND_FORMAT "F32LE"
#else
#define PO_BRANCH_SOUND_FORMAT "F32BE"
#endif

/** Decoded sound -> 48 kHz stereo, PO_BRANCH_SOUND_CAPS. */
GstElement *po_branch_sound (const GstAppSinkCallbacks *callbacks, gpointer user_data);

/** Whether the orientation tag on @pad swaps width and height. */
gboolean po_branch_is_turned_by_quarter (GstPad *pad);

/** How far the tag turns the picture clockwise: 0, 90, 180 or 270 degrees. */
gint po_branch_rotation (GstPad *pad);

/** Decoded sound as it is, but for the sample format of @caps. */
GstElement *po_branch_sound_as_is (const gchar *caps, const GstAppSinkCallbacks *callbacks, gpointer user_data);
