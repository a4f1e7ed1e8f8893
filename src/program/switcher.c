// SPDX-License-Identifier: GPL-3.0-or-later
// One frame of air: which item, which picture, which samples, which events.
#include "program/switcher.h"

#include <string.h>

#include "program/frame-pool.h"
#include "program/mixer.h"

#define FALLBACK_KEY_BYTES 1024

/** Airing: the item that is on. Its pointers are the view's. */
typedef struct {
  gboolean is_open;
  PoHeadPlan *plan;
  guint index;
  const PoItem *item;
  const gchar *key;
  PoSource *source;
  PoSource *fallback; // (nullable) of a live item: what plays while its source is away
  PoImage *card;
  guint64 serial; // of the picture in `last`, when it is this source's
  guint64 fallback_serial;
  gint64 fallback_frame; // the next one of the fallback's; it goes on where it was left
  gboolean on_fallback;  // its picture is the one on air
  const PoSource *heard; // whose sound was the last frame's
  guint32 heard_rounds;
  gint64 next_position; // of its sound, if it goes on
  PoHold hold;
  PoAiringCounts counts;
  gboolean is_damaged; // the picture on air
  gboolean told_end;   // SOURCE_ENDED or SOURCE_GONE was sent
} Airing;

struct _PoSwitcher {
  PoFormat format;
  PoHoldLimits limits;
  PoLayout layout;
  gboolean wants_media;
  PoHeadQueue *events;

  PoHeadView *view;
  gboolean view_is_new;
  Airing airing;
  PoFrame last_n;
  PoFrame standing_frames; // how often last_n has been shown again
  PoFrame given_up_start;  // start of the item that is not waited for
  PoScreen screen;

  PoFramePool *pool;
  guint8 *blank;   // (nullable) memory of the pool to be filled next
  GstBuffer *last; // (nullable) the picture on air
  PoMixer mixer;
  gint16 *samples; // what was read for the last frame: frame and beyond
  gsize n_samples;
};

PoSwitcher *po_switcher_new (const PoFormat *format, const PoHoldLimits *limits, gboolean wants_media,
                             PoHeadQueue *events) {
  PoSwitcher *self = g_new0 (PoSwitcher, 1);
  self->format = *format;
  self->limits = *limits;
  self->wants_media = wants_media;
  self->events = events;
  self->last_n = PO_FRAME_NONE;
  self->given_up_start = PO_FRAME_NONE;
  self->screen = PO_SCREEN_SLATE;
  po_layout_init (&self->layout, format);
  self->samples = g_new0 (gint16, (PO_FRAME_SAMPLES_MAX + PO_FADE_SAMPLES) * 2);
  po_mixer_init (&self->mixer);
  self->pool = po_frame_pool_new (self->layout.size_bytes);
  return self;
}

void po_switcher_free (PoSwitcher *self) {
  if (self == NULL)
    return;
  gst_clear_buffer (&self->last);
  if (self->blank != NULL)
    po_frame_pool_put_back (self->pool, self->blank);
  po_frame_pool_free (self->pool);
  g_free (self->samples);
  g_free (self);
}

void po_switcher_set_view (PoSwitcher *self, PoHeadView *view) {
  self->view = view;
  self->view_is_new = TRUE;
}

PoFrame po_switcher_planned_frame (PoSwitcher *self, gint64 k) {
  const GArray *offsets = self->view->offsets;
  PoFrame n = k + po_offset_at ((const PoOffset *)offsets->data, offsets->len, k);
  return self->last_n == PO_FRAME_NONE ? n : MAX (n, self->last_n);
}

/** Moment: one frame's coordinates. */
typedef struct {
  gint64 k;
  PoFrame n;
  gint64 mono_ns;
} Moment;

