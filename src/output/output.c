// SPDX-License-Identifier: GPL-3.0-or-later
// The thread that keeps one output going.
#include "output/output.h"

#include <glib/gstdio.h>

#include "model/error.h"
#include "model/text.h"
#include "output/flush.h"
#include "output/segment.h"
#include "output/sink-type.h"
#include "output/sink.h"

#define TAKE_TIMEOUT_NS    (200 * PO_NS_PER_MS)
#define FIRST_PAUSE_NS     (250 * PO_NS_PER_MS)
#define LONGEST_PAUSE_NS   (10 * PO_NS_PER_SECOND)
#define PEER_PAUSE_NS      (1 * PO_NS_PER_SECOND) // of a peer, so that it is called at each key picture
#define PROVEN_NS          (5 * PO_NS_PER_SECOND) // a sink that has lived so long begins anew with the shortest pause
#define FINISH_TIMEOUT_NS  (10 * PO_NS_PER_SECOND)
#define CLOSE_TIMEOUT_NS   (2 * PO_NS_PER_SECOND) // to let out what is there, before it is thrown away
#define ABANDON_TIMEOUT_NS (2 * PO_NS_PER_SECOND)
#define LONGEST_WAIT_NS    (1 * PO_NS_PER_SECOND)  // for the sound of a segment that is over
#define MOST_SOUND_NS      (10 * PO_NS_PER_SECOND) // that waits: no picture comes any more that it would go with
#define FLUSH_NS           (5 * PO_NS_PER_SECOND)  // of a recording that a power cut may take
#define RENEWED_NS         (60 * PO_NS_PER_SECOND) // of a stream begun anew: how long it is said to be
#define HUNG_NS            (15 * PO_NS_PER_SECOND) // in the system's hands: longer than any time limit here
#define SAMPLE_NS          (PO_NS_PER_SECOND / PO_AUDIO_RATE + 1)

struct _PoOutput {
  gint ref_count; // atomic: the owner and the thread
  PoOutputSettings *settings;
  PoFormat house;
  GTimeZone *zone;
  PoService *service;
  const PoSinkType *type;
  gint64 segment_ns;
  gint64 lead_ns;
  gboolean waits;
  PoUnitQueue *queue;
  GThread *thread; // owner's

  // The thread's.
  GQueue sound;         // PoUnit: sound that waits for the picture to catch up
  GQueue pictures;      // PoUnit: a key picture that waits for the sound before it, and what follows
  guint ended;          // streams whose end has come, as bits
  gint64 segment;       // number of the one being written
  gint64 began_ns;      // pts of the sink's first picture
  gint64 until_ns;      // pts after its last one so far
  gint64 pause_ns;      // after the next failure
  gint64 retry_at_ns;   // monotonic
  PoPlaylist *playlist; // (nullable)
  PoKeeper *keeper;     // (nullable)
  PoFlush *flush;       // (nullable)
  gint64 flushed_ns;    // pts at which it was last asked

  GMutex mutex; // protects the rest
  GCond changed;
  PoSink *sink; // (nullable) made and freed by the thread, interrupted by the owner
  PoTimeNs utc_at_zero_ns;
  PoOutputState state;
  gchar *where;
  gchar *problem;
  guint64 frames, lost, errors, restarts;
  guint64 bytes;        // of sinks that are gone
  gint64 busy_since_ns; // monotonic, with one unit; 0 = it is not
  gboolean is_clock_trusted;
  gboolean is_kept;
  PoKeeping keeping;
  gboolean is_renewed;
  gboolean is_stopping;
  gboolean is_over;
};

const gchar *po_output_state_to_string (PoOutputState state) {
  static const gchar *const names[] = {"waiting", "running", "failed", "ended"};
  return (guint)state < G_N_ELEMENTS (names) ? names[state] : "invalid";
}

void po_output_status_free (PoOutputStatus *self) {
  if (self == NULL)
    return;
  g_free (self->name);
  g_free (self->type);
  g_free (self->where);
  g_free (self->problem);
  g_free (self);
}

static gint64 monotonic_ns (void) {
  return g_get_monotonic_time () * 1000;
}

