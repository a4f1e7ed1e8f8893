// SPDX-License-Identifier: GPL-3.0-or-later
// What stands behind the pads of bins.
#pragma once

#include <gst/gst.h>

/** The pad of an element that @pad, or the ghost of a bin, stands for; NULL: of none. (transfer full) */
GstPad *po_inner_pad (GstPad *pad);

/** The pad by which the stream that comes out of @pad, an element's, goes in; NULL: it begins here. (transfer full) */
GstPad *po_pad_input (GstPad *pad);

/** The pad that the stream which comes out of @pad, an element's, has come out of before; NULL: it begins here.
 * (transfer full) */
GstPad *po_pad_before (GstPad *pad);
