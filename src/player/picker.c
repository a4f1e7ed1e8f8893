// SPDX-License-Identifier: GPL-3.0-or-later
// One picture per span of house frames.
#include "player/picker.h"

#include <gst/video/video.h>

#include "player/colours.h"
#include "player/first.h"
#include "player/slot-pool.h"

#define ABSURD_NS (3600 * PO_NS_PER_SECOND) // a lone time stamp far off: MPEG-TS where its 33 bits wrap

struct _PoPicker {
  GstElement parent;
  GstPad *sink, *src;
  PoTimeline *timeline;
  PoDamage *damage; // (nullable)
  PoRate rate;
  gint is_image;   // atomic
  gint is_still;   // atomic
  gint64 next;     // first house frame not covered yet; written by the streaming thread, atomic
  gint64 moved_ns; // how much later frame 0 has become since the picture that is being pushed came; atomic

  // Streaming thread only.
  GstSegment segment;
  GstBuffer *held;
  gint64 held_ns;
  GstClockTime held_pts; // its own
  gint64 spacing_ns;     // between the last two pictures; 0 = unknown
  gboolean segment_sent;
  gboolean field_lost;
  gint tells_first;  // atomic
  gboolean is_first; // the next picture is to be told of
};

G_DEFINE_FINAL_TYPE (PoPicker, po_picker, GST_TYPE_ELEMENT)

static GstStaticPadTemplate sink_template =
    GST_STATIC_PAD_TEMPLATE ("sink", GST_PAD_SINK, GST_PAD_ALWAYS, GST_STATIC_CAPS ("video/x-raw(ANY)"));
static GstStaticPadTemplate src_template =
    GST_STATIC_PAD_TEMPLATE ("src", GST_PAD_SRC, GST_PAD_ALWAYS, GST_STATIC_CAPS ("video/x-raw(ANY)"));

static void drop_held (PoPicker *self) {
  if (self->held != NULL)
    po_slot_pool_discard (g_steal_pointer (&self->held));
}

static void reset (PoPicker *self) {
  drop_held (self);
  gst_segment_init (&self->segment, GST_FORMAT_TIME);
  self->spacing_ns = 0;
  self->segment_sent = FALSE;
  __atomic_store_n (&self->next, 0, __ATOMIC_RELAXED);
}

// The segment downstream is plain house time, whatever the clip's was.
static void send_segment (PoPicker *self) {
  if (self->segment_sent)
    return;
  GstSegment plain;
  gst_segment_init (&plain, GST_FORMAT_TIME);
  gst_pad_push_event (self->src, gst_event_new_segment (&plain));
  self->segment_sent = TRUE;
}

// Of house frames [@first, @until), which the picture held serves, those from where its damage begins.
static void tell_damage (PoPicker *self, gint64 first, gint64 until, GstClockTime next_pts) {
  if (self->damage == NULL || self->held_pts == GST_CLOCK_TIME_NONE)
    return;
  const GstClockTime next =
      next_pts == GST_CLOCK_TIME_NONE || next_pts <= self->held_pts ? self->held_pts + 1 : next_pts;
  const GstClockTime begins = po_damage_begins (self->damage, self->held_pts, next);
  if (begins >= next)
    return;
  const gint64 intact_ns = (gint64)(begins - self->held_pts);
  const gint64 intact =
      intact_ns == 0 ? first : po_timeline_frames_decided (self->rate, self->held_ns, self->held_ns + intact_ns);
  po_damage_add_frames (self->damage, MAX (intact, first), until);
}

// Sends @picture (transfer full), the one held, for the frames up to @until. @next_pts: of the picture after it; NONE:
// unknown.
static GstFlowReturn push (PoPicker *self, GstBuffer *picture, gint64 until, GstClockTime next_pts) {
  const gint64 first = self->next;
  tell_damage (self, first, until, next_pts);
  __atomic_store_n (&self->next, until, __ATOMIC_RELAXED);
  send_segment (self);
  GstBuffer *out = gst_buffer_make_writable (picture);
  GST_BUFFER_OFFSET (out) = (guint64)first;
  GST_BUFFER_OFFSET_END (out) = (guint64)until;
  GST_BUFFER_PTS (out) = (GstClockTime)po_duration_from_frames_floor (first, self->rate);
  GST_BUFFER_DTS (out) = GST_CLOCK_TIME_NONE;
  GST_BUFFER_DURATION (out) = GST_CLOCK_TIME_NONE;
  return gst_pad_push (self->src, out);
}

static GstFlowReturn push_held (PoPicker *self, gint64 until, GstClockTime next_pts) {
  return push (self, g_steal_pointer (&self->held), until, next_pts);
}

static gint64 take_moved (PoPicker *self) {
  return __atomic_exchange_n (&self->moved_ns, 0, __ATOMIC_ACQUIRE);
}