static gboolean is_stopping (PoOutput *self) {
  g_mutex_lock (&self->mutex);
  gboolean stopping = self->is_stopping;
  g_mutex_unlock (&self->mutex);
  return stopping;
}

static PoTimeNs utc_at (PoOutput *self, gint64 pts_ns) {
  g_mutex_lock (&self->mutex);
  PoTimeNs utc_ns = self->utc_at_zero_ns + pts_ns;
  g_mutex_unlock (&self->mutex);
  return utc_ns;
}

// Takes the sink away from where the owner can see it. (transfer full)
static PoSink *detach_sink (PoOutput *self) {
  PoSinkCount count = {0};
  g_mutex_lock (&self->mutex);
  PoSink *sink = g_steal_pointer (&self->sink);
  if (sink != NULL)
    po_sink_count (sink, &count);
  self->bytes += count.bytes;
  g_mutex_unlock (&self->mutex);
  return sink;
}

// A full disk lets files be made but not written: they must not pile up.
static void remove_if_empty (const gchar *path) {
  GStatBuf status;
  if (g_stat (path, &status) == 0 && status.st_size == 0)
    g_unlink (path);
}

gint64 po_output_pause_after (gint64 pause_ns, gboolean is_peer) {
  return pause_ns == 0 ? FIRST_PAUSE_NS : MIN (pause_ns * 2, is_peer ? PEER_PAUSE_NS : LONGEST_PAUSE_NS);
}

static gpointer throw_away (gpointer sink) {
  po_sink_free (sink);
  return NULL;
}

// (transfer full) of @error
static void note_failure (PoOutput *self, GError *error) {
  g_autoptr (GError) owned = error;
  g_mutex_lock (&self->mutex);
  self->state = PO_OUTPUT_FAILED;
  self->is_renewed = FALSE;
  self->errors++;
  g_free (self->problem);
  self->problem = g_strdup (owned->message);
  g_mutex_unlock (&self->mutex);
  self->pause_ns = po_output_pause_after (self->pause_ns, self->type->needs_uri);
  self->retry_at_ns = monotonic_ns () + self->pause_ns;
  PoSink *sink = detach_sink (self);
  if (sink != NULL && self->type->may_hang)
    g_thread_unref (g_thread_new ("left", throw_away, sink));
  else
    po_sink_free (sink);
  if (sink != NULL && self->playlist != NULL)
    g_unlink (self->where); // a segment that is not whole is never listed
  else if (self->type->is_segmented && self->where != NULL)
    remove_if_empty (self->where);
  if (self->playlist != NULL)
    po_playlist_break (self->playlist);
}

// @where: (transfer full)
static void note_opened (PoOutput *self, PoSink *sink, gchar *where) {
  g_mutex_lock (&self->mutex);
  self->sink = sink;
  g_free (self->where);
  self->where = where;
  g_mutex_unlock (&self->mutex);
}

// That a place could be opened says little: what was wrong is over when it has taken something.
static void note_proven (PoOutput *self) {
  PoSinkCount count;
  g_mutex_lock (&self->mutex);
  if (self->state != PO_OUTPUT_RUNNING && self->sink != NULL) {
    po_sink_count (self->sink, &count);
    self->restarts += count.is_proven && self->problem != NULL;
    if (count.is_proven) {
      self->state = PO_OUTPUT_RUNNING;
      g_clear_pointer (&self->problem, g_free);
    }
  }
  g_mutex_unlock (&self->mutex);
}

// Before a new file, and now and then: what is old or in the way goes.
static gboolean keep (PoOutput *self, gint64 pts_ns, gboolean is_opening, GError **error) {
  if (self->keeper == NULL)
    return TRUE;
  g_mutex_lock (&self->mutex);
  PoTimeNs now_ns = self->is_clock_trusted ? self->utc_at_zero_ns + pts_ns : PO_TIME_NONE;
  const gchar *writing = self->sink != NULL ? self->where : NULL; // (changed by this thread alone)
  g_mutex_unlock (&self->mutex);
  gboolean has_room = is_opening ? po_keeper_make_room (self->keeper, writing, now_ns, error)
                                 : po_keeper_check (self->keeper, writing, now_ns, monotonic_ns (), error);
  g_mutex_lock (&self->mutex);
  po_keeper_read (self->keeper, &self->keeping);
  self->is_kept = self->keeping.device != 0;
  g_mutex_unlock (&self->mutex);
  return has_room;
}

