// SPDX-License-Identifier: GPL-3.0-or-later
// What GStreamer 1.22 gets wrong of sound alone: AIFF, MP3.
#pragma once

#include <gst/gst.h>

/** Lets what @parser gives out go nowhere before it says what that is. */
void po_mend_aiff (GstElement *parser);

/** Lets @parser know how many samples a coder put before the sound and behind it, whoever says so. */
void po_mend_mp3 (GstElement *parser);
