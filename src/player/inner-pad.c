// SPDX-License-Identifier: GPL-3.0-or-later
#include "player/inner-pad.h"

GstPad *po_inner_pad (GstPad *pad) {
  GstPad *inner = gst_object_ref (pad);
  while (inner != NULL && GST_IS_GHOST_PAD (inner)) {
    GstPad *target = gst_ghost_pad_get_target (GST_GHOST_PAD (inner));
    gst_object_unref (inner);
    inner = target;
  }
  return inner;
}
