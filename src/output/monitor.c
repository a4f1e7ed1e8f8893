// SPDX-License-Identifier: GPL-3.0-or-later
// The monitor's thread. Faults and meters follow at once; what belongs to an airing is added up two seconds later, when
// it is known to which airing a frame belongs.
#include "output/monitor.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "measure/grid.h"

#define MAX_PICTURES    4                      // waiting; a late thread leaves pictures out, which are large
#define MAX_FRAMES      250                    // and then, ten seconds late, sound too
#define MAX_WAITING     8                      // free run
#define LAG_NS          (2 * PO_NS_PER_SECOND) // and as much more as it takes to know a standstill
#define BYTES_PER_FRAME 4                      // of sound: two of 16 bits
#define FADE_SAMPLES    240                    // an airing's first, in which what was before it fades out

typedef struct {
  gint64 k;
  GstBuffer *video; // (nullable)
  GstBuffer *audio;
  guint faults; // bits, once looked at; of a standstill only once it is known to be one
} Frame;

typedef struct {
  gint64 k;
  gboolean begins_airing;
  guint expected;
} Mark;

struct _PoMonitor {
  PoFormat house;
  gboolean waits;
  PoMonitorFunc func;
  gpointer user;
  GThread *thread;

  // The thread's.
  guint8 grid[PO_GRID_POINTS], held[PO_GRID_POINTS];
  gboolean has_held;
  guint picture_faults; // of the last picture looked at
  PoFaultTimer timers[PO_N_FAULTS];
  guint expected;
  PoLoudness *meter;
  PoLoudness *program; // of the airing
  PoMonitorAiring airing;
  GQueue lagging;       // Frame, without its picture
  GArray *ahead;        // Mark, of frames not yet looked at
  GArray *airing_marks; // Mark, of frames not yet added up

  GMutex mutex; // protects the rest
  GCond changed;
  GQueue frames;  // Frame, as pushed
  guint pictures; // among them
  GArray *marks;  // Mark, not yet taken
  PoMonitorSettings settings;
  PoLoudnessReading reading;
  guint faults;
  GArray *events; // PoMonitorEvent, not yet delivered
  GSource *source;
  gboolean is_over;
};

static void frame_free (gpointer data) {
  Frame *frame = data;
  gst_clear_buffer (&frame->video);
  gst_clear_buffer (&frame->audio);
  g_free (frame);
}

// ---- looking ----

// The house has square 8-bit luma first, its lines four bytes apart at least.
static gboolean look_at_picture (PoMonitor *self, GstBuffer *video) {
  GstMapInfo map;
  const gint stride = (self->house.width + 3) / 4 * 4;
  if (video == NULL || !gst_buffer_map (video, &map, GST_MAP_READ))
    return FALSE;
  gboolean is_whole = map.size >= (gsize)stride * (gsize)self->house.height;
  if (is_whole)
    po_grid_read (self->grid, map.data, stride, self->house.width, self->house.height);
  gst_buffer_unmap (video, &map);
  return is_whole;
}

// A picture is compared with the one that a standstill began with, so that a slow change is seen as one. One that is
// black is that alone.
static guint judge_picture (PoMonitor *self, GstBuffer *video) {
  if (!look_at_picture (self, video))
    return self->picture_faults;
  gboolean is_still = self->has_held && po_grid_is_same (self->grid, self->held);
  if (!is_still)
    memcpy (self->held, self->grid, sizeof self->held);
  self->has_held = TRUE;
  self->picture_faults = po_grid_is_black (self->grid, FALSE) ? 1u << PO_FAULT_BLACK
                         : is_still                           ? 1u << PO_FAULT_FREEZE
                                                              : 0;
  return self->picture_faults;
}

