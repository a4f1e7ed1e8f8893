// SPDX-License-Identifier: GPL-3.0-or-later
// Two tracks of one channel each that are left and right of one programme, as cameras and broadcast files have them:
// put together to one stereo track. It knows no decoder.
#pragma once

#include <gst/gst.h>

/** Whether the decoded streams on @left and @right are of one channel each, and alike; not those
 * in two languages. */
gboolean po_pair_fits (GstPad *left, GstPad *right);

/** A bin with sink pads "left" and "right" and a source pad "src". (floating) */
GstElement *po_pair_new (void);