static void tell (PoSwitcher *self, PoHeadEventKind kind, const Moment *at, PoScreen before) {
  const Airing *airing = &self->airing;
  PoHeadEvent event = {.kind = kind,
                       .n = at->n,
                       .k = at->k,
                       .utc_ns = at->mono_ns + self->view->mono_to_utc_ns,
                       .screen = self->screen,
                       .screen_before = before};
  if (airing->is_open) {
    event.rundown = airing->plan->rundown;
    event.item_index = airing->index;
    event.item = airing->item;
    event.media_frame = at->n - airing->item->media_origin;
    event.counts = airing->counts;
  }
  po_head_queue_push (self->events, &event);
}

static gboolean item_holds (const PoItem *item, PoFrame n) {
  return item->start <= n && n < item->end;
}

static void place_airing (PoSwitcher *self, gint index) {
  PoHeadPlan *plan = self->view->plan;
  self->airing.plan = plan;
  self->airing.index = (guint)index;
  self->airing.item = po_rundown_item (plan->rundown, (guint)index);
  self->airing.key = plan->keys->pdata[index];
}

static gint find_item (PoSwitcher *self, PoFrame n) {
  PoHeadPlan *plan = self->view->plan;
  if (plan == NULL)
    return -1;
  if (self->airing.is_open && !self->view_is_new && item_holds (self->airing.item, n))
    return (gint)self->airing.index;
  return po_rundown_index_at (plan->rundown, n);
}

// The airing may still be of the last view, which is given back only after this frame.
static void close_airing (PoSwitcher *self, const Moment *at) {
  tell (self, PO_HEAD_END, at, self->screen);
  self->airing = (Airing){0};
}

static PoSource *find_fallback (PoSwitcher *self) {
  gchar key[FALLBACK_KEY_BYTES];
  if (self->airing.item->kind != PO_ITEM_LIVE || self->airing.item->fallback == NULL)
    return NULL;
  g_snprintf (key, sizeof key, PO_FALLBACK_KEY_FORMAT, self->airing.key);
  return g_hash_table_lookup (self->view->sources, key);
}

static void bind_airing (PoSwitcher *self) {
  Airing *airing = &self->airing;
  PoSource *source = g_hash_table_lookup (self->view->sources, airing->key);
  PoSource *fallback = find_fallback (self);
  if (fallback != airing->fallback)
    airing->fallback_serial = 0;
  airing->fallback = fallback;
  airing->card = g_hash_table_lookup (self->view->cards, airing->key);
  if (source == airing->source)
    return;
  airing->source = source;
  airing->serial = 0;
  airing->next_position = -1;
}

static void open_airing (PoSwitcher *self, gint index) {
  self->airing = (Airing){.is_open = TRUE, .next_position = -1};
  place_airing (self, index);
  bind_airing (self);
}

static void count (PoAiringCounts *counts, PoScreen screen, gint64 frames) {
  switch (screen) {
  case PO_SCREEN_SOURCE:
  case PO_SCREEN_CARD:
  case PO_SCREEN_SLATE:
    counts->shown += frames;
    break;
  case PO_SCREEN_FROZEN:
  case PO_SCREEN_HOLD:
    counts->repeated += frames;
    break;
  case PO_SCREEN_FALLBACK:
    counts->filled += frames;
    break;
  }
}

static void count_frame (PoSwitcher *self) {
  PoAiringCounts *counts = &self->airing.counts;
  const gboolean damaged = self->airing.is_damaged && self->screen == PO_SCREEN_SOURCE;
  count (counts, damaged ? PO_SCREEN_HOLD : self->screen, 1);
  counts->damaged += damaged;
}

// Brings the airing up to this frame and view, and tells what ended and what began.
static void follow_plan (PoSwitcher *self, const Moment *at, PoFrame left_out) {
  Airing *airing = &self->airing;
  gint index = find_item (self, at->n);
  gboolean is_other = TRUE;
  if (airing->is_open && index >= 0)
    is_other = !g_str_equal (self->view->plan->keys->pdata[index], airing->key);
  if (airing->is_open && is_other)
    close_airing (self, at);
  if (index < 0)
    return;
  if (!airing->is_open) {
    open_airing (self, index);
    tell (self, PO_HEAD_START, at, self->screen);
    return;
  }
  place_airing (self, index);
  if (self->view_is_new)
    bind_airing (self);
  count (&airing->counts, self->screen, left_out);
}