static guint judge_sound (PoMonitor *self, GstBuffer *audio, gint64 silence_dbfs) {
  GstMapInfo map;
  if (!gst_buffer_map (audio, &map, GST_MAP_READ))
    return 0;
  const gint16 *values = (const gint16 *)(gpointer)map.data;
  const gsize n = map.size / BYTES_PER_FRAME;
  gint peak = 0;
  for (gsize i = 0; i < n * 2; i++)
    peak = MAX (peak, abs (values[i]));
  if (self->meter != NULL)
    po_loudness_put (self->meter, values, n);
  gst_buffer_unmap (audio, &map);
  return peak <= 32768 * pow (10, (gdouble)silence_dbfs / 20) ? 1u << PO_FAULT_SILENCE : 0;
}

// ---- telling ----

static gboolean deliver (gpointer user) {
  PoMonitor *self = user;
  g_mutex_lock (&self->mutex);
  g_autoptr (GArray) events = g_steal_pointer (&self->events);
  self->events = g_array_new (FALSE, FALSE, sizeof (PoMonitorEvent));
  g_source_set_ready_time (self->source, -1);
  g_mutex_unlock (&self->mutex);
  for (guint i = 0; i < events->len; i++)
    self->func (&g_array_index (events, PoMonitorEvent, i), self->user);
  return G_SOURCE_CONTINUE;
}

static void tell (PoMonitor *self, const PoMonitorEvent *event) {
  g_mutex_lock (&self->mutex);
  g_array_append_val (self->events, *event);
  g_source_set_ready_time (self->source, 0);
  g_mutex_unlock (&self->mutex);
}

// A picture that stands for a moment is none; what stood long enough was one from its beginning.
static void count_standstill (PoMonitor *self, gint64 since_k) {
  for (GList *link = self->lagging.tail; link != NULL && ((Frame *)link->data)->k >= since_k; link = link->prev)
    ((Frame *)link->data)->faults |= 1u << PO_FAULT_FREEZE;
}

static void follow_fault (PoMonitor *self, PoFault fault, const Frame *frame) {
  const PoRate rate = self->house.rate;
  PoFaultTimer *timer = &self->timers[fault];
  gboolean holds = (frame->faults & ~self->expected & 1u << fault) != 0;
  // A standstill is seen with its second picture, and began with its first.
  gint64 began = fault == PO_FAULT_FREEZE && !timer->holds ? frame->k - 1 : frame->k;
  PoFaultChange change = po_fault_timer_put (timer, holds, po_duration_from_frames_floor (began, rate),
                                             po_duration_from_frames_floor (frame->k + 1, rate));
  if (change == PO_FAULT_SAME)
    return;
  PoMonitorEvent event = {
      .change = change, .fault = fault, .since_k = po_frames_from_duration_ceil (timer->since_ns, rate), .k = frame->k};
  tell (self, &event);
  if (fault == PO_FAULT_FREEZE && change == PO_FAULT_RAISED)
    count_standstill (self, event.since_k);
  g_mutex_lock (&self->mutex);
  self->faults = change == PO_FAULT_RAISED ? self->faults | 1u << fault : self->faults & ~(1u << fault);
  g_mutex_unlock (&self->mutex);
}

// ---- what belongs to an airing ----

// The next one is known by the frame @k that it began with.
static void close_airing (PoMonitor *self, gint64 k) {
  if (self->airing.to_k > self->airing.from_k) {
    PoMonitorEvent event = {.change = PO_FAULT_SAME, .k = k, .airing = self->airing};
    po_loudness_reading_init (&event.airing.loudness);
    if (self->program != NULL)
      po_loudness_read (self->program, &event.airing.loudness);
    tell (self, &event);
  }
  self->airing = (PoMonitorAiring){.from_k = k, .to_k = k};
  po_loudness_free (self->program);
  self->program = po_loudness_new (PO_LOUDNESS_PROGRAM);
}

