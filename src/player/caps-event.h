// SPDX-License-Identifier: GPL-3.0-or-later
// A pad's caps told otherwise than the element behind it tells them. Streaming threads.
#pragma once

#include <gst/gst.h>

/** What the event that @info is of says, if it is of caps. (transfer none) (nullable) */
GstCaps *po_caps_event_caps (GstPadProbeInfo *info);

/** In the place of the caps event that @info is of, one that says @caps. */
void po_caps_event_replace (GstPadProbeInfo *info, GstCaps *caps);