static gboolean open_sink (PoOutput *self, const PoUnit *key, GError **error) {
  g_autofree gchar *location = NULL;
  PoTimeNs utc_ns = utc_at (self, key->pts_ns);
  if (!keep (self, key->pts_ns, TRUE, error))
    return FALSE;
  if (self->type->is_segmented) {
    location = po_segment_create (self->settings->path, utc_ns, self->zone, po_sink_extension (self->settings), error);
    if (location == NULL)
      return FALSE;
  }
  // Each stream's times have to begin near zero where they end.
  gint64 lead_ns = self->type->is_flv ? self->lead_ns - key->pts_ns : self->lead_ns;
  PoSink *sink = po_sink_new (self->settings, &self->house, self->service, location, lead_ns, !self->waits, error);
  if (sink == NULL) {
    if (location != NULL)
      remove_if_empty (location);
    return FALSE;
  }
  self->began_ns = self->flushed_ns = key->pts_ns;
  self->segment = po_segment_number (utc_ns, self->segment_ns, self->zone);
  note_opened (self, sink, location != NULL ? g_steal_pointer (&location) : po_output_settings_where (self->settings));
  return TRUE;
}

static gboolean push (PoOutput *self, PoUnit *unit) {
  g_autoptr (GError) error = NULL;
  if (po_sink_push (self->sink, unit, &error))
    return TRUE;
  note_failure (self, g_steal_pointer (&error));
  return FALSE;
}

// Sound belongs to the sink whose pictures it goes with; what lies before the sink's first picture is left out.
static gboolean push_sound_before (PoOutput *self, gint64 before_ns) {
  while (self->sound.length > 0) {
    const PoUnit *next = g_queue_peek_head (&self->sound);
    if (next->pts_ns + SAMPLE_NS >= before_ns)
      break;
    g_autoptr (PoUnit) unit = g_queue_pop_head (&self->sound);
    if (self->sink != NULL && unit->pts_ns + SAMPLE_NS >= self->began_ns && !push (self, unit))
      return FALSE;
  }
  return TRUE;
}

static void close_sink (PoOutput *self) {
  g_autoptr (GError) error = NULL;
  if (self->sink == NULL)
    return;
  if (!po_sink_finish (self->sink, FINISH_TIMEOUT_NS, &error)) {
    note_failure (self, g_steal_pointer (&error));
    return;
  }
  po_sink_free (detach_sink (self));
  if (self->flush != NULL)
    po_flush_request (self->flush, self->where, TRUE);
  if (self->playlist != NULL && !po_playlist_add (self->playlist, self->where, utc_at (self, self->began_ns),
                                                  self->until_ns - self->began_ns, &error))
    note_failure (self, g_steal_pointer (&error));
}

static gboolean is_spent (PoOutput *self, const PoUnit *unit) {
  return self->type->is_flv &&
         po_segment_is_spent (unit->pts_ns - self->began_ns, utc_at (self, unit->pts_ns), self->zone);
}

// TRUE: with @unit another sink begins.
static gboolean is_sink_over (PoOutput *self, const PoUnit *unit) {
  if (self->sink == NULL || !unit->is_key)
    return FALSE;
  if (!self->type->is_segmented)
    return is_spent (self, unit);
  return po_segment_number (utc_at (self, unit->pts_ns), self->segment_ns, self->zone) != self->segment;
}

static void flush_now_and_then (PoOutput *self, gint64 pts_ns) {
  if (self->flush == NULL || pts_ns - self->flushed_ns < FLUSH_NS)
    return;
  self->flushed_ns = pts_ns;
  po_flush_request (self->flush, self->where, FALSE);
}

static void count_picture (PoOutput *self, gboolean has_left) {
  g_mutex_lock (&self->mutex);
  self->frames += has_left;
  self->lost += !has_left;
  g_mutex_unlock (&self->mutex);
}