static void add_to_airing (PoMonitor *self, const Frame *frame) {
  GstMapInfo map;
  while (self->airing_marks->len > 0 && g_array_index (self->airing_marks, Mark, 0).k <= frame->k) {
    close_airing (self, g_array_index (self->airing_marks, Mark, 0).k);
    g_array_remove_index (self->airing_marks, 0);
  }
  self->airing.to_k = frame->k + 1;
  for (guint fault = 0; fault < PO_N_FAULTS; fault++)
    self->airing.frames[fault] += (frame->faults & 1u << fault) != 0;
  if (self->program == NULL || !gst_buffer_map (frame->audio, &map, GST_MAP_READ))
    return;
  const gsize n = map.size / BYTES_PER_FRAME, fading = frame->k == self->airing.from_k ? MIN (FADE_SAMPLES, n) : 0;
  po_loudness_put (self->program, (const gint16 *)(gpointer)map.data + 2 * fading, n - fading);
  gst_buffer_unmap (frame->audio, &map);
}

static void add_lagging (PoMonitor *self, gint64 most) {
  while ((gint64)self->lagging.length > most) {
    Frame *frame = g_queue_pop_head (&self->lagging);
    add_to_airing (self, frame);
    frame_free (frame);
  }
}

// ---- the thread ----

static void take_marks_locked (PoMonitor *self) {
  g_array_append_vals (self->ahead, self->marks->data, self->marks->len);
  g_array_set_size (self->marks, 0);
}

static void follow_marks (PoMonitor *self, gint64 k) {
  while (self->ahead->len > 0 && g_array_index (self->ahead, Mark, 0).k <= k) {
    const Mark mark = g_array_index (self->ahead, Mark, 0);
    self->expected = mark.expected;
    if (mark.begins_airing)
      g_array_append_val (self->airing_marks, mark);
    g_array_remove_index (self->ahead, 0);
  }
}

// (transfer full) (nullable) NULL: over
static Frame *take_frame (PoMonitor *self, PoMonitorSettings *ret_settings) {
  g_mutex_lock (&self->mutex);
  while (self->frames.length == 0 && !self->is_over)
    g_cond_wait (&self->changed, &self->mutex);
  Frame *frame = g_queue_pop_head (&self->frames);
  self->pictures -= frame != NULL && frame->video != NULL;
  take_marks_locked (self);
  *ret_settings = self->settings;
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->mutex);
  return frame;
}

static void publish_reading (PoMonitor *self) {
  PoLoudnessReading reading;
  po_loudness_reading_init (&reading);
  if (self->meter != NULL)
    po_loudness_read (self->meter, &reading);
  if (self->program != NULL)
    po_loudness_read (self->program, &reading);
  g_mutex_lock (&self->mutex);
  self->reading = reading;
  g_mutex_unlock (&self->mutex);
}

static gpointer run (gpointer data) {
  PoMonitor *self = data;
  PoMonitorSettings settings;
  const gint64 refresh = MAX (po_frames_from_duration_ceil (PO_NS_PER_SECOND / 10, self->house.rate), 1);
  for (Frame *frame; (frame = take_frame (self, &settings)) != NULL;) {
    const gint64 k = frame->k;
    follow_marks (self, k);
    const gint64 lag = LAG_NS + settings.threshold_ns[PO_FAULT_FREEZE];
    frame->faults = judge_picture (self, frame->video) | judge_sound (self, frame->audio, settings.silence_dbfs);
    gst_clear_buffer (&frame->video);
    g_queue_push_tail (&self->lagging, frame);
    for (guint fault = 0; fault < PO_N_FAULTS; fault++) {
      self->timers[fault].threshold_ns = settings.threshold_ns[fault];
      follow_fault (self, fault, frame);
    }
    if (!self->timers[PO_FAULT_FREEZE].is_up)
      frame->faults &= ~(1u << PO_FAULT_FREEZE);
    add_lagging (self, po_frames_from_duration_ceil (lag, self->house.rate));
    if (k % refresh == 0)
      publish_reading (self);
  }
  add_lagging (self, 0);
  close_airing (self, self->airing.to_k);
  return NULL;
}

// ---- the outside ----

