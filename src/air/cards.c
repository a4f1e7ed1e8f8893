// SPDX-License-Identifier: GPL-3.0-or-later
#include "air/cards.h"

#include <string.h>

#include "model/text.h"
#include "program/board.h"
#include "program/painter.h"

#define AHEAD_NS (20 * PO_NS_PER_SECOND) // cards are drawn so long before they are due

struct _PoCards {
  PoPainter *painter;
  PoFormat format;
  gchar *channel;
  GTimeZone *zone;
  PoImage *slate;      // the first one: what the clock is drawn onto
  PoHead *head;        // borrowed; who gets the pictures
  GHashTable *wanted;  // run key -> what the card says that was asked for
  gint64 clock_second; // shown on the slate, or on its way there
  gboolean is_drawing_clock;
};

/** Request: one card being drawn. */
typedef struct {
  PoCards *cards;
  gchar *run_key;
} Request;

static void request_free (gpointer data) {
  Request *request = data;
  g_free (request->run_key);
  g_free (request);
}

PoCards *po_cards_new (const PoFormat *format, const gchar *channel, const gchar *timezone) {
  PoCards *self = g_new0 (PoCards, 1);
  PoBoard slate = {.kind = PO_BOARD_SLATE, .channel = channel};
  self->painter = po_painter_new (format);
  self->format = *format;
  self->channel = g_strdup (channel);
  self->zone = g_time_zone_new_identifier (timezone);
  self->slate = po_board_draw (format, &slate);
  self->wanted = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->clock_second = G_MININT64;
  return self;
}

void po_cards_free (PoCards *self) {
  if (self == NULL)
    return;
  g_clear_pointer (&self->painter, po_painter_free);
  g_clear_pointer (&self->slate, po_image_unref);
  g_clear_pointer (&self->wanted, g_hash_table_unref);
  g_clear_pointer (&self->zone, g_time_zone_unref);
  g_free (self->channel);
  g_free (self);
}

PoImage *po_cards_slate (PoCards *self) {
  return self->slate;
}

// (transfer full)
static gchar *local_clock (PoCards *self, PoFrame frame, const gchar *pattern) {
  PoTimeNs time_ns = po_frame_to_time_floor (frame, self->format.rate);
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (time_ns / PO_NS_PER_SECOND);
  g_autoptr (GDateTime) local = g_date_time_to_timezone (utc, self->zone);
  return g_date_time_format (local, pattern);
}

static void on_card (PoImage *image, gpointer user) {
  Request *request = user;
  if (g_hash_table_contains (request->cards->wanted, request->run_key))
    po_head_set_card (request->cards->head, request->run_key, image);
}

// The first event's item after the card at @index. (nullable)
static const PoItem *next_event (PoRundown *rundown, guint index) {
  for (guint i = index + 1; i < po_rundown_size (rundown); i++) {
    const PoItem *item = po_rundown_item (rundown, i);
    if (item->slot_start != PO_FRAME_NONE && item->kind != PO_ITEM_CARD && item->kind != PO_ITEM_FILLER)
      return item;
  }
  return NULL;
}

// What the "up next" card at @index announces, beyond the rundown by what the plan says; NULL for any other item. A
// card without is the slate's picture: the channel's name and the clock. @ret_next: (nullable) the item announced
static const gchar *announced (PoRundown *rundown, guint index, const PoItem **ret_next) {
  const PoItem *item = po_rundown_item (rundown, index);
  *ret_next = item->kind == PO_ITEM_CARD ? next_event (rundown, index) : NULL;
  if (*ret_next != NULL)
    return (*ret_next)->title;
  return item->kind == PO_ITEM_CARD && item->uid == NULL && *item->title != '\0' ? item->title : NULL;
}

static gboolean needs_card (PoRundown *rundown, guint index) {
  const PoItem *item = po_rundown_item (rundown, index), *next = NULL;
  const gboolean is_sound =
      item->media_kind == PO_MEDIA_AUDIO && (item->kind == PO_ITEM_MEDIA || item->kind == PO_ITEM_FILLER);
  return is_sound || announced (rundown, index, &next) != NULL;
}

// What it announces may become another while it is on air: then it is drawn anew.
static void ask_for_card (PoCards *self, PoRundown *rundown, guint index, const gchar *run_key) {
  const PoItem *item = po_rundown_item (rundown, index), *next = NULL;
  const gchar *title = announced (rundown, index, &next);
  g_autofree gchar *time = next != NULL ? local_clock (self, next->start, "%H:%M") : NULL;
  g_autofree gchar *heading = po_text_pick (_ ("Up next"), NULL); // viewers see the station's language
  PoBoard board = {.kind = PO_BOARD_SOUND, .channel = self->channel, .title = item->title};
  if (title != NULL)
    board = (PoBoard){PO_BOARD_NEXT, self->channel, heading, title, time};
  g_autofree gchar *words = g_strconcat (time != NULL ? time : "", " ", board.title, NULL);
  if (g_strcmp0 (g_hash_table_lookup (self->wanted, run_key), words) == 0)
    return;
  Request *request = g_new0 (Request, 1);
  request->cards = self;
  request->run_key = g_strdup (run_key);
  g_hash_table_replace (self->wanted, g_strdup (run_key), g_steal_pointer (&words));
  po_painter_draw (self->painter, &board, on_card, request, request_free);
}

// Takes back the cards of items that are neither on air nor near.
static void drop_cards (PoCards *self, GHashTable *near) {
  GHashTableIter iter;
  gpointer key = NULL;
  g_hash_table_iter_init (&iter, self->wanted);
  while (g_hash_table_iter_next (&iter, &key, NULL)) {
    if (g_hash_table_contains (near, key))
      continue;
    po_head_set_card (self->head, key, NULL);
    g_hash_table_iter_remove (&iter);
  }
}

static void on_slate (PoImage *image, gpointer user) {
  PoCards *self = user;
  self->is_drawing_clock = FALSE;
  po_head_set_slate (self->head, image);
}

// One at a time: on a machine that leaves the painter no time, seconds that are over must not come before the next
// card.
static void follow_clock (PoCards *self, PoFrame now) {
  gint64 second = po_frame_to_time_floor (now, self->format.rate) / PO_NS_PER_SECOND;
  if (second == self->clock_second || self->is_drawing_clock)
    return;
  g_autofree gchar *time = local_clock (self, now, "%H:%M:%S");
  self->clock_second = second;
  self->is_drawing_clock = TRUE;
  po_painter_redraw_time (self->painter, self->slate, time, on_slate, self, NULL);
}

void po_cards_follow (PoCards *self, PoHead *head, PoRundown *rundown, PoFrame now) {
  g_autoptr (GHashTable) near = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  PoFrame until = now + po_frames_from_duration_ceil (AHEAD_NS, self->format.rate);
  self->head = head;
  for (guint i = (guint)MAX (po_rundown_index_at (rundown, now), 0); i < po_rundown_size (rundown); i++) {
    const PoItem *item = po_rundown_item (rundown, i);
    if (item->start > until)
      break;
    if (!needs_card (rundown, i))
      continue;
    gchar *key = po_item_run_key (item);
    ask_for_card (self, rundown, i, key);
    g_hash_table_add (near, key);
  }
  drop_cards (self, near);
  follow_clock (self, now);
}
