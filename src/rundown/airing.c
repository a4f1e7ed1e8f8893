// SPDX-License-Identifier: GPL-3.0-or-later
#include "rundown/airing.h"

#define AWAY_NS (10 * PO_NS_PER_SECOND) // in overrun, a source away for so long ends the show

PoAiring *po_airing_new (PoPlanEvent *event, PoResolver *resolver) {
  PoAiring *self = g_new0 (PoAiring, 1);
  self->event = event;
  self->parts = g_ptr_array_ref (po_plan_event_parts (event, resolver));
  self->end = event->end;
  self->base = event->start;
  self->away_since = PO_FRAME_NONE;
  self->part = -1;
  return self;
}

PoAiring *po_airing_copy (const PoAiring *self) {
  PoAiring *copy = g_memdup2 (self, sizeof *self);
  g_ptr_array_ref (copy->parts);
  return copy;
}

void po_airing_free (PoAiring *self) {
  if (self == NULL)
    return;
  g_ptr_array_unref (self->parts);
  g_free (self);
}

// The longest overrun, in frames, of END MANUAL.
static PoFrame overrun_of (const PoAiring *self, const PoPlanSettings *settings) {
  gint64 overrun_ns = self->event->occurrence->overrun_ns;
  if (overrun_ns < 0)
    overrun_ns = settings->overrun_ns;
  return po_frames_from_duration_ceil (MAX (overrun_ns, 0), settings->rate);
}

PoFrame po_airing_total (const PoAiring *self) {
  PoFrame total = 0;
  for (guint i = 0; i < self->parts->len; i++)
    total = MIN (total + ((PoPart *)self->parts->pdata[i])->frames, PO_FRAMES_MOST);
  return total;
}

static PoFrame part_offset (const PoAiring *self, gint index) {
  PoFrame offset = 0;
  for (gint i = 0; i < index; i++)
    offset = MIN (offset + ((PoPart *)self->parts->pdata[i])->frames, PO_FRAMES_MOST);
  return offset;
}

gint po_airing_part_at (const PoAiring *self, PoFrame content, PoFrame *ret_into) {
  PoFrame offset = 0;
  for (guint i = 0; i < self->parts->len; i++) {
    PoFrame frames = ((PoPart *)self->parts->pdata[i])->frames;
    if (content < offset + frames) {
      *ret_into = content - offset;
      return (gint)i;
    }
    offset = MIN (offset + frames, PO_FRAMES_MOST);
  }
  return -1;
}

PoFrame po_airing_content_at (const PoAiring *self, PoFrame now) {
  if (self->on_air)
    return now - self->base;
  gboolean joins = self->event->join && !self->whole;
  if (joins)
    return MAX (now - self->base, 0);
  return self->content;
}

gboolean po_airing_has_content (const PoAiring *self, PoFrame now) {
  PoFrame into = 0;
  return !self->event->tentative && po_airing_part_at (self, po_airing_content_at (self, now), &into) >= 0;
}

PoFrame po_airing_part_end (const PoAiring *self) {
  return self->base + part_offset (self, self->part + 1);
}

PoFrame po_airing_put_off (const PoAiring *self) {
  return MAX (self->base - self->first_base, 0);
}

gboolean po_airing_is_overtime (const PoAiring *self, PoFrame now) {
  return self->started && now >= self->end;
}

gboolean po_airing_is_soft (const PoAiring *self) {
  PoStartType start = self->event->start_type;
  return start == PO_START_SOFT || (start == PO_START_FOLLOW && self->event->pred == NULL);
}

PoFrame po_airing_deadline (const PoAiring *self, PoRate rate) {
  gint64 wait_ns = self->event->occurrence->wait_ns;
  if (self->event->start_type == PO_START_FOLLOW && wait_ns <= 0)
    wait_ns = PO_FOLLOW_WAIT_NS;
  return self->event->start + po_frames_from_duration_ceil (MAX (wait_ns, 0), rate);
}

// Until when it may still come on for the first time.
static PoFrame last_chance (const PoAiring *self, PoRate rate) {
  const PoPlanEvent *event = self->event;
  PoFrame last = self->end;
  if (event->join && !self->whole)
    return last;
  if (po_airing_is_soft (self))
    last = MAX (last, po_airing_deadline (self, rate) + 1);
  if (self->released) // it keeps its length from where its chain let it go
    last = MAX (last, self->released_at + (event->end - event->start));
  return last;
}