// (transfer full) of @picture
static void set_last (PoSwitcher *self, GstBuffer *picture) {
  gst_clear_buffer (&self->last);
  self->last = picture;
}

// Asks the source; what it gives becomes `last`.
static PoPicture take_picture (PoSwitcher *self, PoSource *source, gint64 frame, guint64 *serial) {
  Airing *airing = &self->airing;
  PoPlanes planes;
  if (self->blank == NULL)
    self->blank = po_frame_pool_take (self->pool);
  if (source == NULL || self->standing_frames > 1 || self->blank == NULL)
    return PO_PICTURE_NOT_YET;
  po_layout_planes (&self->layout, self->blank, &planes);
  PoPicture answer = po_source_take_picture (source, frame, *serial, &planes, serial);
  if (airing->item->held && (self->last != NULL || !self->wants_media))
    *serial = 0; // it runs on underneath, unseen
  else if (answer == PO_PICTURE_NEW && self->wants_media)
    set_last (self, po_frame_pool_wrap (self->pool, g_steal_pointer (&self->blank)));
  else if (answer != PO_PICTURE_NEW && answer != PO_PICTURE_SAME)
    *serial = 0;
  return answer;
}

// While a live source is away, its fallback's picture becomes `last`. FALSE: there is none to show.
static gboolean take_fallback (PoSwitcher *self) {
  Airing *airing = &self->airing;
  if (airing->fallback == NULL)
    return FALSE;
  airing->serial = 0;
  PoPicture answer = take_picture (self, airing->fallback, airing->fallback_frame, &airing->fallback_serial);
  if (answer == PO_PICTURE_NOT_YET)
    return airing->on_fallback;
  return answer == PO_PICTURE_NEW || answer == PO_PICTURE_SAME;
}

static PoScreen choose_screen (PoSwitcher *self, const Moment *at) {
  Airing *airing = &self->airing;
  if (!airing->is_open)
    return PO_SCREEN_FALLBACK;
  if (airing->item->kind == PO_ITEM_CARD || airing->item->kind == PO_ITEM_SLATE) {
    PoScreen planned = airing->item->kind == PO_ITEM_CARD ? PO_SCREEN_CARD : PO_SCREEN_SLATE;
    return airing->item->held && self->last != NULL ? PO_SCREEN_FROZEN : planned;
  }
  PoPicture answer = take_picture (self, airing->source, at->n - airing->item->media_origin, &airing->serial);
  if ((answer == PO_PICTURE_PAST_END || answer == PO_PICTURE_GONE) && !airing->told_end) {
    airing->told_end = TRUE;
    tell (self, answer == PO_PICTURE_PAST_END ? PO_HEAD_SOURCE_ENDED : PO_HEAD_SOURCE_GONE, at, self->screen);
  }
  airing->is_damaged = (answer == PO_PICTURE_NEW || answer == PO_PICTURE_SAME) &&
                       po_source_is_damaged (airing->source, at->n - airing->item->media_origin);
  if (answer == PO_PICTURE_NEW)
    self->given_up_start = PO_FRAME_NONE;
  if (airing->item->held && (self->last != NULL || !self->wants_media)) {
    airing->on_fallback = FALSE;
    return PO_SCREEN_FROZEN;
  }
  PoScreen screen = po_hold_next (&airing->hold, &self->limits, answer, airing->item->kind == PO_ITEM_LIVE);
  if (screen == PO_SCREEN_HOLD && self->last == NULL && self->wants_media)
    screen = PO_SCREEN_FALLBACK;
  airing->on_fallback = screen == PO_SCREEN_FALLBACK && take_fallback (self);
  if (!airing->on_fallback)
    airing->fallback_serial = 0;
  return screen;
}