static void set_renewed (PoOutput *self, gboolean is_renewed) {
  g_mutex_lock (&self->mutex);
  self->is_renewed = is_renewed;
  g_mutex_unlock (&self->mutex);
}

static void take_picture (PoOutput *self, PoUnit *unit) {
  if (is_sink_over (self, unit) && push_sound_before (self, unit->pts_ns)) {
    close_sink (self);
    set_renewed (self, self->type->is_flv);
  }
  if (self->sink == NULL && unit->is_key && monotonic_ns () >= self->retry_at_ns) {
    g_autoptr (GError) error = NULL;
    if (!open_sink (self, unit, &error))
      note_failure (self, g_steal_pointer (&error));
  }
  if (self->sink != NULL) {
    g_autoptr (GError) error = NULL;
    if (!keep (self, unit->pts_ns, FALSE, &error)) {
      close_sink (self);
      note_failure (self, g_steal_pointer (&error));
    }
  }
  gboolean has_left = self->sink != NULL && push (self, unit);
  count_picture (self, has_left);
  if (!has_left)
    return;
  note_proven (self);
  flush_now_and_then (self, unit->pts_ns);
  if (unit->pts_ns - self->began_ns > PROVEN_NS)
    self->pause_ns = 0;
  if (unit->pts_ns - self->began_ns > RENEWED_NS)
    set_renewed (self, FALSE);
  self->until_ns = MAX (self->until_ns, unit->pts_ns + po_duration_from_frames_floor (1, self->house.rate));
}

// A segment is closed when all its sound is there: the sound's encoder may be behind the picture's.
static gboolean awaits_sound (PoOutput *self, const PoUnit *picture) {
  const PoUnit *last_sound = g_queue_peek_tail (&self->sound);
  const PoUnit *last_picture = g_queue_peek_tail (&self->pictures);
  return is_sink_over (self, picture) && (self->ended & 1u << PO_STREAM_AUDIO) == 0 &&
         (last_sound == NULL || last_sound->pts_ns + SAMPLE_NS < picture->pts_ns) &&
         last_picture->dts_ns - picture->dts_ns < LONGEST_WAIT_NS;
}

static void take_pictures (PoOutput *self) {
  while (self->pictures.length > 0 && !awaits_sound (self, g_queue_peek_head (&self->pictures))) {
    g_autoptr (PoUnit) unit = g_queue_pop_head (&self->pictures);
    take_picture (self, unit);
    // No later picture can begin a segment before this one's decoding time.
    push_sound_before (self, unit->dts_ns);
  }
}

static void take_end (PoOutput *self, PoStream stream) {
  self->ended |= 1u << stream;
  take_pictures (self);
  if (self->ended != (1u << PO_STREAM_VIDEO | 1u << PO_STREAM_AUDIO))
    return;
  push_sound_before (self, G_MAXINT64);
  close_sink (self);
  if (self->playlist != NULL)
    po_playlist_end (self->playlist, NULL);
}

static void drop_old_sound (PoOutput *self, gint64 now_ns) {
  while (now_ns - ((const PoUnit *)g_queue_peek_head (&self->sound))->pts_ns > MOST_SOUND_NS)
    po_unit_unref (g_queue_pop_head (&self->sound));
}

static void take_unit (PoOutput *self, PoUnit *unit) {
  if (unit->buffer == NULL) {
    take_end (self, unit->stream);
    return;
  }
  g_queue_push_tail (unit->stream == PO_STREAM_AUDIO ? &self->sound : &self->pictures, po_unit_ref (unit));
  if (unit->stream == PO_STREAM_AUDIO)
    drop_old_sound (self, unit->pts_ns);
  take_pictures (self);
}

static void output_unref (PoOutput *self) {
  if (!g_atomic_int_dec_and_test (&self->ref_count))
    return;
  po_sink_free (self->sink);
  po_service_unref (self->service);
  g_queue_clear_full (&self->sound, (GDestroyNotify)po_unit_unref);
  g_queue_clear_full (&self->pictures, (GDestroyNotify)po_unit_unref);
  po_unit_queue_unref (self->queue);
  po_playlist_free (self->playlist);
  po_keeper_free (self->keeper);
  po_flush_free (self->flush);
  po_output_settings_free (self->settings);
  g_time_zone_unref (self->zone);
  g_mutex_clear (&self->mutex);
  g_cond_clear (&self->changed);
  g_free (self->where);
  g_free (self->problem);
  g_free (self);
}