// Whatever comes after it, the picture held is the nearest one to some frames: a take need not wait for another.
static GstFlowReturn push_at_once (PoPicker *self) {
  const gint64 decided = po_timeline_frames_decided (self->rate, self->held_ns, self->held_ns + 1);
  if (self->next >= PO_FIRST_FRAMES || decided <= self->next || g_atomic_int_get (&self->is_image))
    return GST_FLOW_OK;
  const GstFlowReturn flow = push (self, po_slot_pool_copy (self->held), decided, GST_CLOCK_TIME_NONE);
  self->held_ns -= take_moved (self);
  return flow;
}

static void tell_first (PoPicker *self, gint64 late_ns) {
  if (!self->is_first)
    return;
  self->is_first = FALSE;
  GstStructure *said = gst_structure_new (PO_PICKER_FIRST, "late", G_TYPE_INT64, late_ns, NULL);
  gst_element_post_message (GST_ELEMENT (self), gst_message_new_element (GST_OBJECT (self), said));
}

static GstFlowReturn chain (GstPad *pad, GstObject *parent, GstBuffer *buffer) {
  PoPicker *self = PO_PICKER (parent);
  gint64 time_ns;
  if (!po_timeline_locate (self->timeline, &self->segment, GST_BUFFER_PTS (buffer), TRUE, &time_ns)) {
    if (self->held != NULL || !g_atomic_int_get (&self->is_image)) {
      po_slot_pool_discard (buffer);
      return GST_FLOW_OK;
    }
    time_ns = 0; // image decoders need not give a time
  }
  tell_first (self, time_ns);
  if (self->held != NULL && time_ns - self->held_ns > ABSURD_NS)
    time_ns = self->held_ns + self->spacing_ns;
  GstFlowReturn flow = GST_FLOW_OK;
  if (self->held != NULL) {
    const gint64 decided = po_timeline_frames_decided (self->rate, self->held_ns, time_ns);
    if (time_ns > self->held_ns)
      self->spacing_ns = time_ns - self->held_ns;
    if (decided > self->next)
      flow = push_held (self, decided, GST_BUFFER_PTS (buffer));
  }
  drop_held (self);
  self->held = buffer;
  self->held_pts = GST_BUFFER_PTS (buffer);
  self->held_ns = time_ns - take_moved (self);
  return flow == GST_FLOW_OK ? push_at_once (self) : flow;
}

static void drain (PoPicker *self) {
  if (self->held == NULL)
    return;
  if (g_atomic_int_get (&self->is_image) && self->next == 0 && self->spacing_ns == 0) {
    g_atomic_int_set (&self->is_still, TRUE);
    push_held (self, G_MAXINT64, GST_CLOCK_TIME_NONE);
    return;
  }
  const gint64 frame_ns = po_duration_from_frames_floor (1, self->rate);
  gint64 length_ns = self->spacing_ns > 0 ? self->spacing_ns : frame_ns;
  if (GST_BUFFER_DURATION_IS_VALID (self->held) && GST_BUFFER_DURATION (self->held) > 0)
    length_ns = (gint64)GST_BUFFER_DURATION (self->held);
  if (self->field_lost)
    length_ns += length_ns;
  const gint64 end = po_timeline_frames_before_end (self->rate, self->held_ns + length_ns);
  if (end > self->next)
    push_held (self, end, GST_CLOCK_TIME_NONE);
  drop_held (self);
}

static gboolean forward_caps (PoPicker *self, GstEvent *event) {
  GstCaps *caps;
  gst_event_parse_caps (event, &caps);
  g_autoptr (GstCaps) house = gst_caps_copy (caps);
  gst_caps_set_simple (house, "framerate", GST_TYPE_FRACTION, self->rate.fps_n, self->rate.fps_d, "interlace-mode",
                       G_TYPE_STRING, "progressive", NULL);
  po_colours_complete (house);
  gst_structure_remove_fields (gst_caps_get_structure (house, 0), "field-order", "max-framerate", NULL);
  gst_event_unref (event);
  // A picture held back has the old format: it goes first, for as long as it probably stands.
  const gint64 until =
      self->held == NULL ? 0 : po_timeline_frames_decided (self->rate, self->held_ns, self->held_ns + self->spacing_ns);
  if (until > self->next)
    push_held (self, until, GST_CLOCK_TIME_NONE);
  drop_held (self);
  return gst_pad_push_event (self->src, gst_event_new_caps (house));
}

static gboolean sink_event (GstPad *pad, GstObject *parent, GstEvent *event) {
  PoPicker *self = PO_PICKER (parent);
  switch (GST_EVENT_TYPE (event)) {
  case GST_EVENT_CAPS:
    return forward_caps (self, event);
  case GST_EVENT_SEGMENT:
    gst_event_copy_segment (event, &self->segment);
    gst_event_unref (event);
    send_segment (self);
    return TRUE;
  case GST_EVENT_GAP:
    gst_event_unref (event);
    return TRUE;
  case GST_EVENT_EOS:
    tell_first (self, G_MAXINT64);
    send_segment (self);
    drain (self);
    break;
  case GST_EVENT_FLUSH_STOP:
    reset (self);
    self->is_first = g_atomic_int_get (&self->tells_first);
    po_timeline_flush (self->timeline);
    break;
  default:
    break;
  }
  return gst_pad_event_default (pad, parent, event);
}

