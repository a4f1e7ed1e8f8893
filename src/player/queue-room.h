// SPDX-License-Identifier: GPL-3.0-or-later
// Room for sound where a picture stands for long: what lies before the next picture in the file has to be kept while
// that is waited for, and the demuxer's queues (decodebin 1.22) hold no more than 2 MiB of a stream, eleven seconds of
// uncoded sound. Streaming threads.
#pragma once

#include <gst/gst.h>

/** While there is no picture in the queues that @decoded, a stream of pictures, has come through, the other streams
 * find room in them, up to a bound that no clip should reach. Before data flows. */
void po_queue_room_watch (GstPad *decoded);