// The frame at which END MANUAL ends by itself.
static PoFrame manual_limit (const PoAiring *self, const PoPlanSettings *settings) {
  PoFrame limit = self->end + overrun_of (self, settings);
  if (self->away_since != PO_FRAME_NONE)
    limit = MIN (limit, MAX (self->end, self->away_since + po_frames_from_duration_ceil (AWAY_NS, settings->rate)));
  return limit;
}

static gboolean started_is_over (const PoAiring *self, PoFrame now, const PoPlanSettings *settings) {
  PoFrame total = po_airing_total (self);
  gboolean spent = !po_airing_has_content (self, now);
  switch (self->event->end_type) {
  case PO_END_FIXED:
    return now >= self->end;
  case PO_END_MANUAL:
    return now >= manual_limit (self, settings) || (now >= self->end && ((!self->on_air && !self->suspended) || spent));
  case PO_END_MEDIA:
    break;
  }
  if (total == 0 || self->event->tentative) // nothing to go by but the slot
    return now >= self->end;
  if (spent || (!self->on_air && now >= self->end))
    return TRUE;
  return total >= PO_FRAMES_ENDLESS && now >= manual_limit (self, settings);
}

gboolean po_airing_is_over (const PoAiring *self, PoFrame now, gboolean waits_for, const PoPlanSettings *settings) {
  if (self->over)
    return TRUE;
  if (self->started)
    return started_is_over (self, now, settings);
  if (waits_for || (self->pusher != NULL && !(self->event->join && !self->whole)))
    return FALSE;
  return now >= last_chance (self, settings->rate);
}

static void offer (PoFrame *edge, PoFrame now, PoFrame candidate) {
  if (candidate > now && candidate < *edge)
    *edge = candidate;
}

PoFrame po_airing_next_edge (const PoAiring *self, PoFrame now, const PoPlanSettings *settings) {
  PoFrame edge = G_MAXINT64, into = 0;
  const PoPlanEvent *event = self->event;
  if (!self->started) {
    offer (&edge, now, event->start);
    offer (&edge, now, last_chance (self, settings->rate));
    if (po_airing_is_soft (self))
      offer (&edge, now, po_airing_deadline (self, settings->rate));
    return edge;
  }
  offer (&edge, now, self->end);
  if (event->end_type == PO_END_MANUAL || po_airing_total (self) >= PO_FRAMES_ENDLESS)
    offer (&edge, now, manual_limit (self, settings));
  gint part = po_airing_part_at (self, po_airing_content_at (self, now), &into);
  gboolean moves = self->on_air || (event->join && !self->whole);
  if (part >= 0 && moves && !event->tentative)
    offer (&edge, now, now + ((PoPart *)self->parts->pdata[part])->frames - into);
  return edge;
}

void po_airing_go_on (PoAiring *self, PoFrame now) {
  const PoPlanEvent *event = self->event;
  if (self->started) {
    self->returned = TRUE;
    if (!event->join || self->whole)
      self->base = now - self->content;
  } else if (event->join && !self->whole) {
    self->first_base = self->base = MIN (now, event->start);
  } else {
    self->first_base = self->base = now;
    self->end = now + (event->end - event->start) + self->extension;
  }
  self->started = TRUE;
  self->on_air = TRUE;
  self->suspended = FALSE;
  self->part = -1;
}

void po_airing_go_off (PoAiring *self, PoFrame now) {
  self->content = now - self->base;
  self->on_air = FALSE;
  self->part = -1;
}

gboolean po_airing_skip_part (PoAiring *self, PoFrame now) {
  PoFrame into = 0;
  PoFrame content = po_airing_content_at (self, now);
  gint part = po_airing_part_at (self, content, &into);
  if (part < 0)
    return FALSE;
  PoFrame next = part_offset (self, part + 1);
  self->base -= next - content;
  self->content = next;
  self->part = -1;
  return po_airing_part_at (self, next, &into) >= 0;
}

void po_airing_fail_part (PoAiring *self, PoFrame now) {
  PoFrame into = 0;
  PoFrame content = po_airing_content_at (self, now);
  gint part = po_airing_part_at (self, content, &into);
  if (!self->failed)
    self->failed_part = part;
  self->failed = TRUE;
  if (part < 0)
    return;
  po_airing_skip_part (self, now);
  self->failed_frames += self->content - content;
}

void po_airing_recover (PoAiring *self, PoFrame now) {
  if (!self->failed || !self->started || po_airing_has_content (self, now))
    return;
  self->failed = FALSE;
  self->part = -1;
  self->base += self->failed_frames;
  self->content -= self->failed_frames;
  if (!self->event->join || self->whole) {
    self->content = part_offset (self, self->failed_part);
    self->base = now - self->content;
  }
  self->failed_frames = 0;
}