// Pictures that go into the ring as they come are made there. Where they are converted, they may have padding.
static void propose_memory (PoPicker *self, GstQuery *query) {
  GstCaps *caps;
  gboolean needs_pool;
  g_autoptr (GstBufferPool) pool = NULL;
  guint size = 0;
  gst_query_parse_allocation (query, &caps, &needs_pool);
  GstQuery *asked = gst_query_new_allocation (caps, needs_pool);
  if (gst_pad_peer_query (self->src, asked) && gst_query_get_n_allocation_pools (asked) > 0)
    gst_query_parse_nth_allocation_pool (asked, 0, &pool, &size, NULL, NULL);
  gst_query_unref (asked);
  if (PO_IS_SLOT_POOL (pool))
    gst_query_add_allocation_pool (query, pool, size, 0, 0);
  else
    gst_query_add_allocation_meta (query, GST_VIDEO_META_API_TYPE, NULL);
}

static gboolean sink_query (GstPad *pad, GstObject *parent, GstQuery *query) {
  if (GST_QUERY_TYPE (query) == GST_QUERY_ALLOCATION) {
    propose_memory (PO_PICKER (parent), query);
    return TRUE;
  }
  if (GST_QUERY_TYPE (query) == GST_QUERY_ACCEPT_CAPS || GST_QUERY_TYPE (query) == GST_QUERY_CAPS) {
    // Any rate goes in, whatever goes out.
    PoPicker *self = PO_PICKER (parent);
    g_autoptr (GstCaps) caps = gst_pad_peer_query_caps (self->src, NULL);
    caps = gst_caps_make_writable (caps);
    for (guint i = 0; i < gst_caps_get_size (caps); i++)
      gst_structure_remove_fields (gst_caps_get_structure (caps, i), "framerate", "interlace-mode", "field-order",
                                   NULL);
    if (GST_QUERY_TYPE (query) == GST_QUERY_CAPS) {
      GstCaps *filter;
      gst_query_parse_caps (query, &filter);
      g_autoptr (GstCaps) result = filter == NULL ? gst_caps_ref (caps) : gst_caps_intersect (filter, caps);
      gst_query_set_caps_result (query, result);
    } else {
      GstCaps *asked;
      gst_query_parse_accept_caps (query, &asked);
      gst_query_set_accept_caps_result (query, gst_caps_can_intersect (asked, caps));
    }
    return TRUE;
  }
  return gst_pad_query_default (pad, parent, query);
}

static GstStateChangeReturn change_state (GstElement *element, GstStateChange transition) {
  const GstStateChangeReturn result = GST_ELEMENT_CLASS (po_picker_parent_class)->change_state (element, transition);
  if (transition == GST_STATE_CHANGE_PAUSED_TO_READY)
    reset (PO_PICKER (element));
  return result;
}

static void po_picker_finalize (GObject *object) {
  drop_held (PO_PICKER (object));
  G_OBJECT_CLASS (po_picker_parent_class)->finalize (object);
}

static void po_picker_class_init (PoPickerClass *klass) {
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);
  G_OBJECT_CLASS (klass)->finalize = po_picker_finalize;
  element_class->change_state = change_state;
  gst_element_class_add_static_pad_template (element_class, &sink_template);
  gst_element_class_add_static_pad_template (element_class, &src_template);
  gst_element_class_set_static_metadata (element_class, "House frame picker", "Filter/Video",
                                         "Chooses a clip's picture for each house frame", "playoutd");
}

static void po_picker_init (PoPicker *self) {
  self->sink = gst_pad_new_from_static_template (&sink_template, "sink");
  self->src = gst_pad_new_from_static_template (&src_template, "src");
  gst_pad_set_chain_function (self->sink, chain);
  gst_pad_set_event_function (self->sink, sink_event);
  gst_pad_set_query_function (self->sink, sink_query);
  gst_element_add_pad (GST_ELEMENT (self), self->sink);
  gst_element_add_pad (GST_ELEMENT (self), self->src);
  reset (self);
}

GstElement *po_picker_new (PoTimeline *timeline, PoRate rate, PoDamage *damage) {
  PoPicker *self = g_object_new (PO_TYPE_PICKER, NULL);
  self->timeline = timeline;
  self->damage = damage;
  self->rate = rate;
  return GST_ELEMENT (self);
}

void po_picker_set_image (PoPicker *self, gboolean is_image) {
  g_atomic_int_set (&self->is_image, is_image);
}

void po_picker_set_field_lost (PoPicker *self, gboolean lost) {
  self->field_lost = lost;
}

void po_picker_begin_at (PoPicker *self, gint64 later_ns) {
  __atomic_store_n (&self->moved_ns, later_ns, __ATOMIC_RELEASE);
  __atomic_store_n (&self->next, 0, __ATOMIC_RELAXED);
}

void po_picker_tell_first (PoPicker *self) {
  g_atomic_int_set (&self->tells_first, TRUE);
}

gint64 po_picker_frames (PoPicker *self) {
  return __atomic_load_n (&self->next, __ATOMIC_RELAXED);
}

gboolean po_picker_is_still (PoPicker *self) {
  return g_atomic_int_get (&self->is_still);
}
