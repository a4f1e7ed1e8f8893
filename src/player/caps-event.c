// SPDX-License-Identifier: GPL-3.0-or-later
#include "player/caps-event.h"

GstCaps *po_caps_event_caps (GstPadProbeInfo *info) {
  GstCaps *caps = NULL;
  if (GST_EVENT_TYPE (GST_PAD_PROBE_INFO_EVENT (info)) == GST_EVENT_CAPS)
    gst_event_parse_caps (GST_PAD_PROBE_INFO_EVENT (info), &caps);
  return caps;
}

void po_caps_event_replace (GstPadProbeInfo *info, GstCaps *caps) {
  GstEvent *event = GST_PAD_PROBE_INFO_EVENT (info);
  GST_PAD_PROBE_INFO_DATA (info) = gst_event_new_caps (caps);
  gst_event_set_seqnum (GST_PAD_PROBE_INFO_EVENT (info), gst_event_get_seqnum (event));
  gst_event_unref (event);
}