static void set_screen (PoSwitcher *self, PoScreen screen, const Moment *at) {
  PoScreen before = self->screen;
  self->screen = screen;
  // Planned pictures of all kinds are one to the log; only holds and fallbacks are worth an event.
  if (screen != before && !(po_screen_is_planned (screen) && po_screen_is_planned (before)))
    tell (self, PO_HEAD_SCREEN, at, before);
}

static void show_image (PoSwitcher *self, PoImage *image) {
  if (self->last != po_image_buffer (image))
    set_last (self, gst_buffer_ref (po_image_buffer (image)));
  self->airing.serial = 0;
}

static GstBuffer *make_video (PoSwitcher *self, gint64 k) {
  switch (self->screen) {
  case PO_SCREEN_FALLBACK:
    if (self->airing.on_fallback)
      break;
    G_GNUC_FALLTHROUGH;
  case PO_SCREEN_CARD:
    show_image (self, self->airing.card != NULL ? self->airing.card : self->view->slate);
    break;
  case PO_SCREEN_SLATE:
    show_image (self, self->view->slate);
    break;
  case PO_SCREEN_SOURCE:
  case PO_SCREEN_FROZEN:
  case PO_SCREEN_HOLD:
    break;
  }
  GstBuffer *video = gst_buffer_copy (self->last);
  GST_BUFFER_PTS (video) = (GstClockTime)po_duration_from_frames_floor (k, self->format.rate);
  GST_BUFFER_DURATION (video) =
      (GstClockTime)po_duration_from_frames_floor (k + 1, self->format.rate) - GST_BUFFER_PTS (video);
  return video;
}

// TRUE when the frame's sound, @source's from @position on, goes on from the last frame's.
static gboolean note_heard (Airing *airing, PoSource *source, gint64 position, gint64 n_frame) {
  PoSourceState state;
  po_source_query (source, &state);
  const gboolean goes_on =
      source == airing->heard && state.rounds == airing->heard_rounds && position == airing->next_position;
  airing->heard = source;
  airing->heard_rounds = state.rounds;
  airing->next_position = position + n_frame;
  return goes_on;
}

// Reads the frame's sound and what follows it. TRUE when it does not go on from the last frame's.
static gboolean read_samples (PoSwitcher *self, const Moment *at, gint64 n_frame) {
  Airing *airing = &self->airing;
  PoSource *source = airing->on_fallback ? airing->fallback : airing->source;
  if (!airing->is_open || source == NULL || self->standing_frames > 1) {
    self->n_samples = 0;
    return TRUE;
  }
  gint64 frame = airing->on_fallback ? airing->fallback_frame++ : at->n - airing->item->media_origin;
  PoRate rate = self->format.rate;
  gint64 position = po_samples_before_frame (at->k, rate) - po_samples_before_frame (at->k - frame, rate);
  gboolean is_cut = !note_heard (airing, source, position, n_frame);
  // A frame that stands is heard once more from memory: the source has given those samples away.
  if (!airing->on_fallback && self->standing_frames == 0)
    airing->counts.unheard += po_source_is_sound_lost (source, position, (gsize)n_frame);
  if (self->standing_frames == 0)
    self->n_samples = po_source_read_samples (source, position, (gsize)n_frame + PO_FADE_SAMPLES, self->samples);
  if (airing->item->held) {
    self->n_samples = 0;
    airing->next_position = -1;
  }
  return is_cut;
}

static GstClockTime samples_to_time (gint64 samples) {
  return gst_util_uint64_scale ((guint64)samples, GST_SECOND, PO_AUDIO_RATE);
}

static GstBuffer *make_audio (PoSwitcher *self, const Moment *at) {
  gint64 first = po_samples_before_frame (at->k, self->format.rate);
  gint64 n_frame = po_samples_before_frame (at->k + 1, self->format.rate) - first;
  gboolean is_cut = read_samples (self, at, n_frame);
  GstMapInfo map;
  GstBuffer *audio = gst_buffer_new_allocate (NULL, (gsize)n_frame * 4, NULL);
  gst_buffer_map (audio, &map, GST_MAP_WRITE);
  po_mixer_next (&self->mixer, is_cut, self->samples, self->n_samples, (gsize)n_frame, (gint16 *)(gpointer)map.data);
  gst_buffer_unmap (audio, &map);
  GST_BUFFER_PTS (audio) = samples_to_time (first);
  GST_BUFFER_DURATION (audio) = samples_to_time (first + n_frame) - GST_BUFFER_PTS (audio);
  return audio;
}

