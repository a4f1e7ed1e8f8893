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

// An element's default is all that it has; a queue of many knows the one that belongs to @pad.
GstPad *po_pad_input (GstPad *pad) {
  g_autoptr (GstIterator) inputs = gst_pad_iterate_internal_links (pad);
  g_auto (GValue) first = G_VALUE_INIT;
  return inputs != NULL && gst_iterator_next (inputs, &first) == GST_ITERATOR_OK ? g_value_dup_object (&first) : NULL;
}

GstPad *po_pad_before (GstPad *pad) {
  g_autoptr (GstPad) input = po_pad_input (pad);
  g_autoptr (GstPad) peer = input != NULL ? gst_pad_get_peer (input) : NULL;
  return peer != NULL ? po_inner_pad (peer) : NULL;
}