static void push (gpointer user, GstBuffer *video, GstBuffer *audio, gint64 k) {
  PoMonitor *self = user;
  g_mutex_lock (&self->mutex);
  while (self->waits && self->frames.length >= MAX_WAITING)
    g_cond_wait (&self->changed, &self->mutex);
  if (self->frames.length < MAX_FRAMES) {
    Frame *frame = g_new0 (Frame, 1);
    frame->k = k;
    frame->audio = gst_buffer_ref (audio);
    frame->video = self->waits || self->pictures < MAX_PICTURES ? gst_buffer_ref (video) : NULL;
    self->pictures += frame->video != NULL;
    g_queue_push_tail (&self->frames, frame);
    g_cond_broadcast (&self->changed);
  }
  g_mutex_unlock (&self->mutex);
}

static gboolean dispatch (GSource *source, GSourceFunc func, gpointer user) {
  return func (user);
}

static GSource *source_new (PoMonitor *self) {
  static GSourceFuncs funcs = {.dispatch = dispatch};
  GSource *source = g_source_new (&funcs, sizeof (GSource));
  g_source_set_callback (source, deliver, self, NULL);
  g_source_attach (source, g_main_context_get_thread_default ());
  return source;
}

PoMonitor *po_monitor_new (const PoFormat *house, gboolean waits, PoMonitorFunc func, gpointer user) {
  PoMonitor *self = g_new0 (PoMonitor, 1);
  self->house = *house;
  self->waits = waits;
  self->func = func;
  self->user = user;
  self->settings.silence_dbfs = -60;
  self->meter = po_loudness_new (PO_LOUDNESS_METER);
  self->program = po_loudness_new (PO_LOUDNESS_PROGRAM);
  po_loudness_reading_init (&self->reading);
  self->ahead = g_array_new (FALSE, FALSE, sizeof (Mark));
  self->airing_marks = g_array_new (FALSE, FALSE, sizeof (Mark));
  self->marks = g_array_new (FALSE, FALSE, sizeof (Mark));
  self->events = g_array_new (FALSE, FALSE, sizeof (PoMonitorEvent));
  g_queue_init (&self->frames);
  g_queue_init (&self->lagging);
  g_mutex_init (&self->mutex);
  g_cond_init (&self->changed);
  self->source = source_new (self);
  self->thread = g_thread_new ("monitor", run, self);
  return self;
}

void po_monitor_free (PoMonitor *self) {
  if (self == NULL)
    return;
  g_mutex_lock (&self->mutex);
  self->is_over = TRUE;
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->mutex);
  g_thread_join (self->thread);
  deliver (self);
  g_source_destroy (self->source);
  g_source_unref (self->source);
  g_queue_clear_full (&self->frames, frame_free);
  g_queue_clear_full (&self->lagging, frame_free);
  po_loudness_free (self->meter);
  po_loudness_free (self->program);
  g_array_unref (self->ahead);
  g_array_unref (self->airing_marks);
  g_array_unref (self->marks);
  g_array_unref (self->events);
  g_mutex_clear (&self->mutex);
  g_cond_clear (&self->changed);
  g_free (self);
}

void po_monitor_set (PoMonitor *self, const PoMonitorSettings *settings) {
  g_mutex_lock (&self->mutex);
  self->settings = *settings;
  g_mutex_unlock (&self->mutex);
}

PoFeed po_monitor_feed (PoMonitor *self) {
  return (PoFeed){push, self};
}

void po_monitor_mark (PoMonitor *self, gint64 k, gboolean begins_airing, guint expected) {
  const Mark mark = {k, begins_airing, expected};
  g_mutex_lock (&self->mutex);
  g_array_append_val (self->marks, mark);
  g_mutex_unlock (&self->mutex);
}

void po_monitor_loudness (PoMonitor *self, PoLoudnessReading *ret_reading) {
  g_mutex_lock (&self->mutex);
  *ret_reading = self->reading;
  g_mutex_unlock (&self->mutex);
}

guint po_monitor_faults (PoMonitor *self) {
  g_mutex_lock (&self->mutex);
  guint faults = self->faults;
  g_mutex_unlock (&self->mutex);
  return faults;
}