static gboolean is_new_second (gint64 k, PoRate rate) {
  return po_duration_from_frames_floor (k, rate) / PO_NS_PER_SECOND !=
         po_duration_from_frames_floor (k - 1, rate) / PO_NS_PER_SECOND;
}

static void begin_frame (PoSwitcher *self, gint64 k) {
  GHashTableIter iter;
  gpointer value;
  const PoRate rate = self->format.rate;
  const gint64 n_frame = po_samples_before_frame (k + 1, rate) - po_samples_before_frame (k, rate);
  g_hash_table_iter_init (&iter, self->view->sources);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    PoSource *source = value;
    if (source->begun != k)
      po_source_begin_frame (source, n_frame);
    source->begun = k;
  }
}

void po_switcher_frame (PoSwitcher *self, gint64 k, PoFrame n, gint64 mono_ns, gboolean is_walk, GstBuffer **ret_video,
                        GstBuffer **ret_audio) {
  Moment at = {k, n, mono_ns};
  Airing *airing = &self->airing;
  PoFrame left_out = is_walk && self->last_n != PO_FRAME_NONE ? MAX (n - self->last_n - 1, 0) : 0;
  self->standing_frames = n == self->last_n ? self->standing_frames + 1 : 0;
  begin_frame (self, k);
  follow_plan (self, &at, left_out);
  airing->is_damaged = FALSE;
  set_screen (self, choose_screen (self, &at), &at);
  count_frame (self);
  if (is_new_second (k, self->format.rate))
    tell (self, PO_HEAD_CHECKPOINT, &at, self->screen);
  self->view_is_new = FALSE;
  self->last_n = n;
  *ret_video = self->wants_media ? make_video (self, k) : NULL;
  *ret_audio = self->wants_media ? make_audio (self, &at) : NULL;
}

PoScreen po_switcher_screen (PoSwitcher *self, gboolean *ret_is_stand_in) {
  *ret_is_stand_in = self->airing.on_fallback;
  return self->screen;
}

void po_switcher_finish (PoSwitcher *self, gint64 k, PoFrame n, gint64 mono_ns) {
  Moment at = {k, n, mono_ns};
  if (self->airing.is_open)
    close_airing (self, &at);
}

PoSwitcherWant po_switcher_wants (PoSwitcher *self, gint64 k, PoFrame n, PoSource **ret_source, gint64 *ret_frame,
                                  gint64 *ret_samples_end) {
  gint index = find_item (self, n);
  if (index < 0)
    return PO_SWITCHER_WANTS_PLAN;
  PoHeadPlan *plan = self->view->plan;
  const PoItem *item = po_rundown_item (plan->rundown, (guint)index);
  gboolean is_file = item->kind == PO_ITEM_MEDIA || item->kind == PO_ITEM_FILLER;
  if (!is_file || item->start == self->given_up_start || n == self->last_n)
    return PO_SWITCHER_WANTS_NOTHING;
  *ret_source = g_hash_table_lookup (self->view->sources, plan->keys->pdata[index]);
  if (*ret_source == NULL)
    return PO_SWITCHER_WANTS_SOURCE;
  gint64 frame = n - item->media_origin;
  PoRate rate = self->format.rate;
  *ret_frame = frame;
  *ret_samples_end =
      po_samples_before_frame (k + 1, rate) - po_samples_before_frame (k - frame, rate) + PO_FADE_SAMPLES;
  return PO_SWITCHER_WANTS_DATA;
}

void po_switcher_give_up (PoSwitcher *self, PoFrame n) {
  gint index = find_item (self, n);
  if (index >= 0)
    self->given_up_start = po_rundown_item (self->view->plan->rundown, (guint)index)->start;
}