static void set_busy_since (PoOutput *self, gint64 since_ns) {
  g_mutex_lock (&self->mutex);
  self->busy_since_ns = since_ns;
  g_mutex_unlock (&self->mutex);
}

static gpointer run (gpointer data) {
  PoOutput *self = data;
  while (!is_stopping (self) && self->ended != (1u << PO_STREAM_VIDEO | 1u << PO_STREAM_AUDIO)) {
    g_autoptr (PoUnit) unit = po_unit_queue_take (self->queue, TAKE_TIMEOUT_NS);
    if (unit == NULL)
      continue;
    set_busy_since (self, monotonic_ns ());
    take_unit (self, unit);
    set_busy_since (self, 0);
  }
  if (self->sink != NULL)
    close_sink (self); // taken away while running: what it has been given may still leave
  g_mutex_lock (&self->mutex);
  self->state = PO_OUTPUT_ENDED;
  self->is_over = TRUE;
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->mutex);
  output_unref (self);
  return NULL;
}

static gboolean check (const PoOutputSettings *settings, const PoFormat *house, const PoSinkType *type,
                       GError **error) {
  const gchar *missing = NULL;
  if (type->needs_uri && (settings->uri == NULL || *settings->uri == '\0'))
    missing = "uri";
  if (type->needs_path && (settings->path == NULL || *settings->path == '\0'))
    missing = "path";
  if (missing != NULL) {
    g_set_error (error, PO_ERROR, PO_ERROR_CONFIG, _ ("[output %s] type=%s needs %s="), settings->name, type->name,
                 missing);
    return FALSE;
  }
  if (settings->codec == PO_OUTPUT_CODEC_LOSSLESS &&
      (!type->is_segmented || settings->container != PO_OUTPUT_CONTAINER_MKV)) {
    g_set_error (error, PO_ERROR, PO_ERROR_CONFIG,
                 _ ("[output %s] codec=lossless: only for type=file with container=mkv"), settings->name);
    return FALSE;
  }
  return po_sink_check (settings, house, error);
}

PoOutput *po_output_new (const PoOutputSettings *settings, const PoFormat *house, GTimeZone *zone, PoService *service,
                         gboolean waits, PoTimeNs utc_at_zero_ns, GError **error) {
  const PoSinkType *type = po_sink_type_find (settings->type, error);
  if (type == NULL || !check (settings, house, type, error))
    return NULL;
  PoOutput *self = g_new0 (PoOutput, 1);
  self->ref_count = 2;
  self->settings = po_output_settings_copy (settings);
  self->house = *house;
  self->zone = g_time_zone_ref (zone);
  self->service = po_service_ref (service);
  self->type = type;
  self->segment_ns = settings->segment_ns > 0 ? settings->segment_ns : MAX (type->default_segment_ns, PO_NS_PER_SECOND);
  // Pictures that are decoded before they are shown, and the sound before the first sample, need times before zero.
  self->lead_ns =
      settings->codec == PO_OUTPUT_CODEC_H264 ? PO_NS_PER_SECOND + po_duration_from_frames_floor (4, house->rate) : 0;
  self->waits = waits;
  self->queue = po_unit_queue_new (waits);
  self->utc_at_zero_ns = utc_at_zero_ns;
  if (g_str_equal (type->name, "hls"))
    self->playlist = po_playlist_new (settings->path, self->segment_ns);
  if (g_str_equal (type->name, "file"))
    self->keeper = po_keeper_new (settings, self->segment_ns);
  if (g_str_equal (type->name, "file"))
    self->flush = po_flush_new ();
  g_mutex_init (&self->mutex);
  g_cond_init (&self->changed);
  g_queue_init (&self->sound);
  g_queue_init (&self->pictures);
  self->thread = g_thread_new (settings->name, run, self);
  return self;
}

gboolean po_output_join (PoOutput *self, gint64 timeout_ns) {
  gint64 end_us = g_get_monotonic_time () + timeout_ns / 1000;
  g_mutex_lock (&self->mutex);
  while (!self->is_over && g_cond_wait_until (&self->changed, &self->mutex, end_us))
    continue;
  gboolean is_over = self->is_over;
  g_mutex_unlock (&self->mutex);
  return is_over;
}

void po_output_free (PoOutput *self) {
  if (self == NULL)
    return;
  po_unit_queue_shut (self->queue);
  g_mutex_lock (&self->mutex);
  self->is_stopping = TRUE;
  g_mutex_unlock (&self->mutex);
  GThread *thread = g_steal_pointer (&self->thread);
  if (!po_output_join (self, CLOSE_TIMEOUT_NS)) {
    g_mutex_lock (&self->mutex);
    if (self->sink != NULL)
      po_sink_interrupt (self->sink);
    g_mutex_unlock (&self->mutex);
  }
  if (po_output_join (self, ABANDON_TIMEOUT_NS))
    g_thread_join (thread);
  else
    g_thread_unref (thread);
  output_unref (self);
}

const PoOutputSettings *po_output_settings (PoOutput *self) {
  return self->settings;
}

PoUnitQueue *po_output_queue (PoOutput *self) {
  return self->queue;
}

void po_output_set_utc (PoOutput *self, PoTimeNs utc_at_zero_ns) {
  g_mutex_lock (&self->mutex);
  self->utc_at_zero_ns = utc_at_zero_ns;
  g_mutex_unlock (&self->mutex);
}

void po_output_set_clock_trusted (PoOutput *self, gboolean is_trusted) {
  g_mutex_lock (&self->mutex);
  self->is_clock_trusted = is_trusted;
  g_mutex_unlock (&self->mutex);
}

// A disk that hangs holds the thread without a word of what is wrong.
static void say_if_hung_locked (PoOutput *self, PoOutputStatus *status) {
  if (self->busy_since_ns == 0 || monotonic_ns () - self->busy_since_ns < HUNG_NS || status->problem != NULL)
    return;
  status->state = PO_OUTPUT_FAILED;
  status->problem = g_strdup_printf (_ ("the system has not answered for %d s; is its disk there?"),
                                     (gint)(HUNG_NS / PO_NS_PER_SECOND));
}

// It sends on, and what it sends may arrive again at any time.
static void say_if_refused_locked (PoOutput *self, PoOutputStatus *status) {
  g_autofree gchar *complaint = self->sink != NULL ? po_sink_complaint (self->sink) : NULL;
  if (complaint == NULL || status->problem != NULL)
    return;
  status->state = PO_OUTPUT_FAILED;
  status->problem = g_strdup_printf (_ ("nothing leaves for it: %s"), complaint);
}

PoOutputStatus *po_output_status (PoOutput *self) {
  PoOutputStatus *status = g_new0 (PoOutputStatus, 1);
  PoSinkCount count = {.peers = -1};
  status->name = g_strdup (self->settings->name);
  status->type = g_strdup (self->settings->type);
  status->dropped = po_unit_queue_dropped (self->queue);
  status->queued = po_unit_queue_pictures (self->queue);
  g_mutex_lock (&self->mutex);
  if (self->sink != NULL)
    po_sink_count (self->sink, &count);
  status->bytes = self->bytes + count.bytes;
  status->queued += (guint)po_frames_from_duration_ceil (MAX (count.waiting_ns, 0), self->house.rate);
  status->peers = count.peers;
  status->state = self->state;
  status->where = self->where != NULL ? g_strdup (self->where) : po_output_settings_where (self->settings);
  status->problem = g_strdup (self->problem);
  say_if_hung_locked (self, status);
  say_if_refused_locked (self, status);
  status->is_kept = self->is_kept;
  status->keeping = self->keeping;
  status->frames = self->frames;
  status->dropped += self->lost;
  status->errors = self->errors;
  status->restarts = self->restarts;
  status->is_renewed = self->is_renewed;
  g_mutex_unlock (&self->mutex);
  return status;
}
